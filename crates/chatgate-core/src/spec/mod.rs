//! What a program declares: commands and their arguments, as plain data.
//!
//! One [`CommandSpec`] feeds the text parser, help, the platforms' manifests, the form that asks for
//! what is missing, JSON Schema and the audit record.

mod arg;

pub use arg::{ArgKind, ArgSpec, ArgStyle, Need};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::RouteId;
use crate::action::ActionSpec;
use crate::form::FormSpec;

/// What running a route does to the world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Changes something, but a second run changes nothing more: started again after a crash.
    Idempotent,
    /// Changes something: runs at most once, and is never started again after a crash.
    #[default]
    Write,
}

/// One command.
///
/// ```
/// use chatgate_core::{ArgKind, ArgSpec, CommandSpec, Effect};
/// let deploy = CommandSpec::new("deploy", "Roll a service out")
///     .effect(Effect::Write)
///     .arg(ArgSpec::new("service", ArgKind::Word).about("The service").required())
///     .example("deploy api");
/// assert_eq!(deploy.usage(), "deploy <service>");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CommandSpec {
    /// What is typed: one word.
    pub name: String,
    /// The route: the words of the command and its parents, joined by dots.
    pub route: RouteId,
    /// One line of help.
    pub about: String,
    /// The help's further paragraphs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// Other words for the same command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What running it does to the world.
    pub effect: Effect,
    /// Left out of help and manifests, though it runs.
    #[serde(default)]
    pub hidden: bool,
    /// Holds its lane until its run has ended.
    #[serde(default)]
    pub serial: bool,
    /// Command lines that work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// Its arguments, positional ones in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<ArgSpec>,
    /// Its subcommands; a command with subcommands does not run itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subcommands: Vec<CommandSpec>,
}

impl CommandSpec {
    /// A command that writes, with no arguments yet.
    pub fn new(name: impl Into<String>, about: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            route: RouteId::from(name.as_str()),
            name,
            about: about.into(),
            details: None,
            aliases: Vec::new(),
            effect: Effect::default(),
            hidden: false,
            serial: false,
            examples: Vec::new(),
            args: Vec::new(),
            subcommands: Vec::new(),
        }
    }

    /// Sets the help's further paragraphs.
    #[must_use]
    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    /// Adds another word for it.
    #[must_use]
    pub fn alias(mut self, alias: impl Into<String>) -> Self {
        self.aliases.push(alias.into());
        self
    }

    /// Says what running it does to the world.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// Leaves it out of help and manifests.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Lets it hold its lane until its run has ended.
    #[must_use]
    pub fn serial(mut self) -> Self {
        self.serial = true;
        self
    }

    /// Adds a command line that works.
    #[must_use]
    pub fn example(mut self, example: impl Into<String>) -> Self {
        self.examples.push(example.into());
        self
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: ArgSpec) -> Self {
        self.args.push(arg);
        self
    }

    /// Adds a subcommand; its route is put below this one's.
    #[must_use]
    pub fn subcommand(mut self, mut spec: Self) -> Self {
        spec.put_below(&self.route);
        self.subcommands.push(spec);
        self
    }

    /// Puts this command and its subcommands below another route.
    pub fn put_below(&mut self, parent: &RouteId) {
        self.route = RouteId::from(format!("{parent}.{}", self.name));
        let route = self.route.clone();
        for spec in &mut self.subcommands {
            spec.put_below(&route);
        }
    }

    /// The words that are typed: `incident ack`.
    #[must_use]
    pub fn path(&self) -> String {
        self.route.as_str().replace('.', " ")
    }

    /// True when a word names this command.
    #[must_use]
    pub fn is_named(&self, word: &str) -> bool {
        self.name == word || self.aliases.iter().any(|alias| alias == word)
    }

    /// The usage line: `deploy <service> --env <env>`.
    #[must_use]
    pub fn usage(&self) -> String {
        let mut line = self.path();
        if !self.subcommands.is_empty() {
            line.push_str(" <command>");
        }
        for arg in &self.args {
            line.push(' ');
            line.push_str(&arg.usage());
        }
        line
    }

    /// This command and all below it that run.
    #[must_use]
    pub fn leaves(&self) -> Vec<&Self> {
        if self.subcommands.is_empty() {
            return vec![self];
        }
        self.subcommands.iter().flat_map(Self::leaves).collect()
    }

    /// The arguments as JSON Schema (draft 2020-12): what an agent can call it with.
    #[must_use]
    pub fn json_schema(&self) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for arg in &self.args {
            properties.insert(arg.name.clone(), arg.json_schema());
            if arg.need == Need::Required {
                required.push(arg.name.clone());
            }
        }
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.path(),
            "description": self.about,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    }
}

/// Everything a program declares: what manifests, completion and `spec` are made from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Specs {
    /// The commands, outermost ones only.
    pub commands: Vec<CommandSpec>,
    /// The actions.
    pub actions: Vec<ActionSpec>,
    /// The forms.
    pub forms: Vec<FormSpec>,
    /// The listeners.
    pub listeners: Vec<ListenerSpec>,
}

/// One declared listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListenerSpec {
    /// Its route: `on:mention`.
    pub route: RouteId,
    /// What running it does to the world.
    pub effect: Effect,
}

impl Specs {
    /// What a program declares.
    #[must_use]
    pub fn new(
        commands: Vec<CommandSpec>,
        actions: Vec<ActionSpec>,
        forms: Vec<FormSpec>,
        listeners: Vec<ListenerSpec>,
    ) -> Self {
        Self { commands, actions, forms, listeners }
    }
}

impl ListenerSpec {
    /// A listener and what running it does.
    #[must_use]
    pub fn new(route: RouteId, effect: Effect) -> Self {
        Self { route, effect }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Choice;

    #[test]
    fn usage_shows_what_may_be_left_out_and_what_repeats() {
        let spec = CommandSpec::new("scale", "")
            .arg(ArgSpec::new("service", ArgKind::Word).many())
            .arg(ArgSpec::new("to", ArgKind::integer()).long("to"))
            .arg(
                ArgSpec::new("env", ArgKind::Choice(vec![Choice::new("a"), Choice::new("b")]))
                    .optional(),
            )
            .arg(ArgSpec::new("force", ArgKind::Bool).long("force").optional());
        assert_eq!(spec.usage(), "scale <service>... --to <to> [a|b] [--force]");
    }

    #[test]
    fn a_subcommands_route_names_its_parents() {
        let leaf = CommandSpec::new("ack", "");
        let spec = CommandSpec::new("ops", "")
            .subcommand(CommandSpec::new("incident", "").subcommand(leaf));
        assert_eq!(spec.leaves()[0].route, "ops.incident.ack");
        assert_eq!(spec.leaves()[0].path(), "ops incident ack");
    }

    #[test]
    fn the_schema_requires_what_is_required_and_nothing_else() {
        let spec = CommandSpec::new("x", "X")
            .arg(ArgSpec::new("a", ArgKind::Word))
            .arg(ArgSpec::new("b", ArgKind::Duration).optional());
        let schema = spec.json_schema();
        assert_eq!(schema["required"], json!(["a"]));
        assert_eq!(schema["properties"]["b"]["x-unit"], "ms");
        assert_eq!(schema["additionalProperties"], false);
    }
}
