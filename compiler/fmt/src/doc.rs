//! Documents: what a layout may look like, as data.
//!
//! Takes pieces of text and the places where a line may end, gives [`Docs`], an arena of them, with what the printer
//! asks of each precomputed. Follows Wadler's "A prettier printer": a group is on one line if it fits. Knows nothing
//! of the language.

use std::borrow::Cow;

use crate::comments::CommentId;

/// A document of one arena.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct DocId(u32);

#[derive(Debug)]
pub(crate) enum Doc<'t> {
    Empty,
    /// As it is. Line breaks in it, as literals have them, are no places to choose.
    Text(Cow<'t, str>),
    /// A space, unless the line ends here.
    Space,
    /// A line break in a broken group; in one on one line `flat`.
    Line {
        flat: Flat,
        /// Whether a broken line is followed by an empty one.
        blank: bool,
    },
    /// A line break in any case.
    HardLine {
        blank: bool,
    },
    /// Breaks the group that it stands in.
    ForceBreak,
    /// An empty line, where the next line break comes.
    BlankLine,
    Concat(Box<[DocId]>),
    /// Four columns further to the right after each line break.
    Indent(DocId),
    /// On one line if it fits and nothing in it must break; else its lines break, those of inner groups not.
    Group(DocId),
    /// A group that breaks only if what stands before it cannot.
    LastResort(DocId),
    /// A group whose lines break.
    Broken(DocId),
    /// `flat` on one line if it fits; else `hugged`, whose broken groups are all that breaks, if the line up to the
    /// first of them fits; else `open`. All three hold the same text.
    Alternatives {
        flat: DocId,
        hugged: Option<DocId>,
        open: DocId,
    },
    /// Contents and, between them, separators, each of which breaks only if what follows does not fit.
    Fill(Box<[DocId]>),
    /// A value after `=` or `=>`: on the same line if it fits; else on the next, indented, if it fits there.
    Value {
        value: DocId,
        may_move: bool,
    },
    /// A comment on a line of its own.
    OwnLine(CommentId),
    /// A comment at the end of a line.
    Trailing(CommentId),
    /// A comment before a token of the same line.
    Inline(CommentId),
}

/// What a line break is in a group on one line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flat {
    Space,
    Nothing,
}

/// What is known of a document without laying it out.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Facts {
    /// A line break is in it whatever the width.
    pub(crate) is_hard: bool,
    /// The same, outside of its inner groups.
    pub(crate) is_own_hard: bool,
    /// It ends with a line comment: a line break must follow.
    pub(crate) is_pending: bool,
    /// Text is in it.
    pub(crate) has_text: bool,
    /// A line may end in it.
    pub(crate) can_break: bool,
}

#[derive(Debug)]
pub(crate) struct Docs<'t> {
    docs: Vec<Doc<'t>>,
    facts: Vec<Facts>,
}

impl<'t> Docs<'t> {
    pub(crate) const EMPTY: DocId = DocId(0);
    pub(crate) const SPACE: DocId = DocId(1);
    pub(crate) const LINE: DocId = DocId(2);
    pub(crate) const SOFT_LINE: DocId = DocId(3);
    pub(crate) const HARD_LINE: DocId = DocId(4);
    pub(crate) const FORCE_BREAK: DocId = DocId(5);
    pub(crate) const BLANK_LINE: DocId = DocId(6);

    pub(crate) fn new() -> Self {
        let mut docs = Self {
            docs: Vec::new(),
            facts: Vec::new(),
        };
        let breaks = Facts {
            can_break: true,
            ..Facts::default()
        };
        let hard = Facts {
            is_hard: true,
            is_own_hard: true,
            ..breaks
        };
        let line = |flat| Doc::Line { flat, blank: false };
        docs.add(Doc::Empty, Facts::default());
        docs.add(Doc::Space, Facts::default());
        docs.add(line(Flat::Space), breaks);
        docs.add(line(Flat::Nothing), breaks);
        docs.add(Doc::HardLine { blank: false }, hard);
        docs.add(Doc::ForceBreak, hard);
        docs.add(Doc::BlankLine, Facts::default());
        docs
    }

    fn add(&mut self, doc: Doc<'t>, facts: Facts) -> DocId {
        let id = DocId(u32::try_from(self.docs.len()).expect("a document is smaller than its source times a constant"));
        self.docs.push(doc);
        self.facts.push(facts);
        id
    }

