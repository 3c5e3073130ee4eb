//! The fixed structs and functions that random programs use, as tables.
//!
//! A signature is written once, in Lang, and read; `print` writes it in both languages. Bodies differ only where the
//! languages do. Types are such that each function can be called with anything that has its parameters' types.

use std::sync::OnceLock;

use super::generate::ARGUMENTS;
use super::program::{Power, Signature, Source, Ty};

/// What happens when a value of a struct ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ending {
    /// Only what is in it ends.
    Fields,
    /// It prints a number that it has, or that what it refers to has.
    Prints(&'static str),
}

pub(super) struct Struct {
    pub(super) name: &'static str,
    pub(super) fields: Vec<(&'static str, Ty)>,
    pub(super) is_view: bool,
    pub(super) is_copy: bool,
    pub(super) ending: Ending,
}

/// How a function of the library is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    Function,
    /// The first parameter is `self`.
    Method,
}

/// Where a function is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Origin {
    /// Printed with the program, with these bodies in Lang and in Rust.
    Own(&'static str, &'static str),
    /// Of the standard libraries, with these paths or names.
    Std(&'static str, &'static str),
}

pub(super) struct Helper {
    pub(super) name: &'static str,
    pub(super) style: Style,
    pub(super) origin: Origin,
    pub(super) params: Vec<(&'static str, Ty)>,
    pub(super) signature: Signature,
    /// It has a type parameter, which occurs in the types of its parameters.
    pub(super) is_generic: bool,
    /// What it may be called for then.
    pub(super) arguments: &'static [&'static str],
}

pub(super) struct Library {
    pub(super) structs: Vec<Struct>,
    pub(super) helpers: Vec<Helper>,
}

type StructRow = (&'static str, &'static str, Kind, Ending);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Owned,
    View,
    CopyView,
}

const STRUCTS: &[StructRow] = &[
    ("Item", "n: i32", Kind::Owned, Ending::Prints("n")),
    ("Pair", "a: Item, b: Item, n: i32", Kind::Owned, Ending::Fields),
    (
        "Node",
        "n: i32, item: Item, next: ?Box<Node>",
        Kind::Owned,
        Ending::Fields,
    ),
    ("View", "r: &Item, n: i32", Kind::CopyView, Ending::Fields),
    ("Both", "a: &Item, b: &Item", Kind::CopyView, Ending::Fields),
    ("Wrap", "v: View, n: i32", Kind::CopyView, Ending::Fields),
    ("Hold", "m: &mut Item, n: i32", Kind::View, Ending::Fields),
    ("Duo", "m: &mut Pair, r: &Item", Kind::View, Ending::Fields),
    ("Watch", "r: &Item, n: i32", Kind::View, Ending::Prints("r.n")),
    ("Guard", "m: &mut Item, n: i32", Kind::View, Ending::Prints("m.n")),
    ("Bag", "items: Vec<&Item>, n: i32", Kind::View, Ending::Fields),
    ("Walk", "rest: &[Item]", Kind::CopyView, Ending::Fields),
    ("WalkMut", "rest: ?&mut [Item]", Kind::View, Ending::Fields),
    ("Crate", "item: Item, n: i32", Kind::Owned, Ending::Prints("n")),
    ("Keeper", "hold: Hold, n: i32", Kind::View, Ending::Prints("hold.m.n")),
];

struct Row {
    /// Where it belongs: a struct for its methods, or nothing.
    of: &'static str,
    name: &'static str,
    params: &'static str,
    ret: &'static str,
    /// `a, *b`
    borrows: &'static str,
    /// `a: b, a: *c`
    captures: &'static str,
    origin: Origin,
    arguments: &'static [&'static str],
}

/// A function that is generic over what has a trait of [`TRAITS_LANG`].
const fn bounded(
    name: &'static str,
    (params, ret): (&'static str, &'static str),
    borrows: &'static str,
    arguments: &'static [&'static str],
) -> Row {
    Row {
        of: "",
        name,
        params,
        ret,
        borrows,
        captures: "",
        origin: Origin::Std(name, name),
        arguments,
    }
}

