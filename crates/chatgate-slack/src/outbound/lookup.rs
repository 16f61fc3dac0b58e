//! What conversations, people and groups are called, and what decisions need of them.

use std::borrow::Cow;

use chatgate_core::{
    Actor, Description, Error, Place, Platform, Result, Standing, Subject, UserId,
};
use serde::Deserialize;

use super::channel;
use crate::api::Form;
use crate::connection;
use crate::directory::Conversation;
use crate::inbound::soft;
use crate::install::Install;
use crate::state::State;

/// Looks something up; what was looked up a short while ago is not asked again.
pub(super) async fn describe(state: &State, subject: &Subject) -> Result<Description> {
    match subject {
        Subject::Place(place) => describe_place(state, place).await,
        Subject::User { place, user } => describe_user(state, place, user).await,
        Subject::Group { group, .. } => describe_group(state, group.as_str()).await,
        _ => Err(Error::unsupported("describe")),
    }
}

#[derive(Deserialize)]
struct Info {
    channel: Channel,
}

#[derive(Deserialize)]
struct Channel {
    #[serde(default, deserialize_with = "soft")]
    name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    is_im: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_mpim: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_private: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_group: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_archived: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_member: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_shared: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_ext_shared: Option<bool>,
}

impl Channel {
    fn known(self) -> Conversation {
        let yes = |flag: Option<bool>| flag == Some(true);
        let direct = yes(self.is_im);
        // What says nothing of sharing at all is taken for shared by whoever decides.
        let unshared = direct || self.is_shared == Some(false);
        let private = yes(self.is_private) || yes(self.is_group) || yes(self.is_mpim) || direct;
        let postable = if yes(self.is_archived) {
            Some(false)
        } else if direct || yes(self.is_mpim) {
            // Only who is in it can see it.
            Some(true)
        } else {
            self.is_member
        };
        Conversation {
            name: self.name,
            postable,
            public: Some(!private && !yes(self.is_archived)),
            direct: Some(direct),
            externally_shared: self.is_ext_shared.or(unshared.then_some(false)),
            described: true,
        }
    }
}

async fn describe_place(state: &State, place: &Place) -> Result<Description> {
    if place.direct_user().is_some() {
        let line = place.conversation.as_str();
        return Ok(Description::new(line, None).externally_shared(Some(false)));
    }
    let (now, id) = (state.now(), channel(state, place).await?);
    let id = id.as_str();
    let known = match state.directory.place(id, now).filter(|known| known.described) {
        Some(known) => known,
        None => {
            let form: Form<'_> = vec![("channel", Cow::from(id))];
            let known = match state.api.call::<Info>("conversations.info", form).await {
                Ok(info) => info.channel.known(),
                Err(error) => {
                    if error.is_not_found() {
                        // What the bot may not see it cannot post to either.
                        state.directory.learn(id, now, |known| known.postable = Some(false));
                    }
                    return Err(error);
                }
            };
            state.directory.set_place(id, known.clone(), now);
            known
        }
    };
    Ok(Description::new(id, known.name).externally_shared(known.externally_shared))
}

#[derive(Deserialize)]
struct UserInfo {
    user: User,
}

#[derive(Deserialize)]
struct User {
    id: String,
    #[serde(default, deserialize_with = "soft")]
    team_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    deleted: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_restricted: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_ultra_restricted: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_bot: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_app_user: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_workflow_bot: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_connector_bot: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_stranger: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    enterprise_user: Option<EnterpriseUser>,
}

#[derive(Deserialize)]
struct EnterpriseUser {
    #[serde(default, deserialize_with = "soft")]
    enterprise_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    teams: Option<Vec<String>>,
}

