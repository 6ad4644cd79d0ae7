//! What is open to tests is open to tests alone, no key of a ledger is among it, and no test stands where none is run.

use std::fs;
use std::path::{Path, PathBuf};

/// A program without what stands behind two slashes: words about it do nothing.
fn code(text: &str) -> String {
    text.lines().flat_map(|line| [line.split("//").next().unwrap_or_default(), "\n"]).collect()
}

/// Whether a statement that is not ended yet lists what it uses.
fn lists(statement: &str) -> bool {
    let of_a_list = |letter: char| letter.is_alphanumeric() || letter.is_whitespace() || "_:{},*".contains(letter);
    statement.rsplit_once("use ").is_some_and(|(before, listed)| {
        (before.is_empty() || before.ends_with(char::is_whitespace))
            && listed.contains('{')
            && listed.chars().all(of_a_list)
    })
}

/// Whether a program comes to a module of the name `tested`: by a path, or by a list of what it uses.
fn comes_in(text: &str) -> bool {
    let of_a_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let text = code(text);
    text.match_indices("tested").any(|(at, word)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        if before.ends_with(of_a_name) || after.starts_with(of_a_name) {
            return false;
        }
        let statement = before.rsplit(';').next().unwrap_or_default();
        before.trim_end().ends_with("::") || after.trim_start().starts_with("::") || lists(statement)
    })
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Every crate of the workspace with the sources of its `src`.
fn crates() -> Vec<(PathBuf, Vec<PathBuf>)> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let benches = all.join("../benches");
    let folders = fs::read_dir(all).unwrap().map(|entry| entry.unwrap().path()).chain([benches]);
    let of = |folder: PathBuf| {
        let mut found = Vec::new();
        sources(&folder.join("src"), &mut found);
        (folder, found)
    };
    folders.filter(|folder| folder.join("src").is_dir()).map(of).collect()
}

#[test]
fn nothing_but_tests_comes_to_what_is_open_to_tests() {
    for inside in [
        "ledger::tested::forms(tx, key, wave)",
        "use ledger::tested;\n",
        "use ledger::{\n    Ledger,\n    tested,\n};\n",
        "}\n\npub use crate::{reports::{work, spent}, tested as open};\n",
        "use super::{felt, tested};",
        "tested :: forms()",
    ] {
        assert!(comes_in(inside), "{inside}");
    }
    for outside in [
        "let tested = 1;\nuse ledger::Ledger;\n",
        "pub mod tested;\n",
        "is_tested::<u8>()",
        "tested.len()",
        "//! See [`crate::tested`].\n",
        "p { \"In use \" } p { \"a cause was tested\" }",
    ] {
        assert!(!comes_in(outside), "{outside}");
    }
    let all: Vec<PathBuf> = crates().into_iter().flat_map(|(_, sources)| sources).collect();
    assert!(all.iter().any(|path| path.ends_with("ledger/src/tested.rs")), "the crates are read");
    let come_in: Vec<PathBuf> = all.into_iter().filter(|path| comes_in(&fs::read_to_string(path).unwrap())).collect();
    assert!(come_in.is_empty(), "only tests may use it: {come_in:#?}");
}

/// What the functions and acts of a program that are open to other crates take and give.
fn open_signatures(text: &str) -> impl Iterator<Item = &str> {
    let begins = ["pub fn ", "pub async fn ", "type Done = "];
    let rests = begins.into_iter().flat_map(move |begin| text.split(begin).skip(1));
    rests.map(|rest| rest.split('{').next().unwrap_or_default())
}

/// Whether one of the words of a signature is the name of what was answered.
fn of_answers(signature: &str) -> bool {
    let mut words = signature.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.any(|word| ["Form", "Comment", "Snapshot", "Worked"].contains(&word))
}

#[test]
fn the_room_of_the_seal_is_open_to_this_crate_and_by_the_door_of_tests_alone() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let root = fs::read_to_string(sources.join("lib.rs")).unwrap();
    assert!(root.contains("\npub(crate) mod sealed;\n") && root.contains("\n#[doc(hidden)]\npub mod tested;\n"));
    let (_, files) = crates().into_iter().find(|(folder, _)| folder.ends_with("ledger")).unwrap();
    let leak = "pub(crate) fn a() -> Form {\n}\npub fn b(of: [u8; 2]) -> Vec<Form> {\n}\n";
    assert_eq!(open_signatures(leak).filter(|signature| of_answers(signature)).count(), 1);
    let mut opened = Vec::new();
    for path in files.iter().filter(|path| !path.ends_with("ledger/src/tested.rs")) {
        let text = code(&fs::read_to_string(path).unwrap());
        let out = text.split(';').filter_map(|part| part.split_once("pub use ")).map(|(_, used)| used.to_owned());
        opened.extend(out.filter(|used| used.contains("sealed")));
        // Its types are public for those tests; so this says what the compiler said of private ones.
        let given: Vec<&str> = open_signatures(&text).filter(|signature| of_answers(signature)).collect();
        assert!(given.is_empty(), "{}: {given:#?}", path.display());
    }
    assert_eq!(opened, ["sealed::AnswerKey"], "nothing else leaves it");
}

