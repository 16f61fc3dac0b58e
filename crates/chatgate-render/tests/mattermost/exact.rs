//! Every block and inline, exactly as it goes over the wire.

use std::sync::Arc;

use chatgate_core::{
    ActionValue, Block, Button, Capabilities, Content, Dialect, Importance, Level, Limits,
    LossKind, RouteId, Surface, Target,
};
use chatgate_render::mattermost::{self, MattermostPosts};
use serde_json::{Value, json};

use crate::validator::faults;

fn said(content: &Content, can: Capabilities) -> (Vec<Value>, Vec<LossKind>) {
    let fitted =
        MattermostPosts::new().message(content, &Target::new(Surface::Post, Arc::new(can)));
    let parts = fitted.parts.iter().map(|part| part.read().expect("JSON"));
    (parts.collect(), fitted.losses.iter().map(|loss| loss.kind).collect())
}

/// The post of a content that fits one part without a loss.
fn post(content: &Content) -> Value {
    let (parts, losses) = said(content, mattermost::capabilities());
    assert_eq!(losses, []);
    assert_eq!(parts.len(), 1);
    assert_eq!(faults(&parts[0]), Vec::<String>::new());
    parts[0].clone()
}

fn action(name: &str) -> ActionValue {
    let mut action = ActionValue::of(RouteId::from(format!("action:{name}")), json!(null));
    action.seal = Some(format!("k1.{name}.mac"));
    action
}

#[test]
fn a_status_with_fields_text_and_buttons() {
    let content = Content::status(Level::Success, "api is live")
        .fields([("env", "prod"), ("version", "1.4.2")])
        .actions([Button::of("Roll back", action("back")).danger()])
        .text("Rolled out in 42 s.");
    let button = json!({
        "id": "a1",
        "name": "Roll back",
        "type": "button",
        "style": "danger",
        "integration": {"url": "chatgate:integration", "context": {"seal": "k1.back.mac"}},
    });
    let attachments = json!([
        {
            "fallback": "api is live",
            "color": "#3db887",
            "text": ":white_check_mark: **api is live**",
            "fields": [
                {"title": "env", "value": "prod", "short": true},
                {"title": "version", "value": "1.4.2", "short": true},
            ],
            "actions": [button],
        },
        {"fallback": "Rolled out in 42 s.", "color": "#3db887", "text": "Rolled out in 42 s."},
    ]);
    let props = json!({"attachments": attachments, "disable_mentions": true});
    assert_eq!(post(&content), json!({"message": "", "props": props}));
}

#[test]
fn the_mark_of_a_message_is_that_of_its_first_part() {
    let urgent = Content::from("x ".repeat(60)).importance(Importance::Urgent);
    let can = mattermost::capabilities().limits(Limits::new().text_chars(80));
    let (parts, _) = said(&urgent, can);
    assert!(parts.len() > 1);
    assert_eq!(parts[0]["metadata"], json!({"priority": {"priority": "urgent"}}));
    assert!(parts[1..].iter().all(|part| part.get("metadata").is_none()));
    let asking = Content::from("x").ask_acknowledgement();
    let wanted = json!({"priority": {"priority": "", "requested_ack": true}});
    assert_eq!(post(&asking)["metadata"], wanted);
}

#[test]
fn a_long_text_is_parted_at_its_limit_and_not_before() {
    let mark = "*\u{2060}↻ possibly repeated*\n\n".chars().count();
    let most = 16_383 - mark;
    for (length, parts) in [(most, 1), (most + 1, 2)] {
        let content = Content::from("é".repeat(length));
        let (said, _) = said(&content, mattermost::capabilities());
        assert_eq!(said.len(), parts, "{length}");
    }
    let content = Content::new().block(Block::Divider);
    let (said, _) = said(&content, Capabilities::all().limits(Limits::new().text_chars(64)));
    assert_eq!(said[0]["message"], "---");
}

