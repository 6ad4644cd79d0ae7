//! The manifest: the one file that says which others are the record. Renaming it into place is the
//! commit; whatever it does not name does not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::RecordError;
use crate::stage::PARTS;

/// Name of the manifest in the data folder.
pub(crate) const NAME: &str = "record.json";
/// Version of the record's form on disk.
const FORM: u32 = 1;
/// The tables, which are also the folders of their files.
pub(crate) const TABLES: [&str; 3] = ["tickets", "events", "changes"];

/// Rows of a table that lie in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DataFile {
    /// Path below the data folder.
    pub(crate) path: String,
    /// Rows in it.
    pub(crate) rows: u64,
}

/// A run of key parts and the files that hold its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bucket {
    /// First part.
    pub(crate) from: usize,
    /// Part after the last.
    pub(crate) to: usize,
    /// Files in the order of [`TABLES`]; none where there are no rows.
    pub(crate) files: [Option<DataFile>; 3],
}

/// One file that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedFile {
    /// The file as it was named.
    pub name: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
    /// The profile that read it.
    pub profile: String,
    /// When it was imported.
    pub at: Timestamp,
    /// The zone that its dates were read in, where one was needed.
    pub zone: Option<String>,
    /// Generation of the record that it made.
    pub generation: u64,
    /// Source rows read.
    pub rows: u64,
    /// Rows that brought a new ticket or change.
    pub kept: u64,
    /// Rows that brought something new to one that was there.
    pub updated: u64,
    /// Rows that brought nothing new.
    pub unchanged: u64,
    /// Rows that could not be kept.
    pub rejected: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) form: u32,
    pub(crate) generation: u64,
    /// Buckets that keys are spread over: together all parts, each part once.
    pub(crate) buckets: Vec<Bucket>,
    /// Files of the generation before that are no longer named; readers may still hold them.
    pub(crate) previous: Vec<String>,
    /// By source, which of the derivable fields it gives itself (bits in the order of
    /// [`crate::fields::DERIVABLE`]).
    pub(crate) sources: BTreeMap<String, u8>,
    /// Everything that was imported, in order.
    pub(crate) imports: Vec<ImportedFile>,
}

impl Manifest {
    /// Reads the manifest of a data folder; an empty or missing folder is an empty record.
    pub(crate) fn read(data: &Path) -> Result<Self, RecordError> {
        let path = data.join(NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { form: FORM, ..Self::default() });
            }
            Err(error) => return Err(RecordError::io(&path, "reading the record")(error)),
        };
        let manifest: Self = serde_json::from_slice(&bytes)
            .map_err(|error| RecordError::damaged(&path, format!("this is not a record of Plumb ({error})")))?;
        if manifest.form != FORM {
            return Err(RecordError::Damaged {
                path,
                reason: format!("the record has form {}, this version of Plumb reads form {FORM}", manifest.form),
                remedy: "Use the version of Plumb that wrote it, or import the exports again into an empty folder",
            });
        }
        let mut next = 0;
        for bucket in &manifest.buckets {
            if bucket.from != next || bucket.to <= bucket.from || bucket.to > PARTS {
                return Err(RecordError::damaged(&path, "its buckets do not cover all keys"));
            }
            next = bucket.to;
        }
        if !manifest.buckets.is_empty() && next != PARTS {
            return Err(RecordError::damaged(&path, "its buckets do not cover all keys"));
        }
        Ok(manifest)
    }

    /// Makes this manifest the valid one: all that it names must already be on disk.
    pub(crate) fn commit(&self, data: &Path) -> Result<(), RecordError> {
        let path = data.join(NAME);
        let fresh = data.join("record.json.new");
        let text = serde_json::to_vec(self)
            .map_err(|error| RecordError::damaged(&path, format!("the manifest could not be put in words: {error}")))?;
        let io = |error| RecordError::io(&fresh, "writing the record")(error);
        let mut file = File::create(&fresh).map_err(io)?;
        file.write_all(&text).map_err(io)?;
        file.sync_all().map_err(io)?;
        drop(file);
        fs::rename(&fresh, &path).map_err(RecordError::io(&path, "committing the record"))?;
        sync_folder(data)
    }

    /// Rows of a table.
    pub(crate) fn rows(&self, table: usize) -> u64 {
        self.files(table).map(|file| file.rows).sum()
    }

    /// Files of a table.
    pub(crate) fn files(&self, table: usize) -> impl Iterator<Item = &DataFile> {
        self.buckets.iter().filter_map(move |bucket| bucket.files.get(table)?.as_ref())
    }

    /// Paths of all data files, below the data folder.
    pub(crate) fn paths(&self) -> BTreeSet<&str> {
        self.buckets.iter().flat_map(|bucket| &bucket.files).flatten().map(|file| file.path.as_str()).collect()
    }

    /// Removes what killed imports and older generations left. Only files that carry the record's
    /// own names are touched.
    pub(crate) fn clean(&self, data: &Path) {
        let named = self.paths();
        for table in TABLES {
            let Ok(entries) = fs::read_dir(data.join(table)) else { continue };
            for entry in entries.flatten() {
                let name = entry.file_name();
                let Some(name) = name.to_str() else { continue };
                let path = format!("{table}/{name}");
                let ours = name.starts_with('b') && name.ends_with(".parquet") && name.contains("-g");
                if ours && !named.contains(path.as_str()) && !self.previous.contains(&path) {
                    remove(&entry.path());
                }
            }
        }
        crate::import::finish_rejects(data, self.generation);
        let staging = staging(data);
        if staging.exists()
            && let Err(error) = fs::remove_dir_all(&staging)
        {
            tracing::warn!(path = %staging.display(), %error, "leftovers of an import could not be removed");
        }
        // The latest earlier results stay: the next search goes on from them, also after several imports in a row.
        let entries = fs::read_dir(data.join("derived")).into_iter().flatten().flatten();
        let derived: Vec<(u64, PathBuf)> = entries
            .filter_map(|entry| {
                let generation = entry.file_name().to_str()?.strip_prefix('g')?.parse::<u64>().ok()?;
                (generation < self.generation).then(|| (generation, entry.path()))
            })
            .collect();
        let latest = derived.iter().map(|(generation, _)| *generation).max();
        for (_, path) in derived.iter().filter(|(generation, _)| Some(*generation) < latest) {
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// Where a running import keeps what it has read.
pub(crate) fn staging(data: &Path) -> PathBuf {
    data.join("staging")
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(path = %path.display(), %error, "a file that is no longer needed could not be removed");
    }
}

/// Makes names in a folder outlive a loss of power.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), RecordError> {
    // Only Unix lets a folder be opened as a file; elsewhere renames are ordered by the file system.
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(RecordError::io(folder, "making the folder safe on disk"))?;
    }
    Ok(())
}
