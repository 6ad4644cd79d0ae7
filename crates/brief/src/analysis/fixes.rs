//! Whether fixes that people marked held, as the record shows it.

use casebook::{Entry, Fixed, Judged, Part, Stage};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::PersonId;
use problems::verify::{self, Standing};
use work::Record;

use super::{AnalysisError, Ruled, opened_of};

/// Follows the fix of a problem up to the end of the record. `all` is when the tickets of the whole desk were opened,
/// sorted; days begin in `zone`. `None` where the record holds no whole week.
///
/// # Errors
/// When the record cannot be read.
pub async fn standing(
    record: &Record,
    seen: &Ruled,
    problem: &str,
    fixed: &Fixed,
    all: &[i64],
    zone: &TimeZone,
) -> Result<Option<Standing>, AnalysisError> {
    let Some(observed) = seen.found.observed else { return Ok(None) };
    let Ok(on) = fixed.on.to_zoned(zone.clone()) else { return Ok(None) };
    let own = opened_of(record, seen, problem).await?;
    Ok(Some(verify::follow(&own, all, on.timestamp().as_second(), observed, Some(&fixed.team))))
}

/// All fixes that are marked, each as the record judges it, by the number of its entry.
///
/// # Errors
/// When the record cannot be read.
pub async fn fixes(
    record: &Record,
    seen: &Ruled,
    entries: &[Entry],
    all: &[i64],
    zone: &TimeZone,
) -> Result<Vec<Judged>, AnalysisError> {
    let Some((_, end)) = seen.found.observed else { return Ok(Vec::new()) };
    let end = jiff::Timestamp::from_second(end).map(|end| end.to_zoned(zone.clone()).date()).unwrap_or_default();
    let mut out = Vec::new();
    for (id, part) in &seen.parts {
        let (Some(fixed), Some(problem)) = (&part.fixed, seen.problem(id)) else { continue };
        let Some(standing) = standing(record, seen, id, fixed, all, zone).await? else { continue };
        let (stage, day) = stage(&standing, end);
        out.push(Judged {
            entry: fixed.entry,
            problem: id.clone(),
            title: problem.title.clone(),
            owner: owner(part, fixed.entry, entries),
            team: fixed.team.clone(),
            on: fixed.on,
            stage,
            day,
            figures: standing.verified.sentence,
        });
    }
    out.sort_by_key(|fix| fix.entry);
    Ok(out)
}

/// Where a fix stands, and the day by which that could be said: the end of the record, where no earlier one is known.
fn stage(standing: &Standing, end: Date) -> (Stage, Date) {
    let day = |told: &Option<String>| told.as_ref().and_then(|day| day.parse().ok()).unwrap_or(end);
    match standing.stage {
        verify::Stage::Claimed => (Stage::Unproven, end),
        verify::Stage::NotFixed => (Stage::NotFixed, end),
        verify::Stage::Fixed => (Stage::Fixed, day(&standing.shown_on)),
        verify::Stage::Reopened => (Stage::Reopened, day(&standing.reopened_on)),
    }
}

/// Who answered for a problem when a fix was marked, as its canvas said by then: nobody puts their name to it once it
/// is known whether it held.
fn owner(part: &Part, marked: u64, entries: &[Entry]) -> Option<PersonId> {
    let version = part.canvases.first()?.versions.iter().rev().find(|number| **number < marked)?;
    entries.iter().find(|entry| entry.number == *version)?.act.canvas()?.owner_person
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_of_the_day_by_which_it_could_be_said() {
        let end = jiff::civil::date(2026, 6, 30);
        let told = |stage, shown: Option<&str>, back: Option<&str>| {
            let text = |day: Option<&str>| day.map(str::to_owned);
            let standing = Standing { stage, shown_on: text(shown), reopened_on: text(back), ..Standing::default() };
            super::stage(&standing, end)
        };
        let (shown, back) = (Some("2026-04-05"), Some("2026-05-24"));
        assert_eq!(told(verify::Stage::Claimed, None, None), (Stage::Unproven, end));
        assert_eq!(told(verify::Stage::NotFixed, None, None), (Stage::NotFixed, end));
        assert_eq!(told(verify::Stage::Fixed, shown, None), (Stage::Fixed, jiff::civil::date(2026, 4, 5)));
        assert_eq!(told(verify::Stage::Reopened, shown, back), (Stage::Reopened, jiff::civil::date(2026, 5, 24)));
    }
    #[test]
    fn the_owner_is_who_answered_for_it_when_the_fix_was_marked() {
        let person = |at: u8| PersonId::new(jiff::Timestamp::UNIX_EPOCH, [at; 10]);
        let canvas = |number, at| Entry {
            number,
            at: jiff::Timestamp::UNIX_EPOCH,
            person: None,
            by: String::new(),
            act: casebook::Act::Canvas {
                of: casebook::Side::default(),
                canvas: Box::new(casebook::Canvas { owner_person: Some(person(at)), ..Default::default() }),
            },
        };
        let entries = [canvas(1, 1), canvas(2, 2), canvas(4, 4)];
        let chain = casebook::Chain { title: String::new(), versions: vec![1, 2, 4] };
        let part = Part { canvases: vec![chain], ..Part::default() };
        assert_eq!(owner(&part, 3, &entries), Some(person(2)), "whoever came later is not credited");
        assert_eq!(owner(&part, 1, &entries), None);
        assert_eq!(owner(&Part::default(), 3, &entries), None);
    }
}
