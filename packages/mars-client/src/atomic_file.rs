//! Files that are either the old version or the new one, never half of it, even when the machine stops.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Makes `folder` and its parents, readable by their owner only.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Replaces `path` by `content` with permissions `mode`.
///
/// # Errors
/// A folder or a disk that does not take it; then `path` is as it was.
pub fn replace(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let draft = write_draft(path, content, mode)?;
    fs::rename(&draft, path).inspect_err(|_| discard(&draft))?;
    sync_folder(path)
}

/// Makes `path` with `content` and permissions `mode`; an existing file is `AlreadyExists` and stays as it is.
pub(crate) fn create(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let draft = write_draft(path, content, mode)?;
    // A link, unlike a rename, refuses to take the place of another file.
    let linked = fs::hard_link(&draft, path);
    discard(&draft);
    linked?;
    sync_folder(path)
}

fn write_draft(path: &Path, content: &[u8], mode: u32) -> io::Result<PathBuf> {
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_os_string();
    name.push(format!(".{}.{:08x}.new", std::process::id(), rand::random::<u32>()));
    let draft = path.with_file_name(name);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&draft)?;
    file.write_all(content).and_then(|()| file.sync_all()).inspect_err(|_| discard(&draft))?;
    Ok(draft)
}

/// A draft that cannot be removed does no harm: no reader looks at its name.
fn discard(draft: &Path) {
    let _ = fs::remove_file(draft);
}

fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
