//! What people write in Teams: HTML with entities, its Markdown, and whole activities; and that said again.
#![no_main]

use chatgate_render::teams::{read_html, read_message, read_text};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|bytes: &[u8]| {
    let text = chatgate_fuzz::text(bytes);
    let dana = json!({
        "type": "mention", "text": "<at>Dana Ops</at>", "mentioned": {"id": "29:dana", "name": "Dana Ops"},
    });
    let entities = [dana];
    chatgate_fuzz::say(&read_html(&text, &entities));
    chatgate_fuzz::say(&read_text(&text, &entities));
    if let Ok(activity) = serde_json::from_str::<Value>(&text) {
        chatgate_fuzz::say(&read_message(&activity));
    }
});
