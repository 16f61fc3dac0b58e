//! A server in a process of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{bare, gateway, pin, runtime};

/// A server in a process of its own; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Server {
    /// Starts this program as a server.
    pub(crate) fn start(which: &str, api_url: &str) -> Self {
        let this = std::env::current_exe().expect("this program");
        let mut child = Command::new(this)
            .args(["--serve", which, api_url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let port = line.trim().parse().expect("its port");
        Self { child, port }
    }

    /// How much processor time it has taken, in user and system mode.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.unwrap_or_default();
        let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let ticks = |index| after_name.split(' ').nth(index).and_then(|it| it.parse::<u64>().ok());
        // utime and stime are the fields 14 and 15 of proc(5), in hundredths of a second.
        let ticks = ticks(11).unwrap_or(0) + ticks(12).unwrap_or(0);
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until the process is killed or its standard input ends.
pub(crate) fn serve(which: &str, api_url: &str) {
    pin::to_core(0);
    let api_url = api_url.to_owned();
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    runtime().block_on(async {
        match which {
            "bare" => bare::serve(api_url, tell).await,
            _ => gateway::serve(api_url, tell).await,
        }
    });
}

fn tell(address: SocketAddr) {
    println!("{}", address.port());
    std::io::stdout().flush().expect("written");
}
