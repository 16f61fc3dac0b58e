//! A function that is not async.

#[path = "parts/deploy.rs"]
mod deploy;
use chatgate_router::Router;
use deploy::Deploy;

fn deploy(_: Deploy) -> String {
    "Done".into()
}

fn main() {
    let _: Router<()> = Router::new().command(deploy);
}
