use std::time::Duration;

use chatgate_core::{Block, Broadcast, Image, Inline, Item, List, Native, Platform, Table};

use super::*;

fn user(id: &str, handle: Option<&str>) -> Inline {
    Inline::User { id: id.into(), handle: handle.map(Into::into) }
}

fn says(inline: Inline) -> Content {
    Content::from(vec![inline])
}

#[tokio::test]
async fn a_mention_gets_its_handle_and_a_typed_one_its_id() {
    let bench = Bench::new(Capabilities::all())
        .knowing("U1", "U1", Some("bob"))
        .knowing("eve", "U2", Some("eve"))
        .knowing("C1", "a:w:C1", Some("ops"));
    let channel = Inline::Channel { id: "C1".into(), name: None };
    let content = Content::new().paragraph([
        user("U1", None),
        user("eve", Some("eve")),
        user("U1", None),
        user("U3", Some("sure")),
        channel,
    ]);
    let fit = bench.say(&content).await;
    let expected = Content::new().paragraph([
        user("U1", Some("bob")),
        user("U2", Some("eve")),
        user("U1", Some("bob")),
        user("U3", Some("sure")),
        Inline::Channel { id: "C1".into(), name: Some("ops".into()) },
    ]);
    assert_eq!(shown(&fit), expected);
    assert!(fit.losses.is_empty());
    assert_eq!(bench.look_ups(), 3, "each once, and only what is not sure");
    bench.say(&content).await;
    assert_eq!(bench.look_ups(), 3, "kept");
}

#[tokio::test]
async fn who_is_not_found_is_a_name_and_is_not_looked_for_again() {
    let bench = Bench::new(Capabilities::all());
    let content = says(user("bob", Some("bob")));
    let fit = bench.say(&content).await;
    assert_eq!(shown(&fit), says(Inline::text("@bob")));
    assert_eq!(kinds(&fit), [LossKind::Mention]);
    bench.say(&content).await;
    assert_eq!(bench.look_ups(), 1);
    let place = open();
    refused(&bench, &content, ask(&place), "mention: ").await;
}

#[tokio::test]
async fn a_platform_that_fails_is_asked_once_a_message_and_again_for_the_next() {
    let bench = Bench::new(Capabilities::all()).failing("U1", ErrorKind::Unavailable).knowing(
        "U2",
        "U2",
        Some("eve"),
    );
    let content = Content::new().paragraph([user("U1", None), user("U2", None)]);
    let fit = bench.say(&content).await;
    assert_eq!(shown(&fit).plain_text(), "@U1@U2");
    assert_eq!(kinds(&fit), [LossKind::Mention]);
    assert_eq!(bench.look_ups(), 1);
    bench.say(&content).await;
    assert_eq!(bench.look_ups(), 2);
}

#[tokio::test]
async fn a_platform_that_is_silent_holds_a_message_up_for_two_seconds() {
    let bench = Bench::new(Capabilities::all()).knowing("U2", "U2", Some("eve"));
    let content = Content::new().paragraph([user("slow", None), user("U2", None)]);
    let place = open();
    let asked = ask(&place);
    let said = bench.fit(&content, &asked);
    let waited = async {
        bench.clock.advance(Duration::from_secs(2));
    };
    let (fit, ()) = tokio::join!(said, waited);
    let fit = fit.unwrap();
    assert_eq!(shown(&fit).plain_text(), "@slow@U2");
    assert_eq!(kinds(&fit), [LossKind::Mention]);
}

#[tokio::test]
async fn where_nobody_can_be_looked_up_mentions_stay() {
    for bench in [
        Bench::without([Feature::Describe]),
        Bench::new(Capabilities::all()).failing("U1", ErrorKind::Unsupported),
    ] {
        let content = says(user("U1", None));
        let fit = bench.say(&content).await;
        assert_eq!(shown(&fit), content);
        assert!(fit.losses.is_empty());
    }
}

#[tokio::test]
async fn a_message_looks_up_fifty_names_at_most() {
    let bench = Bench::new(Capabilities::all());
    let people = (0..60).map(|number| user(&format!("U{number}"), None));
    let fit = bench.say(&Content::new().paragraph(people)).await;
    assert_eq!(bench.look_ups(), 50);
    assert_eq!(kinds(&fit), [LossKind::Mention]);
    assert!(shown(&fit).plain_text().ends_with("@U59"));
}

