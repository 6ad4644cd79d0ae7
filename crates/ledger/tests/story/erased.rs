//! One person fills every text that is theirs with one word and is erased: the word is nowhere any more, neither in
//! a table nor in an event that can be opened. What is the organisation's (aims, decisions, clauses, promises of a
//! circle) stays, as `docs/leadership.md` says, so the word is not in those.

use std::collections::BTreeSet;

use casebook::{Act as Deed, Canvas, Choice, Side};
use leadership::aim::AimKind;
use leadership::growth::Part;
use leadership::promise::Act as Step;
use leadership::replan::Bump;
use leadership::request::Typed as Verdict;
use leadership::stance::Stance;
use leadership::teach::Way;
use leadership::{AimId, PersonId, decision};
use ledger::aims::{self, MakeAim, align, explain, resources};
use ledger::casework::{self, AskSide, SayWord, Write};
use ledger::code::{AddCheck, Publish, RunChecks, TellRightThing};
use ledger::decisions::conflicts::{MarkConflict, SettleConflict};
use ledger::people::{Begin, Erase};
use ledger::promises::{Give, Take};
use ledger::talks::{self, Agree, AnswerHeard, Call, Hear, Hold, TellAccount, Write as WriteWord, notes, uncertain};
use ledger::testing::{Clock, each};
use ledger::{
    Act, Ledger, args, asks, common, concerns, decisions, growth, honesty, ideas, questionnaire, recognition,
};
use ledger::{network, openings, pulses, requests, restated, status, thanks, today, tokens, training};

use crate::casework::{canvas, of};
use crate::honesty::concerns::everything;
use crate::honesty::{World, actor, join, world};

/// The word.
const MARK: &str = "quincunx";

fn mark() -> String {
    format!("It is a {MARK}.")
}

/// Bo, who leads the team and is erased; and the others around Bo.
struct Story<'a> {
    ledger: &'a Ledger,
    clock: &'a Clock,
    w: World,
}

