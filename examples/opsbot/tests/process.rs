//! The program as a process: in a pipe, and stopped by a signal.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests, which wait in real time"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

fn opsbot() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opsbot"));
    command
        .env("USER", "alice")
        .env_remove("RUST_LOG")
        .env_remove("CHATGATE_SEAL_KEY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Gives it the lines and waits for its end.
fn piped(lines: &str) -> Output {
    let mut child = opsbot().spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Waits for the process's end, at most twenty seconds.
fn ended(child: &mut Child) -> i32 {
    for _ in 0..400 {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().unwrap();
        }
        thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("it did not end");
}

fn terminate(child: &Child) {
    let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
}

#[test]
fn a_pipe_is_answered_line_by_line_and_ends_well() {
    let output = piped("help\nstatus\ndeploy api —env staging\ndeploy\nfrobnicate\n");
    let said = String::from_utf8(output.stdout).unwrap();
    let in_order = [
        "deploy <service> --env <staging|prod>",
        "│ api     │ 1.4.2   │ 1.4.1 │",
        "✔ Checking its health",
        "api 1.4.3 is live on staging",
        "These are missing",
        "^",
        "deploy api --env staging",
        "I don't know `frobnicate`",
    ];
    let mut rest = said.as_str();
    for part in in_order {
        let (_, after) = rest.split_once(part).unwrap_or_else(|| panic!("{part:?} in {said}"));
        rest = after;
    }
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn sigterm_lets_the_run_end_and_reports_on_standard_error() {
    let mut child = opsbot().spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"deploy api --env staging\n").unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("Building") {
        assert_ne!(stdout.read_line(&mut said).unwrap(), 0, "it ended: {said}");
    }
    terminate(&child);
    let code = ended(&mut child);
    stdout.read_to_string(&mut said).unwrap();
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(said.contains("api 1.4.3 is live on staging"), "{said}");
    assert_eq!(told, "drained: nothing is left\n");
    assert_eq!(code, 0);
    drop(stdin);
}

#[test]
fn sigterm_ends_an_idle_bot_whose_input_is_still_open() {
    let mut child = opsbot().spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"whoami\n").unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    terminate(&child);
    assert_eq!(ended(&mut child), 0);
}

#[test]
fn a_second_sigterm_does_not_wait_for_the_run() {
    let mut child = opsbot().spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"deploy api --env staging\n").unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    terminate(&child);
    // Two signals at once are one.
    thread::sleep(Duration::from_millis(100));
    terminate(&child);
    assert_eq!(ended(&mut child), 1);
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(told.contains("a second signal") && told.contains("next: "), "{told}");
}

#[test]
fn spec_prints_what_there_is_without_running() {
    let output = opsbot().args(["spec", "--command", "deploy"]).output().unwrap();
    let spec = String::from_utf8(output.stdout).unwrap();
    assert!(spec.contains("\"effect\": \"write\"") && spec.contains("$schema"), "{spec}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_wrong_command_line_is_told_on_standard_error() {
    let output = opsbot().arg("spek").output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("'spec'"));
    assert_eq!(output.status.code(), Some(2));
}

/// A Slack on this machine, and the bot before it as a process.
struct InSlack {
    slack: chatgate_testkit::fakes::FakeSlack,
    bot: Child,
}

