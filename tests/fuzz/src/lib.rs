//! What several fuzz targets share: every dialect, and judges of what it says.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a finding is a panic")]

#[allow(dead_code)]
#[path = "../../../crates/chatgate-render/tests/mattermost/validator.rs"]
mod mattermost;
#[allow(dead_code)]
#[path = "../../../crates/chatgate-render/tests/slack/modal.rs"]
mod modal;
#[allow(dead_code)]
#[path = "../../../crates/chatgate-render/tests/teams/validator.rs"]
mod teams;
#[allow(dead_code)]
#[path = "../../../crates/chatgate-render/tests/slack/validator.rs"]
mod validator;

use std::sync::{Arc, LazyLock};

use chatgate_core::{Capabilities, Content, Dialect, Form, Limits, Rendered, Surface, Target};
use chatgate_render::mattermost::MattermostPosts;
use chatgate_render::teams::AdaptiveCards;
use chatgate_render::{AnsiTerminal, BlockKit, PlainText};
use serde_json::Value;

/// One dialect in one place, and who judges what it says.
struct Way {
    name: &'static str,
    dialect: Box<dyn Dialect>,
    capabilities: Arc<Capabilities>,
    message: Judge,
    form: Judge,
    surfaces: &'static [Surface],
}

/// What is wrong with a payload.
type Judge = fn(&str, Surface) -> Vec<String>;

/// A new message, and the one surface whose limits are tighter on every platform.
const BOTH: &[Surface] = &[Surface::Post, Surface::Edit];
const POST: &[Surface] = &[Surface::Post];

static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| {
    let mut tight = Limits::new();
    tight.text_chars = Some(120);
    tight.blocks = Some(3);
    let tight = Capabilities::all().limits(tight);
    vec![
        Way {
            name: "Slack",
            dialect: Box::new(BlockKit::new()),
            capabilities: Arc::new(chatgate_render::slack::capabilities()),
            message: slack_message,
            form: slack_form,
            surfaces: BOTH,
        },
        Way {
            name: "Slack, tight",
            dialect: Box::new(BlockKit::new()),
            capabilities: Arc::new(tight.clone()),
            message: slack_message,
            form: slack_form,
            surfaces: POST,
        },
        Way {
            name: "Teams",
            dialect: Box::new(AdaptiveCards::new()),
            capabilities: Arc::new(chatgate_render::teams::capabilities()),
            message: teams::faults,
            form: nothing_to_judge,
            surfaces: BOTH,
        },
        Way {
            name: "Mattermost",
            dialect: Box::new(MattermostPosts::new()),
            capabilities: Arc::new(chatgate_render::mattermost::capabilities()),
            message: mattermost_post,
            form: nothing_to_judge,
            surfaces: BOTH,
        },
        Way {
            name: "terminal",
            dialect: Box::new(AnsiTerminal::new()),
            capabilities: Arc::new(tight.clone()),
            message: nothing_to_judge,
            form: nothing_to_judge,
            surfaces: POST,
        },
        Way {
            name: "plain text",
            dialect: Box::new(PlainText::new()),
            capabilities: Arc::new(tight),
            message: nothing_to_judge,
            form: nothing_to_judge,
            surfaces: POST,
        },
    ]
});

fn slack_message(payload: &str, _: Surface) -> Vec<String> {
    validator::faults(&json(payload))
}

fn slack_form(payload: &str, _: Surface) -> Vec<String> {
    modal::faults(&json(payload))
}

fn mattermost_post(payload: &str, _: Surface) -> Vec<String> {
    mattermost::faults(&json(payload))
}

fn nothing_to_judge(payload: &str, _: Surface) -> Vec<String> {
    json(payload);
    Vec::new()
}

fn json(payload: &str) -> Value {
    serde_json::from_str(payload).unwrap()
}

/// Says a content in every dialect. Panics where a platform would refuse what is said.
pub fn say(content: &Content) {
    for way in WAYS.iter() {
        for surface in way.surfaces {
            let target = Target::new(*surface, way.capabilities.clone());
            let fitted = way.dialect.message(content, &target);
            for part in &fitted.parts {
                judge(way, part, way.message, *surface);
            }
        }
    }
}

/// Says a form in every dialect that has forms.
pub fn ask(form: &Form) {
    for way in WAYS.iter() {
        let target = Target::new(Surface::Form, way.capabilities.clone());
        if let Ok(fitted) = way.dialect.form(form, &target) {
            assert_eq!(fitted.parts.len(), 1, "{}: a form is one part", way.name);
            for part in &fitted.parts {
                judge(way, part, way.form, Surface::Form);
            }
        }
    }
}

fn judge(way: &Way, part: &Rendered, judge: Judge, surface: Surface) {
    for payload in std::iter::once(&part.payload).chain(&part.repeated) {
        let faults = judge(payload.get(), surface);
        assert!(faults.is_empty(), "{}: {faults:?}\n{payload}", way.name);
    }
}

/// The bytes as text; half of all inputs would be lost if only UTF-8 were taken.
pub fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
