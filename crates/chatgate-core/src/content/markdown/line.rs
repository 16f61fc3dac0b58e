//! What stands in text without a mark of Markdown: addresses and names of emoji.

use memchr::memchr;
use url::Url;

use super::super::Inline;
use super::address::link;

/// Longer names of emoji are none.
const EMOJI_BYTES: usize = 64;

/// What follows an address and is no part of it.
const AFTER: &[char] = &['?', '!', '.', ',', ':', ';', '*', '_', '~', '\'', '"'];

/// Adds text as inlines: each colon may belong to an address or to the name of an emoji.
pub(super) fn push(text: &str, is_label: bool, out: &mut Vec<Inline>) {
    let mut plain = 0;
    let mut from = 0;
    while let Some(offset) = memchr(b':', &text.as_bytes()[from..]) {
        let colon = from + offset;
        let found = match text[colon + 1..].starts_with("//") {
            true if is_label => None,
            true => match address(text, plain, colon) {
                Ok(found) => Some(found),
                // Nor is anything else before its end one: no part of a text is read twice.
                Err(end) => {
                    from = end;
                    continue;
                }
            },
            false => emoji(text, plain, colon),
        };
        from = colon + 1;
        if let Some((start, end, inline)) = found {
            push_text(&text[plain..start], out);
            out.push(inline);
            plain = end;
            from = end;
        }
    }
    push_text(&text[plain..], out);
}

/// Whether [`push`] would add this text as it is.
pub(super) fn is_plain(text: &str) -> bool {
    memchr(b':', text.as_bytes()).is_none()
}

fn push_text(text: &str, out: &mut Vec<Inline>) {
    if !text.is_empty() {
        out.push(Inline::Text(text.to_owned()));
    }
}

/// The address around this colon: where it begins, where it ends, and the link; or where what might
/// have been one ends.
fn address(text: &str, plain: usize, colon: usize) -> Result<(usize, usize, Inline), usize> {
    let before = &text[plain..colon];
    let scheme = ["https", "http"].into_iter().find(|scheme| before.ends_with(scheme));
    let start = colon - scheme.ok_or(colon + 1)?.len();
    let rest = &text[start..];
    let end = rest.find(ends_address).unwrap_or(rest.len());
    let shown = trim(&rest[..end]);
    let is_inside = text[..start].ends_with(|c: char| c.is_ascii_alphanumeric());
    let url = Url::parse(shown).ok().filter(|_| !is_inside).ok_or(start + end)?;
    let label = vec![Inline::Text(shown.to_owned())];
    Ok((start, start + shown.len(), link(url, label)))
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "<>\"`|。、，；「」（）".contains(c)
}

/// Leaves out the marks that end a sentence, and brackets that were opened before the address.
fn trim(mut address: &str) -> &str {
    let count = |sign: char| address.matches(sign).count();
    let mut open = [(')', count('('), count(')')), (']', count('['), count(']'))];
    loop {
        address = address.trim_end_matches(AFTER);
        let Some((_, opened, closed)) = open.iter_mut().find(|(sign, ..)| address.ends_with(*sign))
        else {
            return address;
        };
        if *closed <= *opened {
            return address;
        }
        *closed -= 1;
        address = &address[..address.len() - 1];
    }
}

/// The emoji whose name begins at this colon.
fn emoji(text: &str, plain: usize, colon: usize) -> Option<(usize, usize, Inline)> {
    let joins = |c: char| c.is_alphanumeric() || c == ':';
    // One may follow another, as a skin tone does.
    let follows = colon == plain && plain > 0;
    if !follows && text[..colon].ends_with(joins) {
        return None;
    }
    let rest = &text[colon + 1..];
    let is_name = |byte: &u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'+' | b'-')
    };
    let length = rest.bytes().take(EMOJI_BYTES).take_while(is_name).count();
    let (name, after) = rest.split_at(length);
    let after = after.strip_prefix(':')?;
    // `:30:` is a part of a time.
    let is_named = matches!(name, "+1" | "-1" | "100" | "1234")
        || name.bytes().any(|byte| byte.is_ascii_lowercase());
    let ends = !after.starts_with(char::is_alphanumeric);
    (is_named && ends).then(|| (colon, colon + length + 2, Inline::Emoji(name.to_owned())))
}