const fn row(
    of: &'static str,
    name: &'static str,
    (params, ret): (&'static str, &'static str),
    (borrows, captures): (&'static str, &'static str),
    origin: Origin,
) -> Row {
    Row {
        of,
        name,
        params,
        ret,
        borrows,
        captures,
        origin,
        arguments: ARGUMENTS,
    }
}

/// Traits whose methods give references, types that have them, and functions that are generic over these.
pub(super) const TRAITS_LANG: &str = "\
trait Look { fn look(&self) -> &Item; }
trait Pick { fn pick(&mut self) -> &mut Item; }
trait Give { @borrows(*self) fn give(&self) -> &Item; }
impl Look for Item { fn look(&self) -> &Item { self } }
impl Look for Pair { fn look(&self) -> &Item { &self.a } }
impl Look for View { fn look(&self) -> &Item { self.r } }
impl Look for Hold { fn look(&self) -> &Item { &*self.m } }
impl Pick for Item { fn pick(&mut self) -> &mut Item { self } }
impl Pick for Pair { fn pick(&mut self) -> &mut Item { &mut self.b } }
impl Pick for Hold { fn pick(&mut self) -> &mut Item { &mut *self.m } }
impl Give for View { fn give(&self) -> &Item { self.r } }
impl Give for Both { fn give(&self) -> &Item { self.b } }
fn looked<T: Look>(x: &T) -> &Item { x.look() }
fn picked<T: Pick>(x: &mut T) -> &mut Item { x.pick() }
@borrows(*x) fn given<T: Give>(x: &T) -> &Item { x.give() }
@borrows(x, y) fn either_look<T: Look>(x: &T, y: &T) -> &Item { if x.look().n > 3 { x.look() } else { y.look() } }
@borrows(y) fn other_pick<T: Pick>(x: &mut T, y: &mut T) -> &mut Item { x.pick().n = 1; y.pick() }
fn by_dyn(x: &dyn Look) -> &Item { x.look() }
";

pub(super) const TRAITS_RUST: &str = "\
trait Look { fn look(&self) -> &Item; }
trait Pick { fn pick(&mut self) -> &mut Item; }
trait Give<'g> { fn give(&self) -> &'g Item; }
impl Look for Item { fn look(&self) -> &Item { self } }
impl Look for Pair { fn look(&self) -> &Item { &self.a } }
impl<'g> Look for View<'g> { fn look(&self) -> &Item { self.r } }
impl<'g> Look for Hold<'g> { fn look(&self) -> &Item { &*self.m } }
impl Pick for Item { fn pick(&mut self) -> &mut Item { self } }
impl Pick for Pair { fn pick(&mut self) -> &mut Item { &mut self.b } }
impl<'g> Pick for Hold<'g> { fn pick(&mut self) -> &mut Item { &mut *self.m } }
impl<'g> Give<'g> for View<'g> { fn give(&self) -> &'g Item { self.r } }
impl<'g> Give<'g> for Both<'g> { fn give(&self) -> &'g Item { self.b } }
fn looked<T: Look>(x: &T) -> &Item { x.look() }
fn picked<T: Pick>(x: &mut T) -> &mut Item { x.pick() }
fn given<'g, T: Give<'g>>(x: &T) -> &'g Item { x.give() }
fn either_look<'a, T: Look>(x: &'a T, y: &'a T) -> &'a Item { if x.look().n > 3 { x.look() } else { y.look() } }
fn other_pick<'a, T: Pick>(x: &mut T, y: &'a mut T) -> &'a mut Item { x.pick().n = 1; y.pick() }
fn by_dyn(x: &dyn Look) -> &Item { x.look() }
";

const LOOKING: &[&str] = &["Item", "Pair", "View", "Hold"];

/// The same body in both languages.
const fn same(body: &'static str) -> Origin {
    Origin::Own(body, body)
}

