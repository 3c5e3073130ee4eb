//! Types as people write them.

use std::fmt::Write;

use cmodel::CallingConvention;
use hir::Mutability;

use crate::{
    AdtRef, ConstArg, DynTy, FnRef, FnType, InferVar, IntTy, LangItem, Signatures, TraitRef, Ty, TyKind, UnnamedTy,
};

/// The text of a type, as Lang source would spell it.
pub fn display_ty(ty: Ty, signatures: &Signatures) -> String {
    let mut text = String::new();
    write_ty(&mut text, ty, signatures);
    text
}

/// A trait with its arguments but `Self`.
pub(crate) fn display_trait(bound: &TraitRef, signatures: &Signatures) -> String {
    let mut text = String::from(signatures.traits[&bound.def].name.as_str());
    if signatures.call_trait(bound.def).is_some()
        && let Some((params, ret)) = crate::callable::signature_of(bound)
    {
        let fn_type = FnType {
            params: params.into(),
            ret,
            variadic: false,
            is_unsafe: false,
            convention: CallingConvention::Default,
        };
        write_fn_type(&mut text, &fn_type, signatures);
        return text;
    }
    if let [_, args @ ..] = &*bound.args
        && !args.is_empty()
    {
        text.push('<');
        write_list(&mut text, args, signatures);
        text.push('>');
    }
    text
}

/// How long the text of a type gets before the types inside of it are left out: nobody reads further, and types that
/// are made of the same ones again and again have texts without end.
const LONGEST_TEXT: usize = 500;

fn write_ty(out: &mut String, ty: Ty, signatures: &Signatures) {
    if out.len() > LONGEST_TEXT {
        return out.push('…');
    }
    match ty.kind() {
        TyKind::Error(_) | TyKind::Infer(InferVar::Any(_)) => out.push('_'),
        TyKind::Infer(InferVar::Int(_)) => out.push_str("integer"),
        TyKind::Infer(InferVar::Float(_)) => out.push_str("float"),
        TyKind::Never => out.push_str("never"),
        TyKind::Bool => out.push_str("bool"),
        TyKind::Char => out.push_str("char"),
        TyKind::Int(int) => out.push_str(int.name()),
        TyKind::Float(float) => out.push_str(float.name()),
        TyKind::C(scalar) => out.push_str(scalar.lang_name()),
        TyKind::Str => out.push_str("str"),
        TyKind::CStr => out.push_str("CStr"),
        TyKind::Const(value) => write_const(out, value),
        TyKind::Param { name, .. } => out.push_str(hir::written_name(*name).as_str()),
        TyKind::Assoc(assoc) => {
            write_ty(out, assoc.args[0], signatures);
            push(out, format_args!(".{}", assoc.name));
        }
        TyKind::Opaque { spelling, .. } => out.push_str(spelling.as_str()),
        TyKind::Slice(element) => {
            out.push('[');
            write_ty(out, *element, signatures);
            out.push(']');
        }
        TyKind::Array(element, len) => {
            out.push('[');
            write_ty(out, *element, signatures);
            out.push_str("; ");
            write_ty(out, *len, signatures);
            out.push(']');
        }
        TyKind::Ref(mutability, target) => {
            out.push_str(if *mutability == Mutability::Mut { "&mut " } else { "&" });
            write_ty(out, *target, signatures);
        }
        TyKind::Pointer(mutability, target) => {
            out.push_str(if *mutability == Mutability::Mut { "*" } else { "*const " });
            write_ty(out, *target, signatures);
        }
        TyKind::Optional(inner) => {
            out.push('?');
            write_ty(out, *inner, signatures);
        }
        TyKind::Tuple(elements) => {
            out.push('(');
            write_list(out, elements, signatures);
            out.push_str(if elements.len() == 1 { ",)" } else { ")" });
        }
        TyKind::Adt(adt, args) => {
            let says_threads = |ty: &Ty| matches!(ty.kind(), TyKind::Dyn(dynamic) if !dynamic.threads.is_empty());
            if let (Some((params, ret)), false) = (signatures.own_fn_parts(ty), args.iter().any(says_threads)) {
                let fn_type = FnType {
                    params: params.into(),
                    ret,
                    variadic: false,
                    is_unsafe: false,
                    convention: CallingConvention::Default,
                };
                out.push_str("own fn");
                return write_fn_type(out, &fn_type, signatures);
            }
            if let Some((ok, error)) = result_with_sign(ty, signatures) {
                if !is_error_type(error, signatures) {
                    write_ty(out, error, signatures);
                }
                out.push('!');
                return write_ty(out, ok, signatures);
            }
            out.push_str(signatures.adts.get(adt).map_or("_", |decl| decl.name.as_str()));
            write_args(out, args, signatures);
        }
        TyKind::FnItem(function, args) => {
            let path = signatures.fns.get(function).map_or("_", |decl| decl.path.as_str());
            push(out, format_args!("fn {path}"));
            write_args(out, args, signatures);
        }
        TyKind::Closure(closure) => {
            out.push('|');
            write_list(out, &closure.params, signatures);
            out.push('|');
            if closure.params.is_empty() || !closure.ret.is_unit() {
                out.push_str(" -> ");
                write_ty(out, closure.ret, signatures);
            }
        }
        TyKind::Dyn(dynamic) => {
            out.push_str(if dynamic.is_view { "dyn ?view " } else { "dyn " });
            write_dyn(out, dynamic, signatures);
        }
        TyKind::Unnamed(unnamed) => {
            out.push_str("impl ");
            write_unnamed(out, unnamed, signatures);
        }
        TyKind::FnPointer(fn_type) => {
            out.push_str(if fn_type.is_unsafe { "unsafe fn" } else { "fn" });
            write_fn_type(out, fn_type, signatures);
        }
        TyKind::ExternFn(fn_type) => {
            match fn_type.convention.lang_name() {
                Some("C") | None => out.push_str("extern fn"),
                Some(name) => out.push_str(&format!("extern \"{name}\" fn")),
            }
            write_fn_type(out, fn_type, signatures);
        }
        TyKind::Range { element, inclusive } => {
            write_ty(out, *element, signatures);
            out.push_str(if *inclusive { "..=" } else { ".." });
            write_ty(out, *element, signatures);
        }
    }
}

