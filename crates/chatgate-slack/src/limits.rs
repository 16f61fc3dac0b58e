//! How often a place can be used: each number with its source in slack.md. How much it takes is in
//! `chatgate_render::slack`.

use std::time::Duration;

use chatgate_core::{RateLimit, RateScope};

/// The tiers: "20+", "50+" and "100+" calls a minute of each method in a workspace, with bursts that
/// Slack does not tell (§5). We save up a few, and no minute has more calls with them. An operation paces as the method that it
/// calls, a native call as its own; the numbers of the methods are in §4.3 to §4.8.
struct Tier {
    a_minute: u32,
    burst: u32,
    names: &'static [&'static str],
}

const TIERS: [Tier; 3] = [
    Tier {
        a_minute: 20,
        burst: 3,
        names: &[
            // reactions.remove
            "unreact",
            // pins.add, pins.remove
            "pin",
            "unpin",
            "reactions.remove",
            "reactions.list",
            "conversations.list",
            "conversations.create",
            "conversations.archive",
            "conversations.rename",
            "conversations.setPurpose",
            "conversations.setTopic",
            "users.list",
            "usergroups.list",
            "usergroups.users.list",
            "pins.add",
            "pins.list",
            "pins.remove",
            "bookmarks.add",
            "bookmarks.edit",
            "bookmarks.remove",
            "emoji.list",
        ],
    },
    Tier {
        a_minute: 50,
        burst: 5,
        names: &[
            // chat.update, chat.delete, reactions.add
            "edit",
            "delete",
            "react",
            // conversations.history and .replies; 1 a minute for some apps (§5), which Slack then says
            "find_post",
            "history",
            // conversations.info; users.info has a tier more
            "describe",
            "chat.update",
            "chat.delete",
            "chat.scheduleMessage",
            "chat.unfurl",
            "chat.meMessage",
            "reactions.add",
            "reactions.get",
            "conversations.history",
            "conversations.replies",
            "conversations.info",
            "conversations.open",
            "conversations.join",
            "conversations.invite",
            "conversations.kick",
            "conversations.leave",
            "conversations.mark",
            "users.conversations",
            "users.lookupByEmail",
            "bookmarks.list",
            "bots.info",
            "team.info",
        ],
    },
    Tier {
        a_minute: 100,
        burst: 10,
        names: &[
            // chat.postEphemeral
            "post_private",
            // files.getUploadURLExternal, files.completeUploadExternal
            "upload",
            // views.open
            "open_form",
            // views.publish
            "publish_home",
            "chat.postEphemeral",
            "conversations.members",
            "users.info",
            "views.open",
            "views.publish",
            "views.push",
            "views.update",
        ],
    },
];

/// Posts to all channels of a workspace: "several hundred/min" (§5), taken as 300; and how many of them
/// are saved up.
const POSTS_A_MINUTE: u32 = 300;
const POSTS_SAVED: u32 = 20;

/// So many calls a minute for each workspace, those included that are saved up.
fn a_minute(calls: u32, burst: u32) -> RateLimit {
    // Rounded up: what is saved up and what comes after it are never one more.
    let every = 60_000_u32.div_ceil(calls - burst);
    RateLimit::new(RateScope::Workspace, Duration::from_millis(every.into())).burst(burst)
}

/// How often each operation may be done.
pub(crate) fn rates() -> Vec<RateLimit> {
    let mut rates = vec![
        // "~1 message/s/channel (short bursts)" on every posting path (§5), response_url among them.
        RateLimit::new(RateScope::Conversation, Duration::from_secs(1))
            .operation("post")
            .operation("post_reply")
            .operation("chat.postMessage")
            .burst(3),
        a_minute(POSTS_A_MINUTE, POSTS_SAVED).operation("post").operation("chat.postMessage"),
    ];
    rates.extend(TIERS.iter().map(|tier| {
        let rate = a_minute(tier.a_minute, tier.burst);
        tier.names.iter().fold(rate, |rate, name| rate.operation(name))
    }));
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_its_pace() {
        let rates = rates();
        let paced = |name: &str| {
            rates.iter().filter(|rate| rate.operations.iter().any(|other| other == name)).count()
        };
        assert_eq!(paced("post"), 2);
        for name in TIERS.iter().flat_map(|tier| tier.names).chain(&["post_reply"]) {
            assert_eq!(paced(name), 1, "{name}");
        }
        for name in ["edit", "delete", "react", "upload", "find_post", "history", "describe"] {
            assert_eq!(paced(name), 1, "{name}");
        }
    }
}
