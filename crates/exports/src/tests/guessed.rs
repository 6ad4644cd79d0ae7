//! Files that no profile knows.

use crate::tests::{context, csv, read};
use crate::{Field, Grain, Options, inspect, render_text};

#[test]
fn a_german_export() {
    let open = csv(include_str!("../../fixtures/unknown-german.csv"));
    let (recognised, _, kept) = read(&open, &Options::default());
    assert_eq!(recognised.profile, None);
    assert!(!kept.all().contains("Bob") && !kept.all().contains("Ada"), "{}", kept.all());
    let inspection = inspect(&recognised, &context(), Some(&mut open())).expect("shown");
    insta::assert_snapshot!(render_text(&inspection));
    insta::assert_snapshot!(inspection.mapping);
}

#[test]
fn a_french_export() {
    let open = csv(include_str!("../../fixtures/unknown-french.csv"));
    let (recognised, _, _) = read(&open, &Options::default());
    let inspection = inspect(&recognised, &context(), Some(&mut open())).expect("shown");
    insta::assert_snapshot!(render_text(&inspection));
}

#[test]
fn other_languages_by_their_names() {
    for (header, row) in [
        (
            "Ticketnummer,Onderwerp,Status,Prioriteit,Aangemaakt op,Gesloten op,Behandelgroep",
            "T1,Printer doet het niet meer,Gesloten,Hoog,2024-02-13 08:15,2024-02-14 08:15,Werkplek",
        ),
        (
            "Número de ticket,Asunto,Estado,Prioridad,Fecha de creación,Fecha de cierre,Grupo de soporte",
            "T1,La impresora no funciona,Cerrado,Alta,2024-02-13 08:15,2024-02-14 08:15,Puesto",
        ),
        (
            "Numero,Oggetto,Stato,Priorità,Data creazione,Data chiusura,Gruppo",
            "T1,La stampante non funziona,Chiuso,Alta,2024-02-13 08:15,2024-02-14 08:15,Postazione",
        ),
        (
            "Número,Assunto,Situação,Prioridade,Data de abertura,Data de fechamento,Grupo de suporte",
            "T1,A impressora não funciona,Fechado,Alta,2024-02-13 08:15,2024-02-14 08:15,Posto",
        ),
        (
            "Ticket No,Subject,Status,Severity,Date Opened,Date Closed,Support Group",
            "T1,The printer does not print,Closed,High,2024-02-13 08:15,2024-02-14 08:15,Desk",
        ),
    ] {
        let text: &'static str = Box::leak(format!("{header}\n{row}\n{}\n", row.replace("T1", "T2")).into_boxed_str());
        let (recognised, _, kept) = read(csv(text), &Options::default());
        for field in
            [Field::Id, Field::Title, Field::State, Field::Priority, Field::Opened, Field::Closed, Field::Group]
        {
            assert!(
                recognised.fields.iter().any(|finding| finding.field == field),
                "{header}: {field:?} {:?}",
                recognised.fields
            );
        }
        assert!(
            kept.tickets[0].contains("stage: Some(Closed)") && kept.tickets[0].contains("priority_rank: Some(2)"),
            "{}",
            kept.tickets[0]
        );
    }
}

#[test]
fn values_speak_where_names_do_not() {
    let text = "a,b,c,d,e\nX-1,The printer in hall 4 is broken,2024-02-13 08:15,In Progress,High\nX-2,Nobody can open the mail client,2024-02-14 09:15,Closed,Low\nX-3,A laptop for the new colleague please,2024-02-15 10:15,Closed,Low\n";
    let (recognised, _, _) = read(csv(text), &Options::default());
    let found: Vec<(Field, &str)> =
        recognised.fields.iter().map(|finding| (finding.field, finding.columns[0].as_str())).collect();
    for expected in
        [(Field::Id, "a"), (Field::Title, "b"), (Field::Opened, "c"), (Field::State, "d"), (Field::Priority, "e")]
    {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    assert!(recognised.fields.iter().all(|finding| finding.confidence <= 0.5));
}

#[test]
fn a_log_is_known_by_its_ids_that_come_again() {
    let text = "Ticket,Updated,Status,Team\nT1,2024-01-01 10:00,New,A\nT1,2024-01-01 11:00,In Progress,B\nT1,2024-01-02 11:00,Closed,B\nT2,2024-01-03 11:00,New,A\nT2,2024-01-03 12:00,Closed,A\n";
    let (recognised, counts, kept) = read(csv(text), &Options::default());
    assert_eq!(recognised.mapping.grain, Grain::Log);
    assert_eq!((counts.tickets, counts.events), (5, 5));
    assert!(kept.events[2].contains("to: Some(\"Closed\")"), "{}", kept.events[2]);
}

#[test]
fn what_is_no_export_of_tickets_is_refused_in_words() {
    for text in [
        "sys_id,name,description\n1,Desk,All of it\n2,Net,The net\n",
        "id,first_name,last_name,email,status,created_at,title\n1,Ada,Example,a@example.com,active,2024-01-01,Engineer\n2,Cid,Sample,c@example.com,active,2024-01-02,Clerk\n",
        "x,y\n1,2\n3,4\n",
    ] {
        let recognised =
            crate::recognise(&mut csv(text)(), std::path::Path::new("x.csv"), &Options::default()).expect("looked at");
        let refusal = recognised.settled(std::path::Path::new("x.csv")).expect_err("refused");
        assert!(refusal.to_string().starts_with("x.csv: "), "{refusal}");
        assert!(refusal.remedy.contains("--mapping"), "{refusal}");
        inspect(&recognised, &context(), None).expect("it can still be shown");
    }
}
