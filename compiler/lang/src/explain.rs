//! `lang explain`: the page of a code, or the list of all codes.

use std::process::ExitCode;

use diag::{all_codes, code_by_id};

use crate::output;

/// Prints the page of `code`, or the list.
pub(crate) fn explain(code: Option<&str>) -> ExitCode {
    let text = match code {
        None => all_codes()
            .map(|code| format!("{}  {}\n", code.id, code.title))
            .collect(),
        Some(id) => {
            // `0301` and `e0301` are what people type.
            let id = if id.starts_with(|c: char| c.is_ascii_digit()) {
                format!("E{id}")
            } else {
                id.to_owned()
            };
            match code_by_id(&id) {
                Some(code) => code.page.to_owned(),
                None => return output::fail(&format!("no diagnostic has the code `{id}`: `lang explain` lists them")),
            }
        }
    };
    output::print_or_fail(text.as_bytes())
}
