//! A lane orders starts; everything else goes on.

use std::time::Duration;

use chatgate_core::Delivered;
use chatgate_testkit::TestChat;

use crate::bot::{self, App};

#[tokio::test]
async fn a_thousand_commands_over_fifty_conversations_start_in_order_in_each() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    for number in 0..1_000 {
        let bob = chat.person("bob").in_channel(&format!("c{}", number % 50));
        let event = bob.message(&format!("count {number}"));
        assert_eq!(chat.deliver(event).await, Delivered::Accepted);
    }
    chat.settle().await;
    let ran = app.ran.all();
    assert_eq!(ran.len(), 1_000);
    for conversation in 0..50 {
        let prefix = format!("c{conversation} ");
        let numbers: Vec<u32> =
            ran.iter().filter_map(|ran| ran.strip_prefix(&prefix)?.parse().ok()).collect();
        let wanted: Vec<_> = (0..20).map(|turn| turn * 50 + conversation).collect();
        assert_eq!(numbers, wanted, "conversation {conversation}");
    }
    // Replies leave in the order in which they were said, too.
    let said: Vec<_> = chat
        .adapter()
        .messages()
        .into_iter()
        .filter(|posted| posted.place.conversation == "c7")
        .map(|posted| posted.text)
        .collect();
    let wanted: Vec<_> = (0..20).map(|turn| format!("counted {}", turn * 50 + 7)).collect();
    assert_eq!(said, wanted);
}

#[tokio::test]
async fn while_a_deploy_sleeps_ten_minutes_everything_else_answers() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("page").await;
    bob.says("deploy api --env prod").await;
    chat.expect("Deploying api").await;
    bob.says("status").await;
    chat.expect("1.4.2").await;
    chat.person("eve").clicks("Acknowledge").await;
    chat.expect("Acknowledged by eve").await;
    bob.says("help").await;
    chat.expect("Roll a service out").await;
    chat.expect_none("api is live").await;

    chat.advance(Duration::from_secs(599)).await;
    chat.expect_none("api is live").await;
    chat.advance(Duration::from_secs(1)).await;
    chat.expect("api is live").await;
    assert!(chat.gateway().is_idle());
}

#[tokio::test]
async fn a_run_that_says_nothing_holds_its_lane_for_a_second() {
    let app = App::default();
    let chat = TestChat::new(slow::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("slow").await;
    bob.says("slow").await;
    assert_eq!(app.ran.all(), ["slow"]);
    // Help never waits.
    bob.says("help").await;
    chat.expect("Take a while").await;
    chat.advance(Duration::from_secs(1)).await;
    assert_eq!(app.ran.all(), ["slow", "slow"]);
}

#[tokio::test]
async fn a_serial_command_holds_its_lane_to_the_end() {
    let app = App::default();
    let chat = TestChat::new(slow::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("serial").await;
    bob.says("slow").await;
    chat.advance(Duration::from_secs(59)).await;
    assert_eq!(app.ran.all(), ["serial"]);
    chat.person("bob").in_channel("other").says("slow").await;
    assert_eq!(app.ran.all(), ["serial", "slow"]);
    chat.advance(Duration::from_secs(1)).await;
    assert_eq!(app.ran.all(), ["serial", "slow", "slow"]);
}

#[tokio::test]
async fn a_panicking_handler_harms_no_other() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("panic").await;
    let reply = chat.expect("Something went wrong in the bot itself").await;
    assert_eq!(reply.audience, chatgate_core::Audience::Only("bob".into()));
    bob.says("count 1").await;
    chat.expect("counted 1").await;
    assert!(chat.gateway().is_idle());
}

#[tokio::test]
async fn shutdown_waits_for_what_runs_and_reports_what_is_left() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    chat.person("bob").says("deploy api --env prod").await;
    let clock = chat.clock().clone();
    let (report, ()) = tokio::join!(chat.stop(), async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_secs(20));
    });
    assert_eq!(report.unwrap().runs_left, 1);
}

mod slow {
    use std::time::Duration;

    use chatgate_core::ClockExt;
    use chatgate_macros::Command;
    use chatgate_router::{Context, Router, State};

    use crate::bot::{App, Ran};

    /// Take a while
    #[derive(Command)]
    #[command(name = "slow", crate = "chatgate_router")]
    pub(super) struct Slow;

    async fn slow(_: Slow, cx: Context, State(ran): State<Ran>) {
        ran.push("slow");
        cx.clock().sleep(Duration::from_secs(60)).await;
    }

    /// Take a while, alone
    #[derive(Command)]
    #[command(name = "serial", serial, crate = "chatgate_router")]
    pub(super) struct Serial;

    async fn serial(_: Serial, cx: Context, State(ran): State<Ran>) {
        ran.push("serial");
        cx.clock().sleep(Duration::from_secs(60)).await;
    }

    pub(super) fn router() -> Router<App> {
        Router::new().command(slow).command(serial)
    }
}
