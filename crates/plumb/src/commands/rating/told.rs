//! What a fit is told as: one JSON value, or text. `docs/rating.md` lists the names.

use std::fmt::Write as _;

use rating::grm::MISSING;
use rating::model::{Estimate, LeaderProfile, Profile, Role};
use serde_json::{Map, Value, json};

use super::fit::Fit;
use crate::commands::output;

/// Forms below which no distribution of answers is told.
const ENOUGH_FOR_DISTRIBUTION: usize = 10;

/// One value.
pub fn json(fit: &Fit) -> Value {
    let fitted: Option<f64> = fit.calibration.log_likelihood.iter().copied().sum();
    let ratings = fit.forms.answers.iter().filter(|code| **code != MISSING).count();
    let own = fit.forms.forms.iter().filter(|form| form.role == Role::Own).count();
    json!({
        "n": {
            "forms": fit.forms.forms.len() - own, "self_forms": own, "leaders": fit.leaders.len(),
            "raters": fit.raters.len(), "ratings": ratings,
        },
        "log_likelihood": fitted,
        "items": items(fit),
        "qualities": qualities(fit),
        "leaders": fit.profile.leaders.iter().map(|leader| one(fit, leader)).collect::<Vec<_>>(),
        "components": fit.profile.components,
        "converged": fit.profile.converged,
        "r_hat": fit.profile.r_hat,
        "effective": fit.profile.effective,
        "flags": flags(fit),
        "without_flagged": fit.without.as_ref().map(|without| short(fit, without)),
        "dif": differing(fit),
        "notes": fit.notes,
    })
}

fn items(fit: &Fit) -> Vec<Value> {
    let quality_of = &fit.items.questionnaire.quality_of;
    let one = |(at, item): (usize, &rating::grm::Item)| {
        let mut map = Map::new();
        map.insert("item".into(), json!(fit.items.names[at]));
        map.insert("quality".into(), json!(fit.items.qualities[quality_of[at]]));
        map.insert("a1".into(), json!(item.slope));
        for (k, (d, b)) in item.intercepts.iter().zip(item.thresholds()).enumerate() {
            map.insert(format!("d{}", k + 1), json!(d));
            map.insert(format!("b{}", k + 1), json!(b));
        }
        let answers: Vec<u8> = item.categories.iter().map(|code| code + 1).collect();
        map.insert("answers".into(), json!(answers));
        map.insert("anchored".into(), json!(fit.items.anchors[at].is_some()));
        Value::Object(map)
    };
    fit.calibration.items.iter().enumerate().map(one).collect()
}

fn qualities(fit: &Fit) -> Vec<Value> {
    let one = |(at, told): (usize, &super::classical::Told)| {
        let mut map = told.figures.clone();
        map.insert("quality".into(), json!(fit.items.qualities[at]));
        map.insert("log_likelihood".into(), json!(fit.calibration.log_likelihood[at]));
        map.insert("converged".into(), json!(fit.calibration.converged[at]));
        Value::Object(map)
    };
    fit.qualities.iter().enumerate().map(one).collect()
}

fn named(fit: &Fit, estimates: &[Option<Estimate>]) -> Vec<Value> {
    let told = estimates.iter().enumerate().filter_map(|(at, estimate)| Some((at, estimate.as_ref()?)));
    told.map(|(at, estimate)| {
        let mut value = json!(estimate);
        if let Some(map) = value.as_object_mut() {
            map.insert("quality".into(), json!(fit.items.qualities[at]));
        }
        value
    })
    .collect()
}

fn one(fit: &Fit, leader: &LeaderProfile) -> Value {
    let name = |quality: usize| &fit.items.qualities[quality];
    let mut qualities = named(fit, &leader.qualities);
    let asked = leader.qualities.iter().enumerate().filter(|(_, estimate)| estimate.is_some());
    for (value, (at, _)) in qualities.iter_mut().zip(asked) {
        let Some(map) = value.as_object_mut() else { continue };
        let agreed = fit.qualities[at].groups.iter().find(|group| group.group == leader.leader as usize);
        if let Some(agreed) = agreed {
            map.insert("n_complete".into(), json!(agreed.size));
            map.insert("rwg.j".into(), json!(agreed.rwg_j));
            map.insert("a.wg".into(), json!(agreed.a_wg));
            map.insert("AD.M".into(), json!(agreed.ad_mean));
        }
        map.insert("distribution".into(), json!(distribution(fit, leader.leader, at)));
    }
    json!({
        "leader": fit.leaders[leader.leader as usize],
        "overall": leader.overall,
        "qualities": qualities,
        "roles": leader.roles.iter().map(|role| json!({
            "role": role.role, "overall": role.overall, "qualities": named(fit, &role.qualities),
        })).collect::<Vec<_>>(),
        "self": leader.own.as_ref().map(|own| json!({
            "bias": own.bias, "bias_interval": own.bias_interval, "bias_probability": own.bias_probability,
            "qualities": own.qualities.iter().map(|gap| json!({
                "quality": name(gap.quality), "gap": gap.gap, "interval": gap.interval, "probability": gap.probability,
                "pattern": gap.pattern, "pattern_interval": gap.pattern_interval,
            })).collect::<Vec<_>>(),
        })),
        "differences": leader.differences.iter().map(|difference| json!({
            "higher": name(difference.higher), "lower": name(difference.lower),
            "difference": difference.difference, "interval": difference.interval,
        })).collect::<Vec<_>>(),
    })
}

