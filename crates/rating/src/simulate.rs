//! Made-up waves whose truth is known: what coverage and speed are measured on.

use crate::grm::{Item, MISSING};
use crate::model::chance::Chance;
use crate::model::{Fair, Form, Forms, Questionnaire, Role, gauss_hermite};
use crate::num::{logistic, real};

/// How a made-up wave is drawn. Standard deviations are in units in which those of the leader's terms make 1.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Persons rated.
    pub leaders: usize,
    /// Raters of each.
    pub raters: usize,
    /// Raters in all, each rating several leaders; `None` when everybody rates one leader.
    pub pool: Option<usize>,
    /// Roles that occur, taken in turn.
    pub roles: usize,
    /// Qualities.
    pub qualities: usize,
    /// Items of each.
    pub items: usize,
    /// σ of g.
    pub leader: f64,
    /// σ of t.
    pub quality: f64,
    /// σ of ζ.
    pub view: f64,
    /// σ of β.
    pub severity: f64,
    /// σ of u.
    pub form: f64,
    /// σ of w.
    pub form_quality: f64,
    /// Whether u is skewed (a shifted exponential, skewness 2, mean 0, toward leniency's lower tail) instead of normal.
    pub skewed: bool,
    /// Share of answers that are missing.
    pub missing: f64,
    /// Share of raters who answer without reading: one half the same answer throughout, one half at random.
    pub careless: f64,
    /// Self-ratings too, half a unit above what others see.
    pub own: bool,
}

impl Default for World {
    /// 200 leaders, 10 qualities of 3 items: ψ = γ + √.7 g + √.3 t + β (.6) + u (1.2) + w (.5).
    fn default() -> Self {
        Self {
            leaders: 200,
            raters: 5,
            pool: None,
            roles: 3,
            qualities: 10,
            items: 3,
            leader: 0.7_f64.sqrt(),
            quality: 0.3_f64.sqrt(),
            view: 0.0,
            severity: 0.6,
            form: 1.2,
            form_quality: 0.5,
            skewed: false,
            missing: 0.0,
            careless: 0.0,
            own: false,
        }
    }
}

/// A made-up wave.
#[derive(Debug, Clone)]
pub struct Made {
    /// The forms.
    pub forms: Forms,
    /// The items that they were drawn from.
    pub items: Vec<Item>,
    /// Per leader the expected answer of a random careful rater, mean over the qualities; all roles alike.
    pub overall: Vec<f64>,
    /// The same per leader and quality.
    pub qualities: Vec<Vec<f64>>,
    /// Whether each form was answered without reading.
    pub careless: Vec<bool>,
}

/// Levels of the roles: subordinates a little lenient, higher-ups a little strict.
const LEVELS: [f64; 4] = [0.15, 0.0, -0.15, 0.0];

fn make_items(world: &World, chance: &mut Chance) -> Vec<Item> {
    (0..world.qualities * world.items)
        .map(|_| {
            let slope = (1.8_f64.ln() + 0.25 * chance.normal()).exp();
            let shift = 0.3 * chance.normal();
            let thresholds = [-3.6, -2.2, -0.8, 1.2].map(|b| b + shift + 0.1 * chance.normal());
            Item::from_thresholds(slope, &thresholds)
        })
        .collect()
}

/// Standard deviation 1, mean 0, a long lower tail where skewed.
fn halo(world: &World, chance: &mut Chance) -> f64 {
    if world.skewed { 1.0 - chance.exponential() } else { chance.normal() }
}

/// Points and weights of what a random rater adds to ψ.
fn rater_points(world: &World) -> Vec<(f64, f64)> {
    let rest = world.severity.hypot(world.form_quality);
    if !world.skewed {
        let sd = rest.hypot(world.form);
        return gauss_hermite(24).into_iter().map(|(x, w)| (sd * x, w)).collect();
    }
    // The exponential by its quantiles, the rest by quadrature.
    let steps = 400;
    let mut out = Vec::new();
    for step in 0..steps {
        let tail = -((real(step) + 0.5) / real(steps)).ln();
        for (x, w) in gauss_hermite(9) {
            out.push((world.form * (1.0 - tail) + rest * x, w / real(steps)));
        }
    }
    out
}

