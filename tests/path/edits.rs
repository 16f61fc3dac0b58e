//! An edit shows what is meant and nothing else, whatever the message looked like before.

use chatgate_core::{Capabilities, Feature, Limits, LossKind};
use chatgate_testkit::TestChat;

use crate::bot::{self, App};

fn short_parts() -> Capabilities {
    Capabilities::all().limits(Limits::new().text_chars(60))
}

fn long(word: &str) -> String {
    format!("{word} ").repeat(40)
}

#[tokio::test]
async fn an_edit_keeps_changes_adds_and_deletes_parts() {
    let chat =
        TestChat::builder(bot::router(), App::default()).capabilities(short_parts()).start().await;
    let sent = chat.speak().say(TestChat::channel("general"), long("old")).await.unwrap();
    chat.settle().await;
    let parts = chat.messages("general").len();
    assert!(parts > 2);
    let shorter = chat.speak().edit(&sent, "new").await.unwrap();
    chat.settle().await;
    assert_eq!(shorter.parts.len(), 1);
    assert_eq!(chat.messages("general").len(), 1, "{}", chat.transcript());
    chat.speak().edit(&shorter, long("newer")).await.unwrap();
    chat.settle().await;
    let texts: Vec<_> = chat.messages("general").into_iter().map(|posted| posted.text).collect();
    assert!(texts.len() > 2);
    assert!(texts.iter().all(|text| text.contains("newer")), "{texts:?}");
}

#[tokio::test]
async fn where_nothing_can_be_deleted_a_shorter_edit_leaves_no_old_text_behind() {
    let can = short_parts().without([Feature::Delete]);
    let chat = TestChat::builder(bot::router(), App::default()).capabilities(can).start().await;
    let sent = chat.speak().say(TestChat::channel("general"), long("old")).await.unwrap();
    chat.settle().await;
    let edited = chat.speak().edit(&sent, "new").await;
    chat.settle().await;
    // Either it is not possible, or it is done by other means and that is said.
    if let Ok(edited) = edited {
        let stale = chat.messages("general").iter().any(|posted| posted.text.contains("old"));
        let said = edited.losses.iter().any(|loss| loss.kind == LossKind::Edit);
        assert!(said, "old text is left: {stale}; no loss among {:?}", edited.losses);
    }
}

#[tokio::test]
async fn an_edit_that_is_queued_before_its_post_has_left_is_shown_in_the_end() {
    use std::time::Duration;

    use chatgate_core::{Error, ErrorKind, Retry};
    let chat = TestChat::new(bot::router(), App::default()).await;
    let wait = Retry::After(Duration::from_secs(30));
    chat.adapter().fail_next("post", Error::new(ErrorKind::RateLimited).with_retry(wait));
    let sent = chat.speak().say(TestChat::channel("general"), "first").await.unwrap();
    chat.settle().await;
    chat.speak().edit(&sent, "second").await.unwrap();
    chat.speak().edit(&sent, "third").await.unwrap();
    chat.advance(Duration::from_secs(31)).await;
    let texts: Vec<_> = chat.messages("general").into_iter().map(|posted| posted.text).collect();
    assert_eq!(texts, ["third"]);
    assert!(chat.gateway().is_idle());
}

#[tokio::test]
async fn what_was_deleted_while_it_waited_is_gone_in_the_end() {
    use std::time::Duration;

    use chatgate_core::{Error, ErrorKind, Retry};
    let chat = TestChat::new(bot::router(), App::default()).await;
    let wait = Retry::After(Duration::from_secs(30));
    chat.adapter().fail_next("post", Error::new(ErrorKind::RateLimited).with_retry(wait));
    let sent = chat.speak().say(TestChat::channel("general"), "first").await.unwrap();
    chat.settle().await;
    chat.speak().edit(&sent, "second").await.unwrap();
    chat.speak().delete(&sent).await.unwrap();
    chat.advance(Duration::from_secs(31)).await;
    assert!(chat.messages("general").is_empty(), "{}", chat.transcript());
    assert!(chat.gateway().is_idle());
}