impl Story<'_> {
    async fn does<A: Act>(&self, who: PersonId, act: A) -> A::Done {
        let done = self.ledger.perform(&actor(self.ledger, who).await, &act).await;
        done.unwrap_or_else(|refused| panic!("{}: {refused}", std::any::type_name::<A>()))
    }

    async fn bo<A: Act>(&self, act: A) -> A::Done {
        self.does(self.w.bo, act).await
    }

    fn day(&self, later: i64) -> String {
        let today = self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        today.saturating_add(jiff::Span::new().days(later)).to_string()
    }

    async fn aim(&self, by: PersonId, circle: leadership::CircleId, title: &str) -> AimId {
        let aim = MakeAim { owner: Some(by), ..crate::aims::make(circle, AimKind::Goal, title, None) };
        self.does(by, aim).await
    }

    async fn direction(&self) {
        let w = &self.w;
        let own = self.aim(w.bo, w.team, "Answer in an hour").await;
        let other = self.aim(w.bo, w.team, "Answer well").await;
        let above = self.aim(w.ann, w.root, "Fewer outages").await;
        let say = |kind| align::SayBump { aim: own, kind, words: mark() };
        self.bo(say(Bump::Setback)).await;
        self.bo(say(Bump::Restart)).await;
        self.bo(align::TakeStance { aim: own, stance: Stance::Against, words: mark() }).await;
        self.bo(align::SayReply { aim: above, words: mark() }).await;
        self.bo(explain::Explain { aim: own, circle: w.team, way: Way::Message, words: mark() }).await;
        self.does(w.ann, aims::ShareAim { aim: above, circle: w.team }).await;
        self.bo(aims::AnswerShare { aim: above, circle: w.team, agrees: true, words: mark() }).await;
        self.bo(aims::MarkConflict { aim: own, other, why: mark() }).await;
        self.bo(aims::SettleConflict { aim: other, other: own, words: mark() }).await;
        let greater = MakeAim {
            source: "The board".into(),
            restatement: "We answer".into(),
            confirmer: Some(w.bo),
            ..crate::aims::make(w.team, AimKind::GreaterGoal, "The company answers", None)
        };
        let greater = self.does(w.ann, greater).await;
        self.bo(aims::ConfirmGreater { aim: greater, meant: false, words: mark() }).await;
        let ask = resources::Ask {
            aim: above,
            kind: leadership::aim::Resource::Funding,
            what: "Headsets".into(),
            amount: "100".into(),
            needed_by: String::new(),
            of: Some(w.bo),
        };
        let ask = self.does(w.ann, ask).await;
        self.bo(resources::Grant { ask, amount: "50".into(), by: self.day(20), words: mark() }).await;
        // Above everybody there is Bo to be asked: a goal of the organisation, said back in own words.
        self.does(
            w.ann,
            explain::Explain { aim: above, circle: w.root, way: Way::Meeting, words: "Outages cost us.".into() },
        )
        .await;
        self.clock.days(3);
        let mut tx = self.ledger.read().await.unwrap();
        let today = self.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let waiting = aims::waiting(&mut tx, w.bo, today).await.unwrap();
        drop(tx);
        let question = waiting.iter().find_map(|one| one.page.strip_prefix("/aims/teach/")?.parse().ok());
        self.bo(explain::SayBack { question: question.expect("a question to Bo"), answer: mark() }).await;
    }

    async fn truth(&self) {
        let w = &self.w;
        let open = status::Open {
            noun: "work".into(),
            title: "Move the mail".into(),
            circle: Some(w.team),
            due: self.day(30),
            ..status::Open::default()
        };
        let line = self.bo(open).await;
        let state = status::State {
            line: Some(line),
            colour: "at_risk".into(),
            words: mark(),
            due: self.day(40),
            reads: Vec::new(),
        };
        self.bo(state).await;
        let clause = Publish {
            circle: Some(w.team),
            kind: "ethics".into(),
            title: "We say it first".into(),
            words: "On the same day.".into(),
            why: "Trust is lost once.".into(),
            ..Publish::default()
        };
        let clause = self.bo(clause).await;
        let check = AddCheck {
            circle: Some(w.team),
            template: "decision".into(),
            question: "Would we say it aloud?".into(),
            clause: Some(clause),
        };
        let check = self.bo(check).await;
        let run = RunChecks {
            circle: Some(w.team),
            template: "decision".into(),
            noun: None,
            subject: None,
            title: "The contract".into(),
            answers: vec![(check, "no".into(), mark())],
        };
        self.bo(run).await;
        let told = TellRightThing {
            circle: Some(w.team),
            title: "We paid twice".into(),
            words: mark(),
            cost: "100".into(),
            currency: "EUR".into(),
            day: self.day(0),
            clause: Some(clause),
        };
        self.bo(told).await;
        self.bo(honesty::StateValue { words: mark() }).await;
        let stated = asks::StateAvailability {
            week: vec![("08:00".into(), "10:00".into())],
            within_hours: "2".into(),
            words: mark(),
        };
        self.bo(stated).await;
        self.bo(asks::Need { whom: Some(w.ann), words: mark() }).await;
        let ask = self.does(w.members[0], asks::Need { whom: Some(w.bo), words: "Ten minutes".into() }).await;
        self.bo(asks::Answer { ask, words: mark() }).await;
        for person in [w.ann, w.members[0]] {
            let named = concerns::NameConfidant { circle: Some(w.root), person: Some(person), for_clients: false };
            self.does(w.ann, named).await;
        }
        let raise = concerns::Raise { to: vec![w.members[0]], about: None, matter: mark(), words: mark(), named: true };
        self.bo(raise).await;
    }

    async fn decision(&self) {
        let w = &self.w;
        let typed = decision::Typed {
            question: "Which telephone system?".into(),
            purpose: "Calls that do not drop.".into(),
            option: vec!["Repair".into(), "Buy".into()],
            choice: "2".into(),
            because: "Repairs did not hold.".into(),
            direction: "We move in May.".into(),
            next_step: "We order it.".into(),
            expected: "No call drops.".into(),
            review_on: "2026-07-01".into(),
            gut_percent: "60".into(),
            ..decision::Typed::default()
        };
        let write = |decider: PersonId, interests: String| decisions::Write {
            circle: w.team.to_string(),
            decider: decider.to_string(),
            typed: decision::Typed { interests, ..typed.clone() },
            ..decisions::Write::default()
        };
        // Bo's own: what was declared, and the answer to who is against it.
        let draft = write(w.bo, mark());
        let own = self.bo(draft.clone()).await;
        let audience = w.members.iter().map(ToString::to_string).collect::<Vec<_>>();
        self.bo(decisions::Ask { decision: own, until: self.day(2), audience: audience.clone() }).await;
        let against = |decision, words: String| decisions::Say { decision, objects: "yes".into(), words };
        self.does(w.members[0], against(own, "In May?".into())).await;
        let answer = decisions::Answer { decision: own, person: w.members[0], words: mark(), promises: vec![] };
        self.bo(answer).await;
        for person in &w.members[1..] {
            self.does(*person, decisions::Say { decision: own, objects: "no".into(), words: String::new() }).await;
        }
        self.bo(decisions::Write { decision: Some(own), decide: true, ..draft }).await;
        // Ann's: what Bo says against it, and whether Bo could act on it.
        let draft = decisions::Write { circle: w.root.to_string(), ..write(w.ann, String::new()) };
        let theirs = self.does(w.ann, draft.clone()).await;
        let to = vec![w.bo.to_string()];
        self.does(w.ann, decisions::Ask { decision: theirs, until: self.day(2), audience: to.clone() }).await;
        self.bo(against(theirs, mark())).await;
        let answer =
            decisions::Answer { decision: theirs, person: w.bo, words: "We heard it.".into(), promises: vec![] };
        self.does(w.ann, answer).await;
        self.does(w.ann, decisions::Write { decision: Some(theirs), decide: true, ..draft }).await;
        let tell = decisions::Tell {
            decision: Some(theirs),
            audience: to,
            words: "We buy it.".into(),
            ..decisions::Tell::default()
        };
        self.does(w.ann, tell).await;
        self.bo(decisions::Clear { decision: theirs, clear: "not_yet".into(), words: mark() }).await;
        let pair = |why| MarkConflict { decision: own, other: theirs, why, together: false };
        self.bo(pair(mark())).await;
        self.bo(SettleConflict { decision: own, other: theirs, words: mark() }).await;
    }

    async fn work(&self) {
        let w = &self.w;
        let ask = |of: PersonId, words: String| requests::Ask {
            circle: w.root.to_string(),
            of: of.to_string(),
            title: words.clone(),
            words,
            ..requests::Ask::default()
        };
        self.bo(ask(w.ann, mark())).await;
        let wanted = self.does(w.ann, ask(w.bo, "A badge".into())).await;
        let typed = Verdict { verdict: "drop".into(), reason: mark(), ..Verdict::default() };
        self.bo(requests::Triage { request: wanted, typed }).await;
        let offered = self.does(w.ann, ask(w.ann, "A line".into())).await;
        let typed = Verdict {
            verdict: "delegate".into(),
            to: w.bo.to_string(),
            outcome: "A line".into(),
            limits: "200".into(),
            authority: "own".into(),
            day: self.day(10),
            ..Verdict::default()
        };
        self.does(w.ann, requests::Triage { request: offered, typed }).await;
        self.bo(requests::AnswerOffer { request: offered, takes: false, reason: mark() }).await;
        let held = self.bo(today::Interrupted).await;
        self.bo(today::SayWhat { interruption: held.id, words: mark() }).await;
        let give = Give {
            whom: w.members[0].to_string(),
            what: mark(),
            known: mark(),
            due: self.day(10),
            only_sides: true,
            ..Give::default()
        };
        let promise = self.bo(give).await;
        self.bo(Take { promise, act: Step::Warn, day: String::new(), why: mark() }).await;
        self.bo(tokens::MakeToken { name: mark(), scope: tokens::Scope::Read, days: "30".into() }).await;
    }

    async fn growth(&self) {
        let w = &self.w;
        let qualities = vec![("active-listening".to_owned(), mark())];
        let plan = self.bo(growth::BeginPlan { qualities, retest_on: self.day(90) }).await;
        let practice = growth::AddPractice {
            plan,
            quality: "active-listening".into(),
            words: mark(),
            due: self.day(10),
            to: None,
            known: mark(),
        };
        let practice = self.bo(practice).await;
        self.bo(growth::Done { practice, note: mark() }).await;
        let strength =
            growth::AddTrait { kind: "strength".into(), title: mark(), used: mark(), quality: "truth".into() };
        self.bo(strength).await;
        let invite = growth::Invite { guest: Some(w.ann), parts: vec![Part::Plan.name().to_owned()], words: mark() };
        let seat = self.bo(invite).await;
        self.does(w.ann, growth::AnswerSeat { seat, takes: true }).await;
        let action = growth::Action { what: mark(), due: self.day(9), known: mark(), by_other: false };
        self.bo(growth::NoteSession { seat, day: self.day(0), words: mark(), actions: vec![action] }).await;
        let note = |about: PersonId, words: String| growth::Note {
            about: Some(about),
            quality: "active-listening".into(),
            lacking: false,
            seen_on: self.day(0),
            words: words.clone(),
            effect: words,
        };
        self.bo(note(w.ann, mark())).await;
        let observation = self.does(w.ann, note(w.bo, "You let Di finish".into())).await;
        self.bo(growth::Respond { observation, useful: Some(true), reply: mark() }).await;
        let me = actor(self.ledger, w.bo).await;
        let (week, asked) = growth::this_week(&mut self.ledger.read().await.unwrap(), &me).await.unwrap();
        let said = asked.into_iter().map(|question| (question, mark())).collect();
        self.bo(growth::Look { week: week.to_string(), said }).await;
        let hold = growth::Hold { id: None, whom: mark(), purpose: mark(), words: mark(), hours: "24".into() };
        self.bo(hold).await;
        self.bo(growth::ClosePlan { plan, learned: mark() }).await;
    }

    async fn problems(&self) {
        let options = |what: String, by| {
            let option = Choice { what, by: vec![by], ..Choice::default() };
            canvas("t1", Canvas { options: vec![option], ..Canvas::default() })
        };
        let write = |act| Write { act, by: String::new(), asks: Vec::new() };
        let (bo, ann) = (self.w.bo, self.w.ann);
        self.bo(write(options(mark(), bo))).await;
        // What Bo proposed stands in versions of others as well.
        self.does(ann, write(options(mark(), bo))).await;
        let until = self.day(5).parse().unwrap();
        self.bo(write(Deed::Ask { of: of("t1"), circle: self.w.team, until, why: mark() })).await;
        self.bo(write(Deed::Pass { of: of("t2"), words: mark() })).await;
        let own = Canvas { asked: mark(), needed: mark(), ..Canvas::default() };
        let of_own = Side { title: "Mail".into(), ..Side::default() };
        self.bo(write(Deed::Open { of: of_own, circle: self.w.team, canvas: Box::new(own) })).await;
        let of_other = Side { title: "Mail".into(), ..Side::default() };
        let other = Deed::Open {
            of: of_other,
            circle: self.w.team,
            canvas: Box::new(Canvas { asked: "More".into(), ..Canvas::default() }),
        };
        let open = self.does(self.w.members[0], write(other)).await;
        let of_open = Side { id: Deed::by_hand(open), ..Side::default() };
        let review = Deed::Review { of: of_open, open, clear: mark(), missing: mark(), agreed: false };
        self.bo(write(review)).await;
        let fixed = |team: &str| Deed::Fixed {
            of: of("t1"),
            on: self.day(0).parse().unwrap(),
            team: team.into(),
            what: String::new(),
        };
        let client = self.does(self.w.members[0], write(fixed("Print"))).await;
        let harbour = actor(self.ledger, self.w.kim).await.sight.own.first().copied();
        let ask = |fix, circle, title: String| AskSide { fix, circle, title };
        // Ann leads the organisation and sees the client; what Bo calls it, and what Bo says of the verdict.
        self.does(ann, ask(client, harbour, "Labels".into())).await;
        self.bo(ask(client, Some(self.w.root), mark())).await;
        let team = self.does(ann, ask(client, Some(self.w.team), "Labels".into())).await;
        let judged = crate::casework::fix(client, ann, casebook::Stage::Fixed, "2026-03-01");
        casework::judge(self.ledger, &[judged], client).await.unwrap();
        self.bo(SayWord { side: team, agrees: "no".into(), words: mark() }).await;
        let (source, ticket) = ("desk".to_owned(), "T9".to_owned());
        let need = self.bo(restated::Restate { source, ticket, circle: Some(self.w.team), words: mark() }).await;
        let (so, words) = ("yes".to_owned(), String::new());
        self.bo(restated::AnswerFor { need: Some(need), so, words, note: mark() }).await;
    }

    async fn people(&self) {
        let w = &self.w;
        self.bo(thanks::Give { to: Some(w.ann), words: mark(), difference: mark(), aim: String::new() }).await;
        let card = thanks::Card { reach: mark(), good_at: mark(), hard: mark(), drives: mark() };
        self.bo(thanks::WriteCard(card)).await;
        self.bo(common::Show { words: mark() }).await;
        let (situation, way) = ("the-quiet-one".to_owned(), "ask".to_owned());
        self.bo(growth::TryOut { situation: situation.clone(), way, words: mark() }).await;
        self.bo(growth::SayAfter { situation, words: mark() }).await;
        let offer = |words: String| ideas::Offer { circle: Some(w.team), title: words.clone(), words };
        self.bo(offer(mark())).await;
        let offered = self.does(w.members[0], offer("A screen".into())).await;
        self.bo(ideas::Stand { idea: offered, stance: "against".into(), words: mark() }).await;
        let answer = |answer: &str| ideas::AnswerIdea { idea: offered, answer: answer.into(), reason: mark() };
        self.bo(answer("try")).await;
        self.bo(ideas::Learn { idea: offered, learned: mark() }).await;
        self.bo(answer("accept")).await;
        self.bo(ideas::TellBack { idea: offered, result: mark() }).await;
        self.bo(recognition::Nominate { person: Some(w.members[0]), words: mark() }).await;
        let (one, other) = (Some(w.members[0]), Some(w.members[1]));
        self.bo(network::Introduce { one, other, words: mark() }).await;
        let (module, until) = ("listening".to_owned(), self.day(30));
        self.bo(training::ProposePath { circle: Some(w.team), module, why: mark(), until: until.clone() }).await;
        let place = openings::Open {
            circle: Some(w.team),
            title: mark(),
            words: mark(),
            offers: mark(),
            figures: false,
            until,
        };
        let opening = Some(self.bo(place).await);
        let (name, email) = ("Ida".to_owned(), "ida@example.com".to_owned());
        let applies = openings::Apply { opening, name, email, words: "I like to find out why".into() };
        let application = self.ledger.perform(&Begin::nobody(), &applies).await.unwrap();
        self.bo(openings::Answer { application, state: "talking".into(), note: mark() }).await;
        let wording = questionnaire::Wording {
            subordinate: "Warns us.".into(),
            peer: "Warns me.".into(),
            higher_up: "Warns the team.".into(),
            client: "Warns our firm.".into(),
            own: "I warn.".into(),
        };
        self.bo(questionnaire::Add { quality: "truth".into(), words: wording, why: mark() }).await;
    }

    async fn pulse(&self) {
        let questions = ["pulse-belonging", "pulse-heard", "pulse-pace"].map(str::to_owned).to_vec();
        let set = pulses::Set {
            circle: Some(self.w.team),
            kind: "circle".into(),
            questions,
            every_weeks: "4".into(),
            answer_days: "14".into(),
            next_on: self.day(0),
        };
        let pulse = self.bo(set).await;
        self.ledger.perform(&Begin::nobody(), &pulses::Sweep).await.unwrap();
        self.clock.days(9);
        self.ledger.perform(&Begin::nobody(), &pulses::Sweep).await.unwrap();
        let me = actor(self.ledger, self.w.bo).await;
        let round = pulses::rounds(&mut self.ledger.read().await.unwrap(), &me, pulse).await.unwrap()[0].id;
        self.bo(pulses::Reply { round, words: mark(), links: Vec::new() }).await;
    }
}

