//! A tiny model, made here and computed once more by hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use embed::{Error, Model};

const WIDTH: usize = 4;
const WIDE: usize = 6;
const WORDS: [&str; 8] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "print", "##er", "blank", ","];

/// Numbers that are the same every time, between -1 and 1.
fn number(seed: usize) -> f32 {
    let mixed = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    f32::from(u16::try_from(mixed % 2_001).unwrap()) / 1_000.0 - 1.0
}

type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

fn tensors() -> Tensors {
    let layer = "encoder.layer.0.";
    let shapes: Vec<(String, Vec<usize>)> = [
        ("embeddings.word_embeddings.weight".to_owned(), vec![WORDS.len(), WIDTH]),
        ("embeddings.position_embeddings.weight".to_owned(), vec![16, WIDTH]),
        ("embeddings.token_type_embeddings.weight".to_owned(), vec![2, WIDTH]),
    ]
    .into_iter()
    .chain(
        ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]
            .map(|part| (format!("{layer}{part}.weight"), vec![WIDTH, WIDTH])),
    )
    .chain([
        (format!("{layer}intermediate.dense.weight"), vec![WIDE, WIDTH]),
        (format!("{layer}output.dense.weight"), vec![WIDTH, WIDE]),
        (format!("{layer}intermediate.dense.bias"), vec![WIDE]),
        (format!("{layer}output.dense.bias"), vec![WIDTH]),
    ])
    .chain(
        ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]
            .map(|part| (format!("{layer}{part}.bias"), vec![WIDTH])),
    )
    .chain(
        ["embeddings.LayerNorm", "encoder.layer.0.attention.output.LayerNorm", "encoder.layer.0.output.LayerNorm"]
            .into_iter()
            .flat_map(|norm| ["weight", "bias"].map(|part| (format!("{norm}.{part}"), vec![WIDTH]))),
    )
    .collect();
    let mut seed = 0;
    let mut next = || {
        seed += 1;
        number(seed)
    };
    let filled = shapes.into_iter().map(|(name, shape)| {
        let numbers = (0..shape.iter().product()).map(|_| next()).collect();
        (name, (shape, numbers))
    });
    filled.collect()
}

fn safetensors(tensors: &Tensors, half: bool) -> Vec<u8> {
    let (mut header, mut body) = (serde_json::Map::new(), Vec::new());
    header.insert("__metadata__".to_owned(), serde_json::json!({"format": "pt"}));
    for (name, (shape, numbers)) in tensors {
        let from = body.len();
        for x in numbers {
            if half { body.extend(half::bf16::from_f32(*x).to_le_bytes()) } else { body.extend(x.to_le_bytes()) }
        }
        let place = serde_json::json!({
            "dtype": if half { "BF16" } else { "F32" }, "shape": shape, "data_offsets": [from, body.len()]
        });
        header.insert(format!("bert.{name}"), place);
    }
    let header = serde_json::to_vec(&header).unwrap();
    let mut out = (header.len() as u64).to_le_bytes().to_vec();
    out.extend(header);
    out.extend(body);
    out
}

fn save(folder: &Path, tensors: &Tensors, half: bool) {
    let config = serde_json::json!({
        "model_type": "bert", "hidden_size": WIDTH, "num_hidden_layers": 1, "num_attention_heads": 2,
        "hidden_act": "gelu", "layer_norm_eps": 1e-6, "max_position_embeddings": 16
    });
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    fs::write(folder.join("vocab.txt"), WORDS.join("\n")).unwrap();
    fs::write(folder.join("model.safetensors"), safetensors(tensors, half)).unwrap();
}

