//! From items to [`Signatures`]: sequential, small, and without bodies but those of constants.
//!
//! Order: C items; the names and generics of Lang's types; members of `impl` blocks; fields; functions; constants and
//! statics, each when it is first needed, so that an array length may name a constant that is written further down.

mod bit_fields;
mod c_items;
mod constants;
mod functions;
mod growth;
mod inline_c;
mod lenders;
mod loans;
mod mentioned_types;
mod operators;
mod threads;
mod traits;
mod types;
mod well_formed;

use base::{FxHashMap, FxHashSet, SourceMap, Span, Symbol, sym};
use cmodel::{CModel, CQueries};
use diag::{Diagnostics, Reported};
use hir::{AttrValue, DefId, ItemId, ItemKind, ModuleId, Program};
use target::Target;

use crate::type_refs::{Bound, NamedBound, TypeLowering, TypeScope};
use crate::{BodyRef, Bounds, ConstEvaluator, ConstValue, DynTy, Generic, LangItem, Signatures, Ty, errors};

/// What checking needs to know of the build.
#[derive(Clone, Copy)]
pub struct CheckInput<'a> {
    pub program: &'a Program,
    pub target: &'a Target,
    pub queries: &'a dyn CQueries,
    pub constants: &'a dyn ConstEvaluator,
    /// The text of the program: how literals are written, and what C's macros quote of their arguments.
    pub sources: &'a SourceMap,
}

/// Collects the signatures of a program and of the C it imports.
pub fn collect(input: CheckInput<'_>, c: CModel) -> (Signatures, Diagnostics) {
    let signatures = Signatures {
        c,
        ..Signatures::default()
    };
    let mut collector = Collector {
        input,
        signatures,
        diagnostics: Diagnostics::new(),
        with_fields: FxHashSet::default(),
        with_defaults: FxHashSet::default(),
        constants: FxHashMap::default(),
        early_fns: FxHashSet::default(),
        mentions_known: FxHashSet::default(),
        methods_by_name: None,
        depth: 0,
        exports: FxHashMap::default(),
        impl_bounds: FxHashMap::default(),
        dyn_types: Vec::new(),
    };
    c_items::add_c(&mut collector.signatures);
    collector.each_item(Collector::lang_item);
    collector.each_item(Collector::shell);
    collector.each_item(Collector::trait_generics);
    collector.each_item(Collector::trait_decl);
    collector.operators();
    collector.each_item(Collector::require_no_cycle);
    collector.each_item(Collector::adt_bounds);
    collector.each_item(Collector::impl_members);
    // Constants in the types of a program's fields may use all of the library.
    collector.each_library_item(Collector::fields);
    collector.each_library_item(Collector::function);
    collector.each_library_item(Collector::loans);
    collector.each_own_item(Collector::fields);
    collector.check_finite_types();
    collector.check_growth();
    collector.each_own_item(Collector::function);
    collector.each_own_item(Collector::loans);
    collector.lenders();
    collector.check_impls();
    collector.each_item(Collector::static_decl);
    collector.each_item(Collector::field_defaults);
    collector.each_item(Collector::constant);
    collector.check_dyn_types();
    collector.each_item(Collector::check_copy);
    collector.check_well_formed();
    collector.each_item(Collector::check_static);
    collector.each_item(Collector::check_view);
    collector.each_item(Collector::check_elision);
    collector.find_main();
    collector.signatures.has_errors = collector.diagnostics.has_errors();
    (collector.signatures, collector.diagnostics)
}

pub use c_items::extend;
pub(crate) use c_items::{c_constant, c_value_of, value_ty};

pub(crate) struct Collector<'a> {
    input: CheckInput<'a>,
    signatures: Signatures,
    diagnostics: Diagnostics,
    /// Structs whose fields are known, or being collected.
    with_fields: FxHashSet<DefId>,
    /// Structs whose default values have been evaluated, or are being.
    with_defaults: FxHashSet<DefId>,
    /// Constants that are being or could not be evaluated.
    constants: FxHashMap<DefId, constants::State>,
    /// Functions whose signatures were needed before their turn.
    early_fns: FxHashSet<DefId>,
    /// Functions that constants call, and what these mention has been collected.
    mentions_known: FxHashSet<DefId>,
    /// The functions of `impl` blocks.
    methods_by_name: Option<FxHashMap<Symbol, Vec<DefId>>>,
    depth: u32,
    /// What the `impl`s and traits seen so far ask of their generics.
    impl_bounds: FxHashMap<DefId, Bounds>,
    /// The `dyn` types that are written, and where.
    dyn_types: Vec<(DynTy, Span)>,
    /// Where each symbol is exported first.
    exports: FxHashMap<Symbol, Span>,
}

