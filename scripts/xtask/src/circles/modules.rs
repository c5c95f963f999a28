//! Modules of one crate: their items, their imports, and the paths that their code names.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Expr, ExprCall, Item, ItemMod, ItemUse, Macro, Meta, Path, UseTree, Visibility,
    visit::{self, Visit},
};

/// A module's path from the root of its crate, which is empty.
pub type ModulePath = Vec<String>;

/// A module, in a file of its own or inline.
#[derive(Default)]
pub struct Module {
    /// The names of items that are defined in the module.
    pub defined: BTreeSet<String>,
    /// The names that `use` brings into the module, with their paths as written.
    pub imported: BTreeMap<String, Vec<String>>,
    /// The paths of `use …::*`, as written.
    pub globs: Vec<Vec<String>>,
    /// The modules below that exist only in tests.
    pub tests: BTreeSet<String>,
    /// The modules below.
    pub children: BTreeSet<String>,
    /// The paths that the module's code names, with their lines. Those of `pub use` are left out.
    pub named: Vec<(Vec<String>, usize)>,
}

/// Reads a file's module and the inline modules in it.
///
/// # Errors
/// The file is not Rust.
pub fn read(path: &ModulePath, text: &str) -> Result<BTreeMap<ModulePath, Module>, syn::Error> {
    let file = syn::parse_file(text)?;
    let mut reader = Reader { modules: BTreeMap::new(), here: path.clone() };
    reader.modules.insert(path.clone(), Module::default());
    if !file.attrs.iter().any(is_test) {
        file.items.iter().for_each(|item| reader.visit_item(item));
    }
    Ok(reader.modules)
}

struct Reader {
    modules: BTreeMap<ModulePath, Module>,
    here: ModulePath,
}

impl Reader {
    fn module(&mut self) -> &mut Module {
        self.modules.entry(self.here.clone()).or_default()
    }

    fn import(&mut self, prefix: &[String], tree: &UseTree, exported: bool) {
        let with = |name: String| [prefix, &[name]].concat();
        let (name, path, line) = match tree {
            UseTree::Path(tree) => {
                return self.import(&with(tree.ident.to_string()), &tree.tree, exported);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(prefix, tree, exported));
            }
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                let module = self.module();
                module.globs.push(prefix.to_vec());
                if !exported {
                    module.named.push((prefix.to_vec(), line));
                }
                return;
            }
            UseTree::Name(name) if name.ident == "self" => {
                (prefix.last().cloned().unwrap_or_default(), prefix.to_vec(), &name.ident)
            }
            UseTree::Name(name) => {
                (name.ident.to_string(), with(name.ident.to_string()), &name.ident)
            }
            UseTree::Rename(name) if name.ident == "self" => {
                (name.rename.to_string(), prefix.to_vec(), &name.ident)
            }
            UseTree::Rename(name) => {
                (name.rename.to_string(), with(name.ident.to_string()), &name.ident)
            }
        };
        let line = line.span().start().line;
        let module = self.module();
        module.imported.insert(name, path.clone());
        if !exported {
            module.named.push((path, line));
        }
    }

    fn name(&mut self, path: &Path) {
        if path.leading_colon.is_none() {
            let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let line = path.segments.first().map_or(0, |first| first.ident.span().start().line);
            self.module().named.push((segments, line));
        }
    }

    /// Reads the paths among the tokens of a macro's call.
    fn tokens(&mut self, tokens: &TokenStream) {
        let (mut path, mut colons, mut line, mut field) = (Vec::new(), 0, 0, false);
        let mut found = Vec::new();
        for token in tokens.clone() {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        found.push((std::mem::take(&mut path), line));
                        line = ident.span().start().line;
                    }
                    if !field {
                        path.push(ident.to_string());
                    }
                    (colons, field) = (0, false);
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                    colons += 1
                }
                other => {
                    found.push((std::mem::take(&mut path), line));
                    field = matches!(&other, TokenTree::Punct(punct) if punct.as_char() == '.');
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(&group.stream());
                    }
                }
            }
        }
        found.push((path, line));
        // A single name in lower case is a variable, a field or a label.
        found.retain(|(path, _)| path.len() > 1 || path.first().is_some_and(|name| is_type(name)));
        self.module().named.extend(found);
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if attributes(item).iter().any(is_test) {
            if let Item::Mod(item) = item {
                let name = item.ident.to_string();
                self.module().tests.insert(name);
            }
            return;
        }
        if let Some(name) = name(item) {
            self.module().defined.insert(name);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let name = item.ident.to_string();
        self.module().children.insert(name.clone());
        if let Some((_, items)) = &item.content {
            self.here.push(name);
            self.module();
            items.iter().for_each(|item| self.visit_item(item));
            self.here.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            let exported = !matches!(item.vis, Visibility::Inherited);
            self.import(&[], &item.tree, exported);
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let single = path.get_ident().map(ToString::to_string);
        if single.is_none_or(|name| is_type(&name)) {
            self.name(path);
        }
        visit::visit_path(self, path);
    }

    /// Reads the name of a function that is called. Elsewhere, such a name may be a variable.
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = &*call.func {
            self.name(&function.path);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.tokens(&item.tokens);
        visit::visit_macro(self, item);
    }

    /// Reads the paths of attributes that name items: `#[arg(value_parser = crate::read)]`.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(&list.tokens);
        }
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

/// Returns `true` for names of types, traits and constants.
fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

/// Returns `true` for `#[cfg(test)]` and `#[cfg(all(test, …))]`.
fn is_test(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    let condition = list.tokens.to_string().replace(' ', "");
    list.path.is_ident("cfg") && (condition == "test" || condition.starts_with("all(test,"))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}
