//! The adapter suite on the platform in memory: able to do everything, and able to do nothing.

use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{Adapter, Capabilities, Place};
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
}

async fn able() -> Memory {
    Memory(MemoryAdapter::new(TestChat::adapter_id()))
}

async fn unable() -> Memory {
    let adapter = MemoryAdapter::new(TestChat::adapter_id());
    adapter.set_capabilities(Capabilities::new());
    Memory(adapter)
}

mod able_to_do_everything {
    chatgate_testkit::adapter_suite!(super::able);
}

mod able_to_do_nothing {
    chatgate_testkit::adapter_suite!(super::unable);
}
