//! What is for one person is seen by that person only, whatever becomes of it later.

use std::time::Duration;

use chatgate_core::{
    Answer, AnswerKind, AnswerSlot, Audience, Capabilities, Clock, Delivered, Feature, Limits,
};
use chatgate_render::TerminalMessage;
use chatgate_router::{Router, Say};
use chatgate_testkit::TestChat;

use crate::bot::{self, App};

async fn chat_with(can: Capabilities) -> TestChat {
    TestChat::builder(bot::router(), App::default()).capabilities(can).start().await
}

fn for_bob(text: &str) -> Say {
    Say::new(TestChat::channel("general"), text).only_to("bob".into())
}

/// Nobody but bob may see anything of the secret.
fn only_bob_sees(chat: &TestChat, secret: &str) {
    for posted in chat.adapter().messages() {
        let told_bob = posted.audience == Audience::Only("bob".into())
            || posted.place.direct_user() == Some("bob".into());
        assert!(told_bob || !posted.text.contains(secret), "in the open:\n{}", chat.transcript());
    }
}

#[tokio::test]
async fn a_private_message_that_an_edit_makes_longer_stays_private_in_all_its_parts() {
    let can = Capabilities::all().limits(Limits::new().text_chars(60));
    let chat = chat_with(can).await;
    let sent = chat.speak().send(for_bob("the key is 1234")).await.unwrap();
    chat.speak().edit(&sent, "the key is now 5678 and ".repeat(8)).await.unwrap();
    chat.settle().await;
    assert!(chat.adapter().messages().len() > 1, "{}", chat.transcript());
    only_bob_sees(&chat, "key");
}

#[tokio::test]
async fn a_private_message_that_cannot_be_edited_is_said_anew_in_private() {
    let chat = chat_with(Capabilities::all().without([Feature::Edit])).await;
    let sent = chat.speak().send(for_bob("the key is 1234")).await.unwrap();
    let edited = chat.speak().edit(&sent, "the key is 5678").await;
    chat.settle().await;
    only_bob_sees(&chat, "key");
    assert!(edited.is_err() || chat.transcript().contains("5678"), "{}", chat.transcript());
}

#[tokio::test]
async fn a_private_card_that_was_edited_can_still_be_used_by_its_person_only() {
    use chatgate_core::{Button, Content};
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let sent = chat.speak().send(for_bob("wait")).await.unwrap();
    let button = Button::new("Acknowledge", &bot::Acknowledge::of(7));
    chat.speak().edit(&sent, Content::from("Disk full").actions([button])).await.unwrap();
    chat.settle().await;
    chat.person("eve").clicks("Acknowledge").await;
    assert!(app.ran.all().is_empty(), "{:?}", app.ran.all());
    chat.person("bob").clicks("Acknowledge").await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
}

#[tokio::test]
async fn what_is_said_privately_is_never_collected_into_an_answer_for_everyone() {
    let can =
        Capabilities::all().without([Feature::Post, Feature::Ephemeral, Feature::DirectMessage]);
    let app = App::default();
    let chat = TestChat::builder(secrets::router(), app.clone()).capabilities(can).start().await;
    let by = chat.clock().now() + Duration::from_secs(3);
    let slot = AnswerSlot::new(by, [AnswerKind::Message]).parts(5);
    let delivered = chat.deliver(chat.person("bob").slash("secret").answerable(slot)).await;
    if let Delivered::Answer(Answer::Message { audience: Audience::Everyone, parts }) = delivered {
        for part in parts {
            let text = part.read::<TerminalMessage>().unwrap().text;
            assert!(!text.contains("1234"), "in the open: {text}");
        }
    }
    only_bob_sees(&chat, "1234");
    // The handler is told that it cannot be said.
    assert_eq!(app.ran.all(), ["unsupported"]);
}

#[tokio::test]
async fn a_long_private_message_is_not_uploaded_for_everyone() {
    let can = Capabilities::all().limits(Limits::new().text_chars(100));
    let chat = chat_with(can).await;
    chat.speak().send(for_bob(&"the key is 1234 and ".repeat(400))).await.unwrap();
    chat.settle().await;
    assert!(chat.adapter().files().is_empty());
    only_bob_sees(&chat, "key");
}

#[tokio::test]
async fn where_buttons_are_numbers_a_private_card_does_not_take_them_from_everyone() {
    let app = App::default();
    let can = Capabilities::all().without([Feature::Actions]);
    let chat = TestChat::builder(secrets::router(), app.clone()).capabilities(can).start().await;
    chat.person("eve").says("page").await;
    let card = chatgate_core::Button::new("Look", &bot::Look::of(9));
    let private = chatgate_core::Content::from("for bob").actions([card]);
    let say = Say::new(TestChat::channel("general"), private).only_to("bob".into());
    chat.speak().send(say).await.unwrap();
    chat.settle().await;
    // What eve sees above her is the public card.
    chat.person("eve").says("1").await;
    assert_eq!(app.ran.all(), ["ack 7 by eve"], "{}", chat.transcript());
}

mod secrets {
    use chatgate_core::Result;
    use chatgate_macros::Command;
    use chatgate_router::{Context, State};

    use super::*;
    use crate::bot::Ran;

    /// Tell a secret
    #[derive(Command)]
    #[command(name = "secret", effect = "read", crate = "chatgate_router")]
    pub(super) struct Secret;

    async fn secret(_: Secret, cx: Context, State(ran): State<Ran>) -> Result<&'static str> {
        match cx.privately().say("the key is 1234").await {
            Ok(_) => ran.push("said"),
            Err(error) if error.is_unsupported() => ran.push("unsupported"),
            Err(error) => return Err(error),
        }
        Ok("done")
    }

    pub(super) fn router() -> Router<App> {
        bot::router().command(secret)
    }
}
