//! WebSockets against a server in this process.

#![cfg(feature = "client")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::result_large_err, reason = "the other library's signature")]

mod common;

use std::time::Duration;

use chatgate_core::{Error, Retry};
use chatgate_http::{Frame, HttpTransport, Request, Secret, Socket, Transport as _};
use futures_util::{SinkExt as _, StreamExt as _};
use http::Method;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{
    ErrorResponse, Request as Asked, Response as Answered,
};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use url::Url;

use common::{Peer, clock, wait, within};

type Server = WebSocketStream<TcpStream>;

/// Lets in whoever has the token.
async fn accept(stream: TcpStream) -> Option<Server> {
    let check = |asked: &Asked, answered: Answered| {
        let bearer =
            asked.headers().get("authorization").is_some_and(|value| value == "Bearer good");
        let mut refused = ErrorResponse::new(None);
        *refused.status_mut() = http::StatusCode::UNAUTHORIZED;
        if bearer { Ok(answered) } else { Err(refused) }
    };
    accept_hdr_async(stream, check).await.ok()
}

async fn connect(port: u16, token: &str) -> Result<Box<dyn Socket>, Error> {
    let url = Url::parse(&format!("ws://127.0.0.1:{port}/link?ticket=1")).unwrap();
    let request = Request::new(Method::GET, url).bearer(&Secret::new(token)).unwrap();
    let transport = HttpTransport::new(clock()).unwrap();
    within(2_000, transport.connect(request.max_body(100_000).timeout(Duration::from_secs(1))))
        .await
}

async fn echo(stream: TcpStream) {
    let Some(mut server) = accept(stream).await else { return };
    while let Some(Ok(message)) = server.next().await {
        match message {
            Message::Text(text) if text.as_str() == "ping me" => {
                server.send(Message::Ping("are you there".into())).await.unwrap();
                // It answers by itself, so the next thing to come is the pong.
                let Some(Ok(Message::Pong(pong))) = server.next().await else { panic!("no pong") };
                server.send(Message::Binary(pong)).await.unwrap();
            }
            Message::Text(text) if text.as_str() == "close" => {
                server.close(None).await.unwrap();
            }
            Message::Text(_) | Message::Binary(_) => server.send(message).await.unwrap(),
            _ => {}
        }
    }
}

#[tokio::test]
async fn frames_go_both_ways() {
    let peer = Peer::start(|stream, _| echo(stream)).await;
    let mut socket = connect(peer.port, "good").await.unwrap();
    for frame in [Frame::Text("hello ☃".to_owned()), Frame::Binary("\0\u{1}".into())] {
        socket.send(frame.clone()).await.unwrap();
        assert_eq!(within(1_000, socket.next()).await.unwrap(), Some(frame));
    }
    socket.send(Frame::Ping("1".into())).await.unwrap();
    assert_eq!(within(1_000, socket.next()).await.unwrap(), Some(Frame::Pong("1".into())));

    socket.send(Frame::Text("ping me".to_owned())).await.unwrap();
    let ping = Frame::Ping("are you there".into());
    assert_eq!(within(1_000, socket.next()).await.unwrap(), Some(ping));
    let heard = Frame::Binary("are you there".into());
    assert_eq!(within(1_000, socket.next()).await.unwrap(), Some(heard));
}

#[tokio::test]
async fn waiting_for_a_frame_may_be_given_up() {
    let peer = Peer::start(|stream, _| async move {
        let mut server = accept(stream).await.unwrap();
        for number in 0..200 {
            server.send(Message::text(number.to_string())).await.unwrap();
            wait(1).await;
        }
        server.close(None).await.unwrap();
    })
    .await;
    let mut socket = connect(peer.port, "good").await.unwrap();
    let mut seen = Vec::new();
    loop {
        tokio::select! {
            frame = socket.next() => match frame.unwrap() {
                Some(Frame::Text(text)) => seen.push(text.parse::<usize>().unwrap()),
                Some(other) => panic!("{other:?}"),
                None => break,
            },
            () = wait(0) => {}
        }
    }
    assert_eq!(seen, (0..200).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_peers_farewell_is_the_end() {
    let peer = Peer::start(|stream, _| echo(stream)).await;
    let mut socket = connect(peer.port, "good").await.unwrap();
    socket.send(Frame::Text("close".to_owned())).await.unwrap();
    assert_eq!(within(1_000, socket.next()).await.unwrap(), None);
    assert_eq!(within(1_000, socket.next()).await.unwrap(), None);
    let error = socket.send(Frame::Text("more".to_owned())).await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
}

#[tokio::test]
async fn a_broken_connection_is_an_error() {
    let peer = Peer::start(|stream, _| async move {
        let server = accept(stream).await.unwrap();
        drop(server);
    })
    .await;
    let mut socket = connect(peer.port, "good").await.unwrap();
    let error = within(1_000, socket.next()).await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    assert_eq!(within(1_000, socket.next()).await.unwrap(), None);
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told() {
    let peer = Peer::start(|stream, _| echo(stream)).await;
    let Err(error) = connect(peer.port, "bad-canary").await else { panic!("let in") };
    assert!(error.is_unauthenticated(), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("ticket"), "{error:?}");

    let deaf = Peer::start(|mut stream, _| async move {
        common::read_request(&mut stream).await.unwrap();
        common::answer(&mut stream, "hello").await;
    })
    .await;
    let Err(error) = connect(deaf.port, "good").await else { panic!("opened") };
    assert!(error.is_unavailable(), "{error:?}");
    assert_eq!((error.retry(), error.code()), (Retry::Safe, Some("200")));

    let silent = Peer::start(|stream, _| async move {
        wait(5_000).await;
        drop(stream);
    })
    .await;
    let Err(error) = connect(silent.port, "good").await else { panic!("opened") };
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.retry(), Retry::Safe);
}

#[tokio::test]
async fn a_message_has_a_limit() {
    let peer = Peer::start(|stream, _| async move {
        let mut server = accept(stream).await.unwrap();
        server.send(Message::text("x".repeat(100_000))).await.unwrap();
        let _ = server.send(Message::text("x".repeat(100_001))).await;
        while let Some(Ok(_)) = server.next().await {}
    })
    .await;
    let mut socket = connect(peer.port, "good").await.unwrap();
    let Some(Frame::Text(text)) = within(1_000, socket.next()).await.unwrap() else { panic!() };
    assert_eq!(text.len(), 100_000);
    let error = within(1_000, socket.next()).await.unwrap_err();
    assert!(error.is_malformed(), "{error:?}");
    assert_eq!(error.code(), Some("message_too_large"));
}

#[tokio::test]
async fn closing_does_not_wait_for_a_peer_that_is_gone() {
    let peer = Peer::start(|stream, _| async move {
        // Half open: it was there once, and reads nothing any more.
        let _server = accept(stream).await.unwrap();
        wait(60_000).await;
    })
    .await;
    let mut socket = connect(peer.port, "good").await.unwrap();
    within(1_500, socket.close()).await;
    assert_eq!(socket.next().await.unwrap(), None);

    // Nor does sending: what fits into no buffer any more is given up.
    let mut socket = connect(peer.port, "good").await.unwrap();
    let error = within(5_000, async {
        loop {
            if let Err(error) = socket.send(Frame::Binary(vec![0; 1 << 20].into())).await {
                break error;
            }
        }
    })
    .await;
    assert!(error.is_timeout() && error.is_ambiguous(), "{error:?}");
}
