//! Records with next to nothing in them: every command says what it can, and no more.

use serde_json::Value;

use crate::support::Folder;

const HEAD: &str = "number,opened_at,resolved_at,closed_at,incident_state,short_description,made_sla\n";
const ROWS: [&str; 3] = [
    "INC1,2026-03-02 08:00:00,2026-03-02 09:00:00,2026-03-03 09:00:00,Closed,Printer is dark,true\n",
    "INC2,2026-03-03 08:00:00,2026-03-03 09:00:00,2026-03-04 09:00:00,Closed,Mail bounces,false\n",
    "INC3,2026-03-04 08:00:00,,,New,Badge reader is dark,true\n",
];

/// Every sentence that a brief says.
fn said(brief: &Value) -> Vec<String> {
    fn of(list: &Value) -> impl Iterator<Item = String> + '_ {
        list.as_array().into_iter().flatten().map(|one| one["text"].as_str().unwrap().to_owned())
    }
    let parts = brief["parts"].as_array().unwrap().iter().flat_map(|part| of(&part["sentences"]));
    of(&brief["lead"]).chain(parts).chain(of(&brief["not_told"])).collect()
}

/// The brief of a folder's record, after every command that reads it has ended well.
fn told(folder: &Folder) -> Value {
    for command in
        ["measures", "measures --by group", "measures --weeks", "problems", "friction --by service", "profiles"]
    {
        for format in ["text", "json"] {
            let data = if command == "profiles" { "" } else { "--data record" };
            let ran = folder.run(&format!("{command} {data} --format {format}")).done();
            assert!(!ran.out.contains("NaN") && !ran.out.contains("inf "), "{command}: {}", ran.out);
            if format == "json" {
                ran.json();
            }
        }
    }
    for arguments in
        ["--format pdf --out a.pdf", "--format pdf --paper letter --out b.pdf", "--format html --out c.html"]
    {
        folder.run(&format!("brief --data record {arguments}")).done();
    }
    let brief = folder.run("brief --data record --format json").done().json();
    let page = folder.read("c.html");
    for sentence in said(&brief) {
        assert!(!sentence.contains("NaN") && !sentence.contains("0000"), "{sentence}");
        for odd in [" 1 calls", " 1 changes", " 1 runs", " 1 times", " 1 were"] {
            assert!(!format!(" {sentence}").contains(odd), "{sentence}");
        }
    }
    for part in brief["parts"].as_array().unwrap() {
        assert!(page.contains(&format!(">{}</h2>", part["title"].as_str().unwrap())), "{}", part["title"]);
    }
    brief
}

#[test]
fn one_ticket_and_three() {
    for (many, count) in [(1, 1.0), (3, 3.0)] {
        let folder = Folder::new();
        folder.write("desk.csv", format!("{HEAD}{}", ROWS[..many].concat()));
        folder.run("import desk.csv --data record").done();
        let brief = told(&folder);
        assert_eq!(brief["figures"][0]["value"], Value::from(count), "{brief}");
        assert!(brief["as_of"].as_str().unwrap().starts_with("2026-03-0"), "{}", brief["as_of"]);
        // What the export has is not asked for: its titles and dates are there, and no ticket names a team.
        let fills = brief["parts"].as_array().unwrap().iter().map(|part| part["would_fill"].to_string());
        let fills = fills.collect::<String>();
        assert!(!fills.contains("Short descriptions") && !fills.contains("The dates on which"), "{fills}");
        assert!(fills.contains("team for each ticket"), "{fills}");
        // One alone belongs together with none.
        assert!(many > 1 || fills.contains("Calls over a longer time"), "{fills}");
        let ahead = folder.run("forecast --data record --format json").done().json();
        assert_eq!((ahead["weeks"].as_array().map(Vec::len), ahead["backtest"]["n"].as_u64()), (Some(0), Some(0)));
        let why = ahead["not_enough"].as_str().unwrap();
        assert!(why.contains("at least") || why.contains("no full week"), "{ahead}");
    }
}

#[test]
fn changes_without_a_ticket() {
    let folder = Folder::new();
    folder.write(
        "changes.csv",
        "number,type,risk,start_date,end_date,work_start,work_end,cmdb_ci,opened_at\n\
         CHG1,normal,Low,2026-01-06 13:00:00,2026-01-06 14:00:00,2026-01-06 13:00:00,2026-01-06 14:30:00,mx-1,2026-01-05 08:00:00\n\
         CHG2,emergency,High,2026-01-08 12:00:00,2026-01-08 13:00:00,2026-01-08 12:00:00,2026-01-08 12:40:00,sw-1,2026-01-08 11:30:00\n",
    );
    let report = folder.run("import changes.csv --data record --format json").done().json();
    assert_eq!((report["tickets"].as_u64(), report["changes"].as_u64()), (Some(0), Some(2)), "{report}");
    let brief = told(&folder);
    let lead = brief["lead"][0]["text"].as_str().unwrap();
    assert!(lead.starts_with("The record holds 2 changes to systems, and no calls for help."), "{lead}");
    assert_eq!((&brief["as_of"], &brief["period"]), (&"2026-01-08".into(), &"6 January 2026 to 8 January 2026".into()));
    let ran = folder.run("forecast --data record --format json");
    assert!(ran.code == 3 && ran.out.is_empty() && ran.err.contains("opening times"), "{}", ran.whole());
}

#[test]
fn runs_of_jobs_without_a_ticket() {
    let folder = Folder::new();
    folder.write(
        "jobs.csv",
        "Job name,Job type,Start time,Result\nmail-01,Backup,2026-02-02 01:00:00,Success\nmail-02,Backup,2026-02-03 01:00:00,Failed\n",
    );
    folder.run("import jobs.csv --data record --profile job-results").done();
    let brief = told(&folder);
    let lead = brief["lead"][0]["text"].as_str().unwrap();
    assert!(lead.starts_with("The record holds 2 runs of jobs, and no calls for help."), "{lead}");
    assert_eq!(brief["as_of"], "2026-02-03");
}

#[test]
fn a_desk_that_speaks_another_language() {
    let folder = Folder::new();
    let row = |n: usize| {
        let title = ["Drucker im Büro druckt nicht", "VPN bricht ständig ab"][n % 2];
        format!(
            "T-{n:03};{:02}.01.2026 08:15;{:02}.01.2026 09:45;Geschlossen;{title};Süd;Käthe Groß\n",
            n % 27 + 1,
            n % 27 + 2
        )
    };
    let rows: String = (0..60).map(row).collect();
    let text = format!("Vorgang;Erstellt am;Gelöst am;Status;Betreff;Gruppe;Bearbeiter\n{rows}");
    folder.write("desk.csv", text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect::<Vec<u8>>());
    let report = folder.run("import desk.csv --data record --format json").done().json();
    assert_eq!((report["files"][0]["rejected"].as_u64(), report["tickets"].as_u64()), (Some(0), Some(60)), "{report}");
    let brief = told(&folder);
    assert!(brief.to_string().contains("Büro"), "titles stay as they are: {brief}");
    for (path, bytes) in
        folder.everything().into_iter().filter(|(path, _)| path.starts_with(folder.path().join("record")))
    {
        let name = "Käthe Groß".as_bytes();
        assert!(!bytes.windows(name.len()).any(|window| window == name), "{} holds a name", path.display());
    }
}
