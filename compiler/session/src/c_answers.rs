//! Checking with what Clang says of uses of macros.
//!
//! Checking leaves questions: a call of a macro whose argument types are new. They are answered together, one question
//! to Clang for each module, and what lacked an answer is checked again. A program without such calls is checked once.

use std::collections::BTreeMap;

use check::{BodyKey, CheckInput, Signatures, TypedBody, collect};
use cimport::{Comments, ImportError, Importer};
use cmodel::{CInstance, CModel, CModuleId, CModuleSpec, CRefusal, CRefusalKind, CUse, CUseResult};
use diag::Diagnostics;

use crate::analyse::Request;
use crate::bodies::{check_again, check_bodies};
use crate::c_imports::{ImportedC, c_importer};
use crate::parallel::par_map;

/// What types are of that inline C reaches without a header: there are none.
const NO_MODULE: CModuleId = CModuleId(u32::MAX);

/// Collects the signatures, and checks every body of the program's own files.
pub(crate) fn check_program(
    c: &ImportedC<'_>,
    mut model: CModel,
    request: Request<'_>,
    input: CheckInput<'_>,
    diagnostics: &mut Diagnostics,
) -> (Signatures, Vec<(BodyKey, TypedBody)>) {
    let mut signatures = loop {
        let (mut signatures, errors) = collect(input, model);
        let wanted = c.take_wanted();
        if wanted.is_empty() {
            diagnostics.append(errors);
            break signatures;
        }
        // Constants have been computed with what was not known.
        model = std::mem::take(&mut signatures.c);
        for answers in answer(&model, request, wanted) {
            answers.add_to(&mut model);
        }
    };
    let mut checked = check_bodies(input, &signatures);
    loop {
        let wanted = c.take_wanted();
        if wanted.is_empty() {
            break;
        }
        for answers in answer(&signatures.c, request, wanted) {
            check::extend(&mut signatures, |model| answers.add_to(model));
        }
        check_again(input, &signatures, &mut checked);
    }
    let keep = |(key, (body, errors))| {
        diagnostics.append(errors);
        (key, body)
    };
    let typed = checked.into_iter().map(keep).collect();
    (signatures, typed)
}

/// What Clang says, for each module. Where it cannot be asked, every use is refused, so that no question stays open.
fn answer(model: &CModel, request: Request<'_>, wanted: Vec<CUse>) -> Vec<cimport::UseAnswers> {
    let mut of_modules: BTreeMap<Option<CModuleId>, Vec<CUse>> = BTreeMap::new();
    for one in wanted {
        of_modules.entry(one.module).or_default().push(one);
    }
    let importer = c_importer(request, Comments::Skip).ok();
    let ask = |(id, uses): (Option<CModuleId>, Vec<CUse>)| {
        let without_header = CModuleSpec::default();
        let spec = match id {
            Some(id) => model.modules.get(&id).and_then(|module| module.spec.as_ref()),
            None => Some(&without_header),
        };
        let asked = importer.as_ref().zip(spec).map(|(importer, spec): (&Importer, _)| {
            importer.uses(
                id.unwrap_or(NO_MODULE),
                spec,
                request.target,
                request.profile.optimize,
                model,
                &uses,
            )
        });
        match asked {
            Some(Ok(answers)) => answers,
            Some(Err(error)) => refused(uses, &reason(&error)),
            None => refused(uses, CLANG_FAILED),
        }
    };
    par_map(of_modules.into_iter().collect(), ask)
}

const CLANG_FAILED: &str = "Clang itself failed";

/// Why nobody could be asked. That headers are not here is found out only now where bindings stand for them.
fn reason(error: &ImportError) -> String {
    match error {
        ImportError::HeaderNotFound { header, .. } | ImportError::NoHeadersForTarget { header, .. } => {
            format!("that is compiled on `{header}`, which is not here")
        }
        ImportError::LibclangMissing { .. }
        | ImportError::LibclangVersion { .. }
        | ImportError::LibclangUnusable { .. }
        | ImportError::HeaderNameMalformed { .. }
        | ImportError::HeaderIsNoFile { .. }
        | ImportError::HeaderHasErrors { .. }
        | ImportError::UnknownStandard { .. }
        | ImportError::ClangFailed { .. } => CLANG_FAILED.to_owned(),
    }
}

fn refused(uses: Vec<CUse>, reason: &str) -> cimport::UseAnswers {
    let refuse = |of: CUse| CInstance {
        modes: vec![cmodel::CArgMode::Plain; of.args.len()],
        needs: cmodel::CNeeds::default(),
        result: CUseResult::Refused(CRefusal {
            kind: CRefusalKind::Error,
            message: reason.to_owned(),
            loc: cmodel::CLoc::default(),
        }),
        of,
        expansion: None,
    };
    cimport::UseAnswers {
        instances: uses.into_iter().map(refuse).collect(),
        model: CModel::default(),
    }
}
