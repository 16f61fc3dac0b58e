//! Rich text blocks: what every message that a person wrote carries besides its text.

use chatgate_core::{Block, Content, Inline, Item, List, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::mrkdwn::link;
use super::soft::soft;
use super::time_style;

/// How deep lists may nest: Slack's `indent` goes to 8.
const MAX_INDENT: usize = 8;

/// One node of the tree, whichever it is. A field of another type than expected counts as absent.
#[derive(Deserialize)]
struct Node<'a> {
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
    #[serde(borrow, default, deserialize_with = "soft")]
    elements: Option<Vec<Node<'a>>>,
    #[serde(default, deserialize_with = "soft")]
    text: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    url: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    usergroup_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    channel_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    range: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    value: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    timestamp: Option<i64>,
    #[serde(default, deserialize_with = "soft")]
    format: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    indent: Option<usize>,
    #[serde(default, deserialize_with = "soft")]
    offset: Option<u32>,
    #[serde(default, deserialize_with = "soft")]
    language: Option<String>,
    /// A word for lists, marks for inlines.
    #[serde(borrow, default)]
    style: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Marks {
    bold: bool,
    italic: bool,
    strike: bool,
    code: bool,
}

/// Decodes one block of rich text.
pub(super) fn decode(block: &RawValue) -> Option<Vec<Block>> {
    let node: Node<'_> = serde_json::from_str(block.get()).ok()?;
    let mut out = Vec::new();
    for element in node.elements() {
        push(element, &mut out);
    }
    Some(out)
}

fn push(node: &Node<'_>, out: &mut Vec<Block>) {
    match node.kind() {
        "rich_text_list" => push_list(node, out),
        "rich_text_quote" => out.push(Block::Quote(paragraphs(inlines(node)))),
        "rich_text_preformatted" => {
            let language = node.language.clone().filter(|language| !language.is_empty());
            out.push(Block::Code { language, text: words(node) });
        }
        // A section, and whatever comes later: its inlines are a paragraph.
        _ => {
            let inlines = inlines(node);
            if !inlines.is_empty() {
                out.push(Block::Paragraph(inlines));
            }
        }
    }
}

/// What stands between blank lines of a quote.
fn paragraphs(inlines: Vec<Inline>) -> Vec<Block> {
    let mut out = vec![Vec::new()];
    let mut inlines = inlines.into_iter().peekable();
    while let Some(inline) = inlines.next() {
        let blank = inline == Inline::Break && inlines.next_if_eq(&Inline::Break).is_some();
        match out.last_mut() {
            Some(last) if !blank => last.push(inline),
            _ => out.push(Vec::new()),
        }
    }
    out.into_iter().map(Block::Paragraph).collect()
}

/// A nested list is a sibling with a higher indent: it belongs below the last item before it.
fn push_list(node: &Node<'_>, out: &mut Vec<Block>) {
    let ordered = node.style.is_some_and(|style| style.get() == "\"ordered\"");
    let mut list = List::of(node.elements().map(|node| item(inlines(node))).collect());
    list.start = ordered.then(|| node.offset.unwrap_or(0).saturating_add(1));
    place_list(list, node.indent.unwrap_or(0).min(MAX_INDENT), out);
}

/// An item; a task where it begins with a box.
fn item(mut inlines: Vec<Inline>) -> Item {
    let mut done = None;
    if let Some(Inline::Text(text)) = inlines.first_mut() {
        let boxes = [("☑ ", true), ("☐ ", false)];
        let found = boxes.into_iter().find_map(|(mark, is_done)| {
            text.strip_prefix(mark).map(|rest| (rest.to_owned(), is_done))
        });
        if let Some((rest, is_done)) = found {
            done = Some(is_done);
            *text = rest;
        }
    }
    inlines.retain(|inline| !matches!(inline, Inline::Text(text) if text.is_empty()));
    let mut item = Item::of(vec![Block::Paragraph(inlines)]);
    item.done = done;
    item
}

fn place_list(list: List, indent: usize, out: &mut Vec<Block>) {
    if let Some(Block::List(last)) = out.last_mut() {
        match last.items.last_mut() {
            Some(item) if indent > 0 => return place_list(list, indent - 1, &mut item.blocks),
            _ if last.start.is_some() == list.start.is_some() => {
                return last.items.extend(list.items);
            }
            _ => {}
        }
    }
    out.push(Block::List(list));
}

fn inlines(node: &Node<'_>) -> Vec<Inline> {
    let mut out = Vec::new();
    for element in node.elements() {
        let marks: Marks = element
            .style
            .and_then(|style| serde_json::from_str(style.get()).ok())
            .unwrap_or_default();
        if marks.code {
            out.push(Inline::Code(element.words().to_owned()));
            continue;
        }
        let mut pieces = Vec::new();
        element.read(&mut pieces);
        for (marked, wrap) in [
            (marks.strike, Inline::Strike as fn(Vec<Inline>) -> Inline),
            (marks.italic, Inline::Italic),
            (marks.bold, Inline::Bold),
        ] {
            if marked {
                pieces = vec![wrap(pieces)];
            }
        }
        out.append(&mut pieces);
    }
    out
}

/// The words of code.
fn words(node: &Node<'_>) -> String {
    node.elements().map(Node::words).collect()
}

impl Node<'_> {
    fn kind(&self) -> &str {
        self.kind.as_deref().unwrap_or_default()
    }

    fn elements(&self) -> impl Iterator<Item = &Self> {
        self.elements.iter().flatten()
    }

    fn words(&self) -> &str {
        self.text.as_deref().or(self.url.as_deref()).unwrap_or_default()
    }

    /// Reads one inline; one of an unknown type by its words.
    fn read(&self, out: &mut Vec<Inline>) {
        match (self.kind(), &self.user_id, &self.channel_id, &self.usergroup_id) {
            ("user", Some(id), ..) => out.push(Inline::user(id.as_str())),
            ("channel", _, Some(id), _) => {
                out.push(Inline::Channel { id: id.as_str().into(), name: None });
            }
            ("usergroup", .., Some(id)) => {
                out.push(Inline::Group { id: id.as_str().into(), handle: None });
            }
            ("link", ..) => {
                let url = self.url.as_deref().unwrap_or_default();
                // Not escaped here, unlike in mrkdwn.
                let target = url.replace('&', "&amp;");
                let label = self.text.clone().filter(|text| !text.is_empty());
                match link(&target, label) {
                    Some(link) => out.push(link),
                    None => push_lines(self.words(), out),
                }
            }
            ("emoji", ..) => out.extend(self.name.clone().map(Inline::Emoji)),
            // Said again, a broadcast must reach nobody: it becomes its word.
            ("broadcast", ..) => {
                let range = self.range.as_deref().unwrap_or("channel");
                out.push(Inline::Text(format!("@{range}")));
            }
            ("date", ..) if self.timestamp.is_some() => {
                let at = Timestamp::from_secs(self.timestamp.unwrap_or_default());
                let style = time_style(self.format.as_deref().unwrap_or_default());
                out.push(Inline::Time { at, style });
            }
            ("color", ..) => out.extend(self.value.clone().map(Inline::Text)),
            _ => push_lines(self.words(), out),
        }
    }
}

