//! Every block and inline, exactly as it goes over the wire.

use std::sync::Arc;

use chatgate_core::{
    ActionValue, Block, Button, Capabilities, Content, Dialect, Level, Limits, LossKind, RouteId,
    Surface, Target,
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
