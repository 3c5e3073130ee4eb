//! C comments as documentation text.
//!
//! Takes a comment as it stands in a header, markers and all. Gives its text without them.

/// The text of a comment or of several in a row, lines kept, common indentation gone; absent when there is none.
pub(crate) fn clean(comments: &str) -> Option<String> {
    let mut texts = Vec::new();
    let mut rest = comments.trim();
    while !rest.is_empty() {
        let end = match rest.starts_with("/*") {
            true => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
            false => rest.find('\n').unwrap_or(rest.len()),
        };
        texts.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    let cleaned: Vec<String> = texts
        .chunk_by(|one, next| !one.starts_with("/*") && !next.starts_with("/*"))
        .filter_map(|chunk| match chunk {
            [block] if block.starts_with("/*") => {
                let inner = block.trim_start_matches('/').trim_end_matches('/');
                unindented(inner.lines().map(block_line).collect(), 1)
            }
            lines => unindented(lines.iter().map(|line| line_line(line)).collect(), 0),
        })
        .collect();
    (!cleaned.is_empty()).then(|| cleaned.join("\n"))
}

/// The lines from the first that is not blank to the last, without the indentation that those after the first
/// `n_opening` share. What stands beside the opening of a comment is not indented.
fn unindented(lines: Vec<&str>, n_opening: usize) -> Option<String> {
    let is_blank = |line: &&str| line.trim().is_empty();
    let first = lines.iter().position(|line| !is_blank(line))?;
    let last = lines.iter().rposition(|line| !is_blank(line))?;
    let framed = lines.iter().skip(n_opening).filter(|line| !is_blank(line));
    let indent = framed
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let line = |(index, line): (usize, &&str)| match index < n_opening {
        true => line.trim().to_owned(),
        false => line.get(indent..).unwrap_or("").trim_end().to_owned(),
    };
    let lines: Vec<String> = lines.iter().enumerate().map(line).collect();
    Some(lines[first..=last].join("\n"))
}

/// The documentation behind a declaration on its line, which Clang takes for that of variables and members alone:
/// `int f(void); ///< Text.`
pub(crate) fn behind(after: &str) -> Option<String> {
    let rest = after.trim_start_matches([' ', '\t', ';']);
    if rest.starts_with("///<") || rest.starts_with("//!<") {
        return clean(rest.lines().next()?);
    }
    if rest.starts_with("/**<") || rest.starts_with("/*!<") {
        return clean(&rest[..rest.find("*/")? + 2]);
    }
    None
}

/// The comment of a macro, cleaned: the one behind its body, or the documentation right above its line. `before` ends
/// at the macro's name, `after` begins where its body ends.
pub(crate) fn of_macro(before: &str, after: &str) -> Option<String> {
    let rest = after.trim_start_matches([' ', '\t']);
    if rest.starts_with("//") {
        return clean(rest.lines().next()?);
    }
    if rest.starts_with("/*") {
        return clean(&rest[..rest.find("*/")? + 2]);
    }
    let above = before.get(..before.rfind('\n')?)?.trim_end_matches('\r');
    if above.ends_with("*/") {
        let start = above.rfind("/*")?;
        let comment = &above[start..];
        let is_alone = above[..start]
            .lines()
            .next_back()
            .is_none_or(|line| line.trim().is_empty());
        let is_doc = comment.starts_with("/**") || comment.starts_with("/*!");
        let is_trailing = comment.starts_with("/**<") || comment.starts_with("/*!<");
        return clean(comment).filter(|_| is_doc && !is_trailing && (is_alone || above[..start].ends_with('\n')));
    }
    let is_doc = |line: &&str| {
        let line = line.trim_start();
        (line.starts_with("///") || line.starts_with("//!")) && line.chars().nth(3) != Some('<')
    };
    let mut lines: Vec<&str> = above.lines().rev().take_while(is_doc).collect();
    lines.reverse();
    clean(&lines.join("\n"))
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
    use super::{clean, of_macro};

    #[test]
    fn a_macro_has_the_comment_behind_it_or_the_documentation_above() {
        let doc = |before: &str, after: &str| of_macro(before, after);
        assert_eq!(doc("#define ", " /* ok */\n").as_deref(), Some("ok"));
        assert_eq!(
            doc("/** above */\n#define ", " /**< behind */\n").as_deref(),
            Some("behind")
        );
        assert_eq!(doc("\n/** a\n *  b */\n#define ", "\n").as_deref(), Some("a\nb"));
        assert_eq!(doc("/// a\n/// b\n#define ", " // c\n").as_deref(), Some("c"));
        assert_eq!(doc("/// a\n/// b\n#define ", "\n").as_deref(), Some("a\nb"));
        assert_eq!(doc("/* a section */\n#define ", "\n"), None);
        assert_eq!(doc("int x; /** of x */\n#define ", "\n"), None);
        assert_eq!(doc("/** of x */\n\n#define ", "\n"), None);
        assert_eq!(doc("#define ", " /* never ends"), None);
        assert_eq!(doc("", ""), None);
    }

    #[test]
    fn frames_go_and_lines_stay() {
        assert_eq!(clean("/** One. */").as_deref(), Some("One."));
        assert_eq!(
            clean("/*\n** CAPI3REF: Two\n**\n** Text.\n*/").as_deref(),
            Some("CAPI3REF: Two\n\nText.")
        );
        assert_eq!(clean("/**\n * a\n *   b\n */").as_deref(), Some("a\n  b"));
        assert_eq!(clean("/* a\n   b */").as_deref(), Some("a\nb"));
        assert_eq!(clean("/// x\n/// y").as_deref(), Some("x\ny"));
        assert_eq!(clean("//! a\n/*! b */").as_deref(), Some("a\nb"));
        assert_eq!(clean("/** a\n *  b\n *   c */").as_deref(), Some("a\nb\n c"));
        assert_eq!(clean("//!< after").as_deref(), Some("after"));
        assert_eq!(clean("/**/"), None);
        assert_eq!(clean("/*************/"), None);
        assert_eq!(clean(""), None);
    }
}
