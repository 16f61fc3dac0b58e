//! One field as an input block.

use std::borrow::Cow;

use chatgate_core::{Error, FieldKind, FormField, Lines, Pick, Result};
use serde_json::Value;

use super::limits::{
    EXACT, INPUT_UNITS, LABEL_UNITS, OPTION_UNITS, OPTION_VALUE_UNITS, PLACEHOLDER_UNITS,
};
use super::value;
use super::wire::{Block, Element, Input, Kind};
use super::words::{Words, length, shortest};
use super::{choice, invalid};
use crate::slack::wire::{Filter, Opt, Text};
use crate::{sanitise, sanitise_line};

/// How an answer is read where its element does not say: see `read`.
pub(super) const FIELD: &str = "field";
pub(super) const BOOL: &str = "bool";

/// Makes fields.
pub(super) struct Fields<'f, 'l, 'a> {
    pub(super) words: &'f mut Words<'l>,
    /// Beside the box that is ticked for yes.
    pub(super) yes: Cow<'a, str>,
    /// What tells the elements of this form from those of others.
    pub(super) tail: &'a str,
}

impl<'a> Fields<'_, '_, 'a> {
    pub(super) fn input(&mut self, field: &'a FormField) -> Result<Block<'a>> {
        let kind = self.kind(field).map_err(|error| error.with_context(field.name.clone()))?;
        let placeholder = field.placeholder.as_deref().map(sanitise_line).unwrap_or_default();
        let mut hint = field.hint.as_deref().map(sanitise).unwrap_or_default();
        let placeholder = if kind.has_placeholder() {
            self.words.some(placeholder, PLACEHOLDER_UNITS)
        } else {
            if !placeholder.trim().is_empty() {
                hint = Cow::Owned(format!("{hint}\n{placeholder}").trim_start().to_owned());
            }
            None
        };
        let is_bool = matches!(field.kind, FieldKind::Bool);
        let mut action_id = (if is_bool { BOOL } else { FIELD }).to_owned();
        if !self.tail.is_empty() {
            action_id.push('-');
            action_id.push_str(self.tail);
        }
        Ok(Block::Input(Box::new(Input {
            block_id: &field.name,
            label: self.words.plain(sanitise_line(&field.label), LABEL_UNITS),
            hint: self.words.some(hint, LABEL_UNITS),
            // A box that is not ticked says no.
            optional: !field.required || is_bool,
            element: Element { action_id, placeholder, kind },
        })))
    }

    fn kind(&mut self, field: &'a FormField) -> Result<Kind<'a>> {
        let default = field.default.as_ref().filter(|value| !value.is_null());
        let text = default.and_then(Value::as_str);
        let kind = match &field.kind {
            FieldKind::Text { lines, min_chars, max_chars } => {
                let (min_length, max_length) = self.bounds(*min_chars, *max_chars)?;
                let most = max_length.unwrap_or(INPUT_UNITS);
                let initial_value = self.text(default, most);
                let multiline = *lines == Lines::Many;
                Kind::PlainTextInput { multiline, min_length, max_length, initial_value }
            }
            FieldKind::Number { min, max, whole } => {
                if min.zip(*max).is_some_and(|(min, max)| min > max) {
                    return Err(invalid("no number is within its bounds"));
                }
                let bound = |bound: Option<f64>, round: fn(f64) -> f64| {
                    let bound = bound.map(|bound| if *whole { round(bound) } else { bound });
                    bound.filter(|bound| bound.abs() <= EXACT).map(value::number)
                };
                let initial = default.and_then(Value::as_f64).filter(|n| n.abs() <= EXACT);
                self.missed(default, initial.is_some());
                Kind::NumberInput {
                    is_decimal_allowed: !whole,
                    min_value: bound(*min, f64::ceil),
                    max_value: bound(*max, f64::floor),
                    initial_value: initial.map(value::number),
                }
            }
            FieldKind::Email => {
                Kind::EmailTextInput { initial_value: self.text(default, INPUT_UNITS) }
            }
            FieldKind::Url => Kind::UrlTextInput { initial_value: self.text(default, INPUT_UNITS) },
            FieldKind::Choice { choices, pick, look } => {
                choice::kind(choices, *pick == Pick::Many, *look, default, self.words)?
            }
            FieldKind::Listed => {
                let fits = |text: &&str| (1..=OPTION_VALUE_UNITS).contains(&length(text));
                let initial = text.filter(fits);
                self.missed(default, initial.is_some());
                let initial_option = initial.map(|value| self.option(value));
                Kind::ExternalSelect { min_query_length: 0, initial_option }
            }
            FieldKind::User => {
                let initial_user = value::id(default, &['U', 'W']);
                self.missed(default, initial_user.is_some());
                Kind::UsersSelect { initial_user }
            }
            FieldKind::Channel => {
                let initial_conversation = value::id(default, &['C', 'G']);
                self.missed(default, initial_conversation.is_some());
                Kind::ConversationsSelect { filter: Filter::CHANNELS, initial_conversation }
            }
            FieldKind::Bool => {
                let is_on = default == Some(&Value::Bool(true));
                self.missed(default, default.is_none_or(Value::is_boolean));
                let yes = Opt {
                    text: self.words.plain(self.yes.clone(), OPTION_UNITS),
                    value: "yes".into(),
                    description: None,
                };
                let initial_options = if is_on { vec![yes.clone()] } else { Vec::new() };
                Kind::Checkboxes { options: vec![yes], initial_options }
            }
            FieldKind::Date => {
                let initial_date = text.and_then(value::date);
                self.missed(default, initial_date.is_some());
                Kind::Datepicker { initial_date }
            }
            FieldKind::Time => {
                let initial_time = text.and_then(value::time);
                self.missed(default, initial_time.is_some());
                Kind::Timepicker { initial_time }
            }
            FieldKind::DateTime => {
                let initial_date_time = text.and_then(value::epoch);
                self.missed(default, initial_date_time.is_some());
                Kind::Datetimepicker { initial_date_time }
            }
            FieldKind::File => {
                self.missed(default, false);
                Kind::FileInput { max_files: 1 }
            }
            _ => return Err(Error::unsupported("form").with_context("a field of an unknown kind")),
        };
        Ok(kind)
    }

    /// How long a text may be: Slack's inputs hold 3,000 characters.
    fn bounds(
        &mut self,
        min: Option<usize>,
        max: Option<usize>,
    ) -> Result<(Option<usize>, Option<usize>)> {
        let most = max.unwrap_or(INPUT_UNITS).min(INPUT_UNITS);
        if most == 0 || min.unwrap_or_default() > most {
            return Err(invalid("no text is within its bounds"));
        }
        if max.is_some_and(|max| max > most) {
            self.words.otherwise("a text field takes 3,000 characters");
        }
        Ok((min, max.map(|_| most)))
    }

    /// What a text field holds at first.
    fn text(&mut self, default: Option<&'a Value>, most: usize) -> Option<Cow<'a, str>> {
        let value = match default? {
            Value::String(text) => Cow::Borrowed(text.as_str()),
            value @ (Value::Number(_) | Value::Bool(_)) => Cow::Owned(value.to_string()),
            _ => {
                self.missed(default, false);
                return None;
            }
        };
        let kept = shortest(&value, most);
        if kept.len() == value.len() {
            return Some(value);
        }
        self.words.left_out("a value too long for its field is cut");
        Some(Cow::Owned(kept.to_owned()))
    }

    fn option(&mut self, value: &'a str) -> Opt<'a> {
        let text: Text<'a> = self.words.plain(sanitise_line(value), OPTION_UNITS);
        Opt { text, value: value.to_owned(), description: None }
    }

    /// Tells of a value that the field cannot hold.
    fn missed(&mut self, default: Option<&Value>, is_held: bool) {
        if default.is_some() && !is_held {
            self.words.left_out("a value that its field cannot hold is left out");
        }
    }
}
