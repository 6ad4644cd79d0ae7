//! `plumb wave`.

use std::fmt::Write as _;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};
use ledger::reports::{self, Step};
use serde_json::json;

use super::output;
use crate::args::{Format, Wave, WaveCommand, WorkOut};
use crate::config::Config;
use crate::error::{CommandError, CommandResult, Done};

/// Does what was asked with waves.
pub async fn run(given: Wave) -> CommandResult {
    match given.command {
        WaveCommand::WorkOut(given) => work_out(given).await,
    }
}

fn words(step: Step) -> String {
    match step {
        Step::Reading => "opening the answers".to_owned(),
        Step::Computing(people) => format!("working out the figures of {people} people"),
        Step::Keeping(reports) => format!("keeping {reports} reports"),
    }
}

/// Says each step once: beside a spinner where somebody looks, else as a line.
struct Steps {
    bar: ProgressBar,
    told: Mutex<Option<Step>>,
}

impl Steps {
    fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        Self { bar, told: Mutex::new(None) }
    }

    fn tell(&self, step: Step) {
        let mut told = self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *told != Some(step) {
            *told = Some(step);
            if self.bar.is_hidden() {
                eprintln!("{}", words(step));
            } else {
                self.bar.set_message(words(step));
            }
        }
    }
}

/// Works out what has closed.
async fn work_out(given: WorkOut) -> CommandResult {
    let ledger = Config::load(&given.data.dir)?.ledger(&given.data.dir).await?;
    let waiting = {
        let mut tx = ledger.read().await.map_err(CommandError::refused)?;
        reports::not_worked_out(&mut tx).await.map_err(CommandError::refused)?
    };
    let mut out = Vec::new();
    for wave in waiting {
        let steps = Steps::new();
        let done = reports::work_out(&ledger, wave, |step| steps.tell(step)).await;
        steps.bar.finish_and_clear();
        if let Some(done) = done.map_err(CommandError::refused)? {
            out.push((wave, done));
        }
    }
    ledger.close().await;
    match given.output.format {
        Format::Json => output::json(
            &out.iter()
                .map(|(wave, done)| {
                    json!({
                        "wave": wave.to_string(),
                        "reports": done.reports,
                        "without_figures": done.without_figures,
                        "converged": done.converged,
                        "seconds": done.seconds,
                    })
                })
                .collect::<Vec<_>>(),
        )?,
        Format::Text => {
            let mut text = String::new();
            for (wave, done) in &out {
                let _ = writeln!(
                    text,
                    "{wave}: {} reports, {} of them without a figure of others, in {:.1} s{}",
                    done.reports,
                    done.without_figures,
                    done.seconds,
                    if done.converged { "" } else { "; the computation has not come to rest" }
                );
            }
            if text.is_empty() {
                text.push_str("no wave has closed that was not worked out\n");
            }
            output::print(&text)?;
        }
    }
    Ok(Done::All)
}
