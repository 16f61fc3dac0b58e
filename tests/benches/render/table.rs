//! One report beside its lower bound and its peers, measured in one run.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use chatgate_core::{Content, Dialect};
use serde_json::Value;

use crate::{REPORT, events, slack};

const ROUNDS: usize = 31;
const TEXTS: u32 = 200;

/// Whether the benchmarks of this file are asked for, to be measured.
pub(crate) fn is_wanted() -> bool {
    let mut arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    !std::env::args().any(|it| it == "--test" || it == "--list")
        && arguments.find(|it| !it.starts_with('-')).is_none_or(|filter| "render".contains(&filter))
}

pub(crate) fn print() {
    let (dialect, target) = slack();
    let whole = || dialect.message(&Content::markdown(black_box(REPORT)), &target);
    let bound = || events(black_box(REPORT));
    // In turn, so that what else the machine does falls on both.
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(time(bound));
        ours.push(time(whole));
    }
    let (first, resident) = (median(ours.clone()), resident());
    let long = REPORT.repeat(256);
    for _ in 0..50 {
        black_box(dialect.message(&Content::markdown(&long), &target));
    }
    let after: Vec<_> = (0..ROUNDS).map(|_| time(whole)).collect();
    let grown = self::resident().saturating_sub(resident);
    let (ours, bound) = (first, median(theirs));
    println!("\n{} bytes of Markdown, one thread, medians:\n", REPORT.len());
    println!("| | time | speed of ours beside it |\n|---|---|---|");
    println!("| chatgate: Markdown to serialised Slack blocks | {ours:.1} µs | 1 |");
    println!("| lower bound: pulldown-cmark's events | {bound:.1} µs | {:.2} |", bound / ours);
    let after = median(after);
    println!("| the same, after 50 texts of 1 MB | {after:.1} µs | {:.2} |", after / ours);
    for (name, micros) in peers() {
        println!("| {name} | {micros:.0} µs | {:.1} |", micros / ours);
    }
    println!("\nResident memory held after those 50 besides what was held before: {grown} kB.");
}

/// The memory that this process holds, in kB; 0 where nobody says.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Microseconds a text.
fn time<T>(work: impl Fn() -> T) -> f64 {
    let start = Instant::now();
    for _ in 0..TEXTS {
        black_box(work());
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(TEXTS)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The npm packages in `benches/peers`, where they are installed, fastest first.
fn peers() -> Vec<(String, f64)> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let peers = tests.join("benches/peers");
    if !peers.join("node_modules").is_dir() {
        println!("| peers: not installed (npm ci in {}) | | |", peers.display());
        return Vec::new();
    }
    let report = tests.join("fixtures/incident-report.md");
    let done = Command::new("node").arg(peers.join("peers.mjs")).arg(report).output();
    let done = done.expect("Node 20 or newer");
    let medians: Value = serde_json::from_slice(&done.stdout).expect("medians as JSON");
    let mut medians: Vec<_> = medians
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, micros)| Some((format!("npm `{name}`"), micros.as_f64()?)))
        .collect();
    medians.sort_by(|a, b| a.1.total_cmp(&b.1));
    medians
}
