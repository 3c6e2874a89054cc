//! Fetches a file over an unreliable connection, follows redirects, and verifies the checksum.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use data::shown::{printable, shortened};
use host::FileError;
use md5::{Digest, Md5};
use serde::Deserialize;
use ureq::{
    Agent, Body, Error,
    http::{HeaderMap, Response},
    tls::{RootCerts, TlsConfig},
};
use url::Url;

use super::{
    error::DownloadError,
    request::{Request, Watch},
};

/// The largest number of redirects; more are a loop.
const MOST_REDIRECTS: usize = 5;
/// The number of requests for a new signed address after one has expired.
const MOST_EXPIRED: usize = 3;
/// The number of new attempts after broken connections.
const MOST_BROKEN: u32 = 3;
/// The pause after the first broken connection; later pauses are longer.
const PAUSE: Duration = Duration::from_secs(1);
/// The lowest speed in bytes per second; a slower connection counts as broken.
const SLOWEST: f64 = 1024.0;
/// The largest number of bytes read from an explanation of the server.
const EXPLANATION: u64 = 4096;
/// The largest number of characters shown of it.
const MESSAGE: usize = 300;

pub(super) struct Transfer<'a> {
    request: &'a Request<'a>,
    watch: &'a dyn Watch,
    /// The folder of the file.
    folder: &'a Path,
    agent: Agent,
}

/// The outcome of an attempt, unless it failed for good.
enum Attempt {
    Complete,
    /// The signed address has expired.
    Expired,
    /// The connection broke, or the server is busy: the error if no other attempt follows.
    Broken(DownloadError),
}

/// An answer, and the server that gave it.
struct Answer {
    response: Response<Body>,
    host: String,
    is_redirected: bool,
}

