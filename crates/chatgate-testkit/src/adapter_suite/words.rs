//! Words: letters of all scripts arrive as they are, and no cut parts what belongs together.

use chatgate_core::{Content, Feature, Inline, LossKind};

use super::{AdapterUnderTest, can, demand, part, post, say};

/// What is not plain Latin is posted as it was written.
pub async fn letters_of_all_scripts_are_posted_or_unsupported(subject: &dyn AdapterUnderTest) {
    for (words, key) in [("Grüße", 1), ("日本語", 2), ("пуск", 3), ("🚀", 4), ("e\u{301}t", 5)]
    {
        let result = post(subject, part(subject, words), key).await;
        if demand(subject, Feature::Post, result).is_some() {
            let texts = subject.texts().await;
            assert!(texts.iter().any(|text| text.contains(words)), "{words} is not in {texts:?}");
        }
    }
}

/// Where a long text is parted, no part begins with the second half of a character that people see as
/// one.
pub async fn no_cut_parts_a_character(subject: &dyn AdapterUnderTest) {
    let fitted = say(subject, &Content::from("e\u{301}".repeat(12_000).as_str()));
    for (part, key) in fitted.parts.into_iter().zip(1_000..) {
        demand(subject, Feature::Post, post(subject, part, key).await);
    }
    if can(subject).can(Feature::Post) {
        let texts = subject.texts().await;
        assert!(!texts.is_empty(), "nothing was posted");
        for text in &texts {
            assert!(!text.trim_start().starts_with('\u{301}'), "a part begins with an accent");
        }
    }
}

/// A word that is longer than a part is parted: it is not lost in silence, and no part of it is too long.
pub async fn a_word_longer_than_a_part_is_not_lost(subject: &dyn AdapterUnderTest) {
    const LETTERS: usize = 20_000;
    let fitted = say(subject, &Content::from("z".repeat(LETTERS)));
    let is_cut = fitted.losses.iter().any(|loss| loss.kind == LossKind::Cut);
    for (part, key) in fitted.parts.into_iter().zip(1_000..) {
        demand(subject, Feature::Post, post(subject, part, key).await);
    }
    if can(subject).can(Feature::Post) {
        let texts = subject.texts().await;
        let limit = can(subject).limits.text_chars.unwrap_or(usize::MAX);
        assert!(texts.iter().all(|text| text.chars().count() <= limit), "a part is too long");
        let shown: usize = texts.iter().map(|text| text.matches('z').count()).sum();
        assert!(is_cut || shown >= LETTERS, "{shown} of {LETTERS} letters, and no loss");
    }
}

/// The same content is said in the same way again: what is retried is what was tried.
pub async fn the_same_is_said_in_the_same_way(subject: &dyn AdapterUnderTest) {
    let content = Content::new().heading(1, "One").bullets(["two", "three"]).code(None, "four");
    let (once, again) = (say(subject, &content), say(subject, &content));
    let payloads = |fitted: &chatgate_core::Fitted| -> Vec<String> {
        fitted.parts.iter().map(|part| part.payload.get().to_owned()).collect()
    };
    assert!(!once.parts.is_empty(), "nothing is said");
    assert_eq!(payloads(&once), payloads(&again));
    assert_eq!(once.losses.len(), again.losses.len());
}

/// Every kind of inline leaves its words, or a loss.
pub async fn every_inline_is_shown_or_reported(subject: &dyn AdapterUnderTest) {
    let words = || vec![Inline::text("needle")];
    let inlines = [
        Inline::text("needle"),
        Inline::bold("needle"),
        Inline::italic("needle"),
        Inline::code("needle"),
        Inline::Strike(words()),
        Inline::Bold(vec![Inline::Italic(words())]),
        Inline::link("needle", "https://example.com/".parse().expect("an address")),
        Inline::User { id: "needle".into(), handle: Some("needle".into()) },
        Inline::Channel { id: "needle".into(), name: Some("needle".into()) },
        Inline::Group { id: "needle".into(), handle: Some("needle".into()) },
        Inline::Emoji("needle".into()),
    ];
    for inline in inlines {
        let fitted = say(subject, &Content::new().paragraph([inline.clone()]));
        let shown = fitted.parts.iter().any(|part| part.payload.get().contains("needle"));
        assert!(shown || !fitted.losses.is_empty(), "lost in silence: {inline:?}");
    }
}
