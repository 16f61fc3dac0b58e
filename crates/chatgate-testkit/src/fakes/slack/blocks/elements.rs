//! The elements of Block Kit and the objects that they are composed of.

use serde_json::{Map, Value};

use super::schema::{Schema, Shape, may, must};

/// Choices from a list.
pub(super) const SELECTS: &[&str] = &[
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
];

/// What stands beside a section's text.
pub(super) const ACCESSORIES: Shape = Shape::Element(&[
    "button",
    "workflow_button",
    "overflow",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "image",
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
]);

/// What stands in a row of actions.
pub(super) const ACTIONS: Shape = Shape::Element(&[
    "button",
    "workflow_button",
    "overflow",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
    "rich_text_input",
]);

/// What is filled in.
pub(super) const INPUTS: Shape = Shape::Element(&[
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
]);

const ACTION_ID: Shape = Shape::Str(255);
const PLACEHOLDER: Shape = Shape::Plain(150);
const CONFIRM: Shape = Shape::Object(&Schema {
    fields: &[
        may("title", Shape::Plain(100)),
        must("text", Shape::Text(300)),
        may("confirm", Shape::Plain(30)),
        may("deny", Shape::Plain(30)),
        may("style", Shape::OneOf(&["primary", "danger"])),
    ],
    rule: None,
});
static OPTION: Schema = Schema {
    fields: &[
        must("text", Shape::Plain(75)),
        // 150 since the newest Python client, 75 in the types: accepted is what either allows.
        must("value", Shape::Str(150)),
        may("description", Shape::Plain(75)),
        may("url", Shape::Url(3_000)),
    ],
    rule: None,
};
/// Boxes and radio buttons take markup.
static MARKED_OPTION: Schema = Schema {
    fields: &[
        must("text", Shape::Text(75)),
        must("value", Shape::Str(150)),
        may("description", Shape::Plain(75)),
    ],
    rule: None,
};
const OPTIONS: Shape = Shape::List { of: &Shape::Object(&OPTION), least: 1, most: 100 };
const GROUP: Shape = Shape::Object(&Schema {
    fields: &[must("label", Shape::Plain(75)), must("options", OPTIONS)],
    rule: None,
});
const FEEDBACK: Shape = Shape::Object(&Schema {
    fields: &[
        must("text", Shape::Plain(75)),
        must("value", Shape::Str(2_000)),
        may("accessibility_label", Shape::Str(75)),
    ],
    rule: None,
});
const FILTER: Shape = Shape::Object(&Schema {
    fields: &[
        may(
            "include",
            Shape::List {
                of: &Shape::OneOf(&["im", "mpim", "private", "public"]),
                least: 1,
                most: 4,
            },
        ),
        may("exclude_external_shared_channels", Shape::Bool),
        may("exclude_bot_users", Shape::Bool),
    ],
    rule: None,
});
const DISPATCH: Shape = Shape::Object(&Schema {
    fields: &[may(
        "trigger_actions_on",
        Shape::List {
            of: &Shape::OneOf(&["on_enter_pressed", "on_character_entered"]),
            least: 1,
            most: 2,
        },
    )],
    rule: None,
});
pub(super) const SLACK_FILE: Shape = Shape::Object(&Schema {
    fields: &[may("id", Shape::Str(255)), may("url", Shape::Url(3_000))],
    rule: Some(|file| one_of(file, "id", "url")),
});
const IDS: Shape = Shape::List { of: &Shape::Str(255), least: 1, most: 100 };
const MOST_SELECTED: Shape = Shape::Int(1, 1_000);

/// Exactly one of two fields.
pub(super) fn one_of(object: &Map<String, Value>, one: &str, other: &str) -> Option<String> {
    (object.contains_key(one) == object.contains_key(other))
        .then(|| format!("exactly one of `{one}` and `{other}` is required"))
}

fn date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
    lengths == [4, 2, 2] && parts.concat().bytes().all(|byte| byte.is_ascii_digit())
}

fn time(text: &str) -> bool {
    let Some((hour, minute)) = text.split_once(':') else { return false };
    let below = |text: &str, bound: u8| {
        text.len() == 2 && text.parse::<u8>().is_ok_and(|number| number < bound)
    };
    below(hour, 24) && below(minute, 60)
}

