//! The operations: each does what it says, or says that it cannot.

use std::collections::HashSet;

use chatgate_core::{
    Audience, Change, Content, Feature, FileRef, Form, FormField, MessageId, MessageRef, Operation,
    Place, Receipt, Result, Subject, Surface, Target, Timestamp,
};
use serde_json::json;

use super::{AdapterUnderTest, can, demand, part, post, post_to, posted};

/// What is posted can be read, and says what it said.
pub async fn a_message_is_posted_or_unsupported(subject: &dyn AdapterUnderTest) {
    let result = post(subject, part(subject, "first"), 1).await;
    if demand(subject, Feature::Post, result).is_some() {
        let texts = subject.texts().await;
        assert!(texts.iter().any(|text| text.contains("first")), "{texts:?}");
    }
}

/// A message for one person is posted as such, and where that cannot be it is not posted at all: never
/// in the open.
pub async fn a_message_for_one_person_is_posted_or_unsupported(subject: &dyn AdapterUnderTest) {
    if !can(subject).can(Feature::Post) {
        return a_message_is_posted_or_unsupported(subject).await;
    }
    let audience = Audience::Only(subject.person());
    let result = post_to(subject, audience, part(subject, "psst"), 1).await;
    if demand(subject, Feature::Ephemeral, result).is_none() {
        let texts = subject.texts().await;
        assert!(!texts.iter().any(|text| text.contains("psst")), "in the open: {texts:?}");
    }
}

/// An edited message says what it says now, and no longer what it said.
pub async fn a_message_is_edited_or_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    let (place, part) = (subject.place(), part(subject, "second"));
    let edit = Operation::Edit { place, message, part, via: None };
    let result = subject.adapter().call(edit).await;
    if demand(subject, Feature::Edit, result).is_some() {
        let texts = subject.texts().await;
        assert!(texts.iter().any(|text| text.contains("second")), "{texts:?}");
        let old = texts.iter().any(|text| text.contains("first"));
        assert!(!old || !subject.takes_back(), "{texts:?}");
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

/// A reaction is added, added again, and removed.
pub async fn a_reaction_is_taken_or_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    for change in [Change::Added, Change::Added, Change::Removed] {
        let (place, message) = (subject.place(), message.clone());
        let react = Operation::React { place, message, emoji: "eyes".into(), change };
        demand(subject, Feature::Reactions, subject.adapter().call(react).await);
    }
}

/// A message is pinned, and taken down again.
pub async fn a_message_is_pinned_or_unsupported(subject: &dyn AdapterUnderTest) {
    let message = posted(subject).await;
    for change in [Change::Added, Change::Removed] {
        let (place, message) = (subject.place(), message.clone());
        let pin = Operation::Pin { place, message, change };
        demand(subject, Feature::Pins, subject.adapter().call(pin).await);
    }
}

/// It is shown that the bot is typing; nothing is said by that.
pub async fn typing_is_shown_or_unsupported(subject: &dyn AdapterUnderTest) {
    let before = subject.texts().await;
    let typing = Operation::Typing { place: subject.place() };
    demand(subject, Feature::Typing, subject.adapter().call(typing).await);
    assert_eq!(subject.texts().await, before);
}

/// A file is uploaded.
pub async fn a_file_is_taken_or_unsupported(subject: &dyn AdapterUnderTest) {
    let upload = Operation::Upload {
        place: subject.place(),
        file: FileRef::from(1),
        name: "a.txt".into(),
        bytes: "words".into(),
    };
    let result = subject.adapter().call(upload).await;
    if let Some(receipt) = demand(subject, Feature::Upload, result) {
        assert!(matches!(receipt, Receipt::Uploaded(_)), "{receipt:?}");
    }
}

/// Two files are two, also when they have the same name.
pub async fn each_file_has_an_id_of_its_own_or_is_unsupported(subject: &dyn AdapterUnderTest) {
    let mut ids = HashSet::new();
    for key in 1..=2 {
        let upload = Operation::Upload {
            place: subject.place(),
            file: FileRef::from(key),
            name: "a.txt".into(),
            bytes: format!("words {key}").into(),
        };
        match demand(subject, Feature::Upload, subject.adapter().call(upload).await) {
            Some(Receipt::Uploaded(id)) => assert!(ids.insert(id), "the same id twice"),
            Some(other) => panic!("the receipt of a file is not {other:?}"),
            None => return,
        }
    }
}

/// A form is said by the dialect in one part and opens, or both say that there are none.
pub async fn a_form_opens_or_is_unsupported(subject: &dyn AdapterUnderTest) {
    let mut form = Form::new("suite", "A form").field(FormField::text("words", "Words"));
    form.seal = Some("S".repeat(300));
    let target = Target::new(Surface::Form, can(subject));
    let said = subject.adapter().dialect().form(&form, &target);
    let part = match demand(subject, Feature::Forms, said) {
        Some(fitted) => {
            assert_eq!(fitted.parts.len(), 1, "a form is one part");
            assert!(fitted.parts[0].payload.get().contains(&"S".repeat(300)), "its seal is gone");
            fitted.parts[0].clone()
        }
        None => part(subject, "not a form"),
    };
    let (place, user) = (subject.place(), subject.person());
    let open = Operation::OpenForm { place, user, form: part, via: subject.trigger() };
    demand(subject, Feature::Forms, subject.adapter().call(open).await);
}

