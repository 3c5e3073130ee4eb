//! The files of a program, linked: what the names at the top of each mean.
//!
//! Takes every lowered file with its module path, gives the [`Program`] and what is wrong with names and imports.
//! An import names the longest path that is a module, then names inside it. Modules may import each other in
//! circles. Knows no bodies: names inside them are looked up by `check`.

use base::{FxHashMap, FxHashSet, IndexVec, Span, Symbol, sym};
use cmodel::{CModuleId, CModuleSpec};
use diag::{Diagnostics, Reported};

use crate::packages::LIBRARY;
use crate::{
    BuiltinValue, CImport, Def, DefId, FileHir, FnBody, Import, Item, ItemId, ItemKind, Module, ModuleId, ModulePlace,
    PackageId, Packages, Program, Visibility, errors, intrinsics, similar_name,
};

/// A lowered file and where it is.
#[derive(Clone, Debug)]
pub struct ParsedFile {
    pub place: ModulePlace,
    pub hir: FileHir,
}

/// The paths that each import of the file may name a module by, longest first: the first that is a file is meant.
pub fn imported_module_candidates(hir: &FileHir) -> Vec<Vec<Vec<Symbol>>> {
    hir.imports
        .iter()
        .map(|import| {
            let names: Vec<Symbol> = import.path.iter().map(|(name, _)| *name).collect();
            (1..=names.len()).rev().map(|len| names[..len].to_vec()).collect()
        })
        .collect()
}

/// Where the file of a module is, below the folder of its package: `net/http.lang`.
pub fn module_file(path: &[Symbol]) -> String {
    let names: Vec<&str> = path.iter().map(|name| name.as_str()).collect();
    format!("{}.lang", names.join("/"))
}

/// Links files into a program. The first is the root; [`ModuleId`]s number them in their order.
///
/// # Panics
/// If there is no file, or two have the same place.
pub fn link(files: Vec<ParsedFile>, packages: Packages) -> (Program, Diagnostics) {
    let mut modules: IndexVec<ModuleId, Module> = IndexVec::new();
    let mut c_modules: IndexVec<CModuleId, CModuleSpec> = IndexVec::new();
    for file in files {
        let c_ids = file
            .hir
            .c_imports
            .iter()
            .map(|import| number_c_module(import, &mut c_modules));
        modules.push(Module {
            package: file.place.package,
            path: packages.full_path(&file.place),
            c_modules: c_ids.collect(),
            scope: FxHashMap::default(),
            inline_scopes: FxHashMap::default(),
            private_imports: private_imports(&file.hir),
            hir: file.hir,
        });
    }
    let mut diagnostics = Diagnostics::new();
    for module in modules.iter_mut() {
        check_intrinsics(module, &mut diagnostics);
    }
    let mut linking = Linking::new(&modules, &packages);
    linking.check_inline_modules();
    let names: Vec<(ModuleId, Scopes)> = modules.ids().map(|id| (id, linking.module_scopes(id))).collect();
    let prelude = linking.prelude();
    let root = modules.ids().next().expect("the first file is the root");
    diagnostics.append(linking.diagnostics);
    for (id, scopes) in names {
        modules[id].scope = scopes.top;
        modules[id].inline_scopes = scopes.inline;
    }
    (
        Program {
            packages,
            modules,
            root,
            prelude,
            c_modules,
        },
        diagnostics,
    )
}

/// See [`Module::private_imports`].
fn private_imports(hir: &FileHir) -> FxHashSet<(Option<ItemId>, Symbol)> {
    let imports = hir
        .imports
        .iter()
        .map(|import| (import.visibility, import.parent, import.alias));
    let c_imports = hir
        .c_imports
        .iter()
        .map(|import| (import.visibility, import.parent, import.alias));
    imports
        .chain(c_imports)
        .filter(|(visibility, _, _)| *visibility == Visibility::Private)
        .map(|(_, parent, alias)| (parent, alias))
        .collect()
}

/// The number of the module that the import asks for: equal imports are one.
fn number_c_module(import: &CImport, known: &mut IndexVec<CModuleId, CModuleSpec>) -> CModuleId {
    let spec = CModuleSpec {
        definitions: String::new(),
        headers: import.headers.iter().map(|(header, _)| header.clone()).collect(),
        include_dirs: import
            .include_dirs
            .iter()
            .map(|dir| dir.display().to_string())
            .collect(),
        defines: import.defines.clone(),
        standard: import.standard.clone(),
        pkg_config: import.pkg_config.iter().map(|(package, _)| package.clone()).collect(),
        link: import.link.clone(),
        bindings: import.bindings.as_ref().map(|(path, _)| path.display().to_string()),
    };
    let found = known
        .iter_enumerated()
        .find(|(_, other)| **other == spec)
        .map(|(id, _)| id);
    found.unwrap_or_else(|| known.push(spec))
}

