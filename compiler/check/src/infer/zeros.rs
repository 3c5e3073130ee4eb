//! What a literal of an `extern struct` leaves out, which is zero: whether zero is a value of it.
//!
//! Takes a record and the ways to the fields that are given. Gives the names of those that must be. Knows nothing of
//! where the literal stands.

use hir::StructKind;

use super::Checker;
use crate::{AdtKind, AdtRef, Ty, TyKind};

impl Checker<'_> {
    /// The fields that are left out though no value of theirs is all zeros, such as a `&T`, by name. `given` are the
    /// ways to what is there, through members without a name.
    pub(super) fn fields_without_zero(&self, adt: AdtRef, given: &[&[u32]]) -> Vec<String> {
        let mut names = Vec::new();
        for (index, field) in self.signatures.adt(adt).fields.iter().enumerate() {
            let inside: Vec<&[u32]> = given
                .iter()
                .filter_map(|path| path.split_first())
                .filter(|(first, _)| **first as usize == index)
                .map(|(_, rest)| rest)
                .collect();
            let is_whole = inside.iter().any(|rest| rest.is_empty());
            match field.ty.kind() {
                TyKind::Adt(member, _) if !is_whole && (field.name.is_none() || !inside.is_empty()) => {
                    // One field of a union is all of it.
                    if !self.is_union(*member) || inside.is_empty() {
                        names.extend(self.fields_without_zero(*member, &inside));
                    }
                }
                _ if is_whole || self.has_zero(field.ty) => {}
                _ => names.extend(field.name.map(|name| name.to_string())),
            }
        }
        names
    }

    /// Whether zeros are a value of a type that C has, as those of fields are.
    fn has_zero(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Ref(..) | TyKind::ExternFn(_) | TyKind::FnPointer(_) | TyKind::Closure(_) | TyKind::Dyn(_) => false,
            TyKind::Array(element, len) => len.known_len() == Some(0) || self.has_zero(*element),
            TyKind::Tuple(elements) => elements.iter().all(|element| self.has_zero(*element)),
            TyKind::Adt(adt, _) => match self.signatures.adt(*adt).kind {
                AdtKind::Record(StructKind::ExternStruct | StructKind::ExternUnion) => {
                    let fields = &self.signatures.adt(*adt).fields;
                    fields.iter().all(|field| self.has_zero(field.ty))
                }
                AdtKind::ExternEnum => true,
                AdtKind::Record(StructKind::Lang) | AdtKind::Enum | AdtKind::OpaqueRecord => false,
            },
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) | TyKind::Never => false,
            TyKind::Error(_)
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Slice(_)
            | TyKind::Pointer(..)
            | TyKind::FnItem(..)
            // `none`: of a reference or function it is null.
            | TyKind::Optional(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Infer(_) => true,
        }
    }
}
