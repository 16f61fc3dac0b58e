//! `status`: what runs where, and what is wrong.

use chatgate::{Command, Content, Inline, Result, State, Table, TimeStyle};

use crate::app::App;
use crate::incidents::{Incident, Incidents};
use crate::services::{self, Env, Release, Services, Standing};

/// Show what runs where
///
/// With a service, also what ran before; without one, also the incidents that are not resolved.
#[derive(Command)]
#[command(state = App, effect = "read", examples = ["status", "status api"])]
pub(crate) struct Status {
    /// Only this service
    #[arg(choices = services::listed)]
    service: Option<String>,
}

pub(crate) async fn status(
    cmd: Status,
    State(services): State<Services>,
    State(incidents): State<Incidents>,
) -> Result<Content> {
    match cmd.service {
        Some(service) => one(&services, &service),
        None => all(&services, &incidents),
    }
}

fn all(services: &Services, incidents: &Incidents) -> Result<Content> {
    let mut table = Table::new(["Service", "Staging", "Prod"]);
    for name in services.names() {
        let staging = version(&services.standing(&name, Env::Staging)?);
        let prod = version(&services.standing(&name, Env::Prod)?);
        table = table.row([name, staging, prod]);
    }
    let content = Content::new().table(table);
    let unresolved = incidents.unresolved();
    if unresolved.is_empty() {
        return Ok(content.context("No incidents are open."));
    }
    let lines = unresolved.iter().map(|incident| {
        let Incident { id, title, severity, stage, .. } = incident;
        format!("Incident {id} ({severity}) is {stage}: {title}")
    });
    Ok(content.bullets(lines))
}

fn one(services: &Services, name: &str) -> Result<Content> {
    let mut table = Table::new(["Environment", "Version", "By", "Since"]);
    let mut changing = Vec::new();
    for env in Env::ALL {
        let standing = services.standing(name, env)?;
        table = table.rich_row(row(env.as_str(), &standing.current));
        for release in &standing.earlier {
            table = table.rich_row(row("", release));
        }
        if let Some(user) = standing.changed_by {
            changing.push(format!("{user} is changing it on {env} just now."));
        }
    }
    let content = Content::new().heading(3, name).table(table);
    Ok(match changing.as_slice() {
        [] => content,
        changing => content.text(changing.join("\n")),
    })
}

fn row(env: &str, release: &Release) -> Vec<Vec<Inline>> {
    vec![
        vec![Inline::text(env)],
        vec![Inline::text(release.version.to_string())],
        vec![Inline::text(release.by.as_str())],
        vec![Inline::Time { at: release.at, style: TimeStyle::DateTime }],
    ]
}

fn version(standing: &Standing) -> String {
    let version = standing.current.version;
    match standing.changed_by {
        Some(_) => format!("{version} (changing)"),
        None => version.to_string(),
    }
}
