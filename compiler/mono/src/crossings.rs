//! Which calls between Lang and C the back end makes itself, and which ones go through C text.
//!
//! Values that every target passes as LLVM does by itself are integers up to 64 bits, `float`, `double` and pointers.
//! All else (records, `long double`, `__int128`, `_Float16`, unusual calling conventions) is a [`Crossing`].

use base::Symbol;
use check::{FnKind, FnRef, FnType, Ty, TyKind};
use cmodel::{
    CCallee, CEffects, CFacts, CFunction, CLinkage, CMacroUse, CModuleId, CParam, CSignature, CType, CUseResult,
    CValue, CallbackReach, CallingConvention, Crossing, CrossingKind,
};
use target::CScalar;
use unit::{Abi, Effects, Facts, FunctionId, Inline, Linkage, Scalar, Signature};

use crate::c_types::CTypes;
use crate::instance::{Callback, Instance};
use crate::names::short_hash;
use crate::pool::{Definition, Pool, any_pointer};

/// How C is called.
pub(crate) enum CCall {
    Direct {
        /// Absent for calls through a pointer.
        callee: Option<FunctionId>,
        signature: Signature,
    },
    /// Through a function of C text, which takes pointers.
    Thunk { thunk: FunctionId, has_result: bool },
}

/// Parameters and result of a C function, in Lang's types.
struct CTypesOfCall {
    params: Vec<Ty>,
    variadic_args: Vec<Ty>,
    ret: Ty,
    variadic: bool,
    convention: CallingConvention,
}

/// An object-like macro that C text evaluates.
struct Macro {
    module: CModuleId,
    name: Symbol,
    /// Its type in C; what is there, of a place.
    ty: CType,
}

