//! Means over whole waves: from fifty raters on, with noise, and at most as many as a year allows.

use leadership::circle::Actor;
use leadership::profile::{NoMean, WholeMeans};
use leadership::{PersonId, WaveId};
use ledger::people::{self, Begin};
use ledger::reports::{self, MadeUp};
use ledger::tested::{Whole, means, work_out};
use ledger::testing::{Clock, each};
use ledger::{Act, Ledger, Refused, Tx, args};
use rating::disclosure::YEARLY_EPSILON;

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

/// Tells the means of a wave that only is there.
struct Tell {
    ann: PersonId,
    day: &'static str,
    whole: Whole,
}

#[ledger::act]
impl Act for Tell {
    type Done = WholeMeans;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<WholeMeans, Refused> {
        let wave: WaveId = tx.id();
        tx.run(
            "insert into wave (id, circle, title, model_version, opens_on, closes_on, question_limit, planned_by, \
             planned_at, reminded) select $1, id, 'A wave', '1', $3, $3, 120, $2, made_at, 0 \
             from circle where parent is null",
            args![wave, self.ann, self.day],
        )
        .await?;
        Ok(means(tx, wave, self.day.parse().unwrap(), &self.whole).await?)
    }
}

/// Raters with one form each and the answer 4, but for the first, who filled in three.
fn whole(raters: usize) -> Whole {
    let of = |at: usize| (format!("rater-{at}"), if at == 0 { 3 } else { 1 });
    let answers = vec![4.0; raters + 2];
    Whole { unflagged: Some(answers[5..].to_vec()), answers, raters: (0..raters).map(of).collect() }
}

async fn kept(ledger: &Ledger) -> i64 {
    ledger.read().await.unwrap().count("select count(*) as n from privacy_spent", &[]).await.unwrap()
}

#[tokio::test]
async fn a_year_allows_two_waves_and_small_ones_tell_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "spent_year", &Clock::at("2026-03-02T08:00:00Z")).await {
        let ann = begun(&ledger).await;
        let tell = async |day, raters| {
            ledger.perform(&Begin::nobody(), &Tell { ann, day, whole: whole(raters) }).await.unwrap()
        };
        let few = tell("2026-03-02", 49).await;
        assert_eq!((few.all, few.not, kept(&ledger).await), (None, Some(NoMean::TooFew), 0), "{engine}");

        let first = tell("2026-03-02", 400).await;
        let all = first.all.unwrap();
        assert_eq!((first.raters, all.forms, first.not), (400, 402, None), "{engine}");
        assert!(all.noise > 0.0 && (all.mean - 4.0).abs() < 5.0 * all.noise, "{engine}: {all:?}");
        let unflagged = first.unflagged.unwrap();
        assert!(unflagged.forms == 397 && unflagged.noise > all.noise, "{engine}: a smaller share, more noise");
        assert_eq!(kept(&ledger).await, 400, "{engine}");
        assert!(first.epsilon > 1.0 && first.epsilon < YEARLY_EPSILON, "{engine}: {}", first.epsilon);

        // Twice a year, and not a third time; nothing is spent by a refusal.
        let second = tell("2026-09-01", 400).await;
        assert!(second.all.is_some() && second.unflagged.is_some(), "{engine}: {second:?}");
        assert!((second.epsilon - YEARLY_EPSILON).abs() < 0.011, "{engine}: {}", second.epsilon);
        let third = tell("2026-12-01", 400).await;
        assert_eq!((third.all, third.unflagged, third.not), (None, None, Some(NoMean::Spent)), "{engine}");
        assert_eq!(kept(&ledger).await, 800, "{engine}");
        // A wave that is worked out late counts with its own day: it lies within a year of both.
        assert_eq!(tell("2026-01-15", 400).await.not, Some(NoMean::Spent), "{engine}");
        // A year after the first there is room for one more.
        assert!(tell("2027-03-05", 400).await.all.is_some(), "{engine}");
        assert_eq!(tell("2027-03-06", 400).await.not, Some(NoMean::Spent), "{engine}");

        // Who filled in three forms spent nine times as much as who filled in one.
        let mut tx = ledger.read().await.unwrap();
        let of = |rater| ("select spent from privacy_spent where rater_key = $1 order by day limit 1", rater);
        let mut spent = Vec::new();
        for (sql, rater) in [of("rater-0"), of("rater-7")] {
            spent.push(tx.one(sql, args![rater]).await.unwrap().unwrap().int("spent").unwrap());
        }
        assert!((spent[0] - 9 * spent[1]).abs() < 10, "{engine}: {spent:?}");
        drop(tx);
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_wave_that_is_worked_out_tells_its_mean_and_keeps_the_cost() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "spent_wave", &Clock::at("2026-03-02T08:00:00Z")).await {
        let ann = begun(&ledger).await;
        let ann = people::actor(&mut ledger.read().await.unwrap(), ann).await.unwrap().unwrap();
        let wave = ledger.perform(&ann, &MadeUp { leaders: 3, raters: 24, seed: 1 }).await.unwrap();
        work_out(&ledger, wave).await.unwrap().unwrap();
        let mut tx = ledger.read().await.unwrap();
        let found = reports::findings(&mut tx, &ann).await.unwrap();
        let told = found[0].2.whole;
        assert_eq!((told.raters, told.all.map(|mean| mean.forms)), (72, Some(72)), "{engine}: {told:?}");
        drop(tx);
        assert_eq!(kept(&ledger).await, 72, "{engine}");
        ledger.close().await;
    }
}
