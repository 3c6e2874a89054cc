//! Who asks.

use std::fs;

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    server::{Reply, Server},
    storage::{digits, kaggle, storage, zipped},
    user::{KEY, User, expose},
};

#[test]
fn credentials_are_looked_for_in_kaggles_order() {
    let storage = storage(digits(), |reply, _| reply);
    let asked_as =
        |kaggle: &Server| kaggle.asked().pop().unwrap().header("authorization").unwrap().to_owned();
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
    let expected = format!(
        "create a token at {}/settings and save it as {}",
        server.address(),
        file.display()
    );
    assert!(told.contains(&expected) && told.ends_with("the digits in data/ need none"), "{told}");
    assert!(server.asked().is_empty(), "Kaggle was asked by nobody");
    assert!(
        user.refused("--dataset ada/digits").contains("there are no credentials: create a token")
    );

    let set = zipped(&[
        ("mnist_test.csv", &digits()),
        ("notes.txt", b"hello"),
        ("sub/mnist_train.csv", &digits()),
    ]);
    let storage = storage(set, |reply, _| reply);
    let kaggle = kaggle(&storage);
    let user = User::without_credentials(&kaggle);
    assert!(user.run("--dataset ada/digits").status.success());
    assert_eq!(kaggle.asked()[0].path, "/api/v1/datasets/download/ada/digits");
    assert_eq!(kaggle.asked()[0].header("authorization"), None);
    let folder = user.home.path().join("kaggle/ada/digits");
    assert_eq!(fs::read(folder.join("sub/mnist_train.csv")).unwrap(), digits());
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
    assert!(user.refused("").ends_with(
        r#"kaggle.json, line 3: not valid JSON of Kaggle; expected {"username": "…", "key": "…"}"#
    ));
    let user = User::of(&server).with("KAGGLE_API_TOKEN", "two words");
    assert!(user.refused("").contains("KAGGLE_API_TOKEN: no token"));
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
    assert!(again.starts_with("exists:"), "{again}");
    assert_eq!((kaggle.asked().len(), storage.asked().len()), (1, 1));
}

#[test]
fn no_proxy_comes_between_us_and_a_server_on_this_machine() {
    let storage = storage(digits(), |reply, _| reply);
    let server = kaggle(&storage);
    let proxy = Server::start(|_, _| Reply::new(200, b"from the proxy"));
    for variable in ["http_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        assert_eq!(User::of(&server).with(variable, &proxy.address()).download(""), digits());
    }
    assert!(proxy.asked().is_empty());
}
