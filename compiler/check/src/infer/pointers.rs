//! What to write where a raw pointer is wanted and a value, a reference or a list stands, as C takes them.
//!
//! Takes the expression with its type, and what the pointer leads to; gives the method that makes the pointer.

use diag::Diagnostic;
use hir::{Expr, ExprId, Mutability};
use target::CScalar;

use super::Checker;
use crate::errors::{self, MakesPointer};
use crate::{InferVar, IntTy, LangItem, Ty, TyKind};

impl Checker<'_> {
    /// Says how a pointer to the `element` is made of what stands in its place, where that is known.
    pub(super) fn with_pointer(
        &self,
        diagnostic: Diagnostic,
        expr: ExprId,
        found: Ty,
        (mutability, element): (Mutability, Ty),
    ) -> Diagnostic {
        let span = self.span(expr);
        let owner = self.behind_all_refs(found);
        let sign = match &self.body.exprs[expr] {
            Expr::Ref { .. } => match self.sign_before(expr) {
                Some(sign) => Some(sign),
                None => return diagnostic,
            },
            _ if self.is_compound(expr) => return diagnostic,
            _ => None,
        };
        if let Some(method) = self.text_pointer(owner, mutability, element) {
            return errors::makes_pointer(diagnostic, span, sign, MakesPointer::OfText(method));
        }
        let Some(first) = self.element_of(owner) else {
            let is_value = found == owner && self.is_place(expr) && self.may_be(found, element);
            return match mutability {
                Mutability::Const if is_value => errors::borrow_it(diagnostic, span, "&", false),
                Mutability::Mut if is_value && self.writable_root(expr) == Some(true) => {
                    errors::borrow_it(diagnostic, span, "&mut ", false)
                }
                Mutability::Const | Mutability::Mut => diagnostic,
            };
        };
        if !self.may_be_element(first, element) {
            return diagnostic;
        }
        if mutability == Mutability::Const {
            return errors::makes_pointer(diagnostic, span, sign, MakesPointer::ToFirst);
        }
        let operand = match &self.body.exprs[expr] {
            Expr::Ref { operand, .. } => *operand,
            _ => expr,
        };
        let makes = match self.writable_root(operand) {
            Some(true) => MakesPointer::ToFirstMut,
            Some(false) => MakesPointer::ToFirstOfLet,
            None => return diagnostic,
        };
        errors::makes_pointer(diagnostic, span, sign, makes)
    }

    /// The method of a text whose bytes are pointed to.
    fn text_pointer(&self, owner: Ty, mutability: Mutability, element: Ty) -> Option<&'static str> {
        let is_string = matches!(owner.kind(), TyKind::Adt(adt, _) if self.signatures.is_lang(*adt, LangItem::String));
        if mutability == Mutability::Mut || !(is_string || matches!(owner.kind(), TyKind::Str)) {
            return None;
        }
        match element.kind() {
            TyKind::C(CScalar::Char) => is_string.then_some("as_cstr"),
            TyKind::C(CScalar::Void | CScalar::UChar) | TyKind::Int(IntTy::U8) => Some("as_ptr"),
            _ => None,
        }
    }

    /// What an array, slice or `Vec` is made of.
    fn element_of(&self, owner: Ty) -> Option<Ty> {
        match owner.kind() {
            TyKind::Array(element, _) | TyKind::Slice(element) => Some(self.shallow(*element)),
            TyKind::Adt(adt, args) if self.signatures.is_lang(*adt, LangItem::Vec) => Some(self.shallow(args[0])),
            _ => None,
        }
    }

    fn may_be_element(&self, own: Ty, wanted: Ty) -> bool {
        let is_known = !matches!(own.kind(), TyKind::Infer(InferVar::Any(_)));
        match wanted.kind() {
            TyKind::C(CScalar::Void) => is_known && !matches!(own.kind(), TyKind::Infer(_)),
            _ => is_known && self.may_be(own, wanted),
        }
    }
}
