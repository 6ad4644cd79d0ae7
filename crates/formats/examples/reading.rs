//! How fast each format is read: `cargo run --release -p formats --example reading -- FOLDER [MEGABYTES]`.
//! The files are made once, of rows that look like those of a service desk, and are read three times. What
//! counts is processor time as Linux tells it, so that other work on the machine does not.

use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;

use formats::{Limits, Record, open};

const NAMES: [&str; 12] = [
    "number",
    "state",
    "opened_at",
    "closed_at",
    "priority",
    "category",
    "assignment_group",
    "cmdb_ci",
    "caller_id",
    "short_description",
    "description",
    "close_code",
];

fn row(n: u64) -> [String; 12] {
    let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    [
        format!("INC{n:07}"),
        ["New", "In Progress", "On Hold", "Resolved", "Closed"][(mixed % 5) as usize].into(),
        format!("2024-{:02}-{:02} {:02}:15:00", mixed % 12 + 1, mixed % 28 + 1, mixed % 24),
        format!("2024-{:02}-{:02} {:02}:45:10", mixed % 12 + 1, mixed % 28 + 1, mixed % 24),
        format!("{} - Moderate", mixed % 4 + 1),
        format!("Category {}", mixed % 55),
        format!("Group {}", mixed % 70),
        format!("server-{:04}", mixed % 9000),
        format!("Caller {}", mixed % 5000),
        format!("Printer on floor {} does not answer", mixed % 40),
        format!("The user says that printer {} stopped. Größe {} of the tray seems wrong.", mixed % 300, mixed % 7),
        String::new(),
    ]
}

fn make(kind: &str, path: &Path, bytes: u64) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    let mut written = 0;
    let mut text = String::new();
    let _ = match kind {
        "csv" => writeln!(text, "{}", NAMES.join(",")),
        "quoted" => writeln!(text, "\"{}\"", NAMES.join("\",\"")),
        "json" => write!(text, "{{\"records\":["),
        "xml" => write!(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<unload unload_date=\"2024-03-01\">\n"),
        "xes" => write!(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1.0\">\n"),
        _ => Ok(()),
    };
    let mut n = 0;
    while written < bytes {
        n += 1;
        let row = row(n);
        let pairs = || NAMES.iter().zip(&row);
        let _ = match kind {
            "csv" => writeln!(text, "{}", row.join(",")),
            "quoted" => writeln!(text, "\"{}\"", row.join("\",\"")),
            "json" | "jsonl" => {
                if kind == "json" && n > 1 {
                    text.push_str(",\n");
                }
                let members: Vec<String> = pairs().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
                write!(text, "{{{}}}{}", members.join(","), if kind == "json" { "" } else { "\n" })
            }
            "xml" => {
                let members =
                    pairs().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect::<Vec<String>>().concat();
                writeln!(text, "<incident>{members}</incident>")
            }
            _ => {
                let case = format!("<string key=\"concept:name\" value=\"{}\"/>", row[0]);
                let event = pairs()
                    .skip(1)
                    .map(|(name, value)| format!("<string key=\"{name}\" value=\"{value}\"/>\n"))
                    .collect::<Vec<String>>()
                    .concat();
                writeln!(text, "<trace>\n{case}\n<event>\n{event}</event>\n<event>\n{event}</event>\n</trace>")
            }
        };
        written += text.len() as u64;
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    out.write_all(match kind {
        "json" => b"]}",
        "xml" => b"</unload>",
        "xes" => b"</log>",
        _ => b"",
    })
}

/// Seconds that this thread has run.
fn processor_seconds() -> Result<f64, Box<dyn std::error::Error>> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = told.split_whitespace().next().ok_or("the kernel does not tell")?.parse()?;
    Ok(nanoseconds / 1e9)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut given = std::env::args().skip(1);
    let folder = given.next().ok_or("give a folder to put files in")?;
    let megabytes: u64 = given.next().map_or(Ok(200), |megabytes| megabytes.parse())?;
    for kind in ["csv", "quoted", "json", "jsonl", "xml", "xes"] {
        let path = Path::new(&folder).join(format!("speed-{megabytes}.{kind}"));
        if !path.exists() {
            make(kind, &path, megabytes * 1_000_000)?;
        }
        let bytes = std::fs::metadata(&path)?.len();
        let mut best = f64::MAX;
        let mut rows = 0_u64;
        for _ in 0..3 {
            let start = processor_seconds()?;
            rows = 0;
            for (_, mut reader) in open(&path, Limits::default())? {
                let mut record = Record::default();
                while let Some(row) = reader.next(&mut record)? {
                    rows += u64::from(row.is_ok());
                }
            }
            best = best.min(processor_seconds()? - start);
        }
        #[expect(clippy::cast_precision_loss, reason = "sizes of files stay far below 2^52")]
        let speed = bytes as f64 / best / 1e6;
        println!("{kind:8} {rows:>9} rows {speed:>7.0} MB/s");
    }
    Ok(())
}
