//! The story in Slack.

use std::process::{Command, Stdio};

use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
use serde_json::{Value, json};

use super::Platform;
use super::seen::{Bot, free_address, named, until};

pub(crate) struct InSlack {
    slack: FakeSlack,
    _bot: Bot,
}

impl InSlack {
    pub(crate) async fn start() -> Self {
        let slack = FakeSlack::start(SlackConfig::new()).await.unwrap();
        let listen = free_address();
        let bot = Command::new(env!("CARGO_BIN_EXE_opsbot"))
            .env("SLACK_SIGNING_SECRET", slack.signing_secret())
            .env("SLACK_BOT_TOKEN", slack.bot_token())
            .env("SLACK_API_URL", slack.api_url())
            .env("OPSBOT_ALLOW_ALL", "1")
            .env("CHATGATE_LISTEN", &listen)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let world = Self { slack, _bot: Bot(bot) };
        until("the bot", || std::net::TcpStream::connect(&listen).ok()).await;
        world.slack.listen(&format!("http://{listen}/slack/events"));
        world
    }

    fn user(&self, name: &str) -> String {
        self.slack.ids().users[name].clone()
    }

    fn ops(&self) -> String {
        self.slack.ids().channels["ops"].clone()
    }

    fn named(&self, lines: Vec<String>) -> Vec<String> {
        lines.iter().map(|line| named(line, &self.slack.ids().users)).collect()
    }
}

impl Platform for InSlack {
    async fn says(&self, who: &str, text: &str) {
        self.slack.mention(&self.user(who), &self.ops(), text).await.unwrap();
    }

    async fn types(&self, who: &str, command: &str, rest: &str) {
        self.slack.slash(&self.user(who), &self.ops(), command, rest).await.unwrap();
    }

    async fn presses(&self, who: &str, words: &str, button: &str) {
        let messages = self.slack.messages(&self.ops());
        let card = messages.iter().find(|it| it["text"].to_string().contains(words)).unwrap();
        let ts = card["ts"].as_str().unwrap();
        let pressed = self.slack.click(&self.user(who), &self.ops(), ts, button).await.unwrap();
        assert!(pressed.taken(), "{pressed:?}");
    }

    async fn reports(&self, who: &str, title: &str, severity: &str, seen: &str) {
        let values =
            json!({"In a few words": title, "How bad is it?": severity, "What was seen": seen});
        let submitted = json!({"user": self.user(who), "values": values});
        self.slack.control("submit", submitted).await.unwrap();
    }

    fn messages(&self) -> Vec<Vec<String>> {
        let messages = self.slack.messages(&self.ops());
        let own = messages.iter().filter(|message| message["bot_id"].is_string());
        own.map(|message| self.named(lines_of(&message["blocks"]))).collect()
    }

    fn form(&self) -> Option<Vec<String>> {
        let requests = self.slack.requests();
        let opened = requests.iter().rev().find(|request| request["method"] == "views.open")?;
        let view = &opened["answer"]["view"];
        let mut lines = vec![words(&view["title"])];
        lines.extend(lines_of(&view["blocks"]));
        lines.push(format!("[{}]", words(&view["submit"])));
        Some(lines)
    }
}

/// The text of a text object.
fn words(text: &Value) -> String {
    text["text"].as_str().unwrap_or_default().to_owned()
}

/// The blocks of a message or form.
fn lines_of(blocks: &Value) -> Vec<String> {
    list(blocks).flat_map(lines_of_block).collect()
}

fn lines_of_block(block: &Value) -> Vec<String> {
    match block["type"].as_str().unwrap_or_default() {
        "rich_text" => list(&block["elements"]).flat_map(lines_of_rich_text).collect(),
        "section" => {
            let fields = list(&block["fields"]);
            let fields = fields.map(|field| {
                let field = words(field).replace("<@", "@").replace('>', "");
                field.replacen("*\n", ": ", 1).replacen('*', "", 1)
            });
            let text = Some(words(&block["text"])).filter(|text| !text.is_empty());
            text.into_iter().chain(fields).collect()
        }
        "context" => list(&block["elements"]).map(words).collect(),
        "actions" => {
            let buttons = list(&block["elements"]).map(|button| words(&button["text"]));
            vec![buttons.map(|name| format!("[{name}]")).collect::<Vec<_>>().join(" ")]
        }
        "input" => lines_of_input(block),
        other => panic!("nobody reads a {other}"),
    }
}

fn lines_of_rich_text(element: &Value) -> Vec<String> {
    let said: String = list(&element["elements"])
        .map(|part| match part["type"].as_str().unwrap_or_default() {
            "text" | "link" => words(part),
            "emoji" => format!(":{}:", part["name"].as_str().unwrap()),
            "user" => format!("@{}", part["user_id"].as_str().unwrap()),
            other => panic!("nobody reads a {other}"),
        })
        .collect();
    let sign = if element["type"] == "rich_text_quote" { "> " } else { "" };
    said.lines().filter(|line| !line.is_empty()).map(|line| format!("{sign}{line}")).collect()
}

fn lines_of_input(block: &Value) -> Vec<String> {
    let optional = if block["optional"] == true { " (optional)" } else { "" };
    let element = &block["element"];
    let hint = words(&element["placeholder"]);
    let first = format!("{}{optional}: {hint}", words(&block["label"]));
    let options = list(&element["options"]).map(|option| {
        let mark = if *option == element["initial_option"] { '●' } else { '○' };
        format!("{mark} {} – {}", words(&option["text"]), words(&option["description"]))
    });
    std::iter::once(first.trim_end().to_owned()).chain(options).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
