//! What signatures say of the references that go through functions, and which types hold references.

use base::{FxHashSet, Span};
use hir::Mutability;

use crate::{AdtRef, Bounds, LangItem, Signatures, TraitRef, Ty, TyKind, TypeEnv};

/// What a function says of where the references in its result, and those that it keeps, come from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loans {
    /// `@borrows(a, *b)`; absent where nothing is said.
    pub borrows: Option<Box<[Origin]>>,
    /// `@captures(a: b)`
    pub captures: Box<[Kept]>,
    /// Where `@borrows` is written.
    pub borrows_at: Option<Span>,
    /// The empty span before the function, where an attribute could be written; absent for C's.
    pub before: Option<Span>,
}

/// What a reference points into. Parameters are given by position, `self` being the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// `static`: what is never gone.
    Static,
    /// `a`: what the parameter is, or refers to.
    Param(u32),
    /// `*a`: what the references inside of that point to.
    Behind(u32),
}

/// That what a parameter refers to gets references from another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    pub into: u32,
    pub from: Origin,
}

impl Signatures {
    /// Whether a value of the type holds references, or may: a generic parameter may stand for a type that does.
    pub fn may_be_view(&self, ty: Ty) -> bool {
        self.within(Bounds::NONE).may_be_view(ty)
    }

    /// Whether values of the type hold references whatever its generic parameters stand for.
    pub fn holds_references(&self, ty: Ty) -> bool {
        let env = self.within(Bounds::NONE);
        env.holds_references_within(ty, &mut Seen::default())
    }

    /// Whether it is a raw pointer, or the library's that is not null.
    pub fn is_raw_pointer(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Pointer(..) => true,
            TyKind::Adt(AdtRef::Lang(def), _) => self.lang.is(*def, LangItem::NonNull),
            _ => false,
        }
    }

    /// The position of the first field of a struct or enum that has a reference inside, whatever its arguments are.
    pub(crate) fn reference_in(&self, adt: AdtRef) -> Option<usize> {
        let env = self.within(Bounds::NONE);
        let mut seen = Seen::default();
        let mut fields = self.adt(adt).fields.iter();
        fields.position(|field| !field.is_static && env.holds_references_within(field.ty, &mut seen))
    }

    /// Whether a generic parameter of a struct or enum says that what stands for it owns all that it holds.
    pub fn is_owned_param(&self, adt: AdtRef, index: usize) -> bool {
        let Some(owned) = self.lang.get(LangItem::Owned) else {
            return false;
        };
        let is_it = |ty: Ty| matches!(ty.kind(), TyKind::Param { index: of, .. } if *of as usize == index);
        let mut bounds = self.adt(adt).bounds.traits.iter();
        bounds.any(|bound| bound.def == owned && is_it(bound.self_ty()))
    }
}

/// One question about the references in a type.
#[derive(Default)]
struct Seen {
    adts: FxHashSet<AdtRef>,
    /// What generic parameters stand for holds none, and neither do their associated types.
    is_plain: bool,
}

impl Seen {
    fn plainly(&mut self, ask: impl FnOnce(&mut Self) -> bool) -> bool {
        let was_plain = std::mem::replace(&mut self.is_plain, true);
        let answer = ask(self);
        self.is_plain = was_plain;
        answer
    }
}

impl TypeEnv<'_> {
    /// Whether a value of the type holds references, or may: a generic parameter that is not `Owned` may stand for a
    /// type that does.
    pub fn may_be_view(self, ty: Ty) -> bool {
        self.may_be_view_within(ty, &mut Seen::default())
    }

    /// Whether there is a `&mut` in the type to what may hold references.
    pub fn is_place(self, ty: Ty) -> bool {
        ty.any(&mut |part| matches!(part.kind(), TyKind::Ref(Mutability::Mut, to) if self.may_be_view(*to)))
    }

    fn may_be_view_within(self, ty: Ty, seen: &mut Seen) -> bool {
        match ty.kind() {
            TyKind::Ref(..) | TyKind::FnPointer(_) | TyKind::Infer(_) => true,
            TyKind::Dyn(dynamic) => dynamic.is_view,
            TyKind::Closure(closure) => {
                let mut captures = closure.captures().iter();
                closure.environment.is_none() || captures.any(|ty| self.may_be_view_within(*ty, seen))
            }
            TyKind::Assoc(_) if seen.is_plain => false,
            TyKind::Param { is_const: false, .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) => !self.promises_owned(ty),
            TyKind::Slice(inner)
            | TyKind::Array(inner, _)
            | TyKind::Optional(inner)
            | TyKind::Range { element: inner, .. } => self.may_be_view_within(*inner, seen),
            TyKind::Tuple(elements) => elements.iter().any(|ty| self.may_be_view_within(*ty, seen)),
            TyKind::Adt(adt, args) => {
                let Some(decl) = self.signatures.adts.get(adt) else {
                    return false;
                };
                let may_be = |(index, ty): (usize, &Ty)| {
                    self.may_be_view_within(*ty, seen) && !self.signatures.is_owned_param(*adt, index)
                };
                if decl.is_view || args.iter().enumerate().any(may_be) {
                    return true;
                }
                let is_plain = |ty: Ty| ty.is_scalar() || matches!(ty.kind(), TyKind::Param { .. });
                let fields = decl.fields.iter();
                let mut fields = fields
                    .filter(|field| !field.is_static && !is_plain(field.ty))
                    .peekable();
                // One that is met again has no more inside than before.
                if fields.peek().is_none() || !seen.adts.insert(*adt) {
                    return false;
                }
                // An argument without references may have an associated type with some.
                let plain = |(index, ty): (usize, &Ty)| match self.signatures.is_owned_param(*adt, index) {
                    true => Ty::unit(),
                    false => *ty,
                };
                let args: Vec<Ty> = args.iter().enumerate().map(plain).collect();
                seen.plainly(|seen| {
                    fields.any(|field| self.may_be_view_within(self.instantiate(field.ty, &args), seen))
                })
            }
            TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Pointer(..)
            | TyKind::FnItem(..)
            | TyKind::ExternFn(_)
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Error(_)
            | TyKind::Param { is_const: true, .. } => false,
        }
    }

    fn promises_owned(self, ty: Ty) -> bool {
        let Some(def) = self.signatures.lang.get(LangItem::Owned) else {
            return false;
        };
        let args = [ty].into();
        let goal = TraitRef { def, args };
        self.bounds.traits.contains(&goal) || self.declares(&goal)
    }

    /// Of the type of a field, whose parameters are asked about by the arguments.
    fn holds_references_within(self, ty: Ty, seen: &mut Seen) -> bool {
        let plain = match ty.has_param() || ty.has_assoc() {
            true => ty.map(&mut |part| match part.kind() {
                TyKind::Param { is_const: false, .. } | TyKind::Assoc(_) => Some(Ty::unit()),
                _ => None,
            }),
            false => ty,
        };
        seen.plainly(|seen| self.may_be_view_within(plain, seen))
    }
}
