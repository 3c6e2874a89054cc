//! Finds Kaggle's credentials where Kaggle's own clients look for them, in their order:
//!
//! 1. `KAGGLE_API_TOKEN`: a token, or the path of a file that holds one
//! 2. `~/.kaggle/access_token`: a token
//! 3. `KAGGLE_USERNAME` and `KAGGLE_KEY`
//! 4. `kaggle.json` in `KAGGLE_CONFIG_DIR`, or else in `~/.kaggle`: `{"username": "…", "key": "…"}`

use std::{
    ffi::OsString,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

/// The credentials of a user, which may be missing.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The value of the header `Authorization`.
    authorization: Option<String>,
    /// The file or the variable of the credentials.
    origin: String,
    /// A file with a secret that other users of this machine can read.
    exposed: Option<PathBuf>,
    /// The file for the credentials of a new user.
    file: PathBuf,
}

/// Keeps secrets out of logs.
impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credentials").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The content of `kaggle.json`.
#[derive(Deserialize)]
struct Login {
    username: String,
    key: String,
}

impl Credentials {
    /// Looks for credentials; missing ones are no error. `variable` gives variables of the
    /// environment, `home` is the user's folder.
    ///
    /// # Errors
    /// One line: a file cannot be read, or holds no credentials.
    pub fn find(variable: impl Fn(&str) -> Option<OsString>, home: &Path) -> Result<Self, String> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let folder = given("KAGGLE_CONFIG_DIR").map_or_else(|| home.join(".kaggle"), PathBuf::from);
        let file = folder.join("kaggle.json");
        let none = Self {
            authorization: None,
            origin: "nowhere".to_owned(),
            exposed: None,
            file: file.clone(),
        };
        if let Some(value) = given("KAGGLE_API_TOKEN") {
            let path = PathBuf::from(&value);
            return match path.is_file() {
                true => none.with_token_of(&path),
                false => none.with_token(&text("KAGGLE_API_TOKEN", value)?, "KAGGLE_API_TOKEN"),
            };
        }
        let token = home.join(".kaggle").join("access_token");
        if token.is_file() {
            return none.with_token_of(&token);
        }
        if let (Some(username), Some(key)) = (given("KAGGLE_USERNAME"), given("KAGGLE_KEY")) {
            let login = Login {
                username: text("KAGGLE_USERNAME", username)?,
                key: text("KAGGLE_KEY", key)?,
            };
            return none.with_login(&login, "KAGGLE_USERNAME and KAGGLE_KEY");
        }
        if !file.is_file() {
            return Ok(none);
        }
        let login: Login = serde_json::from_str(&read(&file)?).map_err(|error| {
            format!(
                "{}, line {}: not valid JSON of Kaggle; expected {{\"username\": \"…\", \"key\": \
                 \"…\"}}",
                file.display(),
                error.line()
            )
        })?;
        Ok(Self {
            exposed: is_exposed(&file).then(|| file.clone()),
            ..none.with_login(&login, &shown(&file))?
        })
    }

    fn with_token_of(self, path: &Path) -> Result<Self, String> {
        let exposed = is_exposed(path).then(|| path.to_owned());
        Ok(Self { exposed, ..self.with_token(read(path)?.trim(), &shown(path))? })
    }

    fn with_token(self, token: &str, origin: &str) -> Result<Self, String> {
        if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
            return Err(format!("{origin}: no token; expected letters and digits without spaces"));
        }
        Ok(Self {
            authorization: Some(format!("Bearer {token}")),
            origin: origin.to_owned(),
            ..self
        })
    }

    fn with_login(self, login: &Login, origin: &str) -> Result<Self, String> {
        let basic = BASE64_STANDARD.encode(format!("{}:{}", login.username, login.key));
        Ok(Self {
            authorization: Some(format!("Basic {basic}")),
            origin: origin.to_owned(),
            ..self
        })
    }

    /// The warning about a file that other users can read.
    pub fn warning(&self) -> Option<String> {
        let path = self.exposed.as_ref()?.display();
        Some(format!(
            "other users of this machine can read {path}; chmod 600 {path} makes it private"
        ))
    }

    pub(super) fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }
}

fn text(name: &str, value: OsString) -> Result<String, String> {
    value.into_string().map_err(|_| format!("{name}: not valid Unicode"))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error: io::Error| format!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Whether users other than the owner may read a file.
#[cfg(unix)]
fn is_exposed(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_: &Path) -> bool {
    false
}
