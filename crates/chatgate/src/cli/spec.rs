//! What a program declares, as JSON.

use serde::Serialize;
use serde_json::Value;

use super::problem::Problem;
use crate::{ActionSpec, CommandSpec, FormSpec, ListenerSpec, Result, Specs};

/// Everything, sorted by route.
#[derive(Serialize)]
struct Everything<'a> {
    commands: Vec<Declared<'a>>,
    groups: Vec<Group<'a>>,
    actions: Vec<&'a ActionSpec>,
    forms: Vec<&'a FormSpec>,
    listeners: Vec<&'a ListenerSpec>,
}

/// A command that runs.
#[derive(Serialize)]
struct Declared<'a> {
    #[serde(flatten)]
    spec: &'a CommandSpec,
    usage: String,
    schema: Value,
}

/// A command with subcommands: it does not run itself.
#[derive(Serialize)]
struct Group<'a> {
    name: &'a str,
    route: &'a str,
    about: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aliases: &'a [String],
}

/// Every route, argument and effect.
pub(super) fn all(specs: &Specs) -> Result<String> {
    let mut commands = leaves(specs);
    commands.sort_by(|a, b| a.route.cmp(&b.route));
    let mut groups = Vec::new();
    specs.commands.iter().for_each(|spec| add_groups(spec, &mut groups));
    groups.sort_by_key(|group| group.route);
    let everything = Everything {
        commands: commands.into_iter().map(Declared::from).collect(),
        groups,
        actions: sorted(&specs.actions, |spec| spec.route.as_str()),
        forms: sorted(&specs.forms, |spec| spec.route.as_str()),
        listeners: sorted(&specs.listeners, |spec| spec.route.as_str()),
    };
    pretty(&everything)
}

/// One command, by its words or its route.
pub(super) fn one(specs: &Specs, name: &str) -> Result<String, Problem> {
    let route = name.split_whitespace().collect::<Vec<_>>().join(".");
    let leaves = leaves(specs);
    match leaves.iter().find(|spec| spec.route == *route) {
        Some(spec) => Ok(pretty(&Declared::from(*spec))?),
        None => Err(Problem::Usage(unknown(name, &leaves))),
    }
}

fn unknown(name: &str, leaves: &[&CommandSpec]) -> String {
    let mut words: Vec<_> = leaves.iter().map(|spec| spec.path()).collect();
    words.sort();
    let words = match words.as_slice() {
        [] => "the program declares none".to_owned(),
        words => format!("give --command one of: {}", words.join(", ")),
    };
    format!("error: no command that runs is named {name:?}\nnext: {words}\n")
}

fn leaves(specs: &Specs) -> Vec<&CommandSpec> {
    specs.commands.iter().flat_map(CommandSpec::leaves).collect()
}

fn add_groups<'a>(spec: &'a CommandSpec, groups: &mut Vec<Group<'a>>) {
    if !spec.subcommands.is_empty() {
        groups.push(Group {
            name: &spec.name,
            route: spec.route.as_str(),
            about: &spec.about,
            aliases: &spec.aliases,
        });
    }
    spec.subcommands.iter().for_each(|below| add_groups(below, groups));
}

fn sorted<T>(specs: &[T], route: impl Fn(&T) -> &str) -> Vec<&T> {
    let mut specs: Vec<_> = specs.iter().collect();
    specs.sort_by(|a, b| route(a).cmp(route(b)));
    specs
}

fn pretty(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

impl<'a> From<&'a CommandSpec> for Declared<'a> {
    fn from(spec: &'a CommandSpec) -> Self {
        Self { spec, usage: spec.usage(), schema: spec.json_schema() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ArgKind, ArgSpec, Effect};

    fn specs() -> Specs {
        let deploy = CommandSpec::new("deploy", "Roll a service out")
            .arg(ArgSpec::new("service", ArgKind::Word).about("The service"));
        let incident = CommandSpec::new("incident", "Incidents")
            .alias("inc")
            .subcommand(CommandSpec::new("open", "Open one"))
            .subcommand(CommandSpec::new("ack", "Acknowledge one").effect(Effect::Idempotent));
        let actions = vec![ActionSpec::new("resolve"), ActionSpec::new("ack")];
        let mention = ListenerSpec::new("on:mention".into(), Effect::Read);
        Specs::new(vec![incident, deploy], actions, Vec::new(), vec![mention])
    }

    fn routes(list: &Value) -> Vec<&str> {
        let list = list.as_array().unwrap().iter();
        list.map(|entry| entry["route"].as_str().unwrap()).collect()
    }

    #[test]
    fn everything_that_runs_is_there_sorted_by_route() {
        let all: Value = serde_json::from_str(&all(&specs()).unwrap()).unwrap();
        assert_eq!(routes(&all["commands"]), ["deploy", "incident.ack", "incident.open"]);
        assert_eq!(routes(&all["groups"]), ["incident"]);
        assert_eq!(all["groups"][0]["aliases"][0], "inc");
        assert_eq!(routes(&all["actions"]), ["action:ack", "action:resolve"]);
        assert_eq!(routes(&all["listeners"]), ["on:mention"]);
        assert_eq!(all["commands"][1]["effect"], "idempotent");
    }

    #[test]
    fn a_command_is_found_by_its_words_and_by_its_route() {
        let one_of = |name| one(&specs(), name).unwrap();
        assert_eq!(one_of("incident ack"), one_of("incident.ack"));
        let deploy: Value = serde_json::from_str(&one_of("deploy")).unwrap();
        assert_eq!(deploy["usage"], "deploy <service>");
        assert_eq!(deploy["args"][0]["about"], "The service");
        assert_eq!(deploy["schema"]["required"][0], "service");
        assert_eq!(deploy["schema"]["type"], "object");
    }

    #[test]
    fn an_unknown_command_and_a_group_are_told_what_there_is() {
        for name in ["deplyo", "incident"] {
            match one(&specs(), name).unwrap_err() {
                Problem::Usage(text) => {
                    assert!(text.contains("deploy, incident ack, incident open"), "{text}")
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
