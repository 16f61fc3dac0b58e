//! What goes back in the response to Mattermost's request.

use std::collections::BTreeMap;

use bytes::Bytes;
use chatgate_core::{Answer, Audience, Choice, FieldErrors, Rendered, Result};
use chatgate_render::mattermost::{MattermostAnswer, with_integration_url};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use url::Url;

/// What stands between `<` and what a webhook's answer would read as Slack's markup: nobody sees it.
const JOINER: char = '\u{2060}';

/// Makes answers that may carry buttons, which lead to this address.
pub(crate) struct Answers {
    pub(crate) action_url: Option<Url>,
}

/// The answer to a command (mattermost.md §4).
#[derive(Serialize)]
struct Said<'a> {
    response_type: &'a str,
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Box<RawValue>>,
    skip_slack_parsing: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extra_responses: Vec<Said<'a>>,
}

impl Answers {
    /// To a slash command: the first part, and the others as its further responses.
    pub(super) fn command(&self, answer: &Answer) -> Bytes {
        match answer {
            Answer::Message { audience, parts } => self.said(audience, parts),
            _ => empty(),
        }
    }

    /// The same, as it goes to a `response_url` too.
    pub(crate) fn said(&self, audience: &Audience, parts: &[Rendered]) -> Bytes {
        let response_type = response_type(audience);
        let mut said = parts.iter().filter_map(|part| self.read(part)).map(|part| Said {
            response_type,
            text: part.text,
            attachments: part.attachments,
            skip_slack_parsing: true,
            extra_responses: Vec::new(),
        });
        let Some(mut first) = said.next() else { return empty() };
        first.extra_responses = said.collect();
        body(&first)
    }

    /// To an action: its post changed, or words for the person alone.
    pub(super) fn action(&self, answer: &Answer) -> Bytes {
        match answer {
            Answer::Update { part, private } => {
                let Some(update) = self.read(part) else { return empty() };
                let private = private.as_ref().and_then(|part| self.read(part));
                let private = private.map(|part| words(&part)).unwrap_or_default();
                // Without its message a post is blanked, without its props it keeps the old buttons
                // (mattermost.md §6.2).
                let props = json!({"attachments": update.attachments, "from_bot": "true"});
                let update = json!({"message": update.text, "props": props});
                body(&json!({
                    "update": update, "ephemeral_text": private, "skip_slack_parsing": true,
                }))
            }
            Answer::Message { parts, .. } => {
                let said = parts.iter().filter_map(|part| self.read(part));
                let said: Vec<_> = said.map(|part| words(&part)).collect();
                ephemeral_text(&said.join("\n\n"))
            }
            _ => empty(),
        }
    }

    /// To an outgoing webhook, in the thread of the post that it sent. Such an answer is read for
    /// Slack's markup whatever is asked (mattermost.md §5.2).
    pub(super) fn hook(&self, answer: &Answer) -> Bytes {
        let Answer::Message { parts, .. } = answer else { return empty() };
        let Some(part) = parts.first().and_then(|part| self.read(part)) else { return empty() };
        let attachments = without_slack_markup(&part.attachments);
        body(&json!({
            "response_type": "comment",
            "text": inert(&part.text),
            "attachments": attachments,
        }))
    }

    /// A part as it was rendered, its buttons with the address that they call.
    fn read(&self, part: &Rendered) -> Option<MattermostAnswer> {
        let read: Result<MattermostAnswer> = match &self.action_url {
            Some(url) => {
                let filled = with_integration_url(&part.payload, url);
                serde_json::from_str(filled.get()).map_err(Into::into)
            }
            None => part.read(),
        };
        read.inspect_err(|error| tracing::error!(%error, "an answer of another dialect")).ok()
    }
}

/// To the submission of a dialog whose fields these are.
pub(super) fn dialog(answer: &Answer, fields: &[String]) -> Bytes {
    match answer {
        Answer::FieldErrors(errors) => field_errors(errors, fields),
        Answer::NextForm(form) => {
            format!("{{\"type\":\"form\",\"form\":{}}}", form.payload.get()).into()
        }
        _ => empty(),
    }
}