/// Draws a wave.
#[must_use]
pub fn make(world: &World, seed: u64) -> Made {
    let mut chance = Chance::new(seed, 7_000);
    let items = make_items(world, &mut chance);
    let count = items.len();
    let quality_of: Vec<usize> = (0..count).map(|item| item / world.items).collect();
    let raters = world.pool.unwrap_or(world.leaders * world.raters);
    let severity: Vec<f64> = (0..raters).map(|_| world.severity * chance.normal()).collect();
    let mean_level = LEVELS[..world.roles].iter().sum::<f64>() / real(world.roles);
    let points = rater_points(world);
    let fair = Fair::new(&items, &quality_of, world.qualities);
    let mut made = Made {
        forms: Forms {
            questionnaire: Questionnaire { quality_of, categories: 5 },
            forms: Vec::new(),
            answers: Vec::new(),
        },
        items,
        overall: Vec::new(),
        qualities: Vec::new(),
        careless: Vec::new(),
    };
    for leader in 0..world.leaders {
        let g = world.leader * chance.normal();
        let t: Vec<f64> = (0..world.qualities).map(|_| world.quality * chance.normal()).collect();
        let view: Vec<f64> = (0..world.roles).map(|_| world.view * chance.normal()).collect();
        let seen_by = world.roles.min(world.raters);
        let seen = view[..seen_by].iter().sum::<f64>() / real(seen_by);
        let expect = |quality: usize| -> f64 {
            let level = mean_level + g + seen + t[quality];
            points.iter().map(|(x, w)| w * fair.seen(quality, level + x)).sum()
        };
        let truth: Vec<f64> = (0..world.qualities).map(expect).collect();
        made.overall.push(truth.iter().sum::<f64>() / real(world.qualities));
        made.qualities.push(truth);
        let mut taken: Vec<usize> = Vec::new();
        for place in 0..world.raters {
            let rater = match world.pool {
                None => leader * world.raters + place,
                Some(pool) => loop {
                    let rater = chance.below(pool);
                    if !taken.contains(&rater) {
                        break rater;
                    }
                },
            };
            taken.push(rater);
            let role = place % world.roles;
            let level = LEVELS[role] + g + view[role] + severity[rater] + world.form * halo(world, &mut chance);
            let careless = chance.uniform() < world.careless;
            answer(world, &mut made, &mut chance, level, &t, careless);
            made.forms.forms.push(form(leader, rater, Role::OTHERS[role]));
        }
        if world.own {
            let level = mean_level + g + 0.5 + 0.5 * chance.normal();
            answer(world, &mut made, &mut chance, level, &t, false);
            made.forms.forms.push(form(leader, raters + leader, Role::Own));
        }
    }
    made
}

fn form(leader: usize, rater: usize, role: Role) -> Form {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Form { leader: number(leader), rater: number(rater), role }
}

fn answer(world: &World, made: &mut Made, chance: &mut Chance, level: f64, t: &[f64], careless: bool) {
    made.careless.push(careless);
    let straight = careless && chance.uniform() < 0.5;
    let same = 2 + u8::try_from(chance.below(3)).unwrap_or(0);
    for (quality, t) in t.iter().enumerate() {
        let psi = level + t + world.form_quality * chance.normal();
        for item in quality * world.items..(quality + 1) * world.items {
            let item = &made.items[item];
            let u = chance.uniform();
            let code = item.intercepts.iter().map(|d| u8::from(logistic(item.slope * psi + d) > u)).sum();
            let code = match (careless, straight) {
                (true, true) => same,
                (true, false) => u8::try_from(chance.below(5)).unwrap_or(0),
                _ => code,
            };
            made.forms.answers.push(if chance.uniform() < world.missing { MISSING } else { code });
        }
    }
}
