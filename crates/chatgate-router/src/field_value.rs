//! The types of Rust that a form's answer can become.

use chatgate_core::{ConversationId, FieldKind, Lines, SharedFile, Timestamp, UserId};
use serde_json::{Value, json};
use url::Url;

use crate::language::charset::check_text;

/// A type that the answer of a form's field can become.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a form's field",
    label = "use String, a number, bool, Url, UserId, ConversationId, Timestamp, a civil date or time of jiff, SharedFile, an Option of one, or derive `Choice` and use that, an Option or a Vec of it"
)]
pub trait FieldValue: Sized {
    /// What the field takes when nothing else is said.
    fn kind() -> FieldKind;

    /// Whether it may be left empty: true for `Option`, `Vec` and `bool`.
    fn is_optional() -> bool {
        false
    }

    /// Reads an answer, in the JSON of the field's kind; `None` when it was left empty.
    ///
    /// # Errors
    /// In words, what is wrong with it, to be read after the field's label.
    fn from_answer(answer: Option<&Value>) -> Result<Self, String>;

    /// The answer that would become this value; `None` when it is to be left empty.
    fn to_answer(&self) -> Option<Value>;
}

fn given(answer: Option<&Value>) -> Result<&Value, String> {
    answer.ok_or_else(|| "is required".into())
}

fn text(answer: Option<&Value>) -> Result<&str, String> {
    given(answer)?.as_str().ok_or_else(wrong)
}

fn wrong() -> String {
    "is of the wrong kind".into()
}

fn number(min: Option<f64>, max: Option<f64>) -> FieldKind {
    FieldKind::Number { min, max, whole: true }
}

/// Whole numbers; the bounds of those that a form's numbers hold exactly. Of larger ones the form
/// knows only whether they may be negative, and [`FieldValue::from_answer`] the rest.
macro_rules! integers {
    ($($type:ty: $min:expr, $max:expr;)*) => {$(
        impl FieldValue for $type {
            fn kind() -> FieldKind {
                number($min, $max)
            }

            fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
                let answer = given(answer)?;
                let whole = answer.as_i64().map(i128::from);
                let whole = whole.or_else(|| answer.as_u64().map(i128::from));
                // Some platforms have no whole numbers.
                let whole = whole.or_else(|| answer.as_f64().and_then(exact));
                let whole = whole.ok_or("takes whole numbers")?;
                Self::try_from(whole).map_err(|_| {
                    format!("takes whole numbers from {} to {}", <$type>::MIN, <$type>::MAX)
                })
            }

            fn to_answer(&self) -> Option<Value> {
                Some(json!(self))
            }
        }
    )*};
}

integers! {
    i8: Some(f64::from(i8::MIN)), Some(f64::from(i8::MAX));
    i16: Some(f64::from(i16::MIN)), Some(f64::from(i16::MAX));
    i32: Some(f64::from(i32::MIN)), Some(f64::from(i32::MAX));
    i64: None, None;
    isize: None, None;
    u8: Some(0.0), Some(f64::from(u8::MAX));
    u16: Some(0.0), Some(f64::from(u16::MAX));
    u32: Some(0.0), Some(f64::from(u32::MAX));
    u64: Some(0.0), None;
    usize: Some(0.0), None;
}

/// A whole number that a float holds exactly.
fn exact(number: f64) -> Option<i128> {
    // 2^53: from there on, floats leave whole numbers out.
    let holds = number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0;
    #[allow(clippy::cast_possible_truncation, reason = "it is whole and within i128")]
    holds.then_some(number as i128)
}

impl FieldValue for f64 {
    fn kind() -> FieldKind {
        FieldKind::Number { min: None, max: None, whole: false }
    }

    fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
        given(answer)?.as_f64().ok_or_else(wrong)
    }

    fn to_answer(&self) -> Option<Value> {
        self.is_finite().then(|| json!(self))
    }
}

