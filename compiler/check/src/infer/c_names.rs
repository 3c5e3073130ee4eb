//! Names of headers where a value stands.

use base::Symbol;
use cmodel::{CGetterKind, CInitializer, CModuleId, CValue};
use hir::ExprId;

use super::{Checker, Expect, is_error};
use crate::{AdtRef, FnRef, StaticRef, Ty, TyKind, ValueRef, errors};

impl Checker<'_> {
    pub(super) fn c_value(&mut self, expr: ExprId, module: CModuleId, name: Symbol, expect: Expect) -> Ty {
        let signatures = self.signatures;
        let value = &signatures.c.modules[&module].values[&name];
        match value {
            CValue::Function(key) => self.fn_value(expr, FnRef::C(*key), &[], None),
            CValue::Global(key) => self.static_value(expr, StaticRef::C(*key)),
            CValue::Constant(constant) => {
                let (value, ty) = crate::collect::c_constant(constant, &signatures.c);
                self.c_constants.insert(expr);
                self.value_ref(expr, ValueRef::Const(value.into()));
                ty
            }
            CValue::Getter(getter) => {
                let is_place = matches!(getter.kind, CGetterKind::Place { .. });
                self.evaluated_macro(expr, FnRef::CMacro(module, name), is_place);
                crate::collect::value_ty(&getter.ty, &signatures.c)
            }
            CValue::Initializer(initializer) => self.initializer(expr, (module, name), initializer, expect),
            CValue::Macro(c_macro) => match c_macro.function {
                Some(function) => self.fn_value(expr, FnRef::C(function), &[], None),
                None => self.error_at(expr, |span| {
                    let reason = "a function-like macro, which is not supported yet";
                    errors::unsupported_c(span, name, reason, &c_macro.loc)
                }),
            },
            CValue::NoValue { role, loc, .. } => {
                self.error_at(expr, |span| errors::macro_without_value(span, name, role, loc))
            }
        }
    }

    fn evaluated_macro(&mut self, expr: ExprId, function: FnRef, is_place: bool) {
        let decl = self.signatures.function(function);
        if decl.is_unsafe {
            let span = self.span(expr);
            self.require_unsafe(span, &format!("evaluating C's `{}`", decl.name));
        }
        self.value_ref(expr, ValueRef::Getter { function, is_place });
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
        match ty.kind() {
            TyKind::Adt(AdtRef::C(tag), _) if initializer.records.contains_key(tag) => {
                self.evaluated_macro(expr, FnRef::CInitializer(module, name, *tag), false);
                ty
            }
            _ if is_error(ty) => ty,
            _ => {
                let text = self.display(ty);
                self.error_at(expr, |span| {
                    errors::initializer_of_other(span, name, &text, &initializer.loc)
                })
            }
        }
    }
}
