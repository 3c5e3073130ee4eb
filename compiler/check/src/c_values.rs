//! What C has a type for: the values that may cross to C in hand-written declarations.
//!
//! Takes types as `extern` functions and records, `export fn` and `extern fn(…)` name them. Gives messages; the types
//! stay what they are, so that nothing else is said of them. Headers' declarations need no such check.

use base::Span;
use hir::StructKind;
use target::CScalar;

use crate::type_refs::TypeLowering;
use crate::{AdtKind, Signatures, Ty, TyKind, errors};

/// Where C meets the value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CPosition {
    Parameter,
    /// Which may be none at all.
    Result,
    /// Of a record, where arrays may stand.
    Field,
}

/// Reports a type that C does not have.
pub(crate) fn require_c_type(cx: &mut dyn TypeLowering<'_>, ty: Ty, position: CPosition, span: Span) {
    if has_c_type(cx.signatures(), ty, position) {
        return;
    }
    let text = crate::display_ty(ty, cx.signatures());
    let hint = match ty.kind() {
        TyKind::Ref(_, target) if matches!(target.kind(), TyKind::Str) => Some("a `&CStr` is C's `const char *`"),
        TyKind::Ref(..) | TyKind::Pointer(..) => Some("pass a pointer and a length"),
        TyKind::FnPointer(_) => Some("C calls an `extern fn`"),
        TyKind::Opaque { .. } => Some("a `va_list` passes on, and no function of C gives one"),
        TyKind::Array(..) => Some("C passes the address of the first element"),
        TyKind::Adt(..) | TyKind::Tuple(_) => Some("an `extern struct` is laid out as C does"),
        _ => None,
    };
    cx.diagnostics().report(errors::no_c_type(span, &text, hint));
}

fn has_c_type(signatures: &Signatures, ty: Ty, position: CPosition) -> bool {
    match ty.kind() {
        TyKind::Error(_) | TyKind::Bool | TyKind::Char | TyKind::Int(_) | TyKind::Float(_) | TyKind::ExternFn(_) => {
            true
        }
        // On some targets it is an array.
        TyKind::Opaque { spelling, .. } => position != CPosition::Result || *spelling != cmodel::VA_LIST,
        TyKind::C(scalar) => *scalar != CScalar::Void,
        TyKind::Ref(_, target) | TyKind::Pointer(_, target) => !target.has_fat_pointers(),
        // Of these alone `none` is null.
        TyKind::Optional(inner) => {
            matches!(inner.kind(), TyKind::Ref(..) | TyKind::ExternFn(_) | TyKind::Error(_))
                && has_c_type(signatures, *inner, position)
        }
        TyKind::Never => position == CPosition::Result,
        TyKind::Tuple(elements) => elements.is_empty() && position == CPosition::Result,
        TyKind::Array(element, _) => position == CPosition::Field && has_c_type(signatures, *element, position),
        TyKind::Adt(adt, _) => match signatures.adt(*adt).kind {
            AdtKind::Record(StructKind::ExternStruct | StructKind::ExternUnion) | AdtKind::ExternEnum => true,
            AdtKind::Record(StructKind::Lang) | AdtKind::Enum | AdtKind::OpaqueRecord => false,
        },
        TyKind::Str
        | TyKind::CStr
        | TyKind::Slice(_)
        | TyKind::FnItem(..)
        | TyKind::Closure(_)
        | TyKind::Dyn(_)
        | TyKind::FnPointer(_)
        | TyKind::Range { .. }
        | TyKind::Const(_)
        | TyKind::Param { .. }
        | TyKind::Assoc(_)
        | TyKind::Unnamed(_) => false,
        // Unified with a type that was checked where it is written.
        TyKind::Infer(_) => true,
    }
}
