//! The sentence model that the settings name, where this build reads any.

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

    /// What tells results that rest on it from others: also whether this build could read it.
    pub(super) fn mark(&self) -> String {
        format!("{} {} {}", self.folder, self.bytes, cfg!(feature = "embed"))
    }

    /// The model, or why there is none.
    #[cfg(feature = "embed")]
    pub(super) fn read(&self) -> Result<Model, String> {
        let model = embed::Model::open(Path::new(&self.folder)).map_err(|error| error.to_string())?;
        Ok(Model::new(move |text| model.vector(text)))
    }

    /// Why there is none: this build reads none.
    #[cfg(not(feature = "embed"))]
    #[expect(clippy::unused_self, reason = "as with models")]
    pub(super) fn read(&self) -> Result<Model, String> {
        Err("this build reads no sentence models; one with the feature `embed` does".to_owned())
    }
}
