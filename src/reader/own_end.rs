//! Whether a file shows by its own end that none of it is missing: what a mail that breaks off behind its last attachment says
//! about that attachment. A unit is not asked for a file again that came whole.

use std::io::{self, Read, Seek, SeekFrom};

use memchr::memmem;

use super::bytes::Bytes;

/// The end of a ZIP archive, on which every workbook and document of today is built, with its longest remark.
const ZIP_END: &[u8] = b"PK\x05\x06";
const ZIP_END_BYTES: usize = 22;
const TAIL_BYTES: u64 = 64 * 1024 + 22;
/// What a PDF says last; programs put a few line ends behind it.
const PDF_END: &[u8] = b"%%EOF";
/// The last chunk of a PNG, which is empty and always the same.
const PNG_END: &[u8] = b"IEND\xae\x42\x60\x82";
/// The last mark of a JPEG.
const JPEG_END: &[u8] = b"\xff\xd9";
/// Bytes by which the kinds are told.
const HEAD_BYTES: u64 = 8;

/// Whether a file is of a kind that has an end of its own, and ends so.
///
/// # Errors
/// When it cannot be read.
pub fn has_own_end(file: &mut Bytes) -> io::Result<bool> {
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    let size = file.size()?;
    file.rewind()?;
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL_BYTES)))?;
    file.by_ref().take(TAIL_BYTES).read_to_end(&mut tail)?;
    file.rewind()?;
    Ok(match head.as_slice() {
        [b'P', b'K', 3, 4, ..] => ends_as_zip(&tail),
        [b'%', b'P', b'D', b'F', ..] => tail.trim_ascii_end().ends_with(PDF_END),
        [0x89, b'P', b'N', b'G', ..] => tail.ends_with(PNG_END),
        [0xff, 0xd8, ..] => tail.ends_with(JPEG_END),
        _ => false,
    })
}

/// Whether the record that ends an archive stands there, and its remark reaches to the end.
fn ends_as_zip(tail: &[u8]) -> bool {
    memmem::rfind_iter(tail, ZIP_END).any(|at| {
        let remark = tail.get(at + ZIP_END_BYTES - 2..at + ZIP_END_BYTES);
        let length = remark.and_then(|bytes| <[u8; 2]>::try_from(bytes).ok()).map(u16::from_le_bytes);
        length.is_some_and(|length| at + ZIP_END_BYTES + usize::from(length) == tail.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn what_ends_by_itself_is_whole_and_cut_anywhere_it_is_not() {
        let zip = |remark: &[u8]| {
            let mut zip = b"PK\x03\x04 a member of it PK\x05\x06".to_vec();
            zip.extend([0; ZIP_END_BYTES - ZIP_END.len() - 2]);
            zip.extend(u16::try_from(remark.len()).unwrap().to_le_bytes());
            zip.extend(remark);
            zip
        };
        for (whole, behind) in [
            (zip(b""), 0),
            (zip(b"made by PK\x05\x06 hand"), 0),
            (b"%PDF-1.4\n1 0 obj\nstartxref\n9\n%%EOF\r\n".to_vec(), 2),
            (b"\x89PNG\r\n\x1a\n picture \0\0\0\0IEND\xae\x42\x60\x82".to_vec(), 0),
            (b"\xff\xd8\xff\xe0 picture \xff\xd9".to_vec(), 0),
        ] {
            let ends = |bytes: &[u8]| has_own_end(&mut Bytes::Small(Cursor::new(bytes.to_vec()))).unwrap();
            assert!(ends(&whole), "{whole:?}");
            assert!((0..whole.len() - behind).all(|cut| !ends(&whole[..cut])), "{whole:?}");
        }
        let text = "完".repeat(40);
        assert!(!has_own_end(&mut Bytes::Small(Cursor::new(text.into_bytes()))).unwrap(), "nobody knows");
    }
}
