//! Where the bytes of each type are.
//!
//! Takes types without generic parameters. Gives size, alignment, how a value is held and where its fields are, all in
//! bytes. Records of headers are laid out as Clang said; tuples and `extern` records as C would; `struct`s of Lang with
//! the most aligned field first (`target::lang_struct_layout`). Knows no unit and no ids of one.

use std::sync::Arc;

use base::FxHashMap;
use check::{AdtDecl, AdtKind, AdtRef, FloatTy, LangItem, Signatures, Ty, TyKind};
use hir::StructKind;
use target::{CScalar, FloatFormat, RecordLayout, RecordOptions, Target, TooLarge};
use unit::{Repr, Scalar};

use crate::variants::{Niche, Tag, variant_fields};

/// The layout of one type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Layout {
    pub(crate) size: u64,
    pub(crate) align: u64,
    pub(crate) repr: Repr,
    /// Of each field, in order of declaration: of records, tuples and ranges, and of an enum those of all variants.
    pub(crate) offsets: Vec<u64>,
    /// Of an enum or optional.
    pub(crate) tag: Option<Tag>,
    /// Bits that no value of the type has.
    pub(crate) niche: Option<Niche>,
}

impl Layout {
    /// What divides the address of any value. One of an array may be less aligned than a variable of the type, where
    /// a typedef of C's asks for more than divides the size: `typedef int word __attribute__((aligned(16)))`.
    pub(crate) fn element_align(&self) -> u64 {
        self.align.min(lowest_bit(self.size))
    }
}

/// The layouts that a program needs, each worked out once.
pub(crate) struct Layouts<'a> {
    signatures: &'a Signatures,
    target: &'a Target,
    known: FxHashMap<Ty, Result<Arc<Layout>, TooLarge>>,
}

impl<'a> Layouts<'a> {
    pub(crate) fn new(signatures: &'a Signatures, target: &'a Target) -> Self {
        Self {
            signatures,
            target,
            known: FxHashMap::default(),
        }
    }

    /// The layout of a type that has a size (of `c_void`: a byte, so that pointers to it count in bytes as in GNU C).
    pub(crate) fn of(&mut self, ty: Ty) -> Result<Arc<Layout>, TooLarge> {
        if let Some(known) = self.known.get(&ty) {
            return known.clone();
        }
        let layout = self.compute(ty).map(Arc::new);
        self.known.insert(ty, layout.clone());
        layout
    }

    /// The innermost part of a type that is too large: the one to speak of.
    pub(crate) fn too_large_part(&mut self, ty: Ty) -> Ty {
        let parts = if let TyKind::Array(element, _) = ty.kind() {
            vec![*element]
        } else if let TyKind::Optional(inner) = ty.kind() {
            vec![*inner]
        } else if let TyKind::Tuple(elements) = ty.kind() {
            elements.to_vec()
        } else if let TyKind::Closure(closure) = ty.kind() {
            closure.captures().to_vec()
        } else if let TyKind::Adt(adt, args) = ty.kind() {
            let fields = self.signatures.adt(*adt).fields.iter();
            fields
                .map(|field| self.signatures.instantiate(field.ty, args))
                .collect()
        } else {
            Vec::new()
        };
        let part = parts.into_iter().find(|part| self.of(*part).is_err());
        part.map_or(ty, |part| self.too_large_part(part))
    }

