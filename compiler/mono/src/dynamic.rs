//! Tables of `dyn` types, and calls through them.
//!
//! The table of a type for a `dyn` type holds, each as wide as a pointer: what drops a value in place, its size, its
//! alignment, the functions in the order of [`check::Signatures::dyn_functions`], and the tables for the supertypes.
//! That of a function trait holds one function, which takes the address of the value and then the arguments.

use check::{CallKind, FnRef, Ty};
use hir::Mutability;
use mir::{Operand, Place};
use unit::{Callee, FunctionId, GlobalId, Inline, Linkage, Rvalue};

use crate::builder::{deref, offset};
use crate::callable::call_body;
use crate::instance::Instance;
use crate::lower::Lowering;
use crate::lower::call::Continuation;
use crate::lower::lower_body;
use crate::pool::{Definition, Pool, Word, any_pointer};

/// The places in a table, counted in pointers.
pub(crate) const DROP: u64 = 0;
pub(crate) const SIZE: u64 = 1;
pub(crate) const ALIGN: u64 = 2;
const FUNCTIONS: u64 = 3;

impl Pool<'_> {
    /// The table of `ty` for a `dyn` type.
    pub(crate) fn dyn_table(&mut self, ty: Ty, dynamic: Ty) -> GlobalId {
        // What drops nothing is what drops a `()`.
        let dropped = if self.needs_drop(ty) { ty } else { Ty::unit() };
        let layout = self.layout(ty);
        let mut words = vec![
            Word::Function(self.drop_function(dropped)),
            Word::Size(layout.size),
            Word::Size(layout.align),
        ];
        let signatures = self.input.signatures;
        match signatures.dyn_call(dynamic) {
            Some(call) => words.push(Word::Function(self.dyn_call(ty, call))),
            None => {
                for (function, bound) in signatures.dyn_functions(dynamic) {
                    let args: Vec<Ty> = [ty].iter().chain(&bound.args[1..]).copied().collect();
                    let (function, args) = signatures.resolve(function, &args);
                    words.push(Word::Function(self.lang_address(function, &args)));
                }
            }
        }
        for supertype in signatures.dyn_supertypes(dynamic) {
            words.push(Word::Address(self.dyn_table(ty, supertype)));
        }
        self.words(&words)
    }

    /// Where in the table of a `dyn` type that of one of its supertypes is.
    fn place_of_supertype(&self, from: Ty, to: Ty) -> u64 {
        let signatures = self.input.signatures;
        let n_functions = match signatures.dyn_call(from) {
            Some(_) => 1,
            None => signatures.dyn_functions(from).len(),
        };
        let supertypes = signatures.dyn_supertypes(from);
        let index = supertypes.iter().position(|ty| *ty == to);
        FUNCTIONS + (n_functions + index.expect("checking has found it there")) as u64
    }

    /// What calls a value of a type that can be called, given its address. The value of what is called once is gone
    /// then.
    fn dyn_call(&mut self, ty: Ty, call: CallKind) -> FunctionId {
        self.instance(Instance::DynCall(ty, call), |pool| {
            let callable = pool.callable(ty);
            let params: Vec<Ty> = [any_pointer()].iter().chain(&callable.params).copied().collect();
            let role = match call {
                CallKind::Shared => "call",
                CallKind::Exclusive => "call-mut",
                CallKind::Once => "call-once",
            };
            Definition {
                symbol: pool.names.role_symbol(role, ty),
                name: format!("{role}<{}>", pool.names.ty(ty)),
                signature: pool.lang_signature(&params, callable.ret),
                linkage: Linkage::Program,
                inline: Inline::Default,
                home: pool.home_of_ty(ty),
                text: None,
            }
        })
    }

    /// How a value of the type is called.
    pub(crate) fn callable(&self, ty: Ty) -> check::Callable {
        let env = self.input.signatures.revealed();
        env.callable(ty).expect("what can be called is called")
    }
}

/// `fn(value: *T, args) { (*value)(args) }`
pub(crate) fn dyn_call(pool: &mut Pool<'_>, ty: Ty, call: CallKind) -> unit::Body {
    let callable = pool.callable(ty);
    let (environment, callee) = match call {
        CallKind::Shared => (ty.reference(Mutability::Const), Place::local(mir::Local(1))),
        CallKind::Exclusive => (ty.reference(Mutability::Mut), Place::local(mir::Local(1))),
        CallKind::Once => (ty.pointer(Mutability::Mut), Place::local(mir::Local(1)).deref()),
    };
    let args = (2..callable.params.len() as u32 + 2).map(|local| Operand::Move(Place::local(mir::Local(local))));
    let end = mir::TerminatorKind::Call {
        callee: mir::CallTarget::Callable(call, Operand::Move(callee)),
        args: args.collect(),
        dest: Place::local(mir::Local(0)),
        target: (!callable.ret.is_never()).then_some(mir::BlockId(1)),
        unwind: None,
    };
    let blocks = [
        (Vec::new(), end, false),
        (Vec::new(), mir::TerminatorKind::Return, false),
    ];
    let body = call_body(pool, ty, environment, Vec::new(), blocks.into());
    lower_body(pool, &body, &[])
}

