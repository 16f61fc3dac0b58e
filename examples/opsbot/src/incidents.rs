//! The incidents: open, acknowledged, resolved.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use chatgate::{Choice, Error, Result, UserId};

use crate::app::lock;

/// How many are remembered; resolved ones are forgotten first.
pub(crate) const KEPT: usize = 100;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub(crate) enum Severity {
    /// Somebody may notice
    Minor,
    /// Customers notice
    Major,
    /// Nothing works
    Critical,
}

/// All incidents. Cheap to clone: all clones are the same state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Incidents(Arc<Mutex<Log>>);

#[derive(Debug, Default)]
struct Log {
    incidents: BTreeMap<u32, Incident>,
    last: u32,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Incident {
    pub(crate) id: u32,
    pub(crate) title: String,
    pub(crate) severity: Severity,
    pub(crate) opened_by: UserId,
    pub(crate) stage: Stage,
}

/// How far an incident has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Open,
    Acknowledged(UserId),
    Resolved(UserId),
}

/// Where an incident stands after somebody tried to move it on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// It was moved on.
    Now(Incident),
    /// It had come as far before.
    Already(Incident),
}

impl Incidents {
    /// Opens one.
    pub(crate) fn open(&self, title: String, severity: Severity, by: UserId) -> Result<Incident> {
        let mut log = lock(&self.0);
        log.make_room()?;
        log.last += 1;
        let incident =
            Incident { id: log.last, title, severity, opened_by: by, stage: Stage::Open };
        log.incidents.insert(incident.id, incident.clone());
        Ok(incident)
    }

    /// Somebody looks at it.
    pub(crate) fn acknowledge(&self, id: u32, by: UserId) -> Result<Moved> {
        self.advance(id, Stage::Acknowledged(by))
    }

    /// It is over.
    pub(crate) fn resolve(&self, id: u32, by: UserId) -> Result<Moved> {
        self.advance(id, Stage::Resolved(by))
    }

    /// Those that are not resolved, the oldest first.
    pub(crate) fn unresolved(&self) -> Vec<Incident> {
        let log = lock(&self.0);
        log.incidents.values().filter(|incident| !incident.stage.is_last()).cloned().collect()
    }

    fn advance(&self, id: u32, to: Stage) -> Result<Moved> {
        let mut log = lock(&self.0);
        let unknown = || format!("There is no incident {id}. To see which are open, say: status");
        let incident = log.incidents.get_mut(&id).ok_or_else(|| Error::message(unknown()))?;
        if incident.stage.rank() >= to.rank() {
            return Ok(Moved::Already(incident.clone()));
        }
        incident.stage = to;
        Ok(Moved::Now(incident.clone()))
    }
}

impl Log {
    /// Forgets the oldest resolved one where there are too many.
    fn make_room(&mut self) -> Result<()> {
        if self.incidents.len() < KEPT {
            return Ok(());
        }
        let resolved = self.incidents.values().find(|incident| incident.stage.is_last());
        let id = resolved.map(|incident| incident.id).ok_or_else(|| {
            Error::message(format!(
                "{KEPT} incidents are open, and no more can be. To close one, say: incident resolve <id>"
            ))
        })?;
        self.incidents.remove(&id);
        Ok(())
    }
}

impl Stage {
    fn rank(&self) -> u8 {
        match self {
            Self::Open => 0,
            Self::Acknowledged(_) => 1,
            Self::Resolved(_) => 2,
        }
    }

    fn is_last(&self) -> bool {
        matches!(self, Self::Resolved(_))
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Acknowledged(_) => "acknowledged",
            Self::Resolved(_) => "resolved",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(incidents: &Incidents) -> Incident {
        incidents.open("checkout is slow".into(), Severity::Major, "alice".into()).unwrap()
    }

    #[test]
    fn an_incident_moves_on_and_never_back() {
        let incidents = Incidents::default();
        let id = open(&incidents).id;
        let moved = incidents.acknowledge(id, "bob".into()).unwrap();
        assert!(
            matches!(moved, Moved::Now(incident) if incident.stage.to_string() == "acknowledged")
        );
        assert!(matches!(incidents.resolve(id, "bob".into()).unwrap(), Moved::Now(_)));
        let moved = incidents.acknowledge(id, "carol".into()).unwrap();
        assert!(matches!(moved, Moved::Already(it) if it.stage == Stage::Resolved("bob".into())));
        assert!(incidents.unresolved().is_empty());
    }

    #[test]
    fn an_unknown_incident_is_told_where_the_known_ones_are() {
        let error = Incidents::default().resolve(7, "bob".into()).unwrap_err();
        assert!(error.for_person().unwrap().contains("status"));
    }

    #[test]
    fn the_log_is_bounded_and_forgets_only_what_is_resolved() {
        let incidents = Incidents::default();
        for _ in 0..KEPT {
            open(&incidents);
        }
        let full = incidents.open("one more".into(), Severity::Minor, "bob".into());
        assert!(full.unwrap_err().for_person().unwrap().contains("incident resolve"));
        assert!(matches!(incidents.resolve(3, "bob".into()), Ok(Moved::Now(_))));
        let after = u32::try_from(KEPT).unwrap() + 1;
        assert_eq!(open(&incidents).id, after);
        assert!(incidents.acknowledge(3, "bob".into()).is_err());
    }
}
