//! A form, drawn: what a person would be asked.

use chatgate_core::{Choice, ChoiceLook, FieldKind, Form, FormField, Lines, Pick};
use serde_json::Value;

use super::Pictures;
use super::write::Writer;
use crate::Losses;

/// The form as one element. What it carries is not in it.
pub(super) fn form(form: &Form) -> String {
    let mut losses = Losses::new();
    let mut writer = Writer::new(Pictures::Linked, &mut losses);
    writer.tagged("div", "form", |writer| {
        writer.tagged("h2", "", |writer| writer.lines(&form.title));
        if let Some(intro) = &form.intro {
            writer.tagged("p", "", |writer| writer.lines(intro));
        }
        form.fields.iter().for_each(|field| writer.field(field));
        writer.tagged("div", "actions", |writer| {
            let submit = form.submit.as_deref().unwrap_or("Submit");
            writer.tagged("span", "button primary", |writer| writer.lines(submit));
            if let Some(cancel) = &form.cancel {
                writer.tagged("span", "button", |writer| writer.lines(cancel));
            }
        });
    });
    writer.out
}

impl Writer<'_> {
    fn field(&mut self, field: &FormField) {
        self.tagged("p", "label", |writer| {
            writer.lines(&field.label);
            if !field.required {
                writer.out.push_str(" <span class=\"hint\">(optional)</span>");
            }
        });
        match &field.kind {
            FieldKind::Choice { choices, pick, look } => {
                let is_menu = *look == ChoiceLook::Menu;
                if is_menu {
                    self.tagged("details", "menu", |writer| {
                        writer.tagged("summary", "", |writer| writer.value(field));
                        writer.choices(choices, |_| "");
                    });
                } else {
                    let [on, off] =
                        if *pick == Pick::Many { ["☑", "☐"] } else { ["◉", "○"] };
                    self.choices(choices, |choice| if is_chosen(field, choice) { on } else { off });
                }
            }
            FieldKind::Bool => {
                let sign = if field.default == Some(Value::Bool(true)) { "☑" } else { "☐" };
                self.tagged("p", "", |writer| writer.sign(sign));
            }
            FieldKind::Text { lines: Lines::Many, .. } => {
                self.tagged("p", "input tall", |writer| writer.value(field));
            }
            _ => self.tagged("p", "input", |writer| writer.value(field)),
        }
        if let Some(hint) = &field.hint {
            self.tagged("p", "hint", |writer| writer.lines(hint));
        }
    }

    /// What a field holds at first, or says while it is empty.
    fn value(&mut self, field: &FormField) {
        let default = match &field.default {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let empty = match &field.kind {
            FieldKind::User => "@ a person",
            FieldKind::Channel => "# a channel",
            FieldKind::Date => "a day",
            FieldKind::Time => "a time",
            FieldKind::DateTime => "a day and a time",
            FieldKind::File => "a file",
            FieldKind::Choice { .. } | FieldKind::Listed => "choose",
            _ => "",
        };
        match (default, &field.placeholder) {
            (Some(default), _) => self.lines(&shown(field, default)),
            (None, Some(placeholder)) => {
                self.tagged("span", "empty", |writer| writer.lines(placeholder));
            }
            (None, None) => self.tagged("span", "empty", |writer| writer.text(empty)),
        }
    }
}

/// Whether a choice is chosen at first.
fn is_chosen(field: &FormField, choice: &Choice) -> bool {
    match &field.default {
        Some(Value::String(value)) => *value == choice.value,
        Some(Value::Array(values)) => values.iter().any(|value| *value == choice.value),
        _ => false,
    }
}

/// The label of a choice that is chosen at first.
fn shown(field: &FormField, default: String) -> String {
    let FieldKind::Choice { choices, .. } = &field.kind else {
        return default;
    };
    let chosen = choices.iter().find(|choice| choice.value == default);
    chosen.map_or(default, |choice| choice.label.clone())
}
