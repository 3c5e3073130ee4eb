//! The items of the library that the language itself speaks of, by the name in their `@lang_item("…")`.
//!
//! One table of names, one enum. Takes the items of the library, gives which of them is which; what the compiler does
//! with each is said where it does it.

use base::FxHashMap;
use hir::{DefId, FormatKind};

/// What the language knows an item of the library as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LangItem {
    /// `NonNull<T>`: a raw pointer of which no value is null, which leaves a niche.
    NonNull,
    /// `ManuallyDrop<T>`: a value that is not dropped by itself.
    ManuallyDrop,
    /// `UnsafeCell<T>`: what may be changed behind a `&`. Its bits tell nothing of what is around it.
    UnsafeCell,
    /// `Box<T>`: `*b` is a place that can be moved out of.
    Box,
    /// The library's other owners of one value on the heap, and what refers to it without keeping it.
    Rc,
    RcWeak,
    Arc,
    ArcWeak,
    /// `fn(value: T) -> Box<T>`
    BoxNew,
    /// `fn(Box<T>'s pointer)`: gives the memory of a box back, whose value has been moved away.
    BoxFree,
    /// `Vec<T>`: what an array literal becomes where one is expected.
    Vec,
    /// `String`: what messages propose to make of a `&str`.
    String,
    /// `fn(text: &str, start: usize, end: usize) -> &str`: what `text[start..end]` is.
    StrPart,
    /// `fn(first: &[T; 0], count: usize) -> &[T]`, and of `&mut`: what `s.data_slice(n)` is of a flexible array `data`.
    FlexibleSlice,
    FlexibleSliceMut,
    /// `unsafe fn(elements: *const T, count: usize) -> Vec<T>`: a vector of an array's elements, which move there.
    VecOfArray,
    /// `fn(value: T, count: usize) -> Vec<T>`: a vector of copies.
    VecOfCopies,
    /// `enum Result<T, E> { Ok(T), Err(E) }`: what `E!T` is.
    Result,
    /// The `E` of `!T`.
    Error,
    /// A domain and a code; a constant of it is a pattern that matches errors.
    ErrorCode,
    /// `fn is(&Error, ErrorCode) -> bool`: whether an error has this code.
    ErrorIs,
    /// `fn(result: !(), failure: c_int) -> c_int`: ends a `main` or test that may fail, and gives its status.
    Finish,
    /// `trait FnOnce<Args, Output>` and those after it: what can be called, and how.
    FnOnce,
    FnMut,
    Fn,
    /// `trait From<T>`: how an error becomes the one that a function gives.
    From,
    /// `trait Sized`: every generic parameter has it that does not say `?Sized`.
    Sized,
    /// `trait Owned`: what holds no references, but to what is never gone.
    Owned,
    /// `trait Copy`: values are copied where they are used.
    Copy,
    /// `unsafe trait Send`: values may go to another thread.
    Send,
    /// `unsafe trait Sync`: several threads may use one value at once.
    Sync,
    /// `struct OneThread;`: has neither.
    OneThread,
    Clone,
    /// `trait Drop`: what runs when a value goes away.
    Drop,
    /// `enum Ordering { Less, Equal, Greater }`
    Ordering,
    /// The traits of operators: `trait Add<Rhs> { type Output; fn add(self, other: Rhs) -> Self.Output; }`
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    Neg,
    Not,
    /// `trait AddAssign<Rhs> { fn add_assign(&mut self, other: Rhs); }`, and so on.
    AddAssign,
    SubAssign,
    MulAssign,
    DivAssign,
    RemAssign,
    BitAndAssign,
    BitOrAssign,
    BitXorAssign,
    ShlAssign,
    ShrAssign,
    /// `trait Eq<Rhs>`: `==` and `!=`.
    Eq,
    /// `trait Ord<Rhs>`: `<`, `<=`, `>`, `>=`.
    Ord,
    /// `fn(&T, &T) -> Ordering` for what operators compare by themselves.
    OrdOfScalars,
    /// `trait Index<I> { type Output; fn index(&self, index: I) -> &Self.Output; }`
    Index,
    IndexMut,
    /// `trait Deref { type Target; fn deref(&self) -> &Self.Target; }`: what a value is used as.
    Deref,
    /// `trait DerefMut: Deref { fn deref_mut(&mut self) -> &mut Self.Target; }`
    DerefMut,
    /// `struct RangeFrom<T> { start: T }` and those after it: what `a..`, `..b`, `..=b` and `..` are.
    RangeFrom,
    RangeTo,
    RangeToInclusive,
    RangeFull,
    /// `trait Iterator { type Item; fn next(&mut self) -> ?Self.Item; }`
    Iterator,
    /// `trait IntoIterator { type Item; type IntoIter; fn into_iter(self) -> Self.IntoIter; }`
    IntoIterator,
    /// `trait Display { fn fmt(&self, f: &mut Formatter); }`, and one for each kind of format.
    Display,
    Debug,
    LowerHex,
    UpperHex,
    Octal,
    Binary,
    LowerExp,
    /// `extern struct Formatter`: how one value is shown, with the fields of the runtime's `lang_format_spec`.
    Formatter,
    /// `struct Args { pieces: &[Piece] }`: an f-string.
    Args,
    /// `struct Piece`: text, and the value after it.
    Piece,
    /// `fn(value: *const c_void, f: &mut Formatter)`, generic over what the value is: shows it in this kind.
    ShowDisplay,
    ShowDebug,
    ShowLowerHex,
    ShowUpperHex,
    ShowOctal,
    ShowBinary,
    ShowLowerExp,
}

