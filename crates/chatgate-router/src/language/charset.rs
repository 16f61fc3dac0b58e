//! Which characters a word and a text may have.

use unicode_script::{Script, ScriptExtension, UnicodeScript};

/// Why a text is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Odd {
    /// A character that cannot be seen, and the byte where it stands.
    Unseen { at: usize, c: char },
    /// Letters of two scripts, and the byte where the second one begins.
    Mixed { at: usize, c: char, scripts: [&'static str; 2] },
}

impl Odd {
    /// What is wrong, to be read after the name of what has it.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Unseen { c, .. } => {
                format!("has a character that cannot be seen: U+{:04X}", u32::from(*c))
            }
            Self::Mixed { scripts: [first, second], .. } => {
                format!("mixes {first} and {second} letters")
            }
        }
    }
}

/// Checks a word: printable, of one script, nothing that cannot be seen.
pub(super) fn check_word(text: &str) -> Result<(), Odd> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(());
    }
    let mut scripts = Scripts::default();
    for (at, c) in text.char_indices() {
        if c.is_control() || (c.is_whitespace() && c != ' ') || is_unseen(c) || is_unassigned(c) {
            return Err(Odd::Unseen { at, c });
        }
        if let Some(scripts) = scripts.mix_with(c) {
            return Err(Odd::Mixed { at, c, scripts });
        }
    }
    Ok(())
}

/// Checks free text: no control characters but tabs and line ends, nothing that turns the direction of
/// what follows.
pub(crate) fn check_text(text: &str) -> Result<(), Odd> {
    let bad = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || is_noncharacter(c)
    };
    match text.char_indices().find(|&(_, c)| bad(c)) {
        Some((at, c)) => Err(Odd::Unseen { at, c }),
        None => Ok(()),
    }
}

/// Characters without a shape of their own: format characters, fillers, variation selectors, and what
/// only a program's own font can show. From the Unicode Character Database 16: general category Cf,
/// Default_Ignorable_Code_Point, Co.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{f0000}'..='\u{10ffff}')
        || is_noncharacter(c)
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

fn is_unassigned(c: char) -> bool {
    c.script() == Script::Unknown
}

/// The scripts that all letters so far can belong to.
#[derive(Default)]
struct Scripts {
    common: Option<ScriptExtension>,
    first: Option<ScriptExtension>,
    east_asian: Option<u8>,
}

/// The writing systems that use several scripts together (UTS 39, augmented script sets): Chinese
/// with Bopomofo, Japanese, Korean.
const HANB: u8 = 1;
const JPAN: u8 = 2;
const KORE: u8 = 4;

impl Scripts {
    /// Adds a character; gives two scripts that do not go together.
    fn mix_with(&mut self, c: char) -> Option<[&'static str; 2]> {
        let extension = c.script_extension();
        if extension.is_common() || extension.is_inherited() {
            return None;
        }
        let common = self.common.unwrap_or(extension).intersection(extension);
        let east_asian = self.east_asian.unwrap_or(u8::MAX) & east_asian(extension);
        let first = *self.first.get_or_insert(extension);
        (self.common, self.east_asian) = (Some(common), Some(east_asian));
        let mixed = common.is_empty() && east_asian == 0;
        mixed.then(|| [first, extension].map(script_name))
    }
}

/// A character may belong to several scripts; one is enough to say that it is a stranger.
fn script_name(extension: ScriptExtension) -> &'static str {
    extension.iter().next().map_or("unknown", Script::full_name)
}

fn east_asian(extension: ScriptExtension) -> u8 {
    let has = |script| extension.contains_script(script);
    let mut systems = 0;
    if has(Script::Han) {
        systems |= HANB | JPAN | KORE;
    }
    if has(Script::Bopomofo) {
        systems |= HANB;
    }
    if has(Script::Hiragana) || has(Script::Katakana) {
        systems |= JPAN;
    }
    if has(Script::Hangul) {
        systems |= KORE;
    }
    systems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_script_are_taken_whatever_the_script() {
        for word in [
            "api",
            "a b",
            "größe",
            "апи",
            "日本語テスト",
            "한국어",
            "שלום",
            "emoji🚀",
            "naïve-2",
            "漢字ㄅ",
        ] {
            assert_eq!(check_word(word), Ok(()), "{word}");
        }
    }

    #[test]
    fn look_alikes_of_another_script_are_refused_where_they_stand() {
        let Err(Odd::Mixed { at, scripts, .. }) = check_word("аpi") else { panic!("taken") };
        assert_eq!((at, scripts), (2, ["Cyrillic", "Latin"]));
        assert!(check_word("prοd").is_err());
        assert!(check_word("テストапи").is_err());
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        for c in [
            '\0',
            '\u{1b}',
            '\u{200b}',
            '\u{200d}',
            '\u{202e}',
            '\u{2066}',
            '\u{feff}',
            '\u{ad}',
            '\u{2028}',
            '\u{a0}',
            '\u{fe0f}',
            '\u{e0041}',
            '\u{e000}',
            '\t',
            '\n',
            '\u{3164}',
            '\u{ffff}',
        ] {
            let word = format!("a{c}b");
            assert_eq!(check_word(&word), Err(Odd::Unseen { at: 1, c }), "{c:?}");
        }
    }

    #[test]
    fn free_text_takes_lines_and_joined_emoji_but_no_overrides() {
        assert_eq!(check_text("one\n\ttwo 👩‍💻 — «ok»"), Ok(()));
        for c in ['\0', '\u{7}', '\u{202e}', '\u{2067}'] {
            assert!(check_text(&format!("a{c}")).is_err(), "{c:?}");
        }
    }
}
