//! Lines that are meant to be read in two ways, typed into Slack.

use chatgate_core::ReasonCode;
use serde_json::json;

use crate::world::World;

/// Nothing runs, the reason is in the audit record, and the answer is for the asker alone.
async fn is_refused(world: &World, reason: ReasonCode, context: &str) {
    world.settled().await;
    assert!(world.ran.all().is_empty(), "{context}: {:?}", world.ran.all());
    let audit = world.audit().await;
    let denials: Vec<_> =
        audit.iter().filter(|record| record["type"] == "command.denied").collect();
    assert_eq!(denials.len(), 1, "{context}: {audit:#?}");
    assert_eq!(denials[0]["decision"]["reason_code"], reason.as_str(), "{context}");
}

async fn slashed(line: &str, reason: ReasonCode) -> String {
    let world = World::new().await;
    let attempt = world.slash("alice", "ops", line).await;
    assert_eq!(attempt.shown.as_deref(), Some("ephemeral"), "{line:?}: {attempt:?}");
    is_refused(&world, reason, line).await;
    attempt.answer
}

async fn mentioned(line: &str, reason: ReasonCode) {
    let world = World::new().await;
    world.mention("alice", "ops", line).await;
    is_refused(&world, reason, line).await;
    let messages = world.slack.messages(&world.channel("ops"));
    let answer = messages.last().unwrap();
    assert_eq!(answer["_ephemeral_to"], world.user("alice").as_str(), "{line:?}: {answer}");
}

#[tokio::test]
async fn what_cannot_be_seen_is_a_bad_argument() {
    for hidden in ['\0', '\u{7}', '\u{200b}', '\u{2060}', '\u{feff}', '\u{202e}', '\u{2066}'] {
        let answer = slashed(&format!("/status a{hidden}pi"), ReasonCode::BadArgument).await;
        assert!(!answer.contains(hidden), "{answer:?}");
    }
    for hidden in ['\u{200b}', '\u{202e}'] {
        mentioned(&format!("status a{hidden}pi"), ReasonCode::BadArgument).await;
        mentioned(&format!("status `a{hidden}pi`"), ReasonCode::BadArgument).await;
    }
}

#[tokio::test]
async fn the_signs_of_a_shell_are_letters_like_others() {
    let line = "api;rm$(whoami)|x&&'y'";
    let world = World::new().await;
    let attempt = world.slash("alice", "ops", &format!("/status \"{line}\"")).await;
    assert!(attempt.answer.contains("is live"), "{attempt:?}");
    assert_eq!(world.ran.all(), [format!("status {line}")]);
}

#[tokio::test]
async fn a_second_command_below_the_first_is_trailing_input() {
    for end in ["\n", "\r\n", "\u{2028}", "\u{85}", "\n\n"] {
        slashed(&format!("/deploy api{end}deploy db"), ReasonCode::TrailingInput).await;
    }
    for line in [
        "deploy api\ndeploy db",
        "deploy api\n```\ndeploy db\n```",
        "deploy api\n```deploy db```",
        "deploy api\n> deploy db",
        "deploy api\n&gt; deploy db",
    ] {
        mentioned(line, ReasonCode::TrailingInput).await;
    }
}

#[tokio::test]
async fn what_stands_in_a_quote_or_a_code_block_is_no_command() {
    for text in ["> deploy db", "```\ndeploy db\n```"] {
        let world = World::new().await;
        world.mention("alice", "ops", text).await;
        world.settled().await;
        assert!(world.ran.all().is_empty(), "{text:?}: {:?}", world.ran.all());
    }
}

#[tokio::test]
async fn look_alikes_are_no_command_and_no_argument() {
    // Cyrillic `а`, Greek `ρ`.
    slashed("/status аpi", ReasonCode::BadArgument).await;
    slashed("/status aρi", ReasonCode::BadArgument).await;
    slashed("/stаtus api", ReasonCode::UnknownCommand).await;
    mentioned("status аpi", ReasonCode::BadArgument).await;
    mentioned("stаtus api", ReasonCode::UnknownCommand).await;
}

#[tokio::test]
async fn blocks_and_text_that_say_different_things_run_what_is_shown() {
    let world = World::new().await;
    let (user, channel) = (world.user("alice"), world.channel("ops"));
    let bot = world.ids.bot_user.clone();
    let body = json!({
        "user": user, "channel": channel, "text": format!("<@{bot}> deploy db"),
        "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "user", "user_id": bot}, {"type": "text", "text": " status api"},
        ]}]}],
    });
    world.slack.control("say", body).await.unwrap();
    world.settled().await;
    assert_eq!(world.ran.all(), ["status api"]);
}
