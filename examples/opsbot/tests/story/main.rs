//! The bot's whole story, in Slack and in Mattermost by the same handlers: what people see there is read
//! back, compared, and shown side by side in `docs/gallery.md`.
//!
//! `CHATGATE_UPDATE=1 cargo test -p opsbot --test story` writes the page anew; then look at the
//! difference.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests, which wait in real time"
)]

mod in_mattermost;
mod in_slack;
mod page;
mod seen;

use in_mattermost::InMattermost;
use in_slack::InSlack;
use seen::Scene;

/// A platform with the bot before it, and what people do there.
trait Platform {
    /// Somebody says something to the bot.
    async fn says(&self, who: &str, text: &str);
    /// Somebody types a slash command.
    async fn types(&self, who: &str, command: &str, rest: &str);
    /// Somebody presses a button of the message with these words.
    async fn presses(&self, who: &str, words: &str, button: &str);
    /// Somebody fills in the form that they see, and submits it.
    async fn reports(&self, who: &str, title: &str, severity: &str, seen: &str);
    /// The bot's messages as they stand, each as its lines.
    fn messages(&self) -> Vec<Vec<String>>;
    /// The form that was opened last, as its lines.
    fn form(&self) -> Option<Vec<String>>;
}

/// What happens: the same on every platform.
async fn story(platform: &impl Platform) -> Vec<Scene> {
    let mut scenes = Vec::new();
    platform.says("alice", "deploy api --env staging").await;
    let live = seen::message(platform, "api 1.4.3 is live on staging").await;
    let [mut deployed, _] = platform.messages().try_into().unwrap();
    deployed.extend(live);
    let title = "Alice says “deploy api --env staging”: a message that changes, and the result";
    scenes.push(Scene::new(title, deployed));

    platform.says("alice", "incident open --severity major checkout is slow").await;
    let card = seen::message(platform, "Incident 1 is open").await;
    scenes.push(Scene::new("She opens an incident", card));
    platform.presses("bob", "Incident 1 is open", "Acknowledge").await;
    let card = seen::message(platform, "Incident 1 is acknowledged").await;
    scenes.push(Scene::new("Bob presses “Acknowledge”: the message changes", card));
    platform.presses("alice", "Incident 1 is acknowledged", "Resolve").await;
    let card = seen::message(platform, "Incident 1 is resolved").await;
    scenes.push(Scene::new("Alice presses “Resolve”", card));

    platform.types("carol", "/incident", "report").await;
    let form = seen::form(platform).await;
    scenes.push(Scene::new("Carol types “/incident report”: a form opens", form));
    platform.reports("carol", "The site is down", "critical", "*Every* page is empty").await;
    let card = seen::message(platform, "Incident 2 is open").await;
    scenes.push(Scene::new("She submits it", card));
    scenes
}

#[tokio::test]
async fn people_see_the_same_on_both_platforms_and_in_the_gallery() {
    let (slack, mattermost) = (InSlack::start().await, InMattermost::start().await);
    let (slack, mattermost) = tokio::join!(story(&slack), story(&mattermost));
    for (slack, mattermost) in slack.iter().zip(&mattermost) {
        assert_eq!(slack.words(), mattermost.words(), "{}", slack.title);
    }
    page::check(&slack, &mattermost);
}
