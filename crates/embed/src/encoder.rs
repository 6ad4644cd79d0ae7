//! The BERT encoder (Devlin, Chang, Lee and Toutanova 2019), after norm, for one text at a time.

use std::path::Path;

use ndarray::{Array1, Array2, Axis, Slice};

use super::settings::Settings;
use super::tensors::Tensors;
use super::{Error, wordpiece};

/// A layer `y = x · W + b`.
struct Linear {
    /// Inputs × outputs: the transpose of how it is saved.
    weight: Array2<f32>,
    bias: Array1<f32>,
}

impl Linear {
    fn read(from: &Tensors, name: &str, inputs: usize, outputs: usize) -> Result<Self, Error> {
        let weight = from.matrix(&format!("{name}.weight"), outputs, inputs)?;
        Ok(Self {
            weight: weight.t().as_standard_layout().into_owned(),
            bias: from.vector(&format!("{name}.bias"), outputs)?,
        })
    }

    fn run(&self, x: &Array2<f32>) -> Array2<f32> {
        x.dot(&self.weight) + &self.bias
    }
}

/// Layer normalisation (Ba, Kiros and Hinton 2016).
struct Norm {
    weight: Array1<f32>,
    bias: Array1<f32>,
    epsilon: f32,
}

impl Norm {
    fn read(from: &Tensors, name: &str, width: usize, epsilon: f32) -> Result<Self, Error> {
        Ok(Self {
            weight: from.vector(&format!("{name}.weight"), width)?,
            bias: from.vector(&format!("{name}.bias"), width)?,
            epsilon,
        })
    }

    fn run(&self, mut x: Array2<f32>) -> Array2<f32> {
        for mut row in x.rows_mut() {
            let mean = row.mean().unwrap_or(0.0);
            let spread =
                (row.fold(0.0, |sum, x| sum + (x - mean) * (x - mean)) / float(row.len()) + self.epsilon).sqrt();
            for ((x, weight), bias) in row.iter_mut().zip(&self.weight).zip(&self.bias) {
                *x = (*x - mean) / spread * weight + bias;
            }
        }
        x
    }
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    after_attention: Norm,
    widen: Linear,
    narrow: Linear,
    after: Norm,
}

/// The network.
pub struct Encoder {
    words: Array2<f32>,
    places: Array2<f32>,
    /// Of the first and only sentence.
    kind: Array1<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
}

impl Encoder {
    pub fn read(path: &Path, settings: &Settings, vocabulary: usize) -> Result<Self, Error> {
        let from = Tensors::read(path)?;
        let (width, epsilon) = (settings.width, settings.epsilon);
        let table = |name: &str| from.matrix(name, from.rows(name), width);
        let words = table("embeddings.word_embeddings.weight")?;
        let places = table("embeddings.position_embeddings.weight")?;
        let kinds = table("embeddings.token_type_embeddings.weight")?;
        let bad = |why: String| Error::Format { path: path.to_owned(), why };
        if words.nrows() < vocabulary {
            return Err(bad(format!("{} words for a vocabulary of {vocabulary}", words.nrows())));
        }
        if places.nrows() < settings.longest || kinds.nrows() == 0 {
            return Err(bad(format!("{} positions where {} are read", places.nrows(), settings.longest)));
        }
        let layers = (0..settings.layers).map(|n| layer(&from, n, settings)).collect::<Result<_, _>>()?;
        Ok(Self {
            words,
            places,
            kind: kinds.row(0).to_owned(),
            norm: Norm::read(&from, "embeddings.LayerNorm", width, epsilon)?,
            layers,
            heads: settings.heads,
        })
    }

    /// Vectors of the tokens, one a row.
    pub fn run(&self, tokens: &[wordpiece::Token]) -> Array2<f32> {
        let mut x = Array2::zeros((tokens.len(), self.kind.len()));
        for ((mut row, &token), place) in x.rows_mut().into_iter().zip(tokens).zip(self.places.rows()) {
            row += &self.words.row(token as usize);
            row += &place;
            row += &self.kind;
        }
        let mut x = self.norm.run(x);
        for layer in &self.layers {
            let mixed = layer.attended.run(&self.attend(layer, &x));
            let attended = layer.after_attention.run(mixed + &x);
            let mut wide = layer.widen.run(&attended);
            wide.mapv_inplace(gelu);
            x = layer.after.run(layer.narrow.run(&wide) + &attended);
        }
        x
    }

    /// Scaled dot-product attention, head by head (Vaswani and others 2017).
    fn attend(&self, layer: &Layer, x: &Array2<f32>) -> Array2<f32> {
        let (query, key, value) = (layer.query.run(x), layer.key.run(x), layer.value.run(x));
        let size = x.ncols() / self.heads;
        let scale = 1.0 / float(size).sqrt();
        let mut out = Array2::zeros(x.raw_dim());
        for head in 0..self.heads {
            let part = Slice::from(head * size..(head + 1) * size);
            let of = |whole: &Array2<f32>| whole.slice_axis(Axis(1), part).into_owned();
            let mut weights = of(&query).dot(&of(&key).t());
            for mut row in weights.axis_iter_mut(Axis(0)) {
                let most = row.fold(f32::NEG_INFINITY, |most, &x| most.max(x));
                row.mapv_inplace(|x| ((x - most) * scale).exp());
                let sum = row.sum();
                row.mapv_inplace(|x| x / sum);
            }
            out.slice_axis_mut(Axis(1), part).assign(&weights.dot(&of(&value)));
        }
        out
    }
}

fn layer(from: &Tensors, number: usize, settings: &Settings) -> Result<Layer, Error> {
    let (width, epsilon) = (settings.width, settings.epsilon);
    let name = |part: &str| format!("encoder.layer.{number}.{part}");
    let wide = from.rows(&name("intermediate.dense.weight"));
    let square = |part: &str| Linear::read(from, &name(part), width, width);
    let norm = |part: &str| Norm::read(from, &name(part), width, epsilon);
    Ok(Layer {
        query: square("attention.self.query")?,
        key: square("attention.self.key")?,
        value: square("attention.self.value")?,
        attended: square("attention.output.dense")?,
        after_attention: norm("attention.output.LayerNorm")?,
        widen: Linear::read(from, &name("intermediate.dense"), width, wide)?,
        narrow: Linear::read(from, &name("output.dense"), wide, width)?,
        after: norm("output.LayerNorm")?,
    })
}

fn float(n: usize) -> f32 {
    f32::from(u16::try_from(n).unwrap_or(u16::MAX))
}

/// `x · Φ(x)` with the normal distribution (Hendrycks and Gimpel 2016). Its error function is that of Abramowitz and
/// Stegun 7.1.26, within 1.5e-7: as exact as single precision tells.
fn gelu(x: f32) -> f32 {
    let z = x * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z.abs());
    let poly = t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
    let erf = (1.0 - poly * (-z * z).exp()).copysign(z);
    0.5 * x * (1.0 + erf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gelu_is_that_of_the_normal_distribution() {
        for (x, expected) in [(0.0, 0.0), (1.0, 0.841_344_7), (-1.0, -0.158_655_3), (3.0, 2.995_950_3), (-6.0, 0.0)] {
            assert!((gelu(x) - expected).abs() < 2e-6, "{x}: {}", gelu(x));
        }
    }
}
