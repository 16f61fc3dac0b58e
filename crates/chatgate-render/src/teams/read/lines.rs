//! Text as inlines: its line ends and its spaces.

use chatgate_core::Inline;

use super::tokens::decoded;

/// Adds text; its line ends become [`Inline::Break`]s, and spaces that hold together become spaces.
pub(super) fn push(text: &str, out: &mut Vec<Inline>) {
    let text = decoded(text).replace('\u{a0}', " ");
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push(Inline::Break);
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        match out.last_mut() {
            Some(Inline::Text(before)) => before.push_str(line),
            _ => out.push(Inline::text(line)),
        }
    }
}

/// Inlines without what cannot be seen before and behind them.
pub(super) fn trimmed(mut inlines: Vec<Inline>) -> Vec<Inline> {
    let is_blank = |inline: &Inline| match inline {
        Inline::Break => true,
        Inline::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    while inlines.last().is_some_and(is_blank) {
        inlines.pop();
    }
    let blank = inlines.iter().take_while(|inline| is_blank(inline)).count();
    inlines.drain(..blank);
    if let Some(Inline::Text(first)) = inlines.first_mut() {
        *first = first.trim_start().to_owned();
    }
    if let Some(Inline::Text(last)) = inlines.last_mut() {
        last.truncate(last.trim_end().len());
    }
    inlines
}
