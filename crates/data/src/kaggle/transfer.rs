//! Brings a file over a line that may break: redirected, resumed, checked.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::Md5;
use serde::{Deserialize, Serialize};
use ureq::{
    Agent, Body, Error,
    http::{HeaderMap, Response},
    tls::{RootCerts, TlsConfig},
};

use super::{Failure, Request, Watch, place::digest};
use crate::shown::{printable, shortened};

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
/// A line slower than so many bytes a second is as good as broken.
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
    /// The line broke.
    Broken {
        host: String,
        reason: String,
    },
}

/// What is there, and how to go on with it.
struct Kept {
    path: PathBuf,
    done: u64,
    resume: Option<Resume>,
}

/// What has to be known to go on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Resume {
    /// Tells the version of the file: `ETag`, or else `Last-Modified`.
    validator: Option<String>,
    /// The size of the whole file.
    all: Option<u64>,
    /// Of the whole file, in base64.
    md5: Option<String>,
}

/// An answer, and who gave it.
struct Answer {
    response: Response<Body>,
    host: String,
    is_redirected: bool,
}

impl<'a> Transfer<'a> {
    pub(super) fn new(request: &'a Request<'a>, watch: &'a dyn Watch) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(request.patience))
            .timeout_recv_response(Some(request.patience))
            .timeout_per_read(Some(request.patience))
            // The machine's own certificates: networks that look into connections put theirs there.
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            .user_agent(concat!("digits-in-burn/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Self { request, watch, agent }
    }

    /// Brings the file to this path, from where an earlier call broke off.
    pub(super) fn bring(&self, path: &Path) -> Result<(), Failure> {
        let mut kept = Kept::at(path);
        let (mut fruitless, mut expired) = (0, 0);
        for attempt in 0..MOST_ATTEMPTS {
            let before = kept.done;
            match self.attempt(&mut kept)? {
                Attempt::Complete => return self.check(kept),
                Attempt::Restart => {
                    kept.discard()?;
                    fruitless += 1;
                    if fruitless > MOST_FRUITLESS {
                        return Err(broken(
                            "Kaggle".to_owned(),
                            "other parts come than are asked for".to_owned(),
                            &kept,
                        ));
                    }
                }
                Attempt::Expired if expired < MOST_EXPIRED => expired += 1,
                Attempt::Expired => return Err(self.status("the storage", 403, String::new())),
                Attempt::Broken { host, reason } => {
                    fruitless = if kept.done >= before + FRUITFUL && kept.can_go_on() { 0 } else { fruitless + 1 };
                    let is_first = attempt == 0 && kept.done == 0;
                    if is_first && fruitless > 0 || fruitless > MOST_FRUITLESS {
                        return Err(broken(host, reason, &kept));
                    }
                    self.pause(PAUSE * fruitless)?;
                }
            }
        }
        Err(broken("Kaggle".to_owned(), "too many times".to_owned(), &kept))
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

    fn attempt(&self, kept: &mut Kept) -> Result<Attempt, Failure> {
        let answer = match self.ask(kept) {
            Ok(answer) => answer,
            Err(broken) => return Ok(broken),
        };
        let status = answer.response.status().as_u16();
        match status {
            200 | 206 => self.receive(answer, kept),
            416 => Ok(Attempt::Restart),
            403 if answer.is_redirected => Ok(Attempt::Expired),
            429 | 500.. => Ok(Attempt::Broken { host: answer.host, reason: format!("it answers {status}") }),
            _ => Err(self.refusal(answer, status)),
        }
    }

    /// Asks Kaggle, and whoever it refers to.
    fn ask(&self, kept: &Kept) -> Result<Answer, Attempt> {
        let kaggle = self.request.source.address(self.request.address);
        let mut address = kaggle.clone();
        for _ in 0..MOST_REDIRECTS {
            let host = host(&address);
            let mut call = self.agent.get(&address);
            // What opens Kaggle is nobody else's business.
            if origin(&address) == origin(&kaggle)
                && let Some(authorization) = self.request.credentials.authorization()
            {
                call = call.header("Authorization", authorization);
            }
            if let Some(validator) = kept.validator() {
                call = call.header("Range", format!("bytes={}-", kept.done)).header("If-Range", validator);
            }
            let broken = |reason: String| Attempt::Broken { host: host.clone(), reason };
            let response = call.call().map_err(|error| broken(told(&error)))?;
            let is_redirected = address != kaggle;
            if !response.status().is_redirection() {
                return Ok(Answer { response, host, is_redirected });
            }
            let to = text(response.headers(), "location").ok_or_else(|| broken("it redirects nowhere".to_owned()))?;
            address = if to.starts_with('/') { origin(&address).to_owned() + &to } else { to };
            if kaggle.starts_with("https://") && !address.starts_with("https://") {
                return Err(broken("it redirects to an address without https".to_owned()));
            }
        }
        Err(Attempt::Broken { host: host(&kaggle), reason: "it redirects in a circle".to_owned() })
    }

    fn receive(&self, answer: Answer, kept: &mut Kept) -> Result<Attempt, Failure> {
        let headers = answer.response.headers();
        if text(headers, "content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            return Err(Failure::WebPage { host: answer.host, what: self.request.source.words() });
        }
        if answer.response.status().as_u16() == 206 {
            if range(headers).is_none_or(|(from, _)| from != kept.done) {
                return Ok(Attempt::Restart);
            }
        } else {
            kept.begin(Resume::of(headers, answer.response.body().content_length()))?;
        }
        let host = answer.host;
        match self.copy(answer.response.into_body(), kept)? {
            None => Ok(Attempt::Complete),
            Some(reason) => Ok(Attempt::Broken { host, reason }),
        }
    }

    /// Appends what comes; says why it stopped coming, if that was too early.
    fn copy(&self, body: Body, kept: &mut Kept) -> Result<Option<String>, Failure> {
        let mut file = OpenOptions::new().append(true).open(&kept.path).map_err(|reason| kept.failed(reason))?;
        let mut reader = body.into_with_config().limit(u64::MAX).reader();
        let all = kept.all();
        let mut buffer = vec![0; 1 << 16];
        let (mut since, mut arrived) = (Instant::now(), 0.0);
        loop {
            if self.watch.is_stopped() {
                return Err(Failure::Stopped);
            }
            let count = match reader.read(&mut buffer) {
                Ok(0) if all.is_none_or(|all| kept.done >= all) => return Ok(None),
                Ok(0) => return Ok(Some("the line was closed".to_owned())),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Ok(Some(told(&Error::from(error)))),
            };
            file.write_all(&buffer[..count]).map_err(|reason| kept.failed(reason))?;
            kept.done += count as u64;
            arrived += count as f64;
            self.watch.progress(kept.done, all);
            if since.elapsed() >= self.request.patience {
                if arrived < SLOWEST * since.elapsed().as_secs_f64() {
                    return Ok(Some("less than a kilobyte a second arrives".to_owned()));
                }
                (since, arrived) = (Instant::now(), 0.0);
            }
        }
    }

    /// Compares what arrived with what was sent.
    fn check(&self, mut kept: Kept) -> Result<(), Failure> {
        let Some(expected) = kept.resume.as_ref().and_then(|resume| resume.md5.clone()) else { return Ok(()) };
        let found = digest::<Md5>(&kept.path).map_err(|reason| kept.failed(reason))?;
        let found = BASE64_STANDARD.encode(found);
        if found == expected {
            return Ok(());
        }
        kept.discard()?;
        Err(Failure::Checksum { what: self.request.source.words(), found, expected })
    }

    fn refusal(&self, mut answer: Answer, status: u16) -> Failure {
        let Request { source, address, credentials, .. } = self.request;
        let said = explanation(&mut answer.response);
        let what = source.words();
        match status {
            401 | 403 if credentials.authorization().is_none() => Failure::no_credentials(self.request),
            401 => Failure::Unauthorized { origin: credentials.origin().to_owned(), settings: address.settings() },
            403 => Failure::Forbidden { what, said, page: source.page(address) },
            404 => Failure::NotFound { what, page: source.page(address) },
            _ => self.status(&answer.host, status, said),
        }
    }

    fn status(&self, host: &str, status: u16, said: String) -> Failure {
        let said = if said.is_empty() { said } else { format!(" ({said})") };
        Failure::Status { host: host.to_owned(), status, said }
    }
}

impl Failure {
    /// There is nobody to ask as.
    pub(super) fn no_credentials(request: &Request) -> Self {
        Self::NoCredentials {
            what: request.source.words(),
            settings: request.address.settings(),
            file: request.credentials.file().to_owned(),
        }
    }
}

impl Kept {
    /// What an earlier call left. Without knowing which version of the file it is from, it is of no use.
    fn at(path: &Path) -> Self {
        let note = fs::read(note(path)).ok().and_then(|note| serde_json::from_slice::<Resume>(&note).ok());
        let resume = note.filter(|resume| resume.validator.is_some());
        let done = resume.as_ref().and_then(|_| Some(fs::metadata(path).ok()?.len())).unwrap_or(0);
        Self { path: path.to_owned(), done, resume: resume.filter(|_| done > 0) }
    }

    /// An empty file, and the note that allows to go on with it.
    fn begin(&mut self, resume: Resume) -> Result<(), Failure> {
        self.discard()?;
        File::create(&self.path).map_err(|reason| self.failed(reason))?;
        let text = serde_json::to_vec(&resume).map_err(|error| self.failed(error.into()))?;
        fs::write(note(&self.path), text).map_err(|reason| self.failed(reason))?;
        self.resume = Some(resume);
        Ok(())
    }

    fn discard(&mut self) -> Result<(), Failure> {
        (self.done, self.resume) = (0, None);
        for path in [note(&self.path), self.path.clone()] {
            match fs::remove_file(path) {
                Err(reason) if reason.kind() != io::ErrorKind::NotFound => return Err(self.failed(reason)),
                _ => {}
            }
        }
        Ok(())
    }

    fn can_go_on(&self) -> bool {
        self.validator().is_some()
    }

    fn validator(&self) -> Option<&str> {
        self.resume.as_ref()?.validator.as_deref().filter(|_| self.done > 0)
    }

    fn all(&self) -> Option<u64> {
        self.resume.as_ref()?.all
    }

    fn failed(&self, reason: io::Error) -> Failure {
        Failure::Disk { path: self.path.clone(), reason }
    }
}

/// The file beside a half one that says how to go on with it.
pub(super) fn note(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".json");
    PathBuf::from(name)
}

impl Resume {
    fn of(headers: &HeaderMap, all: Option<u64>) -> Self {
        let in_ranges = text(headers, "accept-ranges").is_some_and(|unit| unit.eq_ignore_ascii_case("bytes"));
        // A weak tag does not promise the same bytes.
        let tag = text(headers, "etag").filter(|tag| !tag.starts_with("W/"));
        let validator = tag.or_else(|| text(headers, "last-modified")).filter(|_| in_ranges);
        let hashes = headers.get_all("x-goog-hash").iter().filter_map(|value| value.to_str().ok());
        let md5 = hashes.flat_map(|value| value.split(',')).find_map(|hash| hash.trim().strip_prefix("md5="));
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
    struct Said {
        message: String,
    }
    let said = response.body_mut().with_config().limit(EXPLANATION).read_to_string().unwrap_or_default();
    serde_json::from_str::<Said>(&said)
        .map_or_else(|_| String::new(), |said| printable(&shortened(&said.message, MESSAGE)))
}

fn broken(host: String, reason: String, kept: &Kept) -> Failure {
    if kept.done == 0 {
        return Failure::Connection { host, reason };
    }
    let all = kept.all().map_or_else(|| "an unknown number of".to_owned(), |all| all.to_string());
    Failure::Broken { host, done: kept.done, all, reason }
}

/// An error of the line without the library's jargon.
fn told(error: &Error) -> String {
    match error {
        Error::Timeout(_) => "nothing arrives".to_owned(),
        Error::HostNotFound => "there is no such host, or no network".to_owned(),
        Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// Scheme, host and port of an address.
fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |scheme| scheme + 3);
    address[host..].find('/').map_or(address, |end| &address[..host + end])
}

fn host(address: &str) -> String {
    let origin = origin(address);
    origin.split_once("://").map_or(origin, |(_, host)| host).to_owned()
}
