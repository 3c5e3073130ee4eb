//! Constant data: values as bytes and relocations, each content once.

use base::FxHashMap;
use check::{ConstValue, Ty, TyKind};
use unit::{FunctionId, Global, GlobalId, GlobalInit, Linkage, Relocation, RelocationTarget, Repr, Scalar};

use crate::bit_fields::write_bits;
use crate::crossings::convention_of;
use crate::floats::{float_bytes, int_bytes};
use crate::instance::Callback;
use crate::names::shortened;
use crate::pool::{Pool, PoolGlobal};
use crate::variants::{self, NicheKind, Tag};

impl Pool<'_> {
    /// A constant that holds `value`.
    pub(crate) fn const_data(&mut self, value: &ConstValue, ty: Ty) -> GlobalId {
        let init = self.const_init(value, ty);
        let align = self.layout(ty).align;
        self.const_global(init, align)
    }

    /// The bytes of a string, without a NUL.
    pub(crate) fn text_data(&mut self, text: &str) -> GlobalId {
        self.const_global(plain_bytes(text.as_bytes().to_vec()), 1)
    }

    fn c_text_data(&mut self, text: &[u8]) -> GlobalId {
        let mut bytes = text.to_vec();
        bytes.push(0);
        self.const_global(plain_bytes(bytes), 1)
    }

    /// `value` as the first bytes of a variable of its type.
    pub(crate) fn const_init(&mut self, value: &ConstValue, ty: Ty) -> GlobalInit {
        let size = self.layout(ty).size;
        let mut init = plain_bytes(vec![0; usize::try_from(size).expect("constant data fits in memory")]);
        self.encode(value, ty, 0, &mut init);
        init.relocations.sort_by_key(|relocation| relocation.offset);
        init
    }

    /// A constant with this content, the one that there is or a new one.
    pub(crate) fn const_global(&mut self, init: GlobalInit, align: u64) -> GlobalId {
        let symbol = format!("lang-const.{}", self.content_hash(&init, align));
        if let Some(&known) = self.global_ids.get(&symbol) {
            return known;
        }
        let id = self.globals.push(PoolGlobal {
            global: Global {
                symbol: symbol.clone(),
                size: init.bytes.len() as u64,
                align,
                linkage: Linkage::Internal,
                constant: true,
                thread_local: false,
                init: Some(init),
            },
            home: None,
        });
        self.global_ids.insert(symbol, id);
        id
    }

    /// Of bytes, alignment and the symbols of what is pointed to.
    fn content_hash(&self, init: &GlobalInit, align: u64) -> String {
        let mut hasher = base::Hasher::new();
        hasher.field(&align.to_le_bytes()).field(&init.bytes);
        for relocation in &init.relocations {
            let target = match relocation.target {
                RelocationTarget::Function(function) => &self.functions[function].function.symbol,
                RelocationTarget::Global(global) => &self.globals[global].global.symbol,
            };
            hasher.field(&relocation.offset.to_le_bytes()).field(target.as_bytes());
            hasher.field(&relocation.addend.to_le_bytes());
        }
        shortened(hasher.finish())
    }

    pub(crate) fn known_globals(&mut self) -> &mut FxHashMap<String, GlobalId> {
        &mut self.global_ids
    }

    /// What a fat constant points to and its number of elements; `None` for every other constant.
    pub(crate) fn slice_data(&mut self, value: &ConstValue) -> Option<(GlobalId, u64)> {
        match value {
            ConstValue::Str(text) => {
                let text = text.as_str();
                Some((self.text_data(text), text.len() as u64))
            }
            ConstValue::Bytes(bytes) => {
                let data = self.const_global(plain_bytes(bytes.to_vec()), 1);
                Some((data, bytes.len() as u64))
            }
            ConstValue::Slice(elements, element) => {
                let len = n_elements(elements, *element);
                Some((self.const_data(elements, element.array(len)), len))
            }
            ConstValue::Ref(value, array) => {
                let TyKind::Array(_, len) = array.kind() else {
                    return None;
                };
                Some((self.const_data(value, *array), len.instance_len()))
            }
            ConstValue::Int(_)
            | ConstValue::Param(_)
            | ConstValue::Float(_)
            | ConstValue::CStr(_)
            | ConstValue::Null
            | ConstValue::Fn(..)
            | ConstValue::Closure(_)
            | ConstValue::Static(_)
            | ConstValue::Variant(..)
            | ConstValue::Aggregate(_)
            | ConstValue::Repeat(..)
            | ConstValue::Union(..)
            | ConstValue::Zero
            | ConstValue::Memory(_) => None,
        }
    }

    /// The address that a thin constant of a pointer type is; `None` for integers and null.
    pub(crate) fn address(&mut self, value: &ConstValue, ty: Ty) -> Option<RelocationTarget> {
        match value {
            ConstValue::Str(text) => Some(RelocationTarget::Global(self.c_text_data(text.as_str().as_bytes()))),
            ConstValue::CStr(text) => Some(RelocationTarget::Global(self.c_text_data(text))),
            ConstValue::Bytes(bytes) => {
                let data = self.const_global(plain_bytes(bytes.to_vec()), 1);
                Some(RelocationTarget::Global(data))
            }
            ConstValue::Fn(..) | ConstValue::Closure(_) => self.fn_of(value, ty).map(RelocationTarget::Function),
            ConstValue::Static(global) => Some(RelocationTarget::Global(self.static_global(*global))),
            ConstValue::Ref(value, inner) => Some(RelocationTarget::Global(self.const_data(value, *inner))),
            ConstValue::Slice(..) => self.slice_data(value).map(|(data, _)| RelocationTarget::Global(data)),
            ConstValue::Int(_)
            | ConstValue::Param(_)
            | ConstValue::Float(_)
            | ConstValue::Null
            | ConstValue::Variant(..)
            | ConstValue::Aggregate(_)
            | ConstValue::Repeat(..)
            | ConstValue::Union(..)
            | ConstValue::Zero
            | ConstValue::Memory(_) => None,
        }
    }

    /// The code of a constant that is a function, as a value of the type; `None` for other constants.
    pub(crate) fn fn_of(&mut self, value: &ConstValue, ty: Ty) -> Option<FunctionId> {
        if let ConstValue::Fn(function, args) = value {
            return Some(self.fn_address(*function, args, ty));
        }
        let ConstValue::Closure(closure) = value else {
            return None;
        };
        if let TyKind::Optional(inner) = ty.kind() {
            self.fn_of(value, *inner)
        } else if let TyKind::FnPointer(_) = ty.kind() {
            Some(self.fn_value(*closure))
        } else {
            Some(self.callback(Callback::Closure(*closure), convention_of(ty)))
        }
    }

    /// Writes `value` at `offset`. The bytes there are zero.
    fn encode(&mut self, value: &ConstValue, ty: Ty, offset: u64, init: &mut GlobalInit) {
        let layout = self.layout(ty);
        let (value, ty) = match layout.repr {
            Repr::Scalar(_) | Repr::Pair { .. } => &variants::plain_value(self, value, ty),
            Repr::Unit | Repr::Memory => &(value.clone(), ty),
        };
        let ty = *ty;
        match layout.repr {
            Repr::Unit => {}
            Repr::Scalar(scalar) => self.encode_scalar(value, ty, scalar, offset, init),
            Repr::Pair { second_offset, .. } => {
                if let Some(function) = self.fn_of(value, ty) {
                    init.relocations.push(Relocation {
                        offset,
                        target: RelocationTarget::Function(function),
                        addend: 0,
                    });
                } else if let Some((data, len)) = self.slice_data(value) {
                    init.relocations.push(Relocation {
                        offset,
                        target: RelocationTarget::Global(data),
                        addend: 0,
                    });
                    self.write_word(u128::from(len), offset + second_offset, init);
                } else {
                    debug_assert!(
                        matches!(value, ConstValue::Null | ConstValue::Zero),
                        "{value:?} is no {ty:?}"
                    );
                }
            }
            Repr::Memory => self.encode_parts(value, ty, offset, init),
        }
    }

    fn encode_scalar(&mut self, value: &ConstValue, ty: Ty, scalar: Scalar, offset: u64, init: &mut GlobalInit) {
        let size = self.layouts.scalar_layout(scalar).size_bytes as usize;
        let endian = self.input.target.endian;
        match value {
            ConstValue::Int(value) => match scalar {
                Scalar::Bool | Scalar::Int { .. } | Scalar::Pointer => {
                    write(&int_bytes(*value as u128, size, endian), offset, init);
                }
                Scalar::F16 | Scalar::F32 | Scalar::F64 | Scalar::F80 | Scalar::F128 => {
                    write(&float_bytes((*value as f64).to_bits(), scalar, endian), offset, init);
                }
            },
            ConstValue::Float(bits) => write(&float_bytes(*bits, scalar, endian), offset, init),
            ConstValue::Null | ConstValue::Zero => {}
            ConstValue::Str(_)
            | ConstValue::Bytes(_)
            | ConstValue::CStr(_)
            | ConstValue::Fn(..)
            | ConstValue::Closure(_)
            | ConstValue::Static(_)
            | ConstValue::Ref(..)
            | ConstValue::Slice(..) => {
                let target = self.address(value, ty).expect("a constant that points somewhere");
                init.relocations.push(Relocation {
                    offset,
                    target,
                    addend: 0,
                });
            }
            ConstValue::Aggregate(_)
            | ConstValue::Repeat(..)
            | ConstValue::Union(..)
            | ConstValue::Memory(_)
            | ConstValue::Variant(..)
            | ConstValue::Param(_) => {
                unreachable!("{value:?} is no {ty:?}")
            }
        }
    }

    fn encode_parts(&mut self, value: &ConstValue, ty: Ty, offset: u64, init: &mut GlobalInit) {
        match value {
            ConstValue::Zero => {}
            ConstValue::Variant(variant, values) => self.encode_variant((*variant, values), ty, offset, init),
            ConstValue::Null => self.encode_variant((0, &[]), ty, offset, init),
            ConstValue::Aggregate(values) => {
                for (index, value) in values.iter().enumerate() {
                    self.encode_part(value, ty, index, offset, init);
                }
            }
            ConstValue::Union(field, value) => {
                self.encode_part(value, ty, *field as usize, offset, init);
            }
            ConstValue::Repeat(value, count) => {
                if **value == ConstValue::Zero || **value == ConstValue::Int(0) {
                    return;
                }
                let (element, _) = self.part(ty, 0);
                let stride = self.stride(element);
                for index in 0..*count {
                    self.encode(value, element, offset + index * stride, init);
                }
            }
            ConstValue::Bytes(bytes) | ConstValue::Memory(bytes) => write(bytes, offset, init),
            ConstValue::Int(_)
            | ConstValue::Param(_)
            | ConstValue::Float(_)
            | ConstValue::Str(_)
            | ConstValue::CStr(_)
            | ConstValue::Fn(..)
            | ConstValue::Closure(_)
            | ConstValue::Static(_)
            | ConstValue::Ref(..)
            | ConstValue::Slice(..) => unreachable!("{value:?} is no {ty:?}"),
        }
    }

    /// Writes a part of what is at `offset`.
    fn encode_part(&mut self, value: &ConstValue, ty: Ty, index: usize, offset: u64, init: &mut GlobalInit) {
        let field = self.bit_field(ty, u32::try_from(index).unwrap_or(u32::MAX));
        if let Some((offset_bits, width)) = field.and_then(|field| Some((field.offset_bits, field.bit_width?))) {
            if let ConstValue::Int(value) = value {
                let place = (offset * 8 + offset_bits, width);
                write_bits(*value as u128, place, self.input.target.endian, init);
            }
            return;
        }
        let (field, at) = self.part(ty, index);
        self.encode(value, field, offset + at, init);
    }

    /// The fields of a variant and what tells it from the others.
    fn encode_variant(&mut self, (variant, values): (u32, &[ConstValue]), ty: Ty, offset: u64, init: &mut GlobalInit) {
        let layout = self.layout(ty);
        let fields = variants::variant_fields(ty, self.input.signatures).unwrap_or_default();
        let before: usize = fields.iter().take(variant as usize).map(Vec::len).sum();
        for (value, (field, at)) in values
            .iter()
            .zip(fields[variant as usize].iter().zip(&layout.offsets[before..]))
        {
            self.encode(value, *field, offset + at, init);
        }
        let endian = self.input.target.endian;
        match layout.tag {
            Some(Tag::Number { at, bits }) => {
                let bytes = int_bytes(u128::from(variant), bits as usize / 8, endian);
                write(&bytes, offset + at, init);
            }
            Some(Tag::Niche { niche, empty }) if empty == variant => match niche.kind {
                // Null is zeros, which are there.
                NicheKind::Pointer => {}
                NicheKind::Int { bits } => {
                    write(
                        &int_bytes(niche.first, bits as usize / 8, endian),
                        offset + niche.at,
                        init,
                    );
                }
            },
            Some(Tag::Niche { .. } | Tag::Single) | None => {}
        }
    }

    /// The type of a part of an aggregate and its offset.
    fn part(&mut self, ty: Ty, index: usize) -> (Ty, u64) {
        if let TyKind::Array(element, _) = ty.kind() {
            return (*element, self.stride(*element) * index as u64);
        }
        let offset = self.layout(ty).offsets[index];
        if let TyKind::Tuple(elements) = ty.kind() {
            (elements[index], offset)
        } else if let TyKind::Range { element, .. } = ty.kind() {
            (*element, offset)
        } else if let TyKind::Adt(adt, args) = ty.kind() {
            let fields = &self.input.signatures.adt(*adt).fields;
            (self.input.signatures.instantiate(fields[index].ty, args), offset)
        } else {
            unreachable!("a {ty:?} has no parts")
        }
    }

    fn write_word(&mut self, value: u128, offset: u64, init: &mut GlobalInit) {
        let target = self.input.target;
        let bytes = int_bytes(value, target.pointer_bytes() as usize, target.endian);
        write(&bytes, offset, init);
    }
}

fn n_elements(elements: &ConstValue, ty: Ty) -> u64 {
    match (elements, ty.kind()) {
        (ConstValue::Aggregate(values), _) => values.len() as u64,
        (ConstValue::Repeat(_, count), _) => *count,
        (ConstValue::Bytes(bytes), _) => bytes.len() as u64,
        (_, TyKind::Array(_, len)) => len.instance_len(),
        _ => unreachable!("{elements:?} has no elements"),
    }
}

fn plain_bytes(bytes: Vec<u8>) -> GlobalInit {
    GlobalInit {
        bytes,
        relocations: Vec::new(),
    }
}

fn write(bytes: &[u8], offset: u64, init: &mut GlobalInit) {
    let start = offset as usize;
    init.bytes[start..start + bytes.len()].copy_from_slice(bytes);
}
