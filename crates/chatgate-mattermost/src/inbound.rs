//! What Mattermost sends, as events.
