//! Drops: first a type's own `drop`, then its fields or elements in order.

use check::{AdtKind, FnRef, Ty, TyKind};
use hir::StructKind;

use crate::errors::Stop;
use crate::machine::Machine;
use crate::place::Spot;
use crate::value::{Pointer, Value};

/// What is left to be dropped before a call goes on, the next last.
#[derive(Default)]
pub(crate) struct Drops {
    left: Vec<Drop>,
}

enum Drop {
    /// The value there, of this type.
    Whole(Pointer, Ty),
    /// Its fields alone: its own `drop` has run.
    Parts(Pointer, Ty),
}

impl Drops {
    pub(crate) fn push(&mut self, pointer: Pointer, ty: Ty) {
        self.left.push(Drop::Whole(pointer, ty));
    }
}

impl Machine<'_> {
    /// Goes on with the drops of the innermost call; false if it has none.
    pub(crate) fn drop_next(&mut self) -> Result<bool, Stop> {
        match self.frame_mut().drops.left.pop() {
            None => Ok(false),
            Some(Drop::Whole(_, ty)) if !self.signatures().needs_drop(ty) => Ok(true),
            Some(Drop::Whole(pointer, ty)) => {
                self.frame_mut().drops.left.push(Drop::Parts(pointer.clone(), ty));
                if let Some((function, args)) = self.own_drop(ty) {
                    self.call_function(function, &args, vec![Value::Pointer(pointer)], None)?;
                }
                Ok(true)
            }
            Some(Drop::Parts(pointer, ty)) => {
                let parts = self.parts_to_drop(&pointer, ty)?;
                let parts = parts.into_iter().rev();
                let parts = parts.map(|(step, ty)| Drop::Whole(pointer.part(step), ty));
                self.frame_mut().drops.left.extend(parts);
                Ok(true)
            }
        }
    }

    fn own_drop(&self, ty: Ty) -> Option<(FnRef, Box<[Ty]>)> {
        let TyKind::Adt(adt, args) = ty.kind() else { return None };
        let function = self.signatures().drops.get(adt)?;
        Some((*function, args.clone()))
    }

    fn parts_to_drop(&self, pointer: &Pointer, ty: Ty) -> Result<Vec<(u64, Ty)>, Stop> {
        Ok(match ty.kind() {
            TyKind::Tuple(elements) => (0..).zip(elements.iter().copied()).collect(),
            TyKind::Closure(closure) => (0..).zip(closure.captures().iter().copied()).collect(),
            TyKind::Array(element, len) => (0..len.instance_len()).map(|index| (index, *element)).collect(),
            TyKind::Optional(inner) => match self.at(&Spot::of_pointer(pointer))? {
                Value::Variant(variant) if variant.number == 1 => vec![(0, *inner)],
                _ => Vec::new(),
            },
            TyKind::Adt(adt, args) => {
                let decl = self.signatures().adt(*adt);
                let fields = match decl.kind {
                    AdtKind::Record(StructKind::Lang | StructKind::ExternStruct) => 0..decl.fields.len() as u32,
                    AdtKind::Enum => match self.at(&Spot::of_pointer(pointer))? {
                        Value::Variant(variant) => decl.variants[variant.number as usize].fields.clone(),
                        _ => return Err(self.broken("an enum")),
                    },
                    AdtKind::Record(StructKind::ExternUnion) | AdtKind::ExternEnum | AdtKind::OpaqueRecord => 0..0,
                };
                let ty = |index: u32| self.signatures().instantiate(decl.fields[index as usize].ty, args);
                fields.map(|index| (u64::from(index), ty(index))).collect()
            }
            _ => Vec::new(),
        })
    }
}
