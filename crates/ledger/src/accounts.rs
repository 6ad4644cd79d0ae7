//! What a person signs in with: a password, a second factor with recovery codes, an identity at an OpenID
//! Connect provider. Passwords arrive here hashed; recovery codes and tokens are kept as hashes only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as TOKEN;
use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::{PersonId, Wrongs, text};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::sessions::kept;
use crate::tx::Tx;
use crate::{links, people, sessions, totp};

pub mod forgotten;

/// The purpose of an invitation's link.
pub const INVITATION: &str = "invitation";
/// How many recovery codes there are.
pub const CODES: usize = 10;
/// How long somebody has between the password and the second factor.
const HALF: SignedDuration = SignedDuration::from_mins(10);

/// What a person can sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Hash of the password, in PHC form.
    pub password: Option<String>,
    /// Whether they signed in by the provider of OpenID Connect before.
    pub openid: bool,
    /// Since when the second factor is asked for.
    pub second_since: Option<Timestamp>,
    /// Recovery codes that were not used yet.
    pub codes_left: i64,
}

/// The account of a person; without anything in it where they have none.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, person: PersonId) -> Result<Account, LedgerError> {
    let mut account = Account::default();
    if let Some(row) = tx.one("select password, subject from account where person = $1", args![person]).await? {
        account.password = row.text_or_null("password")?;
        account.openid = row.text_or_null("subject")?.is_some();
    }
    if let Some(row) = tx.one("select confirmed_at from second_factor where person = $1", args![person]).await? {
        account.second_since = row.at_or_null("confirmed_at")?;
    }
    account.codes_left = tx
        .count("select count(*) as n from recovery_code where person = $1 and used_at is null", args![person])
        .await?;
    Ok(account)
}

/// Whether a person can sign in already.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn has_one(tx: &mut Tx, person: PersonId) -> Result<bool, LedgerError> {
    let account = get(tx, person).await?;
    Ok(account.password.is_some() || account.openid)
}

async fn keep_password(tx: &mut Tx, person: PersonId, hash: &str) -> Result<(), LedgerError> {
    tx.run(
        "insert into account (person, password, changed_at) values ($1, $2, $3) \
         on conflict (person) do update set password = excluded.password, changed_at = excluded.changed_at",
        args![person, hash, tx.now()],
    )
    .await?;
    Ok(())
}

/// Changes one's own password; the old one was checked. Sessions on other devices end.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// The hash of the new one, in PHC form.
    pub hash: String,
    /// The hash of the old one as it was when it was checked: when it is another by now, nothing is changed.
    pub was: Option<String>,
    /// The token of the session that goes on.
    pub session: String,
}

#[crate::act]
impl Act for ChangePassword {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        if get(tx, actor.person).await?.password != self.was {
            return Err(Refused::conflict("The password was changed meanwhile.", "Type the present one again."));
        }
        keep_password(tx, actor.person, &self.hash).await?;
        sessions::end_all(tx, actor.person, Some(&self.session)).await?;
        tx.say(Said::new("person", actor.person, "changed_password").by(actor.person));
        Ok(())
    }
}

/// Invites a person to sign in by themselves: a link of one use on which they set their name and password.
/// An invitation made before for the same person ends.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Whom.
    pub person: PersonId,
    /// When the link ends.
    pub until: Timestamp,
}

#[crate::act]
impl Act for Invite {
    /// The token of the link.
    type Done = String;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<String, Refused> {
        let person = people::present(tx, self.person, "person").await?;
        let roles = people::roles(tx, self.person).await?;
        // Whoever opens the link becomes this person, with all their roles: only who may give all of them may
        // hand it out.
        for (circle, _) in &roles {
            people::may_administer(actor, *circle)?;
        }
        let Some((circle, _)) = roles.first() else {
            return Err(Refused::conflict("This person is in no circle.", "Add them to one first."));
        };
        if has_one(tx, self.person).await? {
            return Err(Refused::conflict("This person has an account already.", "They can sign in."));
        }
        if person.email.is_none() {
            return Err(Refused::field("email", "They sign in with an address for mail. Add it first."));
        }
        tx.run(
            "update link set revoked_at = $1 where person = $2 and purpose = $3 and revoked_at is null",
            args![tx.now(), self.person, INVITATION],
        )
        .await?;
        links::make(tx, actor, INVITATION, *circle, Some(self.person), self.until).await
    }
}

