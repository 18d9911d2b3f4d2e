//! Passwords and other secrets of the page: how they are made, kept and compared.

use argon2::password_hash::rand_core::{OsRng, RngCore as _};
use argon2::password_hash::{Error, PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest as _, Sha256};

use crate::fault::Fault;

/// Fewest characters of a password.
pub const CHARS_MIN: usize = 8;
/// Most bytes of one: it is hashed whole, and nobody may make that a burden.
const BYTES_MAX: usize = 1024;

/// Memory, passes and lanes of argon2id, as OWASP's password storage cheat sheet has them (2023): 19 MiB, 2, 1.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Letters of made passwords and tokens: none that is taken for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// What is kept of a password.
///
/// # Errors
/// [`Fault::Refused`] where it is too short or too long, in words for staff.
pub fn hashed(password: &str) -> Result<String, Fault> {
    if password.chars().count() < CHARS_MIN || password.len() > BYTES_MAX {
        return Err(Fault::Refused(format!("密码至少{CHARS_MIN}个字符，至多{BYTES_MAX}字节")));
    }
    let salt = SaltString::generate(&mut OsRng);
    let hash = hasher().and_then(|hasher| Ok(hasher.hash_password(password.as_bytes(), &salt)?.to_string()));
    hash.map_err(|error| Fault::Halt(format!("password: {error}")))
}

/// Whether a password is the one of which `kept` was kept. Without one it takes as long, so that an answer's time does
/// not tell which names there are.
pub(super) fn fits(password: &str, kept: Option<&str>) -> bool {
    let nobodys =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = PasswordHash::new(kept.unwrap_or(nobodys));
    let is_right = password.len() <= BYTES_MAX
        && hash
            .is_ok_and(|hash| hasher().is_ok_and(|h| h.verify_password(password.as_bytes(), &hash).is_ok()));
    is_right && kept.is_some()
}

fn hasher() -> Result<Argon2<'static>, Error> {
    let (memory_kib, passes, lanes) = COST;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(memory_kib, passes, lanes, None)?))
}

/// A password that nobody guesses and anybody can type: `kx7m-92fd-hq3p-w8ta`, 80 bits.
pub fn made() -> String {
    let letters = random_letters(16);
    let groups: Vec<String> =
        letters.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join("-")
}

/// What a browser or an address bears: 160 bits.
pub(super) fn token() -> String {
    random_letters(32)
}

fn random_letters(count: usize) -> String {
    let mut bytes = vec![0; count];
    OsRng.fill_bytes(&mut bytes);
    let letter = |byte: u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('a', char::from);
    bytes.into_iter().map(letter).collect()
}

/// SHA-256 as text: what is kept of a token, and what is derived from one.
pub(super) fn digest(purpose: &str, secret: &str) -> String {
    let hash = Sha256::new().chain_update(purpose).chain_update([0]).chain_update(secret).finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_itself_fits() {
        let kept = hashed("正确的密码啊啊啊").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(fits("正确的密码啊啊啊", Some(&kept)));
        assert!(!fits("正确的密码啊啊", Some(&kept)) && !fits("", Some(&kept)));
        assert!(!fits("正确的密码啊啊啊", None) && !fits("正确的密码啊啊啊", Some("broken")));
        assert_ne!(kept, hashed("正确的密码啊啊啊").unwrap(), "each has its salt");
    }

    #[test]
    fn weak_and_endless_passwords_are_refused_in_words() {
        for password in ["", "1234567", &"长".repeat(400)] {
            assert!(hashed(password).unwrap_err().cause().contains("密码至少8个字符"));
        }
    }

    #[test]
    fn what_is_made_is_never_made_twice() {
        let made: std::collections::BTreeSet<String> =
            (0..50).map(|_| made()).chain((0..50).map(|_| token())).collect();
        assert_eq!(made.len(), 100);
        assert!(made.iter().all(|secret| secret.len() == 19 || secret.len() == 32));
    }
}
