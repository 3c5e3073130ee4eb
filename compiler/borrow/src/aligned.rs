//! References to what lies where no value of its type may: fields of `@packed` records, and of such of headers.
//!
//! Takes a body before its drops are exact. Reports each reference whose place may be less aligned than its type asks
//! for, which code behind the reference counts on. Raw pointers ask for nothing, and copies are read and written as
//! they lie. Knows the alignments of the types that C has, as no other record is packed.

use base::{FxHashSet, Span};
use check::{AdtKind, AdtRef, FloatTy, Signatures, Ty, TyKind, display_ty};
use diag::Diagnostics;
use hir::StructKind;
use mir::{Body, CastKind, Operand, Place, Projection, Rvalue, Statement, StatementKind};
use target::Target;

use crate::errors;

/// Reports references to what is less aligned than its type.
pub(crate) fn check_alignment(body: &Body, signatures: &Signatures, target: &Target) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let alignments = Alignments { signatures, target };
    let mut reported: FxHashSet<Span> = FxHashSet::default();
    for block in &body.blocks {
        for (index, statement) in block.statements.iter().enumerate() {
            let StatementKind::Assign(reference, Rvalue::Ref(_, place)) = &statement.kind else {
                continue;
            };
            if becomes_pointer(body, reference, &block.statements[index + 1..]) {
                continue;
            }
            let Some((record, align)) = alignments.less_aligned(body, place) else {
                continue;
            };
            let ty = place.ty(&body.locals);
            if alignments.of(ty).is_none_or(|wanted| wanted > align) && reported.insert(statement.source.span) {
                let (record, ty) = (display_ty(record, signatures), display_ty(ty, signatures));
                diagnostics.report(errors::misaligned(statement.source.span, &record, &ty));
            }
        }
    }
    diagnostics
}

/// Whether a reference is a temporary that the next statement makes a raw pointer: `&p.x` where a `*const T` is wanted.
fn becomes_pointer(body: &Body, reference: &Place, next: &[Statement]) -> bool {
    let Some((first, next)) = next.split_first() else {
        return false;
    };
    let StatementKind::Assign(dest, value) = &first.kind else {
        return false;
    };
    if body.locals[reference.local].name.is_some() || !reference.projections.is_empty() {
        return false;
    }
    if let Rvalue::Cast(CastKind::Pointer, Operand::Copy(given) | Operand::Move(given), ty) = value {
        given == reference && matches!(ty.kind(), TyKind::Pointer(..))
    } else if let Rvalue::Ref(_, lent) = value {
        *lent == reference.clone().deref() && becomes_pointer(body, dest, next)
    } else {
        false
    }
}

struct Alignments<'a> {
    signatures: &'a Signatures,
    target: &'a Target,
}

impl Alignments<'_> {
    /// What the address of a place in a packed record is a multiple of, and the record. Absent of any other place.
    fn less_aligned(&self, body: &Body, place: &Place) -> Option<(Ty, u64)> {
        let mut ty = body.locals[place.local].ty;
        let mut found: Option<(Ty, u64)> = None;
        for projection in &place.projections {
            match projection {
                // What a reference leads to is aligned.
                Projection::Deref => found = None,
                Projection::Field(index, _) => {
                    if let Some(align) = self.of_field(ty, *index)
                        && found.is_none_or(|(_, known)| align < known)
                    {
                        found = Some((ty, align));
                    }
                }
                // The size of an element is a multiple of its alignment.
                Projection::Index(_) | Projection::ConstantIndex(_) | Projection::SomeValue(_) => {}
            }
            ty = projection.ty(ty);
        }
        found
    }

    /// What divides the address of a field; absent where that is what its type asks for.
    fn of_field(&self, record: Ty, index: u32) -> Option<u64> {
        let TyKind::Adt(adt, _) = record.kind() else {
            return None;
        };
        let decl = self.signatures.adt(*adt);
        if decl.packed {
            return Some(1);
        }
        let layout = decl.layout.as_ref()?;
        let offset_bytes = layout.fields.get(index as usize)?.offset_bits / 8;
        let of_offset = 1 << offset_bytes.trailing_zeros().min(63);
        Some(layout.align.min(of_offset))
    }

    /// What the address of a value must be a multiple of; absent of types that no packed record holds.
    fn of(&self, ty: Ty) -> Option<u64> {
        let pointer = self.target.pointer_layout().align_bytes;
        match ty.kind() {
            TyKind::Error(_) | TyKind::Bool | TyKind::Str | TyKind::CStr => Some(1),
            TyKind::Char => Some(4),
            TyKind::Int(int) => {
                let bits = int.bits(self.target.pointer_bits);
                Some(self.target.int_layout(bits).align_bytes)
            }
            TyKind::Float(float) => Some(match float {
                FloatTy::F16 => 2,
                FloatTy::F32 => 4,
                FloatTy::F64 => 8,
            }),
            TyKind::C(scalar) => Some(self.target.c_layout(*scalar).map_or(1, |layout| layout.align_bytes)),
            TyKind::Slice(element) | TyKind::Array(element, _) => self.of(*element),
            TyKind::Ref(..) | TyKind::Pointer(..) | TyKind::ExternFn(_) | TyKind::FnPointer(_) => Some(pointer),
            TyKind::Optional(inner) => self.of(*inner),
            TyKind::Opaque { align, .. } => Some(*align),
            TyKind::Adt(adt, _) => self.of_adt(*adt),
            TyKind::Tuple(elements) if elements.is_empty() => Some(1),
            TyKind::Never
            | TyKind::Tuple(_)
            | TyKind::FnItem(..)
            | TyKind::Closure(_)
            | TyKind::Dyn(_)
            | TyKind::Range { .. }
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_) => None,
        }
    }

    fn of_adt(&self, adt: AdtRef) -> Option<u64> {
        let decl = self.signatures.adt(adt);
        if let Some(layout) = &decl.layout {
            return Some(layout.align);
        }
        match decl.kind {
            AdtKind::ExternEnum => self.of(decl.underlying?),
            AdtKind::Record(StructKind::ExternStruct | StructKind::ExternUnion) => {
                let mut align = decl.align.unwrap_or(1);
                for field in decl.fields.iter().filter(|_| !decl.packed) {
                    align = align.max(self.of(field.ty)?);
                }
                Some(align)
            }
            AdtKind::Record(StructKind::Lang) | AdtKind::Enum | AdtKind::OpaqueRecord => None,
        }
    }
}
