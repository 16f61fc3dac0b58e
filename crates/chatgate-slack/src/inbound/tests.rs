//! Whatever comes, the decoder decodes.

use std::cell::Cell;
use std::sync::Arc;

use chatgate_core::{AdapterId, Seals, SeededRng, Timestamp};
use chatgate_http::BaseUrl;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{Admitted, Decoded, Decoder, FormFields};
use crate::install::Install;

/// Names and words that mean something to Slack, so that much of what is made up is nearly right.
const NAMES: &[&str] = &[
    "type",
    "subtype",
    "event",
    "event_id",
    "event_time",
    "event_ts",
    "team_id",
    "team",
    "context_team_id",
    "authorizations",
    "user_id",
    "is_bot",
    "user",
    "bot_id",
    "text",
    "blocks",
    "elements",
    "style",
    "ts",
    "thread_ts",
    "channel",
    "channel_type",
    "message",
    "previous_message",
    "edited",
    "deleted_ts",
    "reaction",
    "item",
    "tab",
    "tokens",
    "bot",
    "actions",
    "action_id",
    "block_id",
    "value",
    "selected_option",
    "selected_options",
    "container",
    "message_ts",
    "channel_id",
    "view",
    "state",
    "values",
    "private_metadata",
    "response_url",
    "trigger_id",
    "id",
    "action_ts",
    "enterprise",
    "callback_id",
    "token",
    "challenge",
    "url",
    "name",
    "timestamp",
    "format",
    "indent",
    "offset",
];
const WORDS: &[&str] = &[
    "event_callback",
    "message",
    "app_mention",
    "message_changed",
    "message_deleted",
    "file_share",
    "reaction_added",
    "member_joined_channel",
    "app_home_opened",
    "tokens_revoked",
    "block_actions",
    "block_suggestion",
    "view_submission",
    "view_closed",
    "shortcut",
    "button",
    "static_select",
    "rich_text",
    "rich_text_section",
    "rich_text_list",
    "rich_text_quote",
    "text",
    "user",
    "link",
    "date",
    "U0BOT",
    "C0OPS",
    "1800000000.000100",
    "<@U0BOT> deploy",
    "ordered",
    "k1.eyJyIjoiYWN0aW9uOmEifQ.c2ln",
    "im",
    "home",
    "https://hooks.slack.com/x",
    "",
];

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 96, 12, |inner| {
        let name = prop::sample::select(NAMES).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((name, inner), 0..12)
                .prop_map(|fields| Value::Object(Map::from_iter(fields))),
        ]
    })
}

/// Of a kind that is decoded, with anything beside.
fn body(kinds: &'static [&'static str]) -> impl Strategy<Value = Value> {
    (json(), prop::sample::select(kinds), json(), prop::sample::select(WORDS)).prop_map(
        |(mut whole, kind, mut event, event_kind)| {
            if let Value::Object(event) = &mut event {
                event.insert("type".into(), event_kind.into());
            }
            if let Value::Object(whole) = &mut whole {
                whole.insert("type".into(), kind.into());
                whole.insert("event".into(), event);
            }
            whole
        },
    )
}

fn decode(decode: impl FnOnce(&Decoder<'_>) -> Decoded) -> Decoded {
    let adapter = AdapterId::parse("slack").unwrap();
    let base = BaseUrl::parse("https://slack.com/api/").unwrap();
    let install =
        Install { team: Some("T0ACME".into()), user: Some("U0BOT".into()), ..Install::default() };
    decode(&Decoder {
        adapter: &adapter,
        install: Some(&install),
        admitted: &Admitted::default(),
        base: &base,
        seals: &Seals::random(Arc::new(SeededRng::new(1))),
        now: Timestamp::from_secs(1_800_000_000),
        dropped: &Cell::new(None),
    })
}

/// What is kept of it is JSON, and the event survives being stored.
fn is_sound(decoded: &Decoded) {
    let Decoded::Event(event) = decoded else { return };
    assert!(!event.keys.is_empty());
    let stored = serde_json::to_string(event).unwrap();
    serde_json::from_str::<chatgate_core::Event>(&stored).unwrap();
}

proptest! {
    #[test]
    fn no_event_makes_it_panic(body in body(&["event_callback", "hologram"])) {
        is_sound(&decode(|decoder| decoder.json(&body.to_string())));
    }

    #[test]
    fn no_interaction_makes_it_panic(
        body in body(&[
            "block_actions", "block_suggestion", "view_submission", "view_closed", "shortcut",
            "message_action", "hologram",
        ]),
    ) {
        is_sound(&decode(|decoder| decoder.interactivity(&body.to_string())));
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,64}") {
        is_sound(&decode(|decoder| decoder.json(&text)));
        is_sound(&decode(|decoder| decoder.interactivity(&text)));
    }

    #[test]
    fn no_form_makes_it_panic(
        fields in prop::collection::vec(("command|text|channel_id|user_id|team_id|x", ".{0,24}"), 0..8),
    ) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        if let Some(fields) = FormFields::read(body.as_bytes()) {
            is_sound(&decode(|decoder| decoder.slash(&fields)));
        }
    }
}
