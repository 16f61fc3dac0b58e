//! What people use of programs: commands, buttons, dialogs.

use serde_json::{Value, json};

use super::refusal::{BAD_BODY, NO_ACTION, NO_CHANNEL, NO_PERMISSION, Refusal};
use super::sockets::To;
use super::team::Team;
use super::world::{Dialog, ResponseUrl, Trigger, shown};
use super::{Delivery, Mattermost, seed};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

impl Mattermost {
    /// Somebody types a command.
    pub(super) async fn slash(
        &self,
        user: &str,
        channel: &str,
        line: &str,
        root: &str,
    ) -> Result<Delivery, Refusal> {
        let (trigger, text) = line.split_once(' ').unwrap_or((line, ""));
        let (command, body, response) = {
            let mut world = self.world();
            let place = world.joined(channel, user)?;
            if place.deleted_at > 0 {
                return Err(Refusal(400, "api.command.execute_command.deleted.error"));
            }
            // Where people talk directly, the client says which team it shows.
            let team = if place.is_direct() { seed::id(seed::TEAM) } else { place.team.clone() };
            let channel_name = place.name.clone();
            let word = trigger.trim_start_matches('/').to_lowercase();
            let is_it = |it: &&Value| it["trigger"] == word.as_str() && it["team_id"] == *team;
            let found = world.commands.iter().find(is_it);
            let command = found
                .cloned()
                .ok_or(Refusal(404, "api.command.execute_command.not_found.app_error"))?;
            let site = world.settings.text("SiteURL").to_owned();
            if site.is_empty() {
                let id = "api.command.execute_command.site_url_required.app_error";
                return Err(Refusal(400, id));
            }
            let response = world.make_id();
            let made = self.clock.now();
            let (channel_id, user_id) = (channel.to_owned(), user.to_owned());
            let way = ResponseUrl {
                channel: channel_id.clone(),
                user: user_id.clone(),
                root: root.to_owned(),
                made,
                uses: 0,
            };
            world.responses.insert(response.clone(), way);
            let trigger_id = world.make_id();
            world
                .triggers
                .insert(trigger_id.clone(), Trigger { user: user_id, channel: channel_id, made });
            let mut form = form_urlencoded::Serializer::new(String::new());
            let (name, domain) = (world.name(user), world.team(&team)?.name.clone());
            form.extend_pairs([
                ("channel_id", channel),
                ("channel_name", &channel_name),
                ("command", trigger),
                ("response_url", &format!("{site}/hooks/commands/{response}")),
                ("root_id", root),
                ("team_domain", &domain),
                ("team_id", &team),
                ("text", text),
                ("token", command["token"].as_str().unwrap_or_default()),
                ("trigger_id", &trigger_id),
                ("user_id", user),
                ("user_name", &name),
            ]);
            for word in text.split_whitespace() {
                let Some(name) = word.strip_prefix('@') else { continue };
                let known = world.users.values().find(|it| it["username"] == name.to_lowercase());
                if let Some(id) = known.and_then(|user| user["id"].as_str()) {
                    form.append_pair("user_mentions", name);
                    form.append_pair("user_mentions_ids", id);
                }
            }
            (command, form.finish(), response)
        };
        let token = command["token"].as_str().unwrap_or_default();
        let url = command["url"].as_str().unwrap_or_default();
        let token = format!("Token {token}");
        let mut delivery = match command["method"] == "G" {
            true => self.fetch(url, token, &body).await,
            false => self.send(url, FORM, Some(token), body).await,
        };
        if delivery.status != Some(200) {
            delivery.refused = Some(match delivery.status {
                Some(_) => "api.command.execute_command.failed_resp.app_error".to_owned(),
                None => "api.command.execute_command.failed.app_error".to_owned(),
            });
            return Ok(delivery);
        }
        match serde_json::from_str::<Value>(&delivery.answer) {
            Ok(answer) => self.answered(&response, &answer),
            Err(_) if delivery.answer.is_empty() => {}
            Err(_) => {
                delivery.refused = Some("api.command.execute_command.failed.app_error".to_owned());
            }
        }
        Ok(delivery)
    }

