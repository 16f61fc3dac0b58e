//! Interactivity: buttons, menus, pickers, forms and shortcuts.

use chatgate_core::{
    ActionUse, AnswerKind, AnswerSlot, DisplayName, Event, EventKind, MessageRef, Place, Seal,
    Uses, WorkspaceId,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::action;
use super::view::View;
use super::{
    ANSWER_WITHIN, Decoded, Decoder, TRIGGER, TRIGGER_IN_MODAL, soft, without_credentials,
};
use crate::install::Install;

/// How Slack calls every direct message where it names a channel.
const DIRECT: &str = "directmessage";

/// How the names of conversations of several people begin, and how Slack calls what is private where it
/// does not say more.
const GROUP: [&str; 2] = ["mpdm-", "privategroup"];

/// An interactivity payload, whichever it is.
#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    team: Option<Named>,
    #[serde(default, deserialize_with = "soft")]
    enterprise: Option<Named>,
    #[serde(default, deserialize_with = "soft")]
    is_enterprise_install: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    user: Option<User>,
    #[serde(default, deserialize_with = "soft")]
    channel: Option<Named>,
    #[serde(default, deserialize_with = "soft")]
    container: Option<Container>,
    #[serde(borrow, default)]
    actions: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "soft")]
    view: Option<View<'a>>,
    #[serde(default, deserialize_with = "soft")]
    response_url: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    trigger_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    callback_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    message_ts: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    action_ts: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    action_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    block_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    value: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    #[serde(default, deserialize_with = "soft")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct User {
    id: String,
    #[serde(default, deserialize_with = "soft")]
    username: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    team_id: Option<String>,
}

/// What the element stands in.
#[derive(Deserialize)]
struct Container {
    #[serde(default, deserialize_with = "soft")]
    channel_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    message_ts: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    thread_ts: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    is_ephemeral: Option<bool>,
}

/// A payload with what all kinds need of it.
struct Given<'a> {
    payload: Payload<'a>,
    json: &'a str,
    workspace: WorkspaceId,
    place: Option<Place>,
}

