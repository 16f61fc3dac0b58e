//! Text as Markdown that says exactly that text.
//!
//! Three parsers read a post: the web client's (an old marked), the mobile client's (commonmark.js) and
//! the server's own, which finds mentions. What is written here says the same to each. Where a
//! backslash helps in all of them, there is one. A mention, channel, hashtag, emoji or address is found
//! in text *after* backslashes are gone, so those are parted by a character that nobody sees.

/// Parts what would be read as one word: WORD JOINER has no width, is no letter, no punctuation and no
/// white space, and no line ends at it.
pub(super) const JOINER: char = '\u{2060}';

/// How punctuation is kept from being markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    /// `\*`: easy to read in a notification that shows a post as it is written.
    Backslashes,
    /// `&#42;`: where the web client looks for the end of a label or of italics and knows no
    /// backslashes.
    Entities,
}

/// What text stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings {
    pub(super) escapes: Escapes,
    /// Whether an opening angle bracket is always an entity: a webhook reads `<…|…>` as Slack does.
    pub(super) slack_parsed: bool,
    /// Whether `$` could begin a formula: there is another in the same block.
    pub(super) formulas: bool,
    /// Whether addresses are text: not so in a link's own label.
    pub(super) inert_addresses: bool,
}

/// Schemes that clients link without slashes (`autolinkedUrlSchemes`), and that of actions.
const SCHEMES: [&str; 8] =
    ["http", "https", "ftp", "mailto", "tel", "mattermost", "mmaction", "sms"];

/// The longest run of backticks around a code span.
pub(super) const MOST_BACKTICKS: usize = 16;

/// The longest name of an emoji that is looked for.
const EMOJI_BYTES: usize = 64;

/// Writes a line's text, or a part of it, so that it is read as it is. It has no line ends.
pub(super) fn escape(text: &str, around: Surroundings, out: &mut String) {
    let mut before = None;
    for (at, c) in text.char_indices() {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let after = rest.chars().next();
        match c {
            '\\' => match around.escapes {
                // Read as it is everywhere; the web client does not know `\\n`.
                Escapes::Backslashes if after.is_some_and(|c| c.is_ascii_alphanumeric()) => {
                    out.push('\\');
                }
                escapes => punctuation('\\', escapes, out),
            },
            '*' | '`' | '[' | ']' | '|' => punctuation(c, around.escapes, out),
            '_' if is_letter(before) && is_letter(after) => out.push('_'),
            '_' => punctuation('_', around.escapes, out),
            '~' => {
                punctuation('~', around.escapes, out);
                part(is_word(after), out);
            }
            '<' if after == Some(' ') && !around.slack_parsed => out.push('<'),
            '<' => {
                out.push_str("&lt;");
                part(rest.starts_with('3') || rest.starts_with("/3"), out);
            }
            '&' if after.is_some_and(|c| c == '#' || c.is_ascii_alphanumeric()) => {
                out.push_str("&amp;");
            }
            '$' if around.formulas && !is_letter(before) => out.push_str("&#36;"),
            '@' => {
                out.push('@');
                let mail = before.is_some_and(|c| c.is_ascii_alphanumeric())
                    && after.is_some_and(|c| c.is_ascii_alphanumeric());
                part(!mail && after != Some(' '), out);
            }
            '#' => {
                out.push('#');
                part(after.is_none_or(char::is_alphabetic), out);
            }
            ':' => {
                let head = text.get(..at).unwrap_or_default();
                out.push(':');
                let links = around.inert_addresses && is_scheme(head, rest);
                part(links || is_emoji(rest) || is_emoticon(before, rest), out);
            }
            ';' => {
                out.push(';');
                let face = rest.strip_prefix('-').unwrap_or(rest);
                part(!is_word(before) && face.starts_with(')'), out);
            }
            'x' | 'X' if !is_word(before) && is_laugh(rest) => {
                out.push(c);
                out.push(JOINER);
            }
            '.' if around.inert_addresses && is_www(text.get(..at).unwrap_or_default()) => {
                out.push(JOINER);
                out.push('.');
            }
            '/' if around.inert_addresses && is_domain(text.get(..at).unwrap_or_default()) => {
                out.push(JOINER);
                out.push('/');
            }
            c => out.push(c),
        }
        before = Some(c);
    }
}

