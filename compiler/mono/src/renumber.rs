//! The tables of one unit: what its definitions refer to, under new ids, in order of first reference.

use std::collections::VecDeque;

use base::{FxHashMap, Id, IndexVec};
use unit::{
    Block, Body, Callee, Const, DebugField, DebugType, DebugTypeId, Function, FunctionId, Global, GlobalId, GlobalInit,
    Linkage, LocalDecl, Operand, Param, Place, Relocation, RelocationTarget, Rvalue, Signature, SourceLoc, SourceScope,
    Statement, StatementKind, Terminator, TerminatorKind, TypeDef, TypeId, UnitFile, UnitFileId,
};

use crate::partition::Share;
use crate::pool::Pool;

pub(crate) struct Renumber<'p, 'a> {
    pool: &'p Pool<'a>,
    pub(crate) files: IndexVec<UnitFileId, UnitFile>,
    pub(crate) types: IndexVec<TypeId, TypeDef>,
    pub(crate) debug_types: IndexVec<DebugTypeId, DebugType>,
    pub(crate) functions: IndexVec<FunctionId, Function>,
    pub(crate) globals: IndexVec<GlobalId, Global>,
    /// The pool's id of each of `functions`.
    pub(crate) pool_functions: IndexVec<FunctionId, FunctionId>,

    /// How many of the first functions and globals the unit defines, and how many functions have a body here.
    n_defined_functions: usize,
    n_bodies: usize,
    n_defined_globals: usize,
    by_symbol: FxHashMap<&'p str, FunctionId>,
    file_ids: FxHashMap<UnitFileId, UnitFileId>,
    type_ids: FxHashMap<TypeId, TypeId>,
    debug_ids: FxHashMap<DebugTypeId, DebugTypeId>,
    function_ids: FxHashMap<FunctionId, FunctionId>,
    global_ids: FxHashMap<GlobalId, GlobalId>,
    pending_debug: VecDeque<DebugTypeId>,
    pending_globals: VecDeque<GlobalId>,
}

impl<'p, 'a> Renumber<'p, 'a> {
    pub(crate) fn new(pool: &'p Pool<'a>, share: &Share) -> Self {
        let mut renumber = Self {
            pool,
            files: IndexVec::new(),
            types: IndexVec::new(),
            debug_types: IndexVec::new(),
            functions: IndexVec::new(),
            globals: IndexVec::new(),
            pool_functions: IndexVec::new(),
            n_defined_functions: share.functions.len(),
            n_bodies: share.functions.len() + share.copies.len(),
            n_defined_globals: share.globals.len(),
            by_symbol: FxHashMap::default(),
            file_ids: FxHashMap::default(),
            type_ids: FxHashMap::default(),
            debug_ids: FxHashMap::default(),
            function_ids: FxHashMap::default(),
            global_ids: FxHashMap::default(),
            pending_debug: VecDeque::new(),
            pending_globals: VecDeque::new(),
        };
        for id in share.functions.iter().chain(&share.copies) {
            renumber.add_function(*id);
        }
        for id in &share.globals {
            renumber.global(*id);
        }
        renumber
    }

    pub(crate) fn run(&mut self) {
        for index in 0..self.n_bodies {
            let id = FunctionId::from_index(index);
            let body = self.pool.functions[self.pool_functions[id]].function.body.as_ref();
            let body = body.map(|body| self.body(body));
            self.functions[id].body = body;
        }
        while let Some(id) = self.pending_globals.pop_front() {
            let global = &self.pool.globals[id].global;
            let init = global.init.as_ref().map(|init| self.init(init));
            let id = self.global_ids[&id];
            self.globals[id].init = init;
        }
        while let Some(id) = self.pending_debug.pop_front() {
            let shown = self.debug_type(&self.pool.debug_types()[id]);
            let id = self.debug_ids[&id];
            self.debug_types[id] = shown;
        }
    }

    /// Whether the unit defines one of its functions.
    pub(crate) fn is_defined(&self, id: FunctionId) -> bool {
        id.index() < self.n_defined_functions
    }