impl<'a> Collector<'a> {
    fn each_item(&mut self, visit: fn(&mut Self, DefId)) {
        self.each_item_of(|_| true, visit);
    }

    fn each_library_item(&mut self, visit: fn(&mut Self, DefId)) {
        self.each_item_of(|package| package == hir::Packages::LIBRARY, visit);
    }

    /// Of all packages but the library.
    fn each_own_item(&mut self, visit: fn(&mut Self, DefId)) {
        self.each_item_of(|package| package != hir::Packages::LIBRARY, visit);
    }

    fn each_item_of(&mut self, is_of: impl Fn(hir::PackageId) -> bool, visit: fn(&mut Self, DefId)) {
        let program = self.input.program;
        for module in program
            .modules
            .ids()
            .filter(|module| is_of(program.modules[*module].package))
        {
            for item in program.modules[module].hir.items.ids() {
                visit(self, DefId { module, item });
            }
        }
    }

    fn report(&mut self, diagnostic: diag::Diagnostic) -> Reported {
        self.diagnostics.report(diagnostic)
    }

    /// Notes what the language knows the item as, if it says.
    fn lang_item(&mut self, def: DefId) {
        let item = self.input.program.item(def);
        for attribute in item.attributes.iter().filter(|attribute| attribute.name == "lang_item") {
            let named = match attribute.args.as_slice() {
                [arg] => match (&arg.value, arg.name) {
                    (AttrValue::Str(name), None) if self.is_std(def.module) => LangItem::named(name.as_str()),
                    (AttrValue::Str(_) | AttrValue::Int(_) | AttrValue::Text(_), _) => None,
                },
                _ => None,
            };
            match named {
                Some(known) => self.signatures.lang.insert(known, def),
                None => {
                    self.report(errors::no_lang_item(attribute.span));
                }
            }
        }
    }

    fn is_std(&self, module: ModuleId) -> bool {
        self.input.program.modules[module].package == hir::Packages::LIBRARY
    }

    /// Whether what stands in the module is known to be right: the library is checked by itself, and not once more with
    /// every program.
    fn is_trusted(&self, module: ModuleId) -> bool {
        self.is_std(module) && !self.is_of_own_package(module)
    }

    fn is_of_own_package(&self, module: ModuleId) -> bool {
        self.input.program.modules[module].package == self.input.program.packages.own()
    }

    /// The generics and `Self` that hold in an item.
    fn scope_of(&mut self, def: DefId) -> TypeScope {
        let item = self.input.program.item(def);
        let mut scope = match item.parent {
            Some(parent) => self.scope_of_parent(DefId {
                module: def.module,
                item: parent,
            }),
            None => TypeScope::of(def),
        };
        scope.from = def;
        let (own, predicates): (_, &[hir::WherePredicate]) = match &item.kind {
            ItemKind::Fn(function) => (&function.generics, &function.predicates),
            ItemKind::Struct(decl) => (&decl.generics, &decl.predicates),
            ItemKind::Enum(decl) => (&decl.generics, &decl.predicates),
            ItemKind::TypeAlias(decl) => (&decl.generics, &[]),
            ItemKind::Impl(_) | ItemKind::Trait(_) => return self.scope_of_parent(def),
            ItemKind::ExternFn(_)
            | ItemKind::AssocType(_)
            | ItemKind::ExternStatic(_)
            | ItemKind::InlineC(_)
            | ItemKind::Const(_)
            | ItemKind::Static(_)
            | ItemKind::Mod(_)
            | ItemKind::ConstAssert(_)
            | ItemKind::Test(_)
            | ItemKind::Error(_) => return scope,
        };
        scope.generics.extend(Generic::all(own));
        self.named_bounds(&mut scope, own, predicates);
        scope
    }

