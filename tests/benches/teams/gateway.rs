//! The whole of it: the adapter, the gateway with its store in memory, a typed handler.

use std::net::SocketAddr;
use std::sync::Arc;

use chatgate_core::{AllowAll, Content, Level, MemoryLimits, MemoryStore, SealKey};
use chatgate_gateway::{Gateway, Pacing, SystemClock};
use chatgate_macros::Command;
use chatgate_router::Router;
use chatgate_teams::Teams;

use super::requests;

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

pub(crate) async fn serve(tell: impl FnOnce(SocketAddr)) {
    // Spans are made and written, to nowhere.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(std::io::sink)
        .init();
    let adapter = Teams::builder().outgoing_tokens(requests::TOKEN).build().expect("an adapter");
    // Large enough for a whole run: nothing is refused, nothing is measured but the path.
    let limits = MemoryLimits::new().with_records(50_000_000).with_entries(10_000_000);
    let running = Gateway::new(())
        .adapter(adapter)
        .store(MemoryStore::new(Arc::new(SystemClock)).with_limits(limits))
        .policy(AllowAll)
        .pacing(Pacing::off())
        .seal_keys([SealKey::new("b", [7; 32]).expect("a key")])
        .router(Router::new().command(status))
        .listen("127.0.0.1:0")
        .build()
        .expect("a gateway")
        .start()
        .await
        .expect("it starts");
    tell(running.local_addr().expect("an address"));
    std::future::pending::<()>().await;
}
