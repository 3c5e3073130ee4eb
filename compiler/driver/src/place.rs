//! Files to where the user wants them, whole or not at all.

use std::fs;
use std::io;
use std::path::Path;

/// Moves `source` to `output`, over whatever file is there.
pub(crate) fn place(source: &Path, output: &Path) -> io::Result<()> {
    if output.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if is_device(output) {
        return fs::write(output, fs::read(source)?);
    }
    match fs::rename(source, output) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let make = || tempfile::Builder::new().prefix(".lang-").tempfile_in(folder_of(output));
            let temporary = processes::temporary_file(make)?;
            // With the permissions: it may be executable.
            fs::copy(source, temporary.path())?;
            temporary.persist(output)
        }
        result => result,
    }
}

/// Writes `bytes` to `output`.
pub fn write_output(bytes: &[u8], output: &Path) -> io::Result<()> {
    if is_device(output) {
        return fs::write(output, bytes);
    }
    if output.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".lang-").permissions(file_permissions());
    let temporary = processes::temporary_file(|| builder.tempfile_in(folder_of(output)))?;
    fs::write(temporary.path(), bytes)?;
    temporary.persist(output)
}

/// Pipes and devices are written to, not replaced: `-o /dev/null` by root, too.
fn is_device(output: &Path) -> bool {
    fs::metadata(output).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

fn folder_of(output: &Path) -> &Path {
    output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// What a new file has, less what the user's mask takes: temporary files are otherwise for their owner only.
#[cfg(unix)]
fn file_permissions() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o666)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_not_replaced_and_a_missing_one_not_made() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let source = dir.path().join("source");
        fs::write(&source, "x").expect("it can be written");
        assert!(place(&source, dir.path()).is_err());
        assert!(place(&source, &dir.path().join("a/b")).is_err());
        assert!(write_output(b"x", dir.path()).is_err());
        place(&source, &dir.path().join("b")).expect("it can be moved");
        write_output(b"y", &dir.path().join("b")).expect("it can be replaced");
        assert_eq!(fs::read_dir(dir.path()).expect("it can be listed").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_replaced() {
        use std::os::unix::fs::FileTypeExt;
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (source, socket) = (dir.path().join("source"), dir.path().join("socket"));
        fs::write(&source, "x").expect("it can be written");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("it can be made");
        assert!(place(&source, &socket).is_err() && write_output(b"x", &socket).is_err());
        let metadata = fs::symlink_metadata(&socket).expect("it is still there");
        assert!(metadata.file_type().is_socket());
    }
}
