//! What makes one type of another where nothing does so by itself, for messages.

use hir::{Expr, ExprId, Literal, Mutability};

use super::Checker;
use crate::{IntTy, LangItem, Ty, TyKind, errors};

impl Checker<'_> {
    /// The message of a mismatch with what would convert the value, if that is said in a word.
    pub(super) fn with_conversion(
        &self,
        diagnostic: diag::Diagnostic,
        expr: ExprId,
        found: Ty,
        expected: Ty,
    ) -> Option<diag::Diagnostic> {
        let span = self.span(expr);
        let is_compound = self.is_compound(expr) || matches!(self.body.exprs[expr], Expr::Ref { .. });
        let after = |message, call| errors::convert_by(diagnostic.clone(), message, span, call, is_compound);
        if self.is_text(found) {
            if self.is_lang(expected, LangItem::String) {
                return Some(after("make a `String` of it", ".to_string()"));
            }
            if is_bytes(expected) {
                return Some(after("take its bytes", ".as_bytes()"));
            }
        }
        if let Expr::FString(_) = &self.body.exprs[expr] {
            if self.is_lang(expected, LangItem::String) {
                return Some(after("make a `String` of it", ".to_string()"));
            }
            if matches!(expected.kind(), TyKind::Ref(Mutability::Const, target) if matches!(target.kind(), TyKind::Str))
            {
                return Some(errors::text_of_message(diagnostic, span));
            }
        }
        match (found.kind(), expected.kind()) {
            (TyKind::Array(own, _), TyKind::Adt(_, args))
                if self.is_lang(expected, LangItem::Vec) && self.may_be(*own, args[0]) =>
            {
                Some(after("make a vector of it", ".to_vec()"))
            }
            (_, TyKind::Adt(_, args))
                if self.is_lang(expected, LangItem::Box)
                    && (self.may_be(found, args[0]) || self.may_become_dyn(found, args[0])) =>
            {
                Some(errors::put_in_box(diagnostic, span))
            }
            (TyKind::Char, TyKind::Int(IntTy::U8)) => match &self.body.exprs[expr] {
                Expr::Literal(Literal::Char(c)) if c.is_ascii() => Some(errors::byte_literal(diagnostic, span)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a reference to one of the library's owners is taken where one to the type is expected.
    pub(super) fn may_lend(&self, owner: Ty, target: Ty) -> bool {
        let TyKind::Adt(_, args) = owner.kind() else {
            return false;
        };
        match target.kind() {
            TyKind::Str => self.is_lang(owner, LangItem::String),
            TyKind::Slice(element) => self.is_lang(owner, LangItem::Vec) && self.may_be(args[0], *element),
            _ => self.is_lang(owner, LangItem::Box) && self.may_be(args[0], target),
        }
    }

    /// Whether a value of the first type could stand behind the `dyn` type.
    fn may_become_dyn(&self, found: Ty, dynamic: Ty) -> bool {
        let TyKind::Dyn(of) = dynamic.kind() else { return false };
        let owns = of.is_view || !self.type_env().may_be_view(found);
        owns && !found.has_infer() && self.type_env().prove(&of.trait_ref(found)).is_some()
    }

    /// A `&str`, a `String`, or a reference to one.
    pub(super) fn is_text(&self, ty: Ty) -> bool {
        let behind = self.behind_all_refs(ty);
        matches!(behind.kind(), TyKind::Str) || self.is_lang(behind, LangItem::String)
    }

    fn is_lang(&self, ty: Ty, item: LangItem) -> bool {
        match ty.kind() {
            TyKind::Adt(adt, _) => self.signatures.is_lang(*adt, item),
            _ => false,
        }
    }
}

fn is_bytes(ty: Ty) -> bool {
    let TyKind::Ref(Mutability::Const, target) = ty.kind() else {
        return false;
    };
    matches!(target.kind(), TyKind::Slice(element) if *element == Ty::int(IntTy::U8))
}