pub(super) fn push_lines(text: &str, out: &mut Vec<Inline>) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push(Inline::Break);
        }
        if !line.is_empty() {
            out.push(Inline::text(line));
        }
    }
}

/// The words of a block that stands where a line must.
pub(super) fn words_of(block: Block) -> Vec<Inline> {
    let mut out = Vec::new();
    push_lines(&Content::from(block).plain_text(), &mut out);
    out
}

#[cfg(test)]
mod tests {
    use chatgate_core::TimeStyle;
    use serde_json::{Value, json};

    use super::*;

    fn blocks(elements: Value) -> Vec<Block> {
        let raw = json!({"type": "rich_text", "elements": elements}).to_string();
        decode(&RawValue::from_string(raw).unwrap()).unwrap()
    }

    fn section(elements: Value) -> Vec<Inline> {
        match blocks(json!([{"type": "rich_text_section", "elements": elements}])).remove(0) {
            Block::Paragraph(inlines) => inlines,
            other => panic!("not a paragraph: {other:?}"),
        }
    }

    #[test]
    fn every_inline_is_decoded() {
        let found = section(json!([
            {"type": "user", "user_id": "U1"},
            {"type": "channel", "channel_id": "C1"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "broadcast", "range": "here"},
            {"type": "emoji", "name": "tada", "unicode": "1f389"},
            {"type": "link", "url": "https://x.test/?a=1&lt=2", "text": "x"},
            {"type": "link", "url": "https://x.test/"},
            {"type": "date", "timestamp": 60, "format": "{date} {time}"},
            {"type": "color", "value": "#ff0000"},
            {"type": "text", "text": "a &amp; b\nc", "style": {"bold": true, "italic": true}},
            {"type": "text", "text": "x y", "style": {"code": true, "bold": true}},
            {"type": "text", "text": "gone", "style": {"strike": true}},
        ]));
        let italic = vec![Inline::text("a &amp; b"), Inline::Break, Inline::text("c")];
        let expected = [
            Inline::user("U1"),
            Inline::Channel { id: "C1".into(), name: None },
            Inline::Group { id: "S1".into(), handle: None },
            Inline::text("@here"),
            Inline::Emoji("tada".into()),
            Inline::link("x", "https://x.test/?a=1&lt=2".parse().unwrap()),
            Inline::Link { url: "https://x.test/".parse().unwrap(), label: Vec::new() },
            Inline::Time { at: Timestamp::from_secs(60), style: TimeStyle::DateTime },
            Inline::text("#ff0000"),
            Inline::Bold(vec![Inline::Italic(italic)]),
            Inline::code("x y"),
            Inline::Strike(vec![Inline::text("gone")]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_unknown_is_read_by_its_words() {
        let found = section(json!([
            {"type": "hologram", "text": "words"},
            {"type": "canvas", "file_id": "F1"},
            {"type": "user", "user_id": 7, "text": "odd"},
            {"type": "date", "timestamp": "soon", "text": "then"},
            {},
        ]));
        let words = Content::new().paragraph(found).plain_text();
        assert_eq!(words, "wordsoddthen");
    }

    #[test]
    fn blocks_keep_their_kind() {
        let text = |text: &str| json!([{"type": "text", "text": text}]);
        let found = blocks(json!([
            {"type": "rich_text_quote", "elements": text("said")},
            {"type": "rich_text_section", "elements": text("deploy")},
            {"type": "rich_text_preformatted", "elements": text("{}\n"), "language": "json"},
            {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [
                {"type": "rich_text_section", "elements": text("three")},
            ]},
            {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [
                {"type": "rich_text_section", "elements": text("below")},
            ]},
            {"type": "rich_text_list", "style": "ordered", "offset": 3, "elements": [
                {"type": "rich_text_section", "elements": text("four")},
            ]},
        ]));
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(matches!(found[0], Block::Quote(_)));
        assert_eq!(found[2], Block::Code { language: Some("json".into()), text: "{}\n".into() });
        let Block::List(list) = &found[3] else { panic!("no list") };
        assert_eq!((list.start, list.items.len()), (Some(3), 2));
        assert!(matches!(list.items[0].blocks[1], Block::List(_)));
    }
}
