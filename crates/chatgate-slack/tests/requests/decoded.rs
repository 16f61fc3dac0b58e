//! Events in detail: keys, times, ways back, what is remembered.

use chatgate_core::{
    Adapter, Answer, AnswerKind, Audience, Content, Delivered, EventKind, Feature, Place, Rendered,
    Support, Surface, Target, Timestamp, Uses,
};
use http::StatusCode;
use serde_json::{Value, json};

use crate::bot::{Bot, FORM, NOW};
use crate::samples::body;

async fn event(bot: &Bot, name: &str) -> chatgate_core::Event {
    let (kind, body) = body(bot, name);
    assert_eq!(bot.send(kind, &body).await.status(), StatusCode::OK);
    bot.event()
}

fn keys(event: &chatgate_core::Event) -> Vec<&str> {
    event.keys.iter().map(chatgate_core::DeliveryKey::as_str).collect()
}

#[tokio::test]
async fn one_message_is_one_event_whichever_of_its_two_comes_first() {
    let bot = Bot::new();
    bot.connects().await;
    let message = event(&bot, "events/message.json").await;
    let mention = event(&bot, "events/app_mention.json").await;
    assert_eq!(message.kind, mention.kind);
    assert_eq!((message.at, &message.place), (mention.at, &mention.place));
    assert_eq!((&message.actor, message.direct), (&mention.actor, mention.direct));
    assert_eq!(keys(&message), ["Ev0SAMPLE", "message/T0ACME/C0OPS/1800000000.000100"]);
    assert_eq!(keys(&mention)[1], keys(&message)[1]);
    assert_ne!(keys(&mention)[0], keys(&message)[0]);
    assert_eq!(message.at, Timestamp::from_secs(1_800_000_000));
    let EventKind::Message(message) = &message.kind else { panic!("no message") };
    assert_eq!(message.thread_root.as_ref().unwrap().as_str(), "1800000000.000100");
}

#[tokio::test]
async fn an_edit_has_a_key_of_its_own() {
    let bot = Bot::new();
    let edit = event(&bot, "events/message_changed.json").await;
    let key = "edit/T0ACME/C0OPS/1800000000.000100/1800000005.000000";
    assert_eq!(keys(&edit), ["Ev0SAMPLE", key]);
}

#[tokio::test]
async fn a_command_has_a_way_back_and_a_hashed_key() {
    let bot = Bot::new();
    let command = event(&bot, "forms/slash.txt").await;
    let reply = command.reply.as_ref().unwrap();
    assert_eq!((reply.kind.as_str(), reply.uses_left), ("response_url", Some(5)));
    assert_eq!(reply.expires, Timestamp::from_secs(NOW + 1_800));
    assert_eq!(reply.expose(), "https://hooks.slack.com/commands/T0ACME/1/canary-response");
    let slot = command.answer.as_ref().unwrap();
    assert_eq!(slot.by, Timestamp::from_millis(NOW * 1_000 + 2_500));
    assert_eq!(
        (slot.accepts.as_slice(), slot.parts),
        (&[AnswerKind::Message, AnswerKind::PrivateMessage][..], 1)
    );
    assert_eq!(command.keys.len(), 1);
    assert!(keys(&command)[0].starts_with("slash/") && keys(&command)[0].len() == 70);
    assert_eq!(command.actor_name.as_ref().unwrap().as_str(), "alice");
    let again = event(&bot, "forms/slash.txt").await;
    assert_eq!(keys(&again), keys(&command));
    let foreign = event(&bot, "forms/slash_foreign_url.txt").await;
    assert_eq!(foreign.reply, None);
}

