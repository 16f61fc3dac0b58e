//! What was chosen in a menu or picker.

use chatgate_core::Result;

use crate::{Context, Extract};

/// What was chosen in the menu or picker that runs an action: the values of the choices, the ids of
/// people or channels, or the date or time as text. Nothing when a button ran it.
///
/// ```
/// use chatgate_core::{Action, ActionSpec, Result};
/// use chatgate_router::{Router, Selected};
/// # use serde_json::Value;
/// # struct MoveTo;
/// # impl Action for MoveTo {
/// #     fn spec() -> &'static ActionSpec {
/// #         static SPEC: std::sync::LazyLock<ActionSpec> =
/// #             std::sync::LazyLock::new(|| ActionSpec::new("move-to"));
/// #         &SPEC
/// #     }
/// #     fn to_value(&self) -> Value { Value::Null }
/// #     fn from_value(_: Value) -> Result<Self> { Ok(Self) }
/// # }
///
/// async fn move_to(_: MoveTo, selected: Selected) -> String {
///     format!("Moved to {}", selected.one().unwrap_or("nowhere"))
/// }
///
/// let router: Router<()> = Router::new().on(move_to);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selected {
    /// What was chosen, in the order in which the platform gave it.
    pub values: Vec<String>,
}

impl Selected {
    /// What was chosen, where it is one thing; `None` when nothing or several things were.
    #[must_use]
    pub fn one(&self) -> Option<&str> {
        match self.values.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }
}

impl<S> Extract<S> for Selected {
    fn extract(cx: &Context, _: &S) -> Result<Self> {
        Ok(Self { values: cx.chosen().to_vec() })
    }
}
