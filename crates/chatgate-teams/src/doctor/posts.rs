//! Whether each workflow is there and lets itself be called.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Clock, Finding, Result, Timestamp};
use chatgate_http::{Request, Response};
use http::Method;

use crate::outgoing::FRESH_FOR;
use crate::state::State;
use crate::workflows::Workflow;

/// A clock that is further off is told.
const TOLERATED: Duration = Duration::from_secs(30);

pub(super) async fn look(
    state: &State,
    clock: &Arc<dyn Clock>,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let mut told = None;
    for workflow in state.workflows.all() {
        let request = Request::new(Method::GET, workflow.address.expose()?).secret_url();
        match state.workflows.transport()?.send(request).await {
            Ok(response) => {
                findings.push(judged(workflow, &response));
                told = told.or(response.date().map(|theirs| (theirs, clock.now())));
            }
            Err(error) => findings.push(Finding::error(
                format!("the workflow {} cannot be reached from here: {error}", workflow.name),
                "let this machine reach its host by https",
            )),
        }
    }
    findings.extend(told.map(|(theirs, ours)| clocks(theirs, ours)));
    Ok(())
}

/// What the trigger says to a request that starts nothing.
fn judged(workflow: &Workflow, response: &Response) -> Finding {
    let name = &workflow.name;
    match response.status.as_u16() {
        401 | 403 => Finding::error(
            format!("the workflow {name} does not take its signature, or asks who calls"),
            "copy its address again, and let anyone trigger it",
        ),
        404 | 410 => Finding::error(
            format!("the workflow {name} is turned off, or was deleted"),
            "turn it on in Teams, Workflows, or make it anew",
        ),
        429 => Finding::warning(
            format!("the workflow {name} is asked too often just now"),
            "look who else calls it",
        ),
        status @ 500.. => {
            Finding::warning(format!("the workflow {name} answers {status}"), "look again later")
        }
        _ => Finding::ok(match &workflow.channel {
            Some(_) => {
                format!("the workflow {name} is there, and posts what is said in its channel")
            }
            None => format!("the workflow {name} is there"),
        }),
    }
}

/// An outgoing webhook's request is refused where the clocks are too far from each other.
fn clocks(theirs: Timestamp, ours: Timestamp) -> Finding {
    let apart = ours.since(theirs).max(theirs.since(ours));
    let told = format!("this machine's clock is {} s off", apart.as_secs());
    let next = "let the machine keep its clock by NTP";
    match apart {
        apart if apart > FRESH_FOR => Finding::error(format!("{told}: requests are refused"), next),
        apart if apart > TOLERATED => Finding::warning(told, next),
        _ => Finding::ok("the clocks agree"),
    }
}

#[cfg(test)]
mod tests {
    use chatgate_core::FindingLevel;

    use super::*;

    #[test]
    fn a_clock_that_is_off_is_told_and_one_that_is_far_off_is_an_error() {
        let level =
            |ours: i64| clocks(Timestamp::from_secs(1_000), Timestamp::from_secs(ours)).level();
        assert_eq!(level(1_010), FindingLevel::Ok);
        assert_eq!(level(960), FindingLevel::Warning);
        assert_eq!(level(1_200), FindingLevel::Warning);
        assert_eq!(level(600), FindingLevel::Error);
        assert_eq!(level(1_301), FindingLevel::Error);
    }
}
