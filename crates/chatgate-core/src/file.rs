//! Files of other people.

use serde::{Deserialize, Serialize};

/// A file that someone sent with a message or gave to a form, as the platform describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SharedFile {
    /// The platform's id.
    pub id: String,
    /// Its name. Someone else chose it: never a path to write to.
    #[serde(default)]
    pub name: Option<String>,
    /// How many bytes it has, where the platform says so.
    #[serde(default)]
    pub bytes: Option<u64>,
}

impl SharedFile {
    /// A file of which the id is known.
    ///
    /// ```
    /// let file = chatgate_core::SharedFile::new("F1");
    /// assert_eq!((file.name, file.bytes), (None, None));
    /// ```
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), name: None, bytes: None }
    }

    /// Says what it is called.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Says how large it is.
    #[must_use]
    pub fn of_bytes(mut self, bytes: u64) -> Self {
        self.bytes = Some(bytes);
        self
    }
}
