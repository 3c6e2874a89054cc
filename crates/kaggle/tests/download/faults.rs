//! What goes wrong on the way.

use std::{fs, process::Stdio};

use crate::{
    server::{Reply, Server},
    storage::{digits, kaggle, storage, zipped},
    user::User,
    wait_until,
};

#[test]
fn a_download_that_breaks_off_anywhere_starts_again() {
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
        assert_eq!(second.header("range"), None);
    }
}

#[test]
fn a_download_that_is_killed_leaves_nothing_and_the_next_one_is_whole() {
    let storage = storage(
        digits(),
        |reply, count| if count == 0 { reply.stalling_after(200_000) } else { reply },
    );
    let server = kaggle(&storage);
    let user = User::of(&server);
    let mut child = user.command("").stdout(Stdio::null()).spawn().unwrap();
    wait_until("the storage is asked", || !storage.asked().is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    let left: Vec<_> = fs::read_dir(user.file().parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, [".lock"]);
    assert_eq!(user.download(""), digits());
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
        b"{\"code\":403,\"message\":\"You must accept this competition's rules before you'll be \
          able to download files.\"}",
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
    assert!(told.ends_with("the same command starts again"), "{told}");
    let stalling = storage(digits(), |reply, _| reply.stalling_after(0));
    assert!(User::of(&kaggle(&stalling)).refused("--timeout 1").contains("no data arrives"));
}