/// A person's home page is filled, and filled again; or it is said that there are none, there and in
/// any other place.
pub async fn a_home_page_is_filled_or_unsupported(subject: &dyn AdapterUnderTest) {
    let (adapter, place) = (subject.adapter(), subject.place());
    let home = Place::home(place.adapter.clone(), place.workspace.clone(), &subject.person());
    let can = adapter.capabilities(&home, None);
    for words in ["one", "two"] {
        let target = Target::new(Surface::Home, can.clone());
        let mut said = adapter.dialect().message(&Content::from(words), &target);
        assert_eq!(said.parts.len(), 1, "a page is one part");
        let publish = Operation::PublishHome { place: home.clone(), part: said.parts.remove(0) };
        match (can.can(Feature::Home), adapter.call(publish).await) {
            (true, Ok(_)) => {}
            (false, Err(error)) if error.is_unsupported() => {}
            (declared, result) => panic!("Home is declared: {declared}, and yet {result:?}"),
        }
    }
}

/// Earlier messages are read, the newest first and not more than was asked for.
pub async fn earlier_messages_are_read_or_unsupported(subject: &dyn AdapterUnderTest) {
    let posts = can(subject).can(Feature::Post);
    if posts {
        for (text, key) in [("first", 1), ("second", 2), ("third", 3)] {
            post(subject, part(subject, text), key).await.expect("it can post");
        }
    }
    let history = Operation::History { place: subject.place(), before: None, limit: 2 };
    let result = subject.adapter().call(history).await;
    let Some(receipt) = demand(subject, Feature::History, result) else {
        return;
    };
    let Receipt::History(messages) = receipt else {
        panic!("earlier messages are not {receipt:?}");
    };
    let texts: Vec<_> = messages.iter().map(|message| message.content.plain_text()).collect();
    assert!(texts.len() <= 2, "{texts:?}");
    if posts {
        let newest = texts.len() == 2 && texts[0].contains("third") && texts[1].contains("second");
        assert!(newest, "{texts:?}");
    }
}

/// A look-up gives a description or an error; without the feature it is `Unsupported`.
pub async fn a_place_is_described_or_an_error(subject: &dyn AdapterUnderTest) {
    let describe = Operation::Describe(Subject::Place(subject.place()));
    match subject.adapter().call(describe).await {
        Ok(Receipt::Described(_)) => {
            assert!(can(subject).can(Feature::Describe), "it works: declare it");
        }
        Ok(other) => panic!("a description is not {other:?}"),
        Err(error) if can(subject).can(Feature::Describe) => {
            assert!(!error.is_unsupported(), "it is declared");
        }
        Err(error) => assert!(error.is_unsupported(), "{error:?}"),
    }
}

/// After an outcome that nobody knows a post is found by its key, and one that never was is not; or the
/// adapter says that it cannot tell.
pub async fn a_post_is_found_again_or_nobody_can_tell(subject: &dyn AdapterUnderTest) {
    let id = post(subject, part(subject, "first"), 1).await;
    match (find(subject, 1).await, id) {
        (Ok(found), Ok(id)) => {
            assert!(found.is_some() || id.is_none(), "what was posted is not found");
            assert!(id.is_none() || found == id.map(|id| id.to_string()), "another one is found");
        }
        (Ok(found), Err(_)) => assert_eq!(found, None, "nothing was posted"),
        (Err(error), _) => assert!(error.is_unsupported(), "{error:?}"),
    }
    if let Ok(found) = find(subject, 2).await {
        assert_eq!(found, None, "nothing was posted under this key");
    }
}

async fn find(subject: &dyn AdapterUnderTest, key: u128) -> Result<Option<String>> {
    let (place, key) = (subject.place(), MessageId::from(key));
    let (since, audience) = (Timestamp::EPOCH, Audience::Everyone);
    let find = Operation::FindPost { place, key, since, audience, by_handle: false };
    match subject.adapter().call(find).await? {
        Receipt::Found(found) => Ok(found.map(|id| id.to_string())),
        other => panic!("what is looked for is not {other:?}"),
    }
}

/// A key that is posted twice is one message, or two with ids of their own:
/// [`AdapterUnderTest::posts_a_key_once`] says which, and the adapter's page should.
pub async fn the_same_key_is_posted_as_often_as_it_is_said(subject: &dyn AdapterUnderTest) {
    let mut ids = HashSet::new();
    let mut named = 0;
    for _ in 0..2 {
        let result = post(subject, part(subject, "first"), 1).await;
        let Some(id) = demand(subject, Feature::Post, result) else {
            return;
        };
        named += usize::from(id.is_some());
        ids.extend(id);
    }
    let texts = subject.texts().await;
    let shown = texts.iter().filter(|text| text.contains("first")).count();
    let wanted = if subject.posts_a_key_once() { 1 } else { 2 };
    assert_eq!(shown, wanted, "{texts:?}");
    assert!(named == 0 || ids.len() == wanted, "{ids:?}");
}

/// To change what is not there is an error, neither a panic nor a success.
pub async fn an_unknown_message_is_an_error(subject: &dyn AdapterUnderTest) {
    let message = MessageRef::platform(subject.place(), "no-such-message");
    let (place, part) = (subject.place(), part(subject, "second"));
    let edit = Operation::Edit { place, message, part, via: None };
    let error = match subject.adapter().call(edit).await {
        Ok(_) if !subject.takes_back() => return,
        Ok(receipt) => panic!("there is no such message, and {receipt:?}"),
        Err(error) => error,
    };
    assert_eq!(error.is_unsupported(), !can(subject).can(Feature::Edit), "{error:?}");
    let texts = subject.texts().await;
    assert!(!texts.iter().any(|text| text.contains("second")), "{texts:?}");
}

/// A method that the platform does not have is an error, never a panic.
pub async fn an_unknown_method_is_an_error(subject: &dyn AdapterUnderTest) {
    let native = Operation::Native { method: "no.such.method".into(), body: json!({}) };
    assert!(subject.adapter().call(native).await.is_err());
}
