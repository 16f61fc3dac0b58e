//! Seals and encrypted texts that nobody made, and lists of keys.
#![no_main]

use std::sync::{Arc, LazyLock};

use chatgate_core::{SealKey, Seals, SeededRng};
use libfuzzer_sys::fuzz_target;

static SEALS: LazyLock<Seals> = LazyLock::new(|| {
    let key = SealKey::new("a", "a".repeat(32)).unwrap();
    Seals::new(vec![key], Arc::new(SeededRng::new(1))).unwrap()
});

fuzz_target!(|bytes: &[u8]| {
    let text = chatgate_fuzz::text(bytes);
    for text in [text.to_string(), format!("a.{text}")] {
        assert!(SEALS.open(&text).is_err(), "opened a seal that nobody made");
        assert!(SEALS.decrypt(&text, "row").is_err(), "decrypted what nobody encrypted");
        let _ = SealKey::parse_list(&text);
    }
});
