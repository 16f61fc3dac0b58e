//! A sample of everything that Slack sends, and what it is decoded to.

use chatgate_core::{Chosen, Event, EventKind, Uses};
use http::StatusCode;
use serde_json::Value;

use crate::bot::{Answers, Bot, FORM, JSON};

/// A body as Slack sends it: of a form, or JSON without what was put in for reading.
pub(crate) fn body(bot: &Bot, name: &str) -> (&'static str, String) {
    let path = format!("{}/tests/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    if name.starts_with("forms/") {
        return (FORM, text);
    }
    let sealed = text.replace("SEAL", &bot.seal(Uses::Once));
    let value: Value = serde_json::from_str(&sealed).unwrap();
    if name.starts_with("events/") {
        return (JSON, value.to_string());
    }
    let payload = value.to_string();
    let mut form = form_urlencoded::Serializer::new(String::new());
    (FORM, form.append_pair("payload", &payload).finish())
}

/// An event in one line.
fn line(event: &Event) -> String {
    let kind = match &event.kind {
        EventKind::Message(message) => {
            let named = if message.mentioned { "mention" } else { "message" };
            format!("{named} {:?}", message.content.plain_text())
        }
        EventKind::Command(command) => format!("command {:?}", command.content.plain_text()),
        EventKind::Action(used) => {
            let chosen = match &used.chosen {
                Chosen::Choices(choices) => format!("{choices:?}"),
                Chosen::Ids(ids) => ids.join(","),
                Chosen::Picked(picked) => picked.clone(),
                _ => "-".into(),
            };
            let shown = if used.message.is_some() { "" } else { " (no message)" };
            format!("action {} {chosen}{shown}", used.seal.route)
        }
        EventKind::OptionsAsked { field, typed, .. } => format!("options {field:?} {typed:?}"),
        EventKind::FormSubmitted { values, .. } => {
            format!("form {}", serde_json::to_string(values).unwrap())
        }
        EventKind::FormClosed { .. } => "form closed".into(),
        EventKind::Reaction { emoji, change, .. } => format!("reaction {emoji} {change:?}"),
        EventKind::Membership { user, change } => format!("membership {user} {change:?}"),
        EventKind::Edited { content, .. } => format!("edited {:?}", content.plain_text()),
        EventKind::Deleted { .. } => "deleted".into(),
        EventKind::HomeOpened => "home".into(),
        EventKind::Install { change } => format!("install {change:?}"),
        EventKind::Other { name } => format!("other {name}"),
        _ => "?".into(),
    };
    let place = event.place.as_ref().map_or("-".into(), ToString::to_string);
    let actor = event.actor.as_ref().map_or("-".into(), |actor| {
        format!("{}/{} {:?}", actor.workspace, actor.user, actor.standing)
    });
    let shared = match event.externally_shared {
        Some(true) => " shared",
        Some(false) => "",
        None => " shared?",
    };
    let direct = if event.direct { " direct" } else { "" };
    format!("{kind} | {place}{direct}{shared} | {actor}")
}