/// What is wrong with which field. What belongs to no field of the dialog stands below all of them:
/// a client shows nothing of an error whose field it does not know.
fn field_errors(errors: &FieldErrors, fields: &[String]) -> Bytes {
    let (known, other): (Vec<_>, Vec<_>) =
        errors.iter().partition(|(name, _)| fields.contains(name));
    let known: BTreeMap<_, _> = known.into_iter().collect();
    let other: Vec<_> = other.iter().map(|(name, error)| format!("{name}: {error}")).collect();
    let mut said = serde_json::Map::new();
    if !known.is_empty() {
        said.insert("errors".to_owned(), json!(known));
    }
    if !other.is_empty() {
        said.insert("error".to_owned(), other.join("\n").into());
    }
    body(&said)
}

/// Words below all fields of a dialog, which stays open with what was filled in.
pub(super) fn error(text: &str) -> Bytes {
    body(&json!({"error": text}))
}

/// What a menu of a dialog offers.
pub(super) fn lookup(answer: &Answer) -> Bytes {
    match answer {
        Answer::Options(choices) => items(choices),
        _ => items(&[]),
    }
}

pub(super) fn items(choices: &[Choice]) -> Bytes {
    let items: Vec<_> =
        choices.iter().map(|choice| json!({"text": choice.label, "value": choice.value})).collect();
    body(&json!({"items": items}))
}

/// A text that only the person sees, as the answer to a command.
pub(super) fn private_text(text: &str) -> Bytes {
    body(&json!({"response_type": "ephemeral", "text": text, "skip_slack_parsing": true}))
}

/// A text that only the person sees, as the answer to an action.
pub(super) fn ephemeral_text(text: &str) -> Bytes {
    body(&json!({"ephemeral_text": text, "skip_slack_parsing": true}))
}

/// A text in the thread of the post that a webhook sent.
pub(super) fn comment(text: &str) -> Bytes {
    body(&json!({"response_type": "comment", "text": inert(text)}))
}

fn empty() -> Bytes {
    Bytes::from_static(b"{}")
}

fn body(value: &impl Serialize) -> Bytes {
    // Text, lists and JSON that is JSON already.
    serde_json::to_vec(value).map_or_else(|_| empty(), Bytes::from)
}

/// Who sees a message that goes back.
fn response_type(audience: &Audience) -> &'static str {
    match audience {
        Audience::Everyone => "in_channel",
        _ => "ephemeral",
    }
}

/// All words of a part, for where there is nothing but text.
fn words(part: &MattermostAnswer) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        if !text.trim().is_empty() {
            said.push(text.to_owned());
        }
    };
    add(&part.text);
    for attachment in &part.attachments {
        let attachment: Value = serde_json::from_str(attachment.get()).unwrap_or_default();
        let text = |name: &str| attachment.get(name).and_then(Value::as_str).unwrap_or_default();
        for name in ["pretext", "author_name", "title", "text"] {
            add(text(name));
        }
        for field in attachment.get("fields").and_then(Value::as_array).into_iter().flatten() {
            let text = |name| field.get(name).and_then(Value::as_str).unwrap_or_default();
            add(&format!("**{}** {}", text("title"), text("value")));
        }
        add(text("footer"));
    }
    said.join("\n")
}

/// Text in which nothing reads as Slack's markup: `<!channel>` would reach everyone.
fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        out.push(char);
        if char == '<' {
            out.push(JOINER);
        }
    }
    out
}

