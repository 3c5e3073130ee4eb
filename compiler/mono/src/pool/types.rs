//! Types of the pool: Lang's types as the back end sees them.

use std::sync::Arc;

use check::{IntTy, Ty};
use hir::Mutability;
use unit::{Repr, Scalar, TypeDef, TypeId, Values};

use crate::errors;
use crate::layout::Layout;
use crate::pool::Pool;
use crate::variants::NicheKind;

impl Pool<'_> {
    /// The layout of a type that has a size. One that is too large gets an error and none of its bytes.
    pub(crate) fn layout(&mut self, ty: Ty) -> Arc<Layout> {
        match self.layouts.of(ty) {
            Ok(layout) => layout,
            Err(target::TooLarge) => {
                let part = self.layouts.too_large_part(ty);
                if self.too_large.insert(part) {
                    let name = self.names.ty(part);
                    let diagnostic = errors::type_too_large(self.at, &name, &self.input.target.name);
                    self.diagnostics.report(diagnostic);
                }
                Arc::new(Layout::of_error(ty, self.input.signatures))
            }
        }
    }

    pub(crate) fn ty(&mut self, ty: Ty) -> TypeId {
        let align = self.layout(ty).align;
        self.ty_at(ty, align)
    }

    /// The type of a place whose address is a multiple of `align` only: a field of a packed record.
    pub(crate) fn ty_at(&mut self, ty: Ty, align: u64) -> TypeId {
        let layout = self.layout(ty);
        let align = align.min(layout.align);
        if let Some(&known) = self.type_ids.get(&(ty, align)) {
            return known;
        }
        let debug = match self.input.options.debug_info {
            unit::DebugInfo::None => None,
            unit::DebugInfo::Full => Some(self.debug_type(ty)),
        };
        let def = TypeDef {
            size: layout.size,
            align,
            repr: layout.repr,
            values: self.values(ty),
            debug,
        };
        let id = self.types.push(def);
        self.type_ids.insert((ty, align), id);
        self.type_tys.push(ty);
        id
    }

    /// What is known of a value that is read.
    fn values(&mut self, ty: Ty) -> Values {
        if let Some(pointee) = self.pointee(ty) {
            return Values::Addresses { align: pointee.align };
        }
        let layout = self.layout(ty);
        let Some(niche) = layout.niche.filter(|niche| niche.at == 0) else {
            return Values::All;
        };
        match (niche.kind, layout.repr) {
            (NicheKind::Int { .. }, Repr::Scalar(Scalar::Int { .. })) => {
                u32::try_from(niche.first).map_or(Values::All, Values::Below)
            }
            (NicheKind::Pointer, Repr::Scalar(_) | Repr::Pair { .. }) => Values::Addresses { align: 1 },
            (NicheKind::Int { .. } | NicheKind::Pointer, _) => Values::All,
        }
    }

    /// The type without a packed record's smaller alignment.
    pub(crate) fn natural_type(&mut self, id: TypeId) -> TypeId {
        self.ty(self.type_tys[id])
    }

    /// How a value that fits one register is held.
    pub(crate) fn scalar(&mut self, ty: Ty) -> Option<Scalar> {
        match self.layout(ty).repr {
            Repr::Scalar(scalar) => Some(scalar),
            Repr::Unit | Repr::Pair { .. } | Repr::Memory => None,
        }
    }

    /// `*c_void`, which some code refers to.
    pub(crate) fn any_pointer_id(&self) -> TypeId {
        let pointer = (any_pointer(), self.input.target.pointer_bytes());
        self.type_ids[&pointer]
    }

    pub(crate) fn needs_drop(&self, ty: Ty) -> bool {
        self.input.signatures.needs_drop(ty)
    }

    /// The distance in bytes between neighbours that a pointer to `element` counts in.
    pub(crate) fn stride(&mut self, element: Ty) -> u64 {
        self.layout(element).size
    }
}

/// `*c_void`, the type of every address that mono makes for itself.
pub(crate) fn any_pointer() -> Ty {
    Ty::c(target::CScalar::Void).pointer(Mutability::Mut)
}

/// `i32`, what the runtime's functions that give a status give.
pub(crate) fn status() -> Ty {
    Ty::int(IntTy::I32)
}
