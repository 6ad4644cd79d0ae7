//! The sentence model that `--model` names.

use std::path::Path;

use problems::similar::Model;

use crate::error::CommandError;

/// Reads the model, where one is named.
pub fn read(path: Option<&Path>) -> Result<Option<Model>, CommandError> {
    let Some(path) = path else { return Ok(None) };
    let model = embed::Model::open(path).map_err(CommandError::refused)?;
    Ok(Some(Model::new(move |text| model.vector(text))))
}
