//! What the tests of this crate ask of its inside, beside what other rooms ask. They lie in `tests/` and not in the files
//! that they test: this crate once more as a test of itself takes minutes to compile. Nothing but tests may come here,
//! which is tested as well.
//!
//! Nothing here weakens the seal of answers: whoever opens one hands in an [`AnswerKey`] that they made, and the key of a
//! ledger is handed out to nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;
use leadership::memory::Answer;
use leadership::profile::WholeMeans;
use leadership::pulse::Why;
use leadership::share::Share;
use leadership::teach::Asks;
use leadership::{PersonId, WaveId, Wrongs};
use rating::disclosure::Policy;

use crate::aims::memory::{self, Given};
use crate::error::{LedgerError, Refused};
use crate::ledger::Ledger;
use crate::questionnaire::Questionnaire;
use crate::reports::Done;
use crate::reports::work::Chains;
use crate::sealed::{self, AnswerKey, Pool};
use crate::tx::{Tx, Version};
use crate::waves::Outsider;

pub use crate::chain::Form as EventForm;
pub use crate::error::{Kind, kind};
pub use crate::felt::{Acts, Felt, KNOWN};
pub use crate::reports::shown::{HIDDEN, Shown, Taken};
pub use crate::reports::work::{Answered, Asked, Before, Rated, Snapshot, Topic, Whole, Worked};
pub use crate::sealed::{Comment, FILE, Form};

/// Comments are filled up to a multiple of so many bytes.
pub const BLOCK: usize = sealed::BLOCK;

/// HMAC-based one-time password of a counter (RFC 4226, section 5.3), with this many digits (at most 9).
#[must_use]
pub fn hotp(secret: &[u8], counter: i64, digits: usize) -> String {
    crate::totp::hotp(secret, counter, digits)
}

/// Whether a mail that is wished at an hour ever comes, with hours that are quiet from the one to the other.
#[must_use]
pub fn ever_comes(hour: i64, quiet: (i64, i64)) -> bool {
    crate::post::ever_comes(hour, quiet)
}

/// An amount as it is typed, in hundredths.
///
/// # Errors
/// When it is no amount.
pub fn cents(field: &str, typed: &str) -> Result<i64, Wrongs> {
    crate::code::log::cents(field, typed)
}

/// People from outside as they are typed, one a line.
///
/// # Errors
/// When a line has no name or no address.
pub fn outsiders(typed: &str) -> Result<Vec<Outsider>, Wrongs> {
    crate::waves::raters::outsiders(typed)
}

/// The newer shipped questionnaire with what was changed here on top; `found` has the number of the next version.
#[must_use]
pub fn over(found: &Questionnaire, shipped: Questionnaire) -> Questionnaire {
    crate::questionnaire::change::over(found, shipped)
}

/// One answer, with what was asked for and who gave it.
pub type Said = (Answer, Asks, String);

/// How many answers were right by what was asked for; nothing where a kind has too few.
#[must_use]
pub fn by_kind(given: &[Said]) -> Vec<(Asks, Share)> {
    let given: Vec<Given> = given
        .iter()
        .map(|(answer, asks, person)| Given { answer: *answer, asks: *asks, person: person.clone() })
        .collect();
    memory::by_kind(&given.iter().collect::<Vec<_>>())
}

/// Of how many aims and of how many answers the curve of a circle is, by its aims: whether each has a curve of its own, and
/// its answers.
#[must_use]
pub fn of_whole(by_aim: &[(bool, Vec<Said>)]) -> (usize, usize) {
    let given: Vec<(bool, Vec<Given>)> = by_aim
        .iter()
        .map(|(own, given)| {
            let one = |(answer, asks, person): &Said| Given { answer: *answer, asks: *asks, person: person.clone() };
            (*own, given.iter().map(one).collect())
        })
        .collect();
    let (aims, answers) = memory::of_whole(given.iter().map(|(own, given)| (*own, given.iter().collect())).collect());
    (aims, answers.len())
}

/// What a module was done by, as its circle is told: by so many of so many people.
#[must_use]
pub fn told(did: usize, people: usize) -> u64 {
    crate::training::team::told(did, people)
}

/// What is looked for in decisions by some words, as the database is asked.
#[must_use]
pub fn pattern(words: &str) -> String {
    crate::decisions::Filter { words: words.to_owned(), ..crate::decisions::Filter::default() }.pattern()
}

/// The statement that reads the events since an instant, `$1`, and how many of them are asked for, `$2`.
#[must_use]
pub fn news() -> (&'static str, i64) {
    (crate::today::news::SINCE, crate::today::news::LOOKED_AT)
}

/// So many acts and events.
#[must_use]
pub fn version(acts: u64, events: i64) -> Version {
    Version { acts, events }
}

/// The steps that bring a database to the present form, in order.
#[must_use]
pub fn steps() -> Vec<i64> {
    crate::migrate::all()
}

