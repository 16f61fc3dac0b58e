//! What goes back in the response to Slack's request, and to a `response_url`.

use bytes::Bytes;
use chatgate_core::{Answer, Audience, Choice, FieldErrors, Rendered, Result, ThreadId};
use serde_json::json;

/// The most choices of a menu, and the most characters of one (slack.md §6.5, §6.6).
const MAX_CHOICES: usize = 100;
const MAX_CHOICE: usize = 75;

/// Who sees a message that goes back.
pub(crate) fn response_type(audience: &Audience) -> &'static str {
    match audience {
        Audience::Everyone => "in_channel",
        _ => "ephemeral",
    }
}

/// The body of an answer; empty when there is nothing to say. `fields` are those of the form that was
/// submitted.
pub(crate) fn body(answer: &Answer, fields: &[String]) -> Bytes {
    match answer {
        Answer::Message { audience, parts } => match parts.first() {
            Some(part) => message(part, &[("response_type", response_type(audience))], None),
            None => Bytes::new(),
        },
        Answer::Options(choices) => options(choices),
        Answer::FieldErrors(errors) => field_errors(errors, fields),
        Answer::NextForm(form) => {
            let view = form.payload.get();
            format!("{{\"response_action\":\"update\",\"view\":{view}}}").into()
        }
        // With all that lies below it.
        Answer::CloseForm => Bytes::from_static(b"{\"response_action\":\"clear\"}"),
        _ => Bytes::new(),
    }
}

/// A message as it is rendered, with words of the request before it. The blocks are not read again.
pub(crate) fn message(
    part: &Rendered,
    words: &[(&'static str, &'static str)],
    thread: Option<&ThreadId>,
) -> Bytes {
    let payload = part.payload.get().trim();
    let fields = payload.strip_prefix('{').unwrap_or("}");
    let mut body = String::with_capacity(payload.len() + 96);
    body.push('{');
    for (key, value) in words {
        // All of them are words of this crate, or `true` and `false`.
        let quote = if matches!(*value, "true" | "false") { "" } else { "\"" };
        body.push_str(&format!("\"{key}\":{quote}{value}{quote},"));
    }
    if let Some(thread) = thread {
        body.push_str(&format!("\"thread_ts\":{},", json!(thread.as_str())));
    }
    if fields.trim_start().starts_with('}') && body.ends_with(',') {
        body.pop();
    }
    body.push_str(fields);
    body.into()
}

/// A text that only the person sees.
pub(crate) fn private_text(text: &str) -> Bytes {
    json!({"response_type": "ephemeral", "replace_original": false, "text": escape(text)})
        .to_string()
        .into()
}

/// What is wrong with which field. Slack takes only names of fields that the form has, and shows
/// nothing otherwise: what is wrong with another one stands at the first.
fn field_errors(errors: &FieldErrors, fields: &[String]) -> Bytes {
    let Some(first) = fields.first() else {
        tracing::warn!(?errors, "a form without fields has errors: it closes");
        return Bytes::new();
    };
    let mut said: std::collections::BTreeMap<&str, String> = std::collections::BTreeMap::new();
    for (name, error) in errors {
        let (field, error) = match fields.contains(name) {
            true => (name, error.clone()),
            false => (first, format!("{name}: {error}")),
        };
        let so_far = said.entry(field).or_default();
        if !so_far.is_empty() {
            so_far.push('\n');
        }
        so_far.push_str(&error);
    }
    json!({"response_action": "errors", "errors": said}).to_string().into()
}

/// Words at the first field of a form, which stays open with what was filled in.
pub(crate) fn at_field(field: &str, text: &str) -> Bytes {
    json!({"response_action": "errors", "errors": {field: text}}).to_string().into()
}

