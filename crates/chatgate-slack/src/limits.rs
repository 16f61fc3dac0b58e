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

/// One call a second, as Slack advises for every method (§5), is what the tiers are measured against:
/// "1+", "20+", "50+" and "100+" a minute for each method and workspace, with bursts that it does not
/// tell. We save up a few seconds' worth.
#[derive(Clone, Copy)]
enum Tier {
    Two,
    Three,
    Four,
}

impl Tier {
    fn limit(self, operation: &'static str) -> RateLimit {
        let (every, burst) = match self {
            Self::Two => (3_000, 3),
            Self::Three => (1_200, 5),
            Self::Four => (600, 10),
        };
        RateLimit::new(RateScope::Workspace, Duration::from_millis(every))
            .operation(operation)
            .burst(burst)
    }
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
            .burst(3),
    );
    // "several hundred/min/workspace" (§5): taken as 300.
    limits = limits.rate(
        RateLimit::new(RateScope::Workspace, Duration::from_millis(200))
            .operation("post")
            .burst(20),
    );
    // Tiers by method (§4): chat.postEphemeral 4, chat.update 3, chat.delete 3, reactions.add 3,
    // reactions.remove 2, files.*External 4, conversations.history/replies 3 (1/min for some apps,
    // §5: then Retry-After says so), views.open 4. A look-up is conversations.info 3 or users.info 4.
    for (operation, tier) in [
        ("post_private", Tier::Four),
        ("edit", Tier::Three),
        ("delete", Tier::Three),
        ("react", Tier::Three),
        ("unreact", Tier::Two),
        ("upload", Tier::Four),
        ("find_post", Tier::Three),
        ("history", Tier::Three),
        ("describe", Tier::Three),
        ("open_form", Tier::Four),
    ] {
        limits = limits.rate(tier.limit(operation));
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
        for name in ["post_private", "post_reply", "edit", "delete", "react", "unreact", "upload"] {
            assert_eq!(paced(name), 1, "{name}");
        }
    }
}
