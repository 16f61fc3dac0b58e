//! What the smoke test has made at the server, and takes away again.

use serde_json::{Value, json};

use crate::report::Report;
use crate::server::{Result, Server, text};
use crate::settings;

/// One thing to take away.
#[derive(Debug)]
enum Thing {
    Settings(Value),
    Team(String),
    Channel(String),
    Bot(String),
    Token(String),
    Command(String),
    Webhook(&'static str, String),
}

/// What was made, in its order.
#[derive(Debug, Default)]
pub(crate) struct Made(Vec<Thing>);

impl Made {
    pub(crate) fn settings(&mut self, before: Value) {
        self.0.push(Thing::Settings(before));
    }

    pub(crate) async fn team(&mut self, server: &Server, name: &str) -> Result<String> {
        let body = json!({"name": name, "display_name": "chatgate's smoke test", "type": "I"});
        let team = text(&server.post("teams", &body).await?, "id")?;
        self.0.push(Thing::Team(team.clone()));
        Ok(team)
    }

    /// A public channel of the team.
    pub(crate) async fn channel(
        &mut self,
        server: &Server,
        team: &str,
        name: &str,
    ) -> Result<String> {
        let body = json!({"team_id": team, "name": name, "display_name": name, "type": "O"});
        let channel = text(&server.post("channels", &body).await?, "id")?;
        self.0.push(Thing::Channel(channel.clone()));
        Ok(channel)
    }

    /// A bot; gives its id and its token.
    pub(crate) async fn bot(&mut self, server: &Server, name: &str) -> Result<(String, String)> {
        let body = json!({
            "username": name, "display_name": name, "description": "chatgate's smoke test",
        });
        let bot = text(&server.post("bots", &body).await?, "user_id")?;
        self.0.push(Thing::Bot(bot.clone()));
        let body = json!({"description": "chatgate's smoke test"});
        let token = server.post(&format!("users/{bot}/tokens"), &body).await?;
        self.0.push(Thing::Token(text(&token, "id")?));
        Ok((bot, text(&token, "token")?))
    }

    /// A slash command; gives its id and its token.
    pub(crate) async fn command(
        &mut self,
        server: &Server,
        body: &Value,
    ) -> Result<(String, String)> {
        let command = server.post("commands", body).await?;
        let id = text(&command, "id")?;
        self.0.push(Thing::Command(id.clone()));
        Ok((id, text(&command, "token")?))
    }

    /// A webhook, `incoming` or `outgoing`.
    pub(crate) async fn webhook(
        &mut self,
        server: &Server,
        kind: &'static str,
        body: &Value,
    ) -> Result<Value> {
        let hook = server.post(&format!("hooks/{kind}"), body).await?;
        self.0.push(Thing::Webhook(kind, text(&hook, "id")?));
        Ok(hook)
    }

    /// Takes everything away, the newest first, whatever became of the rest.
    pub(crate) async fn take_away(self, server: &Server, report: &mut Report) {
        for thing in self.0.into_iter().rev() {
            let (what, done) = match thing {
                Thing::Settings(before) => {
                    let done = settings::put_back(server, &before).await;
                    ("put the settings back", done)
                }
                Thing::Team(id) => {
                    ("take the team away", gone(server, &format!("teams/{id}")).await)
                }
                Thing::Channel(id) => {
                    ("take the channel away", gone(server, &format!("channels/{id}")).await)
                }
                Thing::Bot(id) => {
                    let done = match server.delete(&format!("users/{id}?permanent=true")).await {
                        Ok(done) => Ok(done),
                        Err(_) => server.post(&format!("bots/{id}/disable"), &Value::Null).await,
                    };
                    ("take the bot away", said(done))
                }
                Thing::Token(id) => {
                    let done = server.post("users/tokens/revoke", &json!({"token_id": id})).await;
                    ("revoke its token", said(done))
                }
                Thing::Command(id) => {
                    ("take the command away", said(server.delete(&format!("commands/{id}")).await))
                }
                Thing::Webhook(kind, id) => {
                    let done = server.delete(&format!("hooks/{kind}/{id}")).await;
                    ("take the webhook away", said(done))
                }
            };
            match done {
                Ok(()) => report.ok(what),
                Err(why) => report.failed_at(what, why),
            }
        }
    }
}

/// Deletes for good where the server allows that, and archives otherwise.
async fn gone(server: &Server, route: &str) -> std::result::Result<(), String> {
    match server.delete(&format!("{route}?permanent=true")).await {
        Ok(_) => Ok(()),
        Err(_) => said(server.delete(route).await),
    }
}

fn said(done: Result<Value>) -> std::result::Result<(), String> {
    done.map(|_| ()).map_err(|refused| refused.to_string())
}
