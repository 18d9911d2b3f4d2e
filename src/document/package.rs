//! Documents that are zips of XML: docx, pptx, odt, odp and OFD. Only the parts that hold words are opened; external
//! references, embedded files, `altChunk` and macros are never followed (`reliability.md` 49).

use std::io::{self, BufReader, Read, Seek};

use zip::ZipArchive;

use super::flow::{Dialect, OFD_PAGE, OPEN_DOCUMENT, SLIDE, WORD, read_flow};
use super::{Caps, DAMAGED, ENCRYPTED, bound};

/// A picture inside a document, or a workbook that was inserted as an object.
pub struct Picture<'x> {
    /// Its path below its folder in the document, such as `image1.jpeg`.
    pub name: String,
    /// Its bytes, whose errors are words for staff.
    pub bytes: &'x mut dyn Read,
}

/// An OFD, the page format of Chinese offices (GB/T 33190).
#[derive(Debug)]
pub struct Ofd {
    /// Number of pages.
    pub pages: u32,
    /// Text of its pages.
    pub text: String,
    /// Whether it is signed; the signatures of OFD are seals.
    pub is_signed: bool,
}

/// Text of a docx, or why there is none. Headers and footers are left out: they would stand where judgement looks for a
/// title and for who signed.
pub fn read_docx(file: impl Read + Seek, caps: &Caps) -> Result<String, String> {
    // Some programs call the main part document2.xml.
    let is_main = |name: &str| name.starts_with("word/document") && name.ends_with(".xml");
    read_parts(file, &is_main, &WORD, caps).map(|(text, _)| text)
}

/// Text of a pptx, slide by slide, or why there is none.
pub fn read_pptx(file: impl Read + Seek, caps: &Caps) -> Result<String, String> {
    let is_slide = |name: &str| name.starts_with("ppt/slides/slide") && name.ends_with(".xml");
    read_parts(file, &is_slide, &SLIDE, caps).map(|(text, _)| text)
}

/// Text of an odt or odp, or why there is none.
pub fn read_open_document(mut file: impl Read + Seek, caps: &Caps) -> Result<String, String> {
    let mut manifest = String::new();
    if let Ok(mut zip) = ZipArchive::new(&mut file)
        && let Ok(part) = zip.by_name("META-INF/manifest.xml")
    {
        let _ = part.take(caps.xml_bytes.min(1024 * 1024)).read_to_string(&mut manifest);
    }
    if manifest.contains("encryption-data") {
        return Err(ENCRYPTED.to_owned());
    }
    read_parts(file, &|name| name == "content.xml", &OPEN_DOCUMENT, caps).map(|(text, _)| text)
}

/// Pages, text and signatures of an OFD, or why there are none.
pub fn read_ofd(mut file: impl Read + Seek, caps: &Caps) -> Result<Ofd, String> {
    let is_page = |name: &str| name.contains("/Pages/") && name.ends_with("Content.xml");
    let (text, pages) = read_parts(&mut file, &is_page, &OFD_PAGE, caps)?;
    let zip = ZipArchive::new(file).map_err(|_| DAMAGED)?;
    let is_signed = zip.file_names().flatten().any(|name| name.ends_with("SignedValue.dat"));
    Ok(Ofd { pages: u32::try_from(pages).unwrap_or(u32::MAX), text, is_signed })
}

