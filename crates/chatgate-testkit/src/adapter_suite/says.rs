//! The dialect: nothing is lost in silence, and nothing is over a limit.

use chatgate_core::{
    ActionValue, Block, Button, Content, Feature, Level, LossKind, RouteId, Table,
};
use serde_json::json;

use super::{AdapterUnderTest, can, post, say};

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
    let table = Table::new(["Head"]).row(["needle"]);
    let blocks: Vec<Content> = vec![
        Content::new().heading(1, "needle"),
        Content::from("needle"),
        Content::new().bullets(["needle"]),
        Content::new().quote("needle"),
        Content::new().code(None, "needle"),
        Content::new().table(table),
        Content::new().fields([("key", "needle")]),
        Content::status(Level::Warning, "needle"),
        Content::new().context("needle"),
    ];
    for content in blocks {
        let fitted = say(subject, &content);
        let shown = fitted.parts.iter().any(|part| part.payload.get().contains("needle"));
        assert!(shown || !fitted.losses.is_empty(), "lost in silence: {content:?}");
    }
}

/// Long content is parted: no part is over the payload's limit, what is posted of it is not over the
/// limit of text, and no word is lost in silence.
pub async fn no_part_is_over_the_limits(subject: &dyn AdapterUnderTest) {
    const WORDS: usize = 5_000;
    let fitted = say(subject, &Content::from("word ".repeat(WORDS).as_str()));
    let can = can(subject);
    if let Some(limit) = can.limits.payload_bytes {
        for part in &fitted.parts {
            assert!(part.payload.get().len() <= limit, "{} bytes", part.payload.get().len());
        }
    }
    let cut = fitted.losses.iter().any(|loss| loss.kind == LossKind::Cut);
    let said: usize =
        fitted.parts.iter().map(|part| part.payload.get().matches("word").count()).sum();
    assert!(cut || said >= WORDS, "{said} of {WORDS} words, and no loss");
    if fitted.parts.len() > 1 {
        assert!(!fitted.losses.is_empty(), "said in several parts, and no loss");
    }
    if !can.can(Feature::Post) {
        return;
    }
    for (part, key) in fitted.parts.into_iter().zip(1_000..) {
        post(subject, part, key).await.expect("what the dialect says can be posted");
    }
    let texts = subject.texts().await;
    if let Some(limit) = can.limits.text_chars {
        for text in &texts {
            assert!(text.chars().count() <= limit, "{} characters", text.chars().count());
        }
    }
    let shown: usize = texts.iter().map(|text| text.matches("word").count()).sum();
    assert!(cut || shown >= WORDS, "{shown} of {WORDS} words are shown, and no loss");
}

/// Each button carries its own seal; those for which there is no room are reported.
pub async fn every_button_carries_its_own_seal_or_is_reported(subject: &dyn AdapterUnderTest) {
    let seals = ["A".repeat(300), "B".repeat(300), "C".repeat(300)];
    let buttons = seals.iter().map(|seal| {
        let mut action = ActionValue::of(RouteId::from("action:suite"), json!({}));
        action.seal = Some(seal.clone());
        Button::of("Press me", action)
    });
    let fitted = say(subject, &Content::from("needle").actions(buttons));
    let carried = |seal: &&String| {
        let parts = fitted.parts.iter();
        parts.filter(|part| part.payload.get().contains(seal.as_str())).count() == 1
    };
    let carried = seals.iter().filter(carried).count();
    let reported = fitted.losses.iter().any(|loss| loss.kind == LossKind::Actions);
    assert!(carried == seals.len() || reported, "{carried} of 3 seals, and no loss");
    assert!(carried == 0 || can(subject).can(Feature::Actions), "buttons where there are none");
}

/// What notifications and logs show of a message says what it says.
pub async fn a_summary_says_what_is_said(subject: &dyn AdapterUnderTest) {
    let fitted = say(subject, &Content::from("needle"));
    assert!(!fitted.parts.is_empty(), "nothing is said");
    for part in fitted.parts {
        assert!(part.summary.contains("needle"), "{:?}", part.summary);
    }
}

/// What is sent again after an unknown outcome, where there is such a payload, says that it may have been
/// said before, and is within the limits too.
pub async fn what_may_be_repeated_says_so(subject: &dyn AdapterUnderTest) {
    let fitted = say(subject, &Content::from("needle"));
    assert!(!fitted.parts.is_empty(), "nothing is said");
    for part in fitted.parts {
        let Some(repeated) = &part.repeated else { continue };
        assert!(repeated.get().contains("needle"), "{repeated}");
        assert_ne!(repeated.get(), part.payload.get(), "it does not say that it is repeated");
        if let Some(limit) = can(subject).limits.payload_bytes {
            assert!(repeated.get().len() <= limit, "{} bytes", repeated.get().len());
        }
    }
}

/// A button carries the seal that it was given, whole; where there are none, that is reported. What was
/// sealed is for the gateway alone: the value itself is not sent.
pub async fn buttons_carry_their_seals_or_are_reported(subject: &dyn AdapterUnderTest) {
    // As long as the seals of most buttons are.
    let seal = "S".repeat(300);
    let value = json!({"secret": "not to be sent"});
    let mut action = ActionValue::of(RouteId::from("action:suite"), value);
    action.seal = Some(seal.clone());
    let content = Content::from("needle").actions([Button::of("Press me", action)]);
    let fitted = say(subject, &content);
    let payloads: Vec<_> = fitted.parts.iter().map(|part| part.payload.get()).collect();
    assert!(!payloads.iter().any(|payload| payload.contains("not to be sent")), "{payloads:?}");
    let carried = payloads.iter().any(|payload| payload.contains(&seal));
    let reported = fitted.losses.iter().any(|loss| loss.kind == LossKind::Actions);
    if can(subject).can(Feature::Actions) {
        assert!(carried || reported, "the seal is gone, and no loss: {payloads:?}");
    } else {
        assert!(reported, "there are no buttons, and no loss: {:?}", fitted.losses);
    }
}
