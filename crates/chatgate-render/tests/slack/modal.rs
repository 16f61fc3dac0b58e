//! A judge of modals that shares no code with the dialect: Slack's limits, as documented.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::validator::length;

/// What is wrong with a modal.
pub(crate) fn faults(view: &Value) -> Vec<String> {
    let mut judge = Judge::default();
    judge.view(view);
    judge.faults
}

#[derive(Default)]
struct Judge {
    faults: Vec<String>,
}

/// What an element may have besides its type, and what it must.
fn known(kind: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match kind {
        "plain_text_input" => (
            &["action_id", "placeholder", "multiline", "min_length", "max_length", "initial_value"],
            &[],
        ),
        "email_text_input" | "url_text_input" => {
            (&["action_id", "placeholder", "initial_value"], &[])
        }
        "number_input" => (
            &[
                "action_id",
                "placeholder",
                "is_decimal_allowed",
                "initial_value",
                "min_value",
                "max_value",
            ],
            &["is_decimal_allowed"],
        ),
        "static_select" => {
            (&["action_id", "placeholder", "options", "option_groups", "initial_option"], &[])
        }
        "multi_static_select" => {
            (&["action_id", "placeholder", "options", "option_groups", "initial_options"], &[])
        }
        "external_select" => {
            (&["action_id", "placeholder", "min_query_length", "initial_option"], &[])
        }
        "radio_buttons" => (&["action_id", "options", "initial_option"], &["options"]),
        "checkboxes" => (&["action_id", "options", "initial_options"], &["options"]),
        "users_select" => (&["action_id", "placeholder", "initial_user"], &[]),
        "conversations_select" => {
            (&["action_id", "placeholder", "filter", "initial_conversation"], &[])
        }
        "datepicker" => (&["action_id", "placeholder", "initial_date"], &[]),
        "timepicker" => (&["action_id", "placeholder", "initial_time"], &[]),
        "datetimepicker" => (&["action_id", "initial_date_time"], &[]),
        "file_input" => (&["action_id", "max_files"], &[]),
        _ => return None,
    })
}

impl Judge {
    fn check(&mut self, is_right: bool, what: &str) {
        if !is_right {
            self.faults.push(what.to_owned());
        }
    }

    fn object(&mut self, value: &Value, known: &[&str], needed: &[&str]) {
        let empty = Map::new();
        let object = value.as_object().unwrap_or(&empty);
        for key in object.keys() {
            self.check(key == "type" || known.contains(&key.as_str()), &format!("unknown {key}"));
        }
        for key in needed {
            self.check(object.contains_key(*key), &format!("no {key}"));
        }
    }

    fn plain(&mut self, text: &Value, most: usize, what: &str) {
        let words = text["text"].as_str().unwrap_or_default();
        let is_right = text["type"] == "plain_text" && (1..=most).contains(&length(words));
        self.check(is_right && !words.trim().is_empty(), &format!("{what}: {words:?}"));
    }

    fn view(&mut self, view: &Value) {
        let known = [
            "callback_id",
            "title",
            "submit",
            "close",
            "private_metadata",
            "notify_on_close",
            "blocks",
        ];
        self.object(view, &known, &["title", "blocks"]);
        self.check(view["type"] == "modal", "type");
        for name in ["title", "submit", "close"] {
            if view.get(name).is_some() {
                self.plain(&view[name], 24, name);
            }
        }
        let metadata = view["private_metadata"].as_str().unwrap_or_default();
        self.check(length(metadata) <= 3_000, "private_metadata");
        self.check(length(view["callback_id"].as_str().unwrap_or_default()) <= 255, "callback_id");
        self.check(view.to_string().len() <= 250_000, "bytes");
        let blocks = view["blocks"].as_array().cloned().unwrap_or_default();
        self.check((1..=100).contains(&blocks.len()), "blocks");
        let mut ids = BTreeSet::new();
        for block in &blocks {
            match block["type"].as_str() {
                Some("header") => self.plain(&block["text"], 150, "header"),
                Some("section") => self.plain(&block["text"], 3_000, "section"),
                Some("input") => {
                    self.check(view.get("submit").is_some(), "no submit");
                    self.input(block);
                    let id = block["block_id"].as_str().unwrap_or_default().to_owned();
                    self.check((1..=255).contains(&length(&id)), "block_id");
                    self.check(ids.insert(id), "block_id is not unique");
                }
                other => self.check(false, &format!("block {other:?}")),
            }
        }
    }

