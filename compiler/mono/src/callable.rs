//! The functions of closures: their bodies, and what calls one once that could be called again.

use std::sync::Arc;

use base::IndexVec;
use check::{BodyKey, CallKind, ClosureTy, Ty, TyKind};
use hir::{ModuleId, Mutability};
use mir::{BodyOwner, Operand, Place, SourceInfo};
use unit::{FunctionId, Inline, Linkage};

use crate::instance::{Home, Instance};
use crate::lower::lower_body;
use crate::pool::{Definition, Pool};

/// The type's closure.
fn closure_of(ty: Ty) -> &'static ClosureTy {
    let TyKind::Closure(closure) = ty.kind() else {
        unreachable!("a {ty:?} is no closure")
    };
    closure
}

impl Pool<'_> {
    /// The body of a closure of this type, which takes its environment first.
    pub(crate) fn closure_function(&mut self, ty: Ty) -> FunctionId {
        let closure = closure_of(ty);
        let call = closure
            .environment
            .as_ref()
            .expect("a checked closure has an environment")
            .call;
        let environment = match call {
            CallKind::Shared => ty.reference(Mutability::Const),
            CallKind::Exclusive => ty.reference(Mutability::Mut),
            CallKind::Once => ty,
        };
        let instance = Instance::Body(BodyOwner::Closure(closure.closure), closure.generics.clone());
        self.instance(instance, |pool| pool.define_closure("", closure, environment))
    }

    pub(crate) fn home_of_closure(&self, ty: Ty) -> Home {
        Home(self.module_of_closure(closure_of(ty)))
    }

    /// The code of a `fn`: takes what it borrows, which a function does not use, and then the arguments.
    pub(crate) fn fn_value(&mut self, ty: Ty) -> FunctionId {
        let TyKind::FnItem(function, args) = ty.kind() else {
            return self.closure_function(ty);
        };
        let (function, args) = self.input.signatures.resolve(*function, args);
        self.instance(Instance::FnValue(function, args.clone()), |pool| {
            let mut signature = pool.fn_signature(function, &args);
            let environment = unit::Param {
                ty: pool.any_pointer(),
                pointee: None,
                extend: unit::Extend::None,
            };
            signature.params.insert(0, environment);
            Definition {
                symbol: pool.names.fn_value_symbol(function, &args),
                name: pool.names.function(function, &args),
                signature,
                linkage: Linkage::Program,
                inline: Inline::Default,
                home: pool.home_of(function),
                text: None,
            }
        })
    }

    /// Calls a closure that is given by value and drops it, where a call of it takes no more than a reference.
    pub(crate) fn call_once_function(&mut self, ty: Ty) -> FunctionId {
        self.instance(Instance::CallOnce(ty), |pool| {
            pool.define_closure("once.", closure_of(ty), ty)
        })
    }

    fn define_closure(&mut self, role: &str, closure: &ClosureTy, environment: Ty) -> Definition {
        let params: Vec<Ty> = [environment].iter().chain(&closure.params).copied().collect();
        Definition {
            symbol: self.names.closure_symbol(role, closure),
            name: self.names.closure(closure),
            signature: self.lang_signature(&params, closure.ret),
            linkage: Linkage::Program,
            inline: Inline::Default,
            home: Home(self.module_of_closure(closure)),
            text: None,
        }
    }

    pub(crate) fn module_of_closure(&self, closure: &ClosureTy) -> ModuleId {
        match closure.closure.owner {
            BodyKey::Fn(def) => def.module,
            BodyKey::Test(index) => self.input.signatures.tests[index as usize].body.module,
        }
    }
}

/// `fn(closure, args) { (&mut closure)(args) }`
pub(crate) fn call_once(pool: &mut Pool<'_>, ty: Ty) -> unit::Body {
    let closure = closure_of(ty);
    let program = pool.input.program;
    let hir = &program.modules[pool.module_of_closure(closure)].hir;
    let span = base::Span::new(hir.file, 0, 0);
    let source = SourceInfo {
        span,
        scope: mir::ScopeId(0),
    };
    let reference = ty.reference(Mutability::Mut);
    let types = [closure.ret, ty].into_iter().chain(closure.params.iter().copied());
    let locals: IndexVec<mir::Local, mir::LocalDecl> = types
        .chain([reference])
        .map(|ty| mir::LocalDecl {
            ty,
            name: None,
            is_var: true,
            source,
        })
        .collect();
    let n_params = closure.params.len() as u32 + 1;
    let environment = Place::local(mir::Local(1));
    let lent = Place::local(mir::Local(n_params + 1));
    let lend = mir::Statement {
        kind: mir::StatementKind::Assign(lent.clone(), mir::Rvalue::Ref(Mutability::Mut, environment.clone())),
        source,
    };
    let args = (2..=n_params).map(|local| Operand::Move(Place::local(mir::Local(local))));
    let call = mir::TerminatorKind::Call {
        callee: mir::CallTarget::Callable(CallKind::Exclusive, Operand::Move(lent)),
        args: args.collect(),
        dest: Place::local(mir::Local(0)),
        target: (!closure.ret.is_never()).then_some(mir::BlockId(1)),
        unwind: Some(mir::BlockId(3)),
    };
    let drop_to = |target| mir::TerminatorKind::Drop {
        place: environment.clone(),
        target,
        unwind: None,
    };
    let block = |statements, kind, is_cleanup| mir::Block {
        statements,
        terminator: mir::Terminator { kind, source },
        is_cleanup,
    };
    let blocks = [
        block(vec![lend], call, false),
        block(Vec::new(), drop_to(mir::BlockId(2)), false),
        block(Vec::new(), mir::TerminatorKind::Return, false),
        block(Vec::new(), drop_to(mir::BlockId(4)), true),
        block(Vec::new(), mir::TerminatorKind::Resume, true),
    ];
    let body = mir::Body {
        owner: BodyOwner::Closure(closure.closure),
        const_asserts: Vec::new(),
        captures: Vec::new(),
        n_generics: 0,
        bounds: Arc::default(),
        n_params,
        locals,
        blocks: blocks.into_iter().collect(),
        scopes: [mir::Scope { parent: None, span }].into_iter().collect(),
        span,
    };
    lower_body(pool, &body, &[])
}
