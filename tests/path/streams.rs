//! A message that grows while it is written.

use std::time::Duration;

use chatgate_core::{
    Capabilities, ClockExt, Content, Error, ErrorKind, Feature, Limits, LossKind, RateLimit,
    RateScope, Result, Retry, Table,
};
use chatgate_macros::Command;
use chatgate_router::{Context, Router, State};
use chatgate_testkit::TestChat;

use crate::bot::{self, App, Ran};

/// Explain in pieces, 300 milliseconds each
#[derive(Command)]
#[command(name = "explain", effect = "read", crate = "chatgate_router")]
struct Explain {
    /// How many pieces
    pieces: u32,
    /// What becomes of it: whole, dropped, strict, or table
    end: String,
}

async fn explain(cmd: Explain, cx: Context, State(ran): State<Ran>) -> Result<()> {
    let is_strict = ["strict", "table"].contains(&cmd.end.as_str());
    let cx = if is_strict { cx.strict() } else { cx };
    let mut stream = cx.stream();
    stream.push(" ").await?;
    for piece in 0..cmd.pieces {
        stream.push(&format!("{piece} ")).await?;
        cx.clock().sleep(Duration::from_millis(300)).await;
    }
    if cmd.end == "dropped" {
        return Ok(());
    }
    let end = match cmd.end.as_str() {
        "table" => Content::new().table(Table::new(["A"]).row(["1"])),
        _ => "**done**".into(),
    };
    let sent = stream.finish(end).await?;
    ran.push(format!("{:?}", sent.losses.iter().map(|loss| loss.kind).collect::<Vec<_>>()));
    Ok(())
}

fn router() -> Router<App> {
    bot::router().command(explain)
}

fn texts(chat: &TestChat) -> Vec<String> {
    chat.messages("general").into_iter().map(|posted| posted.text.trim().to_owned()).collect()
}

fn calls(chat: &TestChat, name: &str) -> usize {
    chat.adapter().calls().iter().filter(|call| **call == name).count()
}

#[tokio::test]
async fn a_stream_is_one_message_edited_at_most_once_a_second() {
    let app = App::default();
    let chat = TestChat::new(router(), app.clone()).await;
    chat.person("bob").says("explain 20 whole").await;
    chat.settle().await;
    assert_eq!(texts(&chat), ["0"], "the first piece is shown at once");
    chat.advance(Duration::from_millis(5_400)).await;
    assert_eq!(texts(&chat), ["0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"]);
    assert_eq!(calls(&chat, "edit"), 5);
    chat.advance(Duration::from_secs(10)).await;
    assert_eq!(texts(&chat), ["**done**"]);
    assert_eq!(calls(&chat, "post"), 1);
    assert_eq!(app.ran.all(), ["[]"]);
    assert!(chat.gateway().is_idle());
}

#[tokio::test]
async fn what_was_pushed_last_is_shown_also_when_nothing_follows() {
    let chat = TestChat::new(router(), App::default()).await;
    chat.person("bob").says("explain 2 dropped").await;
    chat.advance(Duration::from_secs(3)).await;
    assert_eq!(texts(&chat), ["0 1"]);
    assert_eq!(calls(&chat, "edit"), 1);
}

#[tokio::test]
async fn an_end_that_cannot_be_shown_leaves_all_that_was_pushed() {
    let can = Capabilities::all().without([Feature::Tables]);
    let app = App::default();
    let chat = TestChat::builder(router(), app.clone()).capabilities(can).start().await;
    chat.person("bob").says("explain 6 table").await;
    chat.advance(Duration::from_secs(5)).await;
    assert_eq!(texts(&chat)[0], "0 1 2 3 4 5");
    assert_eq!(app.ran.all(), [""; 0]);
}

#[tokio::test]
async fn a_stream_leaves_half_of_the_edits_to_others() {
    let rate = RateLimit::new(RateScope::Workspace, Duration::from_millis(1_200)).operation("edit");
    let can = Capabilities::all().limits(Limits::new().rate(rate.burst(50)));
    let chat = TestChat::builder(router(), App::default()).capabilities(can).start().await;
    chat.person("bob").says("explain 40 whole").await;
    chat.advance(Duration::from_secs(11)).await;
    // One each 2.4 s.
    assert_eq!(calls(&chat, "edit"), 4);
}

#[tokio::test]
async fn where_nothing_can_be_edited_only_the_end_is_shown() {
    let app = App::default();
    let can = Capabilities::all().without([Feature::Edit]);
    let chat = TestChat::builder(router(), app.clone()).capabilities(can).start().await;
    chat.person("bob").says("explain 4 whole").await;
    chat.advance(Duration::from_secs(1)).await;
    assert_eq!(texts(&chat), [""; 0]);
    chat.advance(Duration::from_secs(3)).await;
    assert_eq!(texts(&chat), ["**done**"]);
    assert_eq!(app.ran.all(), [format!("{:?}", [LossKind::Edit])]);
    chat.person("bob").says("explain 4 strict").await;
    chat.advance(Duration::from_secs(3)).await;
    assert_eq!(app.ran.all().len(), 1, "strict: it is an error");
}

#[tokio::test]
async fn a_message_that_can_no_longer_be_edited_is_said_anew_once() {
    let can = Capabilities::all().limits(Limits::new().edit_window(Duration::from_secs(3)));
    let chat = TestChat::builder(router(), App::default()).capabilities(can).start().await;
    chat.person("bob").says("explain 20 whole").await;
    chat.advance(Duration::from_secs(20)).await;
    assert_eq!(texts(&chat), ["0 1 2 3 4 5 6", "**done**"]);
}

#[tokio::test]
async fn pieces_that_a_slow_platform_cannot_show_are_left_out_and_the_end_is_not() {
    let chat = TestChat::new(router(), App::default()).await;
    let wait = Retry::After(Duration::from_secs(8));
    chat.adapter().fail_next("edit", Error::new(ErrorKind::RateLimited).with_retry(wait));
    chat.person("bob").says("explain 20 whole").await;
    chat.advance(Duration::from_secs(30)).await;
    assert_eq!(texts(&chat), ["**done**"]);
    let edits = calls(&chat, "edit");
    assert!(edits < 7, "{edits} edits: those that waited were replaced by newer ones");
}

#[tokio::test]
async fn a_text_that_outgrows_its_message_goes_on_in_another() {
    let can = Capabilities::all().limits(Limits::new().text_chars(60));
    let chat = TestChat::builder(router(), App::default()).capabilities(can).start().await;
    chat.person("bob").says("explain 40 whole").await;
    chat.advance(Duration::from_secs(11)).await;
    assert_eq!(texts(&chat).len(), 2, "{}", chat.transcript());
    chat.advance(Duration::from_secs(3)).await;
    assert_eq!(texts(&chat), ["**done**"]);
}
