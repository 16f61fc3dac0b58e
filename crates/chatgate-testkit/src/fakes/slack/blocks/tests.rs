use serde_json::{Value, json};

use super::*;
use crate::fakes::slack::mrkdwn::Live;

fn problems(blocks: Value) -> Vec<String> {
    let blocks = blocks.as_array().unwrap().clone();
    check(&blocks, Surface::Message, "/blocks").err().map_or(Vec::new(), |no| no.messages)
}

#[test]
fn what_is_right_passes() {
    let blocks = json!([
        {"type": "header", "text": {"type": "plain_text", "text": "Deploy"}},
        {"type": "section", "block_id": "x", "text": {"type": "mrkdwn", "text": "*bold*"},
         "accessory": {"type": "static_select", "action_id": "s", "options": [
            {"text": {"type": "plain_text", "text": "One"}, "value": "1"}]}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
        {"type": "divider"},
        {"type": "actions", "elements": [
            {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"},
             "style": "primary", "value": "v"},
            {"type": "datepicker", "initial_date": "2026-01-31"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": [
                {"type": "text", "text": "x", "style": {"bold": true}}]}]}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]],
         "column_settings": [null, {"align": "right"}]},
        {"type": "markdown", "text": "# hi"},
    ]);
    assert_eq!(problems(blocks), [""; 0]);
}

#[test]
fn each_mistake_is_named_with_its_place() {
    let text = json!({"type": "mrkdwn", "text": "x"});
    let cases = [
        (json!([{"type": "nonsense"}]), "unsupported type: nonsense [json-pointer:/blocks/0/type]"),
        (json!([{"type": "section"}]), "missing required field: text or fields"),
        (json!([{"type": "section", "text": text, "colour": 1}]), "additional property: colour"),
        (
            json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(3001)}}]),
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ),
        (json!([{"type": "header", "text": text}]), "`type` must be one of: plain_text"),
        (json!([{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]), "more than 0"),
        (json!([{"type": "actions", "elements": []}]), "no fewer than 1 items"),
        (
            json!([{"type": "actions", "elements": [{"type": "button", "text": text}]}]),
            "[json-pointer:/blocks/0/elements/0/text]",
        ),
        (
            json!([{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}]),
            "`block_id` is not unique: b [json-pointer:/blocks/1]",
        ),
        (
            json!([{"type": "actions", "elements": [
                {"type": "datepicker", "action_id": "a"},
                {"type": "datepicker", "action_id": "a"}]}]),
            "`action_id` is not unique in its block: a",
        ),
        (
            json!([{"type": "image", "alt_text": "x"}]),
            "exactly one of `image_url` and `slack_file`",
        ),
        (json!([{"type": "plan"}]), "missing required field: title"),
        (json!([5]), "must be an object"),
    ];
    for (blocks, expected) in cases {
        let found = problems(blocks.clone());
        assert!(found.iter().any(|one| one.contains(expected)), "{blocks}: {found:?}");
    }
}

#[test]
fn a_message_has_one_table() {
    let table = json!({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]});
    let refused = check(&[table.clone(), table], Surface::Message, "/blocks").unwrap_err();
    assert_eq!(refused.code, "invalid_attachments");
    assert!(refused.messages[0].contains("only_one_table_allowed"));
}

#[test]
fn markdown_has_a_limit_for_all_blocks_together() {
    let half = json!({"type": "markdown", "text": "x".repeat(6_001)});
    let refused = check(&[half.clone(), half], Surface::Message, "/blocks").unwrap_err();
    assert_eq!(refused.code, "msg_too_long");
}

#[test]
fn limits_count_utf_16_units() {
    let crab = "🦀".repeat(76);
    let blocks = json!([{"type": "header", "text": {"type": "plain_text", "text": crab}}]);
    assert_eq!(problems(blocks).len(), 1);
}

#[test]
fn what_is_alive_is_found() {
    let blocks = [
        json!({"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> &lt;!here&gt;"}}),
        json!({"type": "section", "text": {"type": "plain_text", "text": "<!everyone>"}}),
        json!({"type": "markdown", "text": "<@U1> [x](slack://y) https://z.w"}),
        json!({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "user", "user_id": "U2"}, {"type": "broadcast", "range": "here"},
            {"type": "text", "text": "<!channel>"}, {"type": "link", "url": "https://l"}]}]}),
    ];
    let mut live = Live::default();
    alive(&blocks, &mut live);
    assert_eq!(live.mentions, ["<!channel>", "<@U1>", "<@U2>", "<!here>"]);
    assert_eq!(live.links, ["https://z.w", "slack://y", "https://l"]);
}

#[test]
fn what_has_no_id_gets_one() {
    let mut blocks = vec![
        json!({"type": "actions", "elements": [{"type": "datepicker"}, {"type": "datepicker"}]}),
        json!({"type": "divider", "block_id": "mine"}),
    ];
    name_all(&mut blocks);
    assert_eq!(blocks[0]["block_id"], "auto-0");
    assert_eq!(blocks[0]["elements"][1]["action_id"], "auto-1");
    assert_eq!(blocks[1]["block_id"], "mine");
}