/// Text as mrkdwn has it.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Writes a payload's fields as a form has them: text as it is, everything else as its JSON.
pub(crate) fn fields(part: &Rendered) -> Result<Vec<(String, String)>> {
    let fields: std::collections::BTreeMap<String, &serde_json::value::RawValue> = part.read()?;
    fields
        .into_iter()
        .map(|(key, raw)| {
            let text = match raw.get().starts_with('"') {
                true => serde_json::from_str(raw.get())?,
                false => raw.get().to_owned(),
            };
            Ok((key, text))
        })
        .collect()
}

/// What a menu offers.
pub(crate) fn options(choices: &[Choice]) -> Bytes {
    let short = |text: &str| text.chars().take(MAX_CHOICE).collect::<String>();
    let options: Vec<_> = choices
        .iter()
        .take(MAX_CHOICES)
        .map(|choice| {
            let text = json!({"type": "plain_text", "text": short(&choice.label)});
            json!({"text": text, "value": short(&choice.value)})
        })
        .collect();
    json!({"options": options}).to_string().into()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn part(payload: Value) -> Rendered {
        Rendered::new(&payload, "").unwrap()
    }

    fn read(body: &Bytes) -> Value {
        serde_json::from_slice(body).unwrap()
    }

    #[test]
    fn a_message_goes_back_as_it_was_rendered() {
        let part = part(json!({"text": "a", "blocks": [{"type": "divider"}]}));
        let audience = Audience::Only("U1".into());
        for (audience, word) in [(Audience::Everyone, "in_channel"), (audience, "ephemeral")] {
            let answer = Answer::Message { audience, parts: vec![part.clone()] };
            let wanted =
                json!({"response_type": word, "text": "a", "blocks": [{"type": "divider"}]});
            assert_eq!(read(&body(&answer, &[])), wanted);
        }
        assert_eq!(body(&Answer::Nothing, &[]), Bytes::new());
    }

    #[test]
    fn words_and_thread_stand_before_it() {
        let words = [("response_type", "in_channel"), ("replace_original", "false")];
        let said = message(&part(json!({})), &words, Some(&"1.2".into()));
        let wanted = json!({
            "response_type": "in_channel", "replace_original": false, "thread_ts": "1.2",
        });
        assert_eq!(read(&said), wanted);
        assert_eq!(read(&message(&part(json!({})), &[], None)), json!({}));
    }

    #[test]
    fn a_form_has_text_as_it_is_and_the_rest_as_json() {
        let part = part(json!({"text": "a \"b\"", "blocks": [1], "unfurl_links": false}));
        let expected = [("blocks", "[1]"), ("text", "a \"b\""), ("unfurl_links", "false")];
        let expected: Vec<_> =
            expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        assert_eq!(fields(&part).unwrap(), expected);
    }

    #[test]
    fn a_menu_gets_what_it_may_hold() {
        let choices: Vec<_> =
            (0..200).map(|n| Choice::new(format!("{n}{}", "x".repeat(99)))).collect();
        let said = read(&body(&Answer::Options(choices), &[]));
        assert_eq!(said["options"].as_array().unwrap().len(), MAX_CHOICES);
        assert_eq!(said["options"][0]["value"].as_str().unwrap().len(), MAX_CHOICE);
    }

    #[test]
    fn a_form_is_corrected_followed_or_closed() {
        let fields = ["service".to_owned(), "env".to_owned()];
        let errors = [("env", "is required"), ("gone", "is odd"), ("service", "is unknown")]
            .map(|(field, error)| (field.to_owned(), error.to_owned()));
        let answer = Answer::FieldErrors(FieldErrors::from(errors));
        let errors = json!({"env": "is required", "service": "gone: is odd\nis unknown"});
        let wanted = json!({"response_action": "errors", "errors": errors});
        assert_eq!(read(&body(&answer, &fields)), wanted);
        assert_eq!(body(&answer, &[]), Bytes::new());
        let view = json!({"type": "modal", "title": "x"});
        let wanted = json!({"response_action": "update", "view": view});
        assert_eq!(read(&body(&Answer::NextForm(part(view)), &fields)), wanted);
        assert_eq!(read(&body(&Answer::CloseForm, &[])), json!({"response_action": "clear"}));
    }
}
