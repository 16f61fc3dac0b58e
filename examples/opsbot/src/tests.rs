//! What people are told, from the outside: the bot on a platform in memory.

use std::time::Duration;

use chatgate::Timestamp;
use chatgate_testkit::TestChat;

use crate::app::{self, App};
use crate::news::News;

/// Long enough: the test's clock passes over one of a deploy's waits in each step of five seconds.
const A_DEPLOY: Duration = Duration::from_secs(60);

async fn chat() -> TestChat {
    TestChat::new(app::router(), App::new(Timestamp::from_secs(1_790_000_000))).await
}

#[tokio::test]
async fn a_deploy_is_one_message_that_changes_and_then_the_result() {
    let chat = chat().await;
    chat.person("alice").says("deploy api --env staging").await;
    let progress = chat.expect("Building api 1.4.3").await;
    chat.advance(A_DEPLOY).await;
    let walked = chat.expect("Checking its health").await;
    assert_eq!(walked.id, progress.id, "{}", chat.transcript());
    let live = chat.expect("api 1.4.3 is live on staging").await;
    assert!(live.text.contains("Run log"), "{}", live.text);
    chat.person("bob").says("status api").await;
    chat.expect("alice").await;
}

#[tokio::test]
async fn a_second_deploy_of_the_same_is_told_to_wait_and_another_one_is_not() {
    let chat = chat().await;
    chat.person("alice").says("deploy api --env prod").await;
    chat.person("bob").in_channel("other").says("deploy api --env prod").await;
    chat.expect("alice is changing api on prod just now").await;
    chat.person("bob").in_channel("other").says("deploy web --env prod").await;
    chat.expect("Building web 3.2.8").await;
    chat.person("bob").in_channel("other").says("status").await;
    chat.expect("(changing)").await;
    chat.advance(A_DEPLOY).await;
    chat.expect("api 1.4.3 is live on prod").await;
    chat.expect("web 3.2.8 is live on prod").await;
}

#[tokio::test]
async fn a_rollback_goes_back_and_without_a_past_says_what_else_to_do() {
    let chat = chat().await;
    let alice = chat.person("alice");
    alice.says("rollback web --env prod").await;
    chat.advance(A_DEPLOY).await;
    chat.expect("web is back to 3.2.5 on prod").await;
    alice.says("rollback billing --env prod").await;
    chat.expect("deploy billing --env prod").await;
}

#[tokio::test]
async fn a_service_that_does_not_exist_is_a_usage_error_with_the_nearest_one() {
    let chat = chat().await;
    chat.person("alice").says("deploy wbe --env prod").await;
    chat.expect("Did you mean").await;
    chat.expect_none("Building").await;
}

#[tokio::test]
async fn an_incidents_message_moves_on_with_its_buttons() {
    let chat = chat().await;
    chat.person("alice").says("incident open --severity critical checkout is down").await;
    let card = chat.expect("Incident 1 is open: checkout is down").await;
    chat.person("bob").clicks("Acknowledge").await;
    let acknowledged = chat.expect("Incident 1 is acknowledged").await;
    assert_eq!(acknowledged.id, card.id, "{}", chat.transcript());
    assert!(acknowledged.text.contains("bob"), "{}", acknowledged.text);
    chat.person("alice").says("status").await;
    chat.expect("Incident 1 (critical) is acknowledged: checkout is down").await;
    chat.person("alice").clicks("Resolve").await;
    let resolved = chat.expect("Incident 1 is resolved").await;
    assert!(resolved.actions.is_empty(), "{resolved:?}");
}

#[tokio::test]
async fn incidents_are_told_in_another_place_as_they_go() {
    let app = App::new(Timestamp::from_secs(1_790_000_000));
    let app = app.with_news(News::told_in(Some(TestChat::channel("news"))));
    let chat = TestChat::new(app::router(), app).await;
    chat.person("alice").says("incident open disk is full").await;
    chat.expect("Incident 1 (minor) is open: disk is full").await;
    chat.person("bob").clicks("Acknowledge").await;
    let told = chat.expect("Incident 1 (minor) is acknowledged").await;
    assert_eq!(told.place, TestChat::channel("news"));
}

#[tokio::test]
async fn a_place_that_cannot_be_told_spoils_no_incident() {
    let app = App::new(Timestamp::from_secs(1_790_000_000));
    let app = app.with_news(News::told_in(Some("elsewhere:w:c".parse().unwrap())));
    let chat = TestChat::new(app::router(), app).await;
    chat.person("alice").says("incident open disk is full").await;
    let card = chat.expect("Incident 1 is open: disk is full").await;
    assert!(card.text.contains("elsewhere:w:c was not told"), "{}", card.text);
}

#[tokio::test]
async fn an_incident_is_reported_by_a_form() {
    let chat = chat().await;
    let alice = chat.person("alice");
    alice.says("incident report").await;
    let seen = "<!channel> since noon";
    let answers = [("title", "disk is full"), ("severity", "major"), ("seen", seen)];
    alice.submits(&answers.map(|(field, answer)| (field, answer.into()))).await;
    let card = chat.expect("Incident 1 is open: disk is full").await;
    assert!(card.text.contains("major") && card.text.contains(seen), "{}", card.text);
    chat.person("bob").clicks("Acknowledge").await;
    chat.expect("Incident 1 is acknowledged").await;
}

#[tokio::test]
async fn a_button_of_a_stale_message_shows_how_the_incident_stands() {
    let chat = chat().await;
    let alice = chat.person("alice");
    alice.says("incident open disk is full").await;
    let acknowledge = alice.click("Acknowledge", &[]);
    alice.says("incident resolve 1").await;
    chat.deliver(acknowledge).await;
    chat.settle().await;
    let cards = chat.adapter().messages();
    let stale = cards.iter().filter(|card| card.text.contains("Incident 1 is resolved"));
    assert_eq!(stale.count(), 2, "{}", chat.transcript());
}

#[tokio::test]
async fn commands_on_incidents_say_the_next_step() {
    let chat = chat().await;
    let alice = chat.person("alice");
    alice.says("incident ack 9").await;
    chat.expect("There is no incident 9").await;
    alice.says("incident open disk is full").await;
    alice.says("incident ack 1").await;
    alice.says("incident ack 1").await;
    chat.expect("incident resolve 1").await;
}

#[tokio::test]
async fn whoami_tells_the_person_and_the_place() {
    let chat = chat().await;
    chat.person("alice").says("whoami").await;
    let told = chat.expect("Principal").await;
    assert!(told.text.contains("memory:home:general"), "{}", told.text);
}
