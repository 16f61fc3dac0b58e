//! The installation of the app that the adapter speaks for: its own ids.

use std::collections::BTreeSet;

/// Who we are at Slack: what `auth.test` says, or the little that an event's envelope says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Install {
    /// The workspace; of an installation for a whole organisation, the one it was made in.
    pub(crate) team: Option<String>,
    /// The organisation that the workspace belongs to.
    pub(crate) enterprise: Option<String>,
    /// Whether it is installed for the whole organisation.
    pub(crate) org_wide: bool,
    /// The bot's user.
    pub(crate) user: Option<String>,
    /// The bot itself: not the same id as its user's.
    pub(crate) bot: Option<String>,
    /// The app.
    pub(crate) app: Option<String>,
    /// What it may do.
    pub(crate) scopes: BTreeSet<String>,
}

impl Install {
    /// True for a workspace or organisation that is certainly of someone else.
    pub(crate) fn is_foreign(&self, team: &str) -> bool {
        let own = |id: &Option<String>| id.as_deref() == Some(team);
        if own(&self.team) || own(&self.enterprise) {
            return false;
        }
        match (&self.team, &self.enterprise) {
            // Another workspace may be of the same organisation; only another organisation is not.
            (_, Some(_)) => team.starts_with('E'),
            (Some(_), None) => true,
            (None, None) => false,
        }
    }

    /// True when it has the scope.
    pub(crate) fn may(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(team: Option<&str>, enterprise: Option<&str>) -> Install {
        let owned = |id: Option<&str>| id.map(str::to_owned);
        Install { team: owned(team), enterprise: owned(enterprise), ..Install::default() }
    }

    #[test]
    fn only_what_is_proved_is_foreign() {
        let plain = install(Some("T1"), None);
        assert!(!plain.is_foreign("T1"));
        assert!(plain.is_foreign("T2"));
        let grid = install(Some("T1"), Some("E1"));
        assert!(!grid.is_foreign("E1"));
        assert!(!grid.is_foreign("T2"), "perhaps a workspace of the organisation");
        assert!(grid.is_foreign("E2"));
        assert!(!install(None, None).is_foreign("T2"), "nothing is known yet");
    }
}
