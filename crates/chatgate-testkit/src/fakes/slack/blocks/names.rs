//! The ids of blocks and elements: Slack gives one to each that has none.

use serde_json::{Map, Value, json};

/// Elements that have a value before anyone acts on them, with the field that carries it.
const STATEFUL: &[(&str, &str, &str)] = &[
    ("static_select", "selected_option", "initial_option"),
    ("external_select", "selected_option", "initial_option"),
    ("radio_buttons", "selected_option", "initial_option"),
    ("multi_static_select", "selected_options", "initial_options"),
    ("multi_external_select", "selected_options", "initial_options"),
    ("checkboxes", "selected_options", "initial_options"),
    ("users_select", "selected_user", "initial_user"),
    ("multi_users_select", "selected_users", "initial_users"),
    ("conversations_select", "selected_conversation", "initial_conversation"),
    ("multi_conversations_select", "selected_conversations", "initial_conversations"),
    ("channels_select", "selected_channel", "initial_channel"),
    ("multi_channels_select", "selected_channels", "initial_channels"),
    ("datepicker", "selected_date", "initial_date"),
    ("timepicker", "selected_time", "initial_time"),
    ("datetimepicker", "selected_date_time", "initial_date_time"),
    ("plain_text_input", "value", "initial_value"),
    ("email_text_input", "value", "initial_value"),
    ("url_text_input", "value", "initial_value"),
    ("number_input", "value", "initial_value"),
    ("rich_text_input", "rich_text_value", "initial_value"),
    ("file_input", "files", ""),
];

/// The field in which an element's value arrives.
pub(in crate::fakes::slack) fn stateful(kind: &str) -> Option<&'static str> {
    STATEFUL.iter().find(|(name, ..)| *name == kind).map(|(_, field, _)| *field)
}

/// Names blocks and elements that have no id.
pub(in crate::fakes::slack) fn name_all(blocks: &mut [Value]) {
    name_below(blocks, "auto");
}

fn name_below(blocks: &mut [Value], above: &str) {
    for (number, block) in blocks.iter_mut().enumerate() {
        let id = format!("{above}-{number}");
        name(block, "block_id", &id);
        let Some(fields) = block.as_object_mut() else { continue };
        let mut at = 0;
        for field in ["accessory", "element", "elements", "actions", "child_blocks"] {
            let Some(inner) = fields.get_mut(field) else { continue };
            match inner {
                Value::Array(items) if field == "child_blocks" => name_below(items, &id),
                Value::Array(items) => {
                    for item in items {
                        name_element(item, &id, &mut at);
                    }
                }
                item => name_element(item, &id, &mut at),
            }
        }
    }
}

/// Parts that nobody acts on.
const INERT: &[&str] = &["image", "mrkdwn", "plain_text", "card"];

fn name_element(element: &mut Value, above: &str, at: &mut usize) {
    let kind = element["type"].as_str().unwrap_or_default();
    if kind == "card" {
        return name_below(std::slice::from_mut(element), &format!("{above}-{at}"));
    }
    if !INERT.contains(&kind) && !kind.starts_with("rich_text_") || kind == "rich_text_input" {
        name(element, "action_id", &format!("auto-{at}"));
        *at += 1;
    }
}

fn name(object: &mut Value, field: &str, id: &str) {
    if object[field].as_str().is_none_or(str::is_empty) {
        object[field] = json!(id);
    }
}

/// An element and the block that it stands in.
pub(in crate::fakes::slack) struct Found<'a> {
    pub(in crate::fakes::slack) block_id: &'a str,
    pub(in crate::fakes::slack) element: &'a Value,
}

/// The element with this `action_id`, or else the first with this label, or in a block of this id.
pub(in crate::fakes::slack) fn find_element<'a>(
    blocks: &'a Value,
    wanted: &str,
) -> Option<Found<'a>> {
    let mut all = Vec::new();
    collect(items(blocks), &mut all);
    let by_id = all.iter().position(|found| found.element["action_id"] == wanted);
    let by_label = || all.iter().position(|found| labelled(found.element, wanted));
    let by_block = || all.iter().position(|found| found.block_id == wanted);
    by_id.or_else(by_label).or_else(by_block).map(|at| all.swap_remove(at))
}

fn labelled(element: &Value, wanted: &str) -> bool {
    let label = |name: &str| element[name]["text"] == wanted;
    label("text") || label("placeholder") || element["accessibility_label"] == wanted
}

fn collect<'a>(blocks: &'a [Value], all: &mut Vec<Found<'a>>) {
    for block in blocks {
        let block_id = block["block_id"].as_str().unwrap_or_default();
        for field in ["elements", "actions"] {
            for element in block[field].as_array().into_iter().flatten() {
                match element["type"].as_str() {
                    Some("card") => collect(std::slice::from_ref(element), all),
                    _ if element["action_id"].is_string() => {
                        all.push(Found { block_id, element });
                    }
                    _ => {}
                }
            }
        }
        for field in ["accessory", "element"] {
            if block[field]["action_id"].is_string() {
                all.push(Found { block_id, element: &block[field] });
            }
        }
        collect(items(&block["child_blocks"]), all);
    }
}

/// `state.values` of blocks where `chosen` was chosen, by block and action.
pub(in crate::fakes::slack) fn state(blocks: &Value, chosen: &Map<String, Value>) -> Value {
    let mut all = Vec::new();
    collect(items(blocks), &mut all);
    let mut values = json!({});
    for Found { block_id, element } in all {
        let kind = element["type"].as_str().unwrap_or_default();
        let action = element["action_id"].as_str().unwrap_or_default();
        let Some((_, field, initial)) = STATEFUL.iter().find(|(name, ..)| *name == kind) else {
            continue;
        };
        let value = chosen.get(block_id).and_then(|block| block.get(action));
        let value = value.unwrap_or(&element[*initial]).clone();
        let many = field.ends_with('s') && value.is_null();
        let value = if many { json!([]) } else { value };
        values[block_id][action] = json!({"type": kind, *field: value});
    }
    values
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
