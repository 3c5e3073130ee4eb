//! Structs, unions and enums: first their names and generics, then their fields, then what holds of them all.

use base::{FxHashSet, Span, Symbol};
use cmodel::CallingConvention;
use hir::{DefId, Enum, Inlining, ItemKind, Struct, StructKind, VariantKind};

use super::Collector;
use crate::c_values::{CPosition, require_c_type};
use crate::type_refs;
use crate::{
    AdtDecl, AdtKind, AdtRef, BodyRef, Bounds, ConstValue, FieldDecl, FnDecl, FnKind, FnRef, Generic, Loans, ParamDecl,
    Ty, TyKind, VariantDecl, VariantShape, errors, generics,
};

impl Collector<'_> {
    /// The type itself, without what is inside.
    pub(super) fn shell(&mut self, def: DefId) {
        let item = self.input.program.item(def);
        let is_view = match &item.kind {
            ItemKind::Struct(decl) => decl.is_view,
            ItemKind::Enum(decl) => decl.is_view,
            _ => false,
        };
        let (kind, generics, derives, packed, align) = match &item.kind {
            ItemKind::Struct(decl) => (
                AdtKind::Record(decl.kind),
                &decl.generics,
                &decl.derives,
                decl.packed,
                decl.align,
            ),
            ItemKind::Enum(decl) => {
                let kind = if decl.is_extern {
                    AdtKind::ExternEnum
                } else {
                    AdtKind::Enum
                };
                (kind, &decl.generics, &decl.derives, false, None)
            }
            _ => return,
        };
        let derives_copy = derives.iter().any(|(name, _)| *name == "Copy");
        let for_c = !matches!(kind, AdtKind::Record(StructKind::Lang) | AdtKind::Enum);
        let decl = AdtDecl {
            name: item.name,
            kind,
            generics: Generic::all(generics).collect(),
            bounds: Bounds::default(),
            fields: Vec::new(),
            variants: Vec::new(),
            layout: None,
            is_copy: derives_copy || for_c,
            is_view,
            underlying: None,
            constants: Vec::new(),
            aliases: Vec::new(),
            packed,
            align,
            span: Some(item.name_span),
        };
        self.signatures.adts.insert(AdtRef::Lang(def), decl);
    }

    pub(super) fn fields(&mut self, def: DefId) {
        let program = self.input.program;
        match &program.item(def).kind {
            ItemKind::Struct(decl) => self.struct_fields(def, decl),
            ItemKind::Enum(decl) if decl.is_extern => self.enum_constants(def, decl),
            ItemKind::Enum(decl) => self.enum_variants(def, decl),
            _ => {}
        }
    }

    fn enum_variants(&mut self, def: DefId, decl: &Enum) {
        let scope = self.scope_of(def);
        let program = self.input.program;
        let hir = &program.modules[def.module].hir;
        if let Some(underlying) = decl.underlying {
            self.report(errors::no_chosen_tag(
                hir.type_ref(underlying).span,
                "the type of its tag",
            ));
        }
        let mut fields = Vec::new();
        let mut variants = Vec::new();
        for variant in &decl.variants {
            if let Some(value) = variant.value {
                let body = program.modules[def.module].hir.body(value);
                let span = body.value.map_or(variant.span, |value| body.expr_spans[value]);
                self.report(errors::no_chosen_tag(span, "the number of a variant"));
            }
            let start = index_of(fields.len());
            let shape = match &variant.kind {
                VariantKind::Unit => VariantShape::Unit,
                VariantKind::Tuple(tys) => {
                    for (index, ty) in tys.iter().enumerate() {
                        fields.push(FieldDecl {
                            name: Some(base::sym(&index.to_string())),
                            ty: type_refs::lower_value(self, &scope, *ty),
                            is_static: self.is_static(def.module, *ty),
                            visibility: hir::Visibility::Public,
                            is_bit_field: false,
                            is_flexible: false,
                            default_value: None,
                        });
                    }
                    VariantShape::Tuple
                }
                VariantKind::Struct(named) => {
                    for field in named {
                        self.no_bit_field(field);
                        fields.push(FieldDecl {
                            name: Some(field.name),
                            ty: type_refs::lower_value(self, &scope, field.ty),
                            is_static: self.is_static(def.module, field.ty),
                            visibility: hir::Visibility::Public,
                            is_bit_field: false,
                            is_flexible: false,
                            default_value: None,
                        });
                    }
                    VariantShape::Struct
                }
            };
            variants.push(VariantDecl {
                name: variant.name,
                shape,
                fields: start..index_of(fields.len()),
                span: variant.span,
            });
        }
        if let Some(adt) = self.signatures.adts.get_mut(&AdtRef::Lang(def)) {
            adt.fields = fields;
            adt.variants = variants;
        }
        self.constructors(def);
    }

    /// The tuple variants of an enum as functions.
    fn constructors(&mut self, def: DefId) {
        let adt = self.signatures.adt(AdtRef::Lang(def));
        let ret = self.generic_instance(AdtRef::Lang(def));
        let path = self.input.program.path_of(def);
        let tuples = (0..)
            .zip(&adt.variants)
            .filter(|(_, variant)| variant.shape == VariantShape::Tuple);
        let constructors: Vec<_> = tuples
            .map(|(index, variant)| {
                let fields = &adt.fields[variant.fields.start as usize..variant.fields.end as usize];
                let params = fields.iter().map(|field| ParamDecl {
                    name: None,
                    ty: field.ty,
                    is_static: field.is_static,
                    default: None,
                });
                let decl = FnDecl {
                    path: format!("{path}.{}", variant.name),
                    name: variant.name,
                    generics: adt.generics.clone(),
                    bounds: Bounds::default(),
                    of_trait: None,
                    params: params.collect(),
                    ret,
                    variadic: false,
                    is_unsafe: false,
                    convention: CallingConvention::Default,
                    receiver: None,
                    kind: FnKind::Variant,
                    self_ty: None,
                    inlining: Inlining::Wanted,
                    features: None,
                    is_const: true,
                    is_assoc_const: false,
                    loans: Loans::default(),
                    span: Some(variant.span),
                };
                (FnRef::Variant(def, index), decl)
            })
            .collect();
        self.signatures.fns.extend(constructors);
    }

    pub(super) fn struct_fields(&mut self, def: DefId, decl: &Struct) {
        if !self.with_fields.insert(def) {
            return;
        }
        let scope = self.scope_of(def);
        let mut fields = Vec::with_capacity(decl.fields.len());
        for field in &decl.fields {
            let ty = type_refs::lower_value(self, &scope, field.ty);
            if decl.kind != StructKind::Lang {
                let span = self.input.program.modules[def.module].hir.type_ref(field.ty).span;
                require_c_type(self, ty, CPosition::Field, span);
            }
            let no_bit_field = (decl.kind == StructKind::Lang)
                .then(|| self.no_bit_field(field))
                .flatten();
            // No value is made of a struct with such a field.
            let ty = no_bit_field.map_or(ty, Ty::error);
            let is_unnamed = field.bit_width.is_some() && field.name == "_";
            fields.push(FieldDecl {
                name: (!is_unnamed).then_some(field.name),
                ty,
                is_static: self.is_static(def.module, field.ty),
                visibility: field.visibility,
                is_bit_field: field.bit_width.is_some(),
                is_flexible: false,
                default_value: None,
            });
        }
        if let Some(adt) = self.signatures.adts.get_mut(&AdtRef::Lang(def)) {
            adt.fields = fields;
        }
        if decl.fields.iter().any(|field| field.bit_width.is_some()) {
            self.bit_fields(def, decl, &scope);
        }
    }

    /// The values of fields that a literal leaves out, once constants can be evaluated.
    pub(super) fn field_defaults(&mut self, def: DefId) {
        let ItemKind::Struct(decl) = &self.input.program.item(def).kind else {
            return;
        };
        if !self.with_defaults.insert(def) {
            return;
        }
        for (index, field) in decl.fields.iter().enumerate() {
            let Some(body) = field.default else { continue };
            let scope = self.scope_of(def);
            let decl = self.signatures.adt(AdtRef::Lang(def));
            let (ty, bounds) = (decl.fields[index].ty, decl.bounds.clone());
            let value = self.evaluate_within(
                bounds,
                BodyRef {
                    module: def.module,
                    body,
                },
                ty,
                &scope,
            );
            // After an error the field still counts as given.
            let value = value.unwrap_or(ConstValue::Zero);
            if let Some(adt) = self.signatures.adts.get_mut(&AdtRef::Lang(def)) {
                adt.fields[index].default_value = Some(value.into());
            }
        }
    }

    fn enum_constants(&mut self, def: DefId, decl: &Enum) {
        let span = self.input.program.item(def).name_span;
        let scope = self.scope_of(def);
        let mut underlying = match decl.underlying {
            Some(ty) => type_refs::lower_value(self, &scope, ty),
            None => Ty::c(target::CScalar::Int),
        };
        if !underlying.is_integer() && underlying.as_error().is_none() {
            let text = crate::display_ty(underlying, &self.signatures);
            underlying = Ty::error(self.report(errors::mismatched_types(span, "an integer type", &text)));
        }
        let mut constants: Vec<(Symbol, i128)> = Vec::new();
        let mut next = 0;
        for variant in &decl.variants {
            if !matches!(variant.kind, VariantKind::Unit) {
                self.report(errors::fields_in_extern_enum(variant.span, variant.name));
            }
            if let Some(body) = variant.value {
                let body = BodyRef {
                    module: def.module,
                    body,
                };
                if let Ok(ConstValue::Int(value)) = self.evaluate(body, underlying, &scope) {
                    next = value;
                }
            }
            self.check_enum_value(next, underlying, variant.span);
            constants.push((variant.name, next));
            next = next.wrapping_add(1);
        }
        if let Some(adt) = self.signatures.adts.get_mut(&AdtRef::Lang(def)) {
            adt.underlying = Some(underlying);
            adt.constants = constants;
        }
    }

    fn check_enum_value(&mut self, value: i128, underlying: Ty, span: Span) {
        if let Some((least, greatest)) = crate::numbers::limits(underlying, self.input.target) {
            let holds =
                crate::numbers::is_u128(underlying) || crate::numbers::has_value(underlying, value, self.input.target);
            if !holds {
                let text = crate::display_ty(underlying, &self.signatures);
                self.report(errors::literal_out_of_range(span, &text, least, greatest));
            }
        }
    }

    /// That no type contains itself, for which the fields of all must be known.
    pub(super) fn check_finite_types(&mut self) {
        let program = self.input.program;
        let mut visits = Visits::default();
        for module in program.modules.ids() {
            for item in program.modules[module].hir.items.ids() {
                let adt = AdtRef::Lang(DefId { module, item });
                if self.signatures.adts.contains_key(&adt) {
                    self.check_finite(self.generic_instance(adt), &mut visits);
                }
            }
        }
    }

    /// The type with its own parameters as arguments.
    fn generic_instance(&self, adt: AdtRef) -> Ty {
        let params = generics::params(&self.signatures.adt(adt).generics, 0);
        Ty::new(TyKind::Adt(adt, params.collect()))
    }

    /// Depth-first through fields held by value; a type met again on the way is cut off by an error field.
    fn check_finite(&mut self, ty: Ty, visits: &mut Visits) {
        let TyKind::Adt(adt, args) = ty.kind() else { return };
        if !visits.done.insert(ty) {
            return;
        }
        for index in 0..self.signatures.adt(*adt).fields.len() {
            let field_ty = self.signatures.adt(*adt).fields[index].ty.substitute(args);
            visits.open.push((ty, index));
            let mut inner = Vec::new();
            held_by_value(field_ty, &mut inner);
            for held in inner {
                match visits.endless_from(held) {
                    Some((adt, index)) => self.cut_off(adt, index),
                    None => self.check_finite(held, visits),
                }
            }
            visits.open.pop();
        }
    }

    /// Makes the field that leads back to its own type an error.
    fn cut_off(&mut self, adt: AdtRef, index: usize) {
        let decl = self.signatures.adt(adt);
        let (Some(span), None) = (decl.span, decl.fields[index].ty.as_error()) else {
            return;
        };
        let reported = self.report(errors::recursive_type(span, decl.name));
        if let Some(decl) = self.signatures.adts.get_mut(&adt) {
            decl.fields[index].ty = Ty::error(reported);
        }
    }

    /// That a type that is `Copy` is made of such.
    pub(super) fn check_copy(&mut self, def: DefId) {
        let adt = AdtRef::Lang(def);
        let Some(decl) = self.signatures.adts.get(&adt).filter(|decl| decl.is_copy) else {
            return;
        };
        let span = decl.span.expect("a Lang type has a place");
        // It is where its arguments are: asked of an instance whose arguments are.
        let args: Vec<Ty> = decl
            .generics
            .iter()
            .map(|generic| match generic.const_ty {
                Some(_) => Ty::len(1),
                None => Ty::unit(),
            })
            .collect();
        let env = self.signatures.within(Bounds::NONE);
        let bad = decl
            .fields
            .iter()
            .find(|field| !env.is_copy(field.ty.substitute(&args)));
        if let Some(field) = bad {
            let field_name = field.name.map_or("_", |name| name.as_str());
            let text = crate::display_ty(field.ty, &self.signatures);
            let message = format!("`{}` cannot be `Copy`: its field `{field_name}` is `{text}`", decl.name);
            self.report(errors::bad_derive(span, message));
        } else if self.signatures.drops.contains_key(&adt) {
            let message = format!("`{}` cannot be `Copy`: it has a `Drop` impl", decl.name);
            self.report(errors::bad_derive(span, message));
        }
    }

    /// Takes in `@may_dangle(T)` before `impl Drop for …`.
    pub(super) fn may_dangle(&mut self, def: DefId, block: &hir::Impl, self_ty: Ty) {
        let attributes = &self.input.program.item(def).attributes;
        for attribute in attributes.iter().filter(|attribute| attribute.name == "may_dangle") {
            let TyKind::Adt(adt, args) = self_ty.kind() else {
                continue;
            };
            if !block.is_unsafe {
                self.report(errors::may_dangle_is_a_promise(attribute.span));
            }
            for arg in &attribute.args {
                let named = |ty: &Ty| match (&arg.value, ty.kind()) {
                    (
                        hir::AttrValue::Text(text),
                        TyKind::Param {
                            name, is_const: false, ..
                        },
                    ) => text == name,
                    _ => false,
                };
                match args.iter().position(named) {
                    Some(index) => {
                        let index = u32::try_from(index).expect("few generic parameters");
                        self.signatures.may_dangle.entry(*adt).or_default().push(index);
                    }
                    None => {
                        self.report(errors::may_dangle_of_what(arg.span));
                    }
                }
            }
        }
    }

    /// Registers `impl Drop for T`.
    pub(super) fn drop_impl(&mut self, function: DefId, self_ty: Ty, span: Span) {
        match self_ty.kind() {
            TyKind::Adt(adt @ AdtRef::Lang(def), _) if def.module == function.module => {
                let adt = *adt;
                if self.signatures.drops.insert(adt, FnRef::Lang(function)).is_some() {
                    self.report(errors::bad_impl(span, "`Drop` is implemented twice for this type"));
                }
            }
            TyKind::Error(_) => {}
            _ => {
                self.report(errors::bad_impl(
                    span,
                    "`Drop` is implemented for a struct of the same package",
                ));
            }
        }
    }
}

