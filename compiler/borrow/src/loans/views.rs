//! Which variables of a body hold references, and which drops look at what these point to.

use std::cell::RefCell;

use base::{FxHashMap, FxHashSet};
use check::{AdtKind, AdtRef, IntTy, LangItem, Signatures, Ty, TyKind};
use hir::Mutability;
use mir::{BitSet, Body, Local};
use target::CScalar;

pub(crate) struct Views<'b> {
    pub(crate) body: &'b Body,
    pub(crate) signatures: &'b Signatures,
    tracked: BitSet<Local>,
    known: RefCell<FxHashMap<Ty, bool>>,
    referring: RefCell<FxHashMap<(Ty, Ty), bool>>,
    owning: RefCell<FxHashMap<Ty, bool>>,
    hiding: RefCell<FxHashMap<Ty, bool>>,
    with_closures: RefCell<FxHashMap<Ty, bool>>,
}

impl<'b> Views<'b> {
    pub(crate) fn of(body: &'b Body, signatures: &'b Signatures) -> Self {
        let mut views = Self {
            body,
            signatures,
            tracked: BitSet::NONE,
            known: RefCell::default(),
            referring: RefCell::default(),
            owning: RefCell::default(),
            hiding: RefCell::default(),
            with_closures: RefCell::default(),
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
        // Most types that are asked about.
        if ty.is_scalar() {
            return false;
        }
        if let TyKind::Ref(..) = ty.kind() {
            return true;
        }
        if let TyKind::Tuple(parts) = ty.kind() {
            return parts.iter().any(|part| self.is_view(*part));
        }
        if let Some(known) = self.known.borrow().get(&ty) {
            return *known;
        }
        // A reference to a `dyn` type may be one to a value that holds references, where an owner of one does not.
        let is_view = matches!(ty.kind(), TyKind::Dyn(_)) || self.signatures.within(&self.body.bounds).may_be_view(ty);
        self.known.borrow_mut().insert(ty, is_view);
        is_view
    }

    /// Whether all in values of the type that may hold references by its type must own what it holds: a cell of `&str`,
    /// or a guard of what is in one.
    pub(crate) fn must_own(&self, ty: Ty) -> bool {
        /// There is no end to a type that holds larger and larger instances of itself.
        const DEEPEST: u32 = 32;
        self.must_own_within(ty, DEEPEST)
    }

    fn must_own_within(&self, ty: Ty, depth: u32) -> bool {
        if depth == 0 {
            return false;
        }
        if let Some(known) = self.owning.borrow().get(&ty) {
            return *known;
        }
        // One that is met again has no more inside than before.
        self.owning.borrow_mut().insert(ty, false);
        let env = self.signatures.within(&self.body.bounds);
        let parts: Vec<Ty> = match ty.kind() {
            TyKind::Adt(adt, args) => {
                let mut numbered = args.iter().enumerate();
                if numbered.any(|(at, arg)| self.signatures.is_owned_param(*adt, at) && self.is_view(*arg)) {
                    self.owning.borrow_mut().insert(ty, true);
                    return true;
                }
                args.iter().copied().chain(env.field_tys(ty)).collect()
            }
            TyKind::Optional(inner) | TyKind::Slice(inner) | TyKind::Array(inner, _) => vec![*inner],
            TyKind::Tuple(parts) => parts.to_vec(),
            TyKind::Ref(..)
            | TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Pointer(..)
            | TyKind::FnItem(..)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Closure(_)
            | TyKind::Range { .. }
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Opaque { .. }
            | TyKind::Dyn(_)
            | TyKind::Const(_)
            | TyKind::Infer(_)
            | TyKind::Error(_) => Vec::new(),
        };
        let found = parts.iter().any(|part| self.must_own_within(*part, depth - 1))
            && parts
                .iter()
                .all(|part| !self.is_view(*part) || self.must_own_within(*part, depth - 1));
        self.owning.borrow_mut().insert(ty, found);
        found
    }

    /// Whether a value of the type, which owns all that it holds, may have something in it to which references could be
    /// stored: a `dyn` value, what stands for an `Owned` parameter, or for one of a struct.
    pub(crate) fn may_hide(&self, ty: Ty) -> bool {
        if ty.is_scalar() {
            return false;
        }
        if let Some(known) = self.hiding.borrow().get(&ty) {
            return *known;
        }
        // One that is met again has no more inside than before.
        self.hiding.borrow_mut().insert(ty, false);
        let found = self.may_hide_within(ty);
        self.hiding.borrow_mut().insert(ty, found);
        found
    }

    fn may_hide_within(&self, ty: Ty) -> bool {
        if let TyKind::Adt(adt, args) = ty.kind() {
            let mut numbered = args.iter().enumerate();
            let fields = self.signatures.within(&self.body.bounds).field_tys(ty);
            return is_endless(ty)
                || numbered.any(|(at, arg)| self.signatures.is_owned_param(*adt, at) && self.is_view(*arg))
                || args.iter().copied().chain(fields).any(|part| self.may_hide(part));
        }
        if let TyKind::Optional(inner) | TyKind::Slice(inner) | TyKind::Array(inner, _) = ty.kind() {
            return self.may_hide(*inner);
        }
        if let TyKind::Tuple(parts) = ty.kind() {
            return parts.iter().any(|part| self.may_hide(*part));
        }
        // A reference here is one to what is never gone, and what is called keeps nothing in what it owns.
        matches!(
            ty.kind(),
            TyKind::Dyn(_) | TyKind::Param { is_const: false, .. } | TyKind::Assoc(_) | TyKind::Unnamed(_)
        )
    }

    /// Whether the loans that a variable holds are followed.
    pub(crate) fn is_tracked(&self, local: Local) -> bool {
        self.tracked.contains(local)
    }

    /// Whether a reference in a value of type `view` may refer to something that a value of type `owner` owns.
    pub(crate) fn may_refer_into(&self, view: Ty, owner: Ty) -> bool {
        if let Some(known) = self.referring.borrow().get(&(view, owner)) {
            return *known;
        }
        let found = self.targets(view, Opaque::Anything).is_none_or(|targets| {
            let parts = self.owned_parts(owner, Opaque::Anything);
            parts.is_none_or(|parts| leads_into(&targets, &parts))
        });
        self.referring.borrow_mut().insert((view, owner), found);
        found
    }

    /// The same of values that come with what generic parameters stand for, which refer to nothing of the body.
    pub(crate) fn may_refer_by_type(&self, view: Ty, owner: Ty) -> bool {
        self.targets(view, Opaque::Nothing).is_none_or(|targets| {
            let parts = self.owned_parts(owner, Opaque::Nothing);
            !targets.is_empty() && parts.is_none_or(|parts| leads_into(&targets, &parts))
        })
    }

    /// What the references in a value of the type lead to; absent where that is not said by the type.
    fn targets(&self, view: Ty, opaque: Opaque) -> Option<Vec<Ty>> {
        let mut targets = Vec::new();
        let mut pending = vec![view];
        let mut seen = FxHashSet::default();
        while let Some(ty) = pending.pop() {
            if !self.is_view(ty) || !seen.insert(ty) {
                continue;
            }
            if is_endless(ty) {
                return None;
            }
            if let TyKind::Ref(_, target) = ty.kind() {
                targets.push(*target);
                pending.push(*target);
            } else if let TyKind::Optional(inner) | TyKind::Slice(inner) | TyKind::Array(inner, _) = ty.kind() {
                pending.push(*inner);
            } else if let TyKind::Tuple(parts) = ty.kind() {
                pending.extend(parts);
            } else if let TyKind::Adt(adt, _) = ty.kind()
                && self.signatures.adt(*adt).is_view
            {
                pending.extend(self.plain_fields(ty)?);
            } else if let TyKind::Adt(adt, args) = ty.kind()
                && !self.is_view(Ty::new(TyKind::Adt(*adt, args.iter().map(|_| Ty::unit()).collect())))
            {
                pending.extend(args);
            } else if opaque == Opaque::Anything || !matches!(ty.kind(), TyKind::Param { .. } | TyKind::Assoc(_)) {
                return None;
            }
        }
        Some(targets)
    }

    /// The types of a `view` type's fields; absent where a raw pointer in it stands for a reference, to whatever it is.
    fn plain_fields(&self, ty: Ty) -> Option<Vec<Ty>> {
        let fields: Vec<Ty> = self.signatures.within(&self.body.bounds).field_tys(ty).collect();
        (!fields.iter().any(|field| self.signatures.is_raw_pointer(*field))).then_some(fields)
    }

    /// The types of what a value owns, wherever it keeps it; absent where that is not known.
    fn owned_parts(&self, owner: Ty, opaque: Opaque) -> Option<FxHashSet<Ty>> {
        let env = self.signatures.within(&self.body.bounds);
        let mut parts = FxHashSet::default();
        let mut pending = vec![owner];
        while let Some(ty) = pending.pop() {
            if is_endless(ty) {
                return None;
            }
            if !parts.insert(ty) {
                continue;
            }
            match ty.kind() {
                TyKind::Pointer(_, inner) if self.says_nothing(*inner) => return None,
                TyKind::Optional(inner)
                | TyKind::Slice(inner)
                | TyKind::Array(inner, _)
                | TyKind::Pointer(_, inner)
                | TyKind::Range { element: inner, .. } => pending.push(*inner),
                TyKind::Tuple(elements) => pending.extend(elements),
                // What is had through a `&mut`, or by what stands for one as a guard does, needs these.
                TyKind::Ref(Mutability::Mut, target) if opaque == Opaque::Nothing => pending.push(*target),
                TyKind::Ref(Mutability::Mut, _) => return None,
                TyKind::Adt(adt, _) if self.signatures.adt(*adt).is_view => {
                    // A function of it may say that what it gives needs the value itself.
                    if opaque == Opaque::Anything || self.signatures.drops.contains_key(adt) {
                        return None;
                    }
                    pending.extend(self.plain_fields(ty)?);
                }
                // Their memory is text, and nothing else is had of it.
                TyKind::Adt(AdtRef::Lang(def), _) if self.signatures.lang.is(*def, LangItem::Error) => {
                    parts.insert(Ty::new(TyKind::Str));
                }
                TyKind::Adt(AdtRef::Lang(def), _) if self.signatures.lang.is(*def, LangItem::String) => {
                    parts.extend([Ty::new(TyKind::Str), Ty::new(TyKind::Int(IntTy::U8))]);
                }
                TyKind::Adt(adt, args) => {
                    let fields: Vec<Ty> = env.field_tys(ty).collect();
                    if self.owns_by_a_number(*adt, &fields) {
                        return None;
                    }
                    pending.extend(args);
                    pending.extend(fields);
                }
                TyKind::Param { is_const: false, .. }
                | TyKind::Assoc(_)
                | TyKind::Unnamed(_)
                | TyKind::Closure(_)
                | TyKind::Dyn(_)
                | TyKind::Opaque { .. }
                | TyKind::Infer(_)
                | TyKind::Error(_) => return None,
                TyKind::Never
                | TyKind::Bool
                | TyKind::Char
                | TyKind::Int(_)
                | TyKind::Float(_)
                | TyKind::C(_)
                | TyKind::Str
                | TyKind::CStr
                | TyKind::Ref(..)
                | TyKind::FnItem(..)
                | TyKind::FnPointer(_)
                | TyKind::ExternFn(_)
                | TyKind::Const(_)
                | TyKind::Param { is_const: true, .. } => {}
            }
        }
        Some(parts)
    }

    /// Whether a raw pointer to the type says nothing of what lies there: C's `void` and records that no header defines
    /// stand for anything, and bytes may be read as what they are not.
    fn says_nothing(&self, target: Ty) -> bool {
        let is_opaque = |adt: &AdtRef| self.signatures.adt(*adt).kind == AdtKind::OpaqueRecord;
        is_text(target)
            || matches!(target.kind(), TyKind::C(CScalar::Void) | TyKind::Opaque { .. })
            || matches!(target.kind(), TyKind::Adt(adt, _) if is_opaque(adt))
    }

    /// Whether what a value owns is told by a number alone, as an address or a handle is.
    fn owns_by_a_number(&self, adt: AdtRef, fields: &[Ty]) -> bool {
        let env = self.signatures.within(&self.body.bounds);
        let is_word = |ty: &Ty| matches!(ty.kind(), TyKind::Int(IntTy::Usize | IntTy::Isize));
        self.signatures.drops.contains_key(&adt)
            && fields.iter().any(is_word)
            && !fields
                .iter()
                .any(|field| self.signatures.is_raw_pointer(*field) || env.needs_drop(*field))
    }

    /// Whether something in a value of the type may be called: then it may hold more than can be had of it.
    pub(crate) fn may_be_called(&self, ty: Ty) -> bool {
        ty.has_param() || ty.has_assoc() || self.may_hold_closures(ty)
    }

    /// Whether a closure may be in a value of the type, its generic parameters left alone.
    pub(crate) fn may_hold_closures(&self, ty: Ty) -> bool {
        if let Some(known) = self.with_closures.borrow().get(&ty) {
            return *known;
        }
        let found = self.has_closures_within(ty, &mut FxHashSet::default());
        self.with_closures.borrow_mut().insert(ty, found);
        found
    }

    fn has_closures_within(&self, ty: Ty, seen: &mut FxHashSet<AdtRef>) -> bool {
        ty.any(&mut |part| {
            if let TyKind::Adt(adt, _) = part.kind() {
                let fields = &self.signatures.adt(*adt).fields;
                let is_asked = |ty: Ty| !(ty.is_scalar() || ty.has_param() || ty.has_assoc());
                let mut asked = fields.iter().filter(|field| is_asked(field.ty)).peekable();
                return asked.peek().is_some()
                    && seen.insert(*adt)
                    && asked.any(|field| self.has_closures_within(field.ty, seen));
            }
            matches!(
                part.kind(),
                TyKind::Closure(_) | TyKind::FnPointer(_) | TyKind::Dyn(_) | TyKind::Unnamed(_)
            )
        })
    }

    /// Whether something that runs when a value of the type is dropped can look at what its references point to.
    pub(crate) fn drop_observes(&self, ty: Ty) -> bool {
        self.drop_observes_within(ty, &mut FxHashSet::default())
    }

    fn drop_observes_within(&self, ty: Ty, seen: &mut FxHashSet<Ty>) -> bool {
        let env = self.signatures.within(&self.body.bounds);
        if is_endless(ty) {
            return true;
        }
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
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) | TyKind::Dyn(_) => true,
            TyKind::Ref(..)
            | TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Pointer(..)
            | TyKind::FnItem(..)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Infer(_)
            | TyKind::Error(_) => false,
        }
    }
}

