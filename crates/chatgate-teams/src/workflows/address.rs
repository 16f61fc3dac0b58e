//! The address of a workflow: all of it is a credential.

use chatgate_core::{Error, Result};
use chatgate_http::{BaseUrl, Secret};
use url::{Host, Url};

/// Where workflows are called, each with what is below it (Microsoft Learn, Power Automate's HTTP
/// triggers: the second since 2025). No more of an address is looked at: paths have changed twice.
const HOSTS: &[&str] = &["logic.azure.com", "environment.api.powerplatform.com"];

/// Where connectors were called, which Microsoft turned off in the spring of 2026.
const RETIRED: &[&str] = &["webhook.office.com", "outlook.office.com", "outlook.office365.com"];

/// The address of a workflow.
#[derive(Clone, Debug)]
pub(crate) struct Address(Secret);

impl Address {
    /// Reads an address: `https` on a host of Power Automate's or on one of `more`, each with what is
    /// below it, or plain `http` to a literal loopback address.
    ///
    /// # Errors
    /// Why it cannot be used; never with the address in it.
    pub(crate) fn read(text: &str, more: &[String]) -> std::result::Result<Self, String> {
        let text = text.trim();
        let url = Url::parse(text).map_err(|error| format!("it is no address ({error})"))?;
        let host = match url.host() {
            Some(Host::Domain(host)) => Some(host),
            _ => None,
        };
        if host.is_some_and(|host| RETIRED.iter().any(|known| is_below(host, known))) {
            return Err(
                "it is a Microsoft 365 connector's, and those were retired in 2026: make a \
                        workflow \"Send webhook alerts to a channel\" and copy its address"
                    .to_owned(),
            );
        }
        // Users and passwords, plain http to elsewhere, and other schemes are refused there.
        let base = BaseUrl::parse(text).map_err(|error| error.context().join(": "))?;
        let hosts = HOSTS.iter().copied().chain(more.iter().map(String::as_str));
        let is_known =
            host.is_some_and(|host| hosts.into_iter().any(|known| is_below(host, known)));
        if !is_known && !base.is_plain() {
            return Err(
                "its host is not one of Power Automate's: copy the address of the workflow's \
                        trigger, or name the host with `workflow_host`"
                    .to_owned(),
            );
        }
        // The signature in it is over what stands there: it is sent as it was copied, or not at all.
        let (_, query) = text.split_once('?').unwrap_or_default();
        if url.fragment().is_some() || url.query().unwrap_or_default() != query {
            return Err("it has characters that no such address has: copy it again".to_owned());
        }
        Ok(Self(Secret::new(text)))
    }

    /// The address itself, for the one place that sends to it.
    pub(crate) fn expose(&self) -> Result<Url> {
        Url::parse(self.0.expose()).map_err(|_| Error::internal("an address that was read before"))
    }

    /// Whether what is sent there can be read on the way.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.expose().starts_with("http:")
    }
}

/// True for `known` itself and for every host below it.
fn is_below(host: &str, known: &str) -> bool {
    host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "https://prod-12.westeurope.logic.azure.com:443/workflows/0a1b/triggers/manual/\
        paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=c_an-ary";
    const NEW: &str = "https://0a1b.0c.environment.api.powerplatform.com:443/powerautomate/automations/\
        direct/cu/04/workflows/0a1b/triggers/manual/paths/invoke/?api-version=1&sp=%2Ftriggers%2Fmanual\
        %2Frun&sv=1.0&sig=c_an-ary";

    fn read(text: &str) -> std::result::Result<Address, String> {
        Address::read(text, &["flows.example.gov".to_owned()])
    }

    #[test]
    fn the_addresses_of_power_automate_are_taken_and_their_query_is_not_touched() {
        for good in
            [OLD, NEW, "https://eu.flows.example.gov/x?sig=1", "http://127.0.0.1:9/x?sig=a%2Fb"]
        {
            let url = read(good).expect(good).expose().unwrap();
            assert_eq!(url.query(), good.split_once('?').map(|(_, query)| query));
        }
    }

    #[test]
    fn other_addresses_are_refused_without_being_repeated() {
        for bad in [
            "https://canary.example.com/workflows/1?sig=canary",
            "https://logic.azure.com.canary.test/?sig=canary",
            "https://evillogic.azure.com/?sig=canary",
            "http://prod-12.westeurope.logic.azure.com/?sig=canary",
            "https://user:canary@prod-12.westeurope.logic.azure.com/?sig=canary",
            "https://prod-12.westeurope.logic.azure.com/?sig=canary#canary",
            "https://prod-12.westeurope.logic.azure.com/?sig=canary canary",
            "https://10.0.0.1/?sig=canary",
            "ftp://127.0.0.1/?sig=canary",
            "canary",
            "",
        ] {
            let why = read(bad).expect_err(bad);
            assert!(!why.contains("canary"), "{bad}: {why}");
        }
        assert!(!format!("{:?}", read(OLD).unwrap()).contains("an-ary"));
    }

    #[test]
    fn a_retired_connector_is_told_what_it_is() {
        for retired in [
            "https://acme.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4",
            "https://outlook.office.com/webhook/1@2/IncomingWebhook/3/4",
        ] {
            assert!(read(retired).unwrap_err().contains("retired"), "{retired}");
        }
    }
}
