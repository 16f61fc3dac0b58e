//! The adapter's own life.

use std::time::Duration;

use chatgate_core::{Adapter, Health, ShutdownTrigger};
use serde_json::json;

use crate::bot::Bot;

#[tokio::test]
async fn it_is_ready_once_slack_has_said_who_it_is() {
    let bot = Bot::new();
    bot.connects().await;
    assert_eq!(*bot.backend.health.lock().unwrap(), [Health::Ready]);
}

#[tokio::test]
async fn a_token_that_slack_does_not_take_ends_it_with_one_clear_error() {
    for code in ["invalid_auth", "token_revoked", "account_inactive"] {
        let bot = match code {
            "invalid_auth" => {
                Bot::with(|_, _| (200, json!({"ok": false, "error": "invalid_auth"})), |b| b)
            }
            "token_revoked" => {
                Bot::with(|_, _| (200, json!({"ok": false, "error": "token_revoked"})), |b| b)
            }
            _ => Bot::with(|_, _| (401, json!({"ok": false, "error": "account_inactive"})), |b| b),
        };
        let (_trigger, shutdown) = ShutdownTrigger::new();
        let error = bot.slack.run(bot.inbox.clone(), shutdown).await.unwrap_err();
        assert!(error.is_unauthenticated(), "{error:?}");
        let told = error.to_string();
        assert!(told.contains("SLACK_BOT_TOKEN") && told.contains(code), "{told}");
        assert!(!told.contains("canary"), "{told}");
    }
}

#[tokio::test]
async fn what_cannot_be_reached_is_tried_again() {
    let bot = Bot::with(|_, _| (503, json!("down")), |builder| builder);
    let (trigger, shutdown) = ShutdownTrigger::new();
    let drives = async {
        for tries in 1..=4 {
            while bot.called.lock().unwrap().len() < tries {
                tokio::task::yield_now().await;
                if bot.backend.clock.next_deadline().is_some() {
                    bot.backend.clock.advance(Duration::from_secs(30));
                }
            }
        }
        trigger.ask();
    };
    let (ended, ()) = tokio::join!(bot.slack.run(bot.inbox.clone(), shutdown), drives);
    ended.unwrap();
    let health = bot.backend.health.lock().unwrap();
    assert!(health.len() >= 4 && health.iter().all(|health| matches!(health, Health::Down(_))));
}

#[tokio::test]
async fn it_looks_every_hour_whether_it_still_may() {
    let bot = Bot::new();
    let (trigger, shutdown) = ShutdownTrigger::new();
    let drives = async {
        while bot.backend.health.lock().unwrap().len() < 3 {
            tokio::task::yield_now().await;
            if bot.backend.clock.next_deadline().is_some() {
                bot.backend.clock.advance(Duration::from_secs(3_600));
            }
        }
        trigger.ask();
    };
    let (ended, ()) = tokio::join!(bot.slack.run(bot.inbox.clone(), shutdown), drives);
    ended.unwrap();
}
