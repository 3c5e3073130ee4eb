//! One file's tree to its [`FileHir`].
//!
//! Takes the tree of a file, gives its items and bodies, with the names of locals and labels resolved, literals and
//! formats read, and what is wrong with them said. What the parser could not read is an error node here, and said
//! by the parser only. Knows no other file and no types.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a rule names the syntax it takes; the matches on items, types, patterns and expressions are exhaustive"
)]

mod adts;
mod assignments;
mod attributes;
mod body;
mod closures;
mod conditions;
mod control;
mod derive;
mod exprs;
mod externs;
mod formats;
mod functions;
mod imports;
mod inline_c;
mod items;
mod literals;
mod local_items;
mod patterns;
mod scope;
mod types;

use base::{IndexVec, Span, Symbol, sym};
use diag::{Diagnostics, Reported};
use syntax::ast::{self, AstNode};
use syntax::{NodeKind, Token, TokenKind, Tree};

use crate::deferred::{DeferredBodies, DeferredSource, LoweredBody, PatternConstants, first_id};
use crate::{Body, Conditions, Expr, FileHir, GenericParam, ImplPlace, ItemId, TypeRefKind, errors};

pub use attributes::DERIVED;
pub use local_items::{is_local_key, written_name};
pub use types::is_unnamed_generic;

/// Lowers one file, as far as it is part of the build that `conditions` describe. The diagnostics do not repeat those
/// of the parser.
pub fn lower(tree: &Tree, conditions: &Conditions) -> (FileHir, Diagnostics) {
    let mut lowering = FileLowering::new(tree, conditions);
    if let Some(file) = ast::SourceFile::cast(tree.root()) {
        lowering.hir.doc = attributes::doc_text(file.module_doc_comments());
        let active = lowering.active_items(file.items());
        lowering.hir.root = lowering.items(&active, None);
    }
    if may_reach_c(&lowering.hir) {
        lowering.hir.member_names = member_names(tree);
    }
    (lowering.hir, lowering.diagnostics)
}

/// Whether names of a file may be of C: what is imported is, by a name of the package for headers, or handed on by a
/// module.
pub fn may_reach_c(hir: &FileHir) -> bool {
    let is_open = |import: &crate::Import| import.path[0].0 != crate::packages::LIBRARY;
    hir.imports.iter().any(is_open) || !hir.c_imports.is_empty()
}

/// Lowers the body of the function at `span`, which an outline has left out. A body with errors is an error as a whole.
pub(crate) fn lower_deferred(source: &DeferredSource, span: Span, constants: PatternConstants) -> LoweredBody {
    let (tree, mut diagnostics) = syntax::parse_range(span.file, &source.text, span.start..span.end);
    let mut lowering = FileLowering::new(&tree, &source.conditions);
    lowering.constants = constants;
    lowering.first_type = first_id(span);
    lowering.first_body = first_id(span) + 1;
    let file = ast::SourceFile::cast(tree.root());
    let function = file.and_then(|file| {
        file.items().find_map(|item| match item {
            ast::Item::Fn(function) => Some((function.params()?, function.body()?)),
            _ => None,
        })
    });
    if let Some((params, block)) = function {
        lowering.fn_body(params, block);
    }
    let FileLowering {
        hir, diagnostics: more, ..
    } = lowering;
    diagnostics.append(more);
    let mut inner = hir.bodies.into_vec();
    let body = match (diagnostics.already_reported(), inner.pop()) {
        (None, Some(body)) => body,
        (None, None) => unreachable!("the outline has seen a function with parameters and a body"),
        (Some(reported), _) => {
            let mut body = Body::default();
            body.expr_spans.push(span);
            body.value = Some(body.exprs.push(Expr::Error(reported)));
            body
        }
    };
    debug_assert!(hir.items.is_empty() && hir.imports.is_empty() && hir.c_imports.is_empty());
    LoweredBody {
        bodies: [body].into_iter().chain(inner).collect(),
        types: hir.types,
        diagnostics,
    }
}

/// The state of lowering one file.
struct FileLowering<'t> {
    tree: &'t Tree,
    conditions: &'t Conditions,
    hir: FileHir,
    diagnostics: Diagnostics,
    constants: PatternConstants,
    /// What the ids of types and bodies are counted from.
    first_type: u32,
    first_body: u32,
    /// The names of the items of the blocks around, with their keys, innermost last.
    local_names: Vec<(Symbol, Symbol)>,
    /// Items inside functions of which the function is not there yet.
    unowned: Vec<ItemId>,
    /// What the `impl` types of the parameters that are lowered now stand for; absent elsewhere.
    unnamed_generics: Option<Vec<GenericParam>>,
    /// What an `impl` type is that is no such parameter.
    impl_place: ImplPlace,
}

impl<'t> FileLowering<'t> {
    fn new(tree: &'t Tree, conditions: &'t Conditions) -> Self {
        Self {
            tree,
            conditions,
            hir: FileHir {
                file: tree.file(),
                root: Vec::new(),
                items: IndexVec::new(),
                bodies: IndexVec::new(),
                types: IndexVec::new(),
                deferred: DeferredBodies::default(),
                imports: Vec::new(),
                c_imports: Vec::new(),
                member_names: Vec::new(),
                left_out: Vec::new(),
                local_items: Vec::new(),
                doc: None,
            },
            diagnostics: Diagnostics::new(),
            constants: PatternConstants::default(),
            first_type: 0,
            first_body: 0,
            local_names: Vec::new(),
            unowned: Vec::new(),
            unnamed_generics: None,
            impl_place: ImplPlace::Elsewhere,
        }
    }
}

impl FileLowering<'_> {
    /// For a part that the grammar requires and the tree lacks.
    fn missing(&self) -> Reported {
        self.tree
            .reported()
            .expect("the parser reports each part that it requires and does not find")
    }

    fn unsupported(&mut self, span: Span, what: &str) -> Reported {
        self.diagnostics.report(errors::unsupported(span, what))
    }

    fn missing_type(&mut self, span: Span) -> crate::TypeRefId {
        let kind = TypeRefKind::Error(self.missing());
        self.push_type(kind, span)
    }

    fn missing_expr(&self) -> Expr {
        Expr::Error(self.missing())
    }
}

/// The name that an identifier stands for.
fn name_of(token: Token<'_>) -> Symbol {
    sym(token.name())
}

/// See [`FileHir::member_names`].
fn member_names(tree: &Tree) -> Vec<Symbol> {
    let mut names = Vec::new();
    let tokens = tree.tokens();
    let in_imports: Vec<(u32, u32)> = tree
        .root()
        .descendants()
        .filter(|node| node.kind() == NodeKind::ImportItem)
        .map(|node| node.token_range())
        .collect();
    let is_imported = |index: u32| in_imports.iter().any(|(first, end)| (*first..*end).contains(&index));
    let mut after_dot = false;
    for (index, &kind) in tokens.kinds.iter().enumerate() {
        if kind.is_trivia() {
            continue;
        }
        if after_dot && kind == TokenKind::Ident && !is_imported(index as u32) {
            names.push(name_of(tree.token(syntax::TokenId(index as u32))));
        }
        after_dot = matches!(kind, TokenKind::Dot | TokenKind::QuestionDot);
    }
    for node in tree.root().descendants() {
        if node.kind() == NodeKind::StructExprField
            && let Some(name) = ast::StructExprField::cast(node).and_then(ast::StructExprField::name)
        {
            names.push(name_of(name));
        }
    }
    names.sort();
    names.dedup();
    names
}