/// Takes an invitation: the person sets their name, their password and their time zone.
#[derive(Debug, Clone, Default)]
pub struct Join {
    /// The token of the link.
    pub token: String,
    /// The name that they go by.
    pub name: String,
    /// The hash of their password, in PHC form.
    pub hash: String,
    /// Their time zone, by IANA name.
    pub zone: String,
}

#[crate::act]
impl Act for Join {
    type Done = PersonId;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<PersonId, Refused> {
        let mut wrongs = Wrongs::default();
        let name = wrongs.take(text::line("name", &self.name));
        let zone = wrongs.take(people::zone("zone", &self.zone));
        let (name, zone) = wrongs.or((name, zone))?;
        let link = links::open(tx, &self.token, INVITATION).await?.ok_or(Refused::NotFound)?;
        let person = link.person.ok_or(Refused::NotFound)?;
        if has_one(tx, person).await? {
            return Err(Refused::conflict("There is an account for this address already.", "Sign in with it."));
        }
        tx.run("update person set name = $1, zone = $2 where id = $3", args![&name, zone, person]).await?;
        keep_password(tx, person, &self.hash).await?;
        links::spend(tx, link.id).await?;
        tx.say(
            Said::new("person", person, "took_invitation").by(person).within(link.circle).sealed(person, "name", name),
        );
        Ok(person)
    }
}

/// Notes that a person gave the right password and still owes the code of their second factor.
#[derive(Debug, Clone, Copy)]
pub struct AwaitCode {
    /// Who.
    pub person: PersonId,
}

#[crate::act]
impl Act for AwaitCode {
    /// A token for the browser: with it and a code, a session is opened.
    type Done = String;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<String, Refused> {
        let bytes: [u8; 32] = tx.random();
        let token = TOKEN.encode(bytes);
        tx.run("delete from awaiting_code where until < $1", args![tx.now()]).await?;
        tx.run(
            "insert into awaiting_code (token, person, until) values ($1, $2, $3)",
            args![kept(&token), self.person, tx.now() + HALF],
        )
        .await?;
        Ok(token)
    }
}

/// Who owes a code, by the token of their browser.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn awaited(tx: &mut Tx, token: &str) -> Result<Option<PersonId>, LedgerError> {
    let row = tx
        .one("select person from awaiting_code where token = $1 and until > $2", args![kept(token), tx.now()])
        .await?;
    row.map(|row| row.id("person")).transpose()
}

/// How a person showed their second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// By a code of the app.
    Code,
    /// By a recovery code; so many are left.
    Recovery(i64),
}

/// Recovery codes are typed by people: capitals, spaces and dashes do not matter.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Checks a code of a person's confirmed second factor and uses it up.
async fn use_code(tx: &mut Tx, person: PersonId, typed: &str) -> Result<Option<Shown>, Refused> {
    let row = tx
        .one(
            "select secret, last_step from second_factor where person = $1 and confirmed_at is not null",
            args![person],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let secret = secret(&row.text("secret")?)?;
    if let Some(step) = totp::accepts(&secret, typed, tx.now(), row.int("last_step")?) {
        tx.run("update second_factor set last_step = $1 where person = $2", args![step, person]).await?;
        return Ok(Some(Shown::Code));
    }
    let used = tx
        .run(
            "update recovery_code set used_at = $1 where person = $2 and code = $3 and used_at is null",
            args![tx.now(), person, kept(&plain(typed))],
        )
        .await?;
    if used == 0 {
        return Ok(None);
    }
    let left = get(tx, person).await?.codes_left;
    tx.say(Said::new("person", person, "used_recovery_code").by(person).with("left", left));
    Ok(Some(Shown::Recovery(left)))
}

fn secret(text: &str) -> Result<Vec<u8>, LedgerError> {
    totp::from_base32(text).ok_or_else(|| LedgerError::Inside("the secret of a second factor is damaged".to_owned()))
}

const WRONG_CODE: &str = "This code is not right, or it was used before. Wait for the next one and type that.";

/// Gives the code that was owed; what comes after is a session.
#[derive(Debug, Clone)]
pub struct GiveCode {
    /// The token of the browser.
    pub token: String,
    /// What was typed: a code of the app, or a recovery code.
    pub typed: String,
}

#[crate::act]
impl Act for GiveCode {
    type Done = (PersonId, Shown);

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(PersonId, Shown), Refused> {
        let person = awaited(tx, &self.token).await?.ok_or(Refused::NotFound)?;
        let shown = use_code(tx, person, &self.typed).await?.ok_or_else(|| Refused::field("code", WRONG_CODE))?;
        tx.run("delete from awaiting_code where token = $1", args![kept(&self.token)]).await?;
        Ok((person, shown))
    }
}

/// The secret of a second factor that was begun and not confirmed yet, in base32.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn begun_second(tx: &mut Tx, person: PersonId) -> Result<Option<String>, LedgerError> {
    let row =
        tx.one("select secret from second_factor where person = $1 and confirmed_at is null", args![person]).await?;
    row.map(|row| row.text("secret")).transpose()
}

