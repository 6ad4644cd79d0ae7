//! Figures of rounds: a row a question, a picture over rounds, the same as tables.

use jiff::civil::Date;
use leadership::pulse::{Figure, POINTS, change};
use leadership::share::wilson90;
use ledger::pulses::Round;
use look::{Point, Strip};
use maud::{Markup, html};

/// What stands where nothing is told.
pub(super) const NOT_ENOUGH: &str = "not enough to say";

/// A day as it stands below a picture.
fn short(day: Date) -> String {
    day.strftime("%-d %b").to_string()
}

/// How many agree, with the share and its interval.
fn agree(figure: &Figure) -> Option<String> {
    let agree = figure.agree?;
    let (low, high) = wilson90(agree, figure.n);
    let percent = (agree * 200 + figure.n) / (figure.n * 2);
    Some(format!("{percent} % rather or fully agree (90 % interval {:.0} to {:.0} %)", low * 100.0, high * 100.0))
}

/// A figure in words.
pub(crate) fn words(figure: Option<&Figure>) -> String {
    match figure {
        Some(figure) => {
            let (low, high) = figure.interval;
            format!("{:.1} of {POINTS}, likely {low:.1} to {high:.1}, n {}", figure.mean, figure.n)
        }
        None => NOT_ENOUGH.to_owned(),
    }
}

/// What changed since a round before, in words; never why.
pub(crate) fn changed(before: &Figure, after: &Figure, since: Date) -> String {
    let (by, (low, high)) = change(before, after);
    let told = if low > 0.0 {
        "higher"
    } else if high < 0.0 {
        "lower"
    } else {
        "no change that can be told from chance"
    };
    format!("since {}: {by:+.1} points (90 % interval {low:+.1} to {high:+.1}), {told}", short(since))
}

/// The newest round before this one in which something was told of a question.
fn before<'a>(rounds: &'a [Round], round: &Round, key: &str) -> Option<(&'a Figure, Date)> {
    rounds
        .iter()
        .filter(|other| other.closes_on < round.closes_on)
        .find_map(|other| other.figure(key).map(|figure| (figure, other.closes_on)))
}

/// A round's figures, a row a question; `rounds` are all of its pulse, newest first, for what changed.
pub(super) fn of_round(round: &Round, rounds: &[Round]) -> Markup {
    let rows: Vec<(&ledger::pulses::Question, Option<&Figure>)> =
        round.questions.iter().map(|question| (question, round.figure(&question.key))).collect();
    html! {
        div.picture-axis aria-hidden="true" { span {} (look::axis(POINTS, (model::AGREED[0], model::AGREED[4]))) span {} }
        ul.picture {
            @for (question, figure) in &rows {
                @let strip = Strip {
                    mean: figure.map(|figure| figure.mean),
                    thick: figure.map(|figure| figure.interval),
                    words: format!("{}: {}.", question.name, words(*figure)),
                    ..Strip::default()
                };
                li {
                    div.name { (question.name) div.soft { "“" (question.words) "”" } }
                    (look::strip(&strip, POINTS))
                    div.says {
                        @match figure {
                            Some(figure) => {
                                strong { (format!("{:.1}", figure.mean)) } ", n " (figure.n)
                                @if let Some(agree) = agree(figure) { br; (agree) }
                                @if let Some((earlier, since)) = before(rounds, round, &question.key) { br; (changed(earlier, figure, since)) }
                            }
                            None => (NOT_ENOUGH),
                        }
                    }
                }
            }
        }
        p.soft {
            "Dot: the mean of what was answered, from 1, “" (model::AGREED[0].to_lowercase()) "”, to " (POINTS) ", “" (model::AGREED[4].to_lowercase())
            "”; bar: its 90 % interval. n: how many said something. Nothing is told below five answers, nor where all of them are the same end of the scale; how many agree, and an interval from their own spread, from ten on (below, a spread of one point is taken). No cause is named: what was seen together with a change is for people to say."
        }
    }
}

/// Each question over the rounds, as pictures with their table.
pub(super) fn over_rounds(rounds: &[Round]) -> Markup {
    let mut closed: Vec<&Round> =
        rounds.iter().filter(|round| round.stage == leadership::pulse::Stage::Closed).collect();
    closed.reverse();
    // In the order of the newest round; what was asked earlier comes after it.
    let mut questions: Vec<&ledger::pulses::Question> = Vec::new();
    for question in closed.iter().rev().flat_map(|round| &round.questions) {
        if !questions.iter().any(|known| known.key == question.key) {
            questions.push(question);
        }
    }
    html! {
        div.charts {
            @for question in &questions {
                @let points: Vec<Point> = closed.iter().map(|round| Point {
                    label: short(round.closes_on),
                    told: round.figure(&question.key).map(|figure| (figure.mean, figure.interval)),
                }).collect();
                @let told = points.iter().filter(|point| point.told.is_some()).count();
                figure {
                    figcaption { strong { (question.name) } }
                    (look::trend(&points, POINTS, &format!("{}: told in {told} of {} rounds; the table below has every figure.", question.name, points.len())))
                }
            }
        }
        details {
            summary { "The same as a table" }
            (look::scroll("Figures over the rounds", &html! { table {
                caption.visually-hidden { "Mean, interval and number of answers of every question, by round" }
                thead { tr {
                    th scope="col" { "Question" } th scope="col" { "Round closed" } th.n scope="col" { "Mean" }
                    th.n scope="col" { "90 % interval" } th.n scope="col" { "Agree" } th.n scope="col" { "n" }
                } }
                tbody {
                    @for question in &questions {
                        @for (at, round) in closed.iter().enumerate() {
                            tr {
                                @if at == 0 { th scope="row" { (question.name) } } @else { td {} }
                                td.nowrap { (round.closes_on) }
                                @match round.figure(&question.key) {
                                    Some(figure) => {
                                        td.n { (format!("{:.1}", figure.mean)) }
                                        td.n.nowrap { (format!("{:.1} to {:.1}", figure.interval.0, figure.interval.1)) }
                                        td.n { @match figure.agree { Some(agree) => (agree), None => "–" } }
                                        td.n { (figure.n) }
                                    }
                                    None => { td.n { "–" } td.n { "–" } td.n { "–" } td.n { "–" } }
                                }
                            }
                        }
                    }
                }
            } }))
            p.soft { "“–”: " (NOT_ENOUGH) ", or not asked in that round." }
        }
    }
}
