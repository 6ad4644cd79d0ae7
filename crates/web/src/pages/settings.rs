//! What the owner tells once: name and rates.

use brief::Settings;
use maud::{Markup, html};

use crate::layout;

/// The form as it is shown: text as it was given, right or wrong.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    /// Name of the organisation.
    pub organisation: String,
    /// Address under which others reach the server.
    pub address: String,
    /// Currency, three letters.
    pub currency: String,
    /// Cost of an hour of IT staff.
    pub staff_low: String,
    /// Middle.
    pub staff_mid: String,
    /// High.
    pub staff_high: String,
    /// Cost of an hour of the people served.
    pub people_low: String,
    /// Middle.
    pub people_mid: String,
    /// High.
    pub people_high: String,
    /// Minutes of work on a ticket where none are booked.
    pub touch_low: String,
    /// Middle.
    pub touch_mid: String,
    /// High.
    pub touch_high: String,
    /// Working minutes that an affected person loses.
    pub lost_low: String,
    /// Middle.
    pub lost_mid: String,
    /// High.
    pub lost_high: String,
    /// People affected by a ticket that does not tell who asked.
    pub affected_low: String,
    /// Middle.
    pub affected_mid: String,
    /// High.
    pub affected_high: String,
    /// Text of the calendar file; `None` where the form does not hold it, and the calendar stays as it was.
    pub calendar: Option<String>,
}

impl From<&Settings> for Form {
    fn from(settings: &Settings) -> Self {
        let rates = &settings.rates;
        let three = |range: problems::Range| {
            (range.low.normalize().to_string(), range.mid.normalize().to_string(), range.high.normalize().to_string())
        };
        let (staff_low, staff_mid, staff_high) = three(rates.staff_hour);
        let (people_low, people_mid, people_high) = three(rates.people_hour);
        let (touch_low, touch_mid, touch_high) = three(rates.touch_minutes);
        let (lost_low, lost_mid, lost_high) = three(rates.lost_minutes);
        let (affected_low, affected_mid, affected_high) = three(rates.people_a_ticket);
        Self {
            organisation: settings.organisation.clone().unwrap_or_default(),
            address: settings.address.clone().unwrap_or_default(),
            currency: rates.currency.clone(),
            staff_low,
            staff_mid,
            staff_high,
            people_low,
            people_mid,
            people_high,
            touch_low,
            touch_mid,
            touch_high,
            lost_low,
            lost_mid,
            lost_high,
            affected_low,
            affected_mid,
            affected_high,
            calendar: None,
        }
    }
}

/// A calendar as it can be written: shown where nobody has given one.
pub const CALENDAR: &str = r#"zone = "Europe/Berlin"
holidays = ["2026-12-25", "2026-12-26"]

[weekly]
monday = ["08:00-12:00", "13:00-18:00"]
tuesday = ["08:00-18:00"]
wednesday = ["08:00-18:00"]
thursday = ["08:00-18:00"]
friday = ["08:00-16:00"]
"#;

/// Longest calendar, in bytes: twenty years of holidays are a tenth of it.
const LONGEST_CALENDAR: usize = 64 << 10;

/// The calendar file of the settings, as text; empty where none was given or it cannot be read.
#[must_use]
pub fn calendar_of(settings: &Settings, data: &std::path::Path) -> String {
    let text = settings.calendar.as_ref().and_then(|name| std::fs::read_to_string(data.join(name)).ok());
    text.unwrap_or_default()
}

/// Keeps the calendar of the form in the data folder and names it in the settings. The name tells the text
/// apart, so that what was computed under another calendar is computed anew.
///
/// # Errors
/// Says in words what is wrong with the text, or that it cannot be written.
pub fn keep_calendar(form: &Form, settings: &mut Settings, data: &std::path::Path) -> Result<(), String> {
    let Some(text) = form.calendar.as_ref().map(|text| text.replace("\r\n", "\n")) else { return Ok(()) };
    if text.trim().is_empty() {
        settings.calendar = None;
        return Ok(());
    }
    if text.len() > LONGEST_CALENDAR {
        return Err(format!(
            "Calendar: {} bytes; at most {LONGEST_CALENDAR}. Leave years out that are long past.",
            text.len()
        ));
    }
    if text == calendar_of(settings, data) {
        return Ok(());
    }
    measures::Calendar::parse(&text)
        .map_err(|error| format!("Calendar: {error}. The example below the field shows the form."))?;
    // FNV-1a: the same text has the same name.
    let mark = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let name = format!("calendar-{mark:016x}.toml");
    let written = std::fs::create_dir_all(data).and_then(|()| std::fs::write(data.join(&name), text));
    written.map_err(|error| {
        format!("Calendar: {name} cannot be written ({error}). Check that the data folder may be written.")
    })?;
    settings.calendar = Some(name);
    Ok(())
}

