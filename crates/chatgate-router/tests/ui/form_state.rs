//! What a form carries, of a type that serde cannot write.

use chatgate_macros::Form;

struct Week(u8);

#[derive(Form)]
#[form(crate = "chatgate_router")]
struct Feedback {
    words: String,
    #[field(state)]
    week: Week,
}

fn main() {}
