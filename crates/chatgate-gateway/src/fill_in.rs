//! The "Fill in" button: it opens the form that asks for what was missing.

use std::sync::LazyLock;

use chatgate_core::{
    ActionValue, Button, Error, Event, Feature, Form, Place, Result, RouteId, Uses,
};
use chatgate_router::Matched;
use serde_json::{Map, Value, json};

use crate::engine::Engine;

/// The route of the button; the gateway handles it, gated as the command that it is for.
pub(crate) static ROUTE: LazyLock<RouteId> =
    LazyLock::new(|| RouteId::from("action:chatgate.fill-in"));

/// The button for a usage error, where the place has forms and buttons.
pub(crate) fn button(
    engine: &Engine,
    place: &Place,
    matched: &Matched,
    partial: &Map<String, Value>,
    event: &Event,
) -> Option<Button> {
    let adapter = engine.adapter(&place.adapter).ok()?;
    let can = adapter.capabilities(place, event.reply.as_ref());
    let spec = matched.spec.as_ref().filter(|spec| !spec.args.is_empty())?;
    if !can.can(Feature::Forms) || !can.can(Feature::Actions) {
        return None;
    }
    let value = json!({"command": spec.route, "partial": partial});
    Some(button_with(engine, value, event))
}

/// The button that opens a form later, when it could not be opened at once.
pub(crate) fn button_for_form(engine: &Engine, form: &Form, event: &Event) -> Result<Button> {
    Ok(button_with(engine, json!({"form": serde_json::to_value(form)?}), event))
}

fn button_with(engine: &Engine, value: Value, event: &Event) -> Button {
    let mut action = ActionValue::of(ROUTE.clone(), value);
    action.uses = Uses::Repeat;
    let button = Button::of(engine.phrases.fill_in.clone(), action).primary();
    match &event.actor {
        Some(actor) => button.only_for([actor.user.clone()]),
        None => button,
    }
}

/// The command that a button is for, and what was understood of its line.
pub(crate) fn read(value: &Value) -> Result<(RouteId, Map<String, Value>)> {
    let command = value.get("command").and_then(Value::as_str);
    let partial = value.get("partial").and_then(Value::as_object);
    match (command, partial) {
        (Some(command), Some(partial)) => Ok((RouteId::from(command), partial.clone())),
        _ => Err(Error::malformed("a fill-in button without its command")),
    }
}

/// The form that a button carries whole.
pub(crate) fn carried_form(value: &Value) -> Option<Form> {
    serde_json::from_value(value.get("form")?.clone()).ok()
}
