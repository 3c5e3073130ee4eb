//! Enums and optionals: where the bytes of their variants are, and how the variants are told apart.
//!
//! A type of two variants of which one has fields and the other none, or none with bytes, is told by a niche: bits that
//! no value of the fields has, such as null in a reference, stand for the empty one. All others have a tag, the number
//! of the variant, as small as fits.

use check::{AdtKind, ConstValue, IntTy, Signatures, Ty, TyKind};
use target::{Target, TooLarge};
use unit::{BinaryOp, CastKind, Const, LocalId, Operand, Place, Repr, Rvalue, Scalar};

use crate::builder::{BodyBuilder, offset};
use crate::layout::{Layout, Layouts};
use crate::pool::{Pool, any_pointer};

/// How the variant of a value is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tag {
    /// There is one variant, or none.
    Single,
    /// The variant's number.
    Number { at: u64, bits: u32 },
    /// This value is the variant without fields, every other the one with fields.
    Niche { niche: Niche, empty: u32 },
}

/// Bit patterns that no value of a type has: those from `first` to `last` of the number at a place in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Niche {
    pub(crate) at: u64,
    pub(crate) kind: NicheKind,
    pub(crate) first: u128,
    pub(crate) last: u128,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NicheKind {
    /// Null.
    Pointer,
    Int {
        bits: u32,
    },
}

impl Niche {
    /// What a value of the type itself, without what is inside of it, leaves.
    pub(crate) fn of(ty: Ty) -> Option<Self> {
        if matches!(ty.kind(), TyKind::Ref(..) | TyKind::FnPointer(_) | TyKind::ExternFn(_)) {
            Some(Self::null())
        } else if matches!(ty.kind(), TyKind::Bool) {
            Some(Self::above(0, 8, 2))
        } else if matches!(ty.kind(), TyKind::Char) {
            Some(Self::above(0, 32, 0x11_0000))
        } else {
            None
        }
    }

    /// The one value that no address is.
    pub(crate) fn null() -> Self {
        Self {
            at: 0,
            kind: NicheKind::Pointer,
            first: 0,
            last: 0,
        }
    }

    /// The numbers from `first` on.
    fn above(at: u64, bits: u32, first: u128) -> Self {
        Self {
            at,
            kind: NicheKind::Int { bits },
            first,
            last: (1 << bits) - 1,
        }
    }

    fn n_values(&self) -> u128 {
        self.last - self.first + 1
    }

    /// The same further inside of a larger type.
    pub(crate) fn at(self, offset: u64) -> Self {
        Self {
            at: self.at + offset,
            ..self
        }
    }

    /// What is left when the first value is taken.
    fn rest(self) -> Option<Self> {
        (self.first < self.last).then_some(Self {
            first: self.first + 1,
            ..self
        })
    }
}

/// The niche of a type with parts: the one with the most values, the first of such.
pub(crate) fn best_niche(parts: impl Iterator<Item = Option<Niche>>) -> Option<Niche> {
    parts.flatten().fold(None, |best: Option<Niche>, niche| match best {
        Some(best) if best.n_values() >= niche.n_values() => Some(best),
        Some(_) | None => Some(niche),
    })
}

/// The types of the fields of each variant; absent for types that have no variants.
pub(crate) fn variant_fields(ty: Ty, signatures: &Signatures) -> Option<Vec<Vec<Ty>>> {
    if let TyKind::Optional(inner) = ty.kind() {
        return Some(vec![Vec::new(), vec![*inner]]);
    }
    let TyKind::Adt(adt, args) = ty.kind() else {
        return None;
    };
    let decl = signatures.adt(*adt);
    if decl.kind != AdtKind::Enum {
        return None;
    }
    let fields = |range: std::ops::Range<u32>| {
        let own = &decl.fields[range.start as usize..range.end as usize];
        own.iter().map(|field| signatures.instantiate(field.ty, args)).collect()
    };
    let variants = decl.variants.iter();
    Some(variants.map(|variant| fields(variant.fields.clone())).collect())
}

