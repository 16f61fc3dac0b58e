//! Operations as Slack gets them, and what becomes of its answers.

use std::time::Duration;

use chatgate_core::{
    Adapter, Audience, Change, Content, Error, FileRef, MessageId, MessageRef, Operation, Place,
    Receipt, Rendered, ReplyHandle, Result, Retry, Subject, Support, Surface, Target, Timestamp,
};
use serde_json::{Value, json};

use crate::bot::{Answers, Bot, Called, NOW, well};

fn place(text: &str) -> Place {
    text.parse().unwrap()
}

fn ops() -> Place {
    place("slack:T0ACME:C0OPS")
}

fn part(bot: &Bot) -> Rendered {
    let target = Target::new(Surface::Post, bot.slack.capabilities(&ops(), None));
    bot.slack.dialect().message(&Content::from("a < b"), &target).parts.remove(0)
}

fn way(url: &str) -> ReplyHandle {
    ReplyHandle::new("response_url", url, Timestamp::from_secs(NOW + 60)).uses(5)
}

fn field(called: &Called, name: &str) -> Option<String> {
    form_urlencoded::parse(called.body.as_bytes())
        .find(|(other, _)| other == name)
        .map(|(_, value)| value.into_owned())
}

async fn post(
    bot: &Bot,
    place: Place,
    audience: Audience,
    via: Option<ReplyHandle>,
) -> Result<Receipt> {
    let (part, key) = (part(bot), MessageId::from(9));
    bot.slack.call(Operation::Post { place, audience, part, key, via }).await
}

#[tokio::test]
async fn a_post_carries_its_thread_and_its_key() {
    let bot = Bot::new();
    let posted = post(&bot, ops().in_thread("1.000100"), Audience::Everyone, None).await.unwrap();
    assert_eq!(posted, Receipt::Posted(Some("1800000001.000100".into())));
    let called = bot.called().remove(0);
    assert_eq!(called.url, "https://slack.com/api/chat.postMessage");
    let is = |name: &str| field(&called, name).unwrap_or_default();
    assert_eq!((is("channel"), is("thread_ts")), ("C0OPS".into(), "1.000100".into()));
    assert_eq!((is("text"), is("parse")), ("a &lt; b".into(), "none".into()));
    assert_eq!((is("unfurl_links"), is("unfurl_media")), ("false".into(), "false".into()));
    let metadata: Value = serde_json::from_str(&is("metadata")).unwrap();
    let key = MessageId::from(9).to_string();
    assert_eq!(
        metadata,
        json!({"event_type": "chatgate_message", "event_payload": {"gw_id": key}})
    );
    assert!(serde_json::from_str::<Value>(&is("blocks")).unwrap().is_array());
}

#[tokio::test]
async fn a_person_alone_is_told_by_an_ephemeral_message_that_nobody_finds() {
    let bot = Bot::new();
    let posted = post(&bot, ops(), Audience::Only("U0ALICE".into()), None).await.unwrap();
    assert_eq!(posted, Receipt::Posted(None));
    let called = bot.called().remove(0);
    assert!(called.url.ends_with("chat.postEphemeral"));
    assert_eq!(field(&called, "user").as_deref(), Some("U0ALICE"));
    let find = |audience, by_handle| {
        let (key, since) = (MessageId::from(9), Timestamp::EPOCH);
        bot.slack.call(Operation::FindPost { place: ops(), key, since, audience, by_handle })
    };
    let only = Audience::Only("U0ALICE".into());
    assert!(find(only, false).await.unwrap_err().is_unsupported());
    assert!(find(Audience::Everyone, true).await.unwrap_err().is_unsupported());
}

#[tokio::test]
async fn a_direct_line_is_opened_once() {
    let bot = Bot::new();
    bot.connects().await;
    let line = place("slack:T0ACME:@U0ALICE");
    for _ in 0..2 {
        post(&bot, line.clone(), Audience::Everyone, None).await.unwrap();
    }
    let called = bot.called();
    let methods: Vec<_> =
        called.iter().map(|called| called.url.rsplit('/').next().unwrap()).collect();
    assert_eq!(methods, ["conversations.open", "chat.postMessage", "chat.postMessage"]);
    assert_eq!(field(&called[0], "users").as_deref(), Some("U0ALICE"));
    assert_eq!(field(&called[1], "channel").as_deref(), Some("D0ALICE"));
}

