//! JSON inside of cells: lists of names, document trees, histories and links.

use serde_json::Value;

use crate::canonical::{Millis, Stage};
use crate::dates::{DateKind, parse};
use crate::mapping::{History, Link};

/// The names in a JSON list of objects (or of plain values), joined by `, `; other text as it stands.
pub(crate) fn list(text: &str, key: &str, out: &mut String) {
    match serde_json::from_str(text) {
        Ok(Value::Array(items)) => {
            for item in items {
                let name = match &item {
                    Value::Object(object) => object.get(key).and_then(Value::as_str).map(str::to_owned),
                    Value::String(name) => Some(name.clone()),
                    Value::Number(name) => Some(name.to_string()),
                    _ => None,
                };
                if let Some(name) = name {
                    if !out.is_empty() {
                        out.push_str(", ");
                    }
                    out.push_str(&name);
                }
            }
        }
        Ok(Value::Object(object)) => {
            out.push_str(object.get(key).and_then(Value::as_str).unwrap_or_default());
        }
        // A list as Python prints it.
        Err(_) if text.starts_with("['") || text.starts_with("[\"") => {
            let mut rest = text.get(1..).unwrap_or_default();
            while let Some((name, after)) = quoted(rest) {
                if !out.is_empty() {
                    out.push_str(", ");
                }
                out.push_str(&name);
                rest = after.trim_start_matches([',', ' ']);
            }
        }
        _ => out.push_str(text),
    }
}

/// Keys of an object that say what it is called, the best first.
const CALLED: &[&str] = &[
    "display_value",
    "dynamicName",
    "name",
    "displayName",
    "display_name",
    "title",
    "label",
    "value",
    "key",
    "number",
    "login",
    "id",
];

/// What an object that stands in a cell is called: `{"name": "Network"}`, also as Python prints it
/// (`{'id': '7', 'name': 'Network'}`). `None` when it is no object, or names nothing.
pub(crate) fn named(text: &str) -> Option<String> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = text.trim().strip_prefix('{')?.trim_start();
    while !rest.starts_with('}') {
        let (key, after) = quoted(rest)?;
        rest = after.trim_start().strip_prefix(':')?.trim_start();
        let (value, after) = match quoted(rest) {
            Some((value, after)) => (value, after),
            None => bare(rest)?,
        };
        if !matches!(value.as_str(), "" | "None" | "null") {
            found.push((key, value));
        }
        rest = after.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        if rest.is_empty() {
            return None;
        }
    }
    CALLED.iter().find_map(|called| found.iter().find(|(key, _)| key == called).map(|(_, value)| value.clone()))
}

/// A quoted text at the start, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let (mut value, mut escaped) = (String::new(), false);
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => {
                value.push(letter);
                escaped = false;
            }
            '\\' => escaped = true,
            _ if letter == quote => return Some((value, text.get(at + 1..)?)),
            _ => value.push(letter),
        }
    }
    None
}

/// A value without quotes at the start (a number, a word, a list or an object passed over), and what follows it.
fn bare(text: &str) -> Option<(String, &str)> {
    let (mut depth, mut rest) = (0_u32, text);
    while let Some(letter) = rest.chars().next() {
        match letter {
            '"' | '\'' => {
                rest = quoted(rest)?.1;
                continue;
            }
            '[' | '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                let value = text.get(..text.len() - rest.len())?.trim();
                let plain = !value.starts_with(['[', '{']);
                return Some((if plain { value.to_owned() } else { String::new() }, rest));
            }
            ']' | '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        rest = rest.get(letter.len_utf8()..)?;
    }
    None
}

/// Values on lines of their own, or apart by `<br>`, joined by `, `; each once.
pub(crate) fn breaks(text: &str, out: &mut String) {
    let text = text.replace("<br />", "\n").replace("<br/>", "\n").replace("<br>", "\n").replace("<BR>", "\n");
    let mut told: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !told.contains(&line) {
            told.push(line);
        }
    }
    out.push_str(&told.join(", "));
}

