//! Mistakes of the user: they end the program with an exit code of their own.

use std::fmt::Display;

/// A command that cannot be carried out as it was given. Its text is one line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// Turns errors that are mistakes of the user into errors of usage.
pub trait OrUsage<T> {
    /// The value, or the error as one of usage.
    fn or_usage(self) -> Result<T, UsageError>;
}

impl<T, E: Display> OrUsage<T> for Result<T, E> {
    fn or_usage(self) -> Result<T, UsageError> {
        self.map_err(|error| UsageError(error.to_string()))
    }
}
