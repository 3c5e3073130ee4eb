//! A program for tests: items from source text, bodies written as MIR.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use base::{IndexVec, SourceMap, Span, sym};
use check::{CheckInput, FnRef, NoEvaluator, Signatures, Ty};
use cmodel::{CModel, NoQueries};
use hir::{Packages, ParsedFile, Program};
use mir::{
    Block, BlockId, Body, BodyOwner, Local, LocalDecl, Operand, Place, Rvalue, Scope, ScopeId, SourceInfo, Statement,
    StatementKind, Terminator, TerminatorKind,
};
use target::Target;
use unit::{DebugInfo, Optimize, PanicStrategy, Unit};

use crate::{BodySource, MonoInput, MonoOptions, MonoOutput, ProgramKind};

/// What there is of the library.
const PRELUDE: &str = "@lang_item(\"Drop\") pub trait Drop { fn drop(&mut self); }";

pub(crate) struct Fixture {
    pub(crate) program: Program,
    pub(crate) signatures: Signatures,
    pub(crate) target: Target,
    sources: SourceMap,
    bodies: HashMap<BodyOwner, Arc<Body>>,
    pub(crate) options: MonoOptions,
}

impl BodySource for HashMap<BodyOwner, Arc<Body>> {
    fn body(&self, owner: BodyOwner) -> Option<Arc<Body>> {
        self.get(&owner).cloned()
    }

    fn assoc_const(&self, _function: FnRef, _args: &[Ty]) -> Result<check::ConstValue, check::Unevaluated> {
        unreachable!("the programs of these tests have no constants")
    }

    fn constant(&self, _body: &Arc<Body>, _args: &[Ty]) -> Result<check::ConstValue, check::Unevaluated> {
        unreachable!("the bodies of these tests assert nothing")
    }
}

impl Fixture {
    pub(crate) fn new(text: &str) -> Self {
        Self::for_target(text, "x86_64-unknown-linux-gnu")
    }

    pub(crate) fn for_target(text: &str, target: &str) -> Self {
        let target = target::Table::embedded()
            .lookup(target)
            .expect("a target of the table")
            .clone();
        let mut sources = SourceMap::default();
        let mut lowered = |path: &str, text: &str| {
            let file = sources.add(Path::new(path), text.into());
            let (tree, errors) = syntax::parse(file, text);
            assert!(!errors.has_errors(), "{errors:?}");
            let (hir, errors) = hir::lower(&tree, &hir::Conditions::default());
            assert!(!errors.has_errors(), "{errors:?}");
            hir
        };
        let packages = Packages::of_file(base::sym("main"), Default::default());
        let main = ParsedFile {
            place: packages.locate(Packages::MAIN, &[base::sym("main")]),
            hir: lowered("main.lang", text),
        };
        let prelude = ParsedFile {
            place: packages.locate(Packages::LIBRARY, &[base::sym("std"), base::sym("prelude")]),
            hir: lowered("prelude.lang", PRELUDE),
        };
        let (program, errors) = hir::link(vec![main, prelude], packages);
        assert!(!errors.has_errors(), "{errors:?}");
        let input = CheckInput {
            program: &program,
            target: &target,
            queries: &NoQueries,
            constants: &NoEvaluator,
            sources: &sources,
        };
        let (signatures, errors) = check::collect(input, CModel::default());
        assert!(!errors.has_errors(), "{errors:?}");
        Self {
            program,
            signatures,
            target,
            sources,
            bodies: HashMap::new(),
            options: MonoOptions {
                overflow_checks: true,
                codegen_units: None,
                optimize: Optimize::None,
                debug_info: DebugInfo::None,
                panic: PanicStrategy::Unwind,
                kind: ProgramKind::Executable,
            },
        }
    }

    /// The function of this path.
    pub(crate) fn function(&self, path: &str) -> FnRef {
        let found = self.signatures.fns.iter().find(|(_, decl)| decl.path == path);
        *found.expect("the text has the function").0
    }

    /// The type of the first parameter of a function.
    pub(crate) fn param_ty(&self, path: &str) -> Ty {
        self.signatures.function(self.function(path)).params[0].ty
    }

    /// Gives a function the body that `build` writes.
    pub(crate) fn body(&mut self, path: &str, build: impl FnOnce(&mut MirBuilder)) {
        let function = self.function(path);
        let decl = self.signatures.function(function);
        let mut builder = MirBuilder::new(BodyOwner::Fn(function), decl.generics.len() as u32);
        builder.local(decl.ret);
        for param in &decl.params {
            builder.local(param.ty);
        }
        builder.body.n_params = decl.params.len() as u32;
        build(&mut builder);
        self.bodies.insert(builder.body.owner, Arc::new(builder.body));
    }

    pub(crate) fn lower(&self) -> (MonoOutput, diag::Diagnostics) {
        crate::lower(&self.input())
    }

    pub(crate) fn input(&self) -> MonoInput<'_> {
        MonoInput {
            program: &self.program,
            signatures: &self.signatures,
            bodies: &self.bodies,
            target: &self.target,
            sources: &self.sources,
            options: self.options.clone(),
        }
    }

    /// The only unit of a program without errors.
    pub(crate) fn unit(&self) -> Unit {
        let (output, errors) = self.lower();
        assert!(!errors.has_errors(), "{errors:?}");
        assert_eq!(output.units.len(), 1);
        output.units.into_iter().next().expect("one").unit
    }
}

pub(crate) fn function<'u>(unit: &'u Unit, symbol: &str) -> &'u unit::Function {
    let found = unit.functions.iter().find(|function| function.symbol == symbol);
    found.unwrap_or_else(|| panic!("no `{symbol}`"))
}

/// Writes a body block by block.
pub(crate) struct MirBuilder {
    pub(crate) body: Body,
    source: SourceInfo,
}

impl MirBuilder {
    fn new(owner: BodyOwner, n_generics: u32) -> Self {
        let span = Span::new(base::FileId(0), 0, 0);
        let mut scopes = IndexVec::new();
        scopes.push(Scope { parent: None, span });
        Self {
            body: Body {
                owner,
                const_asserts: Vec::new(),
                captures: Vec::new(),
                pattern_indices: Default::default(),
                rounds: Default::default(),
                reads: Vec::new(),
                kept: Vec::new(),
                n_generics,
                bounds: Default::default(),
                locals: IndexVec::new(),
                n_params: 0,
                blocks: IndexVec::new(),
                scopes,
                span,
            },
            source: SourceInfo {
                span,
                scope: ScopeId(0),
            },
        }
    }

    pub(crate) fn local(&mut self, ty: Ty) -> Local {
        self.body.locals.push(LocalDecl {
            ty,
            name: Some(sym("x")),
            is_var: true,
            source: self.source,
        })
    }

    pub(crate) fn block(&mut self, statements: Vec<(Place, Rvalue)>, kind: TerminatorKind) -> BlockId {
        let source = self.source;
        let statements = statements.into_iter().map(|(place, rvalue)| Statement {
            kind: StatementKind::Assign(place, rvalue),
            source,
        });
        self.body.blocks.push(Block {
            statements: statements.collect(),
            terminator: Terminator { kind, source },
            is_cleanup: false,
        })
    }
}

pub(crate) fn local(index: u32) -> Place {
    Place::local(Local(index))
}

pub(crate) fn int(value: i128, ty: Ty) -> Operand {
    Operand::Const(mir::Const {
        value: check::ConstValue::Int(value),
        ty,
    })
}
