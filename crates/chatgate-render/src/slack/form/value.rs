//! Values as Slack's elements hold them at first.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde_json::Value;

use super::limits::EPOCHS;

/// A number as its text.
pub(super) fn number(number: f64) -> String {
    format!("{number}")
}

/// A day: `2026-11-24`.
pub(super) fn date(text: &str) -> Option<String> {
    let date: Date = text.parse().ok()?;
    // Slack's have four digits.
    (1..=9999).contains(&date.year()).then(|| date.strftime("%Y-%m-%d").to_string())
}

/// A time of day to the minute: `14:30`.
pub(super) fn time(text: &str) -> Option<String> {
    let time: Time = text.parse().ok()?;
    let is_whole = time.second() == 0 && time.subsec_nanosecond() == 0;
    is_whole.then(|| time.strftime("%H:%M").to_string())
}

/// A point in time as seconds.
pub(super) fn epoch(text: &str) -> Option<i64> {
    let at: Timestamp = text.parse().ok()?;
    Some(at.as_second()).filter(|at| EPOCHS.contains(at))
}

/// The id of a person or conversation, where it is one of Slack's: an initial and capitals and digits.
pub(super) fn id<'a>(value: Option<&'a Value>, initials: &[char]) -> Option<&'a str> {
    let id = value?.get("id")?.as_str()?;
    let is_slacks = id.starts_with(initials)
        && (2..=255).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    is_slacks.then_some(id)
}