const NEXT_LANG: &str = "if self.rest.is_empty() { return none; } \
                         let first = &self.rest[0]; self.rest = &self.rest[1..]; .Some(first)";
const NEXT_RUST: &str = "if self.rest.is_empty() { return None; } \
                         let first = &self.rest[0]; self.rest = &self.rest[1..]; Some(first)";
const NEXT_MUT_LANG: &str = "let rest = try self.rest.take(); if rest.is_empty() { return none; } \
                             let (first, more) = rest.split_at_mut(1); self.rest = more; &mut first[0]";
const NEXT_MUT_RUST: &str = "let rest = self.rest.take()?; if rest.is_empty() { return None; } \
                             let (first, more) = rest.split_at_mut(1); self.rest = Some(more); Some(&mut first[0])";
const LEND_LANG: &str = "let rest = try self.rest.as_mut(); if rest.is_empty() { return none; } &mut rest[0]";
const LEND_RUST: &str = "let rest = self.rest.as_mut()?; if rest.is_empty() { return None; } Some(&mut rest[0])";

const HELPERS: &[Row] = &[
    row(
        "",
        "left",
        ("a: &Item, b: &Item", "&Item"),
        ("a", ""),
        same("see(b.n); a"),
    ),
    row(
        "",
        "longer",
        ("a: &Item, b: &Item", "&Item"),
        ("a, b", ""),
        same("if a.n > b.n { a } else { b }"),
    ),
    row(
        "",
        "either",
        ("a: &mut Item, b: &mut Item", "&mut Item"),
        ("a, b", ""),
        same("if a.n > b.n { a } else { b }"),
    ),
    row("", "fixed", ("n: i32", "i32"), ("", ""), same("n + 1")),
    row(
        "",
        "two",
        ("a: Item, b: Item", "Vec<Item>"),
        ("", ""),
        Origin::Own("[a, b]", "vec![a, b]"),
    ),
    row(
        "",
        "all",
        ("v: &Vec<Item>", "&[Item]"),
        ("v", ""),
        Origin::Own("v", "v"),
    ),
    row(
        "",
        "all_mut",
        ("v: &mut Vec<Item>", "&mut [Item]"),
        ("v", ""),
        Origin::Own("v", "v"),
    ),
    row("", "head", ("s: &[Item]", "?&Item"), ("s", ""), same("s.first()")),
    row(
        "",
        "head_mut",
        ("s: &mut [Item]", "?&mut Item"),
        ("s", ""),
        same("s.first_mut()"),
    ),
    row(
        "",
        "tail_mut",
        ("s: &mut [Item]", "&mut [Item]"),
        ("s", ""),
        same("if s.is_empty() { s } else { &mut s[1..] }"),
    ),
    row("", "get", ("v: &Vec<Item>", "?&Item"), ("v", ""), same("v.first()")),
    row(
        "",
        "get_mut",
        ("v: &mut Vec<Item>", "?&mut Item"),
        ("v", ""),
        same("v.last_mut()"),
    ),
    row(
        "",
        "kept",
        ("v: &Vec<&Item>", "?&Item"),
        ("*v", ""),
        Origin::Own(
            "if v.is_empty() { none } else { .Some(v[0]) }",
            "if v.is_empty() { None } else { Some(v[0]) }",
        ),
    ),
    row(
        "",
        "keep",
        ("v: &mut Vec<&Item>, i: &Item", "()"),
        ("", "v: i"),
        same("v.push(i);"),
    ),
    row(
        "",
        "refer",
        ("p: &mut &Item, i: &Item", "()"),
        ("", "p: i"),
        same("*p = i;"),
    ),
    row(
        "",
        "fill",
        ("o: &mut ?&Item, i: &Item", "()"),
        ("", "o: i"),
        Origin::Own("*o = i;", "*o = Some(i);"),
    ),
    row("", "behind", ("p: &&Item", "&Item"), ("*p", ""), same("*p")),
    row(
        "",
        "view",
        ("r: &Item, n: i32", "View"),
        ("r", ""),
        same("View { r, n }"),
    ),
    row(
        "",
        "both",
        ("a: &Item, b: &Item", "Both"),
        ("a, b", ""),
        same("Both { a, b }"),
    ),
    row(
        "",
        "hold",
        ("m: &mut Item, n: i32", "Hold"),
        ("m", ""),
        same("Hold { m, n }"),
    ),
    row(
        "",
        "watch",
        ("r: &Item, n: i32", "Watch"),
        ("r", ""),
        same("Watch { r, n }"),
    ),
    row(
        "",
        "guard",
        ("m: &mut Item, n: i32", "Guard"),
        ("m", ""),
        same("Guard { m, n }"),
    ),
    row(
        "",
        "walk",
        ("v: &Vec<Item>", "Walk"),
        ("v", ""),
        same("Walk { rest: v }"),
    ),
    row(
        "",
        "walk_mut",
        ("v: &mut Vec<Item>", "WalkMut"),
        ("v", ""),
        Origin::Own("WalkMut { rest: v }", "WalkMut { rest: Some(v) }"),
    ),
    row("Item", "number", ("self: &Item", "i32"), ("", ""), same("self.n")),
    row(
        "Item",
        "number_ref",
        ("self: &Item", "&i32"),
        ("self", ""),
        same("&self.n"),
    ),
    row(
        "Item",
        "number_mut",
        ("self: &mut Item", "&mut i32"),
        ("self", ""),
        same("&mut self.n"),
    ),
    row(
        "Item",
        "set",
        ("self: &mut Item, n: i32", "()"),
        ("", ""),
        same("self.n = n;"),
    ),
    row("Item", "me", ("self: &Item", "&Item"), ("self", ""), same("self")),
    row(
        "Item",
        "me_mut",
        ("self: &mut Item", "&mut Item"),
        ("self", ""),
        same("self"),
    ),
    row(
        "Item",
        "set_me",
        ("self: &mut Item, n: i32", "&Item"),
        ("self", ""),
        same("self.n = n; self"),
    ),
    row(
        "Item",
        "other",
        ("self: &Item, o: &Item", "&Item"),
        ("o", ""),
        same("see(self.n); o"),
    ),
    row(
        "Item",
        "with",
        ("self: Item, b: Item", "Pair"),
        ("", ""),
        same("Pair { a: self, b, n: 1 }"),
    ),
    row(
        "Item",
        "node",
        ("self: Item", "Node"),
        ("", ""),
        Origin::Own(
            "Node { n: self.n, item: self, next: none }",
            "Node { n: self.n, item: self, next: None }",
        ),
    ),
    row("Pair", "first", ("self: &Pair", "&Item"), ("self", ""), same("&self.a")),
    row(
        "Pair",
        "second_mut",
        ("self: &mut Pair", "&mut Item"),
        ("self", ""),
        same("&mut self.b"),
    ),
    row(
        "Pair",
        "bump",
        ("self: &mut Pair", "()"),
        ("", ""),
        same("self.n = self.n % 100 + 1;"),
    ),
    row("Pair", "into_second", ("self: Pair", "Item"), ("", ""), same("self.b")),
    row(
        "Node",
        "last",
        ("self: &mut Node", "&mut Item"),
        ("self", ""),
        same("&mut self.item"),
    ),
    row(
        "Node",
        "after",
        ("self: &mut Node", "?&mut Node"),
        ("self", ""),
        Origin::Own(
            "match &mut self.next { .Some(next) => .Some(&mut **next), none => none }",
            "match &mut self.next { Some(next) => Some(&mut **next), None => None }",
        ),
    ),
    row(
        "Node",
        "add",
        ("self: &mut Node, item: Item", "()"),
        ("", ""),
        Origin::Own(
            "let rest = self.next.take(); self.next = Box.new(Node { n: item.n, item, next: rest });",
            "let rest = self.next.take(); self.next = Some(Box::new(Node { n: item.n, item, next: rest }));",
        ),
    ),
    row("View", "item", ("self: &View", "&Item"), ("*self", ""), same("self.r")),
    row("View", "same", ("self: View", "View"), ("self", ""), same("self")),
    row(
        "View",
        "point",
        ("self: &mut View, r: &Item", "()"),
        ("", "self: r"),
        same("self.r = r;"),
    ),
    row(
        "View",
        "exchange",
        ("self: &mut View, r: &Item", "&Item"),
        ("*self", "self: r"),
        same("let old = self.r; self.r = r; old"),
    ),
    row(
        "Both",
        "swap",
        ("self: &mut Both", "()"),
        ("", ""),
        same("let a = self.a; self.a = self.b; self.b = a;"),
    ),
    row(
        "Both",
        "longest",
        ("self: Both", "&Item"),
        ("self", ""),
        same("longer(self.a, self.b)"),
    ),
    row(
        "Hold",
        "item",
        ("self: &mut Hold", "&mut Item"),
        ("self", ""),
        same("&mut *self.m"),
    ),
    row("Hold", "peek", ("self: &Hold", "&Item"), ("self", ""), same("&*self.m")),
    row(
        "Hold",
        "into",
        ("self: Hold", "&mut Item"),
        ("self", ""),
        same("self.m"),
    ),
    row(
        "Hold",
        "set",
        ("self: &mut Hold, n: i32", "()"),
        ("", ""),
        same("self.m.n = n;"),
    ),
    row(
        "Guard",
        "item",
        ("self: &mut Guard", "&mut Item"),
        ("self", ""),
        same("&mut *self.m"),
    ),
    row(
        "Bag",
        "add",
        ("self: &mut Bag, i: &Item", "()"),
        ("", "self: i"),
        same("self.items.push(i);"),
    ),
    row(
        "Bag",
        "first",
        ("self: &Bag", "?&Item"),
        ("*self", ""),
        Origin::Own(
            "if self.items.is_empty() { none } else { .Some(self.items[0]) }",
            "if self.items.is_empty() { None } else { Some(self.items[0]) }",
        ),
    ),
    row(
        "Bag",
        "count",
        ("self: &Bag", "i32"),
        ("", ""),
        same("self.items.len() as i32 + self.n"),
    ),
    row(
        "Walk",
        "next",
        ("self: &mut Walk", "?&Item"),
        ("*self", ""),
        Origin::Own(NEXT_LANG, NEXT_RUST),
    ),
    row(
        "WalkMut",
        "next",
        ("self: &mut WalkMut", "?&mut Item"),
        ("*self", ""),
        Origin::Own(NEXT_MUT_LANG, NEXT_MUT_RUST),
    ),
    row(
        "WalkMut",
        "lend",
        ("self: &mut WalkMut", "?&mut Item"),
        ("self", ""),
        Origin::Own(LEND_LANG, LEND_RUST),
    ),
    bounded("looked", ("x: &T", "&Item"), "x", LOOKING),
    bounded("picked", ("x: &mut T", "&mut Item"), "x", &["Item", "Pair", "Hold"]),
    bounded("given", ("x: &T", "&Item"), "*x", &["View", "Both"]),
    bounded("either_look", ("x: &T, y: &T", "&Item"), "x, y", LOOKING),
    bounded(
        "other_pick",
        ("x: &mut T, y: &mut T", "&mut Item"),
        "y",
        &["Item", "Pair", "Hold"],
    ),
    bounded("by_dyn", ("x: &T", "&Item"), "x", &["Item", "Pair"]),
    row(
        "Hold",
        "look",
        ("self: &Hold", "&Item"),
        ("self", ""),
        Origin::Std("look", "look"),
    ),
    row(
        "Pair",
        "pick",
        ("self: &mut Pair", "&mut Item"),
        ("self", ""),
        Origin::Std("pick", "pick"),
    ),
    row(
        "View",
        "look",
        ("self: &View", "&Item"),
        ("self", ""),
        Origin::Std("look", "look"),
    ),
    row(
        "View",
        "give",
        ("self: &View", "&Item"),
        ("*self", ""),
        Origin::Std("give", "give"),
    ),
    // The standard libraries'.
    row(
        "",
        "replace",
        ("d: &mut T, v: T", "T"),
        ("", ""),
        Origin::Std("mem.replace", "std::mem::replace"),
    ),
    row(
        "",
        "swap",
        ("a: &mut T, b: &mut T", "()"),
        ("", ""),
        Origin::Std("mem.swap", "std::mem::swap"),
    ),
    row(
        "Vec",
        "push",
        ("self: &mut Vec<T>, x: T", "()"),
        ("", ""),
        Origin::Std("push", "push"),
    ),
    row(
        "Vec",
        "first",
        ("self: &Vec<T>", "?&T"),
        ("", ""),
        Origin::Std("first", "first"),
    ),
    row(
        "Vec",
        "last_mut",
        ("self: &mut Vec<T>", "?&mut T"),
        ("", ""),
        Origin::Std("last_mut", "last_mut"),
    ),
    row(
        "Option",
        "take",
        ("self: &mut ?T", "?T"),
        ("", ""),
        Origin::Std("take", "take"),
    ),
    row(
        "Option",
        "as_ref",
        ("self: &?T", "?&T"),
        ("", ""),
        Origin::Std("as_ref", "as_ref"),
    ),
    row(
        "Option",
        "as_mut",
        ("self: &mut ?T", "?&mut T"),
        ("", ""),
        Origin::Std("as_mut", "as_mut"),
    ),
    row(
        "Option",
        "unwrap_or",
        ("self: ?T, other: T", "T"),
        ("", ""),
        Origin::Std("unwrap_or", "unwrap_or"),
    ),
];

