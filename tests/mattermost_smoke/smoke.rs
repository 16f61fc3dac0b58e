//! The whole of it: set up, use, take away.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chatgate_core::{Clock, FindingLevel};
use chatgate_gateway::SystemClock;
use chatgate_mattermost::{Mattermost, MattermostBuilder};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::task::LocalSet;

use crate::bot::{self, Bot};
use crate::inbound::{self, Inbound, WaysBack};
use crate::made::Made;
use crate::outbound::{self, Outbound};
use crate::registered::{Registrar, trigger_word};
use crate::report::Report;
use crate::server::{Refused, Result, Server, text};
use crate::settings::Changes;
use crate::target::Target;
use crate::watch::eventually;

/// Nothing takes so long: then it is broken off, and cleaned up.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// What is seen and made on the way.
#[derive(Default)]
struct Run {
    report: Report,
    made: Made,
}

/// Sets everything up at the server, uses all that the adapter has, and takes everything away again,
/// whatever happened in between.
pub(crate) async fn run(target: &Target) -> Report {
    let run = Arc::new(Mutex::new(Run::default()));
    let server = match Server::new(&target.url, target.token.expose()) {
        Ok(server) => server,
        Err(error) => {
            let mut report = Report::default();
            report.failed_at("make a client", error);
            return report;
        }
    };
    let (within, at, of) = (run.clone(), server.clone(), target.clone());
    // A task of its own, so that a panic ends it and not the cleaning up.
    let local = LocalSet::new();
    let mut task = local.spawn_local(async move {
        let mut run = within.lock().await;
        let Run { report, made } = &mut *run;
        if let Err((part, why)) = exercise(&of, &at, report, made).await {
            report.failed_at(part, why);
        }
    });
    let broken_off = local
        .run_until(async {
            tokio::select! {
                done = &mut task => done.err().map(|error| error.to_string()),
                () = interrupted() => Some("interrupted".to_owned()),
                () = tokio::time::sleep(LONGEST) => Some("it takes too long".to_owned()),
            }
        })
        .await;
    // What was under way ends here.
    drop(local);
    if let Some(why) = broken_off {
        run.lock().await.report.failed_at("come to an end", why);
    }
    let Run { mut report, made } = std::mem::take(&mut *run.lock().await);
    made.take_away(&server, &mut report).await;
    println!("{}", report.summary());
    report
}