/// Every `@intrinsic fn` is in the library and one that the compiler makes; others become error items.
fn check_intrinsics(module: &mut Module, diagnostics: &mut Diagnostics) {
    let is_library = module.path.first().is_some_and(|name| *name == LIBRARY);
    for id in module.hir.items.ids() {
        let item = &module.hir.items[id];
        let is_intrinsic = matches!(&item.kind, ItemKind::Fn(function) if function.body == FnBody::Intrinsic);
        if is_intrinsic && !(is_library && intrinsics::intrinsic_of(module, id).is_some()) {
            let reported = diagnostics.report(errors::not_an_intrinsic(item.name_span, item.name));
            module.hir.items[id].kind = ItemKind::Error(reported);
        }
    }
}

type Scope = FxHashMap<Symbol, Def>;

/// The finished scopes of one file.
struct Scopes {
    top: Scope,
    inline: FxHashMap<ItemId, Scope>,
}

/// What a name at the top of a file is declared by.
#[derive(Clone, Copy)]
enum Declaration {
    Item(ItemId),
    /// An index of the file's imports.
    Import(usize),
    /// An index of the file's C imports.
    CImport(usize),
}

/// How far the meaning of an import is known.
#[derive(Clone, Copy)]
enum Progress {
    Unknown,
    /// Asked for while it was being found out.
    Open,
    Known(Def),
}

struct Linking<'p> {
    modules: &'p IndexVec<ModuleId, Module>,
    packages: &'p Packages,
    /// By the path that tells it from all others.
    by_path: FxHashMap<Vec<Symbol>, ModuleId>,
    /// The declarations at the top of each file.
    declared: IndexVec<ModuleId, FxHashMap<Symbol, Declaration>>,
    /// Those of inline modules.
    inline: IndexVec<ModuleId, FxHashMap<ItemId, FxHashMap<Symbol, Declaration>>>,
    /// For each import of each file.
    imports: IndexVec<ModuleId, Vec<Progress>>,
    diagnostics: Diagnostics,
}

impl<'p> Linking<'p> {
    fn new(modules: &'p IndexVec<ModuleId, Module>, packages: &'p Packages) -> Self {
        let mut linking = Self {
            modules,
            packages,
            by_path: FxHashMap::default(),
            declared: IndexVec::new(),
            inline: IndexVec::new(),
            imports: IndexVec::new(),
            diagnostics: Diagnostics::new(),
        };
        for (id, module) in modules.iter_enumerated() {
            let former = linking.by_path.insert(module.path.clone(), id);
            assert!(former.is_none(), "two files are the module {:?}", module.path);
            let declared = linking.declarations(&module.hir, &module.hir.root, None);
            linking.declared.push(declared);
            let inline = linking.inline_declarations(&module.hir);
            linking.inline.push(inline);
            linking.imports.push(vec![Progress::Unknown; module.hir.imports.len()]);
        }
        linking
    }

    /// The module that these names mean in a file of `from`, if there is one.
    fn module_at(&self, from: PackageId, names: &[Symbol]) -> Option<ModuleId> {
        let place = self.packages.locate(from, names);
        if place.path.is_empty() {
            return None;
        }
        self.by_path.get(&self.packages.full_path(&place)).copied()
    }

    /// What `items`, and the imports in the inline module `parent` or at the top of the file, declare. Says which names
    /// are given twice; the first one stands.
    fn declarations(
        &mut self,
        hir: &FileHir,
        items: &[ItemId],
        parent: Option<ItemId>,
    ) -> FxHashMap<Symbol, Declaration> {
        let items = items.iter().filter(|id| is_named(&hir.items[**id])).map(|id| {
            let item = &hir.items[*id];
            (item.name, item.name_span, Declaration::Item(*id))
        });
        let local_items = match parent {
            Some(_) => &[][..],
            None => &hir.local_items,
        };
        let local_items = local_items
            .iter()
            .map(|(key, id)| (*key, hir.items[*id].name_span, Declaration::Item(*id)));
        let imports = (0..)
            .zip(&hir.imports)
            .filter(|(_, import)| import.parent == parent)
            .map(|(index, import)| (import.alias, import.span, Declaration::Import(index)));
        let c_imports = (0..)
            .zip(&hir.c_imports)
            .filter(|(_, import)| import.parent == parent)
            .map(|(index, import)| (import.alias, import.span, Declaration::CImport(index)));
        let mut all: Vec<(Symbol, Span, Declaration)> =
            items.chain(local_items).chain(imports).chain(c_imports).collect();
        all.sort_by_key(|(_, span, _)| *span);
        self.distinct(all)
    }

