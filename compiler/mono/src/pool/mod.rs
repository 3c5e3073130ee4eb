//! Everything a program's code consists of, before it is divided into units.
//!
//! Types, functions and globals are interned here by what they are; their ids are those of one unit that would hold the
//! whole program. Asking for an instance queues it, so that the set of instances is what the lowered code refers to,
//! and no second walk can disagree with it. `units` divides the pool and renumbers.

mod constants;
mod debug;
mod functions;
mod references;
mod statics;
mod types;

use std::collections::VecDeque;
use std::sync::Arc;

use base::{FileId, FxHashMap, FxHashSet, IndexVec, Span};
use check::{ConstValue, Features, FnRef, Ty};
use cmodel::Crossing;
use unit::{
    Abi, DebugType, DebugTypeId, Facts, Function, FunctionId, Global, GlobalId, Inline, Linkage, Signature, TypeDef,
    TypeId, UnitFile, UnitFileId,
};

use crate::MonoInput;
use crate::errors;
use crate::instance::{Home, Instance, Pending, TypeSizes};
use crate::layout::Layouts;
use crate::names::Names;

pub(crate) use debug::DebugTypes;
pub(crate) use statics::Word;
pub(crate) use types::{any_pointer, status};

/// A function of the program.
pub(crate) struct PoolFunction {
    pub(crate) function: Function,
    /// Where it is defined; absent for those that every unit declares for itself.
    pub(crate) home: Option<Home>,
    /// C text that goes with the definition or, where there is no home, with each declaration.
    pub(crate) text: Option<Crossing>,
}

pub(crate) struct PoolGlobal {
    pub(crate) global: Global,
    /// Where it is defined; absent for constants, which each unit that uses one has, and for what is defined elsewhere.
    pub(crate) home: Option<Home>,
}

pub(crate) struct Pool<'a> {
    pub(crate) input: &'a MonoInput<'a>,
    pub(crate) names: Names<'a>,
    pub(crate) layouts: Layouts<'a>,
    pub(crate) files: IndexVec<UnitFileId, UnitFile>,
    pub(crate) types: IndexVec<TypeId, TypeDef>,
    pub(crate) functions: IndexVec<FunctionId, PoolFunction>,
    pub(crate) globals: IndexVec<GlobalId, PoolGlobal>,
    pub(crate) debug: DebugTypes,
    pub(crate) diagnostics: diag::Diagnostics,
    /// The place in the source whose code is being made.
    pub(crate) at: Option<Span>,
    /// Libraries that the declarations reached ask for.
    pub(crate) links: Vec<String>,
    /// What the code that is being made has of the processor beside what all code has.
    pub(crate) features: Option<Arc<Features>>,
    /// A body was refused, so there is no program.
    pub(crate) incomplete: bool,
    /// The bodies whose drops have been checked.
    pub(crate) certified: FxHashSet<mir::BodyOwner>,

    sizes: TypeSizes,
    file_ids: FxHashMap<FileId, UnitFileId>,
    type_ids: FxHashMap<(Ty, u64), TypeId>,
    /// What is said of references, by their types.
    pointees: FxHashMap<Ty, unit::Pointee>,
    /// What each of `types` is of.
    type_tys: IndexVec<TypeId, Ty>,
    instances: FxHashMap<Instance, FunctionId>,
    declared: FxHashMap<String, FunctionId>,
    global_ids: FxHashMap<String, GlobalId>,
    endless: FxHashSet<FnRef>,
    too_large: FxHashSet<Ty>,
    queue: VecDeque<Pending>,
    /// Of those that have errors, which have been reported, none.
    assoc_consts: FxHashMap<(FnRef, Box<[Ty]>), Option<ConstValue>>,
}

/// What a function is, besides its signature.
pub(crate) struct Definition {
    pub(crate) symbol: String,
    /// What people call it.
    pub(crate) name: String,
    pub(crate) signature: Signature,
    pub(crate) linkage: Linkage,
    pub(crate) inline: Inline,
    pub(crate) home: Home,
    pub(crate) text: Option<Crossing>,
}

impl<'a> Pool<'a> {
    pub(crate) fn new(input: &'a MonoInput<'a>) -> Self {
        Self {
            input,
            names: Names::new(input.program, input.signatures),
            layouts: Layouts::new(input.signatures, input.target),
            files: IndexVec::new(),
            types: IndexVec::new(),
            functions: IndexVec::new(),
            globals: IndexVec::new(),
            debug: DebugTypes::default(),
            diagnostics: diag::Diagnostics::new(),
            at: None,
            links: Vec::new(),
            features: None,
            incomplete: false,
            certified: FxHashSet::default(),
            sizes: TypeSizes::default(),
            file_ids: FxHashMap::default(),
            type_ids: FxHashMap::default(),
            pointees: FxHashMap::default(),
            type_tys: IndexVec::new(),
            instances: FxHashMap::default(),
            declared: FxHashMap::default(),
            global_ids: FxHashMap::default(),
            endless: FxHashSet::default(),
            too_large: FxHashSet::default(),
            queue: VecDeque::new(),
            assoc_consts: FxHashMap::default(),
        }
    }

