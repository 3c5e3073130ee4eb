//! Views of files, items and their parts.
//!
//! Takes and gives what `ast` says, for items.

use super::{
    Block, Bounds, Expr, FieldList, Fields, GenericParams, ParamList, ReturnType, Type, Variant, VariantList,
    WhereClause, ast_enum, ast_nodes, child, child_after, children, item_parts, named, own_token_where, own_tokens,
};
use crate::token::TokenKind;
use crate::tree::{Node, Token};

ast_nodes! {
    /// A whole file: its items.
    SourceFile;
    /// `import a.b.{c, d as e};`
    ImportItem;
    /// `a.b as c`, `a.b.{…}`: one path of an import, or one entry of its group.
    ImportTree;
    /// `import c "a.h" as x;`, `import c { "a.h", "b.h" } as x;`
    CImportItem;
    /// `const N: T = e;`
    ConstItem;
    /// `const assert(…);`
    ConstAssertItem;
    /// `static N: T = e;`, `static var n: T;`
    StaticItem;
    /// `fn f<T>(a: A) -> R { … }`
    FnItem;
    /// `struct P { … }`, `struct P(…);`, `struct P;`
    StructItem;
    /// `extern union U { … }`
    UnionItem;
    /// `enum E { … }`, `extern enum E: c_uint { … }`
    EnumItem;
    /// `trait T: Super { … }`
    TraitItem;
    /// `impl T for X { … }`, `impl X { … }`
    ImplItem;
    /// `type A = B;`, and an associated type `type Item: Bound;`
    TypeAliasItem;
    /// `extern "C" { … }`
    ExternBlock;
    /// `mod m { … }`
    ModItem;
    /// `test "name" { … }`
    TestItem;
    /// `= c "body"`
    InlineC;
    /// `= other_name`, the body of a function of an `@ffi` block.
    FnAlias;
    /// `{ … }` of a trait, impl, extern block or module.
    ItemList;
}

ast_enum! {
    /// An item, wherever it stands: in a file, a module, a trait, an impl, an extern block or a block.
    Item {
        Import(ImportItem),
        CImport(CImportItem),
        Const(ConstItem),
        ConstAssert(ConstAssertItem),
        Static(StaticItem),
        Fn(FnItem),
        Struct(StructItem),
        Union(UnionItem),
        Enum(EnumItem),
        Trait(TraitItem),
        Impl(ImplItem),
        TypeAlias(TypeAliasItem),
        Extern(ExternBlock),
        Mod(ModItem),
        Test(TestItem),
    }
}

item_parts! {
    ImportItem CImportItem ConstItem ConstAssertItem StaticItem FnItem StructItem UnionItem EnumItem TraitItem ImplItem
    TypeAliasItem ExternBlock ModItem TestItem
}

named! {
    ConstItem StaticItem FnItem StructItem UnionItem EnumItem TraitItem TypeAliasItem ModItem
}

/// Gives views their generic parameters and their `where` clause.
macro_rules! generic {
    ($($view:ident)*) => {$(
        impl<'t> $view<'t> {
            pub fn generic_params(self) -> Option<GenericParams<'t>> {
                child(self.0)
            }

            pub fn where_clause(self) -> Option<WhereClause<'t>> {
                child(self.0)
            }
        }
    )*};
}

generic! { FnItem StructItem UnionItem EnumItem TraitItem ImplItem TypeAliasItem }

impl<'t> SourceFile<'t> {
    pub fn items(self) -> impl Iterator<Item = Item<'t>> {
        children(self.0)
    }

    /// The `//!` comments, as written.
    pub fn module_doc_comments(self) -> impl Iterator<Item = Token<'t>> {
        module_doc_comments(self.0)
    }
}

fn module_doc_comments<'t>(node: Node<'t>) -> impl Iterator<Item = Token<'t>> {
    node.elements().filter_map(|element| match element {
        crate::tree::Element::Token(token) if token.kind() == TokenKind::ModuleDocComment => Some(token),
        crate::tree::Element::Token(_) | crate::tree::Element::Node(_) => None,
    })
}

impl<'t> ImportItem<'t> {
    pub fn tree(self) -> Option<ImportTree<'t>> {
        child(self.0)
    }
}

impl<'t> ImportTree<'t> {
    /// The names of the path, `Self` and the alias left out.
    pub fn segments(self) -> impl Iterator<Item = Token<'t>> {
        self.0
            .own_tokens()
            .take_while(|t| t.kind() != TokenKind::AsKw)
            .filter(|t| t.kind() == TokenKind::Ident)
    }

    /// The name after `as`.
    pub fn alias(self) -> Option<Token<'t>> {
        alias(self.0)
    }

    /// Whether a `{…}` follows the path, whose entries are `group()`.
    pub fn has_group(self) -> bool {
        self.0.own_token(TokenKind::LBrace).is_some()
    }

    pub fn group(self) -> impl Iterator<Item = ImportTree<'t>> {
        children(self.0)
    }
}

fn alias<'t>(node: Node<'t>) -> Option<Token<'t>> {
    node.own_tokens()
        .skip_while(|t| t.kind() != TokenKind::AsKw)
        .find(|t| t.kind() == TokenKind::Ident)
}

impl<'t> CImportItem<'t> {
    /// The string literals that name the headers.
    pub fn headers(self) -> impl Iterator<Item = Token<'t>> {
        self.0.own_tokens().filter(|t| t.kind().is_text_literal())
    }

    /// The name after `as`.
    pub fn alias(self) -> Option<Token<'t>> {
        alias(self.0)
    }
}

impl<'t> ConstItem<'t> {
    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }

    /// Absent for an associated constant without a default.
    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> ConstAssertItem<'t> {
    /// The condition and the optional message.
    pub fn args(self) -> Option<super::ArgList<'t>> {
        child(self.0)
    }
}

