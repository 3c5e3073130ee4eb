//! What the context of a call says of its arguments: of `Box.new(.A)` where a `Box<E>` is expected, that the argument
//! is an `E`.
//!
//! Takes the signature as it is declared, and what is expected. Gives for each parameter what is wanted there, which
//! is a hint: an argument that is something else is what it is. Binds no variable by itself.

use hir::{Expr, ExprId};

use super::{Checker, Expect};
use crate::solve::with_known;
use crate::traits::may_match;
use crate::{AdtRef, Ty, TyKind};

impl Checker<'_> {
    /// What is wanted of values of the types `params`, if one of the type `whole` becomes what is expected. Both are
    /// as declared, with the parameters that `args` stand for.
    pub(super) fn wanted_parts(&mut self, whole: Ty, params: &[Ty], args: &[Ty], expect: Expect) -> Vec<Expect> {
        let nothing = vec![Expect::Nothing; params.len()];
        let Some(expected) = expect.ty() else { return nothing };
        if args.is_empty() || params.is_empty() {
            return nothing;
        }
        let expected = self.inside_for(whole, self.table.resolve(expected));
        let mut found: Vec<Option<Ty>> = args
            .iter()
            .map(|arg| Some(self.table.resolve(*arg)).filter(|arg| !matches!(arg.kind(), TyKind::Infer(_))))
            .collect();
        if matches!(expected.kind(), TyKind::Infer(_)) || !may_match(whole, expected, &mut found) {
            return nothing;
        }
        let wanted = params.iter().map(|param| with_known(*param, &found)).collect();
        self.wanted_as(wanted, params, expect)
    }

    /// As [`Self::wanted_parts`], of the fields of a record or variant whose type arguments are not written.
    pub(super) fn wanted_fields(&mut self, adt: AdtRef, fields: &[Ty], expect: Expect) -> Vec<Expect> {
        let mut expected = expect.ty().map(|ty| self.table.resolve(ty));
        let args = loop {
            match expected.map(Ty::kind) {
                Some(TyKind::Adt(found, args)) if *found == adt => break args,
                Some(TyKind::Optional(inner)) => expected = Some(*inner),
                Some(TyKind::Adt(..)) => expected = self.result_parts(expected.expect("it is some")).map(|(ok, _)| ok),
                _ => return Vec::new(),
            }
        };
        let wanted = fields.iter().map(|field| Some(field.substitute(args))).collect();
        self.wanted_as(wanted, fields, expect)
    }

    /// `wanted` as what is expected in the same way as the whole. What is declared without generics needs no hint.
    fn wanted_as(&mut self, wanted: Vec<Option<Ty>>, declared: &[Ty], expect: Expect) -> Vec<Expect> {
        let is_generic = |ty: Ty| ty.any(&mut |part| matches!(part.kind(), TyKind::Param { .. }));
        let mut all = Vec::with_capacity(wanted.len());
        for (wanted, declared) in wanted.into_iter().zip(declared) {
            let ty = wanted.filter(|_| is_generic(*declared)).map(|ty| self.normalize(ty));
            let ty = ty.filter(|ty| !ty.is_unsized() && !matches!(ty.kind(), TyKind::Infer(_)));
            all.push(match (ty, expect) {
                (None, _) | (_, Expect::Nothing) => Expect::Nothing,
                (Some(ty), Expect::Hint(_)) => Expect::Hint(ty),
                (Some(ty), Expect::Coerce(_)) => Expect::Coerce(ty),
            });
        }
        all
    }

    /// The part of what is expected that a value of the type becomes, which may be put in an optional or a `Result`.
    fn inside_for(&self, whole: Ty, expected: Ty) -> Ty {
        match (whole.kind(), expected.kind()) {
            (TyKind::Param { .. } | TyKind::Optional(_), _) => expected,
            (_, TyKind::Optional(inner)) => self.inside_for(whole, *inner),
            (_, TyKind::Adt(..)) if self.result_parts(whole).is_none() => match self.result_parts(expected) {
                Some((ok, _)) => self.inside_for(whole, ok),
                None => expected,
            },
            _ => expected,
        }
    }

    /// Checks an argument for a parameter, of which the context may say more than is known yet.
    pub(super) fn argument(&mut self, value: ExprId, param: Ty, wanted: Expect) -> Ty {
        let is_open = self.table.resolve(param).has_infer();
        let is_closure = matches!(self.body.exprs[value], Expr::Closure(_));
        let Some(ty) = wanted.ty().filter(|_| is_open && !is_closure) else {
            return self.coerced(value, param);
        };
        // A call hands on what is wanted of it; of anything else it is a hint, as it may be something else.
        let expect = match &self.body.exprs[value] {
            Expr::Call { .. } => wanted,
            _ => Expect::Hint(ty),
        };
        let found = self.infer(value, expect);
        if let Expect::Coerce(_) = wanted
            && self.try_coerce(value, found, ty)
            && self.table.unify(param, ty)
        {
            self.note_given(value, found, param);
            return param;
        }
        self.coerce(value, found, param)
    }
}
