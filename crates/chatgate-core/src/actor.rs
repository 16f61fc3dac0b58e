//! Who did something, and who that is in the organisation.

use std::collections::BTreeSet;
use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{AdapterId, Platform, PrincipalGroup, PrincipalId, Result, UserId, WorkspaceId};

/// Who did it, as the platform says. It carries no display name, so none can reach a decision.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Actor {
    /// The adapter that saw them.
    pub adapter: AdapterId,
    /// The platform.
    pub platform: Platform,
    /// Their own home workspace, not the one they act in.
    pub workspace: WorkspaceId,
    /// Their id there.
    pub user: UserId,
    /// Their standing where they act.
    pub standing: Standing,
    /// Whether the adapter's own configuration admits their workspace, whatever their standing.
    #[serde(default)]
    pub admitted: bool,
}

impl Actor {
    /// A full member of their workspace.
    pub fn member(
        adapter: AdapterId,
        platform: Platform,
        workspace: impl Into<WorkspaceId>,
        user: impl Into<UserId>,
    ) -> Self {
        Self {
            adapter,
            platform,
            workspace: workspace.into(),
            user: user.into(),
            standing: Standing::Member,
            admitted: false,
        }
    }

    /// The adapter's own configuration admits their workspace.
    #[must_use]
    pub fn admitted(mut self) -> Self {
        self.admitted = true;
        self
    }

    /// Sets their standing.
    #[must_use]
    pub fn standing(mut self, standing: Standing) -> Self {
        self.standing = standing;
        self
    }
}

/// The standing of an actor where they act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Standing {
    /// A full member of the workspace.
    Member,
    /// A guest of the workspace.
    Guest,
    /// Someone of another organisation, in a shared place.
    External,
    /// Nobody knows who.
    Anonymous,
    /// The delivery does not say: the gateway looks them up before anything runs.
    Unknown,
    /// A bot, a webhook, a workflow: never a person.
    Integration,
}

/// How a person is called on their platform: for showing, never for deciding.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// Wraps a name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name, for showing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DisplayName({:?})", self.0)
    }
}

/// Who an actor is in the organisation, across platforms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Principal {
    /// The identity.
    pub id: PrincipalId,
    /// What it is.
    pub kind: PrincipalKind,
    /// The groups it is in, as the identity provider or the link file says.
    #[serde(default)]
    pub groups: BTreeSet<PrincipalGroup>,
}

impl Principal {
    /// A human in no group.
    pub fn human(id: impl Into<PrincipalId>) -> Self {
        Self { id: id.into(), kind: PrincipalKind::Human, groups: BTreeSet::new() }
    }

    /// Sets what it is.
    #[must_use]
    pub fn kind(mut self, kind: PrincipalKind) -> Self {
        self.kind = kind;
        self
    }

    /// Puts it into a group.
    #[must_use]
    pub fn in_group(mut self, group: impl Into<PrincipalGroup>) -> Self {
        self.groups.insert(group.into());
        self
    }
}

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PrincipalKind {
    /// A person.
    Human,
    /// A program with fixed behaviour.
    Bot,
    /// A program that decides by itself.
    Agent,
}

/// Maps actors to principals.
#[async_trait]
pub trait Identity: fmt::Debug + Send + Sync + 'static {
    /// Who the actor is in the organisation.
    ///
    /// # Errors
    /// Whatever keeps it from finding out; nobody is admitted then.
    async fn principal(&self, actor: &Actor) -> Result<Principal>;
}

/// One principal an actor: `platform:workspace:user`. The default, where nothing links accounts.
#[derive(Clone, Copy, Debug, Default)]
pub struct OnePerActor;

#[async_trait]
impl Identity for OnePerActor {
    async fn principal(&self, actor: &Actor) -> Result<Principal> {
        let id = format!("{}:{}:{}", actor.platform, actor.workspace, actor.user);
        let kind = match actor.standing {
            Standing::Integration => PrincipalKind::Bot,
            _ => PrincipalKind::Human,
        };
        Ok(Principal::human(id).kind(kind))
    }
}