impl<'t> StaticItem<'t> {
    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }

    /// Absent in an `extern` block.
    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

own_tokens! { ConstItem { const_token: ConstKw, } }

own_tokens! { StaticItem { var_token: VarKw, export_token: ExportKw, } }

own_tokens! { FnItem {
    const_token: ConstKw,
    unsafe_token: UnsafeKw,
    inline_token: InlineKw,
    extern_token: ExternKw,
    export_token: ExportKw,
    fn_token: FnKw,
} }

impl<'t> FnItem<'t> {
    /// The string after `extern`.
    pub fn abi(self) -> Option<Token<'t>> {
        own_token_where(self.0, TokenKind::is_text_literal)
    }

    /// Absent in an `@ffi` alias, `fn open = sqlite3_open;`.
    pub fn params(self) -> Option<ParamList<'t>> {
        child(self.0)
    }

    pub fn return_type(self) -> Option<ReturnType<'t>> {
        child(self.0)
    }

    /// The type after `->`; none means `()`.
    pub fn return_ty(self) -> Option<Type<'t>> {
        self.return_type().and_then(ReturnType::ty)
    }

    /// Absent in a declaration: of a trait, of an `extern` block, of an intrinsic.
    pub fn body(self) -> Option<Block<'t>> {
        child(self.0)
    }

    pub fn inline_c(self) -> Option<InlineC<'t>> {
        child(self.0)
    }

    pub fn alias(self) -> Option<FnAlias<'t>> {
        child(self.0)
    }
}

impl<'t> InlineC<'t> {
    /// The string literal of C text.
    pub fn text(self) -> Option<Token<'t>> {
        own_token_where(self.0, TokenKind::is_text_literal)
    }
}

impl<'t> FnAlias<'t> {
    pub fn value(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

own_tokens! { StructItem { extern_token: ExternKw, view_token: ViewKw, export_token: ExportKw, } }

impl<'t> StructItem<'t> {
    /// None for `struct Marker;`.
    pub fn fields(self) -> Option<Fields<'t>> {
        child(self.0)
    }
}

own_tokens! { UnionItem { extern_token: ExternKw, export_token: ExportKw, } }

impl<'t> UnionItem<'t> {
    pub fn fields(self) -> Option<FieldList<'t>> {
        child(self.0)
    }
}

own_tokens! { EnumItem { extern_token: ExternKw, view_token: ViewKw, export_token: ExportKw, } }

impl<'t> EnumItem<'t> {
    /// The type after `:`.
    pub fn repr(self) -> Option<Type<'t>> {
        child(self.0)
    }

    pub fn variant_list(self) -> Option<VariantList<'t>> {
        child(self.0)
    }

    pub fn variants(self) -> impl Iterator<Item = Variant<'t>> {
        self.variant_list().into_iter().flat_map(|list| list.variants())
    }
}

own_tokens! { TraitItem { unsafe_token: UnsafeKw, } }

impl<'t> TraitItem<'t> {
    /// The supertraits.
    pub fn bounds(self) -> Option<Bounds<'t>> {
        child(self.0)
    }

    pub fn items(self) -> impl Iterator<Item = Item<'t>> {
        items_of(self.0)
    }
}

fn items_of<'t>(node: Node<'t>) -> impl Iterator<Item = Item<'t>> {
    child::<ItemList<'t>>(node)
        .into_iter()
        .flat_map(|list| children(list.0))
}

own_tokens! { ImplItem { unsafe_token: UnsafeKw, export_token: ExportKw, for_token: ForKw, } }

impl<'t> ImplItem<'t> {
    /// The type before `for`; none for an inherent impl.
    pub fn trait_ty(self) -> Option<Type<'t>> {
        self.for_token()?;
        super::child_before(self.0, |kind| kind == TokenKind::ForKw)
    }

    pub fn self_ty(self) -> Option<Type<'t>> {
        match self.for_token() {
            Some(_) => child_after(self.0, |kind| kind == TokenKind::ForKw),
            None => child(self.0),
        }
    }

    pub fn items(self) -> impl Iterator<Item = Item<'t>> {
        items_of(self.0)
    }
}

impl<'t> TypeAliasItem<'t> {
    pub fn bounds(self) -> Option<Bounds<'t>> {
        child(self.0)
    }

    /// Absent for an associated type without a default.
    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }
}

own_tokens! { ExternBlock { extern_token: ExternKw, unsafe_token: UnsafeKw, } }

impl<'t> ExternBlock<'t> {
    pub fn abi(self) -> Option<Token<'t>> {
        own_token_where(self.0, TokenKind::is_text_literal)
    }

    pub fn items(self) -> impl Iterator<Item = Item<'t>> {
        items_of(self.0)
    }
}

impl<'t> ModItem<'t> {
    pub fn items(self) -> impl Iterator<Item = Item<'t>> {
        items_of(self.0)
    }

    /// Whether it is `mod m { … }` and not `mod m;`.
    pub fn has_body(self) -> bool {
        child::<ItemList<'t>>(self.0).is_some()
    }

    /// The `//!` comments, as written.
    pub fn module_doc_comments(self) -> impl Iterator<Item = Token<'t>> {
        child::<ItemList<'t>>(self.0)
            .into_iter()
            .flat_map(|list| module_doc_comments(list.0))
    }
}

impl<'t> TestItem<'t> {
    /// The string literal.
    pub fn name(self) -> Option<Token<'t>> {
        own_token_where(self.0, TokenKind::is_text_literal)
    }

    pub fn body(self) -> Option<Block<'t>> {
        child(self.0)
    }
}
