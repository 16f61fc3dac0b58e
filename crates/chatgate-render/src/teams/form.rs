//! Forms as dialogs: a card of inputs that Teams opens in a window of its own.

use std::collections::HashSet;

use chatgate_core::{
    Choice, ChoiceLook, Error, Feature, FieldKind, Fitted, Form, FormField, Lines, LossKind, Pick,
    Rendered, Result, Surface, Target,
};
use serde_json::Value;
use serde_json::value::RawValue;

use super::click::data;
use super::control::PEOPLE;
use super::json::quoted;
use super::limits::{
    CARD_VERSION, CHOICES, FORM_FIELDS, LABEL_CHARS, NAME_CHARS, SEAL_CHARS, SEARCHED,
};
use super::line::{runs, small_runs};
use super::markdown::{self, Starts};
use super::payload::CARD;
use super::size::{Size, room};
use super::submission::{Holds, field_id, listed};
use crate::inlines::Look;
use crate::{Losses, sanitise, sanitise_line};

/// Says a form as what a dialog is opened with.
pub(super) fn dialog(form: &Form, target: &Target, submit: &str) -> Result<Fitted> {
    if !target.capabilities.can(Feature::Forms) {
        return Err(Error::unsupported("form"));
    }
    check(form)?;
    let mut inputs = Inputs { losses: Losses::new(), items: Vec::new() };
    for line in form.intro.as_deref().map(sanitise).unwrap_or_default().split('\n') {
        if !line.trim().is_empty() {
            let runs = runs(line, Look::default());
            inputs.items.push(format!("{{\"type\":\"RichTextBlock\",\"inlines\":[{runs}]}}"));
        }
    }
    for field in &form.fields {
        inputs.field(field)?;
    }
    if inputs.items.is_empty() {
        return Err(invalid("a form without fields and words shows nothing"));
    }
    if form.cancel.is_some() {
        inputs.losses.add(LossKind::Form, "Teams' own sign closes it");
    }
    let title = sanitise_line(&form.title);
    let submit = form.submit.as_deref().unwrap_or(submit);
    let payload = format!(
        "{{\"title\":{},\"height\":\"medium\",\"width\":\"medium\",\"card\":{{\"contentType\":\"{CARD}\",\
         \"content\":{{\"$schema\":\"http://adaptivecards.io/schemas/adaptive-card.json\",\
         \"type\":\"AdaptiveCard\",\"version\":\"{CARD_VERSION}\",\"body\":[{}],\"actions\":[\
         {{\"type\":\"Action.Submit\",\"title\":{},\"style\":\"positive\",\"data\":{}}}]}}}}}}",
        quoted(&title),
        inputs.items.join(","),
        quoted(&sanitise_line(submit)),
        data(0, form.seal.as_deref()),
    );
    let size = Size::json(&payload);
    let fits = room(Surface::Form, &target.capabilities.limits)
        .is_some_and(|room| size.bytes <= room.bytes && size.units <= room.units);
    if !fits {
        return Err(invalid("a form too large for Teams"));
    }
    let part = Rendered::new(&RawValue::from_string(payload)?, title)?;
    Ok(Fitted::new(vec![part], inputs.losses.into_vec()))
}

/// What no shortening helps against.
fn check(form: &Form) -> Result<()> {
    let mut names = HashSet::with_capacity(form.fields.len());
    for FormField { name, label, .. } in &form.fields {
        if name.is_empty() || name.chars().count() > NAME_CHARS {
            return Err(invalid(format!("the name of a field has 1 to {NAME_CHARS} characters")));
        }
        if !names.insert(name.as_str()) {
            return Err(invalid(format!("two fields are named {name}")));
        }
        if label.chars().count() > LABEL_CHARS {
            return Err(invalid(format!(
                "the label of {name} has more than {LABEL_CHARS} characters"
            )));
        }
    }
    if form.fields.len() > FORM_FIELDS {
        return Err(invalid(format!("a form has at most {FORM_FIELDS} fields")));
    }
    let seal = form.seal.as_deref().unwrap_or_default();
    if seal.chars().count() > SEAL_CHARS {
        return Err(invalid(format!("what a form carries takes {SEAL_CHARS} characters")));
    }
    Ok(())
}

struct Inputs {
    losses: Losses,
    items: Vec<String>,
}

