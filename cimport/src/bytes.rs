//! Values of records and arrays that Clang can compute, as the bytes that they are in memory.
//!
//! Takes expressions of C with their types in the model. Gives the text that reads each scalar in them, and the bytes
//! put together from what Clang computed. What cannot be said in bytes (an address, a `long double`) gives none.

use base::Symbol;
use clang_sys::CXCursor_VarDecl;
use cmodel::{CModel, CNature, CRecordKind, CType, OWN_TYPEDEFS, OwnScalar};
use target::{CScalar, Endian, Target};

use crate::ast::{Cursor, Evaluated, TranslationUnit, Visit};
use crate::query::{BadLines, push, slot};

/// How many scalars a value may hold: beyond, it is computed where the program uses it.
const MOST_SCALARS: usize = 4096;

/// The scalars of all values that one text asks for.
pub(crate) struct Scalars<'a> {
    model: &'a CModel,
    target: &'a Target,
    text: String,
    n_asked: usize,
}

/// What a type is made of, at bit offsets from the value's start.
pub(crate) struct Shape {
    size: u64,
    part: Part,
}

enum Part {
    Scalar {
        /// Of the variable that reads it.
        index: usize,
        kind: ScalarKind,
        offset_bits: u64,
        width_bits: u64,
    },
    All(Vec<Part>),
    /// Members of a union, of which Clang reads the one that the value is of.
    Any(Vec<Part>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ScalarKind {
    Int,
    Float,
}

impl<'a> Scalars<'a> {
    pub(crate) fn new(model: &'a CModel, target: &'a Target) -> Self {
        Self {
            model,
            target,
            text: String::new(),
            n_asked: 0,
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Asks for an expression of a record or an array; absent for other types and those that bytes cannot be had of.
    pub(crate) fn ask(&mut self, expression: &str, ty: &CType) -> Option<Shape> {
        let (n_before, len_before) = (self.n_asked, self.text.len());
        let is_compound = matches!(self.resolved(ty), CType::Record(_) | CType::Array { .. });
        let size = self.size_of(ty).filter(|_| is_compound)?;
        let part = self.part(expression, ty, 0, n_before + MOST_SCALARS);
        if part.is_none() {
            self.n_asked = n_before;
            self.text.truncate(len_before);
        }
        Some(Shape { size, part: part? })
    }

    fn part(&mut self, expression: &str, ty: &CType, offset_bits: u64, most: usize) -> Option<Part> {
        match self.resolved(ty).clone() {
            CType::Record(tag) => {
                let record = self.model.records.get(&tag)?;
                let layout = record.layout.as_ref().filter(|_| record.nature == CNature::Declared)?;
                let mut parts = Vec::new();
                for field in &layout.fields {
                    let at = offset_bits + field.offset_bits;
                    match (field.name, field.bit_width) {
                        (Some(_), Some(_)) if self.target.endian == Endian::Big => return None,
                        (Some(name), Some(width)) => {
                            let member = format!("{expression}.{name}");
                            parts.push(self.scalar(&member, ScalarKind::Int, at, u64::from(width), most)?);
                        }
                        (Some(name), None) => {
                            parts.push(self.part(&format!("{expression}.{name}"), &field.ty, at, most)?);
                        }
                        (None, Some(_)) => {}
                        (None, None) => parts.push(self.part(expression, &field.ty, at, most)?),
                    }
                }
                Some(match record.kind {
                    CRecordKind::Struct => Part::All(parts),
                    CRecordKind::Union => Part::Any(parts),
                })
            }
            CType::Array { element, len } => {
                let stride = self.size_of(&element)? * 8;
                let mut parts = Vec::new();
                for index in 0..len {
                    let at = offset_bits + index * stride;
                    parts.push(self.part(&format!("{expression}[{index}]"), &element, at, most)?);
                }
                Some(Part::All(parts))
            }
            CType::FlexibleArray { .. } => Some(Part::All(Vec::new())),
            CType::Scalar(CScalar::Void | CScalar::LongDouble) => None,
            CType::Scalar(CScalar::Float | CScalar::Double) => {
                let width = self.size_of(ty)? * 8;
                self.scalar(expression, ScalarKind::Float, offset_bits, width, most)
            }
            CType::Scalar(_) | CType::Enum(_) => {
                let width = self.size_of(ty)? * 8;
                self.scalar(expression, ScalarKind::Int, offset_bits, width, most)
            }
            CType::Pointer { .. } | CType::FunctionPointer(_) => {
                let address = format!("(__INTPTR_TYPE__){expression}");
                let width = u64::from(self.target.pointer_bits);
                self.scalar(&address, ScalarKind::Int, offset_bits, width, most)
            }
            CType::Typedef(name) => {
                let kind = match own_scalar(name)? {
                    OwnScalar::Int { .. } | OwnScalar::Size => ScalarKind::Int,
                    OwnScalar::Float { .. } => ScalarKind::Float,
                };
                let width = self.size_of(ty)? * 8;
                self.scalar(expression, kind, offset_bits, width, most)
            }
            CType::Int128 { .. } | CType::Float16 | CType::Function(_) | CType::Opaque { .. } => None,
        }
    }

    fn scalar(
        &mut self,
        expression: &str,
        kind: ScalarKind,
        offset_bits: u64,
        width_bits: u64,
        most: usize,
    ) -> Option<Part> {
        let index = self.n_asked;
        if index >= most {
            return None;
        }
        self.n_asked += 1;
        let ty = match kind {
            ScalarKind::Int => "long long",
            ScalarKind::Float => "double",
        };
        push(
            &mut self.text,
            format_args!("{ty} lang_v_{index} = ({ty}){expression};\n"),
        );
        Some(Part::Scalar {
            index,
            kind,
            offset_bits,
            width_bits,
        })
    }

    fn size_of(&self, ty: &CType) -> Option<u64> {
        match self.resolved(ty) {
            CType::Scalar(scalar) => self.target.c_layout(*scalar).map(|layout| layout.size_bytes),
            CType::Pointer { .. } | CType::FunctionPointer(_) => Some(self.target.pointer_bytes()),
            CType::Array { element, len } => self.size_of(element)?.checked_mul(*len),
            CType::Record(tag) => Some(self.model.records.get(tag)?.layout.as_ref()?.size),
            CType::Enum(tag) => self.size_of(&self.model.enums.get(tag)?.underlying),
            CType::Typedef(name) => Some(match own_scalar(*name)? {
                OwnScalar::Int { bytes } | OwnScalar::Float { bytes } => bytes,
                OwnScalar::Size => self.target.pointer_bytes(),
            }),
            CType::Int128 { .. }
            | CType::Float16
            | CType::FlexibleArray { .. }
            | CType::Function(_)
            | CType::Opaque { .. } => None,
        }
    }

    /// What a typedef stands for, but for Lang's own.
    fn resolved<'t>(&'t self, mut ty: &'t CType) -> &'t CType {
        while let CType::Typedef(name) = ty {
            match self.model.typedefs.get(name) {
                Some(typedef) => ty = &typedef.ty,
                None => break,
            }
        }
        ty
    }

    /// What Clang computed of the scalars, by index.
    pub(crate) fn read(&self, unit: &TranslationUnit) -> Vec<Option<Evaluated>> {
        let mut values = vec![None; self.n_asked];
        let bad = BadLines::of(unit);
        unit.root().visit(|cursor| {
            if cursor.kind() == CXCursor_VarDecl
                && bad.is_good(cursor)
                && let Some(value) = slot(&cursor.name(), &["lang_v_"], &mut values)
            {
                *value = Cursor::evaluate(cursor);
            }
            Visit::Next
        });
        values
    }
}

fn own_scalar(name: Symbol) -> Option<OwnScalar> {
    let own = OWN_TYPEDEFS.iter().find(|(own, ..)| name == *own);
    own.map(|(_, _, scalar)| *scalar)
}

impl Shape {
    /// The value in memory, padding zero; absent where Clang did not compute a part.
    pub(crate) fn bytes(&self, values: &[Option<Evaluated>], endian: Endian) -> Option<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(self.size).ok()?];
        self.part.write(values, endian, &mut bytes).then_some(bytes)
    }
}

impl Part {
    /// Whether all of the part could be written.
    fn write(&self, values: &[Option<Evaluated>], endian: Endian, bytes: &mut [u8]) -> bool {
        match self {
            Part::All(parts) => parts.iter().all(|part| part.write(values, endian, bytes)),
            // What a refused member wrote is overwritten or zero in the one that is not.
            Part::Any(parts) => {
                let before = bytes.to_vec();
                parts.is_empty()
                    || parts.iter().any(|part| {
                        bytes.copy_from_slice(&before);
                        part.write(values, endian, bytes)
                    })
            }
            Part::Scalar {
                index,
                kind,
                offset_bits,
                width_bits,
            } => {
                let Some(Some(value)) = values.get(*index) else {
                    return false;
                };
                let bits = match (value, kind, width_bits) {
                    (Evaluated::Int(value), ScalarKind::Int, _) => *value as u64,
                    (Evaluated::Float(value), ScalarKind::Float, 32) => u64::from((*value as f32).to_bits()),
                    (Evaluated::Float(value), ScalarKind::Float, 64) => value.to_bits(),
                    (Evaluated::Int(_) | Evaluated::Float(_), _, _) => return false,
                };
                write_bits(bits, *offset_bits, *width_bits, endian, bytes)
            }
        }
    }
}

/// Writes the low bits of a value. Fields that are no whole bytes are little-endian's alone.
fn write_bits(value: u64, offset_bits: u64, width_bits: u64, endian: Endian, bytes: &mut [u8]) -> bool {
    for bit in 0..width_bits.min(64) {
        let from = match endian {
            Endian::Little => bit,
            // Whole bytes, the most significant first.
            Endian::Big => (width_bits / 8 - 1 - bit / 8) * 8 + bit % 8,
        };
        let at = offset_bits + bit;
        let Some(byte) = usize::try_from(at / 8).ok().and_then(|index| bytes.get_mut(index)) else {
            return false;
        };
        *byte |= u8::from(value >> from & 1 == 1) << (at % 8);
    }
    true
}

#[cfg(test)]
mod tests {
    use target::Endian;

    use super::write_bits;

    #[test]
    fn bits_go_where_the_machine_has_them() {
        let mut little = [0; 4];
        assert!(write_bits(0x1234, 8, 16, Endian::Little, &mut little));
        assert!(write_bits(0b101, 29, 3, Endian::Little, &mut little));
        assert_eq!(little, [0, 0x34, 0x12, 0xa0]);
        let mut big = [0; 4];
        assert!(write_bits(0x1234, 8, 16, Endian::Big, &mut big));
        assert_eq!(big, [0, 0x12, 0x34, 0]);
        assert!(!write_bits(1, 32, 8, Endian::Little, &mut little));
    }
}
