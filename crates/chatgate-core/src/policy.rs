//! The gate: who may run what, where, with what.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Actor, Effect, Place, Principal, PrincipalGroup, Result, RouteId, Timestamp};

/// Decides. Default deny: an error is a denial.
#[async_trait]
pub trait Policy: fmt::Debug + Send + Sync + 'static {
    /// Decides one question.
    ///
    /// # Errors
    /// Whatever keeps it from deciding; the gateway then denies with the reason `policy_error`.
    async fn decide(&self, question: &Question) -> Result<Decision>;

    /// One line on what it does, for the start-up log.
    fn describe(&self) -> String {
        format!("{self:?}")
    }
}

/// May this principal run this route, here, now, with these arguments?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Question {
    /// At which point it is asked.
    pub phase: Phase,
    /// The route.
    pub route: RouteId,
    /// What running it does to the world.
    pub effect: Effect,
    /// Who acts, as the platform says.
    pub actor: Actor,
    /// Who that is in the organisation.
    pub principal: Principal,
    /// Where.
    pub place: Place,
    /// Whether the place is a direct message with the bot.
    pub direct: bool,
    /// Whether people of other organisations are in the place.
    pub externally_shared: bool,
    /// The arguments; `None` while they are not known yet.
    pub args: Option<Value>,
    /// When.
    pub at: Timestamp,
}

impl Question {
    /// A question before the arguments are known, in a place of the own organisation.
    #[must_use]
    pub fn new(
        phase: Phase,
        route: RouteId,
        effect: Effect,
        actor: Actor,
        principal: Principal,
        place: Place,
        at: Timestamp,
    ) -> Self {
        Self {
            phase,
            route,
            effect,
            actor,
            principal,
            place,
            direct: false,
            externally_shared: false,
            args: None,
            at,
        }
    }

    /// Says whether the place is a direct message.
    #[must_use]
    pub fn direct(mut self, direct: bool) -> Self {
        self.direct = direct;
        self
    }

    /// Says whether people of other organisations are in the place.
    #[must_use]
    pub fn externally_shared(mut self, shared: bool) -> Self {
        self.externally_shared = shared;
        self
    }

    /// Gives the arguments.
    #[must_use]
    pub fn with_args(mut self, args: Value) -> Self {
        self.args = Some(args);
        self
    }
}

/// At which point a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Phase {
    /// May it be run with any arguments at all? What help and completion ask, too.
    See,
    /// May it be run with these arguments?
    Request,
    /// May this principal decide on another's request?
    Vote,
    /// Approved: may it still be run?
    Run,
}

/// What a policy decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Decision {
    /// What it decided.
    pub verdict: Verdict,
    /// Why, as a stable word: `default_deny`, `not_authorized`.
    pub reason_code: Cow<'static, str>,
    /// The rule that decided, if one did.
    pub rule: Option<String>,
}

/// Yes, no, or with a second person's approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// Yes.
    Allow,
    /// No.
    Deny,
    /// Yes, when so many others approve.
    RequireApproval(Approval),
}

/// What an approval takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Approval {
    /// How many others must approve.
    pub quorum: u32,
    /// The groups that may approve.
    pub approver_groups: Vec<PrincipalGroup>,
    /// How long it may stay open.
    pub ttl: Duration,
    /// How long after approval it may run.
    pub exec_within: Duration,
}

impl Approval {
    /// An approval by so many members of a group: open for 30 minutes, run within 10.
    pub fn new(quorum: u32, group: impl Into<PrincipalGroup>) -> Self {
        Self {
            quorum,
            approver_groups: vec![group.into()],
            ttl: Duration::from_secs(30 * 60),
            exec_within: Duration::from_secs(10 * 60),
        }
    }
}

impl Decision {
    /// Yes.
    pub fn allow(reason_code: impl Into<Cow<'static, str>>) -> Self {
        Self { verdict: Verdict::Allow, reason_code: reason_code.into(), rule: None }
    }

    /// No.
    pub fn deny(reason_code: impl Into<Cow<'static, str>>) -> Self {
        Self { verdict: Verdict::Deny, reason_code: reason_code.into(), rule: None }
    }

    /// With a second person's approval.
    #[must_use]
    pub fn require_approval(approval: Approval) -> Self {
        Self {
            verdict: Verdict::RequireApproval(approval),
            reason_code: Cow::Borrowed("approval_required"),
            rule: None,
        }
    }

    /// Names the rule that decided.
    #[must_use]
    pub fn by_rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// True when it is a plain yes.
    #[must_use]
    pub fn is_allow(&self) -> bool {
        self.verdict == Verdict::Allow
    }

    /// True when it is a plain no.
    #[must_use]
    pub fn is_deny(&self) -> bool {
        self.verdict == Verdict::Deny
    }
}

/// Allows everyone of the own organisation everything. For trying things out; loud at start. The
/// hard rules stand all the same: guests, strangers and bots are denied.
#[derive(Clone, Copy, Debug, Default)]
pub struct AllowAll;

#[async_trait]
impl Policy for AllowAll {
    async fn decide(&self, _: &Question) -> Result<Decision> {
        Ok(Decision::allow("allow_all"))
    }
}

/// Allows nobody anything: what a gateway without a policy does, but for the console's own user.
#[derive(Clone, Copy, Debug, Default)]
pub struct DenyAll;

#[async_trait]
impl Policy for DenyAll {
    async fn decide(&self, _: &Question) -> Result<Decision> {
        Ok(Decision::deny("default_deny"))
    }
}
