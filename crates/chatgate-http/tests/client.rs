//! The real transport against peers that misbehave.

#![cfg(feature = "client")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chatgate_core::{Clock as _, ManualClock, Retry, Timestamp};
use chatgate_http::{BaseUrl, HttpTransport, Request, Roots, Transport as _};
use http::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use url::Url;

use common::{Peer, answer, clock, read_request, reset, wait, within};

fn transport() -> HttpTransport {
    HttpTransport::new(clock()).unwrap()
}

fn to(port: u16, path: &str) -> Request {
    Request::new(Method::GET, Url::parse(&format!("http://127.0.0.1:{port}{path}")).unwrap())
}

fn post(port: u16) -> Request {
    let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    Request::new(Method::POST, url).json(r#"{"text":"hello"}"#)
}

#[tokio::test]
async fn an_exchange_brings_the_answer_whatever_its_status() {
    let peer = Peer::start(|mut stream, _| async move {
        let request = read_request(&mut stream).await.unwrap();
        assert!(request.starts_with("POST / HTTP/1.1"), "{request}");
        assert!(request.contains("content-type: application/json"), "{request}");
        assert!(request.ends_with(r#"{"text":"hello"}"#), "{request}");
        assert!(!request.to_lowercase().contains("accept-encoding"), "{request}");
        let answer = b"HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 4\r\n\r\nwait";
        stream.write_all(answer).await.unwrap();
    })
    .await;
    let answer = transport().send(post(peer.port)).await.unwrap();
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(&answer.body[..], b"wait");
}

#[tokio::test]
async fn connections_are_kept_and_a_stale_one_costs_no_second_request() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let connections = Arc::new(AtomicUsize::new(0));
    let opened = connections.clone();
    let peer = Peer::start(move |mut stream, _| {
        let (requests, _) = (counted.clone(), opened.fetch_add(1, Ordering::SeqCst));
        async move {
            // Two requests a connection, then it is closed without a word.
            for _ in 0..2 {
                if read_request(&mut stream).await.is_none() {
                    return;
                }
                requests.fetch_add(1, Ordering::SeqCst);
                answer(&mut stream, "{}").await;
            }
        }
    })
    .await;
    let transport = transport();
    for _ in 0..6 {
        transport.send(post(peer.port)).await.unwrap();
        wait(20).await;
    }
    assert_eq!(requests.load(Ordering::SeqCst), 6);
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_request_that_a_dying_connection_has_read_is_not_sent_again() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let peer = Peer::start(move |mut stream, _| {
        let requests = counted.clone();
        async move {
            while read_request(&mut stream).await.is_some() {
                if requests.fetch_add(1, Ordering::SeqCst) == 1 {
                    return reset(stream);
                }
                answer(&mut stream, "{}").await;
            }
        }
    })
    .await;
    let transport = transport();
    transport.send(post(peer.port)).await.unwrap();
    let error = transport.send(post(peer.port)).await.unwrap_err();
    assert!(error.is_unavailable() && error.is_ambiguous(), "{error:?}");
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let peer = Peer::start(|mut stream, number| async move {
        assert_eq!(number, 0, "nothing follows it");
        read_request(&mut stream).await.unwrap();
        let answer = b"HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).await.unwrap();
        assert!(read_request(&mut stream).await.is_none(), "nothing follows it");
    })
    .await;
    let answer = transport().send(to(peer.port, "/")).await.unwrap();
    assert_eq!(answer.status, StatusCode::FOUND);
}

#[tokio::test]
async fn what_has_not_left_may_be_sent_again() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let refused = transport().send(post(port)).await.unwrap_err();
    assert!(refused.is_unavailable(), "{refused:?}");
    assert_eq!((refused.retry(), refused.code()), (Retry::Safe, Some("connect")));

    let url = Url::parse("https://chatgate.invalid/").unwrap();
    let unknown = transport().send(Request::new(Method::POST, url)).await.unwrap_err();
    assert!(unknown.is_unavailable(), "{unknown:?}");
    assert_eq!((unknown.retry(), unknown.code()), (Retry::Safe, Some("dns")));
}

#[tokio::test]
async fn what_may_have_arrived_is_ambiguous() {
    let cuts: [&[u8]; 4] = [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"nonsense\r\n\r\n",
    ];
    for cut in cuts {
        let peer = Peer::start(move |mut stream, _| async move {
            read_request(&mut stream).await.unwrap();
            stream.write_all(cut).await.unwrap();
            wait(20).await;
            reset(stream);
        })
        .await;
        let error = within(2_000, transport().send(post(peer.port))).await.unwrap_err();
        assert!(error.is_ambiguous() && error.is_unavailable(), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_is_read_up_to_the_cap_only() {
    let written = Arc::new(AtomicUsize::new(0));
    let counted = written.clone();
    let peer = Peer::start(move |mut stream, _| {
        let written = counted.clone();
        async move {
            let request = read_request(&mut stream).await.unwrap();
            let head = if request.starts_with("GET /known") {
                "HTTP/1.1 200 OK\r\ncontent-length: 67108864\r\n\r\n"
            } else {
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
            };
            stream.write_all(head.as_bytes()).await.unwrap();
            let chunk = [b"1000\r\n".as_slice(), &[b'x'; 0x1000], b"\r\n"].concat();
            for _ in 0..16_384 {
                if stream.write_all(&chunk).await.is_err() {
                    return;
                }
                written.fetch_add(chunk.len(), Ordering::SeqCst);
            }
        }
    })
    .await;
    for path in ["/known", "/unknown"] {
        written.store(0, Ordering::SeqCst);
        let request = to(peer.port, path).max_body(100_000);
        let error = within(5_000, transport().send(request)).await.unwrap_err();
        assert!(error.is_malformed() && error.is_ambiguous(), "{error:?}");
        assert_eq!(error.code(), Some("answer_too_large"));
        wait(50).await;
        let written = written.load(Ordering::SeqCst);
        assert!(written < 16 * 1024 * 1024, "the rest was read too: {written}");
    }
    let peer = Peer::start(|mut stream, _| async move {
        read_request(&mut stream).await.unwrap();
        answer(&mut stream, &"x".repeat(100_000)).await;
    })
    .await;
    let whole = transport().send(to(peer.port, "/").max_body(100_000)).await.unwrap();
    assert_eq!(whole.body.len(), 100_000);
}

#[tokio::test]
async fn time_runs_on_the_clock_that_is_given() {
    let peer = Peer::start(|mut stream, _| async move {
        read_request(&mut stream).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nslow").await.unwrap();
        while read_request(&mut stream).await.is_some() {}
    })
    .await;
    let clock = ManualClock::at(Timestamp::from_secs(1_000));
    let transport = HttpTransport::new(Arc::new(clock.clone())).unwrap();
    let request = post(peer.port).timeout(Duration::from_secs(3));
    let mut sending = JoinSet::new();
    sending.spawn(async move { transport.send(request).await });
    while clock.next_deadline().is_none() {
        wait(1).await;
    }
    wait(50).await;
    assert!(sending.try_join_next().is_none());
    clock.advance(Duration::from_secs(3));
    let error = within(2_000, sending.join_next()).await.unwrap().unwrap().unwrap_err();
    assert!(error.is_timeout() && error.is_ambiguous(), "{error:?}");
    assert_eq!(clock.now(), Timestamp::from_secs(1_003));
}

#[tokio::test]
async fn addresses_from_outside_lead_to_public_hosts_only() {
    let peer = Peer::start(|mut stream, _| async move {
        while read_request(&mut stream).await.is_some() {
            answer(&mut stream, "reached").await;
        }
    })
    .await;
    let transport = transport();
    for host in ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "[::ffff:127.0.0.1]"] {
        let url = Url::parse(&format!("http://{host}:{}/", peer.port)).unwrap();
        let request = Request::new(Method::POST, url).public_only();
        let error = within(1_000, transport.send(request.clone())).await.unwrap_err();
        assert!(error.is_denied(), "{host}: {error:?}");
        assert_eq!(error.code(), Some("private_address"), "{host}");
        let Err(error) = transport.connect(request).await else { panic!("{host} was opened") };
        assert_eq!(error.code(), Some("private_address"), "{host}");
    }
    let base = BaseUrl::parse(&format!("http://127.0.0.1:{}/api", peer.port)).unwrap();
    let own = to(peer.port, "/response/1").public_only_beside(&base);
    assert_eq!(&transport.send(own).await.unwrap().body[..], b"reached");
    let other = to(peer.port + 1, "/response/1").public_only_beside(&base);
    assert!(transport.send(other).await.unwrap_err().is_denied());
}

const CERTIFICATE: &[u8] = include_bytes!("common/cert.der");
const KEY: &[u8] = include_bytes!("common/key.der");

/// A server with a certificate that no machine trusts.
async fn tls_peer() -> Peer {
    use tokio_rustls::rustls::crypto::ring::default_provider;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
    use tokio_rustls::rustls::server::ServerConfig;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(KEY));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(CERTIFICATE)], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    Peer::start(move |stream, _| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret").await;
            let _ = stream.read(&mut buffer).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_certificate_must_be_trusted() {
    let peer = tls_peer().await;
    let url = Url::parse(&format!("https://127.0.0.1:{}/", peer.port)).unwrap();
    let request = Request::new(Method::POST, url);
    let error = transport().send(request.clone()).await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    assert_eq!((error.retry(), error.code()), (Retry::Safe, Some("connect")));

    let trusting = HttpTransport::builder(clock()).root_certificate(CERTIFICATE).build().unwrap();
    assert_eq!(&trusting.send(request).await.unwrap().body[..], b"secret");
    assert!(HttpTransport::builder(clock()).root_certificate(b"nonsense").build().is_err());
}

/// The certificate as text, with what a file may have beside it.
fn pem() -> String {
    use base64::Engine as _;
    let encoded = base64::engine::general_purpose::STANDARD.encode(CERTIFICATE);
    let lines: Vec<_> = encoded.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!(
        "# our own\n-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}

#[tokio::test]
async fn the_roots_of_a_file_are_trusted() {
    let path = std::env::temp_dir().join(format!("chatgate-roots-{}.pem", std::process::id()));
    std::fs::write(&path, pem()).unwrap();
    let roots = Roots::file(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let peer = tls_peer().await;
    let request =
        Request::new(Method::POST, format!("https://127.0.0.1:{}/", peer.port).parse().unwrap());
    let trusting = HttpTransport::builder(clock()).roots(roots).build().unwrap();
    assert_eq!(&trusting.send(request).await.unwrap().body[..], b"secret");
    // It is gone now, and the error says where it was looked for.
    let error = Roots::file(&path).unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("chatgate-roots"), "{error}");
    for text in ["", "words", "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n"] {
        assert!(Roots::pem(text.as_bytes()).unwrap_err().is_configuration(), "{text}");
    }
}

const PROXY_CHILD: &str = "CHATGATE_TEST_TARGET";

/// Runs in a process of its own, as only that has an environment of its own.
#[tokio::test]
async fn in_the_environment_of_a_proxy() {
    let Ok(port) = std::env::var(PROXY_CHILD) else { return };
    let request = to(port.parse().unwrap(), "/");
    let error = transport().send(request.clone()).await.unwrap_err();
    assert_eq!(error.code(), Some("connect"), "the proxy was taken without being asked for");
    let proxied = HttpTransport::builder(clock()).proxies_from_environment().build().unwrap();
    assert_eq!(&proxied.send(request.clone()).await.unwrap().body[..], b"proxied");
    assert!(proxied.send(request.public_only()).await.unwrap_err().is_denied());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_taken_when_asked_for() {
    let peer = Peer::start(|mut stream, _| async move {
        let request = read_request(&mut stream).await.unwrap();
        assert!(request.starts_with("GET http://127.0.0.1:"), "{request}");
        answer(&mut stream, "proxied").await;
    })
    .await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = closed.local_addr().unwrap().port();
    drop(closed);
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "in_the_environment_of_a_proxy"]);
    child.env(PROXY_CHILD, target.to_string()).env_remove("NO_PROXY").env_remove("no_proxy");
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, format!("http://127.0.0.1:{}", peer.port));
    }
    let output = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
