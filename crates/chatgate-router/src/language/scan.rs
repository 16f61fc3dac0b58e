//! From a line's text to its words.

use super::flatten::{Entity, Mark};
use super::quote;

/// One word of a line.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Where it begins in the source, a byte.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// What it says; `None` when that is the source as it stands.
    text: Option<Box<str>>,
    pub(super) form: Form,
    /// Where the value after the first `=` begins: in the text, and in the source.
    pub(super) equals: Option<(usize, usize)>,
    /// The mark that it is, or that its value after `=` is.
    pub(super) entity: Option<usize>,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is: it may be a flag.
    Plain,
    /// Beginning with a quote, a backslash or a mark: it is no flag.
    Literal,
    /// With a quote that nothing closes.
    Unclosed,
}

impl Token {
    pub(super) fn text<'a>(&'a self, source: &'a str) -> &'a str {
        self.text.as_deref().unwrap_or(&source[self.start..self.end])
    }

    pub(super) fn is_plain(&self) -> bool {
        self.form == Form::Plain
    }

    /// True when its text is the source as it stands, so that a place in one is a place in the other.
    pub(super) fn is_verbatim(&self) -> bool {
        self.text.is_none()
    }
}

/// The words of a line, at most `limit` of them, and whether that is all.
pub(super) fn scan(source: &str, marks: &[Mark], limit: usize) -> (Vec<Token>, bool) {
    let mut tokens = Vec::with_capacity(8);
    let mut scanner = Scanner { source, marks, next_mark: 0, at: 0 };
    while scanner.skip_space() {
        if tokens.len() == limit {
            return (tokens, false);
        }
        tokens.push(scanner.token());
    }
    (tokens, true)
}

