//! How well the forecast's intervals hold: on daily counts given as CSV files (`day,opened,finished`
//! with a header), and on made-up desks whose law is known.
//!
//! `cargo run --release -p pipeline --example calibrate [FILE.csv[@YYYY-MM-DD] …]`: the files, or the
//! made-up desks where none is given; with `@DAY` the record is cut at the end of that day.

use std::error::Error;

use jiff::civil::Date;
use pipeline::{Backtest, History, Settings, forecast};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn show(name: &str, test: &Backtest) {
    let number = |x: Option<f64>| x.map_or("-".to_owned(), |v| format!("{v:.3}"));
    let distances = |f: fn(&pipeline::Distance) -> f64| {
        test.by_distance.iter().map(|d| format!("{:.2}", f(d))).collect::<Vec<_>>().join(" ")
    };
    println!(
        "{name:28} n {:5} origins {:4} | arrivals {} [{}] err {} width {:.2} | backlog {} [{}] err {} width {:.2}",
        test.n,
        test.origins,
        number(test.coverage_70),
        distances(|d| d.coverage_70),
        number(test.error_ratio),
        test.width,
        number(test.coverage_70_backlog),
        distances(|d| d.coverage_70_backlog),
        number(test.error_ratio_backlog),
        test.width_backlog,
    );
}

fn file(argument: &str) -> Result<(), Box<dyn Error>> {
    let (path, cut) = argument.split_once('@').map_or((argument, None), |(p, d)| (p, Some(d)));
    let (mut opened, mut finished) = (Vec::new(), Vec::new());
    for line in std::fs::read_to_string(path)?.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [day, a, c] = fields.as_slice() else {
            return Err("three columns are asked for".into());
        };
        let day: Date = day.parse()?;
        opened.push((day, a.parse()?));
        finished.push((day, c.parse()?));
    }
    let history = History::from_days(&opened, &finished, cut.map(str::parse).transpose()?)?;
    match forecast(&history, 8, &Settings::default()) {
        Ok(done) => {
            show(argument, &done.backtest);
            println!("  origin {} backlog {} edges {:?}", done.origin, done.backlog, history.edges());
            for note in &done.notes {
                println!("  {note}");
            }
            for week in &done.weeks {
                println!("  {} in {:?} out {:?} open {:?}", week.start, week.arrivals, week.completions, week.backlog);
            }
            println!("  {:?}", done.clears);
        }
        Err(error) => println!("{argument}: {error}"),
    }
    Ok(())
}

struct Dice(ChaCha8Rng);

impl Dice {
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.0.random::<f64>()).ln()).sqrt() * (std::f64::consts::TAU * self.0.random::<f64>()).cos()
    }
    fn poisson(&mut self, mean: f64) -> u32 {
        let limit = (-mean.min(500.0)).exp();
        let (mut product, mut n) = (self.0.random::<f64>(), 0);
        while product > limit {
            product *= self.0.random::<f64>();
            n += 1;
        }
        n
    }
}

const WEEKDAYS: [f64; 7] = [1.3, 1.25, 1.2, 1.15, 1.1, 0.6, 0.4];

/// A made-up desk: `law` gives each day's mean of arrivals and what can be finished given the backlog.
fn made_up(days: u32, seed: u64, mut law: Law) -> History {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
    let (mut arrivals, mut completions, mut backlog, mut before) = (Vec::new(), Vec::new(), 60_u32, 0.0);
    for day in 0..days {
        let weekday = WEEKDAYS[usize::try_from(day % 7).unwrap_or(0)];
        let (mean, work) = law(&mut dice, day, f64::from(backlog), before);
        let a = dice.poisson(mean * weekday);
        let c = dice.poisson(work * weekday).min(backlog + a);
        before = f64::from(a);
        backlog = backlog + a - c;
        arrivals.push(a);
        completions.push(c);
    }
    History { start: jiff::civil::date(2024, 1, 1), arrivals, completions, backlog }
}

type Law = Box<dyn FnMut(&mut Dice, u32, f64, f64) -> (f64, f64)>;