/// Whether the type is deeper than any that is written: types may grow from instance to instance behind raw pointers,
/// and by associated types.
pub(crate) fn is_endless(ty: Ty) -> bool {
    const MAX_DEPTH: u16 = 64;
    ty.depth() > MAX_DEPTH
}

/// What generic parameters count as that are looked at from inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Opaque {
    Anything,
    Nothing,
}

/// Whether one of the references to these may be to one of the parts.
fn leads_into(targets: &[Ty], parts: &FxHashSet<Ty>) -> bool {
    targets.iter().any(|target| {
        // Parts of an array are arrays, too.
        let mut element = *target;
        while let TyKind::Slice(inner) | TyKind::Array(inner, _) = element.kind() {
            element = *inner;
        }
        (is_text(element) && parts.iter().any(|part| is_text(*part)))
            || parts.contains(&element)
            || parts.contains(target)
    })
}

/// Whether a value of the type is text, or a character of one.
fn is_text(ty: Ty) -> bool {
    let is_char = |scalar: &CScalar| matches!(scalar, CScalar::Char | CScalar::SChar | CScalar::UChar);
    matches!(
        ty.kind(),
        TyKind::Str | TyKind::CStr | TyKind::Int(IntTy::U8 | IntTy::I8)
    ) || matches!(ty.kind(), TyKind::C(scalar) if is_char(scalar))
}
