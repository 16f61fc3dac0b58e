//! The command language, with an argument of every kind.
#![no_main]

use std::sync::LazyLock;

use chatgate_core::{ArgKind, ArgSpec, Choice, CommandSpec, Content, Phrases, Timestamp};
use chatgate_router::language::{Line, parse};
use chatgate_router::{args_from_json, args_from_submission, form_for};
use libfuzzer_sys::fuzz_target;

static SPECS: LazyLock<Vec<CommandSpec>> = LazyLock::new(|| {
    let choices = ["prod", "staging"].map(Choice::new).to_vec();
    let every = CommandSpec::new("x", "X")
        .arg(ArgSpec::new("word", ArgKind::Word))
        .arg(ArgSpec::new("choice", ArgKind::Choice(choices)).optional())
        .arg(ArgSpec::new("whole", ArgKind::Integer { min: -9, max: 99 }).long("whole").optional())
        .arg(ArgSpec::new("number", ArgKind::Number).long("number").short('n').optional())
        .arg(ArgSpec::new("sure", ArgKind::Bool).long("sure").short('s').optional())
        .arg(ArgSpec::new("text", ArgKind::Text).long("text").many().optional())
        .arg(ArgSpec::new("wait", ArgKind::Duration).long("wait").default_value("5m"))
        .arg(ArgSpec::new("at", ArgKind::Timestamp).long("at").optional())
        .arg(ArgSpec::new("link", ArgKind::Url).long("link").optional())
        .arg(ArgSpec::new("user", ArgKind::User).long("user").optional())
        .arg(ArgSpec::new("channel", ArgKind::Channel).long("channel").optional());
    let rest = CommandSpec::new("x", "X")
        .arg(ArgSpec::new("rest", ArgKind::Rest))
        .arg(ArgSpec::new("rule", ArgKind::Json).long("rule").optional());
    let code = CommandSpec::new("x", "X").arg(ArgSpec::new("code", ArgKind::Code).many());
    vec![every, rest, code]
});

fuzz_target!(|bytes: &[u8]| {
    let text = format!("x {}", chatgate_fuzz::text(bytes));
    let now = Timestamp::from_secs(1_800_000_000);
    let line = Line::read(&Content::typed(&text));
    for spec in SPECS.iter() {
        match parse(spec, &line, 1, now) {
            Ok(args) => {
                // What a line means is canonical: an agent's call or an approved run may repeat it.
                let again = args_from_json(spec, &args);
                assert_eq!(again.as_ref(), Ok(&args), "{text:?}");
                let form = form_for(spec, &args, &Phrases::default());
                let defaults = form.fields.into_iter();
                let values = defaults.filter_map(|field| Some((field.name, field.default?)));
                let _ = args_from_submission(spec, &values.collect(), now);
            }
            Err(error) => {
                let _ = error.to_string();
            }
        }
    }
});
