//! What the tests look at: private texts, refusals, calls.

use chatgate_testkit::fakes::Attempt;
use serde_json::{Value, json};

use crate::world::World;

impl World {
    /// The texts that only this person sees in a conversation, oldest first.
    pub(crate) fn told(&self, user: &str, channel: &str) -> Vec<String> {
        let id = self.user(user);
        let messages = self.slack.messages(&self.channel(channel));
        let private = messages.iter().filter(|message| message["_ephemeral_to"] == id.as_str());
        private.map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Waits until a person has been told something with these words, and nobody else.
    pub(crate) async fn expect_told(&self, user: &str, channel: &str, words: &str) {
        self.expect(channel, words).await;
        let told = self.told(user, channel);
        assert!(told.iter().any(|text| text.contains(words)), "{user} was told {told:?}");
        let (open, id) = (self.said(channel), self.user(user));
        let messages = self.slack.messages(&self.channel(channel));
        let with_words = |message: &&Value| {
            message["text"].as_str().is_some_and(|text| text.contains(words))
                && message["_ephemeral_to"] != id.as_str()
        };
        assert!(messages.iter().find(with_words).is_none(), "others read it too: {open:?}");
    }

    /// Someone chooses in a menu or picker.
    pub(crate) async fn choose(
        &self,
        user: &str,
        channel: &str,
        ts: &str,
        label: &str,
        value: Value,
    ) -> Attempt {
        let (user, channel) = (self.user(user), self.channel(channel));
        self.slack.choose(&user, &channel, ts, label, value).await.unwrap()
    }

    /// Someone sends the click of a button with another value than it has.
    pub(crate) async fn forge_click(
        &self,
        user: &str,
        channel: &str,
        ts: &str,
        label: &str,
        value: &str,
    ) -> Attempt {
        let body = json!({
            "user": self.user(user), "channel": self.channel(channel), "ts": ts,
            "action": label, "value": value, "force": true,
        });
        let done = self.slack.control("click", body).await.unwrap();
        serde_json::from_value(done["attempt"].clone()).unwrap()
    }

    /// A message as it is now.
    pub(crate) fn message(&self, channel: &str, ts: &str) -> Value {
        let messages = self.slack.messages(&self.channel(channel));
        let found = messages.into_iter().find(|message| message["ts"] == ts);
        found.unwrap_or_else(|| panic!("no message {ts}"))
    }

    /// The calls of a method that the adapter has made, oldest first.
    pub(crate) fn calls(&self, method: &str) -> Vec<Value> {
        let mut requests = self.slack.requests();
        requests.retain(|request| request["method"] == method);
        requests
    }

    /// The reasons of all denials, oldest first.
    pub(crate) async fn denials(&self) -> Vec<String> {
        let audit = self.audit().await;
        let denied = audit.iter().filter(|record| record["type"] == "command.denied");
        let reason = |record: &Value| record["decision"]["reason_code"].as_str().map(str::to_owned);
        denied.filter_map(reason).collect()
    }
}