impl Story<'_> {
    async fn talks(&self) {
        let w = &self.w;
        let call = |kind: &str, with: Vec<PersonId>, held: bool| Call {
            kind: kind.into(),
            with,
            about: mark(),
            planned_on: self.day(0),
            held,
            ..Call::default()
        };
        let talk = self.bo(call("one_to_one", vec![w.ann], false)).await;
        self.bo(Hold { talk: Some(talk), held_on: self.day(0), words: mark() }).await;
        self.bo(Hear { talk: Some(talk), of: Some(w.ann), words: mark() }).await;
        let heard = Hear { talk: Some(talk), of: Some(w.bo), words: "You want fewer shifts".into() };
        let heard = self.does(w.ann, heard).await;
        self.bo(AnswerHeard { heard, confirms: false, words: mark() }).await;
        let row = leadership::promise::Intended {
            from: w.bo.to_string(),
            to: w.ann.to_string(),
            what: mark(),
            due: self.day(9),
            known: mark(),
        };
        self.bo(Agree { talk, rows: vec![row] }).await;
        let team = Call { circle: Some(w.team), ..call("team", vec![], true) };
        let team = self.bo(team).await;
        let told = WriteWord { talk: Some(team), kind: "told".into(), circle: None, words: mark() };
        self.bo(told).await;
        let conflict = Call {
            about: "The night shift".into(),
            noticed_on: self.day(0),
            ..call("mediation", vec![w.bo, w.members[0]], false)
        };
        let conflict = self.does(w.ann, conflict).await;
        self.bo(TellAccount { talk: conflict, words: mark() }).await;
        let note = self.bo(notes::WriteNote { words: mark() }).await;
        self.bo(notes::ShowNote { note, to: Some(w.ann) }).await;
        let stated = uncertain::StateUncertain { circle: Some(w.team), reason: mark(), until: self.day(30) };
        let period = self.bo(stated).await;
        let post = uncertain::SayPost { period: Some(period), known: "no".into(), words: mark(), replaces: None };
        self.bo(post).await;
        self.bo(talks::cadence::SetCadence {
            kind: "one_to_one".into(),
            with: Some(w.ann),
            circle: None,
            days: "14".into(),
        })
        .await;
    }
}