fn index_of(n: usize) -> u32 {
    u32::try_from(n).expect("a file has fewer fields than bytes")
}

/// Types on the way from a type to what it holds, each with the field that the way goes through, and all types that
/// have been looked at.
#[derive(Default)]
struct Visits {
    open: Vec<(Ty, usize)>,
    done: FxHashSet<Ty>,
}

impl Visits {
    /// Where the way comes back to: to the type itself, or to ever larger instances of it, as in
    /// `struct P<T> { p: P<(T, T)> }`.
    fn endless_from(&self, ty: Ty) -> Option<(AdtRef, usize)> {
        const MOST_INSTANCES: usize = 64;
        const MOST_PARTS: u32 = 1000;
        let TyKind::Adt(adt, _) = ty.kind() else { return None };
        if let Some((_, index)) = self.open.iter().find(|(open, _)| *open == ty) {
            return Some((*adt, *index));
        }
        let is_instance = |open: Ty| matches!(open.kind(), TyKind::Adt(other, _) if other == adt);
        let mut instances = self.open.iter().filter(|(open, _)| is_instance(*open));
        let (_, index) = instances.next()?;
        let n_more = instances.count();
        let grows = n_more >= MOST_INSTANCES || (n_more > 1 && ty.n_parts() > MOST_PARTS);
        grows.then_some((*adt, *index))
    }
}

