//! Nothing secret of a request is ever said: not by errors, not by logs, at no level.

#![cfg(feature = "client")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use chatgate_core::Error;
use chatgate_http::{HttpTransport, Request, Secret, Transport as _};
use http::header::{COOKIE, HeaderValue};
use http::{HeaderMap, Method};
use tokio::io::AsyncWriteExt as _;
use url::Url;

use common::{Peer, clock, read_request, reset, wait};

/// Everything that anybody has logged.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Some dependencies log by the older crate.
static LOGGED: OnceLock<Said> = OnceLock::new();

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        if let Some(said) = LOGGED.get() {
            said.0.lock().unwrap().extend_from_slice(line.as_bytes());
        }
    }

    fn flush(&self) {}
}

fn secret_request(host: &str, port: u16) -> Request {
    let url = format!("http://{host}:{port}/commands/canary/1?token=canary&ticket=canary");
    let mut request = Request::new(Method::POST, Url::parse(&url).unwrap())
        .secret_url()
        .bearer(&Secret::new("xoxb-canary"))
        .unwrap()
        .form([("text", "canary")])
        .timeout(Duration::from_millis(300))
        .max_body(1_000);
    request.headers.insert(COOKIE, {
        let mut cookie = HeaderValue::from_static("d=canary");
        cookie.set_sensitive(true);
        cookie
    });
    request
}

#[tokio::test]
async fn nothing_secret_is_said() {
    let said = Said::default();
    let writer = said.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let _ = LOGGED.set(said.clone());
    log::set_logger(&Logger).unwrap();
    log::set_max_level(log::LevelFilter::Trace);

    let answers: [&[u8]; 8] = [
        b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\nx-secret: canary\r\n\r\ncanary",
        b"HTTP/1.1 401 canary\r\ncontent-length: 6\r\n\r\ncanary",
        b"HTTP/1.1 302 Found\r\nlocation: /canary\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\ncanary",
        b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\ncanary",
        b"HTTP/1.1 canary canary\r\ncanary\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: canary\r\n\r\n",
        b"",
    ];
    let mut told = String::new();
    let transport = HttpTransport::new(clock()).unwrap();
    let tell = |told: &mut String, request: &Request, error: Error| {
        let headers: &HeaderMap = &request.headers;
        write!(told, "{request:?} {} {headers:?} {error} {error:?}", request.shown_url()).unwrap();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            write!(told, " {cause} {cause:?}").unwrap();
            source = cause.source();
        }
    };
    for end in ["closed", "reset", "silent"] {
        for answer in answers {
            let peer = Peer::start(move |mut stream, _| async move {
                read_request(&mut stream).await;
                stream.write_all(answer).await.unwrap();
                wait(10).await;
                match end {
                    "closed" => {}
                    "reset" => reset(stream),
                    _ => wait(1_000).await,
                }
            })
            .await;
            let request = secret_request("127.0.0.1", peer.port);
            match transport.send(request.clone()).await {
                Ok(response) => write!(told, "{response:?}").unwrap(),
                Err(error) => tell(&mut told, &request, error),
            }
            if let Err(error) = transport.connect(request.clone()).await {
                tell(&mut told, &request, error);
            }
        }
    }
    for (host, port) in [("127.0.0.1", 1), ("chatgate.invalid", 80), ("127.0.0.1", 0)] {
        let request = secret_request(host, port);
        tell(&mut told, &request, transport.send(request.clone()).await.unwrap_err());
        let request = request.public_only();
        tell(&mut told, &request, transport.send(request.clone()).await.unwrap_err());
    }
    let mut odd = secret_request("127.0.0.1", 1);
    odd.url = Url::parse("canary://canary/canary").unwrap();
    let error = transport.send(odd).await.unwrap_err();
    told.push_str(&error.to_string().replace("canary://canary/…", ""));

    for (what, text) in [("errors", &told), ("logs", &said.text())] {
        let text = text.replace("canary://canary/…", "");
        let line = text.lines().find(|line| line.to_lowercase().contains("canary"));
        assert_eq!(line, None, "{what}");
    }
    assert!(said.text().contains("exchange failed"), "logging works");
    assert!(said.text().contains("hyper_util"), "logging works");
}
