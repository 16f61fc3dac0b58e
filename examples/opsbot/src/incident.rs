//! `incident`: opened by a command or a form, moved on by commands or by the buttons on its message.

use chatgate::{
    Action, Actor, Block, Button, Command, Content, Context, Error, Field, Form, Inline, Level,
    Reply, Result, State, TypedForm,
};
use serde::{Deserialize, Serialize};

use crate::incidents::{Incident, Incidents, Moved, Severity, Stage};
use crate::news::News;

/// Open, acknowledge and resolve incidents
#[derive(Command)]
#[command(name = "incident")]
pub(crate) enum IncidentCommand {
    /// Open an incident
    #[command(effect = "write", example = "incident open --severity major checkout is slow")]
    Open {
        /// How bad it is
        #[arg(long, default = "minor")]
        severity: Severity,
        /// What is wrong, in a few words
        #[arg(rest)]
        title: String,
    },
    /// Open an incident by a form, when there is more to say than a line
    #[command(effect = "read", example = "incident report")]
    Report,
    /// Say that you are looking at it
    #[command(effect = "idempotent", example = "incident ack 1")]
    Ack {
        /// The incident's number
        id: u32,
    },
    /// Say that it is over
    #[command(effect = "idempotent", example = "incident resolve 1")]
    Resolve {
        /// The incident's number
        id: u32,
    },
}

/// What is wrong?
///
/// Whoever is on call is told at once.
#[derive(Form)]
#[form(name = "incident-report", of = "incident.open", submit = "Open it")]
pub(crate) struct Report {
    /// In a few words
    #[field(max = 80, placeholder = "Checkout answers 502")]
    title: String,
    /// How bad is it?
    #[field(radio, default = "minor")]
    severity: Severity,
    /// What was seen
    #[field(lines = "many", max = 2000)]
    seen: Option<String>,
}

/// The button "Acknowledge": for whoever may `incident ack`.
#[derive(Action, Serialize, Deserialize)]
#[action(of = "incident.ack", effect = "idempotent")]
pub(crate) struct Acknowledge {
    incident: u32,
}

/// The button "Resolve": for whoever may `incident resolve`.
#[derive(Action, Serialize, Deserialize)]
#[action(of = "incident.resolve", effect = "idempotent")]
pub(crate) struct Resolve {
    incident: u32,
}

pub(crate) async fn incident(
    cmd: IncidentCommand,
    State(incidents): State<Incidents>,
    State(news): State<News>,
    who: Actor,
    cx: Context,
) -> Result<Option<Content>> {
    let moved = match cmd {
        IncidentCommand::Open { severity, title } => {
            Moved::Now(incidents.open(title, severity, who.user)?)
        }
        IncidentCommand::Report => {
            cx.form(Report::form()).await?;
            return Ok(None);
        }
        IncidentCommand::Ack { id } => incidents.acknowledge(id, who.user)?,
        IncidentCommand::Resolve { id } => incidents.resolve(id, who.user)?,
    };
    match moved {
        Moved::Now(incident) => Ok(Some(news.tell(&cx, &incident, card(&incident)).await)),
        Moved::Already(incident) => Err(already(&incident)),
    }
}

pub(crate) async fn report(
    form: Report,
    State(incidents): State<Incidents>,
    State(news): State<News>,
    who: Actor,
    cx: Context,
) -> Result<Content> {
    let by = format!("@{}", who.user);
    let incident = incidents.open(form.title, form.severity, who.user)?;
    let card = news.tell(&cx, &incident, card(&incident)).await;
    Ok(match form.seen {
        Some(seen) => card.then(Content::untrusted(&by, &seen)),
        None => card,
    })
}

pub(crate) async fn acknowledge(
    click: Acknowledge,
    State(incidents): State<Incidents>,
    State(news): State<News>,
    who: Actor,
    cx: Context,
) -> Result<Reply> {
    let moved = incidents.acknowledge(click.incident, who.user)?;
    Ok(Reply::update(shown(&moved, &news, &cx).await))
}

pub(crate) async fn resolve(
    click: Resolve,
    State(incidents): State<Incidents>,
    State(news): State<News>,
    who: Actor,
    cx: Context,
) -> Result<Reply> {
    let moved = incidents.resolve(click.incident, who.user)?;
    Ok(Reply::update(shown(&moved, &news, &cx).await))
}

/// A button on an old message shows how the incident stands, whoever moved it on.
async fn shown(moved: &Moved, news: &News, cx: &Context) -> Content {
    match moved {
        Moved::Now(incident) => news.tell(cx, incident, card(incident)).await,
        Moved::Already(incident) => card(incident),
    }
}

fn already(incident: &Incident) -> Error {
    let Incident { id, stage, .. } = incident;
    let next = match stage {
        Stage::Resolved(_) => "To open another one, say: incident open <title>".to_owned(),
        _ => format!("To close it, say: incident resolve {id}"),
    };
    Error::message(format!("Incident {id} is {stage} already. {next}"))
}

/// The incident's message, with the buttons that still make sense.
fn card(incident: &Incident) -> Content {
    let Incident { id, title, severity, opened_by, stage } = incident;
    let level = match (stage, severity) {
        (Stage::Resolved(_), _) => Level::Success,
        (Stage::Acknowledged(_), _) | (_, Severity::Minor) => Level::Warning,
        _ => Level::Error,
    };
    let by = |user: &chatgate::UserId| vec![Inline::user(user.clone())];
    let mut fields =
        vec![Field::new("Severity", severity.as_str()), Field::rich("Opened by", by(opened_by))];
    let acknowledge = || Button::new("Acknowledge", &Acknowledge { incident: *id }).primary();
    let resolve = || Button::new("Resolve", &Resolve { incident: *id });
    let buttons = match stage {
        Stage::Open => vec![acknowledge(), resolve()],
        Stage::Acknowledged(user) => {
            fields.push(Field::rich("Acknowledged by", by(user)));
            vec![resolve()]
        }
        Stage::Resolved(user) => {
            fields.push(Field::rich("Resolved by", by(user)));
            Vec::new()
        }
    };
    let card = Content::status(level, format!("Incident {id} is {stage}: {title}"))
        .block(Block::Fields(fields));
    if buttons.is_empty() { card } else { card.actions(buttons) }
}
