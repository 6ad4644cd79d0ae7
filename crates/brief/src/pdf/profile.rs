//! A person's profile as PDF: the picture on the first page, each quality after it. The same typesetting as the brief:
//! tagged, fonts embedded, the same bytes each time.

use leadership::profile::{
    Advice, Figure, Kind, Quality, Report, chance_text, figure_text, mean_text, signed_range, signed_text,
};
use look::Strip;
use serde_json::{Value, json};

use super::world::{self, Template};
use super::{Paper, Pdf, PdfError, compiled, write};

/// What is set.
#[derive(Debug, Clone)]
pub struct Profile<'a> {
    /// Whose.
    pub name: &'a str,
    /// The organisation.
    pub organisation: &'a str,
    /// What it says, in the first sentences.
    pub lead: &'a str,
    /// Who can see it.
    pub audience: &'a str,
    /// What the person replied; empty for nothing.
    pub reply: &'a str,
    /// The report, as its reader sees it.
    pub report: &'a Report,
}

const KINDS: [Kind; 4] = [Kind::What, Kind::How, Kind::Outcome, Kind::Skill];

/// Sets a profile.
///
/// # Errors
/// When the typesetter refuses.
pub fn profile_pdf(profile: &Profile<'_>, paper: Paper) -> Result<Pdf, PdfError> {
    let data = world::printable(&serde_json::to_string(&sheet(profile, paper))?);
    let document = compiled(Template::Profile, &data)?;
    let ident = format!("plumb profile {} {}", profile.name, profile.report.closed_on);
    let written = write(ident, &document, document.pages().len());
    typst::comemo::evict(16);
    written
}

/// A figure in words, of which “n” and its number stay on one line.
fn figure_line(figure: &Figure) -> String {
    figure_text(figure).replace("n = ", "n\u{a0}=\u{a0}")
}

fn picture(strip: &Strip, scale: u8) -> Value {
    json!({ "svg": look::strip(strip, scale).0, "alt": strip.words })
}

fn row(name: &str, figure: Option<&Figure>, own: Option<f64>, scale: u8) -> Value {
    let told = figure.map_or_else(|| "not shown".to_owned(), figure_text);
    let strip = Strip {
        mean: figure.map(|figure| figure.mean),
        thick: figure.map(|figure| (figure.development.low, figure.development.high)),
        thin: figure.and_then(|figure| figure.decision).map(|range| (range.low, range.high)),
        own,
        words: format!("{name}: {told}"),
    };
    picture(&strip, scale)
}

fn quality(report: &Report, quality: &Quality) -> Value {
    let scale = report.limits.scale;
    let figure = quality.together.as_ref();
    let mut says = vec![figure.map_or_else(|| "not shown".to_owned(), |figure| mean_text(figure.mean))];
    match quality.advice.as_ref().map(|(advice, _)| *advice) {
        Some(Advice::Strength) => says.push("a strength".to_owned()),
        Some(Advice::NextStep) => says.push("a next step".to_owned()),
        None => {}
    }
    let mut lines = Vec::new();
    if let Some((_, words)) = &quality.advice {
        lines.push(words.clone());
    }
    if let Some(figure) = figure {
        lines.push(format!("All others: {}.", figure_line(figure)));
        if let Some(found) = figure.agreement {
            lines.push(format!(
                "Agreement: {:.2} beside chance spread evenly, {:.2} beside chance that leans to the good end; {:.1} points from the mean.",
                found.uniform, found.skewed, found.deviation
            ));
        }
    }
    if let Some(own) = quality.own {
        let range = own.interval.map(|range| format!(" ({})", signed_range(range))).unwrap_or_default();
        let sure = own
            .probability
            .map(|p| format!("; real, more than half a point either way, with {}", chance_text(p)))
            .unwrap_or_default();
        lines.push(format!("Self: {}, a gap of {}{range}{sure}.", mean_text(own.seen), signed_text(own.gap)));
    }
    if let Some(change) = &quality.change {
        lines.push(format!(
            "Since {}: {} ({} to {}){}.",
            change.since,
            signed_text(change.by),
            signed_text(change.interval.low),
            signed_text(change.interval.high),
            if change.interval.holds_zero() { ", which cannot be told from no change" } else { "" }
        ));
    }
    let evidence: Vec<String> = quality
        .evidence
        .iter()
        .map(|found| {
            let days = found.days().map(|days| format!(", {days}")).unwrap_or_default();
            format!("{}: {}{days}; {}.", found.words.trim_end_matches('.'), found.shown(), found.direction.shown())
        })
        .chain(quality.no_evidence.clone())
        .collect();
    let groups: Vec<Value> = report
        .groups
        .iter()
        .zip(&quality.groups)
        .map(|(group, figure)| {
            let figure = figure.as_ref();
            let told = figure.map_or_else(|| "not shown".to_owned(), figure_line);
            json!({ "name": group.name(), "chart": row(&group.name(), figure, None, scale), "told": told })
        })
        .collect();
    json!({
        "name": quality.name,
        "chart": row(&quality.name, figure, quality.own.map(|own| own.seen), scale),
        "says": says.join(" · "),
        "lines": lines,
        "evidence": evidence,
        "groups": groups,
    })
}

