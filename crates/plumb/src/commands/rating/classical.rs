//! Reliability and agreement under the names of the reference files.

use rating::classical::agreement::{GroupAgreement, Null, Scale, by_group};
use rating::classical::alpha::reliability;
use rating::classical::factor::one_factor;
use rating::classical::icc::one_way;
use rating::classical::{Column, Refused};
use rating::num::{mean, median};
use serde_json::{Map, Value, json};

/// What was computed, and what could not be and why.
pub struct Told {
    /// Figures by name; null where there is none.
    pub figures: Map<String, Value>,
    /// Group by group.
    pub groups: Vec<GroupAgreement<usize>>,
    /// Why some are null.
    pub notes: Vec<String>,
}

/// Mean of a row's answers over the items that it answers.
pub fn means(columns: &[Column]) -> Column {
    let rows = columns.first().map_or(0, Vec::len);
    (0..rows)
        .map(|row| mean(&columns.iter().filter_map(|column| column.get(row).copied().flatten()).collect::<Vec<_>>()))
        .collect()
}

/// All figures of one set of items over grouped rows.
pub fn told(groups: &[usize], columns: &[Column], names: &[&str], scale: Option<Scale>) -> Told {
    let mut out = Told { figures: Map::new(), groups: Vec::new(), notes: Vec::new() };
    out.scale(columns, names);
    out.one_way(groups, &means(columns), "");
    match by_group(groups, columns, scale) {
        Ok(groups) => out.groups = groups,
        Err(refused) => out.note("agreement", names, &refused),
    }
    out.agreement(scale);
    let several = out.groups.iter().any(|group| group.size > 1);
    if scale.is_some() && several && out.groups.iter().all(|group| group.a_wg.is_none()) {
        out.notes.push(
            "no a_wg: the means of all groups lie so near an end of the scale that the formula does not hold there"
                .into(),
        );
    }
    let alone = out.groups.iter().filter(|group| group.size == 1).count();
    let none = out.groups.iter().filter(|group| group.size == 0).count();
    if alone + none > 0 {
        out.notes.push(format!(
            "{} of {} groups have fewer than two rows that answer every item: no agreement is told for them",
            alone + none,
            out.groups.len()
        ));
    }
    out
}

impl Told {
    fn note(&mut self, what: &str, names: &[&str], refused: &Refused) {
        let reason = match refused {
            Refused::Constant { item } if names.len() > 1 => {
                let name = names.get(*item).copied().unwrap_or_default();
                format!("every answer to `{name}` is the same; leave it out of the items")
            }
            other => other.to_string(),
        };
        self.notes.push(format!("no {what}: {reason}"));
    }

    fn merge(&mut self, value: &impl serde::Serialize) {
        if let Ok(Value::Object(map)) = serde_json::to_value(value) {
            self.figures.extend(map);
        }
    }

    fn scale(&mut self, columns: &[Column], names: &[&str]) {
        for name in [
            "alpha_raw",
            "alpha_std",
            "G6",
            "avg_r",
            "alpha_ase",
            "alpha_listwise",
            "n_listwise",
            "omega_cfa_ml",
            "cfa_loglik",
            "cfa_chisq",
            "cfa_df",
            "cfa_pvalue",
            "cfa_cfi",
            "cfa_rmsea",
            "cfa_srmr",
        ] {
            self.figures.insert(name.into(), Value::Null);
        }
        if names.len() < 2 {
            self.notes.push("no alpha: it needs two items".into());
        } else {
            match reliability(columns) {
                Ok(figures) => {
                    if figures.g6.is_none() {
                        self.note("G6", names, &Refused::Singular);
                    }
                    if figures.alpha_listwise.is_none() {
                        let rows = figures.n_listwise;
                        self.notes.push(format!(
                            "no alpha_listwise: of the rows that answer every item, {rows}, the answers do not vary"
                        ));
                    }
                    self.merge(&figures);
                }
                Err(refused) => self.note("alpha", names, &refused),
            }
        }
        if names.len() < 3 {
            self.notes.push("no omega: it needs three items".into());
            return;
        }
        match one_factor(columns) {
            Ok(fitted) => {
                if let Some(item) = fitted.held.first() {
                    self.notes.push(format!(
                        "omega is too high: the unique variance of `{}` ran to zero and was held there",
                        names.get(*item).copied().unwrap_or_default()
                    ));
                }
                self.merge(&fitted);
                self.figures.remove("held");
            }
            Err(refused) => self.note("omega", names, &refused),
        }
    }

    /// Both one-way ICCs, each name with `suffix`.
    pub fn one_way(&mut self, groups: &[usize], values: &Column, suffix: &str) {
        for name in ["MSB", "MSW", "F", "ICC1_aov", "ICC2_aov", "ICC1_reml", "ICC2_reml"] {
            self.figures.insert(format!("{name}{suffix}"), Value::Null);
        }
        let of = suffix.trim_start_matches('_');
        let of = if of.is_empty() { String::new() } else { format!(" of {of}") };
        match one_way(groups, values) {
            Ok(figures) => {
                if figures.f.is_none() {
                    self.notes
                        .push(format!("no F{of}: nobody differs within a group, so that nothing can be divided by"));
                }
                if let Ok(Value::Object(map)) = serde_json::to_value(&figures) {
                    let counts = ["groups", "n"];
                    let named = map.into_iter().filter(|(name, _)| !counts.contains(&name.as_str()));
                    self.figures.extend(named.map(|(name, value)| (format!("{name}{suffix}"), value)));
                }
            }
            Err(refused) => {
                let reason = match refused {
                    Refused::Constant { .. } => "every value is the same".to_owned(),
                    other => other.to_string(),
                };
                self.notes.push(format!("no ICC{of}: {reason}"));
            }
        }
    }

    /// Mean and median over the groups.
    fn agreement(&mut self, scale: Option<Scale>) {
        let all = |figure: &dyn Fn(&GroupAgreement<usize>) -> Option<f64>| -> Vec<f64> {
            self.groups.iter().filter_map(figure).collect()
        };
        let mut found = Vec::new();
        for null in Null::ALL {
            let name = null.name();
            if scale.is_some_and(|scale| null.variance(scale.categories).is_none()) {
                continue;
            }
            found.push((format!("rwg.j_{name}"), all(&|group| group.rwg_j.get(name).copied())));
            found.push((format!("rwg.j.lindell_{name}"), all(&|group| group.rwg_j_lindell.get(name).copied())));
        }
        found.push(("awg".into(), all(&|group| group.a_wg)));
        found.push(("AD_mean".into(), all(&|group| group.ad_mean)));
        found.push(("AD_median".into(), all(&|group| group.ad_median)));
        for (name, values) in found {
            self.figures.insert(format!("{name}_mean"), json!(mean(&values)));
            self.figures.insert(format!("{name}_median"), json!(median(&values)));
        }
    }
}
