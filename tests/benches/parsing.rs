//! Parse and extract `deploy api --env prod`: ours and clap's derive, on the same words in one run.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that goes wrong fails"
)]

use std::hint::black_box;

use chatgate_core::{Content, Timestamp};
use chatgate_macros::{Choice, Command};
use chatgate_router::{Args, Command as _, Line, language::parse};
use clap::Parser as _;
use criterion::{Criterion, criterion_group, criterion_main};

const LINE: &str = "deploy api --env prod";

#[derive(Command)]
#[command(name = "deploy", crate = "chatgate_router")]
struct Deploy {
    /// The service
    service: String,
    /// Where to
    #[arg(long)]
    env: Env,
}

#[derive(Choice, PartialEq, Debug)]
#[choice(crate = "chatgate_router")]
enum Env {
    Staging,
    Prod,
}

#[derive(clap::Parser)]
#[command(name = "deploy", no_binary_name = false)]
struct ClapDeploy {
    /// The service
    service: String,
    /// Where to
    #[arg(long)]
    env: ClapEnv,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Debug)]
enum ClapEnv {
    Staging,
    Prod,
}

fn ours(content: &Content) -> Deploy {
    let spec = Deploy::spec();
    let line = Line::read(content);
    let values = parse(spec, &line, 1, Timestamp::EPOCH).expect("the line is right");
    Deploy::from_args(&Args::new(spec.route.clone(), values)).expect("the arguments are right")
}

fn parsing(criterion: &mut Criterion) {
    let content = Content::from(LINE);
    let deploy = ours(&content);
    assert_eq!((deploy.service.as_str(), deploy.env), ("api", Env::Prod));

    let mut group = criterion.benchmark_group("parsing");
    group.bench_function("chatgate: parse and extract", |bencher| {
        bencher.iter(|| {
            let deploy = ours(black_box(&content));
            assert_eq!((deploy.service.as_str(), &deploy.env), ("api", &Env::Prod));
            deploy
        });
    });
    group.bench_function("clap: split, parse and extract", |bencher| {
        bencher.iter(|| {
            let words = black_box(LINE).split_ascii_whitespace();
            let deploy = ClapDeploy::try_parse_from(words).expect("the line is right");
            assert_eq!((deploy.service.as_str(), deploy.env), ("api", ClapEnv::Prod));
            deploy
        });
    });
    group.bench_function("lower bound: split into words", |bencher| {
        bencher.iter(|| {
            let words = black_box(LINE).split_ascii_whitespace();
            words.map(str::to_owned).collect::<Vec<_>>()
        });
    });
    group.finish();
}

criterion_group!(benches, parsing);
criterion_main!(benches);
