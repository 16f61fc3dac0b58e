//! `fake-teams`: a Teams on this machine, to test a bot against. `docs/fakes.md` has the rest.

use std::io::Write as _;
use std::process::ExitCode;

use chatgate_testkit::fakes::{FakeTeams, TeamsConfig};

const HELP: &str = "\
Usage: fake-teams [--port N] [--listen-url URL] [OPTIONS]

A Teams on the loopback interface with workflows and an outgoing webhook, as strict and as stateful
as the real one. When it is ready it prints one line of JSON: its URLs, the token, the ids of what
there is. It ends with SIGTERM or Ctrl-C.

  --port N           listen on this port of 127.0.0.1; 0, the default, picks one
  --listen-url URL   where the outgoing webhook calls (plain http, loopback)
  --token T          sign with this security token: base64
  --pace             enforce the documented rate limits
  --quiet            keep no log of requests, for benchmarks
  --help             this text
";

fn main() -> ExitCode {
    let config = match config(std::env::args().skip(1)) {
        Ok(Some(config)) => config,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("fake-teams: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(run(config))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fake-teams: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: TeamsConfig) -> std::io::Result<()> {
    let teams = FakeTeams::start(config).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", teams.ready_line())?;
    out.flush()?;
    stopped().await
}

#[cfg(unix)]
async fn stopped() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut term = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = term.recv() => Ok(()),
        done = tokio::signal::ctrl_c() => done,
    }
}

#[cfg(not(unix))]
async fn stopped() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// `None` is a wish for help.
fn config(mut arguments: impl Iterator<Item = String>) -> Result<Option<TeamsConfig>, String> {
    let mut config = TeamsConfig::new();
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let mut value = || {
            inline
                .clone()
                .or_else(|| arguments.next())
                .ok_or_else(|| format!("{name} needs a value"))
        };
        config = match name.as_str() {
            "--help" | "-h" => return Ok(None),
            "--port" => {
                config.with_port(value()?.parse().map_err(|error| format!("--port: {error}"))?)
            }
            "--listen-url" => config.with_listen_url(value()?),
            "--token" => config.with_token(value()?),
            "--pace" => config.with_pace(),
            "--quiet" => config.without_log(),
            other => return Err(format!("unknown argument {other}")),
        };
    }
    Ok(Some(config))
}
