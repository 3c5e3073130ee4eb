//! Names of headers where a value stands.

use base::{Span, Symbol};
use cmodel::{
    CAdvice, CGetterKind, CInitial, CInitializer, CLinkage, CLoc, CModuleId, CRefusalKind, CType, CUse, CUseResult,
    CValue,
};
use hir::{Expr, ExprId};
use target::CScalar;

use super::{Checker, Expect, is_error};
use crate::c_advice;
use crate::c_spelling::{c_type, own_records};
use crate::c_types::ty_of_name;
use crate::paths::Entity;
use crate::{AdtRef, Callee, ConstValue, FnRef, StaticRef, Ty, TyKind, ValueRef, errors};

/// A list of initial values that is none for this type, and why in Clang's words.
pub(super) struct RefusedList<'a> {
    pub(super) ty: Ty,
    pub(super) reason: Option<&'a str>,
}

impl<'a> Checker<'a> {
    pub(super) fn c_value(&mut self, expr: ExprId, module: CModuleId, name: Symbol, expect: Expect) -> Ty {
        let signatures = self.signatures;
        let value = &signatures.c.modules[&module].values[&name];
        match value {
            CValue::Function(key) => self.c_function(expr, *key),
            CValue::Global(key) => {
                let advice = &signatures.c.globals[key].advice;
                match self.heed(self.span(expr), *key, advice) {
                    Some(error) => error,
                    None => self.static_value(expr, StaticRef::C(*key)),
                }
            }
            CValue::Constant(constant) => {
                if let Some(error) = self.heed(self.span(expr), name, &constant.advice) {
                    return error;
                }
                let (value, ty) = crate::collect::c_constant(constant, &signatures.c);
                self.c_constants.insert(expr);
                self.value_ref(expr, ValueRef::Const(value.into()));
                ty
            }
            CValue::Getter(getter) => {
                if let Some(error) = self.heed(self.span(expr), name, &getter.advice) {
                    return error;
                }
                if let Some(bytes) = &getter.bytes {
                    self.in_memory(expr, bytes);
                    return crate::collect::value_ty(&getter.ty, &signatures.c);
                }
                // To Clang an empty list in parentheses is a statement expression.
                if getter.ty == CType::Scalar(CScalar::Void)
                    && let Ok(ty) = self.list(expr, (module, name), expect)
                {
                    return ty;
                }
                self.evaluated_macro(expr, FnRef::CMacro(module, name), getter.kind);
                let span = self.span(expr);
                self.require_needs(span, name, false, &getter.needs);
                crate::collect::value_ty(&getter.ty, &signatures.c)
            }
            CValue::Initializer(initializer) => self.initializer(expr, (module, name), initializer, expect),
            CValue::Macro(c_macro) => match c_macro.function {
                Some(function) => self.c_function(expr, function),
                None => self.error_at(expr, |span| {
                    let role = "a function-like macro, which can only be called";
                    errors::macro_without_value(span, name, role, &c_macro.loc)
                }),
            },
            CValue::NoValue { role, loc, .. } => match self.list(expr, (module, name), expect) {
                Ok(ty) => ty,
                Err(Some(refused)) => self.no_list(expr, name, &refused, loc),
                Err(None) => self.error_at(expr, |span| errors::macro_without_value(span, name, role, loc)),
            },
        }
    }

    /// A function of a header, to be called or as a value.
    fn c_function(&mut self, expr: ExprId, name: Symbol) -> Ty {
        let function = &self.signatures.c.functions[&name];
        let span = self.span(expr);
        if function.facts.returns_twice {
            return Ty::error(self.report(errors::returns_twice(span, name)));
        }
        if let Some(error) = self.heed(span, name, &function.facts.advice) {
            return error;
        }
        if function.linkage == CLinkage::Undefined {
            return Ty::error(self.report(errors::undefined_static(span, name, &function.loc)));
        }
        self.fn_value(expr, FnRef::C(name), &[], None)
    }

    /// Says what the header says of using `name`. An error type where it is not to be used.
    pub(super) fn heed(&mut self, span: Span, name: Symbol, advice: &CAdvice) -> Option<Ty> {
        c_advice::heed(&mut self.diagnostics, span, name, advice).map(Ty::error)
    }

    /// The same of what is a type there, where an expression names it.
    pub(super) fn heed_type_name(&mut self, expr: ExprId) {
        if let Expr::Field { base, name, .. } = &self.body.exprs[expr]
            && let Some(Entity::CModule(module)) = self.entity(*base)
            && let Some(Entity::Type(_)) = self.entity(expr)
        {
            let signatures = self.signatures;
            if let Some((name, advice)) = c_advice::of_type(&signatures.c, module, *name) {
                self.heed(self.span(expr), name, advice);
            }
        }
    }

