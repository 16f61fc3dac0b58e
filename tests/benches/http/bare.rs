//! The lower bound: a bare axum handler that checks the signature, parses and answers, and no more.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

use super::sign;

#[derive(Clone)]
struct Slack {
    client: reqwest::Client,
    post: String,
}

pub(crate) async fn serve(api_url: String, tell: impl FnOnce(SocketAddr)) {
    // The client wants one, though nothing is encrypted here.
    rustls::crypto::ring::default_provider().install_default().expect("the first");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let slack = Slack { client, post: format!("{api_url}chat.postMessage") };
    let router = Router::new().route("/slack/events", post(events)).with_state(slack);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    tell(listener.local_addr().expect("an address"));
    axum::serve(listener, router).await.expect("served");
}

async fn events(State(slack): State<Slack>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_signed(&headers, &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let kind = headers.get(header::CONTENT_TYPE).map(|value| value.as_bytes());
    if kind.is_some_and(|kind| kind.starts_with(b"application/json")) {
        return mention(slack, &body);
    }
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, it)| it);
    if let Some(payload) = field("payload") {
        let click: Value = serde_json::from_str(payload).expect("JSON");
        assert!(click["actions"].is_array());
        return StatusCode::OK.into_response();
    }
    let text = field("text").map_or("", String::as_str);
    let answer = json!({"response_type": "in_channel", "text": format!("{text} is live")});
    ([(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

/// Acknowledges a mention, and answers it by a message.
fn mention(slack: Slack, body: &[u8]) -> Response {
    let event: Value = serde_json::from_slice(body).expect("JSON");
    let channel = event["event"]["channel"].as_str().unwrap_or_default().to_owned();
    tokio::spawn(async move {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("channel", &channel)
            .append_pair("text", "api is live")
            .finish();
        let sent = slack
            .client
            .post(&slack.post)
            .bearer_auth(sign::TOKEN)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .expect("sent");
        let answer = sent.bytes().await.expect("an answer");
        assert!(answer.starts_with(br#"{"#), "{answer:?}");
    });
    StatusCode::OK.into_response()
}

fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(timestamp), Some(given)) =
        (text("x-slack-request-timestamp"), text("x-slack-signature"))
    else {
        return false;
    };
    let fresh = timestamp.parse::<u64>().is_ok_and(|then| sign::now().abs_diff(then) <= 300);
    fresh && sign::signature(timestamp, body) == given
}
