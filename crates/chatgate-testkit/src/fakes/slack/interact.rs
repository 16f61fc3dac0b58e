//! What people do that reaches the app as a command or an interaction: one request, never repeated.

use std::sync::Arc;

use serde_json::{Value, json};

use super::blocks::{self, Found};
use super::deliver::{Attempt, Forgery, Parcel};
use super::forms::filled;
use super::people::{need, need_ts};
use super::ts::Ts;
use super::world::World;
use super::{Slack, seed};

impl Slack {
    /// Someone types a slash command.
    pub(super) async fn slash(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let forgery = Forgery::read(body["forge"].as_str())?;
        let (user, channel) = (need(body, "user")?, need(body, "channel")?);
        let command = need(body, "command")?;
        if !command.starts_with('/') {
            return Err("`command` begins with a slash".to_owned());
        }
        if body["thread_ts"].is_string() {
            return Err("commands cannot be used in threads".to_owned());
        }
        let parcel = {
            let now = self.clock.now();
            let mut world = self.world();
            let url = world.app.urls.commands.clone().ok_or("no app listens")?;
            let known = world.user(user).map_err(|refusal| refusal.code)?;
            let (name, team) = (known["name"].clone(), known["team_id"].clone());
            if team != seed::TEAM && body["force"] != true {
                return Err("external people cannot use commands".to_owned());
            }
            let place = world.channels.get(channel).ok_or("no such channel")?;
            if !place.has(user) && body["force"] != true {
                return Err(format!("{user} is not in {channel}"));
            }
            let place_name =
                if place.with.is_some() { "directmessage".to_owned() } else { place.name.clone() };
            let path = world.secrets.response_path(channel, user, None, now);
            let response_url = format!("{}{path}", world.base_url);
            let trigger = world.secrets.new_trigger(user, now);
            let fields = [
                ("token", "deprecated"),
                ("team_id", seed::TEAM),
                ("team_domain", seed::DOMAIN),
                ("channel_id", channel),
                ("channel_name", &place_name),
                ("user_id", user),
                ("user_name", name.as_str().unwrap_or_default()),
                ("command", command),
                ("text", body["text"].as_str().unwrap_or_default()),
                ("api_app_id", seed::APP),
                ("is_enterprise_install", "false"),
                ("response_url", &response_url),
                ("trigger_id", &trigger),
            ];
            Parcel::form("slash_command", url, &fields, forgery)
        };
        let mut attempt = self.send_once(&parcel).await;
        let shown = match (attempt.taken(), &attempt.error) {
            (true, _) => {
                let json = attempt.answer.trim_start().starts_with('{');
                self.in_band(channel, user, json, &attempt.answer)
            }
            (false, Some(error)) if error == "http_timeout" => "operation_timeout".to_owned(),
            (false, _) => "dispatch_failed".to_owned(),
        };
        attempt.shown = Some(shown);
        self.log_attempt(&attempt);
        Ok(json!({"attempt": attempt}))
    }

    async fn send_once(&self, parcel: &Parcel) -> Attempt {
        let flight = self.flights.take_off();
        let attempt = self.send(parcel, 0, None).await;
        drop(flight);
        attempt
    }

    /// Posts an interaction.
    pub(super) async fn interact(
        &self,
        kind: &str,
        payload: &Value,
        body: &Value,
    ) -> Result<Attempt, String> {
        let forgery = Forgery::read(body["forge"].as_str())?;
        let urls = self.world().app.urls.clone();
        let url = if kind == "block_suggestion" { urls.options } else { urls.interactivity };
        let url = url.ok_or("no app listens")?;
        let parcel = Parcel::form(kind, url, &[("payload", &payload.to_string())], forgery);
        let attempt = self.send_once(&parcel).await;
        self.log_attempt(&attempt);
        Ok(attempt)
    }

