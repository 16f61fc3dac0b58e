//! A load over keep-alive connections: each sends its next request when it has its answer.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The latency that 99 of 100 requests stayed below.
    pub(crate) p99: Duration,
    /// One answer, for checking that it is what it should be.
    pub(crate) sample: String,
}

/// Who is loaded, over how many connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) port: u16,
    pub(crate) connections: usize,
}

impl Load {
    /// Sends all requests; every answer must be a 200.
    pub(crate) async fn run(self, requests: &[Vec<u8>]) -> Outcome {
        run(self.port, self.connections, requests).await
    }
}

async fn run(port: u16, connections: usize, requests: &[Vec<u8>]) -> Outcome {
    let mut shares: Vec<Vec<Vec<u8>>> = (0..connections).map(|_| Vec::new()).collect();
    for (index, request) in requests.iter().enumerate() {
        shares[index % connections].push(request.clone());
    }
    let mut streams = Vec::new();
    for share in shares {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        streams.push((stream, share));
    }
    let tasks: Vec<_> =
        streams.into_iter().map(|(stream, share)| tokio::spawn(one(stream, share))).collect();
    let (mut times, mut sample) = (Vec::new(), String::new());
    for task in tasks {
        let (took, answer) = task.await.expect("a connection ended well");
        times.extend(took);
        sample = answer;
    }
    times.sort_unstable();
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    Outcome { p99, sample }
}

async fn one(mut stream: TcpStream, requests: Vec<Vec<u8>>) -> (Vec<Duration>, String) {
    let mut times = Vec::with_capacity(requests.len());
    let mut buffer = vec![0; 64 * 1024];
    let mut last = String::new();
    for request in requests {
        let begun = Instant::now();
        stream.write_all(&request).await.expect("written");
        let mut have = 0;
        let end = loop {
            let read = stream.read(&mut buffer[have..]).await.expect("read");
            assert!(read > 0, "the server closed: {last}");
            have += read;
            if let Some(end) = whole(&buffer[..have]) {
                break end;
            }
        };
        times.push(begun.elapsed());
        assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..end]));
        last = String::from_utf8_lossy(&buffer[..end]).into_owned();
    }
    (times, last)
}

/// Where a whole answer ends.
fn whole(bytes: &[u8]) -> Option<usize> {
    let head = find(bytes, b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..head]).ok()?.to_ascii_lowercase();
    if text.contains("transfer-encoding: chunked") {
        return find(&bytes[head - 2..], b"\r\n0\r\n\r\n").map(|at| head - 2 + at + 7);
    }
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    let end = head + length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
    (bytes.len() >= end).then_some(end)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