const TABLE: &[(&str, LangItem)] = &[
    ("NonNull", LangItem::NonNull),
    ("ManuallyDrop", LangItem::ManuallyDrop),
    ("UnsafeCell", LangItem::UnsafeCell),
    ("Box", LangItem::Box),
    ("Rc", LangItem::Rc),
    ("RcWeak", LangItem::RcWeak),
    ("Arc", LangItem::Arc),
    ("ArcWeak", LangItem::ArcWeak),
    ("box_new", LangItem::BoxNew),
    ("box_free", LangItem::BoxFree),
    ("Vec", LangItem::Vec),
    ("String", LangItem::String),
    ("str_part", LangItem::StrPart),
    ("flexible_slice", LangItem::FlexibleSlice),
    ("flexible_slice_mut", LangItem::FlexibleSliceMut),
    ("vec_of_array", LangItem::VecOfArray),
    ("vec_of_copies", LangItem::VecOfCopies),
    ("Result", LangItem::Result),
    ("Error", LangItem::Error),
    ("ErrorCode", LangItem::ErrorCode),
    ("Error.is", LangItem::ErrorIs),
    ("finish", LangItem::Finish),
    ("FnOnce", LangItem::FnOnce),
    ("FnMut", LangItem::FnMut),
    ("Fn", LangItem::Fn),
    ("From", LangItem::From),
    ("Sized", LangItem::Sized),
    ("Owned", LangItem::Owned),
    ("Copy", LangItem::Copy),
    ("Send", LangItem::Send),
    ("Sync", LangItem::Sync),
    ("OneThread", LangItem::OneThread),
    ("Clone", LangItem::Clone),
    ("Drop", LangItem::Drop),
    ("Ordering", LangItem::Ordering),
    ("Add", LangItem::Add),
    ("Sub", LangItem::Sub),
    ("Mul", LangItem::Mul),
    ("Div", LangItem::Div),
    ("Rem", LangItem::Rem),
    ("BitAnd", LangItem::BitAnd),
    ("BitOr", LangItem::BitOr),
    ("BitXor", LangItem::BitXor),
    ("Shl", LangItem::Shl),
    ("Shr", LangItem::Shr),
    ("Neg", LangItem::Neg),
    ("Not", LangItem::Not),
    ("AddAssign", LangItem::AddAssign),
    ("SubAssign", LangItem::SubAssign),
    ("MulAssign", LangItem::MulAssign),
    ("DivAssign", LangItem::DivAssign),
    ("RemAssign", LangItem::RemAssign),
    ("BitAndAssign", LangItem::BitAndAssign),
    ("BitOrAssign", LangItem::BitOrAssign),
    ("BitXorAssign", LangItem::BitXorAssign),
    ("ShlAssign", LangItem::ShlAssign),
    ("ShrAssign", LangItem::ShrAssign),
    ("Deref", LangItem::Deref),
    ("DerefMut", LangItem::DerefMut),
    ("Eq", LangItem::Eq),
    ("Ord", LangItem::Ord),
    ("ord_of_scalars", LangItem::OrdOfScalars),
    ("Index", LangItem::Index),
    ("IndexMut", LangItem::IndexMut),
    ("RangeFrom", LangItem::RangeFrom),
    ("RangeTo", LangItem::RangeTo),
    ("RangeToInclusive", LangItem::RangeToInclusive),
    ("RangeFull", LangItem::RangeFull),
    ("Iterator", LangItem::Iterator),
    ("IntoIterator", LangItem::IntoIterator),
    ("Display", LangItem::Display),
    ("Debug", LangItem::Debug),
    ("LowerHex", LangItem::LowerHex),
    ("UpperHex", LangItem::UpperHex),
    ("Octal", LangItem::Octal),
    ("Binary", LangItem::Binary),
    ("LowerExp", LangItem::LowerExp),
    ("Formatter", LangItem::Formatter),
    ("Args", LangItem::Args),
    ("Piece", LangItem::Piece),
    ("show_display", LangItem::ShowDisplay),
    ("show_debug", LangItem::ShowDebug),
    ("show_lower_hex", LangItem::ShowLowerHex),
    ("show_upper_hex", LangItem::ShowUpperHex),
    ("show_octal", LangItem::ShowOctal),
    ("show_binary", LangItem::ShowBinary),
    ("show_lower_exp", LangItem::ShowLowerExp),
];

