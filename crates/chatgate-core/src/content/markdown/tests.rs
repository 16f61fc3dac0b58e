//! What each mark of Markdown becomes.

use super::super::{Align, Block, Content, Image, Inline, Item, Level, List};

fn read(text: &str) -> Vec<Block> {
    Content::markdown(text).blocks
}

/// The inlines of a text that is one paragraph.
fn line(text: &str) -> Vec<Inline> {
    match read(text).as_slice() {
        [Block::Paragraph(inlines)] => inlines.clone(),
        other => panic!("not one paragraph: {other:?}"),
    }
}

fn words(text: &str) -> Block {
    Block::Paragraph(vec![Inline::text(text)])
}

fn url(text: &str) -> url::Url {
    text.parse().expect("an address")
}

fn bare(text: &str) -> Inline {
    Inline::Link { url: url(text), label: Vec::new() }
}

#[test]
fn text_that_the_parser_takes_apart_is_one_text() {
    assert_eq!(
        line("a & b &amp; c [d] <e > _f 2 * 3!"),
        [Inline::text("a & b & c [d] <e > _f 2 * 3!")]
    );
}

#[test]
fn styles_nest() {
    let italic = Inline::Italic(vec![Inline::text("b"), Inline::bold("c")]);
    assert_eq!(
        line("a *b**c*** ~~d~~ `e`"),
        [
            Inline::text("a "),
            italic,
            Inline::text(" "),
            Inline::Strike(vec![Inline::text("d")]),
            Inline::text(" "),
            Inline::code("e"),
        ]
    );
}

#[test]
fn a_line_end_is_a_space_unless_it_is_asked_for() {
    assert_eq!(line("a\nb"), [Inline::text("a b")]);
    for text in ["a  \nb", "a\\\nb", "a<br>b", "a<BR />b"] {
        assert_eq!(line(text), [Inline::text("a"), Inline::Break, Inline::text("b")], "{text:?}");
    }
}

#[test]
fn headings_rules_and_code() {
    let code = |language: Option<&str>, text: &str| Block::Code {
        language: language.map(str::to_owned),
        text: text.into(),
    };
    assert_eq!(
        read("### H `c`\n\n---\n```rust,ignore\nfn a() {}\n\n```\n\n    indented\n\n```\n```"),
        [
            Block::Heading { level: 3, text: vec![Inline::text("H "), Inline::code("c")] },
            Block::Divider,
            code(Some("rust"), "fn a() {}\n"),
            code(None, "indented"),
            code(None, ""),
        ]
    );
}

#[test]
fn lists_nest_count_and_have_tasks() {
    let inner = List { start: Some(1), items: vec![Item::text("b"), Item::text("c")] };
    let first = Item::of(vec![words("a"), Block::List(inner)]);
    let items = vec![first, Item::text("d").task(true), Item::text("e").task(false)];
    assert_eq!(read("- a\n  1. b\n  2. c\n- [x] d\n- [ ] e"), [Block::List(List::of(items))]);
    let numbered = List::of(vec![Item::text("f")]).starting_at(3);
    assert_eq!(read("3. f"), [Block::List(numbered)]);
    let loose = vec![Item::text("a").task(true), Item::of(vec![words("b"), words("c")])];
    assert_eq!(read("* [x] a\n\n* b\n\n  c"), [Block::List(List::of(loose))]);
}

#[test]
fn tables_keep_their_alignment() {
    let table = "| a | **b** | c |\n|---|:-:|--:|\n| 1 | 2<br>3 |\n| 4 \\| 5 | `6` | 7 |";
    let [Block::Table(table)] = &read(table)[..] else { panic!("no table") };
    let aligns: Vec<_> = table.columns.iter().map(|column| column.align).collect();
    assert_eq!(aligns, [Align::Left, Align::Center, Align::Right]);
    assert_eq!(table.columns[1].head, [Inline::bold("b")]);
    let cell = vec![Inline::text("2"), Inline::Break, Inline::text("3")];
    assert_eq!(table.rows[0], [vec![Inline::text("1")], cell, vec![]]);
    assert_eq!(table.rows[1][0], [Inline::text("4 | 5")]);
}

