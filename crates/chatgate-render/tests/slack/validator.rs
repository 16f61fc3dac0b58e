//! A judge of payloads that shares no code with the dialect: Slack's limits, as documented.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What is wrong with a payload.
pub(crate) fn faults(payload: &Value) -> Vec<String> {
    let mut judge = Judge::default();
    judge.message(payload);
    judge.faults
}

#[derive(Default)]
struct Judge {
    faults: Vec<String>,
    action_ids: BTreeSet<String>,
    block_ids: BTreeSet<String>,
    tables: usize,
}

/// Length in UTF-16, the longest that Slack might count.
pub(crate) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

impl Judge {
    fn fault(&mut self, what: impl Into<String>) {
        self.faults.push(what.into());
    }

    fn check(&mut self, is_right: bool, what: &str) {
        if !is_right {
            self.fault(what);
        }
    }

    fn only(&mut self, object: &Map<String, Value>, known: &[&str]) {
        for key in object.keys() {
            if key != "type" && !known.contains(&key.as_str()) {
                self.fault(format!("unknown {key} in {object:?}"));
            }
        }
    }

    fn sized(&mut self, value: Option<&Value>, most: usize, what: &str) {
        let length = value.and_then(Value::as_str).map_or(0, length);
        self.check((1..=most).contains(&length), &format!("{what}: {length} of {most}"));
    }

    fn message(&mut self, payload: &Value) {
        let empty = Map::new();
        let object = payload.as_object().unwrap_or(&empty);
        self.only(object, &["text", "blocks", "unfurl_links", "unfurl_media"]);
        self.sized(object.get("text"), 4_000, "text");
        self.check(object.get("unfurl_links") == Some(&Value::Bool(false)), "unfurls links");
        self.check(object.get("unfurl_media") == Some(&Value::Bool(false)), "unfurls media");
        let blocks = object.get("blocks").and_then(Value::as_array).cloned().unwrap_or_default();
        self.check(blocks.len() <= 50, "too many blocks");
        blocks.iter().for_each(|block| self.block(block));
        self.check(self.tables <= 1, "more than one table");
    }

    fn block(&mut self, block: &Value) {
        let empty = Map::new();
        let object = block.as_object().unwrap_or(&empty);
        if let Some(id) = object.get("block_id").and_then(Value::as_str) {
            self.check((1..=255).contains(&length(id)), "block_id");
            let is_new = self.block_ids.insert(id.to_owned());
            self.check(is_new, "block_id is not unique");
        }
        match kind(block) {
            "header" => {
                self.only(object, &["text"]);
                self.text(&block["text"], 150, &["plain_text"]);
            }
            "divider" => self.only(object, &[]),
            "section" => {
                self.only(object, &["block_id", "text", "fields", "accessory"]);
                self.check(object.contains_key("text") != object.contains_key("fields"), "section");
                if let Some(text) = object.get("text") {
                    self.text(text, 3_000, &["plain_text", "mrkdwn"]);
                }
                if let Some(fields) = object.get("fields").and_then(Value::as_array) {
                    self.check((1..=10).contains(&fields.len()), "fields");
                    for field in fields {
                        self.text(field, 2_000, &["plain_text", "mrkdwn"]);
                    }
                }
                if let Some(accessory) = object.get("accessory") {
                    self.element(accessory, true);
                }
            }
            "context" => {
                self.only(object, &["elements"]);
                let elements = list(block, "elements");
                self.check((1..=10).contains(&elements.len()), "context elements");
                for element in elements {
                    self.text(element, 2_000, &["plain_text", "mrkdwn"]);
                }
            }
            "image" => {
                self.only(object, &["image_url", "alt_text", "title"]);
                self.sized(object.get("image_url"), 3_000, "image_url");
                self.sized(object.get("alt_text"), 2_000, "alt_text");
                let https =
                    block["image_url"].as_str().is_some_and(|it| it.starts_with("https://"));
                self.check(https, "image_url is not https");
                if let Some(title) = object.get("title") {
                    self.text(title, 2_000, &["plain_text"]);
                }
            }
            "actions" => {
                self.only(object, &["block_id", "elements"]);
                let elements = list(block, "elements");
                self.check((1..=25).contains(&elements.len()), "actions elements");
                for element in elements {
                    self.element(element, false);
                }
            }
            "table" => {
                self.only(object, &["column_settings", "rows"]);
                self.table(block);
            }
            "rich_text" => {
                self.only(object, &["elements"]);
                self.rich_text(block);
            }
            other => self.fault(format!("unknown block {other}")),
        }
    }

    fn text(&mut self, text: &Value, most: usize, kinds: &[&str]) {
        self.check(kinds.contains(&kind(text)), "kind of text object");
        self.sized(text.get("text"), most, "text object");
        let words = text["text"].as_str().unwrap_or_default();
        self.check(!words.trim().is_empty(), "blank text object");
        if kind(text) == "plain_text" {
            self.check(text["emoji"].is_boolean(), "emoji");
        } else {
            self.check(text["verbatim"] == Value::Bool(true), "verbatim");
        }
    }

