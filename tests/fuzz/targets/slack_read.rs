//! What people write in Slack: its markup, rich text, and what they typed; and that said again.
#![no_main]

use chatgate_render::slack::{read_message, read_mrkdwn, read_typed};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|bytes: &[u8]| {
    let text = chatgate_fuzz::text(bytes);
    chatgate_fuzz::say(&read_mrkdwn(&text));
    chatgate_fuzz::say(&read_typed(&text));
    if let Ok(blocks) = serde_json::from_str::<&RawValue>(&text) {
        chatgate_fuzz::say(&read_message("text", Some(blocks)));
    }
});
