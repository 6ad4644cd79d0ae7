//! Leaders one by one beside leaders together.

use super::super::calibrate;
use super::*;
use crate::model::{Estimate, Interval};
use crate::num::{mean, real};
use crate::simulate::{Made, World, make};

fn wave<'a>(made: &'a Made, calibration: &'a Calibration, settings: &'a Settings) -> Wave<'a> {
    let questionnaire = &made.forms.questionnaire;
    let fair = Fair::new(&calibration.items, &questionnaire.quality_of, questionnaire.qualities());
    Wave { forms: &made.forms, calibration, settings, fair, normed: false }
}

/// What of every leader and both profiles, in standard deviations of the posterior: gaps of averages, of lower ends and
/// of upper ends.
fn gaps(one: &Profile, other: &Profile, of: impl Fn(&LeaderProfile) -> (f64, Interval)) -> [Vec<f64>; 3] {
    let mut out = [Vec::new(), Vec::new(), Vec::new()];
    for (one, other) in one.leaders.iter().zip(&other.leaders) {
        assert_eq!(one.leader, other.leader);
        let ((average, interval), (also, beside)) = (of(one), of(other));
        let sd = (interval.high - interval.low) / 3.29;
        out[0].push((also - average) / sd);
        out[1].push((beside.low - interval.low) / sd);
        out[2].push((beside.high - interval.high) / sd);
    }
    out
}

/// Root of the mean square.
fn size(gaps: &[f64]) -> f64 {
    (gaps.iter().map(|gap| gap * gap).sum::<f64>() / real(gaps.len())).sqrt()
}

fn development(estimate: &Estimate) -> (f64, Interval) {
    (estimate.fair_average, estimate.development)
}

fn decision(estimate: &Estimate) -> (f64, Interval) {
    (estimate.decision_average.unwrap(), estimate.decision.unwrap())
}

/// Both ways draw about 400 times, with what they draw hanging together a little: an average is then off by .07 standard
/// deviations and an end, where the density of a normal is .103, by .15 (√(.05 · .95/400)/.103 = .11 were they
/// independent); the gap of two by √2 of that.
#[test]
fn leaders_one_by_one_are_as_leaders_together() {
    let world =
        World { leaders: 150, raters: 5, qualities: 4, own: true, view: 0.3, missing: 0.05, ..World::default() };
    let made = make(&world, 31);
    let calibration = calibrate(&made.forms, &[]).unwrap();
    let settings = Settings { warm_up: 200, sweeps: 800, rounds: 1, ..Settings::default() };
    let together = wave(&made, &calibration, &settings).together().unwrap();
    for sample in [1_000, 100] {
        let settings = Settings { sample, ..settings.clone() };
        let apart = wave(&made, &calibration, &settings).one_by_one(None).unwrap().0;
        assert_eq!(apart.sampled, (sample < 150).then_some(sample));
        // From two thirds of the leaders standard deviations and levels are what these say: with σ_g some 4 % and the mean
        // level some .03 off, which moves a leader by .05 standard deviations of the posterior.
        let (more_middle, more) = if sample < 150 { (3.0, 1.6) } else { (1.0, 1.0) };
        let of = |name: &str, found: [Vec<f64>; 3]| {
            for (part, gaps) in ["average", "low", "high"].iter().zip(&found) {
                let (middle, size) = (mean(gaps).unwrap(), size(gaps));
                println!("{sample} {name} {part}: mean {middle:.3}, size {size:.3}");
                let (most_middle, most) = if *part == "average" { (0.03, 0.13) } else { (0.12, 0.33) };
                assert!(middle.abs() < most_middle * more_middle, "{sample} {name} {part}: mean gap {middle}");
                assert!(size < most * more, "{sample} {name} {part}: gaps of size {size}");
            }
        };
        of("development", gaps(&together, &apart, |leader| development(&leader.overall)));
        of("decision", gaps(&together, &apart, |leader| decision(&leader.overall)));
        of("development of a quality", gaps(&together, &apart, |leader| development(&leader.qualities[2].unwrap())));
        of("decision of a quality", gaps(&together, &apart, |leader| decision(&leader.qualities[2].unwrap())));
        of("development of a role", gaps(&together, &apart, |leader| development(&leader.roles[1].overall)));
        of("decision of a role", gaps(&together, &apart, |leader| decision(&leader.roles[1].overall)));
        of(
            "self",
            gaps(&together, &apart, |leader| leader.own.as_ref().map(|own| (own.bias, own.bias_interval)).unwrap()),
        );
    }
}
