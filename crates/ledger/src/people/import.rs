//! People from a table of comma-separated values: first what would be done, row by row, then the same in one
//! transaction. A row names a person and, where it likes, an address, a circle and a role.

use std::collections::BTreeMap;

use leadership::circle::Actor;
use leadership::{CircleId, PersonId, Role, Tree, text};

use super::{Circle, circles, path, tree};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// Most rows at once.
pub const MOST: usize = 20_000;
/// Most wrongs that are told; who has more mends these first.
const WRONGS: usize = 100;

/// What a row would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Adds a person who is not here yet.
    Adds,
    /// Gives a role to a person who is here, or was added by a row above.
    GivesRole,
    /// Nothing: it is so already.
    Nothing,
}

/// One row as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its number in the file; the headings are row 1.
    pub row: u64,
    /// The name.
    pub name: String,
    /// The address for mail.
    pub email: Option<String>,
    /// The circle.
    pub circle: CircleId,
    /// Its name, with those above.
    pub path: String,
    /// The role.
    pub role: Role,
    /// What it would do.
    pub does: Does,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowWrong {
    /// The row's number in the file; the headings are row 1.
    pub row: u64,
    /// The column.
    pub column: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Rows that were understood.
    pub rows: Vec<Planned>,
    /// What is wrong; while there is anything, nothing is done.
    pub wrongs: Vec<RowWrong>,
    /// Columns that are not used.
    pub unused: Vec<String>,
}

impl Plan {
    /// How many rows would do this.
    #[must_use]
    pub fn count(&self, does: Does) -> usize {
        self.rows.iter().filter(|row| row.does == does).count()
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Columns {
    name: Option<usize>,
    email: Option<usize>,
    circle: Option<usize>,
    role: Option<usize>,
}

/// The separator that the headings use most.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |c: char| first.matches(c).count();
    [(b',', count(',')), (b';', count(';')), (b'\t', count('\t'))]
        .into_iter()
        .max_by_key(|(separator, n)| (*n, *separator == b','))
        .map_or(b',', |(separator, _)| separator)
}

fn columns(headings: &csv::StringRecord) -> (Columns, Vec<String>) {
    let mut found = Columns::default();
    let mut unused = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        let plain: String = heading.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
        let column = match plain.as_str() {
            "name" | "fullname" | "person" | "displayname" => &mut found.name,
            "email" | "mail" | "address" | "emailaddress" | "addressformail" => &mut found.email,
            "circle" | "team" | "department" | "group" => &mut found.circle,
            "role" => &mut found.role,
            _ => {
                unused.push(heading.trim().to_owned());
                continue;
            }
        };
        // The first of two wins, and the second is told as unused.
        if column.is_some() {
            unused.push(heading.trim().to_owned());
        } else {
            *column = Some(at);
        }
    }
    (found, unused)
}

/// The circles that an actor may add people to, found by name or by path.
struct Places {
    by_name: BTreeMap<String, Vec<CircleId>>,
    paths: BTreeMap<CircleId, String>,
}

impl Places {
    fn new(all: &[Circle], actor: &Actor) -> Self {
        let mut by_name: BTreeMap<String, Vec<CircleId>> = BTreeMap::new();
        let mut paths = BTreeMap::new();
        let mine = |circle: &&Circle| {
            circle.closed_at.is_none()
                && (actor.sight.administers.contains(&circle.id) || actor.sight.leads.contains(&circle.id))
        };
        for circle in all.iter().filter(mine) {
            let path = path(all, circle.id);
            let mut keys = vec![key(&circle.name), key(&path)];
            keys.dedup();
            for key in keys {
                by_name.entry(key).or_default().push(circle.id);
            }
            paths.insert(circle.id, path);
        }
        Self { by_name, paths }
    }

    fn find(&self, typed: &str) -> Result<CircleId, String> {
        match self.by_name.get(&key(typed)).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some(several) => {
                let paths: Vec<&str> = several.iter().filter_map(|id| self.paths.get(id)).map(String::as_str).collect();
                Err(format!("Several circles are called that. Write which: {}.", paths.join("; or ")))
            }
            None => Err(format!(
                "There is no circle “{}” to which you can add people. Write its name as on the page of people, or open it first.",
                shown(typed)
            )),
        }
    }
}

/// Names are the same whatever the capitals and the spaces around slashes.
fn key(name: &str) -> String {
    name.split('/').map(|part| part.trim().to_lowercase()).collect::<Vec<_>>().join("/")
}

