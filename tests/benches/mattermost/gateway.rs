//! The whole of it: the adapter, the gateway with its store in memory, a typed handler.

use std::sync::Arc;

use chatgate_core::{AllowAll, Content, Level, MemoryLimits, MemoryStore, SealKey};
use chatgate_gateway::{Gateway, Pacing, SystemClock};
use chatgate_macros::Command;
use chatgate_mattermost::Mattermost;
use chatgate_router::Router;

/// Show how a service is
#[derive(Command)]
#[command(name = "status", effect = "read", crate = "chatgate_router")]
struct Status {
    /// The service
    service: String,
}

async fn status(cmd: Status) -> Content {
    Content::status(Level::Success, format!("{} is live", cmd.service))
}

pub(crate) async fn serve(url: &str, token: &str) {
    // Spans are made and written, to nowhere.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(std::io::sink)
        .init();
    let adapter = Mattermost::builder().url(url).token(token).build().expect("an adapter");
    // Large enough for a whole run: nothing is refused, nothing is measured but the path.
    let limits = MemoryLimits::new().with_records(50_000_000).with_entries(10_000_000);
    let running = Gateway::new(())
        .adapter(adapter)
        .store(MemoryStore::new(Arc::new(SystemClock)).with_limits(limits))
        .policy(AllowAll)
        .pacing(Pacing::off())
        .seal_keys([SealKey::new("b", [7; 32]).expect("a key")])
        .router(Router::new().command(status))
        .build()
        .expect("a gateway")
        .start()
        .await
        .expect("it starts");
    std::future::pending::<()>().await;
    drop(running);
}
