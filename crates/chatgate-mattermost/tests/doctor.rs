//! What the doctor makes of servers, and of what stands before them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use chatgate_core::{
    Clock, CommandSpec, Error, ErrorKind, Finding, FindingLevel as Level, ManualClock, Specs,
    Timestamp,
};
use chatgate_http::{MemoryTransport, Response};
use chatgate_mattermost::Mattermost;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// By the clocks of both.
const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const NOW_SECS: i64 = 784_111_777;

/// What a server answers to a path: JSON, or a status.
enum Said {
    Json(Value),
    Status(u16, &'static str),
}

/// A server on which all is well.
fn well(path: &str) -> Said {
    Said::Json(match path {
        "users/me" => {
            json!({"id": "b", "username": "opsbot", "is_bot": true, "roles": "system_user"})
        }
        "config/client" => json!({
            "Version": "11.6.0", "SiteURL": "https://chat.test/sub/", "EnableCommands": "true",
        }),
        "users/me/teams" => json!([{"id": "t", "name": "acme"}]),
        "users/me/channels" => json!([{"id": "c", "type": "O"}]),
        "commands" => json!([{
            "id": "1", "token": "known", "trigger": "deploy",
            "url": "https://bot.test/mattermost/command",
        }]),
        // The program itself.
        "/mattermost/command" => return Said::Status(401, ""),
        other => panic!("nobody asks for {other}"),
    })
}

/// What is found where the server answers so.
async fn found(answer: impl Fn(&str) -> Said + Send + Sync + 'static) -> Vec<Finding> {
    let transport = MemoryTransport::new(move |request| {
        let path = request.url.path();
        let said = answer(path.strip_prefix("/sub/api/v4/").unwrap_or(path));
        async move {
            let (status, body) = match said {
                Said::Json(body) => (200, body.to_string()),
                Said::Status(0, _) => return Err(Error::new(ErrorKind::Unavailable)),
                Said::Status(status, body) => (status, body.to_owned()),
            };
            let headers = HeaderMap::from_iter([(header::DATE, HeaderValue::from_static(NOW))]);
            Ok(Response::new(StatusCode::from_u16(status).unwrap(), headers, body))
        }
    });
    let mattermost = Mattermost::builder()
        .url("https://chat.test/sub")
        .token("abc")
        .slash_tokens("known")
        .public_url("https://bot.test")
        .transport(Arc::new(transport))
        .build()
        .unwrap();
    let specs = Specs::new(vec![CommandSpec::new("deploy", "")], vec![], vec![], vec![]);
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::from_secs(NOW_SECS)));
    mattermost.doctor(&specs).examine(&clock).await.unwrap()
}

/// A server on which all is well but one path.
async fn found_but(
    path: &'static str,
    said: impl Fn() -> Said + Send + Sync + 'static,
) -> Vec<Finding> {
    found(move |asked| if asked == path { said() } else { well(asked) }).await
}

#[track_caller]
fn has(findings: &[Finding], level: Level, words: &str) {
    let is = |finding: &&Finding| finding.level() == level && finding.what().contains(words);
    let one = findings.iter().find(is);
    let one = one.unwrap_or_else(|| panic!("{level:?} {words}: {findings:#?}"));
    assert_eq!(one.next_step().is_some(), level > Level::Ok, "the next step: {one:?}");
}

#[tokio::test]
async fn where_all_is_well_nothing_else_is_told() {
    let findings = found(well).await;
    assert!(findings.iter().all(|it| it.level() == Level::Ok), "{findings:#?}");
    assert_eq!(findings.len(), 5, "{findings:#?}");
}

#[tokio::test]
async fn a_page_where_a_server_should_be_is_no_mattermost() {
    let findings = found_but("users/me", || Said::Status(200, "<html>welcome</html>")).await;
    has(&findings, Level::Error, "no Mattermost");
    has(&findings, Level::Ok, "leads to this program");
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_told_from_one_that_is_not_there() {
    let findings = found_but("users/me", || Said::Status(0, "")).await;
    has(&findings, Level::Error, "the server cannot be asked (unavailable");
    let findings = found_but("users/me", || Said::Status(404, "nothing here")).await;
    has(&findings, Level::Error, "the server cannot be asked (not found");
    assert!(findings[0].next_step().unwrap().contains("sub-path"), "{findings:?}");
}

#[tokio::test]
async fn what_a_proxy_keeps_from_us_is_a_warning_and_the_rest_is_looked_at() {
    for (path, words) in [
        ("config/client", "version and settings cannot be seen"),
        ("users/me/channels", "its channels cannot be seen"),
        ("users/me/teams", "its teams cannot be seen"),
        ("commands", "the slash commands of acme cannot be seen"),
    ] {
        let findings = found_but(path, || Said::Status(403, "<html>no</html>")).await;
        has(&findings, Level::Warning, words);
        has(&findings, Level::Ok, "leads to this program");
        assert!(findings.iter().all(|it| it.level() < Level::Error), "{findings:#?}");
    }
}

#[tokio::test]
async fn a_server_without_an_address_and_a_bot_without_a_team_are_told() {
    let findings = found_but("config/client", || Said::Json(json!({"Version": "11.6.0"}))).await;
    has(&findings, Level::Error, "no Site URL");
    let findings = found_but("users/me/teams", || Said::Json(json!([]))).await;
    has(&findings, Level::Error, "in no team");
}

#[tokio::test]
async fn what_the_server_names_cannot_act_in_a_terminal() {
    let teams = || Said::Json(json!([{"id": "t", "name": "\u{1b}[2Jacme\n"}]));
    let findings = found_but("users/me/teams", teams).await;
    assert!(findings.iter().all(|it| !it.what().contains(char::is_control)), "{findings:?}");
}

#[tokio::test]
async fn a_command_that_has_moved_along_with_the_program_is_told_otherwise_than_a_strangers() {
    let to = |url: &'static str| {
        let command = json!([{"id": "1", "token": "known", "trigger": "deploy", "url": url}]);
        found_but("commands", move || Said::Json(command.clone()))
    };
    let moved = to("https://old.test/mattermost/command").await;
    has(&moved, Level::Error, "leads elsewhere: https://old.test");
    let taken = to("https://evil.test/x").await;
    has(&taken, Level::Error, "leads elsewhere: https://evil.test");
    let next = |findings: &[Finding]| {
        findings.iter().find_map(Finding::next_step).unwrap_or_default().to_owned()
    };
    assert!(next(&moved).contains("--apply") && !next(&taken).contains("--apply"));
}