impl Pool<'_> {
    /// The C function and how it is called with these arguments after its parameters.
    pub(crate) fn c_function(&mut self, function: FnRef, variadic_args: &[Ty]) -> CCall {
        let signatures = self.input.signatures;
        let decl = signatures.function(function);
        let types = CTypesOfCall {
            params: decl.params.iter().map(|param| param.ty).collect(),
            variadic_args: variadic_args.to_vec(),
            ret: decl.ret,
            variadic: decl.variadic,
            convention: decl.convention,
        };
        if let (FnKind::Macro(usage), FnRef::CInstance(key) | FnRef::CInstanceStore(key)) = (&decl.kind, function) {
            return self.use_thunk(key, *usage, &types);
        }
        if let FnKind::Macro(usage) = decl.kind {
            let evaluated = self.evaluated_macro(function);
            return self.macro_thunk(evaluated, usage, &types);
        }
        if let Some(signature) = self
            .direct_signature(&types)
            .filter(|_| !self.lacks_prototype(function, variadic_args) && !self.is_builtin(function))
        {
            let callee = Some(self.declare_c(function, signature.clone()));
            return CCall::Direct { callee, signature };
        }
        let callee = match self.header_function(function) {
            Some(header) => CCallee::Header(header.name.to_string()),
            None => CCallee::Symbol(decl.name.to_string()),
        };
        self.link_libraries(function);
        let header = self
            .header_function(function)
            .map(|header| (header.signature.clone(), Some(header.module)));
        self.thunk(CrossingKind::CallFunction { callee }, &types, header)
    }

    fn evaluated_macro(&self, function: FnRef) -> Macro {
        match function {
            FnRef::CMacro(module, name) | FnRef::CMacroStore(module, name) => {
                match &self.input.signatures.c.modules[&module].values[&name] {
                    CValue::Getter(getter) => Macro {
                        module: match getter.needs_no_header {
                            true => module.without_headers(),
                            false => module,
                        },
                        name,
                        ty: getter.ty.clone(),
                    },
                    CValue::Function(_)
                    | CValue::Global(_)
                    | CValue::Constant(_)
                    | CValue::Initializer(_)
                    | CValue::Macro(_)
                    | CValue::NoValue { .. } => unreachable!("only a getter is evaluated, and `{name}` is none"),
                }
            }
            FnRef::CInitializer(module, name, tag) => Macro {
                module,
                name,
                ty: CType::Record(tag),
            },
            FnRef::Lang(_)
            | FnRef::C(_)
            | FnRef::CInstance(_)
            | FnRef::CInstanceStore(_)
            | FnRef::Variant(..)
            | FnRef::Operator(_) => {
                unreachable!("{function:?} is no object-like macro")
            }
        }
    }

    /// A use of a macro is C text, whatever its types.
    fn use_thunk(&mut self, key: Symbol, usage: CMacroUse, types: &CTypesOfCall) -> CCall {
        let instance = &self.input.signatures.c.instances[&key];
        let void = CType::Scalar(CScalar::Void);
        let (mut params, mut ret) = (Vec::new(), void.clone());
        match (&instance.result, usage) {
            (CUseResult::Value(value), CMacroUse::Store) => params.push(CParam {
                name: None,
                ty: value.ty.clone(),
            }),
            (CUseResult::Value(value), _) => ret = value.ty.clone(),
            (CUseResult::Initializer { .. }, _) => ret = instance.of.expected.clone().unwrap_or(void),
            (CUseResult::Return { always: false, .. }, _) => ret = CType::Scalar(CScalar::Bool),
            (CUseResult::Return { ty, always: true }, _) => ret = ty.clone().unwrap_or(void),
            (CUseResult::Refused(_), _) => unreachable!("checking lets no use through that C refuses"),
        }
        let kind = CrossingKind::Use {
            of: Box::new(instance.of.clone()),
            modes: instance.modes.clone(),
            usage,
        };
        let (module, signature) = (instance.of.module, plain_signature(params, ret));
        self.thunk(kind, types, Some((signature, module)))
    }

    /// An object-like macro is evaluated by C text, whatever its type.
    fn macro_thunk(&mut self, evaluated: Macro, usage: CMacroUse, types: &CTypesOfCall) -> CCall {
        let Macro { module, name, ty } = evaluated;
        let kind = CrossingKind::Macro {
            name: name.to_string(),
            usage,
        };
        let (params, ret) = match usage {
            CMacroUse::Store => (vec![CParam { name: None, ty }], CType::Scalar(CScalar::Void)),
            CMacroUse::Value
            | CMacroUse::Address
            | CMacroUse::Initializer
            | CMacroUse::Load
            | CMacroUse::Returned
            | CMacroUse::MayReturn => (Vec::new(), ty),
        };
        self.thunk(kind, types, Some((plain_signature(params, ret), Some(module))))
    }

    /// How a value of type `extern fn` is called.
    pub(crate) fn c_pointer(&mut self, fn_type: &FnType, variadic_args: &[Ty]) -> CCall {
        let types = CTypesOfCall {
            params: fn_type.params.to_vec(),
            variadic_args: variadic_args.to_vec(),
            ret: fn_type.ret,
            variadic: fn_type.variadic,
            convention: fn_type.convention,
        };
        match self.direct_signature(&types) {
            Some(signature) => CCall::Direct {
                callee: None,
                signature,
            },
            None => self.thunk(CrossingKind::CallPointer, &types, None),
        }
    }

    /// The address of a function that C may call so: a C function's own, or that of a shim around one of Lang.
    pub(crate) fn c_address(&mut self, function: FnRef, args: &[Ty], convention: CallingConvention) -> FunctionId {
        let decl = self.input.signatures.function(function);
        match decl.kind {
            FnKind::Lang { export: Some(_), .. } if convention == CallingConvention::Default => self.export(function),
            FnKind::Lang { .. } | FnKind::Intrinsic(_) | FnKind::Variant | FnKind::Operator(_) => {
                self.callback(Callback::Function(function, args.into()), convention)
            }
            FnKind::Macro(_) => unreachable!("a macro has no address"),
            FnKind::Required => unreachable!("each type that has the trait has the function"),
            FnKind::Extern { .. } | FnKind::Header => {
                let types = CTypesOfCall {
                    params: decl.params.iter().map(|param| param.ty).collect(),
                    variadic_args: Vec::new(),
                    ret: decl.ret,
                    variadic: decl.variadic,
                    convention: decl.convention,
                };
                let signature = self.direct_signature(&types);
                let signature = signature.unwrap_or_else(|| self.address_only());
                self.declare_c(function, signature)
            }
        }
    }

    /// The address of Lang code for C, which calls it by this convention.
    pub(crate) fn callback(&mut self, callback: Callback, convention: CallingConvention) -> FunctionId {
        let outer = self.callback_symbol(&role("callback", convention), &callback);
        self.c_shim(Instance::CShim(callback, convention), outer, CallbackReach::Program)
    }

    fn callback_symbol(&mut self, role: &str, callback: &Callback) -> String {
        match callback {
            Callback::Function(function, args) => self.names.c_symbol(role, *function, args),
            Callback::Closure(ty) => {
                let name = self.names.ty(*ty);
                format!("lang_c_{}", short_hash(&[role, &name]))
            }
        }
    }

    /// The function that an `export fn` is for C.
    pub(crate) fn export(&mut self, function: FnRef) -> FunctionId {
        let FnKind::Lang {
            export: Some(symbol), ..
        } = self.input.signatures.function(function).kind
        else {
            unreachable!("only exported functions have a name for C")
        };
        self.c_shim(Instance::Export(function), symbol.to_string(), CallbackReach::Everyone)
    }

    /// A function `symbol` that C may call and that calls the Lang function. Where C's values are no simple scalars, C
    /// text defines it, around a shim that takes pointers.
    fn c_shim(&mut self, instance: Instance, symbol: String, reach: CallbackReach) -> FunctionId {
        let (callback, convention) = match &instance {
            Instance::CShim(callback, convention) => (callback.clone(), *convention),
            Instance::Export(function) => {
                let callback = Callback::Function(*function, Box::default());
                (callback, CallingConvention::Default)
            }
            Instance::Body(..)
            | Instance::CallShim(..)
            | Instance::FnValue(..)
            | Instance::CallOnce(_)
            | Instance::DynCall(..)
            | Instance::DropGlue(_)
            | Instance::Entry
            | Instance::Guard
            | Instance::TestRunner(_) => unreachable!("{instance:?} is not called by C"),
        };
        let types = self.types_of_callback(&callback, convention);
        let (name, home) = match &callback {
            Callback::Function(function, args) => (self.names.function(*function, args), self.home_of(*function)),
            Callback::Closure(ty) => (self.names.ty(*ty), self.home_of_closure(*ty)),
        };
        if let Some(signature) = self.direct_signature(&types) {
            let linkage = match reach {
                CallbackReach::Program => Linkage::Program,
                CallbackReach::Everyone => Linkage::Export,
            };
            return self.instance(instance, |_| Definition {
                symbol,
                name,
                signature,
                linkage,
                inline: Inline::Default,
                home,
                text: None,
            });
        }
        let role = match reach {
            CallbackReach::Program => role("shim", convention),
            CallbackReach::Everyone => "export-shim".to_owned(),
        };
        let target = self.callback_symbol(&role, &callback);
        let kind = CrossingKind::Callback {
            target: target.clone(),
            reach,
        };
        let text = self.crossing(kind, &types, None, Some(symbol.clone()));
        let signature = self.pointers_signature(types.params.len() + usize::from(has_result(types.ret)));
        self.instance(instance, |_| Definition {
            symbol: target,
            name,
            signature,
            linkage: Linkage::Program,
            inline: Inline::Default,
            home,
            text: Some(text),
        });
        let address_only = self.address_only();
        self.declare(symbol, address_only, true, None)
    }

    /// The parameters and the result of Lang code that C calls.
    pub(crate) fn callback_signature(&self, callback: &Callback) -> (Vec<Ty>, Ty) {
        match callback {
            Callback::Function(function, args) => {
                let signatures = self.input.signatures;
                let decl = signatures.function(*function);
                let params = decl.params.iter();
                let params = params.map(|param| signatures.instantiate(param.ty, args));
                (params.collect(), signatures.instantiate(decl.ret, args))
            }
            Callback::Closure(ty) => {
                let TyKind::Closure(closure) = ty.kind() else {
                    unreachable!("a {ty:?} is no closure")
                };
                (closure.params.to_vec(), closure.ret)
            }
        }
    }

    fn types_of_callback(&self, callback: &Callback, convention: CallingConvention) -> CTypesOfCall {
        let (params, ret) = self.callback_signature(callback);
        CTypesOfCall {
            params,
            variadic_args: Vec::new(),
            ret,
            variadic: false,
            convention,
        }
    }

    /// Whether C's values are simple scalars when it calls the code so.
    pub(crate) fn is_called_directly(&mut self, callback: &Callback, convention: CallingConvention) -> bool {
        let types = self.types_of_callback(callback, convention);
        self.direct_signature(&types).is_some()
    }

    /// C's signature, if the back end can pass all its values by itself.
    fn direct_signature(&mut self, types: &CTypesOfCall) -> Option<Signature> {
        if types.convention != CallingConvention::Default {
            return None;
        }
        let passed = types.params.iter().chain(&types.variadic_args);
        let all_simple = passed.copied().all(|ty| self.is_simple(ty));
        let returns_simple = !has_result(types.ret) || self.is_simple(types.ret);
        if !all_simple || !returns_simple {
            return None;
        }
        Some(Signature {
            abi: Abi::C {
                variadic: types.variadic,
            },
            params: types.params.iter().map(|ty| self.c_param(*ty)).collect(),
            ret: self.c_param(if has_result(types.ret) { types.ret } else { Ty::unit() }),
            noreturn: types.ret.is_never(),
        })
    }

    /// Whether every target passes values of the type as LLVM does by itself.
    fn is_simple(&mut self, ty: Ty) -> bool {
        match self.scalar(ty) {
            Some(Scalar::Int { bits, .. }) => bits <= 64,
            Some(Scalar::Bool | Scalar::F32 | Scalar::F64 | Scalar::Pointer) => true,
            Some(Scalar::F16 | Scalar::F80 | Scalar::F128) | None => false,
        }
    }

    fn header_function(&self, function: FnRef) -> Option<&CFunction> {
        match function {
            FnRef::C(name) => self.input.signatures.c.functions.get(&name),
            FnRef::Lang(_)
            | FnRef::CMacro(..)
            | FnRef::CMacroStore(..)
            | FnRef::CInitializer(..)
            | FnRef::CInstance(_)
            | FnRef::CInstanceStore(_)
            | FnRef::Variant(..)
            | FnRef::Operator(_) => None,
        }
    }

    /// Some targets pass the arguments of a function without a prototype otherwise than variadic ones.
    fn lacks_prototype(&self, function: FnRef, variadic_args: &[Ty]) -> bool {
        let header = self.header_function(function);
        header.is_some_and(|header| header.signature.without_prototype && !variadic_args.is_empty())
    }

    fn is_builtin(&self, function: FnRef) -> bool {
        self.header_function(function)
            .is_some_and(|header| header.linkage == CLinkage::Builtin)
    }

    /// Declares a function that C defines: in a library, or inline in a header.
    fn declare_c(&mut self, function: FnRef, signature: Signature) -> FunctionId {
        let decl = self.input.signatures.function(function);
        self.link_libraries(function);
        let name = decl.name.as_str();
        match &decl.kind {
            FnKind::Header => {
                let header = self
                    .header_function(function)
                    .expect("a header's function is in the model");
                let text = Crossing {
                    name: name.to_owned(),
                    kind: CrossingKind::HeaderFunction,
                    signature: header.signature.clone(),
                    variadic_args: Vec::new(),
                    module: Some(header.module),
                    records: Vec::new(),
                    features: Vec::new(),
                };
                self.declare(name.to_owned(), signature, true, Some(text))
            }
            FnKind::Extern { symbol } => {
                let facts = self.header_function(function).map(|header| facts(&header.facts));
                let declared = self.declare(symbol.clone(), signature, true, None);
                if let Some(facts) = facts {
                    self.functions[declared].function.facts = facts;
                }
                declared
            }
            FnKind::Lang { .. }
            | FnKind::Intrinsic(_)
            | FnKind::Required
            | FnKind::Macro(_)
            | FnKind::Variant
            | FnKind::Operator(_) => {
                unreachable!("`{name}` is no function of C")
            }
        }
    }

    /// The function of C text that calls C for us.
    fn thunk(
        &mut self,
        kind: CrossingKind,
        types: &CTypesOfCall,
        header: Option<(CSignature, Option<CModuleId>)>,
    ) -> CCall {
        let has_result = has_result(types.ret);
        let takes_pointer = usize::from(kind == CrossingKind::CallPointer);
        let n_args = types.params.len() + types.variadic_args.len();
        let signature = self.pointers_signature(takes_pointer + usize::from(has_result) + n_args);
        let crossing = self.crossing(kind, types, header, None);
        let thunk = self.declare(crossing.name.clone(), signature, true, Some(crossing));
        CCall::Thunk { thunk, has_result }
    }

    /// A crossing, named by its content unless `name` says otherwise. `header` is the signature that a header declares.
    fn crossing(
        &mut self,
        kind: CrossingKind,
        types: &CTypesOfCall,
        header: Option<(CSignature, Option<CModuleId>)>,
        name: Option<String>,
    ) -> Crossing {
        let mut c_types = CTypes::new(self);
        let signature = c_types.signature(&types.params, types.ret, types.variadic);
        let variadic_args = types.variadic_args.iter().map(|ty| c_types.of(*ty)).collect();
        let (records, found_module) = c_types.finish(self);
        let (mut signature, module) = match header {
            Some((signature, module)) => (signature, module.or(found_module)),
            None => (signature, found_module),
        };
        if !has_result(types.ret) {
            // A function that never returns may still be declared with a result.
            signature.ret = CType::Scalar(CScalar::Void);
        }
        signature.convention = types.convention;
        let mut crossing = Crossing {
            name: String::new(),
            kind,
            signature,
            variadic_args,
            module,
            records,
            features: self.crossing_features(),
        };
        crossing.name = name.unwrap_or_else(|| format!("lang_t_{}", short_hash(&[&format!("{crossing:?}")])));
        crossing
    }

    /// `void f(void *, …)`.
    pub(crate) fn pointers_signature(&mut self, n_params: usize) -> Signature {
        let pointer = self.c_param(any_pointer());
        Signature {
            abi: Abi::C { variadic: false },
            params: vec![pointer; n_params],
            ret: self.c_param(Ty::unit()),
            noreturn: false,
        }
    }

    /// The signature of a function of which only the address is used.
    fn address_only(&mut self) -> Signature {
        self.pointers_signature(0)
    }

    /// Remembers the libraries that an `extern` block asks for.
    fn link_libraries(&mut self, function: FnRef) {
        if let FnRef::Lang(def) = function {
            self.link_libraries_of(def);
        }
    }

    pub(crate) fn link_libraries_of(&mut self, def: hir::DefId) {
        let kind = &self.input.program.item(def).kind;
        let links = if let hir::ItemKind::ExternFn(function) = kind {
            &function.link
        } else if let hir::ItemKind::ExternStatic(global) = kind {
            &global.link
        } else {
            return;
        };
        for link in links {
            if !self.links.contains(link) {
                self.links.push(link.clone());
            }
        }
    }
}