/// All that the sheet shows, as data: no foreign text ever becomes markup.
fn sheet(profile: &Profile<'_>, paper: Paper) -> Value {
    let report = profile.report;
    let name = |key: &str| report.quality(key).map_or(key, |quality| quality.name.as_str()).to_owned();
    let kinds: Vec<Value> = KINDS
        .iter()
        .filter_map(|kind| {
            let of: Vec<Value> = report
                .qualities
                .iter()
                .filter(|found| found.kind == *kind)
                .map(|found| quality(report, found))
                .collect();
            (!of.is_empty()).then(|| json!({ "title": kind.shown(), "qualities": of }))
        })
        .collect();
    let differences: Vec<String> = report
        .differences
        .iter()
        .take(12)
        .map(|one| {
            format!(
                "{} above {} by {} ({} to {})",
                name(&one.higher),
                name(&one.lower),
                signed_text(one.by),
                signed_text(one.interval.low),
                signed_text(one.interval.high)
            )
        })
        .collect();
    let mut method = vec![
        format!(
            "Fair averages on a scale of 1 to {}: what a typical random rater would answer. Dot: fair average; bar: development interval, drawn toward the {} people rated in this wave; line: decision interval, which is not; both hold 90 %. Diamond: self.",
            report.limits.scale, report.fit.leaders
        ),
        format!(
            "Shown from {} completed forms on; nothing is told that would tell of fewer than {} people. A group that is not shown had too few answers, or none. Confidential, not anonymous.",
            report.limits.minimum, report.limits.floor
        ),
        format!("Leadership model {}, program {}.", report.model, report.program),
    ];
    if !report.fit.converged {
        method.insert(0, "The computation has not come to rest: these figures are rough.".to_owned());
    }
    method.extend(report.fit.notes.iter().cloned());
    json!({
        "paper": match paper { Paper::A4 => "a4", Paper::Letter => "us-letter" },
        "title": format!("{}: {}", profile.name, report.wave),
        "organisation": profile.organisation,
        "when": format!("closed on {}", crate::words::date(report.closed_on)),
        "date": [i32::from(report.closed_on.year()), i32::from(report.closed_on.month()), i32::from(report.closed_on.day())],
        "lead": profile.lead,
        "audience": profile.audience,
        "reply": profile.reply,
        "kinds": kinds,
        "differences": differences,
        "comments": report.comments.iter().map(|asked| json!({ "question": asked.question, "words": asked.words })).collect::<Vec<_>>(),
        "method": method,
    })
}

#[cfg(test)]
mod tests {
    use leadership::profile::{Agreement, Fit, Group, Limits, Range, Who};

    use super::*;

    fn report() -> Report {
        let figure = Figure {
            n: 9,
            mean: 3.9,
            development: Range { low: 3.6, high: 4.2 },
            decision_mean: Some(4.0),
            decision: Some(Range { low: 3.4, high: 4.5 }),
            agreement: Some(Agreement { uniform: 0.9, skewed: 0.8, deviation: 0.5 }),
        };
        let one = |at: usize| Quality {
            key: format!("quality-{at}"),
            name: format!("Quality ⟪{at}⟫ #let x"),
            kind: if at.is_multiple_of(2) { Kind::What } else { Kind::How },
            items: Vec::new(),
            together: (at != 3).then_some(figure),
            groups: vec![Some(figure), None],
            distribution: None,
            own: None,
            change: None,
            evidence: Vec::new(),
            no_evidence: Some("It cannot be computed.".into()),
            advice: Some((Advice::Strength, "Keep doing it.".into())),
        };
        Report {
            wave: "Spring".into(),
            closed_on: jiff::civil::date(2026, 3, 31),
            model: "1".into(),
            program: "0".into(),
            limits: Limits { minimum: 5, floor: 3, rounding: 0.1, scale: 5 },
            fit: Fit { converged: true, r_hat: None, effective: None, leaders: 4, forms: 30, notes: Vec::new() },
            groups: vec![Group { who: vec![Who::Subordinate] }, Group { who: vec![Who::Peer] }],
            together: Some(figure),
            by_group: vec![Some(figure), None],
            qualities: (0..14).map(one).collect(),
            own: None,
            differences: Vec::new(),
            careless: leadership::profile::Careless::default(),
            comments: Vec::new(),
        }
    }

    #[test]
    fn n_and_its_number_stay_together() {
        let report = report();
        let profile = Profile { name: "Lea Day", organisation: "", lead: "", audience: "", reply: "", report: &report };
        let sheet = sheet(&profile, Paper::A4);
        let quality = &sheet["kinds"][0]["qualities"][0];
        for told in [&quality["lines"][1], &quality["groups"][0]["told"]] {
            let told = told.as_str().unwrap();
            assert!(told.contains("n\u{a0}=\u{a0}9") && !told.contains("n = "), "{told}");
        }
    }

    #[test]
    fn a_profile_is_set_tagged_and_the_same_each_time() {
        let report = report();
        let profile = Profile {
            name: "Lea Day",
            organisation: "Northwind IT",
            lead: "9 people answered.",
            audience: "Who can see this: you.",
            reply: "Thank you all.",
            report: &report,
        };
        let one = profile_pdf(&profile, Paper::A4).unwrap();
        let other = profile_pdf(&profile, Paper::A4).unwrap();
        assert!(one.accessible && one.bytes.starts_with(b"%PDF") && one.pages >= 2, "{}", one.pages);
        assert_eq!(one.bytes, other.bytes);
    }
}
