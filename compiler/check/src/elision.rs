//! Elision: what a function's result borrows where its signature does not say so.
//!
//! Takes declarations and gives origins. References that come with generic parameters are no matter of this: they go
//! through by themselves, whatever is written.

use hir::Mutability;

use crate::{FnDecl, Origin, Receiver, Signatures, Ty, TyKind};

/// What a result borrows that has no `@borrows`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Elided {
    /// There is one that it can be, or nothing that it could be.
    Known(Vec<Origin>),
    /// It may be any of these, and which one the signature has to say.
    Ambiguous(Vec<Origin>),
}

impl Elided {
    /// All that the result may hold, as far as is known.
    pub fn origins(&self) -> &[Origin] {
        match self {
            Self::Known(origins) | Self::Ambiguous(origins) => origins,
        }
    }
}

impl Signatures {
    /// What the result of a function borrows, as its declaration says or leaves to elision.
    pub fn said_or_elided(&self, decl: &FnDecl) -> Vec<Origin> {
        match &decl.loans.borrows {
            Some(said) => said.to_vec(),
            None => self.elided(decl).origins().to_vec(),
        }
    }

    /// What the result of a function borrows if nothing is said: a method's, of `self`; another's, of the one
    /// parameter that it can.
    pub fn elided(&self, decl: &FnDecl) -> Elided {
        if !self.holds_references(decl.ret) {
            return Elided::Known(Vec::new());
        }
        let first = decl.params.first().map(|param| param.ty);
        match (decl.receiver, first.map(|ty| ty.kind())) {
            (Some(Receiver::Ref(mutability)), Some(TyKind::Ref(_, target))) => {
                if !self.holds_references(*target) {
                    return Elided::Known(vec![Origin::Param(0)]);
                }
                return match mutability {
                    Mutability::Const if self.within(&decl.bounds).is_copy(*target) => {
                        Elided::Known(vec![Origin::Behind(0)])
                    }
                    Mutability::Const => Elided::Known(vec![Origin::Param(0)]),
                    Mutability::Mut => Elided::Ambiguous(vec![Origin::Param(0), Origin::Behind(0)]),
                };
            }
            (Some(Receiver::Value | Receiver::Owner), Some(_)) if first.is_some_and(|ty| self.holds_references(ty)) => {
                return Elided::Known(vec![Origin::Param(0)]);
            }
            _ => {}
        }
        let numbered = (0..).zip(&decl.params);
        let views = numbered.filter(|(_, param)| !param.is_static && self.may_give_references(param.ty));
        let views: Vec<(u32, Ty)> = views.map(|(index, param)| (index, param.ty)).collect();
        // A view that goes through: `fn rest(words: Words, by: &str) -> Words`.
        let mut same = views.iter().filter(|(_, ty)| *ty == decl.ret);
        if let (Some((index, _)), None) = (same.next(), same.next())
            && !matches!(decl.ret.kind(), TyKind::Ref(..))
        {
            return Elided::Known(vec![Origin::Param(*index)]);
        }
        let origins = views.iter().map(|(index, _)| Origin::Param(*index)).collect();
        if views.len() > 1 {
            Elided::Ambiguous(origins)
        } else {
            Elided::Known(origins)
        }
    }

    /// Whether references can be had of a value of the type, whatever its generic parameters stand for.
    fn may_give_references(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::FnPointer(fn_type) => self.may_be_view(fn_type.ret),
            _ => self.holds_references(ty),
        }
    }
}