fn without_slack_markup(attachments: &[Box<RawValue>]) -> Vec<Value> {
    fn each(value: &mut Value) {
        match value {
            Value::String(text) => *text = inert(text),
            Value::Array(items) => items.iter_mut().for_each(each),
            // What an action carries is no text of anybody's.
            Value::Object(fields) => {
                fields
                    .iter_mut()
                    .filter(|(name, _)| *name != "integration")
                    .for_each(|(_, v)| each(v));
            }
            _ => {}
        }
    }
    let read = attachments.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok());
    read.map(|mut value: Value| {
        each(&mut value);
        value
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(payload: Value) -> Rendered {
        Rendered::new(&payload, "").unwrap()
    }

    fn read(body: &Bytes) -> Value {
        serde_json::from_slice(body).unwrap()
    }

    fn answers() -> Answers {
        Answers { action_url: Some("https://bot.test/mattermost/action".parse().unwrap()) }
    }

    fn button() -> Value {
        let integration = json!({"url": "chatgate:integration", "context": {"seal": "s"}});
        json!({"text": "pick", "actions": [{"name": "OK", "integration": integration}]})
    }

    #[test]
    fn a_command_is_answered_with_all_its_parts() {
        let parts =
            vec![part(json!({"text": "a", "attachments": [button()]})), part(json!({"text": "b"}))];
        for (audience, word) in
            [(Audience::Everyone, "in_channel"), (Audience::Only("u1".into()), "ephemeral")]
        {
            let said =
                read(&answers().command(&Answer::Message { audience, parts: parts.clone() }));
            assert_eq!((&said["text"], &said["response_type"]), (&json!("a"), &json!(word)));
            let url = &said["attachments"][0]["actions"][0]["integration"]["url"];
            assert_eq!(url, "https://bot.test/mattermost/action");
            let further = json!([{"response_type": word, "text": "b", "skip_slack_parsing": true}]);
            assert_eq!(said["extra_responses"], further);
            assert_eq!(said["skip_slack_parsing"], true);
        }
        assert_eq!(read(&answers().command(&Answer::Nothing)), json!({}));
    }

    #[test]
    fn an_action_changes_its_post_whole() {
        let part = part(json!({"text": "done", "attachments": []}));
        let said = read(&answers().action(&Answer::Update { part, private: None }));
        let wanted = json!({"message": "done", "props": {"attachments": [], "from_bot": "true"}});
        assert_eq!(said["update"], wanted);
    }

    #[test]
    fn an_action_tells_the_person_all_words() {
        let fields = json!([{"title": "Service", "value": "api"}]);
        let attachment = json!({"title": "Done", "text": "it is *live*", "fields": fields});
        let parts = vec![part(json!({"text": "a", "attachments": [attachment]}))];
        let answer = Answer::Message { audience: Audience::Only("u1".into()), parts };
        let wanted = "a\nDone\nit is *live*\n**Service** api";
        assert_eq!(read(&answers().action(&answer))["ephemeral_text"], wanted);
    }

    #[test]
    fn nothing_in_the_answer_to_a_webhook_reads_as_slacks_markup() {
        let attachment = json!({"text": "<@u1>"});
        let parts = vec![part(json!({"text": "<!channel> <x|y>", "attachments": [attachment]}))];
        let answer = Answer::Message { audience: Audience::Everyone, parts };
        let said = answers().hook(&answer);
        let text = std::str::from_utf8(&said).unwrap();
        for live in ["<!channel", "<x|", "<@"] {
            assert!(!text.contains(live), "{text}");
        }
        assert_eq!(read(&said)["response_type"], "comment");
    }

    #[test]
    fn a_dialog_is_corrected_followed_or_closed() {
        let fields = ["service".to_owned()];
        let errors = [("service", "is unknown"), ("gone", "is odd")]
            .map(|(field, error)| (field.to_owned(), error.to_owned()));
        let answer = Answer::FieldErrors(FieldErrors::from(errors));
        let wanted = json!({"errors": {"service": "is unknown"}, "error": "gone: is odd"});
        assert_eq!(read(&dialog(&answer, &fields)), wanted);
        let form = json!({"title": "x", "elements": []});
        let wanted = json!({"type": "form", "form": form});
        assert_eq!(read(&dialog(&Answer::NextForm(part(form)), &fields)), wanted);
        assert_eq!(read(&dialog(&Answer::CloseForm, &fields)), json!({}));
    }

    #[test]
    fn a_menu_gets_its_choices() {
        let said = lookup(&Answer::Options(vec![Choice::new("api")]));
        assert_eq!(read(&said), json!({"items": [{"text": "api", "value": "api"}]}));
        assert_eq!(read(&lookup(&Answer::Nothing)), json!({"items": []}));
    }
}
