//! What arrives, and what is there already.

use std::{fs, process::Stdio};

use crate::{
    server::{Reply, Server},
    storage::{digits, kaggle, storage, zipped},
    user::{User, expose},
    wait_until,
};

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
    wait_until("somebody asks", || !storage.asked().is_empty());
    let told = user.refused("");
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(told.contains("another download is under way here"), "{told}");
}
