//! Bodies: expressions, patterns and statements with local names resolved.

use std::sync::Arc;

use base::{IndexVec, Span, Symbol};
use diag::Reported;

use crate::{BodyId, GenericArg, TypeRefId};

base::define_id! {
    pub struct ExprId;
    pub struct PatId;
    /// A local variable or parameter of one body.
    pub struct LocalId;
    /// A loop or block that `break` and `continue` name; unlabelled loops have one too.
    pub struct LabelId;
    /// A closure of one body.
    pub struct ClosureId;
}

/// One body. Every expression, pattern and local has a span; every expression is reached once from `value`.
#[derive(Clone, Default, Debug)]
pub struct Body {
    pub exprs: IndexVec<ExprId, Expr>,
    pub expr_spans: IndexVec<ExprId, Span>,
    pub pats: IndexVec<PatId, Pat>,
    pub pat_spans: IndexVec<PatId, Span>,
    pub locals: IndexVec<LocalId, Local>,
    pub labels: IndexVec<LabelId, Label>,
    /// Each before those inside of it.
    pub closures: IndexVec<ClosureId, Closure>,
    /// Patterns of the parameters, `self` first.
    pub params: Vec<PatId>,
    /// Absent only in `Body::default()`.
    pub value: Option<ExprId>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Local {
    pub name: Symbol,
    pub span: Span,
    /// Declared with `var`.
    pub is_var: bool,
    /// The innermost closure that it is declared in.
    pub closure: Option<ClosureId>,
}

/// `|x| e`, `move |x: T| -> R { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Closure {
    /// The closure that it stands in.
    pub parent: Option<ClosureId>,
    pub params: Vec<ClosureParam>,
    pub ret: Option<TypeRefId>,
    pub value: ExprId,
    /// It has a `try` or `throw` of its own, and so gives an `E!T`.
    pub fails: bool,
    /// What it captures is moved or copied into it, and not borrowed.
    pub is_move: bool,
    /// Without the value.
    pub head: Span,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ClosureParam {
    pub pat: PatId,
    pub ty: Option<TypeRefId>,
}

impl Body {
    /// Whether a local is declared in a closure, or in one inside of it.
    pub fn is_declared_in(&self, local: LocalId, closure: ClosureId) -> bool {
        let mut around = self.locals[local].closure;
        while let Some(id) = around {
            if id == closure {
                return true;
            }
            around = self.closures[id].parent;
        }
        false
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    /// Without the quote; absent for an unlabelled loop.
    pub name: Option<Symbol>,
    pub span: Span,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// Broken, or not supported yet, and said so.
    Error(Reported),
    Literal(Literal),
    FString(Vec<FStringPart>),
    Local(LocalId),
    /// A name that is no local: an item, an import, a builtin value or type. `Self` too.
    Name(Symbol),
    /// `.Variant`
    DotName {
        name: Symbol,
        name_span: Span,
    },
    /// `a.b`: a field, a method, a module's member, a tuple's element (`0`).
    Field {
        base: ExprId,
        name: Symbol,
        name_span: Span,
        /// `(a.b)(c)` calls what the field holds, `a.b(c)` a method.
        in_parentheses: bool,
    },
    /// `Vec<i32>` where an expression stands, `id<u8>`.
    Generic {
        base: ExprId,
        args: Vec<GenericArg>,
    },
    /// A compound type where an expression stands.
    Type(TypeRefId),
    Call {
        callee: ExprId,
        args: Vec<Arg>,
    },
    Index {
        base: ExprId,
        index: ExprId,
    },
    Unary {
        op: UnaryOp,
        operand: ExprId,
    },
    /// `&e`, `&mut e`
    Ref {
        mutability: crate::Mutability,
        operand: ExprId,
    },
    Binary {
        op: BinaryOp,
        op_span: Span,
        left: ExprId,
        right: ExprId,
    },
    And {
        left: ExprId,
        right: ExprId,
    },
    Or {
        left: ExprId,
        right: ExprId,
    },
    Assign {
        place: ExprId,
        value: ExprId,
    },
    AssignOp {
        op: BinaryOp,
        op_span: Span,
        place: ExprId,
        value: ExprId,
    },
    Cast {
        operand: ExprId,
        ty: TypeRefId,
        mode: CastMode,
    },
    Range {
        start: Option<ExprId>,
        end: Option<ExprId>,
        inclusive: bool,
    },
    Tuple(Vec<ExprId>),
    Array(Vec<ExprId>),
    Repeat {
        element: ExprId,
        len: BodyId,
    },
    /// `P { x: 1 }`, `Shape.Rect { w: 1 }`; `.{ x: 1 }` without a type, `.Rect { w: 1 }` with the variant alone.
    Struct {
        ty: Option<TypeRefId>,
        variant: Option<(Symbol, Span)>,
        fields: Vec<FieldInit>,
        base: Option<ExprId>,
    },
    Block {
        block: Block,
        label: Option<LabelId>,
    },
    Unsafe(ExprId),
    If {
        condition: ExprId,
        then: ExprId,
        otherwise: Option<ExprId>,
    },
    /// `let pat = e` in a condition: binds in what the condition guards. `if let v = opt` binds an optional's value.
    Let {
        pat: PatId,
        value: ExprId,
    },
    Loop {
        body: ExprId,
        label: LabelId,
    },
    While {
        condition: ExprId,
        body: ExprId,
        label: LabelId,
    },
    For {
        pat: PatId,
        iter: ExprId,
        body: ExprId,
        label: LabelId,
    },
    Match {
        value: ExprId,
        arms: Vec<Arm>,
    },
    Break {
        label: Option<LabelId>,
        value: Option<ExprId>,
    },
    Continue {
        label: Option<LabelId>,
    },
    Return(Option<ExprId>),
    Closure(ClosureId),
    /// `a ?? b`
    Coalesce {
        value: ExprId,
        otherwise: ExprId,
    },
    /// `try e`: errors inside leave the function.
    Try(ExprId),
    /// `throw e`
    Throw(ExprId),
    /// `e catch handler`, `e catch |pat| handler`
    Catch {
        value: ExprId,
        binder: Option<PatId>,
        handler: ExprId,
    },
    /// The whole of a row of members with a `?.` among them: `a?.b.c()`.
    Chain(ExprId),
    /// What stands before a `?.`: the value inside of an optional; if there is none, the chain around is `none`.
    Link(ExprId),
    None,
    Null,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Literal {
    Int {
        value: u128,
        suffix: Option<Symbol>,
    },
    /// The digits without `_` and suffix.
    Float {
        text: Symbol,
        suffix: Option<Symbol>,
    },
    Bool(bool),
    Char(char),
    /// `b'a'`
    Byte(u8),
    Str(Symbol),
    ByteStr(Arc<[u8]>),
    /// Without the NUL.
    CStr(Arc<[u8]>),
}

#[derive(Clone, PartialEq, Debug)]
pub enum FStringPart {
    Text(Symbol),
    /// `{x=}` has been given a text part `x = ` before it.
    Value {
        expr: ExprId,
        spec: FormatSpec,
    },
}

/// `fill align sign # 0 width .precision kind`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormatSpec {
    pub fill: char,
    pub align: FormatAlign,
    pub plus: bool,
    pub alternate: bool,
    pub zero: bool,
    pub width: Option<u32>,
    pub precision: Option<u32>,
    pub kind: FormatKind,
}

impl Default for FormatSpec {
    fn default() -> Self {
        Self {
            fill: ' ',
            align: FormatAlign::Default,
            plus: false,
            alternate: false,
            zero: false,
            width: None,
            precision: None,
            kind: FormatKind::Display,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormatAlign {
    Default,
    Left,
    Center,
    Right,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FormatKind {
    Display,
    Debug,
    LowerHex,
    UpperHex,
    Octal,
    Binary,
    Exponent,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Arg {
    pub name: Option<(Symbol, Span)>,
    pub value: ExprId,
}

#[derive(Clone, PartialEq, Debug)]
pub struct FieldInit {
    pub name: Symbol,
    pub name_span: Span,
    pub value: ExprId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CastMode {
    /// `as`: range-checked in debug builds.
    Checked,
    /// `as%`
    Wrapping,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Neg,
    Not,
    Deref,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    WrappingAdd,
    WrappingSub,
    WrappingMul,
    SaturatingAdd,
    SaturatingSub,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl BinaryOp {
    /// As source spells it: `+%`.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
            Self::WrappingAdd => "+%",
            Self::WrappingSub => "-%",
            Self::WrappingMul => "*%",
            Self::SaturatingAdd => "+|",
            Self::SaturatingSub => "-|",
            Self::BitAnd => "&",
            Self::BitOr => "|",
            Self::BitXor => "^",
            Self::Shl => "<<",
            Self::Shr => ">>",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }
}

#[derive(Clone, Default, PartialEq, Debug)]
pub struct Block {
    pub stmts: Vec<Stmt>,
    pub tail: Option<ExprId>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Stmt {
    Let {
        pat: PatId,
        ty: Option<TypeRefId>,
        init: Option<ExprId>,
        otherwise: Option<ExprId>,
        span: Span,
    },
    /// An expression whose value is discarded: `e;`, or a block-like one of type `()`.
    Expr { expr: ExprId, has_semicolon: bool },
    /// `_ = e;`: a value that is dropped on purpose, at once.
    Discard(ExprId),
    /// Evaluated when the program is compiled; in a generic function for each instance.
    ConstAssert(crate::ConstAssert),
    /// Runs when the enclosing block is left.
    Defer { expr: ExprId, when: DeferWhen, span: Span },
}

/// Which ways out of a block run a deferred expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeferWhen {
    /// `defer`: all, also unwinding.
    Always,
    /// `errdefer`: those of an error that leaves the function.
    OnError,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Arm {
    pub pat: PatId,
    pub guard: Option<ExprId>,
    pub body: ExprId,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Pat {
    Error(Reported),
    /// `_`
    Wild,
    /// `x`, `var x`, `x @ p`
    Bind {
        local: LocalId,
        sub: Option<PatId>,
    },
    /// A literal, `-1`, or the path of a constant or variant: an expression to compare with.
    Value(ExprId),
    Range {
        start: Option<ExprId>,
        end: Option<ExprId>,
        inclusive: bool,
    },
    Tuple {
        elements: Vec<PatId>,
        rest: Option<usize>,
    },
    /// As [`Expr::Struct`].
    Struct {
        ty: Option<TypeRefId>,
        variant: Option<(Symbol, Span)>,
        fields: Vec<FieldPat>,
        has_rest: bool,
    },
    /// `.Some(p)`, `Shape.Circle(r)`, `Meters(x)`
    TupleVariant {
        path: ExprId,
        elements: Vec<PatId>,
        rest: Option<usize>,
    },
    Slice {
        before: Vec<PatId>,
        rest: Option<Option<PatId>>,
        after: Vec<PatId>,
    },
    Or(Vec<PatId>),
    /// `&p`
    Ref {
        mutability: crate::Mutability,
        pat: PatId,
    },
    /// `none`
    None,
}

#[derive(Clone, PartialEq, Debug)]
pub struct FieldPat {
    pub name: Symbol,
    pub name_span: Span,
    pub pat: PatId,
}
