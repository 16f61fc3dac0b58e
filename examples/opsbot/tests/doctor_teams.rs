//! `opsbot doctor teams`, as a process before a Teams on this machine.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests, which wait in real time"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use chatgate_testkit::fakes::{FakeTeams, TeamsConfig};
use serde_json::json;

/// A Teams, and the environment in which the bot is started.
struct World {
    teams: FakeTeams,
    environment: Vec<(&'static str, String)>,
    bot: Option<Child>,
}

/// What the doctor said.
struct Examined {
    code: Option<i32>,
    said: String,
    complained: String,
}

impl Examined {
    /// The lines of a level that have these words; the next step stands below each.
    #[track_caller]
    fn has(&self, level: &str, words: &str) {
        let found = self.said.lines().any(|line| line.starts_with(level) && line.contains(words));
        assert!(found, "{level} {words}: {}{}", self.said, self.complained);
    }
}

impl World {
    async fn new() -> Self {
        let teams = FakeTeams::start(TeamsConfig::new()).await.unwrap();
        let environment = vec![
            ("TEAMS_OUTGOING_TOKEN", teams.token().to_owned()),
            ("TEAMS_WORKFLOW_OPS", teams.workflow_url("ops")),
            ("TEAMS_WORKFLOW_OPS_CHANNEL", teams.ids().channels["ops"].clone()),
            ("OPSBOT_ALLOW_ALL", "1".to_owned()),
        ];
        Self { teams, environment, bot: None }
    }

    /// With the bot before it.
    async fn running() -> Self {
        let mut world = Self::new().await;
        world.set("CHATGATE_LISTEN", "127.0.0.1:0");
        let mut bot = world.command(&[]);
        let mut bot = bot.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(bot.stderr.take().unwrap());
        let mut told = String::new();
        while !told.contains("listening at=") {
            assert_ne!(log.read_line(&mut told).unwrap(), 0, "it has ended: {told}");
        }
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        world.bot = Some(bot);
        let address = told.rsplit_once("listening at=").unwrap().1.trim();
        world.set("CHATGATE_PUBLIC_URL", &format!("http://{address}"));
        world
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.environment.retain(|(known, _)| *known != name);
        self.environment.push((name, value.to_owned()));
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opsbot"));
        command.args(args).stdin(Stdio::piped()).env_remove("RUST_LOG");
        for name in ["CHATGATE_PUBLIC_URL", "CHATGATE_SEAL_KEY", "TEAMS_TENANTS"] {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    async fn examined(&self) -> Examined {
        let mut command = self.command(&["doctor", "teams"]);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let examined = Examined {
            code: output.status.code(),
            said: String::from_utf8(output.stdout).unwrap(),
            complained: String::from_utf8(output.stderr).unwrap(),
        };
        let told = format!("{}{}", examined.said, examined.complained);
        let signature = self.teams.workflow_url("ops");
        let signature = signature.rsplit('=').next().unwrap();
        assert!(!told.contains(self.teams.token()) && !told.contains(signature), "{told}");
        examined
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(bot) = &mut self.bot {
            let _ = bot.kill();
            let _ = bot.wait();
        }
    }
}

#[tokio::test]
async fn what_is_right_is_told_and_nothing_is_posted() {
    let world = World::running().await;
    let examined = world.examined().await;
    examined.has("ok ", "the workflow ops is there");
    examined.has("ok ", "the clocks agree");
    // Teams would not call it by plain http.
    examined.has("warn", "this program is reached at http://127.0.0.1");
    examined.has("ok ", "follows by a workflow");
    examined.has("ok ", "TEAMS_TENANTS is not set");
    assert_eq!(examined.code, Some(0), "{}", examined.said);
    assert!(world.teams.runs().is_empty() && world.teams.messages("ops").is_empty());
}

#[tokio::test]
async fn a_workflow_that_takes_nothing_is_told() {
    let mut world = World::new().await;
    world.teams.control("turn", json!({"workflow": "ops", "on": false})).await.unwrap();
    let examined = world.examined().await;
    examined.has("error", "the workflow ops is turned off, or was deleted");
    examined.has("       next:", "turn it on in Teams");
    assert_eq!(examined.code, Some(1));
    let other = world.teams.workflow_url("alerts").replace("sig=", "sig=x");
    world.set("TEAMS_WORKFLOW_OPS", &other);
    world.examined().await.has("error", "does not take its signature");
    world.set("TEAMS_WORKFLOW_OPS", "http://127.0.0.1:1/workflows/1?sig=canary");
    let examined = world.examined().await;
    examined.has("error", "the workflow ops cannot be reached");
    assert!(!examined.said.contains("canary"), "{}", examined.said);
}

#[tokio::test]
async fn an_address_that_is_somebody_elses_and_a_lack_of_ways_are_told() {
    let mut world = World::new().await;
    let other = world.teams.base_url().to_owned();
    world.set("CHATGATE_PUBLIC_URL", &other);
    world.set("TEAMS_WORKFLOW_OPS_CHANNEL", "");
    let examined = world.examined().await;
    examined.has("error", "what answers at CHATGATE_PUBLIC_URL is not this program");
    examined.has("warn", "no workflow is of a channel");
    assert_eq!(examined.code, Some(1));
    world.set("CHATGATE_PUBLIC_URL", "");
    world.examined().await.has("warn", "CHATGATE_PUBLIC_URL is not set");
    world.set("TEAMS_OUTGOING_TOKEN", "");
    world.examined().await.has("warn", "it posts, and hears nothing");
}

#[tokio::test]
async fn with_a_retired_connector_it_cannot_look() {
    let mut world = World::new().await;
    world.set("TEAMS_WORKFLOW_OPS", "https://acme.webhook.office.com/webhookb2/canary");
    let examined = world.examined().await;
    assert_eq!(examined.code, Some(2), "{}", examined.said);
    assert!(examined.complained.contains("retired") && !examined.complained.contains("canary"));
}
