//! Text and pictures of a docx: the main part's runs, and whatever lies under `word/media`.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::{Caps, DAMAGED, bound};

/// What was found in a docx.
#[derive(Debug, Default)]
pub struct Docx {
    /// Its text.
    pub text: String,
    /// Its pictures, in the order of the file.
    pub pictures: Vec<Picture>,
}

/// A picture inside a document.
#[derive(Debug)]
pub struct Picture {
    /// Its path inside the document, such as `word/media/image1.jpeg`.
    pub name: String,
    /// Its bytes, or why it could not be read.
    pub bytes: Result<Vec<u8>, String>,
}

/// Text and pictures of a docx, or why there are none.
pub fn read_docx(bytes: &[u8], caps: &Caps) -> Result<Docx, String> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| DAMAGED)?;
    let mut xml = Vec::new();
    let main = zip.by_name("word/document.xml").map_err(|_| "文件内没有正文")?;
    main.take(caps.xml_bytes).read_to_end(&mut xml).map_err(|_| DAMAGED)?;
    let mut text = text_of(&String::from_utf8_lossy(&xml), caps.text_bytes);
    bound(&mut text, caps.text_bytes);
    Ok(Docx { text, pictures: pictures(&mut zip, caps) })
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

fn pictures(zip: &mut ZipArchive<Cursor<&[u8]>>, caps: &Caps) -> Vec<Picture> {
    let mut pictures = Vec::new();
    let mut left = caps.pictures_bytes;
    for index in 0..zip.len() {
        let Ok(member) = zip.by_index(index) else { continue };
        let name = String::from_utf8_lossy(member.name_raw()).into_owned();
        if !name.starts_with("word/media/") || member.is_dir() {
            continue;
        }
        if pictures.len() == caps.pictures {
            break;
        }
        let limit = caps.picture_bytes.min(left);
        let mut bytes = Vec::new();
        let read = member.take(limit.saturating_add(1)).read_to_end(&mut bytes);
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        left = left.saturating_sub(size);
        let bytes = match read {
            Ok(_) if size > limit => Err("图片过大，未取出".to_owned()),
            Ok(_) => Ok(bytes),
            Err(_) => Err("图片已损坏".to_owned()),
        };
        pictures.push(Picture { name, bytes });
    }
    pictures
}

#[cfg(test)]
mod tests {
    use std::io::Write;

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
        let docx = read_docx(&writer.finish().unwrap().into_inner(), &TEST_CAPS).unwrap();
        assert_eq!(docx.text, "方案 A&B中\n姓名\t\t\n");
        assert_eq!(docx.pictures.len(), 1);
        assert_eq!(docx.pictures[0].bytes.as_deref(), Ok(b"png".as_slice()));
    }
}
