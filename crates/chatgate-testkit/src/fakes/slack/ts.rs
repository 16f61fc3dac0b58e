//! `ts`: the id of a message in its channel, seconds and six digits.

use std::fmt;

use super::refusal::{Refusal, refuse};

/// Microseconds since the epoch. Never a float: it would lose digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ts(pub(super) u64);

impl Ts {
    /// The end of time.
    pub(super) const MAX: Self = Self(u64::MAX);

    /// Reads `1700000000.000100`; six digits, no less.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (secs, micros) = text.split_once('.')?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if micros.len() != 6 || secs.is_empty() || !digits(secs) || !digits(micros) {
            return None;
        }
        let secs: u64 = secs.parse().ok()?;
        Some(Self(secs.checked_mul(1_000_000)?.checked_add(micros.parse().ok()?)?))
    }

    /// As [`read`](Self::read), or the refusal `code`.
    pub(super) fn parse(text: &str, code: &str) -> Result<Self, Refusal> {
        Self::read(text).map_or_else(|| refuse(code), Ok)
    }

    /// A bound of a range, which may be whole seconds or have fewer digits.
    pub(super) fn bound(text: &str, code: &str) -> Result<Self, Refusal> {
        let (secs, micros) = text.split_once('.').unwrap_or((text, ""));
        if micros.len() > 6 {
            return refuse(code);
        }
        Self::parse(&format!("{secs}.{micros:0<6}"), code)
    }
}

impl fmt::Display for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ts_has_six_digits() {
        assert_eq!(Ts::read("1700000000.000100").unwrap().to_string(), "1700000000.000100");
        for wrong in ["1700000000", "1700000000.1", "a.000000", "1.0000001", ".000000", "-1.000000"]
        {
            assert_eq!(Ts::read(wrong), None, "{wrong}");
        }
        assert_eq!(Ts::bound("12", "x").unwrap(), Ts(12_000_000));
        assert_eq!(Ts::bound("12.5", "x").unwrap(), Ts(12_500_000));
    }
}
