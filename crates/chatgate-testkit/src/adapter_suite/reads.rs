//! What is looked up: earlier messages page by page, and people whom nobody knows.

use chatgate_core::{
    Audience, Feature, Operation, PastMessage, PlatformMessageId, Receipt, Subject,
};

use super::{AdapterUnderTest, can, demand, part, post, post_to};

/// Earlier messages are read page by page: no message twice, none left out.
pub async fn earlier_messages_are_paged_or_unsupported(subject: &dyn AdapterUnderTest) {
    let posts = can(subject).can(Feature::Post);
    for (text, key) in [("first", 1), ("second", 2), ("third", 3)] {
        demand(subject, Feature::Post, post(subject, part(subject, text), key).await);
        subject.a_moment_passes().await;
    }
    let mut before = None;
    for text in ["third", "second", "first"] {
        let Some(page) = read(subject, before, 1).await else {
            return;
        };
        if posts {
            assert_eq!(page.len(), 1, "one was asked for, and there is one");
            let shown = page[0].content.plain_text();
            assert!(shown.contains(text), "{shown} is not {text}");
        }
        before = page.first().map(|message| message.id.clone());
    }
}

/// A deleted message is not among the earlier ones.
pub async fn deleted_messages_are_not_read_or_unsupported(subject: &dyn AdapterUnderTest) {
    let message = super::posted(subject).await;
    let delete = Operation::Delete { place: subject.place(), message, via: None };
    let deleted = demand(subject, Feature::Delete, subject.adapter().call(delete).await);
    if let (Some(page), Some(_)) = (read(subject, None, 10).await, deleted) {
        let shown = page.iter().any(|past| past.content.plain_text().contains("first"));
        assert!(!shown, "{page:?}");
    }
}

/// What was for one person is not among the earlier messages of all.
pub async fn a_whisper_is_not_read_again_or_unsupported(subject: &dyn AdapterUnderTest) {
    let audience = Audience::Only(subject.person());
    let result = post_to(subject, audience, part(subject, "psst"), 1).await;
    assert!(result.is_ok() || !can(subject).can(Feature::Ephemeral), "{result:?}");
    if let Some(page) = read(subject, None, 10).await {
        let shown = page.iter().any(|past| past.content.plain_text().contains("psst"));
        assert!(!shown, "{page:?}");
    }
}

/// An earlier message has the id that it got when it was posted.
pub async fn earlier_messages_have_the_ids_they_were_given(subject: &dyn AdapterUnderTest) {
    let mut given = Vec::new();
    for (text, key) in [("first", 1), ("second", 2)] {
        let id = demand(subject, Feature::Post, post(subject, part(subject, text), key).await);
        given.extend(id.flatten().map(|id| (text, id)));
        subject.a_moment_passes().await;
    }
    let Some(page) = read(subject, None, 10).await else {
        return;
    };
    for (text, id) in given {
        let past = page.iter().find(|past| past.content.plain_text().contains(text));
        assert_eq!(past.map(|past| &past.id), Some(&id), "{text}: {page:?}");
    }
}

/// Who is looked up is who is described; whom nobody knows is an error.
pub async fn a_person_is_described_as_themselves(subject: &dyn AdapterUnderTest) {
    let (place, user) = (subject.place(), subject.person());
    let describe = Operation::Describe(Subject::User { place, user: user.clone() });
    match subject.adapter().call(describe).await {
        Ok(Receipt::Described(known)) => {
            assert_eq!(known.id, user.as_str());
            assert!(can(subject).can(Feature::Describe), "it works: declare it");
        }
        Ok(receipt) => panic!("a description is not {receipt:?}"),
        Err(error) => {
            assert_eq!(error.is_unsupported(), !can(subject).can(Feature::Describe), "{error:?}");
        }
    }
}

/// A person whom nobody knows is an error: no description is made up.
pub async fn an_unknown_person_is_an_error(subject: &dyn AdapterUnderTest) {
    let (place, user) = (subject.place(), "no-such-person".into());
    let describe = Operation::Describe(Subject::User { place, user });
    match subject.adapter().call(describe).await {
        Ok(Receipt::Described(known)) if subject.knows_everyone() => {
            assert_eq!(known.id, "no-such-person");
        }
        Ok(receipt) => panic!("there is no such person, and {receipt:?}"),
        Err(error) => {
            assert_eq!(error.is_unsupported(), !can(subject).can(Feature::Describe), "{error:?}");
        }
    }
}

async fn read(
    subject: &dyn AdapterUnderTest,
    before: Option<PlatformMessageId>,
    limit: usize,
) -> Option<Vec<PastMessage>> {
    let history = Operation::History { place: subject.place(), before, limit };
    match demand(subject, Feature::History, subject.adapter().call(history).await)? {
        Receipt::History(messages) => Some(messages),
        other => panic!("earlier messages are not {other:?}"),
    }
}
