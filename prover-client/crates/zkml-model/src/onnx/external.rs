//! Weights that a model keeps in other files, as PyTorch's exporter writes large models (`model.onnx.data`).

use std::collections::{BTreeSet, HashMap};

use super::{Fault, OnnxError, proto};

/// Most files of one model.
const MAX_FILES: usize = 64;

/// The contents of files by the names that the model has for them.
pub type Files = HashMap<String, Vec<u8>>;

/// Names of the files that the model keeps weights in, each a plain path inside the model's folder.
///
/// # Errors
/// A path that leads elsewhere, and too many.
pub(super) fn names(model: &proto::Model<'_>) -> Result<Vec<String>, OnnxError> {
    let tensors = model.graph.iter().flat_map(|graph| &graph.initializers).filter(|tensor| tensor.external);
    let names: BTreeSet<&str> = tensors.filter_map(|tensor| tensor.location).collect();
    if names.len() > MAX_FILES {
        let fault = Fault::ExternalFiles { got: names.len(), max: MAX_FILES };
        return Err(OnnxError::Graph { fault });
    }
    match names.iter().find(|name| !is_inside(name)) {
        Some(name) => {
            Err(OnnxError::Graph { fault: Fault::ExternalPath { location: super::lower::cut(name) } })
        }
        None => Ok(names.into_iter().map(str::to_owned).collect()),
    }
}

/// Whether a path stays inside the folder that it starts from, on every system.
fn is_inside(path: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    !path.contains(['\\', ':', '\0']) && path.len() <= 1024 && path.split('/').all(part)
}

/// Points tensors to their bytes in the files that are given.
pub(super) fn resolve<'a>(model: &mut proto::Model<'a>, files: &'a Files) -> Result<(), OnnxError> {
    for tensor in model.graph.iter_mut().flat_map(|graph| &mut graph.initializers) {
        let Some(file) = tensor.location.filter(|_| tensor.external).and_then(|name| files.get(name)) else {
            continue;
        };
        let start = tensor.offset;
        let end = tensor.length.map_or(Some(file.len() as u64), |length| start.checked_add(length));
        let range = usize::try_from(start).ok().zip(end.and_then(|end| usize::try_from(end).ok()));
        let Some(part) = range.and_then(|(start, end)| file.get(start..end)) else {
            let fault = Fault::ExternalRange {
                tensor: super::lower::cut(tensor.name),
                offset: start,
                length: tensor.length,
                got: file.len(),
            };
            return Err(OnnxError::Graph { fault });
        };
        (tensor.raw, tensor.external) = (Some(part), false);
    }
    Ok(())
}
