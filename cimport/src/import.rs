//! One import, from names to model.
//!
//! Takes what a program asks of headers. Gives the model of the names it mentions. Decides what is answered from the
//! cache and what Clang is asked: with everything in the cache libclang is not opened.

use std::path::PathBuf;

use base::{ContentHash, Hasher, Symbol};
use cmodel::{CInstance, CLayout, CModel, CModuleId, CModuleSpec, CShape, CUse, LayoutError};
use serde::{Deserialize, Serialize};
use target::Target;
use unit::{CPch, CText, Optimize};

use crate::at_once::{self, Answers};
use crate::cache::Kind;
use crate::errors::ImportError;
use crate::flags;
use crate::headers::{Bodies, HeaderSet, SHARED_ARGS};
use crate::instances::Instances;
use crate::libclang::Clang;
use crate::merge::absorb;
use crate::names::{NameIndex, index_names};
use crate::own_layouts;
use crate::queries::ModuleNames;
use crate::query::Asked;
use crate::rounds::{Computes, Rounds};
use crate::store::{Headers, Store};

/// Where the importer finds its tools and keeps its results.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportOptions {
    /// The shared library itself.
    pub libclang: PathBuf,
    /// Clang's own headers: the folder that holds `include/stddef.h`.
    pub resource_dir: PathBuf,
    /// Absent to work without a cache. One that cannot be written is as good as absent.
    pub cache_dir: Option<PathBuf>,
    /// The root of the target's system, when the user gives one.
    pub sysroot: Option<PathBuf>,
    /// Headers below it are known to programs and debuggers by their paths from here, so that a program is the same
    /// wherever its folder is.
    pub working_dir: Option<PathBuf>,
    pub comments: Comments,
}

/// What becomes of the comments in headers. Clang is slower where it keeps them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comments {
    /// Declarations have none: nothing that is compiled depends on them.
    Skip,
    /// Declarations have those that are about them, to be shown.
    Keep,
}

/// Imports headers. Cheap to make; may be used by several threads at once.
pub struct Importer {
    options: ImportOptions,
}

/// What one `import c` brings.
pub struct CImportResult {
    /// The module, and the declarations that it and its types reach.
    pub model: CModel,
    /// For [`crate::Queries`].
    pub names: ModuleNames,
}

/// What Clang made of uses of macros.
#[derive(Serialize, Deserialize)]
pub struct UseAnswers {
    /// In the order of the uses.
    pub instances: Vec<CInstance>,
    /// The declarations that their types reach.
    pub model: CModel,
}

impl UseAnswers {
    /// Adds the answers to the model of the program. Gives what is new in it.
    pub fn add_to(self, model: &mut CModel) -> CModel {
        let mut new = self.model;
        for instance in self.instances {
            new.instances.insert(instance.of.key(), instance);
        }
        new.records.retain(|tag, record| {
            let known = model.records.get(tag);
            known.is_none_or(|known| known.layout.is_none() && record.layout.is_some())
        });
        new.enums.retain(|tag, _| !model.enums.contains_key(tag));
        new.typedefs.retain(|name, _| !model.typedefs.contains_key(name));
        new.functions.retain(|name, _| !model.functions.contains_key(name));
        new.globals.retain(|name, _| !model.globals.contains_key(name));
        absorb(model, new.clone());
        new
    }
}

/// What C text stands on that the code generator compiles: the part of a `unit::CText` that is not thunks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeBase {
    /// As [`CText::args`].
    pub args: Vec<String>,
    /// Holds the headers with the bodies of their inline functions. Absent without a cache.
    pub pch: Option<CPch>,
    /// The `#include` lines that a text begins with when there is no precompiled header.
    pub includes: String,
}

impl CodeBase {
    /// The C text of a unit with these thunks, on the headers of this module.
    pub fn text(&self, thunks: &str, module: Option<CModuleId>) -> CText {
        let text = match self.pch {
            Some(_) => thunks.to_owned(),
            None => format!("{}{thunks}", self.includes),
        };
        CText {
            text,
            args: self.args.clone(),
            pch: self.pch.clone(),
            statics: module.map_or_else(|| String::from("lang_s_"), |id| format!("lang_s{}_", id.0)),
        }
    }
}

impl Importer {
    pub fn new(options: ImportOptions) -> Self {
        Self { options }
    }