/// The same network once more, number by number, in double precision.
fn by_hand(tensors: &Tensors, tokens: &[usize]) -> Vec<f64> {
    let get = |name: &str, row: usize, column: usize| {
        let (shape, numbers) = &tensors[name];
        f64::from(numbers[row * shape.get(1).copied().unwrap_or(1) + column])
    };
    let linear = |name: &str, x: &[f64]| -> Vec<f64> {
        let rows = tensors[&format!("{name}.weight")].0[0];
        let one = |row: usize| {
            let sum: f64 = x.iter().enumerate().map(|(c, x)| get(&format!("{name}.weight"), row, c) * x).sum();
            sum + get(&format!("{name}.bias"), row, 0)
        };
        (0..rows).map(one).collect()
    };
    let norm = |name: &str, x: &[f64]| -> Vec<f64> {
        let n = f64::from(u8::try_from(x.len()).unwrap());
        let mean = x.iter().sum::<f64>() / n;
        let spread = (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n + 1e-6).sqrt();
        let one = |(c, x): (usize, &f64)| {
            (x - mean) / spread * get(&format!("{name}.weight"), c, 0) + get(&format!("{name}.bias"), c, 0)
        };
        x.iter().enumerate().map(one).collect()
    };
    let add = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
    let embedded: Vec<Vec<f64>> = tokens
        .iter()
        .enumerate()
        .map(|(place, &token)| {
            let sum: Vec<f64> = (0..WIDTH)
                .map(|c| {
                    get("embeddings.word_embeddings.weight", token, c)
                        + get("embeddings.position_embeddings.weight", place, c)
                        + get("embeddings.token_type_embeddings.weight", 0, c)
                })
                .collect();
            norm("embeddings.LayerNorm", &sum)
        })
        .collect();
    let layer = |part: &str| format!("encoder.layer.0.{part}");
    let each = |part: &str| -> Vec<Vec<f64>> { embedded.iter().map(|x| linear(&layer(part), x)).collect() };
    let (query, key, value) = (each("attention.self.query"), each("attention.self.key"), each("attention.self.value"));
    let mut sum = vec![0.0; WIDTH];
    for (place, x) in embedded.iter().enumerate() {
        let mut mixed = vec![0.0; WIDTH];
        for head in [0, 2] {
            let alike = |other: usize| {
                (0..2).map(|c| query[place][head + c] * key[other][head + c]).sum::<f64>() / 2_f64.sqrt()
            };
            let weights: Vec<f64> = (0..tokens.len()).map(|other| alike(other).exp()).collect();
            let all: f64 = weights.iter().sum();
            for c in 0..2 {
                mixed[head + c] = (0..tokens.len()).map(|other| weights[other] / all * value[other][head + c]).sum();
            }
        }
        let attended =
            norm(&layer("attention.output.LayerNorm"), &add(&linear(&layer("attention.output.dense"), &mixed), x));
        // The normal distribution by its integral, so that no approximation is shared.
        let phi = |x: f64| {
            0.5 + (0..20_000).map(|n| (-((f64::from(n) + 0.5) / 20_000.0 * x).powi(2) / 2.0).exp()).sum::<f64>() * x
                / 20_000.0
                / (2.0 * std::f64::consts::PI).sqrt()
        };
        let wide: Vec<f64> = linear(&layer("intermediate.dense"), &attended).iter().map(|x| x * phi(*x)).collect();
        let out = norm(&layer("output.LayerNorm"), &add(&linear(&layer("output.dense"), &wide), &attended));
        sum = add(&sum, &out);
    }
    let length = sum.iter().map(|x| x * x).sum::<f64>().sqrt();
    sum.iter().map(|x| x / length).collect()
}

#[test]
fn a_tiny_model_gives_what_the_formulas_give() {
    let folder = tempfile::tempdir().unwrap();
    let tensors = tensors();
    save(folder.path(), &tensors, false);
    let model = Model::open(folder.path()).unwrap();
    assert_eq!(model.width(), WIDTH);
    let expected = by_hand(&tensors, &[2, 4, 5, 7, 6, 1, 3]);
    let vector = model.vector("Printer, BLANK labels");
    for (x, y) in vector.iter().zip(&expected) {
        assert!((f64::from(*x) - y).abs() < 1e-5, "{vector:?} {expected:?}");
    }
    assert_ne!(model.vector("blank printer"), vector);
    // A file in the folder names it too; half precision is read.
    save(folder.path(), &tensors, true);
    let half = Model::open(&folder.path().join("model.safetensors")).unwrap().vector("Printer, BLANK labels");
    assert!(half.iter().zip(&vector).all(|(a, b)| (a - b).abs() < 0.05) && half != vector);
    let long = "blank ".repeat(1_000);
    assert!(model.vector(&long).iter().all(|x| x.is_finite()));
}

#[test]
fn what_is_not_computed_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| Model::open(path).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(refused(folder.path()).contains("config.json"));
    save(folder.path(), &tensors(), false);
    let modules = r#"[{"path": "", "type": "sentence_transformers.models.Transformer"},
        {"path": "2_Dense", "type": "sentence_transformers.models.Dense"}]"#;
    fs::write(folder.path().join("modules.json"), modules).unwrap();
    assert!(refused(folder.path()).contains("Dense"));
    fs::remove_file(folder.path().join("modules.json")).unwrap();
    let mut config: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("config.json")).unwrap()).unwrap();
    config["model_type"] = "mpnet".into();
    fs::write(folder.path().join("config.json"), config.to_string()).unwrap();
    assert!(matches!(Model::open(folder.path()), Err(Error::Unsupported { what, .. }) if what.contains("mpnet")));
}

#[test]
fn damaged_weights_are_told_and_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let whole = tensors();
    save(folder.path(), &whole, false);
    let path = folder.path().join("model.safetensors");
    let bytes = fs::read(&path).unwrap();
    for length in [0, 7, 8, 100, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&path, &bytes[..length]).unwrap();
        assert!(matches!(Model::open(folder.path()), Err(Error::Format { .. })), "{length}");
    }
    let mut huge = bytes.clone();
    huge[..8].fill(0xff);
    fs::write(&path, huge).unwrap();
    assert!(matches!(Model::open(folder.path()), Err(Error::Format { .. })));
    let mut other = whole;
    other.remove("encoder.layer.0.output.dense.bias");
    fs::write(&path, safetensors(&other, false)).unwrap();
    assert!(Model::open(folder.path()).err().unwrap().to_string().contains("output.dense.bias"));
}
