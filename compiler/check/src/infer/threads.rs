//! What a body asks of types about threads, when all types are known.

use base::Span;
use diag::Diagnostic;
use hir::Relaxed;

use super::{Checker, is_error};
use crate::thread_lacks::{ThreadLack, thread_lack};
use crate::threads::{Held, ThreadTrait};
use crate::typed::{Capture, CaptureStep};
use crate::{BodyKey, TraitRef, Ty, TyKind, TypeEnv, errors};

impl Checker<'_> {
    /// Of a bound by `Send` or `Sync` that is not met: by what part of the type.
    pub(super) fn thread_bound_not_met(&self, goal: &TraitRef, span: Span) -> Option<Diagnostic> {
        let asked = self.signatures.thread_trait(goal.def)?;
        let ty = goal.self_ty();
        let lack = thread_lack(self.input.program, self.type_env(), ty, asked, Held::Anywhere)?;
        let diagnostic = errors::not_for_threads(self.place_of_closure(ty).unwrap_or(span), &lack);
        Some(self.with_captures(diagnostic, &lack))
    }

    /// The head of a closure of this body.
    fn place_of_closure(&self, ty: Ty) -> Option<Span> {
        let TyKind::Closure(closure) = ty.kind() else {
            return None;
        };
        let is_own = Some(closure.closure.owner) == self.env.owner;
        is_own.then(|| self.body.closures[closure.closure.closure].head)
    }

    fn with_captures(&self, diagnostic: Diagnostic, lack: &ThreadLack) -> Diagnostic {
        lack.captures
            .iter()
            .fold(diagnostic, |diagnostic, (closure, index, ty)| {
                let is_own = Some(closure.owner) == self.env.owner;
                let own = is_own.then(|| self.typed.closures.get(closure.closure)).flatten();
                match own.and_then(|own| own.captures.get(*index)) {
                    Some(capture) => {
                        let place = self.text_of_place(capture);
                        diagnostic.label(
                            capture.span,
                            format!("the closure captures `{place}` here, which is `{ty}`"),
                        )
                    }
                    None => diagnostic.note(format!("a closure captures `{ty}`")),
                }
            })
    }

    /// `page.title`
    fn text_of_place(&self, capture: &Capture) -> String {
        let mut text = self.body.locals[capture.local].name.to_string();
        let mut ty = self.typed.local_tys[capture.local];
        for step in &capture.steps {
            let inside = match (step, ty.kind()) {
                (CaptureStep::Deref, TyKind::Ref(_, target)) => Some(*target),
                (CaptureStep::Deref, _) => None,
                (CaptureStep::Field(index), _) => {
                    let named = match ty.kind() {
                        TyKind::Adt(adt, _) => self.signatures.adt(*adt).fields[*index as usize].name,
                        _ => None,
                    };
                    text.push('.');
                    text.push_str(&named.map_or_else(|| index.to_string(), |name| name.to_string()));
                    self.type_env().field_ty(ty, *index)
                }
            };
            let Some(inside) = inside else { break };
            ty = inside;
        }
        text
    }

    /// That what the body says its function's `impl` types are goes to other threads where all that stands for its
    /// generics does.
    pub(super) fn check_threads_of_result(&mut self) {
        let signatures = self.signatures;
        let Some(BodyKey::Fn(function)) = self.env.owner else {
            return;
        };
        let Some(asked) = signatures.thread_trait_def(ThreadTrait::Send) else {
            return;
        };
        let mut bounds = None;
        for (of, ty) in self.typed.unnamed.clone() {
            let decl = &signatures.unnamed[&of];
            let is_said = |bound: &TraitRef| bound.def == asked && matches!(bound.self_ty().kind(), TyKind::Unnamed(_));
            let is_asked = !decl.relaxed.contains(&Relaxed::Send) && !decl.bounds.traits.iter().any(is_said);
            if of.function != function || !is_asked || is_error(ty) || ty.has_infer() || ty.error_inside().is_some() {
                continue;
            }
            let taken = bounds.get_or_insert_with(|| self.type_env().with_threads(function));
            let env: TypeEnv<'_> = signatures.within(taken);
            let lack = thread_lack(self.input.program, env, ty, ThreadTrait::Send, Held::Anywhere);
            if let Some(lack) = lack {
                let diagnostic = errors::result_stays(decl.span, &lack, self.given_for(decl.span));
                let diagnostic = self.with_captures(diagnostic, &lack);
                self.report(diagnostic);
            }
        }
    }
}
