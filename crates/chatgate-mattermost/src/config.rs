//! How the adapter is set up.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use chatgate_core::{AdapterId, Error, Phrases, Platform, Result};
use chatgate_http::{BaseUrl, Roots, Secret, Transport};

use crate::Mattermost;
use crate::api::{Api, Carrier};
use crate::state::State;

const URL: &str = "MATTERMOST_URL";
const TOKEN: &str = "MATTERMOST_TOKEN";
const SLASH_TOKENS: &str = "MATTERMOST_SLASH_TOKENS";
pub(crate) const CA_FILE: &str = "MATTERMOST_CA_FILE";
const PUBLIC_URL: &str = "CHATGATE_PUBLIC_URL";

/// Sets up a [`Mattermost`]. What is wrong is found by [`MattermostBuilder::build`], all at once.
///
/// ```
/// use chatgate_mattermost::MattermostBuilder;
/// let mattermost = MattermostBuilder::new()
///     .url("https://chat.example.com")
///     .token("9xuqwrwgstrb3mzrxb83nb357a")
///     .slash_tokens("kzwpjuk1n3gz7mqcbs6hrmqsgo")
///     .public_url("https://bot.example.com")
///     .build()?;
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct MattermostBuilder {
    name: String,
    url: Option<String>,
    token: Option<Secret>,
    slash_tokens: Vec<Secret>,
    public_url: Option<String>,
    plain_http: bool,
    paths: Paths,
    transport: Option<Arc<dyn Transport>>,
    roots: Vec<PathBuf>,
    phrases: Phrases,
}

/// The paths of the endpoints.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    pub(crate) command: String,
    pub(crate) action: String,
    pub(crate) dialog: String,
    pub(crate) hook: String,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            command: "/mattermost/command".to_owned(),
            action: "/mattermost/action".to_owned(),
            dialog: "/mattermost/dialog".to_owned(),
            hook: "/mattermost/hook".to_owned(),
        }
    }
}

impl Paths {
    /// Each with the name by which it is set.
    fn all(&self) -> [(&'static str, &str); 4] {
        [
            ("command_path", &self.command),
            ("action_path", &self.action),
            ("dialog_path", &self.dialog),
            ("hook_path", &self.hook),
        ]
    }
}

impl Default for MattermostBuilder {
    fn default() -> Self {
        Self {
            name: Platform::mattermost().as_str().to_owned(),
            url: None,
            token: None,
            slash_tokens: Vec::new(),
            public_url: None,
            plain_http: false,
            paths: Paths::default(),
            transport: None,
            roots: Vec::new(),
            phrases: Phrases::default(),
        }
    }
}

impl MattermostBuilder {
    /// With nothing set: the server and the bot's token are still to be given.
    pub fn new() -> Self {
        Self::default()
    }

    /// With what the environment says: `MATTERMOST_URL`, `MATTERMOST_TOKEN`,
    /// `MATTERMOST_SLASH_TOKENS`, `MATTERMOST_CA_FILE`, `CHATGATE_PUBLIC_URL`.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let said = |name| variable(name).filter(|value| !value.trim().is_empty());
        let mut builder = Self::new();
        if let Some(url) = said(URL) {
            builder = builder.url(url);
        }
        if let Some(token) = said(TOKEN) {
            builder = builder.token(token);
        }
        if let Some(tokens) = said(SLASH_TOKENS) {
            builder = builder.slash_tokens(tokens);
        }
        if let Some(file) = said(CA_FILE) {
            builder = builder.ca_file(file);
        }
        match said(PUBLIC_URL) {
            Some(url) => builder.public_url(url),
            None => builder,
        }
    }

