//! One field as an element of a dialog.

use std::collections::HashSet;

use chatgate_core::{
    Choice, ChoiceLook, Error, FieldKind, FormField, Lines, LossKind, Pick, Result,
};
use serde_json::Value;

use super::invalid;
use super::values::box_name;
use super::wire::Element;
use super::words::Words;
use crate::mattermost::dialect::Server;
use crate::mattermost::limits::{
    ANSWER_CHARS, BOOL_BYTES, HELP_BYTES, LABEL_BYTES, NAME_BYTES, OPTIONS, SELECT_BYTES,
    TEXT_BYTES, TEXTAREA_BYTES,
};
use crate::mattermost::wire;
use crate::{sanitise, sanitise_line};

/// Makes fields.
pub(super) struct Fields<'f, 'l> {
    pub(super) words: &'f mut Words<'l>,
    /// Beside the box that is ticked for yes.
    pub(super) yes: &'f str,
    pub(super) server: Server,
    /// Where a menu asks what it offers, on a server that has such menus.
    pub(super) lookups: Option<&'f str>,
}

impl Fields<'_, '_> {
    /// Adds a field: one element, or a box for each of several choices.
    pub(super) fn add(&mut self, field: &FormField, out: &mut Vec<Element>) -> Result<()> {
        let named = |error: Error| error.with_context(field.name.clone());
        if let FieldKind::Choice { choices, pick: Pick::Many, .. } = &field.kind
            && !self.server.has_multiselect()
        {
            return self.boxes(field, choices, out).map_err(named);
        }
        out.push(self.element(field).map_err(named)?);
        Ok(())
    }

    fn element(&mut self, field: &FormField) -> Result<Element> {
        let mut element = self.kind(field)?;
        element.name.clone_from(&field.name);
        element.optional = !field.required || element.kind == "bool";
        let label = sanitise_line(&field.label);
        let hint = field.hint.as_deref().map(sanitise_line).unwrap_or_default();
        let placeholder = field.placeholder.as_deref().map(sanitise_line).unwrap_or_default();
        let most = match element.kind {
            "textarea" => TEXTAREA_BYTES,
            "select" => SELECT_BYTES,
            "text" => TEXT_BYTES,
            _ => 0,
        };
        if element.placeholder.is_empty() && placeholder.len() <= most {
            element.placeholder = placeholder.into_owned();
        } else if !placeholder.trim().is_empty() {
            self.words.above(&label, &placeholder);
        }
        element.display_name = self.words.short(&label, LABEL_BYTES);
        // What an element does not hold stands above all of them.
        if label.len() > LABEL_BYTES || hint.len() > HELP_BYTES {
            self.words.above(&label, &hint);
        } else {
            element.help_text = hint.into_owned();
        }
        Ok(element)
    }

    fn kind(&mut self, field: &FormField) -> Result<Element> {
        let default = field.default.as_ref().filter(|value| !value.is_null());
        let text = |subtype, placeholder: &str| Element {
            kind: "text",
            subtype,
            max_length: ANSWER_CHARS,
            placeholder: placeholder.to_owned(),
            ..Element::default()
        };
        let select = |data_source| Element { kind: "select", data_source, ..Element::default() };
        let mut element = match &field.kind {
            FieldKind::Text { lines, min_chars, max_chars } => {
                let kind = if *lines == Lines::Many { "textarea" } else { "text" };
                let most = max_chars.unwrap_or(ANSWER_CHARS).min(ANSWER_CHARS);
                let min_length = min_chars.unwrap_or(0);
                if most == 0 || min_length > most {
                    return Err(invalid("no text is within its bounds"));
                }
                if max_chars.is_some_and(|max| max > most) {
                    self.words.lose(LossKind::Style, "a text field takes 3,000 characters");
                }
                // The client counts in UTF-16: it must not refuse what is right.
                let max_length = if max_chars.is_some() { 2 * most } else { most };
                Element { max_length, min_length, ..Element { kind, ..text("text", "") } }
            }
            FieldKind::Number { .. } => text("number", ""),
            FieldKind::Email => text("email", ""),
            FieldKind::Url => text("url", ""),
            FieldKind::Choice { choices, pick, look } => {
                let options = self.options(choices)?;
                let is_many = *pick == Pick::Many;
                let is_radio = *look == ChoiceLook::Radio && !is_many;
                let kind = if is_radio { "radio" } else { "select" };
                Element { kind, options, multiselect: is_many, ..Element::default() }
            }
            FieldKind::User => select("users"),
            FieldKind::Channel => select("channels"),
            FieldKind::Bool => {
                let placeholder = self.words.label(&sanitise_line(self.yes), BOOL_BYTES);
                Element { kind: "bool", placeholder, ..Element::default() }
            }
            FieldKind::Date if self.server.has_dates() => {
                Element { kind: "date", ..Element::default() }
            }
            FieldKind::DateTime if self.server.has_dates() => {
                Element { kind: "datetime", ..Element::default() }
            }
            FieldKind::Date => self.typed(text("text", "2026-11-24")),
            FieldKind::Time => self.typed(text("text", "14:30")),
            FieldKind::DateTime => self.typed(text("text", "2026-11-24T14:30Z")),
            FieldKind::Listed => match self.lookups {
                Some(url) => Element { data_source_url: url.to_owned(), ..select("dynamic") },
                None => self.typed(text("text", "")),
            },
            _ => return Err(Error::unsupported("form").with_context("a field of this kind")),
        };
        element.default = self.default(&element, default);
        Ok(element)
    }

