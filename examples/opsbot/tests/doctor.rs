//! `opsbot doctor mattermost`, as a process before a Mattermost on this machine.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests, which wait in real time"
)]

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::json;

/// A Mattermost, and the environment in which the bot is started.
struct World {
    mattermost: FakeMattermost,
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
    async fn new(config: MattermostConfig) -> Self {
        let mattermost = FakeMattermost::start(config).await.unwrap();
        // It is told where Mattermost reaches it before it listens there.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = free.local_addr().unwrap().to_string();
        drop(free);
        let environment = vec![
            ("MATTERMOST_URL", mattermost.base_url().to_owned()),
            ("MATTERMOST_TOKEN", mattermost.bot_token().to_owned()),
            ("MATTERMOST_ADMIN_TOKEN", "token-alice".to_owned()),
            ("CHATGATE_PUBLIC_URL", format!("http://{listen}")),
            ("CHATGATE_LISTEN", listen),
            ("OPSBOT_ALLOW_ALL", "1".to_owned()),
        ];
        Self { mattermost, environment, bot: None }
    }

    /// With its commands registered, and the bot before it.
    async fn set_up(config: MattermostConfig) -> Self {
        let mut world = Self::new(config).await;
        let applied = world.run(&["manifest", "mattermost", "--apply"]).await;
        let tokens = applied.said.trim().strip_prefix("MATTERMOST_SLASH_TOKENS=").unwrap();
        world.environment.push(("MATTERMOST_SLASH_TOKENS", tokens.to_owned()));
        let mut bot = world.command(&[]);
        world.bot = Some(bot.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let connected = world.mattermost.until(|it| it.is_connected().then_some(()));
        tokio::time::timeout(Duration::from_secs(20), connected).await.unwrap();
        world
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.environment.retain(|(known, _)| *known != name);
        self.environment.push((name, value.to_owned()));
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opsbot"));
        command.args(args).stdin(Stdio::null()).env_remove("RUST_LOG");
        for name in ["MATTERMOST_SLASH_TOKENS", "CHATGATE_SEAL_KEY", "SLACK_BOT_TOKEN"] {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    async fn run(&self, args: &[&str]) -> Examined {
        let mut command = self.command(args);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        Examined {
            code: output.status.code(),
            said: String::from_utf8(output.stdout).unwrap(),
            complained: String::from_utf8(output.stderr).unwrap(),
        }
    }

    async fn examined(&self) -> Examined {
        self.run(&["doctor", "mattermost"]).await
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
async fn what_is_right_is_told_and_nothing_is_wrong() {
    let world = World::set_up(MattermostConfig::new()).await;
    let examined = world.examined().await;
    examined.has("ok ", "takes MATTERMOST_TOKEN, that of the bot opsbot");
    examined.has("ok ", "the clocks agree");
    examined.has("ok ", "version 11.6");
    examined.has("ok ", "leads to this program");
    examined.has("ok ", "the server may call 127.0.0.1, a private address");
    examined.has("ok ", "slash commands lead here");
    assert_eq!(examined.code, Some(0), "{}", examined.said);
    assert!(examined.said.contains("\n0 errors, "), "{}", examined.said);
    assert!(!examined.said.contains('\u{1b}'), "colours in a pipe");
    for (name, secret) in &world.environment {
        let told = format!("{}{}", examined.said, examined.complained);
        assert!(!name.contains("TOKEN") || !told.contains(secret), "{name}: {told}");
    }
}

#[tokio::test]
async fn a_bad_token_is_told_and_what_else_can_be_seen_is_looked_at() {
    let mut world = World::new(MattermostConfig::new()).await;
    world.set("MATTERMOST_TOKEN", "revoked");
    let examined = world.examined().await;
    examined.has("error", "the server does not take MATTERMOST_TOKEN");
    examined.has("       next:", "create a new token");
    examined.has("error", "CHATGATE_PUBLIC_URL cannot be reached");
    assert_eq!(examined.code, Some(1));
}

#[tokio::test]
async fn a_server_that_is_too_old_is_told() {
    let world = World::new(MattermostConfig::new().with_version("9.11.1")).await;
    let examined = world.examined().await;
    examined.has("error", "the server is of version 9.11");
    assert_eq!(examined.code, Some(1));
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told() {
    let world = World::new(MattermostConfig::new()).await;
    world.mattermost.control("clock", json!({"advance_ms": 90_000})).await.unwrap();
    let examined = world.examined().await;
    examined.has("error", "the clock of this machine is ");
    examined.has("error", " s behind the server's");
    assert_eq!(examined.code, Some(1));
}

#[tokio::test]
async fn a_command_that_leads_elsewhere_is_told_with_where_it_leads() {
    let world = World::set_up(MattermostConfig::new()).await;
    let _ = world.mattermost.command("deploy", "https://evil.test/steal?token=canary");
    let examined = world.examined().await;
    examined.has("error", "acme: /deploy leads elsewhere: https://evil.test");
    examined.has("       next:", "find out whose it is");
    assert!(!examined.said.contains("canary"), "{}", examined.said);
    assert_eq!(examined.code, Some(1));
}

#[tokio::test]
async fn a_command_whose_token_is_not_known_is_told() {
    let mut world = World::set_up(MattermostConfig::new()).await;
    world.set("MATTERMOST_SLASH_TOKENS", "another");
    let examined = world.examined().await;
    examined.has("error", "the token of /deploy is not among MATTERMOST_SLASH_TOKENS");
    assert_eq!(examined.code, Some(1));
}

#[tokio::test]
async fn what_is_not_registered_and_what_cannot_be_seen_are_warnings() {
    let mut world = World::set_up(MattermostConfig::new()).await;
    world.set("MATTERMOST_ADMIN_TOKEN", "");
    let examined = world.examined().await;
    examined.has("warn", "the slash commands of acme cannot be seen");
    examined.has("       next:", "MATTERMOST_ADMIN_TOKEN");
    assert_eq!(examined.code, Some(0));
    let world = World::new(MattermostConfig::new()).await;
    let examined = world.examined().await;
    examined.has("warn", "acme: not registered as slash commands: /deploy");
}

#[tokio::test]
async fn settings_that_are_in_the_way_are_told() {
    let world = World::set_up(MattermostConfig::new()).await;
    let changes = json!({"ServiceSettings": {
        "SiteURL": "https://other.test", "AllowedUntrustedInternalConnections": "10.0.0.0/8",
    }});
    world.mattermost.control("settings", changes).await.unwrap();
    let examined = world.examined().await;
    examined.has("warn", "Site URL is not MATTERMOST_URL");
    examined.has("error", "the server may not call 127.0.0.1");
    examined.has("       next:", "Allow untrusted internal connections");
    assert_eq!(examined.code, Some(1));
    let off = json!({"ServiceSettings": {"EnableCommands": false}});
    world.mattermost.control("settings", off).await.unwrap();
    world.examined().await.has("error", "custom slash commands are off");
}

#[tokio::test]
async fn a_bot_that_is_in_no_channel_is_told() {
    let world = World::new(MattermostConfig::new()).await;
    for channel in ["ops", "private", "shared"] {
        let leaves = json!({"user": "opsbot", "channel": channel});
        world.mattermost.control("leave", leaves).await.unwrap();
    }
    let examined = world.examined().await;
    examined.has("warn", "the bot is in no channel");
    examined.has("warn", "MATTERMOST_SLASH_TOKENS is not set");
}

#[tokio::test]
async fn an_address_that_is_somebody_elses_is_told() {
    let mut world = World::set_up(MattermostConfig::new()).await;
    let other = world.mattermost.base_url().to_owned();
    world.set("CHATGATE_PUBLIC_URL", &other);
    let examined = world.examined().await;
    examined.has("error", "what answers at CHATGATE_PUBLIC_URL is not this program");
    examined.has("error", "acme: /deploy leads elsewhere");
    assert_eq!(examined.code, Some(1));
}

#[tokio::test]
async fn without_its_variables_it_cannot_look() {
    let mut world = World::new(MattermostConfig::new()).await;
    for name in ["MATTERMOST_URL", "MATTERMOST_TOKEN"] {
        world.set(name, "");
    }
    let examined = world.examined().await;
    assert_eq!(examined.code, Some(2), "{}", examined.complained);
    for name in ["MATTERMOST_URL", "MATTERMOST_TOKEN"] {
        assert!(examined.complained.contains(name), "{}", examined.complained);
    }
    assert!(examined.said.is_empty());
}
