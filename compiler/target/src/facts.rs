//! What a program may ask of its target before it is compiled.

use crate::{Arch, Endian, Os, Table, Target};

/// A fact of a target: the key under `target.`, and its value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TargetFact {
    pub key: &'static str,
    pub value: TargetValue,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TargetValue {
    Text(String),
    Number(u32),
}

impl Target {
    /// In the order in which they are documented.
    pub fn facts(&self) -> Vec<TargetFact> {
        let text = |key, text: &str| TargetFact {
            key,
            value: TargetValue::Text(text.to_owned()),
        };
        vec![
            text("os", self.os.name()),
            text("arch", self.arch.name()),
            text("env", &self.env),
            text("abi", self.abi.as_deref().unwrap_or_default()),
            TargetFact {
                key: "pointer_width",
                value: TargetValue::Number(self.pointer_bits),
            },
            text("endian", self.endian.name()),
        ]
    }
}

impl Table {
    /// The texts that the fact of this key is for the targets of the table, sorted, each once.
    pub fn texts_of(&self, key: &str) -> Vec<String> {
        let facts = self.targets().iter().flat_map(Target::facts);
        let texts = facts
            .filter(|fact| fact.key == key)
            .filter_map(|fact| match fact.value {
                TargetValue::Text(text) => Some(text),
                TargetValue::Number(_) => None,
            });
        let both_endians = [Endian::Little, Endian::Big].map(|endian| endian.name().to_owned());
        let all_endians = (key == "endian").then_some(both_endians).into_iter().flatten();
        let mut texts: Vec<String> = texts.chain(all_endians).collect();
        texts.sort();
        texts.dedup();
        texts
    }
}

impl Arch {
    /// As `toolchain.toml` and `@if` write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Aarch64 => "aarch64",
            Self::Riscv64 => "riscv64",
            Self::Arm => "arm",
            Self::Wasm32 => "wasm32",
        }
    }
}

impl Os {
    /// As `toolchain.toml` and `@if` write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Macos => "macos",
            Self::Windows => "windows",
            Self::Wasi => "wasi",
        }
    }
}

impl Endian {
    /// As `@if` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Little => "little",
            Self::Big => "big",
        }
    }
}