/// The structs and unions that a value of the type has inside itself, not behind a pointer.
fn held_by_value(ty: Ty, found: &mut Vec<Ty>) {
    match ty.kind() {
        TyKind::Adt(..) => found.push(ty),
        TyKind::Array(element, _) => held_by_value(*element, found),
        TyKind::Tuple(elements) => elements.iter().for_each(|ty| held_by_value(*ty, found)),
        TyKind::Closure(closure) => closure.captures().iter().for_each(|ty| held_by_value(*ty, found)),
        TyKind::Optional(inner) => held_by_value(*inner, found),
        TyKind::Error(_)
        | TyKind::Never
        | TyKind::Bool
        | TyKind::Char
        | TyKind::Int(_)
        | TyKind::Float(_)
        | TyKind::C(_)
        | TyKind::Str
        | TyKind::CStr
        | TyKind::Slice(_)
        | TyKind::Ref(..)
        | TyKind::Pointer(..)
        | TyKind::FnItem(..)
        | TyKind::Dyn(_)
        | TyKind::FnPointer(_)
        | TyKind::ExternFn(_)
        | TyKind::Range { .. }
        | TyKind::Opaque { .. }
        | TyKind::Const(_)
        | TyKind::Param { .. }
        | TyKind::Assoc(_)
        | TyKind::Unnamed(_)
        | TyKind::Infer(_) => {}
    }
}
