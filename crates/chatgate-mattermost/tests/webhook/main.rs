//! The endpoints, as Mattermost and others call them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../shared/gateway.rs"]
mod gateway;

use bytes::Bytes;
use chatgate_core::{
    Adapter, Allowed, Answer, AnswerKind, Audience, CardId, Choice, Endpoint, EventKind,
    FieldErrors, ManualClock, Place, Rendered, Seal, Timestamp,
};
use chatgate_mattermost::Mattermost;
use gateway::Gateway;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// The endpoints, and what stands behind them.
struct Bot {
    gateway: Gateway,
    endpoints: Vec<Endpoint>,
}

impl Bot {
    fn new() -> Self {
        let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
        let gateway = Gateway::new(&clock);
        let adapter = Mattermost::builder()
            .url("https://chat.test")
            .token("token")
            .slash_tokens("old,new")
            .public_url("https://bot.test/chat")
            .build()
            .unwrap();
        let endpoints = adapter.endpoints(&gateway.inbox());
        Self { gateway, endpoints }
    }

    async fn call(&self, path: &str, request: Request<Bytes>) -> (StatusCode, Value) {
        let path = format!("/mattermost/{path}");
        let endpoint = self.endpoints.iter().find(|endpoint| endpoint.path == path).unwrap();
        let response = endpoint.call(request).await;
        let body = response.body();
        let body = match body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(body).unwrap(),
        };
        (response.status(), body)
    }

    async fn post(&self, path: &str, kind: &str, body: &str) -> (StatusCode, Value) {
        let request = Request::post("/").header("content-type", kind);
        self.call(path, request.body(body.to_owned().into()).unwrap()).await
    }

    async fn json(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.post(path, JSON, &body.to_string()).await
    }

    async fn command(&self, token: &str) -> (StatusCode, Value) {
        self.post("command", FORM, &command(token, "trigger-1")).await
    }

    fn seal(&self, place: &str) -> Seal {
        let place: Place = place.parse().unwrap();
        Seal::new("action:ack".into(), CardId::from(5), place, Timestamp::from_secs(1), json!(1))
    }

    fn sealed(&self) -> String {
        let seal = self.seal("mattermost:chat.test:c1");
        self.gateway.seals().seal(&seal.allowed(Allowed::Only(vec!["u1".into()]))).unwrap()
    }

    /// A request was refused with nothing recorded.
    fn refused(&self, reason: &str) {
        assert_eq!(self.gateway.rejected(), [reason]);
        assert!(self.gateway.last().is_none());
    }
}

fn command(token: &str, trigger: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("token", token),
            ("team_id", "t1"),
            ("channel_id", "c1"),
            ("channel_name", "ops"),
            ("user_id", "u1"),
            ("user_name", "alice"),
            ("command", "/deploy"),
            ("text", "api --env prod"),
            ("trigger_id", trigger),
            ("response_url", "https://chat.test/hooks/commands/x"),
        ])
        .finish()
}

fn click(seal: &str) -> Value {
    json!({
        "user_id": "u1", "user_name": "alice", "channel_id": "c1", "channel_name": "ops",
        "team_id": "t1", "post_id": "p1", "trigger_id": "trigger-2", "type": "button",
        "data_source": "", "context": {"seal": seal},
    })
}

fn submission(state: &str) -> Value {
    json!({
        "type": "dialog_submission", "callback_id": "form:deploy", "state": state, "user_id": "u1",
        "channel_id": "c1", "team_id": "t1", "submission": {"service": "api"}, "cancelled": false,
    })
}

fn part(payload: Value) -> Rendered {
    Rendered::new(&payload, "").unwrap()
}