/// A name, days of record, and a maker of laws.
type Desk = (&'static str, u32, fn() -> Law);

fn laws() -> Vec<Desk> {
    vec![
        ("steady, share of backlog", 364, || Box::new(|_, _, b, _| (20.0, b * 0.15))),
        ("steady, capacity 102 %", 364, || Box::new(|_, _, _, _| (20.0, 20.4))),
        ("steady, small team", 364, || Box::new(|_, _, b, _| (0.6, b * 0.1))),
        ("short record, 10 weeks", 70, || Box::new(|_, _, b, _| (20.0, b * 0.15))),
        ("large and noisy", 364, || {
            let mut week = 1.0;
            Box::new(move |dice, day, b, _| {
                if day % 7 == 0 {
                    week = (0.15 * dice.normal()).exp();
                }
                (200.0 * week, b * 0.5)
            })
        }),
        ("wandering level", 728, || {
            let mut level = 20.0_f64;
            Box::new(move |dice, _, b, _| {
                level = (level * (0.02 * dice.normal()).exp()).clamp(2.0, 200.0);
                (level, b * 0.2)
            })
        }),
        ("growing 1 % a week", 364, || Box::new(|_, day, b, _| (15.0 * (f64::from(day) / 700.0).exp(), b * 0.2))),
        ("backlog exploding", 364, || Box::new(|_, day, _, _| (20.0 + 0.03 * f64::from(day), 20.0))),
        ("holidays", 364, || Box::new(|_, day, b, _| (if (day / 7) % 13 == 12 { 8.0 } else { 25.0 }, b * 0.3))),
        ("level falls by half", 364, || Box::new(|_, day, b, _| (if day > 180 { 10.0 } else { 20.0 }, b * 0.2))),
        ("dead stock, follows arrivals", 364, || Box::new(|_, _, _, before| (20.0, 2.0 + 0.9 * before))),
    ]
}

fn main() -> Result<(), Box<dyn Error>> {
    for argument in std::env::args().skip(1) {
        file(&argument)?;
    }
    if std::env::args().len() > 1 {
        return Ok(());
    }
    for (name, days, law) in laws() {
        // Told by the back-test, mean over seeds; and the truth after the end of the record.
        let (mut told, mut told_backlog, mut error, mut seeds) = (0.0, 0.0, 0.0, 0.0);
        let mut widths = [0.0; 2];
        let (mut hit, mut hit_backlog, mut all) = ([0.0; 8], [0.0; 8], 0.0);
        for seed in 0..120 {
            let whole = made_up(days + 56, seed, law());
            let until = whole.start.saturating_add(jiff::Span::new().days(i64::from(days) - 1));
            let known = whole.until(until);
            let Ok(done) = forecast(&known, 8, &Settings { runs: 500, horizon_days: 56, seed, ..Settings::default() })
            else {
                println!("{name}: not enough");
                continue;
            };
            told += done.backtest.coverage_70.unwrap_or(f64::NAN);
            told_backlog += done.backtest.coverage_70_backlog.unwrap_or(f64::NAN);
            error += done.backtest.error_ratio.unwrap_or(f64::NAN);
            widths[0] += done.backtest.width;
            widths[1] += done.backtest.width_backlog;
            seeds += 1.0;
            for (index, week) in done.weeks.iter().enumerate() {
                let to = until.saturating_add(jiff::Span::new().days(7 * (i64::try_from(index)? + 1)));
                let then = whole.until(to);
                let came: f64 = then.arrivals.iter().rev().take(7).map(|n| f64::from(*n)).sum();
                let open = f64::from(then.backlog);
                hit[index] += f64::from(u8::from(came >= week.arrivals.p15 && came <= week.arrivals.p85));
                hit_backlog[index] += f64::from(u8::from(open >= week.backlog.p15 && open <= week.backlog.p85));
            }
            all += 1.0;
        }
        let line = |hits: [f64; 8]| hits.map(|h| format!("{:.2}", h / all)).join(" ");
        println!(
            "{name:28} told {:.3} {:.3} err {:.2} widths {:.2} {:.2} | came true: arrivals {:.3} [{}] backlog {:.3} [{}]",
            told / seeds,
            told_backlog / seeds,
            error / seeds,
            widths[0] / seeds,
            widths[1] / seeds,
            hit.iter().sum::<f64>() / all / 8.0,
            line(hit),
            hit_backlog.iter().sum::<f64>() / all / 8.0,
            line(hit_backlog),
        );
    }
    Ok(())
}
