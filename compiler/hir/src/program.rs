//! All files of a program, linked: modules and what their names mean.

use base::{FxHashMap, IndexVec, Symbol};
use cmodel::CModuleId;

use crate::{FileHir, Item, ItemId};

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
}

/// What the prelude gives without an item behind it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BuiltinValue {
    Print,
    Println,
    Eprint,
    Eprintln,
    Panic,
    Assert,
    AssertEq,
    AssertNe,
    /// The trait of `impl Drop for T`.
    DropTrait,
    CopyTrait,
}

/// One file as a module.
#[derive(Clone, Debug)]
pub struct Module {
    /// From the package's root: `["net", "http"]`; `["std", …]` for the library; empty for the root file.
    pub path: Vec<Symbol>,
    pub hir: FileHir,
    /// What each name of the file's top means: its own items, then its imports.
    pub scope: FxHashMap<Symbol, Def>,
    /// For each of `hir.c_imports`.
    pub c_modules: Vec<CModuleId>,
}

/// A whole program, names linked.
#[derive(Clone, Debug)]
pub struct Program {
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

    /// What `name` means at the top of `module`.
    pub fn lookup(&self, module: ModuleId, name: Symbol) -> Option<Def> {
        self.modules[module]
            .scope
            .get(&name)
            .or_else(|| self.prelude.get(&name))
            .copied()
    }

    /// The name that diagnostics and symbols use: `geometry.Point.length`.
    pub fn path_of(&self, def: DefId) -> String {
        let module = &self.modules[def.module];
        let mut parts: Vec<String> = module.path.iter().map(|s| s.to_string()).collect();
        let mut names = vec![module.hir.items[def.item].name.to_string()];
        let mut parent = module.hir.items[def.item].parent;
        while let Some(item) = parent {
            names.push(module.hir.items[item].name.to_string());
            parent = module.hir.items[item].parent;
        }
        names.reverse();
        parts.extend(names);
        parts.join(".")
    }
}
