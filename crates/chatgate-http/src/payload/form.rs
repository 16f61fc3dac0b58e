//! The fields of a form post.

use std::borrow::Cow;

/// The fields of a form post (`application/x-www-form-urlencoded`), or of a query.
///
/// ```
/// use chatgate_http::FormFields;
/// let fields = FormFields::read(b"command=%2Fops&text=a+b").expect("each field comes once");
/// assert_eq!((fields.get("command"), fields.get("text")), (Some("/ops"), Some("a b")));
/// assert!(FormFields::read(b"text=a&text=b").is_none());
/// ```
#[derive(Clone, Debug)]
pub struct FormFields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> FormFields<'a> {
    /// Reads a body; `None` when it has too many fields, or a field comes twice, as two readers could
    /// then see two requests.
    #[must_use]
    pub fn read(body: &'a [u8]) -> Option<Self> {
        Self::read_with_lists(body, &[])
    }

    /// The same, but the fields named here may come as often as they like: they are lists.
    #[must_use]
    pub fn read_with_lists(body: &'a [u8], lists: &[&str]) -> Option<Self> {
        let mut fields: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::with_capacity(16);
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=').map(decoded);
            let (name, value) =
                (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
            let is_list = lists.contains(&&*name);
            let is_doubled = !is_list && fields.iter().any(|(other, _)| *other == name);
            if fields.len() >= MAX_FIELDS || is_doubled {
                return None;
            }
            fields.push((name, value));
        }
        Some(Self(fields))
    }

    /// A field's value; the first of a list.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// A field's value where it is not empty.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// All values of a list, in order.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.iter().filter(move |(other, _)| *other == name).map(|(_, value)| value)
    }

    /// All fields with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }
}

/// One half of a field, as a form has it (URL Standard, section 5.1): `+` is a space, `%XX` a byte, and
/// what is no UTF-8 is replaced.
///
/// In one pass, since most of a click is one long field of which every fifth byte is escaped.
fn decoded(part: &[u8]) -> Cow<'_, str> {
    let Some(first) = part.iter().position(|byte| matches!(byte, b'+' | b'%')) else {
        return String::from_utf8_lossy(part);
    };
    let mut out = Vec::with_capacity(part.len());
    let (plain, mut rest) = part.split_at(first);
    out.extend_from_slice(plain);
    while let [byte, after @ ..] = rest {
        rest = after;
        out.push(match (byte, after) {
            (b'+', _) => b' ',
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    rest = after;
                    high << 4 | low
                }
                _ => b'%',
            },
            (byte, _) => *byte,
        });
    }
    match String::from_utf8(out) {
        Ok(text) => text.into(),
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned().into(),
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// A slash command has some seventeen, and lists of those whom it mentions; each field is compared with
/// all before it.
const MAX_FIELDS: usize = 256;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_form_is_read_as_others_read_it(
            body in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                "[a-c%+=&0-9A-Fa-f]{0,40}".prop_map(String::into_bytes),
            ],
        ) {
            let expected: Vec<_> = form_urlencoded::parse(&body).collect();
            let twice = |(index, (name, _)): (usize, &(Cow<'_, str>, Cow<'_, str>))| {
                expected[..index].iter().any(|(other, _)| other == name)
            };
            match FormFields::read(&body) {
                Some(fields) => prop_assert_eq!(fields.0, expected),
                None => prop_assert!(expected.iter().enumerate().any(twice)),
            }
        }
    }

    #[test]
    fn each_field_comes_once() {
        let fields = FormFields::read(b"command=%2Fops&text=a+b&empty=").unwrap();
        assert_eq!(fields.get("command"), Some("/ops"));
        assert_eq!(fields.get("text"), Some("a b"));
        assert_eq!((fields.get("empty"), fields.filled("empty")), (Some(""), None));
        assert!(FormFields::read(b"a=1&b=2&%61=3").is_none());
        assert!(FormFields::read(&b"x&".repeat(2)).is_none());
        let lists = FormFields::read_with_lists(b"id=1&id=2&text=a", &["id"]).unwrap();
        assert_eq!(lists.all("id").collect::<Vec<_>>(), ["1", "2"]);
        assert!(FormFields::read_with_lists(b"id=1&text=a&text=b", &["id"]).is_none());
        assert!(FormFields::read(&b"a=1&".repeat(MAX_FIELDS + 1)).is_none());
    }
}
