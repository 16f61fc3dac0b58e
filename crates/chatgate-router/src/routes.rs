//! What a router has become: where each event goes.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chatgate_core::{
    ArgKind, ArgSpec, ArgStyle, CommandSpec, Content, Event, EventKind, Phrases, RouteId, Specs,
};

use crate::bound::Entry;
use crate::listener::{Hears, Pattern};
use crate::listens::Trigger;
use crate::tree::Branches;
use crate::{Found, Heard, Line, Matched, RouteGate, RouteKind, UsageError, help};

/// Where each event goes: what [`crate::Router::build`] makes. Cheap to clone.
#[derive(Clone)]
pub struct Routes {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) specs: Arc<Specs>,
    pub(crate) commands: Branches,
    pub(crate) entries: HashMap<RouteId, Arc<Entry>>,
    pub(crate) patterns: Vec<(Pattern, Arc<Entry>)>,
    pub(crate) listeners: HashMap<Trigger, Vec<Arc<Entry>>>,
    pub(crate) leaves: Vec<RouteGate>,
}

/// The word that asks for help; no command can have it.
pub(crate) const HELP: &str = "help";
/// The word that leaves a question; no command can have it.
pub(crate) const CANCEL: &str = "cancel";

impl Routes {
    /// Everything that is declared.
    #[must_use]
    pub fn specs(&self) -> Arc<Specs> {
        self.inner.specs.clone()
    }

    /// Where an event goes: see [`crate::Router`] for the order. It takes the same time for ten
    /// commands and for ten thousand.
    #[must_use]
    pub fn find(&self, event: &Event, heard: Heard) -> Found {
        match &event.kind {
            EventKind::Message(message) => self.message(event, &message.content, heard),
            EventKind::Command(invocation) => {
                let line = Line::read(&invocation.content);
                self.words(line).unwrap_or_else(|line| Found::Unknown { line })
            }
            EventKind::Action(used) => self.sealed(&used.seal.route),
            EventKind::FormSubmitted { seal, .. } => self.sealed(&seal.route),
            _ => self.listeners(event, heard).unwrap_or(Found::Nothing),
        }
    }

    /// The command of a route, for a run whose arguments were recorded or filled in.
    #[must_use]
    pub fn command(&self, route: &RouteId) -> Option<Matched> {
        self.of_kind(route, RouteKind::Command)
    }

    /// The action of a route.
    #[must_use]
    pub fn action(&self, route: &RouteId) -> Option<Matched> {
        self.of_kind(route, RouteKind::Action)
    }

    /// The form of a route; for a form that asks for a command's arguments, the command.
    #[must_use]
    pub fn form(&self, route: &RouteId) -> Option<Matched> {
        self.of_kind(route, RouteKind::Form).or_else(|| {
            let command = route.as_str().strip_prefix("form:")?;
            self.command(&RouteId::from(command))
        })
    }

    /// The listener of a route.
    #[must_use]
    pub fn listener(&self, route: &RouteId) -> Option<Matched> {
        self.of_kind(route, RouteKind::Listener)
    }

    /// The visible command that is closest to what was written, as its words; `None` when none is
    /// close.
    #[must_use]
    pub fn suggest(&self, line: &Line, visible: &dyn Fn(&RouteId) -> bool) -> Option<String> {
        let mut branches = &self.inner.commands;
        let mut index = 0;
        let mut path = String::new();
        loop {
            let word = line.word(index)?;
            if let Some(branch) = branches.named(word) {
                if !branch.is_visible(visible) || branch.entry.is_some() {
                    return None;
                }
                path = branch.spec.path();
                branches = &branch.below;
                index += 1;
                continue;
            }
            let names = branches
                .all
                .iter()
                .filter(|branch| !branch.spec.hidden && branch.is_visible(visible));
            let names = names.map(|branch| branch.spec.name.as_str());
            let closest = help::closest(&word.to_lowercase(), names)?;
            return Some(if path.is_empty() {
                closest.to_owned()
            } else {
                format!("{path} {closest}")
            });
        }
    }

    /// Help about everything that is visible, or about the command of these words. `None` when there
    /// is no such command, or it is not visible: nobody can tell the two apart.
    #[must_use]
    pub fn help(
        &self,
        topic: &[String],
        visible: &dyn Fn(&RouteId) -> bool,
        prefix: &str,
        phrases: &Phrases,
    ) -> Option<Content> {
        let commands = &self.inner.commands;
        if topic.is_empty() {
            let shown = commands
                .all
                .iter()
                .filter(|branch| !branch.spec.hidden && branch.is_visible(visible));
            let shown: Vec<_> = shown.map(|branch| branch.visible_spec(visible)).collect();
            let shown: Vec<_> = shown.iter().collect();
            return Some(help::overview(&shown, prefix, phrases));
        }
        let branch = commands.at(topic).filter(|branch| branch.is_visible(visible))?;
        let spec = branch.visible_spec(visible);
        let below: Vec<_> = spec.subcommands.iter().collect();
        Some(help::detail(&spec, &below, prefix, phrases))
    }

