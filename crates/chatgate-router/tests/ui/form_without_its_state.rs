//! A form that carries a state, opened without.

use chatgate_macros::Form;
use chatgate_router::{Context, TypedForm};

#[derive(Form)]
#[form(crate = "chatgate_router")]
struct Feedback {
    words: String,
    #[field(state)]
    week: u8,
}

async fn ask(cx: Context) -> chatgate_core::Result<()> {
    cx.form(Feedback::form()).await?;
    Ok(())
}

fn main() {
    let _ = ask;
}
