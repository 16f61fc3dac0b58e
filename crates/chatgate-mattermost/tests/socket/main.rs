//! The WebSocket, over a server without a network and a clock that the test moves.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../shared/gateway.rs"]
mod gateway;
mod random;
mod server;

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{
    Adapter, Error, EventKind, Health, ManualClock, Result, Shutdown, ShutdownTrigger, Timestamp,
};
use chatgate_mattermost::Mattermost;

use gateway::Gateway;
use server::Server;

/// A server, an adapter that listens to it, and what it records.
struct Listening {
    clock: ManualClock,
    server: Server,
    gateway: Gateway,
    task: tokio::task::JoinSet<Result<()>>,
    shutdown: (ShutdownTrigger, Shutdown),
}

impl Listening {
    async fn start() -> Self {
        let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
        let (server, gateway) = (Server::new(&clock), Gateway::new(&clock));
        let shutdown = ShutdownTrigger::new();
        let task = tokio::task::JoinSet::new();
        let mut listening = Self { clock, server, gateway, task, shutdown };
        listening.begin();
        listening.ready().await;
        listening
    }

    /// An adapter begins, with nothing but what was recorded.
    fn begin(&mut self) {
        let adapter = Mattermost::builder()
            .url("http://127.0.0.1:8065")
            .token("token")
            .transport(Arc::new(self.server.transport()))
            .build()
            .unwrap();
        let (inbox, shutdown) = (self.gateway.inbox(), self.shutdown.1.clone());
        self.task.spawn(async move { adapter.run(inbox, shutdown).await });
    }

    /// Lets time go on until something holds.
    async fn until(&self, holds: impl Fn() -> bool) {
        for _ in 0..20_000 {
            for _ in 0..20 {
                if holds() {
                    return;
                }
                tokio::task::yield_now().await;
            }
            self.clock.advance(Duration::from_millis(100));
        }
        panic!("it never came to be: {:?}", self.gateway.recorded());
    }

    async fn ready(&self) {
        self.until(|| self.server.is_connected() && self.gateway.health() == Health::Ready).await;
    }

    async fn has_recorded(&self, count: usize) {
        self.until(|| self.gateway.count() >= count).await;
        // Whatever comes too much comes now.
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        assert_eq!(self.gateway.count(), count, "{:?}", self.gateway.recorded());
    }

    fn of(&self, channel: &str) -> Vec<String> {
        self.gateway.recorded().remove(channel).unwrap_or_default()
    }

    /// A while passes, so that times differ.
    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    async fn ended(&mut self) -> Error {
        while self.task.is_empty() {}
        let ended = tokio::select! {
            ended = self.task.join_next() => ended,
            () = async { loop {
                self.clock.advance(Duration::from_millis(100));
                tokio::task::yield_now().await;
            } } => None,
        };
        ended.unwrap().unwrap().unwrap_err()
    }
}

#[tokio::test]
async fn posts_come_in_order() {
    let chat = Listening::start().await;
    let posts: Vec<_> = (0..50).map(|n| chat.server.post("ops", &format!("@opsbot {n}"))).collect();
    let direct = chat.server.post("line", "hi");
    chat.has_recorded(51).await;
    let wanted: Vec<_> = posts.iter().map(|id| format!("posted {id}")).collect();
    assert_eq!(chat.of("ops"), wanted);
    assert_eq!(chat.of("line"), [format!("posted {direct}")]);
    assert!(chat.gateway.events("line")[0].direct);
    assert!(chat.server.asked().is_empty());
}

#[tokio::test]
async fn a_broken_connection_goes_on_and_loses_nothing() {
    let chat = Listening::start().await;
    chat.server.post("ops", "before");
    chat.has_recorded(1).await;
    chat.server.cut();
    for n in 0..100 {
        chat.server.post("ops", &format!("missed {n}"));
    }
    chat.has_recorded(101).await;
    // The server kept them: nothing was fetched.
    assert!(chat.server.asked().is_empty(), "{:?}", chat.server.asked());
}

