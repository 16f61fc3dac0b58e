//! Forms: what was filled in, by block and element.

use chatgate_core::Seal;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{action, soft};

/// A form as it comes back.
#[derive(Deserialize)]
pub(super) struct View<'a> {
    /// What the form carries: the seal, where it is one of ours.
    #[serde(default, deserialize_with = "soft")]
    pub(super) private_metadata: Option<String>,
    #[serde(borrow, default, deserialize_with = "soft")]
    state: Option<State<'a>>,
}

#[derive(Deserialize)]
struct State<'a> {
    #[serde(borrow)]
    values: &'a RawValue,
}

impl View<'_> {
    /// The seal that the form carries.
    pub(super) fn seal(&self, seals: &chatgate_core::Seals) -> Option<Seal> {
        let carried = self.private_metadata.as_deref().filter(|text| !text.is_empty())?;
        seals.open(carried).ok()
    }

    /// The answers: each block is a field, with one element.
    pub(super) fn values(&self) -> Map<String, Value> {
        let Some(state) = &self.state else { return Map::new() };
        let Ok(blocks) = serde_json::from_str::<Map<String, Value>>(state.values.get()) else {
            return Map::new();
        };
        let field = |(name, elements): (String, Value)| {
            let element = elements.as_object()?.values().next()?;
            Some((name, action::answer(element)))
        };
        blocks.into_iter().filter_map(field).collect()
    }
}
