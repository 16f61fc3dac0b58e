//! Whether a message speaks to the bot, and what is left once its name is taken away.

use chatgate_core::{Block, Content, Inline};

/// Takes away a quoted reply before the words, and the bot's name at their start. True when the bot is
/// named anywhere in what is left.
pub(crate) fn address(content: &mut Content, own: Option<&str>) -> bool {
    strip_quoted_reply(&mut content.blocks);
    let Some(own) = own else { return false };
    let named = content.blocks.iter().any(|block| names(block, own));
    strip_name(&mut content.blocks, own);
    named
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
    use chatgate_render::slack::read_mrkdwn;

    use super::*;

    fn after(text: &str) -> (bool, String) {
        let mut content = read_mrkdwn(text);
        let named = address(&mut content, Some("UBOT"));
        (named, content.plain_text())
    }

    #[test]
    fn the_name_at_the_start_is_taken_away() {
        for text in [
            "<@UBOT> deploy",
            " <@UBOT|bot>  deploy",
            "<@UBOT>: deploy",
            "<@UBOT>, deploy",
            "<@UBOT>\ndeploy",
        ] {
            assert_eq!(after(text), (true, "deploy".into()), "{text}");
        }
        assert_eq!(after("<@UBOT>"), (true, String::new()));
        assert_eq!(after("hi <@UBOT>"), (true, "hi @UBOT".into()));
        assert_eq!(after("*<@UBOT>* hi"), (true, "@UBOT hi".into()));
        assert_eq!(after("<@U1> deploy"), (false, "@U1 deploy".into()));
        assert_eq!(after("`<@UBOT>` deploy"), (false, "@UBOT deploy".into()));
    }

    #[test]
    fn a_quoted_reply_before_the_words_is_taken_away() {
        assert_eq!(after("&gt; deploy db\n<@UBOT> deploy api"), (true, "deploy api".into()));
        assert_eq!(after("&gt; <@UBOT> deploy db"), (true, "@UBOT deploy db".into()));
        assert_eq!(after("<@UBOT> deploy\n&gt; db"), (true, "deploy\ndb".into()));
    }
}
