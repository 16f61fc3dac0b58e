//! What it costs to turn Markdown into serialised Slack blocks, beside pulldown-cmark's bare events.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a benchmark that goes wrong fails"
)]

mod table;

use std::hint::black_box;
use std::sync::Arc;

use chatgate_core::{Capabilities, Content, Dialect, Surface, Target};
use chatgate_render::BlockKit;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use pulldown_cmark::{Options, Parser};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A report as people write it after an incident: headings, lists, a table, code, links.
const REPORT: &str = include_str!("../../fixtures/incident-report.md");

/// The report so often below itself that it is about so long.
fn text(bytes: usize) -> String {
    REPORT.repeat((bytes / REPORT.len()).max(1))
}

/// What every reader of Markdown pays: the events alone, with the same extensions.
fn events(text: &str) -> usize {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    Parser::new_ext(text, options).map(black_box).count()
}

/// Slack, without any limit but its own.
fn slack() -> (BlockKit, Target) {
    (BlockKit::new(), Target::new(Surface::Post, Arc::new(Capabilities::all())))
}

fn render(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("render");
    let (dialect, target) = slack();
    for (name, bytes) in [("4 kB", 4_096), ("64 kB", 65_536), ("1 MB", 1_048_576)] {
        let text = text(bytes);
        let content = Content::markdown(&text);
        assert!(!dialect.message(&content, &target).parts.is_empty());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("pulldown-cmark's events", name), |bencher| {
            bencher.iter(|| events(black_box(&text)));
        });
        group.bench_function(BenchmarkId::new("parse", name), |bencher| {
            bencher.iter(|| Content::markdown(black_box(&text)));
        });
        group.bench_function(BenchmarkId::new("render", name), |bencher| {
            bencher.iter(|| dialect.message(black_box(&content), &target));
        });
        group.bench_function(BenchmarkId::new("parse + render", name), |bencher| {
            bencher.iter(|| dialect.message(&Content::markdown(black_box(&text)), &target));
        });
    }
    group.finish();
}

criterion_group!(benches, render);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    if table::is_wanted() {
        table::print();
    }
}
