//! Modals and home tabs.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::blocks::{self, Surface};
use super::draft::length;
use super::refusal::{Refusal, refuse};
use super::seed;

/// Views that are kept; the oldest are forgotten.
const KEPT: usize = 1_000;
/// Modals on top of each other.
const STACK: usize = 3;
/// A view as JSON.
const BYTES: usize = 250_000;
const BLOCKS: usize = 100;

/// A view that was opened or published.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) user: String,
    /// The view object.
    pub(super) body: Value,
    pub(super) open: bool,
    /// What was filled in, by block and action.
    pub(super) chosen: Map<String, Value>,
}

/// All views.
#[derive(Debug, Default)]
pub(super) struct Views {
    views: BTreeMap<String, View>,
    next: u64,
}

impl Views {
    pub(super) fn get(&self, id: &str) -> Option<&View> {
        self.views.get(id)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut View> {
        self.views.get_mut(id)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &View> {
        self.views.values()
    }

    /// The view that a user looks at: the topmost open modal.
    pub(super) fn top(&self, user: &str) -> Option<String> {
        let open = |(_, view): &(&String, &View)| {
            view.open && view.user == user && view.body["type"] == "modal"
        };
        self.views.iter().rfind(open).map(|(id, _)| id.clone())
    }

    pub(super) fn by_external_id(&self, external_id: &str) -> Option<String> {
        let found = self
            .views
            .iter()
            .find(|(_, view)| view.open && view.body["external_id"] == external_id);
        found.map(|(id, _)| id.clone())
    }

    /// Opens a view on top of `previous`, if there is one.
    pub(super) fn open(
        &mut self,
        user: &str,
        view: Value,
        previous: Option<&str>,
    ) -> Result<Value, Refusal> {
        if let Some(external) = view["external_id"].as_str().filter(|id| !id.is_empty())
            && self.by_external_id(external).is_some()
        {
            return refuse("duplicate_external_id");
        }
        let open = self.views.values().filter(|view| view.user == user && view.open);
        if previous.is_some() && open.filter(|view| view.body["type"] == "modal").count() >= STACK {
            return refuse("push_limit_reached");
        }
        self.next += 1;
        let id = format!("V{:08}", self.next);
        let root = previous.and_then(|id| self.views.get(id)?.body["root_view_id"].as_str());
        let mut body = self.dressed(view, &id);
        body["root_view_id"] = json!(root.unwrap_or(&id));
        body["previous_view_id"] = json!(previous);
        let view =
            View { user: user.to_owned(), body: body.clone(), open: true, chosen: Map::new() };
        self.views.insert(id, view);
        if self.views.len() > KEPT {
            self.views.pop_first();
        }
        Ok(body)
    }

    /// Replaces what a view shows.
    pub(super) fn update(
        &mut self,
        id: &str,
        view: Value,
        hash: Option<&str>,
    ) -> Result<Value, Refusal> {
        self.next += 1;
        let mut body = self.dressed(view, id);
        let Some(known) = self.views.get_mut(id).filter(|view| view.open) else {
            return refuse("not_found");
        };
        if hash.is_some_and(|hash| known.body["hash"] != hash) {
            return refuse("hash_conflict");
        }
        for field in ["root_view_id", "previous_view_id"] {
            body[field] = known.body[field].clone();
        }
        known.body = body.clone();
        Ok(body)
    }

    /// Shows a home tab to its user.
    pub(super) fn publish(
        &mut self,
        user: &str,
        view: Value,
        hash: Option<&str>,
    ) -> Result<Value, Refusal> {
        let home =
            self.views.iter().find(|(_, view)| view.user == user && view.body["type"] == "home");
        match home.map(|(id, _)| id.clone()) {
            Some(id) => self.update(&id, view, hash),
            None => self.open(user, view, None),
        }
    }

    /// Closes a user's views: the topmost one or all.
    pub(super) fn close(&mut self, user: &str, only: Option<&str>) {
        for (id, view) in &mut self.views {
            let meant = only.is_none_or(|only| only == id);
            if meant && view.user == user && view.body["type"] == "modal" {
                view.open = false;
            }
        }
    }

    /// The view object with what Slack adds.
    fn dressed(&self, mut view: Value, id: &str) -> Value {
        if let Some(blocks) = view["blocks"].as_array_mut() {
            blocks::name_all(blocks);
        }
        let defaults = json!({
            "private_metadata": "", "callback_id": "", "external_id": "", "title": null,
            "close": null, "submit": null, "clear_on_close": false, "notify_on_close": false,
        });
        for (name, value) in defaults.as_object().into_iter().flatten() {
            if view.get(name).is_none() {
                view[name] = value.clone();
            }
        }
        let given = json!({
            "id": id, "team_id": seed::TEAM, "hash": format!("{}.{:08x}", self.next, self.next),
            "app_id": seed::APP, "app_installed_team_id": seed::TEAM, "bot_id": seed::BOT_ID,
        });
        for (name, value) in given.as_object().into_iter().flatten() {
            view[name] = value.clone();
        }
        view["state"] = json!({"values": blocks::state(&view["blocks"], &Map::new())});
        view
    }
}

/// Checks a view as it was sent.
pub(super) fn check(view: &Value) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    let Some(fields) = view.as_object() else { return refuse("invalid_arguments") };
    let surface = match view["type"].as_str() {
        Some("modal") => Surface::Modal,
        Some("home") => Surface::Home,
        _ => {
            let message = "[ERROR] `type` must be modal or home [json-pointer:/view/type]";
            return Err(Refusal::new("invalid_arguments").with_messages(vec![message.to_owned()]));
        }
    };
    let known = [
        "type",
        "blocks",
        "private_metadata",
        "callback_id",
        "external_id",
        "title",
        "close",
        "submit",
        "clear_on_close",
        "notify_on_close",
        "submit_disabled",
    ];
    for (name, value) in fields {
        let most = match name.as_str() {
            "private_metadata" => 3_000,
            "callback_id" | "external_id" => 255,
            "title" | "close" | "submit" => {
                let text = value["text"].as_str().unwrap_or_default();
                if value["type"] != "plain_text" || text.is_empty() || length(text) > 24 {
                    wrong.push(format!(
                        "[ERROR] must be plain_text of 1 to 24 characters [json-pointer:/view/{name}]"
                    ));
                }
                continue;
            }
            name if known.contains(&name) => continue,
            _ => {
                wrong.push(format!("[ERROR] additional property: {name} [json-pointer:/view]"));
                continue;
            }
        };
        if value.as_str().is_none_or(|text| length(text) > most) {
            wrong.push(format!(
                "[ERROR] must be less than {} characters [json-pointer:/view/{name}]",
                most + 1
            ));
        }
    }
    let blocks = view["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    if !view["blocks"].is_array() {
        wrong.push("[ERROR] missing required field: blocks [json-pointer:/view]".to_owned());
    }
    let inputs = blocks.iter().any(|block| block["type"] == "input");
    if surface == Surface::Modal && view["title"].is_null() {
        wrong.push("[ERROR] missing required field: title [json-pointer:/view]".to_owned());
    }
    if surface == Surface::Modal && inputs && view["submit"].is_null() {
        wrong.push("[ERROR] missing required field: submit [json-pointer:/view]".to_owned());
    }
    if blocks.len() > BLOCKS {
        wrong.push(format!(
            "[ERROR] no more than {BLOCKS} items allowed [json-pointer:/view/blocks]"
        ));
    }
    if let Err(refusal) = blocks::check(blocks, surface, "/view/blocks") {
        wrong.extend(refusal.messages);
    }
    if !wrong.is_empty() {
        return Err(Refusal::new("invalid_arguments").with_messages(wrong));
    }
    if view.to_string().len() > BYTES {
        return refuse("view_too_large");
    }
    Ok(())
}