#[tokio::test]
async fn a_command_is_answered_inside_its_request() {
    let bot = Bot::new();
    let place: Place = "slack:T0ACME:C0OPS".parse().unwrap();
    let target = Target::new(Surface::Answer, bot.slack.capabilities(&place, None));
    let part = bot.slack.dialect().message(&Content::from("done"), &target).parts.remove(0);
    let (kind, body) = body(&bot, "forms/slash.txt");
    for (audience, kind_of_answer) in
        [(Audience::Everyone, "in_channel"), (Audience::Only("U0ALICE".into()), "ephemeral")]
    {
        let parts: Vec<Rendered> = vec![part.clone()];
        bot.answers(Delivered::Answer(Answer::Message { audience, parts }));
        let response = bot.send(kind, &body).await;
        assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
        let said: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(said["response_type"], kind_of_answer);
        assert_eq!(said["text"], "done");
        assert!(said["blocks"].is_array());
    }
    bot.answers(Delivered::Answer(Answer::Nothing));
    let response = bot.send(FORM, &body).await;
    assert_eq!((response.status(), response.body().len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn a_click_is_known_by_what_was_clicked_and_who_did() {
    let bot = Bot::new();
    let once = Bot::click(&bot.seal(Uses::Once));
    bot.interact(&once).await;
    let first = bot.event();
    assert_eq!(keys(&first).len(), 1);
    assert!(keys(&first)[0].ends_with("/3/U0ALICE"), "{:?}", first.keys);
    assert_eq!(first.at, Timestamp::from_millis(1_800_000_000_500));
    assert!(first.answer.is_none() && first.reply.is_some());
    let mut later = once.clone();
    later["actions"][0]["action_ts"] = json!("1800000009.5");
    bot.interact(&later).await;
    assert_eq!(bot.event().keys, first.keys, "once is once");
    later["user"]["id"] = json!("U0BOB");
    bot.interact(&later).await;
    assert_ne!(bot.event().keys, first.keys);

    let repeat = Bot::click(&bot.seal(Uses::Repeat));
    bot.interact(&repeat).await;
    let first = bot.event();
    let mut later = repeat.clone();
    later["actions"][0]["action_ts"] = json!("1800000009.5");
    bot.interact(&later).await;
    assert_ne!(bot.event().keys, first.keys, "each click is its own");
    bot.interact(&repeat).await;
    assert_eq!(bot.event().keys, first.keys);
}

#[tokio::test]
async fn a_menu_is_answered_inside_its_request() {
    let bot = Bot::new();
    let choices = vec![chatgate_core::Choice::labelled("The API", "api")];
    bot.answers(Delivered::Answer(Answer::Options(choices)));
    let (kind, body) = body(&bot, "interactive/block_suggestion.json");
    let response = bot.send(kind, &body).await;
    let said: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(said["options"][0]["value"], "api");
    assert_eq!(bot.event().answer.unwrap().accepts, [AnswerKind::Options]);
}

#[tokio::test]
async fn what_an_event_shows_is_remembered() {
    let bot = Bot::new();
    bot.connects().await;
    let post =
        |place: &str| bot.slack.capabilities(&place.parse().unwrap(), None).support(Feature::Post);
    assert_eq!(post("slack:T0ACME:C0OPS"), Support::Unknown);
    assert_eq!(post("slack:T0ACME:@U0ALICE"), Support::Yes);
    event(&bot, "events/message.json").await;
    assert_eq!(post("slack:T0ACME:C0OPS"), Support::Yes);
    event(&bot, "events/message_im.json").await;
    assert_eq!(post("slack:T0ACME:D0ALICE"), Support::Yes);
    // The command's own delivery does not say it, but the message did.
    let command = event(&bot, "forms/slash_direct.txt").await;
    assert_eq!((command.direct, command.externally_shared), (true, Some(false)));
    let command = event(&bot, "forms/slash.txt").await;
    assert_eq!((command.direct, command.externally_shared), (false, Some(false)));
    event(&bot, "events/channel_shared.json").await;
    assert_eq!(event(&bot, "forms/slash.txt").await.externally_shared, None);
    event(&bot, "events/member_left.json").await;
    assert_eq!(post("slack:T0ACME:C0OPS"), Support::No);
    bot.backend.clock.advance(std::time::Duration::from_secs(301));
    assert_eq!(post("slack:T0ACME:C0OPS"), Support::Unknown);
}

#[tokio::test]
async fn the_way_back_reaches_where_the_bot_is_not() {
    let bot = Bot::new();
    bot.connects().await;
    event(&bot, "events/member_left.json").await;
    let command = event(&bot, "forms/slash.txt").await;
    let place = command.place.unwrap();
    let can = bot.slack.capabilities(&place, None);
    assert!(!can.can(Feature::Post) && !can.can(Feature::Ephemeral) && can.can(Feature::Threads));
    let can = bot.slack.capabilities(&place, command.reply.as_ref());
    assert!(can.can(Feature::Post) && can.can(Feature::Ephemeral) && !can.can(Feature::Edit));
}

#[tokio::test]
async fn a_partner_can_be_admitted() {
    let bot = Bot::with(crate::bot::well, |builder| builder.admit_workspace("T0GLOBEX"));
    bot.connects().await;
    let external = event(&bot, "interactive/button_external.json").await;
    assert!(external.actor.unwrap().admitted);
    let own = event(&bot, "interactive/button.json").await;
    assert!(!own.actor.unwrap().admitted);
}

#[tokio::test]
async fn a_group_and_its_conversation_are_one_place_that_may_be_shared() {
    let bot = Bot::new();
    let seal = bot.seal_in("slack:T0ACME:@U0ALICE,U0BOB", Uses::Repeat);
    let mut click = Bot::click(&seal);
    click["channel"] = json!({"id": "G0GROUP", "name": "mpdm-alice--bob--opsbot-1"});
    click["container"]["channel_id"] = json!("G0GROUP");
    bot.interact(&click).await;
    let event = bot.event();
    assert_eq!(event.place.unwrap().to_string(), "slack:T0ACME:@U0ALICE,U0BOB");
    // Whether people of another organisation are in it is still to be looked up.
    assert_eq!((event.direct, event.externally_shared), (false, None));

    for (user, name) in [("U0CAROL", "mpdm-alice--bob--opsbot-1"), ("U0ALICE", "ops")] {
        click["user"]["id"] = json!(user);
        click["channel"]["name"] = json!(name);
        bot.interact(&click).await;
        assert_eq!(bot.event().place.unwrap().to_string(), "slack:T0ACME:G0GROUP");
    }
}

#[tokio::test]
async fn a_direct_line_and_its_direct_message_are_one_place() {
    let bot = Bot::new();
    let seal = bot.seal_in("slack:T0ACME:@U0ALICE", Uses::Once);
    let mut click = Bot::click(&seal);
    click["channel"] = json!({"id": "D0ALICE", "name": "directmessage"});
    click["container"]["channel_id"] = json!("D0ALICE");
    bot.interact(&click).await;
    let event = bot.event();
    assert_eq!(event.place.unwrap().to_string(), "slack:T0ACME:@U0ALICE");
    assert_eq!((event.direct, event.externally_shared), (true, Some(false)));

    // Of another's line, or shown in a channel, it is where it was clicked: elsewhere.
    for (user, channel) in [("U0BOB", "directmessage"), ("U0ALICE", "ops")] {
        click["user"]["id"] = json!(user);
        click["channel"]["name"] = json!(channel);
        bot.interact(&click).await;
        assert_eq!(bot.event().place.unwrap().to_string(), "slack:T0ACME:D0ALICE");
    }
}
