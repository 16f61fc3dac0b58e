//! Checks values against their shapes, and says what is wrong where.

use std::collections::HashSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::Surface;
use super::schema::{Schema, Shape};
use super::{elements, kinds, rich};
use crate::fakes::slack::draft::length;
use crate::fakes::slack::refusal::Refusal;

/// All `markdown` blocks of a message together.
const MARKDOWN: usize = 12_000;
/// Charts in a message.
const CHARTS: usize = 2;

/// Checks blocks that stand at the JSON pointer `at`.
pub(in crate::fakes::slack) fn check(
    blocks: &[Value],
    surface: Surface,
    at: &str,
) -> Result<(), Refusal> {
    let mut checker = Checker { at: at.to_owned(), errors: Vec::new() };
    let mut block_ids = HashSet::new();
    for (number, block) in blocks.iter().enumerate() {
        let back = checker.step(number);
        checker.block(block, kinds::on(surface));
        if let Some(id) = block["block_id"].as_str()
            && !id.is_empty()
            && !block_ids.insert(id)
        {
            checker.wrong(&format!("`block_id` is not unique: {id}"));
        }
        checker.unique_actions(block);
        checker.back(back);
    }
    let of_type = |kind: &str| blocks.iter().filter(|block| block["type"] == kind).count();
    if of_type("table") > 1 {
        checker.errors.push("[ERROR] only_one_table_allowed".to_owned());
        return Err(Refusal::new("invalid_attachments").with_messages(checker.errors));
    }
    if of_type("data_visualization") > CHARTS {
        checker.wrong("no more than 2 data_visualization blocks allowed");
    }
    let markdown = blocks.iter().filter(|block| block["type"] == "markdown");
    let total: usize =
        markdown.map(|block| length(block["text"].as_str().unwrap_or_default())).sum();
    if total > MARKDOWN {
        return Err(Refusal::new("msg_too_long").with_messages(checker.errors));
    }
    if checker.errors.is_empty() {
        return Ok(());
    }
    Err(Refusal::new("invalid_blocks").with_messages(checker.errors))
}

struct Checker {
    at: String,
    errors: Vec<String>,
}

impl Checker {
    fn wrong(&mut self, what: &str) {
        self.errors.push(format!("[ERROR] {what} [json-pointer:{}]", self.at));
    }

    fn step(&mut self, to: impl std::fmt::Display) -> usize {
        let back = self.at.len();
        let _ = write!(self.at, "/{to}");
        back
    }

    fn back(&mut self, back: usize) {
        self.at.truncate(back);
    }

    fn block(&mut self, block: &Value, allowed: &[&str]) {
        self.typed(block, allowed, kinds::block);
    }

    /// An object whose `type` says its shape.
    fn typed(
        &mut self,
        value: &Value,
        allowed: &[&str],
        schemas: fn(&str) -> Option<&'static Schema>,
    ) {
        let Some(object) = value.as_object() else { return self.wrong("must be an object") };
        let Some(kind) = object.get("type").and_then(Value::as_str) else {
            return self.wrong("missing required field: type");
        };
        match schemas(kind) {
            Some(schema) if allowed.contains(&kind) => self.object(object, schema, Some("type")),
            _ => {
                let back = self.step("type");
                self.wrong(&format!("unsupported type: {kind}"));
                self.back(back);
            }
        }
    }

    fn object(&mut self, object: &Map<String, Value>, schema: &Schema, tag: Option<&str>) {
        for field in schema.fields {
            match object.get(field.name) {
                Some(value) => {
                    let back = self.step(field.name);
                    self.value(value, &field.shape);
                    self.back(back);
                }
                None if field.required => {
                    self.wrong(&format!("missing required field: {}", field.name));
                }
                None => {}
            }
        }
        let known =
            |name: &str| tag == Some(name) || schema.fields.iter().any(|field| field.name == name);
        for unknown in object.keys().filter(|name| !known(name)) {
            self.wrong(&format!("additional property: {unknown}"));
        }
        if let Some(message) = schema.rule.and_then(|rule| rule(object)) {
            self.wrong(&message);
        }
    }

