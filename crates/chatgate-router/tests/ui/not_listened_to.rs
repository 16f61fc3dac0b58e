//! A first argument that is neither an action nor an event.

use chatgate_router::Router;

struct Acknowledge;

async fn acknowledge(_: Acknowledge) {}

fn main() {
    let _: Router<()> = Router::new().on(acknowledge);
}
