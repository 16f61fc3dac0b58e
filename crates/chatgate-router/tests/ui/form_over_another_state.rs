//! A form whose choices come from another state than the router's.

use chatgate_core::Choice;
use chatgate_macros::Form;
use chatgate_router::{Router, State};

#[derive(Clone)]
struct App;

#[derive(Clone)]
struct Other;

async fn services(State(_): State<Other>) -> Vec<Choice> {
    Vec::new()
}

#[derive(Form)]
#[form(crate = "chatgate_router", state = Other)]
struct Restart {
    #[field(choices = services)]
    service: String,
}

async fn restart(_: Restart) {}

fn main() {
    let _: Router<App> = Router::new().on(restart);
}
