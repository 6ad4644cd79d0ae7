//! A world in which something of every kind lies: made by acts of Ann, Dan, Lea and Di, so that a test can ask for all
//! of it as somebody who is to find nothing.

use std::collections::BTreeSet;

use casebook::{Judged, Side, Stage};
use leadership::aim::{AimKind, Resource};
use leadership::decision;
use leadership::growth::Part;
use leadership::measure::From;
use leadership::replan::Bump;
use leadership::stance::{Stance, Verdict};
use leadership::teach::Way;
use leadership::{AimId, CircleId, PersonId};
use ledger::aims::{self, MakeAim, align, explain, horizon, measures, resources};
use ledger::code::{AddCase, AddCheck, AllowException, Publish, RunChecks, TellRightThing};
use ledger::promises::{AnswerTrust, Give};
use ledger::talks::{AnswerHeard, Call, Hear, TellAccount, Write as WriteWord, cadence, notes, uncertain};
use ledger::tokens::{MakeToken, Scope};
use ledger::{Act, Refused, Tx, args, asks, casework, concerns, decisions, growth, honesty, ideas, network, openings};
use ledger::{pulses, recognition, requests, restated, status, thanks, today, waves};

use sqlx::AssertSqlSafe;

use crate::world::{World, actor};

/// In every text that lies inside the organisation: no client may ever read it.
pub const INSIDE: &str = "quincunx";
/// In every text that is between some persons, or a client's: Mo may not read it either.
pub const CLOSED: &str = "zwieback";

/// Tables with an `id` in which nothing lies here, with the reason.
const EMPTY: &[(&str, &str)] = &[
    ("badge", "takes a standard that was met; its own tests ask for it as everybody"),
    ("pulse_form", "an answer under seal: no page finds it by an identifier"),
    ("pulse_line", "a line under seal: no page finds it by an identifier"),
    ("released_set", "made when a wave of ratings is worked out, and read by nothing but the next one"),
    ("sealed_comment", "an answer under seal: no page finds it by an identifier"),
    ("sealed_form", "an answer under seal: no page finds it by an identifier"),
];

fn inside() -> String {
    format!("About the {INSIDE}.")
}

fn closed() -> String {
    format!("About the {CLOSED}.")
}

fn day(later: i64) -> String {
    jiff::civil::date(2026, 3, 2).saturating_add(jiff::Span::new().days(later)).to_string()
}

/// The people and circles of the world by name, and their acts.
struct Fill<'a> {
    world: &'a World,
}

