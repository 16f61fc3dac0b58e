//! The platforms that the environment asks for, and who may run commands there.
//!
//! | variable | what it is |
//! |---|---|
//! | `SLACK_SIGNING_SECRET`, `SLACK_BOT_TOKEN` | serve Slack over HTTP |
//! | `SLACK_API_URL` | another Web API than Slack's own |
//! | `MATTERMOST_URL`, `MATTERMOST_TOKEN` | serve a Mattermost server |
//! | `MATTERMOST_SLASH_TOKENS`, `CHATGATE_PUBLIC_URL` | its commands; its commands, buttons and forms |
//! | `TEAMS_OUTGOING_TOKEN` | answer the outgoing webhooks of Teams |
//! | `TEAMS_WORKFLOW_OPS`, `TEAMS_WORKFLOW_OPS_CHANNEL` | post by a workflow of Teams, `teams:workflow:ops`; the channel that it posts to |
//! | `OPSBOT_NEWS` | a place that is told how incidents go, as `teams:workflow:ops` |
//! | `CHATGATE_LISTEN` | where requests are taken, `127.0.0.1:3000` when not set |
//! | `OPSBOT_ALLOW_ALL=1` | everyone of the own organisation may run everything |

use chatgate::{AllowAll, Error, Gateway, MattermostBuilder, Result, SlackBuilder, TeamsBuilder};

use crate::app::App;
use crate::news::News;

const LISTEN: &str = "127.0.0.1:3000";
const SLACK: [&str; 2] = ["SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"];
const MATTERMOST: [&str; 2] = ["MATTERMOST_URL", "MATTERMOST_TOKEN"];
const TEAMS: [&str; 2] = ["TEAMS_OUTGOING_TOKEN", "TEAMS_WORKFLOW_OPS"];

/// Whether another platform than the terminal is served.
pub(crate) fn is_service(variable: impl Fn(&str) -> Option<String>) -> bool {
    [SLACK, MATTERMOST, TEAMS].iter().flatten().any(|name| variable(name).is_some())
}

/// Where incidents are told.
pub(crate) fn news(variable: impl Fn(&str) -> Option<String>) -> Result<News> {
    let place = variable("OPSBOT_NEWS").map(|place| place.trim().parse());
    let place = place.transpose().map_err(|error: Error| {
        let wrong = "OPSBOT_NEWS is no place, such as teams:workflow:ops";
        Error::configuration(format!("{wrong}: {error}"))
    })?;
    Ok(News::told_in(place))
}

/// Adds the platforms whose variables are set.
pub(crate) fn add(
    mut gateway: Gateway<App>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Gateway<App>> {
    let allows_all = match variable("OPSBOT_ALLOW_ALL").as_deref() {
        None | Some("0") => false,
        Some("1") => true,
        Some(other) => {
            let wrong = format!("OPSBOT_ALLOW_ALL={other:?} is neither 1 nor 0");
            return Err(Error::configuration(wrong));
        }
    };
    if allows_all {
        gateway = gateway.policy(AllowAll);
    }
    if !is_service(&variable) {
        return Ok(gateway);
    }
    if !allows_all {
        return Err(Error::configuration(
            "a platform is set up, but nobody may run anything there yet",
        )
        .with_context("OPSBOT_ALLOW_ALL=1 lets everyone of your workspace run everything"));
    }
    let is_set = |names: [&str; 2]| names.iter().any(|name| variable(name).is_some());
    if is_set(SLACK) {
        gateway = gateway.adapter(SlackBuilder::from_env().build()?);
    }
    if is_set(MATTERMOST) {
        gateway = gateway.adapter(MattermostBuilder::from_env().build()?);
    }
    if is_set(TEAMS) {
        gateway = gateway.adapter(TeamsBuilder::from_env().build()?);
    }
    Ok(gateway.listen(variable("CHATGATE_LISTEN").unwrap_or_else(|| LISTEN.into())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chatgate::{ErrorKind, Timestamp};

    fn added(variables: &[(&str, &str)]) -> Result<Gateway<App>> {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
        add(Gateway::new(App::new(Timestamp::EPOCH)), |name| find(name).map(|it| it.1.to_owned()))
    }

    #[test]
    fn without_variables_there_is_the_terminal_only() {
        assert!(added(&[]).is_ok());
    }

    #[test]
    fn a_platform_needs_somebody_who_may_run_something() {
        for [first, second] in [SLACK, MATTERMOST, TEAMS] {
            for allow in [&[][..], &[("OPSBOT_ALLOW_ALL", "0")]] {
                let variables = [&[(first, "s"), (second, "t")], allow];
                let error = added(&variables.concat()).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Configuration);
                assert!(error.to_string().contains("OPSBOT_ALLOW_ALL=1"), "{error}");
            }
        }
    }

    #[test]
    fn a_place_for_news_is_one() {
        let told = |place: &str| news(|_| Some(place.to_owned()));
        assert!(told("teams:workflow:ops").is_ok());
        assert!(told("the ops channel").unwrap_err().to_string().contains("OPSBOT_NEWS"));
    }

    #[test]
    fn a_value_that_means_nothing_is_refused() {
        let error = added(&[("OPSBOT_ALLOW_ALL", "yes")]).unwrap_err();
        assert!(error.to_string().contains("neither 1 nor 0"), "{error}");
    }
}
