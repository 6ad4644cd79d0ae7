//! Answers under seal. Nothing outside of this crate reads one: pages, exports, the API, logs and administrators have
//! no way to a form or a comment; only what passed disclosure control leaves. The tests of this crate come in by
//! [`crate::tested`], with a key that they made.
//!
//! How that is held:
//! - A row holds a wave, the person rated, and a sealed text: role, answers and, for a rater who answers under their
//!   name (higher-ups, the person rated), the name. No seat, no rater, no day, no address. The seat is spent in the same
//!   transaction, in another table; no value is in both.
//! - The answers of one person in one wave are a pool. With every answer the whole pool is opened, shuffled, and
//!   written anew: fresh random identifiers, fresh nonces, one transaction. So neither the order of rows, nor their
//!   identifiers, nor what the database keeps beside a row (its number, the transaction that wrote it) says which
//!   came first, or with which seat.
//! - There is no time on an answer, not even a day: a day on which one seat was spent and one answer written would
//!   join the two. All that is known is the wave.
//! - All sealed forms of one wave are equally long, and comments are filled up to full blocks, so that a length tells
//!   no role.
//! - The key is a file of the data folder, apart from the database: a copy of the database alone opens no answer.
//!
//! SQLite overwrites what is deleted; PostgreSQL keeps dead rows until it cleans up after itself, as it does everywhere.
//!
//! Whoever holds the database and the key, outside of Plumb, can read the forms of each person as a shuffled heap with
//! their roles, and who spent a seat; where one person alone answered in a role, that is whose form it is. Whoever
//! copies both again and again while answers come in can see what came in between two copies. The page on which people
//! answer says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::str::FromStr as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use leadership::wave::{Question, SeatState};
use leadership::{PersonId, RoundId, WaveId};
use rating::model::Role;
use sha2::Sha256;
use sqlx::AssertSqlSafe;

use crate::chain::hex;
use crate::concerns::envelope;
use crate::error::LedgerError;
use crate::head;
use crate::tx::{Random, Tx};

/// Name of the key's file in the data folder.
pub const FILE: &str = "answers.key";

/// The key under which answers are kept. Cloning it copies it.
#[derive(Clone)]
pub struct AnswerKey([u8; 32]);

impl fmt::Debug for AnswerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerKey")
    }
}

impl AnswerKey {
    /// The key of these bytes.
    #[must_use]
    pub fn of(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key that is kept in `folder`; made at the first time, for its owner's eyes only.
    ///
    /// # Errors
    /// When it cannot be read or written, or is damaged. Without it no answer is opened any more, so a backup of the
    /// data folder holds it, apart from the database.
    pub fn kept(folder: &Path, random: &Random) -> Result<Self, LedgerError> {
        let bytes = head::kept(folder, FILE, random);
        bytes.map(Self).map_err(|what| LedgerError::Inside(format!("the key of the answers cannot be used: {what}")))
    }

    /// The stable name of somebody from outside, who is known by their address for mail only: the same in every wave,
    /// and nothing to whoever does not hold the key.
    pub(crate) fn outsider(&self, email: &str) -> Result<String, LedgerError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .map_err(|_| LedgerError::Inside("the key of the answers cannot be used".to_owned()))?;
        mac.update(b"plumb: a rater from outside\0");
        mac.update(email.trim().to_lowercase().as_bytes());
        Ok(format!("outside:{}", hex(&mac.finalize().into_bytes()[..16])))
    }

    /// Seals a text that belongs to `of`.
    pub(crate) fn seal(&self, tx: &Tx, of: &str, plain: &[u8]) -> Result<String, LedgerError> {
        envelope::seal(tx, &self.0, of, plain)
    }

    /// Opens what was sealed.
    pub(crate) fn open(&self, of: &str, sealed: &str) -> Result<Vec<u8>, LedgerError> {
        envelope::open(&self.0, of, sealed).map_err(|_| {
            LedgerError::Inside(format!(
                "answers of a wave cannot be opened with the {FILE} of the data folder. Put the {FILE} that belongs to \
                 this database there, and do it again"
            ))
        })
    }
}

