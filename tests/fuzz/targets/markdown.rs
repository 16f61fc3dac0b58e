//! Markdown, and what every dialect makes of it.
#![no_main]

use chatgate_core::Content;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let content = Content::markdown(&chatgate_fuzz::text(bytes));
    chatgate_fuzz::say(&content);
    let _ = (content.plain_text(), content.notification(80));
});
