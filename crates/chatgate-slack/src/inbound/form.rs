//! The fields of a form post.

use std::borrow::Cow;

/// The fields of a form post, each at most once.
#[derive(Debug)]
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    /// Reads a body; `None` when a field comes twice, as two readers could then see two requests.
    pub(crate) fn read(body: &'a [u8]) -> Option<Self> {
        let mut fields: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::with_capacity(16);
        for (name, value) in form_urlencoded::parse(body) {
            if fields.len() >= MAX_FIELDS || fields.iter().any(|(other, _)| *other == name) {
                return None;
            }
            fields.push((name, value));
        }
        Some(Self(fields))
    }

    /// A field's value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// A field's value where it is not empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }
}

/// A slash command has some seventeen; each is compared with all before it.
const MAX_FIELDS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_comes_once() {
        let fields = Fields::read(b"command=%2Fops&text=a+b&empty=").unwrap();
        assert_eq!(fields.get("command"), Some("/ops"));
        assert_eq!(fields.get("text"), Some("a b"));
        assert_eq!((fields.get("empty"), fields.filled("empty")), (Some(""), None));
        assert!(Fields::read(b"a=1&b=2&%61=3").is_none());
        assert!(Fields::read(&b"x&".repeat(2)).is_none());
    }
}
