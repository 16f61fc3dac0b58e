//! A judge of payloads that shares no code with the dialect: what Mattermost takes, as documented.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What is wrong with a payload of a surface that takes posts.
pub(crate) fn faults(payload: &Value) -> Vec<String> {
    let mut judge = Judge::default();
    judge.payload(payload);
    judge.faults
}

/// How many characters of text are seen in all.
pub(crate) fn visible(payload: &Value) -> usize {
    let all = texts(payload).into_iter().chain(labels(payload));
    all.map(|text| text.chars().count()).sum()
}

/// All texts that are read as Markdown, in their order.
pub(crate) fn texts(payload: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let message = payload.get("message").or_else(|| payload.get("text"));
    out.extend(message.and_then(Value::as_str).map(str::to_owned));
    for attachment in attachments(payload) {
        out.extend(attachment.get("text").and_then(Value::as_str).map(str::to_owned));
        for field in list(&attachment, "fields") {
            out.extend(field["title"].as_str().map(str::to_owned));
            out.extend(field["value"].as_str().map(str::to_owned));
        }
        out.extend(attachment.get("footer").and_then(Value::as_str).map(str::to_owned));
    }
    out
}

/// What stands on actions, which is not Markdown.
pub(crate) fn labels(payload: &Value) -> Vec<String> {
    let options = |action: &Value| {
        list(action, "options").iter().map(|it| it["text"].clone()).collect::<Vec<_>>()
    };
    let labels = actions(payload).into_iter().flat_map(|action| {
        let mut all = vec![action["name"].clone()];
        all.extend(options(&action));
        all
    });
    labels.filter_map(|label| label.as_str().map(str::to_owned)).collect()
}

pub(crate) fn attachments(payload: &Value) -> Vec<Value> {
    let of_post = payload.get("props").and_then(|props| props.get("attachments"));
    let all = of_post.or_else(|| payload.get("attachments"));
    all.and_then(Value::as_array).cloned().unwrap_or_default()
}

pub(crate) fn actions(payload: &Value) -> Vec<Value> {
    attachments(payload).iter().flat_map(|it| list(it, "actions")).collect()
}

#[derive(Default)]
struct Judge {
    faults: Vec<String>,
    ids: BTreeSet<String>,
}

impl Judge {
    fn check(&mut self, is_right: bool, what: impl Into<String>) {
        if !is_right {
            self.faults.push(what.into());
        }
    }

    fn only(&mut self, object: &Map<String, Value>, known: &[&str]) {
        for key in object.keys() {
            self.check(known.contains(&key.as_str()), format!("unknown {key}"));
        }
    }

    fn payload(&mut self, payload: &Value) {
        let empty = Map::new();
        let object = payload.as_object().unwrap_or(&empty);
        if let Some(message) = object.get("message") {
            self.only(object, &["message", "props", "metadata"]);
            if let Some(priority) = payload.get("metadata").map(|metadata| &metadata["priority"]) {
                let known = ["", "important", "urgent"].map(Some);
                self.check(known.contains(&priority["priority"].as_str()), "priority");
                self.only(priority.as_object().unwrap_or(&empty), &["priority", "requested_ack"]);
            }
            let length = message.as_str().map_or(usize::MAX, |text| text.chars().count());
            self.check(length <= 16_383, format!("message: {length}"));
            let props = object.get("props").and_then(Value::as_object).unwrap_or(&empty);
            self.only(props, &["attachments", "disable_mentions"]);
            self.check(props.get("attachments").is_some_and(Value::is_array), "no attachments");
            let length = Value::Object(props.clone()).to_string().chars().count();
            self.check(length <= 800_000, format!("props: {length}"));
        } else {
            self.only(object, &["text", "attachments", "skip_slack_parsing", "props"]);
            let length = payload["text"].as_str().map_or(usize::MAX, |text| text.chars().count());
            self.check(length <= 16_383, format!("text: {length}"));
        }
        self.check(payload.to_string().len() <= 300_000, "larger than a request");
        let mut all = texts(payload).into_iter().chain(labels(payload));
        let said = all.any(|text| !text.trim().is_empty());
        self.check(said || attachments(payload).iter().any(is_native), "nothing is said");
        for attachment in attachments(payload) {
            self.attachment(&attachment);
        }
    }

    fn attachment(&mut self, attachment: &Value) {
        if is_native(attachment) {
            return;
        }
        let empty = Map::new();
        let object = attachment.as_object().unwrap_or(&empty);
        self.only(object, &["fallback", "color", "text", "fields", "actions", "footer"]);
        self.check(object.keys().any(|key| key != "color" && key != "fallback"), "empty");
        if let Some(color) = object.get("color") {
            let color = color.as_str().unwrap_or_default();
            let digits = color.strip_prefix('#').unwrap_or_default();
            let is_hex = digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit());
            self.check(is_hex, format!("color: {color}"));
        }
        for name in ["fallback", "text", "footer"] {
            let is_text =
                object.get(name).is_none_or(|it| it.as_str().is_some_and(|it| !it.is_empty()));
            self.check(is_text, format!("{name} is empty"));
        }
        let footer = object.get("footer").and_then(Value::as_str).unwrap_or_default();
        self.check(footer.chars().count() <= 300, "footer is cut");
        for field in list(attachment, "fields") {
            let shape = field["title"].is_string() && field["value"].is_string();
            self.check(shape && field["short"].is_boolean(), "field");
        }
        for action in list(attachment, "actions") {
            self.action(&action);
        }
    }

    fn action(&mut self, action: &Value) {
        let empty = Map::new();
        let object = action.as_object().unwrap_or(&empty);
        let known =
            ["id", "name", "type", "style", "tooltip", "data_source", "options", "integration"];
        self.only(object, &known);
        let id = action["id"].as_str().unwrap_or_default();
        let is_id = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
        self.check(is_id, format!("id: {id}"));
        let is_new = self.ids.insert(id.to_owned());
        self.check(is_new, "an id is not unique");
        let name = action["name"].as_str().unwrap_or_default();
        self.check(!name.trim().is_empty(), "an action without a name");
        let options = list(action, "options");
        match action["type"].as_str() {
            Some("button") => self.check(options.is_empty(), "a button with options"),
            Some("select") => {
                let source = action["data_source"].as_str();
                let is_known = source.is_none_or(|it| matches!(it, "users" | "channels"));
                self.check(is_known && source.is_some() == options.is_empty(), "select");
            }
            other => self.check(false, format!("type: {other:?}")),
        }
        let style = action["style"].as_str();
        self.check(style.is_none_or(|it| matches!(it, "primary" | "danger")), "style");
        for option in &options {
            let text = option["text"].as_str().unwrap_or_default();
            self.check(!text.trim().is_empty() && option["value"].is_string(), "option");
        }
        let values: BTreeSet<_> = options.iter().map(|it| it["value"].to_string()).collect();
        self.check(values.len() == options.len(), "two options have one value");
        self.check(
            action["integration"]["url"] == "chatgate:integration",
            "no place for an address",
        );
        let context = action["integration"]["context"].as_object().unwrap_or(&empty);
        self.only(context, &["seal"]);
    }
}

fn is_native(attachment: &Value) -> bool {
    attachment.get("author_name").is_some()
}

fn list(value: &Value, name: &str) -> Vec<Value> {
    value.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}
