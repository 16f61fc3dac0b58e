//! Slack repeats itself, and loses answers on the way: everything still happens once, in order.

use std::net::SocketAddr;
use std::time::Duration;

use chatgate_core::{ClockExt, ManualClock, Timestamp};
use chatgate_gateway::GatewayLimits;
use chatgate_macros::Command;
use chatgate_router::{Context, Router, State};
use chatgate_testkit::fakes::{Attempt, FakeSlack, SlackConfig};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::bot::{App, Ran};
use crate::wire::FORM;
use crate::world::World;

const MINUTE: Duration = Duration::from_secs(60);

fn clock() -> ManualClock {
    ManualClock::at(Timestamp::from_secs(1_800_000_000))
}

/// Someone speaks to the bot directly: one event, not two as of a mention.
async fn tells(world: &World, text: &str) {
    let (user, channel) = (world.user("alice"), world.channel("alice"));
    let body = json!({"user": user, "channel": channel, "text": text, "wait": false});
    world.slack.control("say", body).await.unwrap();
}

#[tokio::test]
async fn the_same_event_three_times_posts_once() {
    let world = World::new().await;
    for event in ["message", "app_mention"] {
        world.slack.control("duplicate", json!({"event": event, "copies": 3})).await.unwrap();
    }
    world.mention("alice", "ops", "count 1").await;
    world.settled().await;
    let events = |kind: &str| {
        let all = world.slack.deliveries();
        all.iter().filter(|one| one.event_type.as_deref() == Some(kind) && one.taken()).count()
    };
    assert_eq!(events("app_mention"), 3);
    assert!(events("message") >= 3);
    assert_eq!(world.said("ops"), ["counted 1"]);
    assert_eq!(world.ran.all().len(), 1);
}

#[tokio::test]
async fn one_message_that_comes_as_two_events_posts_once_in_whatever_order() {
    for order in ["message_first", "mention_first", "together"] {
        let world = World::new().await;
        let (user, channel) = (world.user("alice"), world.channel("ops"));
        for number in 0..5 {
            let body = json!({
                "user": user, "channel": channel, "text": format!("count {number}"),
                "mention_bot": true, "order": order,
            });
            let said = world.slack.control("say", body).await.unwrap();
            assert_eq!(said["attempts"].as_array().unwrap().len(), 2, "{said}");
        }
        world.settled().await;
        let wanted: Vec<_> = (0..5).map(|number| format!("counted {number}")).collect();
        assert_eq!(world.said("ops"), wanted, "{order}");
        assert_eq!(world.ran.all().len(), 5, "{order}");
    }
}

/// Wait half a minute
#[derive(Command)]
#[command(name = "hold", effect = "read", crate = "chatgate_router")]
struct Hold;

async fn hold(_: Hold, cx: Context, State(ran): State<Ran>) {
    ran.push("hold");
    cx.clock().sleep(MINUTE / 2).await;
}

#[tokio::test]
async fn what_is_not_taken_comes_again_and_runs_once() {
    let clock = clock();
    let world = World::with_clock(&clock, SlackConfig::new().without_echo(), |gateway| {
        let full = GatewayLimits::new().with_inbox(1);
        gateway.limits(full).router(Router::<App>::new().command(hold))
    })
    .await;
    tells(&world, "hold").await;
    world.stands_still().await;
    tells(&world, "count 1").await;
    // The first try, and the second one at once.
    let tries = |slack: &FakeSlack| {
        let attempts = slack.deliveries();
        attempts.iter().filter(|one| one.request.contains("count 1")).count()
    };
    world.slack.until(|slack| (tries(slack) == 2).then_some(())).await;
    clock.advance(MINUTE / 2);
    world.stands_still().await;
    assert_eq!(world.ran.all(), ["hold"]);
    clock.advance(MINUTE / 2);
    world.expect("alice", "counted 1").await;
    clock.advance(MINUTE * 5);
    world.stands_still().await;

    let attempts = world.slack.deliveries();
    let counted: Vec<_> = attempts.iter().filter(|one| one.request.contains("count 1")).collect();
    let statuses: Vec<_> = counted.iter().map(|one| one.status.unwrap()).collect();
    assert_eq!(statuses, [503, 503, 200]);
    assert_eq!(counted[2].reason.as_deref(), Some("http_error"));
    assert_eq!(world.ran.all().len(), 2, "{:?}", world.ran.all());
    assert_eq!(world.said("alice"), ["counted 1"]);
}

