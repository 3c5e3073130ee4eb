//! Functions in constants: in tables of them, in optionals, records and behind references.

use check::{ConstValue, Ty, TyKind, TypeEnv};
use mir::Const;

/// The types of the functions and closures in a constant, each with the type that it has there.
pub(super) fn callees_in_constant(env: TypeEnv<'_>, constant: &Const) -> Vec<(Ty, Ty)> {
    let mut found = Vec::new();
    let mut pending = vec![(&constant.value, constant.ty)];
    while let Some((value, ty)) = pending.pop() {
        if let TyKind::FnItem(..) = ty.kind() {
            found.push((ty, ty));
            continue;
        }
        match value {
            ConstValue::Fn(function, args) => found.push((Ty::new(TyKind::FnItem(*function, args.clone())), ty)),
            ConstValue::Closure(closure) => found.push((*closure, ty)),
            ConstValue::Ref(inner, target) => pending.push((inner, *target)),
            // The elements, as an array has them.
            ConstValue::Slice(elements, element) => pending.push((elements, element.array(0))),
            ConstValue::Aggregate(values) => pending.extend(values.iter().zip(parts_of(env, ty, 0))),
            ConstValue::Variant(variant, values) => {
                pending.extend(values.iter().zip(parts_of(env, ty, first_field(env, ty, *variant))));
            }
            ConstValue::Union(field, value) => pending.extend(env.field_ty(ty, *field).map(|ty| (&**value, ty))),
            ConstValue::Repeat(element, _) => pending.extend(parts_of(env, ty, 0).next().map(|ty| (&**element, ty))),
            ConstValue::Int(_)
            | ConstValue::Float(_)
            | ConstValue::Str(_)
            | ConstValue::Bytes(_)
            | ConstValue::CStr(_)
            | ConstValue::Null
            | ConstValue::Param(_)
            | ConstValue::Static(_)
            | ConstValue::Zero
            | ConstValue::Memory(_) => {}
        }
    }
    found
}

/// The types of what a value consists of, from a field on: of an array and an optional one, again and again.
fn parts_of<'e>(env: TypeEnv<'e>, ty: Ty, first: u32) -> impl Iterator<Item = Ty> + use<'e> {
    (first..).map_while(move |field| {
        if let TyKind::Array(part, _) | TyKind::Optional(part) = ty.kind() {
            Some(*part)
        } else {
            env.field_ty(ty, field)
        }
    })
}

/// Of an enum, the number of a variant's first field.
fn first_field(env: TypeEnv<'_>, ty: Ty, variant: u32) -> u32 {
    let TyKind::Adt(adt, _) = ty.kind() else { return 0 };
    let variants = &env.signatures.adt(*adt).variants;
    variants.get(variant as usize).map_or(0, |variant| variant.fields.start)
}
