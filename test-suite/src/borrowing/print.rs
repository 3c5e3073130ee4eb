//! A program as text, in Lang and in Rust: the same statement on the same line of both.
//!
//! Lang's `@borrows` and `@captures` become lifetimes: a parameter has one for what it refers to and, where it is a
//! reference to what holds references, one for these; the result has its own, which each of its sources outlives.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::disagreements::{
    Class, Otherwise, is_copied_by_call, is_kept_by_no_type, may_refer_into, otherwise, parts_of,
};
use super::drivers::call;
use super::generate::{ARGUMENTS, RESULTS, TYPES};
use super::library::{Ending, Helper, Origin, Struct, Style, TRAITS_LANG, TRAITS_RUST, library, read_ty};
use super::program::{
    Block, Expr, FIRST_VAR, FUEL, Function, N_PARAM, Place, Power, Signature, Source, Step, Stmt, Ty, Var,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    Lang,
    Rust,
}

/// A program, and where its functions are.
pub struct Text {
    pub text: String,
    /// For each function its first line and the one after its last, from 1.
    pub lines: Vec<(usize, usize)>,
}

/// A program of these functions, and of a `main` that calls the drivers among them.
///
/// In Rust, what these classes of disagreements are about is written as Lang has it.
pub fn print(functions: &[Function], drivers: &[usize], language: Language, classes: &[Class]) -> Text {
    let mut printer = Printer {
        language,
        classes: if language == Language::Rust { classes } else { &[] },
        text: String::new(),
        depth: 0,
        at: 0,
        asks_last: false,
        otherwise: Otherwise::default(),
        name: String::new(),
        others: Vec::new(),
    };
    printer.prelude();
    let mut lines = Vec::new();
    for (index, function) in functions.iter().enumerate() {
        let first = printer.line_number();
        printer.name = format!("f{index}");
        for (other, called) in function.others.iter().enumerate() {
            printer.function(&format!("f{index}_{other}"), called);
        }
        printer.others = function
            .others
            .iter()
            .map(|other| other.signature.params.clone())
            .collect();
        printer.function(&format!("f{index}"), function);
        lines.push((first, printer.line_number()));
    }
    printer.line("fn main() {");
    for driver in drivers {
        let name = format!("f{driver}");
        let heading = match language {
            Language::Lang => format!("    println(\"{name}\");"),
            Language::Rust => format!("    println!(\"{name}\");"),
        };
        printer.line(&heading);
        for n in 0..4 {
            let call = call(language, &name, &functions[*driver].signature, n);
            printer.line(&format!("    {call}"));
        }
    }
    printer.line("}");
    Text {
        text: printer.text,
        lines,
    }
}

struct Printer<'p> {
    language: Language,
    classes: &'p [Class],
    text: String,
    depth: usize,
    /// The number of the next statement of the function.
    at: usize,
    /// Whether the loop around the next statement asks after each round whether there is another.
    asks_last: bool,
    /// The assignments that are written in another way.
    otherwise: Otherwise,
    /// Of the function.
    name: String,
    /// The parameters of those that it may call.
    others: Vec<Vec<Ty>>,
}

