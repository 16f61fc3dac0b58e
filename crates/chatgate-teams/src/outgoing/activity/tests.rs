use proptest::prelude::*;
use serde_json::json;

use super::*;

const TENANT: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const CHANNEL: &str = "19:5f2c0a1b@thread.tacv2";

/// What a team sends for a message in a channel.
fn activity(text: &str) -> Value {
    json!({
        "type": "message", "id": "1790000123456", "timestamp": "2026-09-21T14:15:23.456Z",
        "channelId": "msteams", "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "from": {"id": "29:1dana", "name": "Dana Ops", "aadObjectId": "0d2f7c1e"},
        "conversation": {
            "isGroup": true, "conversationType": "channel", "tenantId": TENANT,
            "id": format!("{CHANNEL};messageid=1790000120000"),
        },
        "textFormat": "plain", "text": text,
        "entities": [{
            "type": "mention", "text": "<at>opsbot</at>",
            "mentioned": {"id": "28:11111111", "name": "opsbot"},
        }],
        "channelData": {
            "channel": {"id": CHANNEL}, "team": {"id": "19:77@thread.tacv2"},
            "tenant": {"id": TENANT},
        },
    })
}

fn decode(activity: &Value) -> Decoded {
    let adapter = AdapterId::parse("teams").unwrap();
    let now = Timestamp::from_secs(1_790_000_000);
    let decoder = Decoder { adapter: &adapter, tenants: &Tenants::default(), now, answer_by: now };
    decoder.decode(&activity.to_string())
}

fn event(activity: &Value) -> Event {
    match decode(activity) {
        Decoded::Event(event) => *event,
        other => panic!("no event: {other:?}"),
    }
}

fn words(activity: &Value) -> String {
    match event(activity).kind {
        EventKind::Message(message) => message.content.plain_text(),
        other => panic!("no message: {other:?}"),
    }
}

#[test]
fn a_message_says_where_who_and_what() {
    let event = event(&activity("<at>opsbot</at>&nbsp;deploy api --env prod"));
    let place = event.place.clone().unwrap();
    let shown = format!("teams:{TENANT}:19%3A5f2c0a1b@thread.tacv2#1790000120000");
    assert_eq!(place.to_string(), shown);
    assert_eq!(place.team.unwrap().as_str(), "19:77@thread.tacv2");
    assert_eq!(event.keys[0].as_str(), "message/19:5f2c0a1b@thread.tacv2/1790000123456");
    assert_eq!(event.at.to_string(), "2026-09-21T14:15:23.456Z");
    assert_eq!(event.externally_shared, Some(false));
    assert_eq!(event.actor_name.unwrap().as_str(), "Dana Ops");
    let EventKind::Message(message) = event.kind else { panic!() };
    assert!(message.mentioned);
    assert_eq!(message.content.plain_text(), "deploy api --env prod");
}

#[test]
fn the_name_of_the_webhook_is_taken_away_by_what_says_whose_it_is() {
    let mut said = activity("<at>opsbot</at> page <at>Dana</at>");
    let dana = json!({
        "type": "mention", "text": "<at>Dana</at>", "mentioned": {"id": "29:1dana", "name": "Dana"},
    });
    said["entities"].as_array_mut().unwrap().insert(0, dana);
    assert!(words(&said).starts_with("page"), "{}", words(&said));
    said["recipient"] = json!({"id": "28:11111111"});
    assert!(words(&said).starts_with("page"), "{}", words(&said));
    // What somebody typed is no mention, and nothing behind the name is taken away.
    let typed = activity("<at>opsbot</at> status <at>opsbot</at> &lt;at&gt;x&lt;/at&gt;");
    assert!(words(&typed).ends_with("<at>x</at>"), "{}", words(&typed));
    let mut plain = activity("<at>opsbot</at> status prod");
    plain["entities"] = Value::Null;
    assert_eq!(words(&plain), "status prod");
}

#[test]
fn what_is_formatted_is_read_by_its_html() {
    let mut said = activity("opsbot status api");
    said["attachments"] = json!([{
        "contentType": "text/html",
        "content": "<p><span itemtype=\"http://schema.skype.com/Mention\" itemscope=\"\" itemid=\"0\">opsbot</span>&nbsp;status <code>api</code></p>",
    }]);
    assert_eq!(words(&said), "status api");
}

#[test]
fn a_shared_channel_is_one() {
    let mut said = activity("<at>opsbot</at> status");
    said["channelData"]["channel"]["type"] = "shared".into();
    assert_eq!(event(&said).externally_shared, Some(true));
}

#[test]
fn fields_of_another_type_cost_themselves_alone() {
    let mut said = activity("<at>opsbot</at> status");
    said["channelData"] = json!("?");
    said["timestamp"] = json!(7);
    said["id"] = Value::Null;
    let event = event(&said);
    assert_eq!(event.place.unwrap().workspace.as_str(), TENANT);
    assert!(event.keys[0].as_str().starts_with("message/"));
}

#[test]
fn what_is_no_message_of_a_person_in_a_place_is_no_event() {
    for (field, value) in [
        ("type", json!("messageReaction")),
        ("type", Value::Null),
        ("from", Value::Null),
        ("from", json!([])),
    ] {
        let mut said = activity("<at>opsbot</at> status");
        said[field] = value;
        assert!(matches!(decode(&said), Decoded::Nothing(_)), "{field}");
    }
    for none in [json!([]), json!(1), json!("x"), Value::Null] {
        assert!(!matches!(decode(&none), Decoded::Event(_)), "{none}");
    }
}

#[test]
fn a_bot_is_not_answered() {
    let mut said = activity("<at>opsbot</at> status");
    said["from"] = json!({"id": "28:other", "aadObjectId": "x"});
    let event = event(&said);
    assert!(event.answer.is_none());
    assert_eq!(event.actor.unwrap().standing, Standing::Integration);
}

proptest! {
    #[test]
    fn no_activity_makes_it_panic(
        text in "(<at>|</at>|opsbot|&nbsp;|&|;|<|[a-z é\n]){0,12}",
        id in "\\PC{0,12}|;messageid=[0-9]{0,3}",
        entity in "<at>[a-z]{0,4}</at>|\\PC{0,6}",
    ) {
        let mut said = activity(&text);
        said["conversation"]["id"] = id.into();
        said["entities"][0]["text"] = entity.into();
        let _ = decode(&said);
    }
}
