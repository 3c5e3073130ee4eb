//! The graph under construction: locals, blocks, and the block that statements go to.

use base::{FxHashMap, FxHashSet, IndexVec, Span, Symbol};
use check::{Adjustment, Signatures, Ty, TypeEnv, TypedBody};
use hir::{ExprId, LabelId, LocalId};

use super::BuildOptions;
use super::scopes::DropScope;
use crate::body::{
    AggregateKind, Block, BlockId, Body, BodyOwner, CaptureName, Kept, Local, LocalDecl, Operand, PatternIndex, Place,
    Rvalue, Scope, ScopeId, SourceInfo, Statement, StatementKind, Terminator, TerminatorKind,
};

/// The state of building one body.
pub(super) struct Builder<'a> {
    pub(super) signatures: &'a Signatures,
    pub(super) typed: &'a TypedBody,
    pub(super) hir: &'a hir::Body,
    pub(super) options: BuildOptions<'a>,
    /// What the function or closure gives.
    pub(super) ret: Ty,
    pub(super) locals: IndexVec<Local, LocalDecl>,
    pub(super) blocks: IndexVec<BlockId, OpenBlock>,
    /// Where the next statement goes. After a jump this is a block that nothing reaches.
    pub(super) current: BlockId,
    source_scopes: IndexVec<ScopeId, Scope>,
    pub(super) source_scope: ScopeId,
    /// Innermost last.
    pub(super) scopes: Vec<DropScope>,
    pub(super) breakables: Vec<Breakable>,
    /// The local of each variable that has been declared.
    pub(super) variables: FxHashMap<LocalId, Local>,
    /// While a guard runs, of each variable that its pattern moves something into: the reference to where that is.
    pub(super) lent: FxHashMap<LocalId, Local>,
    /// Of a closure: the locals that stand for variables of the code around, until the body is whole.
    pub(super) captured: FxHashMap<LocalId, Local>,
    /// Of a closure: what its environment holds.
    pub(super) captures: Vec<CaptureName>,
    pub(super) pattern_indices: FxHashMap<Local, PatternIndex>,
    pub(super) rounds: FxHashSet<Local>,
    pub(super) reads: Vec<(Place, Span)>,
    pub(super) kept: Vec<Kept>,
    /// Variables declared without a value, whose every read is checked on its own.
    pub(super) deferred: FxHashSet<Local>,
    /// Expressions whose temporary lives as long as the variable it initialises: the index of the scope.
    pub(super) extended: FxHashMap<ExprId, usize>,
    /// The `?.` chains around: where each goes that has no value.
    pub(super) chains: Vec<super::control::Failure>,
    /// What is built runs while unwinding: a panic there ends the program, so nothing unwinds from it.
    pub(super) in_cleanup: bool,
    return_block: Option<BlockId>,
    resume_block: Option<BlockId>,
}

pub(super) struct OpenBlock {
    pub(super) statements: Vec<Statement>,
    pub(super) terminator: Option<Terminator>,
    is_cleanup: bool,
}

/// A loop or labelled block around.
pub(super) struct Breakable {
    pub(super) label: LabelId,
    pub(super) break_block: BlockId,
    /// Absent for a labelled block.
    pub(super) continue_block: Option<BlockId>,
    pub(super) dest: Dest,
    /// How many scopes are outside of it.
    pub(super) depth: usize,
}

/// Where a value goes.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Dest {
    /// Into a place that holds nothing.
    Place(Place),
    /// Nowhere: what needs dropping is dropped at the end of the statement.
    Discard,
}

