//! All files of a program, linked: modules and what their names mean.

use base::{FxHashMap, FxHashSet, IndexVec, Span, Symbol};
use cmodel::CModuleId;
use diag::Reported;

use crate::lower::written_name;
use crate::{FileHir, Item, ItemId, ItemKind, PackageId, Packages, Visibility};

base::define_id! {
    /// A module made of one file.
    pub struct ModuleId;
}

/// An item of the program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DefId {
    pub module: ModuleId,
    pub item: ItemId,
}

/// What a name means.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Def {
    Module(ModuleId),
    CModule(CModuleId),
    /// Items, inline modules included.
    Item(DefId),
    Builtin(BuiltinValue),
    /// A name whose item or import is broken, or not supported yet, and said so.
    Error(Reported),
}

/// What the prelude gives without an item behind it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BuiltinValue {
    Print,
    Println,
    Eprint,
    Eprintln,
    Panic,
    Unreachable,
    Todo,
    Assert,
    AssertEq,
    AssertNe,
}

impl BuiltinValue {
    pub const ALL: [Self; 10] = [
        Self::Print,
        Self::Println,
        Self::Eprint,
        Self::Eprintln,
        Self::Panic,
        Self::Unreachable,
        Self::Todo,
        Self::Assert,
        Self::AssertEq,
        Self::AssertNe,
    ];

    /// The name that the prelude binds.
    pub fn name(self) -> &'static str {
        match self {
            Self::Print => "print",
            Self::Println => "println",
            Self::Eprint => "eprint",
            Self::Eprintln => "eprintln",
            Self::Panic => "panic",
            Self::Unreachable => "unreachable",
            Self::Todo => "todo",
            Self::Assert => "assert",
            Self::AssertEq => "assert_eq",
            Self::AssertNe => "assert_ne",
        }
    }
}

/// One file as a module.
#[derive(Clone, Debug)]
pub struct Module {
    pub package: PackageId,
    /// Tells it from all others: `["app", "net", "http"]` in the package `app`, `["std", …]` in the library. Of files
    /// that stand alone without a package's name: `["net", "http"]`, and empty for the root file.
    pub path: Vec<Symbol>,
    pub hir: FileHir,
    /// What each name of the file's top means: its own items, then its imports.
    pub scope: FxHashMap<Symbol, Def>,
    /// The same for each inline module of the file, its own items only; what is around it is seen in it too.
    pub inline_scopes: FxHashMap<ItemId, FxHashMap<Symbol, Def>>,
    /// The names that imports bind for the file alone, by the inline module that they stand in: what hands on is `pub`.
    pub private_imports: FxHashSet<(Option<ItemId>, Symbol)>,
    /// For each of `hir.c_imports`.
    pub c_modules: Vec<CModuleId>,
}

/// A whole program, names linked.
#[derive(Clone, Debug)]
pub struct Program {
    pub packages: Packages,
    pub modules: IndexVec<ModuleId, Module>,
    /// The file given to the command.
    pub root: ModuleId,
    /// What every module sees unless it says otherwise.
    pub prelude: FxHashMap<Symbol, Def>,
    /// Each distinct `import c` of the program, indexed by [`CModuleId`].
    pub c_modules: IndexVec<CModuleId, cmodel::CModuleSpec>,
}

impl Program {
    pub fn item(&self, def: DefId) -> &Item {
        &self.modules[def.module].hir.items[def.item]
    }

    /// Makes every name that an `import c` binds an error that has been reported.
    pub fn fail_c_module(&mut self, failed: CModuleId, reported: Reported) {
        for module in self.modules.iter_mut() {
            let inline = module.inline_scopes.values_mut();
            for scope in inline.chain([&mut module.scope]) {
                let of_it = scope.values_mut().filter(|def| **def == Def::CModule(failed));
                of_it.for_each(|def| *def = Def::Error(reported));
            }
        }
    }

    /// Where the file of `module` has an item of this name that an `@if` keeps out of the build.
    pub fn left_out(&self, module: ModuleId, name: Symbol) -> Option<Span> {
        let items = &self.modules[module].hir.left_out;
        items.iter().find(|(own, _)| *own == name).map(|(_, span)| *span)
    }