#[tokio::test]
async fn what_the_server_did_not_keep_is_fetched_in_order() {
    let chat = Listening::start().await;
    let first = chat.server.post("ops", "before");
    let gone = chat.server.post("ops", "to be deleted");
    chat.has_recorded(2).await;
    chat.pass(60);
    chat.server.forget();
    let missed: Vec<_> = (0..450)
        .map(|n| {
            if n % 3 == 0 {
                chat.pass(1);
            }
            chat.server.post("ops", &format!("missed {n}"))
        })
        .collect();
    let other = chat.server.post("dev", "in a channel of which nothing came before");
    let never = chat.server.post("ops", "deleted before it was read");
    chat.server.edit(&first, "edited");
    chat.server.delete(&gone);
    chat.server.delete(&never);
    chat.has_recorded(2 + 450 + 1 + 2).await;
    let ops = chat.of("ops");
    let wanted: Vec<_> = missed.iter().map(|id| format!("posted {id}")).collect();
    let posted: Vec<_> = ops[2..].iter().filter(|it| it.starts_with("posted")).cloned().collect();
    assert_eq!(posted, wanted);
    assert!(ops.contains(&format!("edited {first}")) && ops.contains(&format!("deleted {gone}")));
    assert_eq!(chat.of("dev"), [format!("posted {other}")]);
}

#[tokio::test]
async fn after_more_than_a_list_has_no_post_overtakes_another_of_its_instant() {
    let chat = Listening::start().await;
    let mut said = vec![chat.server.post("ops", "before")];
    chat.has_recorded(1).await;
    chat.pass(60);
    // The first of its instant still comes by the socket.
    said.push(chat.server.post("ops", "told"));
    chat.server.forget();
    said.extend((0..30).map(|n| chat.server.post("ops", &format!("same instant {n}"))));
    for n in 0..1_200 {
        chat.pass(1);
        said.push(chat.server.post("ops", &format!("missed {n}")));
    }
    chat.has_recorded(said.len()).await;
    let wanted: Vec<_> = said.iter().map(|id| format!("posted {id}")).collect();
    assert_eq!(chat.of("ops"), wanted);
}

#[tokio::test]
async fn after_more_than_a_list_has_what_was_written_late_is_found() {
    let chat = Listening::start().await;
    chat.pass(60);
    chat.server.post("ops", "first");
    chat.pass(1);
    chat.server.post("ops", "second");
    chat.has_recorded(2).await;
    chat.server.forget();
    let late: Vec<_> =
        (0..30).map(|_| chat.server.write_late("ops", Duration::from_secs(3))).collect();
    for n in 0..1_200 {
        chat.pass(1);
        chat.server.post("ops", &format!("missed {n}"));
    }
    chat.has_recorded(2 + 30 + 1_200).await;
    let ops = chat.of("ops");
    assert!(late.iter().all(|id| ops.contains(&format!("posted {id}"))));
}

#[tokio::test]
async fn an_event_that_is_missing_is_noticed() {
    let chat = Listening::start().await;
    chat.server.post("ops", "before");
    chat.has_recorded(1).await;
    chat.server.lose_one();
    chat.server.post("ops", "after");
    chat.has_recorded(2).await;
    chat.ready().await;
    assert!(chat.server.asked().is_empty(), "the server had kept it");
}

#[tokio::test]
async fn a_socket_that_says_nothing_is_left() {
    let chat = Listening::start().await;
    chat.server.is_deaf(true);
    chat.server.forget();
    chat.until(|| matches!(chat.gateway.health(), Health::Down(_))).await;
    chat.server.is_deaf(false);
    chat.server.post("ops", "meanwhile");
    chat.has_recorded(1).await;
    assert_eq!(chat.gateway.health(), Health::Ready);
}

#[tokio::test]
async fn a_revoked_token_ends_it_with_a_clear_error() {
    let mut chat = Listening::start().await;
    chat.server.revoke();
    chat.server.cut();
    let error = chat.ended().await;
    assert!(error.is_unauthenticated());
    assert!(error.to_string().contains("MATTERMOST_TOKEN"), "{error}");
}

#[tokio::test]
async fn a_token_that_is_revoked_while_the_socket_is_open_is_noticed() {
    let mut chat = Listening::start().await;
    chat.server.revoke();
    assert!(chat.server.is_connected());
    let error = chat.ended().await;
    assert!(error.is_unauthenticated());
}

