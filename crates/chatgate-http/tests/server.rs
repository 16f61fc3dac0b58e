//! The webhook server over real sockets, against clients that mean no good.

#![cfg(feature = "server")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use chatgate_core::Endpoint;
use chatgate_http::{Guard, Server, ServerLimits, router};
use http::{Method, Request, Response, StatusCode};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use common::{clock, wait, within};

type Reasons = Arc<Mutex<Vec<String>>>;

/// A running server; it ends with this value.
struct Running {
    address: SocketAddr,
    reasons: Reasons,
    stop: Option<oneshot::Sender<()>>,
    task: JoinSet<()>,
}

fn endpoints() -> Vec<Endpoint> {
    let echo = |request: Request<Bytes>| async move {
        let length = request.body().len();
        let method = request.method().clone();
        let body = request.into_body();
        let shown = if length > 100 { Bytes::from(length.to_string()) } else { body };
        Response::builder().header("x-method", method.as_str()).body(shown).unwrap()
    };
    vec![
        Endpoint::new(Method::POST, "/hook", echo)
            .content_type("application/json")
            .content_type("application/x-www-form-urlencoded"),
        Endpoint::new(Method::GET, "/hook", echo),
        Endpoint::new(Method::GET, "/panic", |_| async { panic!("canary") }),
        Endpoint::new(Method::GET, "/slow", |_| async {
            wait(300).await;
            Response::new(Bytes::from("slow"))
        }),
    ]
}

fn short() -> ServerLimits {
    let mut limits = ServerLimits::default();
    limits.head_timeout = Duration::from_millis(300);
    limits.idle_timeout = Duration::from_millis(1_500);
    limits.drain = Duration::from_secs(1);
    limits
}

async fn start(limits: ServerLimits) -> Running {
    let reasons = Reasons::default();
    let told = reasons.clone();
    let guard = Guard::new(clock())
        .body_timeout(Duration::from_secs(1))
        .on_rejected(move |path, reason| told.lock().unwrap().push(format!("{path} {reason}")));
    let routes = router(endpoints(), guard.clone()).unwrap();
    let server = Server::bind("127.0.0.1:0").await.unwrap().limits(limits);
    let address = server.local_addr();
    let (stop, stopped) = oneshot::channel();
    let mut task = JoinSet::new();
    task.spawn(server.serve(routes, guard, async move {
        let _ = stopped.await;
    }));
    Running { address, reasons, stop: Some(stop), task }
}

impl Running {
    async fn connect(&self) -> Client {
        Client { stream: TcpStream::connect(self.address).await.unwrap(), read: Vec::new() }
    }

    fn reasons(&self) -> Vec<String> {
        std::mem::take(&mut *self.reasons.lock().unwrap())
    }
}

