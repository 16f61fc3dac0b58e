//! The exit codes of a program's command line.

#![cfg(all(feature = "cli", feature = "console", feature = "macros"))]

use std::process::ExitCode;

use chatgate::cli::{Cli, IntoGateway};
use chatgate::{Command, Console, Error, Gateway, Result, Router};

#[derive(Command)]
#[command(name = "ping", effect = "read")]
struct Ping {}

async fn ping(_: Ping) -> &'static str {
    "pong"
}

fn gateway() -> Gateway<()> {
    let input: &[u8] = b"ping\n";
    let console = Console::over(input, std::io::sink());
    Gateway::new(()).adapter(console).router(Router::new().command(ping))
}

async fn code(gateway: impl IntoGateway<State = ()>, args: &[&str]) -> String {
    // An exit code can only be looked at.
    format!("{:?}", Cli::new(gateway).run(args).await)
}

fn is(code: ExitCode) -> String {
    format!("{code:?}")
}

#[tokio::test]
async fn all_is_well() {
    for args in [&["bot"][..], &["bot", "run"], &["bot", "spec"], &["bot", "--help"]] {
        assert_eq!(code(gateway(), args).await, is(ExitCode::SUCCESS), "{args:?}");
    }
}

#[tokio::test]
async fn a_gateway_that_is_put_together_wrongly_is_a_failure() {
    let wrong = || gateway().adapter(Console::new()).router(Router::new().command(ping));
    for args in [&["bot"][..], &["bot", "spec"]] {
        assert_eq!(code(wrong(), args).await, is(ExitCode::FAILURE), "{args:?}");
    }
}

#[tokio::test]
async fn help_needs_no_gateway() {
    let none = || -> Result<Gateway<()>> { Err(Error::configuration("OPS_TOKEN is not set")) };
    assert_eq!(code(none(), &["bot", "--help"]).await, is(ExitCode::SUCCESS));
    assert_eq!(code(none(), &["bot", "run"]).await, is(ExitCode::FAILURE));
}

#[tokio::test]
async fn a_wrong_line_is_a_mistake_of_usage() {
    for args in [&["bot", "spek"][..], &["bot", "spec", "--command", "pong"]] {
        assert_eq!(code(gateway(), args).await, is(ExitCode::from(2)), "{args:?}");
    }
}