impl FieldValue for f32 {
    fn kind() -> FieldKind {
        f64::kind()
    }

    fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
        #[allow(clippy::cast_possible_truncation, reason = "an f32 is asked for; checked below")]
        let single = f64::from_answer(answer)? as Self;
        if single.is_finite() { Ok(single) } else { Err("is too large".into()) }
    }

    fn to_answer(&self) -> Option<Value> {
        f64::from(*self).to_answer()
    }
}

impl FieldValue for bool {
    fn kind() -> FieldKind {
        FieldKind::Bool
    }

    fn is_optional() -> bool {
        true
    }

    fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
        answer.map_or(Ok(false), |answer| answer.as_bool().ok_or_else(wrong))
    }

    fn to_answer(&self) -> Option<Value> {
        Some(json!(self))
    }
}

impl FieldValue for String {
    fn kind() -> FieldKind {
        FieldKind::Text { lines: Lines::One, min_chars: None, max_chars: None }
    }

    fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
        let text = text(answer)?;
        check_text(text).map_err(|odd| odd.words())?;
        Ok(text.to_owned())
    }

    fn to_answer(&self) -> Option<Value> {
        (!self.is_empty()).then(|| json!(self))
    }
}

impl FieldValue for Url {
    fn kind() -> FieldKind {
        FieldKind::Url
    }

    fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
        Self::parse(text(answer)?).map_err(|_| "is not an http or https address".into())
    }

    fn to_answer(&self) -> Option<Value> {
        Some(self.as_str().into())
    }
}

/// Civil dates and times: jiff's own text is the answer's.
macro_rules! civil {
    ($($type:ty: $kind:ident, $wrong:literal;)*) => {$(
        impl FieldValue for $type {
            fn kind() -> FieldKind {
                FieldKind::$kind
            }

            fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
                text(answer)?.parse().map_err(|_| $wrong.into())
            }

            fn to_answer(&self) -> Option<Value> {
                Some(self.to_string().into())
            }
        }
    )*};
}

civil! {
    jiff::civil::Date: Date, "is not a day such as 2026-11-24";
    jiff::civil::Time: Time, "is not a time of day such as 14:30";
}

impl FieldValue for Timestamp {
    fn kind() -> FieldKind {
        FieldKind::DateTime
    }

    fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
        let parsed = text(answer)?.parse::<jiff::Timestamp>();
        parsed
            .map(|at| Self::from_millis(at.as_millisecond()))
            .map_err(|_| "is not a time such as 2026-11-24T14:30Z".into())
    }

    fn to_answer(&self) -> Option<Value> {
        Some(self.to_string().into())
    }
}

/// What has an id on the platform.
macro_rules! entities {
    ($($type:ty: $kind:ident;)*) => {$(
        impl FieldValue for $type {
            fn kind() -> FieldKind {
                FieldKind::$kind
            }

            fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
                let id = given(answer)?.get("id").and_then(Value::as_str);
                id.map(Self::from).ok_or_else(wrong)
            }

            fn to_answer(&self) -> Option<Value> {
                Some(json!({"id": self.as_str()}))
            }
        }
    )*};
}

entities! {
    UserId: User;
    ConversationId: Channel;
}

impl FieldValue for SharedFile {
    fn kind() -> FieldKind {
        FieldKind::File
    }

    fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
        serde_json::from_value(given(answer)?.clone()).map_err(|_| wrong())
    }

    /// No platform lets a form be opened with a file in it.
    fn to_answer(&self) -> Option<Value> {
        None
    }
}

impl<T: FieldValue> FieldValue for Option<T> {
    fn kind() -> FieldKind {
        T::kind()
    }

    fn is_optional() -> bool {
        true
    }

    fn from_answer(answer: Option<&Value>) -> Result<Self, String> {
        answer.map(|answer| T::from_answer(Some(answer))).transpose()
    }

    fn to_answer(&self) -> Option<Value> {
        self.as_ref().and_then(T::to_answer)
    }
}
