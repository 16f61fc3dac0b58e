//! What a modal comes back with.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::field::BOOL;

/// The answers of a submitted modal by field name, from `view.state.values`. Each is the JSON that its
/// field's kind has; a field left empty is absent.
///
/// ```
/// use chatgate_render::slack::form_values;
/// use serde_json::json;
///
/// let values = json!({
///     "count": {"field-x": {"type": "number_input", "value": "3"}},
///     "sure": {"bool-x": {"type": "checkboxes", "selected_options": []}},
///     "why": {"field-x": {"type": "plain_text_input", "value": null}},
/// });
/// let answers = form_values(&values);
/// assert_eq!(serde_json::Value::from(answers), json!({"count": 3, "sure": false}));
/// ```
#[must_use]
pub fn form_values(values: &Value) -> Map<String, Value> {
    let blocks = values.as_object().into_iter().flatten();
    blocks
        .filter_map(|(name, elements)| {
            let (action, element) = elements.as_object()?.iter().next()?;
            Some((name.clone(), answer(action, element)?))
        })
        .collect()
}

fn answer(action: &str, element: &Value) -> Option<Value> {
    let text = |name: &str| element.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
    match element.get("type").and_then(Value::as_str).unwrap_or_default() {
        "number_input" => number(text("value")?),
        "checkboxes" if action == BOOL || action.starts_with("bool-") => {
            Some(json!(!options(element).is_empty()))
        }
        "checkboxes" | "multi_static_select" | "multi_external_select" => {
            Some(options(element)).filter(|all| !all.is_empty()).map(Value::from)
        }
        "static_select" | "external_select" | "radio_buttons" => {
            options(element).into_iter().next()
        }
        "users_select" => text("selected_user").map(|id| json!({"id": id})),
        "conversations_select" => text("selected_conversation").map(|id| json!({"id": id})),
        "channels_select" => text("selected_channel").map(|id| json!({"id": id})),
        "datepicker" => text("selected_date").map(Value::from),
        "timepicker" => text("selected_time").map(Value::from),
        "datetimepicker" => {
            let at = element.get("selected_date_time").and_then(Value::as_i64)?;
            Some(Timestamp::from_second(at).ok()?.to_string().into())
        }
        "rich_text_input" => element.get("rich_text_value").filter(|it| !it.is_null()).cloned(),
        "file_input" => element.get("files")?.as_array()?.first().cloned(),
        kind if kind.starts_with("multi_") => {
            let of = |name: &str| element.get(name).and_then(Value::as_array);
            let ids = of("selected_users")
                .or_else(|| of("selected_conversations"))
                .or_else(|| of("selected_channels"))?;
            (!ids.is_empty()).then(|| json!(ids))
        }
        _ => text("value").map(Value::from),
    }
}

/// The values of what is chosen.
fn options(element: &Value) -> Vec<Value> {
    let one = element.get("selected_option").into_iter();
    let many = element.get("selected_options").and_then(Value::as_array).into_iter().flatten();
    one.chain(many).filter_map(|option| option.get("value")).cloned().collect()
}

/// What was typed as a number; as text where it is none, so that the person hears of it.
fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    let whole = text.parse::<i64>().ok().map(Value::from);
    let real = || text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from);
    whole.or_else(real).or_else(|| Some(text.into()))
}
