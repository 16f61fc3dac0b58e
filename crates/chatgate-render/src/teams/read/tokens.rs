//! HTML taken apart into tags and text, in one pass, whatever it is.

use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Text(&'a str),
    Open { name: &'a str, attributes: &'a str },
    Close { name: &'a str },
}

pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let Some(tag) = rest.strip_prefix('<') else {
                let end = rest.find('<').unwrap_or(rest.len());
                let (text, tail) = rest.split_at(end);
                rest = tail;
                return Some(Token::Text(text));
            };
            if let Some(comment) = tag.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, tail)| tail);
                continue;
            }
            let is_tag = tag.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
            let end = tag.find('>').filter(|_| is_tag);
            let Some(end) = end else {
                // A sign that opens nothing is text; without an end, all that is left is.
                let length = if is_tag { rest.len() } else { 1 };
                let (text, tail) = rest.split_at(length);
                rest = tail;
                return Some(Token::Text(text));
            };
            rest = &tag[end + 1..];
            let inside = tag[..end].trim_end_matches('/');
            if let Some(name) = inside.strip_prefix('/') {
                return Some(Token::Close { name: name.trim() });
            }
            let (name, attributes) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
            return Some(Token::Open { name, attributes });
        }
    })
}

/// The value of an attribute.
pub(super) fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        let (key, tail) = rest.split_once('=')?;
        let key = key.rsplit(char::is_whitespace).next().unwrap_or_default();
        let tail = tail.trim_start();
        let quote = tail.chars().next()?;
        let (value, after) = if matches!(quote, '"' | '\'') {
            tail[1..].split_once(quote)?
        } else {
            tail.split_once(char::is_whitespace).unwrap_or((tail, ""))
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(decoded(value).into_owned());
        }
        rest = after;
    }
}

/// Text with its entities as the characters that they stand for; what is no entity stays.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest that is read is `&#1114111;`.
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let character = end.and_then(|end| entity(&rest[1..end]));
        match (character, end) {
            (Some(character), Some(end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    let number =
        |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        name => {
            let digits = name.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(digits) => number(digits, 16),
                None => number(digits, 10),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_and_text_are_told_apart() {
        let found: Vec<_> = tokens("a<b x=\"1\">c</b ><br/>1 < 2<!-- x -->d<i").collect();
        let open = |name, attributes| Token::Open { name, attributes };
        assert_eq!(
            found,
            [
                Token::Text("a"),
                open("b", "x=\"1\""),
                Token::Text("c"),
                Token::Close { name: "b" },
                open("br", ""),
                Token::Text("1 "),
                Token::Text("<"),
                Token::Text(" 2"),
                Token::Text("d"),
                Token::Text("<i"),
            ]
        );
    }

    #[test]
    fn entities_are_read_once() {
        assert_eq!(decoded("a &amp;lt; &#60;&#x3e; &nope; & &quot;"), "a &lt; <> &nope; & \"");
        assert_eq!(decoded("&#1114112;&#xd800;"), "&#1114112;&#xd800;");
    }

    #[test]
    fn attributes_are_found_by_name() {
        let all = "itemscope=\"\" href='a&amp;b' id=7";
        assert_eq!(attribute(all, "href").as_deref(), Some("a&b"));
        assert_eq!(attribute(all, "id").as_deref(), Some("7"));
        assert_eq!(attribute(all, "class"), None);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_of_text_without_tags(text in "[^<]{0,40}") {
            let all: String = tokens(&text).filter_map(|token| match token {
                Token::Text(text) => Some(text),
                _ => None,
            }).collect();
            prop_assert_eq!(all, text);
        }
    }
}
