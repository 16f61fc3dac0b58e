//! Choices: menus, radio buttons, check boxes.

use std::collections::HashSet;

use chatgate_core::{Choice, ChoiceLook, Result};
use serde_json::Value;

use super::invalid;
use super::limits::{BUTTONS, OPTION_UNITS, OPTION_VALUE_UNITS, OPTIONS};
use super::wire::Kind;
use super::words::{Words, length};
use crate::sanitise_line;
use crate::slack::wire::{Group, Opt, Options, Text};

/// The element of a choice.
pub(super) fn kind<'a>(
    choices: &'a [Choice],
    is_many: bool,
    look: ChoiceLook,
    default: Option<&Value>,
    words: &mut Words<'_>,
) -> Result<Kind<'a>> {
    let options = options(choices, words)?;
    let initial = initial(&options, is_many, default, words);
    let all_at_once = look == ChoiceLook::Radio && options.len() <= BUTTONS;
    if look == ChoiceLook::Radio && !all_at_once {
        words.otherwise("many choices are shown as a menu");
    }
    Ok(match (is_many, all_at_once) {
        (false, true) => Kind::RadioButtons { options, initial_option: initial.into_iter().next() },
        (true, true) => Kind::Checkboxes { options, initial_options: initial },
        (false, false) => Kind::StaticSelect {
            options: menu(options),
            initial_option: initial.into_iter().next(),
        },
        (true, false) => {
            Kind::MultiStaticSelect { options: menu(options), initial_options: initial }
        }
    })
}

/// The options: each carries its own value, so that a submission says it.
fn options<'a>(choices: &'a [Choice], words: &mut Words<'_>) -> Result<Vec<Opt<'a>>> {
    let mut values = HashSet::with_capacity(choices.len());
    let mut all = Vec::with_capacity(choices.len());
    for choice in choices {
        let value = &choice.value;
        if value.is_empty() || length(value) > OPTION_VALUE_UNITS {
            let most = OPTION_VALUE_UNITS;
            return Err(invalid(format!("the value of a choice has 1 to {most} characters")));
        }
        if !values.insert(value.as_str()) {
            words.left_out("a choice that stands twice is shown once");
            continue;
        }
        let hint = choice.hint.as_deref().map(sanitise_line).unwrap_or_default();
        all.push(Opt {
            text: words.plain(sanitise_line(&choice.label), OPTION_UNITS),
            value: value.clone(),
            description: words.some(hint, OPTION_UNITS),
        });
    }
    if all.is_empty() || all.len() > OPTIONS * OPTIONS {
        return Err(invalid(format!("a choice has 1 to {} choices", OPTIONS * OPTIONS)));
    }
    Ok(all)
}

/// What is chosen at first.
fn initial<'a>(
    options: &[Opt<'a>],
    is_many: bool,
    default: Option<&Value>,
    words: &mut Words<'_>,
) -> Vec<Opt<'a>> {
    let wanted: Vec<_> = match default {
        None => return Vec::new(),
        Some(Value::Array(values)) if is_many => values.iter().collect(),
        Some(value) => vec![value],
    };
    let wanted: HashSet<_> = wanted.into_iter().map(Value::as_str).collect();
    let found: Vec<_> =
        options.iter().filter(|it| wanted.contains(&Some(it.value.as_str()))).cloned().collect();
    if found.len() < wanted.len() || found.len() > OPTIONS {
        words.left_out("a value that its field cannot hold is left out");
    }
    found.into_iter().take(OPTIONS).collect()
}

/// Options, in groups where they are many.
fn menu(options: Vec<Opt<'_>>) -> Options<'_> {
    if options.len() <= OPTIONS {
        return Options::Options(options);
    }
    let mut groups = Vec::new();
    let mut options = options.into_iter().peekable();
    let mut first = 1;
    while options.peek().is_some() {
        let group: Vec<_> = options.by_ref().take(OPTIONS).collect();
        let last = first + group.len() - 1;
        groups.push(Group { label: Text::plain(format!("{first}–{last}")), options: group });
        first = last + 1;
    }
    Options::OptionGroups(groups)
}