/// One answered form.
#[derive(Clone, PartialEq, Eq)]
pub struct Form {
    /// As what.
    pub role: Role,
    /// An answer per item, in the order of the wave's items; `None` is “not able to say”.
    pub answers: Vec<Option<u8>>,
    /// Who, where they answered under their name.
    pub named: Option<PersonId>,
}

// Answers must not reach a log by way of a debug line.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form").finish_non_exhaustive()
    }
}

/// One comment. It holds no role, so that nobody can filter by one, and hangs on no form.
#[derive(Clone, PartialEq, Eq)]
pub struct Comment {
    /// What was asked.
    pub question: Question,
    /// The words.
    pub words: String,
    /// Who, where they answered under their name.
    pub named: Option<PersonId>,
}

impl fmt::Debug for Comment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Comment").finish_non_exhaustive()
    }
}

/// Length of a name in a sealed text: that of an identifier as text.
const NAME: usize = 36;
/// Comments are filled up to a multiple of this.
pub(crate) const BLOCK: usize = 512;
/// Bytes of every line of a pulse, written or not: more than [`leadership::text::LINE`] characters ever take.
const LINE: usize = 1024;

fn broken() -> LedgerError {
    LedgerError::Inside("a sealed answer is not as it should be".to_owned())
}

fn name_bytes(named: Option<PersonId>) -> Vec<u8> {
    let mut bytes = named.map(|person| person.to_string().into_bytes()).unwrap_or_default();
    bytes.resize(NAME, 0);
    bytes
}

fn name_of(bytes: &[u8]) -> Result<Option<PersonId>, LedgerError> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
    Ok(Some(text.parse()?))
}

impl Form {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let role = self.role.place().and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX);
        let mut out = vec![role];
        out.extend(name_bytes(self.named));
        out.extend(self.answers.iter().map(|answer| answer.unwrap_or(0)));
        out
    }

    /// As it lies in its pool.
    pub(crate) fn sealed(
        &self,
        tx: &Tx,
        key: &AnswerKey,
        wave: WaveId,
        rated: PersonId,
    ) -> Result<String, LedgerError> {
        key.seal(tx, &Pool::Forms.bound(wave, rated), &self.bytes())
    }

    pub(crate) fn of(bytes: &[u8]) -> Result<Self, LedgerError> {
        let (role, rest) = bytes.split_first().ok_or_else(broken)?;
        let (name, answers) = rest.split_at_checked(NAME).ok_or_else(broken)?;
        let role = match role {
            &u8::MAX => Role::Own,
            place => *Role::OTHERS.get(usize::from(*place)).ok_or_else(broken)?,
        };
        let answers = answers.iter().map(|answer| (*answer > 0).then_some(*answer)).collect();
        Ok(Self { role, answers, named: name_of(name)? })
    }
}

impl Comment {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let question = Question::ALL.iter().position(|question| *question == self.question).unwrap_or_default();
        let mut out = vec![u8::try_from(question).unwrap_or_default()];
        out.extend(name_bytes(self.named));
        out.extend(self.words.as_bytes());
        // A zero byte is no character that a person types.
        out.resize(out.len().next_multiple_of(BLOCK), 0);
        out
    }

    pub(crate) fn of(bytes: &[u8]) -> Result<Self, LedgerError> {
        let (question, rest) = bytes.split_first().ok_or_else(broken)?;
        let (name, words) = rest.split_at_checked(NAME).ok_or_else(broken)?;
        let question = *Question::ALL.get(usize::from(*question)).ok_or_else(broken)?;
        let words = std::str::from_utf8(words).map_err(|_| broken())?.trim_end_matches('\0').to_owned();
        Ok(Self { question, words, named: name_of(name)? })
    }
}