impl<'a> Transfer<'a> {
    pub(super) fn new(request: &'a Request<'a>, watch: &'a dyn Watch, folder: &'a Path) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(request.timeout))
            .timeout_recv_response(Some(request.timeout))
            .timeout_per_read(Some(request.timeout))
            // The certificates of the machine include those of proxies that inspect connections.
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            .user_agent(concat!("digits-in-burn/", env!("CARGO_PKG_VERSION")));
        if request.address.is_loopback() {
            // Without TLS, a proxy would see the credentials.
            config = config.proxy(None);
        }
        Self { request, watch, folder, agent: config.build().new_agent() }
    }

    /// Fetches the file, and starts again if the connection breaks.
    pub(super) fn fetch(&self, file: &mut File) -> Result<(), DownloadError> {
        let (mut broken, mut expired) = (0, 0);
        loop {
            match self.attempt(file)? {
                Attempt::Complete => return Ok(()),
                Attempt::Expired if expired < MOST_EXPIRED => expired += 1,
                Attempt::Expired => return Err(self.status("the storage", 403, String::new())),
                // A server that was never reached will hardly be reached now.
                Attempt::Broken(error @ DownloadError::Connection { .. }) if broken == 0 => {
                    return Err(error);
                }
                Attempt::Broken(error) if broken == MOST_BROKEN => return Err(error),
                Attempt::Broken(_) => {
                    broken += 1;
                    self.pause(PAUSE * broken)?;
                }
            }
        }
    }

    fn pause(&self, length: Duration) -> Result<(), DownloadError> {
        let until = Instant::now() + length;
        while Instant::now() < until {
            if self.watch.is_stopped() {
                return Err(DownloadError::Stopped);
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn attempt(&self, file: &mut File) -> Result<Attempt, DownloadError> {
        let answer = match self.ask() {
            Ok(answer) => answer,
            Err(broken) => return Ok(Attempt::Broken(broken)),
        };
        match answer.response.status().as_u16() {
            200 => self.receive(answer, file),
            403 if answer.is_redirected => Ok(Attempt::Expired),
            status @ (429 | 500..) => {
                let reason = format!("it answers {status}");
                Ok(Attempt::Broken(DownloadError::Connection { host: answer.host, reason }))
            }
            status => Err(self.refusal(answer, status)),
        }
    }

    /// Sends the request to Kaggle, and follows its redirects.
    fn ask(&self) -> Result<Answer, DownloadError> {
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
            let broken = |reason: &str| DownloadError::Connection {
                host: host.clone(),
                reason: reason.to_owned(),
            };
            let response = call.call().map_err(|error| broken(&reason(&error)))?;
            let is_redirected = address != kaggle;
            if !response.status().is_redirection() {
                return Ok(Answer { response, host, is_redirected });
            }
            let to = text(response.headers(), "location")
                .ok_or_else(|| broken("a redirect without an address"))?;
            let to = Url::parse(&address).and_then(|from| from.join(&to));
            address = to.map_err(|_| broken("a redirect to an invalid address"))?.into();
            if kaggle.starts_with("https://") && !address.starts_with("https://") {
                return Err(broken("a redirect to an address without https"));
            }
        }
        let reason = "a redirect loop".to_owned();
        Err(DownloadError::Connection { host: host(&kaggle), reason })
    }

    /// Writes the received bytes into the file, from its beginning, and verifies their checksum.
    fn receive(&self, answer: Answer, file: &mut File) -> Result<Attempt, DownloadError> {
        let Answer { response, host, .. } = answer;
        let headers = response.headers();
        if text(headers, "content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            return Err(DownloadError::WebPage { host, what: self.request.source.words() });
        }
        let (expected, all) = (md5(headers), response.body().content_length());
        file.rewind().and_then(|()| file.set_len(0)).map_err(FileError::at(self.folder))?;
        let Copied { done, md5: found, broken } = self.copy(response.into_body(), all, file)?;
        if let Some(reason) = broken {
            return Ok(Attempt::Broken(broken_off(host, reason, done, all)));
        }
        match expected {
            Some(expected) if expected != found => {
                let what = self.request.source.words();
                Err(DownloadError::Checksum { what, found, expected })
            }
            _ => Ok(Attempt::Complete),
        }
    }

    /// Appends the received bytes, until the file is complete or the connection breaks.
    fn copy(&self, body: Body, all: Option<u64>, file: &mut File) -> Result<Copied, DownloadError> {
        let mut reader = body.into_with_config().limit(u64::MAX).reader();
        let (mut buffer, mut md5, mut done) = (vec![0; 1 << 16], Md5::new(), 0);
        let (mut since, mut arrived) = (Instant::now(), 0.0);
        let broken = loop {
            if self.watch.is_stopped() {
                return Err(DownloadError::Stopped);
            }
            let count = match reader.read(&mut buffer) {
                Ok(0) if all.is_none_or(|all| done >= all) => break None,
                Ok(0) => break Some("the connection was closed".to_owned()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Some(reason(&Error::from(error))),
            };
            file.write_all(&buffer[..count]).map_err(FileError::at(self.folder))?;
            md5.update(&buffer[..count]);
            done += count as u64;
            arrived += count as f64;
            self.watch.progress(done, all);
            if since.elapsed() >= self.request.timeout {
                if arrived < SLOWEST * since.elapsed().as_secs_f64() {
                    break Some("less than a kilobyte a second arrives".to_owned());
                }
                (since, arrived) = (Instant::now(), 0.0);
            }
        };
        Ok(Copied { done, md5: BASE64_STANDARD.encode(md5.finalize()), broken })
    }

    fn refusal(&self, mut answer: Answer, status: u16) -> DownloadError {
        let Request { source, address, credentials, .. } = self.request;
        let said = explanation(&mut answer.response);
        let what = source.words();
        match status {
            401 | 403 if credentials.authorization().is_none() => {
                DownloadError::no_credentials(self.request)
            }
            401 => DownloadError::Unauthorized {
                origin: credentials.origin().to_owned(),
                settings: address.settings(),
            },
            403 => DownloadError::Forbidden { what, said, page: address.of(&source.page()) },
            404 => DownloadError::NotFound { what, page: address.of(&source.page()) },
            _ => self.status(&answer.host, status, said),
        }
    }

    fn status(&self, host: &str, status: u16, said: String) -> DownloadError {
        let said = if said.is_empty() { said } else { format!(" ({said})") };
        DownloadError::Status { host: host.to_owned(), status, said }
    }
}

/// The bytes received over a connection.
struct Copied {
    /// The number of bytes.
    done: u64,
    /// Their MD5, in base64.
    md5: String,
    /// The reason why the connection broke, if it did.
    broken: Option<String>,
}

/// The MD5 of the file in base64, from the headers of the storage.
fn md5(headers: &HeaderMap) -> Option<String> {
    let hashes = headers.get_all("x-goog-hash").iter().filter_map(|value| value.to_str().ok());
    let mut hashes = hashes.flat_map(|value| value.split(','));
    hashes.find_map(|hash| hash.trim().strip_prefix("md5=")).map(str::to_owned)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// The explanation of a refusal, in one line.
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

fn broken_off(host: String, reason: String, done: u64, all: Option<u64>) -> DownloadError {
    if done == 0 {
        return DownloadError::Connection { host, reason };
    }
    let all = all.map_or_else(|| "an unknown number of".to_owned(), |all| all.to_string());
    DownloadError::Broken { host, done, all, reason }
}

/// An error of the connection without the library's jargon.
fn reason(error: &Error) -> String {
    match error {
        Error::Timeout(_) => "no data arrives".to_owned(),
        Error::HostNotFound => "unknown host, or no network".to_owned(),
        Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// The origin of an address: scheme, host and port. Only the same origin may get credentials.
fn origin(address: &str) -> String {
    Url::parse(address).map_or_else(|_| String::new(), |url| url.origin().ascii_serialization())
}

fn host(address: &str) -> String {
    let origin = origin(address);
    origin.split_once("://").map_or(origin.as_str(), |(_, host)| host).to_owned()
}
