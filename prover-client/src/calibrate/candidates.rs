//! Options of quantisation that are tried.

use std::{fmt, str::FromStr};

use clap::{Args, ValueEnum};
use serde::{Serialize, Serializer};
use zkml_data::samples::Samples;
use zkml_onnx::OnnxModel;
use zkml_quantize::{Granularity, Options};

use crate::{commands::model::quantize::GranularityOpt, error::Error};

/// Most candidates of one calibration.
pub const MOST: usize = 1024;

/// Bits of the input that are tried of themselves: pictures stand a few, numbers want some more.
const PICTURES: [u8; 6] = [1, 2, 3, 4, 6, 8];
const NUMBERS: [u8; 6] = [3, 4, 5, 6, 8, 10];
/// Bits of what a ReLU takes.
const RELU_BITS: [u8; 10] = [24, 20, 16, 12, 10, 8, 7, 6, 5, 4];
/// Errors of the weights before a ReLU.
const TOLERANCES: [f64; 2] = [0.02, 0.1];

/// Lists of options; the candidates are their combinations.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Candidates: every combination of these lists")]
pub struct GridOpts {
    /// Bits of an input value, 1 to 16 [default: 1,2,3,4,6,8 for pictures, 3,4,5,6,8,10 for
    /// numbers].
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    pub input_bits: Vec<u8>,
    /// Most bits of a weight, 2 to 8; for single layers in order write 8:4, the last for all that
    /// follow [default: 8].
    #[arg(long, value_name = "N[:N…],…", value_delimiter = ',')]
    pub weight_bits: Vec<Layers>,
    /// Most bits of a value that a ReLU takes, 2 to 48; for single ReLUs in order write 6:24, the
    /// last for all that follow [default: 24,20,16,12,10,8,7,6,5,4].
    #[arg(long, value_name = "N[:N…],…", value_delimiter = ',')]
    pub relu_bits: Vec<Layers>,
    /// Greatest relative error of a channel's weights for a coarser grid before a ReLU, 0 to 0.5
    /// [default: 0.02,0.1].
    #[arg(long, value_name = "X,…", value_delimiter = ',')]
    pub tolerance: Vec<f64>,
    /// Values that share one scale in a layer [default: both].
    #[arg(long, value_name = "WHAT,…", value_delimiter = ',')]
    pub granularity: Vec<GranularityOpt>,
    /// Reach of the tables of Sigmoid, Tanh, Gelu and the like [default: both].
    #[arg(long, value_name = "WHAT,…", value_delimiter = ',')]
    pub tables: Vec<Tables>,
}

/// Reach of tables of functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tables {
    /// As far as the function changes.
    Function,
    /// As far as the data reaches, in finer steps.
    Data,
}

/// A number for each layer, the last for all that follow: `8`, `8:4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers(pub Vec<u8>);

impl FromStr for Layers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.trim().parse().map_err(|error| format!("'{text}': {error}"));
        text.split(':').map(number).collect::<Result<_, _>>().map(Self)
    }
}

/// One combination.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// Bits of an input value.
    pub input_bits: u8,
    /// Most bits of a weight, by layer.
    pub weight_bits: Vec<u8>,
    /// Most bits of a value that a ReLU takes, by ReLU.
    pub relu_bits: Vec<u8>,
    /// Greatest error of the weights for a coarser grid.
    pub tolerance: f64,
    /// Values that share one scale.
    #[serde(serialize_with = "as_written")]
    pub granularity: Granularity,
    /// Greatest magnitude of the argument of each function; none for as far as it changes.
    pub table_limits: Vec<f64>,
}

fn written(granularity: Granularity) -> &'static str {
    match granularity {
        Granularity::PerChannel => "per-channel",
        Granularity::PerTensor => "per-tensor",
    }
}

fn as_written<S: Serializer>(granularity: &Granularity, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(written(*granularity))
}

impl Choice {
    /// The options of `zkinfer model import` without arguments.
    pub fn of_import() -> Self {
        let Options {
            input_bits,
            weight_bits,
            relu_bits,
            tolerance,
            granularity,
            table_limits,
            ..
        } = Options::default();
        Self { input_bits, weight_bits, relu_bits, tolerance, granularity, table_limits }
    }

    /// The importer's options, all others from `base`.
    pub fn options(&self, base: &Options) -> Options {
        Options {
            input_bits: self.input_bits,
            weight_bits: self.weight_bits.clone(),
            relu_bits: self.relu_bits.clone(),
            tolerance: self.tolerance,
            granularity: self.granularity,
            table_limits: self.table_limits.clone(),
            ..base.clone()
        }
    }
}

/// The options of `zkinfer model import` that give the same, without those that have their default.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = Self::of_import();
        let list = |numbers: &[u8]| numbers.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
        write!(f, "--input-bits {}", self.input_bits)?;
        if self.weight_bits != default.weight_bits {
            write!(f, " --weight-bits {}", list(&self.weight_bits))?;
        }
        if self.relu_bits != default.relu_bits {
            write!(f, " --relu-bits {}", list(&self.relu_bits))?;
        }
        if self.tolerance != default.tolerance {
            write!(f, " --tolerance {}", self.tolerance)?;
        }
        if self.granularity != default.granularity {
            write!(f, " --granularity {}", written(self.granularity))?;
        }
        if self.table_limits != default.table_limits {
            let limits = self.table_limits.iter().map(f64::to_string).collect::<Vec<_>>();
            write!(f, " --table-limits {}", limits.join(","))?;
        }
        Ok(())
    }
}

