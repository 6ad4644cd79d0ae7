//! What the fits cost, in CPU seconds of this process and megabytes at most:
//! `RAYON_NUM_THREADS=1 cargo run --release -p rating --example speed -- tight | six-million | million | mixing | one`.
//! Beside what is recorded of mirt in `docs/rating.md`. Linux only: reads /proc.

use rating::grm::{MISSING, Responses, Settings, fit};
use rating::model::{self, calibrate, profile};
use rating::simulate::{World, make};

fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let main = text.split_whitespace().next().and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    // The main thread only: with one thread the work is done there or in the pool's single worker.
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let all: f64 = tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok())
        .filter_map(|text| text.split_whitespace().next().and_then(|text| text.parse::<f64>().ok()))
        .sum();
    all.max(main) / 1e9
}

fn megabytes() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned();
    let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0.0);
    format!("{:.0} MB", kilobytes / 1024.0)
}

fn whole_form(leaders: usize, raters: usize) -> Vec<u8> {
    make(&World { leaders, raters, ..World::default() }, 1).forms.answers
}

fn graded(name: &str, answers: &[u8], tolerance: f64) {
    let before = cpu_seconds();
    let responses = match Responses::new(answers, 30) {
        Ok(responses) => responses,
        Err(refused) => return eprintln!("{refused}"),
    };
    let fitted = fit(&responses, &Settings { tolerance, ..Settings::default() });
    let fit_seconds = cpu_seconds() - before;
    let scores = fitted.scores(&responses);
    println!(
        "{name}: {} ratings, fit {fit_seconds:.2} s, scores {:.2} s, {} steps, converged {}, log-likelihood {:.4}, {} scores, {}",
        answers.iter().filter(|code| **code != MISSING).count(),
        cpu_seconds() - before - fit_seconds,
        fitted.iterations,
        fitted.converged,
        fitted.log_likelihood,
        scores.len(),
        megabytes()
    );
}

fn full(name: &str, world: &World, settings: &model::Settings) {
    let made = make(world, 1);
    let before = cpu_seconds();
    let calibration = match calibrate(&made.forms, &[]) {
        Ok(calibration) => calibration,
        Err(refused) => return eprintln!("{refused}"),
    };
    let calibrated = cpu_seconds() - before;
    match profile(&made.forms, &calibration, settings) {
        Ok(told) => println!(
            "{name}: {} ratings, items {calibrated:.2} s, {} sweeps and report {:.2} s, R-hat {:?}, effective {:?}, {} leaders, {}",
            made.forms.answers.len(),
            settings.chains * (settings.warm_up + settings.sweeps),
            cpu_seconds() - before - calibrated,
            told.r_hat,
            told.effective,
            told.leaders.len(),
            megabytes()
        ),
        Err(refused) => eprintln!("{refused}"),
    }
}

/// How many independent draws each component of the model is worth after a first round of the usual length.
fn mixing(world: &World) {
    let made = make(world, 1);
    let Ok(calibration) = calibrate(&made.forms, &[]) else { return eprintln!("refused") };
    let settings = model::Settings { rounds: 1, ..model::Settings::default() };
    let before = cpu_seconds();
    let Ok(told) = profile(&made.forms, &calibration, &settings) else { return eprintln!("refused") };
    println!(
        "{} leaders, both intervals: {:.1} s, R-hat {:?}, effective {:?}",
        world.leaders,
        cpu_seconds() - before,
        told.r_hat,
        told.effective
    );
    for part in &told.components {
        println!(
            "  {:18} {:.4} ({:.4} to {:.4}) R-hat {:.4?} effective {:.0?}",
            part.name, part.mean, part.low, part.high, part.r_hat, part.effective
        );
    }
}

fn main() {
    let wanted = std::env::args().nth(1).unwrap_or_else(|| "one".into());
    match wanted.as_str() {
        "tight" => graded("200 x 12 x 30, tight", &whole_form(200, 12), 1e-7),
        "six-million" => graded("6,000,000 ratings", &whole_form(16_667, 12), 1e-4),
        "million" => {
            let world = World { leaders: 2_778, raters: 12, pool: Some(8_000), ..World::default() };
            let settings = model::Settings {
                chains: 1,
                warm_up: 0,
                sweeps: 1_000,
                rounds: 1,
                decision: false,
                ..model::Settings::default()
            };
            full("1,000,000 ratings, 1,000 sweeps, severity", &world, &settings);
        }
        "mixing" => {
            for leaders in [200, 1_000] {
                mixing(&World {
                    leaders,
                    raters: 10,
                    roles: 4,
                    qualities: 15,
                    items: 2,
                    own: true,
                    ..World::default()
                });
            }
        }
        _ => {
            let world = World { leaders: 1, raters: 5, own: true, ..World::default() };
            let settings = model::Settings { rounds: 1, decision: false, ..model::Settings::default() };
            full("one leader, 5 raters", &world, &settings);
        }
    }
}
