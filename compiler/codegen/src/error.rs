//! Why a unit could not be compiled, from anywhere in this crate.

use inkwell::builder::BuilderError;
use inkwell::values::InstructionValueError;
use unit::FailureKind;

/// Becomes a [`unit::Failure`] once the unit's name is put to it.
#[derive(Debug)]
pub(crate) struct Error {
    pub(crate) kind: FailureKind,
    pub(crate) message: String,
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The unit breaks a rule of its format, or LLVM refused what we made of it: a fault of ours.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self {
            kind: FailureKind::Internal,
            message: message.into(),
        }
    }

    pub(crate) fn version(message: impl Into<String>) -> Self {
        Self {
            kind: FailureKind::Version,
            message: message.into(),
        }
    }

    pub(crate) fn io(message: impl Into<String>) -> Self {
        Self {
            kind: FailureKind::Io,
            message: message.into(),
        }
    }
}

impl From<BuilderError> for Error {
    fn from(error: BuilderError) -> Self {
        Self::internal(format!("LLVM's builder: {error}"))
    }
}

impl From<InstructionValueError> for Error {
    fn from(error: InstructionValueError) -> Self {
        Self::internal(format!("LLVM's builder: {error}"))
    }
}