/// Begins a second factor: makes its secret. It is asked for only once it was confirmed.
#[derive(Debug, Clone, Copy)]
pub struct BeginSecond;

#[crate::act]
impl Act for BeginSecond {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        if get(tx, actor.person).await?.second_since.is_some() {
            return Err(Refused::conflict("A second factor is asked for already.", "End it first to begin anew."));
        }
        let secret: [u8; totp::SECRET] = tx.random();
        tx.run(
            "insert into second_factor (person, secret) values ($1, $2) \
             on conflict (person) do update set secret = excluded.secret, last_step = 0",
            args![actor.person, totp::base32(&secret)],
        )
        .await?;
        Ok(())
    }
}

/// Writes fresh recovery codes in place of the old ones and gives them: they can be read only now.
async fn fresh_codes(tx: &mut Tx, person: PersonId) -> Result<Vec<String>, LedgerError> {
    tx.run("delete from recovery_code where person = $1", args![person]).await?;
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        // 80 bits: a plain hash of it cannot be searched.
        let bytes: [u8; 10] = tx.random();
        let code = totp::base32(&bytes);
        tx.run("insert into recovery_code (person, code) values ($1, $2)", args![person, kept(&code)]).await?;
        codes.push(format!("{}-{}-{}-{}", &code[..4], &code[4..8], &code[8..12], &code[12..]));
    }
    Ok(codes)
}

/// Confirms a second factor with a first code of the app: from now on it is asked for.
#[derive(Debug, Clone)]
pub struct ConfirmSecond {
    /// What was typed.
    pub typed: String,
}

#[crate::act]
impl Act for ConfirmSecond {
    /// The recovery codes.
    type Done = Vec<String>;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Vec<String>, Refused> {
        let begun = begun_second(tx, actor.person).await?;
        let begun = begun.ok_or_else(|| Refused::conflict("No second factor was begun.", "Begin one first."))?;
        let step = totp::accepts(&secret(&begun)?, &self.typed, tx.now(), 0).ok_or_else(|| {
            Refused::field(
                "code",
                "This is not the code that the app shows now. Check the clock of the phone, and type the next one.",
            )
        })?;
        tx.run(
            "update second_factor set confirmed_at = $1, last_step = $2 where person = $3",
            args![tx.now(), step, actor.person],
        )
        .await?;
        tx.say(Said::new("person", actor.person, "began_second_factor").by(actor.person));
        Ok(fresh_codes(tx, actor.person).await?)
    }
}

/// Ends the second factor, or replaces the recovery codes, with a code of it.
#[derive(Debug, Clone)]
pub struct ChangeSecond {
    /// What was typed: a code of the app, or a recovery code.
    pub typed: String,
    /// Whether it ends; else there are fresh recovery codes.
    pub end: bool,
}

#[crate::act]
impl Act for ChangeSecond {
    /// Fresh recovery codes; none when it ended.
    type Done = Vec<String>;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Vec<String>, Refused> {
        if use_code(tx, actor.person, &self.typed).await?.is_none() {
            return Err(Refused::field("code", WRONG_CODE));
        }
        if !self.end {
            tx.say(Said::new("person", actor.person, "renewed_recovery_codes").by(actor.person));
            return Ok(fresh_codes(tx, actor.person).await?);
        }
        forget_second(tx, actor.person).await?;
        tx.say(Said::new("person", actor.person, "ended_second_factor").by(actor.person));
        Ok(Vec::new())
    }
}

async fn forget_second(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("delete from recovery_code where person = $1", args![person]).await?;
    tx.run("delete from second_factor where person = $1", args![person]).await?;
    Ok(())
}

