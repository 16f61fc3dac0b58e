//! A reader of Markdown that shares no code with the dialect: what people see of a post.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What parts a name from its sign; nobody sees it.
pub(crate) const JOINER: char = '\u{2060}';

/// A piece of what is seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) strike: bool,
    pub(crate) code: bool,
    pub(crate) link: Option<String>,
}

/// What is read of a text.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) runs: Vec<Run>,
    /// Blocks other than paragraphs, pictures, HTML: what text alone never is.
    pub(crate) markup: Vec<String>,
}

pub(crate) fn read(markdown: &str) -> Read {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut read = Read::default();
    let mut now = Run::default();
    let (mut bold, mut italic, mut strike) = (0, 0, 0);
    for event in Parser::new_ext(markdown, options) {
        let mut say = |now: &Run, text: &str, code: bool| {
            read.runs.push(Run { text: text.to_owned(), code, ..now.clone() });
        };
        match event {
            Event::Text(text) => say(&now, &text, false),
            Event::Code(text) => say(&now, &text, true),
            Event::SoftBreak | Event::HardBreak => say(&now, "\n", false),
            Event::Start(Tag::Strong) => bold += 1,
            Event::End(TagEnd::Strong) => bold -= 1,
            Event::Start(Tag::Emphasis) => italic += 1,
            Event::End(TagEnd::Emphasis) => italic -= 1,
            Event::Start(Tag::Strikethrough) => strike += 1,
            Event::End(TagEnd::Strikethrough) => strike -= 1,
            Event::Start(Tag::Link { dest_url, .. }) => now.link = Some(dest_url.to_string()),
            Event::End(TagEnd::Link) => now.link = None,
            Event::Start(Tag::Paragraph) => {}
            Event::End(TagEnd::TableCell) => say(&now, " | ", false),
            Event::End(_) => say(&now, "\n", false),
            Event::Start(tag) => read.markup.push(format!("{tag:?}")),
            other => read.markup.push(format!("{other:?}")),
        }
        (now.bold, now.italic, now.strike) = (bold > 0, italic > 0, strike > 0);
    }
    read
}

impl Read {
    /// The words that are seen, with the joiners.
    pub(crate) fn raw(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    /// The words that are seen.
    pub(crate) fn text(&self) -> String {
        self.raw().replace(JOINER, "")
    }
}

/// Words without the white space that no reader keeps.
pub(crate) fn squeezed(text: &str) -> String {
    text.replace(JOINER, "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What clients and the server find in text that is no Markdown any more: mentions, channels,
/// hashtags, emoji, addresses. By the web client's patterns (`text_formatting.tsx`, `emoticons.tsx`,
/// the `url` of its marked) and the server's splitting of words (`mention_parser_standard.go`).
pub(crate) fn live(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied();
    let is_word = |c: Option<char>| c.is_some_and(|c| c == '_' || c.is_ascii_alphanumeric());
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let mut found = Vec::new();
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(at);
        let after = at(index + 1);
        let tail: String = chars[index + 1..].iter().take(24).collect();
        let is_live = match c {
            '@' => {
                let server = before.is_none_or(|c| !c.is_alphanumeric());
                (server || !is_word(before))
                    && after.is_some_and(|c| is_name(c) || c.is_alphanumeric())
            }
            '~' => !is_word(before) && after.is_some_and(|c| c.is_ascii_alphanumeric()),
            '#' => !is_word(before) && after.is_some_and(char::is_alphabetic),
            ':' => {
                let name: String = tail
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || "_+-".contains(*c))
                    .collect();
                let ends = chars.get(index + 1 + name.chars().count());
                let emoji = !name.is_empty() && ends == Some(&':') && !is_word(before);
                let head: String = chars[..index].iter().collect::<String>().to_lowercase();
                let known = ["http", "https", "ftp", "mailto", "tel"]
                    .iter()
                    .any(|scheme| head.ends_with(scheme));
                let address = tail.starts_with("//")
                    && before.is_some_and(|c| c.is_ascii_alphanumeric())
                    || known && after.is_some_and(|c| c.is_alphanumeric() || c == '/');
                emoji && name.len() > 2 || address
            }
            'w' | 'W' => {
                let rest = tail.to_lowercase();
                let digits = rest
                    .strip_prefix("ww")
                    .map(|it| it.trim_start_matches(|c: char| c.is_ascii_digit()));
                digits.is_some_and(|it| it.starts_with('.')) && !is_word(before) && tail.len() < 7
            }
            _ => false,
        };
        if is_live {
            found.push(format!("{c}{tail}"));
        }
    }
    found
}

#[test]
fn the_reader_finds_what_is_live() {
    for text in ["@all", "x.@bob", "~town", "a #tag", ":tada:", "https://x.test", "mailto:bob"] {
        assert_eq!(live(text).len(), 1, "{text}: {:?}", live(text));
    }
    assert_eq!(live("bob@x.test 12:30:45 #42 ~ @ a: b"), Vec::<String>::new());
}
