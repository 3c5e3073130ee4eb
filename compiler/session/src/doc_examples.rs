//! The examples in documentation comments, which `lang test` runs.
//!
//! Takes a file's text. Gives, beside it, a file of the same lines with nothing on them but the code of its examples,
//! each in an inline module with a test, so that messages point at the comment that holds the code. Examples that are
//! to be refused have a file each.
//!
//! What stands after the three backticks is `lang` or nothing, and then, separated by commas: `ignore`; `check`, for
//! code that is not run; `status=101`, for code that panics; a code such as `E0301`, for code that gives that error and
//! no other. An example is a `main`, tests, items alone, or what stands in the body of a test, after imports. A line
//! that starts with `# ` is compiled and not for readers.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{FileId, sym};
use hir::{Conditions, ModulePlace, Packages};
use syntax::ast::{self, AstNode};
use syntax::{Node, NodeKind, Token, TokenKind, Tree};

use crate::package::{ExampleFile, SubjectFile};

/// The examples of some files.
#[derive(Clone, Default, Debug)]
pub struct DocExamples {
    /// Modules whose tests are the examples.
    pub files: Vec<ExampleFile>,
    /// Titles of the tests that end with another exit status than 0.
    pub statuses: BTreeMap<String, i32>,
    pub refused: Vec<RefusedExample>,
}

/// An example that gives an error.
#[derive(Clone, Debug)]
pub struct RefusedExample {
    pub title: String,
    /// `src/a.lang:3`
    pub place: String,
    pub file: ExampleFile,
    /// `E0301`
    pub code: String,
}

impl DocExamples {
    /// Adds the examples of a file of this text.
    pub(crate) fn add(&mut self, file: &SubjectFile, text: &str, packages: &Packages, conditions: &Conditions) {
        let (tree, errors) = syntax::parse(FileId(0), text);
        if errors.has_errors() {
            // The build says so.
            return;
        }
        let (hir, _) = hir::lower(&tree, conditions);
        let module: Vec<&str> = packages
            .full_path(&file.place)
            .iter()
            .map(|name| name.as_str())
            .collect();
        let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
        let module = if module.is_empty() {
            stem.into_owned()
        } else {
            module.join(".")
        };
        let mut documented = Documented {
            tree: &tree,
            left_out: hir.left_out.iter().map(|(_, span)| span.start).collect(),
            found: Vec::new(),
        };
        documented.file(&module);
        let mut blocks = Vec::new();
        for (path, comments) in documented.found {
            blocks.extend(blocks_of(&tree, &path, &comments));
        }
        let mut together = Lines::of(text);
        for block in &blocks {
            match &block.use_of {
                Use::Ignored => {}
                Use::Runs { status } => {
                    together.add(block);
                    if *status != 0 {
                        self.statuses.insert(block.title.clone(), *status);
                    }
                }
                Use::Checks => together.add(block),
                Use::Refused { code } => {
                    let mut alone = Lines::of(text);
                    alone.add(block);
                    self.refused.push(RefusedExample {
                        title: block.title.clone(),
                        place: format!("{}:{}", file.path.display(), block.fence + 1),
                        file: alone.file(file, "1"),
                        code: code.clone(),
                    });
                }
            }
        }
        if together.is_used {
            self.files.push(together.file(file, "0"));
        }
    }
}

/// The documentation comments of one file, with the path of what each is for.
struct Documented<'t> {
    tree: &'t Tree,
    /// Where the names of items stand that are not part of the build.
    left_out: Vec<u32>,
    found: Vec<(String, Vec<Token<'t>>)>,
}

impl<'t> Documented<'t> {
    fn file(&mut self, module: &str) {
        let Some(file) = ast::SourceFile::cast(self.tree.root()) else {
            return;
        };
        self.found
            .push((module.to_owned(), file.module_doc_comments().collect()));
        self.parts(self.tree.root(), module);
    }

    fn parts(&mut self, node: Node<'t>, path: &str) {
        for child in node.children() {
            self.part(child, path);
        }
    }

