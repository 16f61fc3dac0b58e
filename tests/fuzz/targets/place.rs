//! The text forms of places and ids: what is read is written the same.
#![no_main]

use chatgate_core::{AdapterId, Place};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = chatgate_fuzz::text(bytes);
    if let Ok(place) = text.parse::<Place>() {
        let written = place.to_string();
        assert_eq!(written.parse::<Place>().unwrap(), place, "{text:?} as {written:?}");
    }
    if let Ok(adapter) = AdapterId::parse(text.as_ref()) {
        let place = Place::new(adapter, text.as_ref(), text.as_ref()).in_thread(text.as_ref());
        assert_eq!(place.to_string().parse::<Place>().unwrap(), place);
    }
});
