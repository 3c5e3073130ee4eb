//! Inference variables: union-find over types.

use diag::Reported;

use crate::{FloatTy, InferVar, IntTy, Ty, TyKind};

/// What is known of each variable.
#[derive(Default)]
pub(super) struct Table {
    any: Vec<Option<Ty>>,
    ints: Vec<Option<Ty>>,
    floats: Vec<Option<Ty>>,
    /// A type that is broken, as a signature that the body mentions may have, was made equal to another.
    pub(super) met_error: Option<Reported>,
}

impl Table {
    pub(super) fn fresh(&mut self) -> Ty {
        self.any.push(None);
        Ty::new(TyKind::Infer(InferVar::Any(self.any.len() as u32 - 1)))
    }

    pub(super) fn fresh_int(&mut self) -> Ty {
        self.ints.push(None);
        Ty::new(TyKind::Infer(InferVar::Int(self.ints.len() as u32 - 1)))
    }

    pub(super) fn fresh_float(&mut self) -> Ty {
        self.floats.push(None);
        Ty::new(TyKind::Infer(InferVar::Float(self.floats.len() as u32 - 1)))
    }

    fn known(&self, var: InferVar) -> Option<Ty> {
        match var {
            InferVar::Any(i) => self.any[i as usize],
            InferVar::Int(i) => self.ints[i as usize],
            InferVar::Float(i) => self.floats[i as usize],
        }
    }

    /// The type with what is known of its outermost variable.
    pub(super) fn shallow(&self, mut ty: Ty) -> Ty {
        while let TyKind::Infer(var) = ty.kind() {
            match self.known(*var) {
                Some(next) => ty = next,
                None => break,
            }
        }
        ty
    }

    /// The type with everything known put in.
    pub(super) fn resolve(&self, ty: Ty) -> Ty {
        if !ty.has_infer() {
            return ty;
        }
        ty.map(&mut |part| match part.kind() {
            TyKind::Infer(_) => {
                let known = self.shallow(part);
                Some(if known == part { part } else { self.resolve(known) })
            }
            _ => None,
        })
    }

    /// As [`Table::resolve`], with unsuffixed literals given their default types.
    pub(super) fn resolve_with_defaults(&self, ty: Ty) -> Ty {
        let ty = self.resolve(ty);
        if !ty.has_infer() {
            return ty;
        }
        ty.map(&mut |part| match part.kind() {
            TyKind::Infer(InferVar::Int(_)) => Some(Ty::int(IntTy::I32)),
            TyKind::Infer(InferVar::Float(_)) => Some(Ty::float(FloatTy::F64)),
            _ => None,
        })
    }

    /// Gives unsuffixed literals of types that nothing decided their default types.
    pub(super) fn bind_defaults(&mut self) {
        for ty in self.ints.iter_mut().filter(|ty| ty.is_none()) {
            *ty = Some(Ty::int(IntTy::I32));
        }
        for ty in self.floats.iter_mut().filter(|ty| ty.is_none()) {
            *ty = Some(Ty::float(FloatTy::F64));
        }
    }

    /// Makes two types equal, or says that they are not. What was bound before a failure stays.
    pub(super) fn unify(&mut self, a: Ty, b: Ty) -> bool {
        let (a, b) = (self.shallow(a), self.shallow(b));
        if a == b {
            return true;
        }
        match (a.kind(), b.kind()) {
            // One message was enough: what depends on the error is known to.
            (TyKind::Error(reported), _) => self.meet_error(*reported, a, b),
            (_, TyKind::Error(reported)) => self.meet_error(*reported, b, a),
            (TyKind::Infer(var), _) => self.bind(*var, b),
            (_, TyKind::Infer(var)) => self.bind(*var, a),
            _ => a.all_parts(b, &mut |x, y| self.unify(x, y)),
        }
    }

    fn meet_error(&mut self, reported: Reported, error: Ty, other: Ty) -> bool {
        self.met_error = Some(reported);
        if let TyKind::Infer(InferVar::Any(i)) = other.kind() {
            self.any[*i as usize] = Some(error);
        }
        true
    }

    fn bind(&mut self, var: InferVar, ty: Ty) -> bool {
        match var {
            InferVar::Any(i) => {
                let var_ty = Ty::new(TyKind::Infer(var));
                if ty.has_infer() && self.resolve(ty).any(&mut |part| part == var_ty) {
                    return false;
                }
                self.any[i as usize] = Some(ty);
                true
            }
            InferVar::Int(i) => {
                if let TyKind::Infer(InferVar::Any(_)) = ty.kind() {
                    return self.unify(ty, Ty::new(TyKind::Infer(var)));
                }
                if !ty.is_integer() {
                    return false;
                }
                self.ints[i as usize] = Some(ty);
                true
            }
            InferVar::Float(i) => {
                if let TyKind::Infer(InferVar::Any(_)) = ty.kind() {
                    return self.unify(ty, Ty::new(TyKind::Infer(var)));
                }
                if !ty.is_float() {
                    return false;
                }
                self.floats[i as usize] = Some(ty);
                true
            }
        }
    }
}
