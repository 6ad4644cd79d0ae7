//! Numbers and dates as a person would say them.
//!
//! The exact value always travels beside the words (see [`crate::Figure`]); these functions only
//! choose how it is said.

use jiff::civil::Date;
pub use measures::value::grouped;

/// Rounds to so many significant digits.
#[must_use]
pub fn significant(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the decimal exponent of a finite f64 is within ±324")]
    let magnitude = value.abs().log10().floor() as i32;
    // Dividing by a power of ten keeps whole numbers exact where multiplying by 0.001 would not.
    if magnitude + 1 >= digits {
        let step = 10f64.powi(magnitude + 1 - digits);
        (value / step).round() * step
    } else {
        let factor = 10f64.powi(digits - 1 - magnitude);
        (value * factor).round() / factor
    }
}

/// A number with at most so many decimals and no trailing zeros: `2.50` → `2.5`.
#[must_use]
pub fn decimal(value: f64, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let whole = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), grouped);
    let zero = whole == "0" && fraction.is_empty();
    let sign = if value < 0.0 && !zero { "−" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A count: exact below a thousand, else `about 24,900`, `about 1.25 million`.
#[must_use]
pub fn count(value: f64) -> String {
    if !value.is_finite() {
        return "not enough to say".to_owned();
    }
    if value.abs() < 1000.0 {
        return if value.fract() == 0.0 {
            decimal(value, 0)
        } else if value.abs() < 10.0 {
            format!("about {}", decimal(value, 1))
        } else {
            format!("about {}", decimal(value, 0))
        };
    }
    let rounded = significant(value, 3);
    let said = if rounded.abs() >= 1e9 {
        format!("{} billion", decimal(rounded / 1e9, 2))
    } else if rounded.abs() >= 1e6 {
        format!("{} million", decimal(rounded / 1e6, 2))
    } else {
        decimal(rounded, 0)
    };
    if (rounded - value).abs() < f64::EPSILON { said } else { format!("about {said}") }
}

/// A count without the word "about", for tables and axes.
#[must_use]
pub fn count_short(value: f64) -> String {
    let said = count(value);
    said.strip_prefix("about ").map_or_else(|| said.clone(), str::to_owned)
}

fn unit(value: f64, decimals: usize, one: &str, many: &str) -> String {
    let said = decimal(value, decimals);
    let word = if said == "1" { one } else { many };
    format!("{said} {word}")
}

/// A span of time given in hours: `25 minutes`, `2 hours`, `16 days`, `5 months`.
#[must_use]
pub fn hours(value: f64) -> String {
    const DAY: f64 = 24.0;
    const MONTH: f64 = 30.436_875 * DAY;
    let h = value.abs();
    if !value.is_finite() {
        "not enough to say".to_owned()
    } else if h == 0.0 {
        "no time".to_owned()
    } else if h < 1.0 / 60.0 {
        "less than a minute".to_owned()
    } else if (h * 60.0).round() < 60.0 {
        unit((h * 60.0).round(), 0, "minute", "minutes")
    } else if h < 5.0 {
        unit((h * 2.0).round() / 2.0, 1, "hour", "hours")
    } else if h < 47.5 {
        unit(h.round(), 0, "hour", "hours")
    } else if h < 10.0 * DAY {
        unit((h / DAY * 2.0).round() / 2.0, 1, "day", "days")
    } else if h < 60.0 * DAY {
        unit((h / DAY).round(), 0, "day", "days")
    } else if h < 24.0 * MONTH {
        unit((h / MONTH).round(), 0, "month", "months")
    } else {
        unit(h / (12.0 * MONTH), 1, "year", "years")
    }
}

/// A share given as a fraction: `63%`, `0.2%`, `fewer than 1 in 1,000`.
#[must_use]
#[expect(clippy::float_cmp, reason = "only exactly nothing is none, only exactly the whole is all")]
pub fn share(value: f64) -> String {
    let percent = value * 100.0;
    if !value.is_finite() {
        "not enough to say".to_owned()
    } else if value == 0.0 {
        "none".to_owned()
    } else if value == 1.0 {
        "all".to_owned()
    } else if percent < 0.1 {
        "fewer than 1 in 1,000".to_owned()
    } else if percent < 1.0 {
        format!("{}%", decimal(percent, 1))
    } else if percent > 99.0 {
        format!("{}%", decimal((percent * 10.0).floor() / 10.0, 1))
    } else {
        format!("{percent:.0}%")
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month_name(date: Date) -> &'static str {
    usize::try_from(date.month() - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or("")
}

/// `29 May 2016`.
#[must_use]
pub fn date(date: Date) -> String {
    format!("{} {} {}", date.day(), month_name(date), date.year())
}

/// `29 May`.
#[must_use]
pub fn day_month(date: Date) -> String {
    format!("{} {}", date.day(), month_name(date))
}

/// A date kept as `2016-05`, said as `May 2016`; anything else is returned as it is.
#[must_use]
pub fn month(key: &str) -> String {
    format!("{key}-01").parse::<Date>().map_or_else(|_| key.to_owned(), |d| format!("{} {}", month_name(d), d.year()))
}

/// The sign of a currency, or its code followed by a space.
#[must_use]
pub fn currency_sign(code: &str) -> String {
    match code {
        "EUR" => "€".to_owned(),
        "USD" => "$".to_owned(),
        "GBP" => "£".to_owned(),
        "" => String::new(),
        other => format!("{other} "),
    }
}

fn money_amount(value: f64, digits: i32) -> (String, &'static str) {
    let rounded = significant(value, digits);
    if rounded.abs() >= 1e9 {
        (decimal(rounded / 1e9, 2), " billion")
    } else if rounded.abs() >= 1e6 {
        (decimal(rounded / 1e6, 2), " million")
    } else {
        (decimal(rounded, 0), "")
    }
}

/// Money as a range, two significant digits: `€12,000 to €19,000`, `€1.2 to €1.9 million`.
#[must_use]
pub fn money_range(currency: &str, low: f64, high: f64) -> String {
    if !low.is_finite() || !high.is_finite() {
        return "not enough to say".to_owned();
    }
    let sign = currency_sign(currency);
    // Two digits, three where two would not tell the ends apart.
    let digits = if money_amount(low, 2) == money_amount(high, 2) { 3 } else { 2 };
    let (a, a_scale) = money_amount(low, digits);
    let (b, b_scale) = money_amount(high, digits);
    if a == b && a_scale == b_scale {
        return format!("{sign}{a}{a_scale}");
    }
    if a_scale == b_scale {
        format!("{sign}{a} to {sign}{b}{b_scale}")
    } else {
        format!("{sign}{a}{a_scale} to {sign}{b}{b_scale}")
    }
}

/// Money as its middle and its range: `€160,000 (€40,000 to €640,000)`.
#[must_use]
pub fn money_around(currency: &str, low: f64, mid: f64, high: f64) -> String {
    if !mid.is_finite() || money_amount(low, 3) == money_amount(high, 3) {
        return money_range(currency, low, high);
    }
    let (said, scale) = money_amount(mid, 2);
    format!("{}{said}{scale} ({})", currency_sign(currency), money_range(currency, low, high))
}

/// `one`, `two` … `ten`, then digits.
#[must_use]
pub fn small(value: usize) -> String {
    const WORDS: [&str; 11] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.get(value).map_or_else(|| grouped(value as u64), |w| (*w).to_owned())
}

/// Shortens foreign text to so many characters at a word's end and takes out control characters and
/// marks that turn the direction of writing (foreign text must not reorder ours).
#[must_use]
pub fn clean(text: &str, longest: usize) -> String {
    let mut out = String::new();
    let mut space = true;
    for c in text.chars() {
        let c = if c.is_control() || c.is_whitespace() { ' ' } else { c };
        if matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
        {
            continue;
        }
        if c == ' ' && space {
            continue;
        }
        space = c == ' ';
        out.push(c);
    }
    let out = out.trim();
    if out.chars().count() <= longest {
        return out.to_owned();
    }
    let cut: String = out.chars().take(longest.saturating_sub(1)).collect();
    let end = cut.rfind(' ').filter(|&i| i > cut.len() / 2).unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut).trim_end_matches([' ', ',', ';', ':', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_as_a_person_would() {
        assert_eq!(count(24_918.0), "about 24,900");
        assert_eq!(count(275.0), "275");
        assert_eq!(count(11_000.0), "11,000");
        assert_eq!(count(1_249_999.0), "about 1.25 million");
        assert_eq!(count(2.4), "about 2.4");
        assert_eq!(count(0.0), "0");
        assert_eq!(count(f64::NAN), "not enough to say");
        assert_eq!(count_short(24_918.0), "24,900");
    }

    #[test]
    fn hours_change_their_unit() {
        assert_eq!(hours(0.65), "39 minutes");
        assert_eq!(hours(2.02), "2 hours");
        assert_eq!(hours(1.0), "1 hour");
        assert_eq!(hours(22.10), "22 hours");
        assert_eq!(hours(145.87), "6 days");
        assert_eq!(hours(381.55), "16 days");
        assert_eq!(hours(24.0 * 100.0), "3 months");
        assert_eq!(hours(0.001), "less than a minute");
    }

    #[test]
    fn a_share_that_is_not_nothing_is_never_called_nothing() {
        assert_eq!(share(0.6342), "63%");
        assert_eq!(share(0.0110), "1%");
        assert_eq!(share(0.000_2), "fewer than 1 in 1,000");
        assert_eq!(share(0.002), "0.2%");
        assert_eq!(share(0.999_9), "99.9%");
        assert_eq!(share(0.0), "none");
        assert_eq!(share(1.0), "all");
    }

    #[test]
    fn money_is_a_range() {
        assert_eq!(money_range("EUR", 12_345.0, 18_999.0), "€12,000 to €19,000");
        assert_eq!(money_range("EUR", 1_234_567.0, 1_899_999.0), "€1.2 to €1.9 million");
        assert_eq!(money_range("EUR", 880_000.0, 1_300_000.0), "€880,000 to €1.3 million");
        assert_eq!(money_range("CHF", 1001.0, 1031.0), "CHF 1,000 to CHF 1,030");
        assert_eq!(money_range("USD", 10.0, 10.0), "$10");
    }

    #[test]
    fn foreign_text_is_cut_at_a_word_and_cannot_turn_direction() {
        assert_eq!(clean("  Printer\n\tdoes   not print ", 40), "Printer does not print");
        assert_eq!(clean("Printer does not print on floor four", 20), "Printer does not…");
        assert_eq!(clean("abc\u{202E}def", 40), "abcdef");
    }

    #[test]
    fn dates_and_small_numbers() {
        assert_eq!(date(jiff::civil::date(2016, 5, 29)), "29 May 2016");
        assert_eq!(month("2016-05"), "May 2016");
        assert_eq!(month("whatever"), "whatever");
        assert_eq!(small(3), "three");
        assert_eq!(small(12), "12");
        assert_eq!(decimal(-0.001, 1), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
