//! Points in time as text, where a platform has no form of its own for them.

use chatgate_core::{TimeStyle, Timestamp};

/// A point in time as UTC text in the manner of RFC 3339. Without a clock there is no "how long ago":
/// [`TimeStyle::Relative`] is said as day, hours and minutes.
///
/// ```
/// use chatgate_core::{TimeStyle, Timestamp};
/// use chatgate_render::utc_text;
///
/// let at = Timestamp::from_secs(1_795_530_600);
/// assert_eq!(utc_text(at, TimeStyle::DateTime), "2026-11-24 14:30Z");
/// assert_eq!(utc_text(at, TimeStyle::Date), "2026-11-24");
/// assert_eq!(utc_text(at, TimeStyle::Time), "14:30Z");
/// ```
#[must_use]
pub fn utc_text(at: Timestamp, style: TimeStyle) -> String {
    // Outside the calendar core says milliseconds.
    let Ok(timestamp) = jiff::Timestamp::from_millisecond(at.as_millis()) else {
        return at.to_string();
    };
    let format = match style {
        TimeStyle::Date => "%Y-%m-%d",
        TimeStyle::Time => "%H:%MZ",
        _ => "%Y-%m-%d %H:%MZ",
    };
    timestamp.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_outside_the_calendar_is_still_said() {
        assert_eq!(utc_text(Timestamp::FAR_FUTURE, TimeStyle::Date), format!("{} ms", i64::MAX));
    }
}
