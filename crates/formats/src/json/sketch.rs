//! Sketches the first bytes of JSON, so that the place of the records can be chosen.

use super::parse::{Cursor, Fault};
use crate::shape::Node;

/// Items of a list that are looked into.
const ITEMS: usize = 5;

/// The first value as a node; what is cut off is `open`.
pub(crate) fn sketch(head: &str, depth: usize) -> Node {
    let mut cursor = Cursor::new(head, false, false, depth);
    let mut root = Node { count: 1, ..Node::default() };
    cursor.blanks();
    let _ = fill(&mut cursor, &mut root, 0);
    root
}

fn fill(cursor: &mut Cursor<'_>, node: &mut Node, depth: usize) -> Result<(), Fault> {
    if depth > cursor.depth {
        return Err(Fault::Deep);
    }
    let done = if cursor.token()? == b'[' { items(cursor, node, depth) } else { members(cursor, node, depth) };
    node.open |= done.is_err();
    done
}

fn members(cursor: &mut Cursor<'_>, node: &mut Node, depth: usize) -> Result<(), Fault> {
    let mut seen = Vec::new();
    let mut of_numbers = true;
    let done = cursor.object(&mut String::new(), |cursor, name| {
        let byte = cursor.token()?;
        if !matches!(byte, b'{' | b'[') {
            of_numbers = false;
            cursor.compact(&mut String::new(), depth)?;
            seen.push(Err(name.clone()));
            return Ok(());
        }
        let mut child = Node { name: name.clone(), count: 1, ..Node::default() };
        of_numbers &= byte == b'{' && !name.is_empty() && name.bytes().all(|digit| digit.is_ascii_digit());
        let done = fill(cursor, &mut child, depth + 1);
        // A list of plain values is a value.
        let plain = byte == b'[' && !child.list && !child.open;
        seen.push(if plain { Err(name.clone()) } else { Ok(child) });
        done
    });
    let objects = seen.iter().filter(|member| member.is_ok()).count();
    if of_numbers && objects > 0 {
        node.list = true;
        node.count = objects;
        for item in seen.into_iter().flatten().take(ITEMS) {
            merge(node, item);
        }
        return done;
    }
    for member in seen {
        match member {
            Ok(child) => match node.children.iter_mut().find(|known| known.name == child.name) {
                Some(known) => merge(known, child),
                None => node.children.push(child),
            },
            Err(name) if node.scalars.contains(&name) => {}
            Err(name) => node.scalars.push(name),
        }
    }
    done
}

fn items(cursor: &mut Cursor<'_>, node: &mut Node, depth: usize) -> Result<(), Fault> {
    let mut seen = Vec::new();
    let (mut count, mut others) = (0, 0);
    let done = cursor.list(|cursor| {
        if cursor.token()? == b'{' {
            count += 1;
            if count > ITEMS {
                return cursor.compact(&mut String::new(), depth + 1);
            }
            let mut item = Node::default();
            let done = fill(cursor, &mut item, depth + 1);
            seen.push(item);
            return done;
        }
        others += 1;
        cursor.compact(&mut String::new(), depth + 1)
    });
    node.list = count > 0 && count > others;
    node.count = count.max(1);
    for item in seen {
        merge(node, item);
    }
    // Items may be open; the list is when it has no end itself.
    node.open = done.is_err();
    done
}

/// Adds what one item has to what its list is known to have.
fn merge(node: &mut Node, item: Node) {
    node.list |= item.list;
    node.count = node.count.max(item.count);
    node.open |= item.open;
    for name in item.scalars {
        if !node.scalars.contains(&name) {
            node.scalars.push(name);
        }
    }
    for child in item.children {
        match node.children.iter_mut().find(|known| known.name == child.name) {
            Some(known) => merge(known, child),
            None => node.children.push(child),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::place;

    fn path(text: &str) -> (String, bool) {
        let place = place(&sketch(text, 64)).unwrap();
        (place.path.join("."), place.list)
    }

    #[test]
    fn records_are_found_wherever_they_lie() {
        for (text, want, list) in [
            (
                r#"{"ticket":{"id":1,"subject":"x","custom":[{"id":5,"value":"a"},{"id":6,"value":"b"}]}}"#,
                "ticket",
                false,
            ),
            (r#"{"number":"INC1","state":"x","custom":[{"id":1},{"id":2},{"id":3}]}"#, "", false),
            (r#"{"id":1,"subject":"x","status":"open","events":[{"id":1,"created":"x"}]}"#, "", false),
            (r#"{"total":2,"result":[{"number":"1"},{"number":"2"}]}"#, "result", true),
            (r#"{"id":"page-7","total":2,"tickets":[{"id":"1","subject":"x"}]}"#, "tickets", true),
            (r#"{"users":[{"id":1},{"id":2},{"id":3}],"tickets":[{"id":9,"subject":"x"}]}"#, "tickets", true),
            (r#"{"payload":{"inner":{"thing":[{"ref":"1","opened":"x"},{"ref":"2"#, "payload.inner.thing", true),
            (
                r#"{"assets":{"Ticket":{"1":{"id":1,"title":"x"},"2":{"id":2}},"User":{"3":{"id":3},"4":{"id":4}}}}"#,
                "assets.Ticket",
                true,
            ),
            (
                r#"{"links":[{"a":1}],"assets":{"Ticket":{"41":{"id":41,"title":"x"}},"User":{"3":{"id":3}}}}"#,
                "assets.Ticket",
                true,
            ),
            (r#"{"data":{"issues":[{"key":"A"}]}}"#, "data.issues", true),
            (r#"{"key":"A-1","fields":{"summary":"x","comment":{"comments":[{"id":1}]}}}"#, "", false),
            (r#"{"meta":{"id":"r","created":"x"},"foos":[{"a":1},{"a":2}]}"#, "foos", true),
            (r#"{"a":1,"b":"x"}"#, "", false),
        ] {
            assert_eq!(path(text), (want.to_owned(), list), "{text}");
        }
    }
}
