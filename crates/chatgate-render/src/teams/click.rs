//! What a click brings back: where the seal is, and what was chosen.

use chatgate_core::Chosen;
use serde_json::Value;

use super::json::quoted;

/// The one key of a button's data that is ours; inputs stand beside it.
const KEY: &str = "chatgate";

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Choices,
    Users,
    Date,
    Time,
}

impl Input {
    fn word(self) -> &'static str {
        match self {
            Self::Choices => "choices",
            Self::Users => "users",
            Self::Date => "date",
            Self::Time => "time",
        }
    }
}

/// The id of an input: Teams brings what it holds under this name.
pub(super) fn input_id(element: usize, input: Input) -> String {
    format!("{KEY}-{}-{element}", input.word())
}

/// What a button carries.
pub(super) fn data(element: usize, seal: Option<&str>) -> String {
    let seal = seal.map_or(String::new(), |seal| format!(",\"seal\":{}", quoted(seal)));
    format!("{{\"{KEY}\":{{\"element\":{element}{seal}}}}}")
}

/// The seal of a click or of a form; `None` where it carries none, as a button that this dialect did
/// not make.
///
/// `data` is `value.action.data` of an `adaptiveCard/action`, `value.data` of a `task/submit`, and
/// `value` of a message without text. Nothing is checked: that is what `Inbox::seals` is for.
///
/// ```
/// use chatgate_render::teams::seal_of;
/// use serde_json::json;
///
/// let data = json!({"chatgate": {"element": 3, "seal": "k1.abc.def"}});
/// assert_eq!(seal_of(&data), Some("k1.abc.def"));
/// assert_eq!(seal_of(&json!({"seal": "k1.abc.def"})), None);
/// ```
#[must_use]
pub fn seal_of(data: &Value) -> Option<&str> {
    data.get(KEY)?.get("seal")?.as_str().filter(|seal| !seal.is_empty())
}

/// What was chosen, from the same object as [`seal_of`]. A date is `2026-11-24`, a time `14:30`.
/// Both are the person's own: `local` is the `localTimestamp` of the activity, whose offset from UTC
/// makes of them `2026-11-24T14:30Z`; without it they count as UTC.
///
/// ```
/// use chatgate_core::Chosen;
/// use chatgate_render::teams::chosen_of;
/// use serde_json::json;
///
/// let menu = json!({"chatgate": {"element": 1}, "chatgate-choices-1": "2,0"});
/// assert_eq!(chosen_of(&menu, None), Chosen::Choices(vec![2, 0]));
///
/// let picker = json!({
///     "chatgate": {"element": 2},
///     "chatgate-date-2": "2026-11-24",
///     "chatgate-time-2": "14:30",
/// });
/// let local = Some("2026-11-20T09:00:00.000+01:00");
/// assert_eq!(chosen_of(&picker, local), Chosen::Picked("2026-11-24T13:30Z".into()));
/// ```
#[must_use]
pub fn chosen_of(data: &Value, local: Option<&str>) -> Chosen {
    let Some(element) = data.get(KEY).and_then(|ours| ours.get("element")?.as_u64()) else {
        return Chosen::Nothing;
    };
    let Ok(element) = usize::try_from(element) else { return Chosen::Nothing };
    let held = |input| data.get(input_id(element, input)).map(|it| it.as_str().unwrap_or_default());
    let parts =
        |text: &'_ str| text.split(',').map(str::trim).map(str::to_owned).collect::<Vec<_>>();
    if let Some(choices) = held(Input::Choices) {
        return Chosen::Choices(parts(choices).iter().filter_map(|it| it.parse().ok()).collect());
    }
    if let Some(users) = held(Input::Users) {
        return Chosen::Ids(parts(users).into_iter().filter(|id| !id.is_empty()).collect());
    }
    let picked = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let picked = match (picked(held(Input::Date)), picked(held(Input::Time))) {
        (Some(date), Some(time)) => in_utc(&date, &time, local),
        (Some(one), None) | (None, Some(one)) => {
            // Half of what was asked is nothing.
            let is_both = held(Input::Date).is_some() && held(Input::Time).is_some();
            (!is_both).then_some(one)
        }
        (None, None) => None,
    };
    picked.map_or(Chosen::Nothing, Chosen::Picked)
}

/// A local day and time of day in UTC; `None` for what is none.
pub(super) fn in_utc(date: &str, time: &str, local: Option<&str>) -> Option<String> {
    let date: jiff::civil::Date = date.parse().ok()?;
    let time: jiff::civil::Time = time.parse().ok()?;
    let offset = local.and_then(offset_seconds).unwrap_or(0);
    let utc = date.to_datetime(time).checked_sub(jiff::SignedDuration::from_secs(offset)).ok()?;
    Some(utc.strftime("%Y-%m-%dT%H:%MZ").to_string())
}

/// The offset from UTC behind a timestamp.
fn offset_seconds(local: &str) -> Option<i64> {
    let (_, time) = local.split_once('T')?;
    let at = time.find(['+', '-'])?;
    let (sign, offset) = (if time[at..].starts_with('-') { -1 } else { 1 }, &time[at + 1..]);
    let (hours, minutes) = offset.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let is_one = (0..=14).contains(&hours) && (0..60).contains(&minutes);
    is_one.then_some(sign * (hours * 3_600 + minutes * 60))
}
