//! What signatures say of the references that go through functions, and which types hold references.

use base::FxHashSet;

use crate::{AdtRef, Signatures, Ty, TyKind};

/// What a function says of where the references in its result, and those that it keeps, come from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loans {
    /// `@borrows(a, *b)`; absent where nothing is said.
    pub borrows: Option<Box<[Origin]>>,
    /// `@captures(a: b)`
    pub captures: Box<[Kept]>,
}

/// What a reference points into. Parameters are given by position, `self` being the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// `static`: what is never gone.
    Static,
    /// `a`: what the parameter is, or refers to.
    Param(u32),
    /// `*a`: what the references inside of that point to.
    Behind(u32),
}

/// That what a parameter refers to gets references from another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    pub into: u32,
    pub from: Origin,
}

impl Signatures {
    /// Whether a value of the type holds references, or may: a generic parameter may stand for a type that does.
    pub fn may_be_view(&self, ty: Ty) -> bool {
        self.may_be_view_within(ty, &mut FxHashSet::default())
    }

    fn may_be_view_within(&self, ty: Ty, seen: &mut FxHashSet<AdtRef>) -> bool {
        match ty.kind() {
            TyKind::Ref(..)
            | TyKind::FnPointer(_)
            | TyKind::Closure(_)
            | TyKind::Param { is_const: false, .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_)
            | TyKind::Error(_) => true,
            TyKind::Slice(inner) | TyKind::Array(inner, _) | TyKind::Optional(inner) => {
                self.may_be_view_within(*inner, seen)
            }
            TyKind::Tuple(elements) => elements.iter().any(|ty| self.may_be_view_within(*ty, seen)),
            TyKind::Adt(adt, args) => {
                let Some(decl) = self.adts.get(adt) else { return false };
                if decl.is_view || args.iter().any(|ty| self.may_be_view_within(*ty, seen)) {
                    return true;
                }
                // One that is met again has no more inside than before.
                let mut fields = decl
                    .fields
                    .iter()
                    .filter(|field| !field.is_static && !matches!(field.ty.kind(), TyKind::Param { .. }));
                seen.insert(*adt) && fields.any(|field| self.holds_references_within(field.ty, seen))
            }
            TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Pointer(..)
            | TyKind::FnItem(..)
            | TyKind::Dyn(_)
            | TyKind::ExternFn(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Param { is_const: true, .. } => false,
        }
    }

    /// Whether values of the type hold references whatever its generic parameters stand for.
    pub fn holds_references(&self, ty: Ty) -> bool {
        self.holds_references_within(ty, &mut FxHashSet::default())
    }

    fn holds_references_within(&self, ty: Ty, seen: &mut FxHashSet<AdtRef>) -> bool {
        let plain = ty.map(&mut |part| match part.kind() {
            TyKind::Param { is_const: false, .. } | TyKind::Assoc(_) => Some(Ty::unit()),
            _ => None,
        });
        self.may_be_view_within(plain, seen)
    }

    /// Whether a struct or enum has a reference inside, whatever its arguments are.
    pub(crate) fn has_references(&self, adt: AdtRef) -> bool {
        let mut seen = FxHashSet::default();
        let decl = self.adt(adt);
        decl.fields
            .iter()
            .filter(|field| !field.is_static)
            .any(|field| self.holds_references_within(field.ty, &mut seen))
    }
}