impl Fill<'_> {
    async fn does<A: Act>(&self, who: &str, act: A) -> A::Done {
        let ledger = self.world.app.ledger();
        let done = ledger.perform(&actor(ledger, self.person(who)).await, &act).await;
        done.unwrap_or_else(|refused| panic!("{who}, {}: {refused}", std::any::type_name::<A>()))
    }

    fn person(&self, key: &str) -> PersonId {
        self.world.people[key]
    }

    fn circle(&self, key: &str) -> CircleId {
        self.world.circles[key]
    }

    async fn aim(&self, title: &str) -> AimId {
        let make = MakeAim {
            circle: self.circle("desk"),
            kind: AimKind::Goal,
            title: format!("{title}: {}", inside()),
            why: format!("Why {title}: {}", inside()),
            picture: inside(),
            horizon: String::new(),
            owner: Some(self.person("lea")),
            serves: None,
            core: false,
            hard: true,
            source: String::new(),
            restatement: String::new(),
            confirmer: None,
        };
        self.does("lea", make).await
    }

    async fn direction(&self) {
        let (aim, other) = (self.aim("An hour").await, self.aim("Well").await);
        self.aim("A third").await;
        let measure = measures::AddMeasure {
            aim,
            from: From::Hand,
            name: inside(),
            unit: "calls".into(),
            start: "9".into(),
            target: "0".into(),
        };
        let measure = self.does("lea", measure).await;
        self.does("lea", measures::Value { measure, value: "5".into() }).await;
        self.does("lea", measures::AddStep { aim, day: day(20), words: inside() }).await;
        let ask = resources::Ask {
            aim,
            kind: Resource::Funding,
            what: inside(),
            amount: "100".into(),
            needed_by: String::new(),
            of: Some(self.person("dan")),
        };
        self.does("lea", ask).await;
        self.does("lea", align::SayBump { aim, kind: Bump::Setback, words: inside() }).await;
        self.does("lea", align::TakeStance { aim, stance: Stance::Agree, words: inside() }).await;
        self.does("dan", align::SayReply { aim, words: inside() }).await;
        self.does("lea", aims::MarkConflict { aim, other, why: inside() }).await;
        let circle = self.circle("desk");
        self.does("lea", explain::Explain { aim, circle, way: Way::Message, words: inside() }).await;
        let signal = horizon::NoteSignal {
            circle,
            title: inside(),
            source: inside(),
            so_what: inside(),
            verdict: Verdict::Watch,
            review: day(30),
        };
        self.does("lea", signal).await;
    }

    async fn decision(&self, who: &str, circle: &str, words: &str, closed_why: &str) {
        let write = decisions::Write {
            circle: self.circle(circle).to_string(),
            decider: self.person(who).to_string(),
            closed: !closed_why.is_empty(),
            closed_why: closed_why.to_owned(),
            typed: decision::Typed {
                question: format!("Which one? {words}"),
                purpose: words.to_owned(),
                option: vec!["One".into(), words.to_owned()],
                choice: "2".into(),
                because: words.to_owned(),
                direction: words.to_owned(),
                next_step: words.to_owned(),
                expected: words.to_owned(),
                review_on: day(60),
                gut_percent: "60".into(),
                ..decision::Typed::default()
            },
            decide: true,
            ..decisions::Write::default()
        };
        let decision = self.does(who, write).await;
        let tell = decisions::Tell {
            decision: Some(decision),
            audience: vec![self.person("eve").to_string()],
            words: words.to_owned(),
            ..decisions::Tell::default()
        };
        self.does(who, tell).await;
    }

    async fn promised(&self) {
        let give = |whom: &str, words: String, only_sides| Give {
            whom: self.person(whom).to_string(),
            what: words.clone(),
            known: words,
            due: day(10),
            only_sides,
            ..Give::default()
        };
        self.does("lea", give("dan", inside(), false)).await;
        self.does("ann", give("dan", closed(), true)).await;
        self.does("ann", give("di", closed(), false)).await;
        self.does("dan", AnswerTrust { about: self.person("lea"), answer: "4".into() }).await;
    }

    async fn asked(&self) {
        // Of whoever leads the circle: of Ann.
        let ask = |circle: &str| requests::Ask {
            circle: self.circle(circle).to_string(),
            title: closed(),
            words: closed(),
            ..requests::Ask::default()
        };
        let of_client = self.does("di", ask("beach")).await;
        let typed = leadership::request::Typed { verdict: "defer".into(), day: day(5), ..Default::default() };
        self.does("ann", requests::Triage { request: of_client, typed }).await;
        self.does("dan", ask("top")).await;
        self.does("ann", today::Interrupted).await;
    }

    async fn truth(&self) {
        let open = status::Open {
            noun: "work".into(),
            title: inside(),
            circle: Some(self.circle("desk")),
            due: day(30),
            ..status::Open::default()
        };
        let line = self.does("lea", open).await;
        let measure = status::Measured {
            line: Some(line),
            name: inside(),
            unit: "boxes".into(),
            start: "9".into(),
            target: "0".into(),
            read: None,
        };
        let measure = self.does("lea", measure).await;
        let read = status::Reading { line: Some(line), by_hand: Some((measure, "5".into())), reads: Vec::new() };
        self.does("lea", read).await;
        let said = status::State {
            line: Some(line),
            colour: "at_risk".into(),
            words: inside(),
            due: day(30),
            reads: Vec::new(),
        };
        self.does("lea", said).await;
        let clause = Publish {
            circle: Some(self.circle("it")),
            kind: "ethics".into(),
            title: inside(),
            words: inside(),
            why: inside(),
            ..Publish::default()
        };
        let clause = self.does("dan", clause).await;
        let case = AddCase {
            clause,
            story: inside(),
            choices: vec!["Wait".into(), inside()],
            right: "2".into(),
            reason: inside(),
        };
        self.does("dan", case).await;
        let check = AddCheck {
            circle: Some(self.circle("it")),
            template: "decision".into(),
            question: inside(),
            clause: Some(clause),
        };
        let check = self.does("dan", check).await;
        let run = RunChecks {
            circle: Some(self.circle("it")),
            template: "decision".into(),
            noun: None,
            subject: None,
            title: inside(),
            answers: vec![(check, "no".into(), inside())],
        };
        self.does("dan", run).await;
        let allow = AllowException { clause, title: inside(), reason: inside(), for_whom: inside(), until: day(30) };
        self.does("dan", allow).await;
        let told = TellRightThing {
            circle: Some(self.circle("it")),
            title: inside(),
            words: inside(),
            cost: "100".into(),
            currency: "EUR".into(),
            day: day(0),
            clause: Some(clause),
        };
        self.does("dan", told).await;
        self.does("dan", honesty::StateValue { words: closed() }).await;
        self.does("dan", asks::Need { whom: Some(self.person("ann")), words: closed() }).await;
        for person in ["ann", "dan"] {
            let named = concerns::NameConfidant {
                circle: Some(self.circle("top")),
                person: Some(self.person(person)),
                for_clients: false,
            };
            self.does("ann", named).await;
        }
        let raise = concerns::Raise {
            to: vec![self.person("dan")],
            about: None,
            matter: closed(),
            words: closed(),
            named: true,
        };
        self.does("lea", raise).await;
    }

    async fn growth(&self) {
        let qualities = vec![("active-listening".to_owned(), closed())];
        let plan = self.does("lea", growth::BeginPlan { qualities, retest_on: day(90) }).await;
        let practice = growth::AddPractice {
            plan,
            quality: "active-listening".into(),
            words: closed(),
            due: day(10),
            to: None,
            known: closed(),
        };
        self.does("lea", practice).await;
        let strength =
            growth::AddTrait { kind: "strength".into(), title: closed(), used: closed(), quality: "truth".into() };
        self.does("lea", strength).await;
        let invite = growth::Invite {
            guest: Some(self.person("dan")),
            parts: vec![Part::Plan.name().to_owned()],
            words: closed(),
        };
        let seat = self.does("lea", invite).await;
        self.does("dan", growth::AnswerSeat { seat, takes: true }).await;
        let talk = growth::NoteSession { seat, day: day(0), words: closed(), actions: Vec::new() };
        self.does("lea", talk).await;
        let note = growth::Note {
            about: Some(self.person("dan")),
            quality: "active-listening".into(),
            lacking: false,
            seen_on: day(0),
            words: closed(),
            effect: closed(),
        };
        self.does("lea", note).await;
        let ledger = self.world.app.ledger();
        let lea = actor(ledger, self.person("lea")).await;
        let style = growth::ChooseStyle {
            person: Some(self.person("dan")),
            work: closed(),
            ability: "new".into(),
            will: "sure".into(),
            chosen: "directing".into(),
            why: closed(),
            ..growth::ChooseStyle::default()
        };
        self.does("lea", style).await;
        let (week, asked) = growth::this_week(&mut ledger.read().await.unwrap(), &lea).await.unwrap();
        let said = asked.into_iter().map(|question| (question, closed())).collect();
        self.does("lea", growth::Look { week: week.to_string(), said }).await;
        let hold = growth::Hold { id: None, whom: closed(), purpose: closed(), words: closed(), hours: "24".into() };
        self.does("lea", hold).await;
    }

    /// A fix that was judged, and a client that is asked whether it holds for them.
    async fn fixed(&self) {
        let (of, on) = (Side { id: "t1".into(), title: inside(), ..Side::default() }, day(0).parse().unwrap());
        let fixed = casebook::Act::Fixed { of, on, team: "Print".into(), what: inside() };
        let entry = self.does("lea", casework::Write { act: fixed, by: String::new(), asks: Vec::new() }).await;
        let judged = Judged {
            entry,
            problem: "t1".into(),
            title: inside(),
            owner: None,
            team: "Print".into(),
            on,
            stage: Stage::Fixed,
            day: on,
            figures: inside(),
        };
        casework::judge(self.world.app.ledger(), &[judged], entry).await.unwrap();
        let circle = Some(self.circle("beach"));
        self.does("ann", casework::AskSide { fix: entry, circle, title: closed() }).await;
        let need = restated::Restate {
            source: "desk".into(),
            ticket: "T1".into(),
            circle: Some(self.circle("desk")),
            words: inside(),
        };
        self.does("lea", need).await;
    }

    async fn people(&self) {
        let to = Some(self.person("dan"));
        self.does("lea", thanks::Give { to, words: closed(), difference: closed(), aim: String::new() }).await;
        let offer = ideas::Offer { circle: Some(self.circle("it")), title: inside(), words: inside() };
        self.does("dan", offer).await;
        self.does("dan", recognition::Nominate { person: Some(self.person("lea")), words: closed() }).await;
        self.does("ann", MakeToken { name: closed(), scope: Scope::Read, days: "30".into() }).await;
        let plan = waves::Plan {
            circle: Some(self.circle("it")),
            title: inside(),
            opens_on: day(0),
            closes_on: day(7),
            question_limit: "120".into(),
            qualities: model::shipped().qualities.iter().take(14).map(|quality| quality.key.clone()).collect(),
            people: vec![self.person("lea")],
        };
        let wave = self.does("eve", plan).await;
        let raters = vec![self.person("dan"), self.person("eve")];
        let choose = waves::Choose { wave: Some(wave), raters, outsiders: String::new() };
        self.does("lea", choose).await;
        self.does("ann", Reported(self.person("lea"), wave)).await;
        let set = pulses::Set {
            circle: Some(self.circle("it")),
            kind: "circle".into(),
            questions: ["pulse-belonging", "pulse-heard", "pulse-pace"].map(str::to_owned).to_vec(),
            every_weeks: "4".into(),
            answer_days: "14".into(),
            next_on: day(0),
        };
        self.does("dan", set).await;
        self.does("dan", pulses::Sweep).await;
        let place = openings::Open {
            circle: Some(self.circle("desk")),
            title: inside(),
            words: inside(),
            offers: inside(),
            figures: true,
            until: day(30),
        };
        let opening = self.does("lea", place).await;
        let (name, email) = (closed(), "somebody@example.com".into());
        self.does("dan", openings::Apply { opening: Some(opening), name, email, words: closed() }).await;
        // Closed, it is told to nobody outside any more.
        self.does("lea", openings::Close { opening }).await;
        let (one, other) = (Some(self.person("lea")), Some(self.person("ann")));
        self.does("dan", network::Introduce { one, other, words: closed() }).await;
    }
}

