//! Forms: what was filled in, by block and element.

use chatgate_core::{Result, Seal, Seals};
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
    /// What the form carries, opened; an error for what was sealed elsewhere or changed.
    pub(super) fn seal(&self, seals: &Seals) -> Result<Option<Seal>> {
        match self.private_metadata.as_deref().filter(|text| action::looks_sealed(text)) {
            Some(carried) => seals.open(carried).map(Some),
            None => Ok(None),
        }
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
