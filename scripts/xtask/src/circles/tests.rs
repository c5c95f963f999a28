use super::*;

/// Returns the loops of a crate `x` of these files.
fn loops(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let paths: Vec<_> = files.iter().map(|(path, _)| format!("x/src/{path}")).collect();
    let mut named: Vec<_> =
        paths.iter().zip(files).map(|(path, (_, text))| (path.as_str(), *text)).collect();
    named.push(("x/Cargo.toml", ""));
    let graphs = graphs(&Tree::of(&named));
    let found = circles(&graphs["x"].0).into_iter();
    found.map(|files| files.iter().map(|path| short(path).to_owned()).collect()).collect()
}

#[test]
fn files_that_name_each_other_are_a_loop() {
    let found = loops(&[
        ("lib.rs", "pub mod a; pub mod b; pub mod c;"),
        ("a.rs", "use crate::{b::{self, B}, c as d};"),
        ("b.rs", "pub struct B; fn f() { super::a::g() }"),
        ("c.rs", "pub struct C;"),
    ]);
    assert_eq!(found, [["a.rs", "b.rs"]]);
}

#[test]
fn a_parent_that_only_reexports_its_child_is_not_in_a_loop() {
    let child = ("a.rs", "use super::Shared; pub struct A(Shared);");
    let facade = "mod a; pub use a::A; pub struct Shared;";
    assert!(loops(&[("lib.rs", facade), child]).is_empty());
    let user = "mod a; use a::A; pub struct Shared; fn f(a: A) {}";
    assert_eq!(loops(&[("lib.rs", user), child]), [["a.rs", "lib.rs"]]);
    let variable = "mod a; pub use a::a; pub struct Shared; fn f(a: u8) -> u8 { Some(a) }";
    assert!(loops(&[("lib.rs", variable), ("a.rs", "pub fn a(_: crate::Shared) {}")]).is_empty());
    let both = "mod a; pub use a::A; pub struct Shared; fn f(a: A) {}";
    assert_eq!(loops(&[("lib.rs", both), child]), [["a.rs", "lib.rs"]]);
}

#[test]
fn reexports_are_followed_to_the_file_that_defines_the_item() {
    let found = loops(&[
        ("lib.rs", "mod a; mod b; pub use a::*; pub use b::B;"),
        ("a.rs", "pub struct A; fn f(_: crate::B) {}"),
        ("b.rs", "pub struct B(crate::A);"),
    ]);
    assert_eq!(found, [["a.rs", "b.rs"]]);
}

#[test]
fn tests_are_left_out_and_macros_are_read() {
    let found = loops(&[
        ("lib.rs", "mod a; mod b; mod c; #[cfg(test)] mod probe;"),
        ("a.rs", "pub fn f() { vec![1, crate::b::g()]; }"),
        ("b.rs", "pub fn g() -> u8 { 1 } #[cfg(test)] mod tests { use crate::a; }"),
        ("c.rs", "pub fn h() { println!(\"{}\", super::a::f()) }"),
        ("probe.rs", "use crate::c; pub struct P;"),
        ("c/tests.rs", "use crate::c;"),
    ]);
    assert!(found.is_empty(), "{found:?}");
    let found = loops(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "pub fn f() { vec![1, crate::b::g()]; }"),
        ("b.rs", "pub fn g() { assert!(super::a::f()) }"),
    ]);
    assert_eq!(found, [["a.rs", "b.rs"]]);
}

#[test]
fn names_of_other_crates_are_not_imports() {
    let found = loops(&[
        ("lib.rs", "pub mod a; use serde; use a::A; fn f(_: serde::B, _: A) {}"),
        ("a.rs", "use std::fmt; pub struct A; fn f(_: fmt::B, _: ::x::B) {}"),
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_loop_of_more_than_three_files_is_a_fault_with_its_line() {
    let tree = Tree::of(&[
        ("x/Cargo.toml", ""),
        ("x/src/lib.rs", "mod a; mod b; mod c; mod d;"),
        ("x/src/a.rs", "\nuse crate::b::B; pub struct A;"),
        ("x/src/b.rs", "use crate::c::C; pub struct B;"),
        ("x/src/c.rs", "use crate::d::D; pub struct C;"),
        ("x/src/d.rs", "use crate::a::A; pub struct D;"),
    ]);
    let violations = check(&tree);
    assert_eq!(violations.len(), 4);
    assert_eq!((violations[0].path.as_str(), violations[0].line), ("x/src/a.rs", 2));
}