impl Printer<'_> {
    fn by_language<T>(&self, lang: T, rust: T) -> T {
        match self.language {
            Language::Lang => lang,
            Language::Rust => rust,
        }
    }

    /// Whether a tuple is written as a struct with one lifetime.
    fn is_of_one_region(&self, ty: &Ty) -> bool {
        self.classes.contains(&Class::OneRegion) && ty.is_view()
    }

    /// The structs that tuples are written as.
    fn structs_of_tuples(&mut self) {
        let names = TYPES.iter().chain(RESULTS).chain(ARGUMENTS);
        let mut tuples = BTreeSet::new();
        names.for_each(|text| add_tuples(&read_ty(text), &mut tuples));
        for parts in tuples {
            let ty = Ty::Tuple(parts.clone());
            if self.is_of_one_region(&ty) {
                let derive = if ty.is_copy() { "#[derive(Clone, Copy)] " } else { "" };
                let fields = parts.iter().map(|part| self.ty(part, &Lifetimes::Named("'a", "'a")));
                let fields: Vec<String> = fields.collect();
                let name = of_one_region(&parts);
                self.line(&format!("{derive}struct {name}<'a>({});", fields.join(", ")));
            }
        }
    }

    /// Whether arrays are written as tuples.
    fn are_elements_apart(&self) -> bool {
        self.classes.contains(&Class::ElementsApart)
    }

    fn line_number(&self) -> usize {
        self.text.lines().count() + 1
    }

    fn line(&mut self, text: &str) {
        let indent = "    ".repeat(self.depth);
        writeln!(self.text, "{indent}{text}").expect("strings take all");
    }

    fn prelude(&mut self) {
        let head = self.by_language(
            "import std.mem;\n\
             fn see(n: i32) { println(n); }\n\
             fn coin(n: i32, k: i32) -> bool { (n * 31 + k * 17) / 3 % 2 == 0 }\n\
             fn more(fuel: &mut i32) -> bool { *fuel -= 1; *fuel > 0 }\n\
             fn leaked<T>(x: T) -> &mut T { unsafe &mut *Box.into_raw(Box.new(x)) }\n\
             fn optional<T>(x: ?T) -> ?T { x }\n",
            "#![allow(warnings)]\n\
             fn see(n: i32) { println!(\"{n}\"); }\n\
             fn coin(n: i32, k: i32) -> bool { (n * 31 + k * 17) / 3 % 2 == 0 }\n\
             fn more(fuel: &mut i32) -> bool { *fuel -= 1; *fuel > 0 }\n\
             fn leaked<'a, T>(x: T) -> &'a mut T { Box::leak(Box::new(x)) }\n\
             fn optional<T>(x: Option<T>) -> Option<T> { x }\n",
        );
        self.text.push_str(head);
        for decl in &library().structs {
            self.declare(decl);
        }
        self.structs_of_tuples();
        self.text.push_str(self.by_language(TRAITS_LANG, TRAITS_RUST));
        for helper in &library().helpers {
            if let Origin::Own(lang, rust) = helper.origin {
                let body = self.by_language(lang, rust);
                self.helper(helper, body);
            }
        }
    }

    fn declare(&mut self, decl: &Struct) {
        let lifetime = if decl.is_view { "<'a>" } else { "" };
        let fields: Vec<String> = (decl.fields.iter())
            .map(|(name, ty)| format!("{name}: {}", self.ty(ty, &Lifetimes::Named("'a", "'a"))))
            .collect();
        let fields = fields.join(", ");
        let name = decl.name;
        let text = match self.language {
            Language::Lang => {
                let derive = if decl.is_copy { "@derive(Clone, Copy) " } else { "" };
                let view = if decl.is_view { "view " } else { "" };
                format!("{derive}{view}struct {name} {{ {fields} }}")
            }
            Language::Rust => {
                let derive = if decl.is_copy { "#[derive(Clone, Copy)] " } else { "" };
                format!("{derive}struct {name}{lifetime} {{ {fields} }}")
            }
        };
        self.line(&text);
        if let Ending::Prints(path) = decl.ending {
            let text = match self.language {
                Language::Lang => {
                    format!(
                        "impl Drop for {name} {{ fn drop(&mut self) {{ println(f\"drop {name} {{self.{path}}}\"); }} }}"
                    )
                }
                Language::Rust => format!(
                    "impl{lifetime} Drop for {name}{lifetime} {{ fn drop(&mut self) {{ println!(\"drop {name} {{}}\", \
                     self.{path}); }} }}"
                ),
            };
            self.line(&text);
        }
    }

    fn helper(&mut self, helper: &Helper, body: &str) {
        let names: Vec<&str> = helper.params.iter().map(|(name, _)| *name).collect();
        let is_method = helper.style == Style::Method;
        let head = self.head(&helper.signature, &names, helper.name, is_method);
        let text = match (is_method, self.language) {
            (false, _) => format!("{head} {{ {body} }}"),
            (true, Language::Lang) => {
                let of = self.ty(receiver(helper), &Lifetimes::Hidden);
                format!("impl {of} {{ {head} {{ {body} }} }}")
            }
            (true, Language::Rust) => {
                let of = receiver(helper);
                let lifetime = receiver_lifetime(&helper.signature);
                let generics = lifetime.map_or_else(String::new, |lifetime| format!("<{lifetime}>"));
                let of = self.ty(of, &Lifetimes::Named(lifetime.unwrap_or(""), lifetime.unwrap_or("")));
                format!("impl{generics} {of} {{ {head} {{ {body} }} }}")
            }
        };
        self.line(&text);
    }

    /// `fn f(…) -> …` with what its result borrows.
    fn head(&self, signature: &Signature, names: &[&str], name: &str, is_method: bool) -> String {
        match self.language {
            Language::Lang => {
                let mut head = String::new();
                let source = |param: usize, is_inner: bool| {
                    let deref = if is_inner { "*" } else { "" };
                    format!("{deref}{}", names[param])
                };
                if signature.ret.is_view() {
                    let all = signature.borrows.iter().map(|from| source(from.param, from.is_inner));
                    let all: Vec<String> = all.collect();
                    let all = if all.is_empty() {
                        "static".to_owned()
                    } else {
                        all.join(", ")
                    };
                    write!(head, "@borrows({all}) ").expect("strings take all");
                }
                for (into, from) in &signature.captures {
                    let from = source(from.param, from.is_inner);
                    write!(head, "@captures({}: {from}) ", names[*into]).expect("strings take all");
                }
                let params: Vec<String> = (signature.params.iter().zip(names))
                    .map(|(ty, name)| match (*name, ty) {
                        ("self", Ty::Ref(Power::Share, _)) => "&self".to_owned(),
                        ("self", Ty::Ref(Power::Exclude, _)) => "&mut self".to_owned(),
                        ("self", _) => "self".to_owned(),
                        _ => format!("var {name}: {}", self.ty(ty, &Lifetimes::Hidden)),
                    })
                    .collect();
                let ret = self.result(&signature.ret);
                format!("{head}fn {name}({}){ret}", params.join(", "))
            }
            Language::Rust => {
                let of_impl = is_method.then(|| receiver_lifetime(signature)).flatten();
                let mut generics = Vec::new();
                let mut params = Vec::new();
                for (index, (ty, name)) in signature.params.iter().zip(names).enumerate() {
                    let (outer, inner) = lifetimes_of(index);
                    if ty.is_view() {
                        generics.push(outer);
                    }
                    if has_inner(ty) {
                        generics.push(inner);
                    }
                    let text = self.ty(ty, &Lifetimes::of_param(ty, index));
                    params.push(match *name {
                        "self" => format!("self: {text}"),
                        _ => format!("mut {name}: {text}"),
                    });
                }
                generics.retain(|lifetime| Some(*lifetime) != of_impl);
                let mut bounds: Vec<String> = Vec::new();
                let named = |param: usize, is_inner: bool| {
                    let (outer, inner) = lifetimes_of(param);
                    if is_inner && has_inner(&signature.params[param]) {
                        inner
                    } else {
                        outer
                    }
                };
                // What a value has of a parameter, as the types allow it.
                let of_source = |value: &Ty, from: Source| {
                    let is_apart = |owner: &Ty| owner.is_view() && !may_refer_into(value, owner);
                    let is_behind = self.classes.contains(&Class::ApartByType)
                        && matches!(&signature.params[from.param], Ty::Ref(_, owner) if is_apart(owner));
                    named(from.param, from.is_inner || is_behind)
                };
                let mut ret = String::new();
                if signature.ret != Ty::Unit {
                    let lifetime = if signature.borrows.is_empty() { "'static" } else { "'r" };
                    ret = format!(" -> {}", self.ty(&signature.ret, &Lifetimes::Named(lifetime, lifetime)));
                    if signature.ret.is_view() && !signature.borrows.is_empty() {
                        generics.push("'r");
                        let sources = signature.borrows.iter();
                        bounds.extend(sources.map(|from| format!("{}: 'r", of_source(&signature.ret, *from))));
                    }
                }
                for (into, from) in &signature.captures {
                    let is_unsaid = self.classes.contains(&Class::CopiedAtOnce);
                    if is_unsaid && is_kept_by_no_type(&signature.params, *into, *from) {
                        continue;
                    }
                    let Ty::Ref(_, kept) = &signature.params[*into] else {
                        unreachable!("what keeps something is behind a `&mut`")
                    };
                    let from = of_source(kept, *from);
                    bounds.push(format!("{from}: {}", named(*into, true)));
                }
                let generics = if generics.is_empty() {
                    String::new()
                } else {
                    format!("<{}>", generics.join(", "))
                };
                let bounds = if bounds.is_empty() {
                    String::new()
                } else {
                    format!(" where {}", bounds.join(", "))
                };
                format!("fn {name}{generics}({}){ret}{bounds}", params.join(", "))
            }
        }
    }

    fn result(&self, ret: &Ty) -> String {
        if *ret == Ty::Unit {
            String::new()
        } else {
            format!(" -> {}", self.ty(ret, &Lifetimes::Hidden))
        }
    }

    fn ty(&self, ty: &Ty, lifetimes: &Lifetimes) -> String {
        let inside = |inner: &Ty| self.ty(inner, lifetimes);
        match (ty, self.language) {
            (Ty::Unit, _) => "()".to_owned(),
            (Ty::Int, _) => "i32".to_owned(),
            (Ty::Param, _) => "T".to_owned(),
            (Ty::Struct(index), _) => {
                let decl = &library().structs[*index];
                let lifetime = if decl.is_view {
                    self.of_struct(lifetimes)
                } else {
                    String::new()
                };
                format!("{}{lifetime}", decl.name)
            }
            (Ty::Box(inner), _) => format!("Box<{}>", inside(inner)),
            (Ty::Vec(inner), _) => format!("Vec<{}>", inside(inner)),
            (Ty::Slice(inner), _) => format!("[{}]", inside(inner)),
            (Ty::Array(inner), _) if self.are_elements_apart() => format!("({0}, {0})", inside(inner)),
            (Ty::Array(inner), _) => format!("[{}; 2]", inside(inner)),
            (Ty::Tuple(parts), _) if self.is_of_one_region(ty) => {
                format!("{}{}", of_one_region(parts), self.of_struct(lifetimes))
            }
            (Ty::Tuple(parts), _) => {
                let parts: Vec<String> = parts.iter().map(inside).collect();
                format!("({})", parts.join(", "))
            }
            (Ty::Optional(inner), Language::Lang) => format!("?{}", inside(inner)),
            (Ty::Optional(inner), Language::Rust) => format!("Option<{}>", inside(inner)),
            (Ty::Ref(power, inner), _) => {
                let (lifetime, within) = match (self.language, lifetimes) {
                    (Language::Lang, _) | (_, Lifetimes::Hidden) => (String::new(), Lifetimes::Hidden),
                    (Language::Rust, Lifetimes::Named(this, inside)) => {
                        (format!("{this} "), Lifetimes::Named(inside, inside))
                    }
                };
                let power = match power {
                    Power::Share => "",
                    Power::Exclude => "mut ",
                };
                format!("&{lifetime}{power}{}", self.ty(inner, &within))
            }
        }
    }

    fn of_struct(&self, lifetimes: &Lifetimes) -> String {
        match (self.language, lifetimes) {
            (Language::Lang, _) | (_, Lifetimes::Hidden) => String::new(),
            (Language::Rust, Lifetimes::Named(this, _)) => format!("<{this}>"),
        }
    }

    fn function(&mut self, name_of_it: &str, function: &Function) {
        let names: Vec<String> = (0..function.signature.params.len())
            .map(|param| name(FIRST_VAR + param))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let head = self.head(&function.signature, &names, name_of_it, false);
        // Every function has the number that decides its branches before its own parameters.
        let (before, after) = head.split_once('(').expect("a function has parameters");
        let (before, after) = match self.language {
            // `@borrows(…)` and `@captures(…)` have parentheses, too.
            Language::Lang => {
                let at = head.find("fn ").expect("it is a function");
                let open = at + head[at..].find('(').expect("a function has parameters");
                (&head[..open], &head[open + 1..])
            }
            Language::Rust => (before, after),
        };
        let comma = if function.signature.params.is_empty() { "" } else { ", " };
        self.line(&format!("{before}(n: i32{comma}{after} {{"));
        self.depth += 1;
        // A parameter is a variable as any other, that may be given what does not outlive the function: in Rust only
        // where its lifetime is not the parameter's.
        if self.language == Language::Rust {
            let again = names.iter().map(|name| format!("let mut {name} = {name};"));
            self.line(&again.collect::<Vec<String>>().join(" "));
        } else {
            self.line("");
        }
        let fuel = self.by_language("var fuel: i32 = 4;", "let mut fuel: i32 = 4;");
        self.line(fuel);
        self.at = 0;
        self.otherwise = otherwise(function, self.classes);
        self.block(&function.body);
        self.depth -= 1;
        self.line("}");
    }

    fn block(&mut self, block: &Block) {
        for statement in block {
            self.statement(statement);
        }
    }

    fn nested(&mut self, head: &str, block: &Block) {
        self.line(&format!("{head} {{"));
        self.depth += 1;
        self.block(block);
        self.depth -= 1;
    }

    /// The body of a loop, which asks whether there is another round before each one or after it.
    fn in_loop(&mut self, asks_last: bool, body: &Block) {
        let outside = std::mem::replace(&mut self.asks_last, asks_last);
        self.depth += 1;
        self.block(body);
        self.depth -= 1;
        self.asks_last = outside;
    }

    fn statement(&mut self, statement: &Stmt) {
        let at = self.at;
        self.at += 1;
        match statement {
            Stmt::Let { var, ty, init } => {
                let text = match init {
                    Some(init) => {
                        let ty = match init.says_its_type() {
                            true => String::new(),
                            false => format!(": {}", self.ty(ty, &Lifetimes::Hidden)),
                        };
                        format!("{}{ty} = {};", name(*var), self.expr(init))
                    }
                    None => format!("{}: {};", name(*var), self.ty(ty, &Lifetimes::Hidden)),
                };
                let keyword = self.by_language("var", "let mut");
                self.line(&format!("{keyword} {text}"));
            }
            Stmt::Assign(_, expr) if self.otherwise.unused_parts.contains_key(&at) => {
                // With its type, so that a `&mut` is lent on as the assignment does.
                let ty = self.ty(&self.otherwise.unused_parts[&at], &Lifetimes::Hidden);
                let text = format!("let _: {ty} = {{ {} }};", self.expr(expr));
                self.line(&text);
            }
            Stmt::Assign(Place { var, .. }, expr) if self.otherwise.renewing.contains_key(&at) => {
                // With its type, so that a `&mut` is lent on as the assignment does.
                let ty = self.ty(&self.otherwise.renewing[&at], &Lifetimes::Hidden);
                let text = format!("let mut {}: {ty} = {};", name(*var), self.expr(expr));
                self.line(&text);
            }
            Stmt::Assign(place, expr) if self.otherwise.moved_before.contains(&at) => {
                let var = name(place.var);
                let text = format!("let mut {var} = {var}; {} = {};", self.place(place), self.expr(expr));
                self.line(&text);
            }
            Stmt::Assign(place, expr) if self.otherwise.rebuilt.contains_key(&at) => {
                let text = self.rebuilt(place, expr, &self.otherwise.rebuilt[&at]);
                self.line(&text);
            }
            Stmt::Assign(place, expr) if self.otherwise.held_before.contains(&at) => {
                let text = format!("let held = {}; {} = held;", self.expr(expr), self.place(place));
                self.line(&text);
            }
            Stmt::Assign(place, expr) => {
                let text = format!("{} = {};", outermost(&self.place(place)), self.expr(expr));
                self.line(&text);
            }
            Stmt::Do(expr) => {
                let discard = match self.ty_of_call(expr) {
                    Some(Ty::Unit) => "",
                    _ => self.by_language("_ = ", "let _ = "),
                };
                let text = format!("{discard}{};", self.expr(expr));
                self.line(&text);
            }
            Stmt::Show(place) => {
                let text = format!("see({});", outermost(&self.place(place)));
                self.line(&text);
            }
            Stmt::Drop(var) => self.line(&format!("drop({});", name(*var))),
            Stmt::If(site, then, otherwise) => {
                let carried = self.carried(at);
                let head = format!("{}if coin(n + fuel, {site})", come_out(&carried));
                self.nested_with(&head, then, &carried);
                self.otherwise(otherwise, &carried);
            }
            Stmt::IfSome {
                var,
                of,
                then,
                otherwise,
                ..
            } => {
                let carried = self.carried(at);
                let head = format!("{}{}", come_out(&carried), self.binding("if", *var, of));
                self.nested_with(&head, then, &carried);
                self.otherwise(otherwise, &carried);
            }
            Stmt::Match {
                var,
                of,
                guard: (asked, site),
                then,
                otherwise,
                ..
            } => {
                let of = self.expr(of);
                let some = self.by_language(".Some", "Some");
                let asked = self.expr(asked);
                let arm = format!("{some}({}) if coin({asked}, {site}) =>", name(*var));
                self.nested(&format!("match ({of}) {{ {arm}"), then);
                self.nested("} _ =>", otherwise);
                self.line("}}");
            }
            Stmt::While(body) if self.classes.contains(&Class::RoundsApart) => {
                self.line("if more(&mut fuel) { 'rounds: loop { 'round: {");
                self.in_loop(true, body);
                self.line("} if !more(&mut fuel) { break; } } }");
            }
            Stmt::While(body) => {
                self.line("while more(&mut fuel) {");
                self.in_loop(false, body);
                self.line("}");
            }
            Stmt::WhileSome { var, of, body, .. } => {
                let head = self.binding("while", *var, of);
                self.line(&format!("{head} {{ if !more(&mut fuel) {{ break; }}"));
                self.in_loop(false, body);
                self.line("}");
            }
            Stmt::For { var, of, body, .. } => {
                self.line(&format!("for {} in {} {{", name(*var), self.expr(of)));
                self.in_loop(false, body);
                self.line("}");
            }
            Stmt::Block(body) => {
                let carried = self.carried(at);
                self.nested_with(come_out(&carried).trim_end(), body, &carried);
                self.line(if carried.is_empty() { "}" } else { "};" });
            }
            Stmt::Break if self.asks_last => self.line("break 'rounds;"),
            Stmt::Break => self.line("break;"),
            Stmt::Continue if self.asks_last => self.line("break 'round;"),
            Stmt::Continue => self.line("continue;"),
            Stmt::Return(None) => self.line("return;"),
            Stmt::Return(Some(expr)) => {
                let text = format!("return {};", self.expr(expr));
                self.line(&text);
            }
        }
    }

    /// A new variable of the parts of the old one, of which one has another value.
    fn rebuilt(&self, place: &Place, expr: &Expr, ty: &Ty) -> String {
        let mut copies = String::new();
        let var = name(place.var);
        let value = self.rebuilt_at(&var, &place.steps, &self.expr(expr), ty, &mut copies);
        format!("{copies}let mut {var} = {value};")
    }

    /// What is at a place, with another value at the end of these steps; what is copied of the rest comes before.
    fn rebuilt_at(&self, at: &str, steps: &[Step], value: &str, ty: &Ty, copies: &mut String) -> String {
        let Some((step, rest)) = steps.split_first() else {
            return value.to_owned();
        };
        let parts = parts_of(ty);
        let given = match step {
            Step::Field(_, index) | Step::Part(index) | Step::Element(index) => *index,
            Step::Deref | Step::Index(_) => unreachable!("no reference is followed"),
        };
        let mut texts = Vec::new();
        for (index, (field, ty)) in parts.iter().enumerate() {
            let part = format!("{at}.{field}");
            let text = if index == given {
                self.rebuilt_at(&part, rest, value, ty, copies)
            } else if ty.is_copy() {
                let copy = format!("c_{}", part.replace('.', "_"));
                write!(copies, "let {copy} = {part}; ").expect("strings take all");
                copy
            } else {
                part
            };
            texts.push(match step {
                Step::Field(..) => format!("{field}: {text}"),
                Step::Part(_) | Step::Element(_) | Step::Deref | Step::Index(_) => text,
            });
        }
        match step {
            Step::Field(of, _) => format!("{} {{ {} }}", library().structs[*of].name, texts.join(", ")),
            Step::Part(_) | Step::Element(_) | Step::Deref | Step::Index(_) => format!("({})", texts.join(", ")),
        }
    }

    /// The variables that come out of a statement as new ones.
    fn carried(&mut self, at: usize) -> Vec<Var> {
        self.otherwise.carried.remove(&at).unwrap_or_default()
    }

    /// A block at whose end the variables come out of it.
    fn nested_with(&mut self, head: &str, block: &Block, carried: &[Var]) {
        self.nested(head, block);
        if !carried.is_empty() {
            self.line(&together(carried, ""));
        }
    }

    fn otherwise(&mut self, otherwise: &Block, carried: &[Var]) {
        if !otherwise.is_empty() || !carried.is_empty() {
            self.nested_with("} else", otherwise, carried);
        }
        self.line(if carried.is_empty() { "}" } else { "};" });
    }

    fn binding(&self, keyword: &str, var: Var, of: &Expr) -> String {
        let of = self.expr(of);
        match self.language {
            Language::Lang => format!("{keyword} let {} = ({of})", name(var)),
            Language::Rust => format!("{keyword} let Some({}) = ({of})", name(var)),
        }
    }

    fn ty_of_call(&self, expr: &Expr) -> Option<Ty> {
        match expr {
            Expr::Call(helper, _, _) => Some(library().helpers[*helper].signature.ret.clone()),
            Expr::CallOther(_, ret, _) => Some(ret.clone()),
            Expr::Int(_)
            | Expr::Take(_)
            | Expr::Moved(_)
            | Expr::Borrow(..)
            | Expr::New(..)
            | Expr::Some(_)
            | Expr::None(_)
            | Expr::Try(_)
            | Expr::Tuple(..)
            | Expr::Array(_)
            | Expr::NewBox(_)
            | Expr::NewVec(_) => None,
        }
    }

    fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::Int(value) => value.to_string(),
            Expr::Take(place) => outermost(&self.place(place)).to_owned(),
            Expr::Moved(place) => {
                let place = outermost(&self.place(place)).to_owned();
                // A generic function may be given what is lent again, if the type is known.
                format!("{{ let moved = {place}; moved }}")
            }
            Expr::Borrow(Power::Share, place) => format!("&{}", self.place(place)),
            Expr::Borrow(Power::Exclude, place) => format!("&mut {}", self.place(place)),
            Expr::New(index, values) => {
                let decl = &library().structs[*index];
                let are_copied = self.classes.contains(&Class::CopiedByTheCall)
                    && (decl.fields.iter().zip(values)).all(|((_, ty), value)| ty.is_copy() && value.is_read());
                let is_first = |(ty, value): (&Ty, &Expr)| {
                    are_copied || (self.classes.contains(&Class::PanicsLeaveIt) && !ty.is_view() && !value.is_read())
                };
                let is_any_first = (decl.fields.iter().zip(values)).any(|((_, ty), value)| is_first((ty, value)));
                let fields: Vec<String> = (decl.fields.iter().zip(values))
                    .map(|((name, ty), value)| match is_first((ty, value)) {
                        true => format!("{name}: c_{name}"),
                        false => format!("{name}: {}", self.expr(value)),
                    })
                    .collect();
                let literal = format!("{} {{ {} }}", decl.name, fields.join(", "));
                if !is_any_first {
                    return literal;
                }
                let copies: Vec<String> = (decl.fields.iter().zip(values).rev())
                    .filter(|((_, ty), value)| is_first((ty, value)))
                    .map(|((name, _), value)| format!("let c_{name} = {};", self.expr(value)))
                    .collect();
                format!("{{ {} {literal} }}", copies.join(" "))
            }
            Expr::Some(inner) => {
                let inner = self.expr(inner);
                self.by_language(format!(".Some({inner})"), format!("Some({inner})"))
            }
            Expr::None(_) => self.by_language("none", "None").to_owned(),
            Expr::Try(of) if self.classes.contains(&Class::TriedIsLent) && matches!(**of, Expr::Take(_)) => {
                format!(
                    "match &mut {} {{ Some(x) => &mut **x, None => return None }}",
                    self.expr(of)
                )
            }
            Expr::Try(of) => {
                let of = self.expr(of);
                self.by_language(format!("(try {of})"), format!("({of})?"))
            }
            Expr::Tuple(parts, ty) if self.is_of_one_region(ty) => {
                let Ty::Tuple(tys) = ty else {
                    unreachable!("a tuple is of a tuple's type")
                };
                self.of_parts(parts, &format!("{}(", of_one_region(tys)), ")")
            }
            Expr::Tuple(parts, _) => self.of_parts(parts, "(", ")"),
            Expr::Array(elements) if self.are_elements_apart() => self.of_parts(elements, "(", ")"),
            Expr::Array(elements) => self.of_parts(elements, "[", "]"),
            Expr::NewBox(inner) => {
                let inner = self.expr(inner);
                self.by_language(format!("Box.new({inner})"), format!("Box::new({inner})"))
            }
            Expr::NewVec(ty) => {
                let ty = self.ty(ty, &Lifetimes::Hidden);
                self.by_language(format!("{ty}.new()"), format!("<{ty}>::new()"))
            }
            Expr::CallOther(index, _, args) => {
                let (copies, args) = self.arguments(args, &self.others[*index], false);
                let args: String = args.iter().map(|arg| format!(", {arg}")).collect();
                let call = format!("{}_{index}(n{args})", self.name);
                if copies.is_empty() {
                    call
                } else {
                    format!("{{ {copies}{call} }}")
                }
            }
            Expr::Call(index, argument, args) => {
                let helper = &library().helpers[*index];
                let path = match helper.origin {
                    Origin::Own(..) => helper.name,
                    Origin::Std(lang, rust) => self.by_language(lang, rust),
                };
                let tys = helper.signature.params.iter();
                let tys: Vec<Ty> = tys
                    .map(|ty| {
                        argument
                            .as_ref()
                            .map_or_else(|| ty.clone(), |argument| ty.with(argument))
                    })
                    .collect();
                let (copies, args) = self.arguments(args, &tys, helper.style == Style::Method);
                // Rust goes by what the result is wanted for where the type is not said: `by_dyn(replace(…))`.
                let said = match (self.language, &helper.signature.ret, argument) {
                    (Language::Rust, Ty::Param, Some(argument)) => {
                        format!("::<{}>", self.ty(argument, &Lifetimes::Hidden))
                    }
                    _ => String::new(),
                };
                let call = match helper.style {
                    Style::Function => format!("{path}{said}({})", args.join(", ")),
                    Style::Method => format!("{}.{path}({})", args[0], args[1..].join(", ")),
                };
                if copies.is_empty() {
                    call
                } else {
                    format!("{{ {copies}{call} }}")
                }
            }
        }
    }

    /// A tuple or an array.
    fn of_parts(&self, parts: &[Expr], open: &str, close: &str) -> String {
        let are_copied = self.classes.contains(&Class::CopiedByTheCall) && parts.iter().all(Expr::is_read);
        let texts = parts.iter().map(|part| self.expr(part));
        if !are_copied {
            return format!("{open}{}{close}", texts.collect::<Vec<String>>().join(", "));
        }
        let texts: Vec<String> = texts.collect();
        let copies = texts.iter().enumerate().rev();
        let copies: String = copies
            .map(|(index, text)| format!("let c_{index} = {text}; "))
            .collect();
        let names: Vec<String> = (0..texts.len()).map(|index| format!("c_{index}")).collect();
        format!("{{ {copies}{open}{}{close} }}", names.join(", "))
    }

    /// What comes before a call, and its arguments.
    fn arguments(&self, args: &[Expr], tys: &[Ty], is_method: bool) -> (String, Vec<String>) {
        // They are read at once: those through references, which are used no more then, stand first.
        let mut copies: Vec<(bool, String)> = Vec::new();
        let mut texts = Vec::new();
        let is_lent_on = |arg: &Expr, ty: &Ty| matches!((ty, arg), (Ty::Ref(Power::Exclude, _), Expr::Take(_)));
        let mut passed = args.iter().zip(tys);
        let is_lent_last = self.classes.contains(&Class::LentLast) && passed.any(|(arg, ty)| is_lent_on(arg, ty));
        let found = self.found_by(args).filter(|_| is_method);
        let is_found = found.is_some();
        let found_by = found.as_ref().map(|(by, _)| format!("let found = &{by}; "));
        for (index, (arg, ty)) in args.iter().zip(tys).enumerate() {
            if index == 0
                && let Some((_, found)) = &found
            {
                texts.push(found.clone());
                continue;
            }
            if let Some(read) = self.read_by_other(arg, ty, args) {
                copies.push((false, format!("let c{index} = {read}; ")));
                texts.push(format!("c{index}"));
                continue;
            }
            let is_copied =
                self.classes.contains(&Class::CopiedByTheCall) && ty.is_copy() && is_copied_by_call(arg, args);
            let is_before_receiver = is_found || (is_method && self.classes.contains(&Class::ReceiverIsLast));
            let is_before_lent = is_lent_last && !is_lent_on(arg, ty);
            if is_method && index == 0 {
                texts.push(self.receiver(arg));
            } else if is_copied || is_before_receiver || is_before_lent {
                let follows = arg.place().is_some_and(|place| place.steps.contains(&Step::Deref));
                copies.push((!(is_copied && follows), format!("let c{index} = {}; ", self.expr(arg))));
                texts.push(format!("c{index}"));
            } else {
                texts.push(self.expr(arg));
            }
        }
        if !(is_lent_last || is_found || is_method && self.classes.contains(&Class::ReceiverIsLast)) {
            copies.sort_by_key(|(is_later, _)| *is_later);
        }
        let copies = copies.into_iter().map(|(_, copy)| copy);
        (found_by.into_iter().chain(copies).collect(), texts)
    }

    /// Of a receiver that stands beside arguments, the place of the last `&` by which it is found, and what it is by a
    /// reference to that.
    fn found_by(&self, args: &[Expr]) -> Option<(String, String)> {
        let [Expr::Take(place) | Expr::Borrow(_, place), _, ..] = args else {
            return None;
        };
        let is_asked = self.classes.contains(&Class::FoundOnce);
        let last = self.otherwise.last_shared(place).filter(|_| is_asked)?;
        let (by, rest) = place.steps.split_at(last);
        let by = Place {
            var: place.var,
            steps: by.to_vec(),
        };
        let rest = rest.split_first().map_or(rest, |(_, rest)| rest);
        Some((self.place(&by), self.place_from("(**found)".to_owned(), rest)))
    }

    /// What is copied, as a place behind another argument that leads to it.
    fn read_by_other(&self, arg: &Expr, ty: &Ty, args: &[Expr]) -> Option<String> {
        let Expr::Take(read) = arg else { return None };
        if !self.classes.contains(&Class::CopiedBeside) || !ty.is_copy() {
            return None;
        }
        args.iter().find_map(|other| {
            let var = other.place()?.var;
            let lent = self.otherwise.lent_for_good.get(&var)?;
            let rest = read.steps.strip_prefix(&lent.steps[..])?;
            let steps = std::iter::once(&Step::Deref).chain(rest).copied().collect();
            (lent.var == read.var).then(|| self.place(&Place { var, steps }))
        })
    }

    /// A reference to a place is made by the call itself.
    fn receiver(&self, expr: &Expr) -> String {
        match expr {
            Expr::Take(place) | Expr::Borrow(_, place) => self.place(place),
            Expr::Moved(_) | Expr::Call(..) | Expr::CallOther(..) => self.expr(expr),
            Expr::Int(_)
            | Expr::New(..)
            | Expr::Some(_)
            | Expr::None(_)
            | Expr::Try(_)
            | Expr::Tuple(..)
            | Expr::Array(_)
            | Expr::NewBox(_)
            | Expr::NewVec(_) => format!("({})", self.expr(expr)),
        }
    }

    fn place(&self, place: &Place) -> String {
        self.place_from(name(place.var), &place.steps)
    }

    /// What these steps lead to.
    fn place_from(&self, mut text: String, steps: &[Step]) -> String {
        for step in steps {
            match step {
                Step::Field(of, index) => {
                    let (field, _) = library().structs[*of].fields[*index];
                    write!(text, ".{field}").expect("strings take all");
                }
                Step::Element(index) if self.are_elements_apart() => {
                    write!(text, ".{index}").expect("strings take all");
                }
                Step::Part(index) => write!(text, ".{index}").expect("strings take all"),
                Step::Deref => text = format!("(*{text})"),
                Step::Index(index) | Step::Element(index) => write!(text, "[{index}]").expect("strings take all"),
            }
        }
        text
    }
}

