//! Mattermost under load: posts come by the WebSocket, are routed and answered by a post over REST, beside a
//! bare loop that reads each frame as JSON and posts the same words. Each runs in a process of its own on one
//! core; the load, and the Mattermost that is loaded, run on the other. 64 posts are under way at any time,
//! each in a thread of its own.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a benchmark that goes wrong fails, and it measures real time outside of the gateway"
)]

mod bare;
mod gateway;
#[path = "../http/pin.rs"]
mod pin;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

/// What a service would take: every process here has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NAME: &str = "mattermost post to post";
const TOKEN: &str = "benchbenchbenchbenchbench1";
/// So many posts are under way at any time, each in its own thread.
const WINDOW: usize = 64;
/// The cores of the servers, and of what loads them.
const SERVERS: usize = 0;
const LOAD: usize = 1;
/// Measured so often, the servers taking turns; the median counts.
const ROUNDS: usize = 3;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [serve, which, url] = args.as_slice()
        && serve == "--serve"
    {
        return self::serve(which, url);
    }
    // As criterion's benchmarks: options, and words of which the name must contain one.
    let mut words = args.iter().filter(|arg| !arg.starts_with('-')).peekable();
    if words.peek().is_some() && !words.any(|word| NAME.contains(word.as_str())) {
        return;
    }
    match args.iter().any(|arg| arg == "--test") {
        // Once and small, to see that it works.
        true => measure(1, 200),
        false => measure(ROUNDS, 10_000),
    }
}

fn measure(rounds: usize, posts: usize) {
    let runtime = runtime();
    pin::to_core(LOAD);
    let (mut bare, mut gateway) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        for (which, rates) in [("bare", &mut bare), ("gateway", &mut gateway)] {
            let rate = runtime.block_on(one(which, posts));
            eprintln!("{NAME}, {which}: {rate:.0}/s");
            rates.push(rate);
        }
    }
    let (bare, gateway) = (median(bare), median(gateway));
    println!("| posts answered | per second | ratio |");
    println!("|---|---|---|");
    println!("| bare loop | {bare:.0} | 1.00 |");
    println!("| chatgate | {gateway:.0} | {:.2} |", gateway / bare);
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// How many posts a second are answered.
async fn one(which: &str, posts: usize) -> f64 {
    let config = MattermostConfig::new().with_bot_token(TOKEN).without_log();
    let mattermost = FakeMattermost::start(config).await.expect("a Mattermost");
    let mut roots = Vec::new();
    for number in 0..WINDOW {
        let said = mattermost.say("alice", "ops", &format!("thread {number}")).await;
        roots.push(said.expect("a post"));
    }
    let server = Server::start(which, mattermost.base_url());
    mattermost.until(|fake| fake.is_connected().then_some(())).await;
    let warm = posts / 10;
    load(&mattermost, &roots, warm).await;
    let begun = Instant::now();
    load(&mattermost, &roots, posts).await;
    let took = begun.elapsed();
    drop(server);
    let newest = mattermost.messages("ops").pop().expect("a post");
    assert!(newest.to_string().contains("is live"), "{newest}");
    f64::from(u32::try_from(posts).expect("a small number")) / took.as_secs_f64()
}

/// So many posts, answered all of them.
async fn load(mattermost: &FakeMattermost, roots: &[String], posts: usize) {
    let before = mattermost.post_count();
    let answered = |said: usize| mattermost.post_count() - before - said;
    for said in 0..posts {
        let has_room = |_: &FakeMattermost| (said - answered(said) < WINDOW).then_some(());
        patiently(mattermost.until(has_room)).await;
        let root = &roots[said % roots.len()];
        let body = json!({
            "user": "alice", "channel": "ops", "text": "@opsbot status api", "root": root,
        });
        mattermost.control("say", body).await.expect("a post");
    }
    patiently(mattermost.until(|_| (answered(posts) == posts).then_some(()))).await;
}

async fn patiently(waiting: impl Future<Output = ()>) {
    let patience = Duration::from_secs(60);
    tokio::time::timeout(patience, waiting).await.expect("every post is answered");
}

/// A server in a process of its own; it ends with this value.
struct Server(Child);

impl Server {
    fn start(which: &str, url: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--serve", which, url]).stdin(Stdio::piped()).stdout(Stdio::piped());
        // A child stays on the core on which it was started.
        pin::to_core(SERVERS);
        let child = command.spawn();
        pin::to_core(LOAD);
        let mut child = child.expect("a process");
        let out = child.stdout.take().expect("its output");
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).expect("a line");
        Self(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// Serves until the process is killed or its standard input ends.
fn serve(which: &str, url: &str) {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    println!("ready");
    std::io::stdout().flush().expect("written");
    runtime().block_on(async {
        match which {
            "bare" => bare::serve(url, TOKEN).await,
            _ => gateway::serve(url, TOKEN).await,
        }
    });
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}
