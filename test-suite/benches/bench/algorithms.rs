//! Programs that are there in both languages: the same algorithms in Lang, and in C by `clang -O3`.
//!
//! Each is built without and with checks of overflow, and run in turn with the one in C; all three must print the same.
//! What is measured is the CPU of whole runs, the median of five.

use std::path::Path;
use std::process::Command;

use crate::{Bench, BenchError, Result, cpu_ms, finish, median, row};

const ROUNDS: usize = 5;

/// Code of the program's own on both sides.
const ALGORITHMS: [&str; 6] = [
    "nbody",
    "spectral_norm",
    "fannkuch",
    "mandelbrot",
    "binary_trees",
    "hash_map",
];

/// A program that spends its time in Lang's library, and one in C that does the same with what C has for it.
struct LibraryWork {
    /// What the table calls it.
    name: &'static str,
    /// The sources are `PROGRAM.lang` and `PROGRAM.c`.
    program: &'static str,
    /// What both programs are run with; those in C may not care.
    args: &'static [&'static str],
    /// The package of pkg-config's that the one in C is built with.
    package: Option<&'static str>,
}

const LIBRARY: [LibraryWork; 10] = [
    LibraryWork {
        name: "HashMap of integers, C: GHashTable",
        program: "map_of_integers",
        args: &[],
        package: Some("glib-2.0"),
    },
    LibraryWork {
        name: "HashMap of strings, C: GHashTable",
        program: "map_of_strings",
        args: &[],
        package: Some("glib-2.0"),
    },
    LibraryWork {
        name: "stable sort of integers, C: qsort",
        program: "sort_integers",
        args: &["stable"],
        package: None,
    },
    LibraryWork {
        name: "unstable sort of integers, C: qsort",
        program: "sort_integers",
        args: &["unstable"],
        package: None,
    },
    LibraryWork {
        name: "stable sort of records, C: qsort",
        program: "sort_records",
        args: &["stable"],
        package: None,
    },
    LibraryWork {
        name: "unstable sort of records, C: qsort",
        program: "sort_records",
        args: &["unstable"],
        package: None,
    },
    LibraryWork {
        name: "appending to a string",
        program: "string_append",
        args: &[],
        package: None,
    },
    LibraryWork {
        name: "formatting into a string, C: vsnprintf",
        program: "string_format",
        args: &[],
        package: None,
    },
    LibraryWork {
        name: "joining strings",
        program: "string_join",
        args: &[],
        package: None,
    },
    LibraryWork {
        name: "JSON parse",
        program: "json_parse",
        args: &[],
        package: None,
    },
];

/// CPU in milliseconds.
struct Times {
    /// Without checks of overflow.
    fast: f64,
    /// With them.
    safe: f64,
    c: f64,
}

impl Bench {
    pub(crate) fn algorithms(&self) -> Result<()> {
        let (mut fast_product, mut safe_product) = (1.0, 1.0);
        for name in ALGORITHMS {
            let times = self.times_of(name, &[], &[])?;
            rows(name, &times);
            fast_product *= times.fast / times.c;
            safe_product *= times.safe / times.c;
        }
        let root = |product: f64| product.powf(1.0 / ALGORITHMS.len() as f64);
        row("geometric mean of these", root(fast_product), 1.0, "", 1.0);
        row(
            "geometric mean, with checks of overflow",
            root(safe_product),
            1.0,
            "",
            1.05,
        );
        Ok(())
    }

    pub(crate) fn library_work(&self) -> Result<()> {
        for work in &LIBRARY {
            let flags = match work.package.map(package_flags) {
                None => Vec::new(),
                Some(Ok(flags)) => flags,
                Some(Err(why)) => {
                    println!("CPU of {}: skipped, {why}", work.name);
                    continue;
                }
            };
            rows(work.name, &self.times_of(work.program, work.args, &flags)?);
        }
        Ok(())
    }

    /// Builds the three programs and runs them with `args`. `flags` are for Clang.
    fn times_of(&self, program: &str, args: &[&str], flags: &[String]) -> Result<Times> {
        let [fast, safe, c] = ["fast", "safe", "c"].map(|kind| self.path(&format!("{program}-{kind}")));
        let source = |extension: &str| self.algorithms.join(format!("{program}.{extension}"));
        for (option, executable) in [("--release", &fast), ("--release=safe", &safe)] {
            let mut command = self.lang("build");
            finish(command.arg(option).arg(source("lang")).arg("-o").arg(executable))?;
        }
        let mut clang = self.clang();
        finish(
            clang
                .arg("-O3")
                .arg(source("c"))
                .args(flags)
                .args(["-lm", "-o"])
                .arg(&c),
        )?;
        let command = |executable: &Path| {
            let mut command = Command::new(executable);
            command.args(args);
            command
        };
        let expected = printed_by(&mut command(&c))?;
        for executable in [&fast, &safe] {
            if printed_by(&mut command(executable))? != expected {
                return Err(BenchError::Different(program.to_string()));
            }
        }
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (times, executable) in times.iter_mut().zip([&fast, &safe, &c]) {
                times.push(cpu_ms(&mut || Ok(()), &mut command(executable))?);
            }
        }
        let [fast, safe, c] = times.map(median);
        Ok(Times { fast, safe, c })
    }
}

fn rows(name: &str, times: &Times) {
    row(&format!("CPU of {name}"), times.fast, times.c, " ms", 1.0);
    row(
        &format!("CPU of {name}, with checks of overflow"),
        times.safe,
        times.c,
        " ms",
        1.05,
    );
}

fn printed_by(command: &mut Command) -> Result<Vec<u8>> {
    let output = command
        .output()
        .map_err(|error| BenchError::Start(crate::text_of(command), error))?;
    Ok(output.stdout)
}

/// What pkg-config says that a program with the package is built with, or why there is nothing to build it with.
fn package_flags(package: &str) -> std::result::Result<Vec<String>, String> {
    let output = Command::new("pkg-config")
        .args(["--cflags", "--libs", package])
        .output();
    match output {
        Ok(output) if output.status.success() => {
            let flags = String::from_utf8_lossy(&output.stdout);
            Ok(flags.split_whitespace().map(str::to_string).collect())
        }
        Ok(_) => Err(format!("as pkg-config has no {package}")),
        Err(error) => Err(format!("as pkg-config cannot be started: {error}")),
    }
}
