//! Requests that are not Slack's, or that Slack would never make: refused over real sockets, before
//! anything of them is believed.

use std::time::Duration;

use chatgate_core::{ClockExt, ManualClock, ReasonCode, Timestamp};
use chatgate_gateway::SystemClock;
use chatgate_testkit::fakes::SlackConfig;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::wire::{self, FORM, JSON, Request, SIGNATURE, TIMESTAMP};
use crate::world::World;

/// What Slack's documentation signs, and with what.
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const SIGNED_AT: i64 = 1_531_420_618;
const DOCUMENTED: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
const COMMAND: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
    &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
    &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands\
    %2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
    &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

const MEBIBYTE: usize = 1024 * 1024;

async fn world() -> World {
    World::with(config(), |gateway| gateway).await
}

/// The person and the channel of the documented request.
async fn they_exist(world: &World) {
    let channel = json!({
        "id": "G8PSS9T3V", "kind": "private_channel", "members": ["U2CERLKJA", "U0BOT"],
    });
    for (verb, body) in [("user", json!({"id": "U2CERLKJA"})), ("channel", channel)] {
        world.slack.control(verb, body).await.unwrap();
    }
}

fn config() -> SlackConfig {
    SlackConfig::new().with_signing_secret(SECRET)
}

fn command() -> Request {
    Request::signed(SECRET, FORM, COMMAND)
}

/// A mention of the bot, as an event.
fn mention(text: &str) -> Value {
    json!({
        "type": "event_callback", "team_id": "T0ACME", "api_app_id": "A0CHATGATE",
        "event_id": "Ev0TEST", "event_time": 1_700_000_000,
        "authorizations": [{"team_id": "T0ACME", "user_id": "U0BOT", "is_bot": true}],
        "event": {
            "type": "message", "user": "U0ALICE", "channel": "C0OPS", "channel_type": "channel",
            "ts": "1700000000.000100", "event_ts": "1700000000.000100",
            "text": format!("<@U0BOT> {text}"),
        },
    })
}

/// The request is answered with the status and nothing else, is in the audit record with its reason
/// and with nothing that it said, and nothing comes of it.
async fn is_refused(world: &World, request: &Request, status: u16, reason: ReasonCode) {
    let answer = request.send(world.address()).await;
    assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{reason}: {answer:?}");
    came_to_nothing(world, reason).await;
}

