//! Teams under load: outgoing webhooks call over 64 keep-alive connections, and each is answered by a card,
//! beside a bare axum handler that checks the same signature and answers a card of the same words. Each runs
//! in a process of its own on one core; the load runs on the other.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a benchmark that goes wrong fails, and it measures real time outside of the gateway"
)]

mod bare;
#[path = "../http/cpu.rs"]
mod cpu;
mod gateway;
#[path = "../http/load.rs"]
mod load;
#[path = "../http/pin.rs"]
mod pin;
mod requests;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use load::Load;
use tokio::runtime::{Builder, Runtime};

/// What a service would take: every process here has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NAME: &str = "teams call to card";
const CONNECTIONS: usize = 64;
/// The cores of the servers, and of what loads them.
const SERVERS: usize = 0;
const LOAD: usize = 1;
/// Measured so often, the servers taking turns; the median counts.
const ROUNDS: usize = 3;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [serve, which] = args.as_slice()
        && serve == "--serve"
    {
        return self::serve(which);
    }
    // As criterion's benchmarks: options, and words of which the name must contain one.
    let mut words = args.iter().filter(|arg| !arg.starts_with('-')).peekable();
    if words.peek().is_some() && !words.any(|word| NAME.contains(word.as_str())) {
        return;
    }
    match args.iter().any(|arg| arg == "--test") {
        // Once and small, to see that it works.
        true => measure(1, 400),
        false => measure(ROUNDS, 20_000),
    }
}

fn measure(rounds: usize, calls: usize) {
    let runtime = runtime();
    pin::to_core(LOAD);
    let (mut bare, mut gateway) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        for (which, all) in [("bare", &mut bare), ("gateway", &mut gateway)] {
            let measured = runtime.block_on(one(which, calls));
            let Measured { rate, cpu } = measured;
            eprintln!("{NAME}, {which}: {rate:.0}/s, {cpu:.1} µs of its core each");
            all.push(measured);
        }
    }
    let (bare, gateway) = (median(bare), median(gateway));
    println!("| calls answered | per second | ratio | CPU each | CPU ratio |");
    println!("|---|---|---|---|---|");
    for (name, it) in [("bare axum", bare), ("chatgate", gateway)] {
        let (faster, lighter) = (it.rate / bare.rate, bare.cpu / it.cpu);
        println!("| {name} | {:.0} | {faster:.2} | {:.1} µs | {lighter:.2} |", it.rate, it.cpu);
    }
}

/// One server under the load.
#[derive(Clone, Copy)]
struct Measured {
    /// Calls answered a second.
    rate: f64,
    /// Microseconds of processor time for one.
    cpu: f64,
}

/// The one with the median rate.
fn median(mut all: Vec<Measured>) -> Measured {
    all.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    all[all.len() / 2]
}

async fn one(which: &str, calls: usize) -> Measured {
    let server = Server::start(which);
    let load = Load { port: server.port, connections: CONNECTIONS };
    let warm = calls / 10;
    load.run(&requests::signed(0, warm)).await;
    let all = requests::signed(warm, calls);
    let (begun, before) = (Instant::now(), cpu::of(server.child.id()));
    let outcome = load.run(&all).await;
    let took = begun.elapsed();
    let cpu = cpu::of(server.child.id()) - before;
    let sample = outcome.sample;
    assert!(sample.contains("AdaptiveCard") && sample.contains("api is live"), "{sample}");
    eprintln!("99 of 100 within {:.1} ms", outcome.p99.as_secs_f64() * 1e3);
    let each = |time: Duration| time.as_secs_f64() / f64::from(u32::try_from(calls).expect("few"));
    Measured { rate: 1.0 / each(took), cpu: each(cpu) * 1e6 }
}

/// A server in a process of its own; it ends with this value.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(which: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--serve", which]).stdin(Stdio::piped()).stdout(Stdio::piped());
        // A child stays on the core on which it was started.
        pin::to_core(SERVERS);
        let child = command.spawn();
        pin::to_core(LOAD);
        let mut child = child.expect("a process");
        let out = child.stdout.take().expect("its output");
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).expect("a line");
        Self { child, port: line.trim().parse().expect("its port") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Serves until the process is killed or its standard input ends.
fn serve(which: &str) {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    runtime().block_on(async {
        match which {
            "bare" => bare::serve(tell).await,
            _ => gateway::serve(tell).await,
        }
    });
}

fn tell(address: SocketAddr) {
    println!("{}", address.port());
    std::io::stdout().flush().expect("written");
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}
