//! Text and pictures of a docx: the main part's runs, and whatever lies under `word/media`.

use std::io::{self, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::{Caps, DAMAGED, bound};

/// A picture inside a document.
pub struct Picture<'x> {
    /// Its path inside the document, such as `word/media/image1.jpeg`.
    pub name: String,
    /// Its bytes, whose errors are words for staff.
    pub bytes: &'x mut dyn Read,
}

/// Text of a docx, or why there is none.
pub fn read_docx(file: impl Read + Seek, caps: &Caps) -> Result<String, String> {
    let mut zip = ZipArchive::new(file).map_err(|_| DAMAGED)?;
    let mut xml = Vec::new();
    let main = zip.by_name("word/document.xml").map_err(|_| "文件内没有正文")?;
    main.take(caps.xml_bytes).read_to_end(&mut xml).map_err(|_| DAMAGED)?;
    let mut text = text_of(&String::from_utf8_lossy(&xml), caps.text_bytes);
    bound(&mut text, caps.text_bytes);
    Ok(text)
}

fn text_of(xml: &str, bytes_max: usize) -> String {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut text = String::new();
    let mut in_run = false;
    // A broken end yields what was read before it: this text is a clue, not a record.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) if tag.local_name().as_ref() == "t" => in_run = true,
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => in_run = false,
                "p" | "tr" => text.push('\n'),
                "tc" => {
                    let kept = text.trim_end_matches('\n').len();
                    text.truncate(kept);
                    text.push('\t');
                }
                _ => {}
            },
            Event::Empty(tag) => match tag.local_name().as_ref() {
                "tab" => text.push('\t'),
                "br" | "cr" => text.push('\n'),
                _ => {}
            },
            Event::Text(run) if in_run => text.push_str(&run),
            Event::GeneralRef(entity) if in_run => match &*entity {
                "amp" => text.push('&'),
                "lt" => text.push('<'),
                "gt" => text.push('>'),
                "quot" => text.push('"'),
                "apos" => text.push('\''),
                _ => text.extend(entity.resolve_char_ref().ok().flatten()),
            },
            Event::Eof => break,
            _ => {}
        }
        if text.len() > bytes_max {
            break;
        }
    }
    text
}

/// Hands the pictures of a docx to `take`, in the order of the file.
pub fn docx_pictures(file: impl Read + Seek, caps: &Caps, take: &mut dyn FnMut(Picture<'_>)) {
    let Ok(mut zip) = ZipArchive::new(file) else { return };
    let mut pictures = 0;
    let mut left = caps.pictures_bytes;
    for index in 0..zip.len() {
        let Ok(member) = zip.by_index(index) else { continue };
        let name = String::from_utf8_lossy(member.name_raw()).into_owned();
        if !name.starts_with("word/media/") || member.is_dir() {
            continue;
        }
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