impl Fill<'_> {
    async fn talks(&self) {
        let call = |kind: &str, with: &[&str], held: bool| Call {
            kind: kind.into(),
            with: with.iter().map(|who| self.person(who)).collect(),
            about: closed(),
            planned_on: day(0),
            noticed_on: day(-3),
            held,
            ..Call::default()
        };
        let talk = self.does("lea", call("one_to_one", &["dan"], true)).await;
        let hear = Hear { talk: Some(talk), of: Some(self.person("lea")), words: closed() };
        let heard = self.does("dan", hear).await;
        self.does("lea", AnswerHeard { heard, confirms: false, words: closed() }).await;
        let mediation = self.does("dan", call("mediation", &["lea", "eve"], false)).await;
        self.does("lea", TellAccount { talk: mediation, words: closed() }).await;
        self.does("ann", call("client_review", &["di"], true)).await;
        let team = Call { circle: Some(self.circle("it")), about: inside(), ..call("team", &[], true) };
        let team = self.does("dan", team).await;
        let told = WriteWord { talk: Some(team), kind: "told".into(), circle: None, words: inside() };
        self.does("dan", told).await;
        let beside = Call { circle: Some(self.circle("desk")), about: inside(), ..call("not_work", &[], false) };
        self.does("lea", beside).await;
        self.does("dan", notes::WriteNote { words: closed() }).await;
        let with = Some(self.person("dan"));
        let set = cadence::SetCadence { kind: "one_to_one".into(), with, circle: None, days: "14".into() };
        self.does("lea", set).await;
        let circle = Some(self.circle("desk"));
        let period = self.does("lea", uncertain::StateUncertain { circle, reason: inside(), until: day(30) }).await;
        let post = uncertain::SayPost { period: Some(period), known: "yes".into(), words: inside(), replaces: None };
        self.does("lea", post).await;
    }
}

