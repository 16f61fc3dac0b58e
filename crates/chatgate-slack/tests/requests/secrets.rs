//! No credential is shown: not in what is kept of a request, nor in `Debug`, errors or logs.

use std::io;
use std::sync::{Arc, Mutex};

use chatgate_core::{Adapter, Operation};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::bot::{Bot, FORM, JSON};
use crate::samples::body;

/// A log that can be read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

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

#[tokio::test]
async fn no_log_shows_a_credential() {
    let log = Log::default();
    let everything = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(everything);

    // A way back of someone else, a changed button that the person cannot be told of, and requests
    // that make no sense.
    let bot = Bot::with(
        |method, body| match method {
            "auth.test" => crate::bot::well(method, body),
            _ => (500, json!("canary")),
        },
        |builder| builder,
    );
    bot.connects().await;
    let (kind, foreign) = body(&bot, "forms/slash_foreign_url.txt");
    bot.send(kind, &foreign).await;
    let seal = bot.seal(chatgate_core::Uses::Once);
    bot.interact(&Bot::click(&format!("{}.canary", &seal[..seal.len() - 23]))).await;
    bot.runs_until_called(1).await;
    for text in ["canary", "{\"canary\":", "{\"token\":\"canary\"}"] {
        bot.send(JSON, text).await;
        bot.send(FORM, text).await;
        bot.send("text/canary", text).await;
    }
    let native = Operation::Native { method: "api.test".into(), body: json!({"a": "canary"}) };
    bot.slack.call(native).await.unwrap_err();

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a response_url of a foreign host is dropped"), "{log}");
    assert!(log.contains("private words were left unsaid"), "{log}");
    assert!(!log.contains("canary"), "{log}");
}
