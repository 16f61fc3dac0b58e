//! `fake-mattermost`: a Mattermost on this machine, to test a bot against. `docs/fakes.md` has the rest.

use std::process::ExitCode;

use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};

#[path = "command/mod.rs"]
mod command;

use command::{Value, port, unknown};

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
    let named = ("fake-mattermost", HELP);
    command::run(
        named,
        (MattermostConfig::new(), set),
        FakeMattermost::start,
        FakeMattermost::ready_line,
    )
}

fn set(config: MattermostConfig, name: &str, value: Value<'_>) -> Result<MattermostConfig, String> {
    Ok(match name {
        "--port" => config.with_port(port(&value()?)?),
        "--bot-token" => config.with_bot_token(value()?),
        "--admin-token" => config.with_admin_token(value()?),
        "--settings" => {
            let changes = value()?;
            let changes = serde_json::from_str(&changes);
            config.with_settings(changes.map_err(|error| format!("--settings: {error}"))?)
        }
        "--server-version" => config.with_version(value()?),
        "--quiet" => config.without_log(),
        other => return unknown(other),
    })
}
