//! `fake-slack`: a Slack on this machine, to test an app against. `docs/fakes.md` has the rest.

use std::process::ExitCode;

use chatgate_testkit::fakes::{FakeSlack, MentionOrder, SlackConfig};

#[path = "command/mod.rs"]
mod command;

use command::{Value, port, unknown};

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
    let named = ("fake-slack", HELP);
    command::run(named, (SlackConfig::new(), set), FakeSlack::start, FakeSlack::ready_line)
}

fn set(config: SlackConfig, name: &str, value: Value<'_>) -> Result<SlackConfig, String> {
    Ok(match name {
        "--port" => config.with_port(port(&value()?)?),
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
        other => return unknown(other),
    })
}
