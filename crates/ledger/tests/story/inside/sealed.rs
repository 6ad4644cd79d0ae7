//! That the pool tells nothing by its order, and what is sealed comes back.

use std::collections::BTreeSet;

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::wave::Question;
use leadership::{PersonId, WaveId};
use ledger::people::Begin;
use ledger::tested::{self, BLOCK, Comment, FILE, Form};
use ledger::testing::{Clock, each};
use ledger::{Act, AnswerKey, Ledger, Refused, Tx, args};
use rating::model::Role;
use sqlx::AssertSqlSafe;

/// The key of the ledgers of tests.
fn key() -> AnswerKey {
    AnswerKey::of([7; 32])
}

fn person(n: u8) -> PersonId {
    PersonId::new(Timestamp::UNIX_EPOCH, [n; 10])
}

#[test]
fn a_form_comes_back_and_its_length_tells_no_role() {
    let mut lengths = BTreeSet::new();
    for role in Role::OTHERS.into_iter().chain([Role::Own]) {
        for named in [None, Some(person(3))] {
            let form = Form { role, answers: vec![Some(1), None, Some(5)], named };
            assert!(tested::form_of(&tested::form_bytes(&form)).unwrap() == form);
            lengths.insert(tested::form_bytes(&form).len());
        }
    }
    assert_eq!(lengths.len(), 1);
    assert!(tested::form_of(&[9; 60]).is_err() && tested::form_of(&[]).is_err());
}

#[test]
fn a_comment_comes_back_in_full_blocks() {
    for words in ["", "Brief.", "Two\nlines, „quoted“.", &"long ".repeat(200)] {
        let comment = Comment { question: Question::Differently, words: words.to_owned(), named: Some(person(1)) };
        let bytes = tested::comment_bytes(&comment);
        assert!(tested::comment_of(&bytes).unwrap() == comment);
        assert_eq!(bytes.len() % BLOCK, 0);
    }
}

#[test]
fn an_outsider_has_one_name_whatever_the_case_and_none_without_the_key() {
    let key = AnswerKey::of([1; 32]);
    let name = tested::outsider(&key, "Ann@Example.org ").unwrap();
    assert_eq!(name, tested::outsider(&key, "ann@example.org").unwrap());
    assert_ne!(name, tested::outsider(&AnswerKey::of([2; 32]), "ann@example.org").unwrap());
    assert!(!format!("{key:?}").contains('1'));
}

/// Enters forms of one wave and person, one after another, each in a transaction of its own.
struct Enter {
    wave: WaveId,
    rated: PersonId,
    form: Form,
    comments: Vec<Comment>,
}

#[ledger::act]
impl Act for Enter {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        Ok(tested::enter(tx, &key(), (self.wave, self.rated), &self.form, &self.comments).await?)
    }
}

/// Takes away what somebody said under their name about somebody.
struct Forget {
    wave: WaveId,
    rated: PersonId,
    person: PersonId,
}

#[ledger::act]
impl Act for Forget {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        Ok(tested::forget(tx, &key(), self.wave, self.rated, self.person).await?)
    }
}

/// A wave that only is there.
struct Wave(WaveId, PersonId);

#[ledger::act]
impl Act for Wave {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        tx.run(
            "insert into wave (id, circle, title, model_version, opens_on, closes_on, question_limit, planned_by, \
             planned_at, reminded) select $1, id, 'A wave', '1', '2026-03-02', '2026-03-09', 120, $2, made_at, 0 \
             from circle where parent is null",
            args![self.0, self.1],
        )
        .await?;
        Ok(())
    }
}

async fn begun(ledger: &Ledger) -> PersonId {
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann Lee".into(),
        email: "ann@example.org".into(),
        password: "no hash".into(),
        zone: "UTC".into(),
    };
    ledger.perform(&Begin::nobody(), &begin).await.unwrap()
}