/// Functions that reach into the seal without a key of their caller, or a folder of theirs in which one lies.
fn without_a_key(text: &str) -> Vec<&str> {
    let functions = text.split("\npub ").filter(|part| part.starts_with("fn ") || part.starts_with("async fn "));
    let of_pools =
        |part: &&str| ["sealed::", "Pool::Forms", ".open(", ".outsider("].iter().any(|word| part.contains(word));
    let handed_in = |part: &&str| {
        let signature = part.split("{\n").next().unwrap_or_default();
        signature.contains("key: &AnswerKey") || signature.contains("folder: &Path")
    };
    functions
        .filter(of_pools)
        .filter(|part| !handed_in(part))
        .map(|part| part.split('(').next().unwrap_or(part))
        .collect()
}

#[test]
fn whoever_opens_an_answer_hands_in_a_key_that_they_made() {
    assert_eq!(without_a_key("\npub async fn a(tx: &mut Tx) -> X {\n    sealed::forms(tx, &k)\n}\n"), ["async fn a"]);
    assert_eq!(without_a_key("\npub fn a(key: &AnswerKey) -> X {\n    key.open(b)\n}\n"), [""; 0]);
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tested.rs")).unwrap();
    assert!(text.contains("sealed::forms("), "it is read");
    assert_eq!(without_a_key(&text), [""; 0]);
    for word in ["answer_key", ".answers", "AnswerKey::kept", "AnswerKey::of", "snapshot::read"] {
        assert!(!text.contains(word), "{word} would be a key, or the answers, of the ledger");
    }
}

/// Whether a program holds a test, or anything else that is there in tests only.
fn holds_tests(text: &str) -> bool {
    let text: String = code(text).chars().filter(|letter| !letter.is_whitespace()).collect();
    let of_tests = [
        "#[test]",
        "::test]",
        "::test(",
        "proptest!",
        "cfg(test",
        "cfg!(test",
        "cfg_attr(test",
        "(test)",
        "(test,",
        ",test)",
        ",test,",
    ];
    of_tests.iter().any(|word| text.contains(word))
}

/// Whether a manifest says of its library or its program that it is not compiled as a test of itself.
fn is_apart(manifest: &str) -> bool {
    let said = |line: &str| line.split('#').next().unwrap_or_default().replace(' ', "");
    manifest.lines().any(|line| said(line) == "test=false")
}

#[test]
fn no_test_stands_where_none_is_run() {
    for test in [
        "#[cfg(test)]\nmod tests {",
        "#[cfg( all(unix, test) )]",
        "if cfg!(test) {",
        "#[cfg(any(test, feature = \"x\"))]",
        "#[cfg(not(test))]",
        "#[test]\nfn a() {}",
        "#[tokio::test]",
        "#[tokio::test(flavor = \"multi_thread\")]",
        "proptest! {",
    ] {
        assert!(holds_tests(test), "{test}");
    }
    for other in ["fn testing() {}", "// not under #[cfg(test)]\n", "pub mod tested;", "#[cfg(unix)]"] {
        assert!(!holds_tests(other), "{other}");
    }
    assert!(is_apart("[lib]\ntest=false # why\n") && !is_apart("[lib]\ndoctest = false\n# test = false\n"));
    let manifest = |folder: &Path| fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let all: Vec<_> = crates().into_iter().filter(|(folder, _)| is_apart(&manifest(folder))).collect();
    for known in ["ledger", "acts", "plumb"] {
        assert!(all.iter().any(|(folder, _)| folder.ends_with(known)), "the manifest of {known} is read");
    }
    let tests: Vec<PathBuf> = all
        .into_iter()
        .flat_map(|(_, sources)| sources)
        .filter(|path| holds_tests(&fs::read_to_string(path).unwrap()))
        .collect();
    assert!(tests.is_empty(), "their crate is not compiled as a test; they lie in tests/: {tests:#?}");
}
