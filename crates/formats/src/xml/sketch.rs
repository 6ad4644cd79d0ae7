//! Sketches the first bytes of XML, so that the place of the records can be chosen.

use super::token::{Attributes, Cursor, Token, local};
use crate::shape::Node;

/// Elements are nested too deep.
#[derive(Debug)]
pub(crate) struct TooDeep;

/// The root element as a node; what is cut off is `open`. `None` when there is no element.
///
/// # Errors
/// When elements are nested deeper than `depth`.
pub(crate) fn sketch(head: &str, ended: bool, depth: usize) -> Result<Option<Node>, TooDeep> {
    let mut cursor = Cursor::new(head, ended);
    let mut stack: Vec<Node> = Vec::new();
    let mut root_attributes = Vec::new();
    loop {
        match cursor.next() {
            Ok(Some(Token::Start { name, attributes, empty })) => {
                let names = Attributes(attributes).flatten().map(|(name, _)| name.to_owned()).collect();
                let node = Node { name: local(name).to_owned(), scalars: names, count: 1, ..Node::default() };
                if stack.is_empty() {
                    root_attributes.clone_from(&node.scalars);
                }
                stack.push(node);
                if empty && let Some(root) = close(&mut stack) {
                    return Ok(Some(finish(root, &root_attributes)));
                }
                if stack.len() > depth {
                    return Err(TooDeep);
                }
            }
            Ok(Some(Token::End(_))) => {
                if let Some(root) = close(&mut stack) {
                    return Ok(Some(finish(root, &root_attributes)));
                }
            }
            Ok(Some(Token::Text(text) | Token::Plain(text))) => {
                if let Some(node) = stack.last_mut() {
                    node.text |= !text.trim_ascii().is_empty();
                }
            }
            Ok(Some(Token::Other)) => {}
            // A broken place is passed over: the records around it tell enough.
            Err(super::token::Fault::Bad(_)) => {
                let rest = head.as_bytes().get(cursor.at + 1..).unwrap_or_default();
                let Some(next) = memchr::memchr(b'<', rest) else { break };
                cursor.at += 1 + next;
            }
            Ok(None) | Err(_) => break,
        }
    }
    while let Some(node) = stack.last_mut() {
        node.open = true;
        if let Some(root) = close(&mut stack) {
            return Ok(Some(finish(root, &root_attributes)));
        }
    }
    Ok(None)
}

/// Attributes of a root that has elements are the document's, not a record's.
fn finish(mut root: Node, attributes: &[String]) -> Node {
    if !root.children.is_empty() {
        root.scalars.retain(|name| !attributes.contains(name));
    }
    root
}

/// Closes the innermost element; gives the root when that was it.
fn close(stack: &mut Vec<Node>) -> Option<Node> {
    let node = stack.pop()?;
    let Some(parent) = stack.last_mut() else { return Some(node) };
    if node.children.is_empty() && node.scalars.is_empty() && !node.open {
        if !parent.scalars.contains(&node.name) {
            parent.scalars.push(node.name);
        }
        return None;
    }
    // A field with attributes is a field.
    if node.text && node.children.is_empty() && !parent.scalars.contains(&node.name) {
        parent.scalars.push(node.name.clone());
    }
    match parent.children.iter_mut().find(|known| known.name == node.name) {
        Some(known) => {
            let count = known.count + 1;
            merge(known, node);
            known.count = count;
        }
        None => parent.children.push(node),
    }
    None
}

/// Adds what another element of the same name has.
fn merge(node: &mut Node, other: Node) {
    node.count = node.count.max(other.count);
    node.open |= other.open;
    node.text |= other.text;
    for name in other.scalars {
        if !node.scalars.contains(&name) {
            node.scalars.push(name);
        }
    }
    for child in other.children {
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

    #[test]
    fn records_are_found_wherever_they_lie() {
        for (text, want) in [
            (
                "<unload unload_date='x'><incident><number>1</number></incident><sys_journal_field><sys_id>2</sys_id></sys_journal_field><sys_journal_field><sys_id>3</sys_id></sys_journal_field></unload>",
                "incident",
            ),
            ("<rows><row id='1' state='x'/><row id='2' state='y'/></rows>", "row"),
            ("<incident><number>INC1</number><state>x</state></incident>", ""),
            (
                "<ticket id='1'><state>x</state><title>y</title><notes><note><text>n</text></note><note><text>m</text></note></notes></ticket>",
                "",
            ),
            (
                "<export><meta><at>x</at></meta><tickets><ticket><id>1</id></ticket><ticket><id>2</id></ticket></tickets></export>",
                "tickets.ticket",
            ),
            (
                "<export><meta><at>x</at></meta><tickets><ticket><id>1</id></ticket></tickets></export>",
                "tickets.ticket",
            ),
            (
                "<rss version='0.92'><channel><title>J</title><link>l</link><description>d</description><build-info><version>1</version></build-info><item><title>a</title><key id='1'>A-1</key><summary>s</summary></item><item><title>b</title><key id='2'>A-2</key><summary>s</summary></item></channel></rss>",
                "channel.item",
            ),
            ("<a><b><c>1</c></b></a>", "b"),
        ] {
            let root = sketch(text, true, 64).unwrap().unwrap();
            assert_eq!(place(&root).unwrap().path.join("."), want, "{text}");
        }
    }
}
