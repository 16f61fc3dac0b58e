//! What channels and people are called, and what decisions need of them.

use chatgate_core::{
    Actor, Description, Error, Place, Platform, Result, Standing, Subject, UserId,
};
use chatgate_http::soft;
use http::Method;
use serde::Deserialize;

use super::channel;
use crate::api::id;
use crate::state::State;

/// Looks something up; what was looked up a short while ago is not asked again.
pub(super) async fn describe(state: &State, subject: &Subject) -> Result<Description> {
    match subject {
        Subject::Place(place) => describe_place(state, place).await,
        Subject::User { user, .. } => describe_user(state, user).await,
        _ => Err(Error::unsupported("describe")),
    }
}

#[derive(Deserialize)]
struct Channel {
    #[serde(default, deserialize_with = "soft")]
    name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    shared: Option<bool>,
}

async fn describe_place(state: &State, place: &Place) -> Result<Description> {
    if place.direct_user().is_some() {
        let line = place.conversation.as_str();
        return Ok(Description::new(line, None).externally_shared(Some(false)));
    }
    let (now, channel) = (state.now(), channel(state, place).await?);
    let channel = channel.as_str();
    if let Some(known) = state.directory.place(channel, now) {
        return Ok(known);
    }
    let route = format!("channels/{channel}");
    let found: Channel = state.api.call(Method::GET, &route, None).await?;
    // A server that shares no channels says null (mattermost.md §3.4).
    let shared = found.shared.unwrap_or(false);
    let known = Description::new(channel, found.name).externally_shared(Some(shared));
    state.directory.set_place(channel, known.clone(), now);
    Ok(known)
}

#[derive(Deserialize)]
struct User {
    id: String,
    username: String,
    #[serde(default, deserialize_with = "soft")]
    roles: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    is_bot: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    remote_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    delete_at: Option<i64>,
}

impl User {
    /// Their standing on the server (mattermost.md §9). Someone of another server has a user of this
    /// one in their place.
    fn standing(&self) -> Standing {
        let is_guest = |roles: &String| roles.split_whitespace().any(|role| role == "system_guest");
        if self.is_bot == Some(true) {
            return Standing::Integration;
        }
        if self.remote().is_some() {
            return Standing::External;
        }
        match &self.roles {
            Some(roles) if is_guest(roles) => Standing::Guest,
            Some(roles) if !roles.is_empty() => Standing::Member,
            // Whoever has no roles at all is no member.
            _ => Standing::Guest,
        }
    }

    fn remote(&self) -> Option<&str> {
        self.remote_id.as_deref().filter(|remote| !remote.is_empty())
    }
}

/// A person, by id or by name.
async fn describe_user(state: &State, user: &UserId) -> Result<Description> {
    let now = state.now();
    let asked = user.as_str();
    if let Some(known) = state.directory.person(asked, now) {
        return Ok(known);
    }
    let route = match is_user_id(asked) {
        true => format!("users/{asked}"),
        false => format!("users/username/{}", id(asked)?),
    };
    let found: User = state.api.call(Method::GET, &route, None).await?;
    let known = describe_found(state, found)?;
    state.directory.set_person(asked, known.clone(), now);
    Ok(known)
}

fn describe_found(state: &State, found: User) -> Result<Description> {
    // Whoever was deactivated is nobody here any more.
    if found.delete_at.is_some_and(|at| at > 0) {
        return Err(Error::not_found("they were deactivated").with_code("user_disabled"));
    }
    let home = found.remote().unwrap_or(state.workspace.as_str());
    let actor = Actor::member(state.id.clone(), Platform::mattermost(), home, found.id.as_str());
    let actor = actor.standing(found.standing());
    Ok(Description::new(found.id.as_str(), Some(found.username)).actor(actor))
}

/// The people of these names, each with their id; a name that is nobody's is left out.
pub(crate) async fn people_named(
    state: &State,
    names: Vec<String>,
) -> Result<Vec<(String, String)>> {
    let now = state.now();
    let mut people = Vec::new();
    let mut unknown = Vec::new();
    for name in names {
        match state.directory.person(&name, now) {
            Some(known) => people.push((name, known.id)),
            None => unknown.push(name),
        }
    }
    if unknown.is_empty() {
        return Ok(people);
    }
    let body = serde_json::to_vec(&unknown)?;
    let found: Vec<User> =
        state.api.call(Method::POST, "users/usernames", Some(body.into())).await?;
    for user in found {
        let name = user.username.clone();
        if let Ok(known) = describe_found(state, user) {
            state.directory.set_person(&name, known.clone(), now);
            people.push((name, known.id));
        }
    }
    Ok(people)
}

/// Ids have 26 of these characters (mattermost.md, at its beginning).
fn is_user_id(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_is_not_certainly_a_member_is_none() {
        for (fields, standing) in [
            (json!({"roles": "system_user"}), Standing::Member),
            (json!({"roles": "system_admin system_user"}), Standing::Member),
            (json!({"roles": "system_guest"}), Standing::Guest),
            (json!({"roles": ""}), Standing::Guest),
            (json!({}), Standing::Guest),
            (json!({"roles": "system_user", "is_bot": true}), Standing::Integration),
            (json!({"roles": "system_user", "remote_id": "r1"}), Standing::External),
            (json!({"roles": "system_user", "remote_id": ""}), Standing::Member),
        ] {
            let mut user = json!({"id": "u1", "username": "alice"});
            user.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            let text = user.to_string();
            let read: User = serde_json::from_str(&text).unwrap();
            assert_eq!(read.standing(), standing, "{text}");
        }
    }
}