    /// An inline module and a file of one path would have items of one path, which is what tells items apart.
    fn check_inline_modules(&mut self) {
        for module in self.modules.iter() {
            for item in module.hir.items.iter() {
                let ItemKind::Mod(_) = item.kind else { continue };
                let mut names = vec![item.name];
                let mut parent = item.parent;
                while let Some(outer) = parent {
                    names.push(module.hir.items[outer].name);
                    parent = module.hir.items[outer].parent;
                }
                let path: Vec<Symbol> = module.path.iter().copied().chain(names.into_iter().rev()).collect();
                if let Some(file) = self.by_path.get(&path) {
                    let file = Span::new(self.modules[*file].hir.file, 0, 0);
                    self.diagnostics
                        .report(errors::module_twice(item.name_span, item.name, file));
                }
            }
        }
    }

    fn inline_declarations(&mut self, hir: &FileHir) -> FxHashMap<ItemId, FxHashMap<Symbol, Declaration>> {
        let mut inline = FxHashMap::default();
        for (id, item) in hir.items.iter_enumerated() {
            let ItemKind::Mod(module) = &item.kind else { continue };
            inline.insert(id, self.declarations(hir, &module.items, Some(id)));
        }
        inline
    }

    fn distinct<T>(&mut self, all: Vec<(Symbol, Span, T)>) -> FxHashMap<Symbol, T> {
        let mut first_span: FxHashMap<Symbol, Span> = FxHashMap::default();
        let mut distinct = FxHashMap::default();
        for (name, span, value) in all {
            match first_span.get(&name) {
                Some(first) => {
                    self.diagnostics.report(errors::duplicate_name(span, name, *first));
                }
                None => {
                    first_span.insert(name, span);
                    distinct.insert(name, value);
                }
            }
        }
        distinct
    }

    /// Finds out what each name of a file means, each import of it included.
    fn module_scopes(&mut self, module: ModuleId) -> Scopes {
        for index in 0..self.modules[module].hir.imports.len() {
            self.import_def(module, index);
        }
        let top = self.scope_of(module, &self.declared[module].clone());
        let inline = self.inline[module].clone();
        let inline = inline.iter().map(|(id, names)| (*id, self.scope_of(module, names)));
        Scopes {
            top,
            inline: inline.collect(),
        }
    }

    /// All imports are known by now, so that the order does not matter.
    fn scope_of(&mut self, module: ModuleId, names: &FxHashMap<Symbol, Declaration>) -> Scope {
        let defs = names
            .iter()
            .map(|(name, declaration)| (*name, self.declaration_def(module, *declaration)));
        defs.collect()
    }

    fn declaration_def(&mut self, module: ModuleId, declaration: Declaration) -> Def {
        match declaration {
            Declaration::Item(item) => self.item_def(module, item),
            Declaration::Import(index) => self.import_def(module, index),
            Declaration::CImport(index) => Def::CModule(self.modules[module].c_modules[index]),
        }
    }

    fn item_def(&self, module: ModuleId, item: ItemId) -> Def {
        if let ItemKind::Error(reported) = self.modules[module].hir.items[item].kind {
            return Def::Error(reported);
        }
        Def::Item(DefId { module, item })
    }

    fn import_def(&mut self, module: ModuleId, index: usize) -> Def {
        let import = &self.modules[module].hir.imports[index];
        let def = match self.imports[module][index] {
            Progress::Known(def) => return def,
            Progress::Open => {
                let (name, span) = *import.path.last().expect("an import has a path");
                Def::Error(self.diagnostics.report(errors::import_cycle(span, name)))
            }
            Progress::Unknown => {
                self.imports[module][index] = Progress::Open;
                let found = self.resolve_import(module, import).unwrap_or_else(Def::Error);
                self.handed_on(import, found)
            }
        };
        // An import that leads back to itself has been found broken on the way: then that stands.
        if let Progress::Known(found) = self.imports[module][index] {
            return found;
        }
        self.imports[module][index] = Progress::Known(def);
        def
    }

