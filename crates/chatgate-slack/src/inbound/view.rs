//! Forms: what was filled in, by block and element.

use chatgate_core::{Result, Seal, Seals};
use chatgate_render::slack::form_values;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{action, soft};

/// A form as it comes back.
#[derive(Deserialize)]
pub(super) struct View<'a> {
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
    /// What the form carries: the seal, where it is one of ours.
    #[serde(default, deserialize_with = "soft")]
    pub(super) private_metadata: Option<String>,
    #[serde(borrow, default)]
    blocks: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "soft")]
    state: Option<State<'a>>,
}

#[derive(Deserialize)]
struct State<'a> {
    #[serde(borrow)]
    values: &'a RawValue,
}

impl View<'_> {
    pub(super) fn is_modal(&self) -> bool {
        self.kind.as_deref() == Some("modal")
    }

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
        let values: Value = serde_json::from_str(state.values.get()).unwrap_or_default();
        form_values(&values)
    }

    /// The names of the fields.
    pub(super) fn fields(&self) -> Vec<String> {
        self.blocks.map(RawValue::get).map(fields).unwrap_or_default()
    }
}

/// The names of the fields among a form's blocks.
fn fields(blocks: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Block {
        #[serde(rename = "type", default, deserialize_with = "soft")]
        kind: Option<String>,
        #[serde(default, deserialize_with = "soft")]
        block_id: Option<String>,
    }
    let blocks: Vec<Block> = serde_json::from_str(blocks).unwrap_or_default();
    let inputs = blocks.into_iter().filter(|block| block.kind.as_deref() == Some("input"));
    inputs.filter_map(|block| block.block_id).collect()
}

/// The names of the fields of a submitted form, from its payload.
pub(crate) fn fields_of(payload: &[u8]) -> Vec<String> {
    #[derive(Deserialize)]
    struct Payload<'a> {
        #[serde(borrow)]
        view: View<'a>,
    }
    let payload = serde_json::from_slice::<Payload<'_>>(payload);
    payload.map(|payload| payload.view.fields()).unwrap_or_default()
}
