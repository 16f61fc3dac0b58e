//! Seals: what a button or form carries, so that it comes back as it was shown or not at all.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use crate::{Allowed, CardId, Error, Place, Result, Rng, RouteId, Timestamp, Uses};

/// What a button or form carries: bound to its route, card, place, people and time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Seal {
    /// The route that it runs.
    #[serde(rename = "r")]
    pub route: RouteId,
    /// The card or form that it stands in.
    #[serde(rename = "c")]
    pub card: CardId,
    /// The place where it was shown.
    #[serde(rename = "p")]
    pub place: Place,
    /// Who may use it, besides what policy says.
    #[serde(rename = "a", default)]
    pub allowed: Allowed,
    /// When it was made.
    #[serde(rename = "t")]
    pub made: Timestamp,
    /// When it ends.
    #[serde(rename = "e")]
    pub expires: Timestamp,
    /// What tells two elements of one card apart.
    #[serde(rename = "n")]
    pub nonce: u32,
    /// How often it may be used.
    #[serde(rename = "u", default)]
    pub uses: Uses,
    /// What it carries.
    #[serde(rename = "v")]
    pub value: SealedValue,
}

/// What a seal carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SealedValue {
    /// The value itself, and what can be chosen.
    #[serde(rename = "i")]
    Inline {
        /// The value.
        #[serde(rename = "v")]
        value: Value,
        /// The values of what can be chosen, in the order shown.
        #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
        choices: Vec<String>,
    },
    /// Both are in a record, because the platform's limit is too small for them. The record is named
    /// by the seal's card and nonce.
    #[serde(rename = "r")]
    Record,
}

/// Seals and checks what buttons and forms carry, and encrypts what must not be readable in a store.
///
/// A seal is readable by whoever holds it, and cannot be changed: do not put secrets into a button.
#[derive(Clone)]
pub struct Seals {
    keys: Arc<Vec<SealKey>>,
    rng: Arc<dyn Rng>,
}

/// How long a seal is good when nothing else is said: as long as our own message ids are kept.
pub const SEAL_LIFETIME: Duration = Duration::from_secs(90 * 24 * 3600);

const MAC_BYTES: usize = 16;
// `kid.payload.mac`; the longest value that any platform's button carries is 2,000 characters, a
// form's state 3,000 (Slack's private_metadata). Far above that nothing of ours comes back.
const MAX_SEAL_BYTES: usize = 16 * 1024;

/// A key that seals, with its short name.
#[derive(Clone)]
pub struct SealKey {
    id: String,
    secret: Vec<u8>,
    derived: OnceLock<Derived>,
}

/// What is made of a key, once.
#[derive(Clone)]
struct Derived {
    mac: Hmac<Sha256>,
    cipher: XChaCha20Poly1305,
}

