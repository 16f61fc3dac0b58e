//! Errors: whoever reads one knows what failed.

use chatgate_core::{Error, MessageRef, Operation, Receipt, Result};

use super::{AdapterUnderTest, part};

/// An error of a call that went wrong has words: what it was, or what the platform said.
pub async fn an_error_says_what_went_wrong(subject: &dyn AdapterUnderTest) {
    let message = || MessageRef::platform(subject.place(), "no-such-message");
    let (place, part) = (subject.place(), part(subject, "second"));
    let edit = Operation::Edit { place, message: message(), part, via: None };
    let delete = Operation::Delete { place: subject.place(), message: message(), via: None };
    let body = serde_json::json!({});
    let native = Operation::Native { method: "no.such.method".into(), body };
    for operation in [edit, delete, native] {
        let name = operation.name();
        check(name, subject.adapter().call(operation).await);
    }
}

/// An error tells nothing of what was to be said: it stands in logs.
pub async fn an_error_tells_nothing_of_what_was_said(subject: &dyn AdapterUnderTest) {
    let message = MessageRef::platform(subject.place(), "no-such-message");
    let (place, part) = (subject.place(), part(subject, "the needle in the message"));
    let edit = Operation::Edit { place, message, part, via: None };
    let body = serde_json::json!({"text": "the needle in the call"});
    let native = Operation::Native { method: "no.such.method".into(), body };
    for operation in [edit, native] {
        if let Err(error) = subject.adapter().call(operation).await {
            let told = format!("{error} {error:?}");
            assert!(!told.contains("the needle"), "{told}");
        }
    }
}

fn check(name: &str, result: Result<Receipt>) {
    let Err(error) = result else {
        return;
    };
    assert!(says_something(&error), "{name} fails without a word: {error:?}");
    assert!(!error.to_string().contains('\n'), "an error is one line in a log: {error}");
}

fn says_something(error: &Error) -> bool {
    error.operation().is_some() || error.code().is_some() || !error.context().is_empty()
}
