//! The sentence model that `--model` names.

use std::path::Path;

use problems::similar::Model;

use crate::error::CommandError;

/// Reads the model, where one is named.
#[cfg(feature = "embed")]
pub fn read(path: Option<&Path>) -> Result<Option<Model>, CommandError> {
    let Some(path) = path else { return Ok(None) };
    let model = embed::Model::open(path).map_err(CommandError::refused)?;
    Ok(Some(Model::new(move |text| model.vector(text))))
}

/// Tells that this build has none, where one is named.
#[cfg(not(feature = "embed"))]
pub fn read(path: Option<&Path>) -> Result<Option<Model>, CommandError> {
    path.map_or(Ok(None), |path| {
        Err(CommandError::usage(format!("{}: this build reads no sentence models", path.display()))
            .hint("build it with one more feature: cargo build --release --locked -p plumb --features embed"))
    })
}