    fn element(&mut self, element: &Value, is_accessory: bool) {
        let id = element["action_id"].as_str().unwrap_or_default().to_owned();
        self.check((1..=255).contains(&length(&id)), "action_id");
        let is_new = self.action_ids.insert(id);
        self.check(is_new, "action_id is not unique");
        let kind = kind(element);
        // Slack takes menus for several choices only in sections and inputs.
        self.check(is_accessory || !kind.starts_with("multi_"), "multi select in a row");
        if let Some(placeholder) = element.get("placeholder") {
            self.text(placeholder, 150, &["plain_text"]);
        }
        match kind {
            "button" => {
                self.text(&element["text"], 75, &["plain_text"]);
                for (key, most) in [("value", 2_000), ("url", 3_000)] {
                    if element.get(key).is_some() {
                        self.sized(element.get(key), most, key);
                    }
                }
                if let Some(style) = element.get("style") {
                    self.check(style == "primary" || style == "danger", "style");
                }
                if let Some(confirm) = element.get("confirm") {
                    for (key, most) in
                        [("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)]
                    {
                        self.text(&confirm[key], most, &["plain_text"]);
                    }
                }
            }
            "static_select" | "multi_static_select" => {
                let groups = list(element, "option_groups");
                self.check(groups.len() <= 100, "option groups");
                self.check(groups.is_empty() == element.get("options").is_some(), "options");
                for group in groups {
                    self.text(&group["label"], 75, &["plain_text"]);
                    self.options(list(group, "options"));
                }
                if element.get("options").is_some() {
                    self.options(list(element, "options"));
                }
            }
            "users_select"
            | "multi_users_select"
            | "conversations_select"
            | "multi_conversations_select"
            | "datepicker"
            | "timepicker"
            | "datetimepicker" => {}
            other => self.fault(format!("unknown element {other}")),
        }
    }

    fn options(&mut self, options: &[Value]) {
        self.check((1..=100).contains(&options.len()), "options");
        for option in options {
            self.text(&option["text"], 75, &["plain_text"]);
            self.sized(option.get("value"), 75, "option value");
            if let Some(description) = option.get("description") {
                self.text(description, 75, &["plain_text"]);
            }
        }
    }

    fn table(&mut self, table: &Value) {
        self.tables += 1;
        let rows = list(table, "rows");
        self.check((1..=100).contains(&rows.len()), "rows");
        self.check(list(table, "column_settings").len() <= 20, "column settings");
        let columns = rows.first().and_then(Value::as_array).map_or(0, Vec::len);
        for row in rows {
            let cells = row.as_array().map(Vec::as_slice).unwrap_or_default();
            self.check((1..=20).contains(&cells.len()) && cells.len() == columns, "cells");
            for cell in cells {
                match kind(cell) {
                    "raw_text" => self.sized(cell.get("text"), 10_000, "cell"),
                    "rich_text" => self.rich_text(cell),
                    other => self.fault(format!("unknown cell {other}")),
                }
            }
        }
        self.check(visible(table) <= 10_000, "characters of the table");
    }

    fn rich_text(&mut self, block: &Value) {
        let elements = list(block, "elements");
        self.check(!elements.is_empty(), "empty rich text");
        for element in elements {
            match kind(element) {
                "rich_text_list" => {
                    let style = &element["style"];
                    self.check(style == "bullet" || style == "ordered", "list style");
                    self.check(element["indent"].as_u64().unwrap_or(0) <= 8, "indent");
                    let items = list(element, "elements");
                    self.check(!items.is_empty(), "empty list");
                    for item in items {
                        self.check(kind(item) == "rich_text_section", "list item");
                        self.spans(item);
                    }
                }
                "rich_text_section" | "rich_text_quote" | "rich_text_preformatted" => {
                    self.spans(element);
                }
                other => self.fault(format!("unknown rich text {other}")),
            }
            self.check(element["border"].as_u64().unwrap_or(0) <= 1, "border");
        }
    }

    fn spans(&mut self, element: &Value) {
        self.check(!list(element, "elements").is_empty(), "empty section");
        self.check(visible(element) <= 3_000, "characters of a section");
        for span in list(element, "elements") {
            match kind(span) {
                "text" => self.sized(span.get("text"), 3_000, "text element"),
                "link" => self.sized(span.get("url"), 3_000, "link"),
                "emoji" => self.sized(span.get("name"), 100, "emoji"),
                "user" => self.sized(span.get("user_id"), 100, "user"),
                "usergroup" => self.sized(span.get("usergroup_id"), 100, "usergroup"),
                "channel" => self.sized(span.get("channel_id"), 100, "channel"),
                "broadcast" => self.sized(span.get("range"), 8, "broadcast"),
                "date" => {
                    self.check(span["timestamp"].is_i64(), "timestamp");
                    self.sized(span.get("format"), 100, "format");
                }
                other => self.fault(format!("unknown element {other}")),
            }
        }
    }
}

/// How many characters of JSON a person sees.
pub(crate) fn visible(value: &Value) -> usize {
    shown(value).iter().map(|text| length(text)).sum()
}

/// The texts of JSON that a person sees, in order.
pub(crate) fn shown(value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    walk(value, &mut |object| {
        let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        match object.get("type").and_then(Value::as_str) {
            Some("link") => out.extend(text("text").or_else(|| text("url"))),
            Some("emoji") => out.extend(text("name").map(|name| format!(":{name}:"))),
            Some("date") => out.extend(text("fallback")),
            _ => out.extend([text("text"), text("alt_text")].into_iter().flatten()),
        }
    });
    out
}

/// Visits every object, parents before their children.
pub(crate) fn walk<'a>(value: &'a Value, visit: &mut dyn FnMut(&'a Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Value::Object(map) => {
            visit(map);
            map.values().for_each(|value| walk(value, visit));
        }
        _ => {}
    }
}

fn kind(value: &Value) -> &str {
    value.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