/// An expression after the first `steps` of its adjustments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Adjusted {
    pub(super) expr: ExprId,
    pub(super) steps: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn env(&self) -> TypeEnv<'a> {
        self.signatures.within(&self.typed.bounds)
    }

    pub(super) fn new(
        signatures: &'a Signatures,
        typed: &'a TypedBody,
        hir: &'a hir::Body,
        options: BuildOptions<'a>,
        span: Span,
    ) -> Self {
        let mut source_scopes = IndexVec::new();
        let source_scope = source_scopes.push(Scope { parent: None, span });
        let mut blocks = IndexVec::new();
        let current = blocks.push(OpenBlock {
            statements: Vec::new(),
            terminator: None,
            is_cleanup: false,
        });
        Self {
            signatures,
            typed,
            hir,
            options,
            ret: typed.ret,
            locals: IndexVec::new(),
            blocks,
            current,
            source_scopes,
            source_scope,
            scopes: Vec::new(),
            breakables: Vec::new(),
            variables: FxHashMap::default(),
            lent: FxHashMap::default(),
            captured: FxHashMap::default(),
            captures: Vec::new(),
            pattern_indices: FxHashMap::default(),
            rounds: FxHashSet::default(),
            reads: Vec::new(),
            kept: Vec::new(),
            deferred: FxHashSet::default(),
            extended: FxHashMap::default(),
            chains: Vec::new(),
            in_cleanup: false,
            return_block: None,
            resume_block: None,
        }
    }

    pub(super) fn finish(self, owner: BodyOwner) -> Body {
        let span = self.source_scopes[ScopeId(0)].span;
        let unreachable = Terminator {
            kind: TerminatorKind::Unreachable,
            source: SourceInfo {
                span,
                scope: ScopeId(0),
            },
        };
        let close = |block: OpenBlock| Block {
            statements: block.statements,
            terminator: block.terminator.unwrap_or_else(|| unreachable.clone()),
            is_cleanup: block.is_cleanup,
        };
        Body {
            owner,
            n_generics: 0,
            bounds: self.typed.bounds.clone(),
            const_asserts: Vec::new(),
            captures: self.captures,
            pattern_indices: self.pattern_indices,
            rounds: self.rounds,
            reads: self.reads,
            kept: self.kept,
            locals: self.locals,
            n_params: 0,
            blocks: self.blocks.into_vec().into_iter().map(close).collect(),
            scopes: self.source_scopes,
            span,
        }
    }

    pub(super) fn span(&self, expr: ExprId) -> Span {
        self.hir.expr_spans[expr]
    }

    /// A place in the source, in the scope being built.
    pub(super) fn source(&self, span: Span) -> SourceInfo {
        SourceInfo {
            span,
            scope: self.source_scope,
        }
    }

    /// Opens a lexical scope in which variables are seen.
    pub(super) fn open_source_scope(&mut self, span: Span) {
        let parent = Some(self.source_scope);
        self.source_scope = self.source_scopes.push(Scope { parent, span });
    }

    /// What the lexical scope being built covers.
    pub(super) fn source_scope_span(&self) -> Span {
        self.source_scopes[self.source_scope].span
    }

    pub(super) fn new_local(&mut self, ty: Ty, name: Option<Symbol>, is_var: bool, source: SourceInfo) -> Local {
        self.locals.push(LocalDecl {
            ty,
            name,
            is_var,
            source,
        })
    }

    /// A temporary that needs no drop, or is moved out of at once.
    pub(super) fn temporary(&mut self, ty: Ty, span: Span) -> Local {
        let source = self.source(span);
        self.new_local(ty, None, true, source)
    }

    pub(super) fn place_ty(&self, place: &Place) -> Ty {
        place.ty(&self.locals)
    }

    /// The expression with all its adjustments.
    pub(super) fn adjusted(&self, expr: ExprId) -> Adjusted {
        let steps = self.typed.adjustments.get(&expr).map_or(0, Vec::len);
        Adjusted { expr, steps }
    }

    /// The last adjustment and what it is applied to.
    pub(super) fn last_step(&self, value: Adjusted) -> Option<(Adjustment, Adjusted)> {
        let steps = value.steps.checked_sub(1)?;
        let inner = Adjusted {
            expr: value.expr,
            steps,
        };
        Some((self.typed.adjustments[&value.expr][steps], inner))
    }

    pub(super) fn ty(&self, value: Adjusted) -> Ty {
        match self.last_step(value) {
            Some((adjustment, _)) => adjustment.ty,
            None => self.typed.expr_tys[value.expr],
        }
    }

    // --- Blocks ---

    pub(super) fn new_block(&mut self) -> BlockId {
        self.blocks.push(OpenBlock {
            statements: Vec::new(),
            terminator: None,
            is_cleanup: self.in_cleanup,
        })
    }

    pub(super) fn new_cleanup_block(&mut self) -> BlockId {
        self.blocks.push(OpenBlock {
            statements: Vec::new(),
            terminator: None,
            is_cleanup: true,
        })
    }

    pub(super) fn statement(&mut self, kind: StatementKind, span: Span) {
        let source = self.source(span);
        self.blocks[self.current].statements.push(Statement { kind, source });
    }

    pub(super) fn assign(&mut self, place: Place, rvalue: Rvalue, span: Span) {
        self.statement(StatementKind::Assign(place, rvalue), span);
    }

    /// A new temporary that holds `rvalue`, of a type that needs no drop.
    pub(super) fn assign_temporary(&mut self, ty: Ty, rvalue: Rvalue, span: Span) -> Local {
        let local = self.temporary(ty, span);
        self.assign(Place::local(local), rvalue, span);
        local
    }

    pub(super) fn terminate(&mut self, block: BlockId, kind: TerminatorKind, span: Span) {
        let source = self.source(span);
        let block = &mut self.blocks[block];
        debug_assert!(block.terminator.is_none(), "a block ends once");
        block.terminator = Some(Terminator { kind, source });
    }

    /// Ends the current block; what follows goes to `next`.
    pub(super) fn terminate_and_enter(&mut self, kind: TerminatorKind, span: Span, next: BlockId) {
        self.terminate(self.current, kind, span);
        self.current = next;
    }

    /// Ends the current block; nothing reaches what follows.
    pub(super) fn diverge(&mut self, kind: TerminatorKind, span: Span) {
        let dead = self.new_block();
        self.terminate_and_enter(kind, span, dead);
    }

    pub(super) fn goto(&mut self, target: BlockId, span: Span) {
        self.diverge(TerminatorKind::Goto(target), span);
    }

    /// Goes to `target` and continues there.
    pub(super) fn goto_and_enter(&mut self, target: BlockId, span: Span) {
        self.terminate_and_enter(TerminatorKind::Goto(target), span, target);
    }

    /// The block that returns, made when first needed.
    pub(super) fn return_block(&mut self, span: Span) -> BlockId {
        if let Some(block) = self.return_block {
            return block;
        }
        let block = self.new_block();
        self.terminate(block, TerminatorKind::Return, span);
        self.return_block = Some(block);
        block
    }

    pub(super) fn terminate_return(&mut self, span: Span) {
        let end = Span::new(span.file, span.end.saturating_sub(1).max(span.start), span.end);
        let block = self.return_block(end);
        self.goto(block, end);
    }

    /// The block that goes on unwinding, made when first needed.
    pub(super) fn resume_block(&mut self, span: Span) -> BlockId {
        if let Some(block) = self.resume_block {
            return block;
        }
        let block = self.new_cleanup_block();
        self.terminate(block, TerminatorKind::Resume, span);
        self.resume_block = Some(block);
        block
    }

    // --- Destinations ---

    /// Gives `()` to a destination of that type, or to one of type `E!()`.
    pub(super) fn unit_into(&mut self, dest: &Dest, span: Span) {
        if let Dest::Place(place) = dest
            && self.place_ty(place).is_unit()
        {
            let unit = Rvalue::Aggregate(AggregateKind::Tuple, Vec::new());
            self.assign(place.clone(), unit, span);
        } else if let Dest::Place(place) = dest
            && let ty = self.place_ty(place)
            && self.signatures.result_parts(ty).is_some_and(|(ok, _)| ok.is_unit())
        {
            let unit = self.assign_temporary(Ty::unit(), Rvalue::Aggregate(AggregateKind::Tuple, Vec::new()), span);
            let operand = Operand::Copy(Place::local(unit));
            let result = Rvalue::Aggregate(super::errors::result_kind(ty, 0), vec![operand]);
            self.assign(place.clone(), result, span);
        }
    }

    /// The value of a place that is left behind: copied, or moved where the type is not `Copy`.
    pub(super) fn consume(&self, place: Place) -> Operand {
        if self.env().is_copy(self.place_ty(&place)) {
            Operand::Copy(place)
        } else {
            Operand::Move(place)
        }
    }
}
