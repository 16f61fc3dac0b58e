use chatgate_core::{Adapter as _, Feature, Place};

use super::*;

const ADDRESS: &str = "https://prod-1.westeurope.logic.azure.com:443/workflows/1?sig=canary";
const TOKEN: &str = "Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5";
const ONE: &str = "19:1@thread.tacv2";

fn built(variables: &[(&str, &str)]) -> Result<Teams> {
    let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    TeamsBuilder::from_variables(owned).build()
}

fn can(teams: &Teams, place: &str, feature: Feature) -> bool {
    teams.capabilities(&place.parse::<Place>().unwrap(), None).can(feature)
}

#[test]
fn either_of_both_webhooks_is_enough() {
    assert!(built(&[("TEAMS_WORKFLOW_OPS", ADDRESS)]).is_ok());
    assert!(built(&[(OUTGOING_TOKEN, TOKEN)]).is_ok());
    let error = built(&[("TEAMS_WORKFLOW_OPS", " ")]).unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains(OUTGOING_TOKEN), "{error}");
}

#[test]
fn everything_that_is_wrong_is_told_at_once_and_no_secret_with_it() {
    let wrong = [
        ("TEAMS_WORKFLOW_OPS", "https://example.com/?sig=canary"),
        ("TEAMS_WORKFLOW_OLD", "https://acme.webhook.office.com/webhookb2/canary"),
        ("TEAMS_WORKFLOW_GONE_CHANNEL", ONE),
        ("TEAMS_WORKFLOW_OPS_CHANNEL", "General"),
        (OUTGOING_TOKEN, "canary"),
        (TENANTS, "acme.example"),
    ];
    let error = built(&wrong).unwrap_err();
    let told = error.to_string();
    for (name, _) in wrong {
        assert!(told.contains(name), "{name}: {told}");
    }
    assert!(told.contains("retired") && !told.contains("canary") && !told.contains('\n'), "{told}");
}

#[test]
fn what_the_program_says_is_checked_too() {
    let good = || TeamsBuilder::new().workflow("ops", ADDRESS).outgoing_tokens(TOKEN);
    assert!(good().build().is_ok());
    for bad in [
        good().name("Teams EU"),
        good().workflow("Ops EU", ADDRESS),
        good().outgoing_path("teams"),
        good().outgoing_path("/a?b"),
        good()
            .workflow("other", ADDRESS)
            .workflow_channel("other", ONE)
            .workflow_channel("ops", ONE),
    ] {
        assert!(bad.build().unwrap_err().is_configuration());
    }
}

#[test]
fn a_place_can_what_leads_there() {
    let both = built(&[
        ("TEAMS_WORKFLOW_OPS", ADDRESS),
        ("TEAMS_WORKFLOW_OPS_CHANNEL", "19:1@thread.tacv2;messageid=1"),
        (OUTGOING_TOKEN, TOKEN),
    ])
    .unwrap();
    for (place, posts) in [
        ("teams:workflow:ops", true),
        ("teams:workflow:other", false),
        ("teams:t1:19%3A1@thread.tacv2", true),
        ("teams:t1:19%3A1@thread.tacv2#17", true),
        ("teams:t1:19%3A2@thread.tacv2", false),
        ("teams:t1:@alice", false),
    ] {
        assert_eq!(can(&both, place, Feature::Post), posts, "{place}");
        for never in [Feature::Edit, Feature::Actions, Feature::Forms, Feature::History] {
            assert!(!can(&both, place, never), "{place}");
        }
    }
    assert!(can(&both, "teams:t1:19%3A2@thread.tacv2", Feature::Tables));
    let one = both.capabilities(&"teams:workflow:ops".parse().unwrap(), None);
    let other = both.capabilities(&"teams:t1:19%3A1@thread.tacv2".parse().unwrap(), None);
    assert_eq!(one.limits.paced_as_one, other.limits.paced_as_one);
    let sends = built(&[("TEAMS_WORKFLOW_OPS", ADDRESS)]).unwrap();
    assert!(!can(&sends, "teams:t1:19%3A2@thread.tacv2", Feature::Tables));
}

#[test]
fn no_secret_is_shown() {
    let builder = TeamsBuilder::new().workflow("ops", ADDRESS).outgoing_tokens(TOKEN);
    let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
    assert!(!shown.contains("canary") && !shown.contains(TOKEN), "{shown}");
    assert!(shown.contains("ops"));
}
