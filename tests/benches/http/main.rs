//! Slack over HTTP under load: 64 keep-alive connections against the whole gateway, beside a bare axum
//! handler that does the same signature check and answer. Each server runs in a process of its own on one
//! core; the load, and the Slack that takes the messages, run on the other.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a benchmark that goes wrong fails, and it measures real time outside of the gateway"
)]

mod bare;
mod cpu;
mod gateway;
mod load;
mod pin;
mod requests;
mod server;
mod sign;
mod table;

use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use load::Load;
use requests::Workload;
use server::Server;
use table::Measured;

/// What a service would take: every process here has it, the bare server too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: usize = 64;
const CHANNELS: usize = 500;
/// The cores of the servers, and of what loads them.
const SERVERS: usize = 0;
const LOAD: usize = 1;
/// Measured so often, the servers taking turns; the median counts.
const ROUNDS: usize = 3;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [serve, which, api_url] = args.as_slice()
        && serve == "--serve"
    {
        return server::serve(which, api_url);
    }
    // As criterion's benchmarks: options, and words of which a name must contain one.
    let words: Vec<_> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let is_meant = |workload: &Workload| {
        let name = format!("http {}", workload.name());
        words.is_empty() || words.iter().any(|word| name.contains(word.as_str()))
    };
    let workloads: Vec<_> = Workload::ALL.into_iter().filter(is_meant).collect();
    match args.iter().any(|arg| arg == "--test") {
        // Once and small, to see that it works.
        true => measure(&workloads, 1, 400),
        false => measure(&workloads, ROUNDS, 20_000),
    }
}

fn measure(workloads: &[Workload], rounds: usize, requests: usize) {
    if workloads.is_empty() {
        return;
    }
    let runtime = runtime();
    pin::to_core(LOAD);
    let mut servers = vec!["bare", "gateway"];
    match server::without_bolt() {
        None => servers.push("bolt"),
        Some(why) => eprintln!("@slack/bolt is not measured: {why}"),
    }
    let mut measured = Vec::new();
    for workload in workloads.iter().copied() {
        let mut results: Vec<_> = servers.iter().map(|which| (*which, Vec::new())).collect();
        for _ in 0..rounds {
            for (which, results) in &mut results {
                // It is slower by far, and would take as long as all the others.
                let requests = if *which == "bolt" { requests / 5 } else { requests };
                let result = runtime.block_on(one(which, workload, requests));
                eprintln!("{}, {which}: {result}", workload.name());
                results.push(result);
            }
        }
        let medians = results.into_iter().map(|(which, all)| (which, table::median(all)));
        measured.push((workload, medians.collect()));
    }
    table::print(&measured);
}

async fn one(which: &str, workload: Workload, requests: usize) -> Measured {
    let config = SlackConfig::new().with_bot_token(sign::TOKEN).with_signing_secret(sign::SECRET);
    let slack = FakeSlack::start(config.without_echo().without_log()).await.expect("a Slack");
    let ids = slack.ids();
    for number in 0..CHANNELS {
        let channel = json!({"id": requests::channel(number), "name": format!("c{number}"),
            "members": [ids.bot_user, ids.users["alice"]]});
        slack.control("channel", channel).await.expect("a channel");
    }
    let server = Server::start(which, &slack.api_url());
    let load = Load { port: server.port, connections: CONNECTIONS };
    let warm = requests / 10;
    load.run(&requests::of(workload, &ids, 0, warm)).await;
    accepted(&slack, workload, warm).await;
    let all = requests::of(workload, &ids, warm, requests);
    let before = server.cpu();
    let begun = std::time::Instant::now();
    let outcome = load.run(&all).await;
    accepted(&slack, workload, warm + requests).await;
    let took = begun.elapsed();
    let cpu = server.cpu() - before;
    table::checked(workload, &outcome.sample);
    Measured::new(requests, took, cpu, outcome.p99)
}

/// Waits until Slack has accepted so many messages, where the workload makes messages. One channel is
/// looked at after the other, each until it has all of its own: to look takes time of the core on which
/// Slack runs, which the servers would wait for.
async fn accepted(slack: &FakeSlack, workload: Workload, count: usize) {
    if workload != Workload::Mention {
        return;
    }
    for number in 0..CHANNELS {
        let expected = count / CHANNELS + usize::from(number < count % CHANNELS);
        let channel = requests::channel(number);
        while slack.messages(&channel).len() < expected {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}
