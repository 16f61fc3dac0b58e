//! A refusal in Slack's words: `{"ok":false,"error":"…"}`.

use serde_json::{Value, json};

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) code: String,
    /// What explains it: `response_metadata.messages`.
    pub(super) messages: Vec<String>,
    /// The scope that is missing.
    pub(super) needed: Option<String>,
}

impl Refusal {
    pub(super) fn new(code: &str) -> Self {
        Self { code: code.to_owned(), messages: Vec::new(), needed: None }
    }

    pub(super) fn with_messages(mut self, messages: Vec<String>) -> Self {
        self.messages = messages;
        self
    }

    pub(super) fn missing_scope(needed: &str) -> Self {
        Self { needed: Some(needed.to_owned()), ..Self::new("missing_scope") }
    }

    /// An argument that must be there and is not.
    pub(super) fn missing(argument: &str) -> Self {
        Self::new("invalid_arguments")
            .with_messages(vec![format!("[ERROR] missing required field: {argument}")])
    }

    /// The body of the answer, to an app that was granted `scopes`.
    pub(super) fn body(&self, scopes: &str) -> Value {
        let mut body = json!({"ok": false, "error": self.code});
        if let Some(needed) = &self.needed {
            body["needed"] = json!(needed);
            body["provided"] = json!(scopes);
        }
        if !self.messages.is_empty() {
            body["response_metadata"] = json!({"messages": self.messages});
        }
        body
    }
}

/// `Err` with a code.
pub(super) fn refuse<T>(code: &str) -> Result<T, Refusal> {
    Err(Refusal::new(code))
}