    /// The function that `instance` is, defined as `define` says when it is new; its body is made later.
    pub(crate) fn instance(&mut self, instance: Instance, define: impl FnOnce(&mut Self) -> Definition) -> FunctionId {
        if let Some(&known) = self.instances.get(&instance) {
            return known;
        }
        let definition = define(self);
        let features = self.features_of(&instance);
        let id = self.functions.push(PoolFunction {
            function: Function {
                symbol: definition.symbol,
                name: definition.name,
                signature: definition.signature,
                linkage: definition.linkage,
                inline: definition.inline,
                nounwind: false,
                facts: Facts::default(),
                features: features.map(|features| self.feature_list(&features)),
                body: None,
            },
            home: Some(definition.home),
            text: definition.text,
        });
        self.instances.insert(instance.clone(), id);
        self.queue.push_back(Pending {
            instance,
            function: id,
            needed_at: self.at,
        });
        id
    }

    /// The value of an associated constant, if it has no errors.
    pub(crate) fn assoc_const(&mut self, function: FnRef, args: &[Ty]) -> Option<ConstValue> {
        let key = (function, Box::from(args));
        if let Some(known) = self.assoc_consts.get(&key) {
            return known.clone();
        }
        let value = match self.input.bodies.assoc_const(function, args) {
            Ok(value) => Some(value),
            Err(failed) => {
                self.incomplete = true;
                let instance = self.names.function(function, args);
                for diagnostic in failed.messages.iter().cloned() {
                    self.diagnostics
                        .report(errors::of_instance(diagnostic, self.at, &instance));
                }
                None
            }
        };
        self.assoc_consts.insert(key, value.clone());
        value
    }

    pub(crate) fn next_pending(&mut self) -> Option<Pending> {
        self.queue.pop_front()
    }

    /// Whether type arguments have grown so far that there is no end to it; says so, once for each function.
    pub(crate) fn is_endless(&mut self, function: FnRef, args: &[Ty]) -> bool {
        if !self.sizes.are_endless(args) {
            return false;
        }
        if self.endless.insert(function) {
            let path = &self.input.signatures.function(function).path;
            let diagnostic = errors::endless_instantiation(self.at, path);
            self.diagnostics.report(diagnostic);
        }
        true
    }

    /// Whether the debugger may be shown what the type is made of: types that grow behind pointers have no end.
    pub(crate) fn is_deep(&mut self, ty: Ty) -> bool {
        const SHOWN_DEPTH: u32 = 24;
        const SHOWN_PARTS: u64 = 500;
        let (depth, parts) = self.sizes.of(ty);
        depth > SHOWN_DEPTH || parts > SHOWN_PARTS
    }

    /// A function defined outside the program, or by `text`. What was declared first under a symbol stands.
    pub(crate) fn declare(
        &mut self,
        symbol: String,
        signature: Signature,
        nounwind: bool,
        text: Option<Crossing>,
    ) -> FunctionId {
        if let Some(&known) = self.declared.get(&symbol) {
            return known;
        }
        let linkage = if text.is_some() {
            Linkage::CText
        } else {
            Linkage::Import
        };
        let id = self.functions.push(PoolFunction {
            function: Function {
                name: symbol.clone(),
                symbol: symbol.clone(),
                signature,
                linkage,
                inline: Inline::Default,
                nounwind,
                facts: Facts::default(),
                features: None,
                body: None,
            },
            home: None,
            text,
        });
        self.declared.insert(symbol, id);
        id
    }

    pub(crate) fn signature(&self, function: FunctionId) -> &Signature {
        &self.functions[function].function.signature
    }

    /// Whether two signatures pass the same values the same way, whatever their types are called.
    pub(crate) fn same_call(&self, left: &Signature, right: &Signature) -> bool {
        let passed = |signature: &Signature| -> Vec<_> {
            let params = signature.params.iter().chain([&signature.ret]);
            params.map(|param| (self.types[param.ty].repr, param.extend)).collect()
        };
        left.abi == right.abi && passed(left) == passed(right)
    }

    /// Of Lang's calling convention.
    pub(crate) fn lang_signature(&mut self, params: &[Ty], ret: Ty) -> Signature {
        Signature {
            abi: Abi::Lang,
            params: params.iter().map(|ty| self.lang_param(*ty)).collect(),
            ret: self.lang_param(ret),
            noreturn: ret.is_never(),
        }
    }

    fn lang_param(&mut self, ty: Ty) -> unit::Param {
        unit::Param {
            ty: self.ty(ty),
            extend: unit::Extend::None,
            pointee: self.pointee(ty),
        }
    }

    /// Where the units' file of a source file is.
    pub(crate) fn file(&mut self, file: FileId) -> UnitFileId {
        if let Some(&known) = self.file_ids.get(&file) {
            return known;
        }
        let name = self.input.sources.file(file).path.to_string_lossy().into_owned();
        let id = self.files.push(UnitFile {
            // Wherever the build runs, so that its folder does not show. Debuggers look from where they run.
            directory: ".".to_owned(),
            name,
        });
        self.file_ids.insert(file, id);
        id
    }

    pub(crate) fn debug_types(&self) -> &IndexVec<DebugTypeId, DebugType> {
        self.debug.types()
    }
}