fn shown(typed: &str) -> String {
    typed.trim().chars().take(60).collect()
}

fn role(typed: &str) -> Result<Role, String> {
    let plain = typed.trim().to_lowercase().replace([' ', '-'], "_");
    if plain.is_empty() {
        return Ok(Role::Member);
    }
    Role::from_name(&plain).ok_or_else(|| {
        let all: Vec<_> = Role::ALL.iter().map(|role| role.shown()).collect();
        format!("“{}” is no role. Write one of: {}.", shown(typed), all.join(", "))
    })
}

/// Who a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Here(PersonId),
    Email(String),
    Name(String),
}

struct Reader<'a> {
    tree: &'a Tree,
    places: Places,
    otherwise: CircleId,
    here: BTreeMap<String, (PersonId, bool)>,
    held: BTreeMap<Who, Vec<(CircleId, Role)>>,
    nameless: BTreeMap<(String, CircleId), PersonId>,
    columns: Columns,
    plan: &'a mut Plan,
}

impl Reader<'_> {
    fn read(&mut self, row: u64, record: &csv::StringRecord) {
        let field = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
        if record.iter().all(|field| field.trim().is_empty()) {
            return;
        }
        let before = self.plan.wrongs.len();
        let mut wrong = |column, message: String| self.plan.wrongs.push(RowWrong { row, column, message });
        let name = text::line("name", field(self.columns.name)).unwrap_or_else(|wrongs| {
            wrong("name", wrongs.of("name").unwrap_or_default().to_owned());
            String::new()
        });
        let email = match field(self.columns.email).trim() {
            "" => None,
            typed => match text::email("email", typed) {
                Ok(email) => Some(email),
                Err(wrongs) => {
                    wrong("email", format!("“{}”: {}", shown(typed), wrongs.of("email").unwrap_or_default()));
                    None
                }
            },
        };
        let circle = match field(self.columns.circle).trim() {
            "" => self.otherwise,
            typed => self.places.find(typed).unwrap_or_else(|message| {
                wrong("circle", message);
                self.otherwise
            }),
        };
        let role = role(field(self.columns.role)).unwrap_or_else(|message| {
            wrong("role", message);
            Role::Member
        });
        if let Err(wrongs) = self.tree.may_hold(circle, role) {
            wrong("role", wrongs.of("role").unwrap_or_default().to_owned());
        }
        if self.plan.wrongs.len() > before {
            return;
        }
        let who = match &email {
            Some(email) => match self.here.get(email) {
                Some((id, _)) => Who::Here(*id),
                None => Who::Email(email.clone()),
            },
            // Without an address, only somebody of the same name in the same circle is the same.
            None => match self.nameless.get(&(name.to_lowercase(), circle)) {
                Some(id) => Who::Here(*id),
                None => Who::Name(format!("{} {circle}", name.to_lowercase())),
            },
        };
        let new = !matches!(who, Who::Here(_)) && !self.held.contains_key(&who);
        let held = self.held.entry(who).or_default();
        let clash = held.iter().any(|(at, has)| {
            has.outside() != role.outside()
                || (role.outside() && self.tree.client_of(*at) != self.tree.client_of(circle))
        });
        if clash {
            self.plan.wrongs.push(RowWrong {
                row,
                column: "role",
                message: "This person holds a role on another side: who speaks for a client can neither speak for \
                          another one nor work inside. Use another address, or end the other role."
                    .to_owned(),
            });
            return;
        }
        let does = if held.contains(&(circle, role)) {
            Does::Nothing
        } else if new {
            Does::Adds
        } else {
            Does::GivesRole
        };
        held.push((circle, role));
        let path = self.places.paths.get(&circle).cloned().unwrap_or_default();
        self.plan.rows.push(Planned { row, name, email, circle, path, role, does });
    }
}

