//! What the server is and may do: settings, licence.

use serde_json::json;

use super::{Call, Given, NO_PERMISSION};
use crate::fakes::mattermost::refusal::Refusal;

impl Call<'_> {
    /// All settings, for administrators.
    pub(super) fn settings(&self) -> Given {
        let world = self.mattermost.world();
        if !world.is_admin(&self.user) {
            return Err(NO_PERMISSION);
        }
        Ok((200, world.settings.shown().clone()))
    }

    pub(super) fn patch_settings(&self) -> Given {
        {
            let mut world = self.mattermost.world();
            if !world.is_admin(&self.user) {
                return Err(NO_PERMISSION);
            }
            world.settings.patch(&self.body)?;
        }
        self.mattermost.changed();
        self.settings()
    }

    /// What clients need to know of the settings; every value is text.
    pub(super) fn client_settings(&self) -> Given {
        let world = self.mattermost.world();
        let told = |name: &str| world.settings.is_on(name).to_string();
        Ok((
            200,
            json!({
                "Version": self.mattermost.version, "SiteURL": world.settings.text("SiteURL"),
                "MaxPostSize": world.max_post.to_string(),
                "MaxFileSize": world.settings.shown()["FileSettings"]["MaxFileSize"].to_string(),
                "EnableCommands": told("EnableCommands"),
                "EnableIncomingWebhooks": told("EnableIncomingWebhooks"),
                "EnableOutgoingWebhooks": told("EnableOutgoingWebhooks"),
                "EnablePostUsernameOverride": told("EnablePostUsernameOverride"),
                "EnablePostIconOverride": told("EnablePostIconOverride"),
                "EnableUserTypingMessages": told("EnableUserTypingMessages"),
                "PostPriority": told("PostPriority"),
                "TimeBetweenUserTypingUpdatesMilliseconds": "5000",
            }),
        ))
    }

    /// There is none.
    pub(super) fn licence(&self) -> Given {
        match self.query.get("format").map(String::as_str) {
            Some("old") => Ok((200, json!({"IsLicensed": "false"}))),
            Some(_) => Err(super::BAD_URL),
            None => Err(Refusal(400, "api.license.client.old_format.app_error")),
        }
    }
}
