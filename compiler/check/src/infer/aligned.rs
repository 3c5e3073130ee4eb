//! Records of a header that differ in nothing but their alignment: a typedef may have one of its own.
//!
//! Takes types. Says which of them C takes for one another. Knows nothing of where they stand.

use cmodel::CTag;

use super::Checker;
use crate::{AdtRef, Ty, TyKind};

impl Checker<'_> {
    /// Whether a value of one is a value of the other, which is of another type only by its alignment.
    pub(super) fn differ_in_alignment(&self, a: Ty, b: Ty) -> bool {
        match (self.behind_alignment(a), self.behind_alignment(b)) {
            (Some((behind_a, _)), Some((behind_b, _))) => behind_a == behind_b && a != b,
            _ => false,
        }
    }

    /// Whether what a pointer to the second points to is aligned well enough for a pointer to the first.
    pub(super) fn is_less_aligned(&self, a: Ty, b: Ty) -> bool {
        match (self.behind_alignment(a), self.behind_alignment(b)) {
            (Some((behind_a, align_a)), Some((behind_b, align_b))) => behind_a == behind_b && align_a <= align_b,
            _ => false,
        }
    }

    /// The record that it is but for its alignment, and that.
    fn behind_alignment(&self, ty: Ty) -> Option<(CTag, u64)> {
        let TyKind::Adt(AdtRef::C(tag), _) = ty.kind() else {
            return None;
        };
        let record = self.signatures.c.records.get(tag)?;
        Some((record.realigns.unwrap_or(*tag), record.layout.as_ref()?.align))
    }
}
