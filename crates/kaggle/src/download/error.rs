//! The errors of downloads.

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
        /// The page to create a token.
        settings: String,
        /// The file for the token.
        file: PathBuf,
    },
    /// Kaggle refuses the credentials.
    #[error("Kaggle refuses the credentials from {origin} (401); create a new token at {settings}")]
    Unauthorized {
        /// The file or the variable of the credentials.
        origin: String,
        /// The page where tokens are made.
        settings: String,
    },
    /// Kaggle refuses this user.
    #[error("Kaggle refuses {what} (403: {said}); accept the rules in the browser: {page}")]
    Forbidden {
        /// The source, in words.
        what: String,
        /// Kaggle's explanation.
        said: String,
        /// The page to accept the rules.
        page: String,
    },
    /// Kaggle has no such competition, data set or file.
    #[error("Kaggle has no {what} (404); see {page}")]
    NotFound {
        /// The source, in words.
        what: String,
        /// The page of the competition or the data set.
        page: String,
    },
    /// The server answers with another status.
    #[error("{host} answers {status}{said}; expected the file")]
    Status {
        /// The server.
        host: String,
        /// The status.
        status: u16,
        /// The explanation, in brackets, or nothing.
        said: String,
    },
    /// The server answers with a web page.
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
        /// The message of the system.
        reason: String,
    },
    /// The connection broke several times.
    #[error(
        "the connection to {host} broke off after {done} of {all} bytes ({reason}); the same \
         command starts again"
    )]
    Broken {
        /// The server.
        host: String,
        /// The number of received bytes.
        done: u64,
        /// The size of the file in bytes.
        all: String,
        /// The message of the system.
        reason: String,
    },
    /// The checksum of the download is wrong.
    #[error(
        "the download of {what} is damaged: its MD5 is {found}, expected {expected}; the same \
         command tries again"
    )]
    Checksum {
        /// The source, in words.
        what: String,
        /// The checksum of the received bytes.
        found: String,
        /// The checksum that the server gives.
        expected: String,
    },
    /// A downloaded file has changed.
    #[error("{}: changed since it was downloaded; move it away to download it again", .0.display())]
    Changed(PathBuf),
    /// The download cannot be unpacked.
    #[error("{what}: {reason}")]
    Unpack {
        /// The source, in words.
        what: String,
        /// The error in it.
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
    /// The error of missing credentials.
    pub(super) fn no_credentials(request: &Request) -> Self {
        Self::NoCredentials {
            what: request.source.words(),
            settings: request.address.settings(),
            file: request.credentials.file().to_owned(),
        }
    }
}
