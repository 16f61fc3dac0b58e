//! What a real server has sent is read as it was meant; whatever else comes, the decoder decodes.

use std::cell::Cell;
use std::sync::Arc;

use chatgate_core::{
    AdapterId, Allowed, CardId, Change, Chosen, Event, EventKind, Place, Seal, Seals, SeededRng,
    Standing, Timestamp,
};
use chatgate_http::{BaseUrl, FormFields};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Asked, Decoded, Decoder, Frame, Hook, SLASH_LISTS, Told, fetched};
use crate::state::Me;

const WIRE: &str = include_str!("../../../../tests/fixtures/mattermost/wire-5.37.txt");
const BOT: &str = "yjf74kbw1ff7pkuwi1knrnx4rr";
const PERSON: &str = "dmqbw959htdhpek8usg1nex5uc";
const CHANNEL: &str = "h6tjdyyqdfdsbjo19mg1wbdfwh";

fn seals() -> Seals {
    Seals::random(Arc::new(SeededRng::new(1)))
}

fn with_decoder<T>(decode: impl FnOnce(&Decoder<'_>) -> T) -> T {
    let adapter = AdapterId::parse("mattermost").unwrap();
    let me = Me { id: BOT.into(), username: "opsbot".into() };
    decode(&Decoder {
        adapter: &adapter,
        workspace: &"127.0.0.1:18065".into(),
        me: Some(&me),
        people: &[],
        trigger_lasts: std::time::Duration::from_secs(2),
        base: &BaseUrl::parse("http://127.0.0.1:18065").unwrap(),
        seals: &seals(),
        now: Timestamp::from_secs(1_800_000_000),
        dropped: &Cell::new(None),
    })
}

fn frame(text: &str) -> Decoded {
    with_decoder(|decoder| decoder.frame(text, "9d9ujj45x3bqxfxayrfi4cin4w"))
}

fn event(decoded: Decoded) -> Event {
    match decoded {
        Decoded::Event(event) => *event,
        other => panic!("{other:?}"),
    }
}

/// The line below a heading of the recording.
fn recorded(heading: &str) -> Value {
    let mut lines = WIRE.lines().skip_while(|line| line.strip_prefix("## ") != Some(heading));
    let line = lines.nth(1).unwrap_or_else(|| panic!("nothing was recorded of {heading:?}"));
    serde_json::from_str(line).unwrap()
}

/// The events of the frames below a heading.
fn events(heading: &str) -> Vec<Event> {
    let frames = recorded(heading);
    let frames = frames.as_array().unwrap().iter().map(|value| frame(&value.to_string()));
    frames
        .filter_map(|decoded| match decoded {
            Decoded::Event(event) => Some(*event),
            _ => None,
        })
        .collect()
}

fn form(fields: &Value) -> String {
    let fields = fields.as_object().unwrap().iter();
    let fields = fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[test]
fn every_recorded_frame_is_read() {
    let mut frames = 0;
    for line in WIRE.lines() {
        let Ok(Value::Array(found)) = serde_json::from_str(line) else { continue };
        for value in found
            .iter()
            .filter(|value| value.get("seq").is_some() || value.get("seq_reply").is_some())
        {
            let text = value.to_string();
            let read = Frame::read(&text).unwrap();
            assert!(!matches!(read.told(), Told::Unknown), "{text}");
            is_sound(&frame(&text));
            if let Decoded::Event(event) = frame(&text) {
                assert!(!matches!(event.kind, EventKind::Other { .. }) || event.place.is_some());
            }
            frames += 1;
        }
    }
    assert!(frames >= 20, "{frames}");
}

#[test]
fn the_files_of_a_post_are_named_as_far_as_it_says() {
    let mut said = recorded("WS posted")[0].clone();
    let mut post: Value = serde_json::from_str(said["data"]["post"].as_str().unwrap()).unwrap();
    post["user_id"] = json!(PERSON);
    post["file_ids"] = json!(["f1", "f2"]);
    post["metadata"] = json!({"files": [{"id": "f2", "name": "a.log", "size": 7}, {"size": 1}]});
    said["data"]["post"] = json!(post.to_string());
    let named = |post: &Value| {
        let mut said = said.clone();
        said["data"]["post"] = json!(post.to_string());
        let EventKind::Message(message) = event(frame(&said.to_string())).kind else { panic!() };
        let files = message.files.into_iter();
        files.map(|file| (file.id, file.name, file.bytes)).collect::<Vec<_>>()
    };
    // What cannot be read of one file is known of none.
    assert_eq!(named(&post), [("f1".into(), None, None), ("f2".into(), None, None)]);
    post["metadata"]["files"].as_array_mut().unwrap().truncate(1);
    let second = ("f2".into(), Some("a.log".into()), Some(7));
    assert_eq!(named(&post), [("f1".into(), None, None), second]);
}

#[test]
fn a_greeting_names_the_connection() {
    let frames = recorded("frames after header auth");
    let text = frames[0].to_string();
    let Told::Hello { connection, version, seq } = Frame::read(&text).unwrap().told() else {
        panic!("{text}");
    };
    assert_eq!(connection.as_deref(), Some("9d9ujj45x3bqxfxayrfi4cin4w"));
    assert!(version.unwrap().starts_with("5.37.0") && seq == 0);
    let replies = recorded("replies");
    let text = replies[1].to_string();
    let Told::Reply { to, server_time } = Frame::read(&text).unwrap().told() else {
        panic!("{text}");
    };
    assert_eq!((to, server_time), (2, Some(Timestamp::from_millis(1_795_423_934_163))));
    let text = replies[2].to_string();
    assert!(matches!(Frame::read(&text).unwrap().told(), Told::Refused));
}

#[test]
fn a_post_is_a_message() {
    let event = events("WS posted").remove(0);
    let EventKind::Message(message) = &event.kind else { panic!("{event:?}") };
    assert!(message.mentioned);
    assert_eq!(message.thread_root.as_ref().unwrap().as_str(), "d95qcsnbbpyspkaom4uyqsmd5r");
    assert_eq!(event.at, Timestamp::from_millis(1_795_423_934_743));
    assert_eq!(event.keys[0].as_str(), "post/d95qcsnbbpyspkaom4uyqsmd5r");
    let place = event.place.unwrap();
    let wanted = format!("mattermost:127.0.0.1%3A18065:{CHANNEL}");
    assert_eq!((place.to_string(), place.team.unwrap().as_str().len()), (wanted, 26));
    let actor = event.actor.unwrap();
    assert_eq!((actor.user.as_str(), actor.standing), (PERSON, Standing::Unknown));
    assert_eq!(event.actor_name.unwrap().as_str(), "u1");

    let reply = events("WS reply").remove(0);
    assert!(reply.place.unwrap().to_string().ends_with("#d95qcsnbbpyspkaom4uyqsmd5r"));
    let direct = events("WS dm post").remove(0);
    assert!(direct.direct && direct.externally_shared == Some(false));
    // What the server says of who was added is no message.
    assert_eq!(events("WS bot added").len(), 1);
    assert!(events("WS eph").is_empty() && events("WS typing").is_empty());
}

#[test]
fn edits_deletions_and_reactions_are_told() {
    let edited = events("WS edit").remove(0);
    assert!(matches!(edited.kind, EventKind::Edited { .. }));
    assert_eq!(edited.keys[0].as_str(), "edit/d95qcsnbbpyspkaom4uyqsmd5r/1795423935441");
    let deleted = events("WS delete").remove(0);
    assert!(matches!(deleted.kind, EventKind::Deleted { .. }) && deleted.actor.is_none());
    let around = [events("WS react"), events("WS dm+unreact")].concat();
    let [added, removed] = [&around[0], &around[1]].map(|event| match &event.kind {
        EventKind::Reaction { emoji, change, .. } => (emoji.as_str(), *change),
        other => panic!("{other:?}"),
    });
    assert_eq!((added, removed), (("+1", Change::Added), ("+1", Change::Removed)));
}

#[test]
fn who_comes_and_goes_is_told_of_the_bot_too() {
    for (heading, change) in [("WS bot removed", Change::Removed), ("WS bot added", Change::Added)]
    {
        let event = events(heading).remove(0);
        let kind = EventKind::Membership { user: BOT.into(), change };
        assert_eq!(event.kind, kind);
        assert_eq!(event.place.unwrap().conversation, CHANNEL);
    }
}

fn post(fields: Value) -> String {
    let mut post = json!({
        "id": "p1", "create_at": 1, "edit_at": 0, "user_id": "admin", "channel_id": "c1",
        "message": "@opsbot deploy api", "type": "", "props": {},
    });
    post.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let data = json!({"post": post.to_string(), "channel_type": "O"});
    json!({"event": "posted", "data": data, "seq": 7}).to_string()
}

#[test]
fn what_a_webhook_plugin_or_command_says_is_never_a_persons() {
    for name in ["from_webhook", "from_bot", "from_plugin", "from_oauth_app", "override_username"] {
        for value in [json!("true"), json!(true), json!("alice")] {
            let event = event(frame(&post(json!({"props": {name: value}}))));
            assert_eq!(event.actor.unwrap().standing, Standing::Integration, "{name}");
        }
        let event = event(frame(&post(json!({"props": {name: "false"}}))));
        assert_eq!(event.actor.unwrap().standing, Standing::Unknown);
    }
}

#[test]
fn someone_of_another_server_is_external() {
    let actor = event(frame(&post(json!({"remote_id": "r1"})))).actor.unwrap();
    assert_eq!((actor.standing, actor.workspace.as_str()), (Standing::External, "r1"));
    let both = json!({"remote_id": "r1", "props": {"from_bot": "true"}});
    assert_eq!(event(frame(&post(both))).actor.unwrap().standing, Standing::Integration);
}

#[test]
fn our_own_posts_and_the_servers_are_passed_over() {
    for fields in [json!({"user_id": BOT}), json!({"type": "system_join_channel"})] {
        assert!(matches!(frame(&post(fields)), Decoded::Nothing(_)));
    }
    let custom = event(frame(&post(json!({"type": "custom_poll"}))));
    assert_eq!(custom.kind, EventKind::Other { name: "posted/custom_poll".into() });
    let odd = event(frame(r#"{"event":"new_thing","data":{"channel_id":"c1"},"seq":3}"#));
    assert_eq!(odd.kind, EventKind::Other { name: "new_thing".into() });
    assert!(matches!(frame("[1]"), Decoded::Nothing(_)));
}

#[test]
fn a_post_that_was_fetched_is_the_one_that_came() {
    let recorded = recorded("create")["b"].to_string();
    let raw = serde_json::value::RawValue::from_string(recorded).unwrap();
    let again = event(frame(&fetched("posted", &raw, [CHANNEL, "O", ""])));
    let first = events("WS posted").remove(0);
    assert_eq!((again.keys, again.kind, again.place), (first.keys, first.kind, first.place));
}

#[test]
fn a_recorded_command_is_read() {
    let body = form(&recorded("cmd request")["b"]);
    let fields = FormFields::read_with_lists(body.as_bytes(), SLASH_LISTS).unwrap();
    let event = event(with_decoder(|decoder| decoder.slash(&fields)));
    let EventKind::Command(command) = &event.kind else { panic!("{event:?}") };
    assert_eq!(command.content.plain_text(), "deploy prod  @opsbot \"a b\"");
    let reply = event.reply.as_ref().unwrap();
    assert!(reply.expose().contains("/hooks/commands/") && reply.uses_left == Some(5));
    assert!(event.trigger.is_some() && event.answer.is_some());
    let raw = String::from_utf8(event.raw_bytes.to_vec()).unwrap();
    for secret in ["tn6oujsei3n95b1u7b7omuwsuw", "hooks/commands", "b255eHNy"] {
        assert!(!raw.contains(secret) && !format!("{:?}", event.keys).contains(secret));
    }
}

#[test]
fn a_way_back_elsewhere_is_dropped_and_the_command_is_not() {
    let named = [("command", "/a"), ("channel_id", "c1"), ("user_id", "u1")];
    for url in [
        "https://evil.test/hooks/commands/x",
        "http://127.0.0.1:18066/hooks/commands/x",
        "http://127.0.0.1:18065/api/v4/users",
        "file:///etc/passwd",
    ] {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(named)
            .append_pair("response_url", url)
            .finish();
        let fields = FormFields::read(body.as_bytes()).unwrap();
        let event = event(with_decoder(|decoder| decoder.slash(&fields)));
        assert!(event.reply.is_none(), "{url}");
    }
}

fn seal(place: &str) -> Seal {
    let (route, card) = ("action:ack".into(), CardId::from(5));
    let place: Place = place.parse().unwrap();
    Seal::new(route, card, place, Timestamp::from_secs(1_799_999_000), json!({"incident": 7}))
}

#[test]
fn a_recorded_click_runs_what_was_sealed_and_nothing_else() {
    let mut body = recorded("act request")["b"].clone();
    let forged = with_decoder(|decoder| decoder.action(&body.to_string()));
    assert!(matches!(forged, Decoded::BadSeal));

    let there = format!("mattermost:127.0.0.1%3A18065:{CHANNEL}#root");
    let sealed = seals().seal(&seal(&there)).unwrap();
    body["context"] = json!({"seal": sealed, "selected_option": "1"});
    let click = event(with_decoder(|decoder| decoder.action(&body.to_string())));
    let EventKind::Action(used) = &click.kind else { panic!("{click:?}") };
    assert_eq!((&used.seal, &used.chosen), (&seal(&there), &Chosen::Choices(vec![1])));
    assert_eq!(click.place.as_ref().unwrap().to_string(), there);
    assert!(!String::from_utf8(click.raw_bytes.to_vec()).unwrap().contains(&sealed));

    // Elsewhere it is known to be elsewhere, which the gateway refuses.
    body["channel_id"] = "other".into();
    let click = event(with_decoder(|decoder| decoder.action(&body.to_string())));
    assert_eq!(click.place.unwrap().conversation, "other");
}

#[test]
fn a_click_in_a_direct_line_is_where_it_was_shown() {
    let line = format!("mattermost:127.0.0.1%3A18065:@{PERSON}");
    let sealed = seals().seal(&seal(&line)).unwrap();
    let mut body = recorded("act request")["b"].clone();
    body["context"] = json!({"seal": sealed});
    body["channel_name"] = format!("{PERSON}__{BOT}").into();
    let click = event(with_decoder(|decoder| decoder.action(&body.to_string())));
    assert!(click.direct);
    assert_eq!(click.place.unwrap().to_string(), line);
}

#[test]
fn a_recorded_submission_is_of_its_own_dialog_only() {
    let mut body = recorded("submit w/ client chosen state+url")["req"].clone();
    let (forged, _) = with_decoder(|decoder| decoder.dialog(&body.to_string()));
    assert!(matches!(forged, Decoded::BadSeal));

    let there = format!("mattermost:127.0.0.1%3A18065:{CHANNEL}");
    let sealed = seal(&there).allowed(Allowed::Only(vec![PERSON.into()]));
    body["state"] = seals().seal(&sealed).unwrap().into();
    let (submitted, asked) = with_decoder(|decoder| decoder.dialog(&body.to_string()));
    let submitted = event(submitted);
    let EventKind::FormSubmitted { values, .. } = &submitted.kind else { panic!("{submitted:?}") };
    assert_eq!(Value::from(values.clone()), json!({"env": "p", "evil": 1}));
    assert_eq!(asked, Asked::Submission { fields: vec!["env".into(), "evil".into()] });
    assert_eq!(submitted.place.unwrap().to_string(), there);

    body["cancelled"] = true.into();
    let (closed, _) = with_decoder(|decoder| decoder.dialog(&body.to_string()));
    assert!(matches!(event(closed).kind, EventKind::FormClosed { .. }));

    body["type"] = "dialog_lookup".into();
    body["submission"] = json!({"query": "ap", "selected_field": "service"});
    let (asks, asked) = with_decoder(|decoder| decoder.dialog(&body.to_string()));
    let EventKind::OptionsAsked { field, typed, .. } = event(asks).kind else { panic!() };
    assert_eq!((field.as_deref(), typed.as_str(), asked), (Some("service"), "ap", Asked::Lookup));
}

#[test]
fn a_recorded_webhook_is_a_message_to_us() {
    let requests = recorded("out reqs");
    let body = requests[0]["b"].as_str().unwrap();
    let fields = FormFields::read(body.as_bytes()).unwrap();
    let hook = Hook::form(&fields);
    assert_eq!(hook.token.as_deref(), Some("un3rioi8apgdukjszporj519bc"));
    let heard = |hook: &Hook, known: bool| {
        let event = event(with_decoder(|decoder| decoder.hook(hook, |_| known)));
        let EventKind::Message(message) = event.kind else { panic!() };
        (message.mentioned, message.content.plain_text())
    };
    // The server looked for the beginning of a word only: that is no word of its own.
    assert_eq!(heard(&hook, false), (true, "!gopher do it".into()));
    let said = |text: &str| {
        let hook = json!({
            "channel_id": "c", "user_id": "u", "post_id": "p", "text": text, "trigger_word": "!go",
        });
        Hook::json(&hook.to_string())
    };
    assert_eq!(heard(&said("!go deploy api"), false), (true, "deploy api".into()));
    assert_eq!(heard(&said("!go deploy api"), true), (true, "!go deploy api".into()));
}

/// Names and words that mean something to Mattermost, so that much of what is made up is nearly right.
const NAMES: &[&str] = &[
    "event",
    "seq",
    "seq_reply",
    "data",
    "broadcast",
    "channel_id",
    "user_id",
    "post",
    "reaction",
    "id",
    "create_at",
    "edit_at",
    "message",
    "type",
    "props",
    "root_id",
    "from_webhook",
    "channel_mentions",
    "team_id",
    "channel_type",
    "sender_name",
    "remover_id",
    "post_id",
    "emoji_name",
    "context",
    "seal",
    "selected_option",
    "state",
    "submission",
    "cancelled",
    "trigger_id",
    "channel_name",
    "remote_id",
    "connection_id",
    "text",
    "trigger_word",
    "token",
];
const WORDS: &[&str] = &[
    "posted",
    "post_edited",
    "post_deleted",
    "reaction_added",
    "user_added",
    "user_removed",
    "hello",
    "O",
    "D",
    "dialog_submission",
    "dialog_lookup",
    "@opsbot deploy",
    "> a\n\n@opsbot b",
    "system_x",
    "true",
    "+4:envsprod",
    "",
    BOT,
    PERSON,
    "k1.eyJyIjoiYWN0aW9uOmEifQ.c2ln",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 10, |inner| {
        let name = prop::sample::select(NAMES).prop_map(str::to_owned);
        let fields = prop::collection::vec((name, inner.clone()), 0..10)
            .prop_map(|fields| Value::Object(Map::from_iter(fields)));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::Array),
            fields.clone(),
            // JSON in a string, as posts are.
            fields.prop_map(|value| Value::from(value.to_string())),
        ]
    })
}

/// What is kept of it is JSON, and the event survives being stored.
fn is_sound(decoded: &Decoded) {
    let Decoded::Event(event) = decoded else { return };
    assert!(!event.keys.is_empty());
    let stored = serde_json::to_string(event).unwrap();
    serde_json::from_str::<Event>(&stored).unwrap();
}

proptest! {
    #[test]
    fn no_frame_makes_it_panic(
        name in prop::sample::select(WORDS), data in value(), mut rest in value(),
    ) {
        if let Value::Object(rest) = &mut rest {
            rest.insert("event".into(), name.into());
            rest.insert("data".into(), data);
        }
        let text = rest.to_string();
        is_sound(&frame(&text));
        if let Some(frame) = Frame::read(&text) {
            let _ = (frame.told(), frame.channel().len());
        }
    }

    #[test]
    fn no_request_makes_it_panic(mut body in value(), sealed in any::<bool>()) {
        if let (Value::Object(body), true) = (&mut body, sealed) {
            let seal = seals().seal(&seal("mattermost:127.0.0.1%3A18065:c1")).unwrap();
            body.insert("context".into(), json!({"seal": seal}));
            body.insert("state".into(), seal.into());
        }
        let text = body.to_string();
        is_sound(&with_decoder(|decoder| decoder.action(&text)));
        is_sound(&with_decoder(|decoder| decoder.dialog(&text).0));
        is_sound(&with_decoder(|decoder| decoder.hook(&Hook::json(&text), |_| false)));
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,64}") {
        is_sound(&frame(&text));
        is_sound(&with_decoder(|decoder| decoder.action(&text)));
        is_sound(&with_decoder(|decoder| decoder.dialog(&text).0));
    }

    #[test]
    fn no_form_makes_it_panic(
        fields in prop::collection::vec(
            ("command|text|channel_id|user_id|user_mentions|user_mentions_ids|x", ".{0,24}"), 0..8,
        ),
    ) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        if let Some(fields) = FormFields::read_with_lists(body.as_bytes(), SLASH_LISTS) {
            is_sound(&with_decoder(|decoder| decoder.slash(&fields)));
        }
    }
}
