//! Headers as Lang text, for `lang cimport`.

use base::{SourceMap, Span, Symbol, sym};
use cimport::{Comments, Head, Queries, Selection};
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
    /// The folders of `spec`, as the text's head says them.
    pub said_dirs: Vec<String>,
    /// Print these names and what their types reach; everything when empty.
    pub names: Vec<String>,
}

/// The declarations of the headers as Lang, or what is wrong, with the sources that the messages point into.
pub fn cimport_text(question: &HeaderQuestion, request: Request<'_>) -> Result<String, (Vec<Diagnostic>, SourceMap)> {
    let mut sources = SourceMap::default();
    let mut diagnostics = Diagnostics::new();
    let text = text_of(question, None, request, &mut sources, &mut diagnostics);
    text.ok_or_else(|| (diagnostics.sorted(), sources))
}

/// The same; messages point at `span`, or at the headers as the command line names them.
pub(crate) fn text_of(
    question: &HeaderQuestion,
    span: Option<Span>,
    request: Request<'_>,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let span = span.unwrap_or_else(|| {
        // The command line is the source.
        let text = question.spec.headers.join(" ");
        let file = sources.add("the command line".as_ref(), text.as_str().into());
        Span::new(file, 0, u32::try_from(text.len()).unwrap_or(0))
    });
    let n_errors = diagnostics.iter().count();
    let mut spec = question.spec.clone();
    for folder in request.include_dirs {
        let folder = folder.display().to_string();
        if !spec.include_dirs.contains(&folder) {
            spec.include_dirs.push(folder);
        }
    }
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
    let result = match imported {
        Ok(result) => result,
        Err(error) => {
            diagnostics.report(error);
            return None;
        }
    };
    let (model, queries) = (result.model, Queries::new([(id, result.names)]));
    let headers = question.spec.headers.join("`, `");
    for name in names.iter().filter(|name| !is_in(&model, id, **name)) {
        let similar = queries.similar_names(id, *name).into_iter().next();
        diagnostics.report(errors::name_not_in_header(span, *name, &headers, similar));
    }
    if diagnostics.iter().count() > n_errors {
        return None;
    }
    let selection = match names.is_empty() {
        true => Selection::Public,
        false => Selection::Asked,
    };
    let head = Head {
        spec: CModuleSpec {
            include_dirs: question.said_dirs.clone(),
            link: Vec::new(),
            bindings: None,
            ..question.spec.clone()
        },
        target: request.target.name.clone(),
    };
    Some(cimport::print_bindings(&model, id, &head, request.target, selection))
}

fn is_in(model: &CModel, id: CModuleId, name: Symbol) -> bool {
    let module = model.modules.get(&id);
    module.is_some_and(|module| module.values.contains_key(&name) || module.types.contains_key(&name))
}
