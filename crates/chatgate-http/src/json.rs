//! What JSON from outside must pass before anything reads it.

use std::borrow::Cow;

use chatgate_core::{Error, Result};

/// The deepest nesting that [`check_json`] lets through.
pub const MAX_JSON_DEPTH: usize = 64;

// Up to here the keys of one object are compared as they come; above it they are sorted at its end,
// so that a body full of keys costs n log n.
const FEW_KEYS: usize = 16;

// Every byte of a word.
const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Checks JSON from outside in one pass, without building anything from it: it must be one whole
/// value, no deeper than [`MAX_JSON_DEPTH`], and no object may have a key twice, as two readers could
/// then see two different requests. Keys are compared as they read, whatever their escapes.
///
/// Numbers may be larger than any type holds: that is for the one who reads them.
///
/// ```
/// use chatgate_http::check_json;
/// assert!(check_json(br#"{"user": {"id": "U1"}}"#).is_ok());
/// let doubled = check_json(br#"{"user": 1, "\u0075ser": 2}"#).unwrap_err();
/// assert_eq!(doubled.code(), Some("json_duplicate_key"));
/// ```
///
/// # Errors
/// `malformed` with the code `json_too_deep`, `json_duplicate_key` or `json_malformed`.
pub fn check_json(bytes: &[u8]) -> Result<()> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Checker::new(text.as_bytes()).check(),
        Err(error) => Err(refused("json_malformed", error.valid_up_to())),
    }
}

/// Neither the bytes nor a key of them goes into the error: they are not ours to repeat.
fn refused(code: &'static str, position: usize) -> Error {
    Error::malformed(format!("at byte {position}")).with_code(code)
}

/// An array or an object that is open.
#[derive(Clone, Copy)]
enum Open {
    Array,
    /// An object, and where its keys begin.
    Object(usize),
}

struct Checker<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<Open>,
    /// The keys of all open objects, the innermost one's last.
    keys: Vec<Cow<'a, [u8]>>,
}

