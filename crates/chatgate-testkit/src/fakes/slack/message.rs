//! A message as it is kept.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::ts::Ts;

/// A message.
#[derive(Clone, Debug, Default)]
pub(super) struct Message {
    pub(super) ts: Ts,
    /// The root of its thread; its own `ts` once it is one.
    pub(super) thread: Option<Ts>,
    pub(super) broadcast: bool,
    pub(super) parent_user: Option<Value>,
    pub(super) replies: BTreeSet<Ts>,
    /// What Slack shows, without what is kept beside it here.
    pub(super) body: Map<String, Value>,
    pub(super) metadata: Option<Value>,
    pub(super) reactions: Vec<(String, Vec<String>)>,
    pub(super) pinned: bool,
    /// What was chosen in its stateful elements, by block and action.
    pub(super) chosen: Map<String, Value>,
    /// Who alone sees it: it is ephemeral.
    pub(super) only_for: Option<String>,
    pub(super) deleted: bool,
    mentions: Vec<String>,
    links: Vec<String>,
    truncated: bool,
}

impl Message {
    /// A message with the fields of its author and what was written.
    pub(super) fn new(author: Map<String, Value>, draft: Draft) -> Self {
        let mut message = Self { body: author, ..Self::default() };
        message.write(draft);
        message
    }

    /// Puts other content into it.
    pub(super) fn write(&mut self, draft: Draft) {
        self.body.insert("text".to_owned(), json!(draft.text));
        for (name, value) in [("blocks", draft.blocks), ("attachments", draft.attachments)] {
            match value {
                Some(value) => self.body.insert(name.to_owned(), value),
                None => self.body.remove(name),
            };
        }
        if draft.metadata_given {
            self.metadata = draft.metadata;
        }
        (self.mentions, self.links) = (draft.mentions, draft.links);
        self.truncated = draft.truncated;
        self.chosen.clear();
    }

    /// Adds or removes a reaction; `false` when there is nothing to change.
    pub(super) fn react(&mut self, user: &str, name: &str, added: bool) -> bool {
        let at = self.reactions.iter().position(|(known, _)| known == name);
        if !added {
            let Some(at) = at else { return false };
            let users = &mut self.reactions[at].1;
            let Some(who) = users.iter().position(|known| known == user) else { return false };
            users.remove(who);
            if users.is_empty() {
                self.reactions.remove(at);
            }
            return true;
        }
        let at = at.unwrap_or_else(|| {
            self.reactions.push((name.to_owned(), Vec::new()));
            self.reactions.len() - 1
        });
        let users = &mut self.reactions[at].1;
        if users.iter().any(|known| known == user) {
            return false;
        }
        users.push(user.to_owned());
        true
    }

    /// The message object.
    pub(super) fn shown(&self, with_metadata: bool) -> Value {
        let mut body = self.body.clone();
        body.insert("ts".to_owned(), json!(self.ts.to_string()));
        if let Some(thread) = self.thread {
            body.insert("thread_ts".to_owned(), json!(thread.to_string()));
            if thread == self.ts {
                body.insert("reply_count".to_owned(), json!(self.replies.len()));
                let latest = self.replies.last().map(ToString::to_string);
                body.insert("latest_reply".to_owned(), json!(latest));
            } else if let Some(user) = &self.parent_user {
                body.insert("parent_user_id".to_owned(), user.clone());
            }
        }
        if self.broadcast {
            body.insert("subtype".to_owned(), json!("thread_broadcast"));
        }
        if !self.reactions.is_empty() {
            let reactions: Vec<_> = self
                .reactions
                .iter()
                .map(|(name, users)| json!({"name": name, "users": users, "count": users.len()}))
                .collect();
            body.insert("reactions".to_owned(), json!(reactions));
        }
        if let (true, Some(metadata)) = (with_metadata, &self.metadata) {
            body.insert("metadata".to_owned(), metadata.clone());
        }
        Value::Object(body)
    }

    /// The message object, with all that only the control API tells.
    pub(super) fn read_back(&self) -> Value {
        let mut shown = self.shown(true);
        shown["_mentions"] = json!(self.mentions);
        shown["_links"] = json!(self.links);
        if self.truncated {
            shown["_truncated"] = json!(true);
        }
        if let Some(user) = &self.only_for {
            shown["_ephemeral_to"] = json!(user);
        }
        if self.deleted {
            shown["_deleted"] = json!(true);
        }
        shown
    }
}
