//! Types of C that Lang has no word for, as records that stand for them.
//!
//! Takes Clang's complex numbers, vectors, `_BitInt`s and `_Atomic`s. Gives [`CRecord`]s that are laid out and spelled
//! as they are, so that they are passed as Clang passes them, and whose fields are what is in them. What no field can
//! show (a vector of bits, a `_BitInt` wider than the widest integer) stays bytes.

use base::sym;
use cmodel::{CAdvice, CField, CLayout, CLoc, CNature, CRecord, CRecordKind, CTag, CType};
use target::{CScalar, Endian};

use crate::ast::Type;
use crate::translate::{Owner, Translator};
use crate::types::opaque;

impl<'u> Translator<'u> {
    /// The record that stands for a type which is no record.
    pub(crate) fn stand_in(&mut self, ty: Type<'u>, nature: CNature) -> CType {
        let ty = ty.canonical();
        let spelling = unqualified(&ty.spelling());
        let tag = CTag(sym(&spelling));
        if self.model.records.contains_key(&tag) {
            return CType::Record(tag);
        }
        let (Some(size), Some(align)) = (ty.size(), ty.align()) else {
            return opaque(ty);
        };
        let fields = match nature {
            CNature::Declared | CNature::Aligned => None,
            CNature::Complex => self.parts_of_complex(ty, size),
            CNature::Vector => self.lanes(ty, size),
            CNature::BitInt => self.value_of_bits(&spelling, size),
            CNature::Atomic => self.value_of_atomic(ty, size),
        };
        let Some(fields) = fields else {
            return opaque(ty);
        };
        let record = CRecord {
            tag,
            name: tag.0,
            // In front of a declarator, an attribute would belong to what is declared.
            c_spelling: Some(format!("__typeof__({spelling})")),
            kind: CRecordKind::Struct,
            nature,
            realigns: None,
            layout: Some(CLayout { size, align, fields }),
            advice: CAdvice::default(),
            module: self.module,
            doc: None,
            loc: CLoc::default(),
        };
        self.model.records.insert(tag, record);
        CType::Record(tag)
    }

    fn part(&mut self, ty: Type<'u>) -> CType {
        self.ty(ty, &Owner::unreachable(ty.spelling()))
    }

    fn parts_of_complex(&mut self, ty: Type<'u>, size: u64) -> Option<Vec<CField>> {
        let part = self.part(ty.lane());
        Some(vec![field("re", part.clone(), 0), field("im", part, size * 4)])
    }

    /// None of a vector of single bits.
    fn lanes(&mut self, ty: Type<'u>, size: u64) -> Option<Vec<CField>> {
        let len = u64::try_from(ty.n_lanes()).ok()?;
        if ty.lane().size()?.checked_mul(len)? > size {
            return None;
        }
        let element = Box::new(self.part(ty.lane()));
        Some(vec![field("lanes", CType::Array { element, len }, 0)])
    }

    fn value_of_bits(&mut self, spelling: &str, size: u64) -> Option<Vec<CField>> {
        let (_, width) = spelling.split_once("_BitInt(")?;
        let width: u32 = width.strip_suffix(')')?.parse().ok()?;
        let signed = !spelling.starts_with("unsigned");
        let scalar = |one, other| CType::Scalar(if signed { one } else { other });
        let ty = match width {
            0..=8 => scalar(CScalar::SChar, CScalar::UChar),
            9..=16 => scalar(CScalar::Short, CScalar::UShort),
            17..=32 => scalar(CScalar::Int, CScalar::UInt),
            33..=64 => scalar(CScalar::LongLong, CScalar::ULongLong),
            65..=128 if self.target.pointer_bits == 64 => CType::Int128 { signed },
            _ => return None,
        };
        let unused_bits = match self.target.endian {
            Endian::Little => 0,
            Endian::Big => (size * 8).checked_sub(u64::from(width))?,
        };
        Some(vec![CField {
            bit_width: Some(width),
            offset_bits: unused_bits,
            ..field("value", ty, 0)
        }])
    }

    /// None where C would call a library to read it whole.
    fn value_of_atomic(&mut self, ty: Type<'u>, size: u64) -> Option<Vec<CField>> {
        let value = ty.value();
        let is_free_of_locks = size <= self.target.pointer_bytes() && value.size() == Some(size);
        let value = self.part(value);
        is_free_of_locks.then(|| vec![field("value", value, 0)])
    }
}

pub(crate) fn field(name: &str, ty: CType, offset_bits: u64) -> CField {
    CField {
        name: Some(sym(name)),
        ty,
        offset_bits,
        bit_width: None,
        is_const: false,
        advice: CAdvice::default(),
        in_clang: None,
        doc: None,
    }
}

/// Without the qualifiers that a use of the type was written with.
fn unqualified(spelling: &str) -> String {
    let mut rest = spelling;
    while let Some(shorter) = ["const ", "volatile ", "restrict "]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
    {
        rest = shorter;
    }
    rest.to_owned()
}
