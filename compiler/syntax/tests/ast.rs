//! The views give the parts of whole code by name, and none or an error node for the parts of broken code.

use base::FileId;
use syntax::ast::{AstNode, Expr, Fields, Item, SourceFile, Stmt, Type};
use syntax::{Token, Tree};

fn parse(text: &str) -> Tree {
    syntax::parse(FileId(0), text).0
}

fn items(tree: &Tree) -> Vec<Item<'_>> {
    SourceFile::cast(tree.root())
        .expect("the root is a file")
        .items()
        .collect()
}

/// The text of a part, or `-`.
fn text<'t>(part: Option<impl AstNode<'t>>) -> &'t str {
    part.map_or("-", |part| part.syntax().text())
}

fn name(token: Option<Token<'_>>) -> &str {
    token.map_or("-", Token::name)
}

#[test]
fn imports() {
    let tree = parse("import a.b.{c, d as e};\npub import x as y;\nimport c { \"a.h\", \"b.h\" } as z;");
    let [Item::Import(group), Item::Import(plain), Item::CImport(c)] = items(&tree)[..] else {
        panic!("three imports")
    };
    let tree = group.tree().expect("a path");
    assert_eq!(tree.segments().map(Token::name).collect::<Vec<_>>(), ["a", "b"]);
    assert!(tree.has_group());
    let entries: Vec<_> = tree
        .group()
        .map(|entry| (name(entry.segments().next()), name(entry.alias())))
        .collect();
    assert_eq!(entries, [("c", "-"), ("d", "e")]);
    assert!(plain.pub_token().is_some());
    assert_eq!(name(plain.tree().and_then(|tree| tree.alias())), "y");
    assert_eq!(c.headers().map(Token::text).collect::<Vec<_>>(), ["\"a.h\"", "\"b.h\""]);
    assert_eq!(name(c.alias()), "z");
}

