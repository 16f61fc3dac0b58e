//! A judge of payloads that shares no code with the dialect: the types that Microsoft publishes for
//! Teams' cards, and the limits that its pages state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chatgate_core::Surface;
use serde_json::{Map, Value};

/// The types of `@microsoft/teams.cards` 2.1.0.
static TYPES: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../../tests/fixtures/teams/teams-cards-2.1.0.extract.json");
    serde_json::from_str(text).expect("JSON")
});

/// The names of those types by what stands on the wire.
static NAMES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let types = TYPES["types"].as_object().expect("types");
    let named = types.iter().filter_map(|(name, of)| Some((of["wire_type"].as_str()?, name)));
    named.map(|(wire, name)| (wire, name.as_str())).collect()
});

/// What every client of Teams shows: Adaptive Cards 1.5.
const CORE: &[&str] = &[
    "AdaptiveCard",
    "TextBlock",
    "RichTextBlock",
    "TextRun",
    "Image",
    "Container",
    "ColumnSet",
    "Column",
    "FactSet",
    "Table",
    "TableRow",
    "TableCell",
    "ActionSet",
    "Input.Text",
    "Input.Number",
    "Input.Date",
    "Input.Time",
    "Input.Toggle",
    "Input.ChoiceSet",
    "Action.Execute",
    "Action.Submit",
    "Action.OpenUrl",
    "Action.ToggleVisibility",
    "Data.Query",
    "mention",
];

/// What is wrong with a message.
pub(crate) fn faults(payload: &str, surface: Surface) -> Vec<String> {
    let mut judge = Judge::default();
    let message: Value = serde_json::from_str(payload).expect("JSON");
    if matches!(surface, Surface::Webhook | Surface::Answer) {
        judge.check(payload.len() <= 28_672, "a webhook's body");
    }
    // What the adapter adds is small, but not nothing.
    judge.check(2 * payload.encode_utf16().count() <= 81_920 - 1_024, "a bot's message");
    let object = message.as_object().expect("an object");
    judge.only(object, &["type", "summary", "text", "textFormat", "entities", "attachments"]);
    judge.check(message["type"] == "message", "type");
    judge.check(message["summary"].is_string(), "summary");
    judge.check(object.contains_key("text") != object.contains_key("attachments"), "text or card");
    if let Some(attachments) = object.get("attachments").and_then(Value::as_array) {
        judge.check(attachments.len() == 1, "one card a message");
        for attachment in attachments {
            let is_card = attachment["contentType"] == "application/vnd.microsoft.card.adaptive";
            judge.check(is_card, "content type");
            judge.card(&attachment["content"]);
        }
    } else {
        judge.text(&message);
    }
    judge.faults
}

#[derive(Default)]
pub(crate) struct Judge {
    pub(crate) faults: Vec<String>,
    ids: BTreeSet<String>,
    targets: BTreeSet<String>,
}

impl Judge {
    fn check(&mut self, is_right: bool, what: &str) {
        if !is_right {
            self.faults.push(what.to_owned());
        }
    }

    fn only(&mut self, object: &Map<String, Value>, known: &[&str]) {
        for key in object.keys() {
            if !known.contains(&key.as_str()) {
                self.faults.push(format!("unknown {key}"));
            }
        }
    }

    pub(crate) fn card(&mut self, card: &Value) {
        self.check(card["version"] == "1.5", "version");
        self.check(card["body"].as_array().is_some_and(|body| !body.is_empty()), "body");
        self.object("AdaptiveCard", card);
        self.visit(card);
        let targets = std::mem::take(&mut self.targets);
        for target in targets {
            let exists = self.ids.contains(&target);
            self.check(exists, "a target that is not there");
        }
        let texts = markdown(card).concat();
        let entities = card["msteams"]["entities"].as_array().cloned().unwrap_or_default();
        let mut mentions = texts.matches("<at>").count();
        for entity in &entities {
            let text = entity["text"].as_str().unwrap_or_default();
            self.check(texts.contains(text), "an entity of no mention");
            mentions -= texts.matches(text).count().min(mentions);
            let name = entity["mentioned"]["name"].as_str().unwrap_or_default();
            self.check(text == format!("<at>{name}</at>"), "an entity's text");
            self.check(entity["mentioned"]["id"].as_str().is_some_and(|id| !id.is_empty()), "id");
        }
        self.check(mentions == 0, "a mention without an entity");
    }

    fn text(&mut self, message: &Value) {
        let text = message["text"].as_str().unwrap_or_default();
        self.check(!text.is_empty(), "an empty text");
        let mut mentions = text.matches("<at>").count();
        for entity in message["entities"].as_array().into_iter().flatten() {
            self.object("Mention", entity);
            let said = entity["text"].as_str().unwrap_or_default();
            self.check(text.contains(said), "an entity of no mention");
            mentions -= text.matches(said).count().min(mentions);
        }
        self.check(mentions == 0, "a mention without an entity");
        match message.get("textFormat") {
            None => self.check(!text.contains(['<', '>', '&', '*', '_', '`', '[']), "markup"),
            Some(format) => self.check(format == "xml", "text format"),
        }
    }

