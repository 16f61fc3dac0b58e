//! What a platform submits, read by a form with a field of every kind.
#![no_main]

use std::sync::LazyLock;

use chatgate_core::Form;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

static FORM: LazyLock<Form> = LazyLock::new(|| {
    let choices = json!([{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]);
    let kinds = json!({
        "text": {"text": {"lines": "one", "min_chars": 2, "max_chars": 9}},
        "more": {"text": {"lines": "many"}},
        "number": {"number": {"min": -5.0, "max": 1e9, "whole": false}},
        "whole": {"number": {"whole": true}},
        "mail": "email", "link": "url", "listed": "listed", "user": "user", "channel": "channel",
        "bool": "bool", "date": "date", "time": "time", "at": "date_time", "file": "file",
        "one": {"choice": {"choices": choices, "pick": "one", "look": "radio"}},
        "many": {"choice": {"choices": choices, "pick": "many", "look": "menu"}},
    });
    let fields: Vec<_> = kinds
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, kind)| json!({"name": name, "label": name, "kind": kind}))
        .collect();
    serde_json::from_value(json!({"route": "form:x", "title": "X", "fields": fields})).unwrap()
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(submitted) = serde_json::from_slice::<Map<String, Value>>(bytes) else { return };
    if let Ok(values) = FORM.read(&submitted) {
        // What has been read is what a second reading gives.
        assert_eq!(FORM.read(&values).as_ref(), Ok(&values), "{submitted:?}");
    }
});
