//! `fake-mattermost`: a Mattermost on this machine, to test a bot against. `docs/fakes.md` has the rest.

use std::io::Write as _;
use std::process::ExitCode;

use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};

const HELP: &str = "\
Usage: fake-mattermost [--port N] [OPTIONS]

A Mattermost on the loopback interface, as strict and as stateful as the real one. When it is ready it
prints one line of JSON: its URLs, the tokens, the ids of what there is. It ends with SIGTERM or
Ctrl-C.

  --port N           listen on this port of 127.0.0.1; 0, the default, picks one
  --bot-token T      accept this token of the bot
  --admin-token T    accept this token of the administrator, Alice
  --settings JSON    start with these settings changed, by section, as an administrator changes them
  --server-version V say that the server is of this version
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
            eprintln!("fake-mattermost: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(run(config))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fake-mattermost: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: MattermostConfig) -> std::io::Result<()> {
    let mattermost = FakeMattermost::start(config).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", mattermost.ready_line())?;
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
fn config(mut arguments: impl Iterator<Item = String>) -> Result<Option<MattermostConfig>, String> {
    let mut config = MattermostConfig::new();
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
            "--bot-token" => config.with_bot_token(value()?),
            "--admin-token" => config.with_admin_token(value()?),
            "--settings" => {
                let changes = value()?;
                let changes = serde_json::from_str(&changes);
                config.with_settings(changes.map_err(|error| format!("--settings: {error}"))?)
            }
            "--server-version" => config.with_version(value()?),
            "--quiet" => config.without_log(),
            other => return Err(format!("unknown argument {other}")),
        };
    }
    Ok(Some(config))
}
