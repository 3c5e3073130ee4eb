//! C headers that a package gives a name, so that `import sdl;` is of them.

use base::FxHashMap;

use crate::{CImport, FileHir};

/// Turns each import of a name of `named` (their `alias`) into the C import that the name stands for.
pub fn bind_named_headers(hir: &mut FileHir, named: &[CImport]) {
    let by_name: FxHashMap<_, &CImport> = named.iter().map(|import| (import.alias, import)).collect();
    if by_name.is_empty() {
        return;
    }
    hir.imports.retain(|import| {
        let [(name, _)] = import.path.as_slice() else {
            return true;
        };
        let Some(headers) = by_name.get(name) else { return true };
        hir.c_imports.push(CImport {
            alias: import.alias,
            span: import.span,
            visibility: import.visibility,
            parent: import.parent,
            ..(*headers).clone()
        });
        false
    });
}
