//! How often the intervals hold the truth: `cargo run --release -p rating --example coverage [leaders] [raters …] [scenario …]`.
//! Prints the table of `docs/rating.md`. Without arguments 4,000 leaders a row, all numbers of raters and all scenarios.

use rating::careless::signs;
use rating::classical::icc::one_way;
use rating::grm::MISSING;
use rating::model::{Chosen, Estimate, Forms, Settings, calibrate, profile};
use rating::num::{mean, real, variance};
use rating::simulate::{Made, World, make};
use rayon::prelude::*;

/// Quantiles 0.95 of Student's t with 2, 3, 4, 7, 11 degrees of freedom.
const T: [(usize, f64); 5] = [(3, 2.919_986), (4, 2.353_363), (5, 2.131_847), (8, 1.894_579), (12, 1.795_885)];

#[derive(Default)]
struct Tally {
    hit: f64,
    n: f64,
    width: f64,
}

impl Tally {
    fn add(&mut self, low: f64, high: f64, truth: f64) {
        self.hit += f64::from(u8::from(low <= truth && truth <= high));
        self.n += 1.0;
        self.width += high - low;
    }

    fn join(&mut self, other: &Self) {
        self.hit += other.hit;
        self.n += other.n;
        self.width += other.width;
    }

    fn share(&self) -> String {
        if self.n > 0.0 { format!("{:.1}", 100.0 * self.hit / self.n) } else { "–".into() }
    }
}

#[derive(Default)]
struct Row {
    development: Tally,
    development_quality: Tally,
    decision: Tally,
    decision_quality: Tally,
    thirds: [Tally; 3],
    t: Tally,
}

impl Row {
    fn all(&mut self) -> [&mut Tally; 8] {
        let [low, middle, high] = &mut self.thirds;
        let (one, other) = (&mut self.development_quality, &mut self.decision_quality);
        [&mut self.development, one, &mut self.decision, other, low, middle, high, &mut self.t]
    }

    fn join(mut self, mut other: Self) -> Self {
        self.all().into_iter().zip(other.all()).for_each(|(one, other)| one.join(other));
        self
    }
}

fn rater_mean(made: &Made, form: usize) -> Option<f64> {
    let answers: Vec<f64> =
        made.forms.of_form(form).iter().filter(|code| **code != MISSING).map(|code| f64::from(*code) + 1.0).collect();
    mean(&answers)
}

/// The wave without the forms that were flagged as careless.
fn without_flagged(made: &Made) -> Forms {
    let calibration = calibrate(&made.forms, &[]).unwrap_or_else(|refused| panic!("{refused}"));
    let flagged = signs(&made.forms, &calibration);
    let kept: Vec<usize> = (0..flagged.len()).filter(|form| !flagged[*form].flagged).collect();
    Forms {
        questionnaire: made.forms.questionnaire.clone(),
        forms: kept.iter().map(|form| made.forms.forms[*form]).collect(),
        answers: kept.iter().flat_map(|form| made.forms.of_form(*form).to_vec()).collect(),
    }
}