/// The words of a document tree: every `text` in it, in order; other text as it stands.
pub(crate) fn document(text: &str, out: &mut String) {
    fn walk(node: &Value, out: &mut String) {
        match node {
            Value::Array(nodes) => nodes.iter().for_each(|node| walk(node, out)),
            Value::Object(object) => {
                if let Some(Value::String(words)) = object.get("text") {
                    if !out.is_empty() && !out.ends_with(' ') {
                        out.push(' ');
                    }
                    out.push_str(words.trim());
                }
                if let Some(content) = object.get("content") {
                    walk(content, out);
                }
            }
            _ => {}
        }
    }
    match serde_json::from_str(text) {
        Ok(tree @ (Value::Array(_) | Value::Object(_))) => walk(&tree, out),
        _ => out.push_str(text),
    }
}

/// One change out of an embedded history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub when: Millis,
    pub what: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The changes of an embedded history, oldest first. Fields that the mapping does not name are
/// passed over: the changelog is full of persons.
///
/// # Errors
/// When it is no JSON, or an instant in it cannot be read.
pub(crate) fn history(text: &str, map: &History) -> Result<Vec<Step>, String> {
    let parsed: Value = serde_json::from_str(text).map_err(|error| format!("the history is no JSON ({error})"))?;
    let mut steps = Vec::new();
    let entries = match &parsed {
        Value::Array(entries) => entries.as_slice(),
        Value::Object(object) => object.get("histories").and_then(Value::as_array).map_or(&[][..], Vec::as_slice),
        _ => &[],
    };
    for entry in entries {
        let written = entry.get(&map.when).and_then(Value::as_str).unwrap_or_default();
        let instant = parse(written, DateKind::Ymd)
            .map_err(|_| format!("`{written}` in the history cannot be read as a date"))?;
        let items = entry.get(&map.items).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for item in items {
            let field = item.get(&map.field).and_then(Value::as_str).unwrap_or_default().to_lowercase();
            let Some(what) = map.fields.get(&field) else {
                continue;
            };
            let word =
                |key: &str| item.get(key).and_then(Value::as_str).filter(|word| !word.is_empty()).map(str::to_owned);
            steps.push(Step {
                when: instant.local - instant.offset.unwrap_or(0),
                what: what.clone(),
                before: word(&map.before),
                after: word(&map.after),
            });
        }
    }
    steps.sort_by_key(|step| step.when);
    Ok(steps)
}

/// What a history says about the ticket as a whole.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lifetime {
    pub reopened: u32,
    pub resolved: Option<Millis>,
    pub closed: Option<Millis>,
}

/// Times reopened, last resolved and last closed, from the changes of state.
pub(crate) fn lifetime(steps: &[Step], mut stage: impl FnMut(&str) -> Option<Stage>) -> Lifetime {
    let mut life = Lifetime::default();
    for step in steps.iter().filter(|step| step.what == "state") {
        let before = step.before.as_deref().and_then(&mut stage);
        match step.after.as_deref().and_then(&mut stage) {
            Some(Stage::New | Stage::Active | Stage::Waiting) => {
                if matches!(before, Some(Stage::Resolved | Stage::Closed | Stage::Cancelled)) {
                    life.reopened += 1;
                }
                (life.resolved, life.closed) = (None, None);
            }
            Some(Stage::Resolved) => life.resolved = Some(step.when),
            Some(Stage::Closed | Stage::Cancelled) => {
                life.closed = Some(step.when);
                life.resolved = life.resolved.or(Some(step.when));
            }
            None => {}
        }
    }
    life
}

