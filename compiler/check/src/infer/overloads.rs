//! Operators and indexing of types that have them by traits.

use base::{Span, sym};
use hir::{BinaryOp, ExprId, Mutability};

use super::Checker;
use super::obligations::Selection;
use crate::operator_fns::{assign_trait_of, trait_of};
use crate::{Adjust, AdtKind, AssocRef, FnRef, Iteration, LangItem, OperatorCall, OperatorForm, TraitRef, Ty, TyKind};

/// A trait's function for an operator.
struct Overload {
    function: FnRef,
    of_trait: hir::DefId,
    args: Vec<Ty>,
}

impl Checker<'_> {
    /// Whether an operand's type has operators by traits alone.
    pub(super) fn is_overloaded(&self, ty: Ty) -> bool {
        let ty = self.behind_all_refs(ty);
        match ty.kind() {
            TyKind::Adt(adt, _) => matches!(self.signatures.adt(*adt).kind, AdtKind::Enum | AdtKind::Record(_)),
            TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Dyn(_)
            | TyKind::Tuple(_)
            | TyKind::Array(..)
            | TyKind::Slice(_) => true,
            _ => false,
        }
    }

    pub(super) fn behind_all_refs(&self, ty: Ty) -> Ty {
        let mut ty = self.shallow(ty);
        while let TyKind::Ref(_, target) = ty.kind() {
            ty = self.shallow(*target);
        }
        ty
    }

    /// `left op right` by the trait of the operator; absent where the left has it not for the right.
    pub(super) fn overloaded_binary(
        &mut self,
        expr: ExprId,
        (op, span): (BinaryOp, Span),
        left: (ExprId, Ty),
        right: (ExprId, Ty),
    ) -> Option<Ty> {
        let (item, method) = trait_of(op)?;
        match item {
            LangItem::Eq | LangItem::Ord => self.overloaded_comparison(expr, (item, method), span, left, right),
            _ => {
                let (left_ty, right_ty) = (self.shallow(left.1), self.shallow(right.1));
                let found = self.overload(item, method, &[left_ty, right_ty]);
                let found = match found {
                    Some(found) => found,
                    // A number's reference stands for the number, and so does that of all that is copied as one.
                    None => {
                        let value = self.copied_behind(left)?;
                        let other = self.copied_behind(right).unwrap_or(right_ty);
                        let found = self.overload(item, method, &[value, other])?;
                        self.deref_all(left);
                        if other != right_ty {
                            self.deref_all(right);
                        }
                        found
                    }
                };
                let ret = self.output(&found);
                self.operator_call(expr, span, found, ret, OperatorForm::Value);
                Some(ret)
            }
        }
    }

    /// The type behind an operand's references, if its values are copied; the type itself where there are none.
    fn copied_behind(&mut self, (_, ty): (ExprId, Ty)) -> Option<Ty> {
        let behind = self.behind_all_refs(ty);
        let env = self.type_env();
        (!behind.has_infer() && env.is_copy(behind)).then_some(behind)
    }

    fn deref_all(&mut self, (expr, ty): (ExprId, Ty)) {
        let mut ty = self.shallow(ty);
        while let TyKind::Ref(_, target) = ty.kind() {
            self.adjust(expr, Adjust::Deref, *target);
            ty = self.shallow(*target);
        }
    }

    /// What is compared is what stands behind references, and neither side is moved.
    fn overloaded_comparison(
        &mut self,
        expr: ExprId,
        (item, method): (LangItem, &str),
        span: Span,
        left: (ExprId, Ty),
        right: (ExprId, Ty),
    ) -> Option<Ty> {
        let tys = [self.behind_all_refs(left.1), self.behind_all_refs(right.1)];
        // Arrays compare as the slices that they are.
        let slices = tys.map(|ty| match ty.kind() {
            TyKind::Array(element, _) => element.slice(),
            _ => ty,
        });
        let found = self.overload(item, method, &slices)?;
        for ((operand, ty), slice) in [left, right].into_iter().zip(tys).zip(slices) {
            self.deref_all(operand);
            self.adjust(
                operand.0,
                Adjust::Borrow(Mutability::Const),
                ty.reference(Mutability::Const),
            );
            if slice != ty {
                self.adjust(operand.0, Adjust::ArrayToSlice, slice.reference(Mutability::Const));
            }
        }
        self.operator_call(expr, span, found, Ty::bool(), OperatorForm::Value);
        Some(Ty::bool())
    }

    /// `place op= value`; absent where no trait does it.
    pub(super) fn overloaded_assign(
        &mut self,
        expr: ExprId,
        (op, span): (BinaryOp, Span),
        place: (ExprId, Ty),
        value: (ExprId, Ty),
    ) -> Option<()> {
        let (place_ty, value_ty) = (self.shallow(place.1), self.shallow(value.1));
        let (item, method) = assign_trait_of(op)?;
        if let Some(found) = self.overload(item, method, &[place_ty, value_ty]) {
            let borrowed = place_ty.reference(Mutability::Mut);
            self.adjust(place.0, Adjust::Borrow(Mutability::Mut), borrowed);
            self.operator_call(expr, span, found, Ty::unit(), OperatorForm::Value);
            return Some(());
        }
        let (item, method) = trait_of(op)?;
        let found = self.overload(item, method, &[place_ty, value_ty])?;
        let ret = self.output(&found);
        if !self.table.unify(ret, place_ty) {
            return None;
        }
        self.operator_call(expr, span, found, ret, OperatorForm::ThenAssigned);
        Some(())
    }

    /// `-operand`, `!operand`
    pub(super) fn overloaded_unary(&mut self, expr: ExprId, item: LangItem, operand: (ExprId, Ty)) -> Option<Ty> {
        let method = if item == LangItem::Neg { "neg" } else { "not" };
        let ty = self.shallow(operand.1);
        let found = match self.overload(item, method, &[ty]) {
            Some(found) => found,
            None => {
                let value = self.copied_behind(operand)?;
                let found = self.overload(item, method, &[value])?;
                self.deref_all(operand);
                found
            }
        };
        let ret = self.output(&found);
        let span = self.span(expr);
        self.operator_call(expr, span, found, ret, OperatorForm::Value);
        Some(ret)
    }

    /// `base[index]` where the base, a place of this type, is indexed by a trait: the type of what is there.
    pub(super) fn overloaded_index(&mut self, expr: ExprId, base: (ExprId, Ty), index: ExprId) -> Option<Ty> {
        let ty = self.shallow(base.1);
        let item = self.signatures.lang.get(LangItem::Index)?;
        let wanted = self.table.fresh();
        let goal = TraitRef {
            def: item,
            args: [ty, wanted].into(),
        };
        // One kind of index says what a literal is.
        let selection = self.select(&goal);
        if matches!(selection, Selection::Refuted) {
            return None;
        }
        let wanted_ty = self.table.resolve(wanted);
        if matches!(selection, Selection::Several) || wanted_ty.has_infer() {
            let found = self.infer(index, super::Expect::Hint(wanted_ty));
            let given = self.coerce(index, found, wanted_ty);
            if super::is_error(given) {
                return Some(given);
            }
        } else {
            self.coerced(index, wanted_ty);
        }
        let wanted = self.table.resolve(wanted);
        let found = self.overload(LangItem::Index, "index", &[ty, wanted])?;
        let mutable = self
            .overload(LangItem::IndexMut, "index_mut", &[ty, wanted])
            .map(|overload| overload.function);
        let ret = self.output(&found);
        let span = self.span(expr);
        self.operator_call(expr, span, found, ret, OperatorForm::Place);
        if let Some(call) = self.typed.operators.get_mut(&expr) {
            call.mutable = mutable;
        }
        Some(ret)
    }

    /// What a `for` over a value of this type binds, by the traits of iteration.
    pub(super) fn iterated_by_trait(&mut self, iter: ExprId, ty: Ty) -> Ty {
        let Some(into_iter) = self.overload(LangItem::IntoIterator, "into_iter", &[ty]) else {
            return self.cannot_iterate(iter, ty);
        };
        let mut member = |name| {
            let assoc = AssocRef {
                of_trait: into_iter.of_trait,
                name: sym(name),
                args: into_iter.args.clone().into(),
            };
            self.normalize(Ty::new(TyKind::Assoc(assoc)))
        };
        let (iterator, item) = (member("IntoIter"), member("Item"));
        let Some(next) = self.overload(LangItem::Iterator, "next", &[iterator]) else {
            return self.cannot_iterate(iter, ty);
        };
        let into_args: Box<[Ty]> = into_iter.args.into();
        self.ask_bounds(self.span(iter), into_iter.function, &into_args);
        let iteration = Iteration {
            into_iter: into_iter.function,
            into_args,
            next: next.function,
            iterator,
            item,
        };
        self.typed.iterations.insert(iter, iteration);
        item
    }

    fn operator_call(&mut self, expr: ExprId, span: Span, overload: Overload, ret: Ty, form: OperatorForm) {
        let args: Box<[Ty]> = overload.args.into();
        self.ask_bounds(span, overload.function, &args);
        let call = OperatorCall {
            function: overload.function,
            args,
            mutable: None,
            ret,
            form,
        };
        self.typed.operators.insert(expr, call);
    }

    /// The function of an operator's trait for these types, if they have it.
    fn overload(&mut self, item: LangItem, method: &str, args: &[Ty]) -> Option<Overload> {
        let signatures = self.signatures;
        let of_trait = signatures.lang.get(item)?;
        let decl = signatures.traits.get(&of_trait)?;
        let goal = TraitRef {
            def: of_trait,
            args: args.into(),
        };
        if matches!(self.select(&goal), Selection::Refuted) {
            return None;
        }
        let method = sym(method);
        let (_, def) = decl.functions.iter().find(|(name, _)| *name == method)?;
        Some(Overload {
            function: FnRef::Lang(*def),
            of_trait,
            args: args.iter().map(|ty| self.table.resolve(*ty)).collect(),
        })
    }

    fn output(&mut self, overload: &Overload) -> Ty {
        let assoc = AssocRef {
            of_trait: overload.of_trait,
            name: sym("Output"),
            args: overload.args.clone().into(),
        };
        self.normalize(Ty::new(TyKind::Assoc(assoc)))
    }
}