    /// Names the adapter; `mattermost` when nothing is said.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The server's address, with its sub-path if it has one: its own `SiteURL`.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into().trim().to_owned());
        self
    }

    /// The token of the bot.
    pub fn token(mut self, token: impl AsRef<str>) -> Self {
        let token = token.as_ref().trim();
        self.token = (!token.is_empty()).then(|| Secret::new(token));
        self
    }

    /// The tokens of the slash commands and outgoing webhooks, with commas between: each command of
    /// each team has its own.
    pub fn slash_tokens(mut self, tokens: impl AsRef<str>) -> Self {
        let tokens = tokens.as_ref().split(',').map(str::trim);
        self.slash_tokens = tokens.filter(|text| !text.is_empty()).map(Secret::new).collect();
        self
    }

    /// The address under which Mattermost reaches this program. Without it there are no buttons,
    /// forms and commands.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into().trim().to_owned());
        self
    }

    /// Takes addresses with plain `http` on another machine: everyone on the way can read what is
    /// sent there, the bot's token too.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// The path at which slash commands arrive; `/mattermost/command` when nothing is said.
    pub fn command_path(mut self, path: impl Into<String>) -> Self {
        self.paths.command = path.into();
        self
    }

    /// The path at which uses of buttons and menus arrive; `/mattermost/action` when nothing is said.
    pub fn action_path(mut self, path: impl Into<String>) -> Self {
        self.paths.action = path.into();
        self
    }

    /// The path at which forms arrive; `/mattermost/dialog` when nothing is said.
    pub fn dialog_path(mut self, path: impl Into<String>) -> Self {
        self.paths.dialog = path.into();
        self
    }

    /// The path at which outgoing webhooks arrive; `/mattermost/hook` when nothing is said.
    pub fn hook_path(mut self, path: impl Into<String>) -> Self {
        self.paths.hook = path.into();
        self
    }

    /// Trusts the root certificates of this PEM file too, besides those of the machine: for a server
    /// with a certificate of the organisation's own. It is read when the adapter is built. The machine's
    /// `SSL_CERT_FILE` works as well, and then stands in the place of its roots.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots.push(path.into());
        self
    }

    /// Carries requests by another transport than the usual one.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Replaces what chatgate itself says.
    pub fn phrases(mut self, phrases: Phrases) -> Self {
        self.phrases = phrases;
        self
    }

    /// The adapter.
    ///
    /// # Errors
    /// `configuration` with everything that is missing or wrong, each with the next step.
    pub fn build(self) -> Result<Mattermost> {
        let mut mistakes = Vec::new();
        let id = AdapterId::parse(&self.name);
        if let Err(error) = &id {
            mistakes.push(error.to_string());
        }
        self.check_credentials(&mut mistakes);
        let base = match &self.url {
            Some(url) => self.address(URL, url, &mut mistakes),
            None => {
                mistakes.push(format!("{URL} is not set: set it to the server's SiteURL"));
                None
            }
        };
        let public_url =
            self.public_url.as_ref().and_then(|url| self.address(PUBLIC_URL, url, &mut mistakes));
        for (name, path) in self.paths.all() {
            let is_path = path.starts_with('/')
                && !path.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#'));
            if !is_path {
                mistakes.push(format!("{name} must begin with / and have no query"));
            }
        }
        let roots = read_roots(&self.roots, &mut mistakes);
        let (Ok(id), Some(base), Some(token), true) = (id, base, self.token, mistakes.is_empty())
        else {
            return Err(Error::configuration(format!("Mattermost: {}", mistakes.join("; "))));
        };
        if base.is_plain() {
            tracing::warn!(adapter = %id, "{URL} is plain http: what is sent there can be read");
        }
        let api = Api::new(base, token, Carrier::new(self.transport, roots));
        Ok(Mattermost::over(State::new(
            id,
            api,
            self.slash_tokens,
            public_url,
            self.paths,
            self.phrases,
        )))
    }

    fn address(&self, name: &str, url: &str, mistakes: &mut Vec<String>) -> Option<BaseUrl> {
        let read = if self.plain_http {
            BaseUrl::parse_allowing_plain_http(url)
        } else {
            BaseUrl::parse(url)
        };
        match read {
            Ok(base) => Some(base),
            Err(error) => {
                let why = error.context().join(": ");
                mistakes.push(format!("{name} cannot be used ({why}): set it to an https address"));
                None
            }
        }
    }

    fn check_credentials(&self, mistakes: &mut Vec<String>) {
        let is_sendable =
            |secret: &Secret| secret.expose().bytes().all(|byte| byte.is_ascii_graphic());
        match &self.token {
            None => mistakes.push(format!(
                "{TOKEN} is not set: create a bot account under Integrations and copy its token"
            )),
            Some(token) if !is_sendable(token) => {
                mistakes.push(format!("{TOKEN} has characters that no token has: copy it again"));
            }
            Some(_) => {}
        }
        if !self.slash_tokens.iter().all(is_sendable) {
            mistakes
                .push(format!("{SLASH_TOKENS} has characters that no token has: copy them again"));
        }
    }
}