    /// Someone acts on an element of a message, or of the view that they look at.
    pub(super) async fn click(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let payload = {
            let mut world = self.world();
            match body["channel"].as_str() {
                Some(_) => self.click_message(&mut world, body)?,
                None => self.click_view(&mut world, body)?,
            }
        };
        let attempt = self.interact("block_actions", &payload, body).await?;
        Ok(json!({"attempt": attempt}))
    }

    fn click_message(&self, world: &mut World, body: &Value) -> Result<Value, String> {
        let now = self.clock.now();
        let (user, channel) = (need(body, "user")?, need(body, "channel")?);
        let wanted = wanted(body)?;
        let force = body["force"] == true;
        let place = world.channels.get(channel).ok_or("no such channel")?;
        if !place.has(user) && !force {
            return Err(format!("{user} is not in {channel}"));
        }
        let ts = match body["ts"].as_str() {
            Some(_) => need_ts(body, "ts")?,
            None => {
                let all = place.all();
                let newest = all.iter().rev().find(|message| {
                    let seen = message.only_for.as_deref().is_none_or(|only| only == user);
                    let blocks = message.body.get("blocks").unwrap_or(&Value::Null);
                    seen && !message.deleted && blocks::find_element(blocks, wanted).is_some()
                });
                newest.map(|message| message.ts).ok_or("nothing here has such an element")?
            }
        };
        let message = place.any(ts).ok_or_else(|| format!("no message {ts}"))?;
        let ephemeral = message.only_for.is_some();
        if message.only_for.as_deref().is_some_and(|only| only != user) && !force {
            return Err(format!("{user} does not see this message"));
        }
        let blocks = message.body.get("blocks").cloned().unwrap_or_default();
        let found = blocks::find_element(&blocks, wanted)
            .ok_or_else(|| format!("the message has no element {wanted}"))?;
        let acted = acted(&found, &body["value"], force, next_ts(now))?;
        let (block_id, element) = (found.block_id.to_owned(), found.element.clone());
        let place = world.channels.get_mut(channel).ok_or("no such channel")?;
        let message = place.any_mut(ts).ok_or("the message is gone")?;
        remember(&mut message.chosen, &block_id, &element, &acted);
        let state = json!({"values": blocks::state(&blocks, &message.chosen)});
        let thread = message.thread;
        let shown = (!ephemeral).then(|| message.shown(false));
        let name = if place.with.is_some() { "directmessage" } else { &place.name };
        let channel_object = json!({"id": channel, "name": name});
        let mut container = json!({
            "type": "message", "message_ts": ts.to_string(), "channel_id": channel,
            "is_ephemeral": ephemeral,
        });
        if let Some(thread) = thread {
            container["thread_ts"] = json!(thread.to_string());
        }
        let path = world.secrets.response_path(channel, user, Some(ts), now);
        let response_url = format!("{}{path}", world.base_url);
        let mut payload = self.interaction(world, "block_actions", user)?;
        payload["channel"] = channel_object;
        payload["container"] = container;
        payload["response_url"] = json!(response_url);
        payload["actions"] = json!([acted]);
        payload["state"] = state;
        if let Some(shown) = shown {
            payload["message"] = shown;
        }
        Ok(payload)
    }

    fn click_view(&self, world: &mut World, body: &Value) -> Result<Value, String> {
        let (user, wanted) = (need(body, "user")?, wanted(body)?);
        let id = view_id(world, body, user)?;
        let blocks = world.views.get(&id).map(|view| view.body["blocks"].clone());
        let blocks = blocks.unwrap_or_default();
        let found = blocks::find_element(&blocks, wanted)
            .ok_or_else(|| format!("the view has no element {wanted}"))?;
        let at = next_ts(self.clock.now());
        let acted = acted(&found, &body["value"], body["force"] == true, at)?;
        let view = world.views.get_mut(&id).ok_or("no such view")?;
        remember(&mut view.chosen, found.block_id, found.element, &acted);
        let mut payload = self.interaction(world, "block_actions", user)?;
        payload["container"] = json!({"type": "view", "view_id": id});
        payload["view"] = filled(world, &id);
        payload["actions"] = json!([acted]);
        Ok(payload)
    }

