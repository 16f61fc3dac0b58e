//! Order, and how many: what is said first stands first, and nothing is said less or more often than it
//! was.

use chatgate_core::{Content, Feature, LossKind, Operation};

use super::{AdapterUnderTest, can, demand, part, post, posted, say};

/// What was said first is shown first.
pub async fn messages_are_shown_in_the_order_in_which_they_are_said(
    subject: &dyn AdapterUnderTest,
) {
    let words = ["first", "second", "third"];
    for (text, key) in words.into_iter().zip(1..) {
        demand(subject, Feature::Post, post(subject, part(subject, text), key).await);
        subject.a_moment_passes().await;
    }
    if can(subject).can(Feature::Post) {
        let texts = subject.texts().await;
        let places = words.map(|words| texts.iter().position(|text| text.contains(words)));
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{texts:?}");
    }
}

/// Two messages have two ids, where they are told.
pub async fn each_message_has_an_id_of_its_own(subject: &dyn AdapterUnderTest) {
    let mut ids = Vec::new();
    for key in 1..=3 {
        let result = post(subject, part(subject, "first"), key).await;
        ids.extend(demand(subject, Feature::Post, result).flatten());
    }
    ids.sort_by_key(ToString::to_string);
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
}

/// Two messages that say the same are two: only the key says that one is said again.
pub async fn the_same_words_are_said_twice_when_they_are_two_messages(
    subject: &dyn AdapterUnderTest,
) {
    for key in 1..=2 {
        demand(subject, Feature::Post, post(subject, part(subject, "first"), key).await);
    }
    if can(subject).can(Feature::Post) {
        let texts = subject.texts().await;
        let shown = texts.iter().filter(|text| text.contains("first")).count();
        assert_eq!(shown, 2, "{texts:?}");
    }
}

/// The parts of a long text follow each other, and none says again what another one has said.
pub async fn the_parts_of_a_long_text_are_in_order(subject: &dyn AdapterUnderTest) {
    const WORDS: u32 = 4_000;
    // A platform's card may say again what the whole is about.
    const SUMMARY: usize = 50;
    let text: Vec<String> = (0..WORDS).map(|number| format!("w{number:05}")).collect();
    let fitted = say(subject, &Content::from(text.join(" ")));
    let cut = fitted.losses.iter().any(|loss| loss.kind == LossKind::Cut);
    let mut next = 0;
    for part in &fitted.parts {
        let mut numbers = numbers(part.payload.get());
        numbers.sort_unstable();
        numbers.dedup();
        let all = numbers.len();
        numbers.retain(|number| *number >= next);
        assert!(all - numbers.len() < SUMMARY, "what is in one part is in the next one too");
        if let (Some(first), Some(last)) = (numbers.first(), numbers.last()) {
            assert!(*first == next || (cut && *first > next), "{first} comes after {next}");
            next = last + 1;
        }
    }
    assert!(next == WORDS || cut, "{next} of {WORDS} words, and no loss");
}

/// The numbers of `w00017`, wherever they stand.
fn numbers(payload: &str) -> Vec<u32> {
    let words = payload.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter_map(|word| word.get(word.len().checked_sub(6)?..)?.strip_prefix('w')?.parse().ok())
        .collect()
}

/// An edited message stays where it is: it does not come again below the others.
pub async fn an_edited_message_keeps_its_place_or_is_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    subject.a_moment_passes().await;
    demand(subject, Feature::Post, post(subject, part(subject, "beside it"), 2).await);
    let (place, part) = (subject.place(), part(subject, "second"));
    let edit = Operation::Edit { place, message, part, via: None };
    let edited = demand(subject, Feature::Edit, subject.adapter().call(edit).await);
    if edited.is_some() && can(subject).can(Feature::Post) && subject.takes_back() {
        let texts = subject.texts().await;
        let at = |words: &str| texts.iter().position(|text| text.contains(words));
        assert!(at("second").is_some() && at("second") < at("beside it"), "{texts:?}");
    }
}
