//! The qualities of the model, as forms offer them and pages name them.

use model::{Kind, Quality};

fn kind(quality: &Quality) -> &'static str {
    match quality.kind {
        Kind::What => "WHAT",
        Kind::How => "HOW",
        Kind::Skill => "skill",
    }
}

/// Keys with names, in the order of the model.
pub(crate) fn choices() -> Vec<(&'static str, String)> {
    let all = &model::shipped().qualities;
    all.iter().map(|one| (one.key.as_str(), format!("{} ({})", one.name, kind(one)))).collect()
}

/// A quality by its key.
pub(crate) fn get(key: &str) -> Option<&'static Quality> {
    model::shipped().qualities.iter().find(|one| one.key == key)
}

/// Its name; the key itself where an earlier version of the model had it and this one has not.
pub(crate) fn name(key: &str) -> &str {
    get(key).map_or(key, |one| one.name.as_str())
}
