//! Links that carry their own key: opened by whoever has them, until they end.

use jiff::SignedDuration;
use leadership::circle::Actor;
use leadership::{CircleId, CircleKind, PersonId, Role};
use ledger::people::{self, AddPerson, OpenCircle};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused, links};

use crate::begin::begun;

/// A person as they act now.
pub async fn actor(ledger: &Ledger, person: PersonId) -> Actor {
    people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap()
}

/// Opens a circle.
pub async fn circle(ledger: &Ledger, by: PersonId, parent: CircleId, kind: CircleKind, name: &str) -> CircleId {
    let by = actor(ledger, by).await;
    let act = OpenCircle { parent, kind, name: name.to_owned(), purpose: String::new() };
    ledger.perform(&by, &act).await.unwrap()
}

/// Adds a person with an address made of their name.
pub async fn add(ledger: &Ledger, by: PersonId, name: &str, circle: CircleId, role: Role) -> PersonId {
    let by = actor(ledger, by).await;
    let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    ledger.perform(&by, &AddPerson { name: name.to_owned(), email, circle, role }).await.unwrap()
}

/// The organisation.
pub async fn root(ledger: &Ledger) -> CircleId {
    let circles = people::circles(&mut ledger.read().await.unwrap()).await.unwrap();
    circles.iter().find(|circle| circle.parent.is_none()).unwrap().id
}

async fn opens(ledger: &Ledger, token: &str, purpose: &str) -> Option<links::Link> {
    links::open(&mut ledger.read().await.unwrap(), token, purpose).await.unwrap()
}

#[tokio::test]
async fn a_link_opens_one_page_until_it_ends_or_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    for (engine, ledger) in each(folder.path(), "links_open", &clock).await {
        let ann = begun(&ledger).await;
        let root = root(&ledger).await;
        let client = circle(&ledger, ann, root, CircleKind::Client, "Alpine Rail").await;
        let cy = add(&ledger, ann, "Cy Nord", client, Role::ClientContact).await;
        let ann = actor(&ledger, ann).await;
        let until = clock.now() + SignedDuration::from_hours(24 * 7);
        let make = links::Make { purpose: "client", circle: client, person: Some(cy), until };
        let token = ledger.perform(&ann, &make).await.unwrap();
        let other = ledger.perform(&ann, &make).await.unwrap();
        assert_ne!(token, other, "{engine}");

        let found = opens(&ledger, &token, "client").await.unwrap();
        assert_eq!((found.circle, found.person), (client, Some(cy)), "{engine}");
        assert!(opens(&ledger, &token, "invitation").await.is_none(), "of another purpose");
        assert!(opens(&ledger, &token[1..], "client").await.is_none(), "shortened");

        // Nobody but who keeps the circle in order makes, sees or revokes one.
        let contact = actor(&ledger, cy).await;
        assert!(matches!(ledger.perform(&contact, &make).await, Err(Refused::NotYours(_))), "{engine}");
        assert!(links::list(&mut ledger.read().await.unwrap(), &contact).await.unwrap().is_empty());
        assert!(ledger.perform(&contact, &links::Revoke { link: found.id }).await.is_err());
        assert_eq!(links::list(&mut ledger.read().await.unwrap(), &ann).await.unwrap().len(), 2, "{engine}");

        ledger.perform(&ann, &links::Revoke { link: found.id }).await.unwrap();
        ledger.perform(&ann, &links::Revoke { link: found.id }).await.unwrap();
        assert!(opens(&ledger, &token, "client").await.is_none(), "revoked");
        assert!(opens(&ledger, &other, "client").await.is_some(), "the other one is not");
        clock.days(8);
        assert!(opens(&ledger, &other, "client").await.is_none(), "past its end");
        assert!(ledger.perform(&ann, &make).await.is_err(), "an end that is past is refused");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        clock.days(-8);
        ledger.close().await;
    }
}