#[tokio::test]
async fn a_server_that_fails_for_a_while_is_asked_again() {
    let chat = Listening::start().await;
    let first = chat.server.post("ops", "before");
    chat.has_recorded(1).await;
    chat.server.forget();
    let missed = chat.server.post("ops", "missed");
    chat.server.fail(5);
    chat.has_recorded(2).await;
    assert_eq!(chat.of("ops"), [first, missed].map(|id| format!("posted {id}")));
}

#[tokio::test]
async fn a_restart_goes_on_where_it_stood() {
    let mut chat = Listening::start().await;
    chat.server.post("ops", "before");
    chat.has_recorded(1).await;
    chat.task.shutdown().await;
    chat.pass(10);
    chat.server.forget();
    chat.server.post("ops", "missed");
    chat.server.post("line", "missed in a direct message");
    chat.begin();
    chat.has_recorded(3).await;
    assert!(chat.gateway.events("line")[0].direct);
}

#[tokio::test]
async fn what_was_said_before_the_first_start_was_not_said_to_us() {
    let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
    let (server, gateway) = (Server::new(&clock), Gateway::new(&clock));
    server.post("ops", "@opsbot deploy");
    clock.advance(Duration::from_millis(10));
    let shutdown = ShutdownTrigger::new();
    let task = tokio::task::JoinSet::new();
    let mut chat = Listening { clock, server, gateway, task, shutdown };
    chat.begin();
    chat.until(|| chat.gateway.has_cursor("server")).await;
    chat.server.forget();
    let said = chat.server.post("dev", "after");
    chat.has_recorded(1).await;
    assert_eq!(chat.of("dev"), [format!("posted {said}")]);
}

#[tokio::test]
async fn what_was_said_long_ago_and_changed_now_is_an_edit_and_no_new_post() {
    let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
    let (server, gateway) = (Server::new(&clock), Gateway::new(&clock));
    let old = server.post("ops", "@opsbot deploy");
    let gone = server.post("ops", "@opsbot deploy");
    clock.advance(Duration::from_secs(3_600));
    let shutdown = ShutdownTrigger::new();
    let task = tokio::task::JoinSet::new();
    let mut chat = Listening { clock, server, gateway, task, shutdown };
    chat.begin();
    chat.until(|| chat.gateway.has_cursor("server")).await;
    let new = chat.server.post("ops", "now");
    chat.has_recorded(1).await;
    chat.pass(60);
    chat.server.forget();
    chat.server.edit(&old, "@opsbot deploy api");
    chat.server.delete(&gone);
    chat.has_recorded(3).await;
    let wanted = [format!("posted {new}"), format!("edited {old}"), format!("deleted {gone}")];
    assert_eq!(chat.of("ops"), wanted);
}

#[tokio::test]
async fn how_long_it_was_under_way_is_said() {
    let chat = Listening::start().await;
    chat.server.post("ops", "now");
    chat.has_recorded(1).await;
    chat.server.forget();
    chat.server.fail(usize::MAX);
    chat.server.post("ops", "missed");
    chat.pass(300);
    chat.server.fail(0);
    chat.has_recorded(2).await;
    let waited: Vec<_> = chat.gateway.events("ops").iter().map(|it| it.waited.as_secs()).collect();
    assert!(waited[0] < 60 && waited[1] >= 300, "{waited:?}");
}

#[tokio::test]
async fn a_channel_that_is_not_taken_holds_no_other_one_and_loses_nothing() {
    let chat = Listening::start().await;
    chat.server.post("ops", "before");
    chat.has_recorded(1).await;
    chat.gateway.is_busy("ops", true);
    for n in 0..600 {
        chat.server.post("ops", &format!("much {n}"));
        if n % 100 == 0 {
            tokio::task::yield_now().await;
        }
    }
    chat.server.post("dev", "other");
    chat.has_recorded(2).await;
    chat.gateway.is_busy("ops", false);
    chat.has_recorded(602).await;
    let ops = chat.of("ops");
    assert!(ops.is_sorted(), "{ops:?}");
}

#[tokio::test]
async fn what_happens_to_the_bot_is_told() {
    let chat = Listening::start().await;
    let post = chat.server.post("ops", "a");
    chat.server.edit(&post, "b");
    chat.server.delete(&post);
    chat.has_recorded(3).await;
    let kinds = chat.gateway.events("ops");
    assert!(matches!(kinds[1].kind, EventKind::Edited { .. }));
    assert!(matches!(kinds[2].kind, EventKind::Deleted { .. }));
}
