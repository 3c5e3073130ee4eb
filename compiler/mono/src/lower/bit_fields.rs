//! Bit-fields, which are places to MIR and have no address: reading and writing one calls C text.

use check::Ty;
use cmodel::{BitFieldAccess, CField};
use mir::{Place, Projection};
use unit::{Callee, Rvalue};

use crate::lower::Lowering;

/// A bit-field, and the record that C text finds it in.
pub(super) struct Bits {
    field: CField,
    record_ty: Ty,
    record: unit::Place,
    /// What the address of the record is known to be divided by.
    align: u64,
    /// The field's own type.
    ty: Ty,
}

impl Lowering<'_, '_> {
    /// The bit-field that a place is. Anonymous members have no name in C: theirs are fields of the record around.
    pub(super) fn bit_field(&mut self, place: &Place) -> Option<Bits> {
        if !self.pool.input.signatures.may_have_bit_fields() {
            return None;
        }
        let Some((Projection::Field(index, ty), outer)) = place.projections.split_last() else {
            return None;
        };
        let mut record = Place {
            local: place.local,
            projections: outer.to_vec(),
        };
        let mut record_ty = self.place_ty(&record);
        let field = self.pool.bit_field(record_ty, *index)?;
        while !self.pool.has_c_name(record_ty) && matches!(record.projections.last(), Some(Projection::Field(..))) {
            record.projections.pop();
            record_ty = self.place_ty(&record);
        }
        let reached = self.reach(&record);
        let align = reached.align;
        Some(Bits {
            field,
            record_ty,
            record: self.sized(reached),
            align,
            ty: self.subst(*ty),
        })
    }

    /// The bit-field of a record that is being put together.
    pub(super) fn bit_field_of(&mut self, record: unit::Place, record_ty: Ty, field: CField, ty: Ty) -> Bits {
        let align = self.pool.types[record.ty].align;
        Bits {
            field,
            record_ty,
            record,
            align,
            ty,
        }
    }

    /// The value of a bit-field, in a new local.
    pub(super) fn load_bits(&mut self, bits: Bits) -> unit::Operand {
        let ty = self.pool.ty(bits.ty);
        let value = self.out.local(ty);
        let value = self.out.whole(value);
        let (to, from) = (self.address(value.clone()), self.address(bits.record.clone()));
        self.access_bits(&bits, BitFieldAccess::Load, vec![to, from]);
        unit::Operand::Copy(value)
    }

    pub(super) fn store_bits(&mut self, bits: Bits, value: unit::Operand) {
        let ty = self.pool.ty(bits.ty);
        let value = self.out.hold(ty, Rvalue::Use(value));
        let value = self.out.whole(value);
        let (to, from) = (self.address(bits.record.clone()), self.address(value));
        self.access_bits(&bits, BitFieldAccess::Store, vec![to, from]);
    }

    fn access_bits(&mut self, bits: &Bits, access: BitFieldAccess, args: Vec<unit::Operand>) {
        let accessor = self
            .pool
            .bit_field_accessor(bits.record_ty, &bits.field, access, bits.align);
        let nothing = self.nothing();
        self.out.call(Callee::Function(accessor), args, nothing, None);
    }
}
