//! The slash commands of a program, as a platform registers them.

use std::io::{self, Write as _};
use std::sync::Arc;

use chatgate_mattermost::{Manifest, MattermostBuilder, Outcome};
use url::Url;

use super::ADMIN_TOKEN;
use super::problem::Problem;
use crate::{Clock, Error, Result, Specs, SystemClock};

const PUBLIC_URL: &str = "CHATGATE_PUBLIC_URL";
/// Where the adapter takes slash commands unless the program says otherwise.
const COMMAND_PATH: &str = "mattermost/command";

/// What Mattermost registers, as JSON.
pub(super) fn of_mattermost(specs: &Specs) -> Result<String, Problem> {
    let manifest = Manifest::new(specs, &command_url()?);
    tell_left_out(&manifest);
    Ok(serde_json::to_string_pretty(&manifest.commands).map_err(Error::from)? + "\n")
}

/// Registers them; the line that sets the tokens.
pub(super) async fn apply_to_mattermost(specs: &Specs) -> Result<String, Problem> {
    let builder = MattermostBuilder::from_env();
    let administrator = super::administrator_token();
    let adapter = match administrator.is_empty() {
        true => builder,
        false => builder.token(administrator),
    }
    .build()?;
    if let Some(manifest) = adapter.manifest(specs) {
        tell_left_out(&manifest);
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let applied = adapter.apply_manifest(specs, &clock).await.map_err(|error| {
        if error.kind() == crate::ErrorKind::Denied {
            error.with_context(format!(
                "whoever the token belongs to may not manage slash commands: set {ADMIN_TOKEN} to an \
                 administrator's"
            ))
        } else {
            error
        }
    })?;
    let mut taken = 0;
    for done in &applied {
        let _ = writeln!(io::stderr(), "{}: /{} {}", done.team, done.trigger, done.outcome);
        taken += usize::from(matches!(done.outcome, Outcome::Taken));
    }
    let tokens = applied.iter().filter_map(|done| done.outcome.token());
    let tokens: Vec<_> = tokens.map(|token| token.expose()).collect();
    let line = format!("MATTERMOST_SLASH_TOKENS={}\n", tokens.join(","));
    if taken > 0 {
        super::print(&line)?;
        let wrong = format!("{taken} of the commands are somebody else's");
        return Err(Error::configuration(wrong).into());
    }
    Ok(line)
}

fn command_url() -> Result<Url> {
    let missing = || {
        Error::configuration(format!(
            "{PUBLIC_URL} is not set: set it to the address under which Mattermost reaches this program"
        ))
    };
    let public = std::env::var(PUBLIC_URL).map_err(|_| missing())?;
    let public = format!("{}/", public.trim().trim_end_matches('/'));
    Url::parse(&public)
        .and_then(|url| url.join(COMMAND_PATH))
        .map_err(|error| Error::configuration(format!("{PUBLIC_URL}: {error}")))
}

fn tell_left_out(manifest: &Manifest) {
    for name in &manifest.left_out {
        let _ = writeln!(
            io::stderr(),
            "/{name} is left out: Mattermost has a command of its own by that name. Mention the bot instead"
        );
    }
}
