//! The operators as functions.

use base::{Span, sym};
use cmodel::CallingConvention;
use hir::{Inlining, Mutability};

use super::Collector;
use crate::{AdtRef, Bounds, FnDecl, FnKind, FnRef, Generic, LangItem, Loans, OperatorFn, ParamDecl, Ty, TyKind};

impl Collector<'_> {
    pub(super) fn operators(&mut self) {
        for operator in OperatorFn::all() {
            let span = self.place_of(operator);
            let formatter = self.signatures.lang.get(LangItem::Formatter);
            let formatter = formatter.map_or(Ty::unit(), |def| Ty::new(TyKind::Adt(AdtRef::Lang(def), [].into())));
            self.signatures
                .fns
                .insert(FnRef::Operator(operator), decl(operator, formatter, span));
        }
    }

    /// Where its trait declares it.
    fn place_of(&self, operator: OperatorFn) -> Option<Span> {
        let (item, method) = operator.method();
        let decl = self.signatures.traits.get(&self.signatures.lang.get(item)?)?;
        let (_, def) = decl.functions.iter().find(|(name, _)| *name == method)?;
        Some(self.input.program.item(*def).name_span)
    }
}

fn decl(operator: OperatorFn, formatter: Ty, span: Option<Span>) -> FnDecl {
    let param = |index, name| Generic::ty(sym(name)).param(index);
    let ty = param(0, "T");
    let other = if operator.is_shift() { param(1, "U") } else { ty };
    let shared = ty.reference(Mutability::Const);
    let (params, ret) = match operator {
        OperatorFn::Binary(_) => (vec![ty, other], ty),
        OperatorFn::Assign(_) => (vec![ty.reference(Mutability::Mut), other], Ty::unit()),
        OperatorFn::Compare(_) => (vec![shared, shared], Ty::bool()),
        OperatorFn::Neg | OperatorFn::Not => (vec![ty], ty),
        OperatorFn::Clone => (vec![shared], ty),
        OperatorFn::Format(_) => (vec![shared, formatter.reference(Mutability::Mut)], Ty::unit()),
    };
    let names = if operator.is_shift() {
        &["T", "U"][..]
    } else {
        &["T"][..]
    };
    FnDecl {
        path: operator.name().to_owned(),
        name: sym(operator.name()),
        generics: names.iter().map(|name| Generic::ty(sym(name))).collect(),
        bounds: Bounds::default(),
        of_trait: None,
        params: params.into_iter().map(unnamed).collect(),
        ret,
        variadic: false,
        is_unsafe: false,
        convention: CallingConvention::Default,
        receiver: None,
        kind: FnKind::Operator(operator),
        self_ty: None,
        inlining: Inlining::Wanted,
        features: None,
        is_const: true,
        is_assoc_const: false,
        loans: Loans::default(),
        span,
    }
}

fn unnamed(ty: Ty) -> ParamDecl {
    ParamDecl {
        is_static: false,
        name: None,
        ty,
        default: None,
    }
}