fn write_dyn(out: &mut String, dynamic: &DynTy, signatures: &Signatures) {
    write_dyn_trait(out, dynamic, signatures);
    for def in &dynamic.threads {
        push(out, format_args!(" + {}", signatures.traits[def].name));
    }
}

fn write_dyn_trait(out: &mut String, dynamic: &DynTy, signatures: &Signatures) {
    let bound = dynamic.trait_ref(Ty::unit());
    if dynamic.types.is_empty() {
        return out.push_str(&display_trait(&bound, signatures));
    }
    out.push_str(signatures.traits[&dynamic.of_trait].name.as_str());
    out.push('<');
    write_list(out, &dynamic.args, signatures);
    for (index, assoc) in dynamic.types.iter().enumerate() {
        if index > 0 || !dynamic.args.is_empty() {
            out.push_str(", ");
        }
        push(out, format_args!("{} = ", assoc.name));
        write_ty(out, assoc.ty, signatures);
    }
    out.push('>');
}

/// A value as source writes it.
fn write_const(out: &mut String, arg: &ConstArg) {
    match arg.ty.kind() {
        TyKind::Bool => push(out, format_args!("{}", arg.value != 0)),
        TyKind::Char => match u32::try_from(arg.value).ok().and_then(char::from_u32) {
            Some(value) => push(out, format_args!("{value:?}")),
            None => push(out, format_args!("{}", arg.value)),
        },
        TyKind::Int(IntTy::U128) => push(out, format_args!("{}", arg.value as u128)),
        _ => push(out, format_args!("{}", arg.value)),
    }
}

fn write_unnamed(out: &mut String, unnamed: &UnnamedTy, signatures: &Signatures) {
    let Some(bounds) = signatures.unnamed_bounds(unnamed) else {
        return out.push('_');
    };
    for (index, bound) in bounds.traits.iter().enumerate() {
        if index > 0 {
            out.push_str(" + ");
        }
        let own = bounds.equalities.iter().filter(|one| one.assoc.of_trait == bound.def);
        let own: Vec<String> = own
            .map(|one| format!("{} = {}", one.assoc.name, display_ty(one.ty, signatures)))
            .collect();
        let text = display_trait(bound, signatures);
        match (own.is_empty(), text.strip_suffix('>')) {
            (true, _) => out.push_str(&text),
            (false, Some(with_args)) => push(out, format_args!("{with_args}, {}>", own.join(", "))),
            (false, None) => push(out, format_args!("{text}<{}>", own.join(", "))),
        }
    }
}

/// `T` and `E` of what is written `E!T`: before the sign stands a name.
fn result_with_sign(ty: Ty, signatures: &Signatures) -> Option<(Ty, Ty)> {
    let parts = signatures.result_parts(ty);
    parts.filter(|(_, error)| {
        let is_name = matches!(
            error.kind(),
            TyKind::Adt(..)
                | TyKind::Param { .. }
                | TyKind::Int(_)
                | TyKind::Float(_)
                | TyKind::Bool
                | TyKind::Char
                | TyKind::C(_)
        );
        is_name && (is_error_type(*error, signatures) || signatures.result_parts(*error).is_none())
    })
}

/// The `E` of `!T`.
fn is_error_type(ty: Ty, signatures: &Signatures) -> bool {
    matches!(ty.kind(), TyKind::Adt(AdtRef::Lang(def), _) if signatures.lang.is(*def, LangItem::Error))
}

fn write_list(out: &mut String, types: &[Ty], signatures: &Signatures) {
    for (i, ty) in types.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_ty(out, *ty, signatures);
    }
}

fn write_args(out: &mut String, args: &[Ty], signatures: &Signatures) {
    if !args.is_empty() {
        out.push('<');
        write_list(out, args, signatures);
        out.push('>');
    }
}

fn write_fn_type(out: &mut String, fn_type: &FnType, signatures: &Signatures) {
    out.push('(');
    write_list(out, &fn_type.params, signatures);
    if fn_type.variadic {
        out.push_str(if fn_type.params.is_empty() { "..." } else { ", ..." });
    }
    out.push(')');
    if !fn_type.ret.is_unit() {
        out.push_str(" -> ");
        write_ty(out, fn_type.ret, signatures);
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String cannot fail");
}

/// What people call a function: `geometry.Point.length`.
pub fn fn_path(function: FnRef, signatures: &Signatures) -> &str {
    &signatures.function(function).path
}