    fn compute(&mut self, ty: Ty) -> Result<Layout, TooLarge> {
        if let Some(scalar) = self.scalar(ty) {
            let layout = self.scalar_layout(scalar);
            return Ok(Layout {
                size: layout.size_bytes,
                align: layout.align_bytes,
                repr: Repr::Scalar(scalar),
                offsets: Vec::new(),
                tag: None,
                niche: Niche::of(ty),
            });
        }
        match ty.kind() {
            // Constants are evaluated beside errors, too: what has one has its message.
            TyKind::Never | TyKind::FnItem(..) | TyKind::Error(_) => Ok(in_memory(target::Layout::EMPTY, Vec::new())),
            TyKind::C(CScalar::Void) => Ok(in_memory(target::Layout::new(1, 1), Vec::new())),
            TyKind::Ref(_, target) | TyKind::Pointer(_, target) if matches!(target.kind(), TyKind::Dyn(_)) => {
                Ok(Layout {
                    niche: Niche::of(ty),
                    ..self.two_pointers()
                })
            }
            TyKind::Ref(..) | TyKind::Pointer(..) => Ok(Layout {
                niche: Niche::of(ty),
                ..self.pair()
            }),
            TyKind::FnPointer(_) => Ok(Layout {
                niche: Niche::of(ty),
                ..self.two_pointers()
            }),
            TyKind::Optional(inner) => self.of_variants(&[Vec::new(), vec![*inner]]),
            TyKind::Array(element, len) => {
                let len = len.instance_len();
                let element = self.of(*element)?;
                let one = target::Layout::new(element.size, element.element_align());
                let mut layout = in_memory(target::array_layout(one, len)?, Vec::new());
                layout.align = element.align;
                layout.niche = element.niche.filter(|_| len > 0);
                Ok(layout)
            }
            TyKind::Tuple(elements) => {
                let record = target::struct_layout(&self.members(elements)?, RecordOptions::default())?;
                let mut layout = in_memory(record.layout, record.offsets);
                layout.niche = self.niche_of_parts(elements, &layout.offsets)?;
                Ok(layout)
            }
            TyKind::Closure(closure) => {
                let record = target::lang_struct_layout(&self.members(closure.captures())?)?;
                let mut layout = in_memory(record.layout, record.offsets);
                layout.niche = self.niche_of_parts(closure.captures(), &layout.offsets)?;
                Ok(layout)
            }
            TyKind::Range { element, .. } => {
                let record = target::struct_layout(&self.members(&[*element, *element])?, RecordOptions::default())?;
                Ok(in_memory(record.layout, record.offsets))
            }
            TyKind::Adt(adt, args) => self.adt(*adt, args),
            TyKind::Opaque { size, align, .. } => {
                Ok(in_memory(target::Layout::new(*size, (*align).max(1)), Vec::new()))
            }
            TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Slice(_)
            | TyKind::Dyn(_)
            | TyKind::ExternFn(_)
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_) => unreachable!("a {ty:?} is never held as a value"),
        }
    }

    fn adt(&mut self, adt: AdtRef, args: &[Ty]) -> Result<Layout, TooLarge> {
        let signatures = self.signatures;
        let decl = signatures.adt(adt);
        match decl.kind {
            AdtKind::ExternEnum => {
                let underlying = decl.underlying.expect("an extern enum has a type");
                Ok(self.of(underlying)?.as_ref().clone())
            }
            AdtKind::OpaqueRecord => Ok(in_memory(target::Layout::EMPTY, Vec::new())),
            AdtKind::Enum => {
                let ty = Ty::new(TyKind::Adt(adt, args.into()));
                self.of_variants(&variant_fields(ty, signatures).unwrap_or_default())
            }
            AdtKind::Record(kind) => match &decl.layout {
                Some(layout) => {
                    self.assert_as_clang(decl, layout);
                    Ok(header_record(layout))
                }
                None => {
                    let mut layout = self.record(decl, kind, args)?;
                    let is = |item| matches!(adt, AdtRef::Lang(def) if signatures.lang.is(def, item));
                    if is(LangItem::NonNull) {
                        layout.niche = Some(Niche::null());
                    } else if is(LangItem::UnsafeCell) {
                        layout.niche = None;
                    }
                    Ok(layout)
                }
            },
        }
    }

    /// Clang says where the fields of a header's record are, and Lang how large their types are: both must fit, or
    /// memory would be read as what it is not.
    fn assert_as_clang(&mut self, decl: &AdtDecl, layout: &cmodel::CLayout) {
        for (field, in_c) in decl.fields.iter().zip(&layout.fields) {
            let Some(clang) = in_c.in_clang.filter(|_| in_c.bit_width.is_none()) else {
                continue;
            };
            // What is too large for Lang has its message where it is used.
            let Ok(own) = self.of(field.ty) else { continue };
            assert!(
                (own.size, own.align) == (clang.size, clang.align),
                "`{}` of `{}` has size {} and alignment {}, and in Clang size {} and alignment {}",
                in_c.name.map_or("a member", |name| name.as_str()),
                decl.name,
                own.size,
                own.align,
                clang.size,
                clang.align,
            );
            let end = in_c.offset_bits / 8 + own.size;
            assert!(end <= layout.size, "a field of `{}` ends behind it", decl.name);
        }
    }

    fn record(&mut self, decl: &AdtDecl, kind: StructKind, args: &[Ty]) -> Result<Layout, TooLarge> {
        let fields: Vec<Ty> = decl
            .fields
            .iter()
            .map(|field| self.signatures.instantiate(field.ty, args))
            .collect();
        let members = self.members(&fields)?;
        let options = RecordOptions {
            pack_bytes: decl.packed.then_some(1),
            align_bytes: decl.align,
        };
        let RecordLayout { layout, offsets } = match kind {
            StructKind::Lang => target::lang_struct_layout(&members)?,
            StructKind::ExternStruct => target::struct_layout(&members, options)?,
            StructKind::ExternUnion => RecordLayout {
                layout: target::union_layout(&members, options)?,
                offsets: vec![0; members.len()],
            },
        };
        let mut layout = in_memory(layout, offsets);
        if kind == StructKind::Lang {
            layout.niche = self.niche_of_parts(&fields, &layout.offsets)?;
            self.hold_as_only_part(&mut layout, &fields)?;
        }
        Ok(layout)
    }

    /// A struct of one part, the others being of no size, is held as that part is.
    fn hold_as_only_part(&mut self, layout: &mut Layout, fields: &[Ty]) -> Result<(), TooLarge> {
        for field in fields {
            let part = self.of(*field)?;
            if part.size == layout.size && part.align == layout.align && part.size > 0 {
                layout.repr = part.repr;
            }
        }
        Ok(())
    }

    pub(crate) fn target(&self) -> &'a Target {
        self.target
    }

    pub(crate) fn members(&mut self, fields: &[Ty]) -> Result<Vec<target::Layout>, TooLarge> {
        fields.iter().map(|ty| Ok(self.of(*ty)?.c_layout())).collect()
    }

    /// A pointer and a length.
    fn pair(&self) -> Layout {
        let pointer = self.target.pointer_bytes();
        Layout {
            size: 2 * pointer,
            align: pointer,
            repr: Repr::Pair {
                first: Scalar::Pointer,
                second: self.word(false),
                second_offset: pointer,
            },
            offsets: Vec::new(),
            tag: None,
            niche: None,
        }
    }

    /// A `fn`: the address of its code, then that of what it borrows. A pointer to a `dyn` type: the address of the
    /// value, then that of its table.
    fn two_pointers(&self) -> Layout {
        Layout {
            repr: Repr::Pair {
                first: Scalar::Pointer,
                second: Scalar::Pointer,
                second_offset: self.target.pointer_bytes(),
            },
            ..self.pair()
        }
    }

    /// The integer that is as wide as a pointer.
    fn word(&self, signed: bool) -> Scalar {
        Scalar::Int {
            bits: self.target.pointer_bits,
            signed,
        }
    }

    /// How a value that fits one register is held; `None` for all others.
    pub(crate) fn scalar(&self, ty: Ty) -> Option<Scalar> {
        match ty.kind() {
            TyKind::Bool => Some(Scalar::Bool),
            TyKind::Char => Some(Scalar::Int {
                bits: 32,
                signed: false,
            }),
            TyKind::Int(int) => Some(Scalar::Int {
                bits: int.bits(self.target.pointer_bits),
                signed: int.is_signed(),
            }),
            TyKind::Float(FloatTy::F16) => Some(Scalar::F16),
            TyKind::Float(FloatTy::F32) => Some(Scalar::F32),
            TyKind::Float(FloatTy::F64) => Some(Scalar::F64),
            TyKind::C(scalar) => self.c_scalar(*scalar),
            TyKind::Ref(_, target) | TyKind::Pointer(_, target) => {
                (!target.has_fat_pointers()).then_some(Scalar::Pointer)
            }
            TyKind::ExternFn(_) => Some(Scalar::Pointer),
            TyKind::Adt(adt, _) => {
                let decl = self.signatures.adt(*adt);
                match decl.kind {
                    AdtKind::ExternEnum => self.scalar(decl.underlying.expect("an extern enum has a type")),
                    AdtKind::Record(_) | AdtKind::Enum | AdtKind::OpaqueRecord => None,
                }
            }
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Slice(_)
            | TyKind::Array(..)
            | TyKind::Tuple(_)
            | TyKind::FnItem(..)
            | TyKind::Closure(_)
            | TyKind::Dyn(_)
            | TyKind::FnPointer(_)
            | TyKind::Optional(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_) => None,
        }
    }

    fn c_scalar(&self, scalar: CScalar) -> Option<Scalar> {
        if scalar == CScalar::Bool {
            return Some(Scalar::Bool);
        }
        if let Some(shape) = self.target.c_int_shape(scalar) {
            return Some(Scalar::Int {
                bits: shape.bits,
                signed: shape.signed,
            });
        }
        self.target.c_float_format(scalar).map(|format| match format {
            FloatFormat::Binary32 => Scalar::F32,
            FloatFormat::Binary64 => Scalar::F64,
            FloatFormat::Binary128 => Scalar::F128,
            FloatFormat::X87 => Scalar::F80,
        })
    }

    pub(crate) fn scalar_layout(&self, scalar: Scalar) -> target::Layout {
        match scalar {
            Scalar::Bool => target::Layout::of_scalar(1),
            Scalar::Int { bits, .. } => self.target.int_layout(bits),
            Scalar::F16 => target::Layout::of_scalar(2),
            Scalar::F32 => FloatFormat::Binary32.layout(),
            Scalar::F64 => FloatFormat::Binary64.layout(),
            Scalar::F80 => FloatFormat::X87.layout(),
            Scalar::F128 => FloatFormat::Binary128.layout(),
            Scalar::Pointer => self.target.pointer_layout(),
        }
    }
}