impl Layouts<'_> {
    /// The layout of an enum or optional of these variants.
    pub(crate) fn of_variants(&mut self, variants: &[Vec<Ty>]) -> Result<Layout, TooLarge> {
        let mut records = Vec::new();
        for fields in variants {
            let members: Vec<target::Layout> = self.members(fields)?;
            records.push(target::lang_struct_layout(&members)?);
        }
        if let [only] = records.as_slice() {
            let niche = self.niche_of_parts(&variants[0], &only.offsets)?;
            let mut layout = Layout::in_memory(only.layout, only.offsets.clone());
            layout.niche = niche;
            layout.tag = Some(Tag::Single);
            return Ok(layout);
        }
        if let Some(layout) = self.with_niche(variants, &records)? {
            return Ok(layout);
        }
        let bits = tag_bits(variants.len());
        let tag = self.int_layout(bits);
        let mut whole = if variants.is_empty() {
            target::Layout::EMPTY
        } else {
            tag
        };
        let mut offsets = Vec::new();
        for fields in variants {
            let with_tag = target::lang_variant_layout(tag, &self.members(fields)?)?;
            whole.size_bytes = whole.size_bytes.max(with_tag.layout.size_bytes);
            whole.align_bytes = whole.align_bytes.max(with_tag.layout.align_bytes);
            offsets.extend(with_tag.offsets);
        }
        let rounded = whole
            .size_bytes
            .checked_next_multiple_of(whole.align_bytes)
            .ok_or(TooLarge)?;
        whole.size_bytes = rounded;
        let mut layout = Layout::in_memory(whole, offsets);
        if variants.is_empty() {
            layout.tag = Some(Tag::Single);
            return Ok(layout);
        }
        if whole == tag {
            layout.repr = Repr::Scalar(Scalar::Int { bits, signed: false });
        }
        layout.tag = Some(Tag::Number { at: 0, bits });
        let n_variants = variants.len() as u128;
        layout.niche = (n_variants < 1 << bits).then(|| Niche::above(0, bits, n_variants));
        Ok(layout)
    }

    /// Where one variant has fields with a niche, and the other has none, or only such as have no bytes.
    fn with_niche(
        &mut self,
        variants: &[Vec<Ty>],
        records: &[target::RecordLayout],
    ) -> Result<Option<Layout>, TooLarge> {
        let (empty, full) = match records {
            [first, _] if first.layout == target::Layout::EMPTY => (0, 1),
            [_, second] if second.layout == target::Layout::EMPTY => (1, 0),
            _ => return Ok(None),
        };
        let record = &records[full];
        let Some(niche) = self.niche_of_parts(&variants[full], &record.offsets)? else {
            return Ok(None);
        };
        let offsets = records.iter().flat_map(|record| &record.offsets).copied();
        let mut layout = Layout::in_memory(record.layout, offsets.collect());
        if let [only] = variants[full].as_slice() {
            let inner = self.of(*only)?;
            layout.repr = match (inner.repr, niche.kind) {
                // A byte with more values than two.
                (Repr::Scalar(Scalar::Bool), NicheKind::Int { bits }) => {
                    Repr::Scalar(Scalar::Int { bits, signed: false })
                }
                (repr, _) => repr,
            };
        }
        layout.tag = Some(Tag::Niche { niche, empty });
        layout.niche = niche.rest();
        Ok(Some(layout))
    }

    /// The niche of a record with these fields.
    pub(crate) fn niche_of_parts(&mut self, fields: &[Ty], offsets: &[u64]) -> Result<Option<Niche>, TooLarge> {
        let mut niches = Vec::new();
        for (field, offset) in fields.iter().zip(offsets) {
            niches.push(self.of(*field)?.niche.map(|niche| niche.at(*offset)));
        }
        Ok(best_niche(niches.into_iter()))
    }
}

/// How wide a number must be that tells so many variants apart.
fn tag_bits(n_variants: usize) -> u32 {
    match n_variants {
        0..=0x100 => 8,
        0x101..=0x1_0000 => 16,
        _ => 32,
    }
}

/// The variant that a value of an enum or optional is of: a new local of type `u32`.
pub(crate) fn variant_of(pool: &mut Pool<'_>, out: &mut BodyBuilder, place: &Place, ty: Ty) -> LocalId {
    let number = pool.ty(Ty::int(IntTy::U32));
    match tag_of(pool, ty) {
        Tag::Single => out.hold(number, Rvalue::Use(Operand::Const(Const::Int { bits: 0, ty: number }))),
        Tag::Number { at, bits } => {
            let tag = pool.ty(tag_ty(bits));
            let tag = Operand::Copy(offset(place.clone(), at, tag));
            out.hold(number, Rvalue::Cast(CastKind::IntToInt, tag, number))
        }
        Tag::Niche { niche, empty } => {
            // The number of the empty variant is 0 or 1, as is the answer.
            let op = if empty == 1 { BinaryOp::Eq } else { BinaryOp::Ne };
            let (held, value) = niche_operands(pool, place, niche);
            let answer = out.hold(pool.ty(Ty::bool()), Rvalue::Binary(op, held, value));
            let answer = out.copy(answer);
            out.hold(number, Rvalue::Cast(CastKind::IntToInt, answer, number))
        }
    }
}

