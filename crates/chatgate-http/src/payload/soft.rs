//! Fields that may be of another type than they should be.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Reads a field leniently: what is of another type counts as absent, so that a platform's new kind of
/// value costs that field alone.
///
/// ```
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Post {
///     #[serde(default, deserialize_with = "chatgate_http::soft")]
///     pinned: Option<bool>,
/// }
///
/// let post: Post = serde_json::from_str(r#"{"pinned": "perhaps"}"#)?;
/// assert_eq!(post.pinned, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// When the input is not JSON at all.
pub fn soft<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let raw = <&'de RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}
