//! Every kind of node has a row here: source as nobody writes it, and how it is formatted.

use std::collections::BTreeSet;

use base::FileId;
use syntax::NodeKind;
use syntax::NodeKind as N;

/// Where the source of a row stands.
#[derive(Clone, Copy, Debug)]
enum Place {
    Item,
    /// In a function: the formatted text is indented.
    Stmt,
    /// The type of a constant.
    Type,
    /// Before the `=` of a `let`.
    Pat,
    /// The value of a `let`.
    Expr,
}

impl Place {
    /// What stands around the source, as it is formatted.
    fn around(self) -> (&'static str, &'static str) {
        match self {
            Self::Item => ("", "\n"),
            Self::Stmt => ("fn f() {\n    ", "\n}\n"),
            Self::Type => ("const C: ", ";\n"),
            Self::Pat => ("fn f() {\n    let ", " = x;\n}\n"),
            Self::Expr => ("fn f() {\n    let x = ", ";\n}\n"),
        }
    }
}

use Place::{Expr, Item, Pat, Stmt, Type};

const ROWS: &[(NodeKind, Place, &str, &str)] = &[
    (
        N::SourceFile,
        Item,
        "\n\n  fn f( ){ }\n\n\n\nfn g(){}\n\n",
        "fn f() {}\n\nfn g() {}",
    ),
    (N::ImportItem, Item, "pub   import a . b ;", "pub import a.b;"),
    (N::ImportTree, Item, "import a.{ b , c as d };", "import a.{b, c as d};"),
    (
        N::CImportItem,
        Item,
        "import c{\"a.h\",\"b.h\"}as d;",
        "import c { \"a.h\", \"b.h\" } as d;",
    ),
    (N::ConstItem, Item, "const N:i32=1;", "const N: i32 = 1;"),
    (
        N::ConstAssertItem,
        Item,
        "const assert (N>1 , \"x\") ;",
        "const assert(N > 1, \"x\");",
    ),
    (
        N::StaticItem,
        Item,
        "pub static  var n:i32=1;",
        "pub static var n: i32 = 1;",
    ),
    (N::FnItem, Item, "pub  fn f ( )->i32{1}", "pub fn f() -> i32 { 1 }"),
    (N::StructItem, Item, "struct P{x:i32}", "struct P { x: i32 }"),
    (
        N::UnionItem,
        Item,
        "extern  union U{\nx:i32,y:f32}",
        "extern union U {\n    x: i32,\n    y: f32\n}",
    ),
    (N::EnumItem, Item, "extern enum E:u8{A,B}", "extern enum E: u8 { A, B }"),
    (N::TraitItem, Item, "trait A:B+C{fn f();}", "trait A: B + C { fn f(); }"),
    (N::ImplItem, Item, "impl<T>A<T>for B{ }", "impl<T> A<T> for B {}"),
    (N::TypeAliasItem, Item, "type A<T>=B<T>;", "type A<T> = B<T>;"),
    (N::ExternBlock, Item, "extern\"C\"{fn f();}", "extern \"C\" { fn f(); }"),
    (N::ModItem, Item, "mod m{fn f(){}\n}", "mod m {\n    fn f() {}\n}"),
    (N::TestItem, Item, "test\"a\"{b();}", "test \"a\" { b(); }"),
    (N::Attr, Item, "@a  @b\n@ c . d fn f(){}", "@a\n@b\n@c.d\nfn f() {}"),
    (N::AttrArgs, Item, "@a( b,c )fn f(){}", "@a(b, c)\nfn f() {}"),
    (N::AttrArg, Item, "@a(b:1) import c;", "@a(b: 1) import c;"),
    (N::GenericParams, Item, "fn f < T , U >( ) { }", "fn f<T, U>() {}"),
    (N::TypeParam, Item, "fn f<T:A=B>(){}", "fn f<T: A = B>() {}"),
    (
        N::ConstParam,
        Item,
        "fn f<const N:u8=3>(){}",
        "fn f<const N: u8 = 3>() {}",
    ),
    (
        N::WhereClause,
        Item,
        "fn f<T>()where T:A,U:B{}",
        "fn f<T>() where T: A, U: B {}",
    ),
    (
        N::WherePredicate,
        Item,
        "fn f()where T:A,{}",
        "fn f()\nwhere\n    T: A,\n{}",
    ),
    (N::Bounds, Item, "fn f<T:A+?B C>(){}", "fn f<T: A + ?B C>() {}"),
    (N::Bound, Item, "fn f<T: ? A>(){}", "fn f<T: ?A>() {}"),
    (
        N::ParamList,
        Item,
        "fn f(a:A,b:B,){}",
        "fn f(\n    a: A,\n    b: B,\n) {}",
    ),
    (N::SelfParam, Item, "fn f(& mut  self:T){}", "fn f(&mut self: T) {}"),
    (N::Param, Item, "fn f(@a  var x:T=1){}", "fn f(@a var x: T = 1) {}"),
    (N::VariadicParam, Item, "fn f(a:A , ... );", "fn f(a: A, ...);"),
    (N::ReturnType, Item, "fn f()->A;", "fn f() -> A;"),
    (N::InlineC, Item, "fn f()=c  \"a  +b\";", "fn f() = c \"a  +b\";"),
    (N::FnAlias, Item, "fn f=g;", "fn f = g;"),
    (
        N::FieldList,
        Item,
        "struct P { x:A,y:B, }",
        "struct P {\n    x: A,\n    y: B,\n}",
    ),
    (
        N::Field,
        Item,
        "struct P{@a pub x:A:3=1}",
        "struct P { @a pub x: A : 3 = 1 }",
    ),
    (N::TupleFieldList, Item, "struct P (A,B) ;", "struct P(A, B);"),
    (N::TupleField, Item, "struct P(@a pub  A);", "struct P(@a pub A);"),
    (
        N::VariantList,
        Item,
        "enum E{A,\n\n\nB}",
        "enum E {\n    A,\n\n    B\n}",
    ),
    (
        N::Variant,
        Item,
        "enum E{A(B)=1,C{d:D}}",
        "enum E { A(B) = 1, C { d: D } }",
    ),
    (
        N::ItemList,
        Item,
        "impl A{fn f(){}fn g(){}}",
        "impl A { fn f() {} fn g() {} }",
    ),
    (N::PathType, Type, "a . b . C", "a.b.C"),
    (N::PathSegment, Type, "Self", "Self"),
    (N::TypeArgs, Type, "A < B , C < D > >", "A<B, C<D>>"),
    (N::AssocTypeArg, Type, "A<B=C>", "A<B = C>"),
    (N::ConstArg, Type, "A<- 1,{N+1}>", "A<-1, { N + 1 }>"),
    (
        N::ParenTypeArgs,
        Type,
        "impl Fn ( A , b :B )->C",
        "impl Fn(A, b: B) -> C",
    ),
    (N::RefType, Type, "& mut  & static & A", "&mut &static &A"),
    (N::PtrType, Type, "* const  * A", "*const *A"),
    (N::SliceType, Type, "[ A ]", "[A]"),
    (N::ArrayType, Type, "[ A;3 ]", "[A; 3]"),
    (N::TupleType, Type, "( A , )", "(A,)"),
    (N::ParenType, Type, "( A )", "(A)"),
    (
        N::FnType,
        Type,
        "unsafe  extern \"C\"fn ( A ,... )->B",
        "unsafe extern \"C\" fn(A, ...) -> B",
    ),
    (N::FnTypeParam, Type, "own fn(a:A)", "own fn(a: A)"),
    (N::OptionalType, Type, "? ? A", "??A"),
    (N::ResultType, Type, "A ! ! B", "A!!B"),
    (N::DynType, Type, "& dyn  A+B", "&dyn A + B"),
    (N::ImplType, Type, "impl  A", "impl A"),
    (N::InferType, Type, "A< _ >", "A<_>"),
    (
        N::ParamKindType,
        Item,
        "fn f(a:any,b:place,c:type)=c \"\";",
        "fn f(a: any, b: place, c: type) = c \"\";",
    ),
    (N::LetStmt, Stmt, "let  a:A=b else{c};", "let a: A = b else { c };"),
    (N::DeferStmt, Stmt, "errdefer  a ;", "errdefer a;"),
    (N::ExprStmt, Stmt, "a ( ) ;", "a();"),
    (N::EmptyStmt, Stmt, "a;;", "a;\n    ;"),
    (N::Block, Stmt, "'a :{ b;\nc }", "'a: {\n        b;\n        c\n    }"),
    (N::Literal, Expr, "1_0", "1_0"),
    (N::FString, Expr, "f\"{ a+b }{c=}  {{\"", "f\"{ a+b }{c=}  {{\""),
    (N::Interpolation, Expr, "f\"{ a :>8}\"", "f\"{ a :>8}\""),
    (N::NameExpr, Expr, "`match`", "`match`"),
    (N::FieldExpr, Expr, "a . b ?. c . 0", "a.b?.c.0"),
    (N::IndexExpr, Expr, "a [ 1 ]", "a[1]"),
    (N::CallExpr, Expr, "a . b ( c )", "a.b(c)"),
    (N::ArgList, Expr, "a( b,\nc )", "a(b, c)"),
    (N::Arg, Expr, "a(b:c)", "a(b: c)"),
    (N::GenericExpr, Expr, "A < B > . c ( )", "A<B>.c()"),
    (N::StructExpr, Expr, "P{x:1,y}", "P { x: 1, y }"),
    (N::StructExprField, Expr, ". { x :1 }", ".{ x: 1 }"),
    (N::StructExprBase, Expr, "P { x:1, .. q }", "P { x: 1, ..q }"),
    (N::VariantExpr, Expr, ". A", ".A"),
    (N::TupleExpr, Expr, "( 1 , )", "(1,)"),
    (N::ParenExpr, Expr, "( 1 )", "(1)"),
    (N::ArrayExpr, Expr, "[\n1,2,\n3]", "[\n        1, 2,\n        3\n    ]"),
    (N::RepeatExpr, Expr, "[ 0;4 ]", "[0; 4]"),
    (N::PrefixExpr, Expr, "- ! * a", "-!*a"),
    (N::RefExpr, Expr, "& mut  a", "&mut a"),
    (N::CastExpr, Expr, "a  as % u8  as  u16", "a as% u8 as u16"),
    (N::BinaryExpr, Expr, "a+b*c ??d", "a + b * c ?? d"),
    (N::RangeExpr, Expr, "a .. . b", "a.. .b"),
    (N::CatchExpr, Expr, "a catch| e |b", "a catch |e| b"),
    (N::AssignExpr, Stmt, "a+=b;", "a += b;"),
    (N::TryExpr, Expr, "try  a", "try a"),
    (N::UnsafeExpr, Expr, "unsafe{a}", "unsafe { a }"),
    (N::ThrowExpr, Stmt, "throw  a ;", "throw a;"),
    (N::ReturnExpr, Stmt, "return  a ;", "return a;"),
    (N::BreakExpr, Stmt, "break  'a  b ;", "break 'a b;"),
    (N::ContinueExpr, Stmt, "continue  'a ;", "continue 'a;"),
    (
        N::IfExpr,
        Expr,
        "if a{b}else if c{d}else{e}",
        "if a { b } else if c { d } else { e }",
    ),
    (N::LetExpr, Stmt, "if let a=b&&c{}", "if let a = b && c {}"),
    (N::MatchExpr, Expr, "match a{b=>c,d=>{}}", "match a { b => c, d => {} }"),
    (
        N::MatchArm,
        Stmt,
        "match a{b if c=>d,}",
        "match a {\n        b if c => d,\n    }",
    ),
    (N::LoopExpr, Stmt, "'a :loop{break}", "'a: loop { break }"),
    (N::WhileExpr, Stmt, "while a{b}", "while a { b }"),
    (N::ForExpr, Stmt, "for a in b{c}", "for a in b { c }"),
    (N::ClosureExpr, Expr, "move|a,b:B|->C{d}", "move |a, b: B| -> C { d }"),
    (N::UnderscoreExpr, Stmt, "_=a;", "_ = a;"),
    (N::WildcardPat, Pat, "_", "_"),
    (N::RestPat, Pat, "( a,.. )", "(a, ..)"),
    (N::LiteralPat, Pat, "- 1", "-1"),
    (N::RangePat, Pat, "1 ..= 2", "1..=2"),
    (N::BindPat, Pat, "var  a@b", "var a @ b"),
    (N::PathPat, Pat, "a . b", "a.b"),
    (N::PatPath, Pat, ". a", ".a"),
    (N::TupleStructPat, Pat, ". A ( b,c )", ".A(b, c)"),
    (N::StructPat, Pat, "P{x,..}", "P { x, .. }"),
    (N::StructPatField, Pat, ". {x:y,var  z}", ".{ x: y, var z }"),
    (N::TuplePat, Pat, "( a , )", "(a,)"),
    (N::ParenPat, Pat, "( a )", "(a)"),
    (N::SlicePat, Pat, "[ a,b@.. ]", "[a, b @ ..]"),
    (N::RefPat, Pat, "& mut  a", "&mut a"),
    (N::OrPat, Pat, "(| a|b)", "(| a | b)"),
];