/// Writes text where only emoji and mentions are read, and no Markdown: on a button.
pub(super) fn label(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    for (at, c) in text.char_indices() {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let after = rest.chars().next();
        out.push(c);
        let live = match c {
            '@' => !is_word(before) && after.is_some_and(char::is_alphanumeric),
            '~' => is_word(after),
            '#' => after.is_some_and(char::is_alphabetic),
            ':' => is_emoji(rest) || is_emoticon(before, rest),
            _ => false,
        };
        part(live, &mut out);
        before = Some(c);
    }
    out
}

/// Parts a line from what its beginning would make of it: a heading, an item, a quote, a fence, code,
/// an underline of a heading. `line` is the line as it is escaped.
pub(super) fn opens_a_block(line: &str) -> bool {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(char::is_whitespace);
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = digits.strip_prefix(['.', ')']).filter(|_| digits.len() < line.len());
    // An underline makes a heading of the line above, or is a line across.
    let is_underline = || line.chars().all(|c| matches!(c, '=' | '-' | ' '));
    match line.chars().next() {
        None => false,
        Some('#') => ends(line.trim_start_matches('#')),
        Some('-' | '+') => line.get(1..).is_some_and(ends) || is_underline(),
        Some('=') => is_underline(),
        Some(first) => first == '>' || first.is_whitespace() || number.is_some_and(ends),
    }
}

/// Whether text can be a code span: one between so many backticks is read by nobody.
pub(super) fn is_code(text: &str) -> bool {
    longest_run(text, '`') < MOST_BACKTICKS
}

/// A code span; never empty.
pub(super) fn code(text: &str, out: &mut String) {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    // One space on each side is taken away again, and is needed beside a backtick.
    let is_padded = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let pad = if is_padded && !text.trim().is_empty() { " " } else { "" };
    for piece in [&fence, pad, text, pad, &fence] {
        out.push_str(piece);
    }
}

/// What begins and ends a code block with this text in it.
pub(super) fn fence(text: &str) -> String {
    "`".repeat(longest_run(text, '`').max(2) + 1)
}

/// What the language of a code block may be called: `None` where it is not a word.
pub(super) fn language(name: &str) -> Option<&str> {
    let is_one = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '#' | '.' | '_');
    // A block of this language is set as a formula.
    let is_formula = ["latex", "tex"].iter().any(|it| name.eq_ignore_ascii_case(it));
    ((1..=32).contains(&name.len()) && name.chars().all(is_one) && !is_formula).then_some(name)
}

/// An address as the destination of a link.
pub(super) fn destination(address: &str, out: &mut String) {
    for (at, c) in address.char_indices() {
        match c {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '|' => out.push_str("%7C"),
            '\\' => out.push_str("%5C"),
            '`' => out.push_str("%60"),
            '*' => out.push_str("%2A"),
            '"' => out.push_str("%22"),
            '\'' => out.push_str("%27"),
            ' ' => out.push_str("%20"),
            // What looks like an entity would be read as one.
            '&' => {
                let rest = address.get(at + 1..).unwrap_or_default();
                let name = rest.split(';').next().unwrap_or_default();
                let is_entity = name.len() < rest.len()
                    && name.chars().all(|c| c == '#' || c.is_ascii_alphanumeric());
                out.push_str(if is_entity { "&amp;" } else { "&" });
            }
            c => out.push(c),
        }
    }
}

fn punctuation(c: char, escapes: Escapes, out: &mut String) {
    match escapes {
        Escapes::Backslashes => {
            out.push('\\');
            out.push(c);
        }
        Escapes::Entities => out.push_str(&format!("&#{};", u32::from(c))),
    }
}

fn part(is_live: bool, out: &mut String) {
    if is_live {
        out.push(JOINER);
    }
}

fn is_letter(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric())
}

/// A letter, digit or underscore, as JavaScript's `\w` has it.
fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c == '_' || c.is_ascii_alphanumeric())
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Whether a colon ends a scheme that clients link.
fn is_scheme(before: &str, after: &str) -> bool {
    let is_one = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-');
    let mut letters = before.chars().rev().take_while(is_one).take(32).collect::<Vec<_>>();
    letters.reverse();
    let scheme: String = letters.into_iter().collect();
    let known = || SCHEMES.iter().any(|it| scheme.to_ascii_lowercase().ends_with(it));
    match after.chars().next() {
        Some('/') => !scheme.is_empty() && (after.starts_with("//") || known()),
        Some(c) => (c.is_alphanumeric() || c == '%') && known(),
        None => false,
    }
}

