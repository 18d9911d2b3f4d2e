//! What is written where: text to a screen of its width, or plain to a file or pipe; one JSON document; a file that
//! somebody asked for, whole or not at all.

use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{FAILED, Failure};
use crate::fault::system_words;
use crate::report::{Book, Screen, file_name};

/// Books of one name in one folder; who has more is given the newest.
const SAME_NAME_MAX: u32 = 99;

/// Standard output: as wide as the terminal, or as `COLUMNS` says; coloured only on a terminal where nobody forbids it
/// (`NO_COLOR`, no-color.org).
pub(super) fn screen() -> Screen {
    let out = std::io::stdout();
    let is_terminal = out.is_terminal();
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let asked = || rustix::termios::tcgetwinsize(&out).ok().map(|size| usize::from(size.ws_col));
    let columns = told.or_else(|| asked().filter(|_| is_terminal)).filter(|columns| *columns > 0);
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    Screen { columns, has_colours: is_terminal && !is_set("NO_COLOR") && !is_dumb }
}

/// Writes to standard output. A reader that has gone away (`| head`) is no failure; a full disk under it is.
pub(super) fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// One JSON document on standard output and nothing else.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|error| Failure { status: FAILED, text: format!("json: {error}") })?;
    Ok(print(&format!("{text}\n"))?)
}

/// Writes a book as a workbook, under its own name where a folder is given.
pub(super) fn write_workbook(to: &Path, book: &Book) -> Result<(), Failure> {
    let bytes = book.xlsx().map_err(|text| Failure { status: FAILED, text })?;
    write_and_tell(&under(to, book, ".xlsx", &bytes), &bytes)
}

/// Writes a book as a page, under its own name where a folder is given.
pub(super) fn write_page(to: &Path, book: &Book) -> Result<(), Failure> {
    let html = book.html();
    write_and_tell(&under(to, book, ".html", html.as_bytes()), html.as_bytes())
}

fn write_and_tell(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_file(file, bytes)?;
    eprintln!("已写成 {}", file.display());
    Ok(())
}

/// Where a book goes. In a folder it is called by what it is and its minute, as another question's of that minute is too: what
/// stands there with other contents stays, and this one bears a number.
fn under(to: &Path, book: &Book, ending: &str, bytes: &[u8]) -> PathBuf {
    if !to.is_dir() {
        return to.to_path_buf();
    }
    let plain = to.join(file_name(&book.name, ending));
    let numbered = (2..=SAME_NAME_MAX).map(|n| to.join(file_name(&book.name, &format!("（{n}）{ending}"))));
    let is_free = |path: &PathBuf| !path.exists() || std::fs::read(path).is_ok_and(|old| old == bytes);
    std::iter::once(plain.clone()).chain(numbered).find(is_free).unwrap_or(plain)
}

/// Writes a file that somebody asked for. What stood there before stays until all of the new one is on disk.
pub(super) fn write_file(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let is_plain = !file.exists() || file.is_file();
    let written = if is_plain { replace(file, bytes) } else { std::fs::write(file, bytes) };
    written.map_err(|error| Failure { status: FAILED, text: unwritten(file, &error) })
}

fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // As readable for others as any file that is created here: the process's mask takes away what it must.
    let all = std::fs::Permissions::from_mode(0o666);
    let mut new = tempfile::Builder::new().prefix(".shouwen-").permissions(all).tempfile_in(folder)?;
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    new.persist(file)?;
    Ok(())
}

/// Why a file could not be written, with what to do.
pub(super) fn unwritten(file: &Path, error: &std::io::Error) -> String {
    let file = file.display();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!("{file}：写不了：磁盘已满；请腾出空间，或换一个位置再试。")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            format!("{file}：写不了：没有写入权限；请换一个位置再试。")
        }
        ErrorKind::NotFound => format!("{file}：写不了：没有这个文件夹；请先建立。"),
        _ => format!("{file}：写不了：{}", system_words(error)),
    }
}