    /// What answers a command, at once or by its `response_url`: posts of the person who gave it.
    pub(super) fn answered(&self, response: &str, answer: &Value) {
        let Some(way) = self.world().responses.get(response).cloned() else { return };
        let further = answer["extra_responses"].as_array().into_iter().flatten();
        for said in std::iter::once(answer).chain(further) {
            let mut props = json!({"from_webhook": "true", "override_icon_url": ""});
            if let Some(attachments) = said["attachments"].as_array().filter(|it| !it.is_empty()) {
                props["attachments"] = attachments.clone().into();
            }
            let text = said["text"].as_str().unwrap_or_default();
            if text.is_empty() && props.get("attachments").is_none() {
                continue;
            }
            let body = json!({
                "channel_id": way.channel, "root_id": way.root, "message": text, "props": props,
            });
            if said["response_type"] == "in_channel" {
                let _ = self.post(&way.user, &body);
            } else {
                self.show(&way.user, body);
            }
        }
    }

    /// Shows a person something that nobody else sees.
    pub(super) fn show(&self, user: &str, mut body: Value) {
        let mut world = self.world();
        body["id"] = world.make_id().into();
        body["user_id"] = user.into();
        body["type"] = "system_ephemeral".into();
        body["create_at"] = self.now_ms().into();
        if let Some(props) = body["props"].as_object().cloned() {
            let mut props = props;
            world.name_actions(&mut props);
            body["props"] = props.into();
        }
        let channel = body["channel_id"].as_str().unwrap_or_default().to_owned();
        let told = json!({"post": shown(&body).to_string()});
        self.sockets().tell("ephemeral_message", To::User(user, &channel), |_| told.clone());
        world.shown.push(body);
        drop(world);
        self.changed();
    }

    /// Somebody presses a button, or chooses in a menu.
    pub(super) async fn click(
        &self,
        user: &str,
        post: &str,
        action: &str,
        chosen: Option<&str>,
    ) -> Result<Delivery, Refusal> {
        let (url, body) = {
            let mut world = self.world();
            let found = world.action(post, |it| it["id"] == action || it["name"] == action);
            let found = found.ok_or(NO_ACTION)?;
            let channel = world.get(post)?["channel_id"].as_str().unwrap_or_default().to_owned();
            world.joined(&channel, user)?;
            let trigger = world.make_id();
            let made = self.clock.now();
            world.triggers.insert(
                trigger.clone(),
                Trigger { user: user.to_owned(), channel: channel.clone(), made },
            );
            let mut context = found["integration"]["context"].clone();
            if let Some(chosen) = chosen {
                context["selected_option"] = chosen.into();
            }
            let name = world.name(user);
            let place = &world.channels[&channel];
            let domain = world.team(&place.team).map(|team| team.name.clone()).unwrap_or_default();
            let body = json!({
                "user_id": user, "user_name": name, "channel_id": channel,
                "channel_name": place.name, "team_id": place.team, "team_domain": domain,
                "post_id": post, "trigger_id": trigger, "context": context,
                "type": found["type"].as_str().unwrap_or_default(),
                "data_source": found["data_source"].as_str().unwrap_or_default(),
            });
            (found["integration"]["url"].as_str().unwrap_or_default().to_owned(), body)
        };
        let mut delivery = self.send(&url, JSON, None, body.to_string()).await;
        let answer = delivery.json();
        if delivery.status != Some(200) || !answer.is_object() {
            delivery.refused = Some("api.post.do_action.action_integration.app_error".to_owned());
            return Ok(delivery);
        }
        if answer["update"].is_object() {
            self.updated(post, &answer["update"])?;
        }
        if let Some(text) = answer["ephemeral_text"].as_str().filter(|text| !text.is_empty()) {
            let channel = self.world().get(post)?["channel_id"].clone();
            self.show(user, json!({"channel_id": channel, "message": text, "root_id": post}));
        }
        Ok(delivery)
    }

    /// An answer changes the post of its button, with the rights of the server: a missing message
    /// blanks it, and missing props stay.
    fn updated(&self, post: &str, update: &Value) -> Result<(), Refusal> {
        let (mut world, now) = (self.world(), self.now_ms());
        let mut props = update["props"].as_object().cloned();
        if let Some(props) = &mut props {
            world.name_actions(props);
        }
        let post = world.change(post, now, |post| {
            post["message"] = update["message"].as_str().unwrap_or_default().into();
            post["edit_at"] = now.into();
            if let Some(props) = props {
                post["props"] = props.into();
            }
        })?;
        self.tell_of_post(&world, "post_edited", &post);
        drop(world);
        self.changed();
        Ok(())
    }

