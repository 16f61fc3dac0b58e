//! The bytes that the store keeps, with their format version.

use std::sync::Arc;

use bytes::Bytes;
use chatgate_core::{
    Error, Event, EventId, Key, MessageId, Operation, Place, PlatformMessageId, ReplyHandle,
    Result, RouteId, Seals, Timestamp,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The format version that this release writes.
const VERSION: u32 = 1;

/// A value with its format version. A reader takes its own version and older ones. The value stands
/// beside the version, not flattened into it: raw JSON inside it could not be read back then.
#[derive(Serialize)]
struct Written<T> {
    v: u32,
    value: T,
}

#[derive(Deserialize)]
struct Read<T> {
    v: u32,
    value: T,
}

#[derive(Deserialize)]
struct Version {
    v: u32,
}

/// Writes a value with its format version.
pub(crate) fn write<T: Serialize>(value: T) -> Result<Bytes> {
    Ok(serde_json::to_vec(&Written { v: VERSION, value })?.into())
}

/// Reads a value back.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let (v, value) = match serde_json::from_slice::<Read<T>>(bytes) {
        Ok(Read { v, value }) => (v, Ok(value)),
        // What cannot be read may be of a version that nobody knew yet.
        Err(error) => (serde_json::from_slice::<Version>(bytes)?.v, Err(error)),
    };
    if v > VERSION {
        return Err(Error::malformed(format!("format version {v} is newer")));
    }
    Ok(value?)
}

/// An event as the inbox keeps it; its reply handle is encrypted.
#[derive(Serialize, Deserialize)]
struct StoredEvent<E> {
    event: E,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
}

pub(crate) fn write_event(event: &Event, id: EventId, seals: &Seals) -> Result<Bytes> {
    let reply =
        event.reply.as_ref().map(|reply| hide(reply, &id.to_string(), seals)).transpose()?;
    write(StoredEvent { event, reply })
}

pub(crate) fn read_event(bytes: &[u8], id: EventId, seals: &Seals) -> Result<Event> {
    let stored: StoredEvent<Event> = read(bytes)?;
    let mut event = stored.event;
    // A handle that cannot be decrypted any more (the key is gone) is a handle that has ended.
    event.reply = stored.reply.and_then(|text| reveal(&text, &id.to_string(), seals).ok());
    Ok(event)
}

/// A reply handle as it is kept: encrypted.
pub(crate) fn hide(reply: &ReplyHandle, bound_to: &str, seals: &Seals) -> Result<String> {
    seals.encrypt(&serde_json::to_vec(reply)?, bound_to)
}

/// A reply handle as it was; `denied` when its key is gone.
pub(crate) fn reveal(text: &str, bound_to: &str, seals: &Seals) -> Result<ReplyHandle> {
    Ok(serde_json::from_slice(&seals.decrypt(text, bound_to)?)?)
}

/// One row of the outbox: one rendered operation and how it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) operation: Operation,
    /// The reply handle by which it goes, encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) via: Option<String>,
    /// When it was queued.
    pub(crate) since: Timestamp,
    /// How many of its claims are known to have sent nothing. A claim beyond these may have.
    #[serde(default)]
    pub(crate) settled: u32,
    /// How often it was tried.
    #[serde(default)]
    pub(crate) tries: u32,
    /// Whether an earlier try may have arrived.
    #[serde(default)]
    pub(crate) ambiguous: bool,
}

impl Row {
    pub(crate) fn new(operation: Operation, now: Timestamp) -> Self {
        Self { operation, via: None, since: now, settled: 0, tries: 0, ambiguous: false }
    }

    /// Sends it by a reply handle.
    pub(crate) fn via(
        mut self,
        reply: Option<&ReplyHandle>,
        bound_to: &str,
        seals: &Seals,
    ) -> Result<Self> {
        self.via = reply.map(|reply| hide(reply, bound_to, seals)).transpose()?;
        Ok(self)
    }