impl LangItem {
    /// The trait of a kind of format.
    pub fn trait_of_format(kind: FormatKind) -> Self {
        match kind {
            FormatKind::Display => Self::Display,
            FormatKind::Debug => Self::Debug,
            FormatKind::LowerHex => Self::LowerHex,
            FormatKind::UpperHex => Self::UpperHex,
            FormatKind::Octal => Self::Octal,
            FormatKind::Binary => Self::Binary,
            FormatKind::Exponent => Self::LowerExp,
        }
    }

    /// The function that shows any value in a kind of format.
    pub fn show(kind: FormatKind) -> Self {
        match kind {
            FormatKind::Display => Self::ShowDisplay,
            FormatKind::Debug => Self::ShowDebug,
            FormatKind::LowerHex => Self::ShowLowerHex,
            FormatKind::UpperHex => Self::ShowUpperHex,
            FormatKind::Octal => Self::ShowOctal,
            FormatKind::Binary => Self::ShowBinary,
            FormatKind::Exponent => Self::ShowLowerExp,
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        let found = TABLE.iter().find(|(known, _)| *known == name);
        found.map(|(_, item)| *item)
    }
}

/// Which item is which. One is absent where the program does not load the file that it stands in.
#[derive(Default, Debug)]
pub struct LangItems {
    defs: FxHashMap<LangItem, DefId>,
    items: FxHashMap<DefId, LangItem>,
}

impl LangItems {
    pub fn get(&self, item: LangItem) -> Option<DefId> {
        self.defs.get(&item).copied()
    }

    /// What the language knows a definition as.
    pub fn item(&self, def: DefId) -> Option<LangItem> {
        self.items.get(&def).copied()
    }

    pub fn is(&self, def: DefId, item: LangItem) -> bool {
        self.get(item) == Some(def)
    }

    pub(crate) fn insert(&mut self, item: LangItem, def: DefId) {
        self.defs.insert(item, def);
        self.items.insert(def, item);
    }
}
