//! Whether outgoing webhooks reach this program, and what it can say to them.

use chatgate_core::{Finding, Result};
use chatgate_http::{BaseUrl, Request, Response};
use http::header::WWW_AUTHENTICATE;
use http::{Method, StatusCode};
use url::Url;

use crate::outgoing::Outgoing;
use crate::state::State;

pub(super) async fn look(
    state: &State,
    public_url: Option<&str>,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let Some(outgoing) = &state.outgoing else {
        findings.push(Finding::warning(
            "TEAMS_OUTGOING_TOKEN is not set: it posts, and hears nothing",
            "make an outgoing webhook in the team, if commands are wanted",
        ));
        return Ok(());
    };
    findings.push(reached(state, outgoing, public_url).await?);
    findings.push(match state.workflows.all().any(|workflow| workflow.channel.is_some()) {
        true => Finding::ok("what takes longer than an answer may follows by a workflow"),
        false => Finding::warning(
            "no workflow is of a channel: what takes longer than an answer may has no way back",
            "set TEAMS_WORKFLOW_<NAME>_CHANNEL to the id of the workflow's channel",
        ),
    });
    findings.push(match state.tenants.is_empty() {
        true => Finding::ok(
            "TEAMS_TENANTS is not set: people of the conversation's tenant are admitted",
        ),
        false => Finding::ok("people of the tenants in TEAMS_TENANTS are admitted"),
    });
    Ok(())
}

/// Whether this program answers where Teams is told to call it.
async fn reached(state: &State, outgoing: &Outgoing, public: Option<&str>) -> Result<Finding> {
    let Some(public) = public else {
        return Ok(Finding::warning(
            "CHATGATE_PUBLIC_URL is not set: whether this program is reached is not looked at",
            "set it to the address under which Teams reaches this program",
        ));
    };
    let url = match endpoint(public, &outgoing.path) {
        Ok(url) => url,
        Err(why) => {
            return Ok(Finding::error(
                format!("CHATGATE_PUBLIC_URL cannot be used: {why}"),
                "set it to an address as https://bot.example.com",
            ));
        }
    };
    let shown = url.origin().ascii_serialization();
    let request = Request::new(Method::POST, url.clone()).json("{}");
    Ok(match state.workflows.transport()?.send(request).await {
        Ok(response) if is_ours(&response) && url.scheme() == "https" => {
            Finding::ok(format!("CHATGATE_PUBLIC_URL leads to this program ({shown})"))
        }
        Ok(response) if is_ours(&response) => Finding::warning(
            format!("this program is reached at {shown}, and Teams calls by https only"),
            "put what ends TLS before it",
        ),
        Ok(response) => Finding::error(
            format!(
                "what answers at CHATGATE_PUBLIC_URL is not this program ({shown} says {})",
                response.status.as_u16()
            ),
            format!("start the program, and let what stands before it pass on {}", url.path()),
        ),
        Err(error) => Finding::error(
            format!("CHATGATE_PUBLIC_URL cannot be reached from here ({shown}: {error})"),
            "start the program, and let what stands before it pass on requests to it",
        ),
    })
}

fn endpoint(public: &str, path: &str) -> std::result::Result<Url, String> {
    let why = |error: chatgate_core::Error| error.context().join(": ");
    BaseUrl::parse(public).map_err(why)?.join(path.trim_start_matches('/')).map_err(why)
}

/// How this adapter refuses what is not signed. A proxy that asks for a password says so.
fn is_ours(response: &Response) -> bool {
    response.status == StatusCode::UNAUTHORIZED
        && response.body.is_empty()
        && !response.headers.contains_key(WWW_AUTHENTICATE)
}
