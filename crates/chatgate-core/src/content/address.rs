//! Whether a message speaks to the bot, and what is left once its name is taken away.

use super::{Block, Content, Inline};

impl Content {
    /// Takes away a quoted reply before the words of a message, and the bot's name at their start. True
    /// when the bot, the user `own`, is named anywhere in what is left after the first.
    ///
    /// ```
    /// use chatgate_core::{Content, Inline};
    /// let bot = Inline::User { id: "U1".into(), handle: None };
    /// let mut message = Content::new().paragraph([bot, ", deploy api".into()]);
    /// assert!(message.take_address(Some("U1")));
    /// assert_eq!(message, Content::from("deploy api"));
    /// ```
    pub fn take_address(&mut self, own: Option<&str>) -> bool {
        strip_quoted_reply(&mut self.blocks);
        let Some(own) = own else { return false };
        let named = self.blocks.iter().any(|block| names(block, own));
        strip_name(&mut self.blocks, own);
        named
    }
}

/// A quote with words of the person's own below it is what they reply to. One alone is what they say.
fn strip_quoted_reply(blocks: &mut Vec<Block>) {
    let quotes = blocks.iter().take_while(|block| matches!(block, Block::Quote(_))).count();
    if quotes < blocks.len() {
        blocks.drain(..quotes);
    }
}

fn strip_name(blocks: &mut Vec<Block>, own: &str) {
    let Some(Block::Paragraph(inlines)) = blocks.first_mut() else { return };
    let blank = |inline: &Inline| match inline {
        Inline::Text(text) => text.trim().is_empty(),
        Inline::Break => true,
        _ => false,
    };
    let first = inlines.iter().take_while(|inline| blank(inline)).count();
    if !matches!(inlines.get(first), Some(Inline::User { id, .. }) if *id == own) {
        return;
    }
    inlines.drain(..=first);
    while inlines.first().is_some_and(blank) {
        inlines.remove(0);
    }
    if let Some(Inline::Text(text)) = inlines.first_mut() {
        let rest = text.trim_start();
        // `@bot: deploy`, `@bot, deploy`
        let rest =
            rest.strip_prefix([':', ',']).filter(|rest| rest.starts_with(' ')).unwrap_or(rest);
        *text = rest.trim_start().to_owned();
    }
    if inlines.is_empty() {
        blocks.remove(0);
    }
}

fn names(block: &Block, own: &str) -> bool {
    match block {
        Block::Paragraph(inlines) => inlines.iter().any(|inline| is_named(inline, own)),
        Block::Quote(blocks) => blocks.iter().any(|block| names(block, own)),
        Block::List(list) => {
            list.items.iter().flat_map(|item| &item.blocks).any(|block| names(block, own))
        }
        _ => false,
    }
}

fn is_named(inline: &Inline, own: &str) -> bool {
    match inline {
        Inline::User { id, .. } => *id == own,
        Inline::Bold(inner) | Inline::Italic(inner) | Inline::Strike(inner) => {
            inner.iter().any(|inline| is_named(inline, own))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bot() -> Inline {
        Inline::User { id: "UBOT".into(), handle: None }
    }

    fn after(mut content: Content) -> (bool, String) {
        let named = content.take_address(Some("UBOT"));
        (named, content.plain_text())
    }

    fn said<const N: usize>(inlines: [Inline; N]) -> Content {
        Content::new().paragraph(inlines)
    }

    #[test]
    fn the_name_at_the_start_is_taken_away() {
        for words in [" deploy", "  deploy", ": deploy", ", deploy"] {
            assert_eq!(after(said([bot(), words.into()])), (true, "deploy".into()), "{words}");
        }
        let broken = said([" ".into(), bot(), Inline::Break, "deploy".into()]);
        assert_eq!(after(broken), (true, "deploy".into()));
        assert_eq!(after(said([bot()])), (true, String::new()));
        assert_eq!(after(said(["hi ".into(), bot()])), (true, "hi @UBOT".into()));
        let loud = said([Inline::Bold(vec![bot()]), " hi".into()]);
        assert_eq!(after(loud), (true, "@UBOT hi".into()));
        let other = Inline::User { id: "U1".into(), handle: None };
        assert_eq!(after(said([other, " deploy".into()])), (false, "@U1 deploy".into()));
    }

    #[test]
    fn a_quoted_reply_before_the_words_is_taken_away() {
        let quote = |words: &str| Block::Quote(vec![Block::Paragraph(vec![words.into()])]);
        let with = |blocks: Vec<Block>| {
            let mut content = Content::new();
            content.blocks = blocks;
            content
        };
        let words = Block::Paragraph(vec![bot(), " deploy api".into()]);
        let replied = with(vec![quote("deploy db"), words.clone()]);
        assert_eq!(after(replied), (true, "deploy api".into()));
        let alone = with(vec![Block::Quote(vec![words.clone()])]);
        assert_eq!(after(alone), (true, "@UBOT deploy api".into()));
        assert_eq!(after(with(vec![words, quote("db")])), (true, "deploy api\ndb".into()));
    }
}
