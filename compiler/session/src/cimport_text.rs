//! Headers as Lang text, for `lang cimport`.

use base::{SourceMap, Symbol, sym};
use cimport::{Comments, Queries, Selection};
use cmodel::{CModel, CModuleId, CModuleSpec};
use diag::{Diagnostic, Diagnostics};

use crate::analyse::Request;
use crate::c_imports::c_importer;
use crate::errors;
use crate::pkg_config::ask_pkg_config;

/// What is asked of headers.
#[derive(Clone, Debug)]
pub struct HeaderQuestion {
    /// With the packages not yet asked for.
    pub spec: CModuleSpec,
    /// Print these names and what their types reach; everything when empty.
    pub names: Vec<String>,
}

/// The declarations of the headers as Lang, or what is wrong, with the sources that the messages point into.
pub fn cimport_text(question: &HeaderQuestion, request: Request<'_>) -> Result<String, (Vec<Diagnostic>, SourceMap)> {
    // The command line is the source: messages point at the header that it names.
    let mut sources = SourceMap::default();
    let text = question.spec.headers.join(" ");
    let file = sources.add("the command line".as_ref(), text.as_str().into());
    let span = base::Span::new(file, 0, u32::try_from(text.len()).unwrap_or(0));
    let mut diagnostics = Diagnostics::new();
    let mut spec = question.spec.clone();
    for package in &question.spec.pkg_config {
        match ask_pkg_config(package, span, request.target, request.sysroot) {
            Ok(flags) => {
                spec.include_dirs.extend(flags.include_dirs);
                spec.defines.extend(flags.defines);
            }
            Err(error) => _ = diagnostics.report(error),
        }
    }
    let mut names: Vec<Symbol> = question.names.iter().map(|name| sym(name)).collect();
    names.sort();
    let id = CModuleId(0);
    let imported = c_importer(request, Comments::Keep)
        .map_err(|error| error.diagnostic())
        .and_then(|importer| {
            let result = match names.as_slice() {
                [] => importer.import_all(id, &spec, request.target, request.profile.optimize),
                names => importer.import(id, &spec, request.target, request.profile.optimize, names),
            };
            result.map_err(|error| cimport::import_error(&error, span))
        });
    match imported {
        Ok(result) => {
            let (model, queries) = (result.model, Queries::new([(id, result.names)]));
            let headers = question.spec.headers.join("`, `");
            for name in names.iter().filter(|name| !is_in(&model, id, **name)) {
                let similar = queries.similar_names(id, *name).into_iter().next();
                diagnostics.report(errors::name_not_in_header(span, *name, &headers, similar));
            }
            if diagnostics.has_errors() {
                return Err((diagnostics.sorted(), sources));
            }
            let selection = if names.is_empty() {
                Selection::Public
            } else {
                Selection::Asked
            };
            Ok(cimport::print_module(&model, id, request.target, selection))
        }
        Err(error) => {
            diagnostics.report(error);
            Err((diagnostics.sorted(), sources))
        }
    }
}

fn is_in(model: &CModel, id: CModuleId, name: Symbol) -> bool {
    let module = model.modules.get(&id);
    module.is_some_and(|module| module.values.contains_key(&name) || module.types.contains_key(&name))
}
