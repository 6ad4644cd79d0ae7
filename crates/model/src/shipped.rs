//! The model that ships with Plumb, compiled in.

use std::sync::OnceLock;

use crate::{Model, read};

/// Key and text of each quality: WHATs, then HOWs, then skills.
const QUALITIES: &[(&str, &str)] = &[
    ("greater-goals", include_str!("../../../model/qualities/greater-goals.toml")),
    ("team-goals", include_str!("../../../model/qualities/team-goals.toml")),
    ("future", include_str!("../../../model/qualities/future.toml")),
    ("strategies", include_str!("../../../model/qualities/strategies.toml")),
    ("explaining-why", include_str!("../../../model/qualities/explaining-why.toml")),
    ("reinforcing", include_str!("../../../model/qualities/reinforcing.toml")),
    ("resources", include_str!("../../../model/qualities/resources.toml")),
    ("truth", include_str!("../../../model/qualities/truth.toml")),
    ("integrity", include_str!("../../../model/qualities/integrity.toml")),
    ("available", include_str!("../../../model/qualities/available.toml")),
    ("consistent", include_str!("../../../model/qualities/consistent.toml")),
    ("optimism", include_str!("../../../model/qualities/optimism.toml")),
    ("perseverance", include_str!("../../../model/qualities/perseverance.toml")),
    ("empowering", include_str!("../../../model/qualities/empowering.toml")),
    ("credibility", include_str!("../../../model/qualities/credibility.toml")),
    ("adaptability", include_str!("../../../model/qualities/adaptability.toml")),
    ("service", include_str!("../../../model/qualities/service.toml")),
    ("humour", include_str!("../../../model/qualities/humour.toml")),
    ("open-mindedness", include_str!("../../../model/qualities/open-mindedness.toml")),
    ("risk-taking", include_str!("../../../model/qualities/risk-taking.toml")),
    ("communication", include_str!("../../../model/qualities/communication.toml")),
    ("strategic-mindset", include_str!("../../../model/qualities/strategic-mindset.toml")),
    ("relationships", include_str!("../../../model/qualities/relationships.toml")),
    ("alignment", include_str!("../../../model/qualities/alignment.toml")),
    ("self-awareness", include_str!("../../../model/qualities/self-awareness.toml")),
    ("composure", include_str!("../../../model/qualities/composure.toml")),
    ("leveraging-differences", include_str!("../../../model/qualities/leveraging-differences.toml")),
    ("conflict-resolution", include_str!("../../../model/qualities/conflict-resolution.toml")),
    ("active-listening", include_str!("../../../model/qualities/active-listening.toml")),
    ("empathy", include_str!("../../../model/qualities/empathy.toml")),
    ("diplomacy", include_str!("../../../model/qualities/diplomacy.toml")),
    ("decisiveness", include_str!("../../../model/qualities/decisiveness.toml")),
    ("team-building", include_str!("../../../model/qualities/team-building.toml")),
    ("problem-solving", include_str!("../../../model/qualities/problem-solving.toml")),
    ("visibility", include_str!("../../../model/qualities/visibility.toml")),
];

/// Key and text of each module, in the order in which they are offered.
const MODULES: &[(&str, &str)] = &[
    ("first-90-days", include_str!("../../../model/training/first-90-days.toml")),
    ("explaining-why", include_str!("../../../model/training/explaining-why.toml")),
    ("listening", include_str!("../../../model/training/listening.toml")),
    ("delegation", include_str!("../../../model/training/delegation.toml")),
    ("conflict", include_str!("../../../model/training/conflict.toml")),
    ("root-cause", include_str!("../../../model/training/root-cause.toml")),
    ("money-for-executives", include_str!("../../../model/training/money-for-executives.toml")),
    ("self-awareness", include_str!("../../../model/training/self-awareness.toml")),
    ("customer-service", include_str!("../../../model/training/customer-service.toml")),
];

const OUTCOMES: &str = include_str!("../../../model/outcomes.toml");
const PLACES: &str = include_str!("../../../model/places.toml");
const PULSE: &str = include_str!("../../../model/pulse.toml");
const STARTERS: &str = include_str!("../../../model/starters.toml");
const SITUATIONS: &str = include_str!("../../../model/situations.toml");

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
            pulse: read::pulse(PULSE).unwrap_or_default(),
            starters: read::starters(STARTERS).unwrap_or_default(),
            situations: read::situations(SITUATIONS).unwrap_or_default(),
        }
    })
}

/// Path in the folder `model/` and text of every file that is compiled in.
#[must_use]
pub fn files() -> Vec<(String, &'static str)> {
    let qualities = QUALITIES.iter().map(|(key, text)| (format!("qualities/{key}.toml"), *text));
    let modules = MODULES.iter().map(|(key, text)| (format!("training/{key}.toml"), *text));
    let rest = [
        ("outcomes.toml", OUTCOMES),
        ("places.toml", PLACES),
        ("pulse.toml", PULSE),
        ("situations.toml", SITUATIONS),
        ("starters.toml", STARTERS),
    ];
    let rest = rest.map(|(path, text)| (path.to_owned(), text));
    qualities.chain(modules).chain(rest).collect()
}
