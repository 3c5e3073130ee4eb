//! What `lang-codegen` says of a unit that it could not compile: one line on standard error for each, which the
//! driver reads back. Knows the line's form and nothing of how either side gets there.

/// Why a unit has no object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The unit's name, or the file's where no unit could be read from it.
    pub unit: String,
    pub kind: FailureKind,
    /// Without a final line end; several lines where Clang wrote several.
    pub message: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// A fault of the compiler: the unit breaks a rule of its format, or LLVM refused what was made of it.
    Internal,
    /// Clang refused the C text; the message is Clang's.
    Clang,
    /// A file could not be read or written.
    Io,
    /// The unit is of another version of the compiler.
    Version,
}

/// What each line begins with.
const PREFIX: &str = "lang-codegen\t";

impl FailureKind {
    fn word(self) -> &'static str {
        match self {
            FailureKind::Internal => "internal",
            FailureKind::Clang => "clang",
            FailureKind::Io => "io",
            FailureKind::Version => "version",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        let all = [
            FailureKind::Internal,
            FailureKind::Clang,
            FailureKind::Io,
            FailureKind::Version,
        ];
        all.into_iter().find(|kind| kind.word() == word)
    }
}

impl Failure {
    /// The line, without its end: `lang-codegen`, kind, unit and message, with tabs between them.
    pub fn to_line(&self) -> String {
        format!(
            "{PREFIX}{}\t{}\t{}",
            self.kind.word(),
            escape(&self.unit),
            escape(&self.message)
        )
    }

    /// Reads a line that [`Failure::to_line`] wrote; `None` for anything else.
    pub fn from_line(line: &str) -> Option<Self> {
        let mut fields = line.strip_prefix(PREFIX)?.split('\t');
        let (kind, unit, message) = (fields.next()?, fields.next()?, fields.next()?);
        if fields.next().is_some() {
            return None;
        }
        Some(Self {
            unit: unescape(unit)?,
            kind: FailureKind::from_word(kind)?,
            message: unescape(message)?,
        })
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
        .replace('\t', "\\t")
}

fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                _ => return None,
            },
            other => other,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{Failure, FailureKind};

    #[test]
    fn a_failure_is_read_back_from_its_line() {
        let failure = Failure {
            unit: "a\tb\\".to_string(),
            kind: FailureKind::Clang,
            message: "x.c:1:1: error\n\tint \\n;\r\n^".to_string(),
        };
        let line = failure.to_line();
        assert!(!line.contains('\n'));
        assert_eq!(Failure::from_line(&line), Some(failure));
    }

    #[test]
    fn other_lines_are_not_failures() {
        for line in [
            "",
            "warning",
            "lang-codegen\tinternal\ta",
            "lang-codegen\todd\ta\tb",
            "lang-codegen\tio\ta\t\\q",
        ] {
            assert_eq!(Failure::from_line(line), None);
        }
    }
}
