//! Pins, typing, groups and marks: done where the place can, and told at once where it cannot.

use chatgate_core::{
    Capabilities, Content, Error, EventKind, Feature, Importance, LossKind, Place, Result,
    SharedFile, UserId,
};
use chatgate_macros::Command;
use chatgate_router::{Context, State};
use chatgate_testkit::TestChat;

use crate::bot::{self, App, Ran};

/// Say something, pin it while typing, perhaps no longer
#[derive(Command)]
#[command(name = "notice", crate = "chatgate_router")]
struct Notice {
    /// What becomes of the pin
    pin: String,
}

async fn notice(cmd: Notice, cx: Context, State(ran): State<Ran>) -> Result<()> {
    cx.typing().await;
    let sent = cx.say("maintenance at nine").await?;
    let pinned = cx.pin(&sent).await;
    ran.push(format!("unsupported: {}", pinned.as_ref().is_err_and(Error::is_unsupported)));
    pinned?;
    if cmd.pin == "no" {
        cx.unpin(&sent).await?;
    }
    Ok(())
}

/// Fetch what came along
#[derive(Command)]
#[command(name = "fetch", effect = "read", crate = "chatgate_router")]
struct Fetch;

async fn fetch(_: Fetch, cx: Context, State(ran): State<Ran>) -> Result<()> {
    for file in cx.files() {
        for most in [8, 7] {
            let what = match cx.download(file, most).await {
                Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Err(error) => error.is_invalid_input().to_string(),
            };
            ran.push(format!("{most}: {what}"));
        }
    }
    Ok(())
}

async fn chat(can: Capabilities, app: App) -> TestChat {
    TestChat::builder(bot::router().command(notice).command(fetch), app)
        .capabilities(can)
        .start()
        .await
}

#[tokio::test]
async fn what_was_said_is_pinned_and_no_longer() {
    let chat = chat(Capabilities::all(), App::default()).await;
    chat.person("bob").says("notice yes").await;
    chat.settle().await;
    chat.person("bob").says("notice no").await;
    chat.settle().await;
    let pinned: Vec<_> = chat.messages("general").iter().map(|posted| posted.pinned).collect();
    assert_eq!(pinned, [true, false], "{}", chat.transcript());
    assert_eq!(chat.adapter().calls().iter().filter(|call| **call == "typing").count(), 2);
}

#[tokio::test]
async fn where_there_is_no_typing_nothing_is_asked_and_a_pin_is_an_error_at_once() {
    let can = Capabilities::all().without([Feature::Typing, Feature::Pins]);
    let app = App::default();
    let chat = chat(can, app.clone()).await;
    chat.person("bob").says("notice yes").await;
    chat.settle().await;
    assert_eq!(app.ran.all(), ["unsupported: true"]);
    let calls = chat.adapter().calls();
    assert!(!calls.iter().any(|call| ["typing", "pin"].contains(call)), "{calls:?}");
}

#[tokio::test]
async fn a_file_is_fetched_and_never_more_than_was_asked_for() {
    let app = App::default();
    let chat = chat(Capabilities::all(), app.clone()).await;
    let bob = chat.person("bob");
    let with = |bytes: Option<u64>| {
        let mut event = bob.message("fetch");
        if let EventKind::Message(message) = &mut event.kind {
            let mut file = SharedFile::new("f1");
            file.bytes = bytes;
            message.files.push(file);
        }
        event
    };
    chat.speak().upload(TestChat::channel("general"), "log.txt", "12345678").await.unwrap();
    chat.settle().await;
    for bytes in [None, Some(9)] {
        chat.deliver(with(bytes)).await;
        chat.settle().await;
    }
    assert_eq!(app.ran.all(), ["8: 12345678", "7: true", "8: true", "7: true"]);
    assert_eq!(chat.adapter().calls().iter().filter(|call| **call == "download").count(), 2);
}

#[tokio::test]
async fn several_people_are_one_place() {
    let app = App::default();
    let chat = chat(Capabilities::all(), app.clone()).await;
    let general = TestChat::channel("general");
    let group = |people: [&str; 2]| {
        let people = people.map(UserId::from);
        Place::group(general.adapter.clone(), general.workspace.clone(), &people)
    };
    chat.speak().say(group(["bob", "ann"]), "hello").await.unwrap();
    chat.speak().say(group(["ann", "bob"]), "both").await.unwrap();
    chat.settle().await;
    assert_eq!(chat.messages("@ann,bob").len(), 2);
    let can = Capabilities::all().without([Feature::GroupMessage]);
    let chat = self::chat(can, app).await;
    let said = chat.speak().say(group(["bob", "ann"]), "hello").await;
    assert!(said.is_err_and(|error| error.is_unsupported()));
}

#[tokio::test]
async fn a_mark_that_cannot_be_shown_is_a_loss() {
    let urgent = || Content::from("disk full").importance(Importance::Urgent);
    let asking = || Content::from("disk full").ask_acknowledgement();
    for (can, losses) in [
        (Capabilities::all(), vec![]),
        (Capabilities::all().without([Feature::Importance]), vec![LossKind::Importance]),
    ] {
        let chat = chat(can, App::default()).await;
        for content in [urgent(), asking()] {
            let sent = chat.speak().say(TestChat::channel("general"), content).await.unwrap();
            let lost: Vec<_> = sent.losses.iter().map(|loss| loss.kind).collect();
            assert_eq!(lost, losses);
        }
    }
}
