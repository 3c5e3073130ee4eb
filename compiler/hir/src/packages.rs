//! Packages as names see them: which first names of an import lead where.
//!
//! Takes what `lang.toml` files say, as plain data. Gives, for an import, the package and the module in it that is
//! meant. Knows neither files nor whether a module exists.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base::{IndexVec, Symbol, sym};

base::define_id! {
    /// A package of a program.
    pub struct PackageId;
}

/// The first part of the paths of the library's modules.
pub(crate) const LIBRARY: &str = "std";

/// The module that stands for a whole package where another imports it: `src/lib.lang`.
pub(crate) const LIBRARY_ROOT: &str = "lib";

/// One package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Package {
    /// Absent for a file that stands alone.
    pub name: Option<Symbol>,
    /// The module whose items stand at the top of the package's paths, as messages and symbols have them: `main`, `lib`
    /// or, for a file that stands alone, its name.
    pub root: Symbol,
    /// By the names that they are imported by.
    pub dependencies: BTreeMap<Symbol, PackageId>,
    /// The names that stand for C headers wherever they are imported.
    pub c_modules: Vec<Symbol>,
    /// Where its modules are, for messages.
    pub folder: PathBuf,
}

/// The packages of a program. The library and the package that the command is for are always there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packages {
    all: IndexVec<PackageId, Package>,
    own: PackageId,
}

/// Where a module is, if it exists.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ModulePlace {
    pub package: PackageId,
    /// Below the package's folder: `["net", "http"]` is `net/http.lang`. Empty for no module at all.
    pub path: Vec<Symbol>,
}

impl Packages {
    pub const LIBRARY: PackageId = PackageId(0);
    /// The package that the command is for.
    pub const MAIN: PackageId = PackageId(1);

    /// The main package is the first. Dependencies are numbered from it: [`Packages::MAIN`], then the rest in order.
    pub fn new(packages: impl IntoIterator<Item = Package>) -> Self {
        let library = Package {
            name: Some(sym(LIBRARY)),
            root: sym("prelude"),
            dependencies: BTreeMap::new(),
            c_modules: Vec::new(),
            folder: PathBuf::new(),
        };
        let all = std::iter::once(library).chain(packages).collect();
        Self { all, own: Self::MAIN }
    }

    /// For a command that is for the library itself.
    pub fn of_library() -> Self {
        Self {
            own: Self::LIBRARY,
            ..Self::of_file(sym(LIBRARY), PathBuf::new())
        }
    }

    /// The package that the command is for, whose tests are compiled: the main one, or the library.
    pub fn own(&self) -> PackageId {
        self.own
    }

    /// Of one file in `folder` that stands alone; `root` is its name without `.lang`.
    pub fn of_file(root: Symbol, folder: PathBuf) -> Self {
        Self::new([Package {
            name: None,
            root,
            dependencies: BTreeMap::new(),
            c_modules: Vec::new(),
            folder,
        }])
    }

    /// From [`Packages::MAIN`] on.
    pub fn ids(&self) -> impl Iterator<Item = PackageId> {
        self.all.ids().skip(1)
    }

    pub fn get(&self, id: PackageId) -> &Package {
        &self.all[id]
    }

    /// The module that these names, of which there is one at least, mean in a file of `from`: the library's after
    /// `std`, that of a dependency after its name, else one of the package itself.
    pub fn locate(&self, from: PackageId, names: &[Symbol]) -> ModulePlace {
        let (first, rest) = names.split_first().expect("an import has a path");
        if *first == LIBRARY {
            return ModulePlace {
                package: Self::LIBRARY,
                path: rest.to_vec(),
            };
        }
        match self.all[from].dependencies.get(first) {
            None => ModulePlace {
                package: from,
                path: names.to_vec(),
            },
            Some(package) if rest.is_empty() => ModulePlace {
                package: *package,
                path: vec![sym(LIBRARY_ROOT)],
            },
            Some(package) => ModulePlace {
                package: *package,
                path: rest.to_vec(),
            },
        }
    }

    /// The path that tells the module from all others of the program: with the package's name before it, and without
    /// that of the package's root.
    pub fn full_path(&self, place: &ModulePlace) -> Vec<Symbol> {
        let package = &self.all[place.package];
        let is_root = place.package != Self::LIBRARY && place.path == [package.root];
        let path = if is_root { &[][..] } else { &place.path };
        package.name.iter().chain(path).copied().collect()
    }
}
