//! Functions by what they are asked for: to be called, to have their address taken, to drop a value.

use check::{AdtRef, BodyRef, FnKind, FnRef, Ty, TyKind};
use hir::{DefId, FormatAlign, FormatKind, FormatSpec, Inlining, ModuleId};
use mir::{BodyOwner, RuntimeFn, RuntimeTy};
use target::{Extension, IntShape};
use unit::{Abi, Extend, FunctionId, GlobalId, GlobalInit, Inline, Linkage, Scalar, Signature};

use crate::crossings::convention_of;
use crate::floats::int_bytes;
use crate::glue::drop_param;
use crate::instance::{Home, Instance};
use crate::pool::{Definition, Pool, any_pointer, status};
use crate::shims::guarded_fn;

impl Pool<'_> {
    /// The instance of a Lang function or a test.
    pub(crate) fn lang_function(&mut self, owner: BodyOwner, args: &[Ty]) -> FunctionId {
        match owner {
            BodyOwner::Fn(function) => {
                if self.is_endless(function, args) {
                    return self.never_made(function);
                }
                let instance = Instance::Body(owner, args.into());
                self.instance(instance, |pool| pool.define_fn(function, args))
            }
            BodyOwner::Const(_) => unreachable!("constants are not called"),
            BodyOwner::Closure(_) => unreachable!("a closure is found by its type"),
            BodyOwner::Test(test) => self.instance(Instance::Body(owner, Box::new([])), |pool| Definition {
                symbol: pool.names.test_symbol("test", test),
                name: pool.names.test(test),
                signature: pool.lang_signature(&[], pool.input.signatures.test_ret()),
                linkage: Linkage::Program,
                inline: Inline::Default,
                home: Home(test.module),
                text: None,
            }),
        }
    }

    fn define_fn(&mut self, function: FnRef, args: &[Ty]) -> Definition {
        let decl = self.input.signatures.function(function);
        let inline = match decl.inlining {
            Inlining::Default => Inline::Default,
            // LLVM inlines only where the code around has the features.
            Inlining::Wanted if decl.features.is_some() => Inline::Hint,
            Inlining::Wanted => Inline::Always,
            Inlining::Cold => Inline::Cold,
        };
        Definition {
            symbol: self.names.function_symbol(function, args),
            name: self.names.function(function, args),
            signature: self.fn_signature(function, args),
            linkage: Linkage::Program,
            inline,
            home: self.home_of(function),
            text: None,
        }
    }

    /// Stands for an instance that there will be no end of; the build has failed.
    fn never_made(&mut self, function: FnRef) -> FunctionId {
        let signature = self.lang_signature(&[], Ty::never());
        let path = &self.input.signatures.function(function).path;
        self.declare(format!("lang-endless.{path}"), signature, false, None)
    }

    /// As Lang calls it.
    pub(crate) fn fn_signature(&mut self, function: FnRef, args: &[Ty]) -> Signature {
        let decl = self.input.signatures.function(function);
        let params: Vec<Ty> = decl
            .params
            .iter()
            .map(|param| self.input.signatures.instantiate(param.ty, args))
            .collect();
        self.lang_signature(&params, self.input.signatures.instantiate(decl.ret, args))
    }

    pub(crate) fn home_of(&self, function: FnRef) -> Home {
        match function {
            FnRef::Lang(DefId { module, .. }) | FnRef::Variant(DefId { module, .. }, _) => Home(module),
            FnRef::C(_)
            | FnRef::CMacro(..)
            | FnRef::CMacroStore(..)
            | FnRef::CInitializer(..)
            | FnRef::CInstance(_)
            | FnRef::CInstanceStore(_)
            | FnRef::Operator(_) => self.root_home(),
        }
    }

    pub(crate) fn root_home(&self) -> Home {
        Home(self.input.program.root)
    }

    /// The address of a function as a value of type `ty`: of `fn`, or else of C's kind.
    pub(crate) fn fn_address(&mut self, function: FnRef, args: &[Ty], ty: Ty) -> FunctionId {
        let (function, args) = &self.input.signatures.resolve(function, args);
        let function = *function;
        if let TyKind::Optional(inner) = ty.kind() {
            self.fn_address(function, args, *inner)
        } else if let TyKind::FnPointer(_) = ty.kind() {
            self.fn_value(Ty::new(TyKind::FnItem(function, args.clone())))
        } else {
            self.c_address(function, args, convention_of(ty))
        }
    }

    /// A function that is called as Lang calls.
    pub(crate) fn lang_address(&mut self, function: FnRef, args: &[Ty]) -> FunctionId {
        match self.input.signatures.function(function).kind {
            FnKind::Lang { .. } | FnKind::Operator(_) => self.lang_function(BodyOwner::Fn(function), args),
            FnKind::Required => unreachable!("each type that has the trait has the function"),
            FnKind::Intrinsic(_) | FnKind::Extern { .. } | FnKind::Header | FnKind::Macro(_) | FnKind::Variant => self
                .instance(Instance::CallShim(function, args.into()), |pool| Definition {
                    symbol: pool.names.call_shim_symbol(function, args),
                    name: pool.names.function(function, args),
                    signature: pool.fn_signature(function, args),
                    linkage: Linkage::Program,
                    inline: Inline::Default,
                    home: pool.home_of(function),
                    text: None,
                }),
        }
    }

    /// What drops a value in place, given its address. Of a type where something runs.
    pub(crate) fn drop_function(&mut self, ty: Ty) -> FunctionId {
        if let TyKind::Adt(adt, args) = ty.kind()
            && let Some(&user) = self.input.signatures.drops.get(adt)
            && !self.has_fields_to_drop(*adt, args)
        {
            return self.user_drop(user, args);
        }
        self.instance(Instance::DropGlue(ty), |pool| Definition {
            symbol: pool.names.drop_symbol(ty),
            name: format!("drop<{}>", pool.names.ty(ty)),
            signature: pool.lang_signature(&[drop_param(ty)], Ty::unit()),
            linkage: Linkage::Program,
            inline: Inline::Default,
            home: pool.home_of_ty(ty),
            text: None,
        })
    }

    /// The `drop` of an `impl Drop` for a type with these arguments.
    pub(crate) fn user_drop(&mut self, function: FnRef, args: &[Ty]) -> FunctionId {
        let args = self.impl_args(function, args);
        self.lang_function(BodyOwner::Fn(function), &args)
    }

    /// What the generic parameters of the `impl` stand for, which may be named in another order than the type's:
    /// `impl<A, B> Drop for Pair<B, A>`.
    fn impl_args(&self, function: FnRef, args: &[Ty]) -> Vec<Ty> {
        let decl = self.input.signatures.function(function);
        let TyKind::Ref(_, self_ty) = decl.params[0].ty.kind() else {
            unreachable!("`drop` takes `&mut self`")
        };
        let TyKind::Adt(_, pattern) = self_ty.kind() else {
            unreachable!("only records have an `impl Drop`")
        };
        let given = |index: usize| {
            let is_param =
                |ty: &Ty| matches!(ty.kind(), TyKind::Param { index: found, .. } if *found as usize == index);
            let position = pattern.iter().position(is_param);
            args[position.expect("every parameter of an `impl` is one of its type")]
        };
        (0..decl.generics.len()).map(given).collect()
    }

    fn has_fields_to_drop(&self, adt: AdtRef, args: &[Ty]) -> bool {
        let fields = &self.input.signatures.adt(adt).fields;
        fields
            .iter()
            .any(|field| self.needs_drop(self.input.signatures.instantiate(field.ty, args)))
    }

    /// With the first type of Lang source that the type is made of.
    pub(crate) fn home_of_ty(&self, ty: Ty) -> Home {
        let mut home: Option<ModuleId> = None;
        ty.any(&mut |part| {
            if let TyKind::Adt(AdtRef::Lang(def), _) = part.kind() {
                home = Some(def.module);
            } else if let TyKind::Closure(closure) = part.kind() {
                home = Some(self.module_of_closure(closure));
            }
            home.is_some()
        });
        home.map_or_else(|| self.root_home(), Home)
    }

    pub(crate) fn test_runner(&mut self, test: BodyRef) -> FunctionId {
        self.instance(Instance::TestRunner(test), |pool| Definition {
            symbol: pool.names.test_symbol("run-test", test),
            name: pool.names.test_symbol("run-test", test),
            signature: pool.c_status_signature(),
            linkage: Linkage::Program,
            inline: Inline::Default,
            home: Home(test.module),
            text: None,
        })
    }

    /// `fn(run: fn(*c_void), data: *c_void) -> i32`
    pub(crate) fn guard(&mut self) -> FunctionId {
        self.instance(Instance::Guard, |pool| Definition {
            symbol: "lang-guard".to_owned(),
            name: "lang-guard".to_owned(),
            signature: pool.lang_signature(&[guarded_fn(), any_pointer()], status()),
            linkage: Linkage::Program,
            inline: Inline::Default,
            home: pool.root_home(),
            text: None,
        })
    }

    /// `int f(void)`.
    pub(crate) fn c_status_signature(&mut self) -> Signature {
        let ret = self.c_param(status());
        Signature {
            abi: Abi::C { variadic: false },
            params: Vec::new(),
            ret,
            noreturn: false,
        }
    }

    /// A scalar as C passes it.
    pub(crate) fn c_param(&mut self, ty: Ty) -> unit::Param {
        let shape = match self.scalar(ty) {
            Some(Scalar::Bool) => Some(IntShape { bits: 1, signed: false }),
            Some(Scalar::Int { bits, signed }) => Some(IntShape { bits, signed }),
            _ => None,
        };
        let extension = shape.map_or(Extension::None, |shape| self.input.target.c_extension(shape));
        let extend = match extension {
            Extension::None => Extend::None,
            Extension::Zero => Extend::Zero,
            Extension::Sign => Extend::Sign,
        };
        unit::Param {
            ty: self.ty(ty),
            extend,
            pointee: None,
        }
    }

    /// A function of the runtime.
    pub(crate) fn runtime(&mut self, function: RuntimeFn) -> FunctionId {
        let facts = function.signature();
        let mut params = Vec::new();
        for param in facts.params {
            match runtime_ty(*param) {
                Some(ty) => params.push(self.c_param(ty)),
                None => params.extend([self.c_param(any_pointer()), self.c_param(Ty::usize())]),
            }
        }
        let ret = facts.ret.and_then(runtime_ty).unwrap_or(Ty::unit());
        let signature = Signature {
            abi: Abi::C { variadic: false },
            params,
            ret: self.c_param(ret),
            noreturn: facts.noreturn,
        };
        self.declare(facts.symbol.to_owned(), signature, !facts.may_unwind, None)
    }

    /// The runtime's `struct lang_format_spec`; `None` for what `{x}` means.
    pub(crate) fn format_spec(&mut self, spec: &FormatSpec) -> Option<GlobalId> {
        if *spec == FormatSpec::default() {
            return None;
        }
        let endian = self.input.target.endian;
        let word = |value: u32| int_bytes(u128::from(value), 4, endian);
        let or_none = |number: Option<u32>| number.map_or(-1, |number| i32::try_from(number).unwrap_or(i32::MAX));
        let align = match spec.align {
            FormatAlign::Default => 0,
            FormatAlign::Left => 1,
            FormatAlign::Center => 2,
            FormatAlign::Right => 3,
        };
        let kind = match spec.kind {
            FormatKind::Display => b'd',
            FormatKind::Debug => b'?',
            FormatKind::LowerHex => b'x',
            FormatKind::UpperHex => b'X',
            FormatKind::Octal => b'o',
            FormatKind::Binary => b'b',
            FormatKind::Exponent => b'e',
        };
        let mut bytes = word(spec.fill as u32);
        bytes.extend([
            align,
            u8::from(spec.plus),
            u8::from(spec.alternate),
            u8::from(spec.zero),
        ]);
        bytes.extend(word(or_none(spec.width) as u32));
        bytes.extend(word(or_none(spec.precision) as u32));
        bytes.extend([kind, 0, 0, 0]);
        let init = GlobalInit {
            bytes,
            relocations: Vec::new(),
        };
        Some(self.const_global(init, 4))
    }
}

/// The type of a parameter; `None` for the two halves of a `&str`.
fn runtime_ty(ty: RuntimeTy) -> Option<Ty> {
    use check::{FloatTy, IntTy};
    Some(match ty {
        RuntimeTy::Int { bits: 64, signed: true } => Ty::int(IntTy::I64),
        RuntimeTy::Int {
            bits: 64,
            signed: false,
        } => Ty::int(IntTy::U64),
        RuntimeTy::Int { signed: true, .. } => Ty::int(IntTy::I32),
        RuntimeTy::Int { signed: false, .. } => Ty::int(IntTy::U32),
        RuntimeTy::Size => Ty::usize(),
        RuntimeTy::Bool => Ty::bool(),
        RuntimeTy::F32 => Ty::float(FloatTy::F32),
        RuntimeTy::F64 => Ty::float(FloatTy::F64),
        RuntimeTy::Pointer | RuntimeTy::Spec | RuntimeTy::Location => any_pointer(),
        RuntimeTy::Str => return None,
    })
}
