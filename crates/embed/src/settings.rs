//! What the files beside the weights say about a model.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Error;

/// How the vectors of the tokens become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// That of the first token.
    First,
}

/// What is computed how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Numbers of a vector.
    pub width: usize,
    /// Layers.
    pub layers: usize,
    /// Attention heads of a layer.
    pub heads: usize,
    /// Added to the variance in layer normalisation.
    pub epsilon: f32,
    /// Tokens of a text that are read, the two at its ends included.
    pub longest: usize,
    /// How the vectors of the tokens become one.
    pub pooling: Pooling,
}

#[derive(Deserialize)]
struct Config {
    model_type: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    #[serde(default = "gelu")]
    hidden_act: String,
    #[serde(default = "epsilon")]
    layer_norm_eps: f32,
    max_position_embeddings: usize,
    #[serde(default = "absolute")]
    position_embedding_type: String,
}

fn gelu() -> String {
    "gelu".to_owned()
}

fn absolute() -> String {
    "absolute".to_owned()
}

fn epsilon() -> f32 {
    1e-12
}

/// A step of a sentence-transformers model.
#[derive(Deserialize)]
struct Module {
    path: String,
    r#type: String,
}

#[derive(Deserialize)]
struct Limits {
    max_seq_length: Option<usize>,
}

/// The ways of pooling that sentence-transformers names, of which one is on.
#[derive(Deserialize, Default)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the file's own form")]
struct PoolingFile {
    pooling_mode_cls_token: bool,
    pooling_mode_mean_tokens: bool,
    pooling_mode_max_tokens: bool,
    pooling_mode_mean_sqrt_len_tokens: bool,
    pooling_mode_weightedmean_tokens: bool,
    pooling_mode_lasttoken: bool,
}

impl Settings {
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("config.json");
        let config: Config = read(&path)?;
        let refuse = |what: String| Err(Error::Unsupported { path: path.clone(), what });
        if config.model_type != "bert" {
            return refuse(format!("a model of type “{}”", config.model_type));
        }
        if config.hidden_act != "gelu" {
            return refuse(format!("the activation “{}”", config.hidden_act));
        }
        if config.position_embedding_type != "absolute" {
            return refuse(format!("the position embedding “{}”", config.position_embedding_type));
        }
        let (width, heads) = (config.hidden_size, config.num_attention_heads);
        if width == 0 || heads == 0 || width % heads != 0 || config.max_position_embeddings < 3 {
            let why = format!(
                "a width of {width}, {heads} heads and {} positions do not fit",
                config.max_position_embeddings
            );
            return Err(Error::Format { path, why });
        }
        let mut longest = config.max_position_embeddings;
        let limits = folder.join("sentence_bert_config.json");
        if limits.exists() {
            longest = read::<Limits>(&limits)?.max_seq_length.unwrap_or(longest).clamp(3, longest);
        }
        Ok(Self {
            width,
            layers: config.num_hidden_layers,
            heads,
            epsilon: config.layer_norm_eps,
            longest,
            pooling: pooling(folder)?,
        })
    }
}

/// Pooling as `modules.json` tells it; the mean where there is none.
fn pooling(folder: &Path) -> Result<Pooling, Error> {
    let path = folder.join("modules.json");
    if !path.exists() {
        return Ok(Pooling::Mean);
    }
    let mut pooling = Pooling::Mean;
    for module in read::<Vec<Module>>(&path)? {
        let kind = module.r#type.rsplit('.').next().unwrap_or_default();
        match kind {
            "Transformer" | "Normalize" => {}
            "Pooling" => {
                let path = folder.join(&module.path).join("config.json");
                let file: PoolingFile = read(&path)?;
                let others = file.pooling_mode_max_tokens
                    || file.pooling_mode_weightedmean_tokens
                    || file.pooling_mode_lasttoken;
                // With and without the root of the length the direction is the same.
                let mean = file.pooling_mode_mean_tokens || file.pooling_mode_mean_sqrt_len_tokens;
                pooling = match (file.pooling_mode_cls_token, mean) {
                    (true, false) if !others => Pooling::First,
                    (false, true) if !others => Pooling::Mean,
                    _ => return Err(Error::Unsupported { path, what: "its pooling".to_owned() }),
                };
            }
            _ => return Err(Error::Unsupported { path, what: format!("the step “{kind}”") }),
        }
    }
    Ok(pooling)
}

/// Reads a JSON file.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let bytes = std::fs::read(path).map_err(|cause| Error::Read { path: path.to_owned(), cause })?;
    serde_json::from_slice(&bytes).map_err(|e| Error::Format { path: path.to_owned(), why: e.to_string() })
}
