//! The picture: a row a quality, with a dot and its intervals; and the same as a table.

use leadership::profile::{Advice, Figure, Kind, Quality, Report, mean_text, range_text, signed_text};
use look::Strip;
use maud::{Markup, html};

/// The order in which kinds are shown.
pub(super) const KINDS: [Kind; 4] = [Kind::What, Kind::How, Kind::Outcome, Kind::Skill];

fn pair(range: leadership::profile::Range) -> (f64, f64) {
    (range.low, range.high)
}

/// A row of a figure, with its words.
pub(super) fn row(name: &str, figure: Option<&Figure>, own: Option<f64>) -> Strip {
    let told = match figure {
        Some(figure) => {
            let decision =
                figure.decision.map(|range| format!(", for a decision {}", range_text(range))).unwrap_or_default();
            format!("{name}: {}, likely {}{decision}", mean_text(figure.mean), range_text(figure.development))
        }
        None => format!("{name}: not shown"),
    };
    let own_words = own.map(|own| format!("; you yourself {}", mean_text(own))).unwrap_or_default();
    Strip {
        mean: figure.map(|figure| figure.mean),
        thick: figure.map(|figure| pair(figure.development)),
        thin: figure.and_then(|figure| figure.decision).map(pair),
        own,
        words: format!("{told}{own_words}."),
    }
}

/// What the record says of a quality, in a few words.
pub(super) fn record_words(quality: &Quality) -> Option<&'static str> {
    if quality.evidence.is_empty() {
        return None;
    }
    let says: Vec<Option<bool>> = quality.evidence.iter().map(leadership::profile::Evidence::speaks_for).collect();
    Some(match (says.contains(&Some(true)), says.contains(&Some(false))) {
        (true, false) => "the record agrees",
        (false, true) => "the record says otherwise",
        (true, true) => "the record is divided",
        (false, false) => "not enough in the record",
    })
}

fn quality_row(quality: &Quality, scale: u8) -> Markup {
    let figure = quality.together.as_ref();
    html! {
        li {
            div.name { a href=(format!("#q-{}", quality.key)) { (quality.name) } }
            (look::strip(&row(&quality.name, figure, quality.own.map(|own| own.seen)), scale))
            div.says {
                @match figure { Some(figure) => strong { (mean_text(figure.mean)) }, None => "not shown" }
                @match quality.advice.as_ref().map(|(advice, _)| *advice) {
                    Some(Advice::Strength) => " · a strength",
                    Some(Advice::NextStep) => " · a next step",
                    None => "",
                }
                @if let Some(words) = record_words(quality) { " · " (words) }
            }
        }
    }
}

/// The whole picture.
pub(super) fn picture(report: &Report) -> Markup {
    let scale = report.limits.scale;
    let key =
        Strip { mean: Some(3.0), thick: Some((2.2, 3.8)), thin: Some((1.4, 4.6)), own: None, words: String::new() };
    html! {
        @for kind in KINDS {
            @let of: Vec<&Quality> = report.qualities.iter().filter(|quality| quality.kind == kind).collect();
            @if !of.is_empty() {
                h2 { (kind.shown()) }
                div.picture-axis aria-hidden="true" { span {} (look::axis(scale, (model::SCALE[0], model::SCALE[4]))) span {} }
                ul.picture { @for quality in of { (quality_row(quality, scale)) } }
            }
        }
        p.key {
            span { span aria-hidden="true" { (look::strip(&key, scale)) } " dot: what a typical rater would answer; bar: where it lies with 90 %, compared with others; line: the same for you alone, to decide by" }
            @if report.qualities.iter().any(|quality| quality.own.is_some()) { span { "◇ you yourself" } }
        }
        (table(report))
    }
}

fn numbers(figure: Option<&Figure>) -> Markup {
    html! {
        @match figure {
            Some(figure) => {
                td.n { (mean_text(figure.mean)) } td.n.nowrap { (range_text(figure.development)) }
                td.n.nowrap { @match figure.decision { Some(range) => (range_text(range)), None => "–" } }
                td.n { (figure.n) }
                td.n { @match figure.agreement { Some(found) => (format!("{:.2}", found.uniform)), None => "–" } }
                td.n { @match figure.agreement { Some(found) => (format!("{:.2}", found.skewed)), None => "–" } }
                td.n { @match figure.agreement { Some(found) => (format!("{:.1}", found.deviation)), None => "–" } }
            }
            None => { @for _ in 0..7 { td.n { "–" } } }
        }
    }
}

/// The same as a table: all others together and each group, quality by quality.
fn table(report: &Report) -> Markup {
    html! {
        details {
            summary { "The same as a table, with every group" }
            (look::scroll("All figures", &html! { table {
                caption.visually-hidden { "Fair averages with both intervals, number of forms and agreement, by quality and group" }
                thead { tr {
                    th scope="col" { "Quality" } th scope="col" { "Who" } th.n scope="col" { "Fair average" }
                    th.n scope="col" { "Development" } th.n scope="col" { "Decision" } th.n scope="col" { "n" }
                    th.n scope="col" { "r" sub { "wg(j)" } ", even" } th.n scope="col" { "r" sub { "wg(j)" } ", skewed" } th.n scope="col" { "AD" }
                } }
                tbody {
                    @for quality in &report.qualities {
                        tr { th scope="row" { (quality.name) } td { "All others" } (numbers(quality.together.as_ref())) }
                        @for (group, figure) in report.groups.iter().zip(&quality.groups) {
                            tr { td {} td { (group.name()) } (numbers(figure.as_ref())) }
                        }
                        @if let Some(own) = quality.own { tr { td {} td { "Self" } td.n { (mean_text(own.seen)) } td.n.nowrap colspan="6" { "gap " (signed_text(own.gap)) } } }
                    }
                }
            } }))
            p.soft { "Both intervals hold 90 %. r" sub { "wg(j)" } ": agreement, 1 is full; beside answers by chance that are spread evenly, or lean a little to the good end. Full agreement is told as 0.95. AD: average deviation from the mean, in points. “–”: not shown." }
        }
    }
}
