//! The sentence model that the settings name.

use std::path::Path;

use problems::Model;

/// A sentence model of the settings.
pub(super) struct Meaning {
    folder: String,
    /// Bytes of its numbers: another model in the same folder is another one.
    bytes: u64,
}

impl Meaning {
    /// The model that a data folder's settings name. A relative folder lies in the data folder.
    pub(super) fn of(data: &Path, folder: &str) -> Self {
        let path = data.join(folder);
        let bytes = std::fs::metadata(path.join("model.safetensors")).map_or(0, |file| file.len());
        Self { folder: path.display().to_string(), bytes }
    }

    /// What tells results that rest on it from others.
    pub(super) fn mark(&self) -> String {
        format!("{} {}", self.folder, self.bytes)
    }

    /// The model, or why there is none.
    pub(super) fn read(&self) -> Result<Model, String> {
        let model = embed::Model::open(Path::new(&self.folder)).map_err(|error| error.to_string())?;
        Ok(Model::new(move |text| model.vector(text)))
    }
}
