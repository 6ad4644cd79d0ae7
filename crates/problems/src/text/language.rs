//! Which language a text is in: by its smallest words.
//!
//! A stop-word profile is enough to choose a stemmer. Titles are short, so a text without a clear vote
//! follows the language of the whole record.

use std::collections::HashMap;
use std::sync::OnceLock;

use rust_stemmers::{Algorithm, Stemmer};

/// Languages with a profile and a stemmer.
pub const LANGUAGES: usize = 7;

/// English, German, French, Spanish, Dutch, Italian, Portuguese; the index is the language's number.
const STOP_WORDS: [&str; LANGUAGES] = [
    "a about after all also am an and any are as at be been but by can could did do does for from get gets \
     had has have he her his how i if in into is it its just me my no not of off on or our out please she so \
     some than that the their them then there these they this to too up us was we were what when where which \
     who why will with would you your hi hello dear thanks thank regards kind best i'm i've can't don't it's isn't \
     doesn't didn't won't haven't",
    "aber alle als am an auch auf aus bei beim bin bis bitte da dann das dass dem den der des die dies diese dieser doch \
     du durch ein eine einem einen einer er es für gegen habe haben hallo hat ich ihr im in ist ja kann kein keine \
     können man mehr mein mir mit nach nicht noch nur ob oder ohne seit sich sie sind so über um und uns unter vom von vor war \
     was wenn werden wie wieder wir wird zu zum zur danke guten tag freundliche freundlichen grüße grüßen viele",
    "à au aux avec ce ces cette dans de des du elle en est et été être il ils j'ai je la le les leur lors lui ma mais me \
     mes mon ne nos notre nous on ou où par pas pour plus qu que qui sa sans se ses son sont sur ta tu un une vos votre \
     vous y bonjour merci cordialement svp cela c'est n'est d'un d'une l' a ont peut",
    "a al algo con cuando de del desde donde el ella en entre era es esta está este esto ha han hay hola la las le lo los me mi muy \
     más no nos o para pero por porque puede que qué se ser si sin sobre son su sus también te tiene un una uno y ya gracias \
     saludos favor estimado buenos días",
    "aan al als bij dat de den deze die dit door een en er geen had heb hebben heeft hem het hij hoe ik in is je kan kunnen \
     maar me meer met mij mijn na naar niet nog nu of om ook op over te tot uit van veel voor was wat we wel werd \
     wij wordt worden ze zich zijn zo zonder beste groet groeten graag hallo bedankt",
    "a ai al alla alle anche che chi ci come con cosa da dal dalla dei del della delle di e è ed gli ha hanno ho i il in io la le lo \
     ma mi mia mio ne nei nel nella non o per più però può quando quello questa questo sarà se si sono su sul sulla tra un una uno \
     buongiorno grazie saluti cordiali",
    "a ao aos as até com como da das de dela dele do dos e ela ele em entre era essa esse esta está este eu foi há isso já lhe mais mas \
     me meu minha muito na nas não no nos o os ou para pela pelo por porque qual quando que quem se sem ser seu sua são só \
     também tem um uma você olá bom dia obrigado obrigada atenciosamente favor",
];

const ALGORITHMS: [Algorithm; LANGUAGES] = [
    Algorithm::English,
    Algorithm::German,
    Algorithm::French,
    Algorithm::Spanish,
    Algorithm::Dutch,
    Algorithm::Italian,
    Algorithm::Portuguese,
];

/// Names for a note to the reader.
pub const NAMES: [&str; LANGUAGES] = ["English", "German", "French", "Spanish", "Dutch", "Italian", "Portuguese"];

/// For each stop word the set of languages that have it, one bit each.
fn profiles() -> &'static HashMap<&'static str, u8> {
    static PROFILES: OnceLock<HashMap<&'static str, u8>> = OnceLock::new();
    PROFILES.get_or_init(|| {
        let mut map = HashMap::new();
        for (language, words) in STOP_WORDS.iter().enumerate() {
            for word in words.split_whitespace() {
                *map.entry(word).or_insert(0) |= 1 << language;
            }
        }
        map
    })
}

/// The languages in which a lower-case word is a stop word, one bit each.
#[must_use]
pub fn stop_in(word: &str) -> u8 {
    profiles().get(word).copied().unwrap_or(0)
}

/// Votes for each language.
pub type Votes = [u32; LANGUAGES];

/// Adds the votes of one lower-case word.
pub fn vote(votes: &mut Votes, word: &str) {
    let mask = stop_in(word);
    if mask != 0 {
        for (language, count) in votes.iter_mut().enumerate() {
            *count += u32::from(mask >> language & 1);
        }
    }
}

/// The language of a text: the most votes; a tie or none goes to the language of the record.
#[must_use]
pub fn decide(votes: &Votes, record: usize) -> usize {
    let most = votes.iter().copied().max().unwrap_or(0);
    if most == 0 || votes.get(record).copied() == Some(most) {
        return record;
    }
    votes.iter().position(|&v| v == most).unwrap_or(record)
}

/// The stemmers, in the order of the languages.
#[must_use]
pub fn stemmers() -> Vec<Stemmer> {
    ALGORITHMS.iter().map(|&a| Stemmer::create(a)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(text: &str) -> &'static str {
        let mut votes = Votes::default();
        for word in text.to_lowercase().split_whitespace() {
            vote(&mut votes, word);
        }
        NAMES[decide(&votes, 0)]
    }

    #[test]
    fn tells_seven_languages_apart() {
        for (text, expected) in [
            ("the printer on my desk does not print and there is no paper", "English"),
            ("der Drucker im Büro geht nicht und ich kann keine Seite drucken", "German"),
            ("l'imprimante ne marche pas et je suis dans le bureau avec une erreur", "French"),
            ("la impresora no funciona y el usuario no puede entrar en su cuenta porque hay un error", "Spanish"),
            ("de printer doet het niet en ik kan het document niet afdrukken op mijn kamer", "Dutch"),
            ("la stampante non funziona e non riesco a stampare il documento che mi serve", "Italian"),
            ("a impressora não funciona e eu não consigo imprimir o documento para você", "Portuguese"),
            ("zzz qqq", "English"),
        ] {
            assert_eq!(language(text), expected, "{text}");
        }
    }
}
