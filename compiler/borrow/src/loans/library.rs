//! What the library's functions say of references is what would not be so without it.

use std::path::Path;

use check::{Elided, FnDecl, FnKind, FnRef, Signatures};
use hir::DefId;
use session::{Analysis, CacheDir, CacheUse, Environment, Profile, Purpose, Request, Sysroot};
use target::Table;

use super::signature::{Dependencies, of_declaration, of_function};

/// The library, checked.
fn library() -> Analysis {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib");
    let table = Table::embedded();
    let target = table.host().expect("the table has this machine");
    let environment = Environment {
        stdlib: Some(folder.clone()),
        ..Environment::of_process()
    };
    let sysroot = Sysroot::new(environment, table);
    let cache = CacheDir::open(sysroot.environment(), CacheUse::ThisRun).expect("a folder can be made");
    let subject = session::open_library(&folder, &sysroot).expect("the library is there");
    session::analyse(Request {
        subject: &subject,
        target,
        sysroot: &sysroot,
        target_root: None,
        include_dirs: &[],
        cache: &cache,
        locked: false,
        profile: Profile::DEBUG,
        const_limits: Default::default(),
        purpose: Purpose::Program,
        activity: &Default::default(),
    })
}

/// How references go through a function if it says nothing of its result.
fn unsaid(signatures: &Signatures, def: DefId) -> Dependencies {
    if let Some(of_trait) = signatures.implemented.get(&def) {
        return of_function(signatures, FnRef::Lang(*of_trait));
    }
    let mut decl = signatures.function(FnRef::Lang(def)).clone();
    decl.loans.borrows = None;
    of_declaration(signatures, &decl)
}

/// Whether it has to say something, as its result may borrow this or that.
fn must_say(signatures: &Signatures, def: DefId) -> bool {
    let elided = signatures.elided(signatures.function(FnRef::Lang(def)));
    !signatures.implemented.contains_key(&def) && matches!(elided, Elided::Ambiguous(_))
}

/// Whether nothing but its attributes says what the result borrows: it has no body, and is `unsafe`, as who calls it
/// knows what is behind a raw pointer.
fn is_promise(decl: &FnDecl) -> bool {
    decl.is_unsafe && matches!(decl.kind, FnKind::Intrinsic(_))
}

#[test]
fn no_function_says_what_is_so_anyway() {
    let Analysis {
        sources,
        checked,
        diagnostics,
        ..
    } = library();
    let checked = checked.unwrap_or_else(|| panic!("{diagnostics:?}"));
    let signatures = &checked.signatures;
    let mut repeated = Vec::new();
    let mut n_said = 0;
    for (module, file) in checked.program.modules.iter_enumerated() {
        for (item, said) in file.hir.items.iter_enumerated() {
            let def = DefId { module, item };
            let function = FnRef::Lang(def);
            let attribute = said.attributes.iter().find(|attribute| attribute.name == "borrows");
            let (hir::ItemKind::Fn(written), Some(attribute)) = (&said.kind, attribute) else {
                continue;
            };
            n_said += 1;
            let ret = written.ret.map_or("", |ret| sources.text(file.hir.type_ref(ret).span));
            let is_needed = of_function(signatures, function) != unsaid(signatures, def) || must_say(signatures, def);
            if ret.contains("&static") || !is_needed && !is_promise(signatures.function(function)) {
                let path = sources.file(attribute.span.file).path.display();
                let line = sources.line_column(attribute.span.file, attribute.span.start).line;
                repeated.push(format!("{path}:{line}: {}", sources.text(attribute.span)));
            }
        }
    }
    assert!(n_said > 0, "the library has attributes");
    repeated.sort();
    assert!(repeated.is_empty(), "leave these out:\n{}", repeated.join("\n"));
}
