//! The pages that are generated from the code are those of the code.

use crate::support::Folder;

fn same(page: &str, generated: &str, how: &str) {
    let path = format!("{}/../../docs/{page}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "docs/{page} is stale: {how}");
}

#[test]
fn the_reference_of_commands_is_the_code() {
    let ran = Folder::new().run("reference").done();
    same("commands.md", &ran.out, "plumb reference > docs/commands.md");
}

#[test]
fn the_definitions_of_measures_are_the_code() {
    same("measures.md", &measures::definitions_markdown(), "run this test once with UPDATE_DOCS=1 set");
}