/// Somebody wants it to end.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = term.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// A part without which nothing goes on.
type Needed<T> = std::result::Result<T, (&'static str, Refused)>;

fn needed<T, E: Into<Refused>>(part: &'static str, done: std::result::Result<T, E>) -> Needed<T> {
    done.map_err(|why| (part, why.into()))
}

async fn exercise(
    target: &Target,
    server: &Server,
    report: &mut Report,
    made: &mut Made,
) -> Needed<()> {
    let person = administrator(server).await?;
    tell_about(server, report).await;
    let listening = target.listen().await.map_err(|error| Refused::new(error.to_string()));
    let (listener, url) = needed("listen", listening)?;
    let host = needed("read the own address", host_of(&url))?;
    set_up(server, &host, report, made).await;
    let (server, ways_back) = &at_site_url(server, &person, report).await;
    let name = unique();
    let Ground { team, channel, bot, token, other } = ground(server, &name, report, made).await?;

    let mut registrar =
        Registrar { server, team: &team, channel: &channel, url: &url, report, made };
    let commands = registrar.commands().await;
    let outgoing = registrar.outgoing(&name).await;
    let incoming = registrar.incoming(&name).await;

    let mut tokens: Vec<String> = commands.iter().map(|command| command.token.clone()).collect();
    tokens.extend(outgoing.clone());
    let adapter = || {
        let built = adapter(server, &token).slash_tokens(tokens.join(",")).public_url(&url).build();
        needed("build the adapter", built)
    };
    let running = needed("start", Bot::start(adapter()?, listener).await)?;
    let outbound = Outbound {
        adapter: adapter()?,
        server: server.clone(),
        channel: channel.clone(),
        bot: bot.clone(),
        person: person.clone(),
        other,
        incoming,
    };
    outbound::use_all(&outbound, report).await;
    match eventually(async || Ok(running.is_ready().await.then_some(()))).await {
        Ok(()) => report.ok("listen, by the WebSocket"),
        Err(_) => report.failed_at("listen, by the WebSocket", "the adapter is not ready"),
    }
    let inbound = Inbound {
        server: server.clone(),
        bot,
        bot_name: name.clone(),
        person,
        team,
        channel,
        commands,
        outgoing: outgoing.is_some().then(|| trigger_word(&name)),
        reached: running.reached.clone(),
        seen: running.seen.clone(),
        is_public: target.is_public(),
        ways_back: *ways_back,
        url,
    };
    inbound::use_all(&inbound, report).await;
    examine(&outbound.adapter, target, report).await;
    running.stop().await;
    Ok(())
}

/// The id of the administrator, who is a person: what they write is heard.
async fn administrator(server: &Server) -> Needed<String> {
    const PART: &str = "know the administrator";
    let me = needed(PART, server.get("users/me").await)?;
    if me["is_bot"] == true {
        let why = Refused::new("MATTERMOST_ADMIN_TOKEN is a bot's: it has to be a person's");
        return Err((PART, why));
    }
    needed(PART, text(&me, "id"))
}

/// Changes the settings that stand in the way.
async fn set_up(server: &Server, host: &str, report: &mut Report, made: &mut Made) {
    let changes = match Changes::planned(server, host, report).await {
        Ok(changes) => changes,
        Err(why) => return report.failed_at("read the settings", why),
    };
    // Put back even where they are made in part only.
    made.settings(changes.before());
    match changes.apply(server, report).await {
        Ok(()) => report.ok("set the server up"),
        Err(why) => report.failed_at("set the server up", why),
    }
}

/// Where everything takes place.
struct Ground {
    team: String,
    channel: String,
    bot: String,
    token: String,
    /// Another bot, for groups.
    other: String,
}

async fn ground(
    server: &Server,
    name: &str,
    report: &mut Report,
    made: &mut Made,
) -> Needed<Ground> {
    let team = needed("make a team", made.team(server, name).await)?;
    let (bot, token) = needed("make a bot", made.bot(server, name).await)?;
    let (other, _) = needed("make another bot", made.bot(server, &format!("{name}-b")).await)?;
    let channel = needed("make a channel", made.channel(server, &team, name).await)?;
    for user in [&bot, &other] {
        let member = json!({"team_id": team, "user_id": user});
        let joined = server.post(&format!("teams/{team}/members"), &member).await;
        needed("bring the bot into the team", joined)?;
        let member = json!({"user_id": user});
        let joined = server.post(&format!("channels/{channel}/members"), &member).await;
        needed("bring the bot into the channel", joined)?;
    }
    report.ok("make a team, bots and a channel");
    report.note(format!(
        "what no API takes away stays: the direct and group channels of the bots {name} and {name}-b; \
         what the server does not delete for good is archived or switched off"
    ));
    Ok(Ground { team, channel, bot, token, other })
}

/// Looks at everything as `doctor mattermost` does; what it finds is for whoever runs this.
async fn examine(adapter: &Mattermost, target: &Target, report: &mut Report) {
    const PART: &str = "examine the set-up";
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let specs = match bot::specs() {
        Ok(specs) => specs,
        Err(why) => return report.failed_at(PART, why),
    };
    let doctor = adapter.doctor(&specs).with_administrator_token(target.token.expose());
    match doctor.examine(&clock).await {
        Err(why) => report.failed_at(PART, why),
        Ok(findings) => {
            for finding in findings.iter().filter(|it| it.level() != FindingLevel::Ok) {
                let next = finding.next_step().unwrap_or_default();
                report.note(format!("{}: {}; {next}", finding.level().as_str(), finding.what()));
            }
            report.ok(PART);
        }
    }
}

/// An adapter for this server, as a program builds it.
fn adapter(server: &Server, token: &str) -> MattermostBuilder {
    // `localhost` and names inside a network are plain http as a rule where a test server is.
    Mattermost::builder()
        .url(server.base())
        .token(token)
        .allow_plain_http()
        .transport(server.transport())
}

/// A name that nothing else has.
fn unique() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let number = now.as_micros() ^ (u128::from(std::process::id()) << 32);
    let digits = "abcdefghijklmnopqrstuvwxyz234567".as_bytes();
    let letter = |at: u32| char::from(digits[(number >> (5 * at)) as usize % 32]);
    format!("smoke-{}", (0..10).map(letter).collect::<String>())
}

fn host_of(url: &str) -> Result<String> {
    let uri: http::Uri = url.parse().map_err(|_| Refused::new(format!("{url} is no address")))?;
    let host = uri.host().ok_or_else(|| Refused::new(format!("{url} has no host")))?;
    Ok(host.trim_matches(['[', ']']).to_owned())
}

async fn tell_about(server: &Server, report: &Report) {
    let version = server.client_setting("Version").await;
    let version = version.unwrap_or_else(|| "of a version that it does not tell".to_owned());
    let licence = match server.get("license/client?format=old").await {
        Ok(licence) if licence["IsLicensed"] == "true" => "licensed",
        Ok(_) => "without a licence",
        Err(_) => "nothing is known of a licence",
    };
    report.note(format!("Mattermost {version} at {}, {licence}", server.base()));
}

/// The same server at its `SiteURL`, where that leads to it, and whether the ways back that it gives,
/// which begin so, are its own for the adapter.
async fn at_site_url(server: &Server, person: &str, report: &Report) -> (Server, WaysBack) {
    let site = server.client_setting("SiteURL").await.unwrap_or_default();
    let site = site.trim_end_matches('/');
    if site.is_empty() || site == server.base() {
        return (server.clone(), WaysBack::Known);
    }
    let is_plainer = server.base().starts_with("https:") && !site.starts_with("https:");
    let there = server.at(site);
    let leads_there = !is_plainer
        && there.get_once("users/me").await.is_ok_and(|me| me["id"].as_str() == Some(person));
    if leads_there {
        report.note(format!("by its SiteURL, {site}"));
        return (there, WaysBack::Known);
    }
    report.note(format!(
        "its SiteURL, {site}, does not lead to it from here, or is plainer than MATTERMOST_URL: the ways \
         back that it gives, which begin so, are not taken"
    ));
    (server.clone(), WaysBack::Foreign)
}
