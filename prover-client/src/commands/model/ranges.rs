//! The range of a model's input, or of each of its features.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::Args;
use zkml_data::npy::{self, Array};

use crate::error::Error;
use zkinfer::files;

/// Greatest length of a file of ranges in bytes.
const MAX_BYTES: u64 = 1 << 24;

/// In what range the input lies.
#[derive(Clone, Debug, Default, Args)]
pub struct RangeOpts {
    /// Real numbers that the lowest and the highest input value stand for; of a picture, black and
    /// white. Of a table one for each feature in order, if they have units of their own:
    /// 0:1,1900:2100,0:90000 [default: 0:1; with --mean, what black and white become; in calibrate
    /// the data's own].
    #[arg(long, value_name = "LOW:HIGH,…", value_delimiter = ',', allow_hyphen_values = true)]
    input_range: Vec<Range>,
    /// File with a range for each feature: a NumPy array of shape [2, n] or a JSON list of two
    /// lists, the lows first.
    #[arg(long, value_name = "FILE", conflicts_with = "input_range")]
    input_ranges: Option<PathBuf>,
}

/// Two real numbers, `LOW:HIGH`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range(pub f64, pub f64);

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (low, high) =
            text.split_once(':').ok_or("two numbers with a colon between them are needed")?;
        let number =
            |text: &str| text.trim().parse::<f64>().map_err(|error| format!("'{text}': {error}"));
        Ok(Self(number(low)?, number(high)?))
    }
}

/// Ranges as they were given.
#[derive(Clone, Debug, PartialEq)]
pub enum Ranges {
    /// One for all values.
    All((f64, f64)),
    /// One for each feature.
    Each(Vec<(f64, f64)>),
}

impl RangeOpts {
    /// The ranges, if any were given.
    ///
    /// # Errors
    /// The file cannot be read, or holds none.
    pub fn read(&self) -> Result<Option<Ranges>, Error> {
        if let Some(path) = &self.input_ranges {
            return from_file(path).map(|ranges| Some(Ranges::Each(ranges)));
        }
        Ok(match self.input_range.as_slice() {
            [] => None,
            [Range(low, high)] => Some(Ranges::All((*low, *high))),
            several => {
                Some(Ranges::Each(several.iter().map(|Range(low, high)| (*low, *high)).collect()))
            }
        })
    }
}

fn from_file(path: &Path) -> Result<Vec<(f64, f64)>, Error> {
    let bytes = files::read(path, "file of ranges", MAX_BYTES)?;
    if bytes.starts_with(&npy::MAGIC) {
        let array = Array::read(&bytes).map_err(Error::in_file(path))?;
        let [2, count] = *array.shape.as_slice() else {
            let message =
                format!("{}: the array has shape {:?}, not [2, n]", path.display(), array.shape);
            return Err(Error::failed(message).with_hint("write numpy.stack([lows, highs])"));
        };
        let (lows, highs) = array.values.split_at(count);
        return Ok(lows.iter().copied().zip(highs.iter().copied()).collect());
    }
    let [lows, highs]: [Vec<f64>; 2] = serde_json::from_slice(&bytes).map_err(|error| {
        let message = format!("{}: no two lists of numbers: {error}", path.display());
        Error::failed(message)
            .with_hint("write the lows and the highs such as [[0, 1900], [1, 2100]]")
    })?;
    if lows.len() != highs.len() {
        let message =
            format!("{}: has {} lows and {} highs", path.display(), lows.len(), highs.len());
        return Err(Error::failed(message).with_hint("give one of each for each feature"));
    }
    Ok(lows.into_iter().zip(highs).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, bytes: &[u8]) -> Result<Vec<(f64, f64)>, String> {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        from_file(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn ranges_of_features_are_read_from_lists_and_arrays() {
        let ranges = Ok(vec![(0.0, 1.0), (1900.0, 2100.0)]);
        assert_eq!(read("r.json", b"[[0, 1900], [1, 2100]]"), ranges);
        let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }";
        let mut array = npy::MAGIC.to_vec();
        array.extend([1, 0, text.len() as u8, 0]);
        array.extend(text.as_bytes());
        array.extend([0f64, 1900.0, 1.0, 2100.0].iter().flat_map(|v| v.to_le_bytes()));
        assert_eq!(read("r.npy", &array), ranges);
        assert!(
            read("r.json", b"[[0], [1, 2]]")
                .expect_err("uneven")
                .contains("has 1 lows and 2 highs")
        );
        assert!(
            read("r.json", b"[[0, 1]]").expect_err("one list").contains("no two lists of numbers")
        );
    }

    #[test]
    fn one_range_is_for_all_and_several_are_for_one_feature_each() {
        let given =
            |ranges: &[Range]| RangeOpts { input_range: ranges.to_vec(), input_ranges: None };
        let read = |ranges: &[Range]| given(ranges).read().expect("no file");
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[Range(0.0, 8.0)]), Some(Ranges::All((0.0, 8.0))));
        let two = [Range(0.0, 8.0), Range(-1.0, 1.0)];
        assert_eq!(read(&two), Some(Ranges::Each(vec![(0.0, 8.0), (-1.0, 1.0)])));
    }
}
