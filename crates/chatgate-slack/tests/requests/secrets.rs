//! No credential is shown: not in what is kept of a request, nor in `Debug`, errors or logs.

use chatgate_core::{Adapter, Operation};
use serde_json::json;

use crate::bot::Bot;
use crate::samples::body;

#[tokio::test]
async fn no_event_shows_a_credential() {
    let root = format!("{}/tests/samples", env!("CARGO_MANIFEST_DIR"));
    let bot = Bot::new();
    bot.connects().await;
    let mut seen = 0;
    for kind in ["events", "interactive", "forms"] {
        for entry in std::fs::read_dir(format!("{root}/{kind}")).unwrap() {
            let name = format!("{kind}/{}", entry.unwrap().file_name().to_string_lossy());
            let (kind, body) = body(&bot, &name);
            assert!(body.contains("canary") || name.contains("own"), "{name} carries no canary");
            bot.send(kind, &body).await;
            for event in std::mem::take(&mut *bot.backend.events.lock().unwrap()) {
                let raw = String::from_utf8(event.raw_bytes.to_vec()).unwrap();
                let kept = serde_json::to_string(&event).unwrap();
                let shown = format!("{event:?} {kept} {raw}");
                assert!(!shown.contains("canary"), "{name}: {shown}");
                assert!(serde_json::from_str::<serde_json::Value>(&raw).is_ok(), "{name}: {raw}");
                seen += 1;
            }
        }
    }
    assert!(seen > 50);
}

#[tokio::test]
async fn no_error_shows_a_credential() {
    // A platform that repeats what it was sent.
    let bot = Bot::with(
        |_, _| {
            let said = json!({
                "ok": false, "error": "invalid_arguments xoxb-canary-token",
                "response_metadata": {"messages": ["[ERROR] Bearer xoxb-canary-token"]},
            });
            (200, said)
        },
        |builder| builder,
    );
    let native = Operation::Native { method: "api.test".into(), body: json!({"a": "b"}) };
    let error = bot.slack.call(native).await.unwrap_err();
    let shown = format!("{error} {error:?} {:?} {:?}", bot.slack, bot.inbox);
    assert!(!shown.contains("canary"), "{shown}");
}