    /// What `name` means at the top of `module`.
    pub fn lookup(&self, module: ModuleId, name: Symbol) -> Option<Def> {
        self.modules[module]
            .scope
            .get(&name)
            .or_else(|| self.prelude.get(&name))
            .copied()
    }

    /// What `name` means in the item `from`: in the inline modules around it, from the inside out, then at the top
    /// of its file.
    pub fn lookup_from(&self, from: DefId, name: Symbol) -> Option<Def> {
        let module = &self.modules[from.module];
        let mut scope = Some(from.item);
        while let Some(item) = scope {
            if let Some(def) = module.inline_scopes.get(&item).and_then(|names| names.get(&name)) {
                return Some(*def);
            }
            scope = module.hir.items[item].parent;
        }
        self.lookup(from.module, name)
    }

    /// The innermost module that `item` stands in: an inline one, or none for its file.
    pub fn inline_module_of(&self, def: DefId) -> Option<ItemId> {
        let items = &self.modules[def.module].hir.items;
        let mut parent = items[def.item].parent;
        while let Some(item) = parent {
            if matches!(items[item].kind, ItemKind::Mod(_)) {
                return Some(item);
            }
            parent = items[item].parent;
        }
        None
    }

    /// Whether code in the item `from` may name `def`: it is `pub`, or `from` stands in the same module or in one
    /// inside that.
    pub fn is_visible(&self, def: DefId, from: DefId) -> bool {
        if self.item(def).visibility == Visibility::Public {
            return true;
        }
        self.is_within(from, (def.module, self.inline_module_of(def)))
    }

    /// Whether `from` stands in the inline module `home` of the file `module`, or in the file where there is none.
    fn is_within(&self, from: DefId, (module, home): (ModuleId, Option<ItemId>)) -> bool {
        if module != from.module {
            return false;
        }
        let Some(home) = home else {
            return true;
        };
        let mut inner = Some(from.item);
        while let Some(item) = inner {
            if item == home {
                return true;
            }
            inner = self.modules[from.module].hir.items[item].parent;
        }
        false
    }

    /// What `name` means after a module and a `.`, seen from the item `from`: an item or what an import binds. The
    /// module is `inner`, of the file `module`, or the file itself. The flag says whether `from` may name it.
    pub fn member(
        &self,
        (module, inner): (ModuleId, Option<ItemId>),
        name: Symbol,
        from: DefId,
    ) -> Option<(Def, bool)> {
        let home = &self.modules[module];
        let scope = match inner {
            Some(inner) => home.inline_scopes.get(&inner)?,
            None => &home.scope,
        };
        let def = *scope.get(&name)?;
        let is_own = match def {
            Def::Item(def) => def.module == module && self.inline_module_of(def) == inner,
            Def::Module(_) | Def::CModule(_) | Def::Builtin(_) | Def::Error(_) => false,
        };
        let is_seen = match def {
            Def::Item(def) if is_own => self.is_visible(def, from),
            Def::Item(_) | Def::Module(_) | Def::CModule(_) | Def::Builtin(_) | Def::Error(_) => {
                !home.private_imports.contains(&(inner, name)) || self.is_within(from, (module, inner))
            }
        };
        Some((def, is_seen))
    }

    /// The name that diagnostics and symbols use: `geometry.Point.length`.
    pub fn path_of(&self, def: DefId) -> String {
        let module = &self.modules[def.module];
        let mut parts: Vec<String> = module.path.iter().map(|s| s.to_string()).collect();
        let mut names = vec![self.own_name(def)];
        let mut parent = module.hir.items[def.item].parent;
        while let Some(item) = parent {
            names.push(self.own_name(DefId { item, ..def }));
            parent = module.hir.items[item].parent;
        }
        names.reverse();
        parts.extend(names);
        parts.join(".")
    }

    /// The last part of an item's path. Items inside functions may have one name in one function: the others have a
    /// number.
    fn own_name(&self, def: DefId) -> String {
        let hir = &self.modules[def.module].hir;
        let name = hir.items[def.item].name;
        let mut same = hir.local_items.iter().filter(|(key, _)| written_name(*key) == name);
        match same.position(|(_, id)| *id == def.item) {
            None | Some(0) => name.to_string(),
            Some(number) => format!("{name}.{number}"),
        }
    }
}
