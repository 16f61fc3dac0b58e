//! What is too long to be read in a conversation, as a file.

use std::sync::Arc;

use bytes::Bytes;
use chatgate_core::{
    Adapter, Capabilities, Content, Dialect, Feature, Fitted, Limits, Loss, LossKind, Result,
    Surface, Target,
};
use chatgate_render::{PlainText, TerminalMessage};

const NAME: &str = "message.txt";

/// Under the first lines of what is in the file.
const NOTE: &str = "The whole message is in message.txt.";

/// How many columns and lines a person sees of a file before opening it.
const COLUMNS: usize = 100;
const FIRST_LINES: usize = 8;
const FIRST_CHARS: usize = 600;

/// A content in a dialect's parts; with more than so many, in one part and a file where that can be.
pub(super) fn say(
    adapter: &dyn Adapter,
    content: &Content,
    target: &Target,
    most_parts: usize,
) -> Result<(Fitted, Option<(String, Bytes)>)> {
    let said = adapter.dialect().message(content, target);
    if said.parts.len() <= most_parts {
        return Ok((said, None));
    }
    Ok(match as_file(adapter, content, target)? {
        Some((short, file)) => (short, Some(file)),
        None => (said, None),
    })
}

/// One short part in the place of many, and the file; `None` where that cannot be.
fn as_file(
    adapter: &dyn Adapter,
    content: &Content,
    target: &Target,
) -> Result<Option<(Fitted, (String, Bytes))>> {
    let can = &target.capabilities;
    // An edited message and an answer cannot bring a file along.
    let postable = matches!(target.surface, Surface::Post | Surface::Reply);
    if !postable || !can.can(Feature::Upload) {
        return Ok(None);
    }
    let text = plain(content)?;
    let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
    if text.is_empty() || can.limits.file_bytes.is_some_and(|limit| bytes > limit) {
        return Ok(None);
    }
    let mut short = Content::new();
    short.summary.clone_from(&content.summary);
    let short = [short.clone().text(first_lines(&text)).context(NOTE), short.context(NOTE)]
        .iter()
        .map(|short| adapter.dialect().message(short, target))
        .find(|said| said.parts.len() == 1);
    Ok(short.map(|mut said| {
        said.losses.push(Loss::new(LossKind::Length, "sent as a file"));
        (said, (NAME.to_owned(), Bytes::from(text)))
    }))
}

/// The content without markup, nothing left out.
fn plain(content: &Content) -> Result<String> {
    let can = Capabilities::all().limits(Limits::new().columns(COLUMNS));
    let target = Target::new(Surface::Post, Arc::new(can));
    let mut text = String::new();
    for part in PlainText::new().message(content, &target).parts {
        text.push_str(&part.read::<TerminalMessage>()?.text);
        text.push('\n');
    }
    Ok(text)
}

fn first_lines(text: &str) -> String {
    let lines = text.lines().take(FIRST_LINES);
    let mut first = lines.collect::<Vec<_>>().join("\n");
    if let Some((end, _)) = first.char_indices().nth(FIRST_CHARS) {
        first.truncate(end);
    }
    first.push_str(" …");
    first
}
