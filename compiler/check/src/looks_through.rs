//! Types that are used as what they hold: a `Box<T>` as its `T`, a `Vec<T>` as its slice.
//!
//! What a box holds is a place, as what a reference points to. All others lend what they hold by a function of theirs,
//! `deref`, and, to be written through, `deref_mut`.

use base::sym;
use hir::Mutability;

use crate::{Adjust, AdtRef, FnRef, LangItem, Signatures, Ty, TyKind, TypeHead};

/// The functions by which a type lends what it holds. Their generics are the type's.
#[derive(Clone, Copy, Debug)]
pub struct Lender {
    /// What is lent, with the type's own parameters.
    pub target: Ty,
    pub shared: FnRef,
    /// Absent for a type whose content can only be read.
    pub mutable: Option<FnRef>,
}

/// What a value is seen as, and how.
#[derive(Clone, Copy, Debug)]
pub struct Through {
    pub target: Ty,
    /// [`Adjust::Lend`], after which comes an [`Adjust::Deref`], with the type between the two; absent for a box.
    pub lent: Option<Ty>,
}

impl Signatures {
    /// The type of what a `Box` holds; absent for every other type.
    pub fn box_content(&self, ty: Ty) -> Option<Ty> {
        match ty.kind() {
            TyKind::Adt(AdtRef::Lang(def), args) if self.lang.is(*def, LangItem::Box) => args.first().copied(),
            _ => None,
        }
    }

    /// Whether the type is this item of the library.
    pub fn is_lang(&self, adt: AdtRef, item: LangItem) -> bool {
        matches!(adt, AdtRef::Lang(def) if self.lang.is(def, item))
    }

    /// Whether a value of the type can be changed behind a `&`: it holds an `UnsafeCell`, by value.
    pub fn has_cell(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Adt(adt, args) => {
                let decl = self.adt(*adt);
                let mut fields = decl.fields.iter().map(|field| field.ty.substitute(args));
                self.is_lang(*adt, LangItem::UnsafeCell) || fields.any(|field| self.has_cell(field))
            }
            TyKind::Array(element, _) => self.has_cell(*element),
            TyKind::Optional(inner) => self.has_cell(*inner),
            TyKind::Tuple(elements) => elements.iter().any(|element| self.has_cell(*element)),
            TyKind::Closure(closure) => closure.captures().iter().any(|capture| self.has_cell(*capture)),
            // What a generic parameter will be is not known: it may.
            TyKind::Param { .. } | TyKind::Assoc(_) => true,
            _ => false,
        }
    }

    /// The type of a `Vec`'s elements; absent for every other type.
    pub fn vec_element(&self, ty: Ty) -> Option<Ty> {
        match ty.kind() {
            TyKind::Adt(AdtRef::Lang(def), args) if self.lang.is(*def, LangItem::Vec) => args.first().copied(),
            _ => None,
        }
    }

    /// What a value of the type is used as, where it has not got what is asked for itself.
    pub fn looks_through(&self, ty: Ty) -> Option<Through> {
        if let Some(target) = self.box_content(ty) {
            return Some(Through { target, lent: None });
        }
        let TyKind::Adt(adt, args) = ty.kind() else {
            return None;
        };
        let lender = self.lenders.get(adt)?;
        let target = self.instantiate(lender.target, args);
        let mutability = if lender.mutable.is_some() {
            Mutability::Mut
        } else {
            Mutability::Const
        };
        let lent = Some(target.reference(mutability));
        Some(Through { target, lent })
    }

    /// The lender that a type of the library is by its methods.
    pub(crate) fn lender_of(&self, adt: AdtRef) -> Option<Lender> {
        let method = |name| {
            let def = self.methods.functions.get(&(TypeHead::Adt(adt), sym(name)))?;
            Some(FnRef::Lang(*def))
        };
        let shared = method("deref")?;
        let TyKind::Ref(_, target) = self.function(shared).ret.kind() else {
            return None;
        };
        Some(Lender {
            target: *target,
            shared,
            mutable: method("deref_mut"),
        })
    }
}

impl Through {
    /// The steps from a place of the type to that of what it is used as.
    pub(crate) fn steps(self) -> impl Iterator<Item = (Adjust, Ty)> {
        let lend = self.lent.map(|lent| (Adjust::Lend, lent));
        lend.into_iter().chain([(Adjust::Deref, self.target)])
    }

    /// Whether what is held can be written.
    pub(crate) fn is_mutable(self) -> bool {
        self.lent
            .is_none_or(|lent| matches!(lent.kind(), TyKind::Ref(Mutability::Mut, _)))
    }
}
