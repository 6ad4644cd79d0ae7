//! Who is in the sample: 24 people of an IT department, and two clients with two contacts each.

use leadership::{CircleKind, Role};
use ledger::Refused;
use ledger::people::{AddPerson, Correct, GiveRole, OpenCircle};

use crate::world::World;

const CIRCLES: [(&str, &str, CircleKind, &str, &str); 12] = [
    (
        "operations",
        "org",
        CircleKind::Department,
        "IT operations",
        "What runs day and night: desk, servers, network, identities.",
    ),
    (
        "applications",
        "org",
        CircleKind::Department,
        "Applications",
        "What people work with, and the platform beneath it.",
    ),
    ("desk", "operations", CircleKind::Team, "Service desk", "Whoever calls is helped, and told how it goes."),
    ("infra", "operations", CircleKind::Team, "Infrastructure", "Servers, storage, backups."),
    ("network", "operations", CircleKind::Team, "Network", "Lines, sites, wireless."),
    (
        "identity",
        "operations",
        CircleKind::Team,
        "Identity and access",
        "Who may do what, from the first day to the last.",
    ),
    ("platform", "applications", CircleKind::Team, "Platform", "Where applications are built and run."),
    ("workplace", "applications", CircleKind::Team, "Workplace", "Devices, mail, meeting rooms."),
    ("cloud", "org", CircleKind::Project, "Cloud move", "The data centre's contract ends; what is worth moving moves."),
    ("onboarding", "operations", CircleKind::Project, "First day works", "Everybody can work on their first day."),
    (
        "harbour",
        "org",
        CircleKind::Client,
        "Harbour Foods",
        "Warehouses and shops; scanners that must not stand still.",
    ),
    (
        "northlight",
        "org",
        CircleKind::Client,
        "Northlight Clinics",
        "Eleven practices; patients wait when a screen does.",
    ),
];

/// Short name, name, circle, role.
const PEOPLE: [(&str, &str, &str, Role); 27] = [
    ("ruth", "Ruth Keller", "org", Role::Executive),
    ("omar", "Omar Haddad", "operations", Role::Leader),
    ("lena", "Lena Vogt", "applications", Role::Leader),
    ("tom", "Tom Ekström", "desk", Role::Leader),
    ("mia", "Mia Okafor", "desk", Role::Member),
    ("jon", "Jon Price", "desk", Role::Member),
    ("eva", "Eva Lindqvist", "desk", Role::Member),
    ("ivo", "Ivo Marin", "desk", Role::Member),
    ("kai", "Kai Tanaka", "infra", Role::Leader),
    ("nora", "Nora Silva", "infra", Role::Member),
    ("piet", "Piet de Vries", "infra", Role::Member),
    ("zoe", "Zoé Martin", "infra", Role::Member),
    ("sam", "Sam Adeyemi", "network", Role::Leader),
    ("uli", "Uli Brenner", "network", Role::Member),
    ("ines", "Inês Costa", "network", Role::Member),
    ("dev", "Dev Patel", "identity", Role::Leader),
    ("anja", "Anja Horvat", "identity", Role::Member),
    ("leo", "Leo Fischer", "identity", Role::Member),
    ("bea", "Bea Novák", "platform", Role::Leader),
    ("carl", "Carl Jensen", "platform", Role::Member),
    ("yara", "Yara Nasser", "platform", Role::Member),
    ("finn", "Finn O’Brien", "workplace", Role::Leader),
    ("rosa", "Rosa Greco", "workplace", Role::Member),
    ("hana", "Hana Lund", "harbour", Role::ClientContact),
    ("max", "Max Weber", "harbour", Role::ClientContact),
    ("clara", "Clara Diaz", "northlight", Role::ClientContact),
    ("ben", "Ben Osei", "northlight", Role::ClientContact),
];

/// Roles beside the first: projects, and who looks after a client.
const ROLES: [(&str, &str, Role); 13] = [
    ("lena", "harbour", Role::Member),
    ("sam", "northlight", Role::Member),
    ("lena", "cloud", Role::Leader),
    ("kai", "cloud", Role::Member),
    ("bea", "cloud", Role::Member),
    ("sam", "cloud", Role::Member),
    ("dev", "onboarding", Role::Leader),
    ("mia", "onboarding", Role::Member),
    ("rosa", "onboarding", Role::Member),
    ("tom", "harbour", Role::Member),
    ("sam", "harbour", Role::Member),
    ("finn", "northlight", Role::Member),
    ("tom", "northlight", Role::Member),
];

fn email(short: &str, circle: &str) -> String {
    let domain = match circle {
        "harbour" => "harbour-foods.example",
        "northlight" => "northlight.example",
        _ => "alder.example",
    };
    format!("{short}@{domain}")
}

/// Everybody comes, on the first day.
pub(crate) async fn come(world: &mut World) -> Result<(), Refused> {
    let circles = ledger::people::circles(&mut world.ledger.read().await?).await?;
    let root = circles.first().ok_or_else(|| crate::missing("org"))?.id;
    world.know_circle("org", root);
    for (short, parent, kind, name, purpose) in CIRCLES {
        let act =
            OpenCircle { parent: world.circle(parent)?, kind, name: name.to_owned(), purpose: purpose.to_owned() };
        let circle = world.does("ada", act).await?;
        world.know_circle(short, circle);
    }
    for (short, name, circle, role) in PEOPLE {
        let act = AddPerson { name: name.to_owned(), email: email(short, circle), circle: world.circle(circle)?, role };
        let person = world.does("ada", act).await?;
        world.know(short, person);
    }
    for (short, circle, role) in ROLES {
        let act = GiveRole { person: world.person(short)?, circle: world.circle(circle)?, role };
        world.does("ada", act).await?;
    }
    for (short, name, circle, _) in PEOPLE {
        let zone = "Europe/Berlin".to_owned();
        let act = Correct { person: world.person(short)?, name: name.to_owned(), email: email(short, circle), zone };
        world.does("ada", act).await?;
    }
    Ok(())
}
