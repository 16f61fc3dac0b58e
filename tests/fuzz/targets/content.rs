//! Content as JSON, and what every dialect makes of it.
#![no_main]

use chatgate_core::Content;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(content) = serde_json::from_slice::<Content>(bytes) else { return };
    chatgate_fuzz::say(&content);
    // What is written reads the same. (What was read may have been an unknown block for a key that
    // stood twice, and is written with one.)
    let again = |content: &Content| -> Content {
        serde_json::from_slice(&serde_json::to_vec(content).unwrap()).unwrap()
    };
    let once = again(&content);
    assert_eq!(again(&once), once);
});
