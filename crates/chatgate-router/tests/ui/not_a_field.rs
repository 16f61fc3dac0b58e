//! A form's field of a type that nobody can fill in.

use chatgate_macros::Form;

struct Secret;

#[derive(Form)]
#[form(crate = "chatgate_router")]
struct Feedback {
    words: Secret,
}

fn main() {}
