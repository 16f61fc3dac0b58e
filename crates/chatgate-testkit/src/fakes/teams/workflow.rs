//! The triggers of workflows: they take a request, and tell nothing of what comes of it.

use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode, header};
use serde_json::Value;

use super::{Teams, refused, throttled};
use crate::fakes::faults::When;
use crate::fakes::server::{self, Arrived, Reply};

/// Behind the id of a workflow.
const TRIGGER: &str = "triggers/manual/paths/invoke";

/// The query before the signature, byte for byte.
const QUERY: &str = "api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=";

/// The path and query of a workflow's trigger.
pub(super) fn address(id: &str, signature: &str) -> String {
    format!("/workflows/{id}/{TRIGGER}?{QUERY}{signature}")
}

/// The answer to a request below `/workflows/`.
pub(super) async fn answer(teams: &Arc<Teams>, rest: &str, arrived: &Arrived) -> Reply {
    let name = {
        let world = teams.world();
        let (id, trigger) = rest.split_once('/').unwrap_or((rest, ""));
        let found = world.workflows.iter().find(|(_, it)| it.id == id && trigger == TRIGGER);
        found.map(|(name, _)| name.clone())
    };
    let Some(name) = name else {
        return Reply::Answer(refused(StatusCode::NOT_FOUND, "WorkflowNotFound"));
    };
    let (fault, when) = match teams.faults.strike(&name) {
        Some((fault, when)) => (Some(fault), when),
        None => (None, When::Before),
    };
    let struck = match (&fault, when) {
        (Some(fault), When::Before) => teams.suffer(fault).await,
        _ => None,
    };
    let mut reply = match struck {
        Some(reply) => reply,
        None => Reply::Answer(take(teams, &name, arrived)),
    };
    if let (Some(fault), When::AfterAccept) = (&fault, when)
        && let Some(instead) = teams.suffer(fault).await
    {
        reply = instead;
    }
    let status = match &reply {
        Reply::Answer(response) => response.status().as_u16(),
        _ => 0,
    };
    teams.log_request(&name, arrived, status);
    teams.changed();
    reply
}

/// Takes a request and runs the workflow; what becomes of the run is for its owner alone.
fn take(
    teams: &Teams,
    name: &str,
    arrived: &Arrived,
) -> http::Response<http_body_util::Full<bytes::Bytes>> {
    let Some(workflow) = teams.world().workflows.get(name).cloned() else {
        return refused(StatusCode::NOT_FOUND, "WorkflowNotFound");
    };
    if !workflow.is_on {
        return refused(StatusCode::NOT_FOUND, "WorkflowTriggerIsNotEnabled");
    }
    if arrived.query != format!("{QUERY}{}", workflow.signature) {
        return refused(StatusCode::UNAUTHORIZED, "DirectApiAuthorizationRequired");
    }
    if arrived.method != Method::POST {
        return refused(StatusCode::BAD_REQUEST, "TriggerRequestMethodNotValid");
    }
    let kind = arrived.header(header::CONTENT_TYPE.as_str());
    let body = serde_json::from_slice::<Value>(&arrived.body);
    let Some(body) = body.ok().filter(|_| kind.starts_with("application/json")) else {
        return refused(StatusCode::BAD_REQUEST, "InvalidRequestContent");
    };
    let now = teams.clock.now();
    if let Some(Err(seconds)) = teams.pace.as_ref().map(|pace| pace.allow(name, now)) {
        return throttled(seconds);
    }
    let run = teams.run(name, &workflow, &body, arrived.body.len());
    let mut response = server::text(StatusCode::ACCEPTED, "");
    if let Ok(run) = HeaderValue::from_str(&run) {
        response.headers_mut().insert("x-ms-workflow-run-id", run);
    }
    response
}
