//! Who may run what: hard rules, policy, and answers that give nothing away.

use async_trait::async_trait;
use chatgate_core::{Approval, Audience, Decision, Phase, Policy, Question, Result, Standing};
use chatgate_testkit::TestChat;

use crate::bot::{self, App};

/// Everyone may count, nobody may do anything else.
#[derive(Debug)]
struct OnlyCount;

#[async_trait]
impl Policy for OnlyCount {
    async fn decide(&self, question: &Question) -> Result<Decision> {
        Ok(if question.route == "count" {
            Decision::allow("counting")
        } else {
            Decision::deny("not_authorized")
        })
    }
}

#[tokio::test]
async fn a_denied_command_and_an_unknown_one_get_the_same_answer() {
    let app = App::default();
    let chat = TestChat::builder(bot::router(), app.clone()).policy(OnlyCount).start().await;
    let bob = chat.person("bob");
    bob.says("deploy api --env prod").await;
    bob.says("dxploy api --env prod").await;
    // A usage error would tell that the command exists.
    bob.says("deploy").await;
    bob.says("dxploy").await;
    let said: Vec<_> = chat.adapter().messages().into_iter().collect();
    let texts: Vec<_> = said.iter().map(|posted| posted.text.replace("dxploy", "deploy")).collect();
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[2], texts[3]);
    assert!(said.iter().all(|posted| posted.audience == Audience::Only("bob".into())));
    assert!(app.ran.all().is_empty());
    let reasons: Vec<_> = reasons(&chat).await;
    assert_eq!(reasons, ["not_authorized", "unknown_command", "not_authorized", "unknown_command"]);
}

async fn reasons(chat: &TestChat) -> Vec<String> {
    let records = chat.audit().await;
    let denials = records.iter().filter(|record| record["type"] == "command.denied");
    denials.map(|record| record["decision"]["reason_code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn help_and_did_you_mean_name_only_what_may_be_run() {
    let chat = TestChat::builder(bot::router(), App::default()).policy(OnlyCount).start().await;
    let bob = chat.person("bob");
    bob.says("help").await;
    let help = chat.expect("count").await;
    assert!(!help.text.contains("deploy"), "{}", help.text);
    bob.says("cuont 1").await;
    chat.expect("Did you mean").await;
    bob.says("help deploy").await;
    chat.expect_none("Roll a service out").await;
}

#[tokio::test]
async fn guests_strangers_and_bots_are_denied_whatever_the_policy() {
    let denied = [
        (Standing::Guest, "guest"),
        (Standing::External, "external_user"),
        (Standing::Anonymous, "anonymous"),
        (Standing::Integration, "integration"),
    ];
    for (standing, reason) in denied {
        let app = App::default();
        let chat = TestChat::new(bot::listening_router(), app.clone()).await;
        let eve = chat.person("eve").standing(standing);
        eve.says("count 1").await;
        eve.says("hello").await;
        assert!(app.ran.all().is_empty(), "{standing:?}");
        assert_eq!(reasons(&chat).await, [reason, reason]);
        // A bot is not even answered: two bots that answer each other never end.
        let answers = if standing == Standing::Integration { 0 } else { 2 };
        assert_eq!(chat.adapter().messages().len(), answers, "{standing:?}");
    }
}

#[tokio::test]
async fn a_strangers_click_is_denied_too() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    chat.person("bob").says("page").await;
    chat.person("eve").standing(Standing::External).clicks("Acknowledge").await;
    assert!(app.ran.all().is_empty());
    chat.person("bob").clicks("Acknowledge").await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
}

#[tokio::test]
async fn an_action_inherits_the_permission_of_its_command() {
    let app = App::default();
    let chat = TestChat::builder(bot::router(), app.clone()).policy(OnlyPage).start().await;
    let bob = chat.person("bob");
    bob.says("page").await;
    bob.clicks("Acknowledge").await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
}

/// Everyone may page; nothing is said about actions.
#[derive(Debug)]
struct OnlyPage;

#[async_trait]
impl Policy for OnlyPage {
    async fn decide(&self, question: &Question) -> Result<Decision> {
        let allowed = question.route == "page";
        Ok(if allowed { Decision::allow("paging") } else { Decision::deny("not_authorized") })
    }
}

#[tokio::test]
async fn without_a_policy_nobody_is_served_and_help_says_how_to_add_one() {
    let app = App::default();
    let chat = TestChat::builder(bot::router(), app.clone()).without_policy().start().await;
    let bob = chat.person("bob");
    bob.says("help").await;
    chat.expect("add a policy").await;
    bob.says("count 1").await;
    assert!(app.ran.all().is_empty());
}

/// A policy that cannot decide.
#[derive(Debug)]
struct Broken;

#[async_trait]
impl Policy for Broken {
    async fn decide(&self, _: &Question) -> Result<Decision> {
        Err(chatgate_core::Error::internal("the rules are gone"))
    }
}

#[tokio::test]
async fn a_policy_that_fails_denies() {
    let app = App::default();
    let chat = TestChat::builder(bot::router(), app.clone()).policy(Broken).start().await;
    chat.person("bob").says("count 1").await;
    assert!(app.ran.all().is_empty());
    assert_eq!(reasons(&chat).await, ["policy_error"]);
}

/// Everything needs an approval.
#[derive(Debug)]
struct Approved;

#[async_trait]
impl Policy for Approved {
    async fn decide(&self, question: &Question) -> Result<Decision> {
        Ok(match question.phase {
            Phase::See => Decision::allow("seen"),
            _ => Decision::require_approval(Approval::new(1, "sre")),
        })
    }
}

#[tokio::test]
async fn an_approval_that_nobody_can_ask_for_is_a_denial() {
    let app = App::default();
    let chat = TestChat::builder(bot::router(), app.clone()).policy(Approved).start().await;
    chat.person("bob").says("count 1").await;
    assert!(app.ran.all().is_empty());
    chat.expect("approvals are not set up").await;
    assert_eq!(reasons(&chat).await, ["approval_unavailable"]);
}

/// Counting is allowed up to ten.
#[derive(Debug)]
struct UpToTen;

#[async_trait]
impl Policy for UpToTen {
    async fn decide(&self, question: &Question) -> Result<Decision> {
        let number = question.args.as_ref().and_then(|args| args["number"].as_i64());
        Ok(match (question.phase, number) {
            (Phase::See, _) => Decision::allow("seen"),
            (_, Some(number)) if number <= 10 => Decision::allow("small"),
            _ => Decision::deny("too_large"),
        })
    }
}

#[tokio::test]
async fn policy_is_asked_about_the_arguments() {
    let app = App::default();
    let chat = TestChat::builder(bot::router(), app.clone()).policy(UpToTen).start().await;
    let bob = chat.person("bob");
    bob.says("count 10").await;
    bob.says("count 11").await;
    assert_eq!(app.ran.all(), ["general 10"]);
    // Who may see the command may know that it was the arguments.
    chat.expect("You may not do this").await;
    assert_eq!(reasons(&chat).await, ["too_large"]);
}
