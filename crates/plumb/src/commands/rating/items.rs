//! `ITEMS.toml`: what the forms ask.

use std::path::Path;

use rating::grm;
use rating::model::Questionnaire;
use serde::Deserialize;

use crate::error::CommandError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "five")]
    scale: u8,
    #[serde(default)]
    item: Vec<Entry>,
}

fn five() -> u8 {
    5
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    quality: String,
    #[serde(default)]
    reverse: bool,
    slope: Option<f64>,
    thresholds: Option<Vec<f64>>,
}

/// Items by name, with the names of the qualities in order of first mention.
pub struct Items {
    /// Names of the items.
    pub names: Vec<String>,
    /// Whether 1 is the best answer.
    pub reverse: Vec<bool>,
    /// Names of the qualities.
    pub qualities: Vec<String>,
    /// As the model has them.
    pub questionnaire: Questionnaire,
    /// Items that are known before.
    pub anchors: Vec<Option<grm::Item>>,
}

/// Reads the file.
///
/// # Errors
/// Refused with the item and what to do.
pub fn read(path: &Path) -> Result<Items, CommandError> {
    let name = path.display().to_string();
    let refused = |message: String| CommandError::refused(format!("{name}: {message}"));
    let text = std::fs::read_to_string(path).map_err(|error| {
        refused(error.to_string()).hint("give a TOML file: scale = 5, then [[item]] with name and quality")
    })?;
    let file: File = toml::from_str(&text).map_err(|error| {
        refused(error.to_string().trim().to_owned())
            .hint("scale = 5, then [[item]] with name, quality, and if you like reverse, slope, thresholds")
    })?;
    if file.item.is_empty() {
        return Err(refused("there is no [[item]]".into()).hint("write one [[item]] for every column of answers"));
    }
    if !(2..=20).contains(&file.scale) {
        return Err(refused(format!("a scale of {} points", file.scale)).hint("2 to 20 are possible, 5 are usual"));
    }
    let mut out = Items {
        names: Vec::new(),
        reverse: Vec::new(),
        qualities: Vec::new(),
        questionnaire: Questionnaire { quality_of: Vec::new(), categories: file.scale },
        anchors: Vec::new(),
    };
    for entry in file.item {
        if out.names.contains(&entry.name) {
            return Err(refused(format!("the item `{}` is there twice", entry.name)).hint("leave one of them out"));
        }
        let anchor = match (entry.slope, entry.thresholds) {
            (None, None) => None,
            (Some(slope), Some(thresholds)) => Some(grm::Item::from_thresholds(slope, &thresholds)),
            _ => {
                return Err(refused(format!("the item `{}` has a slope or thresholds, not both", entry.name))
                    .hint("give both where the item is known from elsewhere, else neither"));
            }
        };
        let quality = out.qualities.iter().position(|known| *known == entry.quality).unwrap_or_else(|| {
            out.qualities.push(entry.quality.clone());
            out.qualities.len() - 1
        });
        out.names.push(entry.name);
        out.reverse.push(entry.reverse);
        out.questionnaire.quality_of.push(quality);
        out.anchors.push(anchor);
    }
    Ok(out)
}
