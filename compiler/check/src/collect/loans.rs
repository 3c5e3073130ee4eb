//! `@borrows` and `@captures` of functions, and `view` before types.

use base::{Span, Symbol};
use diag::Diagnostic;
use hir::{AttrArg, AttrValue, Attribute, DefId, GenericArg, Mutability, StructKind, TypeRefKind};

use super::Collector;
use crate::{AdtKind, AdtRef, Elided, FieldDecl, FnDecl, FnRef, Kept, Loans, Origin, Ty, TyKind, errors};

impl Collector<'_> {
    /// Takes what a function's attributes say into its signature.
    pub(super) fn loans(&mut self, def: DefId) {
        for problem in self.take_loans(def) {
            self.report(problem);
        }
    }

    /// The same, and gives what is wrong with it as far as types are known.
    pub(super) fn take_loans(&mut self, def: DefId) -> Vec<Diagnostic> {
        let attributes = &self.input.program.item(def).attributes;
        let Some(decl) = self.signatures.fns.get(&FnRef::Lang(def)) else {
            return Vec::new();
        };
        let mut loans = Loans {
            before: Some(self.input.program.item(def).span.before()),
            ..Loans::default()
        };
        if let hir::ItemKind::Fn(hir::Fn { ret: Some(ret), .. }) = &self.input.program.item(def).kind
            && self.is_static(def.module, *ret)
        {
            loans.borrows = Some([Origin::Static].into());
        }
        let mut problems = Vec::new();
        for attribute in attributes {
            match attribute.name.as_str() {
                "borrows" => {
                    if loans.borrows_at.is_some() {
                        problems.push(errors::loan_said_twice(attribute.span));
                        continue;
                    }
                    loans.borrows_at = Some(attribute.span);
                    if attribute.args.is_empty() {
                        problems.push(errors::loan_of_nothing(attribute.span));
                        continue;
                    }
                    if !self.signatures.may_be_view(decl.ret) {
                        let ret = crate::display_ty(decl.ret, &self.signatures);
                        problems.push(errors::result_borrows_nothing(attribute.span, &ret));
                        continue;
                    }
                    let origins = attribute.args.iter().map(|arg| self.origin(decl, arg));
                    match origins.collect::<Result<Box<[Origin]>, Diagnostic>>() {
                        Ok(origins) => {
                            problems.extend(said_twice(&origins, attribute));
                            loans.borrows = Some(origins);
                        }
                        Err(problem) => problems.push(problem),
                    }
                }
                "captures" => {
                    if attribute.args.is_empty() {
                        problems.push(errors::loan_of_nothing(attribute.span));
                    }
                    let captures = attribute.args.iter().map(|arg| self.capture(def, decl, arg));
                    match captures.collect::<Result<Vec<Kept>, Diagnostic>>() {
                        Ok(mut captures) => {
                            for (kept, arg) in captures.iter_mut().zip(&attribute.args) {
                                // Given by value, all that it refers to is behind it.
                                let param = &decl.params[kept.into as usize];
                                if kept.from == Origin::Behind(kept.into) && !matches!(param.ty.kind(), TyKind::Ref(..))
                                {
                                    problems.push(errors::captured_of_value(arg.span, param_name(decl, kept.into)));
                                    kept.from = Origin::Param(kept.into);
                                }
                            }
                            let twice = captures.iter().any(|kept| loans.captures.contains(kept));
                            problems.extend(twice.then(|| errors::loan_said_twice(attribute.span)));
                            problems.extend(said_twice(&captures, attribute));
                            loans.captures = loans.captures.iter().copied().chain(captures).collect();
                        }
                        Err(problem) => problems.push(problem),
                    }
                }
                _ => {}
            }
        }
        let kept_in = loans.captures.iter().map(|kept| decl.params[kept.into as usize].ty);
        let shared = kept_in.filter_map(|ty| match ty.kind() {
            TyKind::Ref(Mutability::Const, target) => adt_of(*target),
            _ => None,
        });
        let shared: Vec<AdtRef> = shared.collect();
        self.signatures.keep_shared.extend(shared);
        if let Some(decl) = self.signatures.fns.get_mut(&FnRef::Lang(def)) {
            decl.loans = loans;
        }
        problems
    }

    /// Whether all references in a type that is written are `&static`, and some are.
    pub(super) fn is_static(&self, module: hir::ModuleId, ty: hir::TypeRefId) -> bool {
        let hir = &self.input.program.modules[module].hir;
        let (mut n_static, mut n_other) = (0, 0);
        let mut pending = vec![ty];
        while let Some(id) = pending.pop() {
            match &hir.type_ref(id).kind {
                TypeRefKind::Ref { is_static, target, .. } => {
                    if *is_static {
                        n_static += 1;
                    } else {
                        n_other += 1;
                    }
                    pending.push(*target);
                }
                TypeRefKind::Path(segments) => {
                    let args = segments.iter().flat_map(|segment| &segment.args);
                    pending.extend(args.filter_map(|arg| match arg {
                        GenericArg::Type(ty) | GenericArg::Assoc { ty, .. } => Some(*ty),
                        GenericArg::Const(_) => None,
                    }));
                }
                TypeRefKind::Tuple(parts) => pending.extend(parts),
                TypeRefKind::Array { element, .. } => pending.push(*element),
                TypeRefKind::Slice(part) | TypeRefKind::Optional(part) => pending.push(*part),
                TypeRefKind::Result { error, ok } => pending.extend(error.iter().chain([ok])),
                // What is behind a raw pointer is not followed; what functions give is no part of them.
                TypeRefKind::Pointer { .. }
                | TypeRefKind::Fn(_)
                | TypeRefKind::OwnFn(_)
                | TypeRefKind::ExternFn(_)
                | TypeRefKind::Dyn { .. }
                | TypeRefKind::Impl { .. }
                | TypeRefKind::Infer
                | TypeRefKind::Error(_) => {}
            }
        }
        n_static > 0 && n_other == 0
    }

    /// `a`, `*a` and `static`.
    fn origin(&self, decl: &FnDecl, arg: &AttrArg) -> Result<Origin, Diagnostic> {
        let AttrValue::Text(text) = arg.value else {
            return Err(errors::no_parameter(arg.span, None));
        };
        if arg.name.is_some() {
            return Err(errors::loan_with_name(arg.span));
        }
        self.origin_named(decl, text.as_str(), arg.span)
    }

    fn origin_named(&self, decl: &FnDecl, text: &str, span: Span) -> Result<Origin, Diagnostic> {
        if text == "static" {
            return Ok(Origin::Static);
        }
        let (name, is_behind) = match text.strip_prefix('*') {
            Some(name) => (name.trim(), true),
            None => (text, false),
        };
        let (index, ty) = param_named(decl, base::sym(name), span)?;
        let inside = match ty.kind() {
            TyKind::Ref(_, target) if is_behind => *target,
            _ => ty,
        };
        // What a reference to a `dyn` type leads to may hold references, whatever that is.
        let may_hold = matches!(inside.kind(), TyKind::Dyn(_)) || self.signatures.may_be_view(inside);
        if !may_hold {
            let text = crate::display_ty(inside, &self.signatures);
            return Err(errors::holds_no_reference(span, name, &text, is_behind));
        }
        Ok(if is_behind {
            Origin::Behind(index)
        } else {
            Origin::Param(index)
        })
    }

    /// `a: b`
    fn capture(&self, def: DefId, decl: &FnDecl, arg: &AttrArg) -> Result<Kept, Diagnostic> {
        let (Some(into), AttrValue::Text(from)) = (arg.name, &arg.value) else {
            return Err(errors::capture_without_name(arg.span));
        };
        let name = into;
        let (into, ty) = param_named(decl, name, arg.span)?;
        // What it holds may be put into what it is called with: who calls it waits for that to end.
        if self.is_std(def.module) && from.as_str() == name.as_str() {
            return Ok(Kept {
                into,
                from: Origin::Param(into),
            });
        }
        let keeps = match ty.kind() {
            TyKind::Ref(Mutability::Mut, _) => true,
            // Of one that is shared, its functions say so: as of threads that are started in a scope.
            TyKind::Ref(Mutability::Const, target) => {
                let decl = adt_of(*target).and_then(|adt| self.signatures.adts.get(&adt));
                decl.is_some_and(|decl| decl.is_view)
            }
            // Something may be put behind references in it.
            _ => self.signatures.may_be_view(ty) && self.signatures.within(&decl.bounds).callable(ty).is_none(),
        };
        if !keeps {
            let is_called = self.signatures.within(&decl.bounds).callable(ty).is_some();
            let why = match ty.kind() {
                TyKind::Ref(..) => "which is no `&mut` and no `&` of a `view` type",
                _ if is_called => "which is called: its type says what it keeps",
                _ => "which holds no reference",
            };
            return Err(errors::cannot_capture(arg.span, name.as_str(), why));
        }
        let from = self.origin_named(decl, from.as_str(), arg.span)?;
        Ok(Kept { into, from })
    }

    /// That a result which may borrow this or that says which.
    pub(super) fn check_elision(&mut self, def: DefId) {
        if self.is_trusted(def.module) || self.signatures.implemented.contains_key(&def) {
            return;
        }
        let item = self.input.program.item(def);
        let (hir::ItemKind::Fn(hir::Fn { ret: Some(ret), .. }), Some(decl)) =
            (&item.kind, self.signatures.fns.get(&FnRef::Lang(def)))
        else {
            return;
        };
        let is_said = item.attributes.iter().any(|attribute| attribute.name == "borrows");
        if is_said || decl.loans.borrows.is_some() {
            return;
        }
        if let Elided::Ambiguous(origins) = self.signatures.elided(decl) {
            let span = self.input.program.modules[def.module].hir.type_ref(*ret).span;
            let named = |origin: &Origin| match origin {
                Origin::Static => ("static", false),
                Origin::Param(index) => (param_name(decl, *index), false),
                Origin::Behind(index) => (param_name(decl, *index), true),
            };
            let candidates: Vec<(&str, bool)> = origins.iter().map(named).collect();
            let problem = errors::loan_not_said(span, &candidates, item.span.before());
            self.report(problem);
        }
    }

    /// That a `view` type is one.
    pub(super) fn check_view(&mut self, def: DefId) {
        let adt = AdtRef::Lang(def);
        let Some(decl) = self.signatures.adts.get(&adt) else {
            return;
        };
        if self.is_trusted(def.module) {
            return;
        }
        let Some(span) = decl.span else { return };
        let name = decl.name;
        match (decl.is_view, self.signatures.reference_in(adt)) {
            // What a raw pointer leads to may be another's.
            (true, None) => {
                let is_pointer = |part: Ty| self.signatures.is_raw_pointer(part);
                let is_known = decl.fields.iter().all(|field| field.ty.error_inside().is_none());
                if is_known && !decl.fields.iter().any(|field| field.ty.any(&mut { is_pointer })) {
                    self.report(errors::no_view(span, name));
                }
            }
            (false, Some(field)) => {
                // Not one that holds others of the type itself, as `kids: Vec<Tree>` does.
                let is_itself = |part: Ty| matches!(part.kind(), TyKind::Adt(own, _) if *own == adt);
                let says = |field: &&FieldDecl| {
                    let is_reference = |part: Ty| matches!(part.kind(), TyKind::Ref(..) | TyKind::FnPointer(_));
                    field.ty.any(&mut { is_reference })
                };
                let found = &decl.fields[field];
                let field = match found.ty.any(&mut { is_itself }) {
                    true => decl.fields.iter().find(says).unwrap_or(found),
                    false => found,
                };
                let ty = crate::display_ty(field.ty, &self.signatures);
                let is_fn = matches!(field.ty.kind(), TyKind::FnPointer(_));
                let keyword = match decl.kind {
                    AdtKind::Record(StructKind::Lang) => "struct",
                    AdtKind::Enum => "enum",
                    // What stands in C's own is said of its fields.
                    AdtKind::Record(StructKind::ExternStruct | StructKind::ExternUnion)
                    | AdtKind::ExternEnum
                    | AdtKind::OpaqueRecord => return,
                };
                self.report(errors::not_declared_view(span, keyword, name, field.name, &ty, is_fn));
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
}

fn param_name(decl: &FnDecl, index: u32) -> &'static str {
    decl.params[index as usize].name.map_or("_", |name| name.as_str())
}

fn adt_of(ty: Ty) -> Option<AdtRef> {
    match ty.kind() {
        TyKind::Adt(adt, _) => Some(*adt),
        _ => None,
    }
}

/// The position and type of a parameter.
fn param_named(decl: &FnDecl, name: Symbol, span: Span) -> Result<(u32, Ty), Diagnostic> {
    let names: Vec<Symbol> = decl.params.iter().filter_map(|param| param.name).collect();
    let position = decl.params.iter().position(|param| param.name == Some(name));
    match position {
        Some(index) => {
            let ty = decl.params[index].ty;
            Ok((u32::try_from(index).expect("few parameters"), ty))
        }
        None => Err(errors::no_parameter(span, hir::similar_name(name, names))),
    }
}

/// The first of what an attribute says that it says again.
fn said_twice<T: PartialEq>(said: &[T], attribute: &Attribute) -> Option<Diagnostic> {
    let again = (1..said.len()).find(|at| said[..*at].contains(&said[*at]))?;
    Some(errors::loan_said_twice(attribute.args[again].span))
}
