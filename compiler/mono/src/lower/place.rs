//! Places: projections to byte offsets, with the alignment that the address is known to have.

use check::{Ty, TyKind};
use mir::Place;
use unit::{Projection, Scalar};

use crate::builder::add_offset;
use crate::layout::lowest_bit;
use crate::lower::Lowering;

/// A place on the way to the unit's: what is there may be unsized, behind a `Deref`.
pub(super) struct Reached {
    pub(super) local: unit::LocalId,
    pub(super) projections: Vec<Projection>,
    pub(super) ty: Ty,
    /// A power of two that divides the address.
    pub(super) align: u64,
}

impl Lowering<'_, '_> {
    /// The place of a value that has a size.
    pub(super) fn place(&mut self, place: &Place) -> unit::Place {
        let reached = self.reach(place);
        self.sized(reached)
    }

    pub(super) fn place_ty(&self, place: &Place) -> Ty {
        self.subst(place.ty(&self.body.locals))
    }

    pub(super) fn sized(&mut self, reached: Reached) -> unit::Place {
        let ty = self.pool.ty_at(reached.ty, reached.align);
        unit::Place {
            local: reached.local,
            projections: reached.projections,
            ty,
        }
    }

    pub(super) fn reach(&mut self, place: &Place) -> Reached {
        let ty = self.local_ty(place.local);
        let mut reached = Reached {
            local: self.local(place.local),
            projections: Vec::new(),
            ty,
            align: self.pool.layout(ty).align,
        };
        for projection in &place.projections {
            self.step(&mut reached, projection);
        }
        reached
    }

    fn step(&mut self, reached: &mut Reached, projection: &mir::Projection) {
        match projection {
            mir::Projection::Deref => {
                let target = if let TyKind::Ref(_, target) | TyKind::Pointer(_, target) = reached.ty.kind() {
                    *target
                } else {
                    // A box is its pointer.
                    let content = self.pool.input.signatures.box_content(reached.ty);
                    content.unwrap_or_else(|| unreachable!("a {:?} points nowhere", reached.ty))
                };
                reached.projections.push(Projection::Deref);
                reached.ty = target;
                reached.align = self.natural_align(target);
            }
            mir::Projection::Field(index, ty) => {
                let offset = self.pool.layout(reached.ty).offsets[*index as usize];
                self.advance(reached, offset);
                reached.ty = self.subst(*ty);
            }
            mir::Projection::Index(local) => {
                let element = element_ty(reached.ty);
                let stride = self.pool.stride(element);
                reached.projections.push(Projection::Index {
                    index: self.local(*local),
                    stride,
                    signed: self.is_signed(*local),
                });
                reached.align = reached.align.min(lowest_bit(stride));
                reached.ty = element;
            }
            mir::Projection::ConstantIndex(index) => {
                let element = element_ty(reached.ty);
                let stride = self.pool.stride(element);
                self.advance(reached, stride * index);
                reached.ty = element;
            }
            mir::Projection::SomeValue(ty) => {
                let offset = self.pool.layout(reached.ty).offsets[0];
                self.advance(reached, offset);
                reached.ty = self.subst(*ty);
            }
        }
    }

    fn advance(&self, reached: &mut Reached, bytes: u64) {
        add_offset(&mut reached.projections, bytes);
        reached.align = reached.align.min(lowest_bit(bytes));
    }

    fn is_signed(&mut self, local: mir::Local) -> bool {
        let ty = self.local_ty(local);
        matches!(self.pool.scalar(ty), Some(Scalar::Int { signed: true, .. }))
    }

    /// What a pointer to a value of the type is aligned to.
    fn natural_align(&mut self, ty: Ty) -> u64 {
        if let TyKind::Slice(element) = ty.kind() {
            self.pool.layout(*element).element_align()
        } else if ty.is_unsized() {
            1
        } else {
            self.pool.layout(ty).element_align()
        }
    }
}

fn element_ty(ty: Ty) -> Ty {
    let (TyKind::Array(element, _) | TyKind::Slice(element)) = ty.kind() else {
        unreachable!("a {ty:?} has no elements");
    };
    *element
}
