//! The adapter suite on the platform in memory: able to do everything, little, or nothing.

use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{
    Actor, Adapter, Capabilities, Content, Delivered, Event, EventKind, Feature, Inbox, Limits,
    Message, MessageRef, Place,
};
use chatgate_testkit::adapter_suite::AdapterUnderTest;
use chatgate_testkit::{MemoryAdapter, TestChat};

struct Memory(MemoryAdapter);

#[async_trait]
impl AdapterUnderTest for Memory {
    fn adapter(&self) -> Arc<dyn Adapter> {
        Arc::new(self.0.clone())
    }

    fn place(&self) -> Place {
        TestChat::channel("general")
    }

    async fn texts(&self) -> Vec<String> {
        let messages = self.0.messages().into_iter();
        messages.filter(|posted| !posted.deleted).map(|posted| posted.text).collect()
    }

    async fn arrives(&self, text: &str, key: &str, inbox: &Inbox) -> Option<Delivered> {
        let (platform, adapter) = (MemoryAdapter::platform(), TestChat::adapter_id());
        let place = self.place();
        let message = MessageRef::platform(place.clone(), key);
        let kind = EventKind::Message(Message::new(message, Content::typed(text)).mentioned());
        let actor = Actor::member(adapter.clone(), platform.clone(), "home", "bob");
        let event = Event::new(platform, adapter, "home", key, inbox.clock().now(), kind);
        Some(inbox.deliver(event.in_place(place).by(actor)).await)
    }
}

async fn with(capabilities: Capabilities) -> Memory {
    let adapter = MemoryAdapter::new(TestChat::adapter_id());
    adapter.set_capabilities(capabilities);
    Memory(adapter)
}

async fn able() -> Memory {
    with(Capabilities::all()).await
}

async fn unable() -> Memory {
    with(Capabilities::new()).await
}

async fn only_posting() -> Memory {
    with(Capabilities::new().with([Feature::Post])).await
}

async fn narrow() -> Memory {
    let limits =
        Limits::new().text_chars(80).payload_bytes(2_000).actions(1).action_value_chars(350);
    with(Capabilities::all().limits(limits)).await
}

mod able_to_do_everything {
    chatgate_testkit::adapter_suite!(super::able);
}

mod able_to_do_nothing {
    chatgate_testkit::adapter_suite!(super::unable);
}

mod able_to_post_only {
    chatgate_testkit::adapter_suite!(super::only_posting);
}

mod within_narrow_limits {
    chatgate_testkit::adapter_suite!(super::narrow);
}
