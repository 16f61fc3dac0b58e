//! What a modal of Slack comes back with.
#![no_main]

use chatgate_render::slack::{chosen_of, form_values, seal_of};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    let _ = (form_values(&value), seal_of(&value), chosen_of(&value));
});
