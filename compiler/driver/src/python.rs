//! Which Python is here, by the rules of PyO3: `PYO3_PYTHON`, a virtual environment, then `python3` on PATH.

use pyo3_build_config::Triple;
use pyo3_build_config::pyo3_build_script_impl::{BuildConfig, resolve_build_config};

use crate::doctor::State;

/// Asks the interpreter that PyO3 would take. Having none is no fault: only programs that embed Python want one.
pub(crate) fn find_python() -> State {
    match resolve_build_config(&Triple::host()) {
        Ok(BuildConfig {
            interpreter_config: config,
            ..
        }) => {
            let kind = if config.shared() {
                "shared library"
            } else {
                "no shared library"
            };
            let place = config
                .executable()
                .or(config.lib_dir())
                .unwrap_or("from PYO3_CONFIG_FILE");
            State::Here(format!(
                "{:?} {}, {kind}, {place}",
                config.implementation(),
                config.version()
            ))
        }
        Err(_) => State::Absent("install the Debian package `python3-dev` to embed Python".to_owned()),
    }
}