/// The tables, read.
pub(super) fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| Library {
        structs: STRUCTS.iter().map(read_struct).collect(),
        helpers: HELPERS.iter().map(read_helper).collect(),
    })
}

/// The index of the struct with this name.
pub(super) fn struct_named(name: &str) -> usize {
    let found = STRUCTS.iter().position(|row| row.0 == name);
    found.expect("the tables name structs that they have")
}

fn read_struct((name, fields, kind, ending): &StructRow) -> Struct {
    Struct {
        name,
        fields: read_params(fields),
        is_view: *kind != Kind::Owned,
        is_copy: *kind == Kind::CopyView,
        ending: *ending,
    }
}

fn read_helper(row: &Row) -> Helper {
    let params = read_params(row.params);
    let source = |text: &str| {
        let (name, is_inner) = match text.trim().strip_prefix('*') {
            Some(name) => (name, true),
            None => (text.trim(), false),
        };
        let param = params.iter().position(|(param, _)| *param == name);
        Source {
            param: param.expect("the tables name parameters that they have"),
            is_inner,
        }
    };
    let listed = |text: &'static str| text.split(',').filter(|part| !part.trim().is_empty());
    let captures = listed(row.captures).map(|text| {
        let (into, from) = text.split_once(':').expect("`into: from`");
        (source(into).param, source(from))
    });
    let signature = Signature {
        params: params.iter().map(|(_, ty)| ty.clone()).collect(),
        ret: read_ty(row.ret),
        borrows: listed(row.borrows).map(source).collect(),
        captures: captures.collect(),
    };
    Helper {
        name: row.name,
        style: if row.of.is_empty() {
            Style::Function
        } else {
            Style::Method
        },
        origin: row.origin,
        is_generic: signature.params.iter().any(mentions_param),
        arguments: row.arguments,
        signature,
        params,
    }
}

