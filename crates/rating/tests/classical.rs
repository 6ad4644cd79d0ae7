//! Classical figures beside published values and beside the reference.

mod support;

use std::collections::BTreeMap;

use rating::classical::agreement::{Null, Scale, by_group};
use rating::classical::alpha::reliability;
use rating::classical::factor::one_factor;
use rating::classical::icc::{one_way, shrout_fleiss};
use rating::classical::{Column, Refused};
use rating::num::{mean, median};
use support::{close, columns, table};

const EXACT: f64 = 1e-10;
const LEAD: [&str; 11] = ["AF06", "AF07", "AP12", "AP17", "AP33", "AP34", "AS14", "AS15", "AS16", "AS17", "AS28"];
const BHR: &str = "data/leadership/bhr2000.csv";

fn values() -> Option<BTreeMap<(String, String), f64>> {
    let (_, rows) = table("reference/rating/ctt/ctt_values.csv")?;
    Some(rows.into_iter().map(|row| ((row[0].clone(), row[1].clone()), row[2].parse().unwrap())).collect())
}

fn whole(columns: &[&[f64]]) -> Vec<Column> {
    columns.iter().map(|column| column.iter().copied().map(Some).collect()).collect()
}

#[test]
fn the_table_of_shrout_and_fleiss_gives_what_they_published() {
    let table: Vec<Vec<f64>> = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
        .iter()
        .map(|row| row.iter().copied().map(f64::from).collect())
        .collect();
    let got = shrout_fleiss(&table).unwrap();
    for (got, published, exact) in [
        (got.icc1, 0.17, 0.165_741_768_405_475),
        (got.icc2, 0.29, 0.289_763_779_527_559),
        (got.icc3, 0.71, 0.714_840_714_840_715),
        (got.icc1k, 0.44, 0.442_797_133_679_268),
        (got.icc2k, 0.62, 0.620_050_547_598_989),
        (got.icc3k, 0.91, 0.909_315_542_377_069),
    ] {
        close("published", got, published, 0.005);
        close("exact", got, exact, EXACT);
    }
}

#[test]
fn closed_forms() {
    // Two parallel items: alpha is 2r/(1+r); every index of agreement from four raters' answers by hand.
    let items = whole(&[&[1.0, 2.0, 3.0, 4.0], &[2.0, 1.0, 4.0, 3.0]]);
    let got = reliability(&items).unwrap();
    close("average r", got.average_r, 0.6, EXACT);
    close("alpha", got.alpha_raw, 2.0 * 0.6 / 1.6, EXACT);
    close("alpha of correlations", got.alpha_std, 2.0 * 0.6 / 1.6, EXACT);
    close("lambda 6", got.g6.unwrap(), 1.0 - 2.0 * (1.0 - 0.36) / 3.2, EXACT);

    let groups = ["a", "a", "b", "b", "b", "c"];
    let answers = whole(&[&[4.0, 5.0, 3.0, 3.0, 3.0, 2.0]]);
    let agreed = by_group(&groups, &answers, Some(Scale { low: 1.0, categories: 5 })).unwrap();
    assert_eq!(agreed.len(), 3);
    close("uniform", agreed[0].rwg_j["uniform"], 0.75, EXACT);
    close("heavy skew is held at 0", agreed[0].rwg_j["heavy_skew"], 0.0, EXACT);
    close("and Lindell's is not", agreed[0].rwg_j_lindell["heavy_skew"], 1.0 - 0.5 / 0.44, EXACT);
    close("average deviation", agreed[0].ad_mean.unwrap(), 0.5, EXACT);
    assert_eq!(agreed[0].a_wg, None, "a mean of 4.5 of two raters is too near the end");
    assert_eq!((agreed[1].a_wg, agreed[1].rwg_j["uniform"]), (Some(1.0), 1.0));
    assert!(agreed[2].rwg_j.is_empty() && agreed[2].ad_mean.is_none() && agreed[2].size == 1, "a group of one");

    // Balanced: restricted maximum likelihood is the analysis of variance.
    let ratings: Vec<Option<f64>> = [1.0, 2.0, 3.0, 4.0, 4.0, 6.0].into_iter().map(Some).collect();
    let got = one_way(&[0, 0, 1, 1, 2, 2], &ratings).unwrap();
    close("between", got.between, 6.166_666_666_666_667, EXACT);
    close("within", got.within, 1.0, EXACT);
    close("both agree", got.icc1_reml, got.icc1, EXACT);
    close("Spearman-Brown", got.icc2_reml, got.icc2, EXACT);

    // Loadings of three items have a closed form: λ₁² = r₁₂ r₁₃ / r₂₃.
    let rows: Vec<[f64; 3]> = (0..64)
        .map(|n| {
            let bit = |at: u32| f64::from((n >> at) & 1) * 2.0 - 1.0;
            [bit(0) + 0.5 * bit(1), 0.8 * bit(0) + bit(2), 0.6 * bit(0) + 0.7 * bit(3)]
        })
        .collect();
    let items: Vec<Column> = (0..3).map(|item| rows.iter().map(|row| Some(row[item])).collect()).collect();
    let fitted = one_factor(&items).unwrap();
    for (got, expected) in fitted.loadings.iter().zip([1.0, 0.8, 0.6]) {
        close("loading", *got, expected, 1e-9);
    }
    close("omega", fitted.omega, 5.76 / (5.76 + 0.25 + 1.0 + 0.49), 1e-9);
    assert!(fitted.df == 0 && fitted.held.is_empty());
}

