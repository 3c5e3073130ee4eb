//! What the traits of operators are for types that the operators are built in for: no `impl` says it.
//!
//! One table: which trait and method an operator is, which types have it, and the function that it then is.

use hir::{BinaryOp, FormatKind};

use crate::{LangItem, Reveal, Signatures, TraitRef, Ty, TyKind, TypeEnv};

/// A function that an operator is, for the types that it is built in for. Generic over that type; a shift also over
/// that of the amount.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OperatorFn {
    /// `fn(T, T) -> T`
    Binary(BinaryOp),
    /// `fn(&mut T, T)`
    Assign(BinaryOp),
    /// `fn(&T, &T) -> bool`
    Compare(BinaryOp),
    /// `fn(T) -> T`
    Neg,
    Not,
    /// `fn(&T) -> T` of a type that is `Copy`.
    Clone,
    /// `fn(&T, &mut Formatter)`
    Format(FormatKind),
}

/// Every kind of format.
const FORMATS: [FormatKind; 7] = [
    FormatKind::Display,
    FormatKind::Debug,
    FormatKind::LowerHex,
    FormatKind::UpperHex,
    FormatKind::Octal,
    FormatKind::Binary,
    FormatKind::Exponent,
];

impl OperatorFn {
    /// Every one of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let binary = BINARY.iter().map(|(op, ..)| Self::Binary(*op));
        let assign = BINARY.iter().map(|(op, ..)| Self::Assign(*op));
        let compare = COMPARISONS.iter().map(|(op, ..)| Self::Compare(*op));
        binary
            .chain(assign)
            .chain(compare)
            .chain([Self::Neg, Self::Not, Self::Clone])
            .chain(FORMATS.map(Self::Format))
    }

    /// `a << b`: the two may be of different types.
    pub fn is_shift(self) -> bool {
        matches!(
            self,
            Self::Binary(BinaryOp::Shl | BinaryOp::Shr) | Self::Assign(BinaryOp::Shl | BinaryOp::Shr)
        )
    }

    /// The trait that it is a method of.
    pub(crate) fn method(self) -> (LangItem, &'static str) {
        let found = match self {
            Self::Binary(op) | Self::Compare(op) => trait_of(op),
            Self::Assign(op) => assign_trait_of(op),
            Self::Neg => Some((LangItem::Neg, "neg")),
            Self::Not => Some((LangItem::Not, "not")),
            Self::Clone => Some((LangItem::Clone, "clone")),
            Self::Format(kind) => Some((LangItem::trait_of_format(kind), "fmt")),
        };
        found.expect("there are functions of operators with traits only")
    }

    /// As messages and debuggers show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary(op) | Self::Assign(op) | Self::Compare(op) => op.symbol(),
            Self::Neg => "-",
            Self::Not => "!",
            Self::Clone => "clone",
            Self::Format(_) => "fmt",
        }
    }
}

/// Operators with the traits of `a op b` and `a op= b`, and their methods.
const BINARY: [(BinaryOp, LangItem, &str, LangItem, &str); 10] = [
    (BinaryOp::Add, LangItem::Add, "add", LangItem::AddAssign, "add_assign"),
    (BinaryOp::Sub, LangItem::Sub, "sub", LangItem::SubAssign, "sub_assign"),
    (BinaryOp::Mul, LangItem::Mul, "mul", LangItem::MulAssign, "mul_assign"),
    (BinaryOp::Div, LangItem::Div, "div", LangItem::DivAssign, "div_assign"),
    (BinaryOp::Rem, LangItem::Rem, "rem", LangItem::RemAssign, "rem_assign"),
    (
        BinaryOp::BitAnd,
        LangItem::BitAnd,
        "bit_and",
        LangItem::BitAndAssign,
        "bit_and_assign",
    ),
    (
        BinaryOp::BitOr,
        LangItem::BitOr,
        "bit_or",
        LangItem::BitOrAssign,
        "bit_or_assign",
    ),
    (
        BinaryOp::BitXor,
        LangItem::BitXor,
        "bit_xor",
        LangItem::BitXorAssign,
        "bit_xor_assign",
    ),
    (BinaryOp::Shl, LangItem::Shl, "shl", LangItem::ShlAssign, "shl_assign"),
    (BinaryOp::Shr, LangItem::Shr, "shr", LangItem::ShrAssign, "shr_assign"),
];

