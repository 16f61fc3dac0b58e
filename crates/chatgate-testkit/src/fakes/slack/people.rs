//! What people do that reaches the app as events.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Slack;
use super::api::reaction;
use super::channel::Channel;
use super::config::MentionOrder;
use super::deliver::{Attempt, Forgery, Parcel};
use super::draft::Draft;
use super::message::Message;
use super::mrkdwn;
use super::seed;
use super::ts::Ts;
use super::world::{Outgoing, World};

/// A field that must be there.
pub(super) fn need<'a>(body: &'a Value, field: &str) -> Result<&'a str, String> {
    body[field].as_str().ok_or_else(|| format!("`{field}` is missing"))
}

pub(super) fn need_ts(body: &Value, field: &str) -> Result<Ts, String> {
    Ts::read(need(body, field)?).ok_or_else(|| format!("`{field}` is no ts"))
}

/// The place that a person acts in, if they are in it.
fn place<'a>(world: &'a mut World, body: &Value) -> Result<&'a mut Channel, String> {
    let (user, channel) = (need(body, "user")?, need(body, "channel")?);
    if !world.users.contains_key(user) {
        return Err(format!("no such user: {user}"));
    }
    let place = world.channels.get_mut(channel).ok_or_else(|| format!("no channel {channel}"))?;
    if !place.has(user) {
        return Err(format!("{user} is not in {channel}"));
    }
    Ok(place)
}

/// The message that a person acts on.
fn target<'a>(world: &'a mut World, body: &Value) -> Result<&'a mut Message, String> {
    let ts = need_ts(body, "ts")?;
    place(world, body)?.message_mut(ts).ok_or_else(|| format!("no message {ts}"))
}

impl Slack {
    /// Someone says something.
    pub(super) async fn say(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let forgery = Forgery::read(body["forge"].as_str())?;
        let (ts, events, order) = self.said(body)?;
        self.flush();
        let attempts = self.deliver_all(body, events, order, forgery).await;
        Ok(json!({"channel": body["channel"], "ts": ts.to_string(), "attempts": attempts}))
    }

    fn said(&self, body: &Value) -> Result<(Ts, Vec<Outgoing>, MentionOrder), String> {
        let now = self.clock.now();
        let mut world = self.world();
        let world = &mut *world;
        let mut text = need(body, "text")?.to_owned();
        if body["mention_bot"] == true {
            text = format!("<@{}> {text}", seed::BOT_USER);
        }
        let order = match body["order"].as_str() {
            Some(name) => MentionOrder::read(name).ok_or("no such order")?,
            None => world.app.mention_order,
        };
        let user = need(body, "user")?.to_owned();
        let place = place(world, body)?;
        let (channel, ext_shared) = (place.id.clone(), place.ext_shared);
        let heard = place.has(seed::BOT_USER);
        let thread = match body["thread_ts"].as_str() {
            None => None,
            Some(_) => {
                let ts = need_ts(body, "thread_ts")?;
                place.message(ts).ok_or("no such thread")?;
                Some(ts)
            }
        };
        let next = place.next_ts(now);
        let author = author(world, &user, ext_shared, next);
        let blocks = match &body["blocks"] {
            Value::Null => json!([mrkdwn::rich_text(&text)]),
            blocks => blocks.clone(),
        };
        let mentions_bot = text.contains(&format!("<@{}", seed::BOT_USER));
        let draft = Draft { text, blocks: Some(blocks), ..Draft::default() };
        let mut message = Message::new(author, draft);
        if let Some(extra) = body["extra"].as_object() {
            message.body.extend(extra.clone());
        }
        message.thread = thread;
        message.broadcast = body["broadcast"] == true && thread.is_some();
        let earlier = world.take_events();
        let ts = world.post(&channel, message, now).ok_or("no such channel")?;
        let mut events = world.take_events();
        for outgoing in earlier {
            world.send(outgoing.event, outgoing.ext_shared);
        }
        let direct = channel.starts_with(['D', 'G']);
        if mentions_bot
            && heard
            && !direct
            && let Some(mut event) = world.message_event(&channel, ts)
        {
            event["type"] = json!("app_mention");
            if let Some(fields) = event.as_object_mut() {
                fields.remove("channel_type");
                fields.remove("subtype");
            }
            events.push(Outgoing { event, ext_shared });
        }
        Ok((ts, events, order))
    }

