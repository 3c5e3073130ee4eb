//! How expressions, types and patterns group, printed as s-expressions.

use base::FileId;
use syntax::ast::{AstNode, Item, SourceFile, Stmt};
use syntax::{Element, Node};

/// The node as `(Kind token… child…)` without its brackets; leaves of one token are the token.
fn sexpr(node: Node<'_>) -> String {
    let parts: Vec<String> = node
        .elements()
        .filter_map(|element| match element {
            Element::Node(child) => Some(sexpr(child)),
            Element::Token(token) if token.kind().is_trivia() => None,
            Element::Token(token) => Some(token.text().to_owned()),
        })
        .collect();
    match parts.as_slice() {
        [leaf] => leaf.clone(),
        _ => {
            let is_bracket = |part: &&String| !matches!(part.as_str(), "(" | ")" | ",");
            let parts: Vec<&str> = parts.iter().filter(is_bracket).map(String::as_str).collect();
            let kind = format!("{:?}", node.kind());
            let kind = kind
                .strip_suffix("Expr")
                .or(kind.strip_suffix("Type"))
                .or(kind.strip_suffix("Pat"))
                .unwrap_or(&kind);
            match kind {
                "Binary" | "Assign" | "Range" | "Field" | "Cast" | "Prefix" | "Ref" | "ArgList" | "Call" => {
                    format!("({})", parts.join(" "))
                }
                _ => format!("({kind} {})", parts.join(" ")).replace(" )", ")"),
            }
        }
    }
}