    /// The same of the field that `path` leads to.
    pub(super) fn heed_field(&mut self, span: Span, adt: AdtRef, path: &[u32]) -> Option<Ty> {
        let AdtRef::C(owner) = self.anonymous_members(adt, path).last().unwrap_or(adt) else {
            return None;
        };
        let signatures = self.signatures;
        let layout = signatures.c.records.get(&owner)?.layout.as_ref()?;
        let field = layout.fields.get(*path.last()? as usize)?;
        self.heed(span, field.name?, &field.advice)
    }

    /// The same of a constant named through its enum, of which something has been said where that is named.
    pub(super) fn heed_enum_constant(&mut self, span: Span, adt: AdtRef, name: Symbol) -> Option<Ty> {
        let AdtRef::C(tag) = adt else { return None };
        let signatures = self.signatures;
        let mut constants = signatures.c.enums.get(&tag)?.constants.iter();
        let constant = constants.find(|constant| constant.name == name)?;
        self.heed(span, name, &constant.advice)
    }

    /// What is called to give the value of an expression.
    fn called_for(&self, expr: ExprId) -> Option<FnRef> {
        match &self.body.exprs[expr] {
            Expr::Unsafe(inner) => return self.called_for(*inner),
            Expr::Block { block, .. } => return self.called_for(block.tail?),
            _ => {}
        };
        match &self.typed.calls.get(&expr)?.callee {
            Callee::Fn(function, _) => Some(*function),
            _ => None,
        }
    }

    /// The macro that is used here, if it returns from its function in C, and whether it may also go on.
    pub(super) fn lost_return(&self, expr: ExprId) -> Option<(Symbol, bool)> {
        let FnRef::CInstance(key) = self.called_for(expr)? else {
            return None;
        };
        let instance = self.signatures.c.instances.get(&key)?;
        match &instance.result {
            CUseResult::Return { always, .. } => Some((instance.of.name, !always)),
            CUseResult::Value(_) | CUseResult::Initializer { .. } | CUseResult::Refused(_) => None,
        }
    }

    /// Why the result of what is called here has to be used, where C's header says so.
    pub(super) fn must_use(&self, expr: ExprId) -> Option<(Symbol, &'_ str)> {
        let FnRef::C(name) = &self.called_for(expr)? else {
            return None;
        };
        let facts = &self.signatures.c.functions.get(name)?.facts;
        Some((*name, facts.must_use.as_deref()?))
    }

    /// What the file calls a record or enum of a header, by the first of its C imports that has a name for it.
    pub(super) fn written_c_type(&self, ty: Ty) -> Option<String> {
        let TyKind::Adt(AdtRef::C(_), _) = ty.kind() else {
            return None;
        };
        let module = &self.input.program.modules[self.env.scope.from.module];
        let mut imports = module.hir.c_imports.iter().zip(&module.c_modules);
        imports.find_map(|(import, id)| {
            let mut types = self.signatures.c.modules.get(id)?.types.iter();
            let (name, _) = types.find(|(_, named)| ty_of_name(**named, &self.signatures.c) == ty)?;
            Some(format!("{}.{name}", import.alias))
        })
    }

    /// What a macro of this name in the file's headers is that is no value.
    pub(super) fn macro_without_value(&self, name: Symbol) -> Option<&str> {
        let module = &self.input.program.modules[self.env.scope.from.module];
        let values = module
            .c_modules
            .iter()
            .filter_map(|id| self.signatures.c.modules.get(id)?.values.get(&name));
        values.into_iter().find_map(|value| match value {
            CValue::NoValue { role, .. } => Some(role.as_str()),
            CValue::Function(_)
            | CValue::Global(_)
            | CValue::Constant(_)
            | CValue::Getter(_)
            | CValue::Initializer(_)
            | CValue::Macro(_) => None,
        })
    }

    pub(super) fn in_memory(&mut self, expr: ExprId, bytes: &[u8]) {
        let value = match bytes.iter().all(|byte| *byte == 0) {
            true => ConstValue::Zero,
            false => ConstValue::Memory(bytes.into()),
        };
        self.value_ref(expr, ValueRef::Const(value.into()));
    }

    fn evaluated_macro(&mut self, expr: ExprId, function: FnRef, kind: CGetterKind) {
        let decl = self.signatures.function(function);
        // In a constant it is wrong all the same, which is said when that is evaluated.
        let is_constant = matches!(self.env.owner, Some(crate::BodyKey::Const(_)));
        if decl.is_unsafe && !is_constant {
            let span = self.span(expr);
            self.require_unsafe(span, &format!("evaluating C's `{}`", decl.name));
        }
        let store = match (kind, function) {
            (CGetterKind::Access, FnRef::CMacro(module, name)) => Some(FnRef::CMacroStore(module, name)),
            _ => None,
        };
        let getter = ValueRef::Getter {
            function,
            is_place: matches!(kind, CGetterKind::Place { .. }),
            store,
        };
        self.value_ref(expr, getter);
    }