impl SealKey {
    /// A key of at least 32 bytes under a short name of letters and digits.
    ///
    /// # Errors
    /// `configuration` when the secret is too short or the name has other characters.
    pub fn new(id: impl Into<String>, secret: impl Into<Vec<u8>>) -> Result<Self> {
        let (id, secret) = (id.into(), secret.into());
        if secret.len() < 32 {
            return Err(Error::configuration("a seal key needs 32 bytes or more"));
        }
        if id.is_empty() || id.len() > 8 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::configuration("a seal key's name is 1 to 8 letters and digits"));
        }
        Ok(Self { id, secret, derived: OnceLock::new() })
    }

    /// Reads `CHATGATE_SEAL_KEY`: `id:secret`, or two of them with a comma between, the newest first.
    /// The secret is base64url or any text of 32 bytes or more.
    ///
    /// # Errors
    /// As [`SealKey::new`].
    pub fn parse_list(text: &str) -> Result<Vec<Self>> {
        text.split(',')
            .map(|entry| {
                let (id, secret) = entry.trim().split_once(':').ok_or_else(|| {
                    Error::configuration("CHATGATE_SEAL_KEY is id:secret[,id:secret]")
                })?;
                let bytes = BASE64.decode(secret).ok().filter(|bytes| bytes.len() >= 32);
                Self::new(id, bytes.unwrap_or_else(|| secret.as_bytes().to_vec()))
            })
            .collect()
    }

    fn mac(&self, payload: &str) -> Result<[u8; MAC_BYTES]> {
        let mut mac = self.derived()?.mac.clone();
        mac.update(self.id.as_bytes());
        mac.update(b".");
        mac.update(payload.as_bytes());
        let full = mac.finalize().into_bytes();
        let mut short = [0; MAC_BYTES];
        // 128 of 256 bits: RFC 2104 section 5 allows half.
        short.copy_from_slice(&full[..MAC_BYTES]);
        Ok(short)
    }

    fn derived(&self) -> Result<&Derived> {
        if let Some(derived) = self.derived.get() {
            return Ok(derived);
        }
        let mac = Hmac::new_from_slice(&self.derive(b"chatgate seal v1")?)
            .map_err(|_| Error::internal("HMAC takes any key"))?;
        let cipher = XChaCha20Poly1305::new_from_slice(&self.derive(b"chatgate store v1")?)
            .map_err(|_| Error::internal("a key is 32 bytes"))?;
        Ok(self.derived.get_or_init(|| Derived { mac, cipher }))
    }

    fn derive(&self, purpose: &[u8]) -> Result<[u8; 32]> {
        let mut out = [0; 32];
        Hkdf::<Sha256>::new(None, &self.secret)
            .expand(purpose, &mut out)
            .map_err(|_| Error::internal("HKDF gives 32 bytes"))?;
        Ok(out)
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seals").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl Seals {
    /// Seals with the first key, checks with all.
    ///
    /// # Errors
    /// `configuration` when there is no key, or two have one name.
    pub fn new(keys: Vec<SealKey>, rng: Arc<dyn Rng>) -> Result<Self> {
        if keys.is_empty() {
            return Err(Error::configuration("no seal key"));
        }
        for (index, key) in keys.iter().enumerate() {
            if keys[..index].iter().any(|other| other.id == key.id) {
                return Err(Error::configuration(format!("two seal keys are named {}", key.id)));
            }
        }
        Ok(Self { keys: Arc::new(keys), rng })
    }

    /// Seals with a key of its own, gone when the process ends.
    #[must_use]
    pub fn random(rng: Arc<dyn Rng>) -> Self {
        let mut secret = vec![0; 32];
        rng.fill(&mut secret);
        Self {
            keys: Arc::new(vec![SealKey { id: "r".into(), secret, derived: OnceLock::new() }]),
            rng,
        }
    }

    /// The text that a button or form carries.
    ///
    /// # Errors
    /// `malformed` when the value cannot be JSON.
    pub fn seal(&self, seal: &Seal) -> Result<String> {
        let key = self.first()?;
        let payload = BASE64.encode(serde_json::to_vec(seal)?);
        let mac = BASE64.encode(key.mac(&payload)?);
        Ok(format!("{}.{payload}.{mac}", key.id))
    }

    /// Checks a text that came back. What has expired is still opened: the gateway tells the person.
    ///
    /// # Errors
    /// `denied` when it was not sealed by one of the keys, whatever is wrong with it.
    pub fn open(&self, text: &str) -> Result<Seal> {
        let forged = || Error::new(crate::ErrorKind::Denied).with_code("bad_seal");
        if text.len() > MAX_SEAL_BYTES {
            return Err(forged());
        }
        let mut parts = text.split('.');
        let (Some(id), Some(payload), Some(mac), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(forged());
        };
        let key = self.keys.iter().find(|key| key.id == id).ok_or_else(forged)?;
        let given = BASE64.decode(mac).map_err(|_| forged())?;
        let same = subtle::ConstantTimeEq::ct_eq(given.as_slice(), key.mac(payload)?.as_slice());
        if !bool::from(same) {
            return Err(forged());
        }
        let payload = BASE64.decode(payload).map_err(|_| forged())?;
        serde_json::from_slice(&payload).map_err(|_| forged())
    }

    /// Encrypts what must not be readable in a store; `bound_to` must be given again to decrypt.
    ///
    /// # Errors
    /// `internal` only.
    pub fn encrypt(&self, secret: &[u8], bound_to: &str) -> Result<String> {
        let key = self.first()?;
        let mut nonce = [0; 24];
        self.rng.fill(&mut nonce);
        let payload = Payload { msg: secret, aad: bound_to.as_bytes() };
        let sealed = key
            .derived()?
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::internal("encryption"))?;
        Ok(format!("{}.{}.{}", key.id, BASE64.encode(nonce), BASE64.encode(sealed)))
    }

    /// Decrypts it again.
    ///
    /// # Errors
    /// `denied` when none of the keys made it, or it was bound to something else.
    pub fn decrypt(&self, text: &str, bound_to: &str) -> Result<Vec<u8>> {
        let forged = || Error::new(crate::ErrorKind::Denied).with_code("bad_ciphertext");
        let mut parts = text.split('.');
        let (Some(id), Some(nonce), Some(sealed)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(forged());
        };
        let key = self.keys.iter().find(|key| key.id == id).ok_or_else(forged)?;
        let nonce: [u8; 24] =
            BASE64.decode(nonce).ok().and_then(|nonce| nonce.try_into().ok()).ok_or_else(forged)?;
        let sealed = BASE64.decode(sealed).map_err(|_| forged())?;
        let payload = Payload { msg: &sealed, aad: bound_to.as_bytes() };
        key.derived()?.cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| forged())
    }

    fn first(&self) -> Result<&SealKey> {
        self.keys.first().ok_or_else(|| Error::internal("no seal key"))
    }
}