impl User {
    /// Their standing in the installation's workspace (slack.md §9.3). Who is not certainly a member
    /// is none.
    fn standing(&self, install: &Install) -> Standing {
        let yes = |flag: Option<bool>| flag == Some(true);
        let is_program =
            [self.is_bot, self.is_app_user, self.is_workflow_bot, self.is_connector_bot];
        if is_program.into_iter().any(yes) || self.id == "USLACKBOT" {
            return Standing::Integration;
        }
        if yes(self.is_stranger) || !self.is_home(install) {
            return Standing::External;
        }
        if yes(self.is_restricted) || yes(self.is_ultra_restricted) {
            return Standing::Guest;
        }
        Standing::Member
    }

    /// True for someone of the workspace, or of its organisation.
    fn is_home(&self, install: &Install) -> bool {
        let team = |id: &str| install.team.as_deref() == Some(id);
        if self.team_id.as_deref().is_some_and(team) {
            return true;
        }
        let Some(user) = &self.enterprise_user else { return false };
        let same_organisation =
            install.enterprise.is_some() && user.enterprise_id == install.enterprise;
        same_organisation || user.teams.iter().flatten().any(|id| team(id))
    }
}

async fn describe_user(state: &State, place: &Place, user: &UserId) -> Result<Description> {
    // Slack looks people up by id, not by what stands after an `@`.
    let id = user.as_str();
    let is_id = id.len() > 1
        && id.starts_with(['U', 'W'])
        && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !is_id {
        return Err(Error::not_found("Slack looks people up by their id: mention them"));
    }
    let now = state.now();
    let mut person = match state.directory.person(id, now) {
        Some(person) => person,
        None => {
            let form: Form<'_> = vec![("user", Cow::from(id))];
            let info: UserInfo = state.api.call("users.info", form).await?;
            // Without knowing who we are nobody can be told to be a member.
            let install = connection::install(state).await?;
            let person = describe_person(state, &install, &info.user)?;
            state.directory.set_person(id, person.clone(), now);
            person
        }
    };
    person.actor = person.actor.map(|actor| admit(state, place, actor));
    Ok(person)
}

fn describe_person(state: &State, install: &Install, user: &User) -> Result<Description> {
    // Whoever was deactivated is nobody here any more, whomever the configuration admits.
    if user.deleted == Some(true) {
        return Err(Error::not_found("they were deactivated").with_code("user_disabled"));
    }
    let home = user.team_id.as_deref().or(install.team.as_deref()).unwrap_or("unknown");
    let actor = Actor::member(state.id.clone(), Platform::slack(), home, user.id.as_str());
    let actor = actor.standing(user.standing(install));
    Ok(Description::new(user.id.as_str(), user.name.clone()).actor(actor))
}

/// Whether the configuration admits them where they act.
fn admit(state: &State, place: &Place, actor: Actor) -> Actor {
    if actor.standing == Standing::Integration {
        return actor;
    }
    let workspace = state.admitted.workspaces.contains(actor.workspace.as_str());
    let channel = actor.standing == Standing::Member
        && state.admitted.channels.contains(place.conversation.as_str());
    if workspace || channel { actor.admitted() } else { actor }
}

#[derive(Deserialize)]
struct Groups {
    #[serde(default)]
    usergroups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    id: String,
    #[serde(default, deserialize_with = "soft")]
    handle: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    is_external: Option<bool>,
}

async fn describe_group(state: &State, group: &str) -> Result<Description> {
    let now = state.now();
    let groups = match state.directory.groups(now) {
        Some(groups) => groups,
        None => {
            let groups: Groups = state.api.call("usergroups.list", Form::new()).await?;
            let groups: Vec<_> = groups
                .usergroups
                .into_iter()
                .map(|group| {
                    Description::new(group.id, group.handle).externally_shared(group.is_external)
                })
                .collect();
            state.directory.set_groups(groups.clone(), now);
            groups
        }
    };
    let is = |known: &Description| known.id == group || known.handle.as_deref() == Some(group);
    groups.into_iter().find(is).ok_or_else(|| Error::not_found("there is no such group"))
}
