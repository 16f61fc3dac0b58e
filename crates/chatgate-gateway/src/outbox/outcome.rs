//! What becomes of a row after a try: a pure decision.

use std::time::Duration;

use chatgate_core::{Error, Operation, Retry, Timestamp};

use crate::pacer::Pacer;
use crate::stored::Row;

// Timestamps drop what is less than a millisecond: what the platform asks for is not to get shorter.
const ROUND_UP: Duration = Duration::from_nanos(999_999);

/// What becomes of a row that could not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is tried again, not before then.
    Again {
        until: Timestamp,
        /// The platform asked for it: the same operation of others waits, too.
        asked: bool,
        /// The failed try may have arrived.
        ambiguous: bool,
    },
    /// It is given up, for this reason.
    Dead(&'static str),
    /// It is given up: it may have happened, nobody can find out, and a second time may do harm.
    Unknown,
}

/// Decides what becomes of a row whose try has failed.
pub(super) fn after_failure(row: &Row, error: &Error, now: Timestamp, retry_for: Duration) -> Next {
    let next = match error.retry() {
        Retry::After(wait) => Next::Again {
            until: now + wait.saturating_add(ROUND_UP),
            asked: true,
            ambiguous: false,
        },
        Retry::Safe => again_later(row, now, false),
        Retry::Ambiguous if row.operation.is_idempotent() => again_later(row, now, false),
        Retry::Ambiguous if matches!(row.operation, Operation::Post { .. }) => {
            again_later(row, now, true)
        }
        Retry::Ambiguous => return Next::Unknown,
        _ => return Next::Dead(error.kind().as_str()),
    };
    if now >= row.since + retry_for { Next::Dead("too_old") } else { next }
}

fn again_later(row: &Row, now: Timestamp, ambiguous: bool) -> Next {
    Next::Again { until: now + Pacer::back_off(row.tries), asked: false, ambiguous }
}

#[cfg(test)]
mod tests {
    use chatgate_core::{
        AdapterId, Audience, ErrorKind, MessageId, MessageRef, Place, Rendered, Subject,
    };

    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn place() -> Place {
        Place::new(AdapterId::parse("a").unwrap(), "w", "c")
    }

    fn post() -> Row {
        let part = Rendered::new("x", "x").unwrap();
        let (audience, key) = (Audience::Everyone, MessageId::from(1));
        let post = Operation::Post { place: place(), audience, part, key, via: None };
        Row::new(post, Timestamp::EPOCH)
    }

    fn fails(row: &Row, retry: Retry) -> Next {
        let error = Error::new(ErrorKind::Unavailable).with_retry(retry);
        after_failure(row, &error, Timestamp::from_secs(10), DAY)
    }

    #[test]
    fn what_the_platform_asks_for_is_kept_to() {
        let until = Timestamp::from_secs(40);
        let asked = Next::Again { until, asked: true, ambiguous: false };
        assert_eq!(fails(&post(), Retry::After(Duration::from_secs(30))), asked);
    }

    #[test]
    fn a_wait_is_never_rounded_down() {
        let Next::Again { until, .. } = fails(&post(), Retry::After(Duration::from_micros(1_500)))
        else {
            panic!("not again");
        };
        assert_eq!(until, Timestamp::from_millis(10_002));
    }

    #[test]
    fn what_may_have_arrived_is_marked_unless_a_second_time_does_nothing() {
        let mut row = post();
        let marked = matches!(fails(&row, Retry::Ambiguous), Next::Again { ambiguous: true, .. });
        assert!(marked);
        row.operation = Operation::Delete {
            place: place(),
            message: MessageRef::platform(place(), "1"),
            via: None,
        };
        let marked = matches!(fails(&row, Retry::Ambiguous), Next::Again { ambiguous: true, .. });
        assert!(!marked);
        row.operation = Operation::Native { method: "m".into(), body: serde_json::Value::Null };
        assert_eq!(fails(&row, Retry::Ambiguous), Next::Unknown);
    }

    #[test]
    fn what_fails_for_good_or_too_long_is_given_up() {
        assert_eq!(fails(&post(), Retry::Never), Next::Dead("unavailable"));
        let error = Error::new(ErrorKind::Unavailable);
        let late = Timestamp::EPOCH + DAY;
        assert_eq!(after_failure(&post(), &error, late, DAY), Next::Dead("too_old"));
    }

    #[test]
    fn the_wait_grows_with_the_tries_and_stays_bounded() {
        let mut row = post();
        row.operation = Operation::Describe(Subject::Place(place()));
        let wait = |row: &Row| match fails(row, Retry::Safe) {
            Next::Again { until, .. } => until.since(Timestamp::from_secs(10)),
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(&row), Duration::from_secs(1));
        row.tries = 3;
        assert_eq!(wait(&row), Duration::from_secs(8));
        row.tries = 1_000;
        assert_eq!(wait(&row), Duration::from_secs(64));
    }
}
