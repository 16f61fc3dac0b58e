//! Slash commands, as they are registered at Mattermost: one for each command of the program and team.

use std::fmt;

use chatgate_core::{CommandSpec, Specs};
use chatgate_http::Secret;
use serde::{Deserialize, Serialize};
use url::Url;

/// The longest description and hint that are registered. Ours: the menu shows one line.
const LINE_CHARS: usize = 128;

/// Words that Mattermost answers itself (the server's `app/slashcommands`, 11.6). A command of ours by
/// such a name would take theirs away from everyone in the team.
const BUILT_IN: &[&str] = &[
    "away",
    "code",
    "collapse",
    "dnd",
    "echo",
    "expand",
    "export",
    "groupmsg",
    "header",
    "help",
    "invite",
    "invite_people",
    "join",
    "kick",
    "leave",
    "logout",
    "marketplace",
    "me",
    "msg",
    "mute",
    "offline",
    "online",
    "open",
    "purpose",
    "remove",
    "rename",
    "search",
    "secure-connection",
    "settings",
    "share-channel",
    "shortcuts",
    "shrug",
    "status",
];

/// One slash command, as `POST /commands` takes it; the team is said besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SlashCommand {
    /// What is typed after the slash.
    pub trigger: String,
    /// How it is delivered: `P`, by POST.
    pub method: &'static str,
    /// Where it is delivered.
    pub url: String,
    /// What it is called in the list of commands.
    pub display_name: String,
    /// What it does.
    pub description: String,
    /// Whether it is offered while one types.
    pub auto_complete: bool,
    /// What is said of it there.
    pub auto_complete_desc: String,
    /// Which arguments it takes.
    pub auto_complete_hint: String,
}

/// The slash commands of a program, and those that are left out because Mattermost has a command of its
/// own by that name.
///
/// ```
/// use chatgate_core::{ArgKind, ArgSpec, CommandSpec, Specs};
/// use chatgate_mattermost::Manifest;
///
/// let service = ArgSpec::new("service", ArgKind::Word).required();
/// let deploy = CommandSpec::new("deploy", "Roll a service out").arg(service);
/// let specs = Specs::new(vec![deploy, CommandSpec::new("help", "")], vec![], vec![], vec![]);
/// let url = "https://bot.example.com/mattermost/command".parse()?;
/// let manifest = Manifest::new(&specs, &url);
/// assert_eq!(manifest.commands[0].trigger, "deploy");
/// assert_eq!(manifest.commands[0].auto_complete_hint, "<service>");
/// assert_eq!(manifest.left_out, ["help"]);
/// # Ok::<(), url::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Manifest {
    /// What is registered.
    pub commands: Vec<SlashCommand>,
    /// What is not: it can be reached by a mention of the bot.
    pub left_out: Vec<String>,
}

impl Manifest {
    /// The slash commands of a program, delivered at this address.
    #[must_use]
    pub fn new(specs: &Specs, url: &Url) -> Self {
        let (mut commands, mut left_out) = (Vec::new(), Vec::new());
        for spec in specs.commands.iter().filter(|spec| !spec.hidden) {
            let trigger = spec.name.to_lowercase();
            if BUILT_IN.contains(&trigger.as_str()) {
                left_out.push(trigger);
            } else {
                commands.push(slash_command(spec, trigger, url));
            }
        }
        Self { commands, left_out }
    }
}

fn slash_command(spec: &CommandSpec, trigger: String, url: &Url) -> SlashCommand {
    let usage = spec.usage();
    let hint = match spec.subcommands.is_empty() {
        true => usage.strip_prefix(&spec.path()).unwrap_or_default().trim().to_owned(),
        false => {
            let shown = spec.subcommands.iter().filter(|spec| !spec.hidden);
            shown.map(|spec| spec.name.as_str()).collect::<Vec<_>>().join(" | ")
        }
    };
    let description = short(&spec.about);
    SlashCommand {
        display_name: trigger.clone(),
        trigger,
        method: "P",
        url: url.to_string(),
        auto_complete: true,
        auto_complete_desc: description.clone(),
        description,
        auto_complete_hint: short(&hint),
    }
}

/// In one line, which the menu has room for.
fn short(text: &str) -> String {
    let mut line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if let Some((end, _)) = line.char_indices().nth(LINE_CHARS) {
        let cut = line.char_indices().nth(LINE_CHARS - 1).map_or(end, |(at, _)| at);
        line.truncate(cut);
        line.push('…');
    }
    line
}

