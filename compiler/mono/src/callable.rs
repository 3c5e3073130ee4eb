//! The functions of closures: their bodies, and what calls one, or a box, once that could be called again.

use std::sync::Arc;

use base::IndexVec;
use check::{BodyKey, CallKind, ClosureTy, FnRef, LangItem, Ty, TyKind};
use hir::{ModuleId, Mutability};
use mir::{BodyOwner, Operand, Place, SourceInfo};
use unit::{FunctionId, Inline, Linkage};

use crate::certify::certify;
use crate::errors;
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
        self.instance(instance, |pool| pool.define_closure(None, closure, environment))
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

    /// Calls what is given by value and drops it, where a call of it takes no more than a reference; and a box, whose
    /// memory it gives back.
    pub(crate) fn call_once_function(&mut self, ty: Ty) -> FunctionId {
        self.instance(Instance::CallOnce(ty), |pool| {
            if let TyKind::Closure(closure) = ty.kind() {
                return pool.define_closure(Some("once"), closure, ty);
            }
            let callable = pool.callable(ty);
            let params: Vec<Ty> = [ty].iter().chain(&callable.params).copied().collect();
            Definition {
                symbol: pool.names.role_symbol("once", ty),
                name: format!("call once<{}>", pool.names.ty(ty)),
                signature: pool.lang_signature(&params, callable.ret),
                linkage: Linkage::Program,
                inline: Inline::Default,
                home: pool.home_of_ty(ty),
                text: None,
            }
        })
    }

    fn define_closure(&mut self, role: Option<&str>, closure: &ClosureTy, environment: Ty) -> Definition {
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
            BodyKey::Const(body) => body.module,
            BodyKey::Test(index) => self.input.signatures.tests[index as usize].body.module,
        }
    }
}

/// `fn(value, args) { (&mut value)(args) }`, which drops the value. A box whose content is called once gives its memory
/// back instead.
pub(crate) fn call_once(pool: &mut Pool<'_>, ty: Ty) -> unit::Body {
    let content = pool.input.signatures.box_content(ty);
    let callable = pool.callable(ty);
    let n_params = callable.params.len() as u32 + 1;
    let environment = Place::local(mir::Local(1));
    let args = (2..=n_params).map(|local| Operand::Move(Place::local(mir::Local(local))));
    let call = |kind, callee| mir::TerminatorKind::Call {
        callee: mir::CallTarget::Callable(kind, Operand::Move(callee)),
        args: args.collect(),
        dest: Place::local(mir::Local(0)),
        target: (!callable.ret.is_never()).then_some(mir::BlockId(1)),
        unwind: Some(mir::BlockId(3)),
    };
    // A result that is there when the value's drop panics is dropped.
    let drops_result = pool.needs_drop(callable.ret).then_some(mir::BlockId(5));
    let (more, start, end): (_, _, Box<dyn Fn(mir::BlockId, _) -> mir::TerminatorKind>) = match content {
        Some(content) if callable.call == Some(CallKind::Once) => {
            let free = pool.input.signatures.lang.get(LangItem::BoxFree);
            let free = FnRef::Lang(free.expect("it stands beside the box"));
            let nothing = Place::local(mir::Local(n_params + 1));
            let pointer = pool.input.signatures.field_ty(ty, 0);
            let pointer = environment.clone().field(0, pointer.expect("a box has a pointer"));
            let end = move |target, _| mir::TerminatorKind::Call {
                callee: mir::CallTarget::Fn(free, [content].into()),
                args: vec![Operand::Copy(pointer.clone())],
                dest: nothing.clone(),
                target: Some(target),
                unwind: None,
            };
            let start = (Vec::new(), call(CallKind::Once, environment.deref()));
            (vec![Ty::unit()], start, Box::new(end))
        }
        Some(_) | None => {
            let lent = Place::local(mir::Local(n_params + 1));
            let borrow = mir::Rvalue::Ref(Mutability::Mut, environment.clone());
            let lend = mir::StatementKind::Assign(lent.clone(), borrow);
            let end = move |target, unwind| mir::TerminatorKind::Drop {
                place: environment.clone(),
                target,
                unwind,
            };
            let start = (vec![lend], call(CallKind::Exclusive, lent));
            (vec![ty.reference(Mutability::Mut)], start, Box::new(end))
        }
    };
    let drop_result = mir::TerminatorKind::Drop {
        place: Place::local(mir::Local(0)),
        target: mir::BlockId(4),
        unwind: None,
    };
    let blocks = vec![
        (start.0, start.1, false),
        (Vec::new(), end(mir::BlockId(2), drops_result), false),
        (Vec::new(), mir::TerminatorKind::Return, false),
        (Vec::new(), end(mir::BlockId(4), None), true),
        (Vec::new(), mir::TerminatorKind::Resume, true),
        (Vec::new(), drop_result, true),
    ];
    let body = call_body(pool, ty, ty, more, blocks);
    if let Err(fault) = certify(&body, pool.input.signatures) {
        let name = format!("`call once<{}>`", pool.names.ty(ty));
        pool.diagnostics.report(errors::wrong_drops(&fault, &name));
    }
    lower_body(pool, &body, &[])
}

/// The statements and the end of a block, and whether it is reached by unwinding alone.
type PlainBlock = (Vec<mir::StatementKind>, mir::TerminatorKind, bool);

/// The body of a function that calls a value of `ty` that it finds by its first parameter, `environment`. Its locals
/// are the result, the parameters, and `more`.
pub(crate) fn call_body(pool: &Pool<'_>, ty: Ty, environment: Ty, more: Vec<Ty>, blocks: Vec<PlainBlock>) -> mir::Body {
    let callable = pool.callable(ty);
    let program = pool.input.program;
    let (owner, module) = if let TyKind::Closure(closure) = ty.kind() {
        (BodyOwner::Closure(closure.closure), pool.module_of_closure(closure))
    } else {
        let function = pool.input.signatures.lang.get(LangItem::BoxFree);
        let function = FnRef::Lang(function.expect("the library is there with what is boxed"));
        (BodyOwner::Fn(function), program.root)
    };
    let span = base::Span::new(program.modules[module].hir.file, 0, 0);
    let source = SourceInfo {
        span,
        scope: mir::ScopeId(0),
    };
    let types = [callable.ret, environment]
        .into_iter()
        .chain(callable.params.iter().copied());
    let locals: IndexVec<mir::Local, mir::LocalDecl> = (types.chain(more))
        .map(|ty| mir::LocalDecl {
            ty,
            name: None,
            is_var: true,
            source,
        })
        .collect();
    let blocks = blocks.into_iter().map(|(statements, kind, is_cleanup)| mir::Block {
        statements: (statements.into_iter())
            .map(|kind| mir::Statement { kind, source })
            .collect(),
        terminator: mir::Terminator { kind, source },
        is_cleanup,
    });
    mir::Body {
        owner,
        const_asserts: Vec::new(),
        captures: Vec::new(),
        pattern_indices: Default::default(),
        rounds: Default::default(),
        reads: Vec::new(),
        kept: Vec::new(),
        n_generics: 0,
        bounds: Arc::default(),
        n_params: callable.params.len() as u32 + 1,
        locals,
        blocks: blocks.collect(),
        scopes: [mir::Scope { parent: None, span }].into_iter().collect(),
        span,
    }
}
