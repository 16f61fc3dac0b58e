//! Who wrote: their tenant, and their standing in it.

use std::collections::BTreeSet;

use chatgate_core::{Actor, AdapterId, Platform, Standing};
use chatgate_http::soft;
use serde::Deserialize;

/// What stands for the tenant of whom nobody names one.
pub(super) const UNKNOWN: &str = "unknown";

/// The tenants that are admitted; where none is named, only the conversation's own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tenants(BTreeSet<String>);

impl Tenants {
    /// Tenants by their ids, whose letters have no case.
    pub(crate) fn new<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        Self(ids.into_iter().map(str::to_ascii_lowercase).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn admits(&self, tenant: &str) -> bool {
        self.0.contains(&tenant.to_ascii_lowercase())
    }
}

/// Who wrote, as the activity says.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct From {
    #[serde(default, deserialize_with = "soft")]
    pub(super) id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    aad_object_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    tenant_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    role: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user_role: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user_principal_name: Option<String>,
}

impl From {
    pub(super) fn is_someone(&self) -> bool {
        [&self.id, &self.aad_object_id].into_iter().flatten().any(|id| !id.is_empty())
    }

    /// Who wrote in a conversation of this tenant, where the rest of the activity names `beside` it.
    pub(super) fn actor(
        &self,
        adapter: &AdapterId,
        conversation: Option<&str>,
        beside: Option<&str>,
        tenants: &Tenants,
    ) -> Actor {
        let filled = |field: &Option<String>| field.clone().filter(|text| !text.is_empty());
        let is_other = |tenant: &&str| {
            conversation.is_some_and(|conversation| !tenant.eq_ignore_ascii_case(conversation))
        };
        let own = filled(&self.tenant_id);
        let own = own.as_deref().or(beside.filter(is_other));
        // The directory's ids have no case: one person is not to be two.
        let object = filled(&self.aad_object_id).map(|id| id.to_ascii_lowercase());
        let tenant = own.or(conversation).map(str::to_ascii_lowercase);
        // An id that begins with `29:` is another one for every bot: the directory's is the person's.
        let user = object.clone().or_else(|| filled(&self.id)).unwrap_or_default();
        let workspace = tenant.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        let actor = Actor::member(adapter.clone(), Platform::teams(), workspace, user);
        if self.is_a_bot() {
            return actor.standing(Standing::Integration);
        }
        let Some(tenant) = tenant.filter(|_| object.is_some() && !self.has_role("anonymous"))
        else {
            return actor.standing(Standing::Anonymous);
        };
        let is_foreign = own.as_ref().is_some_and(is_other);
        let actor = match () {
            () if self.is_a_guest() => actor.standing(Standing::Guest),
            () if is_foreign => actor.standing(Standing::External),
            () if !tenants.is_empty() && !tenants.admits(&tenant) => {
                actor.standing(Standing::External)
            }
            () => actor,
        };
        // A guest is admitted by the tenant that they are named to be of, not by their host's.
        let is_named = own.is_some() || actor.standing == Standing::Member;
        match tenants.admits(&tenant) && is_named && actor.standing != Standing::Member {
            true => actor.admitted(),
            false => actor,
        }
    }

    fn is_a_bot(&self) -> bool {
        let is_app = self.id.as_deref().is_some_and(|id| id.starts_with("28:"));
        is_app || self.has_role("bot") || self.has_role("skill")
    }

    /// Guests have an account in the tenant, of which some fields tell that it is a guest's; where Teams
    /// sends none of them, a guest cannot be told from a member.
    fn is_a_guest(&self) -> bool {
        let name = self.user_principal_name.as_deref().unwrap_or_default();
        self.has_role("guest") || name.to_ascii_uppercase().contains("#EXT#")
    }