    /// Sends events in the order that was asked for; waits unless told not to.
    async fn deliver_all(
        self: &Arc<Self>,
        body: &Value,
        mut events: Vec<Outgoing>,
        order: MentionOrder,
        forgery: Forgery,
    ) -> Vec<Attempt> {
        if order == MentionOrder::MentionFirst {
            events.reverse();
        }
        let flight = self.flights.take_off();
        let slack = Arc::clone(self);
        let (done, answered) = tokio::sync::oneshot::channel();
        let mut one_by_one = Vec::new();
        let mut together = Vec::new();
        match order {
            MentionOrder::Together => together = events,
            _ => one_by_one = events,
        }
        self.tasks.start(async move {
            let mut attempts = Vec::new();
            let mut running = tokio::task::JoinSet::new();
            for event in together {
                let slack = Arc::clone(&slack);
                running.spawn(async move { slack.deliver(event, forgery).await });
            }
            while let Some(joined) = running.join_next().await {
                attempts.extend(joined.unwrap_or_default());
            }
            for event in one_by_one {
                attempts.extend(slack.deliver(event, forgery).await);
            }
            drop(flight);
            let _ = done.send(attempts);
        });
        if body["wait"] == false {
            return Vec::new();
        }
        answered.await.unwrap_or_default()
    }

    /// Does something to the world, and delivers what it has to say about it.
    async fn act(
        self: &Arc<Self>,
        body: &Value,
        act: impl FnOnce(&mut World) -> Result<(), String>,
    ) -> Result<Value, String> {
        let forgery = Forgery::read(body["forge"].as_str())?;
        let events = {
            let mut world = self.world();
            let earlier = world.take_events();
            let done = act(&mut world);
            let events = world.take_events();
            for outgoing in earlier {
                world.send(outgoing.event, outgoing.ext_shared);
            }
            done?;
            events
        };
        self.flush();
        let order = MentionOrder::MessageFirst;
        let attempts = self.deliver_all(body, events, order, forgery).await;
        Ok(json!({"attempts": attempts}))
    }

    pub(super) async fn react(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let now = self.clock.now();
        self.act(body, |world| {
            let (user, name) = (need(body, "user")?, need(body, "name")?);
            let (channel, added) = (need(body, "channel")?, body["remove"] != true);
            let message = target(world, body)?;
            if !message.react(user, name, added) {
                return Err(if added { "already_reacted" } else { "no_reaction" }.to_owned());
            }
            let (ts, author) = (message.ts, message.body.get("user").cloned().unwrap_or_default());
            let kind = if added { "reaction_added" } else { "reaction_removed" };
            let event = reaction(kind, user, name, channel, ts, &author, now.as_millis());
            world.emit(channel, event);
            Ok(())
        })
        .await
    }

    pub(super) async fn edit(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let now = self.clock.now();
        self.act(body, |world| {
            let (user, text) = (need(body, "user")?, need(body, "text")?);
            let message = target(world, body)?;
            if message.body.get("user").and_then(Value::as_str) != Some(user) {
                return Err("people edit their own messages".to_owned());
            }
            let before = message.shown(true);
            message.body.insert("text".to_owned(), json!(text));
            message.body.insert("blocks".to_owned(), json!([mrkdwn::rich_text(text)]));
            let ts = message.ts;
            let edited = json!({"user": user, "ts": Ts(ts.0 + 1).to_string()});
            message.body.insert("edited".to_owned(), edited);
            world.emit_changed(need(body, "channel")?, ts, before, now);
            Ok(())
        })
        .await
    }

    pub(super) async fn delete(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let now = self.clock.now();
        self.act(body, |world| {
            let ts = target(world, body)?.ts;
            if let Some(before) = place(world, body)?.delete(ts) {
                world.emit_deleted(need(body, "channel")?, before, now);
            }
            Ok(())
        })
        .await
    }

    pub(super) async fn membership(
        self: &Arc<Self>,
        body: &Value,
        kind: &str,
    ) -> Result<Value, String> {
        let now = self.clock.now();
        self.act(body, |world| {
            let (user, channel) = (need(body, "user")?, need(body, "channel")?);
            world.user(user).map_err(|refusal| refusal.code)?;
            let place = world.channels.get_mut(channel).ok_or("no such channel")?;
            let changed = match kind {
                "member_joined_channel" => place.members.insert(user.to_owned()),
                _ => place.members.remove(user),
            };
            if !changed {
                return Err("nothing changes".to_owned());
            }
            world.emit_membership(kind, user, channel, now);
            Ok(())
        })
        .await
    }

    /// `app_home_opened`, `link_shared`, `app_uninstalled`, `tokens_revoked`, or any event.
    pub(super) async fn event(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        if body["event"]["type"].as_str().is_none() {
            return Err("`event.type` is missing".to_owned());
        }
        self.act(body, |world| {
            world.send(body["event"].clone(), body["ext_shared"] == true);
            Ok(())
        })
        .await
    }

