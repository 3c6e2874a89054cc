//! The real client against a server on this machine that behaves as Kaggle and its storage do, faults included.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod server;

use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use server::{Asked, Reply, Server};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

/// A secret that must not be seen anywhere.
const KEY: &str = "5ecre7-5ecre7";

/// A user of Kaggle in a folder of their own.
struct User {
    home: TempDir,
    kaggle: String,
    variables: Vec<(&'static str, String)>,
}

impl User {
    /// Somebody with a `kaggle.json`.
    fn of(kaggle: &Server) -> Self {
        let user = Self::without_credentials(kaggle);
        user.write("kaggle.json", &format!(r#"{{"username": "ada", "key": "{KEY}"}}"#));
        user
    }

    fn without_credentials(kaggle: &Server) -> Self {
        Self { home: tempfile::tempdir().unwrap(), kaggle: kaggle.address(), variables: vec![] }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// Writes a file that is the user's alone into `~/.kaggle`.
    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.home.path().join(".kaggle").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        expose(&path, 0o600);
        path
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        for name in ["KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_CONFIG_DIR"] {
            command.env_remove(name);
        }
        command
            .args(["data", "kaggle", "--out"])
            .arg(self.home.path())
            .args(line.split_whitespace())
            .env("HOME", self.home.path())
            .env("KAGGLE_API_ENDPOINT", &self.kaggle)
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn run(&self, line: &str) -> Output {
        let output = self.command(line).output().unwrap();
        let basic = BASE64_STANDARD.encode(format!("ada:{KEY}"));
        for said in [&output.stdout, &output.stderr] {
            let said = String::from_utf8_lossy(said);
            assert!(!said.contains(KEY) && !said.contains(&basic), "a secret is printed: {said}");
        }
        output
    }

    /// Downloads, and gives what arrived.
    fn download(&self, line: &str) -> Vec<u8> {
        let output = self.run(line);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read(self.file()).unwrap()
    }

    /// The line in which a download ends that fails.
    fn refused(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(!output.status.success());
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(!self.file().exists(), "a file is there after: {told}");
        told.trim_end().to_owned()
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("kaggle/digit-recognizer/train.csv")
    }
}

#[cfg(unix)]
fn expose(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Digits as Kaggle writes them, about 400 kB.
fn digits() -> Vec<u8> {
    let mut text = "label".to_owned();
    (0..784).for_each(|pixel| text += &format!(",pixel{pixel}"));
    for row in 0..200 {
        text += &format!("\r\n{}", row % 10);
        (0..784).for_each(|pixel| text += &format!(",{}", (row * 31 + pixel * 7) % 256));
    }
    (text + "\r\n").into_bytes()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn checksum(content: &[u8]) -> String {
    format!("crc32c=AAAAAA==,md5={}", BASE64_STANDARD.encode(Md5::digest(content)))
}

/// A storage that keeps a file, and sends parts of it.
fn storage(content: Vec<u8>, spoil: impl Fn(Reply, usize) -> Reply + Send + 'static) -> Server {
    Server::start(move |asked, count| spoil(stored(&content, asked), count))
}

/// How the storage answers when all is well.
fn stored(content: &[u8], asked: &Asked) -> Reply {
    let from = asked.range().filter(|_| asked.header("if-range") == Some("\"v1\""));
    let reply = match from {
        Some(from) if from >= content.len() => Reply::new(416, b""),
        Some(from) => Reply::new(206, &content[from..])
            .with("Content-Range", format!("bytes {from}-{}/{}", content.len() - 1, content.len())),
        None => Reply::new(200, content),
    };
    reply.with("Accept-Ranges", "bytes").with("ETag", "\"v1\"").with("X-Goog-Hash", checksum(content))
}

/// Kaggle, which refers to a storage.
fn kaggle(storage: &Server) -> Server {
    let to = storage.address();
    Server::start(move |_, count| {
        Reply::new(302, b"").with("Location", format!("{to}/bucket/train.csv?signed={count}"))
    })
}

#[test]
fn a_file_comes_through_a_redirect_and_credentials_stay_with_kaggle() {
    let storage = storage(digits(), |reply, _| reply);
    let kaggle = kaggle(&storage);
    let user = User::of(&kaggle);
    assert_eq!(user.download(""), digits());
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("ada:{KEY}")));
    let [asked] = &kaggle.asked()[..] else { panic!("asked more than once") };
    assert_eq!(asked.path, "/api/v1/competitions/data/download/digit-recognizer/train.csv");
    assert_eq!(asked.header("authorization"), Some(basic.as_str()));
    assert!(storage.asked().iter().all(|asked| asked.header("authorization").is_none()));
    assert!(fs::metadata(user.file()).unwrap().permissions().readonly());

    // A second time nobody is asked.
    let again = String::from_utf8(user.run("").stdout).unwrap();
    assert!(again.starts_with("is there:"), "{again}");
    assert_eq!((kaggle.asked().len(), storage.asked().len()), (1, 1));
}

#[test]
fn a_file_that_changed_since_is_told_and_kept() {
    let storage = storage(digits(), |reply, _| reply);
    let server = kaggle(&storage);
    let user = User::of(&server);
    user.download("");
    expose(&user.file(), 0o600);
    fs::write(user.file(), "mine").unwrap();
    let output = user.run("");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("train.csv: changed since it was downloaded; move it away"), "{told}");
    assert_eq!(fs::read(user.file()).unwrap(), b"mine");
}

#[test]
fn a_file_that_was_fetched_by_hand_is_taken_as_it_is() {
    let kaggle = Server::start(|_, _| Reply::new(500, b""));
    let user = User::without_credentials(&kaggle);
    fs::create_dir_all(user.file().parent().unwrap()).unwrap();
    fs::write(user.file(), digits()).unwrap();
    assert_eq!(user.download(""), digits());
    assert!(kaggle.asked().is_empty());
}

#[test]
fn credentials_are_looked_for_in_kaggles_order() {
    let storage = storage(digits(), |reply, _| reply);
    let asked_as = |kaggle: &Server| kaggle.asked().pop().unwrap().header("authorization").unwrap().to_owned();
    let basic = |login: &str| format!("Basic {}", BASE64_STANDARD.encode(login));

    let server = kaggle(&storage);
    let everything = || {
        let user = User::of(&server).with("KAGGLE_USERNAME", "eve").with("KAGGLE_KEY", "k");
        user.write("access_token", "token-in-file\n");
        user
    };
    everything().with("KAGGLE_API_TOKEN", "token").download("");
    assert_eq!(asked_as(&server), "Bearer token");
    let user = everything();
    let file = user.write("elsewhere", "token-elsewhere");
    user.with("KAGGLE_API_TOKEN", file.to_str().unwrap()).download("");
    assert_eq!(asked_as(&server), "Bearer token-elsewhere");
    everything().download("");
    assert_eq!(asked_as(&server), "Bearer token-in-file");
    User::of(&server).with("KAGGLE_USERNAME", "eve").with("KAGGLE_KEY", "k").download("");
    assert_eq!(asked_as(&server), basic("eve:k"));
    let user = User::of(&server);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kaggle.json"), r#"{"username": "bob", "key": "b"}"#).unwrap();
    expose(&folder.path().join("kaggle.json"), 0o600);
    user.with("KAGGLE_CONFIG_DIR", folder.path().to_str().unwrap()).download("");
    assert_eq!(asked_as(&server), basic("bob:b"));
}

#[test]
fn without_credentials_it_says_what_to_create_and_where_and_a_public_set_needs_none() {
    let server = Server::start(|_, _| Reply::new(401, br#"{"code":401,"message":"Unauthorized"}"#));
    let user = User::without_credentials(&server);
    let told = user.refused("");
    let file = user.home.path().join(".kaggle/kaggle.json");
    let expected = format!("create a token at {}/settings and save it as {}", server.address(), file.display());
    assert!(told.contains(&expected) && told.ends_with("the digits in data/ work without"), "{told}");
    assert!(server.asked().is_empty(), "Kaggle was asked by nobody");
    assert!(user.refused("--dataset ada/digits").contains("there are no credentials: create a token"));

    let set = zipped(&[("mnist_test.csv", &digits()), ("notes.txt", b"hello"), ("sub/mnist_train.csv", &digits())]);
    let storage = storage(set, |reply, _| reply);
    let kaggle = kaggle(&storage);
    let user = User::without_credentials(&kaggle);
    assert!(user.run("--dataset ada/digits").status.success());
    assert_eq!(kaggle.asked()[0].path, "/api/v1/datasets/download/ada/digits");
    assert_eq!(kaggle.asked()[0].header("authorization"), None);
    let folder = user.home.path().join("kaggle/ada/digits");
    assert_eq!(fs::read(folder.join("mnist_train.csv")).unwrap(), digits());
    assert!(folder.join("mnist_test.csv").exists() && !folder.join("notes.txt").exists());
}

#[test]
fn credentials_that_others_can_read_are_warned_about_and_damaged_ones_refused() {
    let storage = storage(digits(), |reply, _| reply);
    let server = kaggle(&storage);
    let user = User::of(&server);
    let file = user.home.path().join(".kaggle/kaggle.json");
    expose(&file, 0o644);
    let told = String::from_utf8(user.run("").stderr).unwrap();
    assert!(told.starts_with("warning: other users of this machine can read"), "{told}");
    assert!(told.contains("chmod 600"), "{told}");

    let user = User::of(&server);
    user.write("kaggle.json", "{\n\"username\": \"ada\"\n}");
    assert!(
        user.refused("")
            .ends_with(r#"kaggle.json, line 3: not as Kaggle writes it; expected {"username": "…", "key": "…"}"#)
    );
    let user = User::of(&server).with("KAGGLE_API_TOKEN", "two words");
    assert!(user.refused("").contains("KAGGLE_API_TOKEN: no token"));
}

#[test]
fn a_zip_is_told_by_its_content_and_unpacked() {
    for name in ["train.csv", "somewhere/train.csv"] {
        let storage = storage(zipped(&[(name, &digits())]), |reply, _| reply);
        assert_eq!(User::of(&kaggle(&storage)).download(""), digits());
    }
    let storage = storage(zipped(&[("other.csv", &digits())]), |reply, _| reply);
    assert!(User::of(&kaggle(&storage)).refused("").ends_with("the zip does not hold train.csv"));
}

#[test]
fn kaggle_itself_may_send_the_file() {
    let kaggle = Server::start(|_, _| Reply::new(200, &digits()));
    assert_eq!(User::of(&kaggle).download(""), digits());
}

#[test]
fn a_line_that_is_cut_anywhere_is_taken_up_again() {
    let size = digits().len();
    for offset in [1, 1000, size / 2, size - 1] {
        let storage = storage(digits(), move |reply, count| if count == 0 { reply.cut_after(offset) } else { reply });
        assert_eq!(User::of(&kaggle(&storage)).download(""), digits());
        let [_, second] = &storage.asked()[..] else { panic!("asked {} times", storage.asked().len()) };
        assert_eq!(second.range(), Some(offset));
        assert_eq!(second.header("if-range"), Some("\"v1\""));
    }
}

#[test]
fn a_storage_that_cannot_send_parts_is_asked_for_the_whole_again() {
    let storage = Server::start(|_, count| {
        let reply = Reply::new(200, &digits());
        if count == 0 { reply.cut_after(1000) } else { reply }
    });
    assert_eq!(User::of(&kaggle(&storage)).download(""), digits());
    assert!(storage.asked().iter().all(|asked| asked.range().is_none()));
}

#[test]
fn a_file_that_changed_meanwhile_begins_anew() {
    // In place of the rest comes the whole of another version.
    let other = digits()[..100_000].to_vec();
    let content = other.clone();
    let storage = Server::start(move |asked, count| match count {
        0 => stored(&digits(), asked).cut_after(50_000),
        _ => Reply::new(200, &content).with("Accept-Ranges", "bytes").with("ETag", "\"v2\""),
    });
    assert_eq!(User::of(&kaggle(&storage)).download(""), other);

    // The rest that is asked for is not there.
    let storage = storage_with_second(|| Reply::new(416, b""));
    assert_eq!(User::of(&kaggle(&storage)).download(""), digits());
    // Another part comes than was asked for, once or always.
    let always = Server::start(|asked, _| match asked.range() {
        None => stored(&digits(), asked).cut_after(50_000),
        Some(_) => Reply::new(206, b"xyz").with("Content-Range", "bytes 7-9/10"),
    });
    let server = kaggle(&always);
    assert!(User::of(&server).refused("").contains("other parts come than are asked for"));
    let storage = storage_with_second(|| Reply::new(206, b"xyz").with("Content-Range", "bytes 7-9/10"));
    assert_eq!(User::of(&kaggle(&storage)).download(""), digits());
}

/// A storage that cuts the first answer, gives this as the second, and then behaves.
fn storage_with_second(second: impl Fn() -> Reply + Send + 'static) -> Server {
    Server::start(move |asked, count| match count {
        0 => stored(&digits(), asked).cut_after(50_000),
        1 => second(),
        _ => stored(&digits(), asked),
    })
}

#[test]
fn a_download_that_is_killed_goes_on_the_next_time() {
    let storage = storage(digits(), |reply, count| if count == 0 { reply.stalling_after(200_000) } else { reply });
    let server = kaggle(&storage);
    let user = User::of(&server);
    let mut child = user.command("").stdout(Stdio::null()).spawn().unwrap();
    let partial = user.file().with_file_name(".train.csv.partial");
    let started = Instant::now();
    while fs::metadata(&partial).map_or(0, |file| file.len()) < 200_000 {
        assert!(started.elapsed() < Duration::from_secs(60), "nothing arrives");
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!user.file().exists());
    assert_eq!(user.download(""), digits());
    assert_eq!(storage.asked()[1].range(), Some(200_000));
    assert!(!partial.exists());
}

#[test]
fn an_address_that_expired_is_asked_for_again() {
    let expired = br#"<?xml version="1.0"?><Error><Code>ExpiredToken</Code></Error>"#;
    let storage = storage(digits(), |reply, count| if count < 2 { Reply::new(403, expired) } else { reply });
    let server = kaggle(&storage);
    assert_eq!(User::of(&server).download(""), digits());
    assert_eq!(server.asked().len(), 3);
    assert!(storage.asked()[2].path.ends_with("signed=2"));

    let never = Server::start(move |_, _| Reply::new(403, expired));
    assert!(User::of(&kaggle(&never)).refused("").contains("the storage answers 403"));
}

#[test]
fn a_busy_server_is_given_time() {
    let storage = storage(digits(), |reply, count| if count == 0 { reply.cut_after(1000) } else { reply });
    let to = storage.address();
    let kaggle = Server::start(move |_, count| match count {
        1 => Reply::new(503, b"busy"),
        _ => Reply::new(302, b"").with("Location", format!("{to}/train.csv")),
    });
    assert_eq!(User::of(&kaggle).download(""), digits());
}

#[test]
fn refusals_are_told_in_one_line() {
    let answering = |status, body: &'static [u8]| Server::start(move |_, _| Reply::new(status, body));
    let unauthorized = answering(401, br#"{"code":401,"message":"Unauthorized"}"#);
    let told = User::of(&unauthorized).refused("");
    assert!(told.contains("Kaggle refuses the credentials from") && told.contains("kaggle.json (401)"), "{told}");

    let rules = answering(
        403,
        br#"{"code":403,"message":"You must accept this competition's rules before you'll be able to download files."}"#,
    );
    let told = User::of(&rules).refused("");
    let page = format!("rules are accepted in the browser: {}/c/digit-recognizer/rules", rules.address());
    assert!(told.contains("You must accept this competition's rules") && told.ends_with(&page), "{told}");

    let nowhere = answering(404, br#"{"code":404,"message":"Not found"}"#);
    let told = User::of(&nowhere).refused("--file absent.csv");
    assert!(told.contains("Kaggle has no absent.csv of the competition digit-recognizer (404)"), "{told}");
    assert!(User::of(&answering(418, b"")).refused("").ends_with("answers 418; expected the file"));

    let page =
        Server::start(|_, _| Reply::new(200, b"<!doctype html>").with("Content-Type", "text/html; charset=utf-8"));
    assert!(User::of(&page).refused("").contains("answers with a web page instead of train.csv"));
    // A page that does not say that it is one.
    assert!(
        User::of(&answering(200, b"<html>Log in</html>")).refused("").ends_with("a web page came instead of the file")
    );

    let nobody = Server::start(|_, _| Reply::new(200, b""));
    let user = User::of(&nobody);
    drop(nobody);
    assert!(user.refused("").to_lowercase().contains("connection refused"));
}

#[test]
fn a_damaged_download_is_thrown_away() {
    let storage = storage(digits(), |mut reply, count| {
        if count == 0 {
            reply.body[5000] ^= 1;
        }
        reply
    });
    let server = kaggle(&storage);
    let user = User::of(&server);
    let told = user.refused("");
    assert!(
        told.contains("the download of train.csv of the competition digit-recognizer is damaged: its MD5 is"),
        "{told}"
    );
    assert_eq!(user.download(""), digits());
    assert_eq!(storage.asked()[1].range(), None);

    let broken = zipped(&[("train.csv", &digits())]);
    let broken = broken[..broken.len() / 2].to_vec();
    let server = Server::start(move |_, _| Reply::new(200, &broken));
    assert!(User::of(&server).refused("").contains("the zip is damaged"));
}

#[test]
fn a_line_that_trickles_or_stalls_is_given_up() {
    let trickling = storage(digits(), |reply, _| reply.trickling());
    let told = User::of(&kaggle(&trickling)).refused("--timeout 1");
    assert!(told.contains("less than a kilobyte a second arrives"), "{told}");
    assert!(told.ends_with("the same command goes on from there"), "{told}");
    let stalling = storage(digits(), |reply, _| reply.stalling_after(0));
    assert!(User::of(&kaggle(&stalling)).refused("--timeout 1").contains("nothing arrives"));
}

#[test]
fn impossible_requests_are_refused_before_anybody_is_asked() {
    let kaggle = Server::start(|_, _| Reply::new(500, b""));
    let user = User::of(&kaggle);
    for (line, expected) in [
        ("--file ../../etc/passwd", "--file: \"../../etc/passwd\" is no file name; expected one as train.csv"),
        ("--dataset digits", "--dataset: \"\" is no name; expected one as in oddrationale/mnist-in-csv"),
        ("--competition a/b", "--competition: \"a/b\" is no name; expected one as in digit-recognizer"),
        ("--timeout 0", "invalid value '0' for '--timeout <SECONDS>'"),
    ] {
        assert!(user.refused(line).contains(expected), "{line}: {}", user.refused(line));
        assert_eq!(user.run(line).status.code(), Some(2));
    }
    let told = user.with("KAGGLE_API_ENDPOINT", "http://example.com").refused("");
    assert!(told.contains("expected an address that begins with https://"), "{told}");
    assert!(kaggle.asked().is_empty());
}

#[test]
fn two_downloads_of_the_same_do_not_meet() {
    let storage = storage(digits(), |reply, count| if count == 0 { reply.stalling_after(1000) } else { reply });
    let server = kaggle(&storage);
    let user = User::of(&server);
    let mut first = user.command("").stdout(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while storage.asked().is_empty() {
        assert!(started.elapsed() < Duration::from_secs(60), "nobody asks");
        sleep(Duration::from_millis(5));
    }
    let told = user.refused("");
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(told.contains("another download is under way here"), "{told}");
}
