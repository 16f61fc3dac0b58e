//! Adaptive Cards of version 1.5, checked as strictly as Teams is: what it would not show is refused.

mod kinds;

use serde_json::{Map, Value};

use kinds::{Kind, Kinds};

pub(super) const CARD: &str = "application/vnd.microsoft.card.adaptive";

/// Which actions work where a card is posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Actions {
    /// Those that need nobody to answer.
    WithoutAnswer,
    /// Links alone.
    LinksOnly,
}

/// How deep elements may stand in each other.
const DEPTH: usize = 32;

/// In one row; Teams does not show more.
const ROW: usize = 6;

/// Checks a card.
pub(super) fn check(card: &Value, actions: Actions) -> Result<(), String> {
    let fields = card.as_object().ok_or("a card is an object")?;
    let version = fields.get("version").and_then(Value::as_str).unwrap_or_default();
    if !["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"].contains(&version) {
        return Err(format!("version {version:?} is not shown"));
    }
    let body = fields.get("body").and_then(Value::as_array);
    if body.is_none_or(Vec::is_empty) {
        return Err("a card without a body shows nothing".to_owned());
    }
    let checker = Checker { actions, mentioned: mentioned(fields)? };
    checker.object(fields, "AdaptiveCard", 0)?;
    let mut text = String::new();
    texts(card, &mut text);
    match checker.mentioned.iter().find(|tag| !text.contains(tag.as_str())) {
        Some(tag) => Err(format!("{tag} is mentioned, and stands nowhere")),
        None => Ok(()),
    }
}

struct Checker {
    actions: Actions,
    /// The texts of the entities.
    mentioned: Vec<String>,
}

impl Checker {
    fn object(&self, fields: &Map<String, Value>, name: &str, depth: usize) -> Result<(), String> {
        if depth > DEPTH {
            return Err("nested too deeply".to_owned());
        }
        let kind = kinds::named(name).ok_or_else(|| format!("{name} is not shown"))?;
        self.is_allowed(name)?;
        for required in kind.required {
            if fields.get(*required).is_none_or(Value::is_null) {
                return Err(format!("{name} without {required}"));
            }
        }
        for (field, value) in fields {
            self.field(kind, field, value, depth)
                .map_err(|why| format!("{name}.{field}: {why}"))?;
        }
        Ok(())
    }

    fn field(&self, kind: &Kind, field: &str, value: &Value, depth: usize) -> Result<(), String> {
        if let Some((_, inner)) = kind.inner.iter().find(|(known, _)| *known == field) {
            return self.inner(*inner, field, value, depth + 1);
        }
        let is_known = kind.required.contains(&field)
            || kind.optional.contains(&field)
            || kinds::COMMON.contains(&field);
        match is_known {
            true => Ok(()),
            false => Err("there is no such property".to_owned()),
        }
    }

    fn inner(&self, kinds: Kinds, field: &str, value: &Value, depth: usize) -> Result<(), String> {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            one @ Value::Object(_) => std::slice::from_ref(one),
            _ => return Err("neither an object nor a list of them".to_owned()),
        };
        if field == "actions" && items.len() > ROW {
            return Err(format!("{} actions in one row", items.len()));
        }
        for item in items {
            if matches!(kinds, Kinds::AlwaysOrText(_)) && item.is_string() {
                continue;
            }
            let fields = item.as_object().ok_or("not an object")?;
            if field == "actions" && !fields.contains_key("title") {
                return Err("a button without a title".to_owned());
            }
            let said = fields.get("type").and_then(Value::as_str);
            let name = match (kinds, said) {
                (Kinds::Always(name) | Kinds::AlwaysOrText(name), said)
                    if said.is_none_or(|said| said == name) =>
                {
                    name
                }
                (Kinds::Elements, Some(said)) if !said.starts_with("Action.") => said,
                (Kinds::Actions, Some(said)) if said.starts_with("Action.") => said,
                (_, said) => return Err(format!("{said:?} cannot stand here")),
            };
            self.object(fields, name, depth)?;
        }
        Ok(())
    }

    fn is_allowed(&self, name: &str) -> Result<(), String> {
        let is_input = name.starts_with("Input.");
        let works = match (name, self.actions) {
            ("Action.OpenUrl", _) => true,
            ("Action.ShowCard" | "Action.ToggleVisibility", Actions::WithoutAnswer) => true,
            _ => !name.starts_with("Action.") && !is_input,
        };
        if works { Ok(()) } else { Err(format!("{name} brings nothing back from here")) }
    }
}

