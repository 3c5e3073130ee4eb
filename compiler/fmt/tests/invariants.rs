//! What holds for all code without syntax errors: formatting keeps its tokens and its comments, which `format` itself
//! asserts, and formatting the result changes nothing.

use std::path::{Path, PathBuf};

use base::FileId;

/// The formatted text; none for code with syntax errors.
fn format(text: &str) -> Option<String> {
    let (tree, _) = syntax::parse(FileId(0), text);
    fmt::format(&tree).ok()
}

/// Formats, and checks what holds for any text. Says whether it has no syntax errors.
fn check(name: &str, text: &str) -> bool {
    let Some(once) = format(text) else {
        return false;
    };
    let twice = format(&once).unwrap_or_else(|| panic!("{name}: the result has syntax errors:\n{once}"));
    if let Some(first) = once
        .lines()
        .zip(twice.lines())
        .position(|(first, second)| first != second)
    {
        let around = |text: &str| -> String {
            let lines = text.lines().skip(first.saturating_sub(4)).take(8);
            lines.map(|line| format!("{line}\n")).collect()
        };
        let (once, twice) = (around(&once), around(&twice));
        panic!("{name}: formatting twice gives another result: first\n{once}\nthen\n{twice}");
    }
    assert_eq!(once, twice, "{name}: formatting twice gives another end");
    assert!(
        once.is_empty() || once.ends_with('\n'),
        "{name}: no line break at the end"
    );
    assert!(!once.ends_with("\n\n"), "{name}: an empty line at the end");
    true
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every source of the repository, with its name.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["compiler", "cimport", "examples", "stdlib", "test-suite"]
        .map(|folder| repository().join(folder))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "lang") {
                let text = std::fs::read_to_string(&path);
                found.extend(text.ok().map(|text| (path.display().to_string(), text)));
            }
        }
    }
    found.sort();
    found
}

/// Runs a test on a stack as large as the formatter's is in the command.
fn on_large_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(test);
    if let Err(panic) = thread.expect("a thread starts").join() {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn every_source_of_the_repository() {
    on_large_stack(|| {
        let sources = sources();
        assert!(sources.len() > 100, "the sources were found");
        let n_whole = sources.iter().filter(|(name, text)| check(name, text)).count();
        assert!(n_whole + 10 > sources.len(), "few have syntax errors");
    });
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    /// A number below `n`.
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }
}

/// What mutants get between their tokens.
const BLANKS: &[&str] = &[
    " ",
    " ",
    "\n",
    "\n\n\n",
    "\n            ",
    "\t",
    "\r\n",
    "/* a */",
    " /* b */ ",
    " // c\n",
    "// d\n\n// e\n",
    "\n// f  \n",
    "\n\n/* g\n   h */\n\n",
    "/* i\n      j */",
    "\n/// k\n",
    " /// l\n",
    "//! m\n",
];

/// The text with one in `rarity` blanks replaced, and now and then a token gone, doubled or made long.
fn mutant(text: &str, numbers: &mut Numbers, rarity: usize) -> String {
    let (tree, _) = syntax::parse(FileId(0), text);
    let mut mutant = String::new();
    for id in 0..tree.tokens().len() as u32 {
        let token = tree.token(syntax::TokenId(id));
        let is_blank = token.kind() == syntax::TokenKind::Whitespace;
        if numbers.below(rarity) > 0 {
            mutant.push_str(token.text());
        } else if is_blank || numbers.below(8) == 0 {
            mutant.push_str(BLANKS[numbers.below(BLANKS.len())]);
            if !is_blank {
                mutant.push_str(token.text());
            }
        } else if token.kind() == syntax::TokenKind::Ident && numbers.below(2) == 0 {
            mutant.push_str(&token.text().repeat(1 + numbers.below(12)));
        } else {
            mutant.push_str(token.text());
            if numbers.below(rarity) == 0 {
                mutant.push_str(token.text());
            }
        }
    }
    mutant
}

/// Checks, and leaves a text that fails where it can be looked at.
fn check_and_keep(name: &str, text: &str) -> bool {
    std::panic::catch_unwind(|| check(name, text)).unwrap_or_else(|_| {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutant.lang");
        std::fs::write(&kept, text).expect("it can be written");
        panic!("{name} is {}", kept.display());
    })
}

/// `FMT_MUTANTS=1000` makes that many mutants of each source, `FMT_SEED` others.
#[test]
fn mutants_that_parse() {
    let setting =
        |name: &str, default: u64| std::env::var(name).map_or(default, |value| value.parse().expect("a number"));
    let n_mutants = setting("FMT_MUTANTS", 3);
    let seed = setting("FMT_SEED", 1);
    on_large_stack(move || {
        let mut n_whole = 0;
        for (name, text) in sources() {
            // Long ones show nothing that short ones do not, and take their time.
            let end = text.floor_char_boundary(20_000);
            let text = &text[..end.min(text.len())];
            // A source has the same mutants whatever other sources there are.
            let own = text.bytes().fold(0, |hash: u64, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
            });
            for number in 0..n_mutants {
                let mut numbers = Numbers((seed << 40 ^ own << 20 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
                let rarity = [2, 4, 10, 50][numbers.below(4)];
                let mutant = mutant(text, &mut numbers, rarity);
                let name = format!("mutant {number} of {name}");
                n_whole += usize::from(check_and_keep(&name, &mutant));
            }
        }
        assert!(n_whole > 30, "only {n_whole} mutants parse");
    });
}

#[test]
fn prefixes_that_parse() {
    on_large_stack(|| {
        for (name, text) in sources().into_iter().filter(|(_, text)| text.len() < 10_000) {
            let lines: Vec<usize> = text.match_indices('\n').map(|(index, _)| index).collect();
            // Few prefixes inside of items parse.
            let ends = lines.iter().filter(|end| !text[**end + 1..].starts_with(' '));
            for end in ends {
                check(&format!("the first {end} bytes of {name}"), &text[..*end]);
            }
        }
    });
}