/// Everything that is Markdown: what people see of it is what the dialect was given, and nothing of it
/// is anything else. `\u{2060}` parts a sign from what would make it live.
#[test]
fn every_block_and_inline_is_markdown() {
    let content: Content = serde_json::from_value(json!({"blocks": [
        {"heading": {"level": 2, "text": [{"text": "Deploy #1 *now*"}]}},
        {"paragraph": [{"text": "a_b_c 1. "}, {"bold": [{"text": "b*"}]}, {"text": " "},
            {"italic": [{"text": "i"}]}, {"text": " "}, {"strike": [{"text": "s"}]},
            {"text": " "}, {"code": "x`y"}, {"text": " "},
            {"link": {"url": "https://x.test/(a)|b", "label": [{"text": "la]bel"}]}},
            {"text": " "},
            {"link": {"url": "https://x.test/", "label": []}}, "break", {"text": "@all ~town #tag :tada: https://evil.test"}]},
        {"paragraph": [{"user": {"id": "u1", "handle": "bob"}}, {"text": " "},
            {"channel": {"id": "c1", "name": "town-square"}}, {"text": " "},
            {"broadcast": "channel"}, {"text": " "}, {"emoji": "tada"}]},
        {"list": {"items": [{"blocks": [{"paragraph": [{"text": "one"}]},
            {"list": {"start": 3, "items": [{"blocks": [{"paragraph": [{"text": "three"}]}]}]}}]},
            {"done": true, "blocks": [{"paragraph": [{"text": "done"}]}]},
            {"done": false, "blocks": [{"paragraph": [{"text": "open"}]}]}]}},
        {"quote": [{"paragraph": [{"text": "said"}]},
            {"code": {"language": "sh", "text": "ls\n"}}]},
        {"code": {"language": "rust", "text": "```\nfn main() {}\n"}},
        "divider",
        {"table": {"columns": [{"head": [{"text": "a|b"}]},
            {"head": [{"text": "n"}], "align": "right"}], "rows": [[[{"text": "x\ny"}], [{"text": "1"}]], [[{"code": "c|d"}]]]}},
        {"image": {"url": "https://x.test/p.png", "alt": "a graph", "title": "CPU"}},
        {"progress": [{"state": "done", "text": "Build"}, {"state": "running", "text": "Ship"},
            {"state": "pending", "text": "Check"}]},
        {"detail": {"summary": [{"text": "More"}], "blocks": [{"paragraph": [{"text": "inside"}]}]}},
        {"context": [{"text": "small print"}]}
    ]}))
    .expect("a content");
    let (parts, losses) = said(&content, mattermost::capabilities());
    let lines = [
        "## Deploy #1 \\*now\\*",
        "",
        "a_b_c 1. **b\\*\u{2060}** *i* ~~s~~ ``x`y`` [la&#93;bel](https://x.test/%28a%29%7Cb) [https://x.test/](https://x.test/)",
        "@\u{2060}all \\~\u{2060}town #\u{2060}tag :\u{2060}tada: https:\u{2060}//evil.test",
        "",
        "@bob ~town-square @channel :tada:",
        "",
        "- one",
        "",
        "  3. three",
        "- [x] done",
        "- [ ] open",
        "",
        "> said",
        "> ```sh",
        "> ls",
        "> ```",
        "",
        "````rust",
        "```",
        "fn main() {}",
        "````",
        "",
        "---",
        "",
        "| a\\|b | n |",
        "| --- | --: |",
        "| x y | 1 |",
        "| c\\|d |  |",
        "",
        "**CPU**",
        "![a graph](https://x.test/p.png)",
        "",
        ":white_check_mark: Build",
        ":arrow_forward: **Ship**",
        ":white_circle: Check",
        "",
        "**\u{2060}▾ More**",
        "",
        "> inside",
        "",
        "*small print*",
    ];
    let message = parts[0]["message"].as_str().expect("a text");
    assert_eq!(message.lines().collect::<Vec<_>>(), lines);
    assert_eq!(parts.len(), 1);
    // A pipe in code of a cell, and a detail that is unfolded.
    assert_eq!(losses, [LossKind::Style, LossKind::Detail]);
}

#[test]
fn an_answer_is_read_as_markdown_alone() {
    let target = Target::new(Surface::Answer, Arc::new(mattermost::answer_capabilities()));
    let fitted = MattermostPosts::new().message(&Content::from("<https://x.test|a> done"), &target);
    let answer: Value = fitted.parts[0].read().expect("JSON");
    assert_eq!(answer["skip_slack_parsing"], true);
    assert_eq!(answer["text"], "&lt;https:\u{2060}//x.test\\|a> done");
    assert!(fitted.parts[0].repeated.is_none(), "it goes back once");
}

#[test]
fn a_webhook_reads_slacks_links_and_finds_none() {
    let target = Target::new(Surface::Webhook, Arc::new(mattermost::webhook_capabilities()));
    let content = Content::from("<https://evil.test|Approve> <!channel>").code(None, "<a|b>");
    let fitted = MattermostPosts::new().message(&content, &target);
    let post: Value = fitted.parts[0].read().expect("JSON");
    let text = post["text"].as_str().expect("a text");
    assert!(!text.contains("<!") && !text.contains("<https") && !text.contains("<a"), "{text}");
}
