//! A web service with a bot in it: chatgate's routes beside the service's own, in one axum server.
//!
//! `SLACK_SIGNING_SECRET=… SLACK_BOT_TOKEN=… cargo run -p mounted` serves `/orders` and `/slack/events` at
//! `MOUNTED_LISTEN` (`127.0.0.1:3000` when not set).
//!
//! The routes check methods, content types, sizes and slow bodies; slow headers and the number of
//! connections are this server's own affair.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router as Routes;
use axum::extract::State as Shared;
use axum::routing::get;
use chatgate::{AllowAll, Command, Error, FromRef, Gateway, Result, Router, Slack, State};
use tokio::net::TcpListener;

/// What the service counts.
#[derive(Clone, Default)]
struct Orders(Arc<AtomicU64>);

/// The bot's state: the service's own.
#[derive(Clone)]
struct App {
    orders: Orders,
}

impl FromRef<App> for Orders {
    fn from_ref(app: &App) -> Self {
        app.orders.clone()
    }
}

/// How many orders there are
#[derive(Command)]
#[command(name = "orders", effect = "read", example = "orders")]
struct HowMany;

async fn how_many(_: HowMany, State(orders): State<Orders>) -> String {
    format!("{} orders so far", orders.0.load(Ordering::Relaxed))
}

async fn order(Shared(orders): Shared<Orders>) -> String {
    format!("order {}\n", orders.0.fetch_add(1, Ordering::Relaxed) + 1)
}

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let orders = Orders::default();
    let gateway = Gateway::new(App { orders: orders.clone() })
        .adapter(Slack::from_env()?)
        .policy(AllowAll) // a real service has rules of its own
        .router(Router::new().command(how_many));
    let (chat, gateway) = gateway.into_parts()?;
    let routes = Routes::new().route("/orders", get(order)).with_state(orders).merge(chat);

    let address = std::env::var("MOUNTED_LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = TcpListener::bind(&address)
        .await
        .map_err(|error| Error::configuration(format!("cannot listen at {address}: {error}")))?;
    println!("listening at {}", listener.local_addr()?);
    let server = axum::serve(listener, routes).with_graceful_shutdown(stopped());
    let (report, served) = tokio::join!(gateway.run_until(stopped()), server);
    served?;
    println!("{}", report?);
    Ok(())
}

/// Ready on Ctrl-C.
async fn stopped() {
    let _ = tokio::signal::ctrl_c().await;
}
