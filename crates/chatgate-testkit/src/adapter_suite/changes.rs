//! Changes to what was posted: they last, they add up, and they touch nothing else.

use chatgate_core::{Change, Feature, MessageRef, Operation, Receipt, Result};

use super::{AdapterUnderTest, can, demand, part, post, posted};

/// The last of two edits is what can be read.
pub async fn an_edited_message_is_edited_again_or_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    for text in ["second", "third"] {
        demand(subject, Feature::Edit, edit(subject, message.clone(), text).await);
    }
    if can(subject).can(Feature::Edit) {
        let texts = subject.texts().await;
        assert!(texts.iter().any(|text| text.contains("third")), "{texts:?}");
        let old = texts.iter().any(|text| text.contains("second"));
        assert!(!old || !subject.takes_back(), "{texts:?}");
    }
}

/// An edit to what is there already succeeds: a retry may say it again.
pub async fn the_same_edit_is_taken_twice_or_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    for _ in 0..2 {
        demand(subject, Feature::Edit, edit(subject, message.clone(), "second").await);
    }
}

/// An edit leaves the other messages as they are.
pub async fn an_edit_changes_one_message_or_is_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    let other = post(subject, part(subject, "beside it"), 2).await;
    demand(subject, Feature::Post, other);
    let result = edit(subject, message, "second").await;
    if demand(subject, Feature::Edit, result).is_some() && can(subject).can(Feature::Post) {
        let texts = subject.texts().await;
        assert!(texts.iter().any(|text| text.contains("beside it")), "{texts:?}");
    }
}

/// A deletion leaves the other messages as they are.
pub async fn a_delete_takes_one_message_or_is_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    let other = post(subject, part(subject, "beside it"), 2).await;
    demand(subject, Feature::Post, other);
    let result = delete(subject, message).await;
    if demand(subject, Feature::Delete, result).is_some() && can(subject).can(Feature::Post) {
        let texts = subject.texts().await;
        assert!(texts.iter().any(|text| text.contains("beside it")), "{texts:?}");
    }
}

/// A second deletion is done already, or finds nothing; it is no other error.
pub async fn a_message_is_deleted_twice_or_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    demand(subject, Feature::Delete, delete(subject, message.clone()).await);
    match delete(subject, message).await {
        Err(error) if can(subject).can(Feature::Delete) => {
            assert!(error.is_not_found(), "{error:?}");
        }
        result => {
            demand(subject, Feature::Delete, result);
        }
    }
}

/// An edit does not bring a deleted message back.
pub async fn a_deleted_message_stays_away(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    demand(subject, Feature::Delete, delete(subject, message.clone()).await);
    let result = edit(subject, message, "second").await;
    if !can(subject).can(Feature::Edit) {
        demand(subject, Feature::Edit, result);
    } else if can(subject).can(Feature::Delete) && subject.takes_back() {
        assert!(result.is_err(), "what is deleted is edited");
        let texts = subject.texts().await;
        assert!(!texts.iter().any(|text| text.contains("second")), "{texts:?}");
    }
}

/// One message takes several reactions.
pub async fn a_message_takes_two_reactions_or_is_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    for emoji in ["eyes", "rocket"] {
        let (place, message, emoji) = (subject.place(), message.clone(), emoji.into());
        let react = Operation::React { place, message, emoji, change: Change::Added };
        demand(subject, Feature::Reactions, subject.adapter().call(react).await);
    }
}

/// A reaction is taken away though it never was: the outcome is the one that was asked for.
pub async fn an_absent_reaction_is_removed_or_unsupported(subject: &dyn AdapterUnderTest) {
    let (place, message) = (subject.place(), posted(subject).await);
    let react = Operation::React { place, message, emoji: "eyes".into(), change: Change::Removed };
    demand(subject, Feature::Reactions, subject.adapter().call(react).await);
}

async fn edit(subject: &dyn AdapterUnderTest, message: MessageRef, text: &str) -> Result<Receipt> {
    let (place, part) = (subject.place(), part(subject, text));
    subject.adapter().call(Operation::Edit { place, message, part, via: None }).await
}

async fn delete(subject: &dyn AdapterUnderTest, message: MessageRef) -> Result<Receipt> {
    let delete = Operation::Delete { place: subject.place(), message, via: None };
    subject.adapter().call(delete).await
}