#[tokio::test]
async fn the_way_back_takes_json() {
    let bot = Bot::new();
    let url = "https://hooks.slack.com/commands/T0ACME/1/canary";
    let thread = ops().in_thread("1.000100");
    let posted = post(&bot, thread, Audience::Everyone, Some(way(url))).await.unwrap();
    assert_eq!(posted, Receipt::Posted(None));
    post(&bot, ops(), Audience::Only("U0ALICE".into()), Some(way(url))).await.unwrap();
    let message = MessageRef::platform(ops(), "1.000100");
    let edit = Operation::Edit {
        place: ops(),
        message: message.clone(),
        part: part(&bot),
        via: Some(way(url)),
    };
    bot.slack.call(edit).await.unwrap();
    let delete = Operation::Delete { place: ops(), message, via: Some(way(url)) };
    bot.slack.call(delete).await.unwrap();
    let called = bot.called();
    assert!(called.iter().all(|called| called.url == url));
    let said: Vec<Value> =
        called.iter().map(|called| serde_json::from_str(&called.body).unwrap()).collect();
    assert_eq!(said[0]["response_type"], "in_channel");
    assert_eq!(
        (&said[0]["replace_original"], &said[0]["thread_ts"]),
        (&json!(false), &json!("1.000100"))
    );
    assert_eq!(said[1]["response_type"], "ephemeral");
    assert_eq!(
        (&said[2]["replace_original"], &said[2]["text"]),
        (&json!(true), &json!("a &lt; b"))
    );
    assert_eq!(said[3], json!({"delete_original": true}));
}

#[tokio::test]
async fn a_way_back_of_someone_else_is_not_taken() {
    let bot = Bot::new();
    for url in ["https://evil.test/commands", "http://hooks.slack.com/x", "http://169.254.169.254/"]
    {
        let error = post(&bot, ops(), Audience::Everyone, Some(way(url))).await.unwrap_err();
        assert_eq!(error.code(), Some("foreign_url"), "{url}");
    }
    let old = ReplyHandle::new("response_url", "https://hooks.slack.com/x", Timestamp::EPOCH);
    let other = ReplyHandle::new("trigger_id", "1.2", Timestamp::FAR_FUTURE);
    bot.connects().await;
    for handle in [old, other] {
        assert!(post(&bot, ops(), Audience::Everyone, Some(handle)).await.is_err());
    }
    assert!(bot.called().is_empty());
}

async fn fails(answers: Answers) -> Error {
    let bot = Bot::with(answers, |builder| builder);
    post(&bot, ops(), Audience::Everyone, None).await.unwrap_err()
}

#[tokio::test]
async fn what_went_wrong_says_whether_to_try_again() {
    let error = fails(|_, _| (200, json!("<html>gateway</html>"))).await;
    assert!(error.is_malformed() && error.is_ambiguous(), "{error:?}");
    let error = fails(|_, _| (200, json!({"channel": "C0OPS"}))).await;
    assert!(error.is_ambiguous(), "{error:?}");
    let error = fails(|_, _| (502, json!("bad gateway"))).await;
    assert!(error.is_unavailable() && error.is_ambiguous(), "{error:?}");
    let error = fails(|_, _| (200, json!({"ok": false, "error": "fatal_error"}))).await;
    assert!(error.is_unavailable() && error.is_ambiguous(), "{error:?}");
    let error = fails(|_, _| (429, json!({"ok": false, "error": "ratelimited"}))).await;
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(30)));
    let error = fails(|_, _| (200, json!({"ok": false, "error": "ratelimited"}))).await;
    assert!(error.is_rate_limited());
    let error = fails(|_, _| (200, json!({"ok": false, "error": "not_in_channel"}))).await;
    assert!(error.is_denied() && error.to_string().contains("/invite"), "{error}");
    assert_eq!(
        error.to_string(),
        "slack: post: denied (not_in_channel): the bot is not in the channel: invite it (/invite @bot)"
    );
    // A success without what it should tell: it is there, under an id that nobody knows.
    let error = fails(|_, _| (200, json!({"ok": true}))).await;
    assert!(error.is_ambiguous(), "{error:?}");
}

