//! What the platform sends, as Slack sends it.

use std::sync::Arc;

use chatgate_core::{AdapterId, CardId, Clock as _, Place, Seal, Seals, SystemRng, Uses};
use chatgate_gateway::SystemClock;
use chatgate_testkit::fakes::SlackIds;
use serde_json::json;

use super::{CHANNELS, gateway, sign};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Workload {
    /// A slash command, answered in its request.
    Slash,
    /// A mention, answered by a message that Slack has accepted.
    Mention,
    /// A click, acknowledged.
    Click,
}

impl Workload {
    pub(crate) const ALL: [Self; 3] = [Self::Slash, Self::Mention, Self::Click];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Slash => "W1 slash → JSON",
            Self::Mention => "W2 mention → message accepted",
            Self::Click => "W3 click → ack",
        }
    }
}

/// The id of a channel.
pub(crate) fn channel(number: usize) -> String {
    format!("C0BENCH{number:04}")
}

/// So many requests, each another delivery.
pub(crate) fn of(workload: Workload, ids: &SlackIds, from: usize, count: usize) -> Vec<Vec<u8>> {
    let seals = Seals::new(vec![gateway::seal_key()], Arc::new(SystemRng)).expect("a key");
    (from..from + count)
        .map(|number| match workload {
            Workload::Slash => slash(ids, number),
            Workload::Mention => mention(ids, number),
            Workload::Click => click(ids, &seals, number),
        })
        .collect()
}

fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    sign::request("application/x-www-form-urlencoded", &body)
}

fn slash(ids: &SlackIds, number: usize) -> Vec<u8> {
    let trigger = format!("13345224609.738474920.{number:032x}");
    form(&[
        ("token", "gIkuvaNzQIHg97ATvDxqgjtO"),
        ("team_id", &ids.team),
        ("team_domain", "acme"),
        ("channel_id", &channel(number % CHANNELS)),
        ("channel_name", "ops"),
        ("user_id", &ids.users["alice"]),
        ("user_name", "alice"),
        ("command", "/status"),
        ("text", "api"),
        ("api_app_id", &ids.app),
        ("is_enterprise_install", "false"),
        ("response_url", "https://hooks.slack.com/commands/T0ACME/397700885554/96rGlfmibIGlgcZ"),
        ("trigger_id", &trigger),
    ])
}

fn mention(ids: &SlackIds, number: usize) -> Vec<u8> {
    let (seconds, text) = (sign::now(), format!("<@{}> status api", ids.bot_user));
    let ts = format!("{seconds}.{:06}", number % 1_000_000);
    let alice = &ids.users["alice"];
    let body = json!({
        "token": "z26uFbvR1xHJEdHE1OQiO6t8",
        "team_id": ids.team,
        "api_app_id": ids.app,
        "event": {
            "type": "app_mention", "user": alice, "text": text, "ts": ts,
            "channel": channel(number % CHANNELS), "event_ts": ts, "team": ids.team,
            "blocks": [{"type": "rich_text", "block_id": "b", "elements": [
                {"type": "rich_text_section", "elements": [
                    {"type": "user", "user_id": ids.bot_user},
                    {"type": "text", "text": " status api"}]}]}],
        },
        "type": "event_callback",
        "event_id": format!("Ev{number:010}"),
        "event_time": seconds,
        "is_ext_shared_channel": false,
        "authorizations": [{"enterprise_id": null, "team_id": ids.team,
            "user_id": ids.bot_user, "is_bot": true, "is_enterprise_install": false}],
    });
    sign::request("application/json", &body.to_string())
}

fn click(ids: &SlackIds, seals: &Seals, number: usize) -> Vec<u8> {
    let place = channel(number % CHANNELS);
    let at =
        Place::new(AdapterId::parse("slack").expect("a name"), ids.team.as_str(), place.as_str());
    let value = json!({"what": number});
    let seal = Seal::new("action:notice".into(), CardId::from(7), at, SystemClock.now(), value)
        .uses(Uses::Repeat);
    let seal = seals.seal(&seal).expect("a seal");
    let (seconds, alice) = (sign::now(), &ids.users["alice"]);
    let payload = json!({
        "type": "block_actions",
        "user": {"id": alice, "username": "alice", "name": "alice", "team_id": ids.team},
        "api_app_id": ids.app,
        "token": "Shh_its_a_seekrit",
        "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": place,
            "is_ephemeral": false},
        "trigger_id": format!("12466734323.1395872398.{number:032x}"),
        "team": {"id": ids.team, "domain": "acme"},
        "enterprise": null,
        "is_enterprise_install": false,
        "channel": {"id": place, "name": "ops"},
        "message": {"type": "message", "user": ids.bot_user, "bot_id": ids.bot_id, "ts": "1700000000.000100",
            "text": "Notice", "team": ids.team},
        "response_url": "https://hooks.slack.com/actions/T0ACME/1232321423432/D09sSasdasdAS9091209",
        "actions": [{"type": "button", "block_id": "1", "action_id": "0", "value": seal,
            "text": {"type": "plain_text", "text": "Notice", "emoji": true},
            "action_ts": format!("{seconds}.{number:06}")}],
    });
    form(&[("payload", &payload.to_string())])
}
