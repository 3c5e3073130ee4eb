//! What is behind a `&T` or a `*const T` is not changed.
//!
//! Takes a place that is assigned to, or lent as `&mut`, with its types; gives what it can only be read through, and
//! what to write where it shall be changed. Whether a variable is a `var` is not asked here.

use base::Span;
use hir::{Expr, ExprId, LocalId, Mutability, Pat, PatId, UnaryOp};

use super::Checker;
use crate::errors::{self, ToChange};
use crate::{Adjust, LangItem, Ty, TyKind};

/// The methods of iterators by which references stay what they are.
const KEEPS_ITEMS: [&str; 5] = ["enumerate", "rev", "skip", "step_by", "take"];

impl Checker<'_> {
    pub(super) fn require_not_behind_const(&mut self, place: ExprId) {
        if self.reject_const_field(place) {
            return;
        }
        if let Some(through) = self.read_only_behind(place) {
            let text = self.display(through);
            let to_change = self.advice_to_change(place, through);
            self.error_at(place, |span| {
                let diagnostic = errors::read_only(span, &text);
                match &to_change {
                    Some(to_change) => errors::to_change(diagnostic, to_change),
                    None => diagnostic,
                }
            });
        }
    }

    /// What to write where a place shall be changed that is found through a `&T`.
    fn advice_to_change(&mut self, place: ExprId, through: Ty) -> Option<ToChange> {
        if let Some(shared) = self.shared_by(place) {
            return Some(shared);
        }
        let (root, local) = self.root_of(place)?;
        if let Some(parameter) = self.param_to_change(root, local, through) {
            return Some(parameter);
        }
        let (pat, iter) = self.body.exprs.iter().find_map(|expr| match expr {
            Expr::For { pat, iter, .. } if self.pat_span(*pat).contains(self.body.locals[local].span) => {
                Some((*pat, *iter))
            }
            _ => None,
        })?;
        // The keys of a map stay what they are.
        if let Pat::Tuple { elements, .. } = &self.body.pats[pat]
            && let Some(first) = elements.first()
            && self.pat_span(*first).contains(self.body.locals[local].span)
        {
            return None;
        }
        self.iterated_to_change(iter)
    }

    /// The variable that a place is in, or found by, as it is written.
    fn root_of(&self, place: ExprId) -> Option<(ExprId, LocalId)> {
        match &self.body.exprs[place] {
            Expr::Field { base, .. } | Expr::Index { base, .. } => self.root_of(*base),
            Expr::Unary {
                op: UnaryOp::Deref,
                operand,
            } => self.root_of(*operand),
            Expr::Local(local) => Some((place, *local)),
            _ => None,
        }
    }

    /// The parameter of the function, a `&T`, that a place is found by.
    fn param_to_change(&mut self, root: ExprId, local: LocalId, through: Ty) -> Option<ToChange> {
        let Some(crate::BodyKey::Fn(function)) = self.env.owner else {
            return None;
        };
        let TyKind::Ref(Mutability::Const, target) = through.kind() else {
            return None;
        };
        // The trait says what its functions take.
        if self.signatures.implemented.contains_key(&function) {
            return None;
        }
        let is_it = |pat: &PatId| matches!(&self.body.pats[*pat], Pat::Bind { local: own, .. } if *own == local);
        let is_param = self.body.params.iter().any(is_it) && self.shallow(self.typed.expr_tys[root]) == through;
        is_param.then(|| ToChange::Parameter {
            name: self.body.locals[local].name,
            target: self.display(*target),
        })
    }

    /// What a `for` goes over by which a variable of its pattern is had.
    fn iterated_to_change(&mut self, iter: ExprId) -> Option<ToChange> {
        let (operand, span, text) = match &self.body.exprs[iter] {
            Expr::Ref {
                mutability: Mutability::Const,
                operand,
            } => (*operand, self.span(*operand).before(), "mut "),
            _ => match self.iter_call(iter) {
                Some((receiver, name_span)) => (receiver, name_span, "iter_mut"),
                None => {
                    let (root, local) = self.root_of(iter)?;
                    let through = self.reference_read(iter)?;
                    return self.param_to_change(root, local, through);
                }
            },
        };
        let (root, local) = self.root_of(operand)?;
        if let Some(through) = self.read_only_behind(operand).or_else(|| self.reference_read(operand)) {
            return self.param_to_change(root, local, through);
        }
        Some(match self.is_writable(root, local) {
            true => ToChange::Iterated { span, text },
            false => ToChange::IteratedLet {
                name: self.body.locals[local].name,
            },
        })
    }

    fn is_writable(&self, root: ExprId, local: LocalId) -> bool {
        let is_mut = |ty: Ty| matches!(ty.kind(), TyKind::Ref(Mutability::Mut, _));
        self.body.locals[local].is_var || is_mut(self.shallow(self.typed.expr_tys[root]))
    }

    /// Whether what is in a variable can be changed, or could if that were a `var`; absent for what is in none, or is
    /// behind a `&`.
    pub(super) fn writable_root(&self, place: ExprId) -> Option<bool> {
        let (root, local) = self.root_of(place)?;
        if self.read_only_behind(place).is_some() || self.reference_read(place).is_some() {
            return None;
        }
        Some(self.is_writable(root, local))
    }

    /// The type of what has its elements behind a `&`.
    fn reference_read(&self, operand: ExprId) -> Option<Ty> {
        let ty = self.shallow(self.typed.expr_tys[operand]);
        matches!(ty.kind(), TyKind::Ref(Mutability::Const, _)).then_some(ty)
    }

    /// The `iter` in `list.iter().enumerate()`, where it is written, and the `list`.
    fn iter_call(&self, expr: ExprId) -> Option<(ExprId, Span)> {
        let Expr::Call { callee, args } = &self.body.exprs[expr] else {
            return None;
        };
        let Expr::Field {
            base, name, name_span, ..
        } = &self.body.exprs[*callee]
        else {
            return None;
        };
        match name.as_str() {
            "iter" if args.is_empty() => Some((*base, *name_span)),
            name if KEEPS_ITEMS.contains(&name) => self.iter_call(*base),
            _ => None,
        }
    }

    /// What a place shares with others by an `Rc` or an `Arc`.
    fn shared_by(&self, place: ExprId) -> Option<ToChange> {
        let mut step = place;
        loop {
            let ty = self.shallow(self.typed.expr_tys[step]);
            if let TyKind::Adt(adt, args) = ty.kind() {
                let cell = if self.signatures.is_lang(*adt, LangItem::Rc) {
                    Some("RefCell")
                } else if self.signatures.is_lang(*adt, LangItem::Arc) {
                    Some("Mutex")
                } else {
                    None
                };
                if let Some(cell) = cell.filter(|_| !args[0].is_unsized()) {
                    let holder = self.signatures.adt(*adt).name;
                    let content = self.display(args[0]);
                    return Some(ToChange::Shared { holder, cell, content });
                }
            }
            step = match &self.body.exprs[step] {
                Expr::Field { base, .. } | Expr::Index { base, .. } => *base,
                Expr::Unary {
                    op: UnaryOp::Deref,
                    operand,
                } => *operand,
                _ => return None,
            };
        }
    }

    /// The `&T` or `*const T` that a place, after its dereferences so far, is reached through.
    fn read_only_behind(&self, place: ExprId) -> Option<Ty> {
        let steps = self.typed.adjustments.get(&place).map_or(&[][..], Vec::as_slice);
        for (i, step) in steps.iter().enumerate().rev() {
            match step.kind {
                // What is lent can be written where the lender can.
                Adjust::Lend if matches!(step.ty.kind(), TyKind::Ref(Mutability::Mut, _)) => continue,
                Adjust::Lend => return Some(step.ty),
                Adjust::Deref => {}
                _ => return None,
            }
            let from = if i == 0 {
                self.typed.expr_tys[place]
            } else {
                steps[i - 1].ty
            };
            match self.reads_only(from) {
                Some(found) => return found,
                None => continue,
            }
        }
        match &self.body.exprs[place] {
            Expr::Unary {
                op: UnaryOp::Deref,
                operand,
            } => match self.reads_only(self.typed.adjusted_ty(*operand)) {
                Some(found) => found,
                None => self.read_only_behind(*operand),
            },
            Expr::Field { base, .. } if self.typed.fields.contains_key(&place) => self.read_only_behind(*base),
            Expr::Index { base, .. } if self.typed.operators.contains_key(&place) => {
                match self.typed.operators[&place].mutable {
                    Some(_) => self.read_only_behind(*base),
                    None => Some(self.typed.adjusted_ty(*base)),
                }
            }
            Expr::Index { base, .. } => match self.shallow(self.typed.adjusted_ty(*base)).kind() {
                TyKind::Pointer(Mutability::Const, _) => Some(self.typed.adjusted_ty(*base)),
                TyKind::Pointer(Mutability::Mut, _) => None,
                _ => self.read_only_behind(*base),
            },
            Expr::Unsafe(inner) => self.read_only_behind(*inner),
            _ => None,
        }
    }

    /// Of a dereference: that it gives something to read only (by what), or to change, or, absent, that this is up to
    /// the place that the `&mut T` is in.
    fn reads_only(&self, from: Ty) -> Option<Option<Ty>> {
        let from = self.shallow(from);
        match from.kind() {
            TyKind::Ref(Mutability::Const, _) | TyKind::Pointer(Mutability::Const, _) => Some(Some(from)),
            TyKind::Ref(Mutability::Mut, _) => None,
            _ if self.signatures.box_content(from).is_some() => None,
            _ => Some(None),
        }
    }
}