    /// What a `pub` import hands on is not private itself: it may be where the import stands in the same file.
    fn handed_on(&mut self, import: &Import, found: Def) -> Def {
        let Def::Item(def) = found else { return found };
        let item = &self.modules[def.module].hir.items[def.item];
        if import.visibility == Visibility::Private || item.visibility == Visibility::Public {
            return found;
        }
        let (name, span) = *import.path.last().expect("an import has a path");
        Def::Error(
            self.diagnostics
                .report(errors::private_reexport(span, name, item.name_span)),
        )
    }

    fn resolve_import(&mut self, from: ModuleId, import: &Import) -> Result<Def, Reported> {
        let names: Vec<Symbol> = import.path.iter().map(|(name, _)| *name).collect();
        let package = self.modules[from].package;
        let longest = (1..=names.len())
            .rev()
            .find_map(|len| Some((len, self.module_at(package, &names[..len])?)));
        let Some((len, module)) = longest else {
            return Err(self.unknown_module(package, import));
        };
        let mut def = Def::Module(module);
        let mut path = join(&names[..len]);
        let mut parent_span = import.path[len - 1].1;
        for (name, span) in &import.path[len..] {
            def = self.member(from, def, &path, (*name, *span), parent_span)?;
            path = format!("{path}.{name}");
            parent_span = *span;
        }
        Ok(def)
    }

    /// What `name` means in `def`, which is written as `path` and should be a module.
    fn member(
        &mut self,
        from: ModuleId,
        def: Def,
        path: &str,
        (name, span): (Symbol, Span),
        parent_span: Span,
    ) -> Result<Def, Reported> {
        let parent = || sym(path.rsplit('.').next().unwrap_or(path));
        match def {
            Def::Module(module) => self.module_member(from, module, path, name, span),
            Def::Item(parent_item) => {
                let item = &self.modules[parent_item.module].hir.items[parent_item.item];
                if !matches!(item.kind, ItemKind::Mod(_)) {
                    let what = item_noun(&item.kind);
                    return Err(self
                        .diagnostics
                        .report(errors::not_a_module(parent_span, parent(), what)));
                }
                self.inline_member(from, parent_item, path, name, span)
            }
            Def::CModule(_) => {
                let message = errors::not_a_module(parent_span, parent(), "a C import, whose names are not imported");
                Err(self.diagnostics.report(message))
            }
            Def::Builtin(_) => Err(self
                .diagnostics
                .report(errors::not_a_module(parent_span, parent(), "builtin"))),
            Def::Error(reported) => Err(reported),
        }
    }

    fn module_member(
        &mut self,
        from: ModuleId,
        module: ModuleId,
        path: &str,
        name: Symbol,
        span: Span,
    ) -> Result<Def, Reported> {
        let hir = &self.modules[module].hir;
        let Some(declaration) = self.declared[module].get(&name).copied() else {
            let public = self.declared[module]
                .iter()
                .filter(|(_, declaration)| declaration.visibility(hir) == Visibility::Public)
                .map(|(name, _)| *name);
            let similar = similar_name(name, public);
            let left_out = hir.left_out.iter().find(|(own, _)| *own == name);
            let mut diagnostic = errors::unknown_import(span, path, name, similar);
            if let Some((_, place)) = left_out {
                diagnostic = diagnostic.label(*place, "left out of this build by its `@if`");
            }
            return Err(self.diagnostics.report(diagnostic));
        };
        if module != from && declaration.visibility(hir) == Visibility::Private {
            let place = declaration.span(hir);
            return Err(self.diagnostics.report(errors::private_import(span, path, name, place)));
        }
        Ok(self.declaration_def(module, declaration))
    }

    fn inline_member(
        &mut self,
        from: ModuleId,
        parent: DefId,
        path: &str,
        name: Symbol,
        span: Span,
    ) -> Result<Def, Reported> {
        let hir = &self.modules[parent.module].hir;
        let names = &self.inline[parent.module][&parent.item];
        let Some(declaration) = names.get(&name).copied() else {
            let similar = similar_name(name, names.keys().copied());
            return Err(self
                .diagnostics
                .report(errors::unknown_import(span, path, name, similar)));
        };
        if parent.module != from && declaration.visibility(hir) == Visibility::Private {
            let place = declaration.span(hir);
            return Err(self.diagnostics.report(errors::private_import(span, path, name, place)));
        }
        Ok(self.declaration_def(parent.module, declaration))
    }