#[test]
fn what_cannot_be_computed_says_why() {
    assert_eq!(reliability(&whole(&[&[1.0, 2.0], &[3.0]])), Err(Refused::Ragged { column: 1, found: 1, expected: 2 }));
    assert_eq!(reliability(&whole(&[&[1.0, 2.0], &[3.0, 3.0]])), Err(Refused::Constant { item: 1 }));
    assert_eq!(reliability(&whole(&[&[1.0, 2.0]])), Err(Refused::TooFewItems { found: 1, needed: 2 }));
    assert_eq!(one_way(&[1, 2, 3], &[Some(1.0); 3]), Err(Refused::TooFewGroups { groups: 3, rows: 3 }));
    assert_eq!(one_way(&[1, 1, 2], &[Some(1.0); 3]), Err(Refused::Constant { item: 0 }));
    let alike = one_way(&[1, 1, 2, 2], &[Some(1.0), Some(1.0), Some(2.0), Some(2.0)]).unwrap();
    assert_eq!((alike.f, alike.icc1, alike.icc2), (None, 1.0, 1.0));
    assert!(alike.icc1_reml > 0.999_999);
    let twice = whole(&[&[1.0, 2.0, 3.0, 5.0, 1.0], &[1.0, 2.0, 3.0, 5.0, 1.0], &[3.0, 1.0, 2.0, 2.0, 4.0]]);
    assert_eq!(one_factor(&twice), Err(Refused::Singular));
    assert_eq!(Null::SlightSkew.variance(7), None);
    // Worded the other way and not turned round, two items cancel: no alpha of minus infinity.
    let turned = whole(&[&[1.0, 2.0, 4.0], &[5.0, 4.0, 2.0]]);
    assert_eq!(reliability(&turned), Err(Refused::NoSum));
    // Three times 0.1 is not 0.3, and does not vary all the same.
    assert_eq!(reliability(&whole(&[&[0.1, 0.1, 0.1], &[1.0, 2.0, 3.0]])), Err(Refused::Constant { item: 0 }));
    assert_eq!(one_way(&[1, 1, 1, 2, 2], &[Some(0.1); 5]), Err(Refused::Constant { item: 0 }));
    let apart = one_way(&[1, 1, 1, 2, 2], &[Some(0.1), Some(0.1), Some(0.1), Some(0.7), Some(0.7)]).unwrap();
    assert_eq!((apart.within, apart.f, apart.icc1), (0.0, None, 1.0));
    // Two groups of one mean: no ICC(2) of minus 1e30.
    let same = one_way(&[1, 1, 2, 2, 2], &[Some(0.2), Some(0.4), Some(0.1), Some(0.3), Some(0.5)]).unwrap();
    assert_eq!((same.between, same.f, same.icc2), (0.0, Some(0.0), 0.0));
    // An item that repeats the others but for rounding.
    let sum = whole(&[&[1.0, 2.0, 3.0, 5.0, 1.0], &[3.0, 1.0, 2.0, 2.0, 4.0], &[0.4, 0.3, 0.5, 0.7, 0.5]]);
    assert_eq!((one_factor(&sum), reliability(&sum).unwrap().g6), (Err(Refused::Singular), None));
}