struct Scanner<'a> {
    source: &'a str,
    marks: &'a [Mark],
    next_mark: usize,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// Goes to the next word; false when there is none.
    fn skip_space(&mut self) -> bool {
        while self.mark().is_none() {
            match self.peek() {
                Some(c) if c.is_whitespace() => self.at += c.len_utf8(),
                other => return other.is_some(),
            }
        }
        true
    }

    fn token(&mut self) -> Token {
        let start = self.at;
        let mut token =
            Token { start, end: start, text: None, form: Form::Plain, equals: None, entity: None };
        let mut text = Text { source: self.source, start, built: None };
        loop {
            let opens = self.at == start || token.equals.is_some_and(|(_, at)| at == self.at);
            if let Some(index) = self.mark() {
                self.take_mark(index, opens, &mut token, &mut text);
                continue;
            }
            let plain = self.plain();
            if !plain.is_empty() {
                token.entity = None;
                self.at += plain.len();
                text.push_str(plain);
                continue;
            }
            let run = self.run_of_letters();
            if run > 0 {
                text.push_str(&self.source[self.at..self.at + run]);
                self.at += run;
                token.entity = None;
                continue;
            }
            let Some(c) = self.peek().filter(|c| !c.is_whitespace()) else {
                break;
            };
            token.entity = None;
            if let Some(closing) = quote::closing(c).filter(|_| opens) {
                let opened = self.at;
                text.build(opened);
                if !self.quoted(c, closing, &mut text) {
                    token.form = Form::Unclosed;
                } else if opened == start {
                    token.form = Form::Literal;
                }
                continue;
            }
            if let Some(escaped) = self.escaped() {
                if self.at == start {
                    token.form = Form::Literal;
                }
                text.build(self.at);
                text.push(escaped);
                self.at += 1 + escaped.len_utf8();
                continue;
            }
            self.at += c.len_utf8();
            text.push(c);
            if c == '=' && token.equals.is_none() {
                token.equals = Some((text.len(self.at), self.at));
            }
        }
        token.end = self.at;
        token.text = text.built.map(String::into_boxed_str);
        token
    }

    /// How many bytes of letters and signs without a meaning of their own stand here: most of most
    /// lines, read at once.
    fn run_of_letters(&self) -> usize {
        let end = self.marks.get(self.next_mark).map_or(self.source.len(), |mark| mark.start);
        let bytes = self.source.as_bytes().get(self.at..end).unwrap_or_default();
        let other = bytes.iter().position(|byte| {
            !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':'))
        });
        other.unwrap_or(bytes.len())
    }

    /// A mark is one piece of a word; it is what the word means when nothing else stands beside it.
    fn take_mark(&mut self, index: usize, opens: bool, token: &mut Token, text: &mut Text<'a>) {
        let Some(mark) = self.marks.get(index) else {
            return;
        };
        if self.at == token.start {
            token.form = Form::Literal;
        }
        token.entity = opens.then_some(index);
        if let Entity::Code(code) = &mark.entity {
            text.build(self.at);
            text.push_str(code);
        } else {
            text.push_str(&self.source[mark.start..mark.end]);
        }
        self.at = mark.end;
        self.next_mark = index + 1;
    }

    /// Reads up to the closing quote; false when there is none.
    fn quoted(&mut self, opening: char, closing: &[char], text: &mut Text<'a>) -> bool {
        self.at += opening.len_utf8();
        while let Some(c) = self.peek() {
            if let Some(index) = self.mark() {
                let mark = &self.marks[index];
                text.push_str(&self.source[mark.start..mark.end]);
                self.at = mark.end;
                self.next_mark = index + 1;
                continue;
            }
            if let Some(escaped) = self.escaped() {
                text.push(escaped);
                self.at += 1 + escaped.len_utf8();
                continue;
            }
            self.at += c.len_utf8();
            if closing.contains(&c) && (!quote::is_apostrophe(c) || self.at_end_of_word()) {
                return true;
            }
            text.push(if quote::is_fixed_space(c) { ' ' } else { c });
        }
        false
    }

    /// The character that a backslash here stands before and takes as it is.
    fn escaped(&self) -> Option<char> {
        let rest = self.source[self.at..].strip_prefix('\\')?;
        // Within a mark nothing is escaped, and no mark begins with such a character.
        let c = rest.chars().next()?;
        let plain = self.marks.get(self.next_mark).is_none_or(|mark| mark.start > self.at + 1);
        (plain && quote::can_be_escaped(c)).then_some(c)
    }

    fn at_end_of_word(&self) -> bool {
        self.mark().is_none() && self.peek().is_none_or(char::is_whitespace)
    }

    /// The characters from here on that mean nothing but themselves: most of what people type.
    fn plain(&self) -> &'a str {
        let source: &'a str = self.source;
        let end = self.marks.get(self.next_mark).map_or(source.len(), |mark| mark.start);
        let rest = source.get(self.at..end).unwrap_or_default();
        let means_itself = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./:@#,+".contains(byte);
        let length = rest.as_bytes().iter().take_while(|byte| means_itself(byte)).count();
        &rest[..length]
    }

    fn peek(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    /// The mark that begins here.
    fn mark(&self) -> Option<usize> {
        let mark = self.marks.get(self.next_mark)?;
        (mark.start == self.at && mark.end > mark.start).then_some(self.next_mark)
    }
}

/// What a word says, copied only once it differs from the source.
struct Text<'a> {
    source: &'a str,
    start: usize,
    built: Option<String>,
}

impl Text<'_> {
    /// From here on the text differs from the source.
    fn build(&mut self, at: usize) {
        if self.built.is_none() {
            self.built = Some(self.source[self.start..at].to_owned());
        }
    }

    fn push(&mut self, c: char) {
        if let Some(built) = &mut self.built {
            built.push(c);
        }
    }

    fn push_str(&mut self, text: &str) {
        if let Some(built) = &mut self.built {
            built.push_str(text);
        }
    }

    /// How long it is, when the source has been read up to `at`.
    fn len(&self, at: usize) -> usize {
        self.built.as_ref().map_or(at - self.start, String::len)
    }
}
