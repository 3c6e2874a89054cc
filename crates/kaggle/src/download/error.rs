//! What can go wrong with a download.

use std::path::PathBuf;

use host::FileError;

use super::request::Request;

/// Why a download failed. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The source needs credentials, and there are none.
    #[error(
        "Kaggle gives {what} to its users only, and there are no credentials: create a token at \
         {settings} and save it as \
         {file}; the digits in data/ need none"
    )]
    NoCredentials {
        /// The source, in words.
        what: String,
        /// The page where tokens are made.
        settings: String,
        /// Where the token goes.
        file: PathBuf,
    },
    /// Kaggle does not know the credentials.
    #[error("Kaggle refuses the credentials from {origin} (401); create a new token at {settings}")]
    Unauthorized {
        /// Where they were found.
        origin: String,
        /// The page where tokens are made.
        settings: String,
    },
    /// Kaggle refuses this user.
    #[error("Kaggle refuses {what} (403: {said}); accept the rules in the browser: {page}")]
    Forbidden {
        /// The source, in words.
        what: String,
        /// What Kaggle says.
        said: String,
        /// Where rules are accepted.
        page: String,
    },
    /// There is no such thing.
    #[error("Kaggle has no {what} (404); see {page}")]
    NotFound {
        /// The source, in words.
        what: String,
        /// Where to look.
        page: String,
    },
    /// Any other answer.
    #[error("{host} answers {status}{said}; expected the file")]
    Status {
        /// The server.
        host: String,
        /// The status.
        status: u16,
        /// The explanation, in brackets, or nothing.
        said: String,
    },
    /// A web page instead of a file.
    #[error(
        "{host} answers with a web page instead of {what}; is there a proxy or a login page \
         between?"
    )]
    WebPage {
        /// The server.
        host: String,
        /// The source, in words.
        what: String,
    },
    /// The server does not answer.
    #[error("{host}: {reason}")]
    Connection {
        /// The server.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// The connection breaks again and again.
    #[error(
        "the connection to {host} broke off after {done} of {all} bytes ({reason}); the same \
         command starts again"
    )]
    Broken {
        /// The server.
        host: String,
        /// How many bytes arrived.
        done: u64,
        /// How many there should be.
        all: String,
        /// What the system says.
        reason: String,
    },
    /// Other bytes arrived than were sent.
    #[error(
        "the download of {what} is damaged: its MD5 is {found}, expected {expected}; the same \
         command tries again"
    )]
    Checksum {
        /// The source, in words.
        what: String,
        /// Of what arrived.
        found: String,
        /// Of what was sent.
        expected: String,
    },
    /// The file is not what was downloaded once.
    #[error("{}: changed since it was downloaded; move it away to download it again", .0.display())]
    Changed(PathBuf),
    /// What was downloaded cannot be unpacked.
    #[error("{what}: {reason}")]
    Unpack {
        /// The source, in words.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The disk fails.
    #[error(transparent)]
    File(#[from] FileError),
    /// A stop was requested.
    #[error("stopped; the same command starts the download again")]
    Stopped,
}

impl DownloadError {
    /// There are no credentials.
    pub(super) fn no_credentials(request: &Request) -> Self {
        Self::NoCredentials {
            what: request.source.words(),
            settings: request.address.settings(),
            file: request.credentials.file().to_owned(),
        }
    }
}
