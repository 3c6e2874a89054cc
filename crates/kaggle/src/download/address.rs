//! The address of Kaggle.

use url::{Host, Url};

/// Kaggle's own address.
const KAGGLE: &str = "https://www.kaggle.com";

/// The address of Kaggle, or of a server in its place to which credentials may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address without a slash at its end.
    base: String,
    is_loopback: bool,
}

impl Address {
    /// The address in the environment, or Kaggle's own.
    ///
    /// # Errors
    /// The address would send credentials unencrypted: it must be `https`, or `http` on this
    /// machine. Or it holds a name or a password, which would end up in logs.
    pub fn new(instead: Option<String>) -> Result<Self, String> {
        let Some(given) = instead.filter(|address| !address.is_empty()) else {
            return Ok(Self { base: KAGGLE.to_owned(), is_loopback: false });
        };
        // The value may hold a password, which would end up in logs.
        let refused = || {
            "KAGGLE_API_ENDPOINT: expected an address that begins with https://, without a user, a \
             password or a query"
                .to_owned()
        };
        let url = Url::parse(&given).map_err(|_| refused())?;
        let is_loopback = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => return Err(refused()),
        };
        let is_safe = url.scheme() == "https" || url.scheme() == "http" && is_loopback;
        let is_bare =
            url.username().is_empty() && url.password().is_none() && url.query().is_none();
        match is_safe && is_bare {
            true => Ok(Self { base: url.as_str().trim_end_matches('/').to_owned(), is_loopback }),
            false => Err(refused()),
        }
    }

    /// Whether the server is on this machine, so that no proxy is needed.
    pub(super) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// The address of a path on the server.
    pub(super) fn of(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// The page to create a token.
    pub(super) fn settings(&self) -> String {
        self.of("settings")
    }
}