    /// A list of initial values has the type that is expected.
    fn initializer(
        &mut self,
        expr: ExprId,
        (module, name): (CModuleId, Symbol),
        initializer: &CInitializer,
        expect: Expect,
    ) -> Ty {
        let expected = expect.ty().map(|ty| self.shallow(ty));
        let expected = expected.filter(|ty| !matches!(ty.kind(), TyKind::Infer(_)));
        let Some(ty) = expected else {
            return self.error_at(expr, |span| {
                errors::initializer_without_type(span, name, &initializer.loc)
            });
        };
        let tag = match ty.kind() {
            TyKind::Adt(AdtRef::C(tag), _) => Some(*tag),
            _ => None,
        };
        match tag.and_then(|tag| Some((tag, initializer.records.get(&tag)?))) {
            Some((_, CInitial { bytes: Some(bytes), .. })) => {
                self.in_memory(expr, bytes);
                ty
            }
            Some((tag, _)) => {
                self.evaluated_macro(expr, FnRef::CInitializer(module, name, tag), CGetterKind::Value);
                ty
            }
            None if is_error(ty) => ty,
            None => match self.list(expr, (module, name), expect) {
                Ok(ty) => ty,
                Err(refused) => {
                    let refused = refused.unwrap_or(RefusedList { ty, reason: None });
                    self.no_list(expr, name, &refused, &initializer.loc)
                }
            },
        }
    }

    /// An object-like macro as a list of initial values of the type that is expected. An error where it is none: why
    /// not, if it is written as a list.
    fn list(
        &mut self,
        expr: ExprId,
        (module, name): (CModuleId, Symbol),
        expect: Expect,
    ) -> Result<Ty, Option<RefusedList<'a>>> {
        let (ty, expected) = self.list_type(expect).ok_or(None)?;
        let of = CUse {
            module: Some(module),
            name,
            inline: None,
            is_bare: true,
            args: Vec::new(),
            records: own_records([&expected].into_iter(), self.signatures).map_err(|_| None)?,
            expected: Some(expected),
            expansion: None,
        };
        let Some(instance) = self.instance(&of) else {
            return Ok(self.unanswered(expr, name));
        };
        match &instance.result {
            CUseResult::Initializer { bytes: Some(bytes), .. } => {
                self.in_memory(expr, bytes);
                Ok(ty)
            }
            CUseResult::Initializer { bytes: None, .. } => {
                self.evaluated_macro(expr, FnRef::CInstance(of.key()), CGetterKind::Value);
                let span = self.span(expr);
                self.require_needs(span, name, false, &instance.needs);
                Ok(ty)
            }
            CUseResult::Refused(refusal) if refusal.kind == CRefusalKind::NotOfType => {
                let reason = Some(refusal.message.as_str());
                Err(Some(RefusedList { ty, reason }))
            }
            CUseResult::Value(_) | CUseResult::Return { .. } | CUseResult::Refused(_) => Err(None),
        }
    }

    /// The type that is expected, and what it is in C, if whatever C puts into one is a value of it.
    pub(super) fn list_type(&self, expect: Expect) -> Option<(Ty, CType)> {
        let ty = self.table.resolve(expect.ty()?);
        let known = c_type(ty, self.signatures)?;
        self.takes_any_of_c(ty).then_some((ty, known))
    }

    fn takes_any_of_c(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Char | TyKind::Ref(..) | TyKind::ExternFn(_) => false,
            // C's functions are called with `unsafe`, what references lead to is not.
            TyKind::Optional(inner) => matches!(inner.kind(), TyKind::ExternFn(_)),
            TyKind::Array(element, _) => self.takes_any_of_c(*element),
            TyKind::Adt(adt @ AdtRef::Lang(_), _) => {
                let mut fields = self.signatures.adt(*adt).fields.iter();
                fields.all(|field| self.takes_any_of_c(field.ty))
            }
            // All others that C has are numbers, pointers and C's own.
            _ => true,
        }
    }

    pub(super) fn no_list(&mut self, expr: ExprId, name: Symbol, refused: &RefusedList<'_>, loc: &CLoc) -> Ty {
        let text = self.display(refused.ty);
        self.error_at(expr, |span| {
            errors::initializer_of_other(span, name, &text, loc, refused.reason)
        })
    }
}