/// Six forms, recognised by their answers, over many waves: whatever the order in which they came, each place in the
/// order of identifiers, and each place in the order in which the engine keeps rows, is equally likely for each.
#[tokio::test]
async fn where_an_answer_lies_tells_nothing_of_when_it_came() {
    const WAVES: u32 = 300;
    const FORMS: usize = 6;
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "sealed_order", &Clock::at("2026-03-02T08:00:00Z")).await {
        let ann = begun(&ledger).await;
        let mut found = [[[0_u32; FORMS]; FORMS]; 2];
        for n in 0..WAVES {
            let wave = WaveId::new(Timestamp::from_second(i64::from(n)).unwrap(), ledger.random());
            ledger.perform(&Begin::nobody(), &Wave(wave, ann)).await.unwrap();
            for came in 0..FORMS {
                let answers = vec![u8::try_from(came + 1).ok(); 3];
                let form = Form { role: Role::Peer, answers, named: None };
                let enter = Enter { wave, rated: ann, form, comments: Vec::new() };
                ledger.perform(&Begin::nobody(), &enter).await.unwrap();
            }
            let mut tx = ledger.read().await.unwrap();
            let by_id = tested::forms(&mut tx, &key(), wave).await.unwrap().remove(&ann).unwrap();
            let physical = if engine == "SQLite" { "rowid" } else { "ctid" };
            let sql = format!("select sealed from sealed_form where wave = '{wave}' order by {physical}");
            let rows = tx.rows(AssertSqlSafe(sql), &[]).await.unwrap();
            let kept: Vec<Form> = rows
                .iter()
                .map(|row| tested::opened(&key(), wave, ann, &row.text("sealed").unwrap()).unwrap())
                .collect();
            for (order, all) in [by_id, kept].into_iter().enumerate() {
                assert_eq!(all.len(), FORMS);
                for (place, form) in all.iter().enumerate() {
                    found[order][usize::from(form.answers[0].unwrap()) - 1][place] += 1;
                }
            }
        }
        // Pearson's statistic over the 36 cells; 25 degrees of freedom, of which 60 is passed once in 10,000 times.
        let expected = f64::from(WAVES) / f64::from(u8::try_from(FORMS).unwrap());
        for (order, cells) in found.iter().enumerate() {
            let off: f64 = cells.iter().flatten().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
            println!("{engine}, order {order}: {off:.1}");
            assert!(off < 60.0, "{engine}, order {order}: {off:.1} {cells:?}");
        }
        ledger.close().await;
    }
}

#[tokio::test]
async fn what_one_said_under_their_name_is_taken_away_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "sealed_forget", &Clock::at("2026-03-02T08:00:00Z")).await {
        let ann = begun(&ledger).await;
        let wave = WaveId::new(Timestamp::UNIX_EPOCH, [1; 10]);
        ledger.perform(&Begin::nobody(), &Wave(wave, ann)).await.unwrap();
        for (role, named, words) in [
            (Role::HigherUp, Some(person(1)), "From above."),
            (Role::Peer, None, "From beside."),
            (Role::HigherUp, Some(person(2)), "From above as well."),
        ] {
            let form = Form { role, answers: vec![Some(3)], named };
            let comments = vec![Comment { question: Question::Helps, words: words.to_owned(), named }];
            ledger.perform(&Begin::nobody(), &Enter { wave, rated: ann, form, comments }).await.unwrap();
        }
        ledger.perform(&Begin::nobody(), &Forget { wave, rated: ann, person: person(1) }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let mut words: Vec<String> =
            tested::comments(&mut tx, &key(), wave, ann).await.unwrap().into_iter().map(|one| one.words).collect();
        words.sort();
        assert_eq!(words, ["From above as well.", "From beside."], "{engine}");
        let forms = tested::forms(&mut tx, &key(), wave).await.unwrap().remove(&ann).unwrap();
        assert_eq!(forms.len(), 3, "{engine}: what was rated stays");
        assert_eq!(forms.iter().filter_map(|form| form.named).collect::<Vec<_>>(), [person(2)], "{engine}");
        // The doctor says whether the key that is kept opens them, and makes none.
        let keys = folder.path().join(engine);
        std::fs::create_dir(&keys).unwrap();
        assert_eq!(tested::opens(&mut tx, &keys).await.unwrap(), Some(false), "{engine}: it is lost");
        assert!(!keys.join(FILE).exists());
        let seven: ledger::Random = std::sync::Arc::new(|bytes: &mut [u8]| bytes.fill(7));
        assert!(AnswerKey::kept(&keys, &seven).is_ok());
        assert_eq!(tested::opens(&mut tx, &keys).await.unwrap(), Some(true), "{engine}");
        // Another key opens nothing, and what belongs to one person does not open as another's.
        assert!(tested::comments(&mut tx, &AnswerKey::of([8; 32]), wave, ann).await.is_err());
        let sealed = tx.one("select sealed from sealed_form limit 1", &[]).await.unwrap().unwrap();
        let sealed = sealed.text("sealed").unwrap();
        assert!(tested::opened(&key(), wave, ann, &sealed).is_ok());
        assert!(tested::opened(&key(), wave, person(9), &sealed).is_err());
        drop(tx);
        ledger.close().await;
    }
}
