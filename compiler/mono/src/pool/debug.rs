//! Types as a debugger shows them. Pointers make them cyclic: an id is given out before what stands behind it is known.

use base::{FxHashMap, IndexVec};
use check::{AdtKind, AdtRef, FloatTy, IntTy, Ty, TyKind};
use hir::StructKind;
use target::CScalar;
use unit::{DebugBits, DebugEncoding, DebugField, DebugType, DebugTypeId, DebugVariant};

use crate::pool::Pool;
use crate::pool::types::any_pointer;
use crate::variants::{NicheKind, Tag, tag_ty, variant_fields};

#[derive(Default)]
pub(crate) struct DebugTypes {
    types: IndexVec<DebugTypeId, DebugType>,
    ids: FxHashMap<Ty, DebugTypeId>,
}

impl DebugTypes {
    pub(crate) fn types(&self) -> &IndexVec<DebugTypeId, DebugType> {
        &self.types
    }
}

impl Pool<'_> {
    pub(crate) fn debug_type(&mut self, ty: Ty) -> DebugTypeId {
        if let Some(&known) = self.debug.ids.get(&ty) {
            return known;
        }
        let id = self.debug.types.push(DebugType::Function { size: 0 });
        self.debug.ids.insert(ty, id);
        let shown = self.shown(ty);
        self.debug.types[id] = shown;
        id
    }

    fn shown(&mut self, ty: Ty) -> DebugType {
        let name = self.names.ty(ty);
        match ty.kind() {
            TyKind::Bool => self.basic(ty, name, DebugEncoding::Bool),
            TyKind::Char => self.basic(ty, name, DebugEncoding::Char),
            TyKind::Int(int) if int.is_signed() => self.basic(ty, name, DebugEncoding::Signed),
            TyKind::Int(_) => self.basic(ty, name, DebugEncoding::Unsigned),
            TyKind::Float(FloatTy::F16 | FloatTy::F32 | FloatTy::F64) => self.basic(ty, name, DebugEncoding::Float),
            TyKind::C(scalar) => {
                let encoding = self.c_encoding(*scalar);
                self.basic(ty, name, encoding)
            }
            TyKind::Ref(_, target) | TyKind::Pointer(_, target) => self.shown_pointer(ty, name, *target),
            TyKind::FnPointer(_) => self.shown_fn(ty, name),
            TyKind::ExternFn(_) => {
                let size = self.layout(ty).size;
                let to = self.debug.types.push(DebugType::Function { size });
                DebugType::Pointer {
                    name,
                    size,
                    to: Some(to),
                }
            }
            TyKind::Optional(inner) if self.layout(ty).repr == self.layout(*inner).repr && self.is_pointer(*inner) => {
                DebugType::Typedef {
                    name,
                    to: self.debug_type(*inner),
                }
            }
            TyKind::Optional(_) => {
                let variants = [("none", vec![]), ("Some", vec![String::from("0")])];
                let variants = variants.map(|(name, fields)| (String::from(name), fields));
                self.shown_variants(ty, name, variants.into())
            }
            TyKind::Array(element, count) => {
                let layout = self.layout(ty);
                DebugType::Array {
                    element: self.debug_type(*element),
                    count: count.instance_len(),
                    size: layout.size,
                    align: layout.align,
                }
            }
            TyKind::Tuple(elements) => {
                let fields = elements
                    .iter()
                    .enumerate()
                    .map(|(index, ty)| (index.to_string(), *ty))
                    .collect();
                self.shown_struct(ty, name, fields)
            }
            TyKind::Closure(closure) => {
                let captures = (0..).zip(closure.captures());
                let fields = captures
                    .map(|(index, ty): (usize, _)| (format!("_{index}"), *ty))
                    .collect();
                self.shown_struct(ty, name, fields)
            }
            TyKind::Range { element, .. } => {
                let fields = vec![("start".to_owned(), *element), ("end".to_owned(), *element)];
                self.shown_struct(ty, name, fields)
            }
            TyKind::Adt(adt, args) => self.shown_adt(ty, name, *adt, args),
            TyKind::Opaque { .. } | TyKind::Never | TyKind::FnItem(..) => self.shown_struct(ty, name, Vec::new()),
            TyKind::Error(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Slice(_)
            | TyKind::Dyn(_)
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_) => unreachable!("a {ty:?} is never held as a value"),
        }
    }

    fn shown_pointer(&mut self, ty: Ty, name: String, target: Ty) -> DebugType {
        if let TyKind::Slice(element) = target.kind() {
            return self.shown_slice(ty, name, *element);
        }
        if target == Ty::new(TyKind::Str) {
            return self.shown_slice(ty, name, Ty::int(IntTy::U8));
        }
        if let TyKind::Dyn(_) = target.kind() {
            return self.shown_pair(ty, name, ["ptr", "table"]);
        }
        let to = if target == Ty::new(TyKind::CStr) {
            Ty::c(CScalar::Char)
        } else {
            target
        };
        self.pointer(ty, name, Some(to).filter(|to| *to != Ty::c(CScalar::Void)))
    }

    fn shown_adt(&mut self, ty: Ty, name: String, adt: AdtRef, args: &[Ty]) -> DebugType {
        let signatures = self.input.signatures;
        let decl = signatures.adt(adt);
        match decl.kind {
            AdtKind::OpaqueRecord => self.shown_struct(ty, name, Vec::new()),
            AdtKind::ExternEnum => {
                let underlying = decl.underlying.expect("an extern enum has a type");
                let constants = decl.constants.iter();
                DebugType::Enum {
                    name,
                    size: self.layout(ty).size,
                    underlying: self.debug_type(underlying),
                    constants: constants
                        .map(|(name, value)| (name.to_string(), *value as i64))
                        .collect(),
                }
            }
            AdtKind::Enum => {
                let variants = decl.variants.iter().map(|variant| {
                    let own = &decl.fields[variant.fields.start as usize..variant.fields.end as usize];
                    let fields = own.iter().filter_map(|field| field.name).map(|name| name.to_string());
                    (variant.name.to_string(), fields.collect())
                });
                self.shown_variants(ty, name, variants.collect())
            }
            AdtKind::Record(kind) => {
                let layout = self.layout(ty);
                let mut fields = Vec::new();
                for (index, (field, &offset)) in decl.fields.iter().zip(&layout.offsets).enumerate() {
                    let in_c = decl.layout.as_ref().and_then(|layout| layout.fields.get(index));
                    let bits = in_c.and_then(|field| Some((field.offset_bits, field.bit_width?)));
                    if bits.is_some() && field.name.is_none() {
                        continue;
                    }
                    let bits = bits.map(|(offset_bits, width_bits)| DebugBits {
                        offset_bits,
                        width_bits,
                    });
                    fields.push(DebugField {
                        bits,
                        name: field.name.map(|name| name.to_string()).unwrap_or_default(),
                        ty: self.debug_type(self.input.signatures.instantiate(field.ty, args)),
                        offset,
                    });
                }
                let (size, align) = (layout.size, layout.align);
                match kind {
                    StructKind::Lang | StructKind::ExternStruct => DebugType::Struct {
                        name,
                        size,
                        align,
                        fields,
                    },
                    StructKind::ExternUnion => DebugType::Union {
                        name,
                        size,
                        align,
                        fields,
                    },
                }
            }
        }
    }

    fn is_pointer(&self, ty: Ty) -> bool {
        matches!(ty.kind(), TyKind::Ref(..) | TyKind::FnPointer(_) | TyKind::ExternFn(_))
    }

    /// An enum: of variants without fields the number with its names, else one of structs, as a tag or a niche tells.
    fn shown_variants(&mut self, ty: Ty, name: String, variants: Vec<(String, Vec<String>)>) -> DebugType {
        let layout = self.layout(ty);
        let fields = variant_fields(ty, self.input.signatures).unwrap_or_default();
        let tag = layout.tag.unwrap_or(Tag::Single);
        let has_fields = fields.iter().any(|fields| !fields.is_empty());
        if let (Tag::Number { bits, .. }, false) = (tag, has_fields) {
            let constants = (0..).zip(variants).map(|(number, (name, _))| (name, number));
            return DebugType::Enum {
                name,
                size: layout.size,
                underlying: self.debug_type(tag_ty(bits)),
                constants: constants.collect(),
            };
        }
        let mut members = Vec::new();
        let mut first = 0;
        for ((variant, names), fields) in variants.into_iter().zip(fields) {
            let offsets = &layout.offsets[first..first + fields.len()];
            first += fields.len();
            let own = names.into_iter().zip(fields).zip(offsets);
            let own: Vec<DebugField> = own
                .map(|((name, ty), offset)| DebugField {
                    // A debugger takes no number for the name of a member.
                    bits: None,
                    name: if name.starts_with(|c: char| c.is_ascii_digit()) {
                        format!("_{name}")
                    } else {
                        name
                    },
                    ty: self.debug_type(ty),
                    offset: *offset,
                })
                .collect();
            let shown = DebugType::Struct {
                name: format!("{name}.{variant}"),
                size: layout.size,
                align: layout.align,
                fields: own,
            };
            members.push((variant, self.debug.types.push(shown)));
        }
        let (size, align) = (layout.size, layout.align);
        let discriminant = match tag {
            Tag::Number { at, bits } => Some((tag_ty(bits), at)),
            Tag::Niche { niche, .. } => match niche.kind {
                NicheKind::Pointer => Some((Ty::usize(), niche.at)),
                NicheKind::Int { bits } => Some((tag_ty(bits), niche.at)),
            },
            Tag::Single => None,
        };
        let Some((number, offset)) = discriminant else {
            let fields = members.into_iter();
            return DebugType::Struct {
                name,
                size,
                align,
                fields: fields
                    .map(|(name, ty)| DebugField {
                        name,
                        ty,
                        offset: 0,
                        bits: None,
                    })
                    .collect(),
            };
        };
        let value = |variant: u32| match tag {
            Tag::Number { .. } => Some(u64::from(variant)),
            Tag::Niche { niche, empty } => (variant == empty).then_some(niche.first as u64),
            Tag::Single => None,
        };
        let variants = (0..).zip(members).map(|(variant, (name, ty))| DebugVariant {
            name,
            ty,
            value: value(variant),
        });
        DebugType::Variants {
            name,
            size,
            align,
            variants: variants.collect(),
            discriminant: DebugField {
                bits: None,
                name: "tag".to_owned(),
                ty: self.debug_type(number),
                offset,
            },
        }
    }

    fn shown_struct(&mut self, ty: Ty, name: String, fields: Vec<(String, Ty)>) -> DebugType {
        let layout = self.layout(ty);
        let fields = fields.into_iter().enumerate();
        DebugType::Struct {
            name,
            size: layout.size,
            align: layout.align,
            fields: fields
                .map(|(index, (name, ty))| DebugField {
                    bits: None,
                    name,
                    ty: self.debug_type(ty),
                    offset: layout.offsets[index],
                })
                .collect(),
        }
    }

    /// The address of code and that of what it borrows.
    fn shown_fn(&mut self, ty: Ty, name: String) -> DebugType {
        let layout = self.layout(ty);
        let size = layout.size / 2;
        let code = self.debug.types.push(DebugType::Function { size });
        let code = DebugType::Pointer {
            name: "code".to_owned(),
            size,
            to: Some(code),
        };
        let fields = vec![
            DebugField {
                bits: None,
                name: "code".to_owned(),
                ty: self.debug.types.push(code),
                offset: 0,
            },
            DebugField {
                bits: None,
                name: "borrowed".to_owned(),
                ty: self.debug_type(any_pointer()),
                offset: size,
            },
        ];
        DebugType::Struct {
            name,
            size: layout.size,
            align: layout.align,
            fields,
        }
    }

    /// Two pointers of which the types of what they lead to are not known.
    fn shown_pair(&mut self, ty: Ty, name: String, names: [&str; 2]) -> DebugType {
        let layout = self.layout(ty);
        let fields = [0, layout.size / 2].into_iter().zip(names);
        let fields = fields.map(|(offset, name)| DebugField {
            bits: None,
            name: name.to_owned(),
            ty: self.debug_type(any_pointer()),
            offset,
        });
        DebugType::Struct {
            name,
            size: layout.size,
            align: layout.align,
            fields: fields.collect(),
        }
    }

    /// A pointer and a length.
    fn shown_slice(&mut self, ty: Ty, name: String, element: Ty) -> DebugType {
        let layout = self.layout(ty);
        let pointer = self.debug_type(element.pointer(hir::Mutability::Const));
        let fields = vec![
            DebugField {
                bits: None,
                name: "ptr".to_owned(),
                ty: pointer,
                offset: 0,
            },
            DebugField {
                bits: None,
                name: "len".to_owned(),
                ty: self.debug_type(Ty::usize()),
                offset: layout.size / 2,
            },
        ];
        DebugType::Struct {
            name,
            size: layout.size,
            align: layout.align,
            fields,
        }
    }

    fn pointer(&mut self, ty: Ty, name: String, to: Option<Ty>) -> DebugType {
        let size = self.layout(ty).size;
        let to = to.filter(|to| !self.is_deep(*to)).map(|to| self.debug_type(to));
        DebugType::Pointer { name, size, to }
    }

    fn basic(&mut self, ty: Ty, name: String, encoding: DebugEncoding) -> DebugType {
        DebugType::Basic {
            name,
            size: self.layout(ty).size,
            encoding,
        }
    }

    fn c_encoding(&self, scalar: CScalar) -> DebugEncoding {
        match scalar {
            CScalar::Bool => DebugEncoding::Bool,
            CScalar::Char | CScalar::SChar | CScalar::UChar => DebugEncoding::Char,
            CScalar::Float | CScalar::Double | CScalar::LongDouble => DebugEncoding::Float,
            CScalar::Void
            | CScalar::Short
            | CScalar::UShort
            | CScalar::Int
            | CScalar::UInt
            | CScalar::Long
            | CScalar::ULong
            | CScalar::LongLong
            | CScalar::ULongLong
            | CScalar::WChar => match self.input.target.c_int_shape(scalar) {
                Some(shape) if shape.signed => DebugEncoding::Signed,
                Some(_) | None => DebugEncoding::Unsigned,
            },
        }
    }

    /// The type of an address without a type of its own.
    pub(crate) fn any_pointer(&mut self) -> unit::TypeId {
        self.ty(any_pointer())
    }
}