/// The pools; their statements are written out, since both engines take only texts of the program. Forms and comments
/// of a wave are pooled by the person rated, answers of a round of a pulse by the part of its people.
#[derive(Clone, Copy)]
pub(crate) enum Pool {
    Forms,
    Comments,
    Pulse,
    Lines,
}

impl Pool {
    /// What a sealed text of the pool is bound to.
    pub(crate) fn bound(self, of: impl fmt::Display, part: impl fmt::Display) -> String {
        let name = match self {
            Self::Forms => "form",
            Self::Comments => "comment",
            Self::Pulse => "pulse",
            Self::Lines => "line",
        };
        format!("{name}/{of}/{part}")
    }

    async fn read(
        self,
        tx: &mut Tx,
        key: &AnswerKey,
        of: impl fmt::Display,
        part: impl fmt::Display,
    ) -> Result<Vec<Vec<u8>>, LedgerError> {
        let sql = match self {
            Self::Forms => "select sealed from sealed_form where wave = $1 and rated = $2 order by id",
            Self::Comments => "select sealed from sealed_comment where wave = $1 and rated = $2 order by id",
            Self::Pulse => "select sealed from pulse_form where round = $1 and part = $2 order by id",
            Self::Lines => "select sealed from pulse_line where round = $1 and part = $2 order by id",
        };
        let bound = self.bound(&of, &part);
        let rows = tx.rows(sql, args![of.to_string(), part.to_string()]).await?;
        rows.iter().map(|row| key.open(&bound, &row.text("sealed")?)).collect()
    }

    /// Writes the whole pool anew, shuffled.
    async fn write(
        self,
        tx: &mut Tx,
        key: &AnswerKey,
        of: impl fmt::Display,
        part: impl fmt::Display,
        mut all: Vec<Vec<u8>>,
    ) -> Result<(), LedgerError> {
        let (clear, insert) = match self {
            Self::Forms => (
                "delete from sealed_form where wave = $1 and rated = $2",
                "insert into sealed_form (id, wave, rated, sealed) values ($1, $2, $3, $4)",
            ),
            Self::Comments => (
                "delete from sealed_comment where wave = $1 and rated = $2",
                "insert into sealed_comment (id, wave, rated, sealed) values ($1, $2, $3, $4)",
            ),
            Self::Pulse => (
                "delete from pulse_form where round = $1 and part = $2",
                "insert into pulse_form (id, round, part, sealed) values ($1, $2, $3, $4)",
            ),
            Self::Lines => (
                "delete from pulse_line where round = $1 and part = $2",
                "insert into pulse_line (id, round, part, sealed) values ($1, $2, $3, $4)",
            ),
        };
        let bound = self.bound(&of, &part);
        let (of, part) = (of.to_string(), part.to_string());
        shuffle(tx, &mut all);
        tx.run(clear, args![&of, &part]).await?;
        for plain in &all {
            let id: [u8; 16] = tx.random();
            let sealed = key.seal(tx, &bound, plain)?;
            tx.run(insert, args![hex(&id), &of, &part, sealed]).await?;
        }
        Ok(())
    }
}

/// Every order equally likely (Fisher and Yates), by the randomness of the operating system.
pub(crate) fn shuffle<T>(tx: &Tx, all: &mut [T]) {
    for last in (1..all.len()).rev() {
        let drawn = u64::from_le_bytes(tx.random());
        let places = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
        // The bias of the remainder is below 2⁻⁵⁰ for any pool there is.
        all.swap(last, usize::try_from(drawn % places).unwrap_or(last));
    }
}

