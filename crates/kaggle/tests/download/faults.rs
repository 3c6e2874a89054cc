//! What goes wrong on the way.

use std::{fs, process::Stdio};

use crate::{
    server::{Reply, Server},
    storage::{digits, kaggle, storage, stored, zipped},
    user::User,
    wait_until,
};

#[test]
fn a_line_that_is_cut_anywhere_is_taken_up_again() {
    let size = digits().len();
    for offset in [1, 1000, size / 2, size - 1] {
        let storage = storage(
            digits(),
            move |reply, count| if count == 0 { reply.cut_after(offset) } else { reply },
        );
        assert_eq!(User::of(&kaggle(&storage)).download(""), digits());
        let [_, second] = &storage.asked()[..] else {
            panic!("asked {} times", storage.asked().len())
        };
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
    assert!(User::of(&server).refused("").contains("other parts arrive than were asked for"));
    let storage =
        storage_with_second(|| Reply::new(206, b"xyz").with("Content-Range", "bytes 7-9/10"));
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
    let storage = storage(
        digits(),
        |reply, count| if count == 0 { reply.stalling_after(200_000) } else { reply },
    );
    let server = kaggle(&storage);
    let user = User::of(&server);
    let mut child = user.command("").stdout(Stdio::null()).spawn().unwrap();
    let partial = user.file().with_file_name(".train.csv.partial");
    wait_until("something arrives", || {
        fs::metadata(&partial).map_or(0, |file| file.len()) >= 200_000
    });
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
    let storage =
        storage(digits(), |reply, count| if count < 2 { Reply::new(403, expired) } else { reply });
    let server = kaggle(&storage);
    assert_eq!(User::of(&server).download(""), digits());
    assert_eq!(server.asked().len(), 3);
    assert!(storage.asked()[2].path.ends_with("signed=2"));

    let never = Server::start(move |_, _| Reply::new(403, expired));
    assert!(User::of(&kaggle(&never)).refused("").contains("the storage answers 403"));
}

#[test]
fn a_busy_server_is_given_time() {
    let storage =
        storage(digits(), |reply, count| if count == 0 { reply.cut_after(1000) } else { reply });
    let to = storage.address();
    let kaggle = Server::start(move |_, count| match count {
        1 => Reply::new(503, b"busy"),
        _ => Reply::new(302, b"").with("Location", format!("{to}/train.csv")),
    });
    assert_eq!(User::of(&kaggle).download(""), digits());
}

#[test]
fn refusals_are_told_in_one_line() {
    let answering =
        |status, body: &'static [u8]| Server::start(move |_, _| Reply::new(status, body));
    let unauthorized = answering(401, br#"{"code":401,"message":"Unauthorized"}"#);
    let told = User::of(&unauthorized).refused("");
    assert!(
        told.contains("Kaggle refuses the credentials from") && told.contains("kaggle.json (401)"),
        "{told}"
    );

    let rules = answering(
        403,
        br#"{"code":403,"message":"You must accept this competition's rules before you'll be able to download files."}"#,
    );
    let told = User::of(&rules).refused("");
    let page =
        format!("accept the rules in the browser: {}/c/digit-recognizer/rules", rules.address());
    assert!(
        told.contains("You must accept this competition's rules") && told.ends_with(&page),
        "{told}"
    );

    let nowhere = answering(404, br#"{"code":404,"message":"Not found"}"#);
    let told = User::of(&nowhere).refused("--file absent.csv");
    assert!(
        told.contains("Kaggle has no absent.csv of the competition digit-recognizer (404)"),
        "{told}"
    );
    assert!(User::of(&answering(418, b"")).refused("").ends_with("answers 418; expected the file"));

    let page = Server::start(|_, _| {
        Reply::new(200, b"<!doctype html>").with("Content-Type", "text/html; charset=utf-8")
    });
    assert!(User::of(&page).refused("").contains("answers with a web page instead of train.csv"));
    // A page that does not say that it is one.
    assert!(
        User::of(&answering(200, b"<html>Log in</html>"))
            .refused("")
            .ends_with("a web page came instead of the file")
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
        told.contains(
            "the download of train.csv of the competition digit-recognizer is damaged: its MD5 is"
        ),
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
    assert!(told.ends_with("the same command resumes it"), "{told}");
    let stalling = storage(digits(), |reply, _| reply.stalling_after(0));
    assert!(User::of(&kaggle(&stalling)).refused("--timeout 1").contains("nothing arrives"));
}
