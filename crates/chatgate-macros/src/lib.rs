#![doc = include_str!("../README.md")]

mod action;
mod arg;
mod choice;
mod command;
mod docs;
mod emit;
mod field;
mod form;
mod keys;
mod name;
mod rules;
mod tree;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct or enum a command.
///
/// A struct is one command and its fields are the arguments; an enum is a command with subcommands,
/// one for each variant: a variant with fields has arguments of its own, a variant that holds another
/// command puts that one here.
///
/// The first paragraph of a doc comment is the line of help, the rest are its details.
///
/// On the type, and on the variants of an enum, `#[command(…)]`:
///
/// | key | what it does |
/// |---|---|
/// | `name = "…"` | the word that is typed; by default the type's or variant's name in kebab-case |
/// | `alias = "…"`, `aliases = ["…"]` | other words for it |
/// | `effect = "read"`, `"idempotent"`, `"write"` | what running it does; `write` when left out; a variant has its enum's |
/// | `example = "…"`, `examples = ["…"]` | command lines that work |
/// | `hidden` | left out of help and manifests |
/// | `serial` | holds its lane until its run has ended |
/// | `state = App` | the state that `choices` and `resolve` functions take their parts from; type only |
/// | `crate = "…"` | where chatgate is, when it is not `::chatgate`; type only |
///
/// On fields, `#[arg(…)]`:
///
/// | key | what it does |
/// |---|---|
/// | `name = "…"` | its name; by default the field's in kebab-case |
/// | `long`, `long = "…"` | a flag: `--name` |
/// | `short`, `short = 'x'` | a flag's letter |
/// | `alias = "…"`, `aliases = ["…"]` | other words for a flag |
/// | `default = "…"` | what it is when left out, as it would be typed |
/// | `required` | a `Vec` of at least one |
/// | `rest` | everything to the end of the line, and what stands below it |
/// | `text` | a word or quoted text with any printable character |
/// | `code` | a code span or block |
/// | `json` | JSON, for any type that serde can read |
/// | `min = 1`, `max = 9` | the bounds of a whole number |
/// | `target` | what the command acts on; a `write` command's must always be given |
/// | `choices = path` | `async fn(State<T>) -> Vec<Choice>`, or a `Result` of it, that lists what exists |
/// | `resolve = path` | `async fn(String, State<T>) -> Result<String>` that turns a reference into an id |
///
/// ```
/// use chatgate_macros::{Choice, Command};
/// use chatgate_router::Command as _;
///
/// /// Roll a service out
/// #[derive(Command)]
/// #[command(crate = "chatgate_router", example = "deploy api --env prod")]
/// struct Deploy {
///     /// The service to roll out
///     service: String,
///     /// Where to
///     #[arg(long, target)]
///     env: Env,
/// }
///
/// #[derive(Choice)]
/// #[choice(crate = "chatgate_router")]
/// enum Env {
///     Staging,
///     Prod,
/// }
///
/// assert_eq!(Deploy::spec().usage(), "deploy <service> --env <staging|prod>");
/// ```
#[proc_macro_derive(Command, attributes(command, arg))]
pub fn command(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    command::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes an enum of unit variants an argument, or a form's field, with fixed choices. Its values are the variants' names
/// in kebab-case; it gets `as_str()` and `Display`, which give them.
///
/// On variants, `#[choice(…)]`: `name = "…"` is the value, `label = "…"` what is shown, `alias = "…"`
/// another word for it, `hint = "…"` a line that explains it (by default the doc comment's first
/// paragraph). On the enum: `crate = "…"`.
///
/// ```
/// use chatgate_macros::Choice;
///
/// #[derive(Choice)]
/// #[choice(crate = "chatgate_router")]
/// enum Region {
///     EuWest,
///     #[choice(alias = "us")]
///     UsEast,
/// }
///
/// assert_eq!(Region::EuWest.as_str(), "eu-west");
/// # let _ = Region::UsEast;
/// ```
#[proc_macro_derive(Choice, attributes(choice))]
pub fn choice(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    choice::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a struct a form: its fields are what is asked. A submission is a handler's first argument, and
/// `form()` is what `cx.form(…)` opens.
///
/// The first paragraph of the type's doc comment is the title and the rest the intro; the first
/// paragraph of a field's is its label, the rest its hint. A field is required unless it is an `Option`,
/// a `Vec` or a `bool`. For each field there is a constant with its name, in capitals:
/// `Reply::invalid(Feedback::WORDS, "says nothing")`.
///
/// On the type, `#[form(…)]`:
///
/// | key | what it does |
/// |---|---|
/// | `name = "…"` | its name: the route is `form:NAME`; by default the type's in kebab-case |
/// | `title = "…"`, `intro = "…"` | what stands above the fields, when the doc comment does not say it |
/// | `submit = "…"`, `cancel = "…"` | what stands on the buttons |
/// | `effect = "read"`, `"idempotent"`, `"write"` | what submitting it does; `write` when left out |
/// | `of = "rate"` | the command whose permission it inherits |
/// | `state = App` | the router's state, which `choices` functions take their parts from |
/// | `crate = "…"` | where chatgate is, when it is not `::chatgate` |
///
/// On fields, `#[field(…)]`:
///
/// | key | what it does |
/// |---|---|
/// | `name = "…"` | its name in the submission; by default the field's in kebab-case |
/// | `label = "…"`, `hint = "…"` | what stands beside and below it, when the doc comment does not say it |
/// | `placeholder = "…"` | what stands in it while it is empty |
/// | `default = …` | what it holds at first: a text, a number, `true`, `false`, or several in brackets |
/// | `required` | a `Vec` of at least one |
/// | `min = 1`, `max = 9` | the bounds of a number, or of how many characters a text has |
/// | `lines = "many"` | a text of several lines |
/// | `email` | a text that is an e-mail address |
/// | `radio`, `menu` | how choices look; a menu when left out |
/// | `choices = path` | `async fn(State<T>) -> Vec<Choice>`, or a `Result` of it, that lists what exists |
/// | `state` | not asked: what the form carries to its submission, sealed; any type that serde can write and read |
///
/// A field is a `String`, a number, a `bool`, a `Url`, a `UserId`, a `ConversationId`, a `Timestamp`, a
/// `jiff::civil::Date` or `Time`, a `SharedFile`, an `Option` of one, or an enum that derives `Choice`,
/// also in an `Option` or, for several, in a `Vec`.
///
/// ```
/// use chatgate_macros::{Choice, Form};
/// use chatgate_router::TypedForm as _;
///
/// /// Report an incident
/// ///
/// /// Whoever is on call is paged at once.
/// #[derive(Form)]
/// #[form(crate = "chatgate_router", submit = "Page them", of = "incident")]
/// struct Report {
///     /// What is broken
///     #[field(max = 80, placeholder = "Checkout fails for everyone")]
///     summary: String,
///     /// How bad it is
///     #[field(radio, default = "minor")]
///     severity: Severity,
///     /// Since when
///     since: Option<chatgate_core::Timestamp>,
///     #[field(state)]
///     opened_from: String,
/// }
///
/// #[derive(Choice)]
/// #[choice(crate = "chatgate_router")]
/// enum Severity {
///     Minor,
///     Major,
/// }
///
/// let form = Report::with_state(&"#ops".to_owned());
/// assert_eq!((form.title.as_str(), form.fields.len()), ("Report an incident", 3));
/// assert_eq!(form.state, "#ops");
/// # let _ = |report: Report| (report.summary, report.severity, report.since, report.opened_from);
/// # let _ = Severity::Major;
/// ```
#[proc_macro_derive(Form, attributes(form, field))]
pub fn form(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    form::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a type an action that a button can carry; it must be `Serialize` and `Deserialize` too.
///
/// `#[action(…)]`: `name = "…"`, by default the type's in kebab-case; `effect = "read"`,
/// `"idempotent"` or `"write"`; `once` or `repeat`, how often one button runs it, by default once
/// unless it only reads; `of = "incident.ack"`, the command whose permission it inherits;
/// `crate = "…"`.
///
/// ```
/// use chatgate_core::{Action as _, Uses};
/// use chatgate_macros::Action;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Action, Serialize, Deserialize)]
/// #[action(crate = "chatgate_router", of = "incident.ack")]
/// struct Acknowledge {
///     incident: u64,
/// }
///
/// assert_eq!(Acknowledge::spec().route, "action:acknowledge");
/// assert_eq!(Acknowledge::spec().uses, Uses::Once);
/// ```
#[proc_macro_derive(Action, attributes(action))]
pub fn action(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    action::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
