//! The file that defines what a path names.

use std::collections::BTreeMap;

use super::modules::{Module, ModulePath};

/// Chains of re-exports that are followed.
const MAX_REEXPORTS: usize = 8;

/// The modules of one crate, with their files.
#[derive(Default)]
pub struct Modules {
    /// The modules by their path.
    pub modules: BTreeMap<ModulePath, (String, Module)>,
}

impl Modules {
    /// Returns the file that defines what `path` names in the module `here`. `None` for items of
    /// other crates and for local names.
    pub fn file_of(&self, here: &[String], path: &[String]) -> Option<&str> {
        let module = self.resolve(here, path, MAX_REEXPORTS)?;
        self.modules.get(&module).map(|(file, _)| file.as_str())
    }

    /// Returns the module that defines what `path` names in the module `here`.
    fn resolve(&self, here: &[String], path: &[String], depth: usize) -> Option<ModulePath> {
        let depth = depth.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.walk(Vec::new(), rest, depth),
            "self" => self.walk(here.to_vec(), rest, depth),
            "super" => {
                let (_, above) = here.split_last()?;
                let ups = rest.iter().take_while(|segment| *segment == "super").count();
                let above = above.get(..above.len().checked_sub(ups)?)?;
                self.walk(above.to_vec(), rest.get(ups..)?, depth)
            }
            name => {
                let (_, module) = self.modules.get(here)?;
                let known = module.children.contains(name) || module.imported.contains_key(name);
                if known { self.walk(here.to_vec(), path, depth) } else { None }
            }
        }
    }

    /// Goes down from a module along `path`, through re-exports.
    fn walk(&self, mut here: ModulePath, path: &[String], depth: usize) -> Option<ModulePath> {
        let Some((name, rest)) = path.split_first() else { return Some(here) };
        let (_, module) = self.modules.get(&here)?;
        if module.children.contains(name) {
            here.push(name.clone());
            return self.walk(here, rest, depth);
        }
        if module.defined.contains(name) {
            return Some(here);
        }
        if let Some(import) = module.imported.get(name) {
            // `use name;` of another crate imports the name itself.
            if import.first() == Some(name) {
                return None;
            }
            return self.resolve(&here, &[import, rest].concat(), depth);
        }
        for glob in &module.globs {
            let Some(depth) = depth.checked_sub(1) else { continue };
            let Some(target) = self.resolve(&here, glob, depth) else { continue };
            let has = |(_, module): &(String, Module)| {
                let imported = module.imported.contains_key(name) || !module.globs.is_empty();
                module.defined.contains(name) || module.children.contains(name) || imported
            };
            if target != here && self.modules.get(&target).is_some_and(has) {
                return self.walk(target, path, depth);
            }
        }
        Some(here)
    }
}
