//! What every adapter must do: the behaviour suite.
//!
//! Where a capability is absent the suite demands [`chatgate_core::ErrorKind::Unsupported`] or a reported
//! loss: it never skips. An adapter runs it in a few lines:
//!
//! ```
//! use std::sync::Arc;
//! use async_trait::async_trait;
//! use chatgate_core::{Adapter, Place};
//! use chatgate_testkit::{MemoryAdapter, TestChat, adapter_suite::AdapterUnderTest};
//!
//! struct Memory(MemoryAdapter);
//!
//! #[async_trait]
//! impl AdapterUnderTest for Memory {
//!     fn adapter(&self) -> Arc<dyn Adapter> { Arc::new(self.0.clone()) }
//!     fn place(&self) -> Place { TestChat::channel("general") }
//!     async fn texts(&self) -> Vec<String> {
//!         self.0.messages().into_iter().filter(|m| !m.deleted).map(|m| m.text).collect()
//!     }
//! }
//!
//! async fn make() -> Memory { Memory(MemoryAdapter::new(TestChat::adapter_id())) }
//!
//! mod behaviour {
//!     chatgate_testkit::adapter_suite!(super::make);
//! }
//! # fn main() {}
//! ```

use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, Audience, Block, Capabilities, Change, Content, Error, Feature, Fitted, Form,
    FormField, Inbox, LossKind, MessageId, MessageRef, Operation, Place, PlatformMessageId,
    Receipt, Rendered, Result, ShutdownTrigger, Subject, Surface, Target,
};
use serde_json::json;

use crate::TestChat;

/// An adapter and a view of the platform behind it.
#[async_trait]
pub trait AdapterUnderTest: Send + Sync {
    /// The adapter.
    fn adapter(&self) -> Arc<dyn Adapter>;

    /// A place that it can act in.
    fn place(&self) -> Place;

    /// The texts of the messages that can be read in the place now, oldest first.
    async fn texts(&self) -> Vec<String>;
}

/// Makes a test of each case.
#[macro_export]
macro_rules! adapter_suite {
    ($make:path) => {
        $crate::adapter_suite!(@cases $make:
            an_unknown_block_is_shown_and_reported,
            every_block_is_shown_or_reported,
            no_part_is_over_the_limits,
            a_message_is_posted_or_unsupported,
            a_message_is_edited_or_unsupported,
            a_message_is_deleted_or_unsupported,
            a_reaction_is_taken_or_unsupported,
            a_file_is_taken_or_unsupported,
            a_form_opens_or_is_unsupported,
            earlier_messages_are_read_or_unsupported,
            a_place_is_described_or_an_error,
            an_unknown_method_is_an_error,
            it_ends_when_it_is_asked_to,
        );
    };
    (@cases $make:path: $($case:ident,)*) => {
        $(
            #[tokio::test]
            async fn $case() {
                $crate::adapter_suite::$case(&$make().await).await;
            }
        )*
    };
}

fn can(subject: &dyn AdapterUnderTest) -> Arc<Capabilities> {
    subject.adapter().capabilities(&subject.place(), None)
}

fn say(subject: &dyn AdapterUnderTest, content: &Content) -> Fitted {
    let target = Target::new(Surface::Post, can(subject));
    subject.adapter().dialect().message(content, &target)
}

fn part(subject: &dyn AdapterUnderTest, text: &str) -> Rendered {
    let mut parts = say(subject, &Content::from(text)).parts;
    assert_eq!(parts.len(), 1, "a short text is one part");
    parts.remove(0)
}

async fn post(subject: &dyn AdapterUnderTest, text: &str) -> Result<Option<PlatformMessageId>> {
    let post = Operation::Post {
        place: subject.place(),
        audience: Audience::Everyone,
        part: part(subject, text),
        key: MessageId::from(1),
        via: None,
    };
    match subject.adapter().call(post).await? {
        Receipt::Posted(id) => Ok(id),
        other => panic!("the receipt of a post is not {other:?}"),
    }
}

/// Demands success where the feature is there, and `Unsupported` where it is not.
fn demand<T>(subject: &dyn AdapterUnderTest, feature: Feature, result: Result<T>) -> Option<T> {
    match (can(subject).can(feature), result) {
        (true, Ok(value)) => Some(value),
        (true, Err(error)) => panic!("{feature:?} is declared and fails: {error:?}"),
        (false, Err(error)) if error.is_unsupported() => None,
        (false, Err(error)) => panic!("{feature:?} is absent: not {error:?}"),
        (false, Ok(_)) => panic!("{feature:?} is absent and works: declare it"),
    }
}

/// A message to act on, where messages can be posted.
async fn posted(subject: &dyn AdapterUnderTest) -> MessageRef {
    let id = post(subject, "first").await.ok().flatten();
    MessageRef::platform(subject.place(), id.unwrap_or_else(|| "none".into()))
}

/// A block of a newer version is shown by its words, and its loss is reported.
pub async fn an_unknown_block_is_shown_and_reported(subject: &dyn AdapterUnderTest) {
    let block = Block::Other(json!({"hologram": {"text": "words of the hologram"}}));
    let fitted = say(subject, &Content::new().block(block));
    assert!(fitted.losses.iter().any(|loss| loss.kind == LossKind::Unknown), "{:?}", fitted.losses);
    let shown =
        fitted.parts.iter().any(|part| part.payload.get().contains("words of the hologram"));
    assert!(shown, "its words are gone");
}

