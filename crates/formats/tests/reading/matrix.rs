//! Every format in every container reads the same records.

use crate::pack::{gzip, workbook, xz_raw, zip_of, zstd_raw};
use crate::read_all;

const NAMES: [&str; 3] = ["number", "opened", "title"];

fn rows() -> Vec<[String; 3]> {
    (1..400)
        .map(|n| {
            let title = if n % 3 == 0 { "Größe, second\nline" } else { "Printer; says \u{201c}no\u{201d}" };
            [format!("INC{n:05}"), format!("2024-03-{:02} 08:15", n % 28 + 1), title.to_owned()]
        })
        .collect()
}

fn quoted(text: &str, always: bool) -> String {
    if always || text.contains([',', ';', '\n', '"']) { format!("\"{text}\"") } else { text.to_owned() }
}

fn delimited(delimiter: &str, always: bool, end: &str) -> String {
    let line = |row: [&str; 3]| row.map(|text| quoted(text, always)).join(delimiter) + end;
    let rows = rows();
    line(NAMES) + &rows.iter().map(|[a, b, c]| line([a, b, c])).collect::<String>()
}

fn object(row: &[String; 3]) -> String {
    let members: Vec<String> =
        NAMES.iter().zip(row).map(|(name, value)| format!("\"{name}\": \"{}\"", value.replace('\n', "\\n"))).collect();
    format!("{{{}}}", members.join(", "))
}

/// Every format with its name.
fn formats() -> Vec<(&'static str, Vec<u8>)> {
    let rows = rows();
    let objects: Vec<String> = rows.iter().map(object).collect();
    let utf16 = format!("\u{feff}{}", delimited(";", false, "\r\n"));
    let written = |value: &str| value.replace('\n', "&#10;");
    let xml = rows
        .iter()
        .map(|row| {
            let fields = NAMES
                .iter()
                .zip(row)
                .map(|(name, value)| format!("<{name}>{}</{name}>", written(value)))
                .collect::<Vec<String>>()
                .concat();
            format!("<incident>{fields}</incident>")
        })
        .collect::<Vec<String>>()
        .concat();
    let xes = rows
        .iter()
        .map(|row| {
            let fields = NAMES
                .iter()
                .zip(row)
                .map(|(name, value)| format!("<string key=\"{name}\" value=\"{}\"/>", written(value)))
                .collect::<Vec<String>>()
                .concat();
            format!("<trace><event>{fields}</event></trace>")
        })
        .collect::<Vec<String>>()
        .concat();
    let cells: Vec<[String; 3]> = rows.iter().map(|row| row.clone().map(|value| written(&value))).collect();
    vec![
        ("CSV", delimited(",", false, "\n").into_bytes()),
        ("TSV", delimited("\t", false, "\r\n").into_bytes()),
        ("quoted CSV", delimited(",", true, "\n").into_bytes()),
        ("CSV of carriage returns", delimited(";", true, "\r").into_bytes()),
        ("UTF-16 CSV", utf16.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("XLSX", workbook(&cells)),
        ("JSON", format!("{{\"result\": [{}]}}", objects.join(",\n")).into_bytes()),
        ("JSON Lines", (objects.join("\n") + "\n").into_bytes()),
        (
            "XML",
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><unload unload_date=\"x\">{xml}</unload>").into_bytes(),
        ),
        ("XES", format!("<log xes.version=\"1.0\">{xes}</log>").into_bytes()),
    ]
}

#[test]
fn every_format_in_every_container() {
    let want: Vec<Vec<(String, String)>> =
        rows().into_iter().map(|row| NAMES.iter().map(|name| (*name).to_owned()).zip(row).collect()).collect();
    for (format, bytes) in formats() {
        for (container, packed) in [
            ("nothing", bytes.clone()),
            (".gz", gzip(&bytes)),
            (".xz", xz_raw(&bytes)),
            (".zst", zstd_raw(&bytes)),
            (".zip", zip_of(&[("export", &bytes)])),
        ] {
            let (rows, _) = read_all(&packed).unwrap_or_else(|reason| panic!("{format} in {container}: {reason}"));
            let got: Vec<_> = rows.into_iter().map(Result::unwrap).collect();
            assert_eq!(got.len(), want.len(), "{format} in {container}");
            assert!(got == want, "{format} in {container}: {:?} {:?}", got.first(), got.get(2));
        }
    }
}