/// A client that says what it likes.
struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Client {
    async fn say(&mut self, bytes: impl AsRef<[u8]>) {
        // A server that hangs up early is for the answer to judge.
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    /// The next answer; `None` when the connection ended without one.
    async fn answer(&mut self) -> Option<Answer> {
        within(3_000, async {
            loop {
                if let Some(end) = self.read.windows(4).position(|w| w == b"\r\n\r\n") {
                    let head = String::from_utf8(self.read[..end].to_vec()).unwrap().to_lowercase();
                    let length = head
                        .lines()
                        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                        .unwrap_or(0);
                    if self.read.len() >= end + 4 + length {
                        let rest = self.read.split_off(end + 4 + length);
                        let body = String::from_utf8(self.read[end + 4..].to_vec()).unwrap();
                        self.read = rest;
                        let status = head[9..12].parse().unwrap();
                        return Some(Answer { status, head, body });
                    }
                }
                if !matches!(self.stream.read_buf(&mut self.read).await, Ok(count) if count > 0) {
                    return None;
                }
            }
        })
        .await
    }

    async fn status(&mut self, bytes: impl AsRef<[u8]>) -> u16 {
        self.say(bytes).await;
        self.answer().await.expect("an answer").status
    }

    async fn ended(&mut self) -> bool {
        self.answer().await.is_none()
    }
}

fn post(body: &str) -> String {
    let length = body.len();
    format!(
        "POST /hook HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

const GET: &str = "GET /hook HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test]
async fn requests_pass_one_after_the_other_and_all_at_once() {
    let running = start(short()).await;
    let mut client = running.connect().await;
    for number in 0..3 {
        client.say(post(&format!("[{number}]"))).await;
        let answer = client.answer().await.unwrap();
        assert_eq!((answer.status, answer.body), (200, format!("[{number}]")));
        assert!(answer.head.contains("x-method: post"));
    }
    let many: String = (0..20).map(|number| post(&number.to_string())).collect();
    client.say(many).await;
    for number in 0..20 {
        assert_eq!(client.answer().await.unwrap().body, number.to_string());
    }
    client.say("HEAD /hook HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(client.answer().await.unwrap().status, 200);
    assert_eq!(client.status("GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n").await, 404);
    assert!(running.reasons().is_empty());
}

#[tokio::test]
async fn only_what_was_declared_is_taken() {
    let running = start(short()).await;
    let with = |headers: &str, body: &str| {
        let length = body.len();
        format!("POST /hook HTTP/1.1\r\nhost: x\r\n{headers}content-length: {length}\r\n\r\n{body}")
    };
    let mut client = running.connect().await;
    for good in [
        "content-type: application/json\r\n",
        "Content-Type: Application/JSON; charset=utf-8\r\n",
        "content-type: application/x-www-form-urlencoded;charset=UTF-8\r\n",
        "content-type: application/json \r\ncontent-encoding: identity\r\n",
    ] {
        assert_eq!(client.status(with(good, "{}")).await, 200, "{good}");
    }
    // A body that is empty has no type to be wrong.
    assert_eq!(client.status(with("", "")).await, 200);
    assert!(running.reasons().is_empty());
    for bad in [
        "",
        "content-type: text/plain\r\n",
        "content-type: application/jsonx\r\n",
        "content-type: application/json, text/plain\r\n",
        "content-type: application/json\r\ncontent-type: text/plain\r\n",
    ] {
        assert_eq!(client.status(with(bad, "{}")).await, 415, "{bad}");
        assert_eq!(running.reasons(), ["/hook unsupported_media_type"], "{bad}");
    }
    // What a GET brings has no declared type.
    let get = "GET /hook HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
               content-length: 2\r\n\r\n{}";
    assert_eq!(client.status(get).await, 415);
    running.reasons();
    client.say("DELETE /hook HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let answer = client.answer().await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (405, ""));
    assert!(answer.head.contains("allow: post, get, head"), "{}", answer.head);
    assert_eq!(running.reasons(), ["/hook method_not_allowed"]);
}

#[tokio::test]
async fn an_encoded_body_is_never_unpacked() {
    let running = start(short()).await;
    for encoding in ["gzip", "br", "deflate, gzip", "GZIP"] {
        // What a bomb's first bytes look like does not matter.
        let bomb = format!(
            "POST /hook HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             content-encoding: {encoding}\r\ncontent-length: 4\r\n\r\n\u{1f}\u{8b}x"
        );
        let mut client = running.connect().await;
        let status = client.status(bomb).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{encoding}");
        assert_eq!(running.reasons(), ["/hook encoded_body"]);
    }
}

#[tokio::test]
async fn a_body_over_the_cap_is_refused_however_it_comes() {
    let running = start(short()).await;
    let most = "x".repeat(1024 * 1024);
    let mut client = running.connect().await;
    client.say(post(&most)).await;
    assert_eq!(client.answer().await.unwrap().body, most.len().to_string());

    // Known before it comes, by a client that first writes all and then reads.
    for body in [format!("{most}x"), "x".repeat(20 * 1024 * 1024)] {
        assert_eq!(client.status(post(&body)).await, 413);
        assert_eq!(running.reasons(), ["/hook body_too_large"]);
    }
    // The connection lives on, as nothing of the body is left in it.
    assert_eq!(client.status(GET).await, 200);

    // Known by nobody.
    client
        .say(
            "POST /hook HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             transfer-encoding: chunked\r\n\r\n",
        )
        .await;
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    for _ in 0..17 {
        client.say(&chunk).await;
    }
    assert_eq!(client.status("0\r\n\r\n").await, 413);
    assert_eq!(running.reasons(), ["/hook body_too_large"]);

    // One that asks first is told before it sends anything.
    let asks = "POST /hook HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                expect: 100-continue\r\ncontent-length: 99999999\r\n\r\n";
    let mut client = running.connect().await;
    assert_eq!(client.status(asks).await, 413);
}

#[tokio::test]
async fn a_slow_body_is_cut() {
    let running = start(short()).await;
    let mut client = running.connect().await;
    client.say(post("0123456789").trim_end_matches("123456789")).await;
    let drip = async {
        for _ in 0..100 {
            wait(50).await;
        }
    };
    tokio::select! {
        answer = client.answer() => assert_eq!(answer.unwrap().status, 408),
        () = drip => panic!("it is not cut"),
    }
    assert!(client.ended().await);
    assert_eq!(running.reasons(), ["/hook body_timeout"]);

    // A body that breaks off is nobody's request.
    let mut client = running.connect().await;
    client.say(post("0123456789").trim_end_matches("9")).await;
    drop(client);
    wait(100).await;
    assert_eq!(running.reasons(), ["/hook body_broken"]);
}

#[tokio::test]
async fn slow_heads_and_idle_connections_are_cut() {
    let running = start(short()).await;
    let mut silent = running.connect().await;
    let mut dripping = running.connect().await;
    let mut second = running.connect().await;
    assert_eq!(second.status(GET).await, 200);
    second.say("GET /hook HTT").await;
    let mut idle = running.connect().await;
    assert_eq!(idle.status(GET).await, 200);
    for byte in GET.bytes().take(8) {
        dripping.say([byte]).await;
        wait(50).await;
    }
    assert!(within(1_000, silent.ended()).await);
    assert!(within(1_000, dripping.ended()).await);
    assert!(within(1_000, second.ended()).await);
    assert_eq!(running.reasons(), [" head_timeout", " head_timeout", " head_timeout"]);
    // It has waited longer than a head may take, and is still good.
    assert_eq!(idle.status(GET).await, 200);
    assert!(within(3_000, idle.ended()).await);
    assert!(running.reasons().is_empty());
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut() {
    let running = start(short()).await;
    let mut client = running.connect().await;
    let request = post(&"x".repeat(90));
    let flood = async {
        loop {
            if client.stream.write_all(request.as_bytes()).await.is_err() {
                return;
            }
        }
    };
    within(10_000, flood).await;
}

#[tokio::test]
async fn too_much_of_a_head_is_refused() {
    let running = start(short()).await;
    let head = format!("GET /hook HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "x".repeat(20_000));
    assert_eq!(running.connect().await.status(head).await, 431);
    let many: String = (0..101).map(|number| format!("x-{number}: 1\r\n")).collect();
    let head = format!("GET /hook HTTP/1.1\r\n{many}\r\n");
    assert_eq!(running.connect().await.status(head).await, 431);
}

#[tokio::test]
async fn a_panic_costs_its_own_request_only() {
    let running = start(short()).await;
    let mut client = running.connect().await;
    client.say("GET /panic HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let answer = client.answer().await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (500, ""));
    assert_eq!(running.reasons(), ["/panic endpoint_panicked"]);
    assert_eq!(client.status(GET).await, 200);
}

#[tokio::test]
async fn five_hundred_slow_connections_stop_nobody() {
    let running = start(ServerLimits::default()).await;
    let mut slow = Vec::new();
    for _ in 0..500 {
        let mut client = running.connect().await;
        client.say("P").await;
        slow.push(client);
    }
    for _ in 0..50 {
        let mut client = running.connect().await;
        assert_eq!(within(1_000, client.status(post("{}"))).await, 200);
    }
    for client in &mut slow {
        client.say("O").await;
    }
    let mut client = running.connect().await;
    assert_eq!(within(1_000, client.status(post("{}"))).await, 200);
}

#[tokio::test]
async fn idle_connections_make_room_and_busy_ones_are_waited_for() {
    let mut limits = short();
    limits.max_connections = 2;
    limits.idle_timeout = Duration::from_secs(60);
    let running = start(limits).await;
    let mut idle = Vec::new();
    for _ in 0..2 {
        let mut client = running.connect().await;
        assert_eq!(client.status(GET).await, 200);
        idle.push(client);
    }
    wait(50).await;
    // Nobody else has come, so they stay.
    assert!(running.reasons().is_empty());
    assert_eq!(idle[0].status(GET).await, 200);
    let mut client = running.connect().await;
    assert_eq!(within(1_000, client.status(GET)).await, 200);
    assert_eq!(running.reasons(), [" connections_full"]);
    drop((client, idle));

    // Those that never finish a head are cut, so a new one waits for that long at most.
    let slow = [running.connect().await, running.connect().await];
    wait(50).await;
    let mut client = running.connect().await;
    assert_eq!(within(1_000, client.status(GET)).await, 200);
    drop(slow);
}

#[tokio::test]
async fn a_running_request_may_finish() {
    let mut running = start(short()).await;
    let mut client = running.connect().await;
    let mut idle = running.connect().await;
    assert_eq!(idle.status(GET).await, 200);
    client.say("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    wait(50).await;
    running.stop.take().unwrap().send(()).unwrap();
    assert!(within(1_000, idle.ended()).await);
    assert_eq!(client.answer().await.unwrap().body, "slow");
    assert!(client.ended().await);
    within(1_000, running.task.join_next()).await.unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn what_does_not_finish_is_cut() {
    let mut limits = short();
    limits.drain = Duration::from_millis(100);
    let mut running = start(limits).await;
    let mut client = running.connect().await;
    client.say("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    wait(50).await;
    running.stop.take().unwrap().send(()).unwrap();
    assert!(client.ended().await);
    within(1_000, running.task.join_next()).await.unwrap().unwrap();
}

#[test]
fn mistakes_are_collected() {
    let endpoint =
        |method, path: &str| Endpoint::new(method, path, |_| async { Response::new(Bytes::new()) });
    let mut none = endpoint(Method::GET, "/none");
    none.methods.clear();
    let endpoints = vec![
        endpoint(Method::GET, "/twice"),
        endpoint(Method::POST, "/twice"),
        endpoint(Method::GET, "/twice"),
        endpoint(Method::GET, "no/slash"),
        endpoint(Method::GET, ""),
        endpoint(Method::GET, "/a/{id}"),
        endpoint(Method::GET, "/a/:id"),
        endpoint(Method::GET, "/a/*rest"),
        endpoint(Method::GET, "/a b?c"),
        endpoint(Method::GET, "/type").content_type("json"),
        none,
    ];
    let error = router(endpoints, Guard::new(clock())).unwrap_err();
    assert!(error.is_configuration());
    assert_eq!(error.context().len(), 9, "{error:?}");
    assert!(error.to_string().contains("two endpoints answer GET /twice"), "{error}");
    let merged = vec![endpoint(Method::GET, "/twice"), endpoint(Method::POST, "/twice")];
    assert!(router(merged, Guard::new(clock())).is_ok());
}

proptest! {
    #[test]
    fn no_path_makes_it_panic(first in "[/a-c:*{}%?. ]{0,8}", second in "/[a-c{}:*/]{0,8}") {
        let endpoint =
            |path: &str| Endpoint::new(Method::GET, path, |_| async { Response::default() });
        let _ = router(vec![endpoint(&first), endpoint(&second)], Guard::new(clock()));
    }
}
