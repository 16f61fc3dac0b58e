//! Fake platform servers on the loopback interface, as strict and as stateful as the platforms.
//!
//! They share no code with the adapters that they judge: they check and sign with their own few
//! lines, and are themselves judged by each vendor's own client, where there is one. [`FakeSlack`],
//! [`FakeMattermost`] and [`FakeTeams`] are those of Slack, Mattermost and Teams; the binaries
//! `fake-slack`, `fake-mattermost` and `fake-teams` are the same as programs. `docs/fakes.md` has the
//! control API.

mod client;
mod clock;
mod faults;
mod journal;
mod mattermost;
mod server;
mod slack;
mod tasks;
mod teams;

pub use mattermost::{Delivery, FakeMattermost, MattermostConfig, MattermostIds};
pub use slack::{Attempt, FakeSlack, MentionOrder, SlackConfig, SlackIds};
pub use teams::{Call, FakeTeams, TeamsConfig, TeamsIds};
