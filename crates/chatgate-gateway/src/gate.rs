//! The gate: hard rules first, then policy. Every denial has a reason.

use std::borrow::Cow;
use std::collections::HashSet;

use async_trait::async_trait;
use chatgate_core::{
    Actor, Decision, Event, Phase, Platform, Policy, Principal, Question, ReasonCode, Result,
    RouteId, Standing, Verdict,
};
use chatgate_router::RouteGate;
use serde_json::Value;

use crate::engine::Engine;

/// Who acts, and who that is in the organisation.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) actor: Actor,
    pub(crate) principal: Principal,
}

/// Why not, as a stable word.
pub(crate) type Reason = Cow<'static, str>;

/// The hard rules, before any policy: who may not run anything, whatever a policy says.
pub(crate) fn hard_rules(actor: &Actor, event: &Event) -> Result<(), Reason> {
    let reason = match actor.standing {
        // A bot never runs anything, whoever admits it.
        Standing::Integration => return Err(ReasonCode::Integration.into()),
        _ if actor.admitted => return Ok(()),
        Standing::Guest => ReasonCode::Guest,
        Standing::External => ReasonCode::ExternalUser,
        Standing::Anonymous => ReasonCode::Anonymous,
        // What the bot says there is read by others.
        Standing::Member if event.externally_shared == Some(true) => ReasonCode::ExternallyShared,
        Standing::Member if event.externally_shared.is_none() => ReasonCode::SharingUnknown,
        Standing::Member => return Ok(()),
        _ => ReasonCode::StandingUnknown,
    };
    Err(reason.into())
}

/// Asks policy; an error is a denial.
pub(crate) async fn ask(
    engine: &Engine,
    phase: Phase,
    gate: &RouteGate,
    asker: &Asker,
    event: &Event,
    args: Option<&Value>,
) -> Decision {
    let route = gate.of.as_ref().unwrap_or(&gate.route);
    let mut question = Question::new(
        phase,
        route.clone(),
        gate.effect,
        asker.actor.clone(),
        asker.principal.clone(),
        event.place_or_stand_in(),
        engine.now(),
    )
    .direct(event.direct)
    .externally_shared(event.externally_shared != Some(false));
    question.args = args.cloned();
    match engine.policy.decide(&question).await {
        Ok(decision) => decision,
        Err(error) => {
            tracing::error!(%error, route = %gate.route, "policy failed: denied");
            Decision::deny(ReasonCode::PolicyError)
        }
    }
}

/// Asks whether a route may run now; a needed approval that nobody can ask for is a denial.
pub(crate) async fn admit(
    engine: &Engine,
    phase: Phase,
    gate: &RouteGate,
    asker: &Asker,
    event: &Event,
    args: Option<&Value>,
) -> Result<(), Reason> {
    let decision = ask(engine, phase, gate, asker, event, args).await;
    match decision.verdict {
        Verdict::Allow => Ok(()),
        // Whether it may be seen is not whether it may be run.
        Verdict::RequireApproval(_) if phase == Phase::See => Ok(()),
        Verdict::RequireApproval(_) => Err(ReasonCode::ApprovalUnavailable.into()),
        _ => Err(decision.reason_code),
    }
}

/// The commands that the asker may run with any arguments at all: what help, completion and "did you
/// mean" may name.
pub(crate) async fn visible(engine: &Engine, asker: &Asker, event: &Event) -> HashSet<RouteId> {
    let mut visible = HashSet::new();
    for gate in engine.routes.leaves() {
        if admit(engine, Phase::See, gate, asker, event, None).await.is_ok() {
            visible.insert(gate.route.clone());
        }
    }
    visible
}

/// What holds while nobody has added a policy: the console's own user is served, nobody else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoPolicy;

impl NoPolicy {
    /// The reason of its denials.
    pub(crate) const REASON: ReasonCode = ReasonCode::NoPolicy;
}

#[async_trait]
impl Policy for NoPolicy {
    async fn decide(&self, question: &Question) -> Result<Decision> {
        Ok(if question.actor.platform == Platform::console() {
            Decision::allow("console_user")
        } else {
            Decision::deny(Self::REASON)
        })
    }

    fn describe(&self) -> String {
        "no policy: only the console's own user is served".into()
    }
}