fn parse_in(before: &str, text: &str, after: &str, find: impl Fn(SourceFile<'_>) -> String) -> String {
    let file = format!("{before}{text}{after}");
    let (tree, diagnostics) = syntax::parse(FileId(0), &file);
    let messages: Vec<String> = diagnostics
        .sorted()
        .iter()
        .map(|d| format!("{}: {}", d.code, d.message))
        .collect();
    if messages.is_empty() {
        find(SourceFile::cast(tree.root()).expect("the root is a file"))
    } else {
        messages.join("; ")
    }
}

fn first_let(file: SourceFile<'_>) -> syntax::ast::LetStmt<'_> {
    let Some(Item::Fn(function)) = file.items().next() else {
        panic!("a function")
    };
    let Some(Stmt::Let(stmt)) = function.body().and_then(|body| body.stmts().next()) else {
        panic!("a `let`")
    };
    stmt
}

#[track_caller]
fn expr(text: &str, expected: &str) {
    let found = parse_in("fn f() { let v = ", text, "; }", |file| {
        sexpr(first_let(file).init().expect("an initial value").syntax())
    });
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn ty(text: &str, expected: &str) {
    let found = parse_in("fn f() { let v: ", text, "; }", |file| {
        sexpr(first_let(file).ty().expect("a type").syntax())
    });
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn pat(text: &str, expected: &str) {
    let found = parse_in("fn f() { let ", text, " = v; }", |file| {
        sexpr(first_let(file).pat().expect("a pattern").syntax())
    });
    assert_eq!(found, expected, "{text}");
}

#[test]
fn precedence() {
    expr("a + b * c - d", "((a + (b * c)) - d)");
    expr("-a as i32 * b", "(((- a) as i32) * b)");
    expr("&a.b", "(& (a . b))");
    expr("*p.x", "(* (p . x))");
    expr("!a == b", "((! a) == b)");
    expr("a << b + c", "(a << (b + c))");
    expr("a & b << c", "(a & (b << c))");
    expr("a | b ^ c & d", "(a | (b ^ (c & d)))");
    expr("a..b | c", "(a .. (b | c))");
    expr("a ?? b..c", "(a ?? (b .. c))");
    expr("a ?? b == c", "((a ?? b) == c)");
    expr("a == b && c != d || e", "(((a == b) && (c != d)) || e)");
    expr("a || b catch c", "(Catch (a || b) catch c)");
    expr("a +% b *% c +| d", "((a +% (b *% c)) +| d)");
    expr("a - b - c", "((a - b) - c)");
    expr("a ?? b ?? c", "(a ?? (b ?? c))");
    expr("a catch b catch c", "(Catch a catch (Catch b catch c))");
    expr("a = b = c", "(a = (b = c))");
    expr("a as u8 as i32", "((a as u8) as i32)");
    expr("a as% u8 + 1", "((a as % u8) + 1)");
    expr("&&a", "(& (& a))");
    expr("&mut *a", "(& mut (* a))");
    expr("- - a", "(- (- a))");
    expr("..", "..");
    expr("..=a + 1", "(..= (a + 1))");
    expr("a..", "(a ..)");
}

#[test]
fn greedy_prefixes() {
    expr("try a + b", "(Try try (a + b))");
    expr("a + try b * c", "(a + (Try try (b * c)))");
    expr("try f() catch |e| g(e)", "(Try try (Catch (f ()) catch | e | (g (e))))");
    expr("unsafe *p + 1", "(Unsafe unsafe ((* p) + 1))");
    expr("unsafe { a } + 1", "((Unsafe unsafe (Block { a })) + 1)");
    expr("a ?? return b + c", "(a ?? (Return return (b + c)))");
    expr("a ?? continue", "(a ?? continue)");
    expr("a catch return", "(Catch a catch return)");
    expr(
        "'x: loop { break 'x 1 + 2; }",
        "(Loop 'x : loop (Block { (ExprStmt (Break break 'x (1 + 2)) ;) }))",
    );
    expr("|x| x + 1", "(Closure (ParamList | x |) (x + 1))");
    expr("a || b", "(a || b)");
    expr("|| b", "(Closure || b)");
    expr(
        "move |x: i32| -> i32 { x }",
        "(Closure move (ParamList | (Param x : i32) |) (Return -> i32) (Block { x }))",
    );
}

#[test]
fn suffixes() {
    expr("t.0.1", "((t . 0) . 1)");
    expr("1.max(2)", "((1 . max) (2))");
    expr("1.5.sqrt()", "((1.5 . sqrt) ())");
    expr("a?.b.c", "((a ?. b) . c)");
    expr("a.type.match", "((a . type) . match)");
    expr("f(a, b: c, in: d)", "(f (a (Arg b : c) (Arg in : d)))");
    expr("x[1][..]", "(Index (Index x [ 1 ]) [ .. ])");
    expr(".Some(1)", "((Variant . Some) (1))");
    expr(".{ x: 1, y }", "(Struct . { (StructExprField x : 1) y })");
    expr(
        ".Rect { w: 1 }",
        "(Struct (Variant . Rect) { (StructExprField w : 1) })",
    );
    expr(
        "P<i32> { w: 1 }",
        "(Struct (Generic P (TypeArgs < i32 >)) { (StructExprField w : 1) })",
    );
    expr("none ?? null", "(none ?? null)");
    expr("a.none", "(a . none)");
    expr("()", "(Tuple)");
    expr("(a)", "(Paren a)");
    expr("(a,)", "(Tuple a)");
    expr("[a; 3]", "(Repeat [ a ; 3 ])");
}

#[test]
fn type_arguments_in_expressions() {
    expr("Vec<i32>.new()", "(((Generic Vec (TypeArgs < i32 >)) . new) ())");
    expr(
        "A<B<C<D>>>.new()",
        "(((Generic A (TypeArgs < (PathSegment B (TypeArgs < (PathSegment C (TypeArgs < D >)) >)) >)) . new) ())",
    );
    expr("a < b", "(a < b)");
    expr("a < b && c > d", "((a < b) && (c > d))");
    expr("f(a < b, c > d)", "(f ((a < b) (c > d)))");
    expr("f(a < b, c > (d))", "(f (((Generic a (TypeArgs < b c >)) (d))))");
    expr(
        "xs.collect<Vec<_>>()",
        "((Generic (xs . collect) (TypeArgs < (PathSegment Vec (TypeArgs < _ >)) >)) ())",
    );
    expr("size_of<T>", "(Generic size_of (TypeArgs < T >))");
    expr("x as usize < y", "((x as usize) < y)");
    expr("x as usize << y", "((x as usize) << y)");
    expr("x as Vec<i32>", "(x as (PathSegment Vec (TypeArgs < i32 >)))");
    expr("a<b> == c", "((Generic a (TypeArgs < b >)) == c)");
    expr(
        "m<[T; 4], -1, { n }>()",
        "((Generic m (TypeArgs < (Array [ T ; 4 ]) (- 1) (Block { n }) >)) ())",
    );
}

#[test]
fn types() {
    ty("?&mut T", "(Optional ? (& mut T))");
    ty("??T", "(Optional ? (Optional ? T))");
    ty("&&T", "(& (& T))");
    ty("!()", "(Result ! (Tuple))");
    ty("E!?T", "(Result E ! (Optional ? T))");
    ty("?E!T", "(Optional ? (Result E ! T))");
    ty("io.Error!T", "(Result (Path io . Error) ! T)");
    ty("**c_char", "(Ptr * (Ptr * c_char))");
    ty("*const *T", "(Ptr * const (Ptr * T))");
    ty("[[u8; 4]]", "(Slice [ (Array [ u8 ; 4 ]) ])");
    ty("fn(A, b: B) -> C", "(Fn fn A (FnTypeParam b : B) (Return -> C))");
    ty("?extern fn(A, ...)", "(Optional ? (Fn extern fn A ...))");
    ty("own fn() -> !T", "(Fn own fn (Return -> (Result ! T)))");
    ty(
        "impl ?view Fn(A) -> U + Send",
        "(Impl impl (Bounds (Bound ? view) (PathSegment Fn (ParenTypeArgs A (Return -> U))) + Send))",
    );
    ty(
        "&dyn Iter<Item = A>",
        "(& (Dyn dyn (PathSegment Iter (TypeArgs < (AssocTypeArg Item = A) >))))",
    );
    ty(
        "Map<K, Vec<V>>= x",
        "(PathSegment Map (TypeArgs < K (PathSegment Vec (TypeArgs < V >)) >))",
    );
    ty("(A)", "(Paren A)");
    ty("(A,)", "(Tuple A)");
}

#[test]
fn patterns() {
    pat("_", "_");
    pat("var x", "(Bind var x)");
    pat("x @ 1..=5", "(Bind x @ (1 ..= 5))");
    pat("(a, _, ..)", "(Tuple a _ ..)");
    pat("(a | b)", "(Paren (Or a | b))");
    pat(".Some(x)", "(TupleStruct (PatPath . Some) x)");
    pat(
        "a.B { x, y: 1, var z, .. }",
        "(Struct (PatPath a . B) { x (StructPatField y : 1) (StructPatField var z) .. })",
    );
    pat(".{ x }", "(Struct . { x })");
    pat("[a, .., -1]", "(Slice [ a .. (Literal - 1) ])");
    pat("&mut x", "(& mut x)");
    pat("&&x", "(& (& x))");
    pat("io.NotFound", "(PatPath io . NotFound)");
    pat("LOW..=HIGH", "(LOW ..= HIGH)");
    pat("..=3", "(..= 3)");
    pat("none", "none");
}
