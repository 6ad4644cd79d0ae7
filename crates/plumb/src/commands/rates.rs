//! `plumb rates`.

use problems::Range;
use rust_decimal::Decimal;
use serde_json::json;

use crate::args::{Format, Rates};
use crate::commands::{output, settings};
use crate::error::{CommandError, CommandResult, Done};

/// Sets what was given and shows what then holds.
pub fn run(given: &Rates) -> CommandResult {
    let mut settings = settings(&given.data.dir)?;
    let mut changed = false;
    if let Some(currency) = &given.currency {
        settings.rates.currency = currency.to_uppercase();
        changed = true;
    }
    for (text, name, place) in [
        (&given.staff_hour, "--staff-hour", &mut settings.rates.staff_hour),
        (&given.people_hour, "--people-hour", &mut settings.rates.people_hour),
        (&given.touch_minutes, "--touch-minutes", &mut settings.rates.touch_minutes),
        (&given.lost_minutes, "--lost-minutes", &mut settings.rates.lost_minutes),
        (&given.people_a_ticket, "--people-a-ticket", &mut settings.rates.people_a_ticket),
    ] {
        if let Some(text) = text {
            *place = range(text).ok_or_else(|| {
                CommandError::usage(format!("{name} `{text}` is no range"))
                    .hint("write LOW-HIGH or LOW-MID-HIGH, such as 40-90 or 40-60-90")
            })?;
            changed = true;
        }
    }
    settings.rates_given |= changed;
    if let Some(organisation) = &given.organisation {
        settings.organisation = Some(organisation.clone());
        changed = true;
    }
    if changed {
        std::fs::create_dir_all(&given.data.dir)
            .map_err(|error| CommandError::refused(format!("{}: {error}", given.data.dir.display())))?;
        settings.save(&given.data.dir).map_err(CommandError::usage)?;
    }
    let rates = &settings.rates;
    match given.output.format {
        Format::Json => {
            output::json(
                &json!({ "organisation": settings.organisation, "given": settings.rates_given, "rates": rates }),
            )?;
        }
        Format::Text => {
            let line = |name: &str, range: &Range| {
                vec![name.to_owned(), range.low.to_string(), range.mid.to_string(), range.high.to_string()]
            };
            let rows = [
                line("hour of IT staff", &rates.staff_hour),
                line("hour of the people served", &rates.people_hour),
                line("minutes of work a ticket", &rates.touch_minutes),
                line("minutes lost a person", &rates.lost_minutes),
                line("people a ticket, unnamed", &rates.people_a_ticket),
            ];
            let head = if settings.rates_given { "" } else { "Assumed; set yours with the flags of this command.\n" };
            let table = output::table(&[rates.currency.as_str(), "low", "middle", "high"], &rows, &[1, 2, 3]);
            output::print(&format!("{head}{table}"))?;
        }
    }
    Ok(Done::All)
}

/// `LOW-HIGH` (the middle is half way) or `LOW-MID-HIGH`.
fn range(text: &str) -> Option<Range> {
    let parts: Vec<Decimal> = text.split('-').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let range = match *parts.as_slice() {
        [one] => Range { low: one, mid: one, high: one },
        [low, high] => Range { low, mid: (low + high) / Decimal::TWO, high },
        [low, mid, high] => Range { low, mid, high },
        _ => return None,
    };
    range.is_ordered().then_some(range)
}
