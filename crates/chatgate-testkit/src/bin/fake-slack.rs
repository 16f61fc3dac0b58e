//! `fake-slack`: a Slack on this machine, to test an app against. `docs/fakes.md` has the rest.

use std::io::Write as _;
use std::process::ExitCode;

use chatgate_testkit::fakes::{FakeSlack, MentionOrder, SlackConfig};

const HELP: &str = "\
Usage: fake-slack [--port N] [--listen-url URL] [OPTIONS]

A Slack on the loopback interface, as strict and as stateful as the real one. When it is ready it
prints one line of JSON: its URLs, the token, the signing secret, the ids of what there is. It ends
with SIGTERM or Ctrl-C.

  --port N             listen on this port of 127.0.0.1; 0, the default, picks one
  --listen-url URL     where the app takes events, commands and interactions (plain http, loopback)
  --signing-secret S   sign with this secret
  --bot-token T        accept this token
  --scopes A,B         grant the app these scopes, and no other
  --mention-order O    message-first (the default), mention-first or together
  --no-echo            do not send the app its own messages back
  --pace               enforce the documented rate limits
  --quiet              keep no log of requests and deliveries, for benchmarks
  --help               this text
";

fn main() -> ExitCode {
    let config = match config(std::env::args().skip(1)) {
        Ok(Some(config)) => config,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("fake-slack: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.and_then(|runtime| runtime.block_on(run(config))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fake-slack: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: SlackConfig) -> std::io::Result<()> {
    let slack = FakeSlack::start(config).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", slack.ready_line())?;
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
fn config(mut arguments: impl Iterator<Item = String>) -> Result<Option<SlackConfig>, String> {
    let mut config = SlackConfig::new();
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
            "--signing-secret" => config.with_signing_secret(value()?),
            "--bot-token" => config.with_bot_token(value()?),
            "--scopes" => config.with_scopes(value()?.split(',')),
            "--mention-order" => config.with_mention_order(match value()?.as_str() {
                "message-first" => MentionOrder::MessageFirst,
                "mention-first" => MentionOrder::MentionFirst,
                "together" => MentionOrder::Together,
                other => return Err(format!("--mention-order: {other}?")),
            }),
            "--no-echo" => config.without_echo(),
            "--pace" => config.with_pace(),
            "--quiet" => config.without_log(),
            other => return Err(format!("unknown argument {other}")),
        };
    }
    Ok(Some(config))
}
