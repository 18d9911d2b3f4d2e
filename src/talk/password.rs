//! A password that was changed while the program runs: who has been refused reads it again before the next try.

use crate::domain::mailbox::Secret;

/// The password as its file has it now; as it was where it has no file, or the file cannot be read or is empty.
pub fn password_now(password: &Secret) -> Secret {
    let read = password.file().and_then(|file| Some((file, std::fs::read_to_string(file).ok()?)));
    let changed = read.filter(|(_, text)| !text.trim().is_empty());
    changed.map_or_else(|| password.clone(), |(file, text)| Secret::new(&text).kept_in(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_read_from_its_file_again_and_never_lost() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("zjc.secret");
        let password = Secret::new("first").kept_in(&file);
        for (text, now) in [(None, "first"), (Some("second\n"), "second"), (Some(" \n"), "first")] {
            if let Some(text) = text {
                std::fs::write(&file, text).unwrap();
            }
            let read = password_now(&password);
            assert_eq!((read.reveal(), read.file()), (now, Some(file.as_path())));
        }
        assert_eq!(password_now(&Secret::new("of the environment")).reveal(), "of the environment");
    }
}