/// Forgets everything that a person could sign in with.
pub(crate) async fn forget(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    forget_second(tx, person).await?;
    tx.run("delete from awaiting_code where person = $1", args![person]).await?;
    tx.run("delete from password_link where person = $1", args![person]).await?;
    tx.run("delete from account where person = $1", args![person]).await?;
    sessions::end_all(tx, person, None).await?;
    Ok(())
}

/// Lets a person in who lost phone and recovery codes: whoever keeps all their circles in order takes the
/// second factor away, after making sure of who asks.
#[derive(Debug, Clone, Copy)]
pub struct TakeSecond {
    /// Whose.
    pub person: PersonId,
}

#[crate::act]
impl Act for TakeSecond {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        people::may_keep(tx, actor, self.person).await?;
        forget_second(tx, self.person).await?;
        tx.say(Said::new("person", self.person, "lost_second_factor").by(actor.person));
        Ok(())
    }
}

/// What is kept of a sign-in at a provider while the browser is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIdTry {
    /// Comes back with the answer, and is in a cookie of the browser.
    pub state: String,
    /// Comes back inside of the signed answer.
    pub nonce: String,
    /// Shows the provider that the one who asks for the tokens is the one who began (RFC 7636).
    pub verifier: String,
    /// The page to go to afterwards.
    pub next: String,
}

/// Keeps what a sign-in at a provider needs when the browser comes back.
#[derive(Debug, Clone)]
pub struct BeginOpenId(pub OpenIdTry);

#[crate::act]
impl Act for BeginOpenId {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        let now = tx.now();
        tx.run("delete from openid_try where until < $1", args![now]).await?;
        tx.run(
            "insert into openid_try (state, nonce, verifier, next, until) values ($1, $2, $3, $4, $5)",
            args![kept(&self.0.state), &self.0.nonce, &self.0.verifier, &self.0.next, now + HALF],
        )
        .await?;
        Ok(())
    }
}

/// Takes back what was kept of a sign-in at a provider: once.
#[derive(Debug, Clone)]
pub struct TakeOpenId {
    /// The state that came back.
    pub state: String,
}

#[crate::act]
impl Act for TakeOpenId {
    type Done = OpenIdTry;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<OpenIdTry, Refused> {
        let row = tx
            .one(
                "select nonce, verifier, next from openid_try where state = $1 and until > $2",
                args![kept(&self.state), tx.now()],
            )
            .await?
            .ok_or(Refused::NotFound)?;
        tx.run("delete from openid_try where state = $1", args![kept(&self.state)]).await?;
        Ok(OpenIdTry {
            state: self.state.clone(),
            nonce: row.text("nonce")?,
            verifier: row.text("verifier")?,
            next: row.text("next")?,
        })
    }
}

/// Finds who a provider says has come: by the identity that it used before, else by an address that it
/// vouches for and that is in the ledger already. The identity is kept with the person the first time.
#[derive(Debug, Clone)]
pub struct KnowByOpenId {
    /// Issuer and subject, joined by a space.
    pub subject: String,
    /// An address that the provider has verified.
    pub email: Option<String>,
}

#[crate::act]
impl Act for KnowByOpenId {
    type Done = Option<PersonId>;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<Option<PersonId>, Refused> {
        let known = tx
            .one(
                "select a.person from account a join person p on p.id = a.person \
                 where a.subject = $1 and p.left_at is null and p.erased_at is null",
                args![&self.subject],
            )
            .await?;
        if let Some(row) = known {
            return Ok(Some(row.id("person")?));
        }
        let Some(email) = &self.email else { return Ok(None) };
        let Some(person) = people::by_email(tx, email).await? else { return Ok(None) };
        let taken = tx.one("select subject from account where person = $1", args![person.id]).await?;
        let taken = taken.map(|row| row.text_or_null("subject")).transpose()?.flatten();
        // An address that went to another identity is settled by a human, not by the one who comes second.
        if person.left_at.is_some() || person.erased_at.is_some() || taken.is_some() {
            return Ok(None);
        }
        tx.run(
            "insert into account (person, subject, changed_at) values ($1, $2, $3) \
             on conflict (person) do update set subject = excluded.subject, changed_at = excluded.changed_at",
            args![person.id, &self.subject, tx.now()],
        )
        .await?;
        tx.say(Said::new("person", person.id, "known_by_provider").by(person.id));
        Ok(Some(person.id))
    }
}
