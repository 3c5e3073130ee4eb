//! The `impl` types of functions' results: what is known of them by the signature, and by the body.
//!
//! Takes bodies that are checked. Gives what stands for each such type, which instances are made with. Checking a body
//! never asks for that: bodies are checked in any order, and none depends on another.

use std::sync::OnceLock;

use base::{FxHashSet, Span};
use diag::Diagnostics;
use hir::Relaxed;

use crate::collect::CheckInput;
use crate::{BodyKey, Bounds, Signatures, Ty, TyKind, TypedBody, UnnamedRef, UnnamedTy, check_one, errors};

/// What the signature of a function says of an `impl` type in its result.
#[derive(Debug)]
pub struct UnnamedDecl {
    /// Of the type for the function's own generics.
    pub bounds: Bounds,
    pub relaxed: Vec<Relaxed>,
    pub span: Span,
    /// What the function's body says it is, for its own generics; the error type where the body has errors. Set once
    /// that is checked.
    revealed: OnceLock<Ty>,
}

impl UnnamedDecl {
    pub(crate) fn new(bounds: Bounds, relaxed: Vec<Relaxed>, span: Span) -> Self {
        Self {
            bounds,
            relaxed,
            span,
            revealed: OnceLock::new(),
        }
    }
}

impl Signatures {
    /// What the signature promises of an `impl` type, for these generics of the function.
    pub(crate) fn unnamed_bounds(&self, unnamed: &UnnamedTy) -> Option<Bounds> {
        let decl = self.unnamed.get(&unnamed.of)?;
        Some(decl.bounds.substitute(&unnamed.args))
    }

    /// What an `impl` type is, for the function's own generics, if its body has been checked.
    pub fn revealed_ty(&self, of: UnnamedRef) -> Option<Ty> {
        self.unnamed.get(&of)?.revealed.get().copied()
    }

    /// Notes what a checked body says that the `impl` types of its function are. A body that is checked again says the
    /// same.
    pub(crate) fn note_revealed(&self, typed: &TypedBody) {
        for (of, ty) in &typed.unnamed {
            if let Some(decl) = self.unnamed.get(of) {
                decl.revealed.get_or_init(|| *ty);
            }
        }
    }
}

/// Checks the bodies that say what the `impl` types in a checked body are, so that instances can be made of it. Reports
/// one that stands for itself, or for a type that it is in.
pub fn reveal(input: CheckInput<'_>, signatures: &Signatures, typed: &TypedBody) -> Diagnostics {
    let mut search = Search {
        input,
        signatures,
        diagnostics: Diagnostics::new(),
        around: Vec::new(),
        seen: FxHashSet::default(),
    };
    for of in &typed.mentioned {
        search.visit(*of);
    }
    search.diagnostics
}

/// The `impl` types in a type, in order of their first place.
pub(crate) fn mentioned(ty: Ty, found: &mut Vec<UnnamedRef>) {
    ty.map(&mut |part| {
        if let TyKind::Unnamed(unnamed) = part.kind()
            && !found.contains(&unnamed.of)
        {
            found.push(unnamed.of);
        }
        (!part.has_unnamed()).then_some(part)
    });
}

struct Search<'a> {
    input: CheckInput<'a>,
    signatures: &'a Signatures,
    diagnostics: Diagnostics,
    /// Those that the one which is looked at is in.
    around: Vec<UnnamedRef>,
    seen: FxHashSet<UnnamedRef>,
}

impl Search<'_> {
    fn visit(&mut self, of: UnnamedRef) {
        if let Some(first) = self.around.iter().position(|outer| *outer == of) {
            let cycle = &self.around[first..];
            // The same, whichever of them a body mentions.
            let least = cycle.iter().min().copied().unwrap_or(of);
            let at = cycle.iter().position(|one| *one == least).unwrap_or(0);
            let spans: Vec<Span> = cycle[at..]
                .iter()
                .chain(&cycle[..at])
                .map(|one| self.span(*one))
                .collect();
            self.diagnostics.report(errors::recursive_unnamed(&spans));
            return;
        }
        if !self.seen.insert(of) {
            return;
        }
        if self.signatures.revealed_ty(of).is_none() {
            let (_, errors) = check_one(self.input, self.signatures, BodyKey::Fn(of.function));
            self.diagnostics.append(errors);
        }
        let mut parts = Vec::new();
        if let Some(ty) = self.signatures.revealed_ty(of) {
            mentioned(ty, &mut parts);
        }
        self.around.push(of);
        parts.into_iter().for_each(|part| self.visit(part));
        self.around.pop();
    }

    fn span(&self, of: UnnamedRef) -> Span {
        self.signatures.unnamed[&of].span
    }
}