#[tokio::test]
async fn what_is_so_already_is_a_success() {
    let bot = Bot::with(
        |method, _| {
            let code = match method {
                "reactions.add" => "already_reacted",
                "reactions.remove" => "no_reaction",
                "pins.add" => "already_pinned",
                "pins.remove" => "no_pin",
                _ => "message_not_found",
            };
            (200, json!({"ok": false, "error": code}))
        },
        |builder| builder,
    );
    let message = MessageRef::platform(ops(), "1.000100");
    for change in [Change::Added, Change::Removed] {
        let (place, message) = (ops(), message.clone());
        let react =
            Operation::React { place, message: message.clone(), emoji: ":eyes:".into(), change };
        assert_eq!(bot.slack.call(react).await.unwrap(), Receipt::Done);
        let pin = Operation::Pin { place: ops(), message: message.clone(), change };
        assert_eq!(bot.slack.call(pin).await.unwrap(), Receipt::Done);
    }
    assert_eq!(field(&bot.called()[0], "name").as_deref(), Some("eyes"));
    let delete = Operation::Delete { place: ops(), message: message.clone(), via: None };
    assert_eq!(bot.slack.call(delete).await.unwrap(), Receipt::Done);
    let edit = Operation::Edit { place: ops(), message, part: part(&bot), via: None };
    assert!(bot.slack.call(edit).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_file_is_fetched_from_slack_alone_and_a_page_to_sign_in_is_none() {
    let bot = Bot::with(
        |method, body| match (method, body) {
            ("files.info", "file=F1") => (
                200,
                json!({"ok": true, "file": {"id": "F1", "size": 5,
                       "url_private_download": "https://files.slack.com/files-pri/T1-F1/download"}}),
            ),
            ("files.info", "file=F2") => (
                200,
                json!({"ok": true, "file": {"size": 5, "url_private": "https://evil.test/F2"}}),
            ),
            ("files.info", "file=F3") => (200, json!({"ok": true, "file": {"id": "F3"}})),
            ("files.info", _) => (
                200,
                json!({"ok": true, "file": {"size": 5, "url_private": "https://files.slack.com/F4"}}),
            ),
            ("download", _) => (200, json!("words")),
            _ => (200, json!("<html>Sign in</html>")),
        },
        |builder| builder,
    );
    let download = |file: &str, max_bytes| {
        let (place, file) = (ops(), file.to_owned());
        bot.slack.call(Operation::Download { place, file, max_bytes })
    };
    assert_eq!(download("F1", 5).await.unwrap(), Receipt::Downloaded("words".into()));
    assert!(download("F1", 4).await.unwrap_err().is_invalid_input());
    assert_eq!(download("F2", 5).await.unwrap_err().code(), Some("foreign_url"));
    assert!(download("F3", 5).await.unwrap_err().is_not_found());
    assert_eq!(download("F4", 50).await.unwrap_err().code(), Some("file_not_given_out"));
}

#[tokio::test]
async fn an_address_for_a_file_must_be_slacks() {
    let bot = Bot::with(
        |method, _| match method {
            "files.getUploadURLExternal" => (
                200,
                json!({"ok": true, "upload_url": "https://evil.test/upload", "file_id": "F1"}),
            ),
            other => well(other, ""),
        },
        |builder| builder,
    );
    let upload = |bytes: &'static str| Operation::Upload {
        place: ops(),
        file: FileRef::from(1),
        name: "a.txt".into(),
        bytes: bytes.into(),
    };
    let error = bot.slack.call(upload("words")).await.unwrap_err();
    assert_eq!(error.code(), Some("foreign_url"));
    assert!(bot.slack.call(upload("")).await.unwrap_err().is_invalid_input());
    assert_eq!(bot.called().len(), 1);
}

const PEOPLE: Answers = |method, body| {
    let user = |id: &str, more: Value| {
        let mut user = json!({"id": id, "team_id": "T0ACME", "name": id.to_lowercase()});
        user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        (200, json!({"ok": true, "user": user}))
    };
    let id = body.split("user=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
    match (method, id) {
        ("users.info", "U0GUEST") => user(id, json!({"is_restricted": true})),
        ("users.info", "U0ULTRA") => {
            user(id, json!({"is_restricted": true, "is_ultra_restricted": true}))
        }
        ("users.info", "U0OUT") => user(id, json!({"team_id": "T0GLOBEX"})),
        ("users.info", "U0STRANGER") => user(id, json!({"is_stranger": true})),
        ("users.info", "U0GONE") => user(id, json!({"deleted": true})),
        ("users.info", "U0APP") => user(id, json!({"is_bot": true})),
        ("users.info", "USLACKBOT") => user(id, json!({"is_bot": false})),
        ("users.info", "U0ELSE") => {
            user(id, json!({"team_id": "T0TWO", "enterprise_user": {"teams": ["T0ACME", "T0TWO"]}}))
        }
        ("users.info", "U0NONE") => (200, json!({"ok": false, "error": "user_not_found"})),
        ("users.info", _) => user(id, json!({})),
        ("conversations.info", _) if body.contains("C0SHARED") => (
            200,
            json!({"ok": true, "channel": {"id": "C0SHARED", "name": "shared", "is_member": true, "is_ext_shared": true}}),
        ),
        ("conversations.info", _) if body.contains("C0OUT") => (
            200,
            json!({"ok": true, "channel": {"id": "C0OUT", "name": "out", "is_member": false, "is_ext_shared": false, "is_private": false}}),
        ),
        ("conversations.info", _) if body.contains("D0ALICE") => (
            200,
            json!({"ok": true, "channel": {"id": "D0ALICE", "is_im": true, "user": "U0ALICE"}}),
        ),
        ("conversations.info", _) => (200, json!({"ok": false, "error": "channel_not_found"})),
        ("usergroups.list", _) => {
            (200, json!({"ok": true, "usergroups": [{"id": "S0SRE", "handle": "sre"}]}))
        }
        _ => well(method, body),
    }
};

async fn described(bot: &Bot, subject: Subject) -> Result<chatgate_core::Description> {
    match bot.slack.call(Operation::Describe(subject)).await? {
        Receipt::Described(description) => Ok(description),
        other => panic!("not a description: {other:?}"),
    }
}

#[tokio::test]
async fn a_person_has_the_standing_that_slack_says() {
    let bot = Bot::with(PEOPLE, |builder| {
        builder.admit_workspace("T0GLOBEX").admit_shared_channel("C0SHARED")
    });
    let look = async |user: &str, place: Place| {
        let subject = Subject::User { place, user: user.into() };
        let actor = described(&bot, subject).await.unwrap().actor.unwrap();
        format!("{}/{} {:?} {}", actor.workspace, actor.user, actor.standing, actor.admitted)
    };
    for (user, expected) in [
        ("U0ALICE", "T0ACME/U0ALICE Member false"),
        ("U0GUEST", "T0ACME/U0GUEST Guest false"),
        ("U0ULTRA", "T0ACME/U0ULTRA Guest false"),
        ("U0OUT", "T0GLOBEX/U0OUT External true"),
        ("U0STRANGER", "T0ACME/U0STRANGER External false"),
        ("U0APP", "T0ACME/U0APP Integration false"),
        ("USLACKBOT", "T0ACME/USLACKBOT Integration false"),
        ("U0ELSE", "T0TWO/U0ELSE Member false"),
    ] {
        assert_eq!(look(user, ops()).await, expected);
    }
    let shared = place("slack:T0ACME:C0SHARED");
    assert_eq!(look("U0ALICE", shared.clone()).await, "T0ACME/U0ALICE Member true");
    assert_eq!(look("U0GUEST", shared).await, "T0ACME/U0GUEST Guest false");
    for (user, is) in [("U0NONE", "user_not_found"), ("U0GONE", "user_disabled"), ("alice", "")] {
        let subject = Subject::User { place: ops(), user: user.into() };
        let error = described(&bot, subject).await.unwrap_err();
        assert!(error.is_not_found(), "{error:?}");
        assert_eq!(error.code().unwrap_or_default(), is);
    }
}

#[tokio::test]
async fn what_was_looked_up_is_remembered_for_a_while() {
    let bot = Bot::with(PEOPLE, |builder| builder);
    bot.connects().await;
    let user = || Subject::User { place: ops(), user: "U0ALICE".into() };
    let channel = |id: &str| Subject::Place(place(&format!("slack:T0ACME:{id}")));
    for _ in 0..3 {
        described(&bot, user()).await.unwrap();
        let shared = described(&bot, channel("C0SHARED")).await.unwrap();
        assert_eq!(
            (shared.externally_shared, shared.handle.as_deref()),
            (Some(true), Some("shared"))
        );
        let group = Subject::Group { place: ops(), group: "sre".into() };
        assert_eq!(described(&bot, group).await.unwrap().id, "S0SRE");
    }
    assert_eq!(bot.called().len(), 3);
    bot.backend.clock.advance(Duration::from_secs(61));
    described(&bot, user()).await.unwrap();
    described(&bot, channel("C0SHARED")).await.unwrap();
    assert_eq!(bot.called().len(), 1, "a person is asked for again sooner than a channel");
    bot.backend.clock.advance(Duration::from_secs(300));
    described(&bot, channel("C0SHARED")).await.unwrap();
    assert_eq!(bot.called().len(), 1);
}

#[tokio::test]
async fn what_was_looked_up_says_whether_the_bot_can_post() {
    let bot = Bot::with(PEOPLE, |builder| builder);
    bot.connects().await;
    let post = |id: &str| {
        let place = place(&format!("slack:T0ACME:{id}"));
        bot.slack.capabilities(&place, None).support(chatgate_core::Feature::Post)
    };
    for (id, after) in [
        ("C0SHARED", Support::Yes),
        ("D0ALICE", Support::Yes),
        ("C0OUT", Support::No),
        ("C0SECRET", Support::No),
    ] {
        assert_eq!(post(id), Support::Unknown, "{id}");
        let subject = Subject::Place(place(&format!("slack:T0ACME:{id}")));
        let described = described(&bot, subject).await;
        assert_eq!(described.is_err(), id == "C0SECRET");
        assert_eq!(post(id), after, "{id}");
    }
}
