//! Weights that a model keeps in other files, as PyTorch's exporter writes large models
//! (`model.onnx.data`).

use std::collections::{BTreeSet, HashMap};

use super::{Fault, OnnxError, proto};

/// Most files of one model.
const MAX_FILES: usize = 64;

/// The contents of files by their paths in the model's folder, as
/// [`OnnxModel::external_files`](super::OnnxModel::external_files) has them.
pub type Files = HashMap<String, Vec<u8>>;

/// Names of the files that the model keeps weights in, each a plain path inside the model's folder.
///
/// # Errors
/// A path that leads elsewhere, and too many.
pub(super) fn names(model: &proto::Model<'_>) -> Result<Vec<String>, OnnxError> {
    let tensors =
        model.graph.iter().flat_map(proto::Graph::tensors).filter(|tensor| tensor.external);
    let mut names = BTreeSet::new();
    for location in tensors.filter_map(|tensor| tensor.location) {
        let name = inside(location).ok_or_else(|| OnnxError::Graph {
            fault: Fault::ExternalPath { location: super::lower::cut(location) },
        })?;
        names.insert(name);
    }
    if names.len() > MAX_FILES {
        let fault = Fault::ExternalFiles { got: names.len(), max: MAX_FILES };
        return Err(OnnxError::Graph { fault });
    }
    Ok(names.into_iter().collect())
}

/// A path without its parts `.`; `None` for one that may leave the folder that it starts from, on
/// any system.
fn inside(path: &str) -> Option<String> {
    let plain = path.len() <= 1024 && !path.contains(['\\', ':', '\0']);
    let parts: Vec<&str> = path.split('/').filter(|part| *part != ".").collect();
    let stays = plain && !parts.is_empty() && parts.iter().all(|part| !matches!(*part, "" | ".."));
    stays.then(|| parts.join("/"))
}

/// Points tensors to their bytes in the files that are given, by the names that [`names`] has for
/// them.
pub(super) fn resolve<'a>(model: &mut proto::Model<'a>, files: &'a Files) -> Result<(), OnnxError> {
    for tensor in model.graph.iter_mut().flat_map(proto::Graph::tensors_mut) {
        let name = tensor.location.filter(|_| tensor.external).and_then(inside);
        let Some(file) = name.and_then(|name| files.get(&name)) else {
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