/// How often each answer was given, over the items of a quality; only where ten forms of others or more answer it.
fn distribution(fit: &Fit, leader: u32, quality: usize) -> Option<Vec<usize>> {
    let asked = fit.items.questionnaire.items_of(quality);
    let mut counts = vec![0; usize::from(fit.items.questionnaire.categories)];
    let mut forms = 0;
    for (at, form) in fit.forms.forms.iter().enumerate() {
        if form.leader != leader || form.role == Role::Own {
            continue;
        }
        let answers = fit.forms.of_form(at);
        let told: Vec<u8> = asked.iter().map(|item| answers[*item]).filter(|code| *code != MISSING).collect();
        forms += usize::from(!told.is_empty());
        for code in told {
            counts[usize::from(code)] += 1;
        }
    }
    (forms >= ENOUGH_FOR_DISTRIBUTION).then_some(counts)
}

fn flags(fit: &Fit) -> Vec<Value> {
    let all = fit.signs.iter().enumerate().filter(|(_, sign)| sign.flagged);
    all.map(|(at, sign)| {
        let form = fit.forms.forms[at];
        json!({
            "row": fit.lines[at], "leader": fit.leaders[form.leader as usize], "rater": fit.raters[form.rater as usize],
            "role": form.role, "signs": sign.signs, "longstr": sign.long_string, "avgstr": sign.average_string,
            "irv": sign.irv, "mahad": sign.mahalanobis, "mahad_p": sign.mahalanobis_p, "Zh": sign.person_fit,
        })
    })
    .collect()
}

fn short(fit: &Fit, profile: &Profile) -> Vec<Value> {
    let one = |leader: &LeaderProfile| {
        json!({
            "leader": fit.leaders[leader.leader as usize], "overall": leader.overall,
            "qualities": named(fit, &leader.qualities),
        })
    };
    profile.leaders.iter().map(one).collect()
}

fn differing(fit: &Fit) -> Vec<Value> {
    let told = fit.dif.iter().enumerate().filter_map(|(at, found)| Some((at, found.as_ref()?)));
    told.map(|(quality, (roles, found))| {
        let asked = fit.items.questionnaire.items_of(quality);
        json!({
            "quality": fit.items.qualities[quality],
            "roles": roles.iter().zip(&found.groups).map(|(role, group)| json!({
                "role": role, "mean": group.mean, "var": group.variance,
            })).collect::<Vec<_>>(),
            "items": found.items.iter().map(|item| json!({
                "item": fit.items.names[asked[item.item]], "X2": item.chi_squared, "df": item.df, "p": item.p,
                "adj_p": item.p_adjusted, "differs": item.differs,
            })).collect::<Vec<_>>(),
        })
    })
    .collect()
}

/// For people: one line a leader and quality.
pub fn text(fit: &Fit) -> String {
    let range = |low: f64, high: f64| format!("{low:.2} to {high:.2}");
    let cells = |leader: &str, quality: &str, role: &str, estimate: &Estimate| {
        vec![
            leader.to_owned(),
            quality.to_owned(),
            role.to_owned(),
            estimate.n.to_string(),
            format!("{:.2}", estimate.fair_average),
            range(estimate.development.low, estimate.development.high),
            estimate.decision.map_or(String::new(), |interval| range(interval.low, interval.high)),
        ]
    };
    let mut rows = Vec::new();
    for leader in &fit.profile.leaders {
        let name = &fit.leaders[leader.leader as usize];
        rows.push(cells(name, "all", "all", &leader.overall));
        for (quality, estimate) in fit.items.qualities.iter().zip(&leader.qualities) {
            if let Some(estimate) = estimate {
                rows.push(cells(name, quality, "all", estimate));
            }
        }
        for role in &leader.roles {
            rows.push(cells(name, "all", role.role.name(), &role.overall));
        }
    }
    let mut out = output::table(
        &["leader", "quality", "role", "n", "fair average", "development (90 %)", "decision (90 %)"],
        &rows,
        &[3, 4],
    );
    for note in &fit.notes {
        let _ = write!(out, "\nNote: {note}.");
    }
    out
}
