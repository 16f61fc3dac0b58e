//! The lower bound: each frame as JSON, and the reply by one client.

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

pub(crate) async fn serve(url: &str, token: &str) {
    let socket_url = format!("{}/api/v4/websocket", url.replace("http://", "ws://"));
    let mut request = socket_url.into_client_request().expect("a request");
    let bearer = format!("Bearer {token}").parse().expect("a header");
    request.headers_mut().insert("authorization", bearer);
    let address = url.trim_start_matches("http://");
    let stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
    let connected = tokio_tungstenite::client_async(request, stream).await;
    let (mut socket, _) = connected.expect("a WebSocket");
    // It is asked for, though nothing here is encrypted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    let posts = format!("{url}/api/v4/posts");
    while let Some(Ok(frame)) = socket.next().await {
        let Message::Text(text) = frame else { continue };
        let event: Value = serde_json::from_str(&text).expect("JSON");
        if event["event"] != "posted" {
            continue;
        }
        let post = event["data"]["post"].as_str().expect("a post");
        let post: Value = serde_json::from_str(post).expect("JSON in a string");
        let asked = post["message"].as_str().and_then(|text| text.strip_prefix("@opsbot status "));
        let Some(service) = asked else { continue };
        let reply = json!({
            "channel_id": post["channel_id"], "root_id": post["root_id"],
            "message": format!("{service} is live"),
        });
        let sending = client.post(&posts).bearer_auth(token);
        let sending = sending.header("content-type", "application/json").body(reply.to_string());
        tokio::spawn(async move {
            let answer = sending.send().await.expect("an answer");
            assert!(answer.status().is_success(), "{}", answer.status());
            let body = answer.bytes().await.expect("a body");
            let _: Value = serde_json::from_slice(&body).expect("JSON");
        });
    }
}
