//! Keys of a field that its type has no use for.

use chatgate_macros::Form;

#[derive(Form)]
#[form(crate = "chatgate_router")]
struct Feedback {
    #[field(email)]
    stars: u8,
    #[field(radio)]
    words: String,
    #[field(min = 1)]
    again: bool,
    #[field(max = 2.5)]
    times: u8,
    #[field(required)]
    name: String,
}

fn main() {}