    /// What is wrong with a line that names a group of commands and none of the group: what
    /// [`Found::Incomplete`] answers. `None` when nothing of the group is visible: then it is the same
    /// as an unknown command.
    #[must_use]
    pub fn incomplete(
        &self,
        spec: &CommandSpec,
        line: &Line,
        skip: usize,
        visible: &dyn Fn(&RouteId) -> bool,
    ) -> Option<UsageError> {
        let words: Vec<_> = spec.route.as_str().split('.').map(str::to_owned).collect();
        let branch = self.inner.commands.at(&words)?;
        let shown = branch.visible_spec(visible).subcommands;
        let shown: Vec<_> = shown.iter().collect();
        let some = branch.is_visible(visible);
        some.then(|| UsageError::unknown_subcommand(&branch.spec, line, skip, &shown))
    }

    /// Every command that runs: what help asks policy about.
    #[must_use]
    pub fn leaves(&self) -> &[RouteGate] {
        &self.inner.leaves
    }

    fn message(&self, event: &Event, content: &Content, heard: Heard) -> Found {
        let unknown = match heard {
            Heard::Command => match self.words(Line::read(content)) {
                Ok(found) => return found,
                Err(line) => Some(line),
            },
            Heard::Thread | Heard::Ambient => None,
        };
        let found = self.patterns(content, heard).or_else(|| self.listeners(event, heard));
        match (found, unknown) {
            (Some(found), _) => found,
            (None, Some(line)) if line.word(0).is_none() && content.plain_text().is_empty() => {
                Found::Help { topic: Vec::new() }
            }
            (None, Some(line)) => Found::Unknown { line },
            (None, None) => Found::Nothing,
        }
    }

    /// What the words name; the line again when they name nothing.
    fn words(&self, line: Line) -> Result<Found, Line> {
        let Some(first) = line.word(0) else {
            return Err(line);
        };
        let is = |word: &str| first.eq_ignore_ascii_case(word);
        if is(HELP) {
            let topic = (1..).map_while(|index| line.word(index)).map(Into::into).collect();
            return Ok(Found::Help { topic });
        }
        if is(CANCEL) && line.word(1).is_none() {
            return Ok(Found::Cancel);
        }
        let Some(mut branch) = self.inner.commands.named(first) else {
            return Err(line);
        };
        let mut skip = 1;
        loop {
            if asks_help(&branch.spec, &line, skip) {
                let topic = branch.spec.path().split(' ').map(Into::into).collect();
                return Ok(Found::Help { topic });
            }
            if let Some(entry) = &branch.entry {
                return Ok(Found::Command(Matched::with_line(entry, line, skip)));
            }
            match line.word(skip).and_then(|word| branch.below.named(word)) {
                Some(below) => branch = below,
                None => {
                    return Ok(Found::Incomplete { spec: branch.spec.clone(), line, skip });
                }
            }
            skip += 1;
        }
    }

    fn patterns(&self, content: &Content, heard: Heard) -> Option<Found> {
        if self.inner.patterns.is_empty() {
            return None;
        }
        let text = content.plain_text();
        let hears = |pattern: &Pattern| {
            (heard != Heard::Ambient || pattern.hears == Hears::Everything)
                && pattern.regex.is_match(&text)
        };
        let matching = self.inner.patterns.iter().filter(|(pattern, _)| hears(pattern));
        let matched: Vec<_> = matching.map(|(_, entry)| Matched::new(entry)).collect();
        (!matched.is_empty()).then_some(Found::Listeners(matched))
    }

    fn listeners(&self, event: &Event, heard: Heard) -> Option<Found> {
        let entries = self.inner.listeners.get(&Trigger::of(event, heard)?)?;
        Some(Found::Listeners(entries.iter().map(Matched::new).collect()))
    }

    /// What a button or form was made for.
    fn sealed(&self, route: &RouteId) -> Found {
        let filled_in = || {
            let command = route.as_str().strip_prefix("form:")?;
            self.command(&RouteId::from(command))
        };
        let Some(entry) = self.inner.entries.get(route) else {
            return filled_in().map_or(Found::Nothing, Found::FilledIn);
        };
        let matched = Matched::new(entry);
        match entry.gate.kind {
            RouteKind::Command => Found::Command(matched),
            RouteKind::Action => Found::Action(matched),
            RouteKind::Form => Found::Form(matched),
            RouteKind::Listener => Found::Nothing,
        }
    }

    fn of_kind(&self, route: &RouteId, kind: RouteKind) -> Option<Matched> {
        let entry = self.inner.entries.get(route)?;
        (entry.gate.kind == kind).then(|| Matched::new(entry))
    }
}

/// Whether a command's words are followed by `--help` or `-h`, unless the command has a use of its own
/// for them.
fn asks_help(spec: &CommandSpec, line: &Line, skip: usize) -> bool {
    let owned = |arg: &ArgSpec| match &arg.style {
        ArgStyle::Flag { short, .. } => *short == Some('h') || arg.is_flag_named("help"),
        _ => false,
    };
    let rest = spec.args.iter().any(|arg| arg.kind == ArgKind::Rest);
    line.asks_help(skip) && !spec.args.iter().any(owned) && (!rest || line.word(skip + 1).is_none())
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routes").field("entries", &self.inner.entries.len()).finish_non_exhaustive()
    }
}
