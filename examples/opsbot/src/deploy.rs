//! `deploy` and `rollback`.

use std::time::Duration;

use chatgate::{Actor, ClockExt, Command, Content, Context, EventId, Level, Result, State};
use url::Url;

use crate::app::App;
use crate::services::{self, Env, Rollout, Services};

/// How long one made-up step takes: to be seen at a terminal, and not to be waited for in a pipe.
const STEP: Duration = Duration::from_millis(300);

/// Roll a service out
///
/// Builds a new version and puts it into an environment, step by step.
///
/// Only one change of a service in an environment can be under way.
#[derive(Command)]
#[command(state = App, effect = "write", example = "deploy api --env staging")]
pub(crate) struct Deploy {
    /// The service to roll out
    #[arg(choices = services::listed)]
    service: String,
    /// Where to
    #[arg(long, target)]
    env: Env,
}

/// Go back to the release before
#[derive(Command)]
#[command(state = App, effect = "write", example = "rollback api --env prod")]
pub(crate) struct Rollback {
    /// The service to roll back
    #[arg(choices = services::listed)]
    service: String,
    /// Where
    #[arg(long, target)]
    env: Env,
}

pub(crate) async fn deploy(
    cmd: Deploy,
    cx: Context,
    State(services): State<Services>,
    who: Actor,
) -> Result<Content> {
    let Deploy { service, env } = cmd;
    let rollout = services.deploy(&service, env, &who.user)?;
    let steps = [
        format!("Building {service} {}", rollout.to),
        "Pushing the image".into(),
        format!("Replacing {} on {env}", rollout.from),
        "Checking its health".into(),
    ];
    walk(&cx, steps).await?;
    let live = format!("{service} {} is live on {env}", rollout.to);
    Ok(finished(rollout, live, &cx, who))
}

pub(crate) async fn rollback(
    cmd: Rollback,
    cx: Context,
    State(services): State<Services>,
    who: Actor,
) -> Result<Content> {
    let Rollback { service, env } = cmd;
    let rollout = services.roll_back(&service, env, &who.user)?;
    let steps = [
        format!("Fetching {service} {}", rollout.to),
        format!("Replacing {} on {env}", rollout.from),
        "Checking its health".into(),
    ];
    walk(&cx, steps).await?;
    let back = format!("{service} is back to {} on {env}", rollout.to);
    Ok(finished(rollout, back, &cx, who))
}

/// Walks through the steps in one message that is edited in place.
async fn walk(cx: &Context, steps: impl IntoIterator<Item = String> + Send) -> Result<()> {
    let mut steps = steps.into_iter();
    let Some(first) = steps.next() else {
        return Ok(());
    };
    let mut progress = cx.progress(first).await?;
    cx.clock().sleep(STEP).await;
    for step in steps {
        progress.step(step).await?;
        cx.clock().sleep(STEP).await;
    }
    progress.done().await?;
    Ok(())
}

fn finished(rollout: Rollout, text: String, cx: &Context, who: Actor) -> Content {
    let was = format!("Before: {}", rollout.from);
    rollout.finish(who.user, cx.clock().now());
    let content = Content::status(Level::Success, text).context(was);
    match run_log(cx.run_id()) {
        Some(url) => content.link("Run log", url),
        None => content,
    }
}

/// Where a real service would keep what the run did.
fn run_log(run: EventId) -> Option<Url> {
    Url::parse(&format!("https://ci.example.com/runs/{run}")).ok()
}