    /// Imports the names that the program mentions: every word after a dot, and every field that a literal or a
    /// pattern names. A name that the headers do not have is not in the result.
    pub fn import(
        &self,
        id: CModuleId,
        spec: &CModuleSpec,
        target: &Target,
        optimize: Optimize,
        names: &[Symbol],
    ) -> Result<CImportResult, ImportError> {
        let store = self.store(spec, target, optimize, Bodies::Skip)?;
        let mut names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let import = Import {
            store,
            id,
            target,
            computes: Computes::Records,
        };
        let result = match import.store.cached() {
            Some(headers) => import.known(&headers, &names).map_or_else(|| import.fresh(&names), Ok),
            None => import.at_once(&names).map_or_else(|| import.fresh(&names), Ok),
        };
        result.map(|result| with_spec(result, id, spec))
    }

    /// What Clang makes of uses of macros of one module, in their order. `model` is what the program has imported.
    pub fn uses(
        &self,
        id: CModuleId,
        spec: &CModuleSpec,
        target: &Target,
        optimize: Optimize,
        model: &CModel,
        uses: &[CUse],
    ) -> Result<UseAnswers, ImportError> {
        let store = self.store(spec, target, optimize, Bodies::Skip)?;
        let import = Import {
            store,
            id,
            target,
            computes: Computes::Scalars,
        };
        import.uses(model, uses)
    }

    /// How the last of these records of Lang source is laid out, each of which stands behind those that it contains.
    /// `module` says where the headers' records are from that they contain, which are in `model`.
    pub fn layout_of(
        &self,
        module: Option<(CModuleId, &CModuleSpec)>,
        target: &Target,
        optimize: Optimize,
        shapes: &[CShape],
        model: &CModel,
    ) -> Result<CLayout, LayoutError> {
        let no_answer = |_| LayoutError::NoAnswer;
        let Some((id, spec)) = module else {
            let spec = CModuleSpec::default();
            let store = self.store(&spec, target, optimize, Bodies::Skip).map_err(no_answer)?;
            return own_layouts::layout_of(&store, None, shapes, model);
        };
        let import = Import {
            store: self.store(spec, target, optimize, Bodies::Skip).map_err(no_answer)?,
            id,
            target,
            computes: Computes::Scalars,
        };
        let headers = match import.cached_index() {
            Some((headers, _)) => headers,
            None => import.parse().map_err(no_answer)?.0,
        };
        own_layouts::layout_of(&import.store, Some(&headers), shapes, model)
    }

    /// Imports every name of the headers, but for what Clang itself predefines.
    pub fn import_all(
        &self,
        id: CModuleId,
        spec: &CModuleSpec,
        target: &Target,
        optimize: Optimize,
    ) -> Result<CImportResult, ImportError> {
        let store = self.store(spec, target, optimize, Bodies::Skip)?;
        let import = Import {
            store,
            id,
            target,
            computes: Computes::Records,
        };
        let (headers, index) = match import.cached_index() {
            Some(found) => found,
            None => import.parse()?,
        };
        let names: Vec<&str> = index
            .names
            .iter()
            .filter(|(_, kinds)| !kinds.is_predefined())
            .map(|(name, _)| name.as_str())
            .collect();
        let model = import.model(&headers, &index, &names)?;
        Ok(with_spec(
            CImportResult {
                model,
                names: ModuleNames::read(index),
            },
            id,
            spec,
        ))
    }

    /// What C text stands on that names declarations of a module's headers. Asked for when a program crosses to the
    /// module by C text, which most do not.
    pub fn code_base(&self, spec: &CModuleSpec, target: &Target, optimize: Optimize) -> Result<CodeBase, ImportError> {
        let store = self.store(spec, target, optimize, Bodies::Keep)?;
        let headers = match store.cached().filter(|headers| store.is_sound(headers)) {
            Some(headers) => headers,
            None => store.parse()?.0,
        };
        let kept = headers.is_kept();
        let path = headers.pch.filter(|_| kept);
        let pch = path.map(|path| CPch {
            path: path.display().to_string(),
            content: headers.content,
        });
        let mut args = store.set.flags.args;
        args.extend(SHARED_ARGS.map(str::to_owned));
        Ok(CodeBase {
            args,
            pch,
            includes: store.set.flags.includes,
        })
    }

