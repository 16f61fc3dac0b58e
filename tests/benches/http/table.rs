//! What was measured, as a table.

use std::fmt;
use std::time::Duration;

use super::requests::Workload;

/// One server under one load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// Requests a second.
    rate: f64,
    /// Processor time of the server for one.
    cpu: Duration,
    /// The share of its core that the server has used.
    busy: f64,
    p99: Duration,
}

impl Measured {
    pub(crate) fn new(requests: usize, took: Duration, cpu: Duration, p99: Duration) -> Self {
        let count = u32::try_from(requests).expect("a small number");
        Self {
            rate: f64::from(count) / took.as_secs_f64(),
            cpu: cpu / count,
            busy: cpu.as_secs_f64() / took.as_secs_f64(),
            p99,
        }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (cpu, busy) = (self.cpu.as_secs_f64() * 1e6, self.busy * 100.0);
        write!(f, "{:.0}/s, {cpu:.1} µs of its core each, {busy:.0} % busy", self.rate)
    }
}

/// The one with the median rate.
pub(crate) fn median(mut all: Vec<Measured>) -> Measured {
    all.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    all[all.len() / 2]
}

/// The answer is what it should be: nobody measures a server that refuses.
pub(crate) fn checked(workload: Workload, sample: &str) {
    assert!(sample.starts_with("HTTP/1.1 200"), "{sample}");
    if workload == Workload::Slash {
        assert!(sample.contains("is live"), "{sample}");
    }
}

/// The servers under each load, the bare one first.
pub(crate) fn print(measured: &[(Workload, Vec<(&str, Measured)>)]) {
    println!("| load | server | per second | ratio | CPU each | CPU ratio | core busy | p99 |");
    println!("|---|---|---|---|---|---|---|---|");
    for (workload, servers) in measured {
        let Some((_, bare)) = servers.first() else { continue };
        for (which, it) in servers {
            let name = match *which {
                "bare" => "bare axum",
                "gateway" => "chatgate",
                _ => "@slack/bolt",
            };
            println!(
                "| {} | {name} | {:.0} | {:.2} | {:.1} µs | {:.2} | {:.0} % | {:.1} ms |",
                workload.name(),
                it.rate,
                it.rate / bare.rate,
                it.cpu.as_secs_f64() * 1e6,
                bare.cpu.as_secs_f64() / it.cpu.as_secs_f64(),
                it.busy * 100.0,
                it.p99.as_secs_f64() * 1e3,
            );
        }
    }
}
