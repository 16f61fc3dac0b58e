//! A server in a process of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{LOAD, SERVERS, bare, cpu, gateway, pin, runtime, sign};

/// A server in a process of its own; it ends with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Server {
    /// Starts a server: this program once more, or Slack's own framework.
    pub(crate) fn start(which: &str, api_url: &str) -> Self {
        let mut command = match which {
            "bolt" => {
                let mut node = Command::new("node");
                node.arg(bolt()).args([sign::SECRET, sign::TOKEN, api_url]);
                node
            }
            _ => {
                let mut this = under(std::env::current_exe().expect("this program"));
                this.args(["--serve", which, api_url]);
                this
            }
        };
        // A child stays on the core on which it was started.
        pin::to_core(SERVERS);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        pin::to_core(LOAD);
        let mut child = child.expect("a process");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let port = line.trim().parse().expect("its port");
        Self { child, port }
    }

    /// How much processor time it has taken, in user and system mode.
    pub(crate) fn cpu(&self) -> Duration {
        cpu::of(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends by itself then, so that a program under which it runs writes down what it saw.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// The program, or the one that `BENCH_UNDER` names, with its arguments, which runs it and counts.
fn under(program: PathBuf) -> Command {
    let under = std::env::var("BENCH_UNDER").unwrap_or_default();
    let mut words = under.split_whitespace();
    let Some(first) = words.next() else { return Command::new(program) };
    let mut command = Command::new(first);
    command.args(words).arg(program);
    command
}

/// Why Slack's own framework cannot be measured here, if it cannot.
pub(crate) fn without_bolt() -> Option<&'static str> {
    let node = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    if !node.is_ok_and(|status| status.success()) {
        return Some("node is not installed");
    }
    let installed = bolt().with_file_name("node_modules/@slack/bolt").exists();
    (!installed).then_some("npm ci was not run in tests/vendor")
}

fn bolt() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vendor/bolt-server.mjs")
}

/// Serves until the process is killed or its standard input ends.
pub(crate) fn serve(which: &str, api_url: &str) {
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