    fn value(&mut self, value: &Value, shape: &Shape) {
        match shape {
            Shape::Plain(most) => self.text_object(value, *most, &["plain_text"]),
            Shape::Mrkdwn(most) => self.text_object(value, *most, &["mrkdwn"]),
            Shape::Text(most) => self.text_object(value, *most, &["plain_text", "mrkdwn"]),
            Shape::Str(most) => self.string(value, 1, *most),
            Shape::StrOrEmpty(most) => self.string(value, 0, *most),
            Shape::Url(most) => {
                self.string(value, 1, *most);
                let url = value.as_str().unwrap_or("https://not-a-string");
                let scheme = ["http://", "https://", "mailto:", "slack://"];
                if !scheme.iter().any(|scheme| url.starts_with(scheme))
                    || url.contains(char::is_whitespace)
                {
                    self.wrong("must be a valid URL");
                }
            }
            Shape::Bool if value.is_boolean() => {}
            Shape::Bool => self.wrong("must be a boolean"),
            Shape::Int(least, most) => match value.as_i64() {
                Some(number) if (*least..=*most).contains(&number) => {}
                _ => self.wrong(&format!("must be a whole number from {least} to {most}")),
            },
            Shape::Number if value.is_number() => {}
            Shape::Number => self.wrong("must be a number"),
            Shape::OneOf(words) => match value.as_str() {
                Some(word) if words.contains(&word) => {}
                _ => self.wrong(&format!("must be one of: {}", words.join(", "))),
            },
            Shape::Written(right) => match value.as_str() {
                Some(text) if right(text) => {}
                _ => self.wrong("has the wrong format"),
            },
            Shape::Object(schema) => match value.as_object() {
                Some(object) => self.object(object, schema, None),
                None => self.wrong("must be an object"),
            },
            Shape::Element(allowed) => self.typed(value, allowed, elements::element),
            Shape::Block(allowed) => self.block(value, allowed),
            Shape::Rich(allowed) => self.typed(value, allowed, rich::part),
            Shape::List { of, least, most } => self.list(value, of, *least, *most),
            Shape::OrNull(_) if value.is_null() => {}
            Shape::OrNull(shape) => self.value(value, shape),
            Shape::AnyObject if value.is_object() => {}
            Shape::AnyObject => self.wrong("must be an object"),
        }
    }

    fn list(&mut self, value: &Value, of: &Shape, least: usize, most: usize) {
        let Some(items) = value.as_array() else { return self.wrong("must be an array") };
        if items.len() < least {
            self.wrong(&format!("no fewer than {least} items allowed"));
        }
        if items.len() > most {
            self.wrong(&format!("no more than {most} items allowed"));
        }
        for (number, item) in items.iter().enumerate() {
            let back = self.step(number);
            self.value(item, of);
            self.back(back);
        }
    }

    fn string(&mut self, value: &Value, least: usize, most: usize) {
        let Some(text) = value.as_str() else { return self.wrong("must be a string") };
        if length(text) < least {
            self.wrong(&format!("must be more than {} characters", least - 1));
        }
        if length(text) > most {
            self.wrong(&format!("must be less than {} characters", most + 1));
        }
    }

    fn text_object(&mut self, value: &Value, most: usize, kinds: &[&str]) {
        let Some(object) = value.as_object() else { return self.wrong("must be an object") };
        let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
        if !kinds.contains(&kind) {
            return self.wrong(&format!("`type` must be one of: {}", kinds.join(", ")));
        }
        let flag = if kind == "plain_text" { "emoji" } else { "verbatim" };
        for (name, value) in object {
            let back = self.step(name);
            match name.as_str() {
                "type" => {}
                "text" => self.string(value, 1, most),
                name if name == flag && value.is_boolean() => {}
                _ => self.wrong("additional property or wrong type"),
            }
            self.back(back);
        }
        if !object.contains_key("text") {
            self.wrong("missing required field: text");
        }
    }

    /// `action_id`s are unique in their block.
    fn unique_actions(&mut self, block: &Value) {
        let mut seen = HashSet::new();
        let inside = [&block["accessory"], &block["element"]];
        let many = block["elements"].as_array().into_iter().flatten();
        for element in inside.into_iter().chain(many) {
            if let Some(id) = element["action_id"].as_str()
                && !seen.insert(id)
            {
                self.wrong(&format!("`action_id` is not unique in its block: {id}"));
            }
        }
    }
}