#[tokio::test]
async fn without_mentions_people_read_names() {
    let bench = Bench::without([Feature::Mentions]).knowing("U1", "U1", Some("bob"));
    let content = Content::new().paragraph([user("U1", None), user("eve", Some("eve"))]);
    let fit = bench.say(&content).await;
    let expected = Content::new().paragraph([Inline::text("@bob"), Inline::text("@eve")]);
    assert_eq!(shown(&fit), expected);
    assert_eq!(kinds(&fit), [LossKind::Mention]);
    assert_eq!(bench.look_ups(), 1, "what was typed can be read");
    let place = open();
    refused(&bench, &content, ask(&place), "mention: ").await;
}

#[tokio::test]
async fn a_broadcast_becomes_its_word_however_deep_it_stands() {
    let bench = Bench::without([Feature::Broadcast]);
    let loud = || Inline::Bold(vec![Inline::Broadcast(Broadcast::Here)]);
    let quiet = || Inline::Bold(vec![Inline::text("@here")]);
    let nested = |inline: &dyn Fn() -> Inline| {
        let line = || Block::Paragraph(vec![inline()]);
        let item = Item::of(vec![Block::List(List::of(vec![Item::of(vec![line()])]))]);
        let detail = Block::Detail { summary: vec![inline()], blocks: vec![line()] };
        let native = Native::new(Platform::slack(), serde_json::json!({}), vec![line()]);
        Content::new()
            .block(Block::List(List::of(vec![item])))
            .block(Block::Quote(vec![detail]))
            .block(Block::Native(native))
            .table(Table::new(["a"]).rich_row(vec![vec![inline()]]))
    };
    let fit = bench.say(&nested(&loud)).await;
    assert_eq!(shown(&fit), nested(&quiet));
    assert_eq!(kinds(&fit), [LossKind::Broadcast]);
    let place = open();
    refused(&bench, &nested(&loud), ask(&place), "broadcast: ").await;
}

#[tokio::test]
async fn a_picture_becomes_a_link() {
    let bench = Bench::without([Feature::Images]);
    let url: url::Url = "https://x.test/graph.png".parse().unwrap();
    let image = Image::new(url.clone(), "the graph").titled("Load");
    let content = Content::from(Block::Image(image));
    let fit = bench.say(&content).await;
    let link = Inline::link("the graph", url);
    let expected = Content::new().paragraph([Inline::bold("Load"), Inline::Break, link]);
    assert_eq!(shown(&fit), expected);
    assert_eq!(kinds(&fit), [LossKind::Image]);
    let place = open();
    refused(&bench, &content, ask(&place), "image: ").await;
}

#[tokio::test]
async fn a_table_is_drawn_with_its_names() {
    let bench = Bench::without([Feature::Tables]).knowing("U1", "U1", Some("bob"));
    let table = Table::new(["who", "what"])
        .rich_row(vec![vec![user("U1", None)], vec![Inline::text("x\u{1b}[31m")]]);
    let content = Content::new().table(table).text("after");
    let fit = bench.say(&content).await;
    let shown = shown(&fit);
    let Block::Code { text, .. } = &shown.blocks[0] else { panic!("{shown:?}") };
    assert!(text.starts_with('┌') && text.contains("│ @bob │"), "{text}");
    assert!(!text.contains('\u{1b}'));
    assert_eq!(shown.summary.as_deref(), Some("who | what"));
    assert_eq!(kinds(&fit), [LossKind::Table]);
    let place = open();
    refused(&bench, &content, ask(&place), "table: drawn as text").await;
}

#[tokio::test]
async fn text_of_others_never_becomes_anything_else() {
    let hostile = "<!here> <@U1> @channel [x](https://evil.test) ```\n> q\n# h\u{202e}";
    let content = Content::new().text(hostile).code(None, hostile).quote(hostile);
    for bench in [
        Bench::new(Capabilities::all()),
        Bench::new(Capabilities::new().with([Feature::Post, Feature::Describe])),
    ] {
        let fit = bench.say(&content).await;
        assert_eq!(shown(&fit), content);
        assert_eq!(bench.look_ups(), 0);
    }
}

#[tokio::test]
async fn what_is_nested_too_deep_is_left_out_and_told() {
    let bench = Bench::new(Capabilities::all());
    let deep = |levels: usize| {
        (0..levels)
            .fold(Block::Paragraph(vec!["core".into()]), |block, _| Block::Quote(vec![block]))
    };
    let fit = bench.say(&Content::from(deep(32))).await;
    assert!(fit.losses.is_empty());
    let fit = bench.say(&Content::from(deep(33))).await;
    assert_eq!(kinds(&fit), [LossKind::Depth]);
    assert_eq!(shown(&fit).plain_text().trim(), "");
}
