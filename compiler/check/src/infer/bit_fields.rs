//! Bit-fields of C's records: values that can be read and assigned, and that have no address.

use base::{Span, Symbol};
use cmodel::CNature;
use hir::{BinaryOp, Expr, ExprId, PatId};

use super::Checker;
use crate::{AdtRef, Ty, TyKind, errors, numbers};

impl Checker<'_> {
    /// The bit-field that an expression names, or the value of an `_Atomic`, and what it is a field of.
    fn bit_field(&self, expr: ExprId) -> Option<(Symbol, Span, CNature)> {
        match &self.body.exprs[expr] {
            Expr::Unsafe(inner) => self.bit_field(*inner),
            Expr::Field {
                base, name, name_span, ..
            } => {
                let path = self.typed.fields.get(&expr)?;
                let TyKind::Adt(adt, _) = self.shallow(self.typed.adjusted_ty(*base)).kind() else {
                    return None;
                };
                self.is_bit_field(*adt, path)
                    .then(|| (*name, *name_span, self.nature(*adt)))
            }
            _ => None,
        }
    }

    fn nature(&self, adt: AdtRef) -> CNature {
        let AdtRef::C(tag) = adt else { return CNature::Declared };
        let record = self.signatures.c.records.get(&tag);
        record.map_or(CNature::Declared, |record| record.nature)
    }

    /// `place op= value` of the value of an `_Atomic` is one step in C, and two here.
    pub(super) fn reject_two_steps(&mut self, place: ExprId, (op, span): (BinaryOp, Span)) {
        if let Some((_, _, CNature::Atomic)) = self.bit_field(place) {
            self.report(errors::two_steps_of_atomic(span, &format!("{}=", op.symbol())));
        }
    }

    /// Whether the field that `path` leads to is a bit-field.
    pub(super) fn is_bit_field(&self, adt: AdtRef, path: &[u32]) -> bool {
        let owner = self.anonymous_members(adt, path).last().unwrap_or(adt);
        self.signatures.adt(owner).fields[path[path.len() - 1] as usize].is_bit_field
    }

    /// Whether the expression names a bit-field, which code of C reads and writes.
    pub(super) fn names_bit_field(&self, expr: ExprId) -> bool {
        self.bit_field(expr).is_some()
    }

    /// Reports a reference to a bit-field. Gives whether it is one.
    pub(super) fn reject_reference_to_bits(&mut self, operand: ExprId) -> bool {
        let Some((name, span, nature)) = self.bit_field(operand) else {
            return false;
        };
        self.report(errors::address_of_bit_field(span, name, nature));
        true
    }

    /// A pattern inside of one for a record matches a bit-field: its variable, if it is one, has a value.
    pub(super) fn require_bound_by_value(&mut self, pat: PatId, adt: AdtRef, field: Symbol) {
        if self.typed.pat_borrows.contains_key(&pat) {
            let (span, nature) = (self.pat_span(pat), self.nature(adt));
            self.report(errors::bit_field_bound_by_reference(span, field, nature));
        }
    }

    /// A constant that is put into a bit-field fits there.
    pub(super) fn require_fits_bits(&mut self, adt: AdtRef, path: &[u32], value: ExprId) {
        let owner = self.anonymous_members(adt, path).last().unwrap_or(adt);
        let owner = Ty::new(TyKind::Adt(owner, Box::new([])));
        let index = path[path.len() - 1];
        let signatures = self.signatures;
        let Some(field) = signatures.bit_field(owner, index) else {
            return;
        };
        let (Some(width), Some(name)) = (field.bit_width, field.name) else {
            return;
        };
        let ty = signatures.field_ty(owner, index).expect("a bit-field is a field");
        let ty = self.integer_of_enum(ty).unwrap_or(ty);
        let Some((least, _)) = numbers::limits(ty, self.input.target) else {
            return;
        };
        let Some(known) = self.known_integer(value) else {
            return;
        };
        let (least, greatest) = match (least, width) {
            (_, 127..) | (_, 0) => return,
            (0, width) => (0, (1 << width) - 1),
            (_, width) => (-(1 << (width - 1)), (1 << (width - 1)) - 1),
        };
        if !(least..=greatest).contains(&known) {
            let span = self.span(value);
            self.report(errors::too_wide_for_bits(span, name, width, least, greatest));
        }
    }

    /// The same of what is assigned to a place.
    pub(super) fn require_assigned_fits_bits(&mut self, place: ExprId, value: ExprId) {
        match &self.body.exprs[place] {
            Expr::Unsafe(inner) => self.require_assigned_fits_bits(*inner, value),
            Expr::Field { base, .. } => {
                let base_ty = self.shallow(self.typed.adjusted_ty(*base));
                if let (TyKind::Adt(adt, _), Some(path)) = (base_ty.kind(), self.typed.fields.get(&place).cloned()) {
                    self.require_fits_bits(*adt, &path, value);
                }
            }
            _ => {}
        }
    }
}
