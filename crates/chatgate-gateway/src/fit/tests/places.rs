use chatgate_core::{Block, Inline, UserId};

use super::*;

fn only(user: &str) -> Audience {
    Audience::Only(UserId::from(user))
}

#[tokio::test]
async fn what_the_place_can_is_said_as_it_is() {
    let bench = Bench::new(Capabilities::all());
    let place = open().in_thread("t");
    let audience = only("bob");
    let content = Content::from("hi").quote("you");
    let fit = bench
        .fit(&content, &Ask { audience: &audience, strict: Strict::Yes, ..ask(&place) })
        .await
        .unwrap();
    assert_eq!((&fit.place, &fit.audience), (&place, &audience));
    assert_eq!(shown(&fit), content);
    assert!(fit.losses.is_empty() && fit.file.is_none() && fit.batch.changes.is_empty());
}

#[tokio::test]
async fn where_nothing_can_be_posted_nothing_is_said() {
    let bench = Bench::without([Feature::Post]);
    let place = open();
    let error = bench.fit(&"hi".into(), &ask(&place)).await.unwrap_err();
    assert!(error.is_unsupported());
    assert_eq!(error.operation(), Some("say"));
}

#[tokio::test]
async fn a_reply_handle_and_an_answer_need_no_post() {
    let bench = Bench::without([Feature::Post]);
    let place = open();
    let via = ReplyHandle::new("response_url", "https://x", Timestamp::FAR_FUTURE);
    let by_handle = Ask { via: Some(&via), surface: Surface::Reply, ..ask(&place) };
    let fit = bench.fit(&"hi".into(), &by_handle).await.unwrap();
    assert_eq!(fit.via, Some(&via));
    let answer = Ask { surface: Surface::Answer, ..ask(&place) };
    assert!(bench.fit(&"hi".into(), &answer).await.is_ok());
}

#[tokio::test]
async fn an_ephemeral_message_becomes_a_direct_one_and_leaves_the_reply_handle() {
    let bench = Bench::without([Feature::Ephemeral]);
    let place = open().in_thread("t");
    let via = ReplyHandle::new("response_url", "https://x", Timestamp::FAR_FUTURE);
    let audience = only("bob");
    let content = Content::from("psst");
    let asked =
        Ask { audience: &audience, surface: Surface::Reply, via: Some(&via), ..ask(&place) };
    let fit = bench.fit(&content, &asked).await.unwrap();
    assert_eq!(fit.place, "a:w:@bob".parse().unwrap());
    assert_eq!(fit.audience, Audience::Everyone);
    assert_eq!(fit.via, None, "the handle leads into the open");
    assert_eq!(fit.parts[0].summary, "Post");
    assert_eq!(fit.losses, [Loss::new(LossKind::Ephemeral, "sent as a direct message")]);
    refused(&bench, &content, asked, "ephemeral: sent as a direct message").await;
}

#[tokio::test]
async fn in_the_persons_own_direct_line_nothing_is_lost() {
    let bench = Bench::without([Feature::Ephemeral, Feature::DirectMessage]);
    let place = "a:w:@bob".parse().unwrap();
    let audience = only("bob");
    let asked = Ask { audience: &audience, ..ask(&place) };
    let fit = bench.fit(&"psst".into(), &asked).await.unwrap();
    assert_eq!((&fit.place, &fit.audience), (&place, &Audience::Everyone));
    assert!(fit.losses.is_empty());
}

#[tokio::test]
async fn a_private_message_is_said_in_the_open_only_where_it_may() {
    let bench = Bench::without([Feature::Ephemeral, Feature::DirectMessage]);
    let place = open();
    let audience = only("bob");
    let must = Ask { audience: &audience, ..ask(&place) };
    assert!(bench.fit(&"psst".into(), &must).await.unwrap_err().is_unsupported());
    let prefer = Ask { private: Private::Prefer, ..must };
    let fit = bench.fit(&"psst".into(), &prefer).await.unwrap();
    assert_eq!((&fit.place, &fit.audience), (&place, &Audience::Everyone));
    assert_eq!(kinds(&fit), [LossKind::Ephemeral]);
    refused(&bench, &"psst".into(), prefer, "shown to everyone").await;
}

#[tokio::test]
async fn a_direct_line_that_takes_no_post_is_no_way() {
    let mut bench = Bench::without([Feature::Ephemeral]);
    bench.fake.direct = Arc::new(Capabilities::new());
    let place = open();
    let audience = only("bob");
    let must = Ask { audience: &audience, ..ask(&place) };
    assert!(bench.fit(&"psst".into(), &must).await.unwrap_err().is_unsupported());
}

#[tokio::test]
async fn an_answer_stays_in_its_request() {
    let bench = Bench::without([Feature::Ephemeral]);
    let place = open();
    let audience = only("bob");
    let answer = Ask { audience: &audience, surface: Surface::Answer, ..ask(&place) };
    let error = bench.fit(&"psst".into(), &answer).await.unwrap_err();
    assert_eq!(error.operation(), Some("answer"));
}

#[tokio::test]
async fn a_reply_in_a_thread_becomes_a_quoted_one() {
    let bench = Bench::without([Feature::Threads]);
    let place = open().in_thread("t");
    let content = Content::from("done");
    let asked = Ask { quoting: Some("\n @here **deploy** api \nmore"), ..ask(&place) };
    let fit = bench.fit(&content, &asked).await.unwrap();
    assert_eq!(fit.place, open());
    assert_eq!(kinds(&fit), [LossKind::Thread]);
    let shown = shown(&fit);
    let quoted = Block::Paragraph(vec![Inline::text("@here **deploy** api")]);
    assert_eq!(shown.blocks[0], Block::Quote(vec![quoted]));
    assert_eq!(shown.summary.as_deref(), Some("done"), "people are notified of what is new");
    refused(&bench, &content, asked, "thread: ").await;
}

#[tokio::test]
async fn a_reply_to_what_nobody_knows_says_that_it_is_one() {
    let bench = Bench::without([Feature::Threads]);
    let place = open().in_thread("t");
    let fit = bench.fit(&"done".into(), &ask(&place)).await.unwrap();
    assert!(matches!(shown(&fit).blocks[0], Block::Context(_)));
}

#[tokio::test]
async fn an_edit_stays_where_the_message_is() {
    let bench = Bench::without([Feature::Threads, Feature::Post]);
    let place = open().in_thread("t");
    let edit = Ask { surface: Surface::Edit, ..ask(&place) };
    let fit = bench.fit(&"new".into(), &edit).await.unwrap();
    assert_eq!((&fit.place, shown(&fit)), (&place, "new".into()));
    assert!(fit.losses.is_empty());
}