fn mentions_param(ty: &Ty) -> bool {
    match ty {
        Ty::Param => true,
        Ty::Unit | Ty::Int | Ty::Struct(_) => false,
        Ty::Box(inner)
        | Ty::Vec(inner)
        | Ty::Slice(inner)
        | Ty::Optional(inner)
        | Ty::Array(inner)
        | Ty::Ref(_, inner) => mentions_param(inner),
        Ty::Tuple(parts) => parts.iter().any(mentions_param),
    }
}

fn read_params(text: &'static str) -> Vec<(&'static str, Ty)> {
    let params = listed_in(text).into_iter().map(|param| {
        let (name, ty) = param.split_once(": ").expect("`name: type`");
        (name, read_ty(ty))
    });
    params.collect()
}

/// What commas part, but for those in parentheses.
fn listed_in(text: &str) -> Vec<&str> {
    let (mut depth, mut from) = (0, 0);
    let mut found = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b',' if depth == 0 => {
                found.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[from..].trim());
    found
}

/// A type as Lang writes it.
pub(super) fn read_ty(text: &str) -> Ty {
    let inside = |open: &str, close: &str| text.strip_prefix(open)?.strip_suffix(close).map(read_ty).map(Box::new);
    if let Some(rest) = text.strip_prefix("&mut ") {
        return Ty::Ref(Power::Exclude, Box::new(read_ty(rest)));
    }
    if let Some(rest) = text.strip_prefix('&') {
        return Ty::Ref(Power::Share, Box::new(read_ty(rest)));
    }
    if let Some(rest) = text.strip_prefix('?') {
        return Ty::Optional(Box::new(read_ty(rest)));
    }
    if let Some(inner) = inside("Box<", ">") {
        return Ty::Box(inner);
    }
    if let Some(inner) = inside("Vec<", ">") {
        return Ty::Vec(inner);
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix("; 2]")) {
        return Ty::Array(Box::new(read_ty(inner)));
    }
    if let Some(inner) = inside("[", "]") {
        return Ty::Slice(inner);
    }
    if text == "()" {
        return Ty::Unit;
    }
    if let Some(parts) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        return Ty::Tuple(listed_in(parts).into_iter().map(read_ty).collect());
    }
    match text {
        "i32" => Ty::Int,
        "T" => Ty::Param,
        name => Ty::Struct(struct_named(name)),
    }
}