fn add(row: &mut Row, made: &Made, forms: &Forms, settings: &Settings, world: &World) {
    let calibration = calibrate(forms, &[]).unwrap_or_else(|refused| panic!("{refused}"));
    let told = profile(forms, &calibration, settings).unwrap_or_else(|refused| panic!("{refused}"));
    let mut order: Vec<usize> = (0..made.overall.len()).collect();
    order.sort_by(|one, other| made.overall[*one].total_cmp(&made.overall[*other]));
    let mut third = vec![0; order.len()];
    for (place, leader) in order.iter().enumerate() {
        third[*leader] = place * 3 / order.len();
    }
    let both = |estimate: &Estimate, truth: f64, development: &mut Tally, decision: &mut Tally| {
        development.add(estimate.development.low, estimate.development.high, truth);
        if let Some(interval) = estimate.decision {
            decision.add(interval.low, interval.high, truth);
        }
    };
    for leader in &told.leaders {
        let at = leader.leader as usize;
        both(&leader.overall, made.overall[at], &mut row.development, &mut row.decision);
        if let Some(interval) = leader.overall.decision {
            row.thirds[third[at]].add(interval.low, interval.high, made.overall[at]);
        }
        for (estimate, truth) in leader.qualities.iter().zip(&made.qualities[at]) {
            if let Some(estimate) = estimate {
                both(estimate, *truth, &mut row.development_quality, &mut row.decision_quality);
            }
        }
        let means: Vec<f64> =
            (at * world.raters..(at + 1) * world.raters).filter_map(|form| rater_mean(made, form)).collect();
        let t = T.iter().find(|(n, _)| *n == means.len()).map(|(_, t)| *t);
        if let (Some(t), Some(centre), Some(spread)) = (t, mean(&means), variance(&means)) {
            let half = t * (spread / real(means.len())).sqrt();
            row.t.add(centre - half, centre + half, made.overall[at]);
        }
    }
}

fn settings(seed: u64) -> Settings {
    Settings {
        seed,
        chains: 1,
        warm_up: 150,
        sweeps: 500,
        rounds: 1,
        keep: 500,
        chosen: Chosen::Weak,
        ..Settings::default()
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let leaders: usize = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(4_000);
    // Numbers are numbers of raters, anything else a scenario.
    let (sizes, wanted): (Vec<String>, Vec<String>) = arguments.partition(|one| one.parse::<usize>().is_ok());
    let usual = World::default();
    let scenarios = [
        ("plain", usual.clone()),
        ("missing", World { missing: 0.15, ..usual.clone() }),
        ("careless", World { careless: 0.05, ..usual.clone() }),
        ("careless, without flagged", World { careless: 0.05, ..usual.clone() }),
        ("skewed", World { skewed: true, ..usual.clone() }),
        ("role-by-leader", World { view: 0.4, ..usual.clone() }),
        ("pool", World { pool: Some(300), ..usual.clone() }),
    ];
    println!(
        "| scenario | n | development, overall | per quality | decision, overall | low third | middle | high | per quality | t on rater means | width development / t |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    // Fewest raters first: there intervals matter most and cost least.
    for (raters, _) in T {
        if !sizes.is_empty() && !sizes.contains(&raters.to_string()) {
            continue;
        }
        for (name, world) in &scenarios {
            if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
                continue;
            }
            let world = World { raters, ..world.clone() };
            // Wave by wave on all threads; each has a seed of its own, so that their number changes nothing.
            let waves = u64::try_from(leaders.div_ceil(world.leaders)).unwrap_or(u64::MAX);
            let row = (0..waves)
                .into_par_iter()
                .map(|seed| {
                    let made = make(&world, 100 + seed);
                    let kept = name.ends_with("without flagged").then(|| without_flagged(&made));
                    let mut row = Row::default();
                    add(&mut row, &made, kept.as_ref().unwrap_or(&made.forms), &settings(seed), &world);
                    row
                })
                .reduce(Row::default, Row::join);
            println!(
                "| {name} | {raters} | {} | {} | {} | {} | {} | {} | {} | {} | {:.0} % |",
                row.development.share(),
                row.development_quality.share(),
                row.decision.share(),
                row.thirds[0].share(),
                row.thirds[1].share(),
                row.thirds[2].share(),
                row.decision_quality.share(),
                row.t.share(),
                100.0 * (row.development.width / row.development.n) / (row.t.width / row.t.n)
            );
        }
    }
    // The one-way reliability of what was made, as a check on the world.
    let made = make(&usual, 100);
    let groups: Vec<u32> = made.forms.forms.iter().map(|form| form.leader).collect();
    let means: Vec<Option<f64>> = (0..groups.len()).map(|form| rater_mean(&made, form)).collect();
    if let Ok(figures) = one_way(&groups, &means) {
        println!("\nReliability of one rater's mean in the plain world: {:.2}.", figures.icc1);
    }
}
