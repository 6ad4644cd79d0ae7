//! The model that ships with Plumb, compiled in.

use std::sync::OnceLock;

use crate::{Model, read};

/// Key and text of each quality: WHATs, then HOWs, then skills.
const QUALITIES: &[(&str, &str)] =
    &[("active-listening", include_str!("../../../model/qualities/active-listening.toml"))];

/// Key and text of each module, in the order in which they are offered.
const MODULES: &[(&str, &str)] = &[];

const OUTCOMES: &str = include_str!("../../../model/outcomes.toml");
const PLACES: &str = include_str!("../../../model/places.toml");

/// The shipped model, read once.
#[must_use]
pub fn shipped() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        // What cannot be read is left out here; a test makes sure that there is nothing of that sort.
        let (version, outcomes) = read::outcomes(OUTCOMES).unwrap_or_default();
        Model {
            version,
            qualities: QUALITIES.iter().filter_map(|(key, text)| read::quality(key, text).ok()).collect(),
            outcomes,
            modules: MODULES.iter().filter_map(|(key, text)| read::module(key, text).ok()).collect(),
            places: read::places(PLACES).unwrap_or_default(),
        }
    })
}

/// Path in the folder `model/` and text of every file that is compiled in.
#[must_use]
pub fn files() -> Vec<(String, &'static str)> {
    let qualities = QUALITIES.iter().map(|(key, text)| (format!("qualities/{key}.toml"), *text));
    let modules = MODULES.iter().map(|(key, text)| (format!("training/{key}.toml"), *text));
    let rest = [("outcomes.toml".to_owned(), OUTCOMES), ("places.toml".to_owned(), PLACES)];
    qualities.chain(modules).chain(rest).collect()
}