impl<'a> Checker<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, open: Vec::with_capacity(16), keys: Vec::with_capacity(32) }
    }

    fn check(mut self) -> Result<()> {
        loop {
            let closes = self.value()?;
            if !closes {
                continue;
            }
            if !self.after_value()? {
                return Ok(());
            }
        }
    }

    /// Reads a value up to its end, or up to where its first member begins. True when it is whole.
    fn value(&mut self) -> Result<bool> {
        self.skip_space();
        match self.peek() {
            Some(b'"') => self.string().map(|_| true),
            Some(b'{') => {
                self.enter(Open::Object(self.keys.len()))?;
                self.skip_space();
                if self.peek() == Some(b'}') {
                    return Ok(true);
                }
                self.key()?;
                Ok(false)
            }
            Some(b'[') => {
                self.enter(Open::Array)?;
                self.skip_space();
                Ok(self.peek() == Some(b']'))
            }
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| true),
            Some(b't') => self.word(b"true").map(|()| true),
            Some(b'f') => self.word(b"false").map(|()| true),
            Some(b'n') => self.word(b"null").map(|()| true),
            _ => Err(self.malformed()),
        }
    }

    /// Reads what follows a value, up to where the next one begins. False when all is read.
    fn after_value(&mut self) -> Result<bool> {
        loop {
            self.skip_space();
            let Some(&open) = self.open.last() else {
                return if self.at == self.bytes.len() { Ok(false) } else { Err(self.malformed()) };
            };
            match (self.peek(), open) {
                (Some(b','), Open::Array) => {
                    self.at += 1;
                    return Ok(true);
                }
                (Some(b','), Open::Object(_)) => {
                    self.at += 1;
                    self.skip_space();
                    self.key()?;
                    return Ok(true);
                }
                (Some(b']'), Open::Array) => {}
                (Some(b'}'), Open::Object(first)) => self.leave_object(first)?,
                _ => return Err(self.malformed()),
            }
            self.at += 1;
            self.open.pop();
        }
    }

    fn enter(&mut self, open: Open) -> Result<()> {
        if self.open.len() == MAX_JSON_DEPTH {
            return Err(refused("json_too_deep", self.at));
        }
        self.open.push(open);
        self.at += 1;
        Ok(())
    }

    fn leave_object(&mut self, first: usize) -> Result<()> {
        let keys = self.keys.get_mut(first..).unwrap_or_default();
        if keys.len() > FEW_KEYS {
            keys.sort_unstable();
            if keys.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(refused("json_duplicate_key", self.at));
            }
        }
        self.keys.truncate(first);
        Ok(())
    }

    /// Reads a key and its colon.
    fn key(&mut self) -> Result<()> {
        if self.peek() != Some(b'"') {
            return Err(self.malformed());
        }
        let start = self.at;
        let escaped = self.string()?;
        let inner = self.bytes.get(start + 1..self.at - 1).unwrap_or_default();
        let key = if escaped {
            let unescaped: String = serde_json::from_slice(&self.bytes[start..self.at])
                .map_err(|_| refused("json_malformed", start))?;
            Cow::Owned(unescaped.into_bytes())
        } else {
            Cow::Borrowed(inner)
        };
        let Some(Open::Object(first)) = self.open.last() else { return Err(self.malformed()) };
        let siblings = self.keys.get(*first..).unwrap_or_default();
        if siblings.len() < FEW_KEYS && siblings.contains(&key) {
            return Err(refused("json_duplicate_key", start));
        }
        self.keys.push(key);
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.malformed());
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a string. True when it has escapes.
    fn string(&mut self) -> Result<bool> {
        self.at += 1;
        let mut escaped = false;
        loop {
            self.skip_plain();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    self.at += 1;
                    self.escape()?;
                }
                _ => return Err(self.malformed()),
            }
        }
    }

    fn escape(&mut self) -> Result<()> {
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let digits = self.bytes.get(self.at + 1..self.at + 5);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return Err(self.malformed());
                }
                self.at += 5;
            }
            _ => return Err(self.malformed()),
        }
        Ok(())
    }

    /// Skips what a string may hold as it is: up to a quote, a backslash or a control character.
    fn skip_plain(&mut self) {
        // Eight bytes at a time: most of a payload is text.
        while let Some(Ok(chunk)) = self.bytes.get(self.at..self.at + 8).map(<[u8; 8]>::try_from) {
            let word = u64::from_le_bytes(chunk);
            let special = below(word, 0x20) | is(word, b'"') | is(word, b'\\');
            if special != 0 {
                // The lowest hit is exact, those above it need not be.
                self.at += (special.trailing_zeros() / 8) as usize;
                return;
            }
            self.at += 8;
        }
        while self.peek().is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
            self.at += 1;
        }
    }

    fn number(&mut self) -> Result<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.malformed()) }
    }

    fn word(&mut self, word: &[u8]) -> Result<()> {
        if self.bytes.get(self.at..self.at + word.len()) != Some(word) {
            return Err(self.malformed());
        }
        self.at += word.len();
        Ok(())
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn malformed(&self) -> Error {
        refused("json_malformed", self.at)
    }
}

/// Marks the bytes of a word that are below `limit`.
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(LOW_BITS * u64::from(limit)) & !word & HIGH_BITS
}

