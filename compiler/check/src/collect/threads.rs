//! What signatures and `static`s ask of types about threads.

use base::Span;
use diag::Diagnostic;
use hir::{DefId, ItemKind};

use super::Collector;
use crate::thread_lacks::thread_lack;
use crate::threads::{Held, ThreadTrait};
use crate::{Bounds, StaticRef, TraitRef, TypeEnv, errors};

impl Collector<'_> {
    /// Of a bound by `Send` or `Sync` that is not met: by what part of the type.
    pub(super) fn thread_bound_not_met(&self, env: TypeEnv<'_>, goal: &TraitRef, span: Span) -> Option<Diagnostic> {
        let asked = self.signatures.thread_trait(goal.def)?;
        let lack = thread_lack(self.input.program, env, goal.self_ty(), asked, Held::Anywhere)?;
        Some(errors::not_for_threads(span, &lack))
    }

    /// A `static` is used by all threads at once. One that is `var` is unsafe to touch, and whoever does sees to it.
    pub(super) fn check_static(&mut self, def: DefId) {
        let ItemKind::Static(item) = &self.input.program.item(def).kind else {
            return;
        };
        if item.is_var || item.thread_local || self.is_trusted(def.module) {
            return;
        }
        let Some(decl) = self.signatures.statics.get(&StaticRef::Lang(def)) else {
            return;
        };
        if decl.ty.error_inside().is_some() {
            return;
        }
        let env = self.signatures.within(Bounds::NONE);
        let lack = thread_lack(self.input.program, env, decl.ty, ThreadTrait::Sync, Held::InStatic);
        if let Some(lack) = lack {
            let span = self.input.program.modules[def.module].hir.type_ref(item.ty).span;
            let diagnostic = errors::not_for_threads(span, &lack);
            self.report(errors::of_static(diagnostic));
        }
    }
}