    /// The reply handle by which it goes.
    pub(crate) fn reply(&self, bound_to: &str, seals: &Seals) -> Option<ReplyHandle> {
        self.via.as_ref().and_then(|text| reveal(text, bound_to, seals).ok())
    }
}

/// Where one of our messages is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Posted {
    pub(crate) place: Place,
    pub(crate) id: Option<PlatformMessageId>,
    pub(crate) at: Timestamp,
}

impl Posted {
    pub(crate) fn key(message: MessageId) -> Key {
        Key::new("message", message.to_string())
    }
}

/// A run that has started and, while the record is there, not ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Started {
    pub(crate) route: RouteId,
    pub(crate) at: Timestamp,
}

impl Started {
    pub(crate) fn key(id: EventId) -> Key {
        Key::new("run", id.to_string())
    }
}

/// A recorded event on its way through the gateway.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) id: EventId,
    pub(crate) event: Arc<Event>,
}

#[cfg(test)]
mod tests {
    use chatgate_core::{AdapterId, EventKind, Platform, SealKey, SeededRng};

    use super::*;

    fn seals(name: &str) -> Seals {
        let key = SealKey::new(name, name.repeat(32)).unwrap();
        Seals::new(vec![key], Arc::new(SeededRng::new(1))).unwrap()
    }

    #[test]
    fn a_reply_handle_is_stored_encrypted_and_ends_with_its_key() {
        let adapter = AdapterId::parse("a").unwrap();
        let reply = ReplyHandle::new("response_url", "https://secret", Timestamp::from_secs(9));
        let event = Event::new(
            Platform::slack(),
            adapter,
            "w",
            "k",
            Timestamp::EPOCH,
            EventKind::HomeOpened,
        )
        .with_reply(reply.clone());
        let id = EventId::from(7);
        let bytes = write_event(&event, id, &seals("a")).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"));
        assert_eq!(read_event(&bytes, id, &seals("a")).unwrap().reply, Some(reply));
        assert_eq!(read_event(&bytes, EventId::from(8), &seals("a")).unwrap().reply, None);
        assert_eq!(read_event(&bytes, id, &seals("b")).unwrap().reply, None);
    }

    #[test]
    fn what_the_platform_sent_comes_back_as_it_was() {
        let adapter = AdapterId::parse("a").unwrap();
        let (platform, kind) = (Platform::slack(), EventKind::HomeOpened);
        let event = Event::new(platform, adapter, "w", "k", Timestamp::EPOCH, kind);
        let text = r#"{"text":"\n\u0000 \"é\""}"#;
        for raw in [text.as_bytes(), b"\xff no text", b"a\n\"\\"] {
            let event = event.clone().with_raw(bytes::Bytes::copy_from_slice(raw));
            let id = EventId::from(7);
            let bytes = write_event(&event, id, &seals("a")).unwrap();
            assert_eq!(read_event(&bytes, id, &seals("a")).unwrap().raw_bytes, raw);
        }
    }

    #[test]
    fn a_row_comes_back_with_its_payload() {
        let place = chatgate_core::Place::new(AdapterId::parse("a").unwrap(), "w", "c");
        let part = chatgate_core::Rendered::new(&serde_json::json!({"text": "hi"}), "hi").unwrap();
        let (audience, key) = (chatgate_core::Audience::Everyone, MessageId::from(1));
        let operation = Operation::Post { place, audience, part, key, via: None };
        let row = Row::new(operation.clone(), Timestamp::EPOCH);
        let back: Row = read(&write(&row).unwrap()).unwrap();
        assert_eq!(back.operation, operation);
    }

    #[test]
    fn a_newer_format_is_refused_and_unknown_fields_are_not() {
        assert!(
            read::<Started>(br#"{"v":2,"value":{"route":"x","at":0}}"#).unwrap_err().is_malformed()
        );
        let newer = read::<Started>(br#"{"v":2,"value":["another form"]}"#).unwrap_err();
        assert!(newer.to_string().contains("newer"), "{newer}");
        assert!(read::<Started>(br#"{"v":1,"value":{"route":"x","at":0,"more":1}}"#).is_ok());
    }
}
