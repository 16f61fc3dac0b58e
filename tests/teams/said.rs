//! What is said arrives whole and in order, and says nothing that it should not.

use chatgate_core::{Button, Content, LossKind, Table};
use serde_json::Value;

use crate::bot::Take;
use crate::world::World;

/// What one webhook takes: 28 KB.
const MOST: u64 = 28 * 1024;

/// A hundred kilobytes of numbered lines.
pub(crate) fn report() -> Content {
    let line = |number: usize| format!("line-{number:04} {}", "every word of it counts ".repeat(4));
    let mut content = Content::new().heading(1, "Report");
    for number in 0..500 {
        content = content.text(line(number));
    }
    let rows = (500..900).map(line);
    content.table(rows.fold(Table::new(["What"]), |table, row| table.row([row])))
}

/// The numbers of the lines in the order in which they are read.
fn lines(posts: &[String]) -> Vec<usize> {
    let all = posts.concat();
    all.split("line-").skip(1).map(|rest| rest[..4].parse().unwrap()).collect()
}

/// Where nobody hears, nothing is promised that would have to be heard; that it is lost is told.
#[tokio::test]
async fn a_button_in_a_workflow_is_a_label_and_a_loss() {
    let world = World::mapped().await;
    let take = Button::new("Take it", &Take { what: "disk".into() });
    let card = || Content::from("Incident: disk full").actions([take.clone()]);
    let chat = world.running.chat();
    let sent = chat.say(World::workflow("alerts"), card()).await.unwrap();
    assert!(sent.losses.iter().any(|loss| loss.kind == LossKind::Actions), "{:?}", sent.losses);
    world.settled().await;
    let shown = world.read("random", "workflow").concat();
    assert!(shown.contains("Take it") && !shown.contains("number"), "{shown}");
    // Where an outgoing webhook hears what is written, a number is one way back.
    chat.say(world.channel("ops"), card()).await.unwrap();
    world.expect_posted("ops", "Write my name and a number").await;
    let taken = world.say("bob", "ops", "1").await;
    assert!(taken.answer.contains("disk is taken by"), "{taken:?}");
}

#[tokio::test]
async fn a_long_report_arrives_whole_in_parts_and_in_order() {
    let world = World::new().await;
    let sent = world.running.chat().say(World::workflow("ops"), report()).await.unwrap();
    assert!(sent.parts.len() > 3, "{}", sent.parts.len());
    world.settled().await;
    let posts = world.read("ops", "workflow");
    assert_eq!(posts.len(), sent.parts.len());
    assert_eq!(lines(&posts), (0..900).collect::<Vec<_>>());
    assert!(posts.concat().len() > 90_000);
    for request in world.teams.requests() {
        assert!(request["bytes"].as_u64().unwrap() <= MOST, "{}", request["bytes"]);
        assert_eq!(request["status"], 202);
    }
    assert!(
        world.teams.runs().iter().all(|run| run["status"] == "Succeeded"),
        "{:?}",
        world.teams.runs()
    );
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_cut_where_nothing_can_follow_it() {
    let world = World::new().await;
    let call = world.say("alice", "ops", "report").await;
    assert!(call.taken(), "{:?}", call.error);
    assert!(call.answer.len() <= usize::try_from(MOST).unwrap());
    let words = world.read("ops", "opsbot").concat();
    let kept = lines(std::slice::from_ref(&words));
    assert!(kept.len() > 50 && kept == (0..kept.len()).collect::<Vec<_>>(), "{kept:?}");
    assert!(words.contains("the rest does not fit"));
}

#[tokio::test]
async fn an_answer_that_is_too_long_follows_whole_by_the_workflow_of_its_channel() {
    let world = World::mapped().await;
    let call = world.say("alice", "ops", "report").await;
    assert!(call.answer.contains("follows"), "{call:?}");
    world.settled().await;
    assert_eq!(lines(&world.read("ops", "workflow")), (0..900).collect::<Vec<_>>());
}

/// What a card makes live: whom it mentions, what it opens, and the text that is read as Markdown.
fn live(card: &Value, out: &mut Vec<String>) {
    match card {
        Value::Array(items) => items.iter().for_each(|item| live(item, out)),
        Value::Object(fields) => {
            if fields.get("type").is_some_and(|kind| kind == "TextBlock")
                || fields.contains_key("facts")
            {
                out.push(card.to_string());
            }
            for (name, value) in fields {
                if matches!(name.as_str(), "entities" | "url" | "selectAction") {
                    out.push(value.to_string());
                }
                live(value, out);
            }
        }
        _ => {}
    }
}

/// T42, T43: what somebody else wrote mentions nobody and opens nothing, in a post and in an answer.
#[tokio::test]
async fn what_others_wrote_is_inert() {
    let world = World::new().await;
    for hostile in [
        "<at>Everyone</at> look",
        "&lt;at&gt;channel&lt;/at&gt;",
        "@all <!channel> @here",
        "<https://evil.example|Approve>",
        "[Approve](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "<a href=\"https://evil.example\">Approve</a>",
        "**Approved** by _Bob_",
    ] {
        let call =
            world.say("alice", "ops", &format!("quote \"{}\"", hostile.replace('"', "'"))).await;
        assert!(call.taken(), "{hostile}: {call:?}");
        let content = Content::from(hostile).then(Content::untrusted("a log", hostile));
        world.running.chat().say(World::workflow("ops"), content).await.unwrap();
        world.settled().await;
        let posted = world.teams.messages("ops").pop().unwrap();
        assert_eq!(posted["from"], "workflow", "{hostile}");
        let words = posted["words"].as_str().unwrap();
        assert!(
            words.contains("evil.example") == hostile.contains("evil.example"),
            "{hostile}: {words}"
        );
        for card in [&posted["card"], &call.json()["attachments"][0]["content"]] {
            assert!(card.is_object(), "{hostile}");
            let mut found = Vec::new();
            live(card, &mut found);
            let touched = found
                .iter()
                .any(|it| it.contains("evil") || it.contains("at>") || it.contains("Approved"));
            assert!(!touched, "{hostile}: {found:?}");
        }
    }
}
