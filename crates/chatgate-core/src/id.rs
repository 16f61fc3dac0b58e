//! Identifiers as newtypes, so that a conversation can never be passed where a workspace is meant.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// Declares a cheap-to-clone string newtype.
macro_rules! string_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the platform's own text, unchanged.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text as the platform writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), &*self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

string_id! {
    /// Which chat product: `slack`, `teams`, `mattermost`, `console`, or one of your own.
    ///
    /// ```
    /// use chatgate_core::Platform;
    /// assert_eq!(Platform::slack(), Platform::new("slack"));
    /// ```
    Platform
}

impl Platform {
    /// Slack.
    #[must_use]
    pub fn slack() -> Self {
        Self::from("slack")
    }

    /// Microsoft Teams.
    #[must_use]
    pub fn teams() -> Self {
        Self::from("teams")
    }

    /// Mattermost.
    #[must_use]
    pub fn mattermost() -> Self {
        Self::from("mattermost")
    }

    /// The terminal.
    #[must_use]
    pub fn console() -> Self {
        Self::from("console")
    }
}

string_id! {
    /// A Slack workspace or Grid organisation, a Teams tenant, a Mattermost server.
    WorkspaceId
}
string_id! {
    /// A Mattermost or Teams team: where in its workspace a conversation lives.
    TeamId
}
string_id! {
    /// A channel, direct message or group chat.
    ConversationId
}
string_id! {
    /// The root of a thread inside a conversation.
    ThreadId
}
string_id! {
    /// A person or bot, as its platform names it. Never a display name.
    UserId
}
string_id! {
    /// A group of users, as its platform names it.
    GroupId
}
string_id! {
    /// A message, as its platform names it.
    PlatformMessageId
}
string_id! {
    /// Someone in the organisation, across platforms.
    PrincipalId
}
string_id! {
    /// A group of principals, as the identity provider or the link file names it.
    PrincipalGroup
}
string_id! {
    /// A declared thing that can run: `deploy`, `incident.ack`, `action:acknowledge`,
    /// `form:feedback`, `on:mention`.
    RouteId
}
string_id! {
    /// The key of one delivery, as the adapter made it from the platform's request.
    DeliveryKey
}

impl DeliveryKey {
    /// A key made from what must not be kept, or is too long for a key: its digest.
    ///
    /// ```
    /// use chatgate_core::DeliveryKey;
    /// let key = DeliveryKey::hashed("slash", "a trigger id");
    /// assert!(key.as_str().starts_with("slash/") && !key.as_str().contains("trigger"));
    /// ```
    #[must_use]
    pub fn hashed(kind: &str, secret: &str) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut key = format!("{kind}/");
        for byte in Sha256::digest(secret.as_bytes()) {
            key.push(char::from(DIGITS[usize::from(byte >> 4)]));
            key.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        Self::from(key)
    }
}

string_id! {
    /// One running gateway process.
    NodeId
}

/// The unique name of an adapter in a gateway: `[a-z0-9-]+`, by default its platform's name.
///
/// ```
/// use chatgate_core::AdapterId;
/// assert!(AdapterId::parse("slack-eu").is_ok());
/// assert!(AdapterId::parse("Slack EU").is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdapterId(Arc<str>);

impl AdapterId {
    /// Checks and wraps a name.
    ///
    /// # Errors
    /// `invalid_input` when the name is empty or has a character outside `[a-z0-9-]`.
    pub fn parse(name: &str) -> crate::Result<Self> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(fits) {
            return Err(crate::Error::invalid_input(format!(
                "adapter name {name:?} is not of the form [a-z0-9-]+"
            )));
        }
        Ok(Self(name.into()))
    }

    /// The terminal's, where there is only one.
    #[must_use]
    pub fn console() -> Self {
        Self(Platform::console().0)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AdapterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AdapterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AdapterId({:?})", &*self.0)
    }
}

impl Serialize for AdapterId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for AdapterId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Declares an id that chatgate itself makes: time-ordered, 128 bits, 26 characters of text.
macro_rules! own_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// Makes a new id: 48 bits of the clock's milliseconds, 80 random bits.
            pub fn generate(clock: &dyn crate::Clock, rng: &dyn crate::Rng) -> Self {
                let mut random = [0; 16];
                rng.fill(&mut random);
                let millis = u128::from(clock.now().as_millis().max(0).unsigned_abs());
                Self((millis << 80) | (u128::from_be_bytes(random) >> 48))
            }

            /// The id as a number.
            #[must_use]
            pub fn as_u128(self) -> u128 {
                self.0
            }

            /// Reads the 26-character text form.
            ///
            /// # Errors
            /// `invalid_input` when the text is not such a form.
            pub fn parse(text: &str) -> crate::Result<Self> {
                ulid::Ulid::from_string(text).map(|ulid| Self(ulid.0)).map_err(|_| {
                    crate::Error::invalid_input(concat!("not a ", stringify!($name)))
                })
            }
        }

        impl From<u128> for $name {
            fn from(number: u128) -> Self {
                Self(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0; ulid::ULID_LEN];
                f.write_str(ulid::Ulid(self.0).array_to_str(&mut text))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

own_id! {
    /// A message of ours, named when it is said and known at once; the platform's id follows.
    MessageId
}
own_id! {
    /// One recorded event.
    EventId
}
own_id! {
    /// One card with buttons, or one opened form: what a seal is bound to.
    CardId
}
own_id! {
    /// One entry of a store's lane queue.
    EntryId
}
own_id! {
    /// An uploaded file of ours, named before it is uploaded.
    FileRef
}
