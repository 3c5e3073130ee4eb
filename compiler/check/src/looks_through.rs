//! Types that are used as what they hold: a `Box<T>` as its `T`, a `Vec<T>` as its slice.
//!
//! What a box holds is a place, as what a reference points to. All others lend what they hold, by the functions of
//! their `impl Deref` and, to be written through, `impl DerefMut`.

use hir::Mutability;

use crate::{Adjust, AdtRef, Bounds, FnRef, LangItem, Signatures, Ty, TyKind};

/// The functions by which a struct or enum lends what it holds: its `impl Deref`, and its `impl DerefMut`.
#[derive(Clone, Debug)]
pub struct Lender {
    /// What is lent, with the generics of the `impl`.
    pub target: Ty,
    pub shared: FnRef,
    /// Absent for a type whose content can only be read.
    pub mutable: Option<FnRef>,
    /// Which argument of the type each generic of the `impl` is.
    pub generics: Box<[usize]>,
    /// The same of `mutable`.
    pub mutable_generics: Box<[usize]>,
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

    /// Whether the function is the `drop` of a type.
    pub fn is_drop(&self, function: FnRef) -> bool {
        self.drops.values().any(|drop| *drop == function)
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
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) => true,
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
        let env = self.within(Bounds::NONE);
        let target = env.instantiate(lender.target, &arguments(&lender.generics, args));
        let mutability = if lender.mutable.is_some() {
            Mutability::Mut
        } else {
            Mutability::Const
        };
        let lent = Some(target.reference(mutability));
        Some(Through { target, lent })
    }

    /// The function that lends what a value of the type holds, to be written if it can be and is asked for, with the
    /// arguments of its `impl`; and whether it is to be written.
    pub fn lending(&self, ty: Ty, mutability: Mutability) -> Option<(FnRef, Box<[Ty]>, Mutability)> {
        let TyKind::Adt(adt, args) = ty.kind() else {
            return None;
        };
        let lender = self.lenders.get(adt)?;
        Some(match (mutability, lender.mutable) {
            (Mutability::Mut, Some(function)) => (function, arguments(&lender.mutable_generics, args), Mutability::Mut),
            (Mutability::Mut, None) | (Mutability::Const, _) => {
                (lender.shared, arguments(&lender.generics, args), Mutability::Const)
            }
        })
    }

    /// Whether what a type of this head lends leads back to it, by others that lend, boxes and references.
    pub(crate) fn lends_itself(&self, adt: AdtRef, target: Ty) -> bool {
        let mut ty = target;
        let mut met = vec![adt];
        loop {
            match ty.kind() {
                TyKind::Ref(_, inner) | TyKind::Pointer(_, inner) => ty = *inner,
                TyKind::Adt(other, _) => {
                    if met.contains(other) {
                        return true;
                    }
                    met.push(*other);
                    match self.looks_through(ty) {
                        Some(through) => ty = through.target,
                        None => return false,
                    }
                }
                _ => return false,
            }
        }
    }
}

/// Which argument of a type each generic of an `impl` for it is; absent where it is not for all of the type's
/// instances.
pub(crate) fn positions(n_generics: usize, args: &[Ty]) -> Option<Box<[usize]>> {
    let is_param =
        |arg: &Ty, wanted: usize| matches!(arg.kind(), TyKind::Param { index, .. } if *index as usize == wanted);
    let found = (0..n_generics).map(|wanted| args.iter().position(|arg| is_param(arg, wanted)));
    (n_generics == args.len()).then(|| found.collect()).flatten()
}

fn arguments(positions: &[usize], args: &[Ty]) -> Box<[Ty]> {
    positions.iter().map(|position| args[*position]).collect()
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