async fn came_to_nothing(world: &World, reason: ReasonCode) {
    let records = loop {
        let records = world.audit().await;
        if records.iter().any(|record| record["type"] == "delivery.rejected") {
            break records;
        }
        SystemClock.sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(records.len(), 1, "{records:#?}");
    assert_eq!(records[0]["reason"], reason.as_str(), "{records:#?}");
    assert_eq!(records[0]["adapter"], "slack");
    assert!(!records[0].to_string().contains("webhook-collect"), "{records:#?}");
    world.settled().await;
    assert!(world.ran.all().is_empty(), "{:?}", world.ran.all());
    let asked = world.slack.requests();
    assert!(asked.iter().all(|request| request["method"] == "auth.test"), "{asked:#?}");
}

#[tokio::test]
async fn the_documented_request_is_answered_with_json() {
    let clock = ManualClock::at(Timestamp::from_secs(SIGNED_AT));
    let world = World::with_clock(&clock, config(), |gateway| gateway).await;
    they_exist(&world).await;
    let documented = command().with(TIMESTAMP, &SIGNED_AT.to_string()).with(SIGNATURE, DOCUMENTED);
    let answer = documented.send(world.address()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.head.contains("content-type: application/json"), "{answer:?}");
    let said: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(said["text"].as_str().unwrap().contains("webhook-collect"), "{said}");
    assert_eq!(said["response_type"], "ephemeral");
}

#[tokio::test]
async fn the_documented_request_signed_anew_is_answered_too() {
    let world = world().await;
    they_exist(&world).await;
    for request in [command(), command().with("Content-Type", &format!("{FORM}; charset=UTF-8"))] {
        let answer = request.send(world.address()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.body.contains("webhook-collect"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_forged_signature_is_refused() {
    let forged = Request::signed("another secret", FORM, COMMAND);
    is_refused(&world().await, &forged, 401, ReasonCode::BadSignature).await;
}

#[tokio::test]
async fn a_signature_of_another_version_is_refused() {
    let signed = Request::signed(SECRET, FORM, COMMAND).with(SIGNATURE, "v1=00");
    is_refused(&world().await, &signed, 401, ReasonCode::BadSignature).await;
}

#[tokio::test]
async fn an_unsigned_request_is_refused() {
    for header in [SIGNATURE, TIMESTAMP] {
        let unsigned = command().without(header);
        is_refused(&world().await, &unsigned, 401, ReasonCode::MissingSignature).await;
    }
}

#[tokio::test]
async fn a_request_more_than_five_minutes_away_is_refused() {
    let now = Timestamp::from_secs(1_800_000_000);
    for away in [-301, 301] {
        let clock = ManualClock::at(now);
        let world = World::with_clock(&clock, config(), |gateway| gateway).await;
        let signed_at = Timestamp::from_secs(1_800_000_000 + away);
        let stale = Request::signed_at(signed_at, SECRET, FORM, COMMAND);
        is_refused(&world, &stale, 401, ReasonCode::StaleTimestamp).await;
    }
    for away in [-300, 300] {
        let clock = ManualClock::at(now);
        let world = World::with_clock(&clock, config(), |gateway| gateway).await;
        let signed_at = Timestamp::from_secs(1_800_000_000 + away);
        let fresh = Request::signed_at(signed_at, SECRET, FORM, COMMAND);
        assert_eq!(fresh.send(world.address()).await.status, 200, "{away}");
    }
}

#[tokio::test]
async fn an_altered_body_is_refused() {
    let altered = command().with_body(COMMAND.replace("roadrunner", "coyote"));
    is_refused(&world().await, &altered, 401, ReasonCode::BadSignature).await;
}

#[tokio::test]
async fn a_body_that_was_written_anew_is_refused() {
    let event = mention("status api");
    let pretty = serde_json::to_string_pretty(&event).unwrap();
    let written_anew = Request::signed(SECRET, JSON, pretty.clone()).with_body(event.to_string());
    is_refused(&world().await, &written_anew, 401, ReasonCode::BadSignature).await;

    let world = world().await;
    let as_signed = Request::signed(SECRET, JSON, pretty);
    assert_eq!(as_signed.send(world.address()).await.status, 200);
    world.expect("ops", "api is live").await;
}

#[tokio::test]
async fn a_certificate_probe_is_answered_and_what_it_smuggles_is_not_run() {
    let world = world().await;
    let smuggled = format!("ssl_check=1&{COMMAND}").replace("webhook-collect", "status");
    let answer = Request::signed(SECRET, FORM, smuggled).send(world.address()).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{answer:?}");
    assert!(world.ran.all().is_empty());
    assert!(world.audit().await.is_empty());
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_refused() {
    let large = Request::signed(SECRET, FORM, vec![b'a'; MEBIBYTE + 1]);
    is_refused(&world().await, &large, 413, ReasonCode::BodyTooLarge).await;

    let world = world().await;
    let answer = large.send_in_chunks(world.address()).await;
    assert_eq!((answer.status, answer.body.as_str()), (413, ""), "{answer:?}");
    came_to_nothing(&world, ReasonCode::BodyTooLarge).await;
}

#[tokio::test]
async fn an_encoded_body_is_refused_without_being_unpacked() {
    // What a gzip bomb begins with; nobody looks at it.
    let bomb = Request::signed(SECRET, FORM, [[0x1f, 0x8b, 8, 0].as_slice(), &[0; 4096]].concat());
    for encoding in ["gzip", "br", "deflate", "identity, gzip"] {
        let encoded = bomb.clone().with("Content-Encoding", encoding);
        is_refused(&world().await, &encoded, 415, ReasonCode::EncodedBody).await;
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/jsonp"] {
        let other = command().with("Content-Type", kind);
        is_refused(&world().await, &other, 415, ReasonCode::UnsupportedMediaType).await;
    }
    let none = command().without("Content-Type");
    is_refused(&world().await, &none, 415, ReasonCode::UnsupportedMediaType).await;
}

#[tokio::test]
async fn another_method_is_refused() {
    let world = world().await;
    let answer = wire::get(world.address(), "/slack/events").await;
    assert_eq!((answer.status, answer.body.as_str()), (405, ""), "{answer:?}");
    assert!(answer.head.contains("allow: post"), "{answer:?}");
    came_to_nothing(&world, ReasonCode::MethodNotAllowed).await;
}

/// JSON as a body of its own, and inside a form.
fn both_ways(json: &str) -> [Request; 2] {
    let mut form = form_urlencoded::Serializer::new(String::new());
    let form = form.append_pair("payload", json).finish();
    [Request::signed(SECRET, JSON, json), Request::signed(SECRET, FORM, form)]
}

#[tokio::test]
async fn json_nested_ten_thousand_deep_is_refused() {
    let arrays = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    for request in [arrays, objects].iter().flat_map(|json| both_ways(json)) {
        is_refused(&world().await, &request, 400, ReasonCode::JsonTooDeep).await;
    }
}

#[tokio::test]
async fn json_with_a_key_twice_is_refused() {
    let event = mention("status api").to_string();
    let doubled = event.replacen('{', r#"{"event":{},"#, 1);
    let escaped = event.replacen('{', r#"{"\u0065vent":{},"#, 1);
    for request in [doubled, escaped].iter().flat_map(|json| both_ways(json)) {
        is_refused(&world().await, &request, 400, ReasonCode::JsonDuplicateKey).await;
    }
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    for request in both_ways("{\"type\":\"event_callback\"") {
        is_refused(&world().await, &request, 400, ReasonCode::JsonMalformed).await;
    }
}

#[tokio::test]
async fn the_signature_is_checked_before_anything_is_read() {
    // Each would be refused for what it says, if anyone looked.
    let deep = "[".repeat(10_000);
    for request in both_ways(&deep) {
        let forged = request.with(SIGNATURE, DOCUMENTED);
        is_refused(&world().await, &forged, 401, ReasonCode::BadSignature).await;
    }
}

#[tokio::test]
async fn an_event_of_an_unknown_type_is_taken_and_runs_nothing() {
    let world = world().await;
    let mut event = mention("status api");
    event["event"]["type"] = json!("quantum_entangled");
    let mut envelope = mention("status api");
    envelope["type"] = json!("event_callback_v2");
    envelope["event_id"] = json!("Ev1TEST");
    for unknown in [event, envelope, json!({}), json!([]), json!("text")] {
        let request = Request::signed(SECRET, JSON, unknown.to_string());
        let answer = request.send(world.address()).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{unknown}");
    }
    world.settled().await;
    assert!(world.ran.all().is_empty(), "{:?}", world.ran.all());
    assert!(world.said("ops").is_empty(), "{:?}", world.said("ops"));
    let rejected = |record: &Value| record["type"] == "delivery.rejected";
    assert!(!world.audit().await.iter().any(rejected));
}

#[tokio::test]
async fn a_way_back_to_a_foreign_host_is_never_taken() {
    let world = World::new().await;
    let elsewhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = elsewhere.local_addr().unwrap().port();
    // Where the bot is not, the way back is the only way: what runs has nobody to tell.
    for (number, host) in
        [format!("http://127.0.0.1:{port}"), "https://hooks.slack.com.evil.example".to_owned()]
            .iter()
            .enumerate()
    {
        let url = format!("{host}/commands/T0ACME/1/x");
        let mut form = form_urlencoded::Serializer::new(String::new());
        let body = form
            .append_pair("team_id", &world.ids.team)
            .append_pair("channel_id", &world.channel("random"))
            .append_pair("user_id", &world.user("alice"))
            .append_pair("command", "/count")
            .append_pair("text", &number.to_string())
            .append_pair("response_url", &url)
            .append_pair("trigger_id", &format!("{number}.2.x"))
            .finish();
        let request = Request::signed(world.slack.signing_secret(), FORM, body);
        assert_eq!(request.send(world.address()).await.status, 200);
    }
    world.settled().await;
    let called = tokio::time::timeout(Duration::from_millis(100), elsewhere.accept()).await;
    assert!(called.is_err(), "somebody called");
    let audit = world.audit().await;
    let mut rejected = audit.iter().filter(|record| record["type"] == "delivery.rejected");
    let first = rejected.next().expect("it is in the record");
    assert_eq!(first["reason"], ReasonCode::ForeignUrl.as_str());
    assert!(!audit.iter().any(|record| record.to_string().contains("evil.example")));
}

/// The memory that this process has resident, in bytes.
#[cfg(target_os = "linux")]
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hundred_megabytes_of_body_cost_no_memory() {
    const LENGTH: usize = 100_000_000;
    let world = world().await;
    let piece = vec![b'a'; 64 * 1024];
    let mut grown = Vec::new();
    // Other tests run in the same process: only what is grown every time is of the body.
    for chunked in [false, true, false, true] {
        let mut stream = TcpStream::connect(world.address()).await.unwrap();
        let length = match chunked {
            true => "Transfer-Encoding: chunked".to_owned(),
            false => format!("Content-Length: {LENGTH}"),
        };
        let head = format!("{}{length}\r\n\r\n", command().head());
        stream.write_all(head.as_bytes()).await.unwrap();
        let before = resident();
        let (mut most, mut sent) = (before, 0);
        while sent < LENGTH {
            let piece = &piece[..piece.len().min(LENGTH - sent)];
            if chunked {
                stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await.unwrap();
            }
            stream.write_all(piece).await.unwrap();
            if chunked {
                stream.write_all(b"\r\n").await.unwrap();
            }
            sent += piece.len();
            most = most.max(resident());
        }
        if chunked {
            stream.write_all(b"0\r\n\r\n").await.unwrap();
        }
        let answer = wire::answer(stream).await;
        assert_eq!((answer.status, answer.body.as_str()), (413, ""), "{answer:?}");
        grown.push(most - before);
    }
    let least = grown.iter().min().unwrap();
    assert!(*least < 8 * MEBIBYTE, "{grown:?}");
}

#[tokio::test]
async fn slow_connections_stop_nobody_and_are_cut() {
    let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
    let world = World::with_clock(&clock, SlackConfig::new(), |gateway| gateway).await;
    let head = command().head();
    let body_begins = format!("{head}Content-Length: 100\r\n\r\n");
    let mut slow = Vec::new();
    for number in 0..50 {
        // Half of them are slow with their heads, half with their bodies.
        let sent = if number % 2 == 0 { head.clone() } else { body_begins.clone() };
        let mut stream = TcpStream::connect(world.address()).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    for second in 0..4 {
        for stream in &mut slow {
            stream.write_all(b"a").await.unwrap();
        }
        let attempt = world.slash("alice", "ops", &format!("/count {second}")).await;
        assert!(attempt.taken(), "{attempt:?}");
        world.expect("ops", &format!("counted {second}")).await;
        world.stands_still().await;
        clock.advance(Duration::from_secs(1));
    }
    // A head has five seconds, a body ten.
    clock.advance(Duration::from_secs(1));
    let mut bodies = Vec::new();
    for (number, mut stream) in slow.into_iter().enumerate() {
        if number % 2 == 1 {
            bodies.push(stream);
            continue;
        }
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert_eq!(String::from_utf8_lossy(&rest), "", "no request, no answer");
    }
    clock.advance(Duration::from_secs(5));
    for stream in bodies {
        let answer = wire::answer(stream).await;
        assert_eq!((answer.status, answer.body.as_str()), (408, ""), "{answer:?}");
    }
    let is_timeout = |record: &Value| record["reason"] == ReasonCode::BodyTimeout.as_str();
    world.settled().await;
    assert!(world.audit().await.iter().any(is_timeout));
}
