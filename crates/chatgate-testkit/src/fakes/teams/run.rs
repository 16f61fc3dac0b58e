//! The run of a workflow: the stock template, which posts each card.

use serde_json::{Value, json};

use super::Teams;
use super::cards::{self, Actions};
use super::world::{Workflow, channel_id};

/// The largest message that the action "Post card" takes, as the whole request.
const BYTES: usize = 28 * 1024;

impl Teams {
    /// Runs a workflow; gives the run's id.
    pub(super) fn run(
        &self,
        name: &str,
        workflow: &Workflow,
        body: &Value,
        bytes: usize,
    ) -> String {
        let now_ms = self.clock.now().as_millis();
        let mut world = self.world();
        let id = world.make_id(now_ms);
        let scripted = (!world.fails.is_empty()).then(|| world.fails.remove(0));
        let outcome = match scripted {
            Some(code) => Err(code),
            None => cards_of(body, bytes),
        };
        let error = outcome.as_ref().err().cloned();
        let channel = channel_id(&workflow.channel);
        for card in outcome.unwrap_or_default() {
            // Each is a post of its own, at the root of the channel.
            let post = world.make_id(now_ms);
            world.write(&channel, &post, &post, "workflow", &json!({"card": card}));
        }
        drop(world);
        let status = if error.is_some() { "Failed" } else { "Succeeded" };
        self.runs.write(|number| {
            json!({
                "number": number, "id": id, "workflow": name, "at_ms": now_ms, "bytes": bytes,
                "status": status, "error": error,
            })
        });
        format!("0858{id}CU04")
    }
}

/// The cards that a request brings, or why nothing of it is posted.
fn cards_of(body: &Value, bytes: usize) -> Result<Vec<Value>, String> {
    if bytes > BYTES {
        return Err("RequestEntityTooLarge".to_owned());
    }
    if body["type"] != "message" {
        return Err("the type of the request is not `message`".to_owned());
    }
    let attachments = body["attachments"].as_array().filter(|it| !it.is_empty());
    let attachments = attachments.ok_or("there are no attachments to go through")?;
    attachments
        .iter()
        .map(|attachment| {
            if attachment["contentType"] != cards::CARD {
                return Err("an attachment that is no Adaptive Card".to_owned());
            }
            if attachment.get("contentUrl").is_some_and(|url| !url.is_null()) {
                return Err("a card is not fetched from elsewhere".to_owned());
            }
            cards::check(&attachment["content"], Actions::WithoutAnswer)?;
            Ok(attachment["content"].clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(content: Value) -> Value {
        json!({"type": "message", "attachments": [{
            "contentType": cards::CARD, "contentUrl": null, "content": content,
        }]})
    }

    fn text_card() -> Value {
        json!({"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "x"}]})
    }

    #[test]
    fn cards_in_their_envelope_are_posted() {
        assert_eq!(cards_of(&request(text_card()), 100), Ok(vec![text_card()]));
    }

    #[test]
    fn what_the_template_cannot_post_fails_the_run() {
        let mut linked = request(text_card());
        linked["attachments"][0]["contentUrl"] = "https://example.com/card".into();
        for (body, bytes) in [
            (json!({"text": "hi"}), 13),
            (json!({"type": "message", "text": "hi"}), 30),
            (json!({"type": "message", "attachments": []}), 40),
            (json!({"type": "message", "attachments": [{"contentType": "text/html"}]}), 70),
            (linked, 200),
            (request(json!({})), 100),
            (request(text_card()), BYTES + 1),
        ] {
            assert!(cards_of(&body, bytes).is_err(), "{body}");
        }
        assert!(cards_of(&request(text_card()), BYTES).is_ok());
    }
}