    /// Of an `impl`: its generics and type. Of a trait: its generics, `Self` first. Of a module: nothing.
    fn scope_of_parent(&mut self, parent: DefId) -> TypeScope {
        let program = self.input.program;
        let mut scope = TypeScope::of(parent);
        let block = match &program.item(parent).kind {
            ItemKind::Impl(block) => block,
            ItemKind::Trait(decl) => {
                let own = Generic::all(&decl.generics);
                scope.generics = [Generic::ty(sym("Self"))].into_iter().chain(own).collect();
                scope.self_ty = Some(traits::self_param());
                scope.bounds.push(NamedBound {
                    ty: traits::self_param(),
                    of_trait: parent,
                    bound: Bound::Known(traits::own_ref(&self.signatures, parent)),
                });
                self.named_bounds(&mut scope, &decl.generics, &decl.predicates);
                return scope;
            }
            _ => return scope,
        };
        scope.generics.extend(Generic::all(&block.generics));
        self.named_bounds(&mut scope, &block.generics, &block.predicates);
        let self_ty = match self.signatures.impl_tys.get(&parent) {
            Some(known) => *known,
            None => {
                let self_ty = crate::type_refs::lower(self, &scope, block.self_ty);
                self.signatures.impl_tys.insert(parent, self_ty);
                self_ty
            }
        };
        scope.self_ty = Some(self_ty);
        if let Some(bound) = block.trait_ref {
            scope.implemented = self.named_bound(parent, self_ty, bound);
        }
        scope
    }

    fn check_dyn_types(&mut self) {
        let mut types = std::mem::take(&mut self.dyn_types);
        // A type may be lowered again.
        types.sort_by_key(|(_, span)| (span.file, span.start));
        types.dedup_by_key(|(_, span)| *span);
        for (dynamic, span) in types {
            if let Some(diagnostic) = self.signatures.check_dyn(&dynamic, span) {
                self.report(diagnostic);
            }
        }
    }

    fn find_main(&mut self) {
        let program = self.input.program;
        let root = &program.modules[program.root];
        let is_main = |id: &ItemId| {
            let item = &root.hir.items[*id];
            item.name == "main" && matches!(item.kind, ItemKind::Fn(_))
        };
        let Some(item) = root.hir.root.iter().copied().find(is_main) else {
            return;
        };
        let def = DefId {
            module: program.root,
            item,
        };
        let decl = self.signatures.function(crate::FnRef::Lang(def));
        let returns_status = decl.ret == Ty::int(crate::IntTy::I32);
        let gives_nothing = decl.ret.is_unit() || decl.ret.is_never() || decl.ret.error_inside().is_some();
        let may_fail = decl.ret == self.signatures.test_ret();
        if !decl.params.is_empty() || !decl.generics.is_empty() || !(returns_status || gives_nothing || may_fail) {
            let span = root.hir.items[item].name_span;
            self.report(errors::bad_main(span));
        }
        self.signatures.main = Some(def);
    }
}

impl<'a> TypeLowering<'a> for Collector<'a> {
    fn program(&self) -> &'a Program {
        self.input.program
    }

    fn signatures(&self) -> &Signatures {
        &self.signatures
    }

    fn queries(&self) -> &dyn CQueries {
        self.input.queries
    }

    fn diagnostics(&mut self) -> &mut Diagnostics {
        &mut self.diagnostics
    }

    fn const_value(&mut self, body: BodyRef, ty: Ty, scope: &TypeScope) -> Result<ConstValue, Reported> {
        self.evaluate(body, ty, scope)
    }

    fn named_const(&mut self, def: DefId) -> Result<(Ty, ConstValue), Reported> {
        self.ensure_const(def)?;
        let decl = &self.signatures.consts[&def];
        Ok((decl.ty, decl.value.as_ref().clone()))
    }

    fn infer_ty(&mut self, span: Span) -> Ty {
        Ty::error(self.diagnostics.report(errors::type_unknown(span)))
    }

    fn dyn_written(&mut self, dynamic: &DynTy, span: Span) {
        self.dyn_types.push((dynamic.clone(), span));
    }

    fn alias_depth(&mut self) -> &mut u32 {
        &mut self.depth
    }
}
