//! Functions, methods, `extern` declarations and tests.

use std::sync::Arc;

use base::{Span, Symbol, sym};
use cmodel::{CallingConvention, FeatureError};
use hir::{
    DefId, ExternFn, Fn, FnBody, Impl, Inlining, ItemKind, Mutability, Param, SelfParam, Static, TypeRefId, TypeRefKind,
};

use super::Collector;
use crate::c_values::{CPosition, require_c_type};
use crate::signatures::Features;
use crate::type_refs::{self, TypeScope};
use crate::{
    BodyRef, Bounds, FnDecl, FnKind, FnRef, LangItem, Loans, ParamDecl, Receiver, StaticDecl, StaticRef, TestDecl, Ty,
    TyKind, TypeHead, UnnamedDecl, errors,
};

impl Collector<'_> {
    pub(super) fn function(&mut self, def: DefId) {
        let program = self.input.program;
        let item = program.item(def);
        match &item.kind {
            ItemKind::Fn(_) if self.signatures.fns.contains_key(&FnRef::Lang(def)) => {}
            // Whose default it is declares it.
            ItemKind::Fn(Fn {
                body: FnBody::Default(_),
                ..
            }) => {}
            ItemKind::Fn(function) => self.lang_fn(def, function),
            ItemKind::ExternFn(function) => self.extern_fn(def, function),
            ItemKind::ExternStatic(decl) => self.extern_static(def, decl),
            ItemKind::InlineC(decl) => self.inline_c(def, decl),
            ItemKind::Test(test) if self.is_of_own_package(def.module) => {
                let body = BodyRef {
                    module: def.module,
                    body: test.body,
                };
                self.signatures.tests.push(TestDecl {
                    title: test.title.clone(),
                    body,
                    span: item.name_span,
                });
            }
            _ => {}
        }
    }

    fn params(&mut self, scope: &TypeScope, params: &[Param]) -> Vec<ParamDecl> {
        let mut decls = Vec::with_capacity(params.len());
        for param in params {
            decls.push(ParamDecl {
                name: param.name,
                ty: type_refs::lower_value(self, scope, param.ty),
                is_static: self.is_static(scope.from.module, param.ty),
                default: param.default.map(|item| {
                    FnRef::Lang(DefId {
                        module: scope.from.module,
                        item,
                    })
                }),
            });
        }
        decls
    }

    fn lang_fn(&mut self, def: DefId, function: &Fn) {
        let item = self.input.program.item(def);
        let scope = self.scope_of(def);
        let (receiver, mut params) = match function.self_param {
            Some(param) => {
                let (receiver, ty) = self.self_param(&scope, param, item.name_span);
                let param = ParamDecl {
                    name: Some(base::sym("self")),
                    ty,
                    is_static: false,
                    default: None,
                };
                (Some(receiver), vec![param])
            }
            None => (None, Vec::new()),
        };
        params.extend(self.params(&scope, &function.params));
        let ret = function
            .ret
            .map_or(Ty::unit(), |ty| type_refs::lower_value(self, &scope, ty));
        let ret = self.unnamed_results(def, &scope, function.ret, ret);
        let kind = match function.body {
            FnBody::Lang(body) => FnKind::Lang {
                body: BodyRef {
                    module: def.module,
                    body,
                },
                export: function.is_export.then(|| self.exported_name(item.name, scope.self_ty)),
            },
            FnBody::Required => FnKind::Required,
            FnBody::Default(_) => unreachable!("a default is declared with its function"),
            FnBody::Intrinsic => match self.input.program.intrinsic(def) {
                Some(intrinsic) => FnKind::Intrinsic(intrinsic),
                None => {
                    let diagnostic = errors::bad_impl(item.name_span, "there is no intrinsic of this name");
                    self.report(diagnostic);
                    return;
                }
            },
        };
        if function.is_export {
            self.require_c_signature(def, &function.params, function.ret, &params, ret);
            if receiver == Some(Receiver::Value) {
                require_c_type(self, params[0].ty, CPosition::Parameter, item.name_span);
            }
            self.export_name(self.exported_name(item.name, scope.self_ty), item.name_span);
        }
        let is_of_trait = self.trait_around(def).is_some() || self.is_in_impl_of_trait(def);
        if function.is_export && is_of_trait {
            let problem = "a function of a trait cannot be exported";
            self.report(errors::bad_impl(item.name_span, problem));
        } else if function.is_export && !scope.generics.is_empty() {
            self.report(errors::bad_impl(
                item.name_span,
                "an exported function cannot be generic",
            ));
        }
        let mut bounds = self.bounds_around(def);
        bounds.extend(self.lower_bounds(&scope, &function.generics, &function.predicates));
        let decl = FnDecl {
            path: self.path_of(def, &scope),
            name: item.name,
            generics: scope.generics,
            bounds,
            of_trait: self.trait_around(def),
            params,
            ret,
            variadic: false,
            is_unsafe: function.is_unsafe,
            convention: CallingConvention::Default,
            receiver,
            kind,
            self_ty: scope.self_ty,
            inlining: function.inlining,
            features: self.features(def, &function.features),
            is_const: function.is_const,
            is_assoc_const: function.is_assoc_const,
            loans: Loans::default(),
            span: Some(item.name_span),
        };
        self.param_defaults(&decl);
        self.signatures.fns.insert(FnRef::Lang(def), decl);
    }

    /// What a function is compiled for. Whatever the processor of the build has needs no mention, and no `unsafe`.
    fn features(&mut self, def: DefId, named: &[(Symbol, Span)]) -> Option<Arc<Features>> {
        if named.is_empty() {
            return None;
        }
        let item = self.input.program.item(def);
        if item.name == "main" && def.module == self.input.program.root && item.parent.is_none() {
            self.report(errors::features_of_main(named[0].1));
            return None;
        }
        let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
        match self.input.queries.features_with(&names) {
            Ok(all) => {
                let all_there = all.iter().all(|name| self.input.target.has_feature(name));
                let names = named.iter().map(|(name, _)| *name).collect();
                (!all_there).then(|| Arc::new(Features { names, all }))
            }
            Err(FeatureError::Unknown { name, similar }) => {
                let place = named
                    .iter()
                    .find(|(known, _)| *known == name.as_str())
                    .unwrap_or(&named[0]);
                let target = &self.input.target.name;
                self.report(errors::unknown_feature(place.1, &name, target, similar.first()));
                None
            }
            Err(FeatureError::NoAnswer) => {
                self.report(errors::features_unknown(named[0].1));
                None
            }
        }
    }

    /// Notes what the `impl` types of a result promise, those in their bounds too. Gives the result's type.
    fn unnamed_results(&mut self, def: DefId, scope: &TypeScope, written: Option<TypeRefId>, ret: Ty) -> Ty {
        let mut open = Vec::new();
        crate::unnamed::mentioned(ret, &mut open);
        let program = self.input.program;
        let hir = &program.modules[def.module].hir;
        if let (Some(written), false) = (written, open.is_empty())
            && (self.trait_around(def).is_some() || self.is_in_impl_of_trait(def))
        {
            return Ty::error(self.report(errors::unnamed_in_trait(hir.type_ref(written).span)));
        }
        while let Some(of) = open.pop() {
            let TypeRefKind::Impl {
                bounds: written,
                relaxed,
                ..
            } = &hir.type_ref(of.written).kind
            else {
                unreachable!("an `impl` type is written as one")
            };
            let self_ty = type_refs::lower(self, scope, of.written);
            let mut bounds = Bounds::default();
            for bound in written {
                self.bound(scope, *bound, self_ty, &mut bounds);
            }
            for ty in bounds
                .traits
                .iter()
                .flat_map(|bound| &bound.args)
                .chain(bounds.equalities.iter().map(|one| &one.ty))
            {
                crate::unnamed::mentioned(*ty, &mut open);
            }
            let decl = UnnamedDecl::new(bounds, relaxed.clone(), hir.type_ref(of.written).span);
            self.signatures.unnamed.insert(of, decl);
            open.retain(|other| !self.signatures.unnamed.contains_key(other));
        }
        ret
    }

    /// The functions that give the values of a function's defaults.
    fn param_defaults(&mut self, owner: &FnDecl) {
        let program = self.input.program;
        for param in &owner.params {
            let Some(FnRef::Lang(def)) = param.default else {
                continue;
            };
            let item = program.item(def);
            let ItemKind::Fn(Fn {
                body: FnBody::Default(body),
                ..
            }) = item.kind
            else {
                unreachable!("lowering makes the default of a parameter a function")
            };
            if let Some(of_trait) = self.trait_of_impl_around(def) {
                self.report(errors::default_of_impl(item.span, &of_trait));
            }
            let decl = FnDecl {
                path: format!("{}.{}", owner.path, item.name),
                name: item.name,
                of_trait: None,
                params: Vec::new(),
                ret: param.ty,
                variadic: false,
                is_unsafe: false,
                convention: CallingConvention::Default,
                receiver: None,
                kind: FnKind::Lang {
                    body: BodyRef {
                        module: def.module,
                        body,
                    },
                    export: None,
                },
                inlining: Inlining::Wanted,
                features: None,
                span: Some(item.name_span),
                ..owner.clone()
            };
            self.signatures.fns.insert(FnRef::Lang(def), decl);
        }
    }

    /// `geometry.Point.length`: the module, the type of the `impl`, the name.
    fn path_of(&self, def: DefId, scope: &TypeScope) -> String {
        let program = self.input.program;
        match scope.self_ty {
            None => program.path_of(def),
            Some(self_ty) => {
                let module = program.modules[def.module].path.iter().map(|s| s.as_str());
                let mut parts: Vec<String> = module.map(str::to_owned).collect();
                let of_trait = self.trait_of_impl_around(def);
                let name = match self_ty.kind() {
                    TyKind::Adt(adt, _) if of_trait.is_none() => self.signatures.adt(*adt).name.to_string(),
                    _ => crate::display_ty(self_ty, &self.signatures),
                };
                parts.push(name);
                // A type may have functions of one name from several traits.
                parts.extend(of_trait);
                parts.push(program.item(def).name.to_string());
                parts.join(".")
            }
        }
    }

    /// How `self` is taken, and its type.
    fn self_param(&mut self, scope: &TypeScope, param: SelfParam, span: Span) -> (Receiver, Ty) {
        let Some(self_ty) = scope.self_ty else {
            let error = Ty::error(self.report(errors::bad_impl(span, "`self` stands in an `impl` only")));
            return (Receiver::Value, error);
        };
        match param {
            SelfParam::Value { .. } => (Receiver::Value, type_refs::require_sized(self, self_ty, span)),
            SelfParam::Ref => (Receiver::Ref(Mutability::Const), self_ty.reference(Mutability::Const)),
            SelfParam::RefMut => (Receiver::Ref(Mutability::Mut), self_ty.reference(Mutability::Mut)),
            SelfParam::Typed(written) => {
                let ty = type_refs::lower_value(self, scope, written);
                match self.receiver_of(self_ty, ty) {
                    Some(receiver) => (receiver, ty),
                    None if ty.error_inside().is_some() => (Receiver::Value, ty),
                    None => {
                        let span = self.input.program.modules[scope.from.module].hir.type_ref(written).span;
                        let text = crate::display_ty(ty, &self.signatures);
                        (Receiver::Value, Ty::error(self.report(errors::other_self(span, &text))))
                    }
                }
            }
        }
    }

    /// How a `self` of this written type is taken; absent where it cannot be `self`.
    fn receiver_of(&self, self_ty: Ty, ty: Ty) -> Option<Receiver> {
        match ty.kind() {
            _ if ty == self_ty => Some(Receiver::Value),
            TyKind::Ref(mutability, target) if *target == self_ty => Some(Receiver::Ref(*mutability)),
            TyKind::Adt(adt, args) if self.signatures.is_keeping_owner(*adt) && args.first() == Some(&self_ty) => {
                Some(Receiver::Owner)
            }
            _ => None,
        }
    }

    fn extern_fn(&mut self, def: DefId, function: &ExternFn) {
        let item = self.input.program.item(def);
        let scope = self.scope_of(def);
        let params = self.params(&scope, &function.params);
        let ret = function
            .ret
            .map_or(Ty::unit(), |ty| type_refs::lower_value(self, &scope, ty));
        self.require_c_signature(def, &function.params, function.ret, &params, ret);
        let decl = FnDecl {
            path: self.input.program.path_of(def),
            name: item.name,
            generics: Vec::new(),
            bounds: Bounds::default(),
            of_trait: None,
            params,
            ret,
            variadic: function.variadic,
            is_unsafe: true,
            convention: function.convention,
            receiver: None,
            kind: FnKind::Extern {
                symbol: item.name.to_string(),
            },
            self_ty: None,
            inlining: Inlining::Default,
            features: None,
            is_const: false,
            is_assoc_const: false,
            loans: Loans::default(),
            span: Some(item.name_span),
        };
        self.signatures.fns.insert(FnRef::Lang(def), decl);
    }

    /// Refuses what C cannot pass. The last of `decls` are those of `params`.
    fn require_c_signature(
        &mut self,
        def: DefId,
        params: &[Param],
        ret: Option<TypeRefId>,
        decls: &[ParamDecl],
        ret_ty: Ty,
    ) {
        let hir = &self.input.program.modules[def.module].hir;
        for (decl, param) in decls.iter().rev().zip(params.iter().rev()) {
            require_c_type(self, decl.ty, CPosition::Parameter, hir.type_ref(param.ty).span);
        }
        if let Some(id) = ret {
            require_c_type(self, ret_ty, CPosition::Result, hir.type_ref(id).span);
        }
    }

    /// What C calls a function: its own name, after that of the type that it is of: `HttpServer.stop` is
    /// `http_server_stop`.
    fn exported_name(&self, name: Symbol, self_ty: Option<Ty>) -> Symbol {
        let Some(TyKind::Adt(adt, _)) = self_ty.as_ref().map(|ty| ty.kind()) else {
            return name;
        };
        sym(&format!(
            "{}_{name}",
            in_small_letters(self.signatures.adt(*adt).name.as_str())
        ))
    }

    /// A symbol is exported once, and none of the runtime's.
    pub(super) fn export_name(&mut self, name: Symbol, span: Span) {
        if name == "main" || name.as_str().starts_with("lang_") {
            self.report(errors::reserved_export(span, name));
        } else if let Some(first) = self.exports.insert(name, span) {
            self.report(errors::duplicate(span, "exported name", name, first));
        }
    }

    fn extern_static(&mut self, def: DefId, decl: &Static) {
        let item = self.input.program.item(def);
        let scope = self.scope_of(def);
        let ty = type_refs::lower_value(self, &scope, decl.ty);
        let span = self.input.program.modules[def.module].hir.type_ref(decl.ty).span;
        require_c_type(self, ty, CPosition::Field, span);
        let decl = StaticDecl {
            name: item.name,
            path: self.input.program.path_of(def),
            ty,
            is_var: true,
            thread_local: decl.thread_local,
            value: None,
            is_export: false,
            symbol: Some(item.name.to_string()),
            span: Some(item.name_span),
        };
        self.signatures.statics.insert(StaticRef::Lang(def), decl);
    }

    pub(super) fn impl_members(&mut self, def: DefId) {
        let program = self.input.program;
        let ItemKind::Impl(block) = &program.item(def).kind else {
            return;
        };
        let span = program.modules[def.module].hir.type_ref(block.self_ty).span;
        let scope = self.scope_of_parent(def);
        let self_ty = scope.self_ty.expect("an impl has a type");
        if let Some(trait_ref) = block.trait_ref {
            self.trait_impl(def, block, trait_ref, self_ty);
            return;
        }
        let Some(head) = TypeHead::of(self_ty) else {
            if self_ty.as_error().is_none() {
                self.report(errors::bad_impl(span, "an `impl` is for a struct or enum"));
            }
            return;
        };
        let is_own = matches!(head, TypeHead::Adt(crate::AdtRef::Lang(adt))
            if self.is_std(adt.module) == self.is_std(def.module));
        if !is_own && !self.is_std(def.module) {
            self.report(errors::bad_impl(span, "an `impl` is for a type of the same package"));
        }
        for item in &block.items {
            self.member(
                head,
                DefId {
                    module: def.module,
                    item: *item,
                },
            );
        }
    }

    fn member(&mut self, head: TypeHead, def: DefId) {
        let item = self.input.program.item(def);
        let methods = &mut self.signatures.methods;
        let previous = match &item.kind {
            ItemKind::Fn(_) => methods.functions.insert((head, item.name), def),
            ItemKind::Const(_) => methods.consts.insert((head, item.name), def),
            _ => return,
        };
        if let Some(previous) = previous {
            let first = self.input.program.item(previous);
            // Lowering has said it of two in one `impl`.
            if first.parent != item.parent || previous.module != def.module {
                let first = first.name_span;
                self.report(errors::duplicate(item.name_span, "member", item.name, first));
            }
        }
    }

    fn trait_impl(&mut self, def: DefId, block: &Impl, trait_ref: hir::TypeRefId, self_ty: Ty) {
        let program = self.input.program;
        let trait_type = program.modules[def.module].hir.type_ref(trait_ref);
        let named = self.named_bound(def, self_ty, trait_ref).map(|bound| bound.of_trait);
        let item = named.and_then(|of_trait| self.signatures.lang.item(of_trait));
        if let (Some(named), Some(LangItem::Copy | LangItem::Sized | LangItem::Owned)) = (named, item) {
            self.report(errors::derived_trait(trait_type.span, program.item(named).name));
            return;
        }
        if item != Some(LangItem::Drop) {
            self.impl_of_trait(def, block, trait_ref, self_ty);
            return;
        }
        let is_drop = |def: &DefId| match &program.item(*def).kind {
            ItemKind::Fn(function) => {
                program.item(*def).name == "drop"
                    && function.self_param == Some(SelfParam::RefMut)
                    && function.params.is_empty()
                    && function.ret.is_none()
                    && function.generics.is_empty()
                    && !function.is_unsafe
            }
            _ => false,
        };
        let members: Vec<DefId> = block
            .items
            .iter()
            .map(|item| DefId {
                module: def.module,
                item: *item,
            })
            .collect();
        match members.as_slice() {
            [only] if is_drop(only) => {
                self.drop_impl(*only, self_ty, trait_type.span);
                self.may_dangle(def, block, self_ty);
            }
            _ => {
                self.report(errors::bad_impl(
                    trait_type.span,
                    "`Drop` has one method, `fn drop(&mut self)`",
                ));
            }
        }
    }
}

/// `HttpServer` as `http_server`, `DB` as `db`.
fn in_small_letters(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut small = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let after_small = index > 0 && !letters[index - 1].is_uppercase() && letters[index - 1] != '_';
        let before_small = letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && index > 0 && letters[index - 1] != '_' && (after_small || before_small) {
            small.push('_');
        }
        small.extend(letter.to_lowercase());
    }
    small
}