/// Takes a form and its comments into the pools of a person. The seat is spent by the caller, in the same transaction.
pub(crate) async fn enter(
    tx: &mut Tx,
    key: &AnswerKey,
    wave: WaveId,
    rated: PersonId,
    form: &Form,
    comments: &[Comment],
) -> Result<(), LedgerError> {
    let mut forms = Pool::Forms.read(tx, key, wave, rated).await?;
    forms.push(form.bytes());
    Pool::Forms.write(tx, key, wave, rated, forms).await?;
    // Written anew also where nothing is added, so that no row says that its writer came last.
    let mut said = Pool::Comments.read(tx, key, wave, rated).await?;
    said.extend(comments.iter().map(Comment::bytes));
    Pool::Comments.write(tx, key, wave, rated, said).await
}

/// Takes the answers of one person to a round of a pulse into the pool of their part; zero is “not able to say”. Their
/// line goes into a pool of its own, in another order, so that nothing joins it with the answers; who wrote none adds an
/// empty one, of the same length. The seat is spent by the caller, in the same transaction.
pub(crate) async fn enter_pulse(
    tx: &mut Tx,
    key: &AnswerKey,
    round: RoundId,
    part: &str,
    answers: &[Option<u8>],
    line: &str,
) -> Result<(), LedgerError> {
    let mut forms = Pool::Pulse.read(tx, key, round, part).await?;
    forms.push(answers.iter().map(|answer| answer.unwrap_or(0)).collect());
    Pool::Pulse.write(tx, key, round, part, forms).await?;
    let mut lines = Pool::Lines.read(tx, key, round, part).await?;
    let mut bytes = line.as_bytes().to_vec();
    bytes.resize(LINE, 0);
    lines.push(bytes);
    Pool::Lines.write(tx, key, round, part, lines).await
}

/// Takes out all answers to a round: they are given once, and are not kept.
pub(crate) async fn take_pulse(
    tx: &mut Tx,
    key: &AnswerKey,
    round: RoundId,
) -> Result<Vec<Vec<Option<u8>>>, LedgerError> {
    let rows = tx.rows("select part, sealed from pulse_form where round = $1 order by id", args![round]).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let plain = key.open(&Pool::Pulse.bound(round, row.text("part")?), &row.text("sealed")?)?;
        out.push(plain.into_iter().map(|answer| (answer > 0).then_some(answer)).collect());
    }
    tx.run("delete from pulse_form where round = $1", args![round]).await?;
    Ok(out)
}

/// Takes out all lines of a round, those that were written, in mixed order. Whether they may be shown is decided by
/// [`rating::disclosure::comments_allowed`] over how many answered.
pub(crate) async fn take_lines(tx: &mut Tx, key: &AnswerKey, round: RoundId) -> Result<Vec<String>, LedgerError> {
    let rows = tx.rows("select part, sealed from pulse_line where round = $1 order by id", args![round]).await?;
    let mut out = Vec::new();
    for row in &rows {
        let plain = key.open(&Pool::Lines.bound(round, row.text("part")?), &row.text("sealed")?)?;
        let line = std::str::from_utf8(&plain).map_err(|_| broken())?.trim_end_matches('\0');
        if !line.is_empty() {
            out.push(line.to_owned());
        }
    }
    tx.run("delete from pulse_line where round = $1", args![round]).await?;
    shuffle(tx, &mut out);
    Ok(out)
}

/// Whether the key of a folder opens the answers; `None` where there are none. It makes no key.
pub(crate) async fn opens(tx: &mut Tx, folder: &Path) -> Result<Option<bool>, LedgerError> {
    let (bound, sealed) = match tx.one("select wave, rated, sealed from sealed_form limit 1", args![]).await? {
        Some(row) => (Pool::Forms.bound(row.text("wave")?, row.text("rated")?), row.text("sealed")?),
        None => match tx.one("select round, part, sealed from pulse_form limit 1", args![]).await? {
            Some(row) => (Pool::Pulse.bound(row.text("round")?, row.text("part")?), row.text("sealed")?),
            None => return Ok(None),
        },
    };
    let there = folder.join(FILE).exists();
    // A key that is there is only read.
    let nothing: Random = std::sync::Arc::new(|_: &mut [u8]| ());
    let Some(key) = there.then(|| AnswerKey::kept(folder, &nothing)).and_then(Result::ok) else {
        return Ok(Some(false));
    };
    Ok(Some(key.open(&bound, &sealed).is_ok()))
}