/// Brings a database to the form that it had at a step. `url` as for [`Ledger::open`].
///
/// # Errors
/// When the database refuses or is away.
pub async fn older(url: &str, step: i64) -> Result<(), LedgerError> {
    let pool = crate::store::Pool::open(url).await?;
    pool.migrate(&crate::migrate::migrator(|known| known <= step)).await?;
    pool.close().await;
    Ok(())
}

/// Who is asked in a round of a pulse, or why it is not asked, by who belongs to the circle, who was asked last, and the
/// people of every round before.
///
/// # Errors
/// When those before cannot be taken over.
pub fn asked_in_a_round(
    people: &BTreeSet<PersonId>,
    last: Option<&BTreeSet<PersonId>>,
    before: &[BTreeSet<PersonId>],
    policy: &Policy,
) -> Result<Result<BTreeSet<PersonId>, Why>, LedgerError> {
    crate::pulses::told::choose(people, last, before, policy)
}

/// Works out a wave that the caller made up, with short chains.
///
/// # Errors
/// When its answers cannot be what they should be.
pub fn worked(snapshot: &Snapshot) -> Result<Worked, LedgerError> {
    crate::reports::work::work(snapshot, Chains::Short)
}

/// As [`crate::reports::work_out()`], with short chains.
///
/// # Errors
/// As there.
pub async fn work_out(ledger: &Ledger, wave: WaveId) -> Result<Option<Done>, Refused> {
    crate::reports::work_out::work_out_with(ledger, wave, Chains::Short, |_| ()).await
}

/// The means of a wave that closed on a day, as far as the account of each rater allows.
///
/// # Errors
/// When the database refuses or is away.
#[crate::asked]
pub async fn means(tx: &mut Tx, wave: WaveId, day: Date, whole: &Whole) -> Result<WholeMeans, LedgerError> {
    crate::reports::spent::means(tx, wave, day, whole).await
}

/// A form as it is before it is sealed.
#[must_use]
pub fn form_bytes(form: &Form) -> Vec<u8> {
    form.bytes()
}

/// The form of such bytes.
///
/// # Errors
/// When they are none.
pub fn form_of(bytes: &[u8]) -> Result<Form, LedgerError> {
    Form::of(bytes)
}

/// A comment as it is before it is sealed.
#[must_use]
pub fn comment_bytes(comment: &Comment) -> Vec<u8> {
    comment.bytes()
}

/// The comment of such bytes.
///
/// # Errors
/// When they are none.
pub fn comment_of(bytes: &[u8]) -> Result<Comment, LedgerError> {
    Comment::of(bytes)
}

/// The stable name of somebody from outside under a key.
///
/// # Errors
/// When the key cannot be used.
pub fn outsider(key: &AnswerKey, email: &str) -> Result<String, LedgerError> {
    key.outsider(email)
}

/// Takes a form and its comments into the pools of a person, under a key.
///
/// # Errors
/// When the database refuses or is away, or the key does not open the pools.
#[crate::asked]
pub async fn enter(
    tx: &mut Tx,
    key: &AnswerKey,
    (wave, rated): (WaveId, PersonId),
    form: &Form,
    comments: &[Comment],
) -> Result<(), LedgerError> {
    sealed::enter(tx, key, wave, rated, form, comments).await
}

/// All forms of a wave that a key opens, by person rated, each heap in the order of its identifiers.
///
/// # Errors
/// When the database is away, or the key does not open them.
#[crate::asked]
pub async fn forms(tx: &mut Tx, key: &AnswerKey, wave: WaveId) -> Result<BTreeMap<PersonId, Vec<Form>>, LedgerError> {
    sealed::forms(tx, key, wave).await
}

/// The comments on a person that a key opens.
///
/// # Errors
/// When the database is away, or the key does not open them.
#[crate::asked]
pub async fn comments(
    tx: &mut Tx,
    key: &AnswerKey,
    wave: WaveId,
    rated: PersonId,
) -> Result<Vec<Comment>, LedgerError> {
    sealed::comments(tx, key, wave, rated).await
}

/// The form in a sealed text that belongs to a wave and a person, by a key.
///
/// # Errors
/// When the key does not open it, or it belongs to others.
pub fn opened(key: &AnswerKey, wave: WaveId, rated: PersonId, sealed: &str) -> Result<Form, LedgerError> {
    Form::of(&key.open(&Pool::Forms.bound(wave, rated), sealed)?)
}

/// Takes away what `person` said about `rated` under their name, under a key.
///
/// # Errors
/// When the database refuses or is away, or the key does not open it.
#[crate::asked]
pub async fn forget(
    tx: &mut Tx,
    key: &AnswerKey,
    wave: WaveId,
    rated: PersonId,
    person: PersonId,
) -> Result<(), LedgerError> {
    sealed::forget(tx, key, wave, rated, person).await
}

/// Whether the key that lies in a folder opens the answers; `None` where there are none.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn opens(tx: &mut Tx, folder: &Path) -> Result<Option<bool>, LedgerError> {
    sealed::opens(tx, folder).await
}
