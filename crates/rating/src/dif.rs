//! Do items mean the same to every role? Likelihood-ratio tests of differential item functioning, item by item
//! (Thissen, Steinberg & Wainer 1993), with the false discovery rate held (Benjamini & Hochberg 1995). It is run on the
//! data of an organisation and shown to whoever owns the questionnaire; it says nothing about a person.

use rayon::prelude::*;
use serde::Serialize;

use crate::grm::{Fitted, Latent, MISSING, Refused, Responses, Settings, fit_groups};
use crate::num::{chi_squared_upper, false_discovery, real};

/// What is told of one item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ItemDif {
    /// Which item, from 0.
    pub item: usize,
    /// Twice the gain in log-likelihood when every group has its own slope and intercepts for this item.
    #[serde(rename = "X2")]
    pub chi_squared: f64,
    /// Parameters that this adds: categories in use summed over groups, less those in use at all.
    pub df: usize,
    /// P(so large a gain) where the item means the same to all.
    pub p: f64,
    /// The smallest false discovery rate at which the item would be named.
    #[serde(rename = "adj_p")]
    pub p_adjusted: f64,
    /// Whether that is at most the rate asked for.
    pub differs: bool,
}

/// What is told of a questionnaire.
#[derive(Debug, Clone, PartialEq)]
pub struct Dif {
    /// Item by item.
    pub items: Vec<ItemDif>,
    /// Log-likelihood with all items equal, group means and variances free.
    pub log_likelihood: f64,
    /// Mean and variance of ψ in each group; 0 and 1 in the first.
    pub groups: Vec<Latent>,
    /// Whether every fit converged.
    pub converged: bool,
}

/// Tests every item of one scale: `answers` are rows of `items` codes, `groups` says which group each row is of (from
/// 0), `rate` is the false discovery rate. Each item is tested with all others held equal across groups.
///
/// # Errors
/// [`Refused`] as of [`Responses::in_groups`]; [`Refused::Nothing`] for fewer than two groups.
pub fn dif(answers: &[u8], items: usize, groups: &[u8], rate: f64) -> Result<Dif, Refused> {
    let responses = Responses::in_groups(answers, items, groups)?;
    if responses.groups() < 2 {
        return Err(Refused::Nothing { rows: groups.len(), items });
    }
    let settings = Settings { tolerance: 1e-5, ..Settings::default() };
    let equal = fit_groups(&responses, &[], None, &settings);
    let freed: Vec<Fitted> =
        (0..items).into_par_iter().map(|item| fit_groups(&responses, &[item], Some(&equal), &settings)).collect();
    let tested: Vec<(f64, usize)> = freed
        .iter()
        .enumerate()
        .map(|(item, fitted)| (2.0 * (fitted.log_likelihood - equal.log_likelihood).max(0.0), added(&responses, item)))
        .collect();
    let p: Vec<f64> =
        tested.iter().map(|(x, df)| if *df == 0 { 1.0 } else { chi_squared_upper(*x, real(*df)) }).collect();
    let adjusted = false_discovery(&p);
    let told =
        tested.into_iter().zip(p).zip(adjusted).enumerate().map(|(item, (((chi_squared, df), p), p_adjusted))| {
            ItemDif { item, chi_squared, df, p, p_adjusted, differs: p_adjusted <= rate }
        });
    Ok(Dif {
        items: told.collect(),
        log_likelihood: equal.log_likelihood,
        converged: equal.converged && freed.iter().all(|fitted| fitted.converged),
        groups: equal.latent,
    })
}

fn added(responses: &Responses, item: usize) -> usize {
    let all = responses.categories()[item].len();
    let mut used = vec![vec![false; all]; responses.groups()];
    for at in 0..responses.distinct() {
        let code = responses.pattern(at)[item];
        if code != MISSING {
            used[responses.group(at)][usize::from(code)] = true;
        }
    }
    let sum: usize = used.iter().map(|used| used.iter().filter(|used| **used).count()).sum();
    sum.saturating_sub(all)
}
