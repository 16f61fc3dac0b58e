//! Mistakes at the start are collected: one error names all of them.

use chatgate_core::{AllowAll, SealKey};
use chatgate_gateway::Gateway;
use chatgate_testkit::{MemoryAdapter, TestChat};

use crate::bot::{self, App};

#[test]
fn every_mistake_at_the_start_is_named_by_one_error() {
    let error = Gateway::new(App::default())
        .adapter(MemoryAdapter::new(TestChat::adapter_id()))
        .adapter(MemoryAdapter::new(TestChat::adapter_id()))
        .policy(AllowAll)
        .seal_keys(Vec::<SealKey>::new())
        .router(bot::router())
        .router(bot::router())
        .build()
        .expect_err("two adapters of one name, no keys, every route twice");
    assert_eq!(error.kind().as_str(), "configuration");
    let named = error.context().join("\n");
    for wanted in ["memory", "key", "deploy", "acknowledge", "opinion"] {
        assert!(named.contains(wanted), "{wanted} is not named:\n{named}");
    }
}
