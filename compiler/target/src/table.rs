//! The table of targets: `toolchain.toml`, parsed once.
//!
//! Takes the file's text, the embedded default or a user's. Gives [`Table`]: rows in the order of the file, and lookup
//! by name.

use crate::triple::{Row, Target};
use base::edit_distance;
use serde::Deserialize;
use std::fmt;
use std::sync::OnceLock;

/// Invariant: names and aliases are distinct.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    llvm: u32,
    targets: Vec<Target>,
}

/// The text is no table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TableError {
    /// Not TOML, or not the keys of a table of targets: the parser's message, with line and column.
    Syntax(toml::de::Error),
    /// Two rows share a name or an alias.
    DuplicateName(String),
}

/// No target has this name. `similar` has the nearest names, best first, at most three.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownTarget {
    pub name: String,
    pub similar: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    llvm: u32,
    #[serde(default)]
    target: Vec<Row>,
}

impl Table {
    pub fn parse(text: &str) -> Result<Table, TableError> {
        let file: File = toml::from_str(text).map_err(TableError::Syntax)?;
        let targets: Vec<Target> = file.target.into_iter().map(Target::from_row).collect();
        let mut names: Vec<&String> = targets.iter().flat_map(Target::names).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(TableError::DuplicateName(pair[0].clone()));
        }
        Ok(Table {
            llvm: file.llvm,
            targets,
        })
    }

    /// The table that the compiler was built with.
    pub fn embedded() -> &'static Table {
        static EMBEDDED: OnceLock<Table> = OnceLock::new();
        EMBEDDED.get_or_init(|| {
            Table::parse(include_str!("../../../toolchain.toml")).expect("the tests parse the embedded table")
        })
    }

    /// The major version of LLVM, Clang and lld that everything here is for.
    pub fn llvm(&self) -> u32 {
        self.llvm
    }

    /// All targets, in the order of the file.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The machine that this process runs on; `None` when the table has no row for it.
    pub fn host(&self) -> Option<&Target> {
        self.targets.iter().find(|target| target.is_host())
    }

    /// The target of this name, alias or LLVM triple.
    pub fn lookup(&self, name: &str) -> Result<&Target, UnknownTarget> {
        let found = self
            .targets
            .iter()
            .find(|target| target.triple == name || target.names().any(|own| own == name));
        found.ok_or_else(|| UnknownTarget {
            name: name.to_owned(),
            similar: self.similar(name),
        })
    }

    fn similar(&self, name: &str) -> Vec<String> {
        let distance_of = |target: &Target| target.names().map(|own| edit_distance(own, name)).min();
        let mut ranked: Vec<(usize, &str)> = self
            .targets
            .iter()
            .filter_map(|target| Some((distance_of(target)?, target.name.as_str())))
            .filter(|(distance, _)| *distance <= name.len() / 2)
            .collect();
        ranked.sort();
        ranked.into_iter().take(3).map(|(_, own)| own.to_owned()).collect()
    }
}

impl Target {
    fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.name).chain(&self.aliases)
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::Syntax(error) => write!(f, "{error}"),
            TableError::DuplicateName(name) => write!(f, "two targets are named `{name}`"),
        }
    }
}

impl std::error::Error for TableError {}

impl fmt::Display for UnknownTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no target is named `{}`", self.name)
    }
}

impl std::error::Error for UnknownTarget {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CScalar, Endian};

    #[test]
    fn the_embedded_table_parses_and_finds_by_every_name() {
        let table = Table::embedded();
        assert_eq!(table.llvm(), 22);
        for target in table.targets() {
            for name in target.names().chain([&target.triple]) {
                assert_eq!(table.lookup(name).map(|found| &found.name), Ok(&target.name));
            }
            assert_eq!(target.endian, Endian::Little);
            assert_eq!(target.c_layout(CScalar::Void), None);
        }
        let pointer_bits = |name| table.lookup(name).expect("a row").pointer_bits;
        assert_eq!(pointer_bits("wasm32-wasi"), 32);
        assert_eq!(pointer_bits("riscv64gc-unknown-linux-gnu"), 64);
    }

    #[test]
    fn an_unknown_name_gets_the_nearest_ones() {
        let error = Table::embedded()
            .lookup("aarch64-linux-gnueabi")
            .expect_err("no such target");
        assert_eq!(
            error.similar.first().map(String::as_str),
            Some("aarch64-unknown-linux-gnu")
        );
        assert!(
            Table::embedded()
                .lookup("z")
                .expect_err("no such target")
                .similar
                .is_empty()
        );
    }

    #[test]
    fn a_name_given_twice_is_refused() {
        let text = include_str!("../../../toolchain.toml");
        let doubled = text.replace("name = \"x86_64-apple-darwin\"", "name = \"wasm32-wasi\"");
        assert_eq!(
            Table::parse(&doubled),
            Err(TableError::DuplicateName("wasm32-wasi".to_owned()))
        );
        assert!(matches!(
            Table::parse("llvm = 22\nextra = 1"),
            Err(TableError::Syntax(_))
        ));
    }
}
