//! `const` fields of C's records: they get a value with their record, and keep it.

use base::{Span, Symbol};
use cmodel::{CField, CTag, CType};
use hir::{Expr, ExprId};

use super::Checker;
use crate::{Adjust, AdtRef, TyKind, errors};

impl Checker<'_> {
    /// Reports a place that is a `const` field, or in one. Gives whether it is.
    pub(super) fn reject_const_field(&mut self, place: ExprId) -> bool {
        match self.const_field(place) {
            Some((name, span)) => {
                self.report(errors::assigns_const_field(span, name));
                true
            }
            None => false,
        }
    }

    /// As in C, a record with a `const` field somewhere in it is not assigned to as a whole.
    pub(super) fn reject_record_with_const_field(&mut self, place: ExprId) {
        let ty = self.shallow(self.typed.adjusted_ty(place));
        if let TyKind::Adt(AdtRef::C(tag), _) = ty.kind()
            && let Some(name) = self.const_field_in(*tag)
        {
            let text = self.display(ty);
            self.error_at(place, |span| errors::assigns_record_with_const_field(span, &text, name));
        }
    }

    /// Whether the field that `path` leads to is `const`, or one on the way to it.
    pub(super) fn is_const_field(&self, adt: AdtRef, path: &[u32]) -> bool {
        let members = self.anonymous_members(adt, path);
        let mut steps = [adt].into_iter().chain(members).zip(path);
        steps.any(|(owner, index)| self.c_field(owner, *index).is_some_and(|field| field.is_const))
    }

    fn c_field(&self, owner: AdtRef, index: u32) -> Option<&CField> {
        let AdtRef::C(tag) = owner else { return None };
        let layout = self.signatures.c.records.get(&tag)?.layout.as_ref()?;
        layout.fields.get(index as usize)
    }

    /// The `const` field that a place is in, without going through a pointer: what one leads to is another object.
    fn const_field(&self, place: ExprId) -> Option<(Symbol, Span)> {
        match &self.body.exprs[place] {
            Expr::Unsafe(inner) => self.const_field(*inner),
            Expr::Field {
                base, name, name_span, ..
            } => {
                let path = self.typed.fields.get(&place)?;
                let found = match self.shallow(self.typed.adjusted_ty(*base)).kind() {
                    TyKind::Adt(adt, _) => self.is_const_field(*adt, path),
                    _ => false,
                };
                match found {
                    true => Some((*name, *name_span)),
                    false => self.const_field_around(*base),
                }
            }
            Expr::Index { base, .. } => match self.shallow(self.typed.adjusted_ty(*base)).kind() {
                TyKind::Array(..) => self.const_field_around(*base),
                _ => None,
            },
            _ => None,
        }
    }

    fn const_field_around(&self, base: ExprId) -> Option<(Symbol, Span)> {
        let steps = self.typed.adjustments.get(&base).map_or(&[][..], Vec::as_slice);
        let is_elsewhere = steps
            .iter()
            .any(|step| matches!(step.kind, Adjust::Deref | Adjust::Lend));
        match is_elsewhere {
            true => None,
            false => self.const_field(base),
        }
    }

    /// The name of a `const` field of a record, or of one that it has in it.
    fn const_field_in(&self, tag: CTag) -> Option<Symbol> {
        let layout = self.signatures.c.records.get(&tag)?.layout.as_ref()?;
        layout.fields.iter().find_map(|field| match field.is_const {
            true => field.name,
            false => self.const_field_in_type(&field.ty),
        })
    }

    fn const_field_in_type(&self, ty: &CType) -> Option<Symbol> {
        self.const_field_in(ty.record_inside(&self.signatures.c.typedefs)?)
    }
}
