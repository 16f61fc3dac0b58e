//! What speaks to the fake: REST with a token, and a socket.

use std::time::Duration;

use bytes::Bytes;
use chatgate_testkit::fakes::FakeMattermost;
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::Message;

/// Nothing here takes so long: who waits longer waits for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    /// What it was, and with which id it was refused.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["id"].as_str().unwrap_or_default())
    }
}

/// Calls `/api/v4/<route>` as a person, or as the bot.
pub(crate) async fn call(
    fake: &FakeMattermost,
    user: &str,
    method: &str,
    route: &str,
    body: Value,
) -> Answer {
    let authority = fake.base_url().trim_start_matches("http://").to_owned();
    let stream = TcpStream::connect(&authority).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let mut driver = JoinSet::new();
    driver.spawn(async move {
        let _ = connection.await;
    });
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = http::Request::builder()
        .method(method)
        .uri(format!("/api/v4/{route}"))
        .header("host", authority)
        .header("authorization", format!("Bearer {}", token(fake, user)))
        .body(Full::new(Bytes::from(body)))
        .unwrap();
    let (head, body) = sender.send_request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    Answer { status: head.status.as_u16(), body }
}

pub(crate) async fn get(fake: &FakeMattermost, user: &str, route: &str) -> Answer {
    call(fake, user, "GET", route, Value::Null).await
}

/// A person's token.
fn token(fake: &FakeMattermost, user: &str) -> String {
    match user {
        "opsbot" => fake.bot_token().to_owned(),
        _ => format!("token-{user}"),
    }
}

/// The bot's socket.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens one with the bot's token, and this query.
    pub(crate) async fn open(fake: &FakeMattermost, query: &str) -> Self {
        let authorization = format!("Bearer {}", fake.bot_token());
        Self::with(fake, query, &[("authorization", &authorization)]).await.unwrap()
    }

    /// Opens one with these headers; the status of an upgrade that is refused.
    pub(crate) async fn with(
        fake: &FakeMattermost,
        query: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let authority = fake.base_url().trim_start_matches("http://");
        let url = format!("ws://{authority}/api/v4/websocket?{query}");
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(authority).await.unwrap();
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                Err(response.status().as_u16())
            }
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn say(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// What comes next; `None` when it has ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let next = tokio::time::timeout(PATIENCE, self.0.next()).await;
        match next.expect("nothing comes") {
            Some(Ok(Message::Text(text))) => Some(serde_json::from_str(&text).unwrap()),
            Some(Ok(other)) => panic!("{other}"),
            Some(Err(_)) | None => None,
        }
    }

    /// Reads the beginning of a new connection; gives its id.
    pub(crate) async fn hello(&mut self) -> String {
        let hello = self.next().await.unwrap();
        assert_eq!((&hello["event"], &hello["seq"]), (&"hello".into(), &0.into()));
        let status = self.next().await.unwrap();
        assert_eq!((&status["event"], &status["seq"]), (&"status_change".into(), &1.into()));
        hello["data"]["connection_id"].as_str().unwrap().to_owned()
    }
}