impl InSlack {
    async fn start() -> Self {
        use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
        let slack = FakeSlack::start(SlackConfig::new()).await.unwrap();
        let mut bot = opsbot()
            .env("SLACK_SIGNING_SECRET", slack.signing_secret())
            .env("SLACK_BOT_TOKEN", slack.bot_token())
            .env("SLACK_API_URL", slack.api_url())
            .env("OPSBOT_ALLOW_ALL", "1")
            .env("CHATGATE_LISTEN", "127.0.0.1:0")
            .spawn()
            .unwrap();
        let mut log = BufReader::new(bot.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("listening at=") {
            assert_ne!(log.read_line(&mut said).unwrap(), 0, "it has ended: {said}");
        }
        let address = said.rsplit_once("listening at=").unwrap().1.trim();
        slack.listen(&format!("http://{address}/slack/events"));
        // What it logs from here on is read, so that it can go on logging.
        thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        assert!(said.contains("ALLOW ALL"), "who may run everything is not told: {said}");
        Self { slack, bot }
    }
}

impl Drop for InSlack {
    fn drop(&mut self) {
        let _ = self.bot.kill();
        let _ = self.bot.wait();
    }
}

#[tokio::test]
async fn in_slack_it_answers_commands_and_mentions() {
    let world = InSlack::start().await;
    let ids = world.slack.ids();
    let (alice, ops) = (&ids.users["alice"], &ids.channels["ops"]);
    let attempt = world.slack.slash(alice, ops, "/status", "").await.unwrap();
    assert_eq!(attempt.status, Some(200), "{attempt:?}");
    assert!(attempt.answer.contains("1.4.2"), "{}", attempt.answer);
    world.slack.mention(alice, ops, "deploy api --env staging").await.unwrap();
    let look = |slack: &chatgate_testkit::fakes::FakeSlack| {
        let live = |message: &serde_json::Value| {
            message["text"].as_str().is_some_and(|text| text.contains("is live on staging"))
        };
        slack.messages(ops).iter().any(live).then_some(())
    };
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, world.slack.until(look)).await.unwrap();
}

/// A Mattermost on this machine, and the bot before it as a process.
struct InMattermost {
    mattermost: chatgate_testkit::fakes::FakeMattermost,
    bot: Child,
}

impl InMattermost {
    async fn start() -> Self {
        use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
        let mattermost = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
        // It is told where Mattermost reaches it before it listens there.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = free.local_addr().unwrap().to_string();
        drop(free);
        let token = mattermost.command("status", &format!("http://{listen}/mattermost/command"));
        let bot = opsbot()
            .env("MATTERMOST_URL", mattermost.base_url())
            .env("MATTERMOST_TOKEN", mattermost.bot_token())
            .env("MATTERMOST_SLASH_TOKENS", token)
            .env("CHATGATE_PUBLIC_URL", format!("http://{listen}"))
            .env("OPSBOT_ALLOW_ALL", "1")
            .env("CHATGATE_LISTEN", &listen)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let world = Self { mattermost, bot };
        world.until(|mattermost| mattermost.is_connected()).await;
        world
    }

    async fn until(&self, holds: impl Fn(&chatgate_testkit::fakes::FakeMattermost) -> bool) {
        let looking = self.mattermost.until(|mattermost| holds(mattermost).then_some(()));
        tokio::time::timeout(Duration::from_secs(20), looking).await.unwrap();
    }
}

impl Drop for InMattermost {
    fn drop(&mut self) {
        let _ = self.bot.kill();
        let _ = self.bot.wait();
    }
}

#[tokio::test]
async fn in_mattermost_it_answers_commands_and_mentions() {
    let world = InMattermost::start().await;
    let answer = world.mattermost.slash("alice", "ops", "/status").await.unwrap();
    assert!(answer.taken() && answer.answer.contains("1.4.2"), "{answer:?}");
    world.mattermost.say("alice", "ops", "@opsbot deploy api --env staging").await.unwrap();
    let is_live = |post: &serde_json::Value| post.to_string().contains("is live on staging");
    world.until(|mattermost| mattermost.messages("ops").iter().any(is_live)).await;
}

/// A Teams on this machine, and the bot before it as a process.
struct InTeams {
    teams: chatgate_testkit::fakes::FakeTeams,
    bot: Child,
}