#[tokio::test]
async fn a_command_is_answered_inside_its_request() {
    let bot = Bot::new();
    let parts = vec![part(json!({"text": "live"})), part(json!({"text": "and more"}))];
    bot.gateway.answers(Answer::Message { audience: Audience::Everyone, parts });
    for token in ["old", "new"] {
        let (status, said) = bot.command(token).await;
        assert_eq!((status, &said["text"]), (StatusCode::OK, &json!("live")));
        assert_eq!(said["extra_responses"][0]["text"], "and more");
        assert_eq!(said["skip_slack_parsing"], true);
    }
    let event = bot.gateway.last().unwrap();
    let EventKind::Command(command) = &event.kind else { panic!("{event:?}") };
    assert_eq!(command.content.plain_text(), "deploy api --env prod");
    assert!(event.answer.unwrap().accepts.contains(&AnswerKind::PrivateMessage));
    assert_eq!(event.reply.unwrap().expose(), "https://chat.test/hooks/commands/x");
}

#[tokio::test]
async fn a_command_may_come_as_a_query_or_with_its_token_in_a_header() {
    let bot = Bot::new();
    let query = format!("/mattermost/command?{}", command("new", "a"));
    let request = Request::builder().method(Method::GET).uri(query).body(Bytes::new()).unwrap();
    assert_eq!(bot.call("command", request).await, (StatusCode::OK, json!({})));
    let body = command("", "b");
    let request = Request::post("/").header("content-type", FORM);
    let request = request.header("authorization", "Token old").body(body.into()).unwrap();
    assert_eq!(bot.call("command", request).await, (StatusCode::OK, json!({})));
    assert!(bot.gateway.rejected().is_empty());
}

#[tokio::test]
async fn a_command_without_our_token_is_refused_with_an_empty_body() {
    let bot = Bot::new();
    for (token, reason) in [("", "missing_signature"), ("olds", "bad_signature")] {
        assert_eq!(bot.command(token).await, (StatusCode::UNAUTHORIZED, Value::Null));
        bot.refused(reason);
    }
    let doubled = format!("{}&user_id=admin", command("new", "a"));
    let (status, _) = bot.post("command", FORM, &doubled).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    bot.refused("unreadable");
    let (status, _) = bot.post("command", JSON, "{}").await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    bot.refused("unsupported_media_type");
}

#[tokio::test]
async fn a_way_back_to_elsewhere_is_dropped_and_told() {
    let bot = Bot::new();
    let body = command("new", "a").replace("chat.test", "evil.test");
    let (status, _) = bot.post("command", FORM, &body).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(bot.gateway.rejected(), ["foreign_url"]);
    assert!(bot.gateway.last().unwrap().reply.is_none());
}

#[tokio::test]
async fn a_click_changes_its_message_inside_its_request() {
    let bot = Bot::new();
    let button = json!({"name": "Undo", "integration": {"url": "chatgate:integration"}});
    let attachments = json!([{"text": "a", "actions": [button]}]);
    let part = part(json!({"text": "done", "attachments": attachments}));
    bot.gateway.answers(Answer::Update { part, private: None });
    let (status, said) = bot.json("action", &click(&bot.sealed())).await;
    assert_eq!((status, &said["update"]["message"]), (StatusCode::OK, &json!("done")));
    let url = &said["update"]["props"]["attachments"][0]["actions"][0]["integration"]["url"];
    assert_eq!(url, "https://bot.test/chat/mattermost/action");
    let event = bot.gateway.last().unwrap();
    assert!(matches!(event.kind, EventKind::Action(_)));
}

#[tokio::test]
async fn a_forged_click_is_refused_with_an_empty_body() {
    let bot = Bot::new();
    let mut without = click("x");
    without["context"] = json!({});
    let cut = bot.sealed();
    for body in [without, click("x"), click(&cut[..cut.len() - 4]), json!([1])] {
        assert_eq!(bot.json("action", &body).await, (StatusCode::UNAUTHORIZED, Value::Null));
        bot.refused("bad_seal");
    }
}

#[tokio::test]
async fn what_is_no_one_json_object_is_refused() {
    let bot = Bot::new();
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let doubled =
        click(&bot.sealed()).to_string().replace("\"user_id\"", "\"user_id\":\"x\",\"user_id\"");
    for path in ["action", "dialog"] {
        for (kind, body, status, reason) in [
            (JSON, "{", 400, "json_malformed"),
            (JSON, &*deep, 400, "json_too_deep"),
            (JSON, &*doubled, 400, "json_duplicate_key"),
            (FORM, "payload={}", 415, "unsupported_media_type"),
            ("text/plain", "{}", 415, "unsupported_media_type"),
        ] {
            let (given, body) = bot.post(path, kind, body).await;
            assert_eq!((given.as_u16(), body), (status, Value::Null), "{reason}");
            bot.refused(reason);
        }
    }
}

