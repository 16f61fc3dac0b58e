//! One argument's value: from what was typed, or from JSON, to its canonical form.

use chatgate_core::{ArgKind, Choice, Timestamp};
use serde_json::{Value, json};
use url::Url;

use super::charset::{self, Odd};
use super::flatten::Entity;
use super::moment;
use crate::help;

/// What was typed for one value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Typed<'a> {
    pub(crate) text: &'a str,
    pub(super) entity: Option<&'a Entity>,
    /// When it was typed; `None` where the present does not count.
    pub(crate) now: Option<Timestamp>,
}

impl<'a> Typed<'a> {
    /// Text alone.
    pub(crate) fn text(text: &'a str, now: Option<Timestamp>) -> Self {
        Self { text, entity: None, now }
    }
}

/// Why a value is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// It is not of the kind.
    Kind,
    /// It is none of the choices.
    Choice(Option<String>),
    /// It has a character or a mixture that it may not have.
    Odd(Odd),
    /// An address with a user name or password.
    UserInfo,
    /// It is not JSON, in the reader's words.
    Json(String),
}

impl Misfit {
    /// The byte of the text where it goes wrong, where that is known.
    pub(super) fn at(&self) -> Option<usize> {
        match self {
            Self::Odd(Odd::Unseen { at, .. } | Odd::Mixed { at, .. }) => Some(*at),
            _ => None,
        }
    }
}

/// Reads what was typed.
pub(crate) fn read(kind: &ArgKind, typed: Typed<'_>) -> Result<Value, Misfit> {
    let text = typed.text;
    match kind {
        ArgKind::Integer { min, max } => {
            let number = minus(text).parse::<i64>().map_err(|_| Misfit::Kind)?;
            if (*min..=*max).contains(&number) { Ok(number.into()) } else { Err(Misfit::Kind) }
        }
        ArgKind::Number => {
            let starts = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.');
            let text = minus(text);
            let number = text.parse::<f64>().ok().filter(|_| text.starts_with(starts));
            number.and_then(serde_json::Number::from_f64).map(Value::Number).ok_or(Misfit::Kind)
        }
        ArgKind::Bool => yes_or_no(text).map(Value::Bool).ok_or(Misfit::Kind),
        ArgKind::Word | ArgKind::Listed => word(text).map(Value::from),
        ArgKind::Text | ArgKind::Rest => free_text(text).map(Value::from),
        ArgKind::Duration => moment::duration(text).map(Value::from).ok_or(Misfit::Kind),
        ArgKind::Timestamp => {
            let at = match typed.entity {
                Some(Entity::Time(at)) => Some(*at),
                _ => moment::timestamp(text, typed.now),
            };
            at.map(|at| at.to_string().into()).ok_or(Misfit::Kind)
        }
        ArgKind::Url => match typed.entity {
            Some(Entity::Link(url)) => address(url.as_str()),
            _ => address(text),
        },
        ArgKind::User => match typed.entity {
            Some(Entity::User { id, handle }) => Ok(user(id.as_str(), handle.as_deref())),
            Some(Entity::Named) => Err(Misfit::Kind),
            _ => name_after('@', text).map(|name| user(name, Some(name))),
        },
        ArgKind::Channel => match typed.entity {
            Some(Entity::Channel { id, name }) => Ok(channel(id.as_str(), name.as_deref())),
            _ => name_after('#', text).map(|name| channel(name, Some(name))),
        },
        ArgKind::Choice(choices) => choose(choices, text),
        ArgKind::Json => {
            free_text(text)?;
            serde_json::from_str(text).map_err(|error| Misfit::Json(error.to_string()))
        }
        ArgKind::Code => free_text(text).map(Value::from),
        _ => Err(Misfit::Kind),
    }
}

