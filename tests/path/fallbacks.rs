//! Every fallback, provoked once: its loss is reported, and in strict mode it is an error before
//! anything is queued.

use chatgate_core::{
    Audience, Broadcast, Button, Capabilities, Content, Feature, Image, Inline, Limits, LossKind,
    Table,
};
use chatgate_gateway::GatewayLimits;
use chatgate_router::{Say, Sent};
use chatgate_testkit::TestChat;

use crate::bot::{self, Acknowledge, App};

/// Says something twice: with fallbacks, then strictly.
async fn say(can: Capabilities, say: Say, kind: LossKind) -> (TestChat, Sent) {
    let chat = TestChat::builder(bot::router(), App::default())
        .capabilities(can)
        .limits(GatewayLimits::new().with_parts(4))
        .start()
        .await;
    let error = chat.speak().send(say.clone().strict()).await.expect_err("strict");
    assert!(error.is_unsupported(), "{kind:?}: {error:?}");
    chat.settle().await;
    assert!(chat.adapter().messages().is_empty(), "{kind:?}: something was sent");
    assert!(chat.gateway().is_idle(), "{kind:?}: something was queued");

    let sent = chat.speak().send(say).await.unwrap();
    chat.settle().await;
    let kinds: Vec<_> = sent.losses.iter().map(|loss| loss.kind).collect();
    assert!(kinds.contains(&kind), "{kind:?} is not among {kinds:?}");
    assert!(!chat.adapter().messages().is_empty(), "{kind:?}: nothing was sent");
    (chat, sent)
}

fn general(content: impl Into<Content>) -> Say {
    Say::new(TestChat::channel("general"), content)
}

fn lacking(feature: Feature) -> Capabilities {
    Capabilities::all().without([feature])
}

#[tokio::test]
async fn a_message_for_one_person_becomes_a_direct_message() {
    let private = general("psst").only_to("bob".into());
    let (chat, _) = say(lacking(Feature::Ephemeral), private, LossKind::Ephemeral).await;
    let posted = chat.expect("psst").await;
    assert_eq!(posted.place.direct_user(), Some("bob".into()));
    assert_eq!(posted.audience, Audience::Everyone);
}

#[tokio::test]
async fn a_message_for_one_person_is_never_said_in_the_open() {
    let can = Capabilities::all().without([Feature::Ephemeral, Feature::DirectMessage]);
    let chat = TestChat::builder(bot::router(), App::default()).capabilities(can).start().await;
    let error = chat.speak().send(general("psst").only_to("bob".into())).await.unwrap_err();
    assert!(error.is_unsupported());
    chat.expect_none("psst").await;
}

#[tokio::test]
async fn a_thread_becomes_a_reply_with_a_quote() {
    let place = TestChat::channel("general").in_thread("t1");
    let (chat, _) = say(lacking(Feature::Threads), Say::new(place, "done"), LossKind::Thread).await;
    let posted = chat.expect("done").await;
    assert_eq!(posted.place.thread, None);
    assert!(posted.text.contains("in reply to"), "{}", posted.text);
}

#[tokio::test]
async fn a_reply_of_a_handler_outside_its_thread_quotes_what_was_asked() {
    let chat = TestChat::builder(bot::router(), App::default())
        .capabilities(lacking(Feature::Threads))
        .start()
        .await;
    chat.person("bob").in_thread("t1").says("count 3").await;
    let posted = chat.expect("counted 3").await;
    assert!(
        posted.text.contains("│ count 3") || posted.text.contains("> count 3"),
        "{}",
        posted.text
    );
}

#[tokio::test]
async fn buttons_become_numbered_commands() {
    let button = Button::new("Acknowledge", &Acknowledge::of(7));
    let content = Content::from("Disk full").actions([button]);
    let (chat, _) = say(lacking(Feature::Actions), general(content), LossKind::Actions).await;
    let posted = chat.expect("1. Acknowledge").await;
    assert!(posted.actions.is_empty());
}

#[tokio::test]
async fn a_table_becomes_a_monospaced_block() {
    let table = Table::new(["Service", "Version"]).row(["api", "1.4.2"]);
    let content = Content::new().table(table);
    let (chat, _) = say(lacking(Feature::Tables), general(content), LossKind::Table).await;
    let posted = chat.expect("1.4.2").await;
    assert!(posted.text.contains("Service") && posted.text.contains("```"), "{}", posted.text);
}

#[tokio::test]
async fn a_picture_becomes_a_link() {
    let image = Image::new("https://example.com/graph.png".parse().unwrap(), "Load of api");
    let content = Content::new().block(chatgate_core::Block::Image(image));
    let (chat, _) = say(lacking(Feature::Images), general(content), LossKind::Image).await;
    let posted = chat.expect("Load of api").await;
    assert!(posted.text.contains("https://example.com/graph.png"));
}

#[tokio::test]
async fn a_mention_becomes_a_name() {
    let mention = Inline::User { id: "U1".into(), handle: Some("bob".into()) };
    let content = Content::new().paragraph([mention]);
    let (chat, _) = say(lacking(Feature::Mentions), general(content), LossKind::Mention).await;
    chat.expect("@bob").await;
}

#[tokio::test]
async fn a_broadcast_becomes_a_word() {
    let content = Content::new().paragraph([Inline::Broadcast(Broadcast::Channel)]);
    let (chat, _) = say(lacking(Feature::Broadcast), general(content), LossKind::Broadcast).await;
    chat.expect("channel").await;
}