/// A command that is registered at a team.
#[derive(Deserialize)]
pub(crate) struct Registered {
    #[serde(default)]
    pub(crate) id: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    pub(crate) trigger: String,
    #[serde(default)]
    pub(crate) url: String,
    #[serde(default)]
    auto_complete: bool,
    #[serde(default)]
    auto_complete_desc: String,
    #[serde(default)]
    auto_complete_hint: String,
}

impl Registered {
    pub(crate) fn token(&self) -> Secret {
        Secret::new(self.token.clone())
    }

    /// Whether it leads to this address, whatever the query.
    pub(crate) fn leads_to(&self, url: &Url) -> bool {
        Url::parse(&self.url)
            .is_ok_and(|own| own.origin() == url.origin() && own.path() == url.path())
    }

    /// Whether it leads to a program like this one at another address, as after a move.
    pub(crate) fn has_path_of(&self, url: &Url) -> bool {
        Url::parse(&self.url).is_ok_and(|own| own.path() == url.path())
    }

    pub(crate) fn says(&self, wanted: &SlashCommand) -> bool {
        self.auto_complete == wanted.auto_complete
            && self.auto_complete_desc == wanted.auto_complete_desc
            && self.auto_complete_hint == wanted.auto_complete_hint
    }
}

/// What became of one command in one team.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Applied {
    /// The team's name.
    pub team: String,
    /// What is typed after the slash.
    pub trigger: String,
    /// What was done.
    pub outcome: Outcome,
}

/// What was done to register a command.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It was made: this is its token.
    Created(Secret),
    /// It was changed: its token is still this.
    Updated(Secret),
    /// It was so already: its token.
    Unchanged(Secret),
    /// Somebody else's command has this trigger, and leads elsewhere: nothing was done.
    Taken,
}

impl Outcome {
    /// The token with which Mattermost delivers the command: one of `MATTERMOST_SLASH_TOKENS`.
    #[must_use]
    pub fn token(&self) -> Option<&Secret> {
        match self {
            Self::Created(token) | Self::Updated(token) | Self::Unchanged(token) => Some(token),
            Self::Taken => None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created(_) => "created",
            Self::Updated(_) => "updated",
            Self::Unchanged(_) => "is as it should be",
            Self::Taken => {
                "is a command of somebody else that leads elsewhere: delete it there, or rename yours"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(url: &str) -> Registered {
        serde_json::from_value(serde_json::json!({"url": url})).unwrap()
    }

    #[test]
    fn a_group_hints_at_its_commands_and_hidden_ones_are_not_told() {
        let incident = CommandSpec::new("incident", "Incidents\nand more")
            .subcommand(CommandSpec::new("open", ""))
            .subcommand(CommandSpec::new("secret", "").hidden())
            .subcommand(CommandSpec::new("close", ""));
        let hidden = CommandSpec::new("hidden", "").hidden();
        let specs = Specs::new(vec![incident, hidden], vec![], vec![], vec![]);
        let url = "https://bot.test/mattermost/command".parse().unwrap();
        let manifest = Manifest::new(&specs, &url);
        let [command] = manifest.commands.as_slice() else { panic!("{manifest:?}") };
        assert_eq!(command.auto_complete_hint, "open | close");
        assert_eq!(command.description, "Incidents and more");
        assert!(manifest.left_out.is_empty());
    }

    #[test]
    fn what_is_too_long_for_a_line_is_cut() {
        assert_eq!(short(&"ü".repeat(LINE_CHARS)).chars().count(), LINE_CHARS);
        let cut = short(&"ü".repeat(LINE_CHARS + 1));
        assert!(cut.chars().count() == LINE_CHARS && cut.ends_with('…'));
    }

    #[test]
    fn only_the_same_address_is_ours() {
        let url: Url = "https://bot.test/mattermost/command".parse().unwrap();
        assert!(registered("https://bot.test/mattermost/command?x=1").leads_to(&url));
        for other in [
            "https://evil.test/mattermost/command",
            "http://bot.test/mattermost/command",
            "https://bot.test:8443/mattermost/command",
            "https://bot.test.evil.test/mattermost/command",
            "https://bot.test/other",
            "",
        ] {
            assert!(!registered(other).leads_to(&url), "{other}");
        }
        assert!(registered("https://old.test/mattermost/command").has_path_of(&url));
    }
}
