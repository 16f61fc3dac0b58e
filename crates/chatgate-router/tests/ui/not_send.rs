//! Something that must stay on its thread, held while the handler waits.

#[path = "parts/deploy.rs"]
mod deploy;
use std::rc::Rc;

use chatgate_router::{Context, Router};
use deploy::Deploy;

async fn deploy(_: Deploy, cx: Context) -> chatgate_core::Result<()> {
    let count = Rc::new(1);
    cx.say("Deploying …").await?;
    drop(count);
    Ok(())
}

fn main() {
    let _: Router<()> = Router::new().command(deploy);
}