/// The name of the struct that a tuple is written as.
fn of_one_region(parts: &[Ty]) -> String {
    let letters = format!("{parts:?}");
    let letters: String = letters.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("Of{letters}")
}

/// Every tuple in a type, those inside of another first.
fn add_tuples(ty: &Ty, found: &mut BTreeSet<Vec<Ty>>) {
    match ty {
        Ty::Tuple(parts) => {
            parts.iter().for_each(|part| add_tuples(part, found));
            found.insert(parts.clone());
        }
        Ty::Box(inner)
        | Ty::Vec(inner)
        | Ty::Slice(inner)
        | Ty::Optional(inner)
        | Ty::Array(inner)
        | Ty::Ref(_, inner) => add_tuples(inner, found),
        Ty::Unit | Ty::Int | Ty::Struct(_) | Ty::Param => {}
    }
}

/// What Rust writes for the regions of a type.
enum Lifetimes {
    /// Nothing.
    Hidden,
    /// For the outermost references, and for those behind these.
    Named(&'static str, &'static str),
}

impl Lifetimes {
    fn of_param(ty: &Ty, index: usize) -> Self {
        let (outer, inner) = lifetimes_of(index);
        Self::Named(outer, if has_inner(ty) { inner } else { outer })
    }
}

/// The names of the two lifetimes of a parameter.
fn lifetimes_of(index: usize) -> (&'static str, &'static str) {
    const OUTER: [&str; 6] = ["'o0", "'o1", "'o2", "'o3", "'o4", "'o5"];
    const INNER: [&str; 6] = ["'i0", "'i1", "'i2", "'i3", "'i4", "'i5"];
    (OUTER[index], INNER[index])
}