/// All forms of a wave, by person rated, each heap in the order of its random identifiers.
pub(crate) async fn forms(
    tx: &mut Tx,
    key: &AnswerKey,
    wave: WaveId,
) -> Result<BTreeMap<PersonId, Vec<Form>>, LedgerError> {
    let mut out: BTreeMap<PersonId, Vec<Form>> = BTreeMap::new();
    // One row after another: a wave can hold hundreds of thousands. The identifier is hexadecimal and dashes.
    let sql = format!("select rated, sealed from sealed_form where wave = '{wave}' order by rated, id");
    tx.connection
        .each_row(AssertSqlSafe(sql), |row| {
            let rated: PersonId = row.id("rated")?;
            let plain = key.open(&Pool::Forms.bound(wave, rated), &row.text("sealed")?)?;
            out.entry(rated).or_default().push(Form::of(&plain)?);
            Ok::<(), LedgerError>(())
        })
        .await?;
    Ok(out)
}

/// The comments on a person, in the order of their random identifiers. Whether they may be shown is decided by
/// [`rating::disclosure::comments_allowed`] over who answered.
pub(crate) async fn comments(
    tx: &mut Tx,
    key: &AnswerKey,
    wave: WaveId,
    rated: PersonId,
) -> Result<Vec<Comment>, LedgerError> {
    Pool::Comments.read(tx, key, wave, rated).await?.iter().map(|plain| Comment::of(plain)).collect()
}

/// Who spent a seat in a wave, by person rated and role.
pub(crate) type Members = BTreeMap<PersonId, BTreeMap<Role, BTreeSet<String>>>;

/// Who spent a seat of each person rated, by role, under their stable names: the identifier of a person, or a hash for
/// somebody from outside. All that disclosure is decided from. The person rated is under [`Role::Own`].
pub(crate) async fn members(tx: &mut Tx, wave: WaveId) -> Result<Members, LedgerError> {
    let rows = tx
        .rows(
            "select rated, role, rater_key from seat where wave = $1 and state = $2",
            args![wave, SeatState::Spent.name()],
        )
        .await?;
    let mut out: Members = BTreeMap::new();
    for row in &rows {
        let role = Role::from_str(&row.text("role")?).map_err(|()| broken())?;
        let of = out.entry(row.id("rated")?).or_default().entry(role).or_default();
        of.insert(row.text("rater_key")?);
    }
    Ok(out)
}

/// Takes away what somebody who is erased said under their name about another. What they rated stays, without a name.
pub(crate) async fn forget(
    tx: &mut Tx,
    key: &AnswerKey,
    wave: WaveId,
    rated: PersonId,
    person: PersonId,
) -> Result<(), LedgerError> {
    let mut said = Vec::new();
    for comment in comments(tx, key, wave, rated).await? {
        if comment.named != Some(person) {
            said.push(comment.bytes());
        }
    }
    Pool::Comments.write(tx, key, wave, rated, said).await?;
    let mut forms = Vec::new();
    for plain in Pool::Forms.read(tx, key, wave, rated).await? {
        let mut form = Form::of(&plain)?;
        form.named = form.named.filter(|named| *named != person);
        forms.push(form.bytes());
    }
    Pool::Forms.write(tx, key, wave, rated, forms).await
}

/// Takes away what was answered about a person who is erased.
pub(crate) async fn erase(tx: &mut Tx, rated: PersonId) -> Result<(), LedgerError> {
    tx.run("delete from sealed_form where rated = $1", args![rated]).await?;
    tx.run("delete from sealed_comment where rated = $1", args![rated]).await?;
    Ok(())
}