#[test]
fn functions() {
    let tree = parse(
        "/// First.\n/// Second.\n@a.b(x: 1, static) pub unsafe extern \"C\" fn f<T: A + ?B, const N: u8>(&mut self, \
         var a: i32 = 1, ...) -> !T where T: C { a }\ninline fn g(a: any) = c \"x\";\nfn h = other;",
    );
    let [Item::Fn(f), Item::Fn(g), Item::Fn(h)] = items(&tree)[..] else {
        panic!("three functions")
    };
    assert_eq!(
        f.doc_comments().iter().map(|token| token.text()).collect::<Vec<_>>(),
        ["/// First.", "/// Second."]
    );
    let attr = f.attrs().next().expect("an attribute");
    assert_eq!(attr.path().map(Token::name).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(
        attr.args()
            .map(|arg| (name(arg.name()), text(arg.value())))
            .collect::<Vec<_>>(),
        [("x", "1"), ("-", "static")]
    );
    assert_eq!((name(f.name()), f.abi().map_or("-", Token::text)), ("f", "\"C\""));
    assert!(f.unsafe_token().is_some() && f.inline_token().is_none());
    assert_eq!(f.generic_params().map(|params| params.params().count()), Some(2));
    let params = f.params().expect("parameters");
    assert!(params.self_param().is_some_and(|param| param.mut_token().is_some()));
    let param = params.params().next().expect("a parameter");
    assert_eq!(
        (text(param.pat()), text(param.ty()), text(param.default())),
        ("var a", "i32", "1")
    );
    assert!(params.variadic().is_some());
    let Some(Type::Result(result)) = f.return_ty() else {
        panic!("a result")
    };
    assert_eq!((text(result.error()), text(result.ok())), ("-", "T"));
    assert_eq!(text(f.body().and_then(|body| body.tail())), "a");
    assert_eq!(
        g.inline_c().and_then(|inline| inline.text()).map_or("-", Token::text),
        "\"x\""
    );
    assert_eq!(text(h.alias().and_then(|alias| alias.value())), "other");
}

#[test]
fn records_and_impls() {
    let tree = parse(
        "extern struct S { pub type: c_int : 3 = 1, y: i32 }\nextern enum E: u8 { A, B(i32) = 2 }\n\
         impl A for B { fn f(); }\n\
         impl C { }",
    );
    let [
        Item::Struct(s),
        Item::Enum(e),
        Item::Impl(of_trait),
        Item::Impl(inherent),
    ] = items(&tree)[..]
    else {
        panic!("four items")
    };
    let Some(Fields::Named(fields)) = s.fields() else {
        panic!("named fields")
    };
    let parts: Vec<_> = fields
        .fields()
        .map(|field| {
            (
                name(field.name()),
                text(field.ty()),
                text(field.bit_width()),
                text(field.default()),
            )
        })
        .collect();
    assert_eq!(parts, [("type", "c_int", "3", "1"), ("y", "i32", "-", "-")]);
    assert_eq!(text(e.repr()), "u8");
    let variants: Vec<_> = e
        .variants()
        .map(|v| (name(v.name()), text(v.fields()), text(v.discriminant())))
        .collect();
    assert_eq!(variants, [("A", "-", "-"), ("B", "(i32)", "2")]);
    assert_eq!(
        (
            text(of_trait.trait_ty()),
            text(of_trait.self_ty()),
            of_trait.items().count()
        ),
        ("A", "B", 1)
    );
    assert_eq!((text(inherent.trait_ty()), text(inherent.self_ty())), ("-", "C"));
}

/// The statements and the tail of the first function.
fn body(tree: &Tree) -> (Vec<Stmt<'_>>, Option<Expr<'_>>) {
    let Some(Item::Fn(function)) = items(tree).first().copied() else {
        panic!("a function")
    };
    let body = function.body().expect("a body");
    (body.stmts().collect(), body.tail())
}

#[test]
fn statements_and_control() {
    let tree = parse(
        "fn f() { let p: T = a else { b }; 'x: while let q = c { d } for i in 0.. { } a catch |e| g; if s { t } else \
         { u } match m { k if l => n, _ => o } }",
    );
    let (stmts, tail) = body(&tree);
    let [
        Stmt::Let(stmt),
        Stmt::Expr(first),
        Stmt::Expr(second),
        Stmt::Expr(third),
        Stmt::Expr(_),
    ] = stmts[..]
    else {
        panic!("five statements: {stmts:?}")
    };
    assert_eq!(
        (
            text(stmt.pat()),
            text(stmt.ty()),
            text(stmt.init()),
            text(stmt.else_block())
        ),
        ("p", "T", "a", "{ b }")
    );
    let Some(Expr::While(expr)) = first.expr() else {
        panic!("a loop")
    };
    assert_eq!(
        (
            expr.label().map_or("-", Token::text),
            text(expr.condition()),
            text(expr.body())
        ),
        ("'x", "let q = c", "{ d }")
    );
    let Some(Expr::For(expr)) = second.expr() else {
        panic!("a loop")
    };
    assert_eq!(
        (text(expr.pat()), text(expr.iterable()), text(expr.body())),
        ("i", "0..", "{ }")
    );
    let Some(Expr::Catch(expr)) = third.expr() else {
        panic!("a catch")
    };
    assert_eq!(
        (text(expr.operand()), text(expr.binder()), text(expr.handler())),
        ("a", "e", "g")
    );
    let Some(Expr::Match(expr)) = tail else {
        panic!("the tail is the match")
    };
    let arms: Vec<_> = expr
        .arms()
        .map(|arm| (text(arm.pat()), text(arm.guard()), text(arm.body())))
        .collect();
    assert_eq!(arms, [("k", "l", "n"), ("_", "-", "o")]);
}

#[test]
fn broken_code_has_error_nodes() {
    let tree = parse("fn f() { if { a } else { b } }");
    let Some(Expr::If(expr)) = body(&tree).1 else {
        panic!("an `if`")
    };
    assert!(matches!(expr.condition(), Some(Expr::Error(_))));
    assert_eq!((text(expr.then_block()), text(expr.else_branch())), ("{ a }", "{ b }"));
    assert!(tree.reported().is_some());

    let tree = parse("fn f() { a + }");
    let Some(Expr::Binary(expr)) = body(&tree).1 else {
        panic!("a sum")
    };
    assert_eq!(text(expr.lhs()), "a");
    let Some(Expr::Error(missing)) = expr.rhs() else {
        panic!("an error")
    };
    assert!(missing.span().is_empty());

    let tree = parse("fn f() { x. }");
    let Some(Expr::Field(expr)) = body(&tree).1 else {
        panic!("a field")
    };
    assert_eq!((text(expr.receiver()), name(expr.name())), ("x", "-"));

    let tree = parse("fn f(a: ) {}");
    let [Item::Fn(function)] = items(&tree)[..] else {
        panic!("a function")
    };
    let param = function
        .params()
        .and_then(|params| params.params().next())
        .expect("a parameter");
    assert!(matches!(param.ty(), Some(Type::Error(_))));
}