#[tokio::test]
async fn a_click_that_is_not_taken_tells_the_person() {
    let bot = Bot::new();
    bot.gateway.is_busy("c1", true);
    let (status, said) = bot.json("action", &click(&bot.sealed())).await;
    assert_eq!(status, StatusCode::OK);
    assert!(said["ephemeral_text"].as_str().unwrap().contains("too much to do"));
    let (_, said) = bot.command("new").await;
    assert_eq!(said["response_type"], "ephemeral");
    let (_, said) = bot.json("dialog", &submission(&bot.sealed())).await;
    assert!(said["error"].as_str().unwrap().contains("too much to do"));
}

#[tokio::test]
async fn a_dialog_is_corrected_inside_its_request() {
    let bot = Bot::new();
    let errors = FieldErrors::from([("service".to_owned(), "is unknown".to_owned())]);
    bot.gateway.answers(Answer::FieldErrors(errors));
    let (status, said) = bot.json("dialog", &submission(&bot.sealed())).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(said, json!({"errors": {"service": "is unknown"}}));
    let event = bot.gateway.last().unwrap();
    let EventKind::FormSubmitted { seal, values } = &event.kind else { panic!("{event:?}") };
    assert_eq!(seal.allowed, Allowed::Only(vec!["u1".into()]));
    assert_eq!(Value::from(values.clone()), json!({"service": "api"}));
    // A server that has not said its version shows no second form.
    assert!(!event.answer.unwrap().accepts.contains(&AnswerKind::NextForm));
}

#[tokio::test]
async fn a_forged_dialog_is_refused_before_it_is_read() {
    let bot = Bot::new();
    for state in ["", "st8", "k1.eyJyIjoiYSJ9.c2ln"] {
        let answered = bot.json("dialog", &submission(state)).await;
        assert_eq!(answered, (StatusCode::UNAUTHORIZED, Value::Null));
        bot.refused("bad_seal");
    }
}

#[tokio::test]
async fn a_menu_of_a_dialog_is_told_what_it_offers() {
    let bot = Bot::new();
    let mut lookup = submission(&bot.sealed());
    lookup["type"] = "dialog_lookup".into();
    lookup["submission"] = json!({"query": "a", "selected_field": "service"});
    bot.gateway.answers(Answer::Options(vec![Choice::new("api")]));
    let (_, said) = bot.json("dialog", &lookup).await;
    assert_eq!(said, json!({"items": [{"text": "api", "value": "api"}]}));
}

#[tokio::test]
async fn a_webhook_is_heard_and_answered_in_its_thread() {
    let bot = Bot::new();
    let mut hook = json!({
        "token": "old", "team_id": "t1", "channel_id": "c1", "user_id": "u1", "post_id": "p1",
        "text": "!ops deploy api", "trigger_word": "!ops", "timestamp": 1,
    });
    let parts = vec![part(json!({"text": "live <!channel>"}))];
    bot.gateway.answers(Answer::Message { audience: Audience::Everyone, parts });
    let (_, said) = bot.json("hook", &hook).await;
    assert_eq!(said["response_type"], "comment");
    assert!(!said["text"].as_str().unwrap().contains("<!channel"));
    let event = bot.gateway.last().unwrap();
    let EventKind::Message(message) = &event.kind else { panic!("{event:?}") };
    assert!(message.mentioned && message.content.plain_text() == "deploy api");
    assert!(!String::from_utf8(event.raw_bytes.to_vec()).unwrap().contains("old"));

    let bot = Bot::new();
    hook["token"] = "another".into();
    assert_eq!(bot.json("hook", &hook).await, (StatusCode::UNAUTHORIZED, Value::Null));
    bot.refused("bad_signature");
}