#[test]
fn agreement_is_that_of_the_reference() {
    let (Some(values), Some(items), Some(groups)) = (values(), columns(BHR, &LEAD), columns(BHR, &["GRP"])) else {
        return;
    };
    let groups: Vec<u64> = groups[0].iter().map(|group| group.unwrap().to_bits()).collect();
    let scale = Some(Scale { low: 1.0, categories: 5 });
    let agreed = by_group(&groups, &items, scale).unwrap();
    let value = |stat: &str| values[&("bhr2000".to_owned(), stat.to_owned())];
    let all = |figure: &dyn Fn(usize) -> Option<f64>| -> Vec<f64> { (0..agreed.len()).filter_map(figure).collect() };
    for null in Null::ALL {
        let name = null.name();
        let rwg = all(&|at| agreed[at].rwg_j.get(name).copied());
        close(name, mean(&rwg).unwrap(), value(&format!("rwg.j_{name}_mean")), EXACT);
        close(name, median(&rwg).unwrap(), value(&format!("rwg.j_{name}_median")), EXACT);
        let lindell = all(&|at| agreed[at].rwg_j_lindell.get(name).copied());
        close(name, mean(&lindell).unwrap(), value(&format!("rwg.j.lindell_{name}_mean")), EXACT);
        for (file, got) in [("rwgj", &rwg), ("rwgj_lindell", &lindell)] {
            let (_, rows) = table(&format!("reference/rating/ctt/bhr2000_{file}_{name}.csv")).unwrap();
            assert_eq!(rows.len(), got.len());
            for (row, got) in rows.iter().zip(got) {
                close(&format!("{file} {name} {}", row[0]), *got, row[1].parse().unwrap(), EXACT);
            }
        }
    }
    for (name, got) in [
        ("AD_mean", all(&|at| agreed[at].ad_mean)),
        ("AD_median", all(&|at| agreed[at].ad_median)),
        ("awg", all(&|at| agreed[at].a_wg)),
    ] {
        close(name, mean(&got).unwrap(), value(&format!("{name}_mean")), EXACT);
        close(name, median(&got).unwrap(), value(&format!("{name}_median")), EXACT);
        let (_, rows) = table(&format!("reference/rating/ctt/bhr2000_{}.csv", name.to_lowercase())).unwrap();
        for (row, got) in rows.iter().zip(&got) {
            close(&format!("{name} {}", row[0]), *got, row[1].parse().unwrap(), EXACT);
        }
    }
    let one = columns("data/leadership/bh1996.csv", &["GRP", "LEAD", "COHES"]).unwrap();
    let groups: Vec<u64> = one[0].iter().map(|group| group.unwrap().to_bits()).collect();
    for (column, name) in [(1, "LEAD"), (2, "COHES")] {
        let agreed = by_group(&groups, &one[column..=column], scale).unwrap();
        let rwg: Vec<f64> = agreed.iter().filter_map(|group| group.rwg_j.get("uniform").copied()).collect();
        close(name, mean(&rwg).unwrap(), values[&("bh1996".to_owned(), format!("rwg_{name}_mean"))], EXACT);
    }
    let hours = by_group(&agreed_groups(), &columns(BHR, &["HRS"]).unwrap(), None).unwrap();
    let deviations: Vec<f64> = hours.iter().filter_map(|group| group.ad_mean).collect();
    close("hours", mean(&deviations).unwrap(), value("AD_mean_HRS_mean"), EXACT);
}

