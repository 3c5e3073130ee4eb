//! Types as one function sees them: its generics keep what their bounds promise.

use cmodel::CNature;
use hir::{Mutability, StructKind};

use crate::{AdtKind, AdtRef, Bounds, LangItem, Signatures, TraitRef, Ty, TyKind};

/// Signatures with what the generics of one item promise.
#[derive(Clone, Copy)]
pub struct TypeEnv<'a> {
    pub signatures: &'a Signatures,
    /// Elaborated.
    pub bounds: &'a Bounds,
    pub reveal: Reveal,
}

/// What is seen of the `impl` types of functions' results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reveal {
    /// Their bounds, as anyone does who reads the signature: no body's types depend on another body.
    Bounds,
    /// The types that the functions' bodies say, once these are checked.
    Types,
}

impl Signatures {
    pub fn within<'a>(&'a self, bounds: &'a Bounds) -> TypeEnv<'a> {
        TypeEnv {
            signatures: self,
            bounds,
            reveal: Reveal::Bounds,
        }
    }

    /// For instances: there are no generics, and all types are known.
    pub fn revealed(&self) -> TypeEnv<'_> {
        TypeEnv {
            signatures: self,
            bounds: Bounds::NONE,
            reveal: Reveal::Types,
        }
    }

    /// As [`TypeEnv::instantiate`], for instances.
    pub fn instantiate(&self, ty: Ty, args: &[Ty]) -> Ty {
        self.revealed().instantiate(ty, args)
    }

    /// As [`TypeEnv::field_ty`], for instances.
    pub fn field_ty(&self, ty: Ty, index: u32) -> Option<Ty> {
        self.revealed().field_ty(ty, index)
    }

    /// The bit-field that a field of a record of C is: it has no address, and is read and written as a whole. So is the
    /// value of an `_Atomic`.
    pub fn bit_field(&self, ty: Ty, index: u32) -> Option<&cmodel::CField> {
        let TyKind::Adt(adt, _) = ty.kind() else { return None };
        let decl = self.adt(*adt);
        let is_accessed = decl.fields.get(index as usize)?.is_bit_field;
        decl.layout.as_ref()?.fields.get(index as usize).filter(|_| is_accessed)
    }

    /// Whether there is a record of C that could have some.
    pub fn may_have_bit_fields(&self) -> bool {
        self.has_bit_fields || !self.c.records.is_empty()
    }

    /// The array of the lanes of a vector of C, the one field of what stands for it.
    pub fn lanes(&self, ty: Ty) -> Option<Ty> {
        let TyKind::Adt(AdtRef::C(tag), _) = ty.kind() else {
            return None;
        };
        let record = self.c.records.get(tag)?;
        (record.nature == CNature::Vector).then(|| self.field_ty(ty, 0))?
    }

    /// As [`TypeEnv::field_tys`], for instances.
    pub fn field_tys(&self, ty: Ty) -> impl Iterator<Item = Ty> {
        self.revealed().field_tys(ty)
    }

    /// As [`TypeEnv::needs_drop`], for instances.
    pub fn needs_drop(&self, ty: Ty) -> bool {
        self.revealed().needs_drop(ty)
    }
}

impl<'a> TypeEnv<'a> {
    /// A type of a signature for these arguments, normalised.
    pub fn instantiate(self, ty: Ty, args: &[Ty]) -> Ty {
        self.normalize(ty.substitute(args))
    }

