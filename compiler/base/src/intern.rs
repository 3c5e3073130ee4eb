//! Interned names.

use std::cmp::Ordering;
use std::fmt;
use std::sync::{LazyLock, OnceLock, RwLock};

use rustc_hash::FxHashMap;

/// An interned string. Equality and hashing cost one word; order is the order of the text, so that nothing
/// sorts by the number, which depends on the order in which threads interned.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

/// The number of each text.
static IDS: LazyLock<RwLock<FxHashMap<&'static str, u32>>> = LazyLock::new(RwLock::default);

/// The texts by number, without a lock: chunk `n` has `FIRST_CHUNK << n` of them, and is made when its first one is.
static TEXTS: [OnceLock<Box<[OnceLock<&'static str>]>>; 27] = [const { OnceLock::new() }; 27];

const FIRST_CHUNK: u32 = 64;

/// The chunk of a number, its length, and the place in it.
fn place_of(id: u32) -> (usize, usize, usize) {
    let (number, first) = (u64::from(id) + u64::from(FIRST_CHUNK), FIRST_CHUNK.ilog2());
    let chunk = number.ilog2() - first;
    let len = u64::from(FIRST_CHUNK) << chunk;
    (chunk as usize, len as usize, (number - len) as usize)
}

/// Interns `text`.
pub fn sym(text: &str) -> Symbol {
    Symbol::new(text)
}

impl Symbol {
    pub fn new(text: &str) -> Self {
        if let Some(&id) = IDS.read().expect("the interner never panics").get(text) {
            return Self(id);
        }
        let mut ids = IDS.write().expect("the interner never panics");
        if let Some(&id) = ids.get(text) {
            return Self(id);
        }
        let id = u32::try_from(ids.len()).expect("fewer than u32::MAX names");
        let text: &'static str = Box::leak(text.into());
        let (chunk, len, place) = place_of(id);
        let texts = TEXTS[chunk].get_or_init(|| (0..len).map(|_| OnceLock::new()).collect());
        texts[place].get_or_init(|| text);
        ids.insert(text, id);
        Self(id)
    }

    pub fn as_str(self) -> &'static str {
        let (chunk, _, place) = place_of(self.0);
        let texts = TEXTS[chunk].get().expect("a symbol has its text");
        texts[place].get().expect("a symbol has its text")
    }
}

impl Ord for Symbol {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other {
            Ordering::Equal
        } else {
            self.as_str().cmp(other.as_str())
        }
    }
}

impl PartialOrd for Symbol {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq<str> for Symbol {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Symbol {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl serde::Serialize for Symbol {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Symbol {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Ok(Self::new(&text))
    }
}
