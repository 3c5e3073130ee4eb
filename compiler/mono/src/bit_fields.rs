//! Bit-fields of C's records: which C text reads and writes one, and what one is in constant data.

use check::{AdtRef, Ty, TyKind};
use cmodel::{BitFieldAccess, CField, CParam, CShape, CSignature, CType, CallingConvention, Crossing, CrossingKind};
use target::{CScalar, Endian};
use unit::{FunctionId, GlobalInit};

use crate::c_types::CTypes;
use crate::names::short_hash;
use crate::pool::Pool;

impl Pool<'_> {
    /// The bit-field that a field of a type is.
    pub(crate) fn bit_field(&self, owner: Ty, index: u32) -> Option<CField> {
        self.input.signatures.bit_field(owner, index).cloned()
    }

    /// Whether C text can name the record: not an anonymous member, whose fields are those of the record around.
    pub(crate) fn has_c_name(&self, record: Ty) -> bool {
        if let TyKind::Adt(AdtRef::C(tag), _) = record.kind() {
            let record = self.input.signatures.c.records.get(tag);
            return record.is_some_and(|record| record.c_spelling.is_some());
        }
        matches!(record.kind(), TyKind::Adt(AdtRef::Lang(_), _))
    }

    /// The function of C text that reads or writes a bit-field of `record`, which is behind a pointer that is known to
    /// be aligned to `align` bytes: `void (value *, record *)` to read, `void (record *, value *)` to write.
    pub(crate) fn bit_field_accessor(
        &mut self,
        record: Ty,
        field: &CField,
        access: BitFieldAccess,
        align: u64,
    ) -> FunctionId {
        let TyKind::Adt(adt, _) = record.kind() else {
            unreachable!("only records of C have bit-fields, and {record:?} is none")
        };
        let own_align = self.layout(record).align;
        let name = field.name.expect("an unnamed bit-field is never named");
        let mut c_types = CTypes::new(self);
        let CType::Record(tag) = c_types.of(record) else {
            unreachable!("{record:?} is a record")
        };
        let (records, module) = c_types.finish(self);
        let name = match adt {
            AdtRef::C(_) => name.to_string(),
            AdtRef::Lang(_) => {
                let mut fields = self.input.signatures.adt(*adt).fields.iter();
                let index = fields.position(|field| field.name == Some(name));
                CShape::field_name(index.expect("the bit-field is one of the record"))
            }
        };
        let void = CType::Scalar(CScalar::Void);
        let value = CParam {
            name: None,
            ty: field.ty.clone(),
        };
        let (params, ret) = match access {
            BitFieldAccess::Load => (Vec::new(), value.ty),
            BitFieldAccess::Store => (vec![value], void),
        };
        let mut crossing = Crossing {
            name: String::new(),
            kind: CrossingKind::BitField {
                record: tag,
                field: name,
                access,
                align: (align < own_align).then_some(align),
            },
            signature: CSignature {
                params,
                ret,
                variadic: false,
                without_prototype: false,
                noreturn: false,
                convention: CallingConvention::Default,
            },
            variadic_args: Vec::new(),
            module,
            records,
            features: Vec::new(),
        };
        crossing.name = format!("lang_b_{}", short_hash(&[&format!("{crossing:?}")]));
        let signature = self.pointers_signature(2);
        self.declare(crossing.name.clone(), signature, true, Some(crossing))
    }
}

/// Writes the lowest bits of a value where Clang puts them: the first bit of memory is the lowest of the first byte on
/// little-endian targets, and the highest on the others, as is the first bit of the value.
pub(crate) fn write_bits(value: u128, (offset_bits, width_bits): (u64, u32), endian: Endian, init: &mut GlobalInit) {
    for bit in 0..width_bits {
        let at = offset_bits + u64::from(bit);
        let byte = &mut init.bytes[(at / 8) as usize];
        let (from, mask) = match endian {
            Endian::Little => (bit, 1 << (at % 8)),
            Endian::Big => (width_bits - 1 - bit, 0x80 >> (at % 8)),
        };
        if value >> from & 1 == 1 {
            *byte |= mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use target::Endian;
    use unit::GlobalInit;

    use super::write_bits;

    fn written(fields: &[(u128, u64, u32)], endian: Endian) -> Vec<u8> {
        let mut init = GlobalInit {
            bytes: vec![0; 4],
            relocations: Vec::new(),
        };
        for (value, offset, width) in fields {
            write_bits(*value, (*offset, *width), endian, &mut init);
        }
        init.bytes
    }

    /// `struct { unsigned a : 3, b : 7, c : 16; }`, as GCC and Clang have it on x86-64 and on s390x.
    #[test]
    fn bits_go_where_clang_puts_them() {
        let fields = [(5, 0, 3), (0x41, 3, 7), (0x1234, 10, 16)];
        assert_eq!(written(&fields, Endian::Little), [0x0d, 0xd2, 0x48, 0x00]);
        assert_eq!(written(&fields, Endian::Big), [0xb0, 0x44, 0x8d, 0x00]);
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        assert_eq!(written(&[(u128::MAX, 7, 2)], Endian::Little), [0x80, 0x01, 0, 0]);
    }
}
