//! The facts of a build that `@if(…)` may ask for.

use hir::{Conditions, Fact, FactValue};
use target::{Table, Target, TargetValue};
use unit::Optimize;

use crate::package::Profile;

/// What is compiled of the main package.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    Program,
    /// Its tests too.
    Tests,
}

/// The facts of a build for this target.
pub fn conditions(target: &Target, profile: Profile, purpose: Purpose) -> Conditions {
    let table = Table::embedded();
    let of_target = target.facts().into_iter().map(|fact| Fact {
        known: table.texts_of(fact.key),
        key: format!("target.{}", fact.key),
        value: match fact.value {
            TargetValue::Text(text) => FactValue::Text(text),
            TargetValue::Number(number) => FactValue::Number(number.into()),
        },
    });
    let is_debug = profile.optimize == Optimize::None;
    let flags = [
        ("debug", is_debug),
        ("release", !is_debug),
        ("overflow_checks", profile.overflow_checks),
        ("test", purpose == Purpose::Tests),
    ];
    let flags = flags.into_iter().map(|(key, value)| Fact {
        key: key.to_owned(),
        value: FactValue::Flag(value),
        known: Vec::new(),
    });
    Conditions::new(of_target.chain(flags))
}
