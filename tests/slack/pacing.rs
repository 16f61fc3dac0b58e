//! What is sent, and when: by the limits that Slack documents, on a clock that stands still until it
//! is moved on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, Capabilities, Clock, Dialect, Endpoint, Inbox, ManualClock, Operation,
    Place, Priority, Receipt, ReplyHandle, Result, Shutdown, Timestamp,
};
use chatgate_gateway::Pacing;
use chatgate_router::{Say, Sent};
use chatgate_testkit::fakes::SlackConfig;
use serde_json::{Value, json};

use crate::world::World;

/// An adapter that counts its calls while they are under way.
struct Counted {
    inner: Arc<dyn Adapter>,
    under_way: Arc<AtomicUsize>,
}

#[async_trait]
impl Adapter for Counted {
    fn id(&self) -> &AdapterId {
        self.inner.id()
    }

    fn capabilities(&self, place: &Place, via: Option<&ReplyHandle>) -> Arc<Capabilities> {
        self.inner.capabilities(place, via)
    }

    fn dialect(&self) -> &dyn Dialect {
        self.inner.dialect()
    }

    fn endpoints(&self, inbox: &Inbox) -> Vec<Endpoint> {
        self.inner.endpoints(inbox)
    }

    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()> {
        self.inner.run(inbox, shutdown).await
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let called = self.inner.call(operation).await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        called
    }
}

/// A gateway that keeps to the limits, before a Slack that insists on them.
struct Paced {
    world: World,
    clock: ManualClock,
    under_way: Arc<AtomicUsize>,
    begun: Timestamp,
}

impl Paced {
    async fn new() -> Self {
        let begun = Timestamp::from_secs(1_800_000_000);
        let clock = ManualClock::at(begun);
        let under_way = Arc::new(AtomicUsize::new(0));
        let counter = under_way.clone();
        let layer = move |inner: Arc<dyn Adapter>| -> Arc<dyn Adapter> {
            Arc::new(Counted { inner, under_way: counter.clone() })
        };
        let config = SlackConfig::new().with_pace().without_echo();
        let world = World::with_clock(&clock, config, |gateway| {
            gateway.pacing(Pacing::platform()).layer(layer)
        })
        .await;
        for number in 0..=10 {
            let body = json!({"id": channel(number), "members": ["U0BOT", "U0ALICE"]});
            world.slack.control("channel", body).await.unwrap();
        }
        let paced = Self { world, clock, under_way, begun };
        paced.rests().await;
        paced
    }

    /// Says something in a channel; it is queued when this returns.
    async fn say(&self, number: usize, text: String, priority: Priority) -> Sent {
        let place: Place = format!("slack:T0ACME:{}", channel(number)).parse().unwrap();
        let say = Say::new(place, text).priority(priority);
        self.world.running.chat().send(say).await.unwrap()
    }

    /// Waits until nothing happens any more without time passing.
    async fn rests(&self) {
        let (mut seen, mut quiet) = (self.world.running.activity(), 0);
        while quiet < 50 {
            if self.under_way.load(Ordering::SeqCst) > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
                quiet = 0;
            } else {
                tokio::task::yield_now().await;
            }
            let now = self.world.running.activity();
            quiet = if now == seen { quiet + 1 } else { 0 };
            seen = now;
        }
    }

    /// Lets time pass, from one deadline to the next.
    async fn advance(&self, duration: Duration) {
        let end = self.clock.now() + duration;
        self.rests().await;
        while self.clock.now() < end && !self.world.running.is_idle() {
            let next = self.clock.next_deadline().map_or(end, |deadline| deadline.min(end));
            self.clock.set(next);
            self.rests().await;
        }
    }

    /// The calls of a method: how many milliseconds after the beginning, where, and what.
    fn calls(&self, method: &str) -> Vec<Call> {
        let call = |request: &Value| Call {
            at: request["at_ms"].as_i64().unwrap() - self.begun.as_millis(),
            channel: request["body"]["channel"].as_str().unwrap_or_default().to_owned(),
            text: request["body"]["text"].as_str().unwrap_or_default().to_owned(),
            status: request["status"].as_u64().unwrap(),
        };
        self.world.calls(method).iter().map(call).collect()
    }

    /// The texts that each channel shows, oldest first.
    fn shown(&self, number: usize) -> Vec<String> {
        let messages = self.world.slack.messages(&channel(number));
        messages.iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    }
}

struct Call {
    at: i64,
    channel: String,
    text: String,
    status: u64,
}

fn channel(number: usize) -> String {
    format!("C0NOISY{number}")
}

/// No span of this length has more calls than that.
fn never_more_than(most: usize, span: i64, times: &[i64]) {
    for window in times.windows(most + 1) {
        let took = window[most] - window[0];
        assert!(took >= span, "{} calls within {took} ms: {window:?}", most + 1);
    }
}

