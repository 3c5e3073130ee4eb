//! What the types of ranges have in common.

use crate::{AdtRef, LangItem, Signatures, Ty, TyKind};

/// A type of ranges: `a..b` and `a..=b`, which the language has, and the library's for those with fewer ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RangeShape {
    /// Of its ends; absent for `..`, which has none.
    pub element: Option<Ty>,
    /// The field that is the first value.
    pub start: Option<u32>,
    /// The field that is the last value, or the one after it.
    pub end: Option<u32>,
    /// Whether the range ends with its last value.
    pub inclusive: bool,
}

impl Signatures {
    /// The shape of a type's values, if they are ranges.
    pub fn range_shape(&self, ty: Ty) -> Option<RangeShape> {
        let (start, end, inclusive) = match ty.kind() {
            TyKind::Range { element, inclusive } => {
                return Some(RangeShape {
                    element: Some(*element),
                    start: Some(0),
                    end: Some(1),
                    inclusive: *inclusive,
                });
            }
            TyKind::Adt(AdtRef::Lang(def), _) => match self.lang.item(*def)? {
                LangItem::RangeFrom => (Some(0), None, false),
                LangItem::RangeTo => (None, Some(0), false),
                LangItem::RangeToInclusive => (None, Some(0), true),
                LangItem::RangeFull => (None, None, false),
                _ => return None,
            },
            _ => return None,
        };
        let TyKind::Adt(_, args) = ty.kind() else { return None };
        Some(RangeShape {
            element: args.first().copied(),
            start,
            end,
            inclusive,
        })
    }
}
