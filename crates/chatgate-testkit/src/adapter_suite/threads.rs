//! Threads: what is said in one is not lost.

use chatgate_core::{
    Audience, Content, Feature, MessageId, Operation, PlatformMessageId, Receipt, Surface, Target,
};

use super::{AdapterUnderTest, can, demand, part, post};

/// A reply in a thread can be read, and has an id of its own. Where there are no threads it is refused as
/// such, or shown in the place: never lost.
pub async fn a_thread_is_replied_to_or_it_is_said_in_the_place(subject: &dyn AdapterUnderTest) {
    let root = demand(subject, Feature::Post, post(subject, part(subject, "first"), 1).await);
    let root = root.flatten().unwrap_or_else(|| "none".into());
    let (mut ids, mut taken) = (vec![root.clone()], 0);
    for (words, key) in [("one reply", 2), ("another reply", 3)] {
        match reply(subject, &root, words, key).await {
            Ok(id) => {
                taken += 1;
                let texts = subject.texts().await;
                assert!(texts.iter().any(|text| text.contains(words)), "{words}: {texts:?}");
                ids.extend(id);
            }
            Err(error) => {
                let can = can(subject);
                let promised = can.can(Feature::Post) && can.can(Feature::Threads);
                assert!(!promised, "threads are declared, and {error:?}");
                assert!(error.is_unsupported(), "{error:?}");
            }
        }
    }
    if taken == 2 && ids.len() == 3 {
        assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
    }
}

async fn reply(
    subject: &dyn AdapterUnderTest,
    root: &PlatformMessageId,
    words: &str,
    key: u128,
) -> chatgate_core::Result<Option<PlatformMessageId>> {
    let (adapter, place) = (subject.adapter(), subject.place().in_thread(root.as_str()));
    let target = Target::new(Surface::Post, adapter.capabilities(&place, None));
    let mut said = adapter.dialect().message(&Content::from(words), &target);
    assert_eq!(said.parts.len(), 1, "a short text is one part");
    let (part, key, audience) = (said.parts.remove(0), MessageId::from(key), Audience::Everyone);
    match adapter.call(Operation::Post { place, audience, part, key, via: None }).await? {
        Receipt::Posted(id) => Ok(id),
        Receipt::Accepted(_) => Ok(None),
        other => panic!("the receipt of a post is not {other:?}"),
    }
}
