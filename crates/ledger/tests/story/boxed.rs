//! Questions that other rooms ask are compiled here once: where one is not boxed, every page that asks it compiles it, and
//! all that it awaits, once more.

use std::fs;
use std::path::Path;

/// Free functions of a file that other rooms can await in a transaction and that are not boxed.
fn unboxed(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = |line: &str| line.strip_prefix("pub async fn ").map(str::to_owned);
    let mut out = Vec::new();
    for (at, name) in lines.iter().enumerate().filter_map(|(at, line)| Some((at, begins(line)?))) {
        let signature: String = lines[at..].iter().take_while(|line| !line.contains('}')).copied().collect();
        let signature = signature.split('{').next().unwrap_or_default();
        let above = lines[..at].iter().rev().take_while(|line| line.starts_with("///") || line.starts_with("#["));
        let boxed = above.into_iter().any(|line| *line == "#[crate::asked]");
        // Over a type that is not known yet it cannot be.
        let name = name.split('(').next().unwrap_or_default().to_owned();
        if signature.contains("&mut Tx") && !boxed && !name.contains('<') {
            out.push(name);
        }
    }
    out
}

fn walk(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.extend(unboxed(&text).into_iter().map(|name| format!("{}: {name}", path.display())));
        }
    }
}

#[test]
fn every_question_of_the_ledger_is_boxed_where_it_is_written() {
    assert_eq!(unboxed("/// A.\npub async fn a(tx: &mut Tx) {\n}\n"), ["a"]);
    assert_eq!(unboxed("#[crate::asked]\npub async fn a(\n    tx: &mut Tx,\n) {\n}\n"), [""; 0]);
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.is_empty(), "put #[crate::asked] over them: {found:#?}");
}