    fn function(&mut self, id: FunctionId) -> FunctionId {
        match self.function_ids.get(&id) {
            Some(&known) => known,
            None => self.add_function(id),
        }
    }

    fn add_function(&mut self, id: FunctionId) -> FunctionId {
        let pool = self.pool;
        let function = &pool.functions[id].function;
        // A symbol that a library is asked for may be one that the program itself exports.
        if let Some(&known) = self.by_symbol.get(function.symbol.as_str()) {
            self.function_ids.insert(id, known);
            return known;
        }
        let place = self.functions.len();
        let signature = self.signature(&function.signature);
        let new = self.functions.push(Function {
            symbol: function.symbol.clone(),
            name: function.name.clone(),
            signature,
            linkage: if place < self.n_defined_functions {
                function.linkage
            } else if place < self.n_bodies {
                Linkage::Copy
            } else {
                declared(function.linkage)
            },
            inline: function.inline,
            nounwind: function.nounwind,
            facts: function.facts,
            features: function.features.clone(),
            body: None,
        });
        self.pool_functions.push(id);
        self.by_symbol.insert(&function.symbol, new);
        self.function_ids.insert(id, new);
        new
    }

    fn global(&mut self, id: GlobalId) -> GlobalId {
        if let Some(&known) = self.global_ids.get(&id) {
            return known;
        }
        let pool = self.pool;
        let pooled = &pool.globals[id];
        let global = &pooled.global;
        // A constant is each unit's own; a variable is defined once.
        let here = self.globals.len() < self.n_defined_globals || pooled.home.is_none();
        let new = self.globals.push(Global {
            symbol: global.symbol.clone(),
            size: global.size,
            align: global.align,
            linkage: if here { global.linkage } else { declared(global.linkage) },
            constant: global.constant,
            thread_local: global.thread_local,
            init: None,
        });
        self.global_ids.insert(id, new);
        if here {
            self.pending_globals.push_back(id);
        }
        new
    }

    fn init(&mut self, init: &GlobalInit) -> GlobalInit {
        let relocations = init.relocations.iter().map(|relocation| Relocation {
            offset: relocation.offset,
            target: match relocation.target {
                RelocationTarget::Function(function) => RelocationTarget::Function(self.function(function)),
                RelocationTarget::Global(global) => RelocationTarget::Global(self.global(global)),
            },
            addend: relocation.addend,
        });
        GlobalInit {
            relocations: relocations.collect(),
            bytes: init.bytes.clone(),
        }
    }

    fn signature(&mut self, signature: &Signature) -> Signature {
        Signature {
            abi: signature.abi,
            params: signature.params.iter().map(|param| self.param(param)).collect(),
            ret: self.param(&signature.ret),
            noreturn: signature.noreturn,
        }
    }

    fn param(&mut self, param: &Param) -> Param {
        Param {
            ty: self.ty(param.ty),
            extend: param.extend,
            pointee: param.pointee,
        }
    }

    fn ty(&mut self, id: TypeId) -> TypeId {
        if let Some(&known) = self.type_ids.get(&id) {
            return known;
        }
        let def = &self.pool.types[id];
        let debug = def.debug.map(|debug| self.debug(debug));
        let new = self.types.push(TypeDef { debug, ..def.clone() });
        self.type_ids.insert(id, new);
        new
    }

    /// The type is filled in later: pointers make types cyclic.
    fn debug(&mut self, id: DebugTypeId) -> DebugTypeId {
        if let Some(&known) = self.debug_ids.get(&id) {
            return known;
        }
        let new = self.debug_types.push(DebugType::Function { size: 0 });
        self.debug_ids.insert(id, new);
        self.pending_debug.push_back(id);
        new
    }

