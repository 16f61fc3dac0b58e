//! `whoami`: who the bot takes you for.

use chatgate::{Block, Command, Content, Context, Field, Inline};

/// Show who I take you for
#[derive(Command)]
#[command(name = "whoami", effect = "read", example = "whoami")]
pub(crate) struct WhoAmI {}

pub(crate) async fn whoami(_: WhoAmI, cx: Context) -> Content {
    let (actor, principal) = (cx.actor(), cx.principal());
    let groups: Vec<_> = principal.groups.iter().map(|group| group.as_str()).collect();
    let groups = if groups.is_empty() { "none".into() } else { groups.join(", ") };
    Content::new().block(Block::Fields(vec![
        Field::rich("You", vec![Inline::user(actor.user.clone())]),
        Field::new("Principal", principal.id.as_str()),
        Field::new("Groups", groups),
        Field::new("Platform", actor.platform.as_str()),
        Field::new("Place", cx.place().to_string()),
    ]))
}