impl Inputs {
    fn field(&mut self, field: &FormField) -> Result<()> {
        let text = |key: &str, value: Option<&str>| {
            value.map_or(String::new(), |it| format!(",\"{key}\":{}", quoted(&sanitise_line(it))))
        };
        let default = field.default.as_ref();
        let value = text("value", default.and_then(Value::as_str));
        match &field.kind {
            FieldKind::Text { lines, min_chars, max_chars } => {
                let many = if *lines == Lines::Many { ",\"isMultiline\":true" } else { "" };
                let most = max_chars.map_or(String::new(), |most| format!(",\"maxLength\":{most}"));
                // Teams has no smallest length.
                let least = min_chars.filter(|least| *least > 0).map_or(String::new(), |least| {
                    format!(",\"regex\":{}", quoted(&format!("^[\\s\\S]{{{least},}}$")))
                });
                let multiline = default
                    .and_then(Value::as_str)
                    .map_or(String::new(), |it| format!(",\"value\":{}", quoted(&sanitise(it))));
                let value = if *lines == Lines::Many { multiline } else { value };
                let error = min_chars.map(|least| format!("{}: {least}+", field.label));
                self.input(
                    field,
                    "Input.Text",
                    Holds::Text,
                    &(many.to_owned() + &most + &least + &value),
                    error,
                );
            }
            FieldKind::Number { min, max, .. } => {
                let bound = |key: &str, bound: &Option<f64>| {
                    let bound = bound.filter(|bound| bound.is_finite());
                    bound.map_or(String::new(), |bound| format!(",\"{key}\":{bound}"))
                };
                let value = default
                    .filter(|value| value.is_number())
                    .map_or(String::new(), |value| format!(",\"value\":{value}"));
                let more = bound("min", min) + &bound("max", max) + &value;
                let error = (min.is_some() || max.is_some()).then(|| {
                    let shown = |bound: &Option<f64>| {
                        bound.map_or_else(String::new, |bound| bound.to_string())
                    };
                    format!("{}: {}–{}", field.label, shown(min), shown(max))
                });
                self.input(field, "Input.Number", Holds::Number, &more, error);
            }
            FieldKind::Email => {
                self.input(
                    field,
                    "Input.Text",
                    Holds::Text,
                    &(",\"style\":\"Email\"".to_owned() + &value),
                    None,
                );
            }
            FieldKind::Url => {
                self.input(
                    field,
                    "Input.Text",
                    Holds::Text,
                    &(",\"style\":\"Url\"".to_owned() + &value),
                    None,
                );
            }
            FieldKind::Choice { choices, pick, look } => {
                self.choice(field, choices, *pick, *look)?
            }
            FieldKind::Listed => {
                self.losses
                    .add(LossKind::Form, "a list that is made when it is asked for is typed");
                self.input(field, "Input.Text", Holds::Text, &value, None);
            }
            FieldKind::Channel => {
                self.losses.add(LossKind::Form, "Teams has no menu of channels: typed");
                self.input(field, "Input.Text", Holds::Text, "", None);
            }
            FieldKind::User => {
                self.input(field, "Input.ChoiceSet", Holds::Person, &format!(",{PEOPLE}"), None);
            }
            FieldKind::Bool => self.toggle(field),
            FieldKind::Date => self.input(field, "Input.Date", Holds::Text, &value, None),
            FieldKind::Time => self.input(field, "Input.Time", Holds::Text, &value, None),
            FieldKind::DateTime => self.date_time(field),
            FieldKind::File => return Err(Error::unsupported("form with a file")),
            _ => return Err(Error::unsupported("form with an unknown kind of field")),
        }
        self.hint(field);
        Ok(())
    }

    fn input(
        &mut self,
        field: &FormField,
        kind: &str,
        holds: Holds,
        more: &str,
        error: Option<String>,
    ) {
        let input = input(field, &label(field), kind, holds, more, error.as_deref());
        self.items.push(input);
    }