fn number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Shared by all that a person acts on.
macro_rules! interactive {
    ($($field:expr),* $(,)?) => {
        interactive!(None; $($field),*)
    };
    ($rule:expr; $($field:expr),* $(,)?) => {{
        static SCHEMA: Schema =
            Schema { fields: &[may("action_id", ACTION_ID), $($field),*], rule: $rule };
        Some(&SCHEMA)
    }};
}

/// A field with a placeholder, shared by all inputs.
macro_rules! input {
    ($($field:expr),* $(,)?) => {
        input!(None; $($field),*)
    };
    ($rule:expr; $($field:expr),* $(,)?) => {
        interactive!(
            $rule;
            may("placeholder", PLACEHOLDER),
            may("focus_on_load", Shape::Bool),
            $($field),*
        )
    };
}

/// The shape of an element.
pub(super) fn element(kind: &str) -> Option<&'static Schema> {
    match kind {
        "button" => interactive!(
            must("text", Shape::Plain(75)),
            may("value", Shape::Str(2_000)),
            may("url", Shape::Url(3_000)),
            may("style", Shape::OneOf(&["primary", "danger"])),
            may("confirm", CONFIRM),
            may("accessibility_label", Shape::Str(75)),
            may("agent_prompt", Shape::Str(4_000)),
            may("agent_prompt_display", Shape::Str(4_000)),
            may("visible_to_user_ids", IDS),
        ),
        "workflow_button" => interactive!(
            must("text", Shape::Plain(75)),
            must("workflow", Shape::AnyObject),
            may("style", Shape::OneOf(&["primary", "danger"])),
            may("accessibility_label", Shape::Str(75)),
        ),
        "icon_button" => interactive!(
            must("icon", Shape::OneOf(&["trash"])),
            must("text", Shape::Plain(75)),
            may("value", Shape::Str(2_000)),
            may("confirm", CONFIRM),
            may("accessibility_label", Shape::Str(75)),
            may("visible_to_user_ids", IDS),
        ),
        "feedback_buttons" => {
            interactive!(must("positive_button", FEEDBACK), must("negative_button", FEEDBACK))
        }
        "overflow" => interactive!(
            must("options", Shape::List { of: &Shape::Object(&OPTION), least: 1, most: 5 }),
            may("confirm", CONFIRM),
        ),
        "checkboxes" => interactive!(
            must("options", Shape::List { of: &Shape::Object(&MARKED_OPTION), least: 1, most: 10 }),
            may(
                "initial_options",
                Shape::List { of: &Shape::Object(&MARKED_OPTION), least: 1, most: 10 }
            ),
            may("confirm", CONFIRM),
            may("focus_on_load", Shape::Bool),
        ),
        "radio_buttons" => interactive!(
            must("options", Shape::List { of: &Shape::Object(&MARKED_OPTION), least: 1, most: 10 }),
            may("initial_option", Shape::Object(&MARKED_OPTION)),
            may("confirm", CONFIRM),
            may("focus_on_load", Shape::Bool),
        ),
        "image" => {
            static SCHEMA: Schema = Schema {
                fields: &[
                    must("alt_text", Shape::Str(2_000)),
                    may("image_url", Shape::Url(3_000)),
                    may("slack_file", SLACK_FILE),
                ],
                rule: Some(|image| one_of(image, "image_url", "slack_file")),
            };
            Some(&SCHEMA)
        }
        // Text stands as an element in a context.
        "mrkdwn" => {
            static SCHEMA: Schema = Schema {
                fields: &[must("text", Shape::Str(3_000)), may("verbatim", Shape::Bool)],
                rule: None,
            };
            Some(&SCHEMA)
        }
        "plain_text" => {
            static SCHEMA: Schema = Schema {
                fields: &[must("text", Shape::Str(3_000)), may("emoji", Shape::Bool)],
                rule: None,
            };
            Some(&SCHEMA)
        }
        "url" => {
            static SCHEMA: Schema = Schema {
                fields: &[must("url", Shape::Url(3_000)), must("text", Shape::Str(3_000))],
                rule: None,
            };
            Some(&SCHEMA)
        }
        _ if SELECTS.contains(&kind) => select(kind),
        _ => typed_in(kind),
    }
}