    fn has_role(&self, wanted: &str) -> bool {
        [&self.role, &self.user_role]
            .into_iter()
            .flatten()
            .any(|role| role.eq_ignore_ascii_case(wanted))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const HOME: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
    const ELSEWHERE: &str = "bbbbbbbb-0000-4000-8000-00000000000b";

    fn actor(from: Value, conversation: Option<&str>, tenants: &[&str]) -> Actor {
        let from: From = serde_json::from_str(&from.to_string()).unwrap();
        let tenants = Tenants::new(tenants.iter().copied());
        from.actor(&AdapterId::parse("teams").unwrap(), conversation, None, &tenants)
    }

    fn standing(from: Value, tenants: &[&str]) -> (Standing, bool) {
        let actor = actor(from, Some(HOME), tenants);
        (actor.standing, actor.admitted)
    }

    #[test]
    fn a_person_is_who_the_directory_says() {
        let alice = actor(json!({"id": "29:1x", "aadObjectId": "0d2f"}), Some(HOME), &[]);
        assert_eq!((alice.workspace.as_str(), alice.user.as_str()), (HOME, "0d2f"));
        assert_eq!(alice.standing, Standing::Member);
        let upper = json!({"id": "29:1x", "aadObjectId": "0D2F", "tenantId": HOME.to_uppercase()});
        assert_eq!(actor(upper, Some(HOME), &[]), alice);
    }

    #[test]
    fn strangers_are_told_apart() {
        let object = "0d2f";
        for (from, expected) in [
            (json!({"id": "29:1x"}), Standing::Anonymous),
            (json!({"id": "29:1x", "aadObjectId": ""}), Standing::Anonymous),
            (json!({"aadObjectId": object, "userRole": "anonymous"}), Standing::Anonymous),
            (json!({"aadObjectId": object, "tenantId": ELSEWHERE}), Standing::External),
            (json!({"aadObjectId": object, "userRole": "guest"}), Standing::Guest),
            (
                json!({"aadObjectId": object, "userPrincipalName": "a_b.test#EXT#@c.onmicrosoft.com"}),
                Standing::Guest,
            ),
            (json!({"id": "28:app", "aadObjectId": object}), Standing::Integration),
            (json!({"aadObjectId": object, "role": "bot"}), Standing::Integration),
        ] {
            assert_eq!(standing(from.clone(), &[]), (expected, false), "{from}");
        }
        let nowhere = actor(json!({"aadObjectId": object}), None, &[]);
        assert_eq!(nowhere.standing, Standing::Anonymous);
    }

    #[test]
    fn another_tenant_beside_the_conversations_is_the_persons() {
        let from: From = serde_json::from_str(r#"{"aadObjectId":"0d2f"}"#).unwrap();
        let adapter = AdapterId::parse("teams").unwrap();
        let of = |beside| from.actor(&adapter, Some(HOME), Some(beside), &Tenants::default());
        let home = HOME.to_uppercase();
        assert_eq!(of(&home).standing, Standing::Member);
        assert_eq!(of(ELSEWHERE).standing, Standing::External);
        assert_eq!(of(ELSEWHERE).workspace.as_str(), ELSEWHERE);
    }

    #[test]
    fn the_tenants_that_are_named_are_admitted_and_no_other() {
        let of = |tenant: &str| json!({"aadObjectId": "0d2f", "tenantId": tenant});
        assert_eq!(standing(of(HOME), &[HOME]), (Standing::Member, false));
        assert_eq!(standing(of(ELSEWHERE), &[ELSEWHERE]), (Standing::External, true));
        assert_eq!(standing(of(ELSEWHERE), &[HOME]), (Standing::External, false));
        assert_eq!(standing(of(HOME), &[ELSEWHERE]), (Standing::External, false));
        let guest =
            |tenant: Value| json!({"aadObjectId": "0d2f", "userRole": "guest", "tenantId": tenant});
        assert_eq!(standing(guest(json!(ELSEWHERE)), &[ELSEWHERE]), (Standing::Guest, true));
        // Of which tenant this guest is nobody says.
        assert_eq!(standing(guest(Value::Null), &[HOME]), (Standing::Guest, false));
        assert_eq!(standing(json!({"id": "29:1x"}), &[HOME]), (Standing::Anonymous, false));
    }
}
