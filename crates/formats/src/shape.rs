//! Where the records lie in a tree: a list somewhere inside, or one single record.
//!
//! JSON and XML wrap their records in ever other ways. The first bytes of a file are sketched as
//! nodes, and the node that looks most like a record of a service desk is chosen: it has a number of its own
//! and words that tickets have, it comes again and again, its name is one that tools use.

/// A sketch of an object or an element.
#[derive(Debug, Default, Clone)]
pub(crate) struct Node {
    pub name: String,
    /// Names of plain values in it.
    pub scalars: Vec<String>,
    /// Objects, lists of objects, and elements with something inside.
    pub children: Vec<Node>,
    /// How often it comes in one parent, as far as was seen.
    pub count: usize,
    /// It is a list of objects, or an object whose names are numbers and whose values are the records.
    pub list: bool,
    /// The bytes that were looked at end inside of it.
    pub open: bool,
    /// It has text of its own: a field with attributes, never a record.
    pub text: bool,
}

/// Where the records lie.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// Names from the root, which itself has none, down to the list or the record.
    pub path: Vec<String>,
    /// A list, not one record.
    pub list: bool,
    /// How sure that is; 0 when nothing tells but that nothing else is there.
    pub score: i32,
}

/// Names under which tools hand out their main lists.
const MAIN: [&str; 28] = [
    "result",
    "results",
    "records",
    "record",
    "issues",
    "issue",
    "tickets",
    "ticket",
    "incidents",
    "incident",
    "problem",
    "problems",
    "change",
    "change_request",
    "request",
    "requests",
    "task",
    "tasks",
    "case",
    "cases",
    "data",
    "items",
    "item",
    "rows",
    "row",
    "entry",
    "response",
    "sc_req_item",
];

/// Others, which may as well be lists inside of a record.
const MAYBE: [&str; 8] = ["values", "value", "entries", "changes", "interactions", "events", "event", "list"];

/// Names of what lies beside the records.
const BESIDE: [&str; 26] = [
    "meta",
    "metadata",
    "header",
    "headers",
    "info",
    "links",
    "_links",
    "included",
    "users",
    "user",
    "groups",
    "group",
    "organizations",
    "organization",
    "agents",
    "contacts",
    "roles",
    "role",
    "schema",
    "columns",
    "fields",
    "errors",
    "warnings",
    "names",
    "pagination",
    "paging",
];

/// Levels that are searched.
const DEEPEST: usize = 5;

/// Whether things of this name lie beside the records.
pub(crate) fn is_beside(name: &str) -> bool {
    let name = name.to_lowercase();
    BESIDE.contains(&name.as_str()) || name.starts_with("sys_")
}

/// How much a name says that records are under it.
fn known(name: &str) -> i32 {
    let name = name.to_lowercase();
    match name.as_str() {
        _ if is_beside(&name) => -6,
        name if MAIN.contains(&name) => 3,
        name if MAYBE.contains(&name) => 2,
        _ => 0,
    }
}

fn is_number(name: &str) -> bool {
    matches!(name.to_lowercase().as_str(), "id" | "key" | "number" | "sys_id" | "iid" | "ref" | "ticket" | "case")
}

fn is_like_number(name: &str) -> bool {
    let lower = name.to_lowercase();
    is_number(&lower)
        || lower.ends_with("number")
        || lower.ends_with("_id")
        || name.ends_with("Id")
        || name.ends_with("ID")
}

/// Words that names of a ticket's fields hold.
fn tells(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "opened",
        "created",
        "updated",
        "closed",
        "resolved",
        "state",
        "status",
        "priority",
        "urgency",
        "severity",
        "summary",
        "subject",
        "description",
        "title",
    ];
    let name = name.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// How much a node looks like a record.
fn like_a_record(node: &Node) -> i32 {
    let telling = node.scalars.iter().filter(|name| tells(name)).count();
    let strong = node.scalars.iter().any(|name| is_number(name));
    let weak = node.scalars.iter().any(|name| is_like_number(name));
    // What has a number and a main list of records in it, and says little else, is a page of an answer.
    let holds_list = node
        .children
        .iter()
        .any(|child| child.list && MAIN.contains(&child.name.to_lowercase().as_str()) && like_a_record(child) > 0);
    if strong && (!holds_list || telling > 1) || weak && telling > 0 && !holds_list {
        4
    } else if telling > 1 && !holds_list {
        3
    } else {
        0
    }
}

/// The place of the records in a tree; `None` when nothing in it has fields.
pub(crate) fn place(root: &Node) -> Option<Place> {
    let mut best: Option<(i32, usize, Place)> = None;
    search(root, true, &mut Vec::new(), &mut best);
    best.map(|(score, _, place)| Place { score, ..place })
}

fn search(node: &Node, root: bool, path: &mut Vec<String>, best: &mut Option<(i32, usize, Place)>) {
    let like = if node.text { 0 } else { like_a_record(node) };
    let list = node.list || node.count > 1;
    let mut score = like;
    if list {
        score += 2 + i32::from(node.open);
    }
    if !root && (list || like > 0) {
        score += known(&node.name);
    }
    let has_fields = !node.scalars.is_empty() || (list && !node.children.is_empty());
    if has_fields && !node.text && best.as_ref().is_none_or(|(most, count, _)| (score, node.count) > (*most, *count)) {
        *best = Some((score, node.count, Place { path: path.clone(), list, score }));
    }
    // A list inside of a record is a field of it.
    if like == 4 || path.len() >= DEEPEST || (list && !root && like > 0) {
        return;
    }
    for child in &node.children {
        path.push(child.name.clone());
        search(child, false, path, best);
        path.pop();
    }
}
