//! A bot over made-up services: `deploy`, `rollback`, `status`, `incident`, `whoami`.
//!
//! `cargo run -p opsbot` talks to it in the terminal, `cargo run -p opsbot -- spec` prints what it can do.
//! It serves Slack, Mattermost and Teams beside the terminal when their variables are set; see [`platforms`].

mod app;
mod deploy;
mod incident;
mod incidents;
mod news;
mod platforms;
mod services;
mod status;
#[cfg(test)]
mod tests;
mod whoami;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use app::App;
use chatgate::cli::Cli;
use chatgate::{Clock, Console, Gateway, Result, SystemClock};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    log_to_stderr();
    greet();
    Cli::new(gateway()).version(env!("CARGO_PKG_VERSION")).main().await
}

fn gateway() -> Result<Gateway<App>> {
    let app = App::new(SystemClock.now()).with_news(platforms::news(variable)?);
    let gateway = Gateway::new(app).adapter(Console::new()).router(app::router());
    platforms::add(gateway, variable)
}

/// Tells a person at a terminal what to try.
fn greet() {
    if std::env::args().len() == 1 && io::stdin().is_terminal() && io::stderr().is_terminal() {
        eprintln!("Try: status, deploy api --env staging, help. Ctrl-D ends it.");
    }
}

/// A conversation at the terminal shows errors only, a service tells what it does; `RUST_LOG` asks for
/// more or less. Standard output is the conversation.
fn log_to_stderr() {
    let usual = if platforms::is_service(variable) { "info" } else { "error" };
    let wanted = variable("RUST_LOG").unwrap_or_else(|| usual.into());
    let filter = EnvFilter::try_new(&wanted).unwrap_or_else(|error| {
        eprintln!("RUST_LOG={wanted:?} is no filter ({error}): taking {usual}");
        EnvFilter::new(usual)
    });
    // It fails only where a log is written already.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).try_init();
}

/// What the environment says, when it says anything.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}