#[tokio::test]
async fn three_hundred_messages_keep_to_every_limit_and_to_their_order() {
    let paced = Paced::new().await;
    for text in 0..30 {
        for number in 0..10 {
            paced.say(number, format!("text {text}"), Priority::Answer).await;
        }
    }
    paced.advance(Duration::from_secs(300)).await;
    assert!(paced.world.running.is_idle(), "five a second: a minute and a little");
    let calls = paced.calls("chat.postMessage");
    assert!(calls.iter().all(|call| call.status == 200), "Slack never had to say: too many");
    assert_eq!(calls.len(), 300);
    let times: Vec<_> = calls.iter().map(|call| call.at).collect();
    never_more_than(300, 60_000, &times);
    let mut channels: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for call in &calls {
        channels.entry(&call.channel).or_default().push(call.at);
    }
    for times in channels.values() {
        // One a second, and a short burst.
        never_more_than(3, 1_000, times);
        never_more_than(13, 10_000, times);
    }
    assert!(times[299] < 80_000, "no slower than need be: {}", times[299]);
    let wanted: Vec<_> = (0..30).map(|text| format!("text {text}")).collect();
    for number in 0..10 {
        assert_eq!(paced.shown(number), wanted);
    }
}

#[tokio::test]
async fn one_channel_alone_gets_one_a_second_and_a_short_burst() {
    for priority in [Priority::Page, Priority::Answer] {
        let paced = Paced::new().await;
        for text in 0..20 {
            paced.say(0, format!("text {text}"), priority).await;
        }
        paced.advance(Duration::from_secs(60)).await;
        let calls = paced.calls("chat.postMessage");
        assert!(calls.iter().all(|call| call.status == 200), "Slack never had to say: too many");
        assert_eq!(calls.len(), 20);
        assert!(calls[19].at <= 20_000, "no slower than need be: {}", calls[19].at);
    }
}

#[tokio::test]
async fn edits_keep_to_the_limit_of_their_method() {
    let paced = Paced::new().await;
    let mut sent = Vec::new();
    for text in 0..70 {
        sent.push(paced.say(text % 10, format!("text {text}"), Priority::Answer).await);
    }
    paced.advance(Duration::from_secs(60)).await;
    assert!(paced.world.running.is_idle());
    for sent in &sent {
        paced.world.running.chat().edit(sent, "edited").await.unwrap();
    }
    paced.advance(Duration::from_secs(300)).await;
    assert!(paced.world.running.is_idle());
    let calls = paced.calls("chat.update");
    assert!(calls.iter().all(|call| call.status == 200), "Slack never had to say: too many");
    assert_eq!(calls.len(), 70);
    let times: Vec<_> = calls.iter().map(|call| call.at).collect();
    never_more_than(50, 60_000, &times);
}

#[tokio::test]
async fn nothing_is_sent_before_slack_takes_it_again() {
    let paced = Paced::new().await;
    paced.world.slack.rate_limit("chat.postMessage", 1, 30);
    for number in 0..10 {
        paced.say(number, "first".into(), Priority::Answer).await;
        paced.say(number, "second".into(), Priority::Answer).await;
        paced.rests().await;
    }
    paced.advance(Duration::from_secs(120)).await;
    assert!(paced.world.running.is_idle());
    let calls = paced.calls("chat.postMessage");
    let refused = calls.iter().position(|call| call.status == 429).unwrap();
    assert_eq!(refused, 0);
    for call in &calls[1..] {
        assert!(call.at >= calls[0].at + 30_000, "{} after {}", call.at, calls[0].at);
        assert_eq!(call.status, 200);
    }
    for number in 0..10 {
        assert_eq!(paced.shown(number), ["first", "second"]);
    }
}

#[tokio::test]
async fn neither_a_page_nor_a_quiet_channel_waits_behind_a_thousand_others() {
    let paced = Paced::new().await;
    for text in 0..100 {
        for number in 0..10 {
            paced.say(number, format!("text {text}"), Priority::Chatter).await;
        }
    }
    paced.advance(Duration::from_secs(20)).await;
    let queued = paced.clock.now().as_millis() - paced.begun.as_millis();
    paced.say(10, "quiet".into(), Priority::Chatter).await;
    paced.advance(Duration::from_secs(10)).await;
    let paged = paced.clock.now().as_millis() - paced.begun.as_millis();
    paced.say(0, "a channel full of chatter".into(), Priority::Chatter).await;
    paced.say(10, "page".into(), Priority::Page).await;
    paced.advance(Duration::from_secs(5)).await;
    let calls = paced.calls("chat.postMessage");
    assert!(calls.iter().all(|call| call.status == 200));
    let sent = |text: &str| calls.iter().find(|call| call.text == text).map(|call| call.at);
    // Ten others are in the line before it, five a second.
    let waited = sent("quiet").expect("starved") - queued;
    assert!(waited <= 5_000, "{waited} ms");
    let waited = sent("page").expect("it waits with the chatter") - paged;
    assert!(waited <= 250, "{waited} ms");
    assert!(sent("a channel full of chatter").is_none(), "it keeps its place in its lane");
    for number in 0..10 {
        let shown = paced.shown(number);
        let wanted: Vec<_> = (0..shown.len()).map(|text| format!("text {text}")).collect();
        assert_eq!(shown, wanted);
    }
}
