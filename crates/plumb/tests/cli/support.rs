//! Runs the program in a folder of its own.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

/// A folder in which the program runs; removed when the test is over.
pub struct Folder {
    path: PathBuf,
    _kept: Option<tempfile::TempDir>,
}

/// How a run ended.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
    pub bytes: Vec<u8>,
}

/// The program, told nothing by the environment.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plumb"));
    command.current_dir(folder).env_clear().env("TZ", "UTC");
    command
}

impl Folder {
    pub fn new() -> Self {
        let kept = tempfile::tempdir().unwrap();
        Self { path: kept.path().canonicalize().unwrap(), _kept: Some(kept) }
    }

    /// A folder with the small desk imported into `record`.
    pub fn small() -> Self {
        let folder = Self::new();
        folder.write("desk.csv", SMALL);
        let ran = folder.run("import desk.csv --data record");
        assert_eq!(ran.code, 0, "{}", ran.err);
        folder
    }

    /// A folder with the sample organisation in `record`: filled once, copied for each test that wants it.
    pub fn filled() -> Self {
        static FILLED: LazyLock<Folder> = LazyLock::new(|| {
            let folder = Folder::new();
            folder.run("demo --data record").done();
            folder
        });
        let folder = Self::new();
        for (path, bytes) in FILLED.everything() {
            let to = folder.path.join(path.strip_prefix(&FILLED.path).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::write(to, bytes).unwrap();
        }
        folder
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path.join(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs the program with arguments apart by blanks.
    pub fn run(&self, arguments: &str) -> Ran {
        self.run_with(&arguments.split_whitespace().collect::<Vec<_>>(), b"")
    }

    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = program(&self.path);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        let here = self.path.display().to_string();
        let text = |bytes: &[u8]| unkeyed(&String::from_utf8_lossy(bytes).replace(&here, "[folder]"));
        Ran {
            code: output.status.code().expect("it ended by itself"),
            out: text(&output.stdout),
            err: text(&output.stderr),
            bytes: output.stdout,
        }
    }

    /// Every file of the folder with its content, to see that nothing was written.
    pub fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut waiting = vec![self.path.clone()];
        while let Some(folder) = waiting.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    waiting.push(path);
                } else {
                    let bytes = std::fs::read(&path).unwrap();
                    found.push((path, bytes));
                }
            }
        }
        found.sort();
        found
    }
}

/// Pseudonyms hang on the key of the folder, which is drawn afresh: `p-…` instead of their digits.
pub fn unkeyed(text: &str) -> String {
    let mut parts = text.split("p-");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take(16).take_while(u8::is_ascii_hexdigit).count();
        out.push_str("p-");
        out.push_str(if digits == 16 { "…" } else { "" });
        out.push_str(if digits == 16 { &part[16..] } else { part });
    }
    out
}

impl Ran {
    /// Standard output as exactly one JSON value.
    pub fn json(&self) -> Value {
        let mut values = serde_json::Deserializer::from_str(&self.out).into_iter::<Value>();
        let value = values.next().unwrap_or_else(|| panic!("nothing on standard output; {}", self.err)).unwrap();
        assert!(values.next().is_none(), "more than one value on standard output: {}", self.out);
        value
    }

    /// The whole of it, for snapshots.
    pub fn whole(&self) -> String {
        let mut text = format!("exit code {}\n", self.code);
        for (name, part) in [("standard output", &self.out), ("standard error", &self.err)] {
            if !part.is_empty() {
                writeln!(text, "── {name}\n{}", part.trim_end()).unwrap();
            }
        }
        text
    }

    /// It did well; standard error for those who read it.
    pub fn done(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.whole());
        self
    }
}

/// A desk small enough to be counted by hand: ten tickets in the first two weeks of 2026.
pub const SMALL: &str = "\
number,opened_at,resolved_at,closed_at,incident_state,category,assignment_group,cmdb_ci,short_description,assigned_to,caller_id,reassignment_count,reopen_count,made_sla,priority
INC1,2026-01-05 08:00:00,2026-01-05 10:00:00,2026-01-06 10:00:00,Closed,Printer,North,prn-1,Printer is out of paper,Grace Hopper,Ada Lovelace,0,0,true,3 - Moderate
INC2,2026-01-05 09:30:00,2026-01-07 09:30:00,2026-01-08 09:30:00,Closed,Mail,South,mx-1,Cannot sign in to mail,Grace Hopper,Alan Turing,2,1,false,2 - High
INC3,2026-01-06 14:00:00,2026-01-06 15:00:00,2026-01-07 15:00:00,Closed,Mail,South,mx-1,Mail is slow,Grace Hopper,Ada Lovelace,0,0,true,3 - Moderate
INC4,2026-01-07 08:15:00,2026-01-07 08:45:00,2026-01-08 08:45:00,Closed,Printer,North,prn-2,Printer is out of paper again,Grace Hopper,Alan Turing,0,0,true,4 - Low
INC5,2026-01-08 11:00:00,2026-01-09 11:00:00,2026-01-10 11:00:00,Closed,Network,North,sw-1,No network on floor 3,Grace Hopper,Ada Lovelace,1,0,false,1 - Critical
INC6,2026-01-12 08:05:00,2026-01-12 12:05:00,2026-01-13 12:05:00,Closed,Printer,North,prn-1,Printer is out of paper,Grace Hopper,Kurt Gödel,0,0,true,3 - Moderate
INC7,2026-01-12 19:30:00,2026-01-13 07:30:00,2026-01-14 07:30:00,Closed,Mail,South,mx-1,Mail bounces,Grace Hopper,Ada Lovelace,1,0,true,2 - High
INC8,2026-01-13 10:00:00,2026-01-13 18:00:00,2026-01-14 18:00:00,Closed,Network,North,sw-1,VPN drops,Grace Hopper,Alan Turing,0,0,true,2 - High
INC9,2026-01-14 16:00:00,,,In Progress,Mail,South,mx-1,Calendar is not shared,Grace Hopper,Ada Lovelace,1,0,true,3 - Moderate
INC10,2026-01-16 09:00:00,,,New,Printer,North,prn-1,Printer is out of paper,,Kurt Gödel,0,0,true,4 - Low
";

/// The bundled sample, imported once for all tests that only read it.
pub fn sample() -> &'static Folder {
    static SAMPLE: LazyLock<Folder> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-sample");
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        let folder = Folder { path: path.canonicalize().unwrap(), _kept: None };
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/uci_incident_event_log.csv.xz");
        let ran = folder.run_with(&["import", file, "--data", "record", "--format", "json"], b"").done();
        let report = ran.json();
        assert_eq!((report["tickets"].as_u64(), report["events"].as_u64()), (Some(24_918), Some(141_712)));
        // Found once: tests that run at the same time only read.
        folder.run("brief --data record --format json").done();
        folder
    });
    &SAMPLE
}