#[test]
fn every_kind_has_a_row() {
    let rows: BTreeSet<NodeKind> = ROWS.iter().map(|(kind, ..)| *kind).collect();
    let errors = [N::Error, N::ErrorExpr, N::ErrorType, N::ErrorPat];
    let missing: Vec<&NodeKind> = NodeKind::ALL
        .iter()
        .filter(|kind| !rows.contains(kind) && !errors.contains(kind))
        .collect();
    assert!(missing.is_empty(), "no rows for {missing:?}");
}

#[test]
fn every_row_is_formatted_as_it_says() {
    let mut wrong = String::new();
    for (kind, place, source, formatted) in ROWS {
        let (before, after) = place.around();
        let source = format!("{before}{source}{after}");
        let wanted = format!("{before}{formatted}{after}");
        let (tree, errors) = syntax::parse(FileId(0), &source);
        let has_kind = tree.root().descendants().any(|node| node.kind() == *kind);
        match fmt::format(&tree) {
            Ok(found) if found == wanted && has_kind => {}
            Ok(_) if !has_kind => wrong.push_str(&format!("{kind:?}: {source:?} has none\n")),
            Ok(found) => wrong.push_str(&format!("{kind:?}: expected\n{wanted}\nfound\n{found}\n")),
            Err(_) => wrong.push_str(&format!("{kind:?}: {source:?}: {errors:?}\n")),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
