//! What `@if(…)` may ask: facts of a build, by name.

use std::sync::Arc;

/// The facts of one build. Made by who knows the target and the profile; lowering only looks them up.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Conditions {
    facts: Arc<[Fact]>,
}

/// `target.os`, which is `linux` here and may be `macos`.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    pub key: String,
    pub value: FactValue,
    /// All texts that the fact may be, where it is a text.
    pub known: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FactValue {
    Flag(bool),
    Text(String),
    Number(u128),
}

/// The key of the flag that says whether tests are compiled.
pub(crate) const TEST: &str = "test";

impl Conditions {
    pub fn new(facts: impl IntoIterator<Item = Fact>) -> Self {
        Self {
            facts: facts.into_iter().collect(),
        }
    }

    pub(crate) fn fact(&self, key: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.key == key)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().map(|fact| fact.key.as_str())
    }

    /// Whether `test "…" { … }` is more than parsed.
    pub(crate) fn compiles_tests(&self) -> bool {
        self.fact(TEST).is_none_or(|fact| fact.value != FactValue::Flag(false))
    }
}