    pub(crate) fn get(&self, id: DocId) -> &Doc<'t> {
        &self.docs[id.0 as usize]
    }

    pub(crate) fn facts(&self, id: DocId) -> Facts {
        self.facts[id.0 as usize]
    }

    pub(crate) fn text(&mut self, text: impl Into<Cow<'t, str>>) -> DocId {
        let facts = Facts {
            has_text: true,
            ..Facts::default()
        };
        self.add(Doc::Text(text.into()), facts)
    }

    /// A line break between the elements of a list, which an empty line follows if `blank`.
    pub(crate) fn separator(&mut self, flat: Flat, blank: bool) -> DocId {
        match (flat, blank) {
            (Flat::Space, false) => Self::LINE,
            (Flat::Nothing, false) => Self::SOFT_LINE,
            (_, true) => {
                let facts = self.facts(Self::LINE);
                self.add(Doc::Line { flat, blank }, facts)
            }
        }
    }

    pub(crate) fn hard_line(&mut self, blank: bool) -> DocId {
        if !blank {
            return Self::HARD_LINE;
        }
        let facts = self.facts(Self::HARD_LINE);
        self.add(Doc::HardLine { blank }, facts)
    }

    pub(crate) fn concat(&mut self, parts: Vec<DocId>) -> DocId {
        if let [only] = parts[..] {
            return only;
        }
        let facts = self.facts_of_all(&parts);
        self.add(Doc::Concat(parts.into()), facts)
    }

    fn facts_of_all(&self, parts: &[DocId]) -> Facts {
        let mut all = Facts::default();
        for part in parts {
            let facts = self.facts(*part);
            // What follows a line comment is on the next line.
            let breaks_here = all.is_pending && facts.has_text;
            all.is_hard |= facts.is_hard || breaks_here;
            all.is_own_hard |= facts.is_own_hard || breaks_here;
            all.is_pending = facts.is_pending || (all.is_pending && !facts.has_text);
            all.has_text |= facts.has_text;
            all.can_break |= facts.can_break;
        }
        all
    }

    pub(crate) fn indent(&mut self, inner: DocId) -> DocId {
        let facts = self.facts(inner);
        self.add(Doc::Indent(inner), facts)
    }

    pub(crate) fn group(&mut self, inner: DocId) -> DocId {
        let facts = Facts {
            is_own_hard: false,
            ..self.facts(inner)
        };
        self.add(Doc::Group(inner), facts)
    }

    pub(crate) fn last_resort(&mut self, inner: DocId) -> DocId {
        let facts = Facts {
            is_own_hard: false,
            ..self.facts(inner)
        };
        self.add(Doc::LastResort(inner), facts)
    }

    fn broken(&mut self, inner: DocId) -> DocId {
        let facts = Facts {
            is_hard: true,
            is_own_hard: false,
            ..self.facts(inner)
        };
        self.add(Doc::Broken(inner), facts)
    }

    pub(crate) fn alternatives(&mut self, flat: DocId, hugged: Option<DocId>, open: DocId) -> DocId {
        let facts = Facts {
            is_own_hard: false,
            can_break: true,
            ..self.facts(flat)
        };
        self.add(Doc::Alternatives { flat, hugged, open }, facts)
    }

    /// `parts` are contents and separators in turn.
    pub(crate) fn fill(&mut self, parts: Vec<DocId>) -> DocId {
        let facts = self.facts_of_all(&parts);
        self.add(Doc::Fill(parts.into()), facts)
    }

    pub(crate) fn value(&mut self, value: DocId, may_move: bool) -> DocId {
        let facts = Facts {
            can_break: true,
            ..self.facts(value)
        };
        self.add(Doc::Value { value, may_move }, facts)
    }

    pub(crate) fn own_line(&mut self, comment: CommentId) -> DocId {
        let facts = Facts {
            is_hard: true,
            is_own_hard: true,
            is_pending: true,
            has_text: true,
            can_break: true,
        };
        self.add(Doc::OwnLine(comment), facts)
    }

    pub(crate) fn trailing(&mut self, comment: CommentId, is_line: bool) -> DocId {
        let facts = Facts {
            is_pending: is_line,
            // What is pending already may be followed by one more comment without a break between.
            has_text: false,
            ..Facts::default()
        };
        self.add(Doc::Trailing(comment), facts)
    }

    pub(crate) fn inline(&mut self, comment: CommentId) -> DocId {
        let facts = Facts {
            has_text: true,
            ..Facts::default()
        };
        self.add(Doc::Inline(comment), facts)
    }

    /// `id` with the group that it ends in broken; none if it ends in no group.
    pub(crate) fn with_last_group_broken(&mut self, id: DocId) -> Option<DocId> {
        match self.get(id) {
            Doc::Group(inner) | Doc::LastResort(inner) => {
                let inner = *inner;
                Some(self.broken(inner))
            }
            Doc::Broken(_) => Some(id),
            Doc::Alternatives { hugged, .. } => *hugged,
            Doc::Concat(parts) => {
                let mut parts = parts.to_vec();
                let last = parts.iter().rposition(|part| self.facts(*part).has_text)?;
                parts[last] = self.with_last_group_broken(parts[last])?;
                Some(self.concat(parts))
            }
            Doc::Empty
            | Doc::Text(_)
            | Doc::Space
            | Doc::Line { .. }
            | Doc::HardLine { .. }
            | Doc::ForceBreak
            | Doc::BlankLine
            | Doc::Indent(_)
            | Doc::Fill(_)
            | Doc::Value { .. }
            | Doc::OwnLine(_)
            | Doc::Trailing(_)
            | Doc::Inline(_) => None,
        }
    }
}