impl Layout {
    /// What stands for a type that is too large for the target, after the message that says so. Its fields are there,
    /// and have no bytes.
    pub(crate) fn of_error(ty: Ty, signatures: &Signatures) -> Self {
        let n_fields = if let TyKind::Adt(adt, _) = ty.kind() {
            signatures.adt(*adt).fields.len()
        } else if let TyKind::Tuple(elements) = ty.kind() {
            elements.len()
        } else if let TyKind::Closure(closure) = ty.kind() {
            closure.captures().len()
        } else {
            0
        };
        let is_optional = matches!(ty.kind(), TyKind::Optional(_));
        let mut layout = in_memory(target::Layout::EMPTY, vec![0; if is_optional { 1 } else { n_fields }]);
        let has_variants = variant_fields(ty, signatures).is_some();
        layout.tag = has_variants.then_some(Tag::Single);
        layout
    }

    /// A value of bytes in memory.
    pub(crate) fn in_memory(layout: target::Layout, offsets: Vec<u64>) -> Self {
        in_memory(layout, offsets)
    }

    pub(crate) fn c_layout(&self) -> target::Layout {
        target::Layout::new(self.size, self.align)
    }

    pub(crate) fn is_unit(&self) -> bool {
        self.repr == Repr::Unit
    }
}

/// Clang's layout. Bit-fields have no offset in bytes, and are read and written by Clang alone.
fn header_record(layout: &cmodel::CLayout) -> Layout {
    let offsets = layout.fields.iter().map(|field| field.offset_bits / 8).collect();
    in_memory(target::Layout::new(layout.size, layout.align.max(1)), offsets)
}

fn in_memory(layout: target::Layout, offsets: Vec<u64>) -> Layout {
    let repr = if layout.size_bytes == 0 {
        Repr::Unit
    } else {
        Repr::Memory
    };
    Layout {
        size: layout.size_bytes,
        align: layout.align_bytes,
        repr,
        offsets,
        tag: None,
        niche: None,
    }
}

/// The largest power of two that divides an offset.
pub(crate) fn lowest_bit(bytes: u64) -> u64 {
    if bytes == 0 {
        1 << 63
    } else {
        1 << bytes.trailing_zeros()
    }
}