impl GridOpts {
    /// The only candidate of a model that is quantised already.
    fn of_quantized(&self) -> Result<Vec<Choice>, Error> {
        let Self { input_bits, weight_bits, relu_bits, tolerance, granularity, .. } = self;
        let lists = [
            input_bits.len(),
            weight_bits.len(),
            relu_bits.len(),
            tolerance.len(),
            granularity.len(),
        ];
        if lists.iter().any(|len| *len > 0) {
            return Err(Error::usage(
                "the model is quantised already, and has the scales and bits that it has",
                "leave the lists of candidates out, or give the float model",
            ));
        }
        Ok(vec![Choice::of_import()])
    }

    /// All combinations, the importer's own choices before others. Of a model that is quantised
    /// already there is one. `arguments` are the greatest magnitudes of the functions' arguments in
    /// the data.
    ///
    /// # Errors
    /// There are more than [`MOST`], or some for a model that is quantised already.
    pub fn choices(
        &self,
        onnx: &OnnxModel,
        samples: &Samples,
        arguments: &[f64],
    ) -> Result<Vec<Choice>, Error> {
        if onnx.is_quantized() {
            return self.of_quantized();
        }
        let own = if matches!(samples, Samples::Pictures(_)) { PICTURES } else { NUMBERS };
        let one = |bits: &[u8]| bits.iter().map(|bits| Layers(vec![*bits])).collect::<Vec<_>>();
        let input_bits = or(&self.input_bits, own.to_vec());
        let weight_bits = or(&self.weight_bits, one(&Choice::of_import().weight_bits));
        let relu_bits = or(&self.relu_bits, one(&RELU_BITS));
        let tolerances = or(&self.tolerance, TOLERANCES.to_vec());
        let granularities = or(&self.granularity, GranularityOpt::value_variants().to_vec());
        let tables = self.limits(arguments);
        let count = [
            input_bits.len(),
            weight_bits.len(),
            relu_bits.len(),
            tolerances.len(),
            granularities.len(),
        ];
        let count = count.into_iter().chain([tables.len()]);
        let count = count.into_iter().fold(1usize, usize::saturating_mul);
        if count > MOST {
            let message =
                format!("these lists make {count} candidates, and at most {MOST} are tried");
            return Err(Error::usage(
                message,
                "give shorter lists, or one value each for some of them",
            ));
        }
        let mut out = Vec::with_capacity(count);
        let outer =
            tables.iter().flat_map(|limits| granularities.iter().map(move |of| (limits, of)));
        let outer =
            outer.flat_map(|outer| tolerances.iter().map(move |tolerance| (outer, tolerance)));
        for ((table_limits, granularity), tolerance) in outer {
            for weight_bits in &weight_bits {
                for relu_bits in &relu_bits {
                    out.extend(input_bits.iter().map(|input_bits| Choice {
                        input_bits: *input_bits,
                        weight_bits: weight_bits.0.clone(),
                        relu_bits: relu_bits.0.clone(),
                        tolerance: *tolerance,
                        granularity: (*granularity).into(),
                        table_limits: table_limits.clone(),
                    }));
                }
            }
        }
        Ok(out)
    }

    /// Limits of tables to try.
    fn limits(&self, arguments: &[f64]) -> Vec<Vec<f64>> {
        // Two digits, rounded up; a function that is always at zero has no other limit.
        let round = |limit: &f64| {
            let unit = 10f64.powf(limit.max(1e-6).log10().floor() - 1.0);
            format!("{:.9}", (limit / unit).ceil().max(1.0) * unit).parse().unwrap_or(*limit)
        };
        let data = || arguments.iter().map(round).collect();
        if arguments.is_empty() {
            return vec![Vec::new()];
        }
        let all = or(&self.tables, Tables::value_variants().to_vec());
        all.iter().map(|tables| if *tables == Tables::Data { data() } else { Vec::new() }).collect()
    }
}

fn or<T: Clone>(given: &[T], default: Vec<T>) -> Vec<T> {
    if given.is_empty() { default } else { given.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_written_as_the_importer_reads_it() {
        let own = Choice::of_import();
        assert_eq!(own.to_string(), "--input-bits 4");
        let other = Choice {
            input_bits: 2,
            weight_bits: vec![8, 4],
            relu_bits: vec![6, 24],
            tolerance: 0.1,
            granularity: Granularity::PerTensor,
            table_limits: vec![2.5, 4.0],
        };
        let text = "--input-bits 2 --weight-bits 8,4 --relu-bits 6,24 --tolerance 0.1 --granularity per-tensor \
                    --table-limits 2.5,4";
        assert_eq!(other.to_string(), text);
        assert_eq!("6:24".parse(), Ok(Layers(vec![6, 24])));
        assert!("6:".parse::<Layers>().is_err() && "300".parse::<Layers>().is_err());
    }
}
