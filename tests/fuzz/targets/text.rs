//! Text of others on its way out: masked, cleaned, wrapped, split.
#![no_main]

use chatgate_core::{Content, redact};
use chatgate_render::{display_width, sanitise, sanitise_line, shorten, split_text, wrap_text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = chatgate_fuzz::text(bytes);
    let _ = redact(&text);
    for clean in [sanitise(&text), sanitise_line(&text)] {
        assert!(!clean.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\0']), "{text:?}");
    }
    for limit in [1, 7, 80] {
        assert!(display_width(&shorten(&text, limit)) <= limit.max(1), "{text:?} to {limit}");
        let parts: Vec<_> = split_text(&text, limit).collect();
        assert_eq!(parts.concat(), text, "split to {limit}");
        let _ = wrap_text(&text, limit);
    }
    chatgate_fuzz::say(&Content::typed(&text));
});