    /// A program opens a dialog: who holds the trigger may.
    pub(super) fn open_dialog(&self, body: &Value) -> Result<(), Refusal> {
        let mut world = self.world();
        let id = body["trigger_id"].as_str().unwrap_or_default();
        let trigger = world.triggers.get(id).cloned();
        let trigger =
            trigger.ok_or(Refusal(400, "interactive_message.decode_trigger_id.missing_data"))?;
        if self.clock.now().since(trigger.made) > std::time::Duration::from_secs(30) {
            return Err(Refusal(400, "interactive_message.decode_trigger_id.expired"));
        }
        let url = body["url"].as_str().unwrap_or_default().to_owned();
        let dialog = Dialog {
            user: trigger.user,
            channel: trigger.channel,
            url,
            body: body["dialog"].clone(),
            open: true,
        };
        let told = json!({"dialog": json!({
            "trigger_id": id, "url": dialog.url, "dialog": dialog.body,
        }).to_string()});
        self.sockets().tell("open_dialog", To::User(&dialog.user, ""), |_| told.clone());
        world.dialogs.push(dialog);
        drop(world);
        self.changed();
        Ok(())
    }

    /// Somebody submits or closes the dialog that they see; `changes` are what their client makes of the
    /// request, which may be anything.
    pub(super) async fn submit(
        &self,
        user: &str,
        values: &Value,
        changes: &Value,
    ) -> Result<Delivery, Refusal> {
        let (url, mut body) = {
            let world = self.world();
            let open = world.dialogs.iter().rev().find(|it| it.user == user && it.open);
            let open = open.ok_or(Refusal(404, "no_dialog"))?;
            let mut submission = serde_json::Map::new();
            for element in open.body["elements"].as_array().into_iter().flatten() {
                let name = element["name"].as_str().unwrap_or_default();
                let default = match element["default"].as_str().unwrap_or_default() {
                    "" => Value::Null,
                    text => text.into(),
                };
                submission.insert(name.to_owned(), default);
            }
            submission.extend(values.as_object().cloned().unwrap_or_default());
            let team = world.channels.get(&open.channel).map(|it| it.team.clone());
            let team = team.filter(|team| !team.is_empty()).unwrap_or_else(|| seed::id(seed::TEAM));
            let body = json!({
                "type": "dialog_submission", "callback_id": open.body["callback_id"],
                "state": open.body["state"], "user_id": user, "channel_id": open.channel,
                "team_id": team, "submission": submission, "cancelled": false,
            });
            (open.url.clone(), body)
        };
        if let (Value::Object(body), Value::Object(changes)) = (&mut body, changes) {
            body.extend(changes.clone());
        }
        self.submitted(user, &url, &body).await
    }

    /// Somebody's client sends a dialog, to where it says and as it says: only who it is, is the
    /// server's word.
    pub(super) async fn submit_as_said(
        &self,
        user: &str,
        said: &Value,
    ) -> Result<Delivery, Refusal> {
        let text = |name: &str| said[name].as_str().unwrap_or_default();
        if text("url").is_empty() {
            return Err(BAD_BODY);
        }
        {
            let world = self.world();
            let channel = world.channels.get(text("channel_id")).ok_or(NO_CHANNEL)?;
            let is_of_team = |team: &Team| team.members.contains(user) || world.is_admin(user);
            let team = world.teams.get(text("team_id"));
            if !world.reads(channel, user) || !team.is_some_and(is_of_team) {
                return Err(NO_PERMISSION);
            }
        }
        let body = json!({
            "type": "dialog_submission", "callback_id": text("callback_id"),
            "state": text("state"), "user_id": user, "channel_id": text("channel_id"),
            "team_id": text("team_id"), "submission": said["submission"],
            "cancelled": said["cancelled"] == true,
        });
        self.submitted(user, text("url"), &body).await
    }

    async fn submitted(&self, user: &str, url: &str, body: &Value) -> Result<Delivery, Refusal> {
        let is_lookup = body["type"] == "dialog_lookup";
        let mut delivery = self.send(url, JSON, None, body.to_string()).await;
        if delivery.status != Some(200) {
            delivery.refused = Some("api.post.do_action.action_integration.app_error".to_owned());
            return Ok(delivery);
        }
        let answer = delivery.json();
        let mut world = self.world();
        let open = world.dialogs.iter_mut().rev().find(|it| it.user == user && it.open);
        if let Some(open) = open {
            let has_errors = answer["errors"].as_object().is_some_and(|it| !it.is_empty())
                || answer["error"].as_str().is_some_and(|it| !it.is_empty());
            if answer["type"] == "form" {
                open.body = answer["form"].clone();
            } else if !has_errors && !is_lookup {
                open.open = false;
            }
        }
        drop(world);
        self.changed();
        Ok(delivery)
    }
}