impl Ty {
    /// Whether values of the type hold references.
    pub(super) fn is_view(&self) -> bool {
        match self {
            Self::Ref(..) => true,
            Self::Struct(index) => library().structs[*index].is_view,
            Self::Unit | Self::Int | Self::Param => false,
            Self::Box(inner) | Self::Vec(inner) | Self::Slice(inner) | Self::Optional(inner) | Self::Array(inner) => {
                inner.is_view()
            }
            Self::Tuple(parts) => parts.iter().any(Self::is_view),
        }
    }

    pub(super) fn is_copy(&self) -> bool {
        match self {
            Self::Unit | Self::Int => true,
            Self::Ref(power, _) => *power == Power::Share,
            Self::Struct(index) => library().structs[*index].is_copy,
            Self::Optional(inner) | Self::Array(inner) => inner.is_copy(),
            Self::Tuple(parts) => parts.iter().all(Self::is_copy),
            Self::Param | Self::Box(_) | Self::Vec(_) | Self::Slice(_) => false,
        }
    }

    /// The type with another in the place of the generic parameter.
    pub(super) fn with(&self, argument: &Ty) -> Ty {
        let within = |inner: &Ty| Box::new(inner.with(argument));
        match self {
            Self::Param => argument.clone(),
            Self::Unit | Self::Int | Self::Struct(_) => self.clone(),
            Self::Box(inner) => Self::Box(within(inner)),
            Self::Vec(inner) => Self::Vec(within(inner)),
            Self::Slice(inner) => Self::Slice(within(inner)),
            Self::Optional(inner) => Self::Optional(within(inner)),
            Self::Array(inner) => Self::Array(within(inner)),
            Self::Tuple(parts) => Self::Tuple(parts.iter().map(|part| part.with(argument)).collect()),
            Self::Ref(power, inner) => Self::Ref(*power, within(inner)),
        }
    }
}