    /// The type of a field of a record, tuple or range; absent where the type has no such field.
    pub fn field_ty(self, ty: Ty, index: u32) -> Option<Ty> {
        match ty.kind() {
            TyKind::Tuple(elements) => elements.get(index as usize).copied(),
            TyKind::Closure(closure) => closure.captures().get(index as usize).copied(),
            TyKind::Range { element, .. } => (index < 2).then_some(*element),
            TyKind::Adt(adt, args) => {
                let field = self.signatures.adt(*adt).fields.get(index as usize)?;
                Some(self.instantiate(field.ty, args))
            }
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Slice(_)
            | TyKind::Array(..)
            | TyKind::Ref(..)
            | TyKind::Pointer(..)
            | TyKind::FnItem(..)
            | TyKind::Dyn(_)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Optional(_)
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_) => None,
        }
    }

    /// The types of all fields of a record, tuple or range, in order; none where the type has no fields.
    pub fn field_tys(self, ty: Ty) -> impl Iterator<Item = Ty> + use<'a> {
        (0..).map_while(move |index| self.field_ty(ty, index))
    }

    /// Whether a value of the type is copied where it is used. A generic parameter is not.
    pub fn is_copy(self, ty: Ty) -> bool {
        self.is_copy_within(ty, 0)
    }

    /// As [`Self::is_copy`], `depth` records further in: there is no end to one that holds larger and larger instances
    /// of itself, which is an error elsewhere.
    fn is_copy_within(self, ty: Ty, depth: u32) -> bool {
        const DEEPEST: u32 = 16;
        match ty.kind() {
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Pointer(..)
            | TyKind::FnItem(..)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_) => true,
            TyKind::Ref(mutability, _) => *mutability == Mutability::Const,
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) => self.promises_copy(ty),
            TyKind::Str | TyKind::CStr | TyKind::Slice(_) | TyKind::Dyn(_) | TyKind::Infer(_) => false,
            TyKind::Array(element, _) => self.is_copy_within(*element, depth),
            TyKind::Optional(inner) => self.is_copy_within(*inner, depth),
            TyKind::Tuple(elements) => elements.iter().all(|ty| self.is_copy_within(*ty, depth)),
            TyKind::Closure(closure) => {
                closure.environment.is_some() && closure.captures().iter().all(|ty| self.is_copy_within(*ty, depth))
            }
            TyKind::Adt(adt, args) => {
                let decl = self.signatures.adt(*adt);
                let mut fields = decl.fields.iter().map(|field| self.instantiate(field.ty, args));
                let holds = |ty| self.is_copy_within(ty, depth + 1);
                decl.is_copy && depth < DEEPEST && (args.is_empty() || fields.all(holds))
            }
        }
    }

    /// Whether a generic parameter or associated type is known to be `Copy`.
    fn promises_copy(self, ty: Ty) -> bool {
        let Some(def) = self.signatures.lang.get(LangItem::Copy) else {
            return false;
        };
        let args = [ty].into();
        let goal = TraitRef { def, args };
        self.bounds.traits.contains(&goal) || self.declares(&goal)
    }

    /// Whether something runs when a value of the type is dropped. A generic parameter may.
    pub fn needs_drop(self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Pointer(..)
            | TyKind::Ref(..)
            | TyKind::FnItem(..)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Infer(_) => false,
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) => !self.promises_copy(ty),
            // What is behind it may.
            TyKind::Dyn(_) => true,
            TyKind::Slice(element) => self.needs_drop(*element),
            TyKind::Array(element, len) => len.known_len() != Some(0) && self.needs_drop(*element),
            TyKind::Optional(inner) => self.needs_drop(*inner),
            TyKind::Tuple(elements) => elements.iter().any(|ty| self.needs_drop(*ty)),
            TyKind::Closure(closure) => closure.captures().iter().any(|ty| self.needs_drop(*ty)),
            TyKind::Adt(adt, args) => {
                let decl = self.signatures.adt(*adt);
                match decl.kind {
                    AdtKind::ExternEnum | AdtKind::OpaqueRecord => false,
                    AdtKind::Record(StructKind::ExternUnion) => false,
                    AdtKind::Record(StructKind::Lang) if self.signatures.is_lang(*adt, LangItem::ManuallyDrop) => false,
                    AdtKind::Enum | AdtKind::Record(StructKind::Lang | StructKind::ExternStruct) => {
                        self.signatures.drops.contains_key(adt)
                            || decl
                                .fields
                                .iter()
                                .any(|field| self.needs_drop(self.instantiate(field.ty, args)))
                    }
                }
            }
        }
    }
}
