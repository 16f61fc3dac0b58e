//! Messages that a team would really send, said on every platform, and what each platform is then
//! sent: `tests/corpus/NAME.json` (a content or a form) or `NAME.md` (Markdown) against
//! `tests/corpus/payloads/PLATFORM/NAME[.SURFACE].json`, an array with one payload a part.
//!
//! `CHATGATE_UPDATE=1 cargo test -p chatgate-tests --test corpus` writes the payloads anew; then
//! look at the difference.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should panic")]

mod gallery;
mod message;
mod platform;
mod snapshot;

use std::collections::BTreeMap;

use chatgate_core::{Fitted, LossKind};
use serde_json::Value;

use message::{Message, Said, messages};
use platform::{Rendering, platforms};
use snapshot::{Snapshots, losses};

/// What a platform is sent for a message, by the file that keeps it.
fn rendered() -> BTreeMap<String, (Fitted, String)> {
    let messages = messages();
    let mut out = BTreeMap::new();
    for platform in platforms() {
        for message in &messages {
            let name = format!("{}/{}", platform.name, message.name);
            for Rendering { surface, fitted } in platform.say(message) {
                let file = match surface {
                    None => format!("{name}.json"),
                    Some(surface) => format!("{name}.{surface}.json"),
                };
                let parts: Vec<Value> =
                    fitted.parts.iter().map(|part| part.read().unwrap()).collect();
                let text = serde_json::to_string_pretty(&parts).unwrap() + "\n";
                out.insert(file, (fitted, text));
            }
        }
    }
    out
}

#[test]
fn every_platform_is_sent_what_is_recorded() {
    let rendered = rendered();
    let mut snapshots = Snapshots::open("payloads");
    for (file, (fitted, text)) in &rendered {
        if !fitted.parts.is_empty() {
            snapshots.check(file, text);
        }
    }
    snapshots.check("losses.txt", &losses(&rendered));
    snapshots.finish();
}

#[test]
fn every_message_can_be_read_whole() {
    for message in messages() {
        let Message { name, said } = &message;
        let read = match said {
            Said::Content(content) => serde_json::to_value(content).unwrap(),
            Said::Form(form) => serde_json::to_value(form).unwrap(),
        };
        if let Some(source) = message.source() {
            let lost = snapshot::missing(&source, &read);
            assert!(lost.is_empty(), "{name}: nobody reads {lost:?}");
        }
    }
    for (file, (fitted, _)) in rendered() {
        let unknown = fitted.losses.iter().find(|loss| loss.kind == LossKind::Unknown);
        assert_eq!(unknown, None, "{file}: a block that nobody knows; is its name misspelt?");
    }
}
