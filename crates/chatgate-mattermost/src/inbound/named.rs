//! Whom a post names: in Mattermost a mention is a name, and a decision needs an id.

use super::Frame;
use super::post::{Data, Post};

/// The most names of one post that are looked up.
const MOST: usize = 16;
/// Names that are nobody's (mattermost.md §8).
const NOBODY: &[&str] = &["all", "channel", "here"];

/// The names in a new post that speaks to `own`, in a direct channel or by that name; none of any other
/// post, for nobody needs them there.
pub(crate) fn named_in(frame: &Frame<'_>, own: &str) -> Vec<String> {
    if frame.name() != "posted" {
        return Vec::new();
    }
    let data: Data = frame.data();
    let Some(Post { message: Some(message), .. }) = data.read() else { return Vec::new() };
    let mut names = names(&message);
    let speaks_to_us = data.is_direct() || names.iter().any(|name| name == own);
    names.retain(|name| name != own && !NOBODY.contains(&name.as_str()));
    names.truncate(MOST);
    if speaks_to_us { names } else { Vec::new() }
}

/// Each name after an `@` that begins a word. One that ends in a mark may end a sentence: it counts with
/// the mark, and without.
fn names(message: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = ' ';
    for (at, char) in message.char_indices() {
        let begins = char == '@' && !before.is_alphanumeric();
        before = char;
        if !begins || found.len() > 2 * MOST {
            continue;
        }
        let rest = message.get(at + 1..).unwrap_or_default();
        let is_part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let name: String = rest.chars().take(64).take_while(is_part).collect();
        let name = name.to_lowercase();
        let word = name.trim_end_matches(['.', '-', '_']);
        for name in [word, &name] {
            if !name.is_empty() && !found.iter().any(|known| known == name) {
                found.push(name.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_found_as_people_write_them() {
        assert_eq!(
            names("@Bob, tell @carol.x. or (@dave)"),
            ["bob", "carol.x", "carol.x.", "dave"]
        );
        assert!(names("mail a@b.c, @ nobody, @").is_empty());
        assert!(names(&"@a".repeat(10_000)).len() <= 2);
    }

    #[test]
    fn only_what_speaks_to_us_is_looked_up() {
        let named = |message: &str, kind: &str| {
            let post = json!({"message": message}).to_string();
            let data = json!({"post": post, "channel_type": kind});
            let frame = json!({"event": "posted", "data": data, "seq": 1}).to_string();
            named_in(&Frame::read(&frame).unwrap(), "opsbot")
        };
        assert_eq!(named("@opsbot page @bob and @all", "O"), ["bob"]);
        assert_eq!(named("page @bob", "D"), ["bob"]);
        assert!(named("page @bob", "O").is_empty());
    }
}
