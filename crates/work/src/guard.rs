//! What keeps an import alone and its pseudonyms the same: the lock and the key of a data folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use crate::error::RecordError;
use crate::manifest::sync_folder;

/// The lock of a data folder, held until it is dropped; the system lets go of it when the process dies.
pub(crate) struct Guard {
    _file: File,
}

/// Takes the lock of a data folder; when another import has it, says so and waits.
pub(crate) fn lock(data: &Path, waiting: &mut dyn FnMut()) -> Result<Guard, RecordError> {
    let path = data.join("record.lock");
    let io = |error| RecordError::io(&path, "locking the record")(error);
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            waiting();
            file.lock().map_err(io)?;
        }
        Err(TryLockError::Error(error)) => return Err(io(error)),
    }
    Ok(Guard { _file: file })
}

/// The key of the pseudonyms: the one in the folder, else one made of `entropy` and kept there,
/// readable by its owner alone.
pub(crate) fn key(data: &Path, entropy: [u8; 32]) -> Result<[u8; 32], RecordError> {
    let path = data.join("key");
    match File::open(&path) {
        Ok(mut file) => {
            let mut key = [0; 32];
            file.read_exact(&mut key).map_err(|_| {
                RecordError::damaged(
                    &path,
                    "the key of the pseudonyms is cut short: the same person would get another pseudonym",
                )
            })?;
            Ok(key)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            const DOING: &str = "making the key of the pseudonyms";
            let fresh = data.join("key.new");
            let _ = fs::remove_file(&fresh);
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&fresh).map_err(RecordError::io(&fresh, DOING))?;
            file.write_all(&entropy).map_err(RecordError::io(&fresh, DOING))?;
            file.sync_all().map_err(RecordError::io(&fresh, DOING))?;
            fs::rename(&fresh, &path).map_err(RecordError::io(&path, DOING))?;
            sync_folder(data)?;
            Ok(entropy)
        }
        Err(error) => Err(RecordError::io(&path, "reading the key of the pseudonyms")(error)),
    }
}
