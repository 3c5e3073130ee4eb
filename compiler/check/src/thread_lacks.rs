//! Why a type lacks `Send` or `Sync`, as people are told it.
//!
//! Takes the way from the type that was asked about to the part that lacks it. Gives the part that a reader knows, what
//! leads there, and what to write instead. What the library hides in a type is not a reader's: an `Rc<i32>` is named,
//! and not the pointer in it.

use hir::{DefId, Packages, Program};

use crate::threads::{Held, Link, ThreadTrait, Via};
use crate::{AdtKind, AdtRef, ClosureRef, LangItem, Signatures, Ty, TyKind, TypeEnv, display_ty};

/// Why a type lacks one of the two.
pub(crate) struct ThreadLack {
    /// The part that lacks it, as messages show it.
    pub(crate) part: String,
    /// What that part lacks.
    pub(crate) asked: ThreadTrait,
    /// What closures on the way capture, by position, and the type of that.
    pub(crate) captures: Vec<(ClosureRef, usize, String)>,
    /// What else leads to the part.
    pub(crate) notes: Vec<String>,
    pub(crate) hint: Option<String>,
}

/// Why a type lacks what is asked; absent where it has it.
pub(crate) fn thread_lack(
    program: &Program,
    env: TypeEnv<'_>,
    ty: Ty,
    asked: ThreadTrait,
    held: Held,
) -> Option<ThreadLack> {
    let links = env.lack(ty, asked, held)?;
    let is_library = |def: DefId| program.modules[def.module].package == Packages::LIBRARY;
    let signatures = env.signatures;
    let is_hidden = |pair: &[Link]| match (pair[0].ty.kind(), pair[1].via) {
        (TyKind::Adt(AdtRef::Lang(def), args), Via::Field(_)) => is_library(*def) && !args.contains(&pair[1].ty),
        _ => false,
    };
    let n_hidden = links.windows(2).rev().take_while(|pair| is_hidden(pair)).count();
    let leaf = *links.last()?;
    let known = &links[..links.len() - n_hidden];
    let part = *known.last()?;
    let mut captures = Vec::new();
    let mut notes = Vec::new();
    for pair in known.windows(2) {
        let [around, inside] = pair else { continue };
        let inside_text = display_ty(inside.ty, signatures);
        match (around.ty.kind(), inside.via) {
            (TyKind::Closure(closure), Via::Capture(index)) => captures.push((closure.closure, index, inside_text)),
            (TyKind::Adt(adt, _), Via::Field(index)) => {
                let is_own = !matches!(adt, AdtRef::Lang(def) if is_library(*def));
                notes.extend(is_own.then(|| field_note(signatures, around.ty, *adt, index, &inside_text)));
            }
            (TyKind::Unnamed(_), _) => {
                let around = display_ty(around.ty, signatures);
                notes.push(format!(
                    "the signature says that the `{around}` may hold `{inside_text}`"
                ));
            }
            _ => {}
        }
    }
    if matches!(leaf.ty.kind(), TyKind::Adt(adt, _) if signatures.is_lang(*adt, LangItem::OneThread)) {
        notes.push("it is for the thread that made it".to_owned());
    }
    Some(ThreadLack {
        part: display_ty(part.ty, signatures),
        asked: part.asked,
        captures,
        notes,
        hint: hint(signatures, part, leaf),
    })
}

fn field_note(signatures: &Signatures, around: Ty, adt: AdtRef, index: usize, inside: &str) -> String {
    let text = display_ty(around, signatures);
    let decl = signatures.adt(adt);
    let variant = u32::try_from(index).ok().and_then(|index| decl.variant_of_field(index));
    let named = match variant {
        Some(variant) => format!("`{}` holds", decl.variants[variant as usize].name),
        None => match decl.fields.get(index).and_then(|field| field.name) {
            Some(name) => format!("the field `{name}` is"),
            None => "a field is".to_owned(),
        },
    };
    format!("in `{text}`, {named} `{inside}`")
}

/// What to write instead. `leaf` is what the part hides.
fn hint(signatures: &Signatures, part: Link, leaf: Link) -> Option<String> {
    let text = display_ty(part.ty, signatures);
    let name = match part.asked {
        ThreadTrait::Send => "Send",
        ThreadTrait::Sync => "Sync",
    };
    let is_lang = |ty: Ty, item: LangItem| match ty.kind() {
        TyKind::Adt(adt, _) => signatures.is_lang(*adt, item),
        _ => false,
    };
    let hint = match part.ty.kind() {
        TyKind::Param { name: param, .. } if hir::is_unnamed_generic(*param) => {
            format!("ask for it: `{text} + {name}`")
        }
        TyKind::Param { .. } => format!("ask for it: `{text}: {name}`"),
        TyKind::Assoc(_) => format!("ask for it: `where {text}: {name}`"),
        TyKind::Dyn(_) => format!("say in the type that it does: `{text} + {name}`"),
        TyKind::Unnamed(_) if part.asked == ThreadTrait::Sync => {
            format!("say in the result of its function that it does: `{text} + {name}`")
        }
        TyKind::FnPointer(_) => "a `fn` may borrow a closure: ask for what is called, as `F: Fn() + Send`".to_owned(),
        TyKind::Pointer(..) => {
            format!("if that is right here, put the pointer into a struct that has an `unsafe impl {name}`")
        }
        _ if is_lang(part.ty, LangItem::Rc) => "an `Arc`, of `std.sync`, has owners in any threads".to_owned(),
        _ if is_lang(part.ty, LangItem::RcWeak) => {
            "an `Arc`, of `std.sync`, has owners and `Weak`s in any threads".to_owned()
        }
        _ if is_lang(leaf.ty, LangItem::UnsafeCell) => {
            "what threads change is in a `Mutex`, of `std.sync`, or an atomic".to_owned()
        }
        TyKind::Adt(adt, _) if signatures.adt(*adt).kind == AdtKind::OpaqueRecord => {
            format!("if that is right here, put it into a struct that has an `unsafe impl {name}`")
        }
        _ => return None,
    };
    Some(hint)
}
