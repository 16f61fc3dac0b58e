//! The macros' own errors, and where they stand.

use syn::DeriveInput;

use super::{action, choice, command, form};

/// The errors of a derive, as `text @ source`.
fn mistakes(
    derive: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>,
    source: &str,
) -> Vec<String> {
    let input: DeriveInput = syn::parse_str(source).unwrap();
    match derive(&input) {
        Ok(_) => Vec::new(),
        Err(error) => error
            .into_iter()
            .map(|error| {
                let (start, end) = (error.span().start(), error.span().end());
                let line = source.lines().nth(start.line - 1).unwrap_or_default();
                let chars = line.chars().skip(start.column).take(end.column - start.column);
                format!("{error} @ {}", chars.collect::<String>())
            })
            .collect(),
    }
}

#[track_caller]
fn refuses(source: &str, expected: &str) {
    assert_eq!(mistakes(command::derive, source), [expected], "{source}");
}

#[test]
fn what_a_write_command_acts_on_must_be_given() {
    let default =
        "what a `write` command acts on has no default: it must always be given @ \"prod\"";
    refuses("struct Deploy { #[arg(long, target, default = \"prod\")] env: Env }", default);
    refuses("enum Ops { Deploy { #[arg(target, default = \"prod\")] env: Env } }", default);
    refuses(
        "struct Deploy { #[arg(target)] env: Option<Env> }",
        "what a `write` command acts on must always be given: it is no `Option` @ env",
    );
    let read = "#[command(effect = \"read\")] struct Show { #[arg(target)] env: Option<Env> }";
    assert!(mistakes(command::derive, read).is_empty());
}

#[test]
fn arguments_stand_in_an_order_that_can_be_read() {
    refuses(
        "struct Say { #[arg(rest)] text: String, to: String }",
        "`rest` takes everything: no positional argument can follow @ text",
    );
    refuses(
        "struct Say { to: Option<String>, text: String }",
        "a required positional argument cannot follow an optional one @ text",
    );
    refuses(
        "struct Say { to: Vec<String>, text: String }",
        "a positional `Vec` takes all words: no other can follow @ to",
    );
    let flags = "struct Say { to: Option<String>, #[arg(long)] text: String }";
    assert!(mistakes(command::derive, flags).is_empty());
}

#[test]
fn functions_need_a_state() {
    refuses(
        "struct Deploy { #[arg(choices = ci::services)] service: String }",
        "`choices` and `resolve` need `#[command(state = …)]` on the type @ services",
    );
    refuses(
        "struct Deploy { #[arg(resolve = commit)] branch: String }",
        "`choices` and `resolve` need `#[command(state = …)]` on the type @ commit",
    );
}

#[test]
fn names_differ() {
    refuses(
        "struct Deploy { env: Env, #[arg(name = \"env\")] other: Env }",
        "two arguments are named `env` @ other",
    );
    refuses(
        "struct Deploy { #[arg(long)] env: Env, #[arg(long = \"to\", alias = \"env\")] to: Env }",
        "two flags are named `env` @ \"env\"",
    );
    refuses(
        "struct Deploy { #[arg(short)] env: Env, #[arg(short)] eu: bool }",
        "two flags are named `e` @ eu",
    );
    refuses(
        "enum Ops { Ack, #[command(name = \"ack\")] Acknowledge }",
        "two subcommands are named `ack` @ Acknowledge",
    );
    let choices = "enum Env { Prod, #[choice(alias = \"prod\")] Live }";
    assert_eq!(mistakes(choice::derive, choices), ["two choices are named `prod` @ \"prod\""]);
}

#[test]
fn keys_and_values_are_known() {
    refuses(
        "#[command(efect = \"read\")] struct Show;",
        "unknown key: `#[command(…)]` takes name, alias, aliases, effect, example, examples, \
         hidden, serial, state, crate @ efect",
    );
    refuses(
        "struct Show { #[arg(lnog)] env: Env }",
        "unknown key: `#[arg(…)]` takes name, long, short, alias, aliases, default, required, \
         rest, text, code, json, min, max, target, choices, resolve @ lnog",
    );
    refuses(
        "#[command(effect = \"reads\")] struct Show;",
        "an effect is \"read\", \"idempotent\" or \"write\" @ \"reads\"",
    );
    refuses(
        "#[command(name = \"show me\")] struct Show;",
        "this cannot be typed as one word @ \"show me\"",
    );
    refuses("struct Show { #[arg(min = 9, max = 1)] n: u8 }", "`min` is larger than `max` @ n");
    refuses(
        "enum Ops { #[command(state = App)] Ack }",
        "`state` and `crate` stand on the enum itself @ state",
    );
    let action = "#[action(once, repeat)] struct Ack;";
    assert_eq!(mistakes(action::derive, action), ["either `once` or `repeat` @ repeat"]);
}

