//! The service as a process: its own route and the bot's, at one address.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Service {
    child: Child,
    address: String,
    out: BufReader<std::process::ChildStdout>,
}

impl Service {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mounted"))
            .env("MOUNTED_LISTEN", "127.0.0.1:0")
            .env("SLACK_SIGNING_SECRET", "00112233445566778899aabbccddeeff")
            .env("SLACK_BOT_TOKEN", "xoxb-1")
            // Nobody listens there: the bot goes on trying.
            .env("SLACK_API_URL", "http://127.0.0.1:9/api/")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening at ").unwrap().to_owned();
        Self { child, address, out }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_services_routes_and_the_bots_are_at_one_address() {
    let mut service = Service::start();
    assert!(service.get("/orders").contains("order 1"));
    let ready = service.get("/readyz");
    assert!(ready.starts_with("HTTP/1.1 503") && ready.contains("slack"), "{ready}");
    let unsigned = service.get("/slack/events");
    assert!(unsigned.starts_with("HTTP/1.1 405"), "{unsigned}");
    Command::new("kill").args(["-INT", &service.child.id().to_string()]).status().unwrap();
    let mut rest = String::new();
    service.out.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("drained: nothing is left"), "{rest}");
    assert!(service.child.wait().unwrap().success());
}
