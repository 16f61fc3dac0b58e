//! What audit records say: names and ids, no content.

use std::fmt;

use chatgate_core::{
    AdapterId, AuditRecord, Batch, DeliveryKey, EntryId, Error, Event, EventId, NodeId, Place,
    Principal, PrincipalId, PrincipalKind, RouteId, Timestamp, UserId,
};
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::engine::Engine;

/// One audit record; what does not apply is left out, and what all have in common [`Engine::audit`] adds.
///
/// The members stand in the order of their names, here and in every object below: that is canonical
/// JSON, and a store takes it as it is.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Record<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) actor: Option<Actor<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) adapter: Option<&'a AdapterId>,
    pub(crate) boot: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) command: Option<Command<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) decision: Option<Decision<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delivery: Option<EventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Failure<'a>>,
    pub(crate) id: Option<EventId>,
    pub(crate) node: Option<&'a NodeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) operation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Shown<&'a Place>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) route: Option<&'a RouteId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) row: Option<EntryId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<Source<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tries: Option<u32>,
    pub(crate) ts: Option<Shown<Timestamp>>,
    #[serde(rename = "type")]
    pub(crate) kind: &'a str,
    pub(crate) v: u32,
}

/// Who acted, in the organisation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Actor<'a> {
    kind: PrincipalKind,
    principal: &'a PrincipalId,
}

/// Which command.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Command<'a> {
    /// Where a record says its arguments at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) args: Option<Option<String>>,
    pub(crate) name: Option<&'a RouteId>,
}

/// A denial.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Decision<'a> {
    effect: &'static str,
    reason_code: &'a str,
}

/// What failed.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Failure<'a> {
    Kind(&'static str),
    Coded { code: Option<&'a str>, kind: &'static str },
}

/// How a run ended.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) status: &'static str,
}

/// Where an event came from.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Source<'a> {
    adapter: &'a AdapterId,
    delivery_key: Option<&'a DeliveryKey>,
    place: Option<Shown<&'a Place>>,
    user: Option<&'a UserId>,
}

/// What is written as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct Shown<T>(pub(crate) T);

impl Engine {
    /// Adds an audit record to a batch: its type, and what there is to say.
    pub(crate) fn audit(&self, batch: Batch, kind: &str, record: Record<'_>) -> Batch {
        let record = Record {
            boot: &self.chain.boot,
            id: Some(self.new_event()),
            node: Some(&self.node),
            ts: Some(Shown(self.now())),
            kind,
            v: 1,
            ..record
        };
        // Names and ids are always JSON.
        let record =
            AuditRecord::new(&record).unwrap_or_else(|_| json!({"type": kind, "v": 1}).into());
        batch.audit(self.chain.clone(), record)
    }
}

impl<'a> Record<'a> {
    /// A record about an event.
    pub(crate) fn of(delivery: EventId) -> Self {
        Self { delivery: Some(delivery), ..Self::default() }
    }

    /// A record that says why.
    pub(crate) fn for_reason(reason: &'a str) -> Self {
        Self { reason: Some(reason), ..Self::default() }
    }
}

impl<'a> Actor<'a> {
    pub(crate) fn of(principal: &'a Principal) -> Self {
        Self { kind: principal.kind, principal: &principal.id }
    }
}

impl<'a> Command<'a> {
    pub(crate) fn named(route: &'a RouteId) -> Self {
        Self { args: None, name: Some(route) }
    }
}

impl<'a> Decision<'a> {
    pub(crate) fn denied(reason: &'a str) -> Self {
        Self { effect: "deny", reason_code: reason }
    }
}

impl<'a> Failure<'a> {
    pub(crate) fn of(error: &Error) -> Self {
        Self::Kind(error.kind().as_str())
    }

    pub(crate) fn coded(error: &'a Error) -> Self {
        Self::Coded { code: error.code(), kind: error.kind().as_str() }
    }
}

impl<'a> Source<'a> {
    pub(crate) fn of(event: &'a Event) -> Self {
        Self {
            adapter: &event.adapter,
            delivery_key: event.keys.first(),
            place: event.place.as_ref().map(Shown),
            user: event.actor.as_ref().map(|actor| &actor.user),
        }
    }
}

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
