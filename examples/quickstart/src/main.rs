//! The smallest bot: one command, in a terminal.

use chatgate::{Command, Console, Gateway, Result, Router};

/// Roll a service out
#[derive(Command)]
#[command(example = "deploy api")]
struct Deploy {
    /// The service to roll out
    service: String,
}

async fn deploy(cmd: Deploy) -> String {
    format!("{} is live", cmd.service)
}

#[tokio::main]
async fn main() -> Result<()> {
    let router = Router::new().command(deploy);
    Gateway::new(()).adapter(Console::new()).router(router).run().await?;
    Ok(())
}
