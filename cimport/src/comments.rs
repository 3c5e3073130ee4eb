//! C comments as documentation text.
//!
//! Takes a comment as it stands in a header, markers and all. Gives its text without them.

/// The text of a comment or of several in a row, lines kept, common indentation gone; absent when there is none.
pub(crate) fn clean(comment: &str) -> Option<String> {
    let block = comment.trim_start().starts_with("/*");
    let inner = match block {
        true => comment.trim().trim_start_matches('/').trim_end_matches('/'),
        false => comment.trim(),
    };
    let lines: Vec<&str> = inner
        .lines()
        .map(|line| if block { block_line(line) } else { line_line(line) })
        .collect();
    let is_blank = |line: &&str| line.trim().is_empty();
    let first = lines.iter().position(|line| !is_blank(line))?;
    let last = lines.iter().rposition(|line| !is_blank(line))?;
    let lines = &lines[first..=last];
    let indent = lines
        .iter()
        .filter(|line| !is_blank(line))
        .map(|line| line.len() - line.trim_start().len())
        .min()?;
    let cut = |line: &&str| line.get(indent..).unwrap_or("").trim_end().to_owned();
    Some(lines.iter().map(cut).collect::<Vec<_>>().join("\n"))
}

/// A line of `/* … */` without the stars that frame it; `/**<` and `/*!` are framed too.
fn block_line(line: &str) -> &str {
    let trimmed = line.trim();
    match trimmed.starts_with('*') {
        true => trimmed
            .trim_start_matches('*')
            .trim_start_matches('!')
            .trim_start_matches('<')
            .trim_end_matches('*'),
        false => line.trim_end().trim_end_matches('*'),
    }
}

/// A line of `//` comments.
fn line_line(line: &str) -> &str {
    line.trim()
        .trim_start_matches('/')
        .trim_start_matches('!')
        .trim_start_matches('<')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn frames_go_and_lines_stay() {
        assert_eq!(clean("/** One. */").as_deref(), Some("One."));
        assert_eq!(
            clean("/*\n** CAPI3REF: Two\n**\n** Text.\n*/").as_deref(),
            Some("CAPI3REF: Two\n\nText.")
        );
        assert_eq!(clean("/**\n * a\n *   b\n */").as_deref(), Some("a\n  b"));
        assert_eq!(clean("/* a\n   b */").as_deref(), Some("a\n  b"));
        assert_eq!(clean("/// x\n/// y").as_deref(), Some("x\ny"));
        assert_eq!(clean("//!< after").as_deref(), Some("after"));
        assert_eq!(clean("/**/"), None);
        assert_eq!(clean("/*************/"), None);
        assert_eq!(clean(""), None);
    }
}