    /// What C text stands on that names no header.
    pub fn code_base_without_headers(&self, target: &Target) -> CodeBase {
        let flags = flags::flags(&self.options, &CModuleSpec::default(), target);
        let mut args = flags.args;
        args.extend(SHARED_ARGS.map(str::to_owned));
        CodeBase {
            args,
            pch: None,
            includes: String::new(),
        }
    }

    pub(crate) fn store(
        &self,
        spec: &CModuleSpec,
        target: &Target,
        optimize: Optimize,
        bodies: Bodies,
    ) -> Result<Store<'_>, ImportError> {
        if let Some(header) = spec.headers.iter().find(|header| flags::is_malformed(header)) {
            return Err(ImportError::HeaderNameMalformed { header: header.clone() });
        }
        let flags = flags::flags(&self.options, spec, target);
        let mut headers = spec.headers.iter();
        if let Some(path) = headers.find_map(|header| flags::without_end(header, &flags.search)) {
            return Err(ImportError::HeaderIsNoFile { path });
        }
        Ok(Store::new(
            &self.options,
            HeaderSet {
                flags,
                implied: CText::implied_args(optimize).to_vec(),
                bodies,
                comments: self.options.comments,
            },
        ))
    }
}

fn with_spec(mut result: CImportResult, id: CModuleId, spec: &CModuleSpec) -> CImportResult {
    result.model.modules.entry(id).or_default().spec = Some(spec.clone());
    result
}

/// One module's import. Models are kept in the cache without the module's `spec`, parts of which (what to link) change
/// nothing here.
struct Import<'a> {
    store: Store<'a>,
    id: CModuleId,
    target: &'a Target,
    computes: Computes,
}

