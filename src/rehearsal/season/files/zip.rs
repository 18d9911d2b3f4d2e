//! Archives as Chinese Windows programs write them: members stored, names in GBK without the flag that says UTF-8,
//! folders as entries of their own. By hand, because a proper library would set the flag, and cannot mark a member encrypted.

use encoding_rs::GBK;
use flate2::Crc;

/// How an archive is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Names in UTF-8, flagged so.
    Utf8,
    /// Names in GBK, no flag: what the system's own packer writes.
    Gbk,
    /// As `Gbk`, with every member marked as encrypted and its bytes unreadable.
    Encrypted,
}

/// General purpose flags (APPNOTE 4.4.4).
const ENCRYPTED_FLAG: u16 = 1;
const UTF8_FLAG: u16 = 1 << 11;
/// Bytes before the data of an encrypted member (APPNOTE 6.1.3).
const ENCRYPTION_HEADER_BYTES: usize = 12;
/// 2023-05-10 08:00 in the date and time words of DOS.
const DOS_TIME: u16 = 8 << 11;
const DOS_DATE: u16 = (43 << 9) | (5 << 5) | 10;

/// The members, by path, as an archive. A path that ends in `/` is a folder.
pub fn zip(style: Style, members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (path, bytes) in members {
        let offset = u32::try_from(out.len()).unwrap_or(0);
        let (name, data) = (name_bytes(style, path), member_bytes(style, path, bytes));
        let fields = member_fields(style, path, bytes, &data, &name);
        out.extend(b"PK\x03\x04");
        out.extend(&fields);
        out.extend(&name);
        out.extend(data);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&fields);
        // No comment, first disk, binary, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(&name);
    }
    let (start, size) = (u32::try_from(out.len()).unwrap_or(0), u32::try_from(directory.len()).unwrap_or(0));
    let count = u16::try_from(members.len()).unwrap_or(0).to_le_bytes();
    out.extend(directory);
    out.extend(
        [
            b"PK\x05\x06\0\0\0\0".as_slice(),
            &count,
            &count,
            &size.to_le_bytes(),
            &start.to_le_bytes(),
            &[0, 0],
        ]
        .concat(),
    );
    out
}

/// The fields that a member's own header and its directory entry share, from "version needed" to the length of extras.
fn member_fields(style: Style, path: &str, bytes: &[u8], data: &[u8], name: &[u8]) -> Vec<u8> {
    let flags = match style {
        Style::Utf8 => UTF8_FLAG,
        Style::Gbk => 0,
        Style::Encrypted if path.ends_with('/') => 0,
        Style::Encrypted => ENCRYPTED_FLAG,
    };
    let words = [20, flags, 0, DOS_TIME, DOS_DATE];
    let mut out: Vec<u8> = words.iter().flat_map(|word: &u16| word.to_le_bytes()).collect();
    out.extend(crc32(bytes).to_le_bytes());
    out.extend(u32::try_from(data.len()).unwrap_or(0).to_le_bytes());
    out.extend(u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
    out.extend(u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
    out.extend([0, 0]);
    out
}

fn name_bytes(style: Style, path: &str) -> Vec<u8> {
    if style == Style::Utf8 { path.as_bytes().to_vec() } else { GBK.encode(path).0.into_owned() }
}

fn member_bytes(style: Style, path: &str, bytes: &[u8]) -> Vec<u8> {
    if style != Style::Encrypted || path.ends_with('/') {
        return bytes.to_vec();
    }
    // Nobody knows a password, so any bytes will do.
    let header = (0..ENCRYPTION_HEADER_BYTES).map(|_| 0x5A);
    header.chain(bytes.iter().map(|byte| byte.rotate_left(3) ^ 0xA5)).collect()
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_every_zip_reader() {
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
    }
}