#[test]
fn an_alert_is_a_status() {
    let status = |level, text: &str| Block::Status { level, text: vec![Inline::text(text)] };
    assert_eq!(read("> [!WARNING]\n> Disk is full."), [status(Level::Warning, "Disk is full.")]);
    assert_eq!(
        read("> [!NOTE]\n> a\n>\n> b"),
        [status(Level::Info, "a"), Block::Quote(vec![words("b")]),]
    );
    let list = Block::List(List::bullets(["a"]));
    assert_eq!(
        read("> [!CAUTION]\n> - a"),
        [status(Level::Error, "Caution"), Block::Quote(vec![list]),]
    );
    assert_eq!(
        read("> a\n> > b"),
        [Block::Quote(vec![words("a"), Block::Quote(vec![words("b")])])]
    );
}

#[test]
fn links_lead_only_where_people_go_from_a_chat() {
    let link = Inline::Link { url: url("https://x.test/a"), label: vec![Inline::bold("go")] };
    assert_eq!(line("[**go**](https://x.test/a \"t\")"), [link]);
    assert_eq!(line("[r]\n\n[r]: https://x.test/r")[0], Inline::link("r", url("https://x.test/r")));
    assert_eq!(line("<bob@x.test>"), [bare("mailto:bob@x.test")]);
    for (text, shown) in [
        ("[a](javascript:alert(1))", "a (javascript:alert(1))"),
        ("[runbook](docs/x.md)", "runbook (docs/x.md)"),
        ("[a](<slack://x>)", "a (slack://x)"),
        ("[](file:///etc)", "file:///etc"),
        ("[a]()", "a"),
        ("![a](data:image/png;base64,AA)", "a (data:image/png;base64,AA)"),
    ] {
        let content = Content::markdown(text);
        assert_eq!(content.plain_text(), shown);
        assert!(!format!("{content:?}").contains("Link"), "{content:?}");
    }
}

#[test]
fn an_address_in_text_is_a_link() {
    assert_eq!(
        line("see https://x.test/a_b_(c)?d=e, or"),
        [Inline::text("see "), bare("https://x.test/a_b_(c)?d=e"), Inline::text(", or"),]
    );
    assert_eq!(line("(<https://x.test>)")[1], bare("https://x.test/"));
    assert_eq!(line("(http://x.test/a).")[1], bare("http://x.test/a"));
    for text in
        ["xhttps://x.test", "https://", "https:/x.test", "ftp://x.test", "http://[", "a://b"]
    {
        assert_eq!(line(&text.replace('[', "\\["))[..], [Inline::text(text)], "{text}");
    }
    // Not inside a label: a link leads to one place.
    let link = Inline::link("https://y.test", url("https://x.test/"));
    assert_eq!(line("[https://y.test](https://x.test/)"), [link]);
}

#[test]
fn names_of_emoji_are_emoji() {
    let emoji = |name: &str| Inline::Emoji(name.into());
    assert_eq!(
        line("a :white_check_mark: :+1::skin-tone-2:"),
        [
            Inline::text("a "),
            emoji("white_check_mark"),
            Inline::text(" "),
            emoji("+1"),
            emoji("skin-tone-2"),
        ]
    );
    for text in ["12:30:45", "a:b:c", "std::fmt::Debug", ":a b:", "::a::", ":30:", "::1", ":Ü:"] {
        assert_eq!(line(text), [Inline::text(text)], "{text}");
    }
    assert_eq!(line("`:tada:`"), [Inline::code(":tada:")]);
}

#[test]
fn a_picture_alone_is_a_block_and_else_a_link() {
    let image = Image::new(url("https://x.test/a.png"), "load on db-1").titled("Load");
    assert_eq!(read("![load on *db-1*](https://x.test/a.png \"Load\")"), [Block::Image(image)]);
    let link = Inline::link("a", url("https://x.test/a.png"));
    assert_eq!(line("![a](https://x.test/a.png) b")[0], link);
    assert_eq!(
        read("- ![a](https://x.test/a.png)"),
        [Block::List(List::of(vec![Item::of(vec![Block::Paragraph(vec![link])])]))]
    );
    // A badge: the picture is the label.
    assert_eq!(
        line("[![CI](https://b.test/ci.svg)](https://x.test/)"),
        [Inline::link("CI", url("https://x.test/"))]
    );
}

#[test]
fn footnotes_are_small_print_at_the_end() {
    assert_eq!(
        read("a[^1]\n\n[^1]: why\n\nb"),
        [
            words("a[1]"),
            words("b"),
            Block::Context(vec![Inline::text("[1] "), Inline::text("why")]),
        ]
    );
}