/// The root certificates of these files.
pub(crate) fn read_roots(files: &[PathBuf], mistakes: &mut Vec<String>) -> Roots {
    let mut all = Roots::default();
    for file in files {
        match Roots::file(file) {
            Ok(roots) => all = all.and(roots),
            Err(error) => {
                let why = error.context().join(": ");
                mistakes.push(format!("{CA_FILE} cannot be used ({why}): name a file in PEM"));
            }
        }
    }
    all
}

impl fmt::Debug for MattermostBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MattermostBuilder")
            .field("name", &self.name)
            .field("url", &self.url)
            .field("token", &self.token)
            .field("slash_tokens", &self.slash_tokens)
            .field("public_url", &self.public_url)
            .field("paths", &self.paths)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(variables: &[(&str, &str)]) -> Result<Mattermost> {
        MattermostBuilder::from_variables(|name| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
        .build()
    }

    const GOOD: [(&str, &str); 2] = [(URL, "https://chat.test/team"), (TOKEN, " abc\n")];

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let error = built(&[(PUBLIC_URL, "http://bot.test")]).unwrap_err();
        assert!(error.is_configuration());
        let told = error.to_string();
        for name in [URL, TOKEN, PUBLIC_URL] {
            assert!(told.contains(name), "{name}: {told}");
        }
        assert!(!told.contains('\n'));
    }

    #[test]
    fn the_environment_is_enough() {
        assert!(built(&GOOD).is_ok());
        for (name, value) in [
            (TOKEN, ""),
            (TOKEN, "a b"),
            (URL, ""),
            (URL, "ftp://chat.test"),
            (URL, "http://chat.test"),
            (SLASH_TOKENS, "a,b c"),
            (PUBLIC_URL, "nonsense"),
            (CA_FILE, "/no/such/file.pem"),
        ] {
            let mut bad = GOOD.to_vec();
            bad.retain(|(other, _)| *other != name);
            bad.push((name, value));
            let error = built(&bad).expect_err(value);
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn a_server_is_known_by_its_host_port_and_path() {
        for (url, workspace) in [
            ("https://chat.test", "chat.test"),
            ("https://chat.test:8443/team/", "chat.test:8443/team"),
            ("http://127.0.0.1:8065", "127.0.0.1:8065"),
        ] {
            let base = BaseUrl::parse(url).unwrap();
            let api = Api::new(base, Secret::new("t"), Carrier::default());
            assert_eq!(api.workspace().as_str(), workspace);
        }
    }

    #[test]
    fn what_the_program_says_is_checked_too() {
        let good = || MattermostBuilder::new().url("https://chat.test").token("a");
        assert!(good().build().is_ok());
        for bad in [
            good().name("Chat EU"),
            good().command_path("command"),
            good().action_path("/a b"),
            good().dialog_path("/d?x=1"),
            good().hook_path(""),
            good().public_url("http://bot.test"),
        ] {
            assert!(bad.build().unwrap_err().is_configuration());
        }
        assert!(good().public_url("http://bot.test").allow_plain_http().build().is_ok());
    }

    #[test]
    fn without_an_address_of_its_own_there_are_no_buttons_and_forms() {
        use chatgate_core::{Adapter as _, Feature, Place};

        let good = || MattermostBuilder::new().url("https://chat.test").token("a");
        let place: Place = "mattermost:chat.test:c1".parse().unwrap();
        let can = |builder: MattermostBuilder| builder.build().unwrap().capabilities(&place, None);
        let (with, without) = (can(good().public_url("https://bot.test")), can(good()));
        for feature in [Feature::Actions, Feature::Forms] {
            assert!(with.can(feature) && !without.can(feature));
        }
        assert!(without.can(Feature::Post));
    }

    #[test]
    fn no_secret_is_shown() {
        let builder = MattermostBuilder::new()
            .url("https://chat.test")
            .token("canary")
            .slash_tokens("canary-1,canary-2");
        assert!(!format!("{builder:?}").contains("canary"));
        assert!(!format!("{:?}", builder.build().unwrap()).contains("canary"));
    }
}
