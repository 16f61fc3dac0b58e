//! JSON that was just written, without being read again.

use std::sync::LazyLock;

use chatgate_core::Result;
use serde::Deserialize;
use serde::de::value::{Error, MapDeserializer};
use serde_json::value::RawValue;

/// The name under which `serde_json`'s reader hands raw JSON to a `RawValue`. It is not documented,
/// so whether it still is that name is tried first.
const TOKEN: &str = "$serde_json::private::RawValue";

static HANDS_OVER: LazyLock<bool> =
    LazyLock::new(|| hand_over("[0]".to_owned()).is_ok_and(|raw| raw.get() == "[0]"));

/// Takes JSON that this crate wrote. `RawValue::from_string` would read all of it once more, which
/// costs as much as the rest of rendering does.
///
/// # Errors
/// `malformed` when it had to be read, and is no JSON.
pub(crate) fn raw(json: String) -> Result<Box<RawValue>> {
    if *HANDS_OVER {
        return Ok(hand_over(json).map_err(<serde_json::Error as serde::de::Error>::custom)?);
    }
    Ok(RawValue::from_string(json)?)
}

fn hand_over(json: String) -> std::result::Result<Box<RawValue>, Error> {
    Deserialize::deserialize(MapDeserializer::new(std::iter::once((TOKEN, json))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_handed_over_as_it_is() {
        assert!(*HANDS_OVER, "serde_json's name has changed: rendering reads what it wrote");
        let json = r#"{"a":[1,"b"]}"#;
        assert_eq!(raw(json.to_owned()).unwrap().get(), json);
    }
}
