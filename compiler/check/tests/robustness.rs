//! Broken programs: the cases of checking and the library with tokens left out, doubled, exchanged and replaced. No
//! panic, no endless loop, and no error type without a message.
//!
//! `CHECK_MUTANTS=100000` tries more of them; `CHECK_SEED=7` tries others.

mod support;

use std::path::Path;

use base::FileId;
use support::{CORE, corpus};

/// A small generator: the same mutants each time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

fn tokens(text: &str) -> Vec<String> {
    let (tree, _) = syntax::parse(FileId(0), text);
    (0..tree.tokens().len())
        .map(|index| tree.token(syntax::TokenId(index as u32)).text().to_owned())
        .collect()
}

fn mutant(tokens: &[String], others: &[String], random: &mut Random) -> String {
    let is_blank = |token: &str| token.trim().is_empty() || token.starts_with("//");
    let mut changed = tokens.to_vec();
    for _ in 0..1 + random.below(4) {
        let at = random.below(changed.len());
        if is_blank(&changed[at]) {
            continue;
        }
        match random.below(5) {
            0 => drop(changed.remove(at)),
            1 => changed.insert(at, changed[at].clone()),
            2 => {
                let other = random.below(changed.len());
                changed.swap(at, other);
            }
            3 => changed[at] = others[random.below(others.len())].clone(),
            _ => changed[at] = tokens[random.below(tokens.len())].clone(),
        }
        if changed.is_empty() {
            break;
        }
    }
    changed.concat()
}

#[test]
fn mutants_never_panic() {
    let programs: Vec<Vec<String>> = corpus().iter().map(|(_, text)| tokens(text)).collect();
    let all: Vec<String> = programs.iter().flatten().cloned().collect();
    let mut random = Random(number("CHECK_SEED").unwrap_or(1));
    for _ in 0..number("CHECK_MUTANTS").unwrap_or(1000) {
        let program = &programs[random.below(programs.len())];
        let text = mutant(program, &all, &mut random);
        let started = std::time::Instant::now();
        let result = std::panic::catch_unwind(|| CORE.check(&text));
        assert!(result.is_ok(), "a panic on\n{text}");
        assert!(started.elapsed().as_secs() < 10, "too slow on\n{text}");
    }
}

#[test]
fn library_mutants_never_panic() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib/core");
    let names = ["str", "mem", "slice", "cstr", "ptr", "float"];
    let modules: Vec<Vec<String>> = names
        .iter()
        .map(|name| folder.join(format!("{name}.lang")))
        .map(|path| tokens(&std::fs::read_to_string(path).expect("the library can be read")))
        .collect();
    let all: Vec<String> = modules.iter().flatten().cloned().collect();
    let mut random = Random(number("CHECK_SEED").unwrap_or(2));
    for _ in 0..number("CHECK_MUTANTS").unwrap_or(200) {
        let text = mutant(&modules[random.below(modules.len())], &all, &mut random);
        let result = std::panic::catch_unwind(|| CORE.check(&text));
        assert!(result.is_ok(), "a panic on\n{text}");
    }
}
