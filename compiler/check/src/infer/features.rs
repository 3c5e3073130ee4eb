//! What calls need of the processor.
//!
//! Takes a call's callee. Reports a function of C that C would not inline into the code around: nothing makes such a
//! call right. A function of Lang that is compiled for a processor with more needs `unsafe`, which says that the
//! processor has been asked.

use std::collections::BTreeSet;

use base::{Span, Symbol};
use cmodel::CNeeds;
use hir::ItemKind;

use super::Checker;
use crate::bodies::BodyKey;
use crate::errors;
use crate::signatures::{Features, FnDecl, FnKind};

/// A call of C that the code around may not have the processor for.
pub(super) struct Lacking {
    span: Span,
    what: String,
    /// Those that it needs and that may not be there.
    lacking: Vec<String>,
}

impl Checker<'_> {
    /// Says what is lacking, once for all calls of the body: one attribute mends them.
    pub(super) fn report_lacking(&mut self) {
        let mut lacking = std::mem::take(&mut self.lacking);
        lacking.sort_by_key(|one| one.span.start);
        let Some(first) = lacking.first() else { return };
        let mut all: Vec<String> = lacking.iter().flat_map(|one| &one.lacking).cloned().collect();
        all.sort();
        all.dedup();
        let implied: Vec<(String, BTreeSet<String>)> = all
            .iter()
            .filter_map(|name| Some((name.clone(), self.input.queries.features_with(&[name]).ok()?)))
            .collect();
        let is_implied = |name: &String| {
            implied
                .iter()
                .any(|(by, of)| by != name && of.contains(name) && !of.is_empty())
        };
        let whole = all.clone();
        all.retain(|name| !is_implied(name));
        let wanted = if all.is_empty() { whole } else { all };
        let of = self.featured_function();
        let error = errors::lacks_features(
            first.span,
            &first.what,
            &first.lacking,
            (&wanted, lacking.len() - 1, of),
        );
        self.report(error);
    }

    /// Of a call, or of the function as a value where a call is sure to come.
    pub(super) fn require_features(&mut self, span: Span, decl: &FnDecl) {
        let Some(features) = &decl.features else { return };
        if self.has_features(features) {
            return;
        }
        let lacking = self.lacking_features(features.names.iter().map(|name| name.as_str()));
        match decl.kind {
            FnKind::Extern { .. } | FnKind::Header | FnKind::Macro(_) => {
                let what = format!("C's `{}`", decl.name);
                self.lacking.push(Lacking { span, what, lacking });
            }
            FnKind::Lang { .. } | FnKind::Required | FnKind::Intrinsic(_) | FnKind::Variant | FnKind::Operator(_) => {
                let list = lacking.join("`, `");
                let what = format!("calling `{}`, which is for processors with `{list}`,", decl.name);
                self.require_unsafe(span, &what);
            }
        }
    }

    /// Of the use of a macro or of inline C.
    pub(super) fn require_needs(&mut self, span: Span, name: Symbol, is_inline_c: bool, needs: &CNeeds) {
        let names = needs.features.iter().map(String::as_str);
        let mut lacking = self.lacking_features(names);
        if !needs.builtins.is_empty() {
            let mut own = self.own_features();
            own.extend(lacking.iter().map(String::as_str));
            if let Some((builtin, features)) = self.input.queries.lacking(&needs.builtins, &own) {
                match features.is_empty() {
                    true => lacking.push(builtin),
                    false => lacking.extend(features),
                }
            }
        }
        if !lacking.is_empty() {
            let what = match is_inline_c {
                true => format!("the C of `{name}`"),
                false => format!("C's macro `{name}`"),
            };
            self.lacking.push(Lacking { span, what, lacking });
        }
    }

    /// Whether the processor has all that a function needs wherever this body runs.
    pub(super) fn has_features(&self, features: &Features) -> bool {
        let mut names = features.names.iter().map(|name| name.as_str());
        let mut all = features.all.iter().map(String::as_str);
        let of_lang = !features.all.is_empty();
        if if of_lang {
            all.all(|name| self.has_feature(name))
        } else {
            names.all(|name| self.has_feature(name))
        } {
            return true;
        }
        // C's names may be others than those of what they imply.
        let names: Vec<&str> = features.names.iter().map(|name| name.as_str()).collect();
        let implied = self.input.queries.features_with(&names);
        implied.is_ok_and(|implied| implied.iter().all(|name| self.has_feature(name)))
    }

    fn has_feature(&self, name: &str) -> bool {
        let own = self.env.features.as_ref();
        own.is_some_and(|own| own.all.contains(name)) || self.input.target.has_feature(name)
    }

    /// Those of the names that are not sure to be there.
    fn lacking_features<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<String> {
        names
            .filter(|name| !self.has_feature(name))
            .filter(|name| {
                let implied = self.input.queries.features_with(&[*name]);
                !implied.is_ok_and(|implied| implied.iter().all(|name| self.has_feature(name)))
            })
            .map(str::to_owned)
            .collect()
    }

    fn own_features(&self) -> Vec<&str> {
        let own = self.env.features.iter().flat_map(|own| &own.names);
        own.map(|name| name.as_str()).collect()
    }

    /// The function around, if `@target_feature` can stand before it.
    fn featured_function(&self) -> Option<Symbol> {
        let Some(BodyKey::Fn(def)) = self.env.owner else {
            return None;
        };
        let program = self.input.program;
        let item = program.item(def);
        let parent = item
            .parent
            .map(|parent| &program.modules[def.module].hir.items[parent].kind);
        let is_of_trait = match parent {
            Some(ItemKind::Trait(_)) => true,
            Some(ItemKind::Impl(block)) => block.trait_ref.is_some(),
            Some(_) | None => false,
        };
        let is_main = item.name == "main" && def.module == program.root && item.parent.is_none();
        (!is_main && !is_of_trait).then_some(item.name)
    }
}
