//! Mistakes of the user, which have an exit code of their own.

use std::fmt::Display;

/// A mistake in a command. Its text is one line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// Marks errors as mistakes of the user.
pub trait OrUsage<T> {
    /// The value, or the error as a [`UsageError`].
    fn or_usage(self) -> Result<T, UsageError>;
}

impl<T, E: Display> OrUsage<T> for Result<T, E> {
    fn or_usage(self) -> Result<T, UsageError> {
        self.map_err(|error| UsageError(error.to_string()))
    }
}
