//! Promises that come again.

use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How often a promise comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Every week.
    Week,
    /// Every month, on the day of the month of the first; on the last day of a month that is shorter.
    Month,
    /// Every so many days, 1 to 366.
    Days(u16),
}

impl Every {
    /// The most days between two.
    pub const MOST_DAYS: u16 = 366;

    /// The name in the database.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Week => "week".to_owned(),
            Self::Month => "month".to_owned(),
            Self::Days(days) => format!("days:{days}"),
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            _ => {
                let days = name.strip_prefix("days:")?.parse().ok()?;
                (1..=Self::MOST_DAYS).contains(&days).then_some(Self::Days(days))
            }
        }
    }

    /// The words on a page.
    #[must_use]
    pub fn shown(self) -> String {
        match self {
            Self::Week => "every week".to_owned(),
            Self::Month => "every month".to_owned(),
            Self::Days(1) => "every day".to_owned(),
            Self::Days(days) => format!("every {days} days"),
        }
    }

    fn span(self, times: i64) -> Span {
        match self {
            Self::Week => Span::new().days(7 * times),
            Self::Month => Span::new().months(times),
            Self::Days(days) => Span::new().days(i64::from(days) * times),
        }
    }

    /// The first day of the series that began on `start` which is later than `after`. Counted from the start,
    /// so that a month with 30 days does not shift the months that follow it.
    #[must_use]
    pub fn next(self, start: Date, after: Date) -> Option<Date> {
        let passed = i64::from(super::days_between(start, after)).max(0);
        let longest = match self {
            Self::Week => 7,
            Self::Month => 31,
            Self::Days(days) => i64::from(days),
        };
        // At least so many have passed; at most a few more are tried.
        (passed / longest..).map_while(|times| start.checked_add(self.span(times)).ok()).find(|day| *day > after)
    }
}
