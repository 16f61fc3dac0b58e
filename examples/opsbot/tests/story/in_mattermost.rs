//! The story in Mattermost.

use std::process::{Command, Stdio};

use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::{Value, json};

use super::Platform;
use super::seen::{Bot, free_address, named, until};

/// Stands before a sign that would be taken for Markdown or a mention.
const JOINER: char = '\u{2060}';

pub(crate) struct InMattermost {
    mattermost: FakeMattermost,
    _bot: Bot,
}

impl InMattermost {
    pub(crate) async fn start() -> Self {
        let mattermost = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
        let listen = free_address();
        let token = mattermost.command("incident", &format!("http://{listen}/mattermost/command"));
        let bot = Command::new(env!("CARGO_BIN_EXE_opsbot"))
            .env("MATTERMOST_URL", mattermost.base_url())
            .env("MATTERMOST_TOKEN", mattermost.bot_token())
            .env("MATTERMOST_SLASH_TOKENS", token)
            .env("CHATGATE_PUBLIC_URL", format!("http://{listen}"))
            .env("OPSBOT_ALLOW_ALL", "1")
            .env("CHATGATE_LISTEN", &listen)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let world = Self { mattermost, _bot: Bot(bot) };
        until("the bot", || world.mattermost.is_connected().then_some(())).await;
        world
    }

    fn posts(&self) -> Vec<Value> {
        let mut posts = self.mattermost.messages("ops");
        posts.retain(|post| post["user_id"] == self.mattermost.ids().bot.as_str());
        posts
    }
}

impl Platform for InMattermost {
    async fn says(&self, who: &str, text: &str) {
        self.mattermost.say(who, "ops", &format!("@opsbot {text}")).await.unwrap();
    }

    async fn types(&self, who: &str, command: &str, rest: &str) {
        let line = format!("{command} {rest}");
        let typed = self.mattermost.slash(who, "ops", &line).await.unwrap();
        assert!(typed.taken(), "{typed:?}");
    }

    async fn presses(&self, who: &str, words: &str, button: &str) {
        let card = self.posts().into_iter().find(|post| post.to_string().contains(words)).unwrap();
        let id = card["id"].as_str().unwrap();
        let pressed = self.mattermost.click(who, id, button).await.unwrap();
        assert!(pressed.taken(), "{pressed:?}");
    }

    async fn reports(&self, who: &str, title: &str, severity: &str, seen: &str) {
        let values = json!({"title": title, "severity": severity, "seen": seen});
        let submitted = self.mattermost.submit(who, values).await.unwrap();
        assert!(submitted.taken(), "{submitted:?}");
    }

    fn messages(&self) -> Vec<Vec<String>> {
        let users = self.mattermost.ids().users;
        let posts = self.posts();
        let lines = posts.iter().map(lines_of);
        lines.map(|lines| lines.iter().map(|line| named(line, &users)).collect()).collect()
    }

    fn form(&self) -> Option<Vec<String>> {
        let dialogs = self.mattermost.dialogs();
        let dialog = dialogs.last()?;
        let text = |name: &str| dialog[name].as_str().unwrap_or_default().to_owned();
        let mut lines = vec![text("title"), text("introduction_text")];
        lines.extend(list(&dialog["elements"]).flat_map(lines_of_element));
        lines.push(format!("[{}]", text("submit_label")));
        Some(lines)
    }
}

fn lines_of(post: &Value) -> Vec<String> {
    let mut lines = lines_of_text(&post["message"]);
    for attachment in list(&post["props"]["attachments"]) {
        lines.extend(lines_of_text(&attachment["text"]));
        lines.extend(list(&attachment["fields"]).map(|field| {
            let text = |name: &str| shown(field[name].as_str().unwrap_or_default());
            format!("{}: {}", text("title"), text("value"))
        }));
        lines.extend(lines_of_text(&attachment["footer"]));
        let buttons = list(&attachment["actions"]).map(|it| it["name"].as_str().unwrap());
        let buttons: Vec<_> = buttons.map(|name| format!("[{name}]")).collect();
        lines.extend(Some(buttons.join(" ")).filter(|line| !line.is_empty()));
    }
    lines
}

fn lines_of_text(text: &Value) -> Vec<String> {
    let lines = text.as_str().unwrap_or_default().lines();
    lines.filter(|line| !line.is_empty()).map(shown).collect()
}

/// A line as it is shown: without its marks.
fn shown(line: &str) -> String {
    let line = line.replace("**", "").replace([JOINER, '\\'], "");
    match (line.strip_prefix('['), line.split_once("](")) {
        (Some(_), Some((label, _))) => label.trim_start_matches('[').to_owned(),
        _ => line,
    }
}

fn lines_of_element(element: &Value) -> Vec<String> {
    let text = |name: &str| element[name].as_str().unwrap_or_default();
    let optional = if element["optional"] == true { " (optional)" } else { "" };
    let first = format!("{}{optional}: {}", text("display_name"), text("placeholder"));
    let options = list(&element["options"]).map(|option| {
        let mark = if option["value"] == element["default"] { '●' } else { '○' };
        format!("{mark} {}", option["text"].as_str().unwrap())
    });
    std::iter::once(first.trim_end().to_owned()).chain(options).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