impl Import<'_> {
    /// The result as far as the cache has it: the answer itself, or headers to ask.
    fn known(&self, headers: &Headers, names: &[&str]) -> Option<CImportResult> {
        let key = self.answer_key(headers, names);
        if let Some(model) = self.store.get(Kind::Answer, key) {
            return Some(CImportResult {
                model,
                names: self.lazy_names(headers),
            });
        }
        let index = self.store.names(headers)?;
        // Most words of a program are no names of the headers, and the answer does not depend on those.
        let known: Vec<&str> = names.iter().copied().filter(|name| index.has_item(name)).collect();
        let known_key = self.answer_key(headers, &known);
        let model = match self.store.get(Kind::Answer, known_key) {
            Some(model) => model,
            None if self.store.is_sound(headers) => {
                let model = self.ask(self.store.clang().ok()?, headers, &index, &known)?;
                self.store.put(Kind::Answer, known_key, &model);
                model
            }
            None => return None,
        };
        self.store.put(Kind::Answer, key, &model);
        Some(CImportResult {
            model,
            names: ModuleNames::read(index),
        })
    }

    /// The result from a parse of the headers.
    fn fresh(&self, names: &[&str]) -> Result<CImportResult, ImportError> {
        let (headers, index) = self.parse()?;
        let known: Vec<&str> = names.iter().copied().filter(|name| index.has_item(name)).collect();
        let model = self.model(&headers, &index, &known)?;
        self.put_answers(&headers, names, &known, &model);
        Ok(CImportResult {
            model,
            names: ModuleNames::read(index),
        })
    }

    /// The result from one parse of the headers and of a question for all names at once. `None` when that does not say
    /// all.
    fn at_once(&self, names: &[&str]) -> Option<CImportResult> {
        let parsed = self.store.parse_with(&at_once::text(names))?;
        let indexed = index_names(&parsed.unit, self.store.set.comments);
        let (index, question) = (indexed.index, indexed.question);
        if indexed.has_incomplete {
            return None;
        }
        let answers = Answers::read(&parsed.unit, question);
        let (mut asked, mut known) = (Vec::new(), Vec::new());
        for (number, name) in names.iter().enumerate() {
            if let Some((name, kinds)) = index.names.get_key_value(*name).filter(|(_, kinds)| kinds.is_item()) {
                let index = &index;
                asked.push((Asked { name, kinds, index }, answers.answer(number, kinds)?));
                known.push(name.as_str());
            }
        }
        let (clang, headers) = (self.store.clang().ok()?, &parsed.headers);
        let rounds = Rounds::new(&self.store, clang, headers, self.id, self.target, self.computes);
        let model = rounds.model_at_once(&parsed.unit, &asked)?;
        self.store.keep(headers.content, parsed.files, &index);
        self.put_answers(headers, names, &known, &model);
        Some(CImportResult {
            model,
            names: ModuleNames::read(index),
        })
    }

    /// Keeps a model as the answer to the words of a program, and to those of them that are names.
    fn put_answers(&self, headers: &Headers, names: &[&str], known: &[&str], model: &CModel) {
        self.store.put(Kind::Answer, self.answer_key(headers, known), model);
        self.store.put(Kind::Answer, self.answer_key(headers, names), model);
    }

    /// The answers of the cache, or Clang's.
    fn uses(&self, model: &CModel, uses: &[CUse]) -> Result<UseAnswers, ImportError> {
        let failed = || ImportError::ClangFailed {
            headers: self.store.set.headers(),
        };
        let key = |headers: &Headers| {
            let mut hasher = Hasher::new();
            hasher.field(&headers.content.0).field(&self.id.0.to_le_bytes());
            for one in uses {
                hasher.field(one.key().as_str().as_bytes());
            }
            hasher.finish()
        };
        if let Some(headers) = self.store.cached()
            && let Some(known) = self.store.get(Kind::Uses, key(&headers))
        {
            return Ok(known);
        }
        let (headers, index) = match self.cached_index() {
            Some(found) => found,
            None => self.parse()?,
        };
        let clang = self.store.clang()?;
        let ask = |headers: &Headers| {
            let instances = Instances {
                store: &self.store,
                clang,
                headers,
                index: &index,
                id: self.id,
                target: self.target,
                model,
            };
            instances.of(uses)
        };
        let plain = Headers::without_pch(headers.content);
        let (instances, model) = ask(&headers).or_else(|| ask(&plain)).ok_or_else(failed)?;
        let answers = UseAnswers { instances, model };
        self.store.put(Kind::Uses, key(&headers), &answers);
        Ok(answers)
    }

    fn cached_index(&self) -> Option<(Headers, NameIndex)> {
        let headers = self.store.cached()?;
        let index = self.store.names(&headers)?;
        self.store.is_sound(&headers).then_some((headers, index))
    }

    fn lazy_names(&self, headers: &Headers) -> ModuleNames {
        ModuleNames::cached(self.store.cache_dir(), headers.content)
    }

    /// The model of `names`, on the headers' text when Clang will not read its own precompiled header.
    fn model(&self, headers: &Headers, index: &NameIndex, names: &[&str]) -> Result<CModel, ImportError> {
        let clang = self.store.clang()?;
        let failed = || ImportError::ClangFailed {
            headers: self.store.set.headers(),
        };
        let plain = Headers::without_pch(headers.content);
        self.ask(clang, headers, index, names)
            .or_else(|| self.ask(clang, &plain, index, names))
            .ok_or_else(failed)
    }

    /// The model of those of `names` that the headers have. `None` when Clang failed.
    fn ask(&self, clang: &'static Clang, headers: &Headers, index: &NameIndex, names: &[&str]) -> Option<CModel> {
        let asked: Vec<Asked<'_>> = names
            .iter()
            .filter_map(|name| index.names.get_key_value(*name))
            .filter(|(_, kinds)| kinds.is_item())
            .map(|(name, kinds)| Asked { name, kinds, index })
            .collect();
        Rounds::new(&self.store, clang, headers, self.id, self.target, self.computes).model_of(&asked)
    }

    fn answer_key(&self, headers: &Headers, names: &[&str]) -> ContentHash {
        let mut hasher = Hasher::new();
        hasher.field(&headers.content.0).field(&self.id.0.to_le_bytes());
        for name in names {
            hasher.field(name.as_bytes());
        }
        hasher.finish()
    }

    /// Parses the headers. A header of the C library that is missing because the target has none is said to be that.
    fn parse(&self) -> Result<(Headers, NameIndex), ImportError> {
        self.store.parse().map_err(|error| {
            if self.store.set.flags.has_system_headers {
                return error;
            }
            let ImportError::HeaderNotFound { header, .. } = error else {
                return error;
            };
            ImportError::NoHeadersForTarget {
                header,
                target: self.target.name.clone(),
                looked_in: self
                    .store
                    .set
                    .flags
                    .system_candidates
                    .iter()
                    .map(|folder| folder.display().to_string())
                    .collect(),
                packages: self.target.link.packages.clone(),
                sysroot: self
                    .store
                    .options
                    .sysroot
                    .as_ref()
                    .map(|root| root.display().to_string()),
            }
        })
    }
}