/// Where the word is: `table.column` of what is kept, and `noun kind field` of events that can be opened.
async fn found(ledger: &Ledger, engine: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (table, values) in everything(ledger, engine).await {
        let marked = values.iter().filter(|value| value.contains(MARK));
        out.extend(marked.map(|value| format!("{table}.{}", value.split('=').next().unwrap_or_default())));
    }
    let mut tx = ledger.read().await.unwrap();
    for row in tx.rows("select distinct noun, subject from event", args![]).await.unwrap() {
        let (noun, subject) = (row.text("noun").unwrap(), row.text("subject").unwrap());
        for event in tx.history(&noun, &subject).await.unwrap() {
            for (field, value) in event.body.as_object().into_iter().flatten() {
                if value.to_string().contains(MARK) {
                    out.insert(format!("event {noun} {} {field}", event.kind));
                }
            }
        }
    }
    out
}

#[tokio::test]
async fn every_word_of_their_own_goes_with_the_person() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "erased_words", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        // Owns the sentences that are asked as well.
        join(&ledger, w.ann, "Bo", w.root, leadership::Role::Administrator).await;
        let story = Story { ledger: &ledger, clock: &clock, w };
        story.direction().await;
        story.truth().await;
        story.decision().await;
        story.work().await;
        story.growth().await;
        story.people().await;
        story.problems().await;
        story.pulse().await;
        story.talks().await;
        let before = found(&ledger, engine).await;
        for must in [
            "status_said.words",
            "aim_bump.words",
            "aim_conflict.why",
            "aim_conflict.settled",
            "explanation.words",
            "pulse_round.reply",
            "decision_conflict.why",
            "decision_conflict.settled",
            "talk.about",
            "talk.words",
            "talk_heard.words",
            "talk_heard.correction",
            "mediation_account.words",
            "talk_word.words",
            "life_note.words",
            "uncertain.reason",
            "uncertain_post.words",
        ] {
            assert!(before.contains(must), "{engine}: the story does not reach {must}: {before:#?}");
        }
        assert!(before.len() > 70, "{engine}: {} places: {before:#?}", before.len());
        // None of them is open in the chain: what an event says in the open cannot be taken back.
        let open: Vec<_> = before.iter().filter(|place| place.starts_with("event.")).collect();
        assert!(open.is_empty(), "{engine}: {open:?}");
        story.does(story.w.ann, Erase { person: story.w.bo }).await;
        assert_eq!(found(&ledger, engine).await, BTreeSet::new(), "{engine}: the word is still there");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
