//! Somebody who downloads.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use tempfile::TempDir;

use crate::server::Server;

/// A secret that must not be seen anywhere.
pub const KEY: &str = "5ecre7-5ecre7";

/// A user of Kaggle in a folder of their own.
pub struct User {
    pub home: TempDir,
    kaggle: String,
    variables: Vec<(&'static str, String)>,
}

impl User {
    /// Somebody with a `kaggle.json`.
    pub fn of(kaggle: &Server) -> Self {
        let user = Self::without_credentials(kaggle);
        user.write("kaggle.json", &format!(r#"{{"username": "ada", "key": "{KEY}"}}"#));
        user
    }

    pub fn without_credentials(kaggle: &Server) -> Self {
        Self { home: tempfile::tempdir().unwrap(), kaggle: kaggle.address(), variables: vec![] }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// Writes a file that is the user's alone into `~/.kaggle`.
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.home.path().join(".kaggle").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        expose(&path, 0o600);
        path
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kaggle"));
        for name in ["KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_CONFIG_DIR"] {
            command.env_remove(name);
        }
        command
            .arg("--out")
            .arg(self.home.path())
            .args(line.split_whitespace())
            .env("HOME", self.home.path())
            .env("KAGGLE_API_ENDPOINT", &self.kaggle)
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run(&self, line: &str) -> Output {
        let output = self.command(line).output().unwrap();
        let basic = BASE64_STANDARD.encode(format!("ada:{KEY}"));
        for said in [&output.stdout, &output.stderr] {
            let said = String::from_utf8_lossy(said);
            assert!(!said.contains(KEY) && !said.contains(&basic), "a secret is printed: {said}");
        }
        output
    }

    /// Downloads, and gives what arrived.
    pub fn download(&self, line: &str) -> Vec<u8> {
        let output = self.run(line);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read(self.file()).unwrap()
    }

    /// The line in which a download ends that fails.
    pub fn refused(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(!output.status.success());
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(!self.file().exists(), "a file is there after: {told}");
        told.trim_end().to_owned()
    }

    pub fn file(&self) -> PathBuf {
        self.home.path().join("kaggle/digit-recognizer/train.csv")
    }
}

#[cfg(unix)]
pub fn expose(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
