//! Pictures and films written into a page itself (`src="data:image/png;base64,…"`, RFC 2397), as some web programs and
//! editors mail what was pasted into them. They are found in the page as it comes, whatever its size.

use std::io::{self, BufRead, BufReader, Read};

use super::base64::Base64;

const SCHEME: &[u8] = b"data:";
const ENCODED: &[u8] = b";base64,";
/// Bytes of a type with its parameters that are believed.
const TYPE_BYTES_MAX: usize = 128;
/// Bytes up to the next comma that are read together.
const LOOK_BYTES: u64 = 64 * 1024;
/// Types that are files somebody would send; fonts, styles and scripts are the page.
const FILES: &[&str] = &["image/", "video/", "audio/", "application/"];
const PAGE: &[&str] = &["font", "javascript", "json"];

/// The files in a page, one after the other; reading it yields the bytes of the one at hand.
pub struct DataUris<R> {
    source: BufReader<R>,
    decoder: Base64,
    decoded: Vec<u8>,
    given: usize,
    is_open: bool,
}

impl<R: Read> DataUris<R> {
    /// Before the first file of a page.
    pub fn new(source: R) -> Self {
        let source = BufReader::new(source);
        Self { source, decoder: Base64::default(), decoded: Vec::new(), given: 0, is_open: false }
    }

    /// Goes to the next file and tells its type, lower case. What is left of the one at hand is passed over.
    ///
    /// # Errors
    /// Those of the source.
    pub fn next_file(&mut self) -> io::Result<Option<String>> {
        io::copy(self, &mut io::sink())?;
        let mut before = Vec::new();
        loop {
            // Such an address ends in a comma; of a stretch without one its end is kept.
            before.drain(..before.len().saturating_sub(TYPE_BYTES_MAX));
            if self.source.by_ref().take(LOOK_BYTES).read_until(b',', &mut before)? == 0 {
                return Ok(None);
            }
            if let Some(kind) = declared(&before) {
                (self.is_open, self.decoder) = (true, Base64::default());
                return Ok(Some(kind));
            }
        }
    }

    /// Whether the file that was read was cut or dirty.
    pub fn is_damaged(&self) -> bool {
        self.decoder.is_damaged()
    }
}

/// The type that ends here, when what follows is a file.
fn declared(before: &[u8]) -> Option<String> {
    let tail = before.get(before.len().saturating_sub(TYPE_BYTES_MAX)..)?.to_ascii_lowercase();
    let head = tail.strip_suffix(ENCODED)?;
    let at = memchr::memmem::rfind(head, SCHEME)?;
    let kind = String::from_utf8(head.get(at + SCHEME.len()..)?.to_vec()).ok()?;
    let kind = kind.split(';').next()?.trim();
    let is_file =
        FILES.iter().any(|known| kind.starts_with(known)) && !PAGE.iter().any(|of| kind.contains(of));
    is_file.then(|| kind.to_owned())
}

/// A letter of base64, or what may stand between two.
fn goes_on(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/=".contains(&byte)
}

impl<R: Read> Read for DataUris<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.is_open && self.given == self.decoded.len() {
            self.given = 0;
            self.decoded.clear();
            let held = self.source.fill_buf()?;
            let end = held.iter().position(|&byte| !goes_on(byte));
            let letters = held.get(..end.unwrap_or(held.len())).unwrap_or_default();
            self.is_open = end.is_none() && !held.is_empty();
            self.decoder.feed(letters, &mut self.decoded);
            let count = letters.len();
            self.source.consume(count);
        }
        let count = self.decoded.get(self.given..).unwrap_or_default().read(out)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(page: &[u8], drip: usize) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        let mut uris = DataUris::new(BufReader::with_capacity(drip, page));
        while let Some(kind) = uris.next_file().unwrap() {
            let mut bytes = Vec::new();
            uris.read_to_end(&mut bytes).unwrap();
            found.push((kind, bytes));
        }
        found
    }

    #[test]
    fn what_is_written_into_a_page_is_found() {
        let page = b"<p>a, b</p><img src=\"data:image/png;base64,iVBO\r\nRw0K\">, <img SRC=DATA:Image/Jpeg;name=x;Base64,/9j/>\
            <style>@font-face{src:url(data:font/woff2;base64,AAAA)}</style><img src='data:image/svg+xml;utf8,<svg/>'>,\
            <img src='data:video/mp4;base64,AAAA";
        for drip in [1, 7, 4096] {
            let found = files(page, drip);
            let kinds: Vec<&str> = found.iter().map(|(kind, _)| kind.as_str()).collect();
            assert_eq!(kinds, ["image/png", "image/jpeg", "video/mp4"]);
            assert_eq!(found[0].1, b"\x89PNG\r\n");
            assert_eq!(found[1].1, b"\xff\xd8\xff");
        }
        let far = [&[b'x'; 64 * 1024 - 9][..], b"data:image/gif;base64,R0lG"].concat();
        assert_eq!(files(&far, 4096), [("image/gif".to_owned(), b"GIF".to_vec())]);
        assert!(files(b"data:image/png;base64 is how it begins, and so on", 4096).is_empty());
    }
}