    fn part(&mut self, node: Node<'t>, path: &str) {
        // Code has no documentation.
        if node.kind() == NodeKind::Block {
            return;
        }
        let name = ast::Item::cast(node).and_then(item_name).or_else(|| field_name(node));
        if name.is_some_and(|name| self.left_out.contains(&name.span().start)) {
            return;
        }
        let own = match (name, ast::ImplItem::cast(node).and_then(ast::ImplItem::self_ty)) {
            (Some(name), _) => Some(name.name()),
            (None, Some(ty)) => ty.syntax().text().split('<').next(),
            (None, None) => None,
        };
        let path = match own {
            Some(name) => format!("{path}.{name}"),
            None => path.to_owned(),
        };
        let is_documented = own.is_some() || ast::Item::cast(node).is_some();
        if is_documented {
            let comments = ast::doc_comments_of(node);
            if !comments.is_empty() {
                self.found.push((path.clone(), comments));
            }
        }
        if let Some(module) = ast::ModItem::cast(node) {
            self.found.push((path.clone(), module.module_doc_comments().collect()));
        }
        self.parts(node, &path);
    }
}

fn item_name(item: ast::Item<'_>) -> Option<Token<'_>> {
    item.syntax()
        .own_tokens()
        .find(|token| token.kind() == TokenKind::Ident)
}

fn field_name(node: Node<'_>) -> Option<Token<'_>> {
    match ast::Field::cast(node) {
        Some(field) => field.name(),
        None => ast::Variant::cast(node)?.name(),
    }
}

/// A fenced block of Lang in a comment.
struct Block {
    title: String,
    use_of: Use,
    /// The line of the opening backticks, from 0, and that of the closing ones, or of what follows the comment.
    fence: usize,
    end: usize,
    /// Its lines, with the column at which the code begins.
    lines: Vec<(usize, usize, String)>,
}

enum Use {
    Ignored,
    Runs { status: i32 },
    Checks,
    Refused { code: String },
}

/// What the words after the backticks say; nothing for other languages.
fn use_of(words: &str) -> Option<Use> {
    let mut words = words.split(',').map(str::trim);
    if !matches!(words.next(), Some("" | "lang")) {
        return None;
    }
    let mut found = Use::Runs { status: 0 };
    for word in words {
        let is_code = word.len() == 5 && word.starts_with('E') && word[1..].bytes().all(|byte| byte.is_ascii_digit());
        if is_code {
            found = Use::Refused { code: word.to_owned() };
        } else if word == "ignore" {
            return Some(Use::Ignored);
        } else if word == "check" {
            found = Use::Checks;
        } else if let Some(status) = word.strip_prefix("status=").and_then(|status| status.parse().ok()) {
            found = Use::Runs { status };
        }
    }
    Some(found)
}

/// The blocks in the comments of one item.
fn blocks_of(tree: &Tree, path: &str, comments: &[Token<'_>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut last = 0;
    for comment in comments {
        let start = comment.span().start as usize;
        let line = tree.text()[..start].matches('\n').count();
        let column = start - tree.text()[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let text = comment.text().trim_end();
        // The slashes, and one space.
        let text = text.get(3..).unwrap_or_default();
        let (text, column) = match text.strip_prefix(' ') {
            Some(rest) => (rest, column + 4),
            None => (text, column + 3),
        };
        last = line;
        let fence = text.trim_start().strip_prefix("```");
        match (open.take(), fence) {
            (None, Some(words)) => {
                open = Some(Block {
                    title: format!("doc {path}, line {}", line + 1),
                    use_of: use_of(words).unwrap_or(Use::Ignored),
                    fence: line,
                    end: line,
                    lines: Vec::new(),
                });
            }
            (Some(block), Some(_)) => blocks.push(Block { end: line, ..block }),
            (Some(mut block), None) => {
                let text = match text.strip_prefix('#') {
                    Some(hidden) if hidden.is_empty() || hidden.starts_with(' ') => format!(" {hidden}"),
                    _ => text.to_owned(),
                };
                block.lines.push((line, column, text));
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    blocks.extend(open.map(|block| Block { end: last + 1, ..block }));
    blocks
}

/// A file of as many lines as another one.
struct Lines {
    lines: Vec<String>,
    is_used: bool,
}

impl Lines {
    fn of(text: &str) -> Self {
        Self {
            lines: vec![String::new(); text.lines().count() + 1],
            is_used: false,
        }
    }

    fn file(self, file: &SubjectFile, name: &str) -> ExampleFile {
        let mut path = file.place.path.clone();
        // No name of Lang, so that no file is this module.
        path.push(sym(name));
        ExampleFile {
            place: ModulePlace {
                package: file.place.package,
                path,
            },
            path: file.path.clone(),
            text: Arc::from(self.lines.join("\n")),
        }
    }

    /// Puts the code of a block where it stands, and a module and a test around it on the lines of its backticks.
    fn add(&mut self, block: &Block) {
        self.is_used = true;
        for (line, column, text) in &block.lines {
            self.lines[*line] = format!("{:column$}{text}", "");
        }
        let shape = Shape::of(block);
        let title = block.title.replace('\\', "\\\\").replace('"', "\\\"");
        let head = match block.use_of {
            Use::Checks | Use::Refused { .. } => "fn example()".to_owned(),
            Use::Ignored | Use::Runs { .. } => format!("test \"{title}\""),
        };
        self.lines[block.fence] = format!("mod example_{} {{", block.fence + 1);
        let close = match shape {
            Shape::Main { result: "" } => format!("{head} {{ main(); }} }}"),
            Shape::Main { result } if result.starts_with('!') => format!("{head} {{ try main(); }} }}"),
            Shape::Main { .. } => format!("{head} {{ let _ = main(); }} }}"),
            Shape::Tests => "}".to_owned(),
            Shape::Items => format!("{head} {{}} }}"),
            Shape::Statements { after: None } => {
                self.lines[block.fence].push_str(&format!(" {head} {{"));
                "} }".to_owned()
            }
            Shape::Statements {
                after: Some((line, length)),
            } => {
                let (at, column, _) = &block.lines[line];
                self.lines[*at].insert_str(column + length, &format!(" {head} {{"));
                "} }".to_owned()
            }
        };
        self.lines[block.end].push_str(&close);
    }
}

/// What the code of a block is.
enum Shape<'b> {
    /// It has a `main`, of this result type.
    Main {
        result: &'b str,
    },
    /// It has tests of its own.
    Tests,
    Items,
    /// What a function's body is, after imports that end on this line of the block, so many bytes from its beginning.
    Statements {
        after: Option<(usize, usize)>,
    },
}

impl Shape<'_> {
    fn of(block: &Block) -> Shape<'static> {
        let lines: Vec<&str> = block.lines.iter().map(|(_, _, text)| text.as_str()).collect();
        let text = lines.join("\n");
        let (tree, errors) = syntax::parse(FileId(0), &text);
        let Some(file) = ast::SourceFile::cast(tree.root()) else {
            return Shape::Items;
        };
        let is_import = |item: &ast::Item<'_>| matches!(item, ast::Item::Import(_) | ast::Item::CImport(_));
        let mut has_items = false;
        for item in file.items().filter(|item| !is_import(item)) {
            if let ast::Item::Fn(function) = item
                && function.name().is_some_and(|name| name.name() == "main")
            {
                let is_result = |ty: ast::Type<'_>| ty.syntax().text().starts_with('!');
                let result = function
                    .return_ty()
                    .map_or("", |ty| if is_result(ty) { "!" } else { "other" });
                return Shape::Main { result };
            }
            if matches!(item, ast::Item::Test(_)) {
                return Shape::Tests;
            }
            has_items = true;
        }
        if has_items && !errors.has_errors() {
            return Shape::Items;
        }
        let imports = tree.root().children().map_while(ast::Item::cast).take_while(is_import);
        let end = imports.last().map(|import| import.span().end as usize);
        let after = end.map(|end| {
            let before = &text[..end];
            let line = before.matches('\n').count();
            (line, end - before.rfind('\n').map_or(0, |newline| newline + 1))
        });
        Shape::Statements { after }
    }
}
