//! What the workspace itself must keep to.

use std::path::Path;

/// Each foreign crate is pinned, taken without its default features, and says in one line why it is there.
#[test]
fn every_dependency_is_pinned_light_and_has_its_reason() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let listed = text.split("[workspace.dependencies]").nth(1).and_then(|rest| rest.split("\n[").next()).unwrap();
    let foreign: Vec<&str> = listed
        .lines()
        .filter(|line| line.contains(" = ") && !line.contains("path = ") && !line.starts_with('#'))
        .collect();
    assert!(foreign.len() > 50, "{} lines", foreign.len());
    for line in foreign {
        assert!(line.contains("version = \"="), "not pinned to a version: {line}");
        assert!(line.contains("default-features = false"), "with default features: {line}");
        let reason = line.split(" # ").nth(1).unwrap_or_default();
        assert!(reason.split(' ').count() > 1, "no reason: {line}");
    }
}

/// A profile takes over the levels of packages too: what the everyday one holds low, that for packagers raises again.
#[test]
fn what_is_packaged_is_optimised_fully() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let workspace: toml::Table = text.parse().unwrap();
    let levels = |profile: &str| workspace["profile"][profile]["package"].as_table().unwrap().clone();
    let (release, dist) = (levels("release"), levels("dist"));
    let level = |of: &toml::Table, name: &str| of.get(name)?.get("opt-level")?.as_integer();
    let low: Vec<&String> = release.keys().filter(|name| level(&release, name) != Some(3)).collect();
    assert!(low.len() > 20, "{low:?}");
    for name in low {
        assert_eq!(level(&dist, name), Some(3), "{name} stays at its everyday level in the profile dist");
    }
}