#[tokio::test]
async fn long_text_is_split() {
    let can = lacking(Feature::Upload).limits(Limits::new().text_chars(400));
    let words = "all is well with the service ".repeat(40);
    let (chat, sent) = say(can, general(words.as_str()), LossKind::Length).await;
    let messages = chat.adapter().messages();
    assert!(messages.len() > 2);
    assert_eq!(messages.len(), sent.parts.len());
    let said: Vec<_> = messages
        .iter()
        .flat_map(|posted| posted.text.split_whitespace().map(str::to_owned))
        .collect();
    let wanted: Vec<_> = words.split_whitespace().collect();
    assert_eq!(said, wanted, "words were lost or added");
    assert!(messages.iter().all(|posted| posted.text.chars().count() <= 400));
}

#[tokio::test]
async fn very_long_text_becomes_a_file_where_files_can_be_uploaded() {
    let can = Capabilities::all().limits(Limits::new().text_chars(400));
    let words = "all is well with the service ".repeat(400);
    let (chat, _) = say(can, general(words.as_str()), LossKind::Length).await;
    let files = chat.adapter().files();
    assert_eq!(files.len(), 1);
    let text = String::from_utf8(files[0].2.to_vec()).unwrap();
    let same = text.split_whitespace().eq(words.split_whitespace());
    assert!(same, "the file has another text");
    assert!(chat.adapter().messages().len() <= 2);
}

#[tokio::test]
async fn an_edit_becomes_a_new_message() {
    let chat = TestChat::builder(bot::router(), App::default())
        .capabilities(lacking(Feature::Edit))
        .start()
        .await;
    let place = TestChat::channel("general");
    let sent = chat.speak().say(place, "first").await.unwrap();
    chat.settle().await;
    let error = chat.speak().edit_strict(&sent, "second").await.unwrap_err();
    assert!(error.is_unsupported());
    chat.expect_none("second").await;
    let edited = chat.speak().edit(&sent, "second").await.unwrap();
    assert_eq!(edited.losses[0].kind, LossKind::Edit);
    chat.expect("second").await;
    assert_eq!(chat.adapter().messages().len(), 2);
}

#[tokio::test]
async fn an_edit_after_the_platforms_window_becomes_a_new_message() {
    let window = std::time::Duration::from_secs(60);
    let chat = TestChat::builder(bot::router(), App::default())
        .capabilities(Capabilities::all().limits(Limits::new().edit_window(window)))
        .start()
        .await;
    let sent = chat.speak().say(TestChat::channel("general"), "first").await.unwrap();
    chat.settle().await;
    chat.speak().edit(&sent, "in time").await.unwrap();
    chat.advance(window).await;
    let late = chat.speak().edit(&sent, "too late").await.unwrap();
    assert_eq!(late.losses[0].kind, LossKind::Edit);
    chat.settle().await;
    let texts: Vec<_> = chat.adapter().messages().into_iter().map(|posted| posted.text).collect();
    assert_eq!(texts, ["in time", "too late"]);
}

#[tokio::test]
async fn a_form_becomes_questions_and_says_so() {
    for strict in [false, true] {
        let app = App::default();
        let chat = TestChat::builder(asking::router(strict), app.clone())
            .capabilities(lacking(Feature::Forms))
            .start()
            .await;
        chat.person("bob").says("ask").await;
        let ran = app.ran.all();
        if strict {
            assert_eq!(ran, ["unsupported"]);
            chat.expect_none("How was it?").await;
        } else {
            assert_eq!(ran, ["Form"]);
            chat.expect("How was it?").await;
        }
    }
}

#[tokio::test]
async fn verbs_without_a_fallback_are_unsupported_before_anything_is_queued() {
    let can = Capabilities::all().without([
        Feature::Delete,
        Feature::Reactions,
        Feature::Upload,
        Feature::History,
    ]);
    let app = App::default();
    let chat = TestChat::builder(asking::verbs(), app.clone()).capabilities(can).start().await;
    chat.person("bob").says("verbs").await;
    let wanted = ["react true", "upload true", "history true", "delete true"];
    assert_eq!(app.ran.all(), wanted);
}

mod asking {
    use chatgate_core::{Error, Result};
    use chatgate_macros::Command;
    use chatgate_router::{Context, Router, State};

    use crate::bot::{App, Ran, feedback_form};

    #[derive(Command)]
    #[command(name = "ask", effect = "read", crate = "chatgate_router")]
    pub(super) struct Ask;

    async fn ask(_: Ask, cx: Context, State(ran): State<Ran>) -> Result<()> {
        let asked = cx.form(feedback_form()).await?;
        ran.push(format!("{:?}", asked.losses[0].kind));
        Ok(())
    }

    async fn ask_strictly(_: Ask, cx: Context, State(ran): State<Ran>) {
        let error = cx.strict().form(feedback_form()).await.expect_err("strict");
        assert!(error.is_unsupported());
        ran.push("unsupported");
    }

    pub(super) fn router(strict: bool) -> Router<App> {
        if strict { Router::new().command(ask_strictly) } else { Router::new().command(ask) }
    }

    #[derive(Command)]
    #[command(name = "verbs", effect = "read", crate = "chatgate_router")]
    pub(super) struct Verbs;

    async fn all_verbs(_: Verbs, cx: Context, State(ran): State<Ran>) -> Result<()> {
        let unsupported = |error: Option<Error>| error.is_some_and(|error| error.is_unsupported());
        ran.push(format!("react {}", unsupported(cx.react("eyes").await.err())));
        ran.push(format!("upload {}", unsupported(cx.upload("a.txt", "a").await.err())));
        ran.push(format!("history {}", unsupported(cx.history(5).await.err())));
        let sent = cx.say("to be deleted").await?;
        ran.push(format!("delete {}", unsupported(cx.delete(&sent).await.err())));
        Ok(())
    }

    pub(super) fn verbs() -> Router<App> {
        Router::new().command(all_verbs)
    }
}
