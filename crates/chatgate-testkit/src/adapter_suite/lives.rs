//! What it is between operations: what it can, how long it runs, what arrives.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{
    Adapter, AllowAll, Content, Delivered, EventKind, Feature, Limits, ManualClock, Place, Result,
    Shutdown, ShutdownTrigger, Timestamp,
};
use chatgate_gateway::{Gateway, Pacing, ReadyGateway, Running};
use chatgate_router::{Context, Router};

use super::{AdapterUnderTest, can};
use crate::{MemoryAdapter, TestChat};

/// What it can is the same when it is asked again, and no limit forbids what a feature promises.
pub async fn its_capabilities_agree_with_themselves(subject: &dyn AdapterUnderTest) {
    let can = can(subject);
    assert_eq!(can, subject.adapter().capabilities(&subject.place(), None));
    let Limits { text_chars, blocks, payload_bytes, actions, file_bytes, .. } = &can.limits;
    for (limit, name) in
        [(text_chars, "text_chars"), (blocks, "blocks"), (payload_bytes, "payload_bytes")]
    {
        assert_ne!(*limit, Some(0), "nothing fits the limit {name}");
    }
    assert!(!can.can(Feature::Actions) || *actions != Some(0), "buttons, and at most none");
    assert!(!can.can(Feature::Upload) || *file_bytes != Some(0), "files, and of no bytes");
    let window = can.limits.edit_window;
    assert!(
        !can.can(Feature::Edit) || window != Some(Duration::ZERO),
        "edits, and no time for them"
    );
    for rate in &can.limits.rates {
        assert!(rate.burst > 0, "an allowance of nothing: {rate:?}");
    }
}

/// Its places carry its name, so that what is said there comes to it; written down, a place is read back
/// as the same.
pub async fn its_places_carry_its_name(subject: &dyn AdapterUnderTest) {
    let place = subject.place();
    assert_eq!(&place.adapter, subject.adapter().id());
    assert_eq!(place.to_string().parse::<Place>().expect("a place"), place);
}

/// Its run ends well when shutdown is asked for.
pub async fn it_ends_when_it_is_asked_to(subject: &dyn AdapterUnderTest) {
    let (trigger, shutdown) = ShutdownTrigger::new();
    let asks = async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        trigger.ask();
    };
    let both = async { tokio::join!(run(subject, shutdown), asks) };
    let (ended, ()) = in_time(both).await.expect("it does not end");
    ended.expect("it ends well");
}

/// Its run ends well at once when shutdown was asked for before.
pub async fn it_does_not_begin_when_it_was_asked_to_end(subject: &dyn AdapterUnderTest) {
    let (trigger, shutdown) = ShutdownTrigger::new();
    trigger.ask();
    let ended = in_time(run(subject, shutdown)).await.expect("it does not end");
    ended.expect("it ends well");
}

async fn run(subject: &dyn AdapterUnderTest, shutdown: Shutdown) -> Result<()> {
    let inbox = gateway(subject, Router::new()).inbox(subject.adapter().id());
    subject.adapter().run(inbox, shutdown).await
}

/// What a person says arrives and is answered where it was said: once, however often the platform sends
/// it.
pub async fn what_arrives_is_answered_once(subject: &dyn AdapterUnderTest) {
    let gateway = gateway(subject, Router::new().on(echo));
    let gateway = gateway.start().await.expect("a store in memory");
    let inbox = gateway.inbox(subject.adapter().id());
    let Some(delivered) = subject.arrives("marco", "one", &inbox).await else {
        let endpoints = subject.adapter().endpoints(&inbox);
        assert!(endpoints.is_empty(), "it has endpoints: `arrives` is to be written");
        return;
    };
    assert_ne!(delivered, Delivered::Busy);
    subject.arrives("marco", "one", &inbox).await;
    settle(&gateway).await;
    if can(subject).can(Feature::Post) {
        let texts = subject.texts().await;
        let answers = texts.iter().filter(|text| text.contains("polo: marco")).count();
        assert_eq!(answers, 1, "{texts:?}");
    }
}

/// Two messages are answered both, though they say the same: they are not one message that came twice.
pub async fn two_messages_get_two_answers(subject: &dyn AdapterUnderTest) {
    let gateway = gateway(subject, Router::new().on(echo));
    let gateway = gateway.start().await.expect("a store in memory");
    let inbox = gateway.inbox(subject.adapter().id());
    for key in ["one", "two"] {
        if subject.arrives("marco", key, &inbox).await.is_none() {
            let endpoints = subject.adapter().endpoints(&inbox);
            assert!(endpoints.is_empty(), "it has endpoints: `arrives` is to be written");
            return;
        }
    }
    settle(&gateway).await;
    if can(subject).can(Feature::Post) {
        let texts = subject.texts().await;
        let answers = texts.iter().filter(|text| text.contains("polo: marco")).count();
        assert_eq!(answers, 2, "{texts:?}");
    }
}

async fn echo(mention: chatgate_router::Mention, cx: Context) -> Content {
    let _ = mention;
    let heard = match &cx.event().kind {
        EventKind::Message(message) => message.content.plain_text(),
        _ => String::new(),
    };
    Content::from(format!("polo: {}", heard.trim()))
}

/// A gateway around the adapter, which does not run yet.
pub(super) fn gateway(subject: &dyn AdapterUnderTest, router: Router<()>) -> ReadyGateway {
    let adapter = subject.adapter();
    let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
    let gateway = Gateway::new(())
        .adapter(MemoryAdapter::new(TestChat::adapter_id()))
        .layer(move |_: Arc<dyn Adapter>| adapter.clone())
        .policy(AllowAll)
        .clock(Arc::new(clock))
        .pacing(Pacing::off())
        .seal_keys([crate::test_chat::seal_key()])
        .router(router);
    gateway.build().expect("rightly put together")
}

async fn settle(gateway: &Running) {
    let settled = async {
        // What an adapter does with its own tasks or sockets is not counted: look a few times more.
        let mut quiet = 0;
        while quiet < 50 {
            tokio::task::yield_now().await;
            quiet = if gateway.is_idle() { quiet + 1 } else { 0 };
        }
    };
    in_time(settled).await.expect("it does not come to rest");
}

/// Real time, and much of it: only what never ends comes to its end.
#[allow(clippy::disallowed_methods, reason = "what hangs has no clock that could be moved")]
async fn in_time<F: Future>(future: F) -> Option<F::Output> {
    tokio::time::timeout(Duration::from_secs(20), future).await.ok()
}