#[test]
fn html_is_text() {
    assert_eq!(line("a <b>c</b> <!-- d -->"), [Inline::text("a <b>c</b> <!-- d -->")]);
    let block = Content::markdown("<details>\n<summary>x</summary>\n\ny\n\n</details>");
    assert_eq!(block.plain_text(), "<details>\n<summary>x</summary>\ny\n</details>");
}

#[test]
fn nothing_written_notifies_anybody() {
    let text = "@bob @channel @here <!channel> <!here|x> <@U1> #ops <#C1> <at>bob</at> @[all](x)";
    let shown = format!("{:?}", Content::markdown(text));
    for kind in ["User", "Group", "Channel", "Broadcast"] {
        assert!(!shown.contains(kind), "{shown}");
    }
    let all = "@bob @channel @here <!channel> <!here|x> <@U1> #ops <#C1> <at>bob</at> @all (x)";
    assert_eq!(Content::markdown(text).plain_text(), all);
}

/// How deep a content nests, blocks and inlines together.
fn depth(blocks: &[Block]) -> usize {
    fn inline_depth(inline: &Inline) -> usize {
        match inline {
            Inline::Bold(inner) | Inline::Italic(inner) | Inline::Strike(inner) => {
                1 + inner.iter().map(inline_depth).max().unwrap_or(0)
            }
            _ => 0,
        }
    }
    let levels = blocks.iter().map(|block| match block {
        Block::Quote(blocks) => 1 + depth(blocks),
        Block::List(list) => {
            2 + list.items.iter().map(|item| depth(&item.blocks)).max().unwrap_or(0)
        }
        Block::Paragraph(text) => text.iter().map(inline_depth).max().unwrap_or(0),
        _ => 0,
    });
    levels.max().unwrap_or(0)
}

#[test]
fn what_nests_deeper_stands_at_the_last_level_and_is_all_there() {
    let lists: String =
        (0..60).map(|level| format!("{}- i{level}\n", "  ".repeat(level))).collect();
    let styles = (0..60).fold("x".to_owned(), |inner, level| match level % 2 {
        0 => format!("*{inner} i{level}*"),
        _ => format!("**{inner} i{level}**"),
    });
    let notes = format!("a[^1]\n\n{}[^1]: i0 {}", "> ".repeat(40), "i1");
    for (text, words) in [
        (format!("{}i0\n\nb", "> ".repeat(60)), 1),
        (lists, 60),
        (styles, 60),
        (format!("{}[x] i0", "- ".repeat(60)), 1),
        (notes, 2),
    ] {
        let content = Content::markdown(&text);
        assert!((30..=32).contains(&depth(&content.blocks)), "{}", depth(&content.blocks));
        let plain = content.plain_text();
        for word in 0..words {
            assert!(plain.contains(&format!("i{word}")), "i{word} is lost");
        }
        // It can be kept and read again.
        let json = serde_json::to_string(&content).expect("JSON");
        assert_eq!(serde_json::from_str::<Content>(&json).expect("a content"), content);
    }
}

/// What has made parsers take the square of the time: each would take minutes here.
#[test]
fn hostile_text_is_read_to_its_end() {
    const BYTES: usize = 200_000;
    for seed in [
        "[",
        "![",
        "*",
        "_a**",
        "**a *b",
        ">",
        "> ",
        "- ",
        "1. ",
        "`",
        "`a``",
        "[a](",
        "[a](<b",
        "<",
        "<!-- ",
        "<?",
        "<a b=\"",
        "|a|b|\n",
        "|a\n|-|-\n",
        "&amp;",
        "\\",
        "~a~~b",
        ":",
        ":a",
        "https://",
        "https://a)]",
        "[^a]: ",
        "[^",
        "\n",
        "-\n",
        "a\n-\n",
        "```\n",
        "> [!NOTE]\n",
        "[a]: b\n",
    ] {
        let text = seed.repeat(BYTES / seed.len());
        let words = Content::markdown(&text).plain_text();
        assert!(words.len() <= 2 * BYTES, "{seed:?}: {} bytes", words.len());
    }
    let half = BYTES / 2;
    let cells = format!(
        "{}|\n{}|\n{}",
        "|a".repeat(half / 4),
        "|-".repeat(half / 4),
        "|b\n".repeat(half / 3)
    );
    let lists = format!("{}a\n{}b", "- ".repeat(half / 2), "\n".repeat(half));
    let pictures =
        format!("{}{}{}", "![".repeat(half / 6), "a ".repeat(half / 2), "](u)".repeat(half / 6));
    for text in [cells, lists, pictures] {
        assert!(!Content::markdown(&text).is_empty());
    }
}
