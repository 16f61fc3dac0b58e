//! What never becomes an event, and what the request is answered with.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::json;

use crate::bot::{Bot, FORM, JSON, NOW, SECRET};
use crate::sign::sign;

const EVENT: &str =
    r#"{"type":"event_callback","team_id":"T0ACME","event_id":"Ev1","event":{"type":"team_join"}}"#;

fn signed(kind: &str, body: &[u8], timestamp: Option<&str>, signature: &str) -> Request<Bytes> {
    let mut request = Request::post("/slack/events").header("content-type", kind);
    if let Some(timestamp) = timestamp {
        request = request.header("X-Slack-Request-Timestamp", timestamp);
    }
    if !signature.is_empty() {
        request = request.header("X-Slack-Signature", signature);
    }
    request.body(Bytes::from(body.to_vec())).unwrap()
}

#[tokio::test]
async fn what_is_not_signed_is_refused_before_anything_is_read() {
    let bot = Bot::new();
    let (timestamp, signature) = sign(SECRET, &bot.inbox, EVENT);
    let (_, other) = sign("another", &bot.inbox, EVENT);
    let old = (NOW - 301).to_string();
    for (timestamp, signature, body, reason) in [
        (None, signature.as_str(), EVENT, "missing_signature"),
        (Some(timestamp.as_str()), "", EVENT, "missing_signature"),
        (Some(timestamp.as_str()), other.as_str(), EVENT, "bad_signature"),
        (Some(timestamp.as_str()), signature.as_str(), "{\"type\":", "bad_signature"),
        (Some("1e9"), signature.as_str(), EVENT, "bad_signature"),
        (Some(old.as_str()), signature.as_str(), EVENT, "stale_timestamp"),
        // Let through unsigned by others: not here.
        (None, "", "ssl_check=1&token=x", "missing_signature"),
    ] {
        for kind in [JSON, FORM, "text/plain"] {
            let request = signed(kind, body.as_bytes(), timestamp, signature);
            let response = bot.request(request).await;
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{reason}");
            assert!(response.body().is_empty());
            assert_eq!(bot.rejected(), [reason], "{body}");
        }
    }
    assert!(bot.backend.events.lock().unwrap().is_empty());
}