/// The sample, and what it is; nothing where it is only acknowledged.
const SAMPLES: &[(&str, &str)] = &[
    (
        "events/message.json",
        r#"mention "deploy api" | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "events/app_mention.json",
        r#"mention "deploy api" | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "events/message_im.json",
        r#"message "deploy api" | slack:T0ACME:D0ALICE direct | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "events/message_mpim.json",
        r#"message "deploy api" | slack:T0ACME:G0MANY | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "events/message_reply.json",
        r#"message "deploy api" | slack:T0ACME:C0OPS#1799999999.000100 | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "events/message_root.json",
        r#"message "deploy api" | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "events/message_external.json",
        r#"message "deploy api" | slack:T0ACME:C0SHARED shared | T0GLOBEX/U0EXTERNAL External"#,
    ),
    (
        "events/message_file_share.json",
        r#"message "deploy api" | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "events/message_thread_broadcast.json",
        r#"message "deploy api" | slack:T0ACME:C0OPS#1799999999.000100 | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "events/message_me.json",
        r#"message "deploy api" | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "events/message_bot.json",
        r#"message "deploy api" | slack:T0ACME:C0OPS | T0ACME/B0OTHER Integration"#,
    ),
    (
        "events/message_app.json",
        r#"message "deploy api" | slack:T0ACME:C0OPS | T0ACME/U0OTHERBOT Integration"#,
    ),
    (
        "events/message_slackbot.json",
        r#"message "deploy api" | slack:T0ACME:C0OPS | T0ACME/USLACKBOT Integration"#,
    ),
    ("events/message_own.json", ""),
    ("events/message_own_legacy.json", ""),
    (
        "events/message_changed.json",
        r#"edited "deploy db" | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown"#,
    ),
    ("events/message_unfurled.json", ""),
    ("events/message_own_changed.json", ""),
    ("events/message_deleted.json", "deleted | slack:T0ACME:C0OPS#1799999999.000100 | -"),
    ("events/message_replied.json", "other message/message_replied | - | -"),
    ("events/message_replied_bare.json", "other message/message_replied | - | -"),
    ("events/message_channel_topic.json", "other message/channel_topic | - | -"),
    (
        "events/message_edited_in_mention.json",
        r#"edited "deploy" | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown"#,
    ),
    ("events/message_future_subtype.json", "other message/hologram | - | -"),
    (
        "events/reaction_added.json",
        "reaction thumbsup::skin-tone-2 Added | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown",
    ),
    (
        "events/reaction_removed.json",
        "reaction eyes Removed | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown",
    ),
    ("events/reaction_own.json", ""),
    ("events/reaction_file.json", "other reaction_added | - | -"),
    (
        "events/member_joined.json",
        "membership U0ALICE Added | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown",
    ),
    (
        "events/member_left.json",
        "membership U0BOT Removed | slack:T0ACME:C0OPS | T0ACME/U0BOT Unknown",
    ),
    ("events/app_home_opened.json", "home | - | T0ACME/U0ALICE Unknown"),
    ("events/app_home_messages.json", "other app_home_opened | - | -"),
    ("events/app_uninstalled.json", "install Removed | - | -"),
    ("events/tokens_revoked.json", "install Removed | - | -"),
    ("events/tokens_revoked_user.json", "other tokens_revoked | - | -"),
    ("events/link_shared.json", "other link_shared | - | -"),
    ("events/user_change.json", "other user_change | - | -"),
    ("events/channel_shared.json", "other channel_shared | - | -"),
    ("events/channel_created.json", "other channel_created | - | -"),
    ("events/assistant_thread_started.json", "other assistant_thread_started | - | -"),
    ("events/future_event.json", "other hologram_projected | - | -"),
    ("events/future_envelope.json", "other batch_callback | - shared? | -"),
    (
        "interactive/button.json",
        "action action:ack - | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/button_link.json",
        "other block_actions | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/button_native.json",
        "other block_actions | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/static_select.json",
        "action action:ack [1] | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/multi_static_select.json",
        "action action:ack [0, 1] | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/external_select.json",
        "action action:ack [1] | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/multi_external_select.json",
        "action action:ack [1] | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/overflow.json",
        "action action:ack [1] | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/radio_buttons.json",
        "action action:ack [1] | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/checkboxes.json",
        "action action:ack [1] | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/users_select.json",
        "action action:ack U0BOB | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/multi_users_select.json",
        "action action:ack U0BOB | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/conversations_select.json",
        "action action:ack C0OPS | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/multi_conversations_select.json",
        "action action:ack C0OPS | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/channels_select.json",
        "action action:ack C0OPS | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/multi_channels_select.json",
        "action action:ack C0OPS | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/datepicker.json",
        "action action:ack 2026-11-24 | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/timepicker.json",
        "action action:ack 14:30 | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/datetimepicker.json",
        "action action:ack 2027-01-15T08:00Z | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/button_in_thread.json",
        "action action:ack - | slack:T0ACME:C0OPS#1799999998.000100 shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/button_ephemeral.json",
        "action action:ack - (no message) | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/button_external.json",
        "action action:ack - | slack:T0ACME:C0SHARED shared? | T0GLOBEX/U0EXTERNAL External",
    ),
    (
        "interactive/button_in_view.json",
        "action action:ack - (no message) | - | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/function_button.json",
        "action action:ack - | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/view_submission.json",
        r#"form {"env":"prod","service":"api","who":["U0BOB"]} | - | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "interactive/view_submission_foreign.json",
        "other view_submission | - | T0ACME/U0ALICE Unknown",
    ),
    ("interactive/view_closed.json", "form closed | - | T0ACME/U0ALICE Unknown"),
    (
        "interactive/block_suggestion.json",
        r#"options None "ap" | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "interactive/block_suggestion_view.json",
        r#"options Some("service") "ap" | - | T0ACME/U0ALICE Unknown"#,
    ),
    ("interactive/shortcut.json", "other shortcut/new_incident | - | T0ACME/U0ALICE Unknown"),
    (
        "interactive/message_action.json",
        "other message_action/file_bug | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/interactive_message.json",
        "other interactive_message | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/dialog_submission.json",
        "other dialog_submission | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/dialog_cancellation.json",
        "other dialog_cancellation | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    (
        "interactive/dialog_suggestion.json",
        "other dialog_suggestion | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown",
    ),
    ("interactive/future_interaction.json", "other hologram_touched | - | T0ACME/U0ALICE Unknown"),
    (
        "forms/slash.txt",
        r##"command "ops deploy @bob to #random" | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown"##,
    ),
    (
        "forms/slash_bare.txt",
        r#"command "status" | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "forms/slash_direct.txt",
        r##"command "ops deploy @bob to #random" | slack:T0ACME:D0ALICE shared? | T0ACME/U0ALICE Unknown"##,
    ),
    (
        "forms/slash_private.txt",
        r##"command "ops deploy @bob to #random" | slack:T0ACME:G0SECRET shared? | T0ACME/U0ALICE Unknown"##,
    ),
    (
        "forms/slash_other_install.txt",
        r##"command "ops deploy @bob to #random" | slack:T0ACME:C0OPS shared? | T0OTHER/U0ALICE External"##,
    ),
    (
        "forms/slash_foreign_url.txt",
        r##"command "ops deploy @bob to #random" | slack:T0ACME:C0OPS shared? | T0ACME/U0ALICE Unknown"##,
    ),
];