/// Whether an optional is `none`.
pub(crate) fn is_none(pool: &mut Pool<'_>, place: &Place, ty: Ty) -> Rvalue {
    match tag_of(pool, ty) {
        Tag::Niche { niche, .. } => {
            let (held, value) = niche_operands(pool, place, niche);
            Rvalue::Binary(BinaryOp::Eq, held, value)
        }
        Tag::Number { at, bits } => {
            let tag = pool.ty(tag_ty(bits));
            let held = Operand::Copy(offset(place.clone(), at, tag));
            Rvalue::Binary(BinaryOp::Eq, held, Operand::Const(Const::Int { bits: 0, ty: tag }))
        }
        // A type that is too large, which has been said.
        Tag::Single => Rvalue::Use(Operand::Const(Const::Int {
            bits: 0,
            ty: pool.ty(Ty::bool()),
        })),
    }
}

/// Writes what tells that a value is of the variant, whose fields have been written.
pub(crate) fn set_variant(pool: &mut Pool<'_>, out: &mut BodyBuilder, place: &Place, ty: Ty, variant: u32) {
    match tag_of(pool, ty) {
        Tag::Single => {}
        Tag::Number { at, bits } => {
            let tag = pool.ty(tag_ty(bits));
            let value = Const::Int {
                bits: u128::from(variant),
                ty: tag,
            };
            out.assign(offset(place.clone(), at, tag), Rvalue::Use(Operand::Const(value)));
        }
        Tag::Niche { niche, empty } if empty == variant => {
            let (held, value) = niche_operands(pool, place, niche);
            if let Operand::Copy(held) = held {
                out.assign(held, Rvalue::Use(value));
            }
        }
        Tag::Niche { .. } => {}
    }
}

/// The number that a niche is in, and its value that stands for the empty variant.
fn niche_operands(pool: &mut Pool<'_>, place: &Place, niche: Niche) -> (Operand, Operand) {
    let (ty, value) = match niche.kind {
        NicheKind::Pointer => {
            let ty = pool.ty(any_pointer());
            (ty, Const::Null { ty })
        }
        NicheKind::Int { bits } => {
            let ty = pool.ty(tag_ty(bits));
            (ty, Const::Int { bits: niche.first, ty })
        }
    };
    (
        Operand::Copy(offset(place.clone(), niche.at, ty)),
        Operand::Const(value),
    )
}

fn tag_of(pool: &mut Pool<'_>, ty: Ty) -> Tag {
    pool.layout(ty).tag.unwrap_or(Tag::Single)
}

/// The unsigned integer of so many bits.
pub(crate) fn tag_ty(bits: u32) -> Ty {
    Ty::int(match bits {
        8 => IntTy::U8,
        16 => IntTy::U16,
        32 => IntTy::U32,
        other => unreachable!("no tag has {other} bits"),
    })
}

/// The one field of a struct that is held as that field is.
fn only_part(pool: &mut Pool<'_>, value: &ConstValue, ty: Ty) -> Option<(ConstValue, Ty)> {
    let (ConstValue::Aggregate(values), TyKind::Adt(..)) = (value, ty.kind()) else {
        return None;
    };
    let tys: Vec<Ty> = pool.input.signatures.field_tys(ty).collect();
    let mut fields = tys.into_iter().zip(values);
    let (ty, value) = fields.find(|(field, _)| pool.layout(*field).size > 0)?;
    Some((value.clone(), ty))
}

/// A constant of a type that is held in registers, as what is there: the number of its variant, or what is inside of
/// it, with the type of that.
pub(crate) fn plain_value(pool: &mut Pool<'_>, value: &ConstValue, ty: Ty) -> (ConstValue, Ty) {
    let Some(tag) = pool.layout(ty).tag else {
        return match only_part(pool, value, ty) {
            Some((part, ty)) => plain_value(pool, &part, ty),
            None => (value.clone(), ty),
        };
    };
    let (variant, fields) = if let ConstValue::Variant(variant, fields) = value {
        (*variant, fields.as_slice())
    } else if *value == ConstValue::Null {
        (0, [].as_slice())
    } else {
        return (value.clone(), ty);
    };
    match tag {
        Tag::Number { .. } => (ConstValue::Int(i128::from(variant)), ty),
        Tag::Niche { niche, empty } if empty == variant => match niche.kind {
            NicheKind::Pointer => (ConstValue::Null, ty),
            NicheKind::Int { .. } => (ConstValue::Int(niche.first as i128), ty),
        },
        Tag::Niche { .. } | Tag::Single => {
            let inner =
                variant_fields(ty, pool.input.signatures).and_then(|all| all[variant as usize].first().copied());
            match (fields, inner) {
                ([field], Some(inner)) => plain_value(pool, field, inner),
                _ => (ConstValue::Zero, ty),
            }
        }
    }
}

impl Layouts<'_> {
    fn int_layout(&self, bits: u32) -> target::Layout {
        let target: &Target = self.target();
        target.int_layout(bits)
    }
}
