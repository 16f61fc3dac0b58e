//! Seals of actions, and the records of what is too long for them.

use chatgate_core::{
    ActionValue, Allowed, Batch, CardId, Error, Expect, Key, Limits, Place, Result, Seal,
    SealedValue, Seals, Store, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::engine::Engine;
use crate::stored;

/// A longer seal goes into a record also where the place has no limit: `Seals::open` takes no more
/// than twice that.
const SEAL_CHARS: usize = 8 * 1024;

/// What a seal carries, in a record.
#[derive(Serialize, Deserialize)]
struct Kept {
    value: Value,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    choices: Vec<String>,
}

/// Seals the elements of one card, each with a number of its own.
pub(super) struct Sealer<'a> {
    seals: &'a Seals,
    card: CardId,
    place: Place,
    now: Timestamp,
    limit: usize,
    menu_limit: usize,
    only: Option<&'a UserId>,
    next: u32,
    records: Batch,
}

impl<'a> Sealer<'a> {
    pub(super) fn new(seals: &'a Seals, card: CardId, place: Place, now: Timestamp) -> Self {
        Self {
            seals,
            card,
            place,
            now,
            limit: SEAL_CHARS,
            menu_limit: SEAL_CHARS,
            only: None,
            next: 0,
            records: Batch::new(),
        }
    }

    /// What is longer goes into a record.
    pub(super) fn limited_to(mut self, limits: &Limits) -> Self {
        self.limit = limits.action_value_chars.unwrap_or(SEAL_CHARS).min(SEAL_CHARS);
        self.menu_limit = limits.menu_value_chars.unwrap_or(self.limit).min(self.limit);
        self
    }

    /// What everyone might use who sees it is for this person, for whom it is said.
    pub(super) fn only_for(mut self, user: Option<&'a UserId>) -> Self {
        self.only = user;
        self
    }

    /// Seals a button's action.
    pub(super) fn seal(&mut self, action: &mut ActionValue) -> Result<()> {
        let seal = self.make(action, Vec::new());
        action.seal = Some(self.text(seal)?);
        Ok(())
    }

    /// Seals the action of a menu or picker.
    pub(super) fn seal_menu(
        &mut self,
        action: &mut ActionValue,
        choices: Vec<String>,
    ) -> Result<()> {
        let seal = self.make(action, choices);
        action.seal = Some(self.within(seal, self.menu_limit)?);
        Ok(())
    }

    /// The seal of an action, with the card's next number.
    pub(super) fn make(&mut self, action: &ActionValue, choices: Vec<String>) -> Seal {
        let (route, value) = (action.route.clone(), action.value.clone());
        let allowed = match (&action.allowed, self.only) {
            (Allowed::Anyone, Some(user)) => Allowed::Only(vec![user.clone()]),
            (allowed, _) => allowed.clone(),
        };
        let seal = Seal::new(route, self.card, self.place.clone(), self.now, value)
            .numbered(self.next)
            .allowed(allowed)
            .uses(action.uses)
            .choices(choices);
        self.next = self.next.saturating_add(1);
        match action.valid_for {
            Some(duration) => seal.valid_for(duration),
            None => seal,
        }
    }

    /// The text of a seal; what it carries goes into a record when it is too long.
    pub(super) fn text(&mut self, seal: Seal) -> Result<String> {
        self.within(seal, self.limit)
    }

    fn within(&mut self, mut seal: Seal, limit: usize) -> Result<String> {
        let text = self.seals.seal(&seal)?;
        // A seal is ASCII.
        if text.len() <= limit {
            return Ok(text);
        }
        let carried = std::mem::replace(&mut seal.value, SealedValue::Record);
        if let SealedValue::Inline { value, choices } = carried {
            let bytes = stored::write(Kept { value, choices })?;
            let records = std::mem::take(&mut self.records);
            self.records = records.put_until(key(&seal), bytes, Expect::Any, seal.expires);
        }
        self.seals.seal(&seal)
    }

    /// The records that the seals need.
    pub(super) fn into_records(self) -> Batch {
        self.records
    }
}

/// Gives a seal what it carries, where that is in a record.
///
/// # Errors
/// `not_found` when the record is not there, or no longer.
pub(crate) async fn open_record(engine: &Engine, seal: Seal) -> Result<Seal> {
    open(&*engine.store, seal).await
}

pub(super) async fn open(store: &dyn Store, mut seal: Seal) -> Result<Seal> {
    if seal.value != SealedValue::Record {
        return Ok(seal);
    }
    let record = store.get(&key(&seal)).await?;
    let record = record.ok_or_else(|| Error::not_found("what the seal carries has expired"))?;
    let Kept { value, choices } = stored::read(&record.value)?;
    seal.value = SealedValue::Inline { value, choices };
    Ok(seal)
}

fn key(seal: &Seal) -> Key {
    Key::new("sealed", format!("{}/{}", seal.card, seal.nonce))
}