    fn unknown_module(&mut self, from: PackageId, import: &Import) -> Reported {
        let names: Vec<Symbol> = import.path.iter().map(|(name, _)| *name).collect();
        let (first, first_span) = import.path[0];
        if self.packages.get(from).c_modules.contains(&first) {
            let message = errors::not_a_module(first_span, first, "a C import, whose names are not imported");
            return self.diagnostics.report(message);
        }
        let is_library = first == LIBRARY;
        // Of a longer path, the last name may be an item: the module is what stands before it. The library's
        // modules have two names.
        let module_len = match names.len() {
            1 => 1,
            _ if is_library => 2,
            len => len - 1,
        };
        let span = first_span.to(import.path[module_len - 1].1);
        let text = join(&names[..module_len]);
        let expected: Vec<String> = if is_library {
            Vec::new()
        } else {
            let lens = if names.len() > 1 {
                vec![names.len() - 1, names.len()]
            } else {
                vec![1]
            };
            lens.into_iter()
                .map(|len| self.file_text(from, &names[..len]))
                .collect()
        };
        let similar = similar_name(sym(&text), self.module_names(from)).map(|name| name.to_string());
        let own_name = self.packages.get(from).name.filter(|name| *name == first);
        self.diagnostics
            .report(errors::unknown_module(span, &text, &expected, similar, own_name))
    }

    /// The file that these names would be in a file of `from`.
    fn file_text(&self, from: PackageId, names: &[Symbol]) -> String {
        let place = self.packages.locate(from, names);
        let folder = &self.packages.get(place.package).folder;
        folder.join(module_file(&place.path)).display().to_string()
    }

    /// What a file of `from` may write to import the modules that there are.
    fn module_names(&self, from: PackageId) -> Vec<Symbol> {
        let package = self.packages.get(from);
        let written = |module: &Module| {
            let (first, rest) = module.path.split_first()?;
            let is_dependency = package.dependencies.get(first) == Some(&module.package);
            if is_dependency || module.package == Packages::LIBRARY {
                return Some(join(&module.path));
            }
            let own = module.package == from;
            let below = if package.name.is_some() { rest } else { &module.path };
            (own && !below.is_empty()).then(|| join(below))
        };
        let known = self.modules.iter().filter_map(written).map(|text| sym(&text));
        known.chain(package.dependencies.keys().copied()).collect()
    }

    /// The builtins, and the public names of the library's `prelude`.
    fn prelude(&mut self) -> Scope {
        let mut prelude: Scope = BuiltinValue::ALL
            .iter()
            .map(|value| (sym(value.name()), Def::Builtin(*value)))
            .collect();
        let Some(module) = self.module_at(Packages::LIBRARY, &[sym(LIBRARY), sym("prelude")]) else {
            return prelude;
        };
        let public: Vec<(Symbol, Declaration)> = self.declared[module]
            .iter()
            .filter(|(_, declaration)| declaration.visibility(&self.modules[module].hir) == Visibility::Public)
            .map(|(name, declaration)| (*name, *declaration))
            .collect();
        for (name, declaration) in public {
            let def = self.declaration_def(module, declaration);
            prelude.insert(name, def);
        }
        prelude
    }
}

impl Declaration {
    fn visibility(self, hir: &FileHir) -> Visibility {
        match self {
            Self::Item(item) => hir.items[item].visibility,
            Self::Import(index) => hir.imports[index].visibility,
            Self::CImport(index) => hir.c_imports[index].visibility,
        }
    }

    fn span(self, hir: &FileHir) -> Span {
        match self {
            Self::Item(item) => hir.items[item].name_span,
            Self::Import(index) => hir.imports[index].span,
            Self::CImport(index) => hir.c_imports[index].span,
        }
    }
}

/// Whether the item gives its name to the scope it stands in.
fn is_named(item: &Item) -> bool {
    !matches!(
        item.kind,
        ItemKind::Impl(_) | ItemKind::Test(_) | ItemKind::ConstAssert(_)
    )
}

fn item_noun(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Fn(_) | ItemKind::ExternFn(_) | ItemKind::InlineC(_) => "a function",
        ItemKind::ExternStatic(_) | ItemKind::Static(_) => "a static",
        ItemKind::Struct(_) => "a struct",
        ItemKind::Enum(_) => "an enum",
        ItemKind::Const(_) => "a constant",
        ItemKind::TypeAlias(_) | ItemKind::AssocType(_) => "a type",
        ItemKind::Trait(_) => "a trait",
        ItemKind::Impl(_) => "an `impl`",
        ItemKind::Mod(_) => "a module",
        ItemKind::Test(_) => "a test",
        ItemKind::ConstAssert(_) => "a `const assert`",
        ItemKind::Error(_) => "broken",
    }
}

fn join(path: &[Symbol]) -> String {
    let names: Vec<&str> = path.iter().map(|name| name.as_str()).collect();
    names.join(".")
}
