//! The constants that the written types of a body mention: lengths of arrays, and arguments of const parameters.
//!
//! They are evaluated before the body is checked. Types of aliases are looked into where these are declared.

use base::FxHashSet;
use diag::Reported;
use hir::{Body, BodyId, DefId, Expr, FnTypeRef, GenericArg, ItemKind, ModuleId, Pat, Stmt, TypeRefId, TypeRefKind};

use super::Collector;
use crate::paths::{self, Entity, Want};
use crate::type_refs::TypeScope;
use crate::{BodyRef, Ty};

/// What is still to be looked at: types, and values in them, with the item that their names are looked up from.
#[derive(Default)]
struct Mentioned {
    types: Vec<(DefId, TypeRefId)>,
    values: Vec<(DefId, BodyId)>,
}

impl Collector<'_> {
    /// Evaluates what the types in a body mention.
    pub(super) fn ensure_mentioned_types(&mut self, body: &Body, scope: &TypeScope) -> Result<(), Reported> {
        let mut mentioned = Mentioned::of(body, scope.from);
        let mut seen: FxHashSet<(ModuleId, TypeRefId)> = FxHashSet::default();
        while let Some((from, id)) = mentioned.types.pop() {
            if seen.insert((from.module, id)) {
                self.ensure_named(from, id, &mut mentioned)?;
            }
        }
        for (from, value) in mentioned.values {
            let body = BodyRef {
                module: from.module,
                body: value,
            };
            let scope = TypeScope { from, ..scope.clone() };
            self.ensure_mentioned(body, Ty::usize(), &scope)?;
        }
        Ok(())
    }

    /// Evaluates the constant that a type's path may be, and notes the parts of the type.
    fn ensure_named(&mut self, from: DefId, id: TypeRefId, mentioned: &mut Mentioned) -> Result<(), Reported> {
        let program = self.input.program;
        let kind = &program.modules[from.module].hir.type_ref(id).kind;
        if let TypeRefKind::Path(path) = kind
            && let Some(Entity::Item(def)) = paths::resolve(program, &self.signatures.c, from, path, Want::Value)
        {
            match &program.item(def).kind {
                ItemKind::Const(_) => self.ensure_const(def)?,
                ItemKind::TypeAlias(alias) => mentioned.types.push((def, alias.ty)),
                _ => {}
            }
        }
        mentioned.parts_of(kind, from);
        Ok(())
    }
}

impl Mentioned {
    fn of(body: &Body, from: DefId) -> Self {
        let mut found = Self::default();
        for expr in body.exprs.iter() {
            match expr {
                Expr::Generic { args, .. } => found.args(args, from),
                Expr::Type(ty) | Expr::Cast { ty, .. } | Expr::Struct { ty: Some(ty), .. } => found.ty(*ty, from),
                Expr::Repeat { len, .. } => found.values.push((from, *len)),
                Expr::Block { block, .. } => {
                    for stmt in &block.stmts {
                        if let Stmt::Let { ty: Some(ty), .. } = stmt {
                            found.ty(*ty, from);
                        }
                    }
                }
                _ => {}
            }
        }
        for pat in body.pats.iter() {
            if let Pat::Struct { ty: Some(ty), .. } = pat {
                found.ty(*ty, from);
            }
        }
        for closure in body.closures.iter() {
            let params = closure.params.iter().filter_map(|param| param.ty);
            params.chain(closure.ret).for_each(|ty| found.ty(ty, from));
        }
        found
    }

    fn ty(&mut self, ty: TypeRefId, from: DefId) {
        self.types.push((from, ty));
    }

    fn tys(&mut self, types: &[TypeRefId], from: DefId) {
        types.iter().for_each(|ty| self.ty(*ty, from));
    }

    fn args(&mut self, args: &[GenericArg], from: DefId) {
        for arg in args {
            match arg {
                GenericArg::Type(ty) | GenericArg::Assoc { ty, .. } => self.ty(*ty, from),
                GenericArg::Const(value) => self.values.push((from, *value)),
            }
        }
    }

    fn of_fn(&mut self, fn_type: &FnTypeRef, from: DefId) {
        self.tys(&fn_type.params, from);
        fn_type.ret.iter().for_each(|ty| self.ty(*ty, from));
    }

    fn parts_of(&mut self, kind: &TypeRefKind, from: DefId) {
        match kind {
            TypeRefKind::Error(_) | TypeRefKind::Infer => {}
            TypeRefKind::Path(path) => path.iter().for_each(|segment| self.args(&segment.args, from)),
            TypeRefKind::Array { element, len } => {
                self.ty(*element, from);
                self.values.push((from, *len));
            }
            TypeRefKind::Slice(part)
            | TypeRefKind::Optional(part)
            | TypeRefKind::Ref { target: part, .. }
            | TypeRefKind::Pointer { target: part, .. } => self.ty(*part, from),
            TypeRefKind::Result { error, ok } => {
                error.iter().for_each(|ty| self.ty(*ty, from));
                self.ty(*ok, from);
            }
            TypeRefKind::Tuple(parts)
            | TypeRefKind::Dyn { bounds: parts, .. }
            | TypeRefKind::Impl { bounds: parts, .. } => {
                self.tys(parts, from);
            }
            TypeRefKind::Fn(fn_type) | TypeRefKind::OwnFn(fn_type) | TypeRefKind::ExternFn(fn_type) => {
                self.of_fn(fn_type, from);
            }
        }
    }
}