    fn debug_type(&mut self, shown: &DebugType) -> DebugType {
        let mut shown = shown.clone();
        let mut fields_of = |fields: &mut Vec<DebugField>| {
            for field in fields {
                field.ty = self.debug(field.ty);
            }
        };
        match &mut shown {
            DebugType::Basic { .. } | DebugType::Function { .. } => {}
            DebugType::Pointer { to, .. } => *to = to.map(|to| self.debug(to)),
            DebugType::Struct { fields, .. } | DebugType::Union { fields, .. } => fields_of(fields),
            DebugType::Variants {
                discriminant, variants, ..
            } => {
                discriminant.ty = self.debug(discriminant.ty);
                for variant in variants {
                    variant.ty = self.debug(variant.ty);
                }
            }
            DebugType::Array { element, .. } => *element = self.debug(*element),
            DebugType::Enum { underlying, .. } => *underlying = self.debug(*underlying),
            DebugType::Typedef { to, .. } => *to = self.debug(*to),
        }
        shown
    }

    fn file(&mut self, id: UnitFileId) -> UnitFileId {
        if let Some(&known) = self.file_ids.get(&id) {
            return known;
        }
        let new = self.files.push(self.pool.files[id].clone());
        self.file_ids.insert(id, new);
        new
    }

    fn loc(&mut self, loc: SourceLoc) -> SourceLoc {
        SourceLoc {
            file: self.file(loc.file),
            ..loc
        }
    }

    fn body(&mut self, body: &Body) -> Body {
        Body {
            locals: body.locals.iter().map(|local| self.local(local)).collect(),
            blocks: body.blocks.iter().map(|block| self.block(block)).collect(),
            scopes: body.scopes.iter().map(|scope| self.scope(scope)).collect(),
            loc: self.loc(body.loc),
        }
    }

    fn local(&mut self, local: &LocalDecl) -> LocalDecl {
        LocalDecl {
            ty: self.ty(local.ty),
            name: local.name.clone(),
            loc: self.loc(local.loc),
        }
    }

    fn scope(&mut self, scope: &SourceScope) -> SourceScope {
        SourceScope {
            parent: scope.parent,
            loc: self.loc(scope.loc),
        }
    }

    fn block(&mut self, block: &Block) -> Block {
        let statements = block.statements.iter().map(|statement| Statement {
            kind: self.statement(&statement.kind),
            loc: self.loc(statement.loc),
        });
        Block {
            statements: statements.collect(),
            terminator: Terminator {
                kind: self.terminator(&block.terminator.kind),
                loc: self.loc(block.terminator.loc),
            },
            cleanup: block.cleanup,
        }
    }

    fn statement(&mut self, kind: &StatementKind) -> StatementKind {
        match kind {
            StatementKind::Assign(place, rvalue) => StatementKind::Assign(self.place(place), self.rvalue(rvalue)),
            StatementKind::StorageLive(local) => StatementKind::StorageLive(*local),
            StatementKind::StorageDead(local) => StatementKind::StorageDead(*local),
        }
    }

    fn place(&mut self, place: &Place) -> Place {
        Place {
            local: place.local,
            projections: place.projections.clone(),
            ty: self.ty(place.ty),
        }
    }

    fn operand(&mut self, operand: &Operand) -> Operand {
        match operand {
            Operand::Copy(place) => Operand::Copy(self.place(place)),
            Operand::Fixed(place) => Operand::Fixed(self.place(place)),
            Operand::Const(constant) => Operand::Const(self.constant(constant)),
        }
    }

    fn constant(&mut self, constant: &Const) -> Const {
        match *constant {
            Const::Int { bits, ty } => Const::Int { bits, ty: self.ty(ty) },
            Const::Float { bits, ty } => Const::Float { bits, ty: self.ty(ty) },
            Const::Null { ty } => Const::Null { ty: self.ty(ty) },
            Const::Unit { ty } => Const::Unit { ty: self.ty(ty) },
            Const::Function { function, ty } => Const::Function {
                function: self.function(function),
                ty: self.ty(ty),
            },
            Const::Global { global, offset, ty } => Const::Global {
                global: self.global(global),
                offset,
                ty: self.ty(ty),
            },
            Const::Slice { global, len, ty } => Const::Slice {
                global: self.global(global),
                len,
                ty: self.ty(ty),
            },
            Const::Zero { ty } => Const::Zero { ty: self.ty(ty) },
            Const::Undefined { ty } => Const::Undefined { ty: self.ty(ty) },
        }
    }