const COMPARISONS: [(BinaryOp, LangItem, &str); 6] = [
    (BinaryOp::Eq, LangItem::Eq, "eq"),
    (BinaryOp::Ne, LangItem::Eq, "ne"),
    (BinaryOp::Lt, LangItem::Ord, "lt"),
    (BinaryOp::Le, LangItem::Ord, "le"),
    (BinaryOp::Gt, LangItem::Ord, "gt"),
    (BinaryOp::Ge, LangItem::Ord, "ge"),
];

/// The trait of `a op b` and its method; absent for the operators of numbers alone.
pub(crate) fn trait_of(op: BinaryOp) -> Option<(LangItem, &'static str)> {
    let arithmetic = BINARY.iter().map(|(known, item, method, ..)| (known, item, method));
    let comparisons = COMPARISONS.iter().map(|(known, item, method)| (known, item, method));
    let mut all = arithmetic.chain(comparisons);
    all.find(|(known, ..)| **known == op)
        .map(|(_, item, method)| (*item, *method))
}

/// The trait of `a op= b` and its method.
pub(crate) fn assign_trait_of(op: BinaryOp) -> Option<(LangItem, &'static str)> {
    let mut all = BINARY.iter();
    all.find(|(known, ..)| *known == op)
        .map(|(_, _, _, item, method)| (*item, *method))
}

/// The function that a method of an operator's trait is, for types that have it built in.
pub(crate) fn function_of(item: LangItem, method: &str) -> Option<OperatorFn> {
    match item {
        LangItem::Neg => return Some(OperatorFn::Neg),
        LangItem::Not => return Some(OperatorFn::Not),
        LangItem::Clone if method == "clone" => return Some(OperatorFn::Clone),
        _ => {}
    }
    if let Some(kind) = format_of(item) {
        return (method == "fmt").then_some(OperatorFn::Format(kind));
    }
    let comparison = COMPARISONS
        .iter()
        .find(|(_, known, name)| *known == item && *name == method);
    if let Some((op, ..)) = comparison {
        return Some(OperatorFn::Compare(*op));
    }
    BINARY.iter().find_map(|(op, by_value, _, assign, _)| {
        if *by_value == item {
            Some(OperatorFn::Binary(*op))
        } else {
            (*assign == item).then_some(OperatorFn::Assign(*op))
        }
    })
}

/// The kind of format that a trait is of.
fn format_of(item: LangItem) -> Option<FormatKind> {
    FORMATS
        .into_iter()
        .find(|kind| LangItem::trait_of_format(*kind) == item)
}

/// Whether the runtime prints a value of the type in this kind of format.
pub(crate) fn prints(ty: Ty, kind: FormatKind) -> bool {
    let is_number = ty.is_numeric() && !matches!(ty.kind(), TyKind::C(target::CScalar::LongDouble));
    match kind {
        FormatKind::Display | FormatKind::Debug => is_number || is_word(ty),
        FormatKind::LowerHex | FormatKind::UpperHex | FormatKind::Octal | FormatKind::Binary => ty.is_integer(),
        FormatKind::Exponent => is_number && ty.is_float(),
    }
}

/// How far a type has a trait without an `impl`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BuiltIn {
    Yes,
    No,
    /// It depends on what is not known yet.
    Open,
}

impl From<bool> for BuiltIn {
    fn from(holds: bool) -> Self {
        match holds {
            true => Self::Yes,
            false => Self::No,
        }
    }
}

