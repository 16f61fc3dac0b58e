//! The lower bound: a bare axum handler that checks the signature, parses and answers a card, and no more.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

use super::requests;

pub(crate) async fn serve(tell: impl FnOnce(SocketAddr)) {
    let router = Router::new().route("/teams/outgoing", post(outgoing));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    tell(listener.local_addr().expect("an address"));
    axum::serve(listener, router).await.expect("served");
}

async fn outgoing(headers: HeaderMap, body: Bytes) -> Response {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given.and_then(|it| it.strip_prefix("HMAC ")) != Some(requests::mac(&body).as_str()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let activity: Value = serde_json::from_slice(&body).expect("JSON");
    let text = activity["text"].as_str().unwrap_or_default();
    let service = text.rsplit(' ').next().unwrap_or_default();
    let words = format!("{service} is live");
    let answer = json!({
        "type": "message", "summary": words,
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard", "version": "1.5",
                "body": [{
                    "type": "Container", "style": "good",
                    "items": [{"type": "TextBlock", "text": words, "wrap": true}],
                }],
            },
        }],
    });
    ([(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}
