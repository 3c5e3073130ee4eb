//! Programs that AddressSanitizer watches: which of the tests' are run so, and what it says.
//!
//! `make test` has it watch some programs, `SANITIZE_SOAK=1` all that are accepted. A report is reduced to what is the
//! same in each run and on each machine: what is wrong, what was done there, and the places in one file of what the
//! report traces. Addresses, processes, the library's frames and the runtime's are left out.

/// What programs are built with to be watched.
pub const SANITIZE: [&str; 2] = ["--sanitize", "address"];

/// Which programs are watched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Watched {
    /// This machine has no runtime for it.
    None,
    /// Enough of them to see that it works.
    Some,
    All,
}

impl Watched {
    pub fn of_environment() -> Self {
        let host = target::Table::embedded().host();
        if host.is_none_or(|host| host.link.address_sanitizer.is_none()) {
            return Self::None;
        }
        match std::env::var_os("SANITIZE_SOAK") {
            Some(_) => Self::All,
            None => Self::Some,
        }
    }
}

/// The lines of a report that are the same each time; empty where there is none. Of the frames, those in `file`.
pub fn reduced_report(stderr: &str, file: &str) -> String {
    let mut lines = Vec::new();
    for line in stderr.lines().map(str::trim) {
        if let Some((_, error)) = line.split_once("ERROR: ") {
            // `AddressSanitizer: heap-use-after-free on address 0x7b96ccfe0010 at pc …`
            let what = error.split(" on ").next().unwrap_or(error);
            lines.push(
                what.split(": detected")
                    .next()
                    .unwrap_or(what)
                    .trim_end_matches(':')
                    .to_owned(),
            );
        } else if lines.is_empty() {
            continue;
        } else if line.starts_with("READ of size") || line.starts_with("WRITE of size") {
            lines.push(before(line, " at ").to_owned());
        } else if line.starts_with("freed by") {
            lines.push("freed by".to_owned());
        } else if line.starts_with("previously allocated by") {
            lines.push("allocated by".to_owned());
        } else if line.starts_with("Direct leak of") {
            lines.push(before(line, " allocated from").to_owned());
        } else if let Some(variable) = line.strip_prefix('[')
            && let Some((name, marked)) = variable.split_once("' (line ")
            && let Some((_, name)) = name.split_once('\'')
            && marked.contains("<==")
        {
            lines.push(format!("variable `{name}`, line {}", before(marked, ")")));
        } else if let Some(frame) = line.strip_prefix('#')
            && let Some((function, place)) = frame.split_once(" in ").and_then(|(_, rest)| rest.rsplit_once(' '))
            && let Some((name, line)) = place.split_once(':')
            && name.rsplit('/').next() == Some(file)
        {
            lines.push(format!("  {function} {}", before(line, ":")));
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn before<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split(mark).next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_is_kept() {
        let stderr = "\
=================================================================
==13196==ERROR: AddressSanitizer: stack-use-after-scope on address 0x7b6bbd0f0020 at pc 0x56497a069182
READ of size 4 at 0x7b6bbd0f0020 thread T0
    #0 0x56497a069181 in lang.main a.lang:7:16
    #1 0x56497a06921c in lang_main a.lang
    #2 0x7f6bbf374249 in __libc_start_call_main csu/../sysdeps/nptl/libc_start_call_main.h:58:16

  This frame has 2 object(s):
    [32, 36) 'x' (line 4) <== Memory access at offset 32 is inside this variable
    [48, 52) 'y' (line 5)
";
        let kept = "AddressSanitizer: stack-use-after-scope\nREAD of size 4\n  lang.main 7\nvariable `x`, line 4\n";
        assert_eq!(reduced_report(stderr, "a.lang"), kept);
        assert_eq!(reduced_report("panic at a.lang:3:51: it is so\n", "a.lang"), "");
    }
}