/// Marks the bytes of a word that are `byte`.
fn is(word: u64, byte: u8) -> u64 {
    below(word ^ (LOW_BITS * u64::from(byte)), 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn code(text: &str) -> Option<String> {
        check_json(text.as_bytes()).err().map(|error| {
            assert!(error.is_malformed());
            error.code().unwrap().to_owned()
        })
    }

    #[test]
    fn ordinary_json_passes() {
        for text in [
            "null",
            " true ",
            "[]",
            "{}",
            "[ ]",
            "{ }",
            "-0.5e+10",
            "1e999",
            r#""\ud83d\ude00 \" \\ \/""#,
            r#"{"a":[1,{"a":2},{"a":3}],"b":{"a":{"a":null}}}"#,
            "[\"a text that is longer than one word of eight bytes ☃ and goes on\", false]",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            " ",
            "nul",
            "nullx",
            "[1,]",
            "[,]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "[1 2]",
            "{\"a\":1,}",
            "01",
            "-",
            "1.",
            "1e",
            "+1",
            ".5",
            "\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\n\"",
            "[1]]",
            "[}",
            "{]",
            "[",
            "{\"a\":1",
            "\u{feff}{}",
            "'a'",
            "NaN",
        ] {
            assert_eq!(code(text).as_deref(), Some("json_malformed"), "{text:?}");
        }
        assert_eq!(check_json(b"\"\xff\"").unwrap_err().code(), Some("json_malformed"));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(code(&nested(MAX_JSON_DEPTH)), None);
        assert_eq!(code(&nested(MAX_JSON_DEPTH + 1)).as_deref(), Some("json_too_deep"));
        assert_eq!(code(&"[".repeat(1_000_000)).as_deref(), Some("json_too_deep"));
        assert_eq!(code(&"{\"a\":".repeat(10_000)).as_deref(), Some("json_too_deep"));
    }

    #[test]
    fn a_key_may_come_once() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"b":{},"a":1}"#,
            r#"[{"x":{"a":1,"\u0061":2}}]"#,
            r#"{"":1,"":2}"#,
        ] {
            assert_eq!(code(text).as_deref(), Some("json_duplicate_key"), "{text}");
        }
        let many = |last: usize| {
            let keys: Vec<String> =
                (0..100).chain([last]).map(|n| format!("\"k{n}\":{n}")).collect();
            format!("{{{}}}", keys.join(","))
        };
        assert_eq!(code(&many(100)), None);
        assert_eq!(code(&many(3)).as_deref(), Some("json_duplicate_key"));
        assert_eq!(code(&many(99)).as_deref(), Some("json_duplicate_key"));
    }

    #[test]
    fn what_is_refused_is_not_repeated() {
        let error = check_json(br#"{"canary":1,"canary":2}"#).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    /// JSON whose objects may hold a key twice.
    #[derive(Clone, Debug)]
    enum Sample {
        Plain(Value),
        Array(Vec<Sample>),
        Object(Vec<(String, Sample)>),
    }

    impl Sample {
        fn has_double(&self) -> bool {
            match self {
                Self::Plain(_) => false,
                Self::Array(items) => items.iter().any(Self::has_double),
                Self::Object(fields) => {
                    let doubled = |(index, (key, _)): (usize, &(String, Self))| {
                        fields[..index].iter().any(|(other, _)| other == key)
                    };
                    fields.iter().enumerate().any(doubled)
                        || fields.iter().any(|(_, value)| value.has_double())
                }
            }
        }

        fn write(&self, escape: bool, text: &mut String) {
            let quoted = |key: &str| match key.chars().next() {
                Some(first) if escape && u32::from(first) < 0x1_0000 => {
                    let rest = serde_json::to_string(&key[first.len_utf8()..]).unwrap();
                    format!("\"\\u{:04x}{}", u32::from(first), &rest[1..])
                }
                _ => serde_json::to_string(key).unwrap(),
            };
            match self {
                Self::Plain(value) => text.push_str(&value.to_string()),
                Self::Array(items) => {
                    text.push('[');
                    for (index, item) in items.iter().enumerate() {
                        text.push_str(if index == 0 { "" } else { " , " });
                        item.write(escape, text);
                    }
                    text.push(']');
                }
                Self::Object(fields) => {
                    text.push('{');
                    for (index, (key, value)) in fields.iter().enumerate() {
                        text.push_str(if index == 0 { "" } else { ",\n" });
                        let key = if index % 2 == 0 { quoted(key) } else { format!("{key:?}") };
                        text.push_str(&key);
                        text.push(':');
                        value.write(escape, text);
                    }
                    text.push('}');
                }
            }
        }
    }

    fn sample() -> impl Strategy<Value = Sample> {
        let plain = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        plain.prop_map(Sample::Plain).prop_recursive(6, 64, 24, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Sample::Array),
                prop::collection::vec(("[a-zé]{0,2}", inner), 0..24).prop_map(Sample::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_slow_reader(sample in sample(), escape in any::<bool>()) {
            let mut text = String::new();
            sample.write(escape, &mut text);
            prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}", text);
            let expected = sample.has_double().then(|| "json_duplicate_key".to_owned());
            prop_assert_eq!(code(&text), expected, "{}", text);
        }

        #[test]
        fn what_it_lets_through_is_json(text in r#"[\[\]{}",:\\u0-9a-f.eE+\- tnl]{0,24}"#) {
            let passed = check_json(text.as_bytes()).is_ok();
            let reads = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            // One way only: doubled keys are JSON to others.
            prop_assert!(!passed || reads, "{}", text);
            let value = serde_json::from_str::<Value>(&text);
            prop_assert!(passed || value.is_err() || code(&text).as_deref() != Some("json_malformed"));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            let _ = check_json(&bytes);
        }

        #[test]
        fn no_damage_makes_it_panic(
            sample in sample(),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut text = String::new();
            sample.write(false, &mut text);
            let mut bytes = text.into_bytes();
            let position = at.index(bytes.len());
            bytes[position] = byte;
            bytes.truncate(cut.index(bytes.len()) + 1);
            let passed = check_json(&bytes).is_ok();
            let reads = serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok();
            prop_assert!(!passed || reads);
        }
    }
}