/// The same before Slack has said who the bot is, and where the app is installed for an organisation.
const UNKNOWN_INSTALL: &[(&str, &str)] = &[
    (
        "events/message.json",
        r#"mention "deploy api" | slack:T0ACME:C0OPS | T0ACME/U0ALICE Unknown"#,
    ),
    (
        "events/grid_install.json",
        r#"message "deploy api" | slack:T0GRID:C0OPS | T0GRID/W0ALICE Unknown"#,
    ),
    (
        "interactive/button_org_install.json",
        "action action:ack - | slack:E0ACME:C0OPS shared? | T0GRID/W0ALICE Unknown",
    ),
    (
        "forms/slash_grid.txt",
        r##"command "ops deploy @bob to #random" | slack:T0GRID:C0OPS shared? | T0GRID/W0ALICE Unknown"##,
    ),
];

const ORGANISATION: Answers = |method, _| match method {
    "auth.test" => (
        200,
        serde_json::json!({
            "ok": true, "team_id": "T0GRID", "enterprise_id": "E0ACME", "user_id": "U0BOT",
            "is_enterprise_install": true, "bot_id": "B0BOT",
        }),
    ),
    _ => (200, serde_json::json!({"ok": true})),
};

#[tokio::test]
async fn every_sample_is_what_it_is() {
    // Events of people that a channel's earlier event has told about are known better: a bot each.
    for (name, expected) in SAMPLES {
        let bot = Bot::new();
        bot.connects().await;
        assert_eq!(decoded(&bot, name).await, *expected, "{name}");
    }
}

#[tokio::test]
async fn it_decodes_before_it_knows_who_it_is() {
    for (name, expected) in UNKNOWN_INSTALL {
        assert_eq!(decoded(&Bot::new(), name).await, *expected, "{name}");
    }
}

#[tokio::test]
async fn an_installation_for_an_organisation_has_many_workspaces() {
    for (name, expected) in &UNKNOWN_INSTALL[1..] {
        let bot = Bot::with(ORGANISATION, |builder| builder);
        bot.connects().await;
        assert_eq!(decoded(&bot, name).await, *expected, "{name}");
    }
}

#[test]
fn no_sample_is_forgotten() {
    let root = format!("{}/tests/samples", env!("CARGO_MANIFEST_DIR"));
    for kind in ["events", "interactive", "forms"] {
        for entry in std::fs::read_dir(format!("{root}/{kind}")).unwrap() {
            let name = format!("{kind}/{}", entry.unwrap().file_name().to_string_lossy());
            let mut all = SAMPLES.iter().chain(UNKNOWN_INSTALL);
            assert!(all.any(|(sample, _)| *sample == name), "{name}");
        }
    }
}

async fn decoded(bot: &Bot, name: &str) -> String {
    let (kind, body) = body(bot, name);
    let response = bot.send(kind, &body).await;
    assert_eq!(response.status(), StatusCode::OK, "{name}");
    // Only a way back that leads elsewhere is dropped, and that is counted.
    let dropped: &[&str] =
        if name == "forms/slash_foreign_url.txt" { &["foreign_url"] } else { &[] };
    assert_eq!(bot.rejected(), dropped, "{name}");
    let events = std::mem::take(&mut *bot.backend.events.lock().unwrap());
    assert!(events.len() <= 1, "{name}");
    events.first().map(line).unwrap_or_default()
}
