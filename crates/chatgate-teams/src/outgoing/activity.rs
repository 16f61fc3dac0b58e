//! From an activity to an event: a pure function, so it is tested without Teams.
//!
//! Nothing here fails: a field that is not of the type that it should be counts as absent.

use bytes::Bytes;
use chatgate_core::{
    AdapterId, AnswerKind, AnswerSlot, Content, DeliveryKey, DisplayName, Event, EventKind,
    Message, MessageRef, Place, Platform, Standing, Timestamp,
};
use chatgate_http::soft;
use chatgate_render::teams::read_message;
use serde::Deserialize;
use serde_json::Value;

use super::actor::{From, Tenants, UNKNOWN};

/// Decodes what was signed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decoder<'a> {
    pub(super) adapter: &'a AdapterId,
    pub(super) tenants: &'a Tenants,
    pub(super) now: Timestamp,
    pub(super) answer_by: Timestamp,
}

/// What a delivery is.
#[derive(Debug)]
pub(super) enum Decoded {
    /// An event for the gateway.
    Event(Box<Event>),
    /// Something that goes no further, and why.
    Nothing(&'static str),
    /// No activity at all.
    Unreadable,
}

/// The fields of an activity that are used.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Activity {
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    timestamp: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    from: Option<From>,
    #[serde(default, deserialize_with = "soft")]
    recipient: Option<Named>,
    #[serde(default, deserialize_with = "soft")]
    conversation: Option<Conversation>,
    #[serde(default, deserialize_with = "soft")]
    channel_data: Option<ChannelData>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Conversation {
    #[serde(default, deserialize_with = "soft")]
    id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    tenant_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct ChannelData {
    #[serde(default, deserialize_with = "soft")]
    tenant: Option<Named>,
    #[serde(default, deserialize_with = "soft")]
    team: Option<Named>,
    #[serde(default, deserialize_with = "soft")]
    channel: Option<Named>,
}

#[derive(Debug, Default, Deserialize)]
struct Named {
    #[serde(default, deserialize_with = "soft")]
    id: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
}

impl Decoder<'_> {
    /// Decodes an activity, already known to be JSON.
    pub(super) fn decode(&self, json: &str) -> Decoded {
        let (Ok(activity), Ok(value)) =
            (serde_json::from_str::<Activity>(json), serde_json::from_str::<Value>(json))
        else {
            return Decoded::Unreadable;
        };
        if activity.kind.as_deref() != Some("message") {
            return Decoded::Nothing("an activity that is no message");
        }
        let filled = |text: Option<&String>| text.filter(|text| !text.is_empty()).cloned();
        let said = activity.conversation.unwrap_or_default();
        let data = activity.channel_data.unwrap_or_default();
        let named = filled(said.id.as_ref()).or_else(|| id_of(data.channel.as_ref()));
        let (Some(conversation), Some(from)) = (named, activity.from.filter(From::is_someone))
        else {
            return Decoded::Nothing("a message without its place or person");
        };
        let beside = id_of(data.tenant.as_ref());
        let tenant = filled(said.tenant_id.as_ref()).or_else(|| beside.clone());
        let tenant = tenant.map(|tenant| tenant.to_ascii_lowercase());
        let place = self.place(tenant.as_deref(), &conversation, id_of(data.team.as_ref()));

        let id = filled(activity.id.as_ref());
        let key = match &id {
            Some(id) => format!("message/{}/{id}", place.conversation).into(),
            None => DeliveryKey::hashed("message", json),
        };
        let message = MessageRef::platform(place.clone(), id.as_deref().unwrap_or("unknown"));
        let content = content(&value, id_of(activity.recipient.as_ref()).as_deref());
        // Whoever calls an outgoing webhook has written its name.
        let kind = EventKind::Message(Message::new(message, content).mentioned());
        let at = activity.timestamp.as_deref().and_then(time).unwrap_or(self.now);
        let workspace = place.workspace.clone();
        let actor = from.actor(self.adapter, tenant.as_deref(), beside.as_deref(), self.tenants);
        // A shared channel has people of other organisations in it; a webhook's team does not say so
        // otherwise, and its channels are standard ones.
        let is_shared = data.channel.and_then(|it| it.kind).as_deref() == Some("shared");
        let mut event =
            Event::new(Platform::teams(), self.adapter.clone(), workspace, key, at, kind)
                .in_place(place)
                .externally_shared(Some(is_shared))
                .with_raw(Bytes::copy_from_slice(json.as_bytes()));
        if let Some(name) = from.name.as_ref().filter(|name| !name.is_empty()) {
            event = event.named(DisplayName::new(name.as_str()));
        }
        if actor.standing != Standing::Integration {
            event = event.answerable(AnswerSlot::new(self.answer_by, [AnswerKind::Message]));
        }
        Decoded::Event(Box::new(event.by(actor)))
    }

    /// Every message of a channel is in a thread, be it as its first: there its answer is shown.
    fn place(&self, tenant: Option<&str>, conversation: &str, team: Option<String>) -> Place {
        let (channel, rest) = conversation.split_once(';').unwrap_or((conversation, ""));
        let place = Place::new(self.adapter.clone(), tenant.unwrap_or(UNKNOWN), channel);
        let place = match team {
            Some(team) => place.in_team(team),
            None => place,
        };
        match rest.strip_prefix("messageid=").filter(|root| !root.is_empty()) {
            Some(root) => place.in_thread(root),
            None => place,
        }
    }
}

/// What is said, without the webhook's own name at its start.
fn content(activity: &Value, recipient: Option<&str>) -> Content {
    let entities = activity["entities"].as_array().map_or(&[][..], Vec::as_slice);
    let mentioned = |entity: &Value| {
        (entity["type"] == "mention")
            .then(|| entity["mentioned"]["id"].as_str().map(str::to_owned))?
    };
    let ids: Vec<String> = entities.iter().filter_map(mentioned).collect();
    // What calls a webhook is its name at the start; of apps it is the first that is named.
    let own = ids
        .iter()
        .find(|id| recipient == Some(id.as_str()))
        .or_else(|| ids.iter().find(|id| id.starts_with("28:")))
        .or_else(|| ids.first());
    if let Some(own) = own {
        let mut content = read_message(activity);
        content.take_address(Some(own));
        return content;
    }
    // Nothing says whose name it is: the one at the start of the text is the one that was called.
    let mut activity = activity.clone();
    let text = activity["text"].as_str().unwrap_or_default().trim_start();
    let rest =
        text.strip_prefix("<at>").and_then(|rest| Some(rest.split_once("</at>")?.1.to_owned()));
    if let Some(rest) = rest {
        activity["text"] = rest.into();
        activity["attachments"] = Value::Null;
    }
    let mut content = read_message(&activity);
    content.take_address(None);
    content
}

fn id_of(named: Option<&Named>) -> Option<String> {
    named?.id.clone().filter(|id| !id.is_empty())
}

fn time(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_millis(time.as_millisecond()))
}

#[cfg(test)]
#[path = "activity/tests.rs"]
mod tests;
