//! An error about a field that the form does not have.

use chatgate_macros::Form;
use chatgate_router::Reply;

#[derive(Form)]
#[form(crate = "chatgate_router")]
struct Feedback {
    words: String,
}

async fn feedback(_: Feedback) -> Reply {
    Reply::invalid(Feedback::WORD, "says nothing")
}

fn main() {
    let _ = feedback;
}