/// How an answer is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    /// The connection is cut.
    Cut,
    /// It never comes.
    Held,
}

/// Stands between Slack and the gateway, and loses the first answers. Its address, while the tasks live.
async fn losing(to: SocketAddr, mut times: usize, lost: Lost) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/slack/events", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let (from, _) = listener.accept().await.unwrap();
            let loses = times > 0;
            times = times.saturating_sub(1);
            connections.spawn(carry(from, to, loses.then_some(lost)));
        }
    });
    (url, tasks)
}

async fn carry(mut from: TcpStream, to: SocketAddr, lost: Option<Lost>) {
    let mut to = TcpStream::connect(to).await.unwrap();
    let (mut requests, mut answers) = from.split();
    let (mut answered, mut asked) = to.split();
    let mut answer = vec![0; 64 * 1024];
    let length = tokio::select! {
        _ = tokio::io::copy(&mut requests, &mut asked) => return,
        read = answered.read(&mut answer) => read.unwrap(),
    };
    match lost {
        Some(Lost::Cut) => {}
        Some(Lost::Held) => std::future::pending().await,
        None => {
            answers.write_all(&answer[..length]).await.unwrap();
            let _ = tokio::io::copy(&mut requests, &mut asked).await;
        }
    }
}

#[tokio::test]
async fn an_answer_that_slack_never_sees_costs_no_second_run() {
    for (lost, reason, pause) in [
        (Lost::Cut, "connection_failed", Duration::ZERO),
        (Lost::Held, "http_timeout", Duration::from_secs(3)),
    ] {
        let clock = clock();
        let config = SlackConfig::new().without_echo();
        let world = World::with_clock(&clock, config, |gateway| gateway).await;
        let (url, _between) = losing(world.address(), 3, lost).await;
        world.slack.listen(&url);
        tells(&world, "count 1").await;
        // At once, after a minute, after five: slack.md §2.3.
        for wait in [Duration::ZERO, MINUTE, MINUTE * 5] {
            until_attempted(&world, &clock, wait, pause).await;
        }
        until_attempted(&world, &clock, Duration::ZERO, Duration::ZERO).await;

        let attempts = world.slack.deliveries();
        let taken: Vec<_> = attempts.iter().map(Attempt::taken).collect();
        assert_eq!(taken, [false, false, false, true], "{lost:?}");
        assert!(attempts[1..].iter().all(|one| one.reason.as_deref() == Some(reason)), "{lost:?}");
        assert_eq!(world.ran.all().len(), 1, "{lost:?}");
        assert_eq!(world.said("alice"), ["counted 1"], "{lost:?}");
    }
}

