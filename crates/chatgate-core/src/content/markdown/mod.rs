//! Content from Markdown: CommonMark, with GitHub's tables, tasks, strikes, alerts and footnotes.

mod address;
mod line;
mod read;
#[cfg(test)]
mod tests;

use super::Content;

impl Content {
    /// Reads Markdown that the program itself wrote.
    ///
    /// It is [CommonMark](https://commonmark.org) with GitHub's extensions:
    ///
    /// | Markdown | becomes |
    /// |---|---|
    /// | headings, paragraphs, lists, tasks (`- [x]`), tables, code, rules | the blocks of that name |
    /// | a quote | a quote; `> [!WARNING]` and the like a [status](crate::Block::Status), what follows its first paragraph a quote below it |
    /// | a picture alone in a paragraph of its own | an [image](crate::Block::Image); any other a link to it |
    /// | `[label](https://…)`, `<https://…>`, `https://…` | a link; an address that is not `http`, `https` or `mailto` is text behind its label |
    /// | a line end in a paragraph | a space; two spaces, a back-slash or `<br>` before it make it a line end |
    /// | `:tada:` | an emoji; text in code, and where it stands inside a word |
    /// | a footnote | its number in brackets, its words as small print at the end |
    /// | HTML | text |
    ///
    /// `@name`, `#name` and `@channel` are text: nothing that is written in Markdown notifies anybody.
    /// What nests deeper than 32 levels (a list and its item are one each) stands at that level, without
    /// a word lost. Time and memory grow as the text does, whatever it says.
    ///
    /// ```
    /// use chatgate_core::{Block, Content, Inline};
    ///
    /// let content = Content::markdown("## api is down\n\n- since **14:02**\n- see <https://status.test/>");
    /// assert_eq!(content.plain_text(), "api is down\nsince 14:02\nsee https://status.test/");
    /// assert!(matches!(content.blocks[..], [Block::Heading { level: 2, .. }, Block::List(_)]));
    /// assert_eq!(Content::markdown("@channel").blocks, [Block::Paragraph(vec![Inline::text("@channel")])]);
    /// ```
    #[must_use]
    pub fn markdown(text: &str) -> Self {
        read::read(text)
    }
}