/// Whether a type has a trait of the language without an `impl`.
pub(crate) fn built_in(env: TypeEnv<'_>, goal: &TraitRef) -> BuiltIn {
    let Some(item) = env.signatures.lang.item(goal.def) else {
        return BuiltIn::No;
    };
    let ty = goal.self_ty();
    match item {
        LangItem::Sized => sized(env.signatures, ty).into(),
        // What a type is made of says it, once that is known.
        LangItem::Send | LangItem::Sync if ty.has_infer() => BuiltIn::Open,
        // Of instances, the bodies that make values of them have been asked.
        LangItem::Owned if env.reveal == Reveal::Types => BuiltIn::Yes,
        LangItem::Owned => match ty.has_infer() {
            true => BuiltIn::Open,
            false => (!env.may_be_view(ty)).into(),
        },
        LangItem::Copy | LangItem::Clone => match ty.has_infer() {
            true if ty.is_numeric() => BuiltIn::Yes,
            true => BuiltIn::Open,
            false => env.is_copy(ty).into(),
        },
        LangItem::Neg => (ty.is_float() || (ty.is_integer() && !is_unsigned(ty))).into(),
        LangItem::Not => (ty.is_integer() || is_bool(ty)).into(),
        LangItem::Eq => with_same(goal, ty.is_numeric() || is_word(ty)),
        LangItem::Ord => with_same(goal, ty.is_integer() || is_word(ty)),
        LangItem::Shl | LangItem::Shr | LangItem::ShlAssign | LangItem::ShrAssign => match goal.args[1].kind() {
            TyKind::Infer(var) if ty.is_integer() && var.may_be(ty) => BuiltIn::Open,
            _ => (ty.is_integer() && goal.args[1].is_integer()).into(),
        },
        LangItem::BitAnd
        | LangItem::BitOr
        | LangItem::BitXor
        | LangItem::BitAndAssign
        | LangItem::BitOrAssign
        | LangItem::BitXorAssign => with_same(goal, ty.is_integer() || is_bool(ty)),
        LangItem::Add
        | LangItem::Sub
        | LangItem::Mul
        | LangItem::Div
        | LangItem::Rem
        | LangItem::AddAssign
        | LangItem::SubAssign
        | LangItem::MulAssign
        | LangItem::DivAssign
        | LangItem::RemAssign => with_same(goal, ty.is_numeric()),
        _ => match format_of(item) {
            Some(kind) => prints(ty, kind).into(),
            None => BuiltIn::No,
        },
    }
}

/// Of a trait whose operator takes two of one type.
fn with_same(goal: &TraitRef, has_operator: bool) -> BuiltIn {
    let (ty, other) = (goal.args[0], goal.args[1]);
    match (has_operator, ty == other) {
        (false, _) => BuiltIn::No,
        (true, true) => BuiltIn::Yes,
        (true, false) if ty.has_infer() || other.has_infer() => match crate::traits::may_be_equal(ty, other) {
            true => BuiltIn::Open,
            false => BuiltIn::No,
        },
        (true, false) => BuiltIn::No,
    }
}

fn sized(signatures: &Signatures, ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Param { .. } | TyKind::Assoc(_) => false,
        TyKind::Adt(adt, _) => {
            let decl = signatures.adts.get(adt);
            decl.is_none_or(|decl| decl.kind != crate::AdtKind::OpaqueRecord)
        }
        _ => !ty.is_unsized() && !matches!(ty.kind(), TyKind::C(target::CScalar::Void)),
    }
}

fn is_bool(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Bool)
}

/// What is compared as bits and is no number.
fn is_word(ty: Ty) -> bool {
    matches!(
        ty.kind(),
        TyKind::Bool | TyKind::Char | TyKind::C(target::CScalar::Bool) | TyKind::Pointer(..)
    )
}

fn is_unsigned(ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Int(int) => !int.is_signed(),
        TyKind::C(scalar) => matches!(
            scalar,
            target::CScalar::UChar
                | target::CScalar::UShort
                | target::CScalar::UInt
                | target::CScalar::ULong
                | target::CScalar::ULongLong
        ),
        _ => false,
    }
}