    /// Someone types into a select whose options the app has.
    pub(super) async fn suggest(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let user = need(body, "user")?;
        let payload = {
            let mut world = self.world();
            let wanted = wanted(body)?;
            let (blocks, container, extra) = match body["channel"].as_str() {
                Some(channel) => {
                    let ts = need_ts(body, "ts")?;
                    let place = world.channels.get(channel).ok_or("no such channel")?;
                    let message = place.any(ts).ok_or("no such message")?;
                    let container = json!({
                        "type": "message", "message_ts": ts.to_string(), "channel_id": channel,
                        "is_ephemeral": message.only_for.is_some(),
                    });
                    let extra = ("channel", json!({"id": channel, "name": place.name}));
                    (message.body.get("blocks").cloned().unwrap_or_default(), container, extra)
                }
                None => {
                    let id = view_id(&world, body, user)?;
                    let view = filled(&world, &id);
                    let container = json!({"type": "view", "view_id": id});
                    (view["blocks"].clone(), container, ("view", view))
                }
            };
            let found = blocks::find_element(&blocks, wanted).ok_or("no such element")?;
            let mut payload = self.interaction(&mut world, "block_suggestion", user)?;
            payload["action_id"] = found.element["action_id"].clone();
            payload["block_id"] = json!(found.block_id);
            payload["value"] = json!(body["value"].as_str().unwrap_or_default());
            payload["container"] = container;
            payload[extra.0] = extra.1;
            payload
        };
        let attempt = self.interact("block_suggestion", &payload, body).await?;
        let answer: Value = serde_json::from_str(&attempt.answer).unwrap_or_default();
        let listed = |name: &str| answer[name].as_array().is_some_and(|list| list.len() <= 100);
        let valid = attempt.taken() && (listed("options") != listed("option_groups"));
        Ok(json!({"attempt": attempt, "valid": valid}))
    }

    /// A shortcut: global, or on a message.
    pub(super) async fn shortcut(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let (user, callback) = (need(body, "user")?, need(body, "callback_id")?);
        let now = self.clock.now();
        let payload = {
            let mut world = self.world();
            let kind = if body["ts"].is_string() { "message_action" } else { "shortcut" };
            let mut payload = self.interaction(&mut world, kind, user)?;
            payload["callback_id"] = json!(callback);
            payload["action_ts"] = json!(next_ts(now).to_string());
            if kind == "message_action" {
                let (channel, ts) = (need(body, "channel")?, need_ts(body, "ts")?);
                let place = world.channels.get(channel).ok_or("no such channel")?;
                let message = place.message(ts).ok_or("no such message")?;
                payload["message"] = message.shown(false);
                payload["message_ts"] = json!(ts.to_string());
                payload["channel"] = json!({"id": channel, "name": place.name});
                let path = world.secrets.response_path(channel, user, Some(ts), now);
                payload["response_url"] = json!(format!("{}{path}", world.base_url));
            }
            payload
        };
        let kind = payload["type"].as_str().unwrap_or_default().to_owned();
        let attempt = self.interact(&kind, &payload, body).await?;
        Ok(json!({"attempt": attempt}))
    }

    /// What every interaction has.
    pub(super) fn interaction(
        &self,
        world: &mut World,
        kind: &str,
        user: &str,
    ) -> Result<Value, String> {
        let known = world.user(user).map_err(|refusal| refusal.code)?;
        let person = json!({
            "id": user, "username": known["name"], "name": known["name"],
            "team_id": known["team_id"],
        });
        let trigger = world.secrets.new_trigger(user, self.clock.now());
        Ok(json!({
            "type": kind, "token": "deprecated", "api_app_id": seed::APP,
            "team": {"id": seed::TEAM, "domain": seed::DOMAIN}, "enterprise": null,
            "is_enterprise_install": false, "user": person, "trigger_id": trigger,
        }))
    }
}

