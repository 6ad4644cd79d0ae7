//! Durations as exports write them in words: `1 day 2 hours`, `2h 30m`, `03:43:00`.

/// Minutes in a unit of time, by its word in seven languages; `None` when it is no unit.
fn minutes_in(unit: &str) -> Option<f64> {
    const UNITS: &[(f64, &[&str])] = &[
        (
            1.0 / 60.0,
            &["s", "sec", "seg", "sek", "second", "segundo", "sekunde", "seconde", "secondo", "seconden", "sekunden"],
        ),
        (1.0, &["m", "min", "mn", "minute", "minuto", "minuut", "minuten", "minuti"]),
        (60.0, &["h", "hr", "hour", "hora", "stunde", "heure", "uur", "ora", "std", "stunden", "ore"]),
        (1440.0, &["d", "day", "dia", "tag", "jour", "dag", "giorno", "tage", "dagen", "giorni"]),
        (10_080.0, &["w", "week", "semana", "woche", "semaine", "settimana", "wochen", "weken", "settimane"]),
    ];
    let folded = crate::words::fold(unit);
    let one = folded.strip_suffix('s').filter(|one| !one.is_empty()).unwrap_or(&folded);
    UNITS
        .iter()
        .find(|(_, words)| words.contains(&folded.as_str()) || words.contains(&one))
        .map(|&(minutes, _)| minutes)
}

/// A duration in minutes; a day has 24 hours. `None` when it is not written as one.
pub(crate) fn minutes(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.contains(':') {
        let mut groups = text.split(':').map(|group| group.parse::<u32>().ok().map(f64::from));
        let (hours, minutes) = (groups.next()??, groups.next()??);
        let seconds = groups.next().unwrap_or(Some(0.0))?;
        return groups.next().is_none().then_some(hours * 60.0 + minutes + seconds / 60.0);
    }
    let (mut rest, mut sum, mut any) = (text, 0.0, false);
    while !rest.is_empty() {
        let number_end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(number_end);
        let after = after.trim_start();
        let unit_end = after.find(|letter: char| !letter.is_alphabetic()).unwrap_or(after.len());
        let (unit, left) = after.split_at(unit_end);
        if number.is_empty() {
            // `and`, `e`, `und` between two of them.
            if !any || !matches!(unit, "and" | "e" | "y" | "und" | "et" | "en") {
                return None;
            }
        } else {
            sum += number.parse::<f64>().ok()? * minutes_in(unit)?;
            any = true;
        }
        rest = left.trim_start_matches([' ', ',', '.', '\u{a0}']);
        if rest.len() == after.len() {
            return None;
        }
    }
    any.then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_words_and_in_figures() {
        for (text, expected) in [
            ("10 minutes", Some(10.0)),
            ("1 dias 18 horas 47 minutos", Some(2567.0)),
            ("0 segundo", Some(0.0)),
            ("2h 30m", Some(150.0)),
            ("1 hour and 5 minutes", Some(65.0)),
            ("1.5 hours", Some(90.0)),
            ("03:43:00", Some(223.0)),
            ("1:30", Some(90.0)),
            ("many", None),
            ("10 apples", None),
            ("and", None),
            ("1:2:3:4", None),
            ("", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_never_hangs(text in "\\PC*") {
            let _ = minutes(&text);
        }
    }
}
