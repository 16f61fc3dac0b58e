//! A returned value that cannot be said.

#[path = "parts/deploy.rs"]
mod deploy;
use chatgate_router::Router;
use deploy::Deploy;

async fn deploy(_: Deploy) -> u32 {
    7
}

fn main() {
    let _: Router<()> = Router::new().command(deploy);
}