/// A report and what was said of it, as the rooms keep them: they take a whole wave of raters to be made.
struct Reported(PersonId, leadership::WaveId);

#[ledger::act]
impl Act for Reported {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, who: &leadership::circle::Actor) -> Result<(), Refused> {
        let (report, now) = (tx.id::<()>(), tx.now());
        tx.run(
            "insert into report (id, wave, person, made_at, closed_on, rated_self_on, open_parts, reply, body) \
             values ($1, $2, $3, $4, '2026-03-01', null, '', $5, '{}')",
            args![report, self.1, self.0, now, closed()],
        )
        .await?;
        tx.run(
            "insert into report_said (id, report, said_by, kind, words, said_at, state, answer) \
             values ($1, $2, $3, 'thanks', $4, $5, 'new', '')",
            args![tx.id::<()>(), report, who.person, closed(), now],
        )
        .await?;
        tx.run(
            "insert into report_pay (id, report, viewer, words, given_at) values ($1, $2, $3, $4, $5)",
            args![tx.id::<()>(), report, who.person, closed(), now],
        )
        .await?;
        Ok(())
    }
}

/// Fills a world.
pub async fn fill(world: &World) {
    let fill = Fill { world };
    fill.direction().await;
    fill.decision("lea", "desk", &inside(), "").await;
    // Why it is closed everybody of the circle sees.
    fill.decision("dan", "it", &closed(), "It is about one person.").await;
    fill.promised().await;
    fill.asked().await;
    fill.truth().await;
    fill.growth().await;
    fill.people().await;
    fill.fixed().await;
    fill.talks().await;
}

