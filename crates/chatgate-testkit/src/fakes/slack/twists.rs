//! Deliveries that go missing, or arrive more than once.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

/// Copies of an event at most.
const MOST: u64 = 100;

#[derive(Debug)]
struct Twist {
    /// Only events of this type; all without.
    of: Option<String>,
    copies: u64,
    left: u64,
}

/// What was asked for and has not happened yet.
#[derive(Debug, Default)]
pub(super) struct Twists(Mutex<Vec<Twist>>);

impl Twists {
    /// Plans `duplicate {event?, times, copies}` or `drop {event?, times}`.
    pub(super) fn plan(&self, name: &str, body: &Value) -> Result<(), String> {
        let number = |field: &str, default: u64| match &body[field] {
            Value::Null => Ok(default),
            value => value.as_u64().ok_or_else(|| format!("`{field}` must be a whole number")),
        };
        let copies = if name == "drop" { 0 } else { number("copies", 2)? };
        if copies > MOST {
            return Err(format!("`copies` may be {MOST} at most"));
        }
        let of = body["event"].as_str().map(str::to_owned);
        let twist = Twist { of, copies, left: number("times", 1)? };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(twist);
        Ok(())
    }

    /// How often an event of this type is delivered now.
    pub(super) fn copies(&self, kind: &str) -> u64 {
        let mut twists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = twists.iter().position(|twist| twist.of.as_deref().is_none_or(|of| of == kind));
        let Some(at) = at else { return 1 };
        let copies = twists[at].copies;
        twists[at].left = twists[at].left.saturating_sub(1);
        if twists[at].left == 0 {
            twists.remove(at);
        }
        copies
    }

    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
