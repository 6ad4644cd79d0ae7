//! What this does not tell.

use super::Inputs;
use crate::content::Sentence;
use crate::sheet::line;
use crate::words;

pub(crate) fn sentences(inputs: &Inputs<'_>) -> Vec<Sentence> {
    let facts = inputs.facts;
    let mut out = Vec::new();
    out.push(
        line().text("Trouble that nobody reported is not in here, nor is work that was done without a ticket.").end(),
    );
    out.push(line().text("Things seen together are told as seen together. Nothing here says why they happened.").end());
    if inputs.problems.iter().any(|p| p.price.is_some()) {
        out.push(if inputs.rates.assumed {
            line().text("The rates behind all money are assumed; set your own and the sums will change. Lost sales and harm to your name are not counted.").end()
        } else {
            line().text("Money counts time at the rates you gave. Lost sales and harm to your name are not counted.").end()
        });
    }
    if let Some(to) = facts.full_to.filter(|_| facts.thins_out) {
        let end = to.yesterday().unwrap_or(to);
        out.push(
            line()
                .text("After ")
                .text(&words::date(end))
                .text(" the record thins out, so weeks and forecasts are told as of that day.")
                .end(),
        );
    }
    if facts.changes == 0 && facts.tickets > 0 {
        out.push(
            line()
                .text("No changes to systems were imported; with them, those that nobody noticed could be counted.")
                .end(),
        );
    }
    let poor: Vec<&str> =
        facts.known.iter().filter(|(_, share)| *share < 0.1).filter_map(|(column, _)| plain_column(column)).collect();
    if !poor.is_empty() && facts.tickets > 0 {
        let shown: Vec<&str> = poor.iter().take(2).copied().collect();
        let list = match shown.as_slice() {
            [one] => (*one).to_owned(),
            [most @ .., last] => format!("{} or {last}", most.join(", ")),
            [] => String::new(),
        };
        out.push(line().text("Hardly any ticket tells ").text(&list).text("; this page is silent on that.").end());
    }
    out.push(line().text("No person is measured: figures stop at teams, places and services.").end());
    out
}

/// What a column holds, in plain words; columns that a board would not miss have none.
fn plain_column(column: &str) -> Option<&'static str> {
    Some(match column {
        "item" => "which system it was about",
        "service" => "which service it was about",
        "category" => "what kind of call it was",
        "title" => "in words what was wrong",
        "team" => "which team held it",
        "department" => "which department called",
        "client" => "which client called",
        "location" => "where the caller was",
        "first_response" => "when the caller was first answered",
        "touch_minutes" => "how long people worked on it",
        "resolved" => "when it was solved",
        _ => return None,
    })
}