/// The text of the parts whose names are wanted, in the order of the numbers in these, and how many parts there are.
fn read_parts(
    file: impl Read + Seek,
    is_wanted: &dyn Fn(&str) -> bool,
    dialect: &Dialect,
    caps: &Caps,
) -> Result<(String, usize), String> {
    let mut zip = ZipArchive::new(file).map_err(|_| DAMAGED)?;
    let mut parts: Vec<(u64, String)> = zip
        .file_names()
        .flatten()
        .filter(|name| is_wanted(name))
        .map(|name| (number_in(&name), name.into_owned()))
        .collect();
    parts.sort();
    if parts.is_empty() {
        return Err("文件内没有正文".to_owned());
    }
    let (mut text, mut left) = (String::new(), caps.xml_bytes);
    for (_, name) in &parts {
        let part = zip.by_name(name).map_err(|_| DAMAGED)?;
        let mut part = BufReader::new(part.take(left));
        let is_whole = read_flow(&mut part, dialect, caps.text_bytes, &mut text);
        left = part.get_ref().limit();
        if !is_whole && left > 0 {
            return Err(DAMAGED.to_owned());
        }
        if left == 0 || text.len() > caps.text_bytes {
            break;
        }
    }
    bound(&mut text, caps.text_bytes);
    Ok((text, parts.len()))
}

/// The digits of a part's name: `slide10` comes after `slide9`.
fn number_in(name: &str) -> u64 {
    let digits: String = name.chars().filter(char::is_ascii_digit).take(15).collect();
    digits.parse().unwrap_or(0)
}

/// Hands the pictures of a docx, and the workbooks in it, to `take`, in the order of the file.
pub fn docx_pictures(file: impl Read + Seek, caps: &Caps, take: &mut dyn FnMut(Picture<'_>)) {
    let Ok(mut zip) = ZipArchive::new(file) else { return };
    let mut pictures = 0;
    let mut left = caps.pictures_bytes;
    for index in 0..zip.len() {
        let Ok(member) = zip.by_index(index) else { continue };
        let name = String::from_utf8_lossy(member.name_raw()).into_owned();
        let Some(name) = enclosed_name(&name).filter(|_| !member.is_dir()) else { continue };
        if pictures == caps.pictures {
            break;
        }
        pictures += 1;
        let limit = caps.picture_bytes.min(left);
        let mut bytes = PictureBytes { file: member.take(limit.saturating_add(1)) };
        take(Picture { name, bytes: &mut bytes });
        left = left.saturating_sub(limit.saturating_add(1) - bytes.file.limit());
    }
}

/// The name of a picture or workbook in a docx. Other objects are wrapped once more, or are nobody's material.
fn enclosed_name(path: &str) -> Option<String> {
    let is_book = |name: &&str| [".xlsx", ".xls", ".xlsm"].iter().any(|ending| name.ends_with(ending));
    let object = || path.strip_prefix("word/embeddings/").filter(is_book);
    path.strip_prefix("word/media/").or_else(object).map(str::to_owned)
}

struct PictureBytes<R> {
    file: io::Take<R>,
}

impl<R: Read> Read for PictureBytes<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(out).map_err(|_| io::Error::other("图片已损坏"))?;
        if count > 0 && self.file.limit() == 0 {
            return Err(io::Error::other("图片过大，未取出"));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::document::TEST_CAPS;

    #[test]
    fn text_and_pictures_are_found() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
        let xml = "<w:document xmlns:w='w'><w:p><w:r><w:t>方案 A&amp;B&#20013;</w:t></w:r></w:p><w:tbl><w:tr>\
                   <w:tc><w:p><w:r><w:t>姓名</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl></w:document>";
        writer.write_all(xml.as_bytes()).unwrap();
        writer.start_file("word/media/image1.png", SimpleFileOptions::default()).unwrap();
        writer.write_all(b"png").unwrap();
        writer.start_file("word/media/image2.png", SimpleFileOptions::default()).unwrap();
        writer.write_all(&[7; 1001]).unwrap();
        let mut file = writer.finish().unwrap();
        assert_eq!(read_docx(&mut file, &TEST_CAPS).unwrap(), "方案 A&B中\n姓名\t\t\n");
        let mut pictures = Vec::new();
        docx_pictures(&mut file, &TEST_CAPS, &mut |picture| {
            let mut bytes = Vec::new();
            pictures.push(picture.bytes.read_to_end(&mut bytes).map(|_| bytes).map_err(|e| e.to_string()));
        });
        assert_eq!(pictures, [Ok(b"png".to_vec()), Err("图片过大，未取出".to_owned())]);
    }
}