/// Whether a parameter of the type has references behind the outermost one.
pub(super) fn has_inner(ty: &Ty) -> bool {
    matches!(ty, Ty::Ref(_, inner) if inner.is_view())
}

/// The type whose method this is.
fn receiver(helper: &Helper) -> &Ty {
    let of = &helper.signature.params[0];
    if let Ty::Ref(_, of) = of { of } else { of }
}

/// The lifetime of the type whose method this is.
fn receiver_lifetime(signature: &Signature) -> Option<&'static str> {
    let (outer, inner) = lifetimes_of(0);
    if let Ty::Ref(_, of) = &signature.params[0] {
        of.is_view().then_some(inner)
    } else {
        signature.params[0].is_view().then_some(outer)
    }
}

/// What stands before a statement that variables come out of.
fn come_out(carried: &[Var]) -> String {
    match carried {
        [] => String::new(),
        _ => format!("let {} = ", together(carried, "mut ")),
    }
}

/// A tuple of variables, each with something before it.
fn together(vars: &[Var], before: &str) -> String {
    let names = vars.iter().map(|var| format!("{before}{},", name(*var)));
    format!("({})", names.collect::<Vec<String>>().join(" "))
}

fn name(var: Var) -> String {
    match var {
        N_PARAM => "n".to_owned(),
        FUEL => "fuel".to_owned(),
        var => format!("v{var}"),
    }
}

/// A place without parentheses around all of it.
fn outermost(text: &str) -> &str {
    match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inside) => inside,
        None => text,
    }
}
