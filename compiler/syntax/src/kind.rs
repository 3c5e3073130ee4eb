//! The kinds of node of the syntax tree.
//!
//! Takes nothing, gives [`NodeKind`]. What the children of each kind are is said by the views in `ast`.

/// Declares [`NodeKind`], and the list of all kinds.
macro_rules! node_kinds {
    ($($(#[$doc:meta])* $kind:ident,)*) => {
        /// What a node is.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum NodeKind {
            $($(#[$doc])* $kind,)*
        }

        impl NodeKind {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];
        }
    };
}

node_kinds! {
    SourceFile,
    /// Tokens that no rule takes. An error was reported for them; no view looks at them.
    Error,
    /// Where an expression is required: tokens that are none, or no token at all. An error was reported.
    ErrorExpr,
    /// The same where a type is required.
    ErrorType,
    /// The same where a pattern is required.
    ErrorPat,

    // Items.
    ImportItem,
    ImportTree,
    CImportItem,
    ConstItem,
    ConstAssertItem,
    StaticItem,
    FnItem,
    StructItem,
    UnionItem,
    EnumItem,
    TraitItem,
    ImplItem,
    TypeAliasItem,
    ExternBlock,
    ModItem,
    TestItem,

    // Parts of items.
    Attr,
    AttrArgs,
    AttrArg,
    GenericParams,
    TypeParam,
    ConstParam,
    WhereClause,
    WherePredicate,
    Bounds,
    Bound,
    ParamList,
    SelfParam,
    Param,
    VariadicParam,
    ReturnType,
    InlineC,
    FnAlias,
    FieldList,
    Field,
    TupleFieldList,
    TupleField,
    VariantList,
    Variant,
    ItemList,

    // Types.
    PathType,
    PathSegment,
    TypeArgs,
    AssocTypeArg,
    ConstArg,
    ParenTypeArgs,
    RefType,
    PtrType,
    SliceType,
    ArrayType,
    TupleType,
    ParenType,
    FnType,
    FnTypeParam,
    OptionalType,
    ResultType,
    DynType,
    ImplType,
    InferType,
    ParamKindType,

    // Statements.
    LetStmt,
    DeferStmt,
    ExprStmt,
    EmptyStmt,

    // Expressions.
    Block,
    Literal,
    FString,
    Interpolation,
    NameExpr,
    FieldExpr,
    IndexExpr,
    CallExpr,
    ArgList,
    Arg,
    GenericExpr,
    StructExpr,
    StructExprField,
    StructExprBase,
    VariantExpr,
    TupleExpr,
    ParenExpr,
    ArrayExpr,
    RepeatExpr,
    PrefixExpr,
    RefExpr,
    CastExpr,
    BinaryExpr,
    RangeExpr,
    CatchExpr,
    AssignExpr,
    TryExpr,
    UnsafeExpr,
    ThrowExpr,
    ReturnExpr,
    BreakExpr,
    ContinueExpr,
    IfExpr,
    LetExpr,
    MatchExpr,
    MatchArm,
    LoopExpr,
    WhileExpr,
    ForExpr,
    ClosureExpr,
    UnderscoreExpr,

    // Patterns.
    WildcardPat,
    RestPat,
    LiteralPat,
    RangePat,
    BindPat,
    PathPat,
    PatPath,
    TupleStructPat,
    StructPat,
    StructPatField,
    TuplePat,
    ParenPat,
    SlicePat,
    RefPat,
    OrPat,
}
