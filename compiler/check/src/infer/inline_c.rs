//! Calls of functions whose body is C text.

use cmodel::{CArg, CInline, CUse};
use hir::{Arg, DefId, Expr, ExprId, Literal, Mutability};

use super::Checker;
use crate::c_spelling::{behind_pointer, c_type};
use crate::{InlineCKind, Ty, TyKind, errors};

impl Checker<'_> {
    pub(super) fn inline_c_call(&mut self, expr: ExprId, callee: ExprId, def: DefId, args: &[Arg]) -> Ty {
        self.mark_namespace(callee);
        let signatures = self.signatures;
        let name = self.program().item(def).name;
        let Some(decl) = signatures.inline_c.get(&def) else {
            return self.error_at(callee, |span| errors::not_constant(span, "a call"));
        };
        let decl = match decl {
            Ok(decl) => decl,
            Err(reported) => {
                let error = Ty::error(*reported);
                self.check_args_anyway(args, error);
                return error;
            }
        };
        if decl.params.len() != args.len() {
            let n_params = decl.params.len();
            let expected = errors::ArgumentCount {
                least: n_params,
                most: Some(n_params),
            };
            let text = format!("`{name}`");
            let error = self.error_at(expr, |span| {
                errors::wrong_argument_count(span, &text, expected, args.len())
            });
            self.check_args_anyway(args, error);
            return error;
        }
        let mut c_args = Vec::new();
        let mut broken = None;
        for (arg, (_, kind)) in args.iter().zip(&decl.params) {
            if let Some((_, span)) = arg.name {
                broken = Some(self.error_ty(errors::named_macro_argument(span, name)));
            }
            match self.inline_c_arg(arg.value, *kind, name) {
                Ok(c_arg) => c_args.push(c_arg),
                Err(error) => broken = broken.or(Some(error)),
            }
        }
        if let Some(error) = broken {
            return error;
        }
        let of = CUse {
            module: decl.module,
            name,
            inline: Some(CInline {
                text: decl.text.to_string(),
                params: decl.params.iter().map(|(name, _)| *name).collect(),
                ret: decl.ret.clone(),
            }),
            args: c_args,
            is_bare: false,
            expected: None,
            records: Vec::new(),
            expansion: None,
        };
        let of = match self.with_records(of, args) {
            Ok(of) => of,
            Err(error) => return error,
        };
        let found = self.instance(&of);
        match found.and_then(|instance| self.at_call(expr, of, instance, args)) {
            Some((of, instance)) => self.use_instance(expr, &of, instance, args),
            None => self.unanswered(expr, name),
        }
    }

    fn inline_c_arg(&mut self, arg: ExprId, kind: InlineCKind, name: base::Symbol) -> Result<CArg, Ty> {
        match kind {
            InlineCKind::Any => self.macro_arg(arg, name),
            InlineCKind::Typed(ty) => {
                let found = self.coerced(arg, ty);
                if let Some(error) = found.error_inside() {
                    return Err(Ty::error(error));
                }
                match (ty.kind(), c_type(ty, self.signatures)) {
                    (TyKind::Array(..), Some(known)) => Ok(CArg::Variable {
                        ty: known,
                        is_const: true,
                    }),
                    (_, Some(known)) => Ok(CArg::Value(known)),
                    (_, None) => Err(self.no_c_type(arg, ty, name)),
                }
            }
            InlineCKind::Place => match self.macro_arg(arg, name)? {
                CArg::Reference { target, is_const } => Ok(CArg::Variable { ty: target, is_const }),
                variable @ CArg::Variable { .. } => Ok(variable),
                CArg::Value(_) if self.is_reference(arg) => {
                    let ty = self.table.resolve(self.typed.expr_tys[arg]);
                    let TyKind::Ref(mutability, target) = ty.kind() else {
                        unreachable!("a reference was found")
                    };
                    Ok(CArg::Variable {
                        ty: behind_pointer(*target, self.signatures),
                        is_const: *mutability == Mutability::Const,
                    })
                }
                _ => Err(self.error_at(arg, |span| errors::place_wanted(span, name))),
            },
            InlineCKind::Type => match self.type_argument(arg) {
                Some(_) => self.macro_arg(arg, name),
                None => Err(self.error_at(arg, |span| errors::type_wanted(span, name))),
            },
            InlineCKind::Name => match &self.body.exprs[arg] {
                Expr::Literal(Literal::Str(text)) => {
                    self.infer(arg, super::Expect::Nothing);
                    Ok(CArg::Tokens(text.as_str().as_bytes().to_vec()))
                }
                _ => Err(self.error_at(arg, |span| errors::name_wanted(span, name))),
            },
        }
    }

    fn is_reference(&self, arg: ExprId) -> bool {
        let ty = self.table.resolve(self.typed.expr_tys[arg]);
        matches!(ty.kind(), TyKind::Ref(_, target) if !target.has_fat_pointers())
    }
}
