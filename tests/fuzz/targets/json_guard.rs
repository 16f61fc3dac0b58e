//! The guard before all JSON from outside: it takes no more than a JSON reader does, and no less but
//! what is too deep, has a key twice, or a number that no type holds.
#![no_main]

use chatgate_http::check_json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // A slice's reader passes over text that is no UTF-8.
    let text = std::str::from_utf8(bytes).unwrap_or("not UTF-8");
    match check_json(bytes) {
        Ok(()) => {
            // What values say is for their reader: one that skips them has no other complaint.
            if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
                let words = error.to_string();
                assert!(words.contains("number out of range"), "let through: {words}");
            }
        }
        Err(error) if error.code() == Some("json_malformed") => {
            assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "refused");
        }
        Err(_) => {}
    }
});
