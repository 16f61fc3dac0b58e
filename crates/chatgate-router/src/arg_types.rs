//! The types of Rust that an argument can become.

use std::time::Duration;

use chatgate_core::{ArgKind, ConversationId, Error, Result, Timestamp, UserId};
use serde_json::Value;
use url::Url;

use crate::FromArg;
use crate::args::absent;

fn wrong(kind: &ArgKind) -> Error {
    Error::malformed(format!("is not {}", kind.expectation()))
}

/// A whole number: 64-bit unsigned ones go as far as JSON and policies can count exactly.
macro_rules! integers {
    ($($type:ty),*) => {$(
        impl FromArg for $type {
            fn kind() -> ArgKind {
                ArgKind::Integer {
                    min: i64::try_from(<$type>::MIN).unwrap_or(i64::MIN),
                    max: i64::try_from(<$type>::MAX).unwrap_or(i64::MAX),
                }
            }

            fn from_arg(value: Option<&Value>) -> Result<Self> {
                let number = value.ok_or_else(absent)?.as_i64();
                number
                    .and_then(|number| Self::try_from(number).ok())
                    .ok_or_else(|| wrong(&Self::kind()))
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64, isize, usize);

impl FromArg for f64 {
    fn kind() -> ArgKind {
        ArgKind::Number
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        value.ok_or_else(absent)?.as_f64().ok_or_else(|| wrong(&Self::kind()))
    }
}

impl FromArg for f32 {
    fn kind() -> ArgKind {
        ArgKind::Number
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        let number = f64::from_arg(value)?;
        #[allow(clippy::cast_possible_truncation, reason = "an f32 is asked for; checked below")]
        let single = number as Self;
        if single.is_finite() { Ok(single) } else { Err(wrong(&Self::kind())) }
    }
}

impl FromArg for bool {
    fn kind() -> ArgKind {
        ArgKind::Bool
    }

    fn is_optional() -> bool {
        true
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        match value {
            None => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| wrong(&Self::kind())),
        }
    }
}

impl FromArg for String {
    fn kind() -> ArgKind {
        ArgKind::Word
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        text(value, &ArgKind::Word).map(Self::from)
    }
}

impl FromArg for Duration {
    fn kind() -> ArgKind {
        ArgKind::Duration
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        let millis = value.ok_or_else(absent)?.as_u64();
        millis.map(Self::from_millis).ok_or_else(|| wrong(&Self::kind()))
    }
}

impl FromArg for Timestamp {
    fn kind() -> ArgKind {
        ArgKind::Timestamp
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        let parsed = text(value, &Self::kind())?.parse::<jiff::Timestamp>();
        parsed.map(|at| Self::from_millis(at.as_millisecond())).map_err(|_| wrong(&Self::kind()))
    }
}

impl FromArg for Url {
    fn kind() -> ArgKind {
        ArgKind::Url
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        Self::parse(text(value, &Self::kind())?).map_err(|_| wrong(&Self::kind()))
    }
}

impl FromArg for UserId {
    fn kind() -> ArgKind {
        ArgKind::User
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        entity_id(value, &Self::kind()).map(Self::from)
    }
}

impl FromArg for ConversationId {
    fn kind() -> ArgKind {
        ArgKind::Channel
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        entity_id(value, &Self::kind()).map(Self::from)
    }
}

impl FromArg for Value {
    fn kind() -> ArgKind {
        ArgKind::Json
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        value.cloned().ok_or_else(absent)
    }
}

impl<T: FromArg> FromArg for Option<T> {
    fn kind() -> ArgKind {
        T::kind()
    }

    fn is_optional() -> bool {
        true
    }

    fn is_many() -> bool {
        T::is_many()
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        value.map(|value| T::from_arg(Some(value))).transpose()
    }
}

impl<T: FromArg> FromArg for Vec<T> {
    fn kind() -> ArgKind {
        T::kind()
    }

    fn is_optional() -> bool {
        true
    }

    fn is_many() -> bool {
        true
    }

    fn from_arg(value: Option<&Value>) -> Result<Self> {
        match value {
            None => Ok(Self::new()),
            Some(Value::Array(values)) => {
                values.iter().map(|value| T::from_arg(Some(value))).collect()
            }
            Some(_) => Err(Error::malformed("is not a list")),
        }
    }
}

fn text<'a>(value: Option<&'a Value>, kind: &ArgKind) -> Result<&'a str> {
    value.ok_or_else(absent)?.as_str().ok_or_else(|| wrong(kind))
}

fn entity_id<'a>(value: Option<&'a Value>, kind: &ArgKind) -> Result<&'a str> {
    let id = value.ok_or_else(absent)?.get("id").and_then(Value::as_str);
    id.ok_or_else(|| wrong(kind))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn integers_take_what_their_type_holds() {
        assert_eq!(u8::kind(), ArgKind::Integer { min: 0, max: 255 });
        assert_eq!(u64::kind(), ArgKind::Integer { min: 0, max: i64::MAX });
        assert_eq!(i64::kind(), ArgKind::integer());
        assert_eq!(i8::from_arg(Some(&json!(-128))).unwrap(), -128);
        assert!(i8::from_arg(Some(&json!(128))).unwrap_err().is_malformed());
        assert!(u64::from_arg(Some(&json!(-1))).unwrap_err().is_malformed());
    }

    #[test]
    fn what_was_left_out_is_none_false_or_empty() {
        assert_eq!(Option::<String>::from_arg(None).unwrap(), None);
        assert!(!bool::from_arg(None).unwrap());
        assert!(Vec::<u8>::from_arg(None).unwrap().is_empty());
        assert!(String::from_arg(None).unwrap_err().is_malformed());
    }

    #[test]
    fn entities_become_their_ids() {
        let bob = json!({"id": "U1", "handle": "bob"});
        assert_eq!(UserId::from_arg(Some(&bob)).unwrap(), "U1");
        assert!(ConversationId::from_arg(Some(&json!("C1"))).is_err());
    }

    #[test]
    fn times_and_addresses_are_read_from_their_text() {
        let at = Timestamp::from_arg(Some(&json!("1970-01-01T00:00:01Z"))).unwrap();
        assert_eq!(at, Timestamp::from_secs(1));
        let url = Url::from_arg(Some(&json!("https://x.test/"))).unwrap();
        assert_eq!(url.host_str(), Some("x.test"));
        assert_eq!(Duration::from_arg(Some(&json!(1_500))).unwrap(), Duration::from_millis(1_500));
    }

    #[test]
    fn a_float_too_large_for_its_type_is_refused() {
        assert!(f32::from_arg(Some(&json!(1e300))).is_err());
        assert_eq!(f64::from_arg(Some(&json!(1.5))).unwrap(), 1.5);
    }
}
