//! A credential: shown to nobody by accident.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

/// A credential. `Debug` does not show it, it has no `Display`, and its memory is wiped when dropped.
///
/// ```
/// use chatgate_http::Secret;
/// let token = Secret::new("xoxb-1");
/// assert_eq!(format!("{token:?}"), "Secret(…)");
/// assert!(token.is(b"xoxb-1"));
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Keeps a credential.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The credential itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Compares in a time that does not tell where the first difference is.
    #[must_use]
    pub fn is(&self, given: &[u8]) -> bool {
        self.expose().as_bytes().ct_eq(given).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
