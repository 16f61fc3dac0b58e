//! Fields that may be of another type than expected.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Reads a field leniently: what is of another type counts as absent.
pub(super) fn soft<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let raw = <&'de RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}