/// Rooms of which everything here is between some persons: none of it is Mo's.
const BETWEEN: &[&str] = &[
    "api_token",
    "ask",
    "cadence",
    "concern",
    "growth_plan",
    "growth_practice",
    "growth_seat",
    "growth_trait",
    "held_message",
    "interruption",
    "introduction",
    "life_note",
    "nomination",
    "observation",
    "own_value",
    "reflection",
    "report",
    "report_pay",
    "report_said",
    "request",
    "seat",
    "style_choice",
    "talk_heard",
    "thanks",
    "triage",
    "trust_answer",
];

/// One thing that lies in a world.
#[derive(Debug)]
pub struct Thing {
    /// Its identifier.
    pub id: String,
    /// Whether Mo, who works in the team, may not find it.
    pub closed: bool,
}

/// What lies in a world, but for people, circles, sessions and links. Every table that has identifiers has some, or is
/// listed with the reason.
pub async fn things(world: &World) -> Vec<Thing> {
    let mut tx = world.app.ledger().read().await.unwrap();
    let tables = "select m.name as t from sqlite_master m join pragma_table_info(m.name) c \
                  where m.type = 'table' and c.name = 'id' order by m.name";
    let (mut out, mut empty) = (Vec::new(), BTreeSet::new());
    for row in tx.rows(tables, args![]).await.unwrap() {
        let table = row.text("t").unwrap();
        if ["person", "circle", "event", "session", "link"].contains(&table.as_str()) || table.starts_with('_') {
            continue;
        }
        let columns = format!("select name from pragma_table_info('{table}')");
        let columns = tx.rows(AssertSqlSafe(columns), args![]).await.unwrap();
        let texts: Vec<_> =
            columns.iter().map(|row| format!("coalesce(\"{}\", '')", row.text("name").unwrap())).collect();
        let rows = format!("select id, {} as words from {table} order by id", texts.join(" || ' ' || "));
        let rows = tx.rows(AssertSqlSafe(rows), args![]).await.unwrap();
        if rows.is_empty() {
            empty.insert(table.clone());
        }
        for row in rows {
            let closed = BETWEEN.contains(&table.as_str()) || row.text("words").unwrap().contains(CLOSED);
            out.push(Thing { id: row.text("id").unwrap(), closed });
        }
    }
    let listed: BTreeSet<String> = EMPTY.iter().map(|(table, _)| (*table).to_owned()).collect();
    assert_eq!(empty, listed, "nothing of these kinds lies in the world: make some, or list them with the reason");
    out
}
