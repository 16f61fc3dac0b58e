//! A first argument that is no command.

use chatgate_router::Router;

struct Deploy;

async fn deploy(_: Deploy) {}

fn main() {
    let _: Router<()> = Router::new().command(deploy);
}