fn select(kind: &str) -> Option<&'static Schema> {
    match kind {
        "static_select" => input!(
            Some(|select| one_of(select, "options", "option_groups"));
            may("options", OPTIONS),
            may("option_groups", Shape::List { of: &GROUP, least: 1, most: 100 }),
            may("initial_option", Shape::Object(&OPTION)),
            may("confirm", CONFIRM),
        ),
        "multi_static_select" => input!(
            Some(|select| one_of(select, "options", "option_groups"));
            may("options", OPTIONS),
            may("option_groups", Shape::List { of: &GROUP, least: 1, most: 100 }),
            may("initial_options", OPTIONS),
            may("max_selected_items", MOST_SELECTED),
            may("confirm", CONFIRM),
        ),
        "external_select" => input!(
            may("min_query_length", Shape::Int(0, 3_000)),
            may("initial_option", Shape::Object(&OPTION)),
            may("confirm", CONFIRM),
        ),
        "multi_external_select" => input!(
            may("min_query_length", Shape::Int(0, 3_000)),
            may("initial_options", OPTIONS),
            may("max_selected_items", MOST_SELECTED),
            may("confirm", CONFIRM),
        ),
        "users_select" => input!(may("initial_user", Shape::Str(255)), may("confirm", CONFIRM)),
        "multi_users_select" => input!(
            may("initial_users", IDS),
            may("max_selected_items", MOST_SELECTED),
            may("confirm", CONFIRM),
        ),
        "conversations_select" => input!(
            may("initial_conversation", Shape::Str(255)),
            may("default_to_current_conversation", Shape::Bool),
            may("response_url_enabled", Shape::Bool),
            may("filter", FILTER),
            may("confirm", CONFIRM),
        ),
        "multi_conversations_select" => input!(
            may("initial_conversations", IDS),
            may("default_to_current_conversation", Shape::Bool),
            may("max_selected_items", MOST_SELECTED),
            may("filter", FILTER),
            may("confirm", CONFIRM),
        ),
        "channels_select" => input!(
            may("initial_channel", Shape::Str(255)),
            may("response_url_enabled", Shape::Bool),
            may("confirm", CONFIRM),
        ),
        "multi_channels_select" => input!(
            may("initial_channels", IDS),
            may("max_selected_items", MOST_SELECTED),
            may("confirm", CONFIRM),
        ),
        _ => None,
    }
}

fn typed_in(kind: &str) -> Option<&'static Schema> {
    match kind {
        "datepicker" => {
            input!(may("initial_date", Shape::Written(date)), may("confirm", CONFIRM))
        }
        "timepicker" => input!(
            may("initial_time", Shape::Written(time)),
            may("timezone", Shape::Str(255)),
            may("confirm", CONFIRM),
        ),
        // An epoch of ten digits.
        "datetimepicker" => interactive!(
            may("initial_date_time", Shape::Int(1_000_000_000, 9_999_999_999)),
            may("focus_on_load", Shape::Bool),
            may("confirm", CONFIRM),
        ),
        "plain_text_input" => input!(
            may("initial_value", Shape::StrOrEmpty(3_000)),
            may("multiline", Shape::Bool),
            may("min_length", Shape::Int(0, 3_000)),
            may("max_length", Shape::Int(1, 3_000)),
            may("dispatch_action_config", DISPATCH),
        ),
        "email_text_input" | "url_text_input" => input!(
            may("initial_value", Shape::StrOrEmpty(3_000)),
            may("dispatch_action_config", DISPATCH),
        ),
        "number_input" => input!(
            must("is_decimal_allowed", Shape::Bool),
            may("initial_value", Shape::Written(number)),
            may("min_value", Shape::Written(number)),
            may("max_value", Shape::Written(number)),
            may("dispatch_action_config", DISPATCH),
        ),
        "rich_text_input" => input!(
            may("initial_value", Shape::Rich(&["rich_text"])),
            may("min_lines", Shape::Int(1, 100)),
            may("max_lines", Shape::Int(1, 100)),
            may("dispatch_action_config", DISPATCH),
        ),
        "file_input" => interactive!(
            may("filetypes", Shape::List { of: &Shape::Str(255), least: 1, most: 100 }),
            may("max_files", Shape::Int(1, 10)),
        ),
        _ => None,
    }
}