impl InTeams {
    async fn start() -> Self {
        use chatgate_testkit::fakes::{FakeTeams, TeamsConfig};
        let teams = FakeTeams::start(TeamsConfig::new()).await.unwrap();
        let mut bot = opsbot()
            .env("TEAMS_OUTGOING_TOKEN", teams.token())
            .env("TEAMS_WORKFLOW_OPS", teams.workflow_url("alerts"))
            .env("OPSBOT_NEWS", "teams:workflow:ops")
            .env("OPSBOT_ALLOW_ALL", "1")
            .env("CHATGATE_LISTEN", "127.0.0.1:0")
            .spawn()
            .unwrap();
        let mut log = BufReader::new(bot.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("listening at=") {
            assert_ne!(log.read_line(&mut said).unwrap(), 0, "it has ended: {said}");
        }
        let address = said.rsplit_once("listening at=").unwrap().1.trim();
        teams.listen(format!("http://{address}/teams/outgoing"));
        thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { teams, bot }
    }
}

impl Drop for InTeams {
    fn drop(&mut self) {
        let _ = self.bot.kill();
        let _ = self.bot.wait();
    }
}

#[tokio::test]
async fn in_teams_it_answers_at_once_and_tells_of_incidents_by_a_workflow() {
    let world = InTeams::start().await;
    let say = |line: &'static str| world.teams.say("alice", "ops", line);
    let deployed = say("@opsbot deploy api --env staging").await.unwrap();
    assert!(deployed.taken() && deployed.answer.contains("is live on staging"), "{deployed:?}");
    let status = say("@opsbot status").await.unwrap();
    assert!(status.taken() && status.answer.contains("1.4.3"), "{status:?}");
    let opened = say("@opsbot incident open --severity critical disk is full").await.unwrap();
    assert!(opened.taken() && opened.answer.contains("Incident 1 is open"), "{opened:?}");
    let told = |teams: &chatgate_testkit::fakes::FakeTeams| {
        let is_told = |post: &serde_json::Value| post.to_string().contains("disk is full");
        teams.messages("random").iter().any(is_told).then_some(())
    };
    tokio::time::timeout(Duration::from_secs(20), world.teams.until(told)).await.unwrap();
}

#[test]
fn in_slack_somebody_must_be_allowed_something() {
    let output = opsbot()
        .env("SLACK_SIGNING_SECRET", "s")
        .env("SLACK_BOT_TOKEN", "xoxb-1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("OPSBOT_ALLOW_ALL=1"), "{said}");
}

#[test]
fn the_slash_commands_are_printed_as_mattermost_registers_them() {
    let command = |public: Option<&str>| {
        let mut command = opsbot();
        command.args(["manifest", "mattermost"]).env_remove("CHATGATE_PUBLIC_URL");
        public.map(|url| command.env("CHATGATE_PUBLIC_URL", url));
        command.output().unwrap()
    };
    let output = command(Some("https://bot.test/ops"));
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let deploy = printed.as_array().unwrap().iter().find(|it| it["trigger"] == "deploy").unwrap();
    assert_eq!(deploy["url"], "https://bot.test/ops/mattermost/command");
    assert_eq!(deploy["auto_complete_hint"], "<service> --env <staging|prod>");
    // Mattermost has a command of its own by that name.
    assert!(String::from_utf8_lossy(&output.stderr).contains("/status is left out"));
    let output = command(None);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("CHATGATE_PUBLIC_URL is not set"));
}

#[tokio::test]
async fn the_slash_commands_are_registered_at_mattermost() {
    use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
    let mattermost = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
    let (url, bot) = (mattermost.base_url().to_owned(), mattermost.bot_token().to_owned());
    let apply = move |admin: &'static str| {
        let mut command = opsbot();
        command
            .args(["manifest", "mattermost", "--apply"])
            .env("MATTERMOST_URL", &url)
            .env("MATTERMOST_TOKEN", &bot)
            .env("MATTERMOST_ADMIN_TOKEN", admin)
            .env("CHATGATE_PUBLIC_URL", "https://bot.test")
            .env("OPSBOT_ALLOW_ALL", "1");
        tokio::task::spawn_blocking(move || command.output().unwrap())
    };
    let output = apply("token-alice").await.unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    assert!(told.contains("acme: /deploy created"), "{told}");
    let line = String::from_utf8(output.stdout).unwrap();
    assert!(line.starts_with("MATTERMOST_SLASH_TOKENS="), "{line}");
    let output = apply("").await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("set MATTERMOST_ADMIN_TOKEN to an administrator's"), "{told}");
}
