//! Which variables of a body hold references, and which drops look at what these point to.

use std::cell::RefCell;

use base::{FxHashMap, FxHashSet};
use check::{Signatures, Ty, TyKind};
use mir::{BitSet, Body, Local};

pub(crate) struct Views<'b> {
    pub(crate) body: &'b Body,
    pub(crate) signatures: &'b Signatures,
    tracked: BitSet<Local>,
    known: RefCell<FxHashMap<Ty, bool>>,
}

impl<'b> Views<'b> {
    pub(crate) fn of(body: &'b Body, signatures: &'b Signatures) -> Self {
        let mut views = Self {
            body,
            signatures,
            tracked: BitSet::new(body.locals.len()),
            known: RefCell::default(),
        };
        for (local, decl) in body.locals.iter_enumerated() {
            if views.is_view(decl.ty) {
                views.tracked.insert(local);
            }
        }
        views
    }

    /// Whether values of the type may hold references.
    pub(crate) fn is_view(&self, ty: Ty) -> bool {
        if let Some(known) = self.known.borrow().get(&ty) {
            return *known;
        }
        let is_view = self.signatures.may_be_view(ty);
        self.known.borrow_mut().insert(ty, is_view);
        is_view
    }

    /// Whether the loans that a variable holds are followed.
    pub(crate) fn is_tracked(&self, local: Local) -> bool {
        self.tracked.contains(local)
    }

    /// Whether something in a value of the type may be called: then it may hold more than can be had of it.
    pub(crate) fn may_be_called(&self, ty: Ty) -> bool {
        let mut pending = vec![ty];
        let mut seen = FxHashSet::default();
        while let Some(ty) = pending.pop() {
            let mut found = false;
            ty.any(&mut |part| {
                match part.kind() {
                    TyKind::Closure(_)
                    | TyKind::FnPointer(_)
                    | TyKind::Dyn(_)
                    | TyKind::Unnamed(_)
                    | TyKind::Param { is_const: false, .. }
                    | TyKind::Assoc(_) => found = true,
                    TyKind::Adt(adt, _) if seen.insert(*adt) => {
                        let fields = &self.signatures.adt(*adt).fields;
                        let plain = fields
                            .iter()
                            .filter(|field| !field.ty.has_param() && !field.ty.has_assoc());
                        pending.extend(plain.map(|field| field.ty));
                    }
                    _ => {}
                }
                false
            });
            if found {
                return true;
            }
        }
        false
    }

    /// Whether something that runs when a value of the type is dropped can look at what its references point to.
    pub(crate) fn drop_observes(&self, ty: Ty) -> bool {
        self.drop_observes_within(ty, &mut FxHashSet::default())
    }

    fn drop_observes_within(&self, ty: Ty, seen: &mut FxHashSet<Ty>) -> bool {
        let env = self.signatures.within(&self.body.bounds);
        // One that is met again has no more inside than before.
        if !self.is_view(ty) || !env.needs_drop(ty) || !seen.insert(ty) {
            return false;
        }
        match ty.kind() {
            TyKind::Adt(adt, args) => {
                if !self.signatures.drops.contains_key(adt) {
                    let fields: Vec<Ty> = env.field_tys(ty).collect();
                    return fields.into_iter().any(|field| self.drop_observes_within(field, seen));
                }
                let only_dropped = self.signatures.may_dangle.get(adt);
                only_dropped.is_none_or(|positions| {
                    (0..).zip(args).any(|(index, arg)| match positions.contains(&index) {
                        true => self.drop_observes_within(*arg, seen),
                        false => self.is_view(*arg),
                    })
                })
            }
            TyKind::Optional(inner) | TyKind::Slice(inner) | TyKind::Array(inner, _) => {
                self.drop_observes_within(*inner, seen)
            }
            TyKind::Tuple(parts) => parts.iter().any(|part| self.drop_observes_within(*part, seen)),
            TyKind::Closure(closure) => {
                let mut captures = closure.captures().iter();
                captures.any(|part| self.drop_observes_within(*part, seen))
            }
            // What stands for it may have a `drop`.
            _ => true,
        }
    }
}