/// Checks a canonical value and gives it in its one form.
pub(crate) fn check(kind: &ArgKind, value: &Value) -> Result<Value, Misfit> {
    let typed = |text: &str| read(kind, Typed::text(text, None));
    match (kind, value) {
        (ArgKind::Integer { min, max }, Value::Number(number)) => match number.as_i64() {
            Some(number) if (*min..=*max).contains(&number) => Ok(number.into()),
            _ => Err(Misfit::Kind),
        },
        (ArgKind::Number, Value::Number(number)) => {
            let number = number.as_f64().and_then(serde_json::Number::from_f64);
            number.map(Value::Number).ok_or(Misfit::Kind)
        }
        (ArgKind::Duration, Value::Number(number)) => {
            let millis = number.as_u64().filter(|millis| i64::try_from(*millis).is_ok());
            millis.map(Value::from).ok_or(Misfit::Kind)
        }
        (ArgKind::Bool, Value::Bool(_)) => Ok(value.clone()),
        (ArgKind::Timestamp, Value::String(text)) => {
            let at = text.parse::<jiff::Timestamp>().map_err(|_| Misfit::Kind)?;
            Ok(Timestamp::from_millis(at.as_millisecond()).to_string().into())
        }
        (ArgKind::Choice(choices), Value::String(text)) => {
            let known = choices.iter().any(|choice| choice.value == *text);
            if known { Ok(value.clone()) } else { Err(no_choice(choices, text)) }
        }
        (
            ArgKind::Word
            | ArgKind::Listed
            | ArgKind::Text
            | ArgKind::Rest
            | ArgKind::Url
            | ArgKind::Code,
            Value::String(text),
        ) => typed(text),
        (ArgKind::User, Value::Object(_)) => {
            let (id, name) = named(value, "handle")?;
            Ok(user(id, name))
        }
        (ArgKind::Channel, Value::Object(_)) => {
            let (id, name) = named(value, "name")?;
            Ok(channel(id, name))
        }
        (ArgKind::Json, _) => Ok(value.clone()),
        _ => Err(Misfit::Kind),
    }
}

/// The number of bytes of the JSON value that a text begins with, and the value.
pub(super) fn leading_json(text: &str) -> Result<(usize, Value), Misfit> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => Ok((values.byte_offset(), value)),
        Some(Err(error)) => Err(Misfit::Json(error.to_string())),
        None => Err(Misfit::Kind),
    }
}

/// A phone types a real minus, or a dash.
fn minus(text: &str) -> std::borrow::Cow<'_, str> {
    match text.strip_prefix(['−', '–']) {
        Some(rest) => format!("-{rest}").into(),
        None => text.into(),
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "yes", "on"]) {
        Some(true)
    } else if is(["false", "no", "off"]) {
        Some(false)
    } else {
        None
    }
}

fn word(text: &str) -> Result<&str, Misfit> {
    charset::check_word(text).map_err(Misfit::Odd)?;
    if text.trim().is_empty() { Err(Misfit::Kind) } else { Ok(text) }
}

fn free_text(text: &str) -> Result<&str, Misfit> {
    charset::check_text(text).map_err(Misfit::Odd)?;
    Ok(text)
}

fn address(text: &str) -> Result<Value, Misfit> {
    // The parser would pass over tabs and line ends.
    if let Some((at, c)) =
        text.char_indices().find(|&(_, c)| c.is_control() || charset::is_unseen(c))
    {
        return Err(Misfit::Odd(Odd::Unseen { at, c }));
    }
    let url = Url::parse(text.trim()).map_err(|_| Misfit::Kind)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(Misfit::Kind);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Misfit::UserInfo);
    }
    Ok(String::from(url).into())
}

fn name_after(sign: char, text: &str) -> Result<&str, Misfit> {
    let name = text.strip_prefix(sign).ok_or(Misfit::Kind)?;
    // The whole text is checked, so that a fault's place is one in it.
    word(text)?;
    if name.is_empty() || name.contains(' ') { Err(Misfit::Kind) } else { Ok(name) }
}

fn user(id: &str, handle: Option<&str>) -> Value {
    json!({"id": id, "handle": handle})
}

fn channel(id: &str, name: Option<&str>) -> Value {
    json!({"id": id, "name": name})
}

/// The id and name of a person or channel, and nothing else.
fn named<'a>(value: &'a Value, name: &str) -> Result<(&'a str, Option<&'a str>), Misfit> {
    let fields = value.as_object().ok_or(Misfit::Kind)?;
    if fields.keys().any(|key| key != "id" && key != name) {
        return Err(Misfit::Kind);
    }
    let id = fields.get("id").and_then(Value::as_str).ok_or(Misfit::Kind)?;
    let name = match fields.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(free_text(name)?),
        Some(_) => return Err(Misfit::Kind),
    };
    Ok((word(id)?, name))
}

fn choose(choices: &[Choice], text: &str) -> Result<Value, Misfit> {
    let named =
        |choice: &&Choice| choice.value == text || choice.aliases.iter().any(|alias| alias == text);
    // ASCII only: other letters become equal to ones they are not, as the Kelvin sign to `k`.
    let folded = |choice: &&Choice| choice.value.eq_ignore_ascii_case(text);
    let found = choices.iter().find(named).or_else(|| choices.iter().find(folded));
    match found {
        Some(choice) => Ok(choice.value.as_str().into()),
        None => Err(match charset::check_word(text) {
            Err(odd) => Misfit::Odd(odd),
            Ok(()) => no_choice(choices, text),
        }),
    }
}

fn no_choice(choices: &[Choice], text: &str) -> Misfit {
    let values = choices.iter().map(|choice| choice.value.as_str());
    Misfit::Choice(help::closest(text, values).map(str::to_owned))
}
