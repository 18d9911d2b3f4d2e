//! A reader that is killed as soon as it opens an archive. Parsers learn to survive what ends them today; that their
//! process may die all the same must be told apart from that, and stays.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Such a program, written into `dir`.
pub fn dying_reader(dir: &Path) -> PathBuf {
    let program = dir.join("dying-reader");
    let script =
        format!("#!/bin/sh\nSHOUWEN_KILL=reader.unpack exec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_shouwen"));
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}
