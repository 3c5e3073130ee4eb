//! Which Python is here, by the rules of PyO3: `PYO3_PYTHON`, a virtual environment, then `python3` on PATH.

use crate::doctor::State;

/// What PyO3's configuration found when Lang was built, set by the build script: a line each of the implementation, the
/// version, whether there is a shared library, and where. Empty where no Python was found.
const FOUND: &str = env!("LANG_PYTHON");

/// Having no Python is no fault: only programs that embed it want one.
pub(crate) fn find_python() -> State {
    if FOUND.is_empty() {
        State::Absent("install the Debian package `python3-dev` to embed Python".to_owned())
    } else {
        State::Here(FOUND.to_owned())
    }
}
