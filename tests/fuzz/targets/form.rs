//! A form as JSON, and what every dialect makes of it.
#![no_main]

use chatgate_core::Form;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(form) = serde_json::from_slice::<Form>(bytes) else { return };
    chatgate_fuzz::ask(&form);
    for field in &form.fields {
        let _ = field.read("2026-11-24");
    }
});
