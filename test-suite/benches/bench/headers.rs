//! What importing real headers costs, beside clang's reading of them.
//!
//! Each program imports a library's headers and names one function and one constant. Cold is an import with an empty
//! cache, everything that is kept for later included, beside `clang -fsyntax-only` of the headers; warm is the next
//! one, beside `clang -include-pch` of them. An import's cost is what it adds to the check of a program without one;
//! the rows of the whole check have that in them.

use std::path::Path;
use std::process::Command;

use super::{Bench, BenchError, Result, cpu_ms, finish, median, ratio_row};

/// The package for pkg-config (absent for what needs none), the headers, a function of them, and a constant.
const LIBRARIES: [&str; 35] = [
    "|zlib.h|crc32|Z_BEST_COMPRESSION",
    "|bzlib.h|BZ2_bzlibVersion|BZ_RUN",
    "liblzma|lzma.h|lzma_version_number|LZMA_VERSION_MAJOR",
    "libzstd|zstd.h|ZSTD_versionNumber|ZSTD_VERSION_MAJOR",
    "libarchive|archive.h archive_entry.h|archive_version_number|ARCHIVE_OK",
    "sqlite3|sqlite3.h|sqlite3_libversion|SQLITE_OK",
    "libpq|libpq-fe.h|PQlibVersion|PG_DIAG_SEVERITY",
    "expat|expat.h|XML_ExpatVersion|XML_MAJOR_VERSION",
    "libxml-2.0|libxml/parser.h libxml/tree.h libxml/xpath.h|xmlCheckVersion|LIBXML_VERSION",
    "jansson|jansson.h|json_object|JANSSON_MAJOR_VERSION",
    "gmp|stdio.h gmp.h|__gmpz_init|__GNU_MP_VERSION",
    "openssl|openssl/ssl.h openssl/evp.h openssl/err.h|OpenSSL_version|EVP_MAX_MD_SIZE",
    "gnutls|gnutls/gnutls.h|gnutls_check_version|GNUTLS_VERSION_MAJOR",
    "libcurl|curl/curl.h|curl_version|CURL_GLOBAL_SSL",
    "libgit2|git2.h|git_libgit2_init|LIBGIT2_VER_MAJOR",
    "libuv|uv.h|uv_version|UV_VERSION_MAJOR",
    "libevent|event2/event.h event2/http.h|event_base_new|EVLOOP_ONCE",
    "dbus-1|dbus/dbus.h|dbus_get_version|DBUS_MAJOR_VERSION",
    "libusb-1.0|libusb.h|libusb_get_version|LIBUSB_API_VERSION",
    "libsystemd|systemd/sd-bus.h systemd/sd-journal.h|sd_bus_open|SD_JOURNAL_NOP",
    "alsa|alsa/asoundlib.h|snd_asoundlib_version|SND_LIB_MAJOR",
    "libpulse|pulse/pulseaudio.h|pa_get_library_version|PA_MAJOR",
    "libavutil|libavutil/avutil.h libavutil/opt.h|avutil_version|LIBAVUTIL_VERSION_MAJOR",
    "libavformat|libavformat/avformat.h|avformat_version|LIBAVFORMAT_VERSION_MAJOR",
    "libpng|png.h|png_access_version_number|PNG_LIBPNG_VER",
    "freetype2|ft2build.h freetype/freetype.h|FT_Init_FreeType|FREETYPE_MAJOR",
    "cairo|cairo.h|cairo_version|CAIRO_VERSION_MAJOR",
    "ncursesw|ncurses.h|initscr|NCURSES_VERSION_MAJOR",
    "x11|X11/Xlib.h X11/Xutil.h|XOpenDisplay|ControlMask",
    "gl|GL/gl.h GL/glext.h|glGetString|GL_EXTENSIONS",
    "vulkan|vulkan/vulkan.h|vkCreateInstance|VK_HEADER_VERSION",
    "gio-unix-2.0|glib.h glib-object.h gio/gio.h|g_object_new|GLIB_MAJOR_VERSION",
    "gtk+-3.0|gtk/gtk.h|gtk_init|GTK_MAJOR_VERSION",
    "lua5.4|lua.h lauxlib.h lualib.h|luaL_newstate|LUA_VERSION_NUM",
    "python3|Python.h|Py_Initialize|PY_MAJOR_VERSION",
];

/// Rounds for each library: the median over all of them is what is printed.
const ROUNDS: usize = 5;

/// A row of [`LIBRARIES`] where its headers are installed.
struct Library {
    include_dirs: Vec<String>,
    headers: Vec<&'static str>,
    function: &'static str,
    constant: &'static str,
}