    pub(super) async fn home(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let now = self.clock.now();
        let user = need(body, "user")?;
        let channel = self.world().direct(user, now).map_err(|refusal| refusal.code)?;
        let tab = body["tab"].as_str().unwrap_or("home");
        self.act(body, |world| {
            let at = world.channels.get_mut(&channel).ok_or("no such channel")?.next_ts(now);
            let home =
                |view: &&super::views::View| view.user == user && view.body["type"] == "home";
            let view = world.views.all().find(home).map(|view| view.body.clone());
            let mut event = json!({
                "type": "app_home_opened", "user": user, "channel": channel, "tab": tab,
                "event_ts": at.to_string(),
            });
            if let Some(view) = view {
                event["view"] = view;
            }
            world.send(event, false);
            Ok(())
        })
        .await
    }

    pub(super) async fn link(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        self.act(body, |world| {
            let (ts, user) = (target(world, body)?.ts.to_string(), need(body, "user")?);
            let domain = |url: &str| {
                url.split('/').nth(2).unwrap_or_default().split(':').next().map(str::to_owned)
            };
            let urls = body["urls"].as_array().ok_or("`urls` is missing")?;
            let links: Vec<_> = urls
                .iter()
                .filter_map(Value::as_str)
                .map(|url| json!({"url": url, "domain": domain(url)}))
                .collect();
            let channel = need(body, "channel")?;
            let event = json!({
                "type": "link_shared", "user": user, "channel": channel, "message_ts": ts,
                "links": links, "source": "conversations_history", "event_ts": ts,
                "unfurl_id": format!("{channel}.{ts}"),
            });
            world.emit(channel, event);
            Ok(())
        })
        .await
    }

    /// The app is removed: `app_uninstalled`, and no token works any more.
    pub(super) async fn uninstall(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        self.act(body, |world| {
            world.send(json!({"type": "app_uninstalled"}), false);
            world.app.refused = Some("account_inactive".to_owned());
            Ok(())
        })
        .await
    }

    /// The bot's token is revoked.
    pub(super) async fn revoke(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        self.act(body, |world| {
            let tokens = json!({"oauth": [], "bot": [seed::BOT_USER]});
            world.send(json!({"type": "tokens_revoked", "tokens": tokens}), false);
            world.app.refused = Some("token_revoked".to_owned());
            Ok(())
        })
        .await
    }

    /// Slack checks the URL of the app: `url_verification`.
    pub(super) async fn handshake(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let forgery = Forgery::read(body["forge"].as_str())?;
        let url = self.world().app.urls.events.clone().ok_or("no app listens")?;
        let challenge = body["challenge"].as_str().unwrap_or("a-challenge");
        let sent =
            json!({"token": "deprecated", "type": "url_verification", "challenge": challenge});
        let parcel = Parcel::json("url_verification", url, &sent, forgery);
        let attempt = self.send(&parcel, 0, None).await;
        self.log_attempt(&attempt);
        let verified = attempt.taken() && attempt.answer.contains(challenge);
        Ok(json!({"verified": verified, "attempt": attempt}))
    }

    /// Any body at all, signed.
    pub(super) async fn raw(self: &Arc<Self>, body: &Value) -> Result<Value, String> {
        let forgery = Forgery::read(body["forge"].as_str())?;
        let listens = self.world().app.urls.events.clone();
        let url = body["url"].as_str().map(str::to_owned).or(listens).ok_or("no app listens")?;
        let mut parcel = Parcel::json("raw", url, &Value::Null, forgery);
        parcel.body = need(body, "body")?.to_owned();
        if body["content_type"] == "application/x-www-form-urlencoded" {
            parcel.content_type = "application/x-www-form-urlencoded";
        }
        let attempt = self.send(&parcel, 0, None).await;
        self.log_attempt(&attempt);
        Ok(json!({"attempt": attempt}))
    }
}

/// The fields that say who a message is by.
fn author(world: &World, user: &str, ext_shared: bool, ts: Ts) -> Map<String, Value> {
    let team = world.team_of(user);
    let mut author = json!({"type": "message", "user": user, "team": team});
    let known = &world.users[user];
    if known["is_bot"] == true {
        author["bot_id"] = known["profile"]["bot_id"].clone();
        author["app_id"] = known["profile"]["api_app_id"].clone();
    } else {
        author["client_msg_id"] = json!(format!("{:08x}-0000-4000-8000-{:012x}", ts.0 >> 32, ts.0));
    }
    if ext_shared {
        author["user_team"] = json!(team);
        author["source_team"] = json!(team);
    }
    match author {
        Value::Object(author) => author,
        _ => Map::new(),
    }
}