/// What an import of this text would do. Rows that name no circle are for `otherwise`.
///
/// # Errors
/// When `otherwise` is not the actor's to keep in order; or the database.
#[crate::asked]
pub async fn plan(tx: &mut Tx, actor: &Actor, text: &str, otherwise: CircleId) -> Result<Plan, Refused> {
    super::circles::open(tx, actor, otherwise).await?;
    let all = circles(tx).await?;
    let places = Places::new(&all, actor);
    let mut plan = Plan::default();
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().delimiter(separator(text)).flexible(true).from_reader(text.as_bytes());
    let whole = |message: String| RowWrong { row: 1, column: "headings", message };
    let (columns, unused) = match reader.headers() {
        Ok(headings) => columns(headings),
        Err(error) => {
            plan.wrongs.push(whole(format!("The headings cannot be read: {error}.")));
            return Ok(plan);
        }
    };
    plan.unused = unused;
    if columns.name.is_none() {
        plan.wrongs.push(whole(
            "There is no column called “name”. The first row names the columns: name, email, circle, role.".to_owned(),
        ));
        return Ok(plan);
    }
    let (here, held, nameless) = present(tx).await?;
    let tree = tree(tx).await?;
    let mut rows = Reader { tree: &tree, places, otherwise, here, held, nameless, columns, plan: &mut plan };
    for (at, record) in reader.records().enumerate() {
        let line = u64::try_from(at + 2).unwrap_or_default();
        if at >= MOST {
            let message = format!("There are more than {MOST} rows. Import them in several files.");
            rows.plan.wrongs.push(RowWrong { row: line, column: "name", message });
            break;
        }
        match record {
            Ok(record) => rows.read(line, &record),
            Err(error) => {
                let message = format!("The row cannot be read: {error}.");
                rows.plan.wrongs.push(RowWrong { row: line, column: "name", message });
            }
        }
        if rows.plan.wrongs.len() >= WRONGS {
            break;
        }
    }
    Ok(plan)
}

type Present =
    (BTreeMap<String, (PersonId, bool)>, BTreeMap<Who, Vec<(CircleId, Role)>>, BTreeMap<(String, CircleId), PersonId>);

/// Everybody with an address, whether they left; the roles of everybody; who has no address, by name.
async fn present(tx: &mut Tx) -> Result<Present, LedgerError> {
    let mut here = BTreeMap::new();
    let mut held: BTreeMap<Who, Vec<(CircleId, Role)>> = BTreeMap::new();
    let mut nameless = BTreeMap::new();
    for row in tx.rows("select id, email, left_at from person where email is not null", args![]).await? {
        here.insert(row.text("email")?, (row.id("id")?, row.at_or_null("left_at")?.is_some()));
    }
    let rows = tx
        .rows(
            "select r.person, r.circle, r.role, p.name, p.email from held_role r join person p on p.id = r.person",
            args![],
        )
        .await?;
    for row in &rows {
        let (person, circle): (PersonId, CircleId) = (row.id("person")?, row.id("circle")?);
        let Some(role) = Role::from_name(&row.text("role")?) else { continue };
        held.entry(Who::Here(person)).or_default().push((circle, role));
        if row.text_or_null("email")?.is_none() {
            nameless.insert((row.text("name")?.to_lowercase(), circle), person);
        }
    }
    Ok((here, held, nameless))
}

/// Does what [`plan`] says, all or nothing.
#[derive(Debug, Clone)]
pub struct Import {
    /// The table, as text.
    pub text: String,
    /// The circle of rows that name none.
    pub otherwise: CircleId,
}

#[crate::act]
impl Act for Import {
    type Done = Plan;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Plan, Refused> {
        let plan = plan(tx, actor, &self.text, self.otherwise).await?;
        if let Some(first) = plan.wrongs.first() {
            let what = format!("Row {}, {}: {}", first.row, first.column, first.message);
            return Err(Refused::conflict(what, "Check the table again; nothing was imported."));
        }
        let (mut here, _, mut nameless) = present(tx).await?;
        for row in plan.rows.iter().filter(|row| row.does != Does::Nothing) {
            let known = match &row.email {
                Some(email) => here.get(email).copied(),
                None => nameless.get(&(row.name.to_lowercase(), row.circle)).map(|id| (*id, false)),
            };
            let person = if let Some((id, left)) = known {
                if left {
                    super::join::come_back(tx, actor, id).await?;
                }
                id
            } else {
                let id = super::join::write(tx, &row.name, row.email.as_deref(), "UTC").await?;
                let joined = Said::new("person", id, "joined").by(actor.person).within(row.circle);
                tx.say(joined.sealed(id, "name", row.name.clone()));
                id
            };
            match &row.email {
                Some(email) => drop(here.insert(email.clone(), (person, false))),
                None => drop(nameless.insert((row.name.to_lowercase(), row.circle), person)),
            }
            if super::join::give(tx, person, row.circle, row.role).await? {
                tx.say(
                    Said::new("person", person, "given_role")
                        .by(actor.person)
                        .within(row.circle)
                        .with("role", row.role.name()),
                );
            }
        }
        Ok(plan)
    }
}
