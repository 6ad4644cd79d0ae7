//! The sentence model that the settings name.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use problems::Model;
use problems::text::tokens::mix;

/// Places of a model's numbers that are looked at to tell it from others, and bytes of each.
const LOOKED_AT: (u64, u64) = (16, 4_096);

/// A sentence model of the settings.
pub(super) struct Meaning {
    folder: String,
    /// Bytes of its numbers and what some of them come to: another model in the same folder is another one.
    numbers: (u64, u64),
}

impl Meaning {
    /// The model that a data folder's settings name. A relative folder lies in the data folder.
    pub(super) fn of(data: &Path, folder: &str) -> Self {
        let path = data.join(folder);
        // What cannot be read is refused with its reason when it is used.
        let numbers = looked_at(&path.join("model.safetensors")).unwrap_or_default();
        Self { folder: path.display().to_string(), numbers }
    }

    /// What tells results that rest on it from others.
    pub(super) fn mark(&self) -> String {
        format!("{} {} {:016x}", self.folder, self.numbers.0, self.numbers.1)
    }

    /// The model, or why there is none.
    pub(super) fn read(&self) -> Result<Model, String> {
        let model = embed::Model::open(Path::new(&self.folder)).map_err(|error| error.to_string())?;
        Ok(Model::new(move |text| model.vector(text)))
    }
}

/// Length of a file, and what places spread over it come to: training moves all numbers of a model.
fn looked_at(path: &Path) -> io::Result<(u64, u64)> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let mut sum = 0;
    for place in 0..LOOKED_AT.0 {
        // The first one at the begin, the last one up to the end.
        file.seek(SeekFrom::Start(bytes.saturating_sub(LOOKED_AT.1) * place / (LOOKED_AT.0 - 1)))?;
        let mut read = Vec::new();
        file.by_ref().take(LOOKED_AT.1).read_to_end(&mut read)?;
        sum = read.iter().fold(sum, |sum, byte| mix(sum, u64::from(*byte)));
    }
    Ok((bytes, sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_model_in_the_same_folder_is_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let write = |last: u8| {
            let mut numbers = vec![7_u8; 100_000];
            *numbers.last_mut().unwrap() = last;
            std::fs::write(folder.path().join("model.safetensors"), numbers).unwrap();
            Meaning::of(folder.path(), ".").mark()
        };
        let (one, same, other) = (write(1), write(1), write(2));
        assert!(one == same && one != other, "{one} {other}");
        assert!(Meaning::of(folder.path(), "none").mark().contains(" 0 "));
    }
}