impl Seal {
    /// A seal that lives [`SEAL_LIFETIME`], for anyone, once.
    #[must_use]
    pub fn new(route: RouteId, card: CardId, place: Place, made: Timestamp, value: Value) -> Self {
        Self {
            route,
            card,
            place,
            allowed: Allowed::Anyone,
            made,
            expires: made + SEAL_LIFETIME,
            nonce: 0,
            uses: Uses::Once,
            value: SealedValue::Inline { value, choices: Vec::new() },
        }
    }

    /// Tells it apart from others of the same card.
    #[must_use]
    pub fn numbered(mut self, nonce: u32) -> Self {
        self.nonce = nonce;
        self
    }

    /// Sets who may use it.
    #[must_use]
    pub fn allowed(mut self, allowed: Allowed) -> Self {
        self.allowed = allowed;
        self
    }

    /// Sets how often it may be used.
    #[must_use]
    pub fn uses(mut self, uses: Uses) -> Self {
        self.uses = uses;
        self
    }

    /// Sets how long it is good.
    #[must_use]
    pub fn valid_for(mut self, duration: Duration) -> Self {
        self.expires = self.made + duration;
        self
    }

    /// Sets the values of what can be chosen, in the order shown.
    #[must_use]
    pub fn choices(mut self, values: Vec<String>) -> Self {
        if let SealedValue::Inline { choices, .. } = &mut self.value {
            *choices = values;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AdapterId, SeededRng};

    fn seals(ids: &[&str]) -> Seals {
        let keys = ids.iter().map(|id| SealKey::new(*id, id.repeat(32)).unwrap()).collect();
        Seals::new(keys, Arc::new(SeededRng::new(1))).unwrap()
    }

    fn seal() -> Seal {
        let place = Place::new(AdapterId::parse("memory").unwrap(), "w", "c");
        let value = serde_json::json!({"incident": 7});
        Seal::new("action:ack".into(), CardId::from(5), place, Timestamp::EPOCH, value)
    }

    #[test]
    fn what_was_sealed_comes_back_as_it_was() {
        let text = seals(&["a"]).seal(&seal()).unwrap();
        assert_eq!(seals(&["a"]).open(&text).unwrap(), seal());
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let seals = seals(&["a"]);
        let text = seals.seal(&seal()).unwrap();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let error = seals.open(&changed).expect_err("a changed seal opened");
            assert!(error.is_denied(), "{error:?}");
        }
    }

    #[test]
    fn a_rotated_key_still_opens_until_it_is_taken_away() {
        let old = seals(&["a"]).seal(&seal()).unwrap();
        assert!(seals(&["b", "a"]).open(&old).is_ok());
        assert!(seals(&["b"]).open(&old).is_err());
    }

    #[test]
    fn what_is_encrypted_opens_only_where_it_belongs() {
        let seals = seals(&["a"]);
        let text = seals.encrypt(b"https://hooks.example/secret", "row 1").unwrap();
        assert!(!text.contains("hooks"));
        assert_eq!(seals.decrypt(&text, "row 1").unwrap(), b"https://hooks.example/secret");
        assert!(seals.decrypt(&text, "row 2").is_err());
    }

    #[test]
    fn keys_are_read_from_the_environments_form() {
        let long = "x".repeat(32);
        assert_eq!(SealKey::parse_list(&format!("n:{long},o:{long}")).unwrap().len(), 2);
        assert!(SealKey::parse_list("n:short").is_err());
        assert!(SealKey::parse_list(&long).is_err());
        assert!(!format!("{:?}", SealKey::parse_list(&format!("n:{long}"))).contains("xxx"));
    }
}
