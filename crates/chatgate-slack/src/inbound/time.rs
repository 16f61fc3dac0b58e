//! Slack's times: seconds and microseconds as text. As numbers they would lose what tells messages apart.

use chatgate_core::Timestamp;

/// The point in time that a `ts` names.
pub(crate) fn at(ts: &str) -> Option<Timestamp> {
    let (seconds, micros) = ts.split_once('.').unwrap_or((ts, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(seconds) || !digits(micros) || micros.len() > 6 {
        return None;
    }
    let seconds: i64 = seconds.parse().ok()?;
    let micros: i64 = format!("{micros:0<6}").parse().ok()?;
    let millis = seconds.checked_mul(1_000)?.checked_add(micros / 1_000)?;
    Some(Timestamp::from_millis(millis))
}

/// A point in time as Slack's queries take it, never before the epoch.
pub(crate) fn seconds(at: Timestamp) -> String {
    format!("{}.000000", at.as_millis().max(0) / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ts_is_read_as_text() {
        let read = |ts| at(ts).map(Timestamp::as_millis);
        assert_eq!(read("1763000000.123456"), Some(1_763_000_000_123));
        assert_eq!(read("1763000000.000999"), Some(1_763_000_000_000));
        assert_eq!(read("1763000000"), Some(1_763_000_000_000));
        for odd in ["", ".", "1.", ".1", "-1.0", "1e9", "1.0000000", "99999999999999999999.0"] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(seconds(Timestamp::from_millis(1_999)), "1.000000");
        assert_eq!(seconds(Timestamp::from_millis(-5)), "0.000000");
    }
}
