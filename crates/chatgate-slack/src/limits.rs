//! How much a place takes and how often: each number with its source in slack.md.

use std::time::Duration;

use chatgate_core::{Limits, RateLimit, RateScope};
use chatgate_render::slack::{BUTTON_SEAL_CHARS, MENU_SEAL_CHARS};

/// Characters of text: what `chat.update` takes (§4.3); more would post, but could not be edited.
const TEXT_CHARS: usize = 4_000;
/// Blocks in a message (§6.6, `msg_blocks_too_many`).
const BLOCKS: usize = 50;
/// Bytes of a file: 1 GB, as Slack's help pages say; whoever uploads more has other means.
const FILE_BYTES: u64 = 1_000_000_000;

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

/// The limits of an ordinary place.
pub(crate) fn place() -> Limits {
    let mut limits = Limits::new()
        .text_chars(TEXT_CHARS)
        .blocks(BLOCKS)
        // As many as the dialect has room for: in a button's value (§6.5), in a menu's ids (§6.4, §6.5).
        .action_value_chars(BUTTON_SEAL_CHARS)
        .menu_value_chars(MENU_SEAL_CHARS)
        .file_bytes(FILE_BYTES);
    // "~1 message/s/channel (short bursts)" on every posting path (§5), response_url among them.
    limits = limits.rate(
        RateLimit::new(RateScope::Conversation, Duration::from_secs(1))
            .operation("post")
            .operation("post_reply")
            .operation("chat.postMessage")
            .burst(3),
    );
    limits = limits.rate(
        a_minute(POSTS_A_MINUTE, POSTS_SAVED).operation("post").operation("chat.postMessage"),
    );
    for tier in TIERS {
        let rate = a_minute(tier.a_minute, tier.burst);
        limits = limits.rate(tier.names.iter().fold(rate, |rate, name| rate.operation(name)));
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_its_pace() {
        let limits = place();
        let paced = |name: &str| {
            limits
                .rates
                .iter()
                .filter(|rate| rate.operations.iter().any(|other| other == name))
                .count()
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
