//! The made-up services: which version runs where, and what ran there before.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatgate::{Choice, Error, Result, State, Timestamp, UserId};

use crate::app::lock;

/// How many releases are remembered for each service and environment.
pub(crate) const HISTORY: usize = 10;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Where a service runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub(crate) enum Env {
    /// Where it is tried
    Staging,
    /// Where the customers are
    Prod,
}

impl Env {
    /// Both of them.
    pub(crate) const ALL: [Self; 2] = [Self::Staging, Self::Prod];
}

/// All services. Cheap to clone: all clones are the same state.
#[derive(Clone, Debug)]
pub(crate) struct Services(Arc<Mutex<BTreeMap<String, Service>>>);

#[derive(Debug)]
struct Service {
    /// The newest build, wherever it runs.
    newest: Version,
    staging: Slot,
    prod: Slot,
}

/// One service in one environment.
#[derive(Debug)]
struct Slot {
    current: Release,
    /// What ran before, the latest last.
    earlier: VecDeque<Release>,
    /// Who is changing it just now.
    changed_by: Option<UserId>,
}

/// A version that runs, or ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Release {
    pub(crate) version: Version,
    pub(crate) by: UserId,
    pub(crate) at: Timestamp,
}

/// What runs in one environment just now, and what ran before, the latest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) current: Release,
    pub(crate) earlier: Vec<Release>,
    pub(crate) changed_by: Option<UserId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

impl Services {
    /// Four services, each with a past but the newest.
    pub(crate) fn made_up(now: Timestamp) -> Self {
        let services = [
            ("api", [(1, 4, 1), (1, 4, 2)], Some((1, 4, 0))),
            ("billing", [(0, 9, 0), (0, 9, 1)], None),
            ("web", [(3, 2, 6), (3, 2, 7)], Some((3, 2, 5))),
            ("worker", [(2, 0, 4), (2, 0, 5)], Some((2, 0, 3))),
        ];
        let services = services.map(|(name, [prod, staging], before)| {
            let release = |(major, minor, patch), age: u32| Release {
                version: Version { major, minor, patch },
                by: UserId::from("ci"),
                at: now - DAY * age,
            };
            let service = Service {
                newest: release(staging, 0).version,
                staging: Slot::new(release(staging, 1), Some(release(prod, 9))),
                prod: Slot::new(release(prod, 8), before.map(|before| release(before, 30))),
            };
            (name.to_owned(), service)
        });
        Self(Arc::new(Mutex::new(services.into())))
    }

    /// Their names, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        lock(&self.0).keys().cloned().collect()
    }

    /// What runs in an environment.
    pub(crate) fn standing(&self, name: &str, env: Env) -> Result<Standing> {
        let mut services = lock(&self.0);
        let slot = find(&mut services, name)?.slot(env);
        Ok(Standing {
            current: slot.current.clone(),
            earlier: slot.earlier.iter().rev().cloned().collect(),
            changed_by: slot.changed_by.clone(),
        })
    }

    /// Begins to put a new build into an environment. Nobody else can change it there until this one is
    /// finished or dropped.
    pub(crate) fn deploy(&self, name: &str, env: Env, by: &UserId) -> Result<Rollout> {
        let mut services = lock(&self.0);
        let service = find(&mut services, name)?;
        let from = service.slot(env).take(name, env, by)?;
        service.newest.patch += 1;
        Ok(self.rollout(name, env, Way::Forward, from, service.newest))
    }

    /// Begins to go back to what ran before.
    pub(crate) fn roll_back(&self, name: &str, env: Env, by: &UserId) -> Result<Rollout> {
        let mut services = lock(&self.0);
        let slot = find(&mut services, name)?.slot(env);
        let to = slot.earlier.back().map(|release| release.version).ok_or_else(|| {
            Error::message(format!(
                "{name} has no earlier release on {env} to go back to. To put a new one there, say: \
                 deploy {name} --env {env}"
            ))
        })?;
        let from = slot.take(name, env, by)?;
        Ok(self.rollout(name, env, Way::Back, from, to))
    }

    fn rollout(&self, name: &str, env: Env, way: Way, from: Version, to: Version) -> Rollout {
        let services = self.clone();
        Rollout { services, name: name.to_owned(), env, way, from, to }
    }
}

/// What `--service` takes: `choices = services::listed`.
pub(crate) async fn listed(State(services): State<Services>) -> Vec<Choice> {
    services.names().into_iter().map(Choice::new).collect()
}

/// One change that is under way.
#[derive(Debug)]
pub(crate) struct Rollout {
    services: Services,
    name: String,
    env: Env,
    way: Way,
    pub(crate) from: Version,
    pub(crate) to: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Forward,
    Back,
}

