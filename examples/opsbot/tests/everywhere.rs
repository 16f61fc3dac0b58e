//! One process and the same handlers in a terminal, in Slack, in Mattermost and in Teams at once.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests, which wait in real time"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use chatgate_testkit::fakes::{
    FakeMattermost, FakeSlack, FakeTeams, MattermostConfig, SlackConfig, TeamsConfig,
};
use serde_json::Value;

/// Nothing here takes so long: who waits longer waits for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// All platforms on this machine, and one bot before them.
struct Everywhere {
    slack: FakeSlack,
    mattermost: FakeMattermost,
    teams: FakeTeams,
    bot: Child,
    keyboard: ChildStdin,
    screen: Arc<Mutex<String>>,
}

impl Everywhere {
    async fn start() -> Self {
        let slack = FakeSlack::start(SlackConfig::new()).await.unwrap();
        let mattermost = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
        let teams = FakeTeams::start(TeamsConfig::new()).await.unwrap();
        // Mattermost's buttons carry the address, which is said before the bot listens there.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = free.local_addr().unwrap().to_string();
        drop(free);
        let mut bot = Command::new(env!("CARGO_BIN_EXE_opsbot"))
            .env("USER", "alice")
            .env_remove("CHATGATE_SEAL_KEY")
            .env("RUST_LOG", "info")
            .env("SLACK_SIGNING_SECRET", slack.signing_secret())
            .env("SLACK_BOT_TOKEN", slack.bot_token())
            .env("SLACK_API_URL", slack.api_url())
            .env("MATTERMOST_URL", mattermost.base_url())
            .env("MATTERMOST_TOKEN", mattermost.bot_token())
            .env("CHATGATE_PUBLIC_URL", format!("http://{listen}"))
            .env("TEAMS_OUTGOING_TOKEN", teams.token())
            .env("TEAMS_WORKFLOW_OPS", teams.workflow_url("alerts"))
            .env("OPSBOT_NEWS", "teams:workflow:ops")
            .env("OPSBOT_ALLOW_ALL", "1")
            .env("CHATGATE_LISTEN", &listen)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(bot.stderr.take().unwrap());
        let mut told = String::new();
        while !told.contains("listening at=") {
            assert_ne!(log.read_line(&mut told).unwrap(), 0, "it has ended: {told}");
        }
        thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        let screen = Arc::<Mutex<String>>::default();
        let (mut printed, shown) = (bot.stdout.take().unwrap(), screen.clone());
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = printed.read(&mut bytes) {
                shown.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..read]));
            }
        });
        slack.listen(&format!("http://{listen}/slack/events"));
        teams.listen(format!("http://{listen}/teams/outgoing"));
        let keyboard = bot.stdin.take().unwrap();
        let world = Self { slack, mattermost, teams, bot, keyboard, screen };
        within(world.mattermost.until(|fake| fake.is_connected().then_some(()))).await;
        world
    }

    fn types(&mut self, line: &str) {
        writeln!(self.keyboard, "{line}").unwrap();
    }

    /// Waits until the terminal shows some words.
    async fn shows(&self, words: &str) {
        within(async {
            while !self.screen.lock().unwrap().contains(words) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
    }

    /// Waits until a channel of Slack shows some words.
    async fn in_slack(&self, words: &str) -> Value {
        within(self.slack.until(|fake| found(fake.messages("C0OPS"), words))).await
    }

    async fn in_mattermost(&self, words: &str) -> Value {
        within(self.mattermost.until(|fake| found(fake.messages("ops"), words))).await
    }

    /// Waits until the workflow has told some words.
    async fn in_the_news(&self, words: &str) -> Value {
        within(self.teams.until(|fake| found(fake.messages("random"), words))).await
    }
}

impl Drop for Everywhere {
    fn drop(&mut self) {
        let _ = self.bot.kill();
        let _ = self.bot.wait();
    }
}

/// What is shown of these words and was not typed by a person.
fn found(messages: Vec<Value>, words: &str) -> Option<Value> {
    let is_it = |message: &Value| {
        let text = message.to_string();
        text.contains(words) && !text.contains("opsbot deploy") && !text.contains("incident open")
    };
    messages.into_iter().find(is_it)
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap()
}

#[tokio::test]
async fn a_deploy_and_an_incident_go_the_same_way_on_every_platform() {
    let mut world = Everywhere::start().await;

    world.types("deploy api --env staging");
    world.shows("api 1.4.3 is live on staging").await;
    world.slack.mention("U0ALICE", "C0OPS", "deploy api --env staging").await.unwrap();
    world.in_slack("api 1.4.4 is live on staging").await;
    world.mattermost.say("alice", "ops", "@opsbot deploy api --env staging").await.unwrap();
    world.in_mattermost("api 1.4.5 is live on staging").await;
    let say = |line: &'static str| world.teams.say("alice", "ops", line);
    let deployed = say("@opsbot deploy api --env staging").await.unwrap();
    assert!(deployed.taken(), "{deployed:?}");
    let card = &deployed.json()["attachments"][0]["content"];
    assert!(card.to_string().contains("api 1.4.6 is live on staging"), "{card}");

    // Each shows an incident in its own way, and all of them are told in one place.
    world.types("incident open disk is full");
    world.shows("Incident 1 is open: disk is full").await;
    world.types("1");
    world.shows("Incident 1 is acknowledged").await;
    world.slack.mention("U0ALICE", "C0OPS", "incident open cache is cold").await.unwrap();
    let card = world.in_slack("Incident 2 is open").await;
    let ts = card["ts"].as_str().unwrap();
    world.slack.click("U0BOB", "C0OPS", ts, "Acknowledge").await.unwrap();
    world.in_slack("Incident 2 is acknowledged").await;
    world.mattermost.say("alice", "ops", "@opsbot incident open queue is long").await.unwrap();
    let card = world.in_mattermost("Incident 3 is open").await;
    let id = card["id"].as_str().unwrap();
    world.mattermost.click("bob", id, "Acknowledge").await.unwrap();
    world.in_mattermost("Incident 3 is acknowledged").await;
    let opened = world.teams.say("alice", "ops", "@opsbot incident open mail is late").await;
    let opened = opened.unwrap();
    assert!(opened.taken() && opened.answer.contains("Incident 4 is open"), "{opened:?}");
    // Without buttons one writes the number, in the thread.
    let number = serde_json::json!({
        "user": "bob", "channel": "ops", "root": opened.id, "text": "@opsbot 1",
    });
    let taken = world.teams.call("say", number).await.unwrap();
    assert!(taken.answer.contains("Incident 4 is acknowledged"), "{taken:?}");

    for told in [
        "Incident 1 (minor) is open: disk is full",
        "Incident 2 (minor) is open: cache is cold",
        "Incident 2 (minor) is acknowledged",
        "Incident 3 (minor) is acknowledged",
        "Incident 4 (minor) is acknowledged",
    ] {
        world.in_the_news(told).await;
    }
    world.types("status api");
    world.shows("1.4.6").await;
}