#[tokio::test]
async fn both_secrets_are_good_while_they_are_rotated() {
    let bot = Bot::with(crate::bot::well, |builder| {
        builder.signing_secret(format!("the-new-one,{SECRET}"))
    });
    assert_eq!(bot.send(JSON, EVENT).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn json_is_guarded_after_the_signature_also_inside_a_form() {
    let bot = Bot::new();
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    for (json, reason) in [
        (r#"{"type":"a","type":"b"}"#, "json_duplicate_key"),
        (deep.as_str(), "json_too_deep"),
        ("{", "json_malformed"),
        ("", "json_malformed"),
        ("\u{feff}{}", "json_malformed"),
    ] {
        assert_eq!(bot.send(JSON, json).await.status(), StatusCode::BAD_REQUEST, "{json}");
        assert_eq!(bot.rejected(), [reason]);
        let form =
            form_urlencoded::Serializer::new(String::new()).append_pair("payload", json).finish();
        assert_eq!(bot.send(FORM, &form).await.status(), StatusCode::BAD_REQUEST, "{json}");
        assert_eq!(bot.rejected(), [reason]);
    }
    assert_eq!(bot.send(FORM, "command=%2Fa&command=%2Fb").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(bot.rejected(), ["unreadable"]);
    assert_eq!(bot.send("text/plain", "x").await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(bot.backend.events.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_probe_of_the_certificate_runs_nothing() {
    let bot = Bot::new();
    let body = "ssl_check=1&token=x&command=%2Fdeploy&channel_id=C1&user_id=U1&payload=%7B%7D";
    let response = bot.send(FORM, body).await;
    assert_eq!((response.status(), response.body().len()), (StatusCode::OK, 0));
    assert!(bot.backend.events.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_challenge_is_given_back_if_it_is_one() {
    let bot = Bot::new();
    let ask = |challenge: &str| {
        json!({"type": "url_verification", "token": "t", "challenge": challenge}).to_string()
    };
    let response =
        bot.send(JSON, &ask("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(response.body(), "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P");
    for odd in ["", "<script>\n", "two words", &"x".repeat(300)] {
        let response = bot.send(JSON, &ask(odd)).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{odd}");
        assert!(response.body().is_empty());
    }
}

#[tokio::test]
async fn what_cannot_be_decoded_is_acknowledged_and_kills_nothing() {
    let bot = Bot::new();
    for json in [
        "null",
        "[]",
        "7",
        "{}",
        r#"{"type":7}"#,
        r#"{"type":"event_callback"}"#,
        r#"{"type":"event_callback","event":[]}"#,
        r#"{"type":"event_callback","event":{"type":"message"}}"#,
        r#"{"type":"event_callback","event":{"type":"reaction_added","item":7},"event_time":"x"}"#,
    ] {
        assert_eq!(bot.send(JSON, json).await.status(), StatusCode::OK, "{json}");
        let form =
            form_urlencoded::Serializer::new(String::new()).append_pair("payload", json).finish();
        assert_eq!(bot.send(FORM, &form).await.status(), StatusCode::OK, "{json}");
    }
    for form in ["", "a=b", "command=", "command=%2Fops"] {
        assert_eq!(bot.send(FORM, form).await.status(), StatusCode::OK, "{form}");
    }
    assert_eq!(bot.rejected(), Vec::<String>::new());
}

#[tokio::test]
async fn too_many_events_are_an_alarm() {
    let bot = Bot::new();
    let body = json!({
        "type": "app_rate_limited", "token": "t", "team_id": "T0ACME",
        "minute_rate_limited": 1_518_467_820, "api_app_id": "A0CHATGATE",
    });
    assert_eq!(bot.send(JSON, &body.to_string()).await.status(), StatusCode::OK);
    assert_eq!(*bot.backend.alarms.lock().unwrap(), ["app_rate_limited"]);
    assert!(bot.backend.events.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_changed_button_runs_nothing_and_the_person_is_told() {
    let bot = Bot::new();
    let seal = bot.seal(chatgate_core::Uses::Once);
    let changed = format!("{}A", &seal[..seal.len() - 1]);
    let changed = if changed == seal { format!("{}B", &seal[..seal.len() - 1]) } else { changed };
    let response = bot.interact(&Bot::click(&changed)).await;
    assert_eq!((response.status(), response.body().len()), (StatusCode::OK, 0));
    assert_eq!(bot.rejected(), ["bad_seal"]);
    assert!(bot.backend.events.lock().unwrap().is_empty());
    bot.runs_until_called(1).await;
    let told = bot.called().remove(0);
    assert_eq!(told.url, "https://hooks.slack.com/actions/T0ACME/1/canary");
    assert!(told.body.contains("\"response_type\":\"ephemeral\""), "{}", told.body);
    assert!(told.body.contains("has expired"), "{}", told.body);
}

#[tokio::test]
async fn who_comes_when_it_is_full_is_sent_again_or_told() {
    let bot = Bot::new();
    bot.answers(chatgate_core::Delivered::Busy);
    assert_eq!(bot.send(JSON, EVENT).await.status(), StatusCode::SERVICE_UNAVAILABLE);

    let slash =
        "command=%2Fops&text=status&team_id=T0ACME&channel_id=C0OPS&user_id=U0ALICE&trigger_id=1";
    let response = bot.send(FORM, slash).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    let told = String::from_utf8(response.body().to_vec()).unwrap();
    assert!(told.contains("too much to do") && told.contains("ephemeral"), "{told}");

    let seal = bot.seal(chatgate_core::Uses::Once);
    let response = bot.interact(&Bot::click(&seal)).await;
    assert_eq!((response.status(), response.body().len()), (StatusCode::OK, 0));
    bot.runs_until_called(1).await;
    assert!(bot.called().remove(0).body.contains("too much to do"));
}
