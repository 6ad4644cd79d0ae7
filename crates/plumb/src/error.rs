//! Errors by kind, each with an exit code and a hint that says what to do next.

use std::fmt::Display;
use std::io::ErrorKind;
use std::process::ExitCode;

use work::RecordError;

use crate::commands::output::harmless;

/// Why a command did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command was given wrongly: exit code 2.
    Usage,
    /// What was given to read cannot be read: exit code 3.
    Refused,
    /// Something broke inside: exit code 1.
    Internal,
}

impl Kind {
    /// What to do next where nothing more is known.
    fn hint(self) -> &'static str {
        match self {
            Self::Usage => "the same command with --help tells what it takes",
            Self::Refused => "mend what is named, then run the command again",
            Self::Internal => "run it again with PLUMB_LOG=debug, and keep what it prints",
        }
    }
}

/// An error as it is told on standard error.
#[derive(Debug)]
pub struct CommandError {
    /// Its kind.
    pub kind: Kind,
    /// What is wrong.
    pub message: String,
    /// What to do next; where nothing more is known, what is to be done with any error of its kind.
    pub hint: Option<String>,
}

impl CommandError {
    /// Wrong use.
    pub fn usage(message: impl Display) -> Self {
        Self { kind: Kind::Usage, message: message.to_string(), hint: None }
    }

    /// Input refused.
    pub fn refused(message: impl Display) -> Self {
        Self { kind: Kind::Refused, message: message.to_string(), hint: None }
    }

    /// Broken inside.
    pub fn internal(message: impl Display) -> Self {
        Self { kind: Kind::Internal, message: message.to_string(), hint: None }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The exit code of its kind.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Internal => 1,
            Kind::Usage => 2,
            Kind::Refused => 3,
        })
    }

    /// Tells it on standard error.
    pub fn print(&self) {
        eprintln!("error: {}", harmless(&self.message));
        eprintln!("hint: {}", harmless(self.hint.as_deref().unwrap_or_else(|| self.kind.hint())));
    }
}

/// A folder that cannot be used as it is given is refused; what breaks while it is used is ours.
impl From<RecordError> for CommandError {
    fn from(error: RecordError) -> Self {
        let of_folder = match &error {
            RecordError::Io { source, .. } => matches!(
                source.kind(),
                ErrorKind::NotADirectory
                    | ErrorKind::AlreadyExists
                    | ErrorKind::NotFound
                    | ErrorKind::PermissionDenied
                    | ErrorKind::ReadOnlyFilesystem
            ),
            RecordError::Damaged { .. } | RecordError::Refused(_) => true,
            RecordError::Query(_) => false,
        };
        if of_folder { Self::refused(error).hint("--data DIR names another folder") } else { Self::internal(error) }
    }
}

/// How a command ended when it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// All of it.
    All,
    /// With rejected rows: exit code 4.
    WithRejects,
}

impl From<Done> for ExitCode {
    fn from(done: Done) -> Self {
        match done {
            Done::All => Self::from(0),
            Done::WithRejects => Self::from(4),
        }
    }
}

/// What every command gives.
pub type CommandResult = Result<Done, CommandError>;
