//! The only place where the command line reads the clock and the machine's randomness.

use std::io::Read;

use jiff::Timestamp;

use crate::error::CommandError;

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "the outermost wiring: from here on the instant is handed in")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Random bytes of the operating system.
pub fn random(bytes: &mut [u8]) -> Result<(), CommandError> {
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(bytes))
        .map_err(|error| CommandError::internal(format!("the system gives no random bytes: {error}")))
}