    fn rvalue(&mut self, rvalue: &Rvalue) -> Rvalue {
        match rvalue {
            Rvalue::Use(operand) => Rvalue::Use(self.operand(operand)),
            Rvalue::AddressOf(place) => Rvalue::AddressOf(self.place(place)),
            Rvalue::Unary(op, operand) => Rvalue::Unary(*op, self.operand(operand)),
            Rvalue::Binary(op, left, right) => Rvalue::Binary(*op, self.operand(left), self.operand(right)),
            Rvalue::Checked {
                op,
                left,
                right,
                flag_offset,
            } => Rvalue::Checked {
                op: *op,
                left: self.operand(left),
                right: self.operand(right),
                flag_offset: *flag_offset,
            },
            Rvalue::Cast(kind, operand, ty) => Rvalue::Cast(*kind, self.operand(operand), self.ty(*ty)),
            Rvalue::Pair(first, second) => Rvalue::Pair(self.operand(first), self.operand(second)),
            Rvalue::PairSecond(place) => Rvalue::PairSecond(self.place(place)),
            Rvalue::Repeat {
                element,
                element_ty,
                count,
            } => Rvalue::Repeat {
                element: self.operand(element),
                element_ty: self.ty(*element_ty),
                count: *count,
            },
            Rvalue::PointerOffset { pointer, index, stride } => Rvalue::PointerOffset {
                pointer: self.operand(pointer),
                index: self.operand(index),
                stride: *stride,
            },
        }
    }

    fn terminator(&mut self, kind: &TerminatorKind) -> TerminatorKind {
        match kind {
            TerminatorKind::Goto(target) => TerminatorKind::Goto(*target),
            TerminatorKind::Switch {
                value,
                cases,
                otherwise,
            } => TerminatorKind::Switch {
                value: self.operand(value),
                cases: cases.clone(),
                otherwise: *otherwise,
            },
            TerminatorKind::Return => TerminatorKind::Return,
            TerminatorKind::Unreachable => TerminatorKind::Unreachable,
            TerminatorKind::Call {
                callee,
                args,
                dest,
                target,
                unwind,
            } => TerminatorKind::Call {
                callee: self.callee(callee),
                args: args.iter().map(|arg| self.operand(arg)).collect(),
                dest: self.place(dest),
                target: *target,
                unwind: *unwind,
            },
            TerminatorKind::Resume => TerminatorKind::Resume,
            TerminatorKind::CatchAll { dest, target } => TerminatorKind::CatchAll {
                dest: self.place(dest),
                target: *target,
            },
        }
    }

    fn callee(&mut self, callee: &Callee) -> Callee {
        match callee {
            Callee::Function(wanted) => {
                let function = self.function(*wanted);
                let found = self.pool_functions[function];
                let (wanted, found) = (self.pool.signature(*wanted), self.pool.signature(found));
                if self.pool.same_call(wanted, found) {
                    return Callee::Function(function);
                }
                // The program exports the symbol with another signature than it imports it with.
                let signature = self.signature(wanted);
                let ty = self.ty(self.pool.any_pointer_id());
                Callee::Pointer(Operand::Const(Const::Function { function, ty }), signature)
            }
            Callee::Pointer(pointer, signature) => Callee::Pointer(self.operand(pointer), self.signature(signature)),
            Callee::Intrinsic(intrinsic) => Callee::Intrinsic(*intrinsic),
        }
    }
}

/// How a unit sees what another one defines.
fn declared(linkage: Linkage) -> Linkage {
    match linkage {
        Linkage::Export => Linkage::Import,
        Linkage::Program | Linkage::Internal | Linkage::Copy | Linkage::Import | Linkage::CText => linkage,
    }
}
