//! A sentence model named by its folder.

use crate::support::Folder;

const TICKETS: &str = "{\"id\": \"a\", \"opened\": 1700000000, \"title\": \"printer blank\"}\n\
{\"id\": \"b\", \"opened\": 1700000600, \"title\": \"blank printer\"}\n";

const EXPORT: &str = "number,opened_at,short_description\n\
1,2026-01-05 08:00:00,printer blank\n2,2026-01-06 08:00:00,blank printer\n3,2026-01-07 08:00:00,printer is blank again\n";

/// A settings file may name a model that is not there any more: the record is told all the same, and says what is missing.
#[test]
fn a_model_of_the_settings_that_cannot_be_read_is_told() {
    let folder = Folder::new();
    folder.write("desk.csv", EXPORT);
    folder.run("import desk.csv --data record").done();
    folder.write("record/settings.toml", "model = \"nowhere\"\n");
    let ran = folder.run("problems --data record").done();
    assert!(ran.out.contains("The sentence model of the settings was not used: "), "{}", ran.out);
}

#[test]
fn a_model_of_the_record_is_kept_until_it_is_taken_away() {
    let folder = Folder::new();
    tiny(&folder);
    folder.write("desk.csv", EXPORT);
    folder.run("import desk.csv --data record").done();
    let note = "Texts were also compared by a sentence model";
    assert!(folder.run("problems --data record").done().out.contains("weaker than with a sentence model"));
    assert!(folder.run("problems --model . --data record").done().out.contains(note));
    assert!(folder.run("problems --data record").done().out.contains(note), "it is kept");
    // Quick answers do not use it, and say so wherever they are given.
    let ask =
        |format: &str| folder.run(&format!("similar --text blank -k 2 --data record --format {format}")).done().out;
    assert!(ask("text").contains("note: Compared by words") && ask("json").contains("\"note\""), "{}", ask("text"));
    let without = folder.run("problems --model none --data record").done().out;
    assert!(!ask("text").contains("sentence model") && !ask("json").contains("\"note\""), "{}", ask("text"));
    assert!(!without.contains(note) && without.contains("weaker than with a sentence model"), "{without}");
}

#[test]
fn a_model_is_read_and_a_damaged_one_is_refused() {
    let folder = Folder::new();
    tiny(&folder);
    let similar = ["similar", "--batch", "-", "--model", "."];
    let problems = ["problems", "--batch", "-", "--assignments", "-", "--model", "."];
    let out = folder.run_with(&similar, TICKETS.as_bytes()).done().out;
    assert!(out.lines().nth(1).is_some_and(|line| line.starts_with("b,1,a,")), "{out}");
    let out = folder.run_with(&problems, TICKETS.as_bytes()).done().out;
    assert_eq!(out.lines().count(), 3, "{out}");
    folder.write("model.safetensors", "nonsense");
    let ran = folder.run_with(&similar, TICKETS.as_bytes());
    assert!(ran.code == 3 && ran.err.contains("model.safetensors") && ran.out.is_empty(), "{}", ran.whole());
}

/// Two layers less than the smallest: none, so that a vector is the mean of its normalised words.
fn tiny(folder: &Folder) {
    let config = serde_json::json!({
        "model_type": "bert", "hidden_size": 2, "num_hidden_layers": 0, "num_attention_heads": 1,
        "max_position_embeddings": 8
    });
    folder.write("config.json", config.to_string());
    folder.write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nprinter\nblank\n");
    let shapes =
        [("word_embeddings", vec![5, 2]), ("position_embeddings", vec![8, 2]), ("token_type_embeddings", vec![1, 2])];
    let shapes = shapes.map(|(name, shape)| (format!("embeddings.{name}.weight"), shape));
    let norm = ["weight", "bias"].map(|part| (format!("embeddings.LayerNorm.{part}"), vec![2]));
    let (mut header, mut body) = (serde_json::Map::new(), Vec::new());
    for (name, shape) in shapes.into_iter().chain(norm) {
        let from = body.len();
        for n in 0..shape.iter().product::<usize>() {
            body.extend([1.0_f32, 0.5, -0.25][n % 3].to_le_bytes());
        }
        let place = serde_json::json!({ "dtype": "F32", "shape": shape, "data_offsets": [from, body.len()] });
        header.insert(name, place);
    }
    let header = serde_json::to_vec(&header).unwrap();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header);
    bytes.extend(body);
    folder.write("model.safetensors", bytes);
}
