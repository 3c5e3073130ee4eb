//! Names: of types, for debuggers and for telling instances apart, and of symbols.
//!
//! A symbol is, in this order, `lang.`, the item's path, `.N` where the N-th other item has the same path (impls of
//! several types), and `.hHASH` for an instance, the hash of its type arguments' names: `lang.std.mem.swap.h09ab…`.
//! What the compiler makes for an item or a type says so first, in a way that no item's path can: `lang-drop.…` drops a
//! value, `lang-test.…` is a test, `lang-call.…` calls a C function as Lang calls. What C text names has to be an
//! identifier of C: `lang_c_HASH`.
//!
//! Nothing depends on the order in which instances are found, and an item's symbol only on other items of its path.

use base::{ContentHash, FxHashMap, Symbol};
use check::{AdtRef, BodyKey, BodyRef, ClosureRef, ClosureTy, FnRef, FnType, Signatures, StaticRef, Ty, TyKind};
use hir::{ModuleId, Mutability, Program};

/// What names need to know of a program.
pub(crate) struct Names<'a> {
    program: &'a Program,
    signatures: &'a Signatures,
    /// The place of each function among those of its path, where it is not the first.
    ordinals: FxHashMap<FnRef, u32>,
    /// The place of each test among those of its file.
    tests: FxHashMap<BodyRef, u32>,
    type_names: FxHashMap<Ty, String>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(program: &'a Program, signatures: &'a Signatures) -> Self {
        let mut functions: Vec<(&str, FnRef)> = signatures
            .fns
            .iter()
            .map(|(function, decl)| (decl.path.as_str(), *function))
            .collect();
        functions.sort();
        let mut ordinals = FxHashMap::default();
        let mut ordinal = 0;
        for pair in functions.windows(2) {
            ordinal = if pair[0].0 == pair[1].0 { ordinal + 1 } else { 0 };
            if ordinal > 0 {
                ordinals.insert(pair[1].1, ordinal);
            }
        }
        let mut n_tests: FxHashMap<ModuleId, u32> = FxHashMap::default();
        let mut tests = FxHashMap::default();
        for test in &signatures.tests {
            let ordinal = n_tests.entry(test.body.module).or_default();
            tests.insert(test.body, *ordinal);
            *ordinal += 1;
        }
        Self {
            program,
            signatures,
            ordinals,
            tests,
            type_names: FxHashMap::default(),
        }
    }

    /// What people call an instance: `std.mem.swap<i32>`.
    pub(crate) fn function(&mut self, function: FnRef, args: &[Ty]) -> String {
        let path = self.signatures.function(function).path.clone();
        if args.is_empty() {
            return path;
        }
        format!("{path}<{}>", self.list(args))
    }

    pub(crate) fn function_symbol(&mut self, function: FnRef, args: &[Ty]) -> String {
        format!("lang.{}", self.mangled(function, args))
    }

    /// The function of Lang's calling convention that calls a C function or an intrinsic.
    pub(crate) fn call_shim_symbol(&mut self, function: FnRef, args: &[Ty]) -> String {
        format!("lang-call.{}", self.mangled(function, args))
    }

    /// The function of Lang's calling convention that takes an environment and calls a function.
    pub(crate) fn fn_value_symbol(&mut self, function: FnRef, args: &[Ty]) -> String {
        format!("lang-value.{}", self.mangled(function, args))
    }

    /// The function that C may call; `role` tells apart several of one instance. An identifier of C.
    pub(crate) fn c_symbol(&mut self, role: &str, function: FnRef, args: &[Ty]) -> String {
        let mangled = self.mangled(function, args);
        format!("lang_c_{}", short_hash(&[role, &mangled]))
    }

    fn mangled(&mut self, function: FnRef, args: &[Ty]) -> String {
        let mut symbol = self.signatures.function(function).path.clone();
        if let Some(ordinal) = self.ordinals.get(&function) {
            symbol.push_str(&format!(".{ordinal}"));
        }
        if !args.is_empty() {
            let args = self.list(args);
            symbol.push_str(&format!(".h{}", short_hash(&[&args])));
        }
        symbol
    }

    /// What people call a closure: `geometry.area.closure0<i32>`.
    pub(crate) fn closure(&mut self, closure: &ClosureTy) -> String {
        let ClosureRef { owner, closure: id } = closure.closure;
        let around = match owner {
            BodyKey::Fn(def) => self.mangled(FnRef::Lang(def), &[]),
            BodyKey::Const(body) => format!("const.{}.{}", self.module(body.module), body.body.0),
            BodyKey::Test(index) => {
                let test = self.signatures.tests[index as usize].body;
                format!(
                    "test.{}.{}",
                    self.module(test.module),
                    self.tests.get(&test).copied().unwrap_or(0)
                )
            }
        };
        let name = format!("{around}.closure{}", id.0);
        if closure.generics.is_empty() {
            name
        } else {
            format!("{name}<{}>", self.list(&closure.generics))
        }
    }

    /// The body of a closure, or with a role what stands around it.
    pub(crate) fn closure_symbol(&mut self, role: Option<&str>, closure: &ClosureTy) -> String {
        let start = role.map_or_else(|| "lang.".to_owned(), |role| format!("lang-{role}."));
        let name = self.closure(closure);
        match name.split_once('<') {
            Some((plain, _)) => format!("{start}{plain}.h{}", short_hash(&[&name])),
            None => format!("{start}{name}"),
        }
    }

    /// What the compiler makes for a type in some role.
    pub(crate) fn role_symbol(&mut self, role: &str, ty: Ty) -> String {
        let name = self.ty(ty);
        format!("lang-{role}.h{}", short_hash(&[role, &name]))
    }

    pub(crate) fn drop_symbol(&mut self, ty: Ty) -> String {
        let name = self.ty(ty);
        let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        if plain {
            format!("lang-drop.{name}")
        } else {
            format!("lang-drop.h{}", short_hash(&[&name]))
        }
    }

    /// The test, or, with a role, what stands around it.
    pub(crate) fn test_symbol(&self, role: &str, test: BodyRef) -> String {
        let module = self.module(test.module);
        format!("lang-{role}.{module}.{}", self.tests.get(&test).copied().unwrap_or(0))
    }

    /// What people call a test: `test "an empty table has no words"`.
    pub(crate) fn test(&self, test: BodyRef) -> String {
        let decl = self.signatures.tests.iter().find(|decl| decl.body == test);
        format!("test {:?}", decl.map_or("", |decl| decl.title.as_str()))
    }

    pub(crate) fn static_symbol(&self, global: StaticRef) -> String {
        format!("lang-static.{}", self.signatures.statics[&global].path)
    }

    /// `geometry.shapes`; `root-file` for the file given to the command, which is no name of Lang.
    pub(crate) fn module(&self, module: ModuleId) -> String {
        let path = &self.program.modules[module].path;
        if path.is_empty() {
            return "root-file".to_owned();
        }
        path.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(".")
    }

    /// The full name of a type: equal for equal types alone.
    pub(crate) fn ty(&mut self, ty: Ty) -> String {
        if let Some(known) = self.type_names.get(&ty) {
            return known.clone();
        }
        let name = self.spell(ty);
        self.type_names.insert(ty, name.clone());
        name
    }

    fn spell(&mut self, ty: Ty) -> String {
        match ty.kind() {
            TyKind::Error(_) => "error".to_owned(),
            TyKind::Never => "never".to_owned(),
            TyKind::Bool => "bool".to_owned(),
            TyKind::Char => "char".to_owned(),
            TyKind::Int(int) => int.name().to_owned(),
            TyKind::Float(float) => float.name().to_owned(),
            TyKind::C(scalar) => scalar.lang_name().to_owned(),
            TyKind::Str => "str".to_owned(),
            TyKind::CStr => "CStr".to_owned(),
            TyKind::Slice(element) => format!("[{}]", self.ty(*element)),
            TyKind::Array(element, len) => format!("[{}; {}]", self.ty(*element), self.ty(*len)),
            TyKind::Ref(Mutability::Const, target) => format!("&{}", self.ty(*target)),
            TyKind::Ref(Mutability::Mut, target) => format!("&mut {}", self.ty(*target)),
            TyKind::Pointer(Mutability::Const, target) => format!("*const {}", self.ty(*target)),
            TyKind::Pointer(Mutability::Mut, target) => format!("*{}", self.ty(*target)),
            TyKind::Tuple(elements) => format!("({})", self.list(elements)),
            TyKind::Adt(adt, args) => {
                let name = self.adt(*adt);
                if args.is_empty() {
                    name
                } else {
                    format!("{name}<{}>", self.list(args))
                }
            }
            TyKind::FnItem(function, args) => format!("fn item {}", self.mangled(*function, args)),
            TyKind::Closure(closure) => self.closure(closure),
            TyKind::Dyn(dynamic) => {
                let types = dynamic.types.iter().map(|assoc| {
                    let of_trait = self.program.path_of(assoc.of_trait);
                    let args = self.list(&assoc.args);
                    format!("{of_trait}<{args}>.{} = {}", assoc.name, self.ty(assoc.ty))
                });
                let types = types.collect::<Vec<_>>().join(", ");
                let args = self.list(&dynamic.args);
                let threads = dynamic
                    .threads
                    .iter()
                    .map(|def| format!(" + {}", self.program.path_of(*def)));
                let of_trait = self.program.path_of(dynamic.of_trait);
                let view = if dynamic.is_view { "?view " } else { "" };
                format!("dyn {view}{of_trait}<{args}; {types}>{}", threads.collect::<String>())
            }
            TyKind::FnPointer(fn_type) => self.fn_type("fn", fn_type),
            TyKind::ExternFn(fn_type) => self.fn_type("extern fn", fn_type),
            TyKind::Optional(inner) => format!("?{}", self.ty(*inner)),
            TyKind::Range { element, inclusive } => {
                format!(
                    "{}<{}>",
                    if *inclusive { "RangeInclusive" } else { "Range" },
                    self.ty(*element)
                )
            }
            TyKind::Opaque { size, align, spelling } => format!("{spelling}.{size}.{align}"),
            TyKind::Const(arg) => arg.value.to_string(),
            TyKind::Param { name, .. } => name.to_string(),
            TyKind::Assoc(assoc) => format!("{}.{}", self.ty(assoc.args[0]), assoc.name),
            TyKind::Unnamed(_) | TyKind::Infer(_) => "_".to_owned(),
        }
    }

    /// A record's or enum's: by its path, or by its C identity (`struct stat`).
    fn adt(&self, adt: AdtRef) -> String {
        match adt {
            AdtRef::Lang(def) => self.program.path_of(def),
            AdtRef::C(tag) => Symbol::to_string(&tag.0),
        }
    }

    fn fn_type(&mut self, keyword: &str, fn_type: &FnType) -> String {
        let mut params = self.list(&fn_type.params);
        if fn_type.variadic {
            params.push_str(if params.is_empty() { "..." } else { ", ..." });
        }
        let unsafety = if fn_type.is_unsafe { "unsafe " } else { "" };
        format!("{unsafety}{keyword}({params}) -> {}", self.ty(fn_type.ret))
    }

    fn list(&mut self, types: &[Ty]) -> String {
        types.iter().map(|ty| self.ty(*ty)).collect::<Vec<_>>().join(", ")
    }
}

/// 64 bits of the content hash of some texts, in hexadecimal.
pub(crate) fn short_hash(fields: &[&str]) -> String {
    let mut hasher = base::Hasher::new();
    for field in fields {
        hasher.field(field.as_bytes());
    }
    shortened(hasher.finish())
}

pub(crate) fn shortened(hash: ContentHash) -> String {
    let mut hash = hash.to_string();
    hash.truncate(16);
    hash
}
