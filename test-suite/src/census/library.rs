//! Which libraries are counted: the lines of `libraries.list`.

use std::collections::BTreeSet;
use std::process::Command;

use cmodel::CModuleSpec;

/// A library of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Library {
    pub name: String,
    /// The Debian package with its headers.
    pub package: String,
    /// For pkg-config; absent where the headers need nothing of it.
    pub pkg_config: Option<String>,
    pub defines: Vec<String>,
    pub headers: Vec<String>,
}

/// All of the list, in its order.
pub fn libraries() -> Vec<Library> {
    let lines = include_str!("libraries.list").lines();
    lines
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let columns: Vec<&str> = line.split('|').map(str::trim).collect();
            let [name, package, pkg_config, defines, headers] = columns[..] else {
                panic!("a line of libraries.list has five columns: {line}");
            };
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
            Library {
                name: name.to_owned(),
                package: package.to_owned(),
                pkg_config: (!pkg_config.is_empty()).then(|| pkg_config.to_owned()),
                defines: words(defines),
                headers: words(headers),
            }
        })
        .collect()
}

impl Library {
    /// Whether Debian's package is there.
    pub fn is_installed(&self) -> bool {
        let mut query = Command::new("dpkg-query");
        query.args(["-W", "-f", "${db:Status-Status}", &self.package]);
        // A system without dpkg has the headers under other packages' names, or it has not: importing will tell.
        query.output().is_ok_and(|output| output.stdout == b"installed") || Command::new("dpkg-query").output().is_err()
    }

    /// The library's own import, which also holds what pkg-config says.
    pub fn spec(&self) -> Result<CModuleSpec, String> {
        let mut spec = CModuleSpec {
            headers: self.headers.clone(),
            defines: self.defines.clone(),
            ..CModuleSpec::default()
        };
        let Some(package) = &self.pkg_config else {
            return Ok(spec);
        };
        let output = Command::new("pkg-config").args(["--cflags", package]).output();
        let output = output.map_err(|error| format!("pkg-config: {error}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        for word in String::from_utf8_lossy(&output.stdout).split_whitespace() {
            if let Some(folder) = word.strip_prefix("-I") {
                spec.include_dirs.push(folder.to_owned());
            } else if let Some(define) = word.strip_prefix("-D") {
                spec.defines.push(define.to_owned());
            }
        }
        Ok(spec)
    }

    /// The attributes and the import, as a program has them.
    pub(crate) fn import(&self) -> String {
        let mut text = String::new();
        if let Some(package) = &self.pkg_config {
            text.push_str(&format!("@pkg(\"{package}\") "));
        }
        for define in &self.defines {
            text.push_str(&format!("@define(\"{define}\") "));
        }
        let headers: Vec<String> = self.headers.iter().map(|header| format!("\"{header}\"")).collect();
        format!("{text}import c {{ {} }} as c;\n", headers.join(", "))
    }

    /// Whether this library is the C library itself, or the system's calls: what others include and do not own.
    pub(crate) fn is_base(&self) -> bool {
        BASE.contains(&self.package.as_str())
    }
}

/// Whose headers all others include.
const BASE: [&str; 2] = ["libc6-dev", "linux-libc-dev"];

/// The files of the C library's packages, which are counted with these and not with each library that includes them.
pub(crate) fn base_headers() -> BTreeSet<String> {
    let mut query = Command::new("dpkg-query");
    let output = query.arg("-L").args(BASE).output();
    let text = output.map_or(String::new(), |output| {
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    text.lines().map(str::to_owned).collect()
}
