//! One import, from names to model.

use std::path::PathBuf;

use base::Symbol;
use cmodel::{CModel, CModule, CModuleId, CModuleSpec};
use target::Target;
use unit::{CPch, CText, Optimize};

use crate::ast::TranslationUnit;
use crate::constants::{NoExpression, unsupported};
use crate::errors::ImportError;
use crate::flags::{self, Flags};
use crate::headers::{self, Bodies, PchFiles};
use crate::libclang::{self, Clang};
use crate::names::NameIndex;
use crate::query::{self, Asked};
use crate::translate::Translator;

/// Where the importer finds its tools and keeps its results.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportOptions {
    /// The shared library itself.
    pub libclang: PathBuf,
    /// Clang's own headers: the folder that holds `include/stddef.h`.
    pub resource_dir: PathBuf,
    /// Absent to work without a cache.
    pub cache_dir: Option<PathBuf>,
    /// The root of the target's system, when the user gives one.
    pub sysroot: Option<PathBuf>,
}

/// Imports headers. Cheap to make; may be used by several threads at once.
pub struct Importer {
    options: ImportOptions,
}

/// What C text stands on that the code generator compiles: the part of a `unit::CText` that is not thunks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeBase {
    /// As [`CText::args`].
    pub args: Vec<String>,
    /// Holds the headers with the bodies of their inline functions.
    pub pch: Option<CPch>,
    /// The `#include` lines that a text begins with when there is no precompiled header.
    pub includes: String,
}

impl CodeBase {
    /// The C text of a unit with these thunks.
    pub fn text(&self, thunks: &str) -> CText {
        let text = match self.pch {
            Some(_) => thunks.to_owned(),
            None => format!("{}{thunks}", self.includes),
        };
        CText {
            text,
            args: self.args.clone(),
            pch: self.pch.clone(),
        }
    }
}

/// What one `import c` brings.
#[derive(Clone, PartialEq, Debug)]
pub struct CImportResult {
    /// The module, and the declarations that it and its types reach.
    pub model: CModel,
}

impl Importer {
    pub fn new(options: ImportOptions) -> Self {
        Self { options }
    }

    /// Imports the names that the program mentions. A name that the headers do not have is not in the result.
    pub fn import(
        &self,
        id: CModuleId,
        spec: &CModuleSpec,
        target: &Target,
        optimize: Optimize,
        names: &[Symbol],
    ) -> Result<CImportResult, ImportError> {
        if let Some(header) = spec.headers.iter().find(|header| flags::is_malformed(header)) {
            return Err(ImportError::HeaderNameMalformed { header: header.clone() });
        }
        let flags = flags::flags(&self.options, spec, target);
        let implied = CText::implied_args(optimize);
        let clang = libclang::open(&self.options.libclang)?;
        let folder = tempfile::tempdir().ok();
        let files = folder.as_ref().map(|folder| PchFiles {
            includes: folder.path().join("module.h"),
            pch: folder.path().join("module.pch"),
        });
        let (parsed, saved) = headers::parse(clang, &flags, &implied, Bodies::Skip, files.as_ref())?;
        let pch = files.filter(|_| saved).map(|files| files.pch);
        let translation = Translation {
            clang,
            flags: &flags,
            implied: &implied,
            pch,
            id,
            spec,
            target,
        };
        let model = translation.names(&parsed.names, names.iter().map(|name| name.as_str()));
        let model = model.ok_or_else(|| ImportError::ClangFailed {
            headers: spec.headers.clone(),
        })?;
        Ok(CImportResult { model })
    }

    /// What C text stands on that names declarations of a module's headers; of no headers when `spec` is absent.
    /// Asked for when a program crosses to the module by C text, which most do not.
    pub fn code_base(&self, spec: Option<&CModuleSpec>, target: &Target) -> CodeBase {
        let none = CModuleSpec {
            headers: Vec::new(),
            include_dirs: Vec::new(),
            defines: Vec::new(),
            pkg_config: Vec::new(),
            link: Vec::new(),
        };
        let flags = flags::flags(&self.options, spec.unwrap_or(&none), target);
        CodeBase {
            args: flags.args,
            pch: None,
            includes: flags.includes,
        }
    }
}

/// Everything that stays the same while one module's names are asked for.
struct Translation<'a> {
    clang: &'static Clang,
    flags: &'a Flags,
    implied: &'a [&'a str],
    pch: Option<PathBuf>,
    id: CModuleId,
    spec: &'a CModuleSpec,
    target: &'a Target,
}

impl Translation<'_> {
    /// The model of those of `names` that the headers have. `None` when Clang failed.
    fn names<'n>(&self, index: &NameIndex, names: impl Iterator<Item = &'n str>) -> Option<CModel> {
        let mut asked: Vec<Asked<'_>> = names
            .filter_map(|name| index.names.get_key_value(name))
            .filter(|(_, kinds)| kinds.is_item())
            .map(|(name, kinds)| Asked { name, kinds, index })
            .collect();
        asked.sort_by_key(|asked| asked.name);
        asked.dedup_by_key(|asked| asked.name);
        let unit = self.ask(&query::text(&asked))?;
        let answers = query::read(&unit, asked.len());
        let mut cx = Translator::new(&unit, self.id, self.target);
        let mut module = CModule {
            spec: Some(self.spec.clone()),
            ..CModule::default()
        };
        let mut perhaps_types = Vec::new();
        for (asked, answer) in asked.iter().zip(answers.answers) {
            let name = base::sym(asked.name);
            match cx.value(*asked, answer) {
                Ok(Some(value)) => _ = module.values.insert(name, value),
                Ok(None) => {}
                Err(NoExpression) => perhaps_types.push(*asked),
            }
            if let Some(typedef) = answer.ty {
                let ty = cx.type_name(*asked, typedef);
                module.types.insert(name, ty);
            }
        }
        let mut model = cx.finish();
        if !perhaps_types.is_empty() {
            let types = self.macro_types(&perhaps_types, &mut module)?;
            crate::merge::absorb(&mut model, types);
        }
        model.modules.insert(self.id, module);
        Some(model)
    }

    /// Macros that are no expressions, as types; those that are none either are said to be unsupported.
    fn macro_types(&self, asked: &[Asked<'_>], module: &mut CModule) -> Option<CModel> {
        let unit = self.ask(&query::type_text(asked))?;
        let answers = query::read(&unit, asked.len());
        let mut cx = Translator::new(&unit, self.id, self.target);
        for (asked, answer) in asked.iter().zip(answers.answers) {
            let name = base::sym(asked.name);
            match answer.ty {
                Some(typedef) => _ = module.types.insert(name, cx.type_name(*asked, typedef)),
                None => {
                    let reason = "a macro that is no expression, which is not supported yet";
                    module.values.insert(name, unsupported(reason, cx.macro_loc(*asked)));
                }
            }
        }
        Some(cx.finish())
    }

    fn ask(&self, text: &str) -> Option<TranslationUnit> {
        headers::query(self.clang, self.flags, self.implied, self.pch.as_deref(), text)
    }
}