    /// Rules of each object that has a type, wherever it stands.
    fn visit(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.visit(item)),
            Value::Object(object) => {
                if let Some(kind) = object.get("type").and_then(Value::as_str) {
                    self.element(kind, value);
                }
                for (key, value) in object {
                    if key != "data" {
                        self.visit(value);
                    }
                }
            }
            _ => {}
        }
    }

    fn element(&mut self, kind: &str, element: &Value) {
        if !CORE.contains(&kind) {
            self.faults.push(format!("{kind} is not of 1.5"));
        }
        if let Some(name) = NAMES.get(kind) {
            self.object(name, element);
        }
        if let Some(id) = element.get("id").and_then(Value::as_str) {
            let is_new = self.ids.insert(id.to_owned());
            self.check(is_new, "an id that is not unique");
        }
        let texts = |key: &str| element[key].as_str().unwrap_or_default();
        let count = |key: &str| element[key].as_array().map_or(0, Vec::len);
        match kind {
            "RichTextBlock" => {
                self.check(count("inlines") > 0, "a rich text block without runs");
                for run in element["inlines"].as_array().into_iter().flatten() {
                    let text = run.as_str().or_else(|| run["text"].as_str()).unwrap_or_default();
                    self.check(!text.is_empty(), "an empty run");
                    self.check(!text.contains("{{DATE(") && !text.contains("{{TIME("), "a date");
                }
            }
            "TextBlock" => {
                self.check(!texts("text").is_empty(), "an empty text block");
                self.check(element["wrap"] == true, "a text block that does not wrap");
                self.check(!texts("text").contains("{{"), "a date");
            }
            "FactSet" => self.check(count("facts") > 0, "no facts"),
            "ColumnSet" => self.check((1..=3).contains(&count("columns")), "columns"),
            "ActionSet" => self.check((1..=6).contains(&count("actions")), "a row of buttons"),
            "Table" => {
                let columns = count("columns");
                self.check((1..=10).contains(&columns), "columns of a table");
                for row in element["rows"].as_array().into_iter().flatten() {
                    self.check(row["cells"].as_array().map_or(0, Vec::len) == columns, "cells");
                }
            }
            "Image" => {
                self.check(texts("url").starts_with("https://"), "a picture that is not https");
            }
            "Action.OpenUrl" => {
                let url = texts("url");
                let opens = ["https://", "http://", "mailto:"].iter().any(|it| url.starts_with(it));
                self.check(opens, "an address that does not open");
            }
            "Action.ToggleVisibility" => {
                let targets = element["targetElements"].as_array().cloned().unwrap_or_default();
                self.check(!targets.is_empty(), "nothing to unfold");
                self.targets.extend(targets.iter().filter_map(|it| Some(it.as_str()?.to_owned())));
            }
            "Action.Execute" => {
                self.check(element["verb"] == "chatgate", "verb");
                let data = element["data"].as_object().cloned().unwrap_or_default();
                self.only(&data, &["chatgate"]);
                let ours = data.get("chatgate").and_then(Value::as_object).cloned();
                self.only(&ours.unwrap_or_default(), &["element", "seal"]);
            }
            kind if kind.starts_with("Input.") => {
                self.check(!texts("id").is_empty(), "an input without an id");
                // A box has its words beside it.
                let label = if kind == "Input.Toggle" { "title" } else { "label" };
                self.check(!texts(label).is_empty(), "an input without a label");
                let asks = element["isRequired"] == true;
                self.check(!asks || !texts("errorMessage").is_empty(), "no error message");
            }
            _ => {}
        }
        if kind.starts_with("Action.") && element.get("title").is_some() {
            let title = texts("title");
            self.check(!title.trim().is_empty() && title.chars().count() <= 150, "a title");
        }
    }

    /// Names, types and values of properties, as published.
    fn object(&mut self, name: &str, element: &Value) {
        let of = &TYPES["types"][name]["props"];
        let object = element.as_object().expect("an object");
        for (key, value) in object {
            if key == "type" || (name == "Mention" && key == "mentionType") {
                continue;
            }
            let Some(kind) = of[key]["type"].as_str() else {
                self.faults.push(format!("{name} has no {key}"));
                continue;
            };
            if !self.fits(kind, value) {
                self.faults.push(format!("{name}.{key} is {value}, not {kind}"));
            }
        }
        for (key, property) in of.as_object().into_iter().flatten() {
            if property["required"] == true && !object.contains_key(key) {
                self.faults.push(format!("{name} without {key}"));
            }
        }
    }

    fn fits(&mut self, kind: &str, value: &Value) -> bool {
        if let Some(values) = TYPES["enums"][kind].as_array() {
            return values.contains(value);
        }
        if let Some(item) =
            kind.strip_suffix("[]").filter(|item| TYPES["types"].get(item).is_some())
        {
            for it in value.as_array().into_iter().flatten() {
                self.object(item, it);
            }
            return value.is_array();
        }
        if TYPES["types"].get(kind).is_some() {
            self.object(kind, value);
            return true;
        }
        match kind {
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "number" => value.is_number(),
            _ if kind.ends_with("Array") || kind.ends_with("[]") => value.is_array(),
            _ => true,
        }
    }
}

/// All texts of a card that Teams reads as Markdown.
pub(crate) fn markdown(card: &Value) -> Vec<String> {
    let mut out = Vec::new();
    walk(card, &mut |object| {
        let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        if object.get("type").and_then(Value::as_str) == Some("TextBlock") {
            out.extend(text("text"));
        }
        for fact in object.get("facts").and_then(Value::as_array).into_iter().flatten() {
            out.extend(
                ["title", "value"].iter().filter_map(|key| fact[key].as_str()).map(str::to_owned),
            );
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
