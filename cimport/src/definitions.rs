//! What headers define, and not only declare: functions with bodies, variables with values.
//!
//! Takes names. Gives where the headers define them. Asked only where a program lacks a definition: the headers are
//! read whole for it.

use clang_sys::{CXCursor_FunctionDecl, CXCursor_VarDecl};
use cmodel::{CLoc, CModuleSpec};
use target::Target;
use unit::Optimize;

use crate::ast::Visit;
use crate::errors::ImportError;
use crate::headers::Bodies;
use crate::import::Importer;

impl Importer {
    /// Where the module's headers define functions and variables of these names, in the order of the headers.
    pub fn definitions(
        &self,
        spec: &CModuleSpec,
        target: &Target,
        names: &[&str],
    ) -> Result<Vec<(String, CLoc)>, ImportError> {
        let store = self.store(spec, target, Optimize::None, Bodies::Keep)?;
        let headers = store.set.headers();
        let unit = store.set.query(store.clang()?, None, "");
        let unit = unit.ok_or(ImportError::ClangFailed { headers })?;
        let mut found = Vec::new();
        unit.root().visit(|cursor| {
            let name = cursor.name();
            if [CXCursor_FunctionDecl, CXCursor_VarDecl].contains(&cursor.kind())
                && names.contains(&name.as_str())
                && cursor
                    .definition()
                    .is_some_and(|definition| definition.id() == cursor.id())
            {
                let location = cursor.location();
                let loc = CLoc {
                    path: location.file.map(|file| unit.file_name(file)).unwrap_or_default(),
                    line: location.line,
                    column: location.column,
                };
                found.push((name, loc));
            }
            Visit::Next
        });
        Ok(found)
    }
}