/// What the back end counts on of what a header says. That C wants no null is for who calls it: the back end would take
/// away what looks for one.
fn facts(of_header: &CFacts) -> Facts {
    Facts {
        effects: match of_header.effects {
            CEffects::Any => Effects::Any,
            CEffects::Reads => Effects::Reads,
            CEffects::None => Effects::None,
        },
        fresh_result: of_header.fresh_result,
        nonnull_result: of_header.nonnull_result,
        alloc_size: of_header.alloc_size,
    }
}

/// The signature of what only a thunk stands for.
fn plain_signature(params: Vec<CParam>, ret: CType) -> CSignature {
    CSignature {
        params,
        ret,
        variadic: false,
        without_prototype: false,
        noreturn: false,
        convention: CallingConvention::Default,
    }
}

/// What a symbol of Lang code that is called so is for.
fn role(role: &str, convention: CallingConvention) -> String {
    if convention == CallingConvention::Default {
        return role.to_owned();
    }
    format!("{role} {convention:?}")
}

/// How C calls what a pointer of the type points to.
pub(crate) fn convention_of(ty: Ty) -> CallingConvention {
    if let TyKind::Optional(inner) = ty.kind() {
        return convention_of(*inner);
    }
    let TyKind::ExternFn(fn_type) = ty.kind() else {
        unreachable!("a {ty:?} is no pointer to a function of C's")
    };
    fn_type.convention
}

/// Whether a C function with this result gives a value.
pub(crate) fn has_result(ret: Ty) -> bool {
    !ret.is_unit() && !matches!(ret.kind(), TyKind::Never | TyKind::C(CScalar::Void))
}