impl Lowering<'_, '_> {
    /// The address of what a pointer to a `dyn` type leads to, and its table.
    fn dyn_halves(&mut self, pointer: unit::Place) -> (unit::Operand, unit::LocalId) {
        let any = self.pool.any_pointer();
        let table = self.out.hold(any, Rvalue::PairSecond(pointer.clone()));
        let address = unit::Place { ty: any, ..pointer };
        (unit::Operand::Copy(address), table)
    }

    /// What stands in a table.
    fn table_entry(&mut self, table: unit::LocalId, at: u64, ty: Ty) -> unit::Operand {
        let ty = self.pool.ty(ty);
        let bytes = at * self.pool.input.target.pointer_bytes();
        let entry = offset(deref(self.out.whole(table), ty), bytes, ty);
        unit::Operand::Fixed(entry)
    }

    /// A pointer to a `dyn` type as one to a supertype of that.
    pub(crate) fn dyn_upcast(&mut self, dest: unit::Place, pointer: unit::Place, from: Ty, to: Ty) {
        let signatures = self.pool.input.signatures;
        let (from, to) = (signatures.as_in_tables(from), signatures.as_in_tables(to));
        let (address, table) = self.dyn_halves(pointer);
        let table = match from == to {
            true => unit::Operand::Copy(self.out.whole(table)),
            false => self.table_entry(table, self.pool.place_of_supertype(from, to), any_pointer()),
        };
        self.out.assign(dest, Rvalue::Pair(address, table));
    }

    /// The size or alignment of what a pointer leads to.
    pub(crate) fn dyn_size(&mut self, pointer: unit::Place, at: u64) -> unit::Operand {
        let (_, table) = self.dyn_halves(pointer);
        self.table_entry(table, at, Ty::usize())
    }

    /// Drops what a pointer leads to, where it is.
    pub(crate) fn drop_dyn(&mut self, pointer: unit::Place, then: Continuation) {
        let signature = self.pool.lang_signature(&[any_pointer()], Ty::unit());
        let (address, table) = self.dyn_halves(pointer);
        let code = self.table_entry(table, DROP, any_pointer());
        self.end_call(Callee::Pointer(code, signature), vec![address], then);
    }

    /// Calls the `index`-th function of a table.
    pub(crate) fn call_dyn_function(
        &mut self,
        (function, fn_args): (FnRef, &[Ty]),
        index: usize,
        args: &[Operand],
        then: Continuation,
    ) {
        let signatures = self.pool.input.signatures;
        let decl = signatures.function(function);
        let params = decl.params[1..].iter();
        let params = params.map(|param| signatures.instantiate(param.ty, fn_args));
        let params: Vec<Ty> = [any_pointer()].into_iter().chain(params).collect();
        let ret = signatures.instantiate(decl.ret, fn_args);
        let receiver = self.operand_place(&args[0]);
        let mut passed = self.operands(&args[1..]);
        let signature = self.pool.lang_signature(&params, ret);
        let (address, table) = self.dyn_halves(receiver);
        passed.insert(0, address);
        let code = self.table_entry(table, FUNCTIONS + index as u64, any_pointer());
        self.end_call(Callee::Pointer(code, signature), passed, then);
    }

    /// What a pointer to a `dyn` type of a function trait leads to as a `fn`: the same two, the code in place of the
    /// table that it stands in.
    pub(crate) fn dyn_as_fn(&mut self, dest: unit::Place, pointer: unit::Place) {
        let (address, table) = self.dyn_halves(pointer);
        let code = self.table_entry(table, FUNCTIONS, any_pointer());
        self.out.assign(dest, Rvalue::Pair(code, address));
    }

    /// Calls what a pointer to a `dyn` type of a function trait leads to.
    pub(crate) fn call_dyn_value(
        &mut self,
        ty: Ty,
        pointer: unit::Place,
        mut args: Vec<unit::Operand>,
        then: Continuation,
    ) {
        let callable = self.pool.callable(ty);
        let params: Vec<Ty> = [any_pointer()].iter().chain(&callable.params).copied().collect();
        let signature = self.pool.lang_signature(&params, callable.ret);
        let (address, table) = self.dyn_halves(pointer);
        args.insert(0, address);
        let code = self.table_entry(table, FUNCTIONS, any_pointer());
        self.end_call(Callee::Pointer(code, signature), args, then);
    }
}