/// The tags of the people that a card mentions.
fn mentioned(card: &Map<String, Value>) -> Result<Vec<String>, String> {
    let Some(teams) = card.get("msteams") else { return Ok(Vec::new()) };
    let entities = teams["entities"].as_array().map_or(&[][..], Vec::as_slice);
    entities
        .iter()
        .map(|entity| {
            let (text, id) = (entity["text"].as_str(), entity["mentioned"]["id"].as_str());
            match (text, id) {
                (Some(text), Some(id)) if entity["type"] == "mention" && !id.is_empty() => {
                    Ok(text.to_owned())
                }
                _ => Err("an entity that mentions nobody".to_owned()),
            }
        })
        .collect()
}

/// The texts in which Teams reads mentions.
fn texts(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| texts(item, out)),
        Value::Object(fields) => {
            let is_read = fields.get("type").is_none_or(|kind| kind == "TextBlock");
            for (name, value) in fields {
                match value {
                    Value::String(text)
                        if is_read && ["text", "title", "value"].contains(&&**name) =>
                    {
                        out.push_str(text);
                        out.push('\n');
                    }
                    value => texts(value, out),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(body: Value) -> Value {
        json!({"type": "AdaptiveCard", "version": "1.5", "body": body})
    }

    fn why(card: &Value) -> String {
        check(card, Actions::WithoutAnswer).expect_err(&card.to_string())
    }

    #[test]
    fn what_teams_shows_is_taken() {
        let row = json!({"type": "TableRow", "cells": [{"type": "TableCell", "items": [
            {"type": "RichTextBlock", "inlines": ["x", {"type": "TextRun", "text": "x", "italic": true, "selectAction":
                {"type": "Action.OpenUrl", "url": "https://example.com"}}]},
        ]}]});
        let mut card = of(json!([
            {"type": "TextBlock", "text": "<at>Dana</at>", "wrap": true},
            {"type": "Container", "style": "good", "items": [{"type": "FactSet", "facts": [{"title": "a", "value": "b"}]}]},
            {"type": "Table", "columns": [{"width": 1}], "rows": [row]},
            {"type": "ActionSet", "actions": [
                {"type": "Action.OpenUrl", "title": "x", "url": "https://example.com"},
                {"type": "Action.ToggleVisibility", "title": "x", "targetElements": ["a"]},
            ]},
        ]));
        card["msteams"] = json!({"width": "full", "entities": [
            {"type": "mention", "text": "<at>Dana</at>", "mentioned": {"id": "0d2f", "name": "Dana"}},
        ]});
        assert_eq!(check(&card, Actions::WithoutAnswer), Ok(()));
        assert!(check(&card, Actions::LinksOnly).is_err());
    }

    #[test]
    fn what_teams_does_not_show_is_refused() {
        assert!(check(&json!("x"), Actions::LinksOnly).is_err());
        assert!(why(&of(json!([]))).contains("without a body"));
        assert!(why(&of(json!([{"type": "Hologram"}]))).contains("not shown"));
        assert!(why(&of(json!([{"type": "TextBlock"}]))).contains("without text"));
        assert!(
            why(&of(json!([{"type": "TextBlock", "text": "x", "colour": "red"}])))
                .contains("no such")
        );
        let inside = of(json!([{"type": "Container", "items": [{"type": "Image"}]}]));
        assert!(why(&inside).contains("without url"));
        for kind in ["Action.Execute", "Action.Submit"] {
            let card =
                of(json!([{"type": "ActionSet", "actions": [{"type": kind, "title": "x"}]}]));
            assert!(why(&card).contains("brings nothing back"));
        }
        let bare = json!({"type": "Action.OpenUrl", "url": "https://example.com"});
        let row = of(json!([{"type": "ActionSet", "actions": [bare]}]));
        assert!(why(&row).contains("without a title"));
        let input = of(json!([{"type": "Input.Text", "id": "x"}]));
        assert!(why(&input).contains("brings nothing back"));
        let mut future = of(json!([{"type": "TextBlock", "text": "x"}]));
        future["version"] = "1.6".into();
        assert!(why(&future).contains("1.6"));
        let mut mentions = of(json!([{"type": "TextBlock", "text": "x"}]));
        mentions["msteams"] = json!({"entities": [
            {"type": "mention", "text": "<at>Dana</at>", "mentioned": {"id": "0d2f"}},
        ]});
        assert!(why(&mentions).contains("stands nowhere"));
    }
}