/// Every kind of block leaves its words, or a loss.
pub async fn every_block_is_shown_or_reported(subject: &dyn AdapterUnderTest) {
    let table = chatgate_core::Table::new(["Head"]).row(["needle"]);
    let blocks: Vec<Content> = vec![
        Content::new().heading(1, "needle"),
        Content::from("needle"),
        Content::new().bullets(["needle"]),
        Content::new().quote("needle"),
        Content::new().code(None, "needle"),
        Content::new().table(table),
        Content::new().fields([("key", "needle")]),
        Content::status(chatgate_core::Level::Warning, "needle"),
        Content::new().context("needle"),
    ];
    for content in blocks {
        let fitted = say(subject, &content);
        let shown = fitted.parts.iter().any(|part| part.payload.get().contains("needle"));
        assert!(shown || !fitted.losses.is_empty(), "lost in silence: {content:?}");
    }
}

/// Long content is parted: no part is over the payload's limit, and no word is lost in silence.
pub async fn no_part_is_over_the_limits(subject: &dyn AdapterUnderTest) {
    let words = "word ".repeat(20_000);
    let fitted = say(subject, &Content::from(words.as_str()));
    let limits = &can(subject).limits;
    if let Some(limit) = limits.payload_bytes {
        for part in &fitted.parts {
            assert!(part.payload.get().len() <= limit, "{} bytes", part.payload.get().len());
        }
    }
    let cut = fitted.losses.iter().any(|loss| loss.kind == LossKind::Cut);
    let said: usize =
        fitted.parts.iter().map(|part| part.payload.get().matches("word").count()).sum();
    assert!(cut || said >= 20_000, "{said} of 20,000 words, and no loss");
}

/// What is posted can be read, and says what it said.
pub async fn a_message_is_posted_or_unsupported(subject: &dyn AdapterUnderTest) {
    let result = post(subject, "first").await;
    if demand(subject, Feature::Post, result).is_some() {
        let texts = subject.texts().await;
        assert!(texts.iter().any(|text| text.contains("first")), "{texts:?}");
    }
}

/// An edited message says what it says now, and no longer what it said.
pub async fn a_message_is_edited_or_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    let edit = Operation::Edit {
        place: subject.place(),
        message,
        part: part(subject, "second"),
        via: None,
    };
    let result = subject.adapter().call(edit).await;
    if demand(subject, Feature::Edit, result).is_some() {
        let texts = subject.texts().await;
        assert!(texts.iter().any(|text| text.contains("second")), "{texts:?}");
    }
}

/// A deleted message cannot be read any more.
pub async fn a_message_is_deleted_or_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    let delete = Operation::Delete { place: subject.place(), message, via: None };
    let result = subject.adapter().call(delete).await;
    if demand(subject, Feature::Delete, result).is_some() {
        let texts = subject.texts().await;
        assert!(!texts.iter().any(|text| text.contains("first")), "{texts:?}");
    }
}

/// A reaction is added.
pub async fn a_reaction_is_taken_or_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    let react = Operation::React {
        place: subject.place(),
        message,
        emoji: "eyes".into(),
        change: Change::Added,
    };
    demand(subject, Feature::Reactions, subject.adapter().call(react).await);
}

/// A file is uploaded.
pub async fn a_file_is_taken_or_unsupported(subject: &dyn AdapterUnderTest) {
    let upload = Operation::Upload {
        place: subject.place(),
        file: chatgate_core::FileRef::from(1),
        name: "a.txt".into(),
        bytes: "words".into(),
    };
    demand(subject, Feature::Upload, subject.adapter().call(upload).await);
}

/// A form is said by the dialect, or the dialect says that there are none.
pub async fn a_form_opens_or_is_unsupported(subject: &dyn AdapterUnderTest) {
    let form = Form::new("suite", "A form").field(FormField::text("words", "Words"));
    let target = Target::new(Surface::Form, can(subject));
    let said = subject.adapter().dialect().form(&form, &target);
    if let Some(fitted) = demand(subject, Feature::Forms, said) {
        assert_eq!(fitted.parts.len(), 1, "a form is one part");
    }
}

/// Earlier messages are read.
pub async fn earlier_messages_are_read_or_unsupported(subject: &dyn AdapterUnderTest) {
    let history = Operation::History { place: subject.place(), before: None, limit: 5 };
    demand(subject, Feature::History, subject.adapter().call(history).await);
}

/// A look-up gives a description or an error; without the feature it is `Unsupported`.
pub async fn a_place_is_described_or_an_error(subject: &dyn AdapterUnderTest) {
    let describe = Operation::Describe(Subject::Place(subject.place()));
    match subject.adapter().call(describe).await {
        Ok(Receipt::Described(_)) => {}
        Ok(other) => panic!("a description is not {other:?}"),
        Err(error) if can(subject).can(Feature::Describe) => {
            assert!(!error.is_unsupported(), "it is declared");
        }
        Err(error) => assert!(error.is_unsupported(), "{error:?}"),
    }
}

/// A method that the platform does not have is an error, never a panic.
pub async fn an_unknown_method_is_an_error(subject: &dyn AdapterUnderTest) {
    let native = Operation::Native { method: "no.such.method".into(), body: json!({}) };
    let result: Result<Receipt, Error> = subject.adapter().call(native).await;
    assert!(result.is_err());
}

/// Its run ends when shutdown is asked for.
pub async fn it_ends_when_it_is_asked_to(subject: &dyn AdapterUnderTest) {
    let chat = TestChat::new(chatgate_router::Router::new(), ()).await;
    let inbox: Inbox = chat.gateway().inbox(&TestChat::adapter_id());
    let (trigger, shutdown) = ShutdownTrigger::new();
    trigger.ask();
    subject.adapter().run(inbox, shutdown).await.expect("it ends well");
}
