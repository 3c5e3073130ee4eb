//! Global variables, and the constants that only the compiler writes: places in the source, the table of tests.

use base::Span;
use check::StaticRef;
use unit::{Global, GlobalId, GlobalInit, Linkage, Relocation, RelocationTarget};

use crate::floats::int_bytes;
use crate::instance::Home;
use crate::pool::{Pool, PoolGlobal};

impl Pool<'_> {
    /// A variable of Lang source, of an `extern` block or of a header.
    pub(crate) fn static_global(&mut self, global: StaticRef) -> GlobalId {
        let signatures = self.input.signatures;
        let decl = &signatures.statics[&global];
        let symbol = match &decl.symbol {
            Some(symbol) => symbol.clone(),
            None => self.names.static_symbol(global),
        };
        let known = self.known_globals().get(&symbol).copied();
        // One that is exported may have been declared by an `extern` block or a header before.
        if let Some(known) = known
            && (decl.value.is_none() || self.globals[known].home.is_some())
        {
            return known;
        }
        let layout = self.layout(decl.ty);
        let declared = PoolGlobal {
            global: Global {
                symbol: symbol.clone(),
                size: layout.size,
                align: layout.align,
                linkage: Linkage::Import,
                constant: false,
                thread_local: decl.thread_local,
                init: None,
            },
            home: None,
        };
        let id = match known {
            Some(known) => {
                self.globals[known] = declared;
                known
            }
            None => self.globals.push(declared),
        };
        self.known_globals().insert(symbol, id);
        match (global, &decl.value) {
            (StaticRef::Lang(def), Some(value)) => {
                // The id is known by now: a variable may hold its own address.
                self.globals[id].home = Some(Home(def.module));
                let init = self.const_init(value, decl.ty);
                let defined = &mut self.globals[id];
                defined.global.linkage = match decl.is_export {
                    true => Linkage::Export,
                    false => Linkage::Program,
                };
                defined.global.constant = !decl.is_var && !signatures.has_cell(decl.ty);
                defined.global.init = Some(init);
            }
            (StaticRef::Lang(def), None) => self.link_libraries_of(def),
            (StaticRef::C(_), _) => {}
        }
        id
    }

    /// The runtime's `struct lang_location` of a place in the source.
    pub(crate) fn location(&mut self, span: Span) -> GlobalId {
        let sources = self.input.sources;
        let file = sources.file(span.file).path.to_string_lossy().into_owned();
        let place = sources.line_column(span.file, span.start);
        let text = self.text_data(&file);
        let mut record = self.record_of_words(&[Word::Address(text), Word::Size(file.len() as u64)]);
        let endian = self.input.target.endian;
        record.bytes.extend(int_bytes(u128::from(place.line), 4, endian));
        record.bytes.extend(int_bytes(u128::from(place.column), 4, endian));
        let align = self.input.target.pointer_bytes();
        self.const_global(record, align)
    }

    /// A constant of pointers and sizes, one after another.
    pub(crate) fn record_of_words(&mut self, words: &[Word]) -> GlobalInit {
        let target = self.input.target;
        let width = target.pointer_bytes();
        let mut init = GlobalInit {
            bytes: Vec::new(),
            relocations: Vec::new(),
        };
        for word in words {
            let offset = init.bytes.len() as u64;
            let mut value = 0;
            let mut relocate = |target| {
                init.relocations.push(Relocation {
                    offset,
                    target,
                    addend: 0,
                });
            };
            match word {
                Word::Address(global) => relocate(RelocationTarget::Global(*global)),
                Word::Function(function) => relocate(RelocationTarget::Function(*function)),
                Word::Size(size) => value = u128::from(*size),
            }
            init.bytes.extend(int_bytes(value, width as usize, target.endian));
        }
        init
    }

    /// A constant of words alone.
    pub(crate) fn words(&mut self, words: &[Word]) -> GlobalId {
        let init = self.record_of_words(words);
        let align = self.input.target.pointer_bytes();
        self.const_global(init, align)
    }
}

/// A part of a constant, as wide as a pointer.
pub(crate) enum Word {
    Address(GlobalId),
    Function(unit::FunctionId),
    Size(u64),
}
