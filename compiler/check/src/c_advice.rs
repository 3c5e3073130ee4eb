//! What headers say of whether to use what they declare.

use base::{Span, Symbol};
use cmodel::{CAdvice, CModel, CModuleId, CType, CTypeName};
use diag::{Diagnostics, Reported};

use crate::errors;

/// Says at a use of `name` what its header says of using it. Gives an error where it is not to be used.
pub(crate) fn heed(diagnostics: &mut Diagnostics, span: Span, name: Symbol, advice: &CAdvice) -> Option<Reported> {
    if let Some(reason) = &advice.unavailable {
        return Some(diagnostics.report(errors::unavailable(span, name, reason)));
    }
    if let Some(reason) = &advice.deprecated {
        diagnostics.warn(errors::deprecated(span, name, reason));
    }
    None
}

/// What is said of the type that a module has under a name, and of what by name. A typedef without an attribute of its
/// own is, as in C, as good as the record or enum that it stands for.
pub(crate) fn of_type(c: &CModel, module: CModuleId, name: Symbol) -> Option<(Symbol, &CAdvice)> {
    let of_record = |tag| c.records.get(tag).map(|record| (record.name, &record.advice));
    let of_enum = |tag| c.enums.get(tag).map(|found| (found.name, &found.advice));
    let found = match c.modules.get(&module)?.types.get(&name)? {
        CTypeName::Record(tag) => of_record(tag),
        CTypeName::Enum(tag) => of_enum(tag),
        CTypeName::Typedef(key) => {
            let typedef = c.typedefs.get(key)?;
            let behind = match typedef.ty.resolved(&c.typedefs) {
                CType::Record(tag) => of_record(tag),
                CType::Enum(tag) => of_enum(tag),
                CType::Scalar(_)
                | CType::Int128 { .. }
                | CType::Float16
                | CType::Pointer { .. }
                | CType::Array { .. }
                | CType::FlexibleArray { .. }
                | CType::FunctionPointer(_)
                | CType::Function(_)
                | CType::Typedef(_)
                | CType::Opaque { .. } => None,
            };
            match typedef.advice.is_none() {
                true => behind,
                false => Some((*key, &typedef.advice)),
            }
        }
    };
    found.filter(|(_, advice)| !advice.is_none())
}