#[test]
fn shapes_that_cannot_be_are_refused() {
    refuses(
        "struct Show(String);",
        "arguments need names: use named fields, or a variant that holds one command @ (String)",
    );
    refuses("struct Show<T> { env: T }", "a command has no generic parameters @ <T>");
    refuses("enum Ops {}", "a command needs at least one variant @ Ops");
    refuses(
        "enum Ops { #[command(effect = \"read\")] Show(Show) }",
        "this command is declared on its own type: say it there @ \"read\"",
    );
    let choices = "enum Env { Prod(u8) }";
    assert_eq!(mistakes(choice::derive, choices), ["a choice has no fields @ (u8)"]);
    let choices = "struct Env;";
    assert_eq!(mistakes(choice::derive, choices), ["choices are an enum @ Env"]);
}

#[track_caller]
fn form_refuses(source: &str, expected: &str) {
    assert_eq!(mistakes(form::derive, source), [expected], "{source}");
}

#[test]
fn a_form_is_a_struct_that_asks_for_something() {
    let shape = "a form is a struct with named fields @ Feedback";
    form_refuses("enum Feedback { Words }", shape);
    form_refuses("struct Feedback(String);", shape);
    form_refuses("struct Feedback<T> { words: T }", "a form has no generic parameters @ <T>");
    form_refuses("struct Feedback {}", "a form asks for at least one field @ Feedback");
    form_refuses(
        "struct Feedback { #[field(state)] week: Week }",
        "a form asks for at least one field @ Feedback",
    );
}

#[test]
fn a_form_carries_one_state_that_nobody_is_asked_for() {
    form_refuses(
        "struct Feedback { words: String, #[field(state)] week: Week, #[field(state)] by: User }",
        "a form carries one state: put what it carries into one type @ state",
    );
    form_refuses(
        "struct Feedback { words: String, #[field(state, label = \"Week\")] week: Week }",
        "`state` is carried, not asked: it stands alone @ state",
    );
    let one = "struct Feedback { words: String, #[field(state)] week: Week }";
    assert!(mistakes(form::derive, one).is_empty());
}

#[test]
fn keys_of_a_field_fit_together() {
    let field =
        |keys: &str, ty: &str| format!("struct Feedback {{ #[field({keys})] words: {ty} }}");
    for (keys, ty, expected) in [
        ("radio, menu", "Mood", "either `radio` or `menu` @ menu"),
        ("email, lines = \"many\"", "String", "an e-mail address has one line @ lines"),
        (
            "email, max = 9",
            "String",
            "`min` and `max` are for numbers and text, not e-mail addresses @ 9",
        ),
        ("min = 9, max = 1.5", "f64", "`min` is larger than `max` @ words"),
        ("min = -1", "Option<String>", "text cannot have fewer than no characters @ -1"),
        ("min = \"1\"", "u8", "a bound is a number of 64 bits @ \"1\""),
        ("lines = \"several\"", "String", "lines are \"one\" or \"many\" @ \"several\""),
        (
            "default = Mood::Good",
            "Mood",
            "a default is a text, a number, true, false, or several in brackets @ Mood::Good",
        ),
        (
            "choices = ci::services",
            "String",
            "`choices` needs `#[form(state = …)]` on the type @ services",
        ),
        (
            "lable = \"x\"",
            "String",
            "unknown key: `#[field(…)]` takes name, label, hint, placeholder, default, required, \
             min, max, lines, email, radio, menu, choices, state @ lable",
        ),
    ] {
        form_refuses(&field(keys, ty), expected);
    }
    form_refuses(
        "#[form(state = App)] struct Restart { #[field(choices = services, email)] name: String }",
        "what `choices` lists says all that this field can be @ email",
    );
    form_refuses(
        "struct Feedback { words: String, #[field(name = \"words\")] more: String }",
        "two fields are named `words` @ more",
    );
    form_refuses(
        "#[form(titel = \"x\")] struct Feedback { words: String }",
        "unknown key: `#[form(…)]` takes name, title, intro, submit, cancel, effect, of, state, \
         crate @ titel",
    );
}

#[test]
fn all_mistakes_are_told_at_once() {
    let source =
        "struct Deploy { #[arg(target, default = \"a\")] a: A, #[arg(name = \"a\")] b: B }";
    assert_eq!(mistakes(command::derive, source).len(), 3);
}
