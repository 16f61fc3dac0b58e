//! What it costs to find one of 10 and one of 10,000 commands, beside a bare map look-up.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that goes wrong fails"
)]

use std::collections::HashMap;
use std::hint::black_box;

use chatgate_core::{
    AdapterId, Content, Event, EventKind, Message, MessageRef, Place, Platform, Timestamp,
};
use chatgate_macros::Command;
use chatgate_router::{Found, Heard, Router, Routes};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

#[derive(Command)]
#[command(name = "deploy", crate = "chatgate_router")]
struct Deploy {
    service: String,
}

async fn deploy(deploy: Deploy) -> String {
    deploy.service
}

fn routes(commands: usize) -> Routes {
    let router = (0..commands).fold(Router::new(), |router, number| {
        router.nest(format!("team-{number}"), "A team", Router::new().command(deploy))
    });
    router.build(()).expect("the routes are right")
}

fn event(text: &str) -> Event {
    let adapter = AdapterId::parse("bench").expect("a name");
    let place = Place::new(adapter.clone(), "w", "c");
    let message = MessageRef::platform(place.clone(), "1");
    let kind = EventKind::Message(Message::new(message, Content::typed(text)).mentioned());
    Event::new(Platform::from("bench"), adapter, "w", "k", Timestamp::EPOCH, kind).in_place(place)
}

fn routing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("routing");
    for commands in [10, 10_000] {
        let routes = routes(commands);
        let event = event(&format!("team-{} deploy api", commands - 1));
        group.bench_function(BenchmarkId::new("find one of", commands), |bencher| {
            bencher.iter(|| {
                let found = routes.find(black_box(&event), Heard::Command);
                assert!(matches!(found, Found::Command(_)));
                found
            });
        });
        let map: HashMap<String, usize> =
            (0..commands).map(|number| (format!("team-{number}"), number)).collect();
        let word = format!("team-{}", commands - 1);
        group.bench_function(BenchmarkId::new("bare map look-up in", commands), |bencher| {
            bencher.iter(|| map.get(black_box(word.as_str())).copied());
        });
    }
    group.finish();
}

criterion_group!(benches, routing);
criterion_main!(benches);
