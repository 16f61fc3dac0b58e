//! What the tests over real sockets share.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use chatgate_core::{Clock, Timestamp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The system's clock, as the gateway's is.
#[derive(Debug)]
pub(crate) struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH + std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
    }

    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    async fn sleep_until(&self, deadline: Timestamp) {
        tokio::time::sleep(self.now().until(deadline)).await;
    }
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// Waits a real moment.
#[allow(clippy::disallowed_methods, reason = "over real sockets there is real time")]
pub(crate) async fn wait(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// Ends a test that hangs.
#[allow(clippy::disallowed_methods, reason = "over real sockets there is real time")]
pub(crate) async fn within<T>(ms: u64, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_millis(ms), work).await.expect("it hangs")
}

/// A TCP server that answers each connection by a function; it ends with this value.
pub(crate) struct Peer {
    pub(crate) port: u16,
    _tasks: JoinSet<()>,
}

impl Peer {
    /// Starts one. The function is told which connection it has, counted from 0.
    pub(crate) async fn start<F, Fut>(serve: F) -> Self
    where
        F: Fn(TcpStream, usize) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                connections.spawn(serve(stream, number));
            }
        });
        Self { port, _tasks: tasks }
    }
}

/// Reads one request: its head, and as much body as it says. `None` at the end of the connection.
pub(crate) async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        if let Some(head) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&read).into_owned();
            let length = text
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if read.len() >= head + 4 + length {
                return Some(text);
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&buffer[..count]),
        }
    }
}

/// Writes an answer with a body.
pub(crate) async fn answer(stream: &mut TcpStream, body: &str) {
    let length = body.len();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(answer.as_bytes()).await.unwrap();
}

/// Closes a connection with a reset instead of a farewell.
pub(crate) fn reset(stream: TcpStream) {
    stream.set_zero_linger().unwrap();
}
