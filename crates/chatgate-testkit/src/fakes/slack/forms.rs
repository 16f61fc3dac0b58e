//! Views: someone fills one in, submits or closes it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Slack;
use super::blocks;
use super::interact::{chosen, remember, view_id};
use super::people::need;
use super::views;
use super::world::World;

impl Slack {
    /// Someone submits the view that they look at.
    pub(super) async fn submit(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let user = need(body, "user")?;
        let (payload, id) = {
            let mut world = self.world();
            let id = view_id(&world, body, user)?;
            fill(&mut world, &id, &body["values"], body["force"] == true)?;
            let mut payload = self.interaction(&mut world, "view_submission", user)?;
            payload["view"] = filled(&world, &id);
            payload["response_urls"] = json!([]);
            (payload, id)
        };
        let attempt = self.interact("view_submission", &payload, body).await?;
        let outcome = if attempt.taken() {
            submitted(&mut self.world(), user, &id, &attempt.answer)
        } else {
            "failed".to_owned()
        };
        self.flush();
        Ok(json!({"attempt": attempt, "outcome": outcome, "view_id": id}))
    }

    /// Someone closes the view that they look at; the app hears of it if it asked to.
    pub(super) async fn close(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let user = need(body, "user")?;
        let cleared = body["clear"] == true;
        let payload = {
            let mut world = self.world();
            let id = view_id(&world, body, user)?;
            let view = filled(&world, &id);
            world.views.close(user, if cleared { None } else { Some(&id) });
            if view["notify_on_close"] != true {
                return Ok(json!({"attempt": null}));
            }
            let mut payload = self.interaction(&mut world, "view_closed", user)?;
            if let Some(fields) = payload.as_object_mut() {
                // It opens nothing.
                fields.remove("trigger_id");
            }
            payload["view"] = view;
            payload["is_cleared"] = json!(cleared);
            payload
        };
        let attempt = self.interact("view_closed", &payload, body).await?;
        Ok(json!({"attempt": attempt}))
    }
}

/// The view object with what is filled in.
pub(super) fn filled(world: &World, id: &str) -> Value {
    let Some(view) = world.views.get(id) else { return Value::Null };
    let mut body = view.body.clone();
    body["state"] = json!({"values": blocks::state(&body["blocks"], &view.chosen)});
    body
}

/// Fills in `values`, named by label, block or action.
fn fill(world: &mut World, id: &str, values: &Value, force: bool) -> Result<(), String> {
    let view = world.views.get_mut(id).ok_or("no such view")?;
    let all = view.body["blocks"].clone();
    let inputs = all.as_array().into_iter().flatten().filter(|block| block["type"] == "input");
    let mut used = 0;
    for block in inputs {
        let element = &block["element"];
        let names = [&block["label"]["text"], &block["block_id"], &element["action_id"]];
        let given = names.iter().find_map(|name| values.get(name.as_str()?));
        used += usize::from(given.is_some());
        let kind = element["type"].as_str().unwrap_or_default();
        let field = blocks::stateful(kind).ok_or("nobody can fill this in")?;
        let block_id = block["block_id"].as_str().unwrap_or_default();
        if let Some(value) = given {
            let acted = json!({field: chosen(element, field, value, force)?});
            remember(&mut view.chosen, block_id, element, &acted);
        }
        let one = json!([block]);
        let state = blocks::state(&one, &view.chosen);
        let action = element["action_id"].as_str().unwrap_or_default();
        let value = &state[block_id][action][field];
        let empty = value.is_null() || *value == json!([]) || *value == "";
        if empty && block["optional"] != true && !force {
            return Err(format!("{} must be filled in", block["label"]["text"]));
        }
    }
    let given = values.as_object().map_or(0, serde_json::Map::len);
    if used < given && !force {
        return Err("`values` names a field that the view does not have".to_owned());
    }
    Ok(())
}

/// What the answer to a submission does to the view.
fn submitted(world: &mut World, user: &str, id: &str, answer: &str) -> String {
    if answer.trim().is_empty() {
        world.views.close(user, Some(id));
        return "closed".to_owned();
    }
    let Ok(answer) = serde_json::from_str::<Value>(answer) else {
        return "error: not JSON".to_owned();
    };
    let view = &answer["view"];
    let checked = || views::check(view).map_err(|refusal| refusal.messages.join("; "));
    match answer["response_action"].as_str() {
        None => {
            world.views.close(user, Some(id));
            "closed".to_owned()
        }
        Some("clear") => {
            world.views.close(user, None);
            "cleared".to_owned()
        }
        Some("errors") => {
            let body = world.views.get(id).map(|view| view.body["blocks"].clone());
            let body = body.unwrap_or_default();
            let input = |name: &String| {
                let mut blocks = body.as_array().into_iter().flatten();
                blocks.any(|block| block["type"] == "input" && block["block_id"] == name.as_str())
            };
            match answer["errors"].as_object() {
                Some(errors) if !errors.is_empty() && errors.keys().all(input) => {
                    "errors".to_owned()
                }
                _ => "error: `errors` must name input blocks".to_owned(),
            }
        }
        Some("update") => match checked() {
            Err(wrong) => format!("error: {wrong}"),
            Ok(()) => match world.views.update(id, view.clone(), None) {
                Ok(_) => "updated".to_owned(),
                Err(refusal) => format!("error: {}", refusal.code),
            },
        },
        Some("push") => match checked() {
            Err(wrong) => format!("error: {wrong}"),
            Ok(()) => match world.views.open(user, view.clone(), Some(id)) {
                Ok(_) => "pushed".to_owned(),
                Err(refusal) => format!("error: {}", refusal.code),
            },
        },
        Some(other) => format!("error: no such response_action: {other}"),
    }
}
