//! `lang explain`: the page of a code, or the list of all codes.

use diag::{all_codes, code_by_id};

/// The text to print, or a message for a code that does not exist.
pub(crate) fn explain(code: Option<&str>) -> Result<String, String> {
    let Some(id) = code else {
        let list: String = all_codes()
            .map(|code| format!("{}  {}\n", code.id, code.title))
            .collect();
        return Ok(list);
    };
    // `0301` and `e0301` are what people type.
    let id = if id.starts_with(|c: char| c.is_ascii_digit()) {
        format!("E{id}")
    } else {
        id.to_owned()
    };
    match code_by_id(&id) {
        Some(code) => Ok(code.page.to_owned()),
        None => Err(format!("no diagnostic has the code `{id}`: `lang explain` lists them")),
    }
}