impl Rollout {
    /// It runs now.
    pub(crate) fn finish(self, by: UserId, at: Timestamp) {
        let mut services = lock(&self.services.0);
        if let Ok(service) = find(&mut services, &self.name) {
            let slot = service.slot(self.env);
            let release = Release { version: self.to, by, at };
            let replaced = std::mem::replace(&mut slot.current, release);
            match self.way {
                Way::Forward => slot.remember(replaced),
                Way::Back => drop(slot.earlier.pop_back()),
            }
        }
        // The lock is free before `self` is dropped, which takes it again.
        drop(services);
    }
}

impl Drop for Rollout {
    fn drop(&mut self) {
        if let Ok(service) = find(&mut lock(&self.services.0), &self.name) {
            service.slot(self.env).changed_by = None;
        }
    }
}

fn find<'a>(services: &'a mut BTreeMap<String, Service>, name: &str) -> Result<&'a mut Service> {
    let unknown = || format!("There is no service {name}. To see which there are, say: status");
    services.get_mut(name).ok_or_else(|| Error::message(unknown()))
}

impl Service {
    fn slot(&mut self, env: Env) -> &mut Slot {
        match env {
            Env::Staging => &mut self.staging,
            Env::Prod => &mut self.prod,
        }
    }
}

impl Slot {
    fn new(current: Release, before: Option<Release>) -> Self {
        Self { current, earlier: before.into_iter().collect(), changed_by: None }
    }

    /// Takes it for a change, and tells what it changes from.
    fn take(&mut self, name: &str, env: Env, by: &UserId) -> Result<Version> {
        if let Some(other) = &self.changed_by {
            return Err(Error::message(format!(
                "{other} is changing {name} on {env} just now. Wait until that is done, then say it again; \
                 to see how it stands, say: status {name}"
            )));
        }
        self.changed_by = Some(by.clone());
        Ok(self.current.version)
    }

    fn remember(&mut self, release: Release) {
        self.earlier.push_back(release);
        if self.earlier.len() > HISTORY {
            self.earlier.pop_front();
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { major, minor, patch } = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services() -> Services {
        Services::made_up(Timestamp::from_secs(1_000_000_000))
    }

    fn alice() -> UserId {
        UserId::from("alice")
    }

    fn runs(services: &Services, env: Env) -> String {
        services.standing("api", env).unwrap().current.version.to_string()
    }

    #[test]
    fn a_rollback_undoes_a_deploy_and_goes_no_further_than_the_past() {
        let services = services();
        assert_eq!(runs(&services, Env::Staging), "1.4.2");
        services.deploy("api", Env::Staging, &alice()).unwrap().finish(alice(), Timestamp::EPOCH);
        assert_eq!(runs(&services, Env::Staging), "1.4.3");
        for version in ["1.4.2", "1.4.1"] {
            let back = services.roll_back("api", Env::Staging, &alice()).unwrap();
            back.finish(alice(), Timestamp::EPOCH);
            assert_eq!(runs(&services, Env::Staging), version);
        }
        let error = services.roll_back("api", Env::Staging, &alice()).unwrap_err();
        let told = error.for_person().unwrap();
        assert!(told.ends_with("deploy api --env staging"), "{told}");
    }

    #[test]
    fn only_one_change_at_a_time_and_a_dropped_one_leaves_everything_as_it_was() {
        let services = services();
        let rollout = services.deploy("api", Env::Prod, &alice()).unwrap();
        let error = services.roll_back("api", Env::Prod, &"bob".into()).unwrap_err();
        assert!(error.to_string().contains("alice"), "{error}");
        assert!(services.deploy("api", Env::Staging, &alice()).is_ok());
        drop(rollout);
        assert_eq!(runs(&services, Env::Prod), "1.4.1");
        assert!(services.deploy("api", Env::Prod, &alice()).is_ok());
    }

    #[test]
    fn of_many_at_once_exactly_one_changes_it() {
        let services = services();
        let taken: Vec<_> = std::thread::scope(|scope| {
            let begin = || services.deploy("web", Env::Prod, &alice());
            let all: Vec<_> = (0..8).map(|_| scope.spawn(begin)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(taken.iter().filter(|rollout| rollout.is_ok()).count(), 1);
    }

    #[test]
    fn the_past_is_bounded() {
        let services = services();
        for _ in 0..2 * HISTORY {
            services.deploy("api", Env::Prod, &alice()).unwrap().finish(alice(), Timestamp::EPOCH);
        }
        assert_eq!(services.standing("api", Env::Prod).unwrap().earlier.len(), HISTORY);
    }

    #[test]
    fn an_unknown_service_is_told_where_the_known_ones_are() {
        let error = services().standing("nope", Env::Prod).unwrap_err();
        assert!(error.for_person().unwrap().contains("status"));
    }
}
