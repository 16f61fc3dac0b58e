//! Lengths of time and points in time, as people write them.

use std::time::Duration;

use chatgate_core::Timestamp;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;

/// The largest first.
const UNITS: [(&str, u64); 6] =
    [("w", WEEK), ("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", 1)];

/// Reads `10m`, `1h30m`, `2h 30m`, `500ms` as milliseconds, at most `i64::MAX`.
pub(super) fn duration(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: u64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        total = total.checked_add(count.checked_mul(unit(&rest[..letters])?)?)?;
        rest = rest[letters..].trim_start();
    }
    i64::try_from(total).is_ok().then_some(total)
}

fn unit(name: &str) -> Option<u64> {
    Some(match name {
        "ms" => 1,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => WEEK,
        _ => return None,
    })
}

/// Writes a length of time as the command language reads it: `1h30m`.
///
/// ```
/// use std::time::Duration;
/// use chatgate_router::language::duration_text;
/// assert_eq!(duration_text(Duration::from_secs(5_400)), "1h30m");
/// assert_eq!(duration_text(Duration::ZERO), "0s");
/// ```
#[must_use]
pub fn duration_text(duration: Duration) -> String {
    let mut millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut out = String::new();
    for (name, unit) in UNITS {
        if millis >= unit {
            out.push_str(&(millis / unit).to_string());
            out.push_str(name);
            millis %= unit;
        }
    }
    if out.is_empty() { "0s".into() } else { out }
}

/// Reads RFC 3339, `2026-11-24T14:30` and `2026-11-24` (in UTC), `14:30` (the next such time after
/// `now`, in UTC) and `in 10m`. Without `now` only those that need none.
pub(super) fn timestamp(text: &str, now: Option<Timestamp>) -> Option<Timestamp> {
    let text = text.trim();
    // A zone in brackets would be passed over; a time of another zone is not what was meant.
    if text.contains('[') {
        return None;
    }
    let at = if let Ok(at) = text.parse::<jiff::Timestamp>() {
        at
    } else if let Some((word, after)) = text.split_once(' ').filter(|(word, _)| is_in(word)) {
        let _ = word;
        return in_calendar(now?, duration(after)?);
    } else if text.contains('-') {
        civil(text.parse().ok()?)?
    } else {
        // A number alone is an hour to nobody.
        return next(text.contains(':').then(|| text.parse().ok())??, now?);
    };
    Some(Timestamp::from_millis(at.as_millisecond()))
}

/// The word that begins `in 10m`.
pub(super) fn is_in(word: &str) -> bool {
    word.eq_ignore_ascii_case("in")
}

fn in_calendar(now: Timestamp, millis: u64) -> Option<Timestamp> {
    let at = now + Duration::from_millis(millis);
    jiff::Timestamp::from_millisecond(at.as_millis()).ok().map(|_| at)
}

fn civil(at: jiff::civil::DateTime) -> Option<jiff::Timestamp> {
    jiff::tz::Offset::UTC.to_timestamp(at).ok()
}

fn next(time: jiff::civil::Time, now: Timestamp) -> Option<Timestamp> {
    let now_at = jiff::Timestamp::from_millisecond(now.as_millis()).ok()?;
    let today = jiff::tz::Offset::UTC.to_datetime(now_at).date();
    let at = civil(today.to_datetime(time))?;
    let at = Timestamp::from_millis(at.as_millisecond());
    if at > now { Some(at) } else { in_calendar(at, DAY) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        // 2026-11-24T12:00:00Z
        let now = Timestamp::from_secs(1_795_521_600);
        timestamp(text, Some(now)).map(|at| at.to_string())
    }

    #[test]
    fn lengths_of_time_are_summed() {
        for (text, millis) in [
            ("10m", 600_000),
            ("2h 30m", 9_000_000),
            ("1h30m", 5_400_000),
            ("90s", 90_000),
            ("500ms", 500),
            ("1d", 86_400_000),
            ("1w", 604_800_000),
            ("2 hours", 7_200_000),
            ("0s", 0),
        ] {
            assert_eq!(duration(text), Some(millis), "{text}");
        }
    }

    #[test]
    fn what_is_no_length_of_time_is_refused_and_nothing_overflows() {
        for text in
            ["", "10", "m", "-5m", "1.5h", "10x", "99999999999999999999s", "9999999999999w", "1h30"]
        {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn a_length_is_written_as_it_is_read() {
        for millis in [0, 1, 999, 61_001, 90 * MINUTE, 8 * DAY + 5] {
            let text = duration_text(Duration::from_millis(millis));
            assert_eq!(duration(&text), Some(millis), "{text}");
        }
    }

    #[test]
    fn points_in_time_become_utc() {
        assert_eq!(read("2026-11-24T14:30:00+02:00").as_deref(), Some("2026-11-24T12:30:00Z"));
        assert_eq!(read("2026-11-24T14:30Z").as_deref(), Some("2026-11-24T14:30:00Z"));
        assert_eq!(read("2026-11-24 14:30").as_deref(), Some("2026-11-24T14:30:00Z"));
        assert_eq!(read("2026-11-24").as_deref(), Some("2026-11-24T00:00:00Z"));
        assert_eq!(read("in 1h 30m").as_deref(), Some("2026-11-24T13:30:00Z"));
    }

    #[test]
    fn a_time_of_day_is_the_next_one() {
        assert_eq!(read("14:30").as_deref(), Some("2026-11-24T14:30:00Z"));
        assert_eq!(read("11:59").as_deref(), Some("2026-11-25T11:59:00Z"));
        assert_eq!(read("12:00").as_deref(), Some("2026-11-25T12:00:00Z"));
    }

    #[test]
    fn other_texts_and_far_times_are_refused() {
        for text in [
            "",
            "soon",
            "in",
            "in 10",
            "25:00",
            "2026-13-01",
            "in 999999w",
            "2026-11-24T14:30[Europe/Berlin]",
            "14",
            "1",
            "-",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(timestamp("14:30", None), None);
    }
}