fn agreed_groups() -> Vec<u64> {
    columns(BHR, &["GRP"]).unwrap()[0].iter().map(|group| group.unwrap().to_bits()).collect()
}

#[test]
fn one_way_figures_are_those_of_the_reference() {
    let Some(values) = values() else { return };
    for (data, file, names) in [
        ("bh1996", "data/leadership/bh1996.csv", &["COHES", "LEAD", "HRS", "WBEING"][..]),
        ("bhr2000", BHR, &["HRS", "AF06", "AP12"]),
    ] {
        let groups: Vec<u64> = columns(file, &["GRP"]).unwrap()[0].iter().map(|id| id.unwrap().to_bits()).collect();
        for name in names {
            let got = one_way(&groups, &columns(file, &[name]).unwrap()[0]).unwrap();
            for (stat, got, tolerance) in [
                ("MSB", got.between, EXACT),
                ("MSW", got.within, EXACT),
                ("F", got.f.unwrap(), EXACT),
                ("ICC1_aov", got.icc1, EXACT),
                ("ICC2_aov", got.icc2, EXACT),
                ("ICC1_reml", got.icc1_reml, 1e-6),
                ("ICC2_reml", got.icc2_reml, 1e-6),
            ] {
                close(stat, got, values[&(data.to_owned(), format!("{stat}_{name}"))], tolerance);
            }
        }
    }
}

#[test]
fn reliability_is_that_of_the_reference() {
    let Some(values) = values() else { return };
    // Items keyed the other way, as the keys of the inventory have it.
    let scales: [(&str, &str, &[&str], &[&str]); 6] = [
        ("bhr2000", "LEAD", &LEAD, &[]),
        ("bfi", "agree", &["A1", "A2", "A3", "A4", "A5"], &["A1"]),
        ("bfi", "conscientious", &["C1", "C2", "C3", "C4", "C5"], &["C4", "C5"]),
        ("bfi", "extraversion", &["E1", "E2", "E3", "E4", "E5"], &["E1", "E2"]),
        ("bfi", "neuroticism", &["N1", "N2", "N3", "N4", "N5"], &[]),
        ("bfi", "openness", &["O1", "O2", "O3", "O4", "O5"], &["O2", "O5"]),
    ];
    for (data, scale, names, reversed) in scales {
        let file = if data == "bfi" { "data/rater_irt/psych_bfi.csv" } else { BHR };
        let mut items = columns(file, names).unwrap();
        for (name, column) in names.iter().zip(&mut items) {
            if reversed.contains(name) {
                column.iter_mut().flatten().for_each(|answer| *answer = 7.0 - *answer);
            }
        }
        let got = reliability(&items).unwrap();
        let fitted = one_factor(&items).unwrap();
        for (stat, got, tolerance) in [
            ("alpha_raw", got.alpha_raw, EXACT),
            ("alpha_std", got.alpha_std, EXACT),
            ("G6", got.g6.unwrap(), EXACT),
            ("avg_r", got.average_r, EXACT),
            ("alpha_ase", got.alpha_ase, EXACT),
            ("alpha_listwise", got.alpha_listwise.unwrap(), EXACT),
            ("omega_cfa_ml", fitted.omega, 1e-6),
            ("cfa_loglik", fitted.log_likelihood, 1e-6),
            ("cfa_chisq", fitted.chi_squared, 1e-4),
            ("cfa_cfi", fitted.cfi, 1e-6),
            ("cfa_rmsea", fitted.rmsea, 1e-6),
            ("cfa_srmr", fitted.srmr, 1e-6),
        ] {
            let expected = values[&(data.to_owned(), format!("{stat}_{scale}"))];
            close(&format!("{stat} {scale}"), got, expected, tolerance);
        }
        let (_, rows) = table(&format!("reference/rating/ctt/{data}_cfa_{scale}.csv")).unwrap();
        for (row, got) in rows.iter().zip(fitted.loadings.iter().chain(&fitted.unique)) {
            close(&row[0], *got, row[3].parse().unwrap(), 1e-4);
        }
    }
}