    fn input(&mut self, block: &Value) {
        let fields = ["block_id", "label", "hint", "optional", "element"];
        self.object(block, &fields, &["label", "element"]);
        self.plain(&block["label"], 2_000, "label");
        if block.get("hint").is_some() {
            self.plain(&block["hint"], 2_000, "hint");
        }
        let element = &block["element"];
        let kind = element["type"].as_str().unwrap_or_default();
        let Some((fields, needed)) = known(kind) else {
            return self.check(false, &format!("element {kind}"));
        };
        self.object(element, fields, needed);
        let action = element["action_id"].as_str().unwrap_or_default();
        self.check((1..=255).contains(&length(action)), "action_id");
        if element.get("placeholder").is_some() {
            self.plain(&element["placeholder"], 150, "placeholder");
        }
        match kind {
            "plain_text_input" => self.text(element),
            "number_input" => self.number(element),
            "datetimepicker" => {
                let at = element
                    .get("initial_date_time")
                    .map_or(1_000_000_000, |at| at.as_i64().unwrap_or_default());
                self.check((1_000_000_000..=9_999_999_999).contains(&at), "initial_date_time");
            }
            "datepicker" => self.shape(element, "initial_date", "dddd-dd-dd"),
            "timepicker" => self.shape(element, "initial_time", "dd:dd"),
            "users_select" => self.id(element, "initial_user"),
            "conversations_select" => self.id(element, "initial_conversation"),
            _ => self.options(element, kind),
        }
    }

    fn text(&mut self, element: &Value) {
        let bound = |name: &str, otherwise: u64| {
            element.get(name).map_or(otherwise, |value| value.as_u64().unwrap_or(u64::MAX))
        };
        let (least, most) = (bound("min_length", 0), bound("max_length", 3_000));
        self.check(least <= most && (1..=3_000).contains(&most), "min_length and max_length");
        let initial = element["initial_value"].as_str().unwrap_or_default();
        self.check(length(initial) as u64 <= most, "initial_value");
    }

    fn number(&mut self, element: &Value) {
        let is_whole = element["is_decimal_allowed"] == false;
        for name in ["initial_value", "min_value", "max_value"] {
            let Some(value) = element.get(name) else { continue };
            let number = value.as_str().and_then(|text| text.parse::<f64>().ok());
            self.check(number.is_some_and(f64::is_finite), name);
            let is_bound = name != "initial_value";
            self.check(!is_whole || !is_bound || number.is_some_and(|n| n.fract() == 0.0), name);
        }
    }

    fn shape(&mut self, element: &Value, name: &str, shape: &str) {
        let Some(text) = element.get(name).and_then(Value::as_str) else { return };
        let is_right = text.len() == shape.len()
            && text.chars().zip(shape.chars()).all(|(c, of)| match of {
                'd' => c.is_ascii_digit(),
                of => c == of,
            });
        self.check(is_right, name);
    }

    fn id(&mut self, element: &Value, name: &str) {
        let Some(id) = element.get(name).and_then(Value::as_str) else { return };
        self.check(id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()), name);
    }

    fn options(&mut self, element: &Value, kind: &str) {
        let most = if matches!(kind, "radio_buttons" | "checkboxes") { 10 } else { 100 };
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let groups = list(&element["option_groups"]);
        let mut all = list(&element["options"]);
        if matches!(kind, "static_select" | "multi_static_select" | "radio_buttons" | "checkboxes")
        {
            let has_one = groups.is_empty() == element.get("options").is_some();
            self.check(has_one, "exactly one of options and option_groups");
        }
        if element.get("options").is_some() {
            self.check((1..=most).contains(&all.len()), "options");
        }
        self.check(groups.len() <= 100, "option_groups");
        for group in &groups {
            self.plain(&group["label"], 75, "label of a group");
            let options = list(&group["options"]);
            self.check((1..=100).contains(&options.len()), "options of a group");
            all.extend(options);
        }
        let mut chosen = list(&element["initial_options"]);
        chosen.extend(element.get("initial_option").cloned());
        if element.get("initial_options").is_some() {
            self.check((1..=100).contains(&chosen.len()), "initial_options");
        }
        if kind != "external_select" {
            // Slack refuses what is not, to the letter, one of the options.
            self.check(chosen.iter().all(|option| all.contains(option)), "initial options");
        }
        let mut values = BTreeSet::new();
        for option in &all {
            self.object(option, &["text", "value", "description"], &["text", "value"]);
            self.plain(&option["text"], 75, "option");
            let value = option["value"].as_str().unwrap_or_default().to_owned();
            self.check((1..=75).contains(&length(&value)), "value of an option");
            self.check(values.insert(value), "value of an option is not unique");
            if option.get("description").is_some() {
                self.plain(&option["description"], 75, "description");
            }
        }
    }
}
