//! Dialogs: submitted, closed, and what their menus ask.

use chatgate_core::{AnswerKind, AnswerSlot, DeliveryKey, EventKind, Place, Seal};
use chatgate_http::soft;
use chatgate_render::mattermost::form_values;
use serde::Deserialize;
use serde_json::Value;

use super::raw::without_credentials;
use super::{ANSWER_WITHIN, Decoded, Decoder};

/// What the server posts on behalf of a client, which chooses all but the person (mattermost.md §7).
#[derive(Debug, Default, Deserialize)]
struct Submitted {
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    channel_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    submission: Option<Value>,
    #[serde(default, deserialize_with = "soft")]
    cancelled: Option<bool>,
}

/// What a dialog's request wants to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Whether its fields are right, which are these.
    Submission { fields: Vec<String> },
    /// What a menu offers.
    Lookup,
    /// Nothing.
    Nothing,
}

impl Decoder<'_> {
    /// Decodes a JSON body, already known to be JSON, and says what it wants to hear. What the dialog
    /// carried is checked before anything else is read: whoever may read a channel can post what they
    /// like in its name.
    pub(crate) fn dialog(&self, json: &str) -> (Decoded, Asked) {
        #[derive(Deserialize)]
        struct Carried {
            #[serde(default, deserialize_with = "soft")]
            state: Option<String>,
        }
        let carried = serde_json::from_str(json).ok().and_then(|it: Carried| it.state);
        let Some(Ok(seal)) = carried.map(|state| self.seals.open(&state)) else {
            return (Decoded::BadSeal, Asked::Nothing);
        };
        let submitted: Submitted = serde_json::from_str(json).unwrap_or_default();
        let Some(user) = submitted.user_id.as_deref().filter(|user| !user.is_empty()) else {
            return (Decoded::Nothing("a dialog of nobody"), Asked::Nothing);
        };
        let place = self.opened_in(&seal, user, submitted.channel_id.as_deref());
        let (kind, asked) = match submitted.kind.as_deref().unwrap_or_default() {
            "dialog_lookup" => (lookup(seal, &submitted), Asked::Lookup),
            "refresh" | "dialog_action" => {
                return (Decoded::Nothing("a part of a dialog that is never made"), Asked::Nothing);
            }
            _ if submitted.cancelled == Some(true) => {
                (EventKind::FormClosed { seal }, Asked::Nothing)
            }
            _ => {
                let submission = submitted.submission.clone().unwrap_or_default();
                let fields = submission.as_object().into_iter().flatten();
                let fields = fields.map(|(name, _)| name.clone()).collect();
                let values = form_values(&submission);
                (EventKind::FormSubmitted { seal, values }, Asked::Submission { fields })
            }
        };
        // Nothing of a request names it: each is one of its own, and the seal is used once.
        let key = DeliveryKey::hashed("dialog", &format!("{} {json}", self.now.as_millis()));
        let mut event = self
            .event(key, self.now, kind)
            .by(self.actor(user))
            .with_raw(without_credentials(json));
        if let Some(place) = place {
            let direct = place.direct_user().is_some();
            event = event.in_place(place);
            if direct {
                event = event.direct().externally_shared(Some(false));
            }
        }
        let accepts = match asked {
            Asked::Submission { .. } => {
                vec![AnswerKind::FieldErrors, AnswerKind::NextForm, AnswerKind::CloseForm]
            }
            Asked::Lookup => vec![AnswerKind::Options],
            Asked::Nothing => Vec::new(),
        };
        if !accepts.is_empty() {
            event = event.answerable(AnswerSlot::new(self.now + ANSWER_WITHIN, accepts));
        }
        (Decoded::event(event), asked)
    }

    /// Where the dialog was opened, if it comes back from there; else where it says that it comes from,
    /// which the gateway refuses.
    fn opened_in(&self, seal: &Seal, user: &str, channel: Option<&str>) -> Option<Place> {
        if let Some(line) = self.direct_line(seal, user) {
            return Some(line);
        }
        let Some(channel) = channel.filter(|channel| !channel.is_empty()) else {
            return Some(seal.place.clone());
        };
        let here = self.place(channel, None);
        Some(if seal.place.is_same_conversation(&here) { seal.place.clone() } else { here })
    }
}

/// What is asked of a menu (mattermost.md §7).
fn lookup(seal: Seal, submitted: &Submitted) -> EventKind {
    let asked = |name| submitted.submission.as_ref()?.get(name)?.as_str().map(str::to_owned);
    EventKind::OptionsAsked {
        seal,
        field: asked("selected_field"),
        typed: asked("query").unwrap_or_default(),
    }
}
