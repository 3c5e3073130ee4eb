//! What is said of references that are passed: decided here, from the type alone. The table of it stands in
//! `docs/reference/ownership.md`.
//!
//! The rules of ownership say who touches what while a reference lives, and the loan analysis sees to it; but C keeps
//! to no rules. What C may have lent, or may hold as well, is anybody's.

use check::{AdtKind, AdtRef, Ty, TyKind};
use hir::{Mutability, StructKind};
use unit::{Access, FunctionId, Pointee};

use crate::pool::Pool;

/// What a value has in itself, and not behind a pointer.
#[derive(Clone, Copy, Default)]
struct Held {
    /// An `UnsafeCell`: it is written behind shared references.
    cell: bool,
    /// A type of C, or what may be one: C may hold pointers to it.
    c: bool,
}

impl Held {
    fn or(self, other: Self) -> Self {
        Self {
            cell: self.cell || other.cell,
            c: self.c || other.c,
        }
    }
}

impl Pool<'_> {
    /// What a reference promises of the memory behind it.
    pub(super) fn pointee(&mut self, ty: Ty) -> Option<Pointee> {
        let TyKind::Ref(mutability, target) = ty.kind() else {
            return None;
        };
        if let Some(known) = self.pointees.get(&ty) {
            return Some(*known);
        }
        let held = self.held(*target);
        let (size, align) = if let TyKind::Slice(element) = target.kind() {
            (0, self.layout(*element).align)
        } else if matches!(target.kind(), TyKind::Str | TyKind::CStr | TyKind::Dyn(_)) {
            (0, 1)
        } else {
            let layout = self.layout(*target);
            // What a cell says may be what another thread waits for to free it, while the reference is still there.
            let is_kept = *mutability == Mutability::Mut || !held.cell;
            (if is_kept { layout.size } else { 0 }, layout.align)
        };
        let access = match mutability {
            _ if held.c => Access::Any,
            Mutability::Mut => Access::Exclusive,
            Mutability::Const if held.cell => Access::Any,
            Mutability::Const if is_plain(*target) => Access::Read,
            Mutability::Const => Access::Frozen,
        };
        let pointee = Pointee { size, align, access };
        self.pointees.insert(ty, pointee);
        Some(pointee)
    }

    fn held(&self, ty: Ty) -> Held {
        let of_c = Held { cell: false, c: true };
        let nothing = Held::default();
        let all = |types: &mut dyn Iterator<Item = Ty>| types.fold(nothing, |held, ty| held.or(self.held(ty)));
        match ty.kind() {
            TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::Never
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Ref(..)
            | TyKind::Pointer(..)
            | TyKind::FnItem(..)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Const(_)
            | TyKind::Error(_) => nothing,
            TyKind::C(_) | TyKind::Opaque { .. } => of_c,
            TyKind::Adt(AdtRef::C(_), _) => of_c,
            TyKind::Adt(adt, _) => match self.input.signatures.adt(*adt).kind {
                AdtKind::Record(StructKind::ExternStruct | StructKind::ExternUnion)
                | AdtKind::ExternEnum
                | AdtKind::OpaqueRecord => of_c,
                AdtKind::Record(StructKind::Lang) | AdtKind::Enum => {
                    let cell = self.input.signatures.is_lang(*adt, check::LangItem::UnsafeCell);
                    all(&mut self.input.signatures.field_tys(ty)).or(Held { cell, c: false })
                }
            },
            TyKind::Array(element, _)
            | TyKind::Slice(element)
            | TyKind::Optional(element)
            | TyKind::Range { element, .. } => self.held(*element),
            TyKind::Tuple(elements) => all(&mut elements.iter().copied()),
            TyKind::Closure(closure) => all(&mut closure.captures().iter().copied()),
            // What is behind it may be anything; and of an instance nothing else is left.
            TyKind::Dyn(_) | TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) | TyKind::Infer(_) => {
                Held { cell: true, c: true }
            }
        }
    }

    /// C calls the function: it does not keep to what references promise.
    pub(crate) fn is_called_by_c(&mut self, function: FunctionId) {
        let params = &mut self.functions[function].function.signature.params;
        for pointee in params.iter_mut().filter_map(|param| param.pointee.as_mut()) {
            pointee.access = match pointee.access {
                Access::Any | Access::Exclusive => Access::Any,
                Access::Read | Access::Frozen => Access::Read,
            };
        }
    }
}

/// What C, too, has in its memory and may lend: numbers, pointers, text, and rows of such.
fn is_plain(ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Bool
        | TyKind::Char
        | TyKind::Int(_)
        | TyKind::Float(_)
        | TyKind::C(_)
        | TyKind::Str
        | TyKind::CStr
        | TyKind::Ref(..)
        | TyKind::Pointer(..)
        | TyKind::ExternFn(_)
        | TyKind::Opaque { .. }
        | TyKind::Error(_) => true,
        TyKind::Array(element, _) | TyKind::Slice(element) | TyKind::Optional(element) => is_plain(*element),
        TyKind::Never
        | TyKind::FnItem(..)
        | TyKind::FnPointer(_)
        | TyKind::Const(_)
        | TyKind::Adt(..)
        | TyKind::Range { .. }
        | TyKind::Tuple(_)
        | TyKind::Closure(_)
        | TyKind::Dyn(_)
        | TyKind::Param { .. }
        | TyKind::Assoc(_)
        | TyKind::Unnamed(_)
        | TyKind::Infer(_) => false,
    }
}
