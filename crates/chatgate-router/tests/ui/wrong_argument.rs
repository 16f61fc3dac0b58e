//! An argument after the first that is no extractor.

#[path = "parts/deploy.rs"]
mod deploy;
use chatgate_router::Router;
use deploy::Deploy;

async fn deploy(_: Deploy, _: u32) {}

fn main() {
    let _: Router<()> = Router::new().command(deploy);
}
