//! Bit-fields of `extern` records that are written in Lang.
//!
//! Their widths are evaluated here; where they lie, Clang says, for the record as C text has it.

use cmodel::LayoutError;
use diag::Reported;
use hir::{DefId, Field, ItemKind, Struct, StructKind};

use super::Collector;
use crate::type_refs::TypeScope;
use crate::{AdtKind, AdtRef, BodyRef, CShapes, ConstValue, Ty, TyKind, errors};

impl Collector<'_> {
    /// Lays out a record whose fields are known but for the widths of some.
    pub(super) fn bit_fields(&mut self, def: DefId, decl: &Struct, scope: &TypeScope) {
        let adt = AdtRef::Lang(def);
        let mut widths = Vec::with_capacity(decl.fields.len());
        let mut is_good = true;
        for (index, field) in decl.fields.iter().enumerate() {
            let Some(body) = field.bit_width else {
                widths.push(None);
                continue;
            };
            if decl.kind == StructKind::Lang {
                is_good = false;
                continue;
            }
            let ty = self.signatures.adt(adt).fields[index].ty;
            let body = BodyRef {
                module: def.module,
                body,
            };
            let width = self.bit_width(field, body, ty, scope);
            is_good &= width.is_some();
            widths.push(width);
        }
        if !is_good {
            self.forget_bit_fields(adt);
            return;
        }
        self.signatures.has_bit_fields = true;
        for index in 0..decl.fields.len() {
            self.contained_fields(self.signatures.adt(adt).fields[index].ty);
        }
        let mut shapes = CShapes::new(&self.signatures, self.input.target);
        let described = shapes.record(adt, &widths);
        let (shapes, module) = shapes.finish();
        if described.is_none() {
            // Its fields' types have their messages.
            self.forget_bit_fields(adt);
            return;
        }
        let shapes: Vec<_> = shapes.into_iter().map(|(_, shape)| shape).collect();
        match self.input.queries.layout_of(&shapes, &self.signatures.c, module) {
            Ok(mut layout) => {
                let record = self.signatures.adts.get_mut(&adt).expect("it is being collected");
                for (in_c, field) in layout.fields.iter_mut().zip(&record.fields) {
                    in_c.name = field.name;
                }
                record.layout = Some(layout);
            }
            Err(error) => {
                let item = self.input.program.item(def);
                let message = match &error {
                    LayoutError::Refused(message) => Some(message.as_str()),
                    LayoutError::NoAnswer => None,
                };
                self.report(errors::no_layout(item.name_span, item.name, message));
                self.forget_bit_fields(adt);
            }
        }
    }

    /// Reports what only a bit-field of an `extern` record has: a width, and no name.
    pub(super) fn no_bit_field(&mut self, field: &Field) -> Option<Reported> {
        if field.bit_width.is_some() {
            return Some(self.report(errors::bit_field_of_lang(field.name_span)));
        }
        (field.name == "_").then(|| self.report(errors::unnamed_field(field.name_span)))
    }

    /// The width of a bit-field of this type, in bits.
    fn bit_width(&mut self, field: &Field, body: BodyRef, ty: Ty, scope: &TypeScope) -> Option<u32> {
        let body_text = self.input.program.modules[body.module].hir.body(body.body);
        let span = body_text
            .value
            .map_or(field.name_span, |value| body_text.expr_spans[value]);
        let Ok(ConstValue::Int(width)) = self.evaluate(body, Ty::usize(), scope) else {
            return None;
        };
        if ty.as_error().is_some() {
            return None;
        }
        let Some(most) = self.bits_of(ty) else {
            let span = self.input.program.modules[body.module].hir.type_ref(field.ty).span;
            let text = crate::display_ty(ty, &self.signatures);
            self.report(errors::bit_field_of_no_integer(span, &text));
            return None;
        };
        let least = if field.name == "_" { 0 } else { 1 };
        let width = u32::try_from(width).ok().filter(|width| (least..=most).contains(width));
        if width.is_none() {
            let text = crate::display_ty(ty, &self.signatures);
            self.report(errors::bad_bit_width(span, &text, least, most));
        }
        width
    }

    /// How many bits a value of the type has, which a bit-field can have at most. `None` for what has no bit-fields.
    fn bits_of(&self, ty: Ty) -> Option<u32> {
        let target = self.input.target;
        match ty.kind() {
            TyKind::Bool | TyKind::C(target::CScalar::Bool) => Some(1),
            TyKind::Int(int) => Some(int.bits(target.pointer_bits)),
            TyKind::C(scalar) => target.c_int_shape(*scalar).map(|shape| shape.bits),
            TyKind::Adt(adt, _) => {
                let decl = self.signatures.adt(*adt);
                match decl.kind {
                    AdtKind::ExternEnum => self.bits_of(decl.underlying.unwrap_or(Ty::c(target::CScalar::Int))),
                    AdtKind::Record(_) | AdtKind::Enum | AdtKind::OpaqueRecord => None,
                }
            }
            _ => None,
        }
    }

    /// Collects the fields of the records that a value of the type contains.
    fn contained_fields(&mut self, ty: Ty) {
        match ty.kind() {
            TyKind::Array(element, _) => self.contained_fields(*element),
            TyKind::Adt(AdtRef::Lang(def), _) => {
                let program = self.input.program;
                match &program.item(*def).kind {
                    ItemKind::Struct(decl) => self.struct_fields(*def, decl),
                    ItemKind::Enum(_) => self.fields(*def),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// After an error its bit-fields are fields like others.
    fn forget_bit_fields(&mut self, adt: AdtRef) {
        if let Some(record) = self.signatures.adts.get_mut(&adt) {
            for field in &mut record.fields {
                field.is_bit_field = false;
            }
        }
    }
}