/// Ratios to clang, by library.
#[derive(Default)]
struct Ratios {
    import_cold: Vec<(f64, &'static str)>,
    import_warm: Vec<(f64, &'static str)>,
    check_cold: Vec<(f64, &'static str)>,
    check_warm: Vec<(f64, &'static str)>,
}

impl Bench {
    pub(crate) fn headers(&self) -> Result<()> {
        let mut ratios = Ratios::default();
        let libraries: Vec<Library> = LIBRARIES.iter().filter_map(|line| Library::installed(line)).collect();
        for library in &libraries {
            self.header(library, &mut ratios)?;
        }
        let n = libraries.len();
        for (name, found, goals) in [
            ("importing", ratios.import_cold, Some((1.1, 1.3))),
            ("checking a program with", ratios.check_cold, None),
        ] {
            ratio_rows(&format!("CPU of {name} {n} libraries' headers, cold"), found, goals);
        }
        for (name, found, goals) in [
            ("importing", ratios.import_warm, None),
            ("checking a program with", ratios.check_warm, Some((1.0, 1.0))),
        ] {
            ratio_rows(&format!("CPU of {name} {n} libraries' headers, warm"), found, goals);
        }
        Ok(())
    }

    fn header(&self, library: &Library, ratios: &mut Ratios) -> Result<()> {
        let Library {
            headers,
            function,
            constant,
            ..
        } = library;
        let includes: String = headers.iter().map(|header| format!("#include <{header}>\n")).collect();
        let quoted: Vec<String> = headers.iter().map(|header| format!("\"{header}\"")).collect();
        let c_main = format!(
            "int main(void) {{\n    __auto_type function = &{function};\n    return (int)(long){constant};\n}}\n"
        );
        let lang_main =
            format!("fn main() {{\n    let function = c.{function};\n    let constant = c.{constant};\n}}\n");
        for (file, text) in [
            (
                "import.lang",
                format!("import c {{ {} }} as c;\n\n{lang_main}", quoted.join(", ")),
            ),
            (
                "plain.lang",
                "fn main() {\n    let function = main;\n    let constant = 1;\n}\n".to_owned(),
            ),
            ("import.c", format!("{includes}\n{c_main}")),
            ("precompiled.c", c_main),
            ("import.h", includes),
        ] {
            std::fs::write(self.path(file), text).map_err(BenchError::Io)?;
        }
        let check = |file: &str| {
            let mut command = self.lang("check");
            command.arg(self.path(file));
            for folder in &library.include_dirs {
                command.arg("-I").arg(folder);
            }
            command
        };
        let clang = || {
            let mut command = Command::new("clang-22");
            command.args(library.include_dirs.iter().map(|folder| format!("-I{folder}")));
            command
        };
        let pch = self.path("import.pch");
        finish(
            clang()
                .args(["-x", "c-header"])
                .arg(self.path("import.h"))
                .arg("-o")
                .arg(&pch),
        )?;
        let syntax_only = |file: &str, pch: Option<&Path>| {
            let mut command = clang();
            if let Some(pch) = pch {
                command.arg("-include-pch").arg(pch);
            }
            command.arg("-w").arg("-fsyntax-only").arg(self.path(file));
            command
        };
        let mut times: [Vec<f64>; 5] = Default::default();
        let mut nothing = || Ok(());
        for _ in 0..ROUNDS {
            times[0].push(cpu_ms(&mut || self.clear_cache(), &mut check("import.lang"))?);
            times[1].push(cpu_ms(&mut nothing, &mut syntax_only("import.c", None))?);
            times[2].push(cpu_ms(&mut nothing, &mut check("import.lang"))?);
            times[3].push(cpu_ms(&mut nothing, &mut syntax_only("precompiled.c", Some(&pch)))?);
            times[4].push(cpu_ms(&mut nothing, &mut check("plain.lang"))?);
        }
        let [cold, clang_cold, warm, clang_warm, plain] = times.map(median);
        let name = headers[headers.len() - 1];
        ratios.check_cold.push((cold / clang_cold, name));
        ratios.import_cold.push(((cold - plain) / clang_cold, name));
        ratios.check_warm.push((warm / clang_warm, name));
        ratios.import_warm.push(((warm - plain) / clang_warm, name));
        Ok(())
    }
}

/// The median and the worst of ratios.
fn ratio_rows(name: &str, mut ratios: Vec<(f64, &'static str)>, goals: Option<(f64, f64)>) {
    ratios.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let (Some(middle), Some(worst)) = (ratios.get(ratios.len() / 2), ratios.last()) else {
        return;
    };
    ratio_row(&format!("{name}, median"), middle.0, goals.map(|(median, _)| median));
    ratio_row(
        &format!("{name}, worst ({})", worst.1),
        worst.0,
        goals.map(|(_, worst)| worst),
    );
}

impl Library {
    /// `None` where pkg-config or the folders of the system do not have it.
    fn installed(line: &'static str) -> Option<Self> {
        let mut parts = line.split('|');
        let mut next = || parts.next().expect("a line has four parts");
        let (package, headers, function, constant) = (next(), next(), next(), next());
        let headers: Vec<&str> = headers.split(' ').collect();
        let mut include_dirs = Vec::new();
        if !package.is_empty() {
            let output = Command::new("pkg-config")
                .args(["--cflags-only-I", package])
                .output()
                .ok()?;
            if !output.status.success() {
                return None;
            }
            let text = String::from_utf8(output.stdout).ok()?;
            include_dirs = text
                .split_whitespace()
                .filter_map(|flag| Some(flag.strip_prefix("-I")?.to_owned()))
                .collect();
        }
        let is_there = |folder: &str| Path::new(folder).join(headers[0]).exists();
        let system = [
            "/usr/include",
            "/usr/include/x86_64-linux-gnu",
            "/usr/include/aarch64-linux-gnu",
        ];
        let is_installed = include_dirs.iter().map(String::as_str).chain(system).any(is_there);
        is_installed.then_some(Self {
            include_dirs,
            headers,
            function,
            constant,
        })
    }
}
