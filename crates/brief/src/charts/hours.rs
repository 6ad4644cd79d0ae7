//! When calls come in: weekday by hour.

use super::{ACCENT, Drawing, Svg, num};
use crate::words;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(crate) fn grid(grid: &[Vec<u32>], zone: &str, key: &str) -> Option<Drawing> {
    let most = grid.iter().flatten().copied().max().filter(|m| *m > 0)?;
    let (mut day, mut hour) = (0, 0);
    for (d, row) in grid.iter().enumerate().take(7) {
        for (h, count) in row.iter().enumerate().take(24) {
            if *count == most {
                (day, hour) = (d, h);
            }
        }
    }
    let name = DAYS.get(day).copied().unwrap_or("");
    let peak = format!("busiest hour: {name} {hour}:00 to {}:00, {} calls", hour + 1, words::count_short(most.into()));
    let title = "When calls come in, by weekday and hour".to_owned();
    let total: u64 = grid.iter().flatten().map(|c| u64::from(*c)).sum();
    let night: u64 = grid
        .iter()
        .take(7)
        .enumerate()
        .flat_map(|(d, row)| row.iter().enumerate().map(move |(h, c)| (d, h, u64::from(*c))))
        .filter(|(d, h, _)| *d >= 5 || *h < 8 || *h >= 18)
        .map(|(_, _, c)| c)
        .sum();
    let description = format!(
        "{} calls by their time of opening ({zone}); {peak}. {} came on Saturday, Sunday, before 8:00 or after 18:00.",
        words::grouped(total),
        words::grouped(night)
    );
    let (left, top, cell_w, cell_h) = (34.0, 16.0, 12.0, 15.0);
    let mut svg = Svg::open(330.0, 142.0, key, &title, &description);
    let mut y = top;
    for (day, row) in DAYS.iter().zip(grid) {
        svg.text(left - 6.0, y + 11.5, "end", "c-soft", day.get(..3).unwrap_or(day));
        let mut x = left;
        for count in row.iter().take(24) {
            // Lightness by the root of the share, so that the thin hours can still be seen.
            let share = (f64::from(*count) / f64::from(most)).sqrt();
            let ink = if *count == 0 { 0.04 } else { 0.1 + 0.9 * share };
            svg.push(&format!(
                "<rect class=\"c-accent-fill\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{ACCENT}\" fill-opacity=\"{:.2}\"/>",
                num(x),
                num(y),
                num(cell_w - 1.0),
                num(cell_h - 1.0),
                ink
            ));
            x += cell_w;
        }
        y += cell_h;
    }
    let marks = [
        (0.0, "0:00", "start"),
        (6.0, "6:00", "middle"),
        (12.0, "12:00", "middle"),
        (18.0, "18:00", "middle"),
        (24.0, "24:00", "end"),
    ];
    for (column, label, anchor) in marks {
        svg.text(left + column * cell_w, top - 5.0, anchor, "c-soft", label);
    }
    svg.text(left, y + 14.0, "start", "c-ink", &peak);
    let mut headings = vec!["Day".to_owned()];
    headings.extend((0..24).map(|h| format!("{h}:00")));
    Some(Drawing {
        svg: svg.close(),
        title,
        description,
        headings,
        rows: DAYS
            .iter()
            .zip(grid)
            .map(|(day, row)| {
                let mut cells = vec![(*day).to_owned()];
                cells.extend(row.iter().take(24).map(|c| words::grouped((*c).into())));
                cells
            })
            .collect(),
    })
}
