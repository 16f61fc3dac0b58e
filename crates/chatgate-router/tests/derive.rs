//! What the derives make of a program's types.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(missing_docs, unreachable_pub)]

use std::time::Duration;

use chatgate_core::{
    Action as _, ArgKind, ArgStyle, Choice, Content, Effect, Need, Timestamp, Uses,
};
use chatgate_macros::{Action, Choice, Command};
use chatgate_router::language::{Line, mistakes, parse};
use chatgate_router::{Args, Command as _, FromArg as _, FromRef, SourceKind, Sources, State};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Clone)]
struct App {
    ci: Ci,
}

#[derive(Clone)]
struct Ci(&'static str);

impl FromRef<App> for Ci {
    fn from_ref(app: &App) -> Self {
        app.ci.clone()
    }
}

async fn services(State(ci): State<Ci>) -> Vec<Choice> {
    vec![Choice::new(ci.0)]
}

async fn commit(branch: String, State(app): State<App>) -> chatgate_core::Result<String> {
    Ok(format!("{branch}@{}", app.ci.0))
}

/// Roll a service out
/// to an environment.
///
/// It waits until the service is healthy.
///
/// Or until it is not.
#[derive(Command, Debug, PartialEq)]
#[command(crate = "chatgate_router", state = App, alias = "ship", serial)]
#[command(examples = ["deploy api --env prod", "deploy api -e staging --wait 10m"])]
struct Deploy {
    /// The service to roll out.
    #[arg(choices = services)]
    service: String,
    /// Where to
    #[arg(long, short, alias = "environment", target)]
    env: Env,
    #[arg(long, default = "5m")]
    wait: Duration,
    #[arg(long = "ref", resolve = commit)]
    revision: Option<String>,
    #[arg(long, min = 1, max = 20)]
    replicas: Option<u8>,
    #[arg(long)]
    tag: Vec<String>,
    #[arg(long)]
    dry_run: bool,
}

#[derive(Choice, Clone, Copy, Debug, PartialEq)]
#[choice(crate = "chatgate_router")]
enum Env {
    Staging,
    /// The real one
    #[choice(alias = "production", label = "Production")]
    Prod,
    #[choice(name = "eu2")]
    EuWest2,
}

#[derive(Command, Debug, PartialEq)]
#[command(crate = "chatgate_router", effect = "read")]
struct Status;

/// Look after incidents
#[derive(Command, Debug, PartialEq)]
#[command(crate = "chatgate_router", effect = "idempotent")]
enum Incident {
    /// What is open
    #[command(effect = "read", alias = "ls")]
    List,
    /// Say that you look at it
    #[command(example = "incident ack 42 on it")]
    Ack {
        id: u32,
        #[arg(rest)]
        note: Option<String>,
    },
    /// Roll back
    #[command(name = "revert", hidden)]
    Rollback(Deploy),
}

#[derive(Command, Debug, PartialEq)]
#[command(crate = "chatgate_router")]
enum Ops {
    Incident(Incident),
    Deploy(Deploy),
}

#[derive(Deserialize, Debug, PartialEq)]
struct Rule {
    from: u16,
}

#[derive(Command, Debug, PartialEq)]
#[command(crate = chatgate_router)]
struct Apply {
    r#type: String,
    #[arg(json)]
    rule: Rule,
    #[arg(long, json)]
    other: Option<Vec<u8>>,
    #[arg(long, text)]
    title: Option<String>,
}

fn read<C: chatgate_router::Command>(text: &str) -> C {
    let spec = C::spec();
    let leaf = spec
        .leaves()
        .into_iter()
        .find(|leaf| text.starts_with(&leaf.path()))
        .unwrap_or_else(|| panic!("{text} names no command"));
    let line = Line::read(&Content::typed(text));
    let skip = leaf.route.as_str().split('.').count();
    let values = parse(leaf, &line, skip, Timestamp::EPOCH).unwrap();
    C::from_args(&Args::new(leaf.route.clone(), values)).unwrap()
}

#[test]
fn a_struct_becomes_a_spec() {
    let spec = Deploy::spec();
    assert_eq!(spec.about, "Roll a service out to an environment");
    assert_eq!(
        spec.details.as_deref(),
        Some("It waits until the service is healthy.\n\nOr until it is not.")
    );
    assert_eq!((spec.name.as_str(), spec.aliases.as_slice()), ("deploy", &["ship".to_owned()][..]));
    assert_eq!((spec.effect, spec.serial, spec.hidden), (Effect::Write, true, false));
    assert_eq!(
        spec.usage(),
        "deploy <service> --env <staging|prod|eu2> [--wait <wait>] [--ref <revision>] \
         [--replicas <replicas>] [--tag <tag>]... [--dry-run]"
    );
    assert_eq!(mistakes(spec), Vec::<String>::new());
    assert!(std::ptr::eq(spec, Deploy::spec()));
}

#[test]
fn fields_become_arguments() {
    let [service, env, wait, revision, replicas, tag, dry_run] = &Deploy::spec().args[..] else {
        panic!("seven arguments");
    };
    assert_eq!(
        (&service.kind, service.about.as_str()),
        (&ArgKind::Listed, "The service to roll out")
    );
    let long = ArgStyle::Flag {
        long: "env".into(),
        short: Some('e'),
        aliases: vec!["environment".into()],
    };
    assert_eq!((&env.style, env.target, &env.need), (&long, true, &Need::Required));
    assert_eq!((&wait.kind, &wait.need), (&ArgKind::Duration, &Need::Default("5m".into())));
    assert!(revision.resolved && revision.need == Need::Optional);
    assert_eq!(replicas.kind, ArgKind::Integer { min: 1, max: 20 });
    assert!(tag.many && tag.need == Need::Optional);
    assert_eq!((dry_run.name.as_str(), &dry_run.kind), ("dry-run", &ArgKind::Bool));
}

#[test]
fn a_line_becomes_the_struct() {
    let deploy: Deploy = read("deploy api -e production --tag a --tag b --replicas=3 --dry-run");
    let expected = Deploy {
        service: "api".into(),
        env: Env::Prod,
        wait: Duration::from_secs(300),
        revision: None,
        replicas: Some(3),
        tag: vec!["a".into(), "b".into()],
        dry_run: true,
    };
    assert_eq!(deploy, expected);
    assert_eq!(read::<Status>("status"), Status);
}

#[test]
fn json_arguments_become_any_type() {
    let apply: Apply = read(r#"apply firewall {"from": 22} --other [1,2] --title "a b""#);
    let expected = Apply {
        r#type: "firewall".into(),
        rule: Rule { from: 22 },
        other: Some(vec![1, 2]),
        title: Some("a b".into()),
    };
    assert_eq!(apply, expected);
    assert_eq!(read::<Apply>("apply x `{\"from\":1}`").other, None);
    let line = Line::read(&Content::typed("apply x {}"));
    let values = parse(Apply::spec(), &line, 1, Timestamp::EPOCH).unwrap();
    assert!(Apply::from_args(&Args::new("apply".into(), values)).unwrap_err().is_malformed());
}

#[test]
fn choices_have_values_aliases_labels_and_hints() {
    let ArgKind::Choice(choices) = Env::kind() else { panic!("no choices") };
    let prod = Choice::labelled("Production", "prod").alias("production").hint("The real one");
    assert_eq!(choices, [Choice::new("staging"), prod, Choice::new("eu2")]);
    assert_eq!(Env::EuWest2.as_str(), "eu2");
    assert_eq!(format!("{:>8}", Env::Prod), "    prod");
    assert_eq!(Env::from_arg(Some(&json!("production"))).unwrap(), Env::Prod);
    assert!(Env::from_arg(Some(&json!("qa"))).unwrap_err().is_malformed());
}

#[test]
fn an_enum_becomes_subcommands_and_each_line_its_variant() {
    let spec = Incident::spec();
    let routes: Vec<_> = spec.leaves().iter().map(|leaf| leaf.route.to_string()).collect();
    assert_eq!(routes, ["incident.list", "incident.ack", "incident.revert"]);
    let effects: Vec<_> = spec.leaves().iter().map(|leaf| leaf.effect).collect();
    assert_eq!(effects, [Effect::Read, Effect::Idempotent, Effect::Write]);
    assert_eq!(spec.subcommands[0].aliases, ["ls"]);
    assert!(spec.subcommands[2].hidden);
    assert_eq!(spec.subcommands[2].about, "Roll back");
    assert_eq!(read::<Incident>("incident list"), Incident::List);
    let ack = Incident::Ack { id: 42, note: Some("on it, \"really\"".into()) };
    assert_eq!(read::<Incident>("incident ack 42 on it, \"really\""), ack);
}

#[test]
fn commands_nest_and_their_examples_move_along() {
    let spec = Ops::spec();
    assert_eq!(mistakes(spec), Vec::<String>::new());
    let routes: Vec<_> = spec.leaves().iter().map(|leaf| leaf.route.to_string()).collect();
    let expected = ["ops.incident.list", "ops.incident.ack", "ops.incident.revert", "ops.deploy"];
    assert_eq!(routes, expected);
    assert_eq!(spec.leaves()[1].examples, ["ops incident ack 42 on it"]);
    assert_eq!(spec.leaves()[2].examples[0], "ops incident revert api --env prod");
    let Ops::Incident(Incident::Rollback(deploy)) = read("ops incident revert api --env eu2")
    else {
        panic!("another variant");
    };
    assert_eq!(deploy.env, Env::EuWest2);
    let wrong = Args::new("ops.incident.close".into(), serde_json::Map::new());
    assert!(Ops::from_args(&wrong).unwrap_err().is_malformed());
    assert!(Ops::from_args(&Args::new("op".into(), wrong.values)).unwrap_err().is_malformed());
}

#[tokio::test]
async fn functions_behind_arguments_are_found_by_route_and_called_over_the_state() {
    let routes: Vec<_> = Ops::sources()
        .iter()
        .map(|source: &chatgate_router::Source<App>| format!("{} {}", source.route, source.arg))
        .collect();
    let expected = [
        "ops.incident.revert service",
        "ops.incident.revert revision",
        "ops.deploy service",
        "ops.deploy revision",
    ];
    assert_eq!(routes, expected);
    let app = App { ci: Ci("api") };
    for source in Deploy::sources() {
        match source.kind {
            SourceKind::Choices(list) => {
                assert_eq!(list.list(&app).await.unwrap(), [Choice::new("api")]);
            }
            SourceKind::Resolve(resolver) => {
                assert_eq!(resolver.resolve("main".into(), &app).await.unwrap(), "main@api");
            }
            _ => panic!("another kind"),
        }
    }
    assert!(<Status as Sources<u8>>::sources().is_empty());
}

#[derive(Action, Serialize, Deserialize, Debug, PartialEq)]
#[action(crate = "chatgate_router", of = "incident.ack")]
struct AcknowledgeIncident {
    id: u64,
}

#[derive(Action, Serialize, Deserialize)]
#[action(crate = "chatgate_router", name = "more", effect = "read")]
struct ShowMore;

#[derive(Action, Serialize, Deserialize)]
#[action(crate = "chatgate_router", repeat)]
struct Restart;

#[test]
fn actions_carry_their_value_and_know_how_often_they_run() {
    let spec = AcknowledgeIncident::spec();
    assert_eq!(spec.route, "action:acknowledge-incident");
    assert_eq!(spec.of.as_ref().unwrap(), "incident.ack");
    assert_eq!((spec.effect, spec.uses), (Effect::Write, Uses::Once));
    let action = AcknowledgeIncident { id: 7 };
    assert_eq!(action.to_value(), json!({"id": 7}));
    assert_eq!(AcknowledgeIncident::from_value(json!({"id": 7})).unwrap(), action);
    assert!(AcknowledgeIncident::from_value(json!({})).unwrap_err().is_malformed());
    assert_eq!(ShowMore::spec().route, "action:more");
    assert_eq!(ShowMore::spec().uses, Uses::Repeat);
    assert_eq!((Restart::spec().effect, Restart::spec().uses), (Effect::Write, Uses::Repeat));
    assert!(ShowMore::from_value(ShowMore.to_value()).is_ok());
}
