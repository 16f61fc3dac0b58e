//! Where incidents are told besides the place in which somebody moves them on.

use chatgate::{Content, Context, Level, Place};

use crate::incidents::{Incident, Severity, Stage};

/// A place that is told how incidents go, if there is one: `OPSBOT_NEWS`.
#[derive(Clone, Debug, Default)]
pub(crate) struct News(Option<Place>);

impl News {
    pub(crate) fn told_in(place: Option<Place>) -> Self {
        Self(place)
    }

    /// Tells how an incident stands now. Where that fails, the answer says so.
    pub(crate) async fn tell(&self, cx: &Context, incident: &Incident, answer: Content) -> Content {
        let Some(place) = self.0.as_ref().filter(|place| !place.is_same_conversation(cx.place()))
        else {
            return answer;
        };
        match cx.in_place(place.clone()).say(line(incident)).await {
            Ok(_) => answer,
            Err(error) => answer.context(format!("{place} was not told: {error}")),
        }
    }
}

/// One line, with nobody's name: an id means nothing on another platform.
fn line(incident: &Incident) -> Content {
    let Incident { id, title, severity, stage, .. } = incident;
    let level = match (stage, severity) {
        (Stage::Resolved(_), _) => Level::Success,
        (_, Severity::Critical) => Level::Error,
        _ => Level::Warning,
    };
    let told = format!("Incident {id} ({}) is {stage}: {title}", severity.as_str());
    Content::status(level, told)
}