    /// A kind that Mattermost does not have is typed.
    fn typed(&mut self, element: Element) -> Element {
        self.words.lose(LossKind::Form, "what Mattermost has no field for is typed");
        element
    }

    /// What a field holds at first.
    fn default(&mut self, element: &Element, default: Option<&Value>) -> String {
        let Some(value) = default else { return String::new() };
        let said = match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(is_on) => Some(is_on.to_string()),
            Value::Object(entity) => entity.get("id").and_then(Value::as_str).map(str::to_owned),
            Value::Array(values) if element.multiselect => values
                .iter()
                .map(|value| value.as_str().filter(|value| !value.contains(',')))
                .collect::<Option<Vec<_>>>()
                .map(|values| values.join(",")),
            _ => None,
        };
        let offered = |value: &str| element.options.iter().any(|option| option.value == value);
        let fits = |text: &str| match element.kind {
            "text" => text.len() <= TEXT_BYTES,
            "textarea" => text.len() <= TEXTAREA_BYTES,
            "bool" => matches!(text, "true" | "false"),
            "select" | "radio" if element.data_source.is_empty() => {
                text.len() <= SELECT_BYTES
                    && if element.multiselect {
                        text.split(',').all(offered)
                    } else {
                        offered(text)
                    }
            }
            _ => text.len() <= SELECT_BYTES,
        };
        match said.filter(|text| fits(text)) {
            Some(text) => text,
            None => {
                self.words.lose(LossKind::Form, "a value that its field cannot hold is left out");
                String::new()
            }
        }
    }

    /// The options: each carries its own value, so that a submission says it.
    fn options(&mut self, choices: &[Choice]) -> Result<Vec<wire::Choice>> {
        let mut values = HashSet::with_capacity(choices.len());
        let mut all = Vec::with_capacity(choices.len());
        for choice in choices {
            if choice.value.is_empty() {
                return Err(invalid("the value of a choice is not empty"));
            }
            if values.insert(choice.value.as_str()) {
                all.push(wire::Choice { text: shown(choice), value: choice.value.clone() });
            } else {
                self.words.lose(LossKind::Form, "a choice that stands twice is shown once");
            }
        }
        if all.is_empty() || all.len() > OPTIONS {
            return Err(invalid(format!("a choice has 1 to {OPTIONS} choices")));
        }
        Ok(all)
    }

    /// Several choices on a server that has no menu of them: a box for each.
    fn boxes(
        &mut self,
        field: &FormField,
        choices: &[Choice],
        out: &mut Vec<Element>,
    ) -> Result<()> {
        self.words.lose(LossKind::Style, "several choices are shown as boxes");
        let label = sanitise_line(&field.label);
        let texts = [field.hint.as_deref(), field.placeholder.as_deref()];
        let hint: Vec<_> = texts.into_iter().flatten().map(sanitise).collect();
        let hint = hint.join("\n");
        if label.len() > LABEL_BYTES || !hint.trim().is_empty() {
            self.words.above(&label, &hint);
        }
        let chosen: HashSet<_> = match &field.default {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(value)) => HashSet::from([value.as_str()]),
            _ => HashSet::new(),
        };
        for option in self.options(choices)? {
            let name = box_name(&field.name, &option.value);
            if name.len() > NAME_BYTES {
                return Err(invalid("the value of a choice is too long for a box"));
            }
            let default = if chosen.contains(option.value.as_str()) { "true" } else { "false" };
            out.push(Element {
                display_name: self.words.short(&label, LABEL_BYTES),
                name,
                kind: "bool",
                placeholder: self.words.label(&option.text, BOOL_BYTES),
                default: default.to_owned(),
                // Which of them is required nobody can say before they are sent.
                optional: true,
                ..Element::default()
            });
        }
        Ok(())
    }
}

/// What is shown of a choice.
fn shown(choice: &Choice) -> String {
    let text = match choice.hint.as_deref().filter(|hint| !hint.trim().is_empty()) {
        Some(hint) => sanitise_line(&format!("{} – {hint}", choice.label)).into_owned(),
        None => sanitise_line(&choice.label).into_owned(),
    };
    if text.trim().is_empty() { choice.value.clone() } else { text }
}
