//! Bodies that are lowered when they are looked at first.
//!
//! Takes what lowering an outline (`syntax::parse_outline`) has left of a file: its text, and where each function
//! stands whose body was skipped. Gives these bodies, with the types and bodies inside of them, as if they had been
//! lowered with the file: what comes of one depends on the file alone, whenever and on whatever thread that is. Ids of
//! what is in such a body are made from its place, so that nothing need be known of it before. Knows no other file.

use std::sync::{Arc, OnceLock};

use base::{FxHashSet, Id, IndexVec, Span, Symbol};
use diag::Diagnostics;

use crate::lower::lower_deferred;
use crate::{Body, BodyId, Conditions, FileHir, TypeRef, TypeRefId};

/// Ids from here on are of what stands in deferred bodies.
const FIRST: u32 = 1 << 31;

/// A function has fewer types, and fewer bodies, than this for each byte.
const IDS_PER_BYTE: u32 = 4;

/// The names that are constants where a pattern stands: those of the file's top first, then those of the inline modules
/// around.
pub(crate) type PatternConstants = Arc<Vec<FxHashSet<Symbol>>>;

/// The deferred bodies of one file, in order.
#[derive(Clone, Default, Debug)]
pub(crate) struct DeferredBodies {
    source: Option<DeferredSource>,
    fns: Vec<DeferredFn>,
}

/// What all of them are lowered from.
#[derive(Clone, Debug)]
pub(crate) struct DeferredSource {
    pub(crate) text: Arc<str>,
    pub(crate) conditions: Conditions,
}

/// A function whose body is deferred.
#[derive(Clone, Debug)]
struct DeferredFn {
    /// Of the whole item.
    span: Span,
    constants: PatternConstants,
    lowered: OnceLock<Box<LoweredBody>>,
}

/// What comes of a deferred body.
#[derive(Clone, Debug)]
pub(crate) struct LoweredBody {
    /// The function's own first, then those in it: their ids are counted from [`first_id`].
    pub(crate) bodies: IndexVec<BodyId, Body>,
    /// Their ids too.
    pub(crate) types: IndexVec<TypeRefId, TypeRef>,
    /// What the parser and lowering say of it.
    pub(crate) diagnostics: Diagnostics,
}

/// The first id of what stands in the body of the function at `span`, and that of the body itself.
pub(crate) fn first_id(span: Span) -> u32 {
    let offset = span.start.checked_mul(IDS_PER_BYTE);
    let id = offset.and_then(|offset| FIRST.checked_add(offset));
    id.expect("a source file has at most 256 MiB")
}

impl DeferredBodies {
    /// Adds the body of the function at `span`, which stands after those that were added before.
    pub(crate) fn add(
        &mut self,
        source: impl FnOnce() -> DeferredSource,
        span: Span,
        constants: PatternConstants,
    ) -> BodyId {
        debug_assert!(self.fns.last().is_none_or(|last| last.span.start < span.start));
        self.source.get_or_insert_with(source);
        self.fns.push(DeferredFn {
            span,
            constants,
            lowered: OnceLock::new(),
        });
        BodyId(first_id(span))
    }

    /// What comes of the body that has what `id` names in it, and the place of that there.
    fn around(&self, id: u32) -> (&LoweredBody, usize) {
        let after = self.fns.partition_point(|function| first_id(function.span) <= id);
        let function = &self.fns[after.checked_sub(1).expect("a deferred body has the id")];
        (self.lowered(function), (id - first_id(function.span)) as usize)
    }

    fn lowered<'d>(&'d self, function: &'d DeferredFn) -> &'d LoweredBody {
        function.lowered.get_or_init(|| {
            let source = self.source.as_ref().expect("who has functions has their source");
            let lowered = lower_deferred(source, function.span, Arc::clone(&function.constants));
            let n_ids = lowered.bodies.len().max(lowered.types.len());
            let n_bytes = function.span.end - function.span.start;
            assert!(n_ids as u64 <= u64::from(n_bytes) * u64::from(IDS_PER_BYTE));
            Box::new(lowered)
        })
    }
}

impl FileHir {
    /// A body of this file.
    pub fn body(&self, id: BodyId) -> &Body {
        if id.0 >= FIRST {
            let (lowered, index) = self.deferred.around(id.0);
            return &lowered.bodies[BodyId::from_index(index)];
        }
        &self.bodies[id]
    }

    /// A type of this file.
    pub fn type_ref(&self, id: TypeRefId) -> &TypeRef {
        if id.0 >= FIRST {
            let (lowered, index) = self.deferred.around(id.0);
            return &lowered.types[TypeRefId::from_index(index)];
        }
        &self.types[id]
    }

    /// What is wrong with a body that was not lowered with the file. Whoever checks it reports that; of all others,
    /// lowering the file has.
    pub fn late_diagnostics(&self, id: BodyId) -> Option<&Diagnostics> {
        (id.0 >= FIRST).then(|| &self.deferred.around(id.0).0.diagnostics)
    }
}
