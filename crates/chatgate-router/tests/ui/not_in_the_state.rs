//! A part that the program's state does not have.

use chatgate_router::{Mention, Router, State};

#[derive(Clone)]
struct App;

#[derive(Clone)]
struct Ci;

async fn answer(_: Mention, State(_): State<Ci>) {}

fn main() {
    let _ = Router::new().on(answer).build(App);
}
