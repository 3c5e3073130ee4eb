//! What a program is made of once generics are gone: the functions that code is made for.

use base::{FxHashMap, Span};
use check::{BodyRef, CallKind, FnRef, Ty, TyKind};
use cmodel::CallingConvention;
use hir::ModuleId;
use mir::BodyOwner;

/// A function that mono gives a body. No type in it mentions a generic parameter.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Instance {
    /// A function of Lang source or a test, with its type arguments.
    Body(BodyOwner, Box<[Ty]>),
    /// Called as Lang calls, calls a C function or an intrinsic: what a `fn` pointer to one of them points to.
    CallShim(FnRef, Box<[Ty]>),
    /// Called as C calls, calls Lang code: what an `extern fn` pointer to that points to, if C calls it by this
    /// convention.
    CShim(Callback, CallingConvention),
    /// Called with an environment, calls a function, which needs none: what a `fn` of one points to.
    FnValue(FnRef, Box<[Ty]>),
    /// The same under an `export fn`'s own name.
    Export(FnRef),
    /// Calls a closure of the type, which it is given by value and drops.
    CallOnce(Ty),
    /// Calls a value of the type, given its address, in this way: what the table of a `dyn` type has.
    DynCall(Ty, CallKind),
    /// Drops a value of the type in place.
    DropGlue(Ty),
    /// `lang_main`.
    Entry,
    /// Runs a test and stops its panic.
    TestRunner(BodyRef),
    /// Calls a function and stops its panic.
    Guard,
}

/// Lang code that C calls.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Callback {
    Function(FnRef, Box<[Ty]>),
    /// A closure of this type, which captures nothing.
    Closure(Ty),
}

/// The file whose unit, in a build of one unit a file, holds a definition. What belongs to no file goes to the root's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Home(pub(crate) ModuleId);

/// An instance whose code is still to be made, and the place in the source that needs it.
pub(crate) struct Pending {
    pub(crate) instance: Instance,
    pub(crate) function: unit::FunctionId,
    pub(crate) needed_at: Option<Span>,
}

/// How deep type arguments may be nested, and how many types may stand in one. Past it, instantiation is endless: each
/// instance of a function needs the next. Less deep than proofs go, so that what such a type implements is known.
const MAX_DEPTH: u32 = 100;
const MAX_PARTS: u64 = 1 << 14;

/// The size of types, counted as trees.
#[derive(Default)]
pub(crate) struct TypeSizes {
    known: FxHashMap<Ty, (u32, u64)>,
}

impl TypeSizes {
    pub(crate) fn are_endless(&mut self, types: &[Ty]) -> bool {
        types.iter().any(|ty| {
            let (depth, parts) = self.of(*ty);
            depth > MAX_DEPTH || parts > MAX_PARTS
        })
    }

    /// How deep the type is, and of how many it consists.
    pub(crate) fn of(&mut self, ty: Ty) -> (u32, u64) {
        if let Some(known) = self.known.get(&ty) {
            return *known;
        }
        let (mut depth, mut parts) = (0u32, 1u64);
        let mut add = |part: Ty| {
            let (part_depth, part_parts) = self.of(part);
            depth = depth.max(part_depth);
            parts = parts.saturating_add(part_parts);
        };
        match ty.kind() {
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_) => {}
            TyKind::Slice(part)
            | TyKind::Array(part, _)
            | TyKind::Ref(_, part)
            | TyKind::Pointer(_, part)
            | TyKind::Optional(part)
            | TyKind::Range { element: part, .. } => add(*part),
            TyKind::Tuple(list) | TyKind::Adt(_, list) | TyKind::FnItem(_, list) => {
                list.iter().for_each(|part| add(*part));
            }
            TyKind::Closure(closure) => {
                let parts = closure.generics.iter().chain(closure.captures());
                parts.for_each(|part| add(*part));
            }
            TyKind::Dyn(dynamic) => {
                let types = dynamic.types.iter().map(|assoc| &assoc.ty);
                dynamic.args.iter().chain(types).for_each(|part| add(*part));
            }
            TyKind::FnPointer(fn_type) | TyKind::ExternFn(fn_type) => {
                fn_type.params.iter().for_each(|part| add(*part));
                add(fn_type.ret);
            }
        }
        let size = (depth.saturating_add(1), parts);
        self.known.insert(ty, size);
        size
    }
}
