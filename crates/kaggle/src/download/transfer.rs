//! Fetches a file over a connection that may break: redirected, resumed, checked.

use std::{
    io::{self, Read, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use data::shown::{printable, shortened};
use md5::Md5;
use serde::Deserialize;
use ureq::{
    Agent, Body, Error,
    http::{HeaderMap, Response},
    tls::{RootCerts, TlsConfig},
};
use url::Url;

use super::{
    Failure, Request, Watch,
    checksum::digest,
    partial::{Partial, Version},
};

/// A signed address leads to the file; more steps than this lead in a circle.
const MOST_REDIRECTS: usize = 5;
/// A signed address that is refused has expired, and a new one is asked for so often.
const MOST_EXPIRED: usize = 3;
/// An attempt that brings fewer bytes is fruitless.
const FRUITFUL: u64 = 64 * 1024;
/// Fruitless attempts in a row before giving up, and attempts at all.
const MOST_FRUITLESS: u32 = 3;
const MOST_ATTEMPTS: usize = 100;
/// The pause after the first fruitless attempt; the next ones are longer.
const PAUSE: Duration = Duration::from_secs(1);
/// A connection slower than so many bytes a second is as good as broken.
const SLOWEST: f64 = 1024.0;
/// No more than this is read of an answer that explains a refusal.
const EXPLANATION: u64 = 4096;
/// No more is shown of it.
const MESSAGE: usize = 300;

pub(super) struct Transfer<'a> {
    request: &'a Request<'a>,
    watch: &'a dyn Watch,
    agent: Agent,
}

/// What an attempt came to, unless it failed for good.
enum Attempt {
    Complete,
    /// The signed address is no longer good.
    Expired,
    /// What is there does not fit what is sent: from the beginning.
    Restart,
    /// The connection broke.
    Broken {
        host: String,
        reason: String,
    },
}

/// An answer, and who gave it.
struct Answer {
    response: Response<Body>,
    host: String,
    is_redirected: bool,
}

impl<'a> Transfer<'a> {
    pub(super) fn new(request: &'a Request<'a>, watch: &'a dyn Watch) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(request.timeout))
            .timeout_recv_response(Some(request.timeout))
            .timeout_per_read(Some(request.timeout))
            // The machine's own certificates: networks that look into connections put theirs there.
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            .user_agent(concat!("digits-in-burn/", env!("CARGO_PKG_VERSION")));
        if request.address.is_loopback() {
            // Without TLS, a proxy would see the credentials.
            config = config.proxy(None);
        }
        Self { request, watch, agent: config.build().new_agent() }
    }

    /// Fetches the file to this path, from where an earlier call broke off, and gives it whole.
    pub(super) fn fetch(&self, path: &Path) -> Result<Partial, Failure> {
        let mut partial = Partial::at(path);
        let (mut fruitless, mut expired) = (0, 0);
        for attempt in 0..MOST_ATTEMPTS {
            let before = partial.done();
            match self.attempt(&mut partial)? {
                Attempt::Complete => return self.check(partial),
                Attempt::Restart => {
                    partial.discard()?;
                    fruitless += 1;
                    if fruitless > MOST_FRUITLESS {
                        return Err(broken(
                            "Kaggle".to_owned(),
                            "other parts arrive than were asked for".to_owned(),
                            &partial,
                        ));
                    }
                }
                Attempt::Expired if expired < MOST_EXPIRED => expired += 1,
                Attempt::Expired => return Err(self.status("the storage", 403, String::new())),
                Attempt::Broken { host, reason } => {
                    fruitless =
                        if partial.done() >= before + FRUITFUL && partial.validator().is_some() {
                            0
                        } else {
                            fruitless + 1
                        };
                    let is_first = attempt == 0 && partial.done() == 0;
                    if is_first && fruitless > 0 || fruitless > MOST_FRUITLESS {
                        return Err(broken(host, reason, &partial));
                    }
                    self.pause(PAUSE * fruitless)?;
                }
            }
        }
        Err(broken("Kaggle".to_owned(), "too many times".to_owned(), &partial))
    }

    fn pause(&self, length: Duration) -> Result<(), Failure> {
        let until = Instant::now() + length;
        while Instant::now() < until {
            if self.watch.is_stopped() {
                return Err(Failure::Stopped);
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn attempt(&self, partial: &mut Partial) -> Result<Attempt, Failure> {
        let answer = match self.ask(partial) {
            Ok(answer) => answer,
            Err(broken) => return Ok(broken),
        };
        let status = answer.response.status().as_u16();
        match status {
            200 | 206 => self.receive(answer, partial),
            416 => Ok(Attempt::Restart),
            403 if answer.is_redirected => Ok(Attempt::Expired),
            429 | 500.. => {
                Ok(Attempt::Broken { host: answer.host, reason: format!("it answers {status}") })
            }
            _ => Err(self.refusal(answer, status)),
        }
    }

    /// Asks Kaggle, and whoever it refers to.
    fn ask(&self, partial: &Partial) -> Result<Answer, Attempt> {
        let kaggle = self.request.address.of(&self.request.source.path());
        let mut address = kaggle.clone();
        for _ in 0..MOST_REDIRECTS {
            let host = host(&address);
            let mut call = self.agent.get(&address);
            // Credentials are for Kaggle alone.
            if origin(&address) == origin(&kaggle)
                && let Some(authorization) = self.request.credentials.authorization()
            {
                call = call.header("Authorization", authorization);
            }
            if let Some(validator) = partial.validator() {
                call = call
                    .header("Range", format!("bytes={}-", partial.done()))
                    .header("If-Range", validator);
            }
            let broken = |reason: String| Attempt::Broken { host: host.clone(), reason };
            let response = call.call().map_err(|error| broken(reason(&error)))?;
            let is_redirected = address != kaggle;
            if !response.status().is_redirection() {
                return Ok(Answer { response, host, is_redirected });
            }
            let to = text(response.headers(), "location")
                .ok_or_else(|| broken("it redirects nowhere".to_owned()))?;
            let to = Url::parse(&address).and_then(|from| from.join(&to));
            address =
                to.map_err(|_| broken("it redirects to what is no address".to_owned()))?.into();
            if kaggle.starts_with("https://") && !address.starts_with("https://") {
                return Err(broken("it redirects to an address without https".to_owned()));
            }
        }
        Err(Attempt::Broken { host: host(&kaggle), reason: "it redirects in a circle".to_owned() })
    }

    fn receive(&self, answer: Answer, partial: &mut Partial) -> Result<Attempt, Failure> {
        let headers = answer.response.headers();
        if text(headers, "content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            return Err(Failure::WebPage { host: answer.host, what: self.request.source.words() });
        }
        if answer.response.status().as_u16() == 206 {
            if range(headers).is_none_or(|(from, _)| from != partial.done()) {
                return Ok(Attempt::Restart);
            }
        } else {
            partial.begin(Version::of(headers, answer.response.body().content_length()))?;
        }
        let host = answer.host;
        match self.copy(answer.response.into_body(), partial)? {
            None => Ok(Attempt::Complete),
            Some(reason) => Ok(Attempt::Broken { host, reason }),
        }
    }

    /// Appends what comes; says why it stopped coming, if that was too early.
    fn copy(&self, body: Body, partial: &mut Partial) -> Result<Option<String>, Failure> {
        let mut file = partial.open()?;
        let mut reader = body.into_with_config().limit(u64::MAX).reader();
        let all = partial.all();
        let mut buffer = vec![0; 1 << 16];
        let (mut since, mut arrived) = (Instant::now(), 0.0);
        loop {
            if self.watch.is_stopped() {
                return Err(Failure::Stopped);
            }
            let count = match reader.read(&mut buffer) {
                Ok(0) if all.is_none_or(|all| partial.done() >= all) => return Ok(None),
                Ok(0) => return Ok(Some("the connection was closed".to_owned())),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Ok(Some(reason(&Error::from(error)))),
            };
            file.write_all(&buffer[..count]).map_err(|reason| partial.failed(reason))?;
            partial.grow(count as u64);
            arrived += count as f64;
            self.watch.progress(partial.done(), all);
            if since.elapsed() >= self.request.timeout {
                if arrived < SLOWEST * since.elapsed().as_secs_f64() {
                    return Ok(Some("less than a kilobyte a second arrives".to_owned()));
                }
                (since, arrived) = (Instant::now(), 0.0);
            }
        }
    }

    /// Compares what arrived with what was sent.
    fn check(&self, mut partial: Partial) -> Result<Partial, Failure> {
        let Some(expected) = partial.md5().map(str::to_owned) else { return Ok(partial) };
        let found = digest::<Md5>(partial.path()).map_err(|reason| partial.failed(reason))?;
        let found = BASE64_STANDARD.encode(found);
        if found == expected {
            return Ok(partial);
        }
        partial.discard()?;
        Err(Failure::Checksum { what: self.request.source.words(), found, expected })
    }

    fn refusal(&self, mut answer: Answer, status: u16) -> Failure {
        let Request { source, address, credentials, .. } = self.request;
        let said = explanation(&mut answer.response);
        let what = source.words();
        match status {
            401 | 403 if credentials.authorization().is_none() => {
                Failure::no_credentials(self.request)
            }
            401 => Failure::Unauthorized {
                origin: credentials.origin().to_owned(),
                settings: address.settings(),
            },
            403 => Failure::Forbidden { what, said, page: address.of(&source.page()) },
            404 => Failure::NotFound { what, page: address.of(&source.page()) },
            _ => self.status(&answer.host, status, said),
        }
    }

    fn status(&self, host: &str, status: u16, said: String) -> Failure {
        let said = if said.is_empty() { said } else { format!(" ({said})") };
        Failure::Status { host: host.to_owned(), status, said }
    }
}

impl Version {
    fn of(headers: &HeaderMap, all: Option<u64>) -> Self {
        let in_ranges =
            text(headers, "accept-ranges").is_some_and(|unit| unit.eq_ignore_ascii_case("bytes"));
        // A weak tag does not promise the same bytes.
        let tag = text(headers, "etag").filter(|tag| !tag.starts_with("W/"));
        let validator = tag.or_else(|| text(headers, "last-modified")).filter(|_| in_ranges);
        let hashes = headers.get_all("x-goog-hash").iter().filter_map(|value| value.to_str().ok());
        let md5 = hashes
            .flat_map(|value| value.split(','))
            .find_map(|hash| hash.trim().strip_prefix("md5="));
        Self { validator, all, md5: md5.map(str::to_owned) }
    }
}

/// First byte and size of the whole file, from `Content-Range: bytes 5-9/10`.
fn range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let value = text(headers, "content-range")?;
    let (range, all) = value.strip_prefix("bytes ")?.split_once('/')?;
    Some((range.split_once('-')?.0.parse().ok()?, all.parse().ok()))
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// What a refusal says, in one line.
fn explanation(response: &mut Response<Body>) -> String {
    #[derive(Deserialize)]
    struct Explanation {
        message: String,
    }
    let text =
        response.body_mut().with_config().limit(EXPLANATION).read_to_string().unwrap_or_default();
    serde_json::from_str::<Explanation>(&text).map_or_else(
        |_| String::new(),
        |explanation| printable(&shortened(&explanation.message, MESSAGE)),
    )
}

fn broken(host: String, reason: String, partial: &Partial) -> Failure {
    if partial.done() == 0 {
        return Failure::Connection { host, reason };
    }
    let all =
        partial.all().map_or_else(|| "an unknown number of".to_owned(), |all| all.to_string());
    Failure::Broken { host, done: partial.done(), all, reason }
}

/// An error of the connection without the library's jargon.
fn reason(error: &Error) -> String {
    match error {
        Error::Timeout(_) => "nothing arrives".to_owned(),
        Error::HostNotFound => "there is no such host, or no network".to_owned(),
        Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// Scheme, host and port of an address: two that differ in one of them are not the same party.
fn origin(address: &str) -> String {
    Url::parse(address).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization())
}

fn host(address: &str) -> String {
    let origin = origin(address);
    origin.split_once("://").map_or(origin.as_str(), |(_, host)| host).to_owned()
}