impl Decoder<'_> {
    /// Decodes the JSON of a `payload` field, already known to be JSON.
    pub(crate) fn interactivity(&self, json: &str) -> Decoded {
        let Ok(payload) = serde_json::from_str::<Payload<'_>>(json) else {
            return Decoded::Nothing("a payload that is no object");
        };
        let workspace = self.workspace(payload.workspace());
        let place = payload.channel().map(|channel| {
            let place = self.place(&workspace, channel);
            match payload.thread() {
                Some(root) => place.in_thread(root),
                None => place,
            }
        });
        let given = Given { payload, json, workspace, place };
        match given.kind() {
            "block_actions" => self.actions(&given),
            "block_suggestion" => self.suggestion(&given),
            "view_submission" | "view_closed" => self.view(&given),
            "shortcut" | "message_action" => {
                let callback = given.payload.callback_id.as_deref().unwrap_or_default();
                self.unnamed(&given, &format!("{}/{callback}", given.kind()))
            }
            other => self.unnamed(&given, other),
        }
    }

    /// One element was used. Slack sends a list of one.
    fn actions(&self, given: &Given<'_>) -> Decoded {
        let raw = given.payload.actions.map_or("[]", RawValue::get);
        let elements: Vec<Value> = serde_json::from_str(raw).unwrap_or_default();
        let mut bad = false;
        for element in &elements {
            let Some(carried) = action::carried(element) else { continue };
            match self.seals.open(&carried) {
                Ok(seal) => return self.used(given, element, seal),
                Err(_) => bad = true,
            }
        }
        if bad {
            let way = self.reply(given.payload.response_url.as_deref());
            return Decoded::BadSeal { way, field: None };
        }
        // A button that opens an address, or one that the program made itself.
        self.unnamed(given, "block_actions")
    }

    fn used(&self, given: &Given<'_>, element: &Value, seal: Seal) -> Decoded {
        let click = action::text(element, "action_ts").unwrap_or_default();
        let user = given.user_id();
        let mut key = format!("click/{}/{}/{user}", seal.card, seal.nonce);
        if seal.uses == Uses::Repeat {
            key.push('/');
            key.push_str(click);
        }
        let line = given.direct_line(&seal);
        let place = line.as_ref().or(given.place.as_ref());
        let mut used = ActionUse::new(seal).chosen(action::chosen(element)).click(click);
        // One that only a person sees has no id that could be edited (slack.md §4.3).
        if let (Some(place), Some(ts)) = (place, given.payload.shown_in()) {
            used = used.in_message(MessageRef::platform(place.clone(), ts));
        }
        let mut event = self.given(given, key, EventKind::Action(used));
        event.at = super::at(click).unwrap_or(event.at);
        if let Some(line) = line {
            // A group may have people of other organisations in it: that is looked up.
            let is_direct = line.direct_user().is_some();
            event = event.in_place(line);
            if is_direct {
                event = event.direct().externally_shared(Some(false));
            }
        }
        Decoded::event(event)
    }

    fn suggestion(&self, given: &Given<'_>) -> Decoded {
        let payload = &given.payload;
        // The element is named as in a click.
        let element = json!({
            "type": "external_select", "block_id": payload.block_id, "action_id": payload.action_id,
        });
        let of_element = action::carried(&element);
        let of_element = of_element.and_then(|carried| self.seals.open(&carried).ok());
        let of_form = payload.view.as_ref().and_then(|view| view.seal(self.seals).ok().flatten());
        let (seal, field) = match (of_element, of_form) {
            (Some(seal), _) => (seal, None),
            (None, Some(seal)) => (seal, payload.block_id.clone()),
            (None, None) => return self.unnamed(given, "block_suggestion"),
        };
        let typed = payload.value.clone().unwrap_or_default();
        let kind = EventKind::OptionsAsked { seal, field, typed };
        let slot = AnswerSlot::new(self.now + ANSWER_WITHIN, [AnswerKind::Options]);
        Decoded::event(self.given(given, given.key(), kind).answerable(slot))
    }

    fn view(&self, given: &Given<'_>) -> Decoded {
        let Some(view) = &given.payload.view else {
            return self.unnamed(given, given.kind());
        };
        let seal = match view.seal(self.seals) {
            Ok(Some(seal)) => seal,
            Ok(None) => return self.unnamed(given, given.kind()),
            Err(_) => {
                return Decoded::BadSeal { way: None, field: view.fields().into_iter().next() };
            }
        };
        // It was opened from a direct message: Slack's ids of those begin so (slack.md §10).
        let direct = seal.place.conversation.as_str().starts_with('D');
        let submitted = given.kind() == "view_submission";
        let kind = match submitted {
            true => EventKind::FormSubmitted { seal, values: view.values() },
            false => EventKind::FormClosed { seal },
        };
        let mut event = self.given(given, given.key(), kind);
        if direct {
            event = event.direct();
        }
        if submitted {
            let accepts = [AnswerKind::FieldErrors, AnswerKind::NextForm, AnswerKind::CloseForm];
            event = event.answerable(AnswerSlot::new(self.now + ANSWER_WITHIN, accepts));
        }
        Decoded::event(event)
    }

    fn unnamed(&self, given: &Given<'_>, name: &str) -> Decoded {
        let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        let name = if name.is_empty() { "unknown".into() } else { name };
        Decoded::event(self.given(given, given.key(), EventKind::Other { name }))
    }

    /// An event as far as all payloads say.
    fn given(&self, given: &Given<'_>, key: String, kind: EventKind) -> Event {
        let payload = &given.payload;
        let install = self.install_or(|| Install {
            team: payload.team.as_ref().map(|team| team.id.clone()),
            enterprise: payload.enterprise.as_ref().map(|enterprise| enterprise.id.clone()),
            org_wide: payload.is_enterprise_install == Some(true),
            ..Install::default()
        });
        let mut event = self
            .event(given.workspace.clone(), key, self.now, kind)
            .with_raw(without_credentials(given.json));
        match &given.place {
            Some(place) => event = event.in_place(place.clone()),
            // There is nobody besides the person: a form, a shortcut.
            None => event = event.externally_shared(Some(false)),
        }
        if let Some(user) = &payload.user {
            event = event.by(self.actor(&install, &user.id, user.team_id.as_deref()));
            if let Some(name) = user.username.as_ref().or(user.name.as_ref()) {
                event = event.named(DisplayName::new(name.as_str()));
            }
        }
        // A submitted form is gone once it is answered: what follows it stands on nothing.
        let in_modal =
            given.kind() == "block_actions" && payload.view.as_ref().is_some_and(View::is_modal);
        let kind = if in_modal { TRIGGER_IN_MODAL } else { TRIGGER };
        if let Some(trigger) = self.trigger(kind, payload.trigger_id.as_deref()) {
            event = event.with_trigger(trigger);
        }
        match self.reply(payload.response_url.as_deref()) {
            Some(reply) => event.with_reply(reply),
            None => event,
        }
    }
}