/// Whether a colon begins `:name:`. A time of day is none, though `:30:` could be the name of one.
fn is_emoji(after: &str) -> bool {
    let is_one = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-');
    let bytes = after.as_bytes();
    let end = bytes.iter().take(EMOJI_BYTES + 1).position(|byte| !is_one(char::from(*byte)));
    let Some(end) = end.filter(|end| *end > 0 && bytes.get(*end) == Some(&b':')) else {
        return false;
    };
    let is_time = end <= 2 && bytes.iter().take(end).all(u8::is_ascii_digit);
    !is_time
}

/// Whether a colon begins a face: `:)`, `:-D`, `:/`.
fn is_emoticon(before: Option<char>, after: &str) -> bool {
    let face = after.strip_prefix('-').unwrap_or(after);
    !is_word(before)
        && face.starts_with([
            ')', '(', ']', '[', '@', '/', '|', '$', '\'', '`', '’', 'o', 'O', 'd', 'D', 'p', 'P',
            's', 'S', 'x', 'X',
        ])
}

fn is_laugh(after: &str) -> bool {
    after.get(..2).is_some_and(|it| it.eq_ignore_ascii_case("-d"))
}

/// Whether text ends in `www`, or that and up to three digits.
fn is_www(before: &str) -> bool {
    let word = before.trim_end_matches(|c: char| c.is_ascii_digit());
    before.len() - word.len() <= 3
        && word
            .len()
            .checked_sub(3)
            .is_some_and(|at| word.get(at..).is_some_and(|it| it.eq_ignore_ascii_case("www")))
}

/// Whether text ends in a host: `bank.test`, which is linked when a slash follows.
fn is_domain(before: &str) -> bool {
    let letters = before.chars().rev().take(5).take_while(|c| c.is_alphabetic()).count();
    let mut rest = before.chars().rev().skip(letters);
    (2..=4).contains(&letters)
        && rest.next() == Some('.')
        && rest.next().is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let around = Surroundings {
            escapes: Escapes::Backslashes,
            slack_parsed: false,
            formulas: false,
            inert_addresses: true,
        };
        let mut out = String::new();
        escape(text, around, &mut out);
        out.replace(JOINER, "·")
    }

    #[test]
    fn what_would_be_markup_is_escaped() {
        assert_eq!(escaped("a *b* _c_ d_e ~f~"), r"a \*b\* \_c\_ d_e \~·f\~");
        assert_eq!(escaped("___ a__b"), r"\_\_\_ a\_\_b");
        assert_eq!(escaped("[x](https://evil.test)"), r"\[x\](https:·//evil.test)");
        assert_eq!(escaped("<b> a < b &lt; x & y"), "&lt;b> a < b &amp;lt; x & y");
        assert_eq!(escaped(r"C:\new \* \"), r"C:\new \\\* \\");
        assert_eq!(escaped("`a` | b"), r"\`a\` \| b");
    }

    #[test]
    fn what_would_be_found_in_text_is_parted() {
        assert_eq!(escaped("@all x@all.-@here bob@x.test"), "@·all x@all.-@·here bob@x.test");
        assert_eq!(escaped("~town #ops #42"), r"\~·town #·ops #42");
        assert_eq!(escaped(":tada: 12:30:45 a: b :)"), ":·tada: 12:30:45 a: b :·)");
        assert_eq!(escaped("www.x.test bank.test/in a/b"), "www·.x.test bank.test·/in a/b");
        assert_eq!(escaped("mailto:x key:value"), "mailto:·x key:value");
    }

    #[test]
    fn code_is_fenced_by_more_than_it_has() {
        let said = |text: &str| {
            let mut out = String::new();
            code(text, &mut out);
            out
        };
        assert_eq!(said("a"), "`a`");
        assert_eq!(said("a``b"), "```a``b```");
        assert_eq!(said("`"), "`` ` ``");
        assert_eq!(fence("x"), "```");
        assert_eq!(fence("```"), "````");
    }
}