/// The first linked ticket of the wanted type in a JSON list of links.
pub(crate) fn linked(text: &str, link: &Link) -> Option<String> {
    let at = |value: &Value, path: &str| {
        path.split('.').try_fold(value.clone(), |value, key| value.get(key).cloned()).filter(|found| !found.is_null())
    };
    let parsed: Value = serde_json::from_str(text).ok()?;
    parsed.as_array()?.iter().find_map(|entry| {
        let kind = at(entry, &link.kind)?.as_str()?.to_lowercase();
        if !link.is.contains(&kind) {
            return None;
        }
        match at(entry, &link.to)? {
            Value::String(id) => Some(id),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_out_of_lists_and_words_out_of_trees() {
        let mut out = String::new();
        list(r#"[{"name":"JDBC"},{"name":"CLI"}]"#, "name", &mut out);
        assert_eq!(out, "JDBC, CLI");
        out.clear();
        list("['RR', \"plan's\"]", "name", &mut out);
        assert_eq!(out, "RR, plan's");
        out.clear();
        list("plain, words", "name", &mut out);
        assert_eq!(out, "plain, words");
        out.clear();
        document(
            r#"[{"type":"paragraph","content":[{"type":"text","text":"It is"},{"type":"text","text":"down"}]}]"#,
            &mut out,
        );
        assert_eq!(out, "It is down");
    }

    #[test]
    fn an_object_in_a_cell_is_read_as_what_it_is_called() {
        for (text, name) in [
            (r#"{"id": "7", "name": "Network"}"#, Some("Network")),
            ("{'id': '7', 'name': 'Network', 'parent': {'name': 'IT'}}", Some("Network")),
            ("{'parent': {'name': 'a, b}'}, 'name': \"Bob's desk\"}", Some("Bob's desk")),
            ("{'link': 'https://x.example/1', 'value': '5137'}", Some("5137")),
            ("{'name': None, 'id': 12}", Some("12")),
            (r#"{"dynamicName": "a \"b\""}"#, Some("a \"b\"")),
            ("{}", None),
            ("{not one}", None),
            ("{'open", None),
            ("plain", None),
        ] {
            assert_eq!(named(text).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn values_on_lines_of_their_own() {
        let mut out = String::new();
        breaks("Desk 1<br>Desk 2 <br>Desk 1\nDesk 3", &mut out);
        assert_eq!(out, "Desk 1, Desk 2, Desk 3");
    }

    proptest::proptest! {
        #[test]
        fn nothing_in_a_cell_makes_it_panic(text in "[{}\\[\\]'\",:a-z\\\\ ]{0,40}") {
            let _ = named(&text);
        }
    }

    #[test]
    fn a_history_tells_states_and_groups_and_no_persons() {
        let map = History {
            from: "changelog.histories".into(),
            when: "created".into(),
            items: "items".into(),
            field: "field".into(),
            before: "fromString".into(),
            after: "toString".into(),
            fields: [("status".to_owned(), "state".to_owned())].into(),
        };
        let text = r#"[
            {"created":"2024-01-03T10:00:00.000+0100","author":{"displayName":"Ann"},"items":[{"field":"status","fromString":"Done","toString":"Reopened"}]},
            {"created":"2024-01-02T10:00:00.000+0100","items":[{"field":"assignee","fromString":"Ann","toString":"Bob"},{"field":"status","fromString":"To Do","toString":"Done"}]},
            {"created":"2024-01-04T10:00:00.000+0100","items":[{"field":"status","fromString":"Reopened","toString":"Resolved"}]}]"#;
        let steps = history(text, &map).expect("a history");
        assert_eq!(steps.len(), 3);
        assert!(!format!("{steps:?}").contains("Ann"));
        assert_eq!(steps[0].after.as_deref(), Some("Done"));
        let life = lifetime(&steps, crate::words::stage);
        assert_eq!(life, Lifetime { reopened: 1, resolved: Some(steps[2].when), closed: None });
    }

    #[test]
    fn links_of_the_wanted_type_and_direction() {
        let link = Link {
            from: String::new(),
            kind: "type.name".into(),
            is: vec!["duplicate".into()],
            to: "outwardIssue.key".into(),
            field: None,
        };
        let text = r#"[{"type":{"name":"Reference"},"outwardIssue":{"key":"A-1"}},{"type":{"name":"Duplicate"},"inwardIssue":{"key":"A-2"}},{"type":{"name":"Duplicate"},"outwardIssue":{"key":"A-3"}}]"#;
        assert_eq!(linked(text, &link).as_deref(), Some("A-3"));
    }
}