fn next_ts(now: chatgate_core::Timestamp) -> Ts {
    Ts(now.as_millis().max(0).unsigned_abs() * 1_000 + 7)
}

/// The element that is meant: by `action` or by its label, `text`.
fn wanted(body: &Value) -> Result<&str, String> {
    need(body, "action").or_else(|_| need(body, "text"))
}

/// The view that is meant: named, or the one on top.
pub(super) fn view_id(world: &World, body: &Value, user: &str) -> Result<String, String> {
    let named = body["view_id"].as_str().map(str::to_owned);
    let id = named.or_else(|| world.views.top(user)).ok_or("no view is open")?;
    match world.views.get(&id) {
        Some(view) if view.user == user || body["force"] == true => Ok(id),
        _ => Err(format!("{user} does not see the view {id}")),
    }
}

/// One item of `actions`.
fn acted(found: &Found<'_>, value: &Value, force: bool, at: Ts) -> Result<Value, String> {
    let element = found.element;
    let kind = element["type"].as_str().unwrap_or_default();
    let mut acted = json!({
        "type": kind, "block_id": found.block_id, "action_id": element["action_id"],
        "action_ts": at.to_string(),
    });
    match kind {
        "button" | "icon_button" | "workflow_button" => {
            acted["text"] = element["text"].clone();
            let own = &element["value"];
            if !value.is_null() && value != own && !force {
                return Err("a button has its own value; `force` sends another".to_owned());
            }
            let sent = if value.is_null() { own } else { value };
            if !sent.is_null() {
                acted["value"] = sent.clone();
            }
            if element["style"].is_string() {
                acted["style"] = element["style"].clone();
            }
        }
        "feedback_buttons" => {
            let sides = [&element["positive_button"], &element["negative_button"]];
            let side = sides
                .into_iter()
                .find(|side| side["value"] == *value || side["text"]["text"] == *value);
            let side = side.ok_or("no such button")?;
            acted["value"] = side["value"].clone();
            acted["text"] = side["text"].clone();
        }
        "overflow" => acted["selected_option"] = option(element, value, force)?,
        _ => {
            let field = blocks::stateful(kind).ok_or("nobody can act on this")?;
            acted[field] = chosen(element, field, value, force)?;
        }
    }
    Ok(acted)
}

/// The value of a stateful element when `value` is chosen.
pub(super) fn chosen(
    element: &Value,
    field: &str,
    value: &Value,
    force: bool,
) -> Result<Value, String> {
    match field {
        _ if value.is_null() => Ok(Value::Null),
        "selected_option" => option(element, value, force),
        "selected_options" => {
            let values = value.as_array().ok_or("several are chosen: `value` is a list")?;
            let all: Result<Vec<_>, _> =
                values.iter().map(|value| option(element, value, force)).collect();
            Ok(json!(all?))
        }
        _ => Ok(value.clone()),
    }
}

/// An option by its value or its label, or as it is where the app has the options.
fn option(element: &Value, value: &Value, force: bool) -> Result<Value, String> {
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
    let mut all = element["options"].as_array().into_iter().flatten().chain(grouped);
    let found = all.find(|option| option["value"] == *value || option["text"]["text"] == *value);
    if let Some(option) = found {
        return Ok(option.clone());
    }
    let external = element["type"].as_str().is_some_and(|kind| kind.contains("external"));
    match value {
        Value::Object(_) if external || force => Ok(value.clone()),
        Value::String(text) if external || force => {
            Ok(json!({"text": {"type": "plain_text", "text": text}, "value": text}))
        }
        _ => Err(format!("no such option: {value}")),
    }
}

/// Remembers what was chosen.
pub(super) fn remember(
    memory: &mut serde_json::Map<String, Value>,
    block_id: &str,
    element: &Value,
    acted: &Value,
) {
    let Some(field) = element["type"].as_str().and_then(blocks::stateful) else { return };
    let action = element["action_id"].as_str().unwrap_or_default();
    let block = memory.entry(block_id).or_insert_with(|| json!({}));
    block[action] = acted[field].clone();
}
