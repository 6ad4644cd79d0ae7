//! How long it takes to work a wave out: `wave FOLDER [--leaders 20000] [--raters 10] [--database postgres://…]` fills an
//! empty ledger with the sealed answers of a closed wave on thirty questions, works it out, and opens one report.
//! Prints a row of Markdown; processor time and peak memory are the kernel's own accounting of this process. Ends with an
//! error where a report takes longer to open than [`GOAL_MS`].

use std::error::Error;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use ledger::people::{self, Begin};
use ledger::reports::{self, MadeUp};
use ledger::{AnswerKey, Ledger};

/// Within how many milliseconds a report opens, the slowest of all that are tried.
const GOAL_MS: f64 = 100.0;

type Failure = Box<dyn Error + Send + Sync>;

#[expect(clippy::disallowed_methods, reason = "a measuring program reads the real clock")]
fn opened() -> (ledger::Now, ledger::Random) {
    let random = |bytes: &mut [u8]| {
        let filled = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes));
        assert!(filled.is_ok(), "no randomness");
    };
    (Arc::new(jiff::Timestamp::now), Arc::new(random))
}

#[expect(clippy::disallowed_methods, reason = "a measuring program reads the real clock")]
fn instant() -> Instant {
    Instant::now()
}

/// A field of `/proc/self/status` in MiB.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Forgets the peak so far, where the kernel lets it.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |flag: &str| arguments.iter().position(|one| one == flag).and_then(|at| arguments.get(at + 1)).cloned();
    let folder = arguments.first().ok_or("wave FOLDER [--leaders N] [--raters N] [--database URL]")?;
    std::fs::create_dir_all(folder)?;
    let url = after("--database").unwrap_or_else(|| format!("sqlite:{folder}/ledger.sqlite"));
    let leaders: usize = after("--leaders").map_or(Ok(20_000), |text| text.parse())?;
    let raters: usize = after("--raters").map_or(Ok(10), |text| text.parse())?;
    let (now, random) = opened();
    let key = AnswerKey::kept(Path::new(folder), &random)?;
    let ledger = Ledger::open(&url, now, random).await?.with_answers(key);
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann Lee".into(),
        email: "ann@example.org".into(),
        password: "no hash".into(),
        zone: "UTC".into(),
    };
    let ann = ledger.perform(&Begin::nobody(), &begin).await?;
    let ann = people::actor(&mut ledger.read().await?, ann).await?.ok_or("nobody is there")?;
    let wave = ledger.perform(&ann, &MadeUp { leaders, raters, seed: 1 }).await?;
    eprintln!("{leaders} leaders with {raters} raters each are there");
    forget_peak();
    let began = instant();
    let done = reports::work_out(&ledger, wave, |step| eprintln!("{:.1} s: {step:?}", began.elapsed().as_secs_f64()));
    let done = done.await?.ok_or("worked out before")?;
    let whole = began.elapsed().as_secs_f64();
    let peak = memory("VmHWM");
    // One report, opened as its person does.
    let mut tx = ledger.read().await?;
    let row = tx.one("select person from report order by person limit 1", &[]).await?.ok_or("no report")?;
    let person = people::actor(&mut tx, row.id("person")?).await?.ok_or("nobody is there")?;
    let report = reports::mine(&mut tx, &person).await?.first().ok_or("no report")?.id;
    drop(tx);
    let mut slowest = 0.0_f64;
    for _ in 0..50 {
        let began = instant();
        let mut tx = ledger.read().await?;
        let seen = reports::get(&mut tx, &person, report).await?.and_then(|seen| seen.report);
        assert!(seen.is_some_and(|report| report.tells()), "the report tells nothing");
        slowest = slowest.max(began.elapsed().as_secs_f64() * 1000.0);
    }
    println!(
        "| leaders | raters | engine | answers → reports, s | converged | peak MiB | one report, slowest of 50, ms |"
    );
    println!("|---|---|---|---|---|---|---|");
    let engine = if url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" };
    println!("| {leaders} | {raters} | {engine} | {whole:.1} | {} | {peak} | {slowest:.1} |", done.converged);
    ledger.close().await;
    if slowest > GOAL_MS {
        return Err(format!("a report took {slowest:.1} ms to open, more than {GOAL_MS:.0} ms").into());
    }
    Ok(())
}
