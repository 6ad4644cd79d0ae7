//! The profiles: mappings that know their own files, one embedded TOML file each.

use std::sync::OnceLock;

use crate::mapping::{Detect, Mapping};
use crate::survey::Survey;
use crate::words::fold;

/// Name and text of each profile. The more special one stands before the one it is built upon.
const TEXTS: &[(&str, &str)] = &[
    ("servicenow-log", include_str!("../profiles/servicenow-log.toml")),
    ("servicenow-change", include_str!("../profiles/servicenow-change.toml")),
    ("servicenow-problem", include_str!("../profiles/servicenow-problem.toml")),
    ("servicenow-request", include_str!("../profiles/servicenow-request.toml")),
    ("servicenow-incident", include_str!("../profiles/servicenow-incident.toml")),
    ("jira-service-management", include_str!("../profiles/jira-service-management.toml")),
    ("jira", include_str!("../profiles/jira.toml")),
    ("jira-rest", include_str!("../profiles/jira-rest.toml")),
    ("glpi", include_str!("../profiles/glpi.toml")),
    ("zammad", include_str!("../profiles/zammad.toml")),
    ("freshdesk", include_str!("../profiles/freshdesk.toml")),
    ("freshservice", include_str!("../profiles/freshservice.toml")),
    ("zendesk", include_str!("../profiles/zendesk.toml")),
    ("otrs", include_str!("../profiles/otrs.toml")),
    ("topdesk", include_str!("../profiles/topdesk.toml")),
    ("remedy", include_str!("../profiles/remedy.toml")),
    ("manageengine", include_str!("../profiles/manageengine.toml")),
    ("redmine", include_str!("../profiles/redmine.toml")),
    ("azure-devops", include_str!("../profiles/azure-devops.toml")),
    ("gitlab-issues", include_str!("../profiles/gitlab-issues.toml")),
    ("github-issues", include_str!("../profiles/github-issues.toml")),
    ("hp-service-manager-incidents", include_str!("../profiles/hp-service-manager-incidents.toml")),
    ("hp-service-manager-changes", include_str!("../profiles/hp-service-manager-changes.toml")),
    ("hp-service-manager-activities", include_str!("../profiles/hp-service-manager-activities.toml")),
    ("hp-service-manager-interactions", include_str!("../profiles/hp-service-manager-interactions.toml")),
    ("xes-problems", include_str!("../profiles/xes-problems.toml")),
    ("xes-incidents", include_str!("../profiles/xes-incidents.toml")),
    ("job-results", include_str!("../profiles/job-results.toml")),
];

pub(crate) fn text_of(name: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Names of all profiles.
pub fn names() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(name, _)| *name)
}

/// All profiles, read and whole (`extends` resolved).
#[must_use]
pub fn profiles() -> &'static [Mapping] {
    static PROFILES: OnceLock<Vec<Mapping>> = OnceLock::new();
    // A profile that cannot be read is left out here; a test makes sure that there is none.
    PROFILES.get_or_init(|| TEXTS.iter().filter_map(|(_, text)| Mapping::from_toml(text).ok()).collect())
}

/// A profile by its name.
#[must_use]
pub fn profile(name: &str) -> Option<&'static Mapping> {
    profiles().iter().find(|profile| profile.name == name)
}

/// The profile that knows this file, with its score from 0 to 1.
pub(crate) fn find(survey: &Survey) -> Option<(&'static Mapping, f64)> {
    let scored = profiles().iter().filter_map(|profile| {
        let score = score(profile, profile.detect.as_ref()?, survey)?;
        Some((profile, score))
    });
    // The first of equals: the more special profile stands before the one it is built upon.
    scored.fold(None, |best, (profile, score)| match best {
        Some((_, kept)) if score <= kept => best,
        _ => Some((profile, score)),
    })
}

fn score(profile: &Mapping, detect: &Detect, survey: &Survey) -> Option<f64> {
    let there = |name: &String| survey.find(name, &profile.endings).is_some();
    if !detect.all.iter().all(|names| names.iter().any(there))
        || detect.none.iter().any(|name| survey.find(name, &[]).is_some())
    {
        return None;
    }
    if let Some(repeated) = detect.repeated {
        let id = profile.fields.get(&crate::mapping::Field::Id)?;
        let column = id.from.iter().find_map(|name| survey.find(name, &profile.endings))?;
        if survey.columns.get(column)?.repeats() != repeated {
            return None;
        }
    }
    for test in &detect.values {
        let Some(column) = survey.find(&test.column, &profile.endings).and_then(|index| survey.columns.get(index))
        else {
            // Values that must not be there are not there.
            if test.not {
                continue;
            }
            return None;
        };
        let starts = |value: &&String| test.starts.iter().any(|start| fold(value).starts_with(&fold(start)));
        let hits = column.values.keys().filter(starts).filter_map(|value| column.values.get(value)).sum::<u64>();
        if (hits * 2 > column.values.values().sum::<u64>()) == test.not {
            return None;
        }
    }
    let any = |names: &&String| names.split('|').any(|name| survey.find(name, &profile.endings).is_some());
    let known = detect.known.iter().filter(any).count();
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    let share = if detect.known.is_empty() { 1.0 } else { known as f64 / detect.known.len() as f64 };
    Some(0.5 + 0.5 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_can_be_read_and_written_back() {
        for (name, text) in TEXTS {
            let mapping = Mapping::from_toml(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(&mapping.name, name);
            assert!(mapping.detect.is_some(), "{name} does not know its own files");
            assert!(!mapping.source.is_empty(), "{name} names no source");
            let written = mapping.to_toml().expect("it can be written");
            assert_eq!(Mapping::from_toml(&written), Ok(mapping), "{name}");
        }
    }

    #[test]
    fn no_profile_reads_a_handler() {
        for profile in profiles() {
            for (field, map) in &profile.fields {
                for column in &map.from {
                    assert!(!crate::persons::is_handler(column), "{}: {field:?} reads {column}", profile.name);
                }
            }
        }
    }
}
