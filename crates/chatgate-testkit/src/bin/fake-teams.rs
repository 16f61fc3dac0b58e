//! `fake-teams`: a Teams on this machine, to test a bot against. `docs/fakes.md` has the rest.

use std::process::ExitCode;

use chatgate_testkit::fakes::{FakeTeams, TeamsConfig};

#[path = "command/mod.rs"]
mod command;

use command::{Value, port, unknown};

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
    let named = ("fake-teams", HELP);
    command::run(named, (TeamsConfig::new(), set), FakeTeams::start, FakeTeams::ready_line)
}

fn set(config: TeamsConfig, name: &str, value: Value<'_>) -> Result<TeamsConfig, String> {
    Ok(match name {
        "--port" => config.with_port(port(&value()?)?),
        "--listen-url" => config.with_listen_url(value()?),
        "--token" => config.with_token(value()?),
        "--pace" => config.with_pace(),
        "--quiet" => config.without_log(),
        other => return unknown(other),
    })
}