    fn choice(
        &mut self,
        field: &FormField,
        choices: &[Choice],
        pick: Pick,
        look: ChoiceLook,
    ) -> Result<()> {
        if choices.is_empty() || choices.len() > CHOICES {
            return Err(invalid(format!("{} has 1 to {CHOICES} choices", field.name)));
        }
        let is_many = pick == Pick::Many;
        // Teams reads the words beside a button or a box as Markdown, and those of a menu as they are.
        let is_open = is_many || look == ChoiceLook::Radio;
        let style = match look {
            ChoiceLook::Radio => "expanded",
            _ if choices.len() > SEARCHED && !is_many => "filtered",
            _ => "compact",
        };
        let many = if is_many { ",\"isMultiSelect\":true" } else { "" };
        let choices: Vec<_> = choices
            .iter()
            .map(|choice| {
                let mut title = sanitise_line(&choice.label).into_owned();
                if let Some(hint) = choice.hint.as_deref().filter(|hint| !hint.trim().is_empty()) {
                    title.push_str(" – ");
                    title.push_str(&sanitise_line(hint));
                }
                let title = if is_open { escaped(&title) } else { title };
                let value = listed(&choice.value);
                format!("{{\"title\":{},\"value\":{}}}", quoted(&title), quoted(&value))
            })
            .collect();
        let default = match &field.default {
            Some(Value::Array(values)) => {
                let values: Vec<_> = values.iter().filter_map(Value::as_str).map(listed).collect();
                Some(values.join(","))
            }
            Some(Value::String(value)) => Some(listed(value)),
            _ => None,
        };
        let value = default.map_or(String::new(), |it| format!(",\"value\":{}", quoted(&it)));
        let more =
            format!(",\"style\":\"{style}\"{many},\"choices\":[{}]{value}", choices.join(","));
        let holds = if is_many { Holds::Choices } else { Holds::Choice };
        self.input(field, "Input.ChoiceSet", holds, &more, None);
        Ok(())
    }

    /// A box to tick. It is never required: a box that is not ticked says no.
    fn toggle(&mut self, field: &FormField) {
        let value = field.default.as_ref().and_then(Value::as_bool).unwrap_or(false);
        self.items.push(format!(
            "{{\"type\":\"Input.Toggle\",\"id\":{},\"title\":{},\"valueOn\":\"true\",\
             \"valueOff\":\"false\",\"value\":\"{value}\"}}",
            quoted(&field_id(Holds::Bool, &field.name)),
            quoted(&escaped(&label(field))),
        ));
    }

    /// A day and a time of day, side by side.
    fn date_time(&mut self, field: &FormField) {
        let default = field.default.as_ref().and_then(Value::as_str);
        let default = default.and_then(|it| it.parse::<jiff::Timestamp>().ok());
        let value = |format: &str| {
            default.map_or(String::new(), |at| format!(",\"value\":\"{}\"", at.strftime(format)))
        };
        if default.is_some() {
            self.losses.add(LossKind::Style, "a time is shown in UTC");
        }
        let column = |input: String| {
            format!("{{\"type\":\"Column\",\"width\":\"stretch\",\"items\":[{input}]}}")
        };
        let day = input(field, &label(field), "Input.Date", Holds::Day, &value("%Y-%m-%d"), None);
        let time = input(field, "\u{a0}", "Input.Time", Holds::TimeOfDay, &value("%H:%M"), None);
        let columns = column(day) + "," + &column(time);
        self.items.push(format!("{{\"type\":\"ColumnSet\",\"columns\":[{columns}]}}"));
    }

    fn hint(&mut self, field: &FormField) {
        let hint = field.hint.as_deref().map(sanitise_line).unwrap_or_default();
        if !hint.trim().is_empty() {
            self.items.push(format!(
                "{{\"type\":\"RichTextBlock\",\"spacing\":\"Small\",\"inlines\":[{}]}}",
                small_runs(&hint)
            ));
        }
    }
}

fn input(
    field: &FormField,
    label: &str,
    kind: &str,
    holds: Holds,
    more: &str,
    error: Option<&str>,
) -> String {
    let placeholder = field
        .placeholder
        .as_deref()
        .map_or(String::new(), |it| format!(",\"placeholder\":{}", quoted(&sanitise_line(it))));
    let required = if field.required { ",\"isRequired\":true" } else { "" };
    let error = error.map(str::to_owned).or_else(|| field.required.then(|| field.label.clone()));
    let error = error.map_or(String::new(), |error| {
        format!(",\"errorMessage\":{}", quoted(&sanitise_line(&error)))
    });
    format!(
        "{{\"type\":\"{kind}\",\"id\":{},\"label\":{}{placeholder}{required}{error}{more}}}",
        quoted(&field_id(holds, &field.name)),
        quoted(label),
    )
}

/// What stands beside a field: its name where it has no label, since Teams wants one.
fn label(field: &FormField) -> String {
    let label = sanitise_line(&field.label);
    if label.trim().is_empty() {
        sanitise_line(&field.name).into_owned()
    } else {
        label.into_owned()
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    markdown::escape(text, Starts::Line, &mut out);
    out
}

fn invalid(what: impl Into<String>) -> Error {
    Error::invalid_input(what.into()).with_operation("form")
}