/// Lets an attempt end by the clock, and the time until the next one pass.
async fn until_attempted(world: &World, clock: &ManualClock, wait: Duration, pause: Duration) {
    // Slack waits for the answer: its attempts do not land by themselves.
    world.expect("alice", "counted 1").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    clock.advance(pause);
    world.stands_still().await;
    clock.advance(wait);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_commands_over_fifty_channels_start_and_post_in_order_in_each() {
    // Unpaced: a hundredth of it would take twenty seconds at Slack's one message a second.
    let world = World::with(SlackConfig::new().without_echo(), |gateway| gateway).await;
    let (alice, bot) = (world.user("alice"), world.ids.bot_user.clone());
    // As where an app hears of mentions only: one event a command.
    world.slack.control("drop", json!({"event": "message", "times": 1_000})).await.unwrap();
    let channels: Vec<_> = (0..50).map(|number| format!("C1{number:03}")).collect();
    for channel in &channels {
        let body = json!({"id": channel, "members": [alice, bot]});
        world.slack.control("channel", body).await.unwrap();
    }
    for number in 0..20 {
        for channel in &channels {
            let body = json!({
                "user": alice, "channel": channel, "text": format!("count {number}"),
                "mention_bot": true, "wait": false,
            });
            world.slack.control("say", body).await.unwrap();
        }
        // Fifty at once, and in each channel one after the other.
        world.slack.settled().await;
    }
    world.settled().await;
    assert_eq!(world.slack.deliveries().len(), 1_000);
    let ran = world.ran.all();
    assert_eq!(ran.len(), 1_000);
    let wanted: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    for channel in &channels {
        let started: Vec<_> =
            ran.iter().filter_map(|ran| ran.strip_prefix(&format!("{channel} "))).collect();
        assert_eq!(started, wanted, "started in {channel}");
        let messages = world.slack.messages(channel);
        let posted: Vec<_> = messages
            .iter()
            .filter(|message| message["bot_id"].is_string())
            .filter_map(|message| message["text"].as_str()?.strip_prefix("counted "))
            .collect();
        assert_eq!(posted, wanted, "posted in {channel}");
    }
}

/// Slack never repeats a command or a click; whoever stands between may.
async fn again(world: &World, attempt: &Attempt) -> Attempt {
    let body = json!({"body": attempt.request, "content_type": FORM});
    let mut sent = world.slack.control("raw", body).await.unwrap();
    serde_json::from_value(sent["attempt"].take()).unwrap()
}

#[tokio::test]
async fn a_repeated_command_gets_the_recorded_answer() {
    let world = World::new().await;
    let first = world.slash("alice", "ops", "/status api").await;
    assert!(first.answer.contains("api is live"), "{first:?}");
    for _ in 0..3 {
        let repeated = again(&world, &first).await;
        assert_eq!((repeated.status, &repeated.answer), (first.status, &first.answer));
    }
    assert_eq!(world.ran.all(), ["status api"]);
}

#[tokio::test]
async fn after_a_restart_a_repeated_delivery_still_runs_nothing() {
    let world = World::new().await;
    let first = world.slash("alice", "ops", "/status api").await;
    world.mention("alice", "ops", "count 1").await;
    world.settled().await;
    let events = world.slack.deliveries();
    let world = world.restart().await;
    for event in events.iter().filter(|one| one.request.contains("count 1")) {
        let body = json!({"body": event.request});
        let sent = world.slack.control("raw", body).await.unwrap();
        assert_eq!(sent["attempt"]["status"], 200, "{sent}");
    }
    assert_eq!(again(&world, &first).await.answer, first.answer);
    world.settled().await;
    assert_eq!(world.ran.all().len(), 2, "{:?}", world.ran.all());
    assert_eq!(world.said("ops").iter().filter(|said| *said == "counted 1").count(), 1);
}

#[tokio::test]
async fn a_repeated_click_gets_the_recorded_answer_and_runs_once() {
    let world = World::new().await;
    world.slash("alice", "ops", "/incident disk full").await;
    let ts = world.expect("ops", "disk full").await;
    let first = world.click("bob", "ops", &ts, "Take it").await;
    world.expect("ops", "taken by").await;
    for _ in 0..3 {
        let repeated = again(&world, &first).await;
        assert_eq!((repeated.status, &repeated.answer), (first.status, &first.answer));
    }
    world.settled().await;
    assert_eq!(world.ran.all(), ["take disk full"]);
    let changes = |request: &Value| {
        ["chat.update", "response_url"].iter().any(|method| request["method"] == *method)
    };
    let requests = world.slack.requests();
    assert_eq!(requests.iter().filter(|request| changes(request)).count(), 1, "{requests:#?}");
    // Nobody hears anything of the repetitions either.
    assert_eq!(world.slack.messages(&world.channel("ops")).len(), 1);
}
