//! Elements: what one carried, and what was chosen in it.

use chatgate_core::Chosen;
use chatgate_render::slack::{chosen_of, seal_of};
use serde_json::Value;

/// The seal that a used element carried; `None` for one that carries none.
pub(super) fn carried(element: &Value) -> Option<String> {
    seal_of(element).filter(|text| looks_sealed(text)).map(std::borrow::Cow::into_owned)
}

/// What was chosen in an element. The dialect makes fewer kinds than there are: the others come from
/// blocks that a program made itself.
pub(super) fn chosen(element: &Value) -> Chosen {
    match kind(element) {
        "external_select"
        | "overflow"
        | "radio_buttons"
        | "multi_external_select"
        | "checkboxes" => {
            let position = |value: &str| value.parse().ok();
            Chosen::Choices(options(element).filter_map(position).collect())
        }
        "plain_text_input" => Chosen::Picked(text(element, "value").unwrap_or_default().to_owned()),
        _ => chosen_of(element),
    }
}

fn kind(element: &Value) -> &str {
    text(element, "type").unwrap_or_default()
}

pub(super) fn text<'a>(element: &'a Value, name: &str) -> Option<&'a str> {
    element.get(name).and_then(Value::as_str)
}

/// The values of the chosen options.
fn options(element: &Value) -> impl Iterator<Item = &str> {
    let one = element.get("selected_option").into_iter();
    let many = element.get("selected_options").and_then(Value::as_array).into_iter().flatten();
    one.chain(many).filter_map(|option| text(option, "value"))
}

/// True for what has the form of a seal: a value that a program itself put into a block of its own is
/// no forgery.
pub(super) fn looks_sealed(value: &str) -> bool {
    let parts: Vec<&str> = value.splitn(4, '.').collect();
    let [key, payload, mac] = parts.as_slice() else { return false };
    let is_base64 = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    (1..=8).contains(&key.len())
        && payload.len() >= 16
        && parts.iter().all(|part| is_base64(part))
        && !mac.is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SEAL: &str = "k1.eyJyIjoiYWN0aW9uOmEifQ.c2lnbmF0dXJlc2lnbmF0dQ";

    #[test]
    fn every_kind_of_element_tells_what_was_chosen() {
        let option =
            |value: &str| json!({"text": {"type": "plain_text", "text": "x"}, "value": value});
        for (element, expected) in [
            (json!({"type": "button"}), Chosen::Nothing),
            (json!({"type": "feedback_buttons", "value": "good"}), Chosen::Nothing),
            (json!({"type": "icon_button"}), Chosen::Nothing),
            (
                json!({"type": "static_select", "selected_option": option("1")}),
                Chosen::Choices(vec![1]),
            ),
            (json!({"type": "static_select", "selected_option": null}), Chosen::Choices(vec![])),
            (
                json!({"type": "external_select", "selected_option": option("1")}),
                Chosen::Choices(vec![1]),
            ),
            (json!({"type": "overflow", "selected_option": option("2")}), Chosen::Choices(vec![2])),
            (
                json!({"type": "radio_buttons", "selected_option": option("0")}),
                Chosen::Choices(vec![0]),
            ),
            (
                json!({"type": "multi_static_select", "selected_options": [option("0"), option("2")]}),
                Chosen::Choices(vec![0, 2]),
            ),
            (
                json!({"type": "multi_external_select", "selected_options": [option("3")]}),
                Chosen::Choices(vec![3]),
            ),
            (
                json!({"type": "checkboxes", "selected_options": [option("x")]}),
                Chosen::Choices(vec![]),
            ),
            (
                json!({"type": "users_select", "selected_user": "U1"}),
                Chosen::Ids(vec!["U1".into()]),
            ),
            (
                json!({"type": "multi_users_select", "selected_users": ["U1", "U2"]}),
                Chosen::Ids(vec!["U1".into(), "U2".into()]),
            ),
            (
                json!({"type": "conversations_select", "selected_conversation": "C1"}),
                Chosen::Ids(vec!["C1".into()]),
            ),
            (
                json!({"type": "multi_conversations_select", "selected_conversations": ["C1"]}),
                Chosen::Ids(vec!["C1".into()]),
            ),
            (
                json!({"type": "channels_select", "selected_channel": "C1"}),
                Chosen::Ids(vec!["C1".into()]),
            ),
            (
                json!({"type": "multi_channels_select", "selected_channels": []}),
                Chosen::Ids(vec![]),
            ),
            (
                json!({"type": "datepicker", "selected_date": "2026-11-24"}),
                Chosen::Picked("2026-11-24".into()),
            ),
            (json!({"type": "timepicker", "selected_time": null}), Chosen::Nothing),
            (
                json!({"type": "datetimepicker", "selected_date_time": 1_700_000_000}),
                Chosen::Picked("2023-11-14T22:13Z".into()),
            ),
            (json!({"type": "plain_text_input", "value": "words"}), Chosen::Picked("words".into())),
            (json!({"type": "hologram", "value": {}}), Chosen::Nothing),
        ] {
            assert_eq!(chosen(&element), expected, "{element}");
        }
    }

    #[test]
    fn only_what_looks_like_a_seal_is_one() {
        let button = |value: &str| json!({"type": "button", "value": value, "action_id": "1"});
        assert_eq!(carried(&button(SEAL)).as_deref(), Some(SEAL));
        for value in ["", "approve", "api.prod.eu", "https://x.test", "a.b.c.d"] {
            assert_eq!(carried(&button(value)), None, "{value}");
        }
        let menu = json!({"type": "static_select", "action_id": format!("7:{SEAL}")});
        assert_eq!(carried(&menu).as_deref(), Some(SEAL));
    }
}
