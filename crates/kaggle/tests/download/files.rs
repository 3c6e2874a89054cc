//! What arrives, and what is there already.

use std::{fs, process::Stdio};

use crate::{
    server::{Reply, Server},
    storage::{digits, kaggle, storage, zipped},
    user::{KEY, User, expose},
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
fn a_zip_that_cannot_be_unpacked_names_its_method() {
    let mut zip = zipped(&[("train.csv", &digits())]);
    // The number of Deflate64, in front of the file and in the list of files.
    for (header, method) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let start = zip.windows(4).position(|bytes| bytes == header).unwrap();
        zip[start + method] = 9;
    }
    let storage = storage(zip, |reply, _| reply);
    let server = kaggle(&storage);
    let told = User::of(&server).refused("");
    assert!(
        told.contains("the file in the zip is packed by Deflate64; expected Deflate"),
        "{told}"
    );
}

#[test]
fn impossible_requests_are_refused_before_anybody_is_asked() {
    let kaggle = Server::start(|_, _| Reply::new(500, b""));
    let user = User::of(&kaggle);
    for (line, expected) in [
        (
            "--file ../../etc/passwd",
            "--file: \"../../etc/passwd\" is no valid name; expected one as in train.csv",
        ),
        (
            "--dataset digits",
            "--dataset: \"\" is no valid name; expected one as in oddrationale/mnist-in-csv",
        ),
        (
            "--competition a/b",
            "--competition: \"a/b\" is no valid name; expected one as in digit-recognizer",
        ),
        ("--timeout 0", "'--timeout <SECONDS>': expected a whole number from 1 to 86400"),
        (
            "--timeout 18446744073709551615",
            "'--timeout <SECONDS>': expected a whole number from 1 to 86400",
        ),
    ] {
        assert!(user.refused(line).contains(expected), "{line}: {}", user.refused(line));
        assert_eq!(user.run(line).status.code(), Some(2));
    }
    for address in [
        "http://example.com",
        // What is before the @ is a name and a password, not the host.
        "http://localhost:x@127.0.0.2:8099",
        "http://localhost@example.com",
        &format!("https://ada:{KEY}@www.kaggle.com"),
        &format!("https://ada:{KEY}@"),
        &format!("https://www.kaggle.com/?key={KEY}"),
        "http://localhost.example.com",
        "localhost:8099",
    ] {
        let message = User::of(&kaggle).with("KAGGLE_API_ENDPOINT", address).refused("");
        assert!(message.contains("expected an address that begins with https://"), "{message}");
    }
    assert!(kaggle.asked().is_empty());
}

#[test]
fn two_downloads_of_the_same_do_not_meet() {
    let storage = storage(
        digits(),
        |reply, count| if count == 0 { reply.stalling_after(1000) } else { reply },
    );
    let server = kaggle(&storage);
    let user = User::of(&server);
    let mut first = user.command("").stdout(Stdio::null()).spawn().unwrap();
    wait_until("somebody asks", || !storage.asked().is_empty());
    let told = user.refused("");
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(told.contains("another download to this folder is running"), "{told}");
}

#[test]
fn files_of_one_name_stay_apart_or_are_refused() {
    let mut other = digits();
    other.extend_from_slice(b"\r\n");
    let storage =
        storage(zipped(&[("a/labels.csv", &digits()), ("b/labels.csv", &other)]), |reply, _| reply);
    let server = kaggle(&storage);
    let user = User::of(&server);
    assert!(user.run("--dataset ada/digits").status.success());
    let folder = user.home.path().join("kaggle/ada/digits");
    assert_eq!(fs::read(folder.join("a/labels.csv")).unwrap(), digits());
    assert_eq!(fs::read(folder.join("b/labels.csv")).unwrap(), other);
    let message = User::of(&server).refused("--dataset ada/digits --file labels.csv");
    assert!(message.ends_with("the zip holds labels.csv more than once"), "{message}");
}

#[test]
fn a_data_set_overwrites_no_file_of_the_user() {
    let storage = storage(zipped(&[("a.csv", &digits()), ("b.csv", &digits())]), |reply, _| reply);
    let server = kaggle(&storage);
    let user = User::of(&server);
    let folder = user.home.path().join("kaggle/ada/digits");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("b.csv"), "mine").unwrap();
    let message = user.refused("--dataset ada/digits");
    assert!(
        message.ends_with("b.csv: this file is no download, and is not overwritten; move it away")
    );
    assert_eq!(fs::read(folder.join("b.csv")).unwrap(), b"mine");
    assert!(!folder.join("a.csv").exists());

    // A download that broke off left files that it wrote.
    fs::remove_file(folder.join("b.csv")).unwrap();
    assert!(user.run("--dataset ada/digits").status.success());
    fs::remove_file(folder.join(".all.json")).unwrap();
    assert!(user.run("--dataset ada/digits").status.success());
}

#[test]
fn a_zip_that_would_fill_the_disk_is_refused_before_it_writes() {
    let mut zip = zipped(&[("a.csv", b"1"), ("b.csv", b"2")]);
    // The sizes in its directory, 24 bytes after the signature of each entry: three quarters of the
    // limit.
    let entries: Vec<usize> =
        (0..zip.len() - 4).filter(|at| zip[*at..].starts_with(b"PK\x01\x02")).collect();
    for at in entries {
        zip[at + 24..at + 28].copy_from_slice(&(3u32 << 29).to_le_bytes());
    }
    let storage = storage(zip, |reply, _| reply);
    let server = kaggle(&storage);
    let user = User::of(&server);
    let message = user.refused("--dataset ada/digits");
    assert!(
        message.ends_with(
            "the zip unpacks to more than 2147483648 bytes, too many for a data set of digits"
        ),
        "{message}"
    );
    assert!(!user.home.path().join("kaggle/ada/digits/a.csv").exists());
}