impl Payload<'_> {
    fn workspace(&self) -> Option<&str> {
        let team = self.team.as_ref().map(|team| team.id.as_str());
        let user = self.user.as_ref().and_then(|user| user.team_id.as_deref());
        let enterprise = self.enterprise.as_ref().map(|enterprise| enterprise.id.as_str());
        team.or(enterprise).or(user)
    }

    fn channel(&self) -> Option<&str> {
        let container =
            self.container.as_ref().and_then(|container| container.channel_id.as_deref());
        self.channel.as_ref().map(|channel| channel.id.as_str()).or(container)
    }

    /// The thread of the message that the element stands in, where it is a reply.
    fn thread(&self) -> Option<&str> {
        let container = self.container.as_ref()?;
        let root = container.thread_ts.as_deref()?;
        (container.message_ts.as_deref() != Some(root)).then_some(root)
    }

    /// The message that the element stands in, where it can be changed.
    fn shown_in(&self) -> Option<&str> {
        let container = self.container.as_ref()?;
        let lasts = container.is_ephemeral != Some(true);
        container
            .message_ts
            .as_deref()
            .filter(|_| lasts)
            .or(self.message_ts.as_deref().filter(|_| lasts))
    }
}

impl Given<'_> {
    fn kind(&self) -> &str {
        self.payload.kind.as_deref().unwrap_or("unknown")
    }

    /// The direct line to the person, or a group that they are in, where the element was shown there:
    /// it is the same place as the conversation in which Slack shows it, by the name under which it was
    /// shown.
    fn direct_line(&self, seal: &Seal) -> Option<Place> {
        let here = self.place.as_ref()?;
        let shown = &seal.place;
        let people = shown.people();
        let is_theirs = people.iter().any(|person| *person == *self.user_id());
        let name = self.payload.channel.as_ref().and_then(|channel| channel.name.as_deref());
        let is_direct = match people.len() {
            1 => name == Some(DIRECT),
            _ => name.is_some_and(|name| GROUP.iter().any(|group| name.starts_with(group))),
        };
        let is_here = shown.adapter == here.adapter && shown.workspace == here.workspace;
        (is_theirs && is_direct && is_here).then(|| {
            let line = shown.clone().without_thread();
            here.thread.iter().fold(line, |line, thread| line.in_thread(thread.clone()))
        })
    }

    fn user_id(&self) -> &str {
        self.payload.user.as_ref().map_or("", |user| user.id.as_str())
    }

    /// The key of what has no seal to make one from: its trigger, which is secret, or all that it says.
    fn key(&self) -> String {
        let payload = &self.payload;
        match payload.trigger_id.as_deref().or(payload.action_ts.as_deref()) {
            Some(once) => super::slash::digest(self.kind(), once),
            None => super::slash::digest(self.kind(), self.json),
        }
    }
}
