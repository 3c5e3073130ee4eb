//! Traits that a type of the program lacks, and that `@derive` would give it.
//!
//! Takes a trait, and a type that is asked for it; gives what to write, where each part of the type has the trait.

use base::Symbol;
use diag::Diagnostic;
use hir::{DefId, Packages};

use super::Checker;
use crate::{AdtKind, AdtRef, LangItem, TraitRef, Ty, TyKind, errors};

impl Checker<'_> {
    /// Says what to derive, where that gives a type the traits.
    pub(super) fn with_derive(&self, diagnostic: Diagnostic, ty: Ty, of_traits: &[DefId]) -> Diagnostic {
        let mut found: Option<(Symbol, Vec<Symbol>)> = None;
        for of_trait in of_traits {
            let Some((name, traits)) = self.derivable(ty, *of_trait) else {
                return diagnostic;
            };
            let (_, all) = found.get_or_insert((name, Vec::new()));
            traits.into_iter().for_each(|name| {
                if !all.contains(&name) {
                    all.push(name);
                }
            });
        }
        match found {
            Some((name, traits)) => errors::derive_it(diagnostic, name, &traits),
            None => diagnostic,
        }
    }

    pub(super) fn is_derivable(&self, ty: Ty, of_trait: DefId) -> bool {
        self.derivable(ty, of_trait).is_some()
    }

    /// The same of an item of the library.
    pub(super) fn with_derive_of(&self, diagnostic: Diagnostic, ty: Ty, item: LangItem) -> Diagnostic {
        match self.signatures.lang.get(item) {
            Some(of_trait) => self.with_derive(diagnostic, ty, &[of_trait]),
            None => diagnostic,
        }
    }

    /// The type of the program that would have to derive the item of the library, and what else it would have to.
    pub(super) fn derivable_of(&self, ty: Ty, item: LangItem) -> Option<(Symbol, Vec<Symbol>)> {
        self.derivable(ty, self.signatures.lang.get(item)?)
    }

    /// The first of the types that a type is made of to lack the trait, and what it has to derive.
    fn derivable(&self, ty: Ty, of_trait: DefId) -> Option<(Symbol, Vec<Symbol>)> {
        let program = self.program();
        let name = program.item(of_trait).name;
        if program.modules[of_trait.module].package != Packages::LIBRARY || !hir::DERIVED.contains(&name.as_str()) {
            return None;
        }
        let mut found = None;
        self.table.resolve(ty).any(&mut |part| {
            let lacks = !self.has_trait(part, of_trait) && self.may_derive(part, of_trait);
            if let TyKind::Adt(adt, _) = part.kind()
                && lacks
            {
                found = Some((part, self.signatures.adt(*adt).name));
            }
            lacks
        });
        let (part, of) = found?;
        let mut traits = vec![name];
        // What is in order can be told apart.
        let asked_for = match name.as_str() {
            "Ord" => self.signatures.lang.get(LangItem::Eq),
            _ => None,
        };
        if let Some(asked_for) = asked_for.filter(|asked_for| !self.has_trait(part, *asked_for)) {
            if !self.may_derive(part, asked_for) {
                return None;
            }
            traits.insert(0, program.item(asked_for).name);
        }
        Some((of, traits))
    }

    /// Whether the type is a struct or enum of the program, and each of its fields has the trait.
    fn may_derive(&self, ty: Ty, of_trait: DefId) -> bool {
        let TyKind::Adt(AdtRef::Lang(def), args) = ty.kind() else {
            return false;
        };
        let program = self.program();
        let is_own = program.modules[def.module].package == program.packages.own();
        let decl = self.signatures.adt(AdtRef::Lang(*def));
        let is_plain = matches!(decl.kind, AdtKind::Record(hir::StructKind::Lang) | AdtKind::Enum);
        is_own && is_plain && args.is_empty() && decl.fields.iter().all(|field| self.has_trait(field.ty, of_trait))
    }

    /// Whether a type has the trait, with itself for whatever else that is of.
    fn has_trait(&self, ty: Ty, of_trait: DefId) -> bool {
        let n_args = self.signatures.traits[&of_trait].generics.len();
        let goal = TraitRef {
            def: of_trait,
            args: vec![ty; n_args].into(),
        };
        self.type_env().prove(&goal).is_some()
    }
}
