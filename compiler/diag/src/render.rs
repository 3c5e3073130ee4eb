//! Diagnostics as text for a terminal.

use base::SourceMap;

use crate::Diagnostic;

/// Whether to colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Colors {
    Never,
    Always,
}

/// One diagnostic as text that ends in a newline.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, colors: Colors) -> String {
    let _ = (sources, colors);
    format!("error[{}]: {}\n", diagnostic.code, diagnostic.message)
}
