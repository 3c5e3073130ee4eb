//! The C text of units: their crossings, per C module, on that module's headers.

use std::collections::{BTreeMap, BTreeSet};

use cimport::{Comments, ImportError};
use cmodel::Crossing;
use diag::Diagnostics;
use mono::MonoUnit;
use session::{Checked, Request, c_importer, span_of_import};
use unit::Unit;

use crate::errors;

/// The units with their C text. Clang's importer is made only when some unit crosses.
pub(crate) fn add_c_texts(
    units: Vec<MonoUnit>,
    checked: &Checked,
    request: Request<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Unit>> {
    if units.iter().all(|unit| unit.crossings.is_empty()) {
        return Some(units.into_iter().map(|unit| unit.unit).collect());
    }
    let importer = match c_importer(request, Comments::Skip) {
        Ok(importer) => importer,
        Err(error) => {
            diagnostics.report(error.diagnostic());
            return None;
        }
    };
    let model = &checked.signatures.c;
    let mut failed = BTreeSet::new();
    let mut finished = Vec::with_capacity(units.len());
    for MonoUnit { mut unit, crossings } in units {
        let mut by_module: BTreeMap<_, Vec<Crossing>> = BTreeMap::new();
        for crossing in crossings {
            by_module.entry(crossing.module).or_default().push(crossing);
        }
        for (module, crossings) in by_module {
            let spec = module
                .and_then(|id| model.modules.get(&id))
                .and_then(|module| module.spec.as_ref());
            let base = match spec {
                Some(spec) => importer.code_base(spec, request.target, request.profile.optimize),
                None => Ok(importer.code_base_without_headers(request.target)),
            };
            match (base, cimport::thunk_text(&crossings, model)) {
                (Ok(base), Ok(text)) => unit.c_texts.push(base.text(&text, module)),
                (Ok(_), Err(error)) => _ = diagnostics.report(errors::no_c_text(&error)),
                (Err(error), _) => {
                    if !failed.insert(module) {
                        continue;
                    }
                    let place = module.map(|id| span_of_import(&checked.program, id.of_import()));
                    diagnostics.report(match (&error, place) {
                        // The bodies of inline functions are read only now.
                        (ImportError::HeaderHasErrors { .. }, Some(span)) => cimport::import_error(&error, span),
                        // The headers gave a model a moment ago, so they have changed since.
                        _ => errors::headers_changed(spec),
                    });
                }
            }
        }
        finished.push(unit);
    }
    (!diagnostics.has_errors()).then_some(finished)
}
