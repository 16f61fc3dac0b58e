//! The outgoing webhook: whoever writes its name makes the team call a program, and wait for it.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::world::{APP, TEAM, TENANT, WEBHOOK, channel_id, channel_kind, from};
use super::{Teams, answer, sign};
use crate::fakes::client;

/// How long Teams waits for an answer.
const DEADLINE: Duration = Duration::from_secs(5);

/// What a person reads where there was none.
const SORRY: &str = "Sorry, there was a problem encountered with your request.";

/// One call of a program, and what came of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Call {
    /// The id of the message that made it.
    pub id: String,
    /// The body as it was sent.
    pub request: String,
    /// The HTTP status of the answer; `None` without an answer.
    pub status: Option<u16>,
    /// The body of the answer.
    pub answer: String,
    /// How long it took, by the fake's clock.
    pub took_ms: u64,
    /// Why nothing of it is shown, where something was to be.
    pub error: Option<String>,
}

impl Call {
    /// The answer as JSON; null for what is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.answer).unwrap_or_default()
    }

    /// Whether the program took it, and what it answered is shown.
    #[must_use]
    pub fn taken(&self) -> bool {
        self.status == Some(200) && self.error.is_none()
    }
}

/// A request as it was sent, so that it can be sent again.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    authorization: Option<String>,
    kind: &'static str,
    body: Bytes,
    channel: String,
    root: String,
}

impl Teams {
    /// Somebody writes in a channel; the webhook is called when they begin with its name.
    pub(super) async fn say(&self, body: &Value) -> Result<Value, String> {
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let now = self.clock.now();
        let user = text("user");
        let author = from(user).ok_or_else(|| format!("there is nobody named {user:?}"))?;
        let kind = channel_kind(text("channel")).ok_or("there is no such channel")?;
        let channel = channel_id(text("channel"));
        let (id, root) = {
            let mut world = self.world();
            let id = world.make_id(now.as_millis());
            let root = match text("root") {
                "" => id.clone(),
                root => root.to_owned(),
            };
            world.write(&channel, &root, &id, user, &json!({"text": text("text")}));
            (id, root)
        };
        self.changed();
        let Some(said) = text("text").strip_prefix(&format!("@{WEBHOOK}")) else {
            return Ok(json!({"id": id, "root": root}));
        };
        let at = now - Duration::from_millis(body["ago_ms"].as_u64().unwrap_or_default());
        let escaped = said.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let mut activity = json!({
            "type": "message", "id": id, "timestamp": at.to_string(),
            "channelId": "msteams", "serviceUrl": "https://smba.trafficmanager.net/emea/",
            "from": author,
            "conversation": {
                "isGroup": true, "conversationType": "channel", "tenantId": TENANT,
                "id": format!("{channel};messageid={root}"),
            },
            "recipient": null, "textFormat": "plain", "locale": "en-GB",
            "text": format!("<at>{WEBHOOK}</at>{escaped}"),
            "attachments": [{
                "contentType": "text/html",
                "content": format!(
                    "<p><span itemtype=\"http://schema.skype.com/Mention\" itemscope=\"\" \
                     itemid=\"0\">{WEBHOOK}</span>{escaped}</p>"
                ),
            }],
            "entities": [
                {
                    "type": "mention", "text": format!("<at>{WEBHOOK}</at>"),
                    "mentioned": {"id": APP, "name": WEBHOOK},
                },
                {"type": "clientInfo", "locale": "en-GB", "platform": "Windows"},
            ],
            "channelData": {
                "teamsChannelId": channel, "teamsTeamId": TEAM, "team": {"id": TEAM},
                "channel": {"id": channel, "type": kind}, "tenant": {"id": TENANT},
            },
        });
        if let (Some(extra), Some(fields)) = (body["extra"].as_object(), activity.as_object_mut()) {
            fields.extend(extra.clone());
        }
        let sent = self.signed(activity.to_string(), channel, root.clone(), text("forge"))?;
        self.world().called.insert(id.clone(), sent.clone());
        let call = self.call(id.clone(), sent).await?;
        Ok(json!({"id": id, "root": root, "call": call}))
    }

    /// The same request again, as it was.
    pub(super) async fn repeat(&self, id: &str) -> Result<Value, String> {
        let sent = self.world().called.get(id).cloned().ok_or("no such call")?;
        Ok(json!({"call": self.call(id.to_owned(), sent).await?}))
    }

    /// Signs a request, or forges it as one is not to be taken.
    fn signed(
        &self,
        body: String,
        channel: String,
        root: String,
        forge: &str,
    ) -> Result<Sent, String> {
        let key = sign::key(&self.token);
        let mut kind = "application/json; charset=utf-8";
        let mut body = body;
        // Nothing that Teams sends, and signed.
        match forge {
            "huge" => body.push_str(&" ".repeat(2 * 1024 * 1024)),
            "twice" => body = body.replacen('{', "{\"text\":\"<at>opsbot</at> quiet\",", 1),
            "deep" => body = "[".repeat(10_000) + &"]".repeat(10_000),
            // Its end is missing.
            "torn" => drop(body.pop()),
            _ => {}
        }
        let right = sign::mac(&key, body.as_bytes());
        let authorization = match forge {
            "" | "altered" | "huge" | "twice" | "deep" | "torn" => Some(format!("HMAC {right}")),
            "form" => {
                kind = "application/x-www-form-urlencoded";
                Some(format!("HMAC {right}"))
            }
            "unsigned" => None,
            "bearer" => Some(format!("Bearer {right}")),
            "wrong_key" => Some(format!("HMAC {}", sign::mac(&[7; 32], body.as_bytes()))),
            "undecoded_key" => {
                Some(format!("HMAC {}", sign::mac(self.token.as_bytes(), body.as_bytes())))
            }
            other => return Err(format!("forge: {other}?")),
        };
        if forge == "altered" {
            body = body.replacen("message", "messagE", 1);
        }
        Ok(Sent { authorization, kind, body: body.into(), channel, root })
    }

    async fn call(&self, id: String, sent: Sent) -> Result<Call, String> {
        let url = self.world().listen_url.clone().ok_or("nobody is to be called: `listen`")?;
        let mut headers = vec![("content-type", sent.kind.to_owned())];
        headers.extend(sent.authorization.map(|value| ("authorization", value)));
        let request = String::from_utf8_lossy(&sent.body).into_owned();
        let mut call = Call { id, request, ..Call::default() };
        let begun = self.clock.now();
        let answered = tokio::select! {
            answered = client::post(&url, &headers, sent.body) => answered,
            () = self.clock.sleep(DEADLINE) => Err("timeout".to_owned()),
        };
        let took = self.clock.now().since(begun).as_millis();
        call.took_ms = u64::try_from(took).unwrap_or(u64::MAX);
        let shown = match answered {
            Ok(answered) => {
                call.status = Some(answered.status);
                call.answer = String::from_utf8_lossy(&answered.body).into_owned();
                answer::read(&answered)
            }
            Err(error) => Err(error),
        };
        let mut world = self.world();
        let now_ms = self.clock.now().as_millis();
        let said = match shown {
            Ok(said) => said,
            Err(error) => {
                let told = json!({"text": SORRY, "error": error});
                call.error = Some(error);
                Some(told)
            }
        };
        if let Some(said) = said {
            let id = world.make_id(now_ms);
            let author = if call.error.is_some() { "teams" } else { WEBHOOK };
            world.write(&sent.channel, &sent.root, &id, author, &said);
        }
        drop(world);
        self.changed();
        Ok(call)
    }
}
