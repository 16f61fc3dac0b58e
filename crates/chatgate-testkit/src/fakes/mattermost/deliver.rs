//! What the server posts to programs: commands, uses of buttons, dialogs.

use std::time::Duration;

use http::Uri;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Mattermost;
use crate::fakes::client::{self, Answered};

/// `OutgoingIntegrationRequestsTimeout`.
const DEADLINE: Duration = Duration::from_secs(30);

const FORBIDDEN: &str = "address forbidden: AllowedUntrustedInternalConnections does not name it";

/// One request to a program, and what came back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Where to.
    pub url: String,
    /// The body as it was sent.
    pub request: String,
    /// The HTTP status of the answer; `None` without an answer.
    pub status: Option<u16>,
    /// The body of the answer.
    pub answer: String,
    /// Why there was no answer in time.
    pub error: Option<String>,
    /// What the person was told besides: the id of an error of the server.
    pub refused: Option<String>,
}

impl Delivery {
    /// The answer as JSON; null for what is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.answer).unwrap_or_default()
    }

    /// Whether the program took it.
    #[must_use]
    pub fn taken(&self) -> bool {
        self.status == Some(200) && self.refused.is_none()
    }
}

impl Mattermost {
    /// Posts to a program and waits for its answer.
    pub(super) async fn send(
        &self,
        url: &str,
        kind: &'static str,
        authorization: Option<String>,
        body: String,
    ) -> Delivery {
        let mut headers =
            vec![("content-type", kind.to_owned()), ("accept", "application/json".to_owned())];
        headers.extend(authorization.map(|value| ("authorization", value)));
        let request = body.clone();
        self.delivered(url, request, client::post(url, &headers, body.into())).await
    }

    /// Asks a program with what is said in the address, and waits for its answer.
    pub(super) async fn fetch(&self, url: &str, authorization: String, query: &str) -> Delivery {
        let headers = [("authorization", authorization), ("accept", "application/json".to_owned())];
        let asked = format!("{url}{}{query}", if url.contains('?') { '&' } else { '?' });
        self.delivered(url, query.to_owned(), client::get(&asked, &headers)).await
    }

    async fn delivered(
        &self,
        url: &str,
        request: String,
        exchange: impl Future<Output = Result<Answered, String>>,
    ) -> Delivery {
        let mut delivery = Delivery { url: url.to_owned(), request, ..Delivery::default() };
        let host = url.parse().ok().and_then(|uri: Uri| uri.host().map(str::to_owned));
        if !host.is_some_and(|host| self.world().settings.may_reach(&host)) {
            delivery.error = Some(FORBIDDEN.to_owned());
            return delivery;
        }
        let answered = tokio::select! {
            answered = exchange => answered,
            () = self.clock.sleep(DEADLINE) => Err("timeout".to_owned()),
        };
        match answered {
            Ok(answered) => {
                delivery.status = Some(answered.status);
                delivery.answer = String::from_utf8_lossy(&answered.body).into_owned();
            }
            Err(error) => delivery.error = Some(error),
        }
        delivery
    }
}