impl Form {
    /// The settings that the form tells; what it does not hold stays as it was.
    ///
    /// # Errors
    /// Says in words what is wrong.
    pub fn settings(&self, before: &Settings) -> Result<Settings, String> {
        let text =
            |value: &str| Some(value.trim().chars().take(200).collect::<String>()).filter(|value| !value.is_empty());
        let range = |what: &str, low: &str, mid: &str, high: &str| -> Result<problems::Range, String> {
            let number = |value: &str| {
                value
                    .trim()
                    .replace(',', ".")
                    .parse()
                    .map_err(|_| format!("{what}: “{}” is no number; write it like 45 or 45.50.", value.trim()))
            };
            let range = problems::Range { low: number(low)?, mid: number(mid)?, high: number(high)? };
            if range.is_ordered() {
                Ok(range)
            } else {
                Err(format!("{what}: give low, middle and high in rising order, none below zero."))
            }
        };
        let mut settings = before.clone();
        settings.organisation = text(&self.organisation);
        settings.address = text(&self.address);
        settings.rates.currency = self.currency.trim().to_uppercase();
        settings.rates.staff_hour = range("An hour of IT staff", &self.staff_low, &self.staff_mid, &self.staff_high)?;
        settings.rates.people_hour =
            range("An hour of the people served", &self.people_low, &self.people_mid, &self.people_high)?;
        settings.rates.touch_minutes = range("Work on a ticket", &self.touch_low, &self.touch_mid, &self.touch_high)?;
        settings.rates.lost_minutes =
            range("Time that a person loses", &self.lost_low, &self.lost_mid, &self.lost_high)?;
        settings.rates.people_a_ticket =
            range("People affected by a ticket", &self.affected_low, &self.affected_mid, &self.affected_high)?;
        settings.rates_given = true;
        settings.check().map_err(|error| error.to_string())?;
        Ok(settings)
    }
}

/// Shows it. `given`: the rates came from the owner. `wrong` and `kept` tell of what was just sent.
#[must_use]
pub fn view(form: &Form, given: bool, wrong: Option<&str>, kept: bool) -> Markup {
    html! {
        (layout::head("Settings", &html! { p { "Asked once. Money is always told as a range, reckoned from these." } }))
        @if let Some(wrong) = wrong { div.notice.warn role="alert" #wrong { p { strong { "Not kept. " } (wrong) } } }
        @if kept { div.notice role="status" { p { "Kept. Every sum is reckoned anew. " a href="/" { "To the brief" } } } }
        @if !given { div.notice { p { strong { "These rates are assumed. " } "They are a wide default for desks in Europe and North America, salary, on-costs and workplace included. The brief says so until you set your own; setting them as they stand confirms them." } } }
        form method="post" action="/settings" {
            fieldset {
                legend { "Organisation" }
                div.row {
                    (field("organisation", "Name, for the head of the brief", &form.organisation, "text"))
                    (field("address", "Address of this server, for links in files", &form.address, "text"))
                }
            }
            fieldset {
                legend { "What an hour costs" }
                div.row { (field("currency", "Currency, three letters", &form.currency, "text")) }
                (three("staff", "An hour of IT staff", [&form.staff_low, &form.staff_mid, &form.staff_high]))
                (three("people", "An hour of the people served", [&form.people_low, &form.people_mid, &form.people_high]))
            }
            fieldset {
                legend { "How long things take, where the record does not say (minutes)" }
                (three("touch", "Work on a ticket", [&form.touch_low, &form.touch_mid, &form.touch_high]))
                (three("lost", "Working time that an affected person loses", [&form.lost_low, &form.lost_mid, &form.lost_high]))
            }
            fieldset {
                legend { "How many people a ticket stands for, where it does not tell who asked" }
                (three("affected", "People affected by a ticket", [&form.affected_low, &form.affected_mid, &form.affected_high]))
            }
            fieldset {
                legend { "Business hours and holidays" }
                div.field {
                    label for="calendar" { "Calendar, as TOML; empty: Monday to Friday, 08:00 to 18:00, in the zone of the record" }
                    textarea #calendar name="calendar" rows="10" spellcheck="false" autocomplete="off" { "\n" (form.calendar.as_deref().unwrap_or_default()) }
                }
                details { summary { "An example" } pre tabindex="0" role="region" aria-label="A calendar as an example" { (CALENDAR) } p.small.soft { "Days that are not named are free. Times in business hours, the after-hours share and days rest on it." } }
            }
            div.acts { button.primary type="submit" { "Keep these" } }
        }
    }
}

fn field(name: &str, label: &str, value: &str, kind: &str) -> Markup {
    html! { div.field { label for=(name) { (label) } input id=(name) name=(name) type=(kind) value=(value) maxlength="200" autocomplete="off"; } }
}

fn three(name: &str, title: &str, values: [&str; 3]) -> Markup {
    html! {
        div.three role="group" aria-label=(title) {
            p { (title) }
            div.row { @for (part, value) in ["low", "mid", "high"].into_iter().zip(values) {
                @let id = format!("{name}_{part}");
                div.field.narrow {
                    label for=(id) { (match part { "low" => "low", "mid" => "middle", _ => "high" }) }
                    input id=(id) name=(id) type="text" inputmode="decimal" value=(value) maxlength="20" autocomplete="off" required;
                }
            } }
        }
    }
}
