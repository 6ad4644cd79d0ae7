//! Batches for measuring: made, the same every time.
//!
//! ```text
//! cargo run --release -p problems --example make -- jobs 8500 OUT.jsonl
//! cargo run --release -p problems --example make -- resample 200000 OUT.jsonl IN.jsonl…
//! ```
//! `jobs`: a desk where a fifth of the tickets are failures of scheduled jobs, written by a monitor to a few
//! patterns, with the name of the job and the time; `group` is the job. The rest is what people write: there nobody
//! knows which share a cause, so `group` is null. The first 60 % are `dev`, the later part `test`. `resample`: texts of IN drawn anew; of the words a few are left out, swapped for another
//! text's or mistyped. Opened over three years, in order.

#![expect(clippy::cast_possible_wrap, reason = "a tool for figures: counts are small")]

use std::error::Error;
use std::io::Write;

/// A small generator of its own, so that every machine makes the same file.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides.max(1) as u64).unwrap_or(0)
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

const START: i64 = 1_451_606_400;
const THREE_YEARS: i64 = 3 * 365 * 86_400;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, count, output, inputs @ ..] = arguments.as_slice() else {
        return Err("see the head of the file".into());
    };
    let count: usize = count.parse()?;
    let mut out = std::io::BufWriter::new(std::fs::File::create(output)?);
    let mut dice = Dice(7);
    match mode.as_str() {
        "jobs" => jobs(count, &mut dice, &mut out),
        "resample" => resample(count, inputs, &mut dice, &mut out),
        _ => Err("jobs or resample".into()),
    }
}

/// A name as desks give them: `Job_1854`, `SID_56hoti`, `bkwin_tool_full_dly`, `PAY_EU_RUN`.
fn job_names(dice: &mut Dice) -> Vec<String> {
    let words = ["erp", "pay", "hana", "sync", "load", "report", "tool", "plant", "ship", "price", "stock", "ledger"];
    let ends = ["full", "inc", "dly", "wkly", "mth", "prod", "hotf", "arch"];
    let mut names: Vec<String> = (0..260)
        .map(|n| match n % 5 {
            0 | 1 => format!("Job_{}", 100 + dice.roll(3_900)),
            2 => format!("Job_{}{}", 1_000 + dice.roll(2_000), *dice.of(&["a", "b", "c", "d"])),
            3 => {
                format!("bk{}_{}_{}_{}", *dice.of(&["win", "lin"]), *dice.of(&words), *dice.of(&words), *dice.of(&ends))
            }
            _ => format!("SID_{}{}", 10 + dice.roll(60), *dice.of(&ends)),
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

fn jobs(count: usize, dice: &mut Dice, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let names = job_names(dice);
    let who = ["my", "our", "the whole team's", "a colleague's", "the branch's", "the new starter's"];
    let what = [
        "outlook calendar",
        "vpn connection",
        "label printer",
        "laptop dock",
        "phone extension",
        "badge reader",
        "shared drive",
        "expense portal",
        "scanner tray",
        "video screen",
        "timesheet form",
        "customs interface",
        "purchase order",
        "price list",
        "mailbox quota",
        "wireless headset",
        "meeting room display",
        "tax report",
    ];
    let how = [
        "does not open any more",
        "asks for the password again and again",
        "is very slow since this morning",
        "shows an error and closes",
        "lost all entries",
        "needs an update",
        "cannot be reached from home",
        "prints blank pages",
        "freezes after login",
        "was locked after the holidays",
        "has the wrong language",
    ];
    let asks = ["please help", "urgent", "need access", "unable to work", "question", "kindly check", "issue"];
    for ticket in 0..count {
        let opened = START + THREE_YEARS / 3 * ticket as i64 / count as i64;
        let (hour, minute, day, month) = (dice.roll(24), dice.roll(60), 1 + dice.roll(28), 1 + dice.roll(12));
        let (title, group) = if dice.roll(5) == 0 {
            // Few jobs fail often, many seldom.
            let name = &names[dice.roll(names.len()).min(dice.roll(names.len())).min(dice.roll(names.len()))];
            let when = format!("{month:02}/{day:02}/2016 {hour:02}:{minute:02}:00");
            let title = match dice.roll(6) {
                0 => format!("{name} failed in job_scheduler at: {when}"),
                1 => format!("abended job {name} in job_scheduler at: {when}"),
                2 => format!("[operator] job {name} is failed"),
                _ => format!("job {name} failed in job_scheduler at: {when}"),
            };
            (title, Some(name))
        } else {
            let title = match dice.roll(3) {
                0 => format!("{} {} {}", dice.of(&who), dice.of(&what), dice.of(&how)),
                1 => format!("{}: {} {}", dice.of(&asks), dice.of(&what), dice.of(&how)),
                _ => format!("{} {}, {} {}", dice.of(&what), dice.of(&how), dice.of(&asks), dice.of(&who)),
            };
            (title, None)
        };
        let split = if ticket * 10 < count * 6 { "dev" } else { "test" };
        let line = serde_json::json!({"id": ticket, "opened": opened, "title": title, "group": group, "split": split});
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn resample(count: usize, inputs: &[String], dice: &mut Dice, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut texts: Vec<(Vec<String>, serde_json::Value)> = Vec::new();
    for input in inputs {
        for line in std::fs::read_to_string(input)?.lines() {
            let value: serde_json::Value = serde_json::from_str(line)?;
            let title = value["title"].as_str().unwrap_or_default();
            texts.push((title.split_whitespace().map(str::to_owned).collect(), value["fields"].clone()));
        }
    }
    for ticket in 0..count {
        let opened = START + THREE_YEARS * ticket as i64 / count as i64;
        let (words, fields) = dice.of(&texts).clone();
        let mut title: Vec<String> = Vec::with_capacity(words.len());
        for word in words {
            match dice.roll(12) {
                0 => {}
                1 => title.extend(dice.roll(2).checked_sub(1).and_then(|_| {
                    let other = dice.roll(texts.len());
                    texts[other].0.first().cloned()
                })),
                2 => title.push(word.chars().rev().take(1).chain(word.chars().skip(1)).collect()),
                _ => title.push(word),
            }
        }
        let line = serde_json::json!({"id": ticket, "opened": opened, "title": title.join(" "), "fields": fields});
        writeln!(out, "{line}")?;
    }
    Ok(())
}
