//! Means over a whole wave, with noise on them, and the account of what was told in that way of everybody who answered:
//! at most ε = 2 a year of anybody. Decided from who answered and from the account; an answer is only looked at when it
//! is clear that the mean will be told.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use leadership::WaveId;
use leadership::profile::{NoMean, WholeMean, WholeMeans};
use rating::disclosure::{Account, NoNoise, Noisy};

use super::work::{SCALE, Whole};
use crate::error::LedgerError;
use crate::tx::Tx;

/// Share of what a year allows that the mean of all forms takes. With [`UNFLAGGED`] it makes two waves a year.
const ALL: f64 = 0.3;
/// Share of the mean without flagged forms.
const UNFLAGGED: f64 = 0.2;
/// Days in which what was spent counts.
const YEAR_DAYS: i32 = 365;
/// ρ is kept in whole parts of this size, so that both engines add it up alike.
const PARTS: f64 = 1e12;

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// ρ that each of some raters spent within a year before or after a day, by their place.
async fn spent(tx: &mut Tx, raters: &[&String], day: Date) -> Result<BTreeMap<u32, f64>, LedgerError> {
    let places: BTreeMap<&str, u32> =
        raters.iter().enumerate().map(|(at, rater)| (rater.as_str(), number(at))).collect();
    let (from, until) = (day.saturating_sub(YEAR_DAYS.days()), day.saturating_add(YEAR_DAYS.days()));
    let rows = tx
        .rows(
            "select rater_key, cast(sum(spent) as bigint) as spent from privacy_spent where day > $1 and day < $2 \
             group by rater_key",
            args![from, until],
        )
        .await?;
    let mut out = BTreeMap::new();
    for row in &rows {
        if let Some(place) = places.get(row.text("rater_key")?.as_str()) {
            #[expect(clippy::cast_precision_loss, reason = "a year's ρ is below 2⁵³ parts")]
            out.insert(*place, row.int("spent")? as f64 / PARTS);
        }
    }
    Ok(out)
}

/// Keeps what each rater spent on a wave.
async fn keep(tx: &mut Tx, wave: WaveId, day: Date, rater: &str, rho: f64) -> Result<(), LedgerError> {
    // Rounded up: never less than was spent.
    #[expect(clippy::cast_possible_truncation, reason = "a year's ρ is far below 2⁶³ parts")]
    let parts = (rho * PARTS).ceil() as i64;
    tx.run(
        "insert into privacy_spent (wave, rater_key, rater, day, spent) values ($1, $2, \
         (select max(s.rater) from seat s where s.wave = $1 and s.rater_key = $2), $3, $4)",
        args![wave, rater, day, parts],
    )
    .await?;
    Ok(())
}

fn told(noisy: Noisy) -> WholeMean {
    let two = |value: f64| (value * 100.0).round() / 100.0 + 0.0;
    WholeMean { mean: two(noisy.mean), noise: two(noisy.noise_sd), forms: noisy.answers }
}

fn why(no: NoNoise) -> NoMean {
    match no {
        NoNoise::Spent => NoMean::Spent,
        NoNoise::TooFew | NoNoise::NoShare => NoMean::TooFew,
    }
}

/// The means, as far as the account allows; what they cost is entered into it.
fn figures(tx: &Tx, account: &mut Account, forms: &BTreeMap<u32, usize>, whole: &Whole) -> WholeMeans {
    let scale = (1.0, f64::from(SCALE));
    let mut random = || u64::from_le_bytes(tx.random());
    let mut out = WholeMeans { raters: forms.len(), ..WholeMeans::default() };
    match account.mean_of_forms(&whole.answers, forms, scale, ALL, &mut random) {
        Ok(noisy) => out.all = Some(told(noisy)),
        Err(no) => {
            out.not = Some(why(no));
            return out;
        }
    }
    if let Some(unflagged) = &whole.unflagged {
        match account.mean_of_forms(unflagged, forms, scale, UNFLAGGED, &mut random) {
            Ok(noisy) => out.unflagged = Some(told(noisy)),
            Err(no) => out.not = Some(why(no)),
        }
    }
    out
}

/// The means of a wave that closed on a day; what each rater spent on them is kept.
pub(crate) async fn means(tx: &mut Tx, wave: WaveId, day: Date, whole: &Whole) -> Result<WholeMeans, LedgerError> {
    let raters: Vec<&String> = whole.raters.keys().collect();
    let forms: BTreeMap<u32, usize> =
        whole.raters.values().enumerate().map(|(at, forms)| (number(at), *forms)).collect();
    let before = spent(tx, &raters, day).await?;
    let mut account = Account::of(before.clone());
    let mut out = figures(tx, &mut account, &forms, whole);
    if out.all.is_none() {
        return Ok(out);
    }
    for (at, rater) in raters.iter().enumerate() {
        let place = number(at);
        let rho = account.spent_by(place) - before.get(&place).copied().unwrap_or(0.0);
        keep(tx, wave, day, rater, rho).await?;
        out.epsilon = out.epsilon.max(account.epsilon_of(place));
    }
    // Told rounded up.
    out.epsilon = (out.epsilon * 100.0).ceil() / 100.0;
    Ok(out)
}
