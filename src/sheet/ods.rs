//! OpenDocument sheets (ods): one XML part in a zip.

use std::io::{BufReader, Read, Seek};

use zip::ZipArchive;

use super::xml::read_xml;
use super::{Caps, Grids, TOO_LARGE};

/// Bytes of the list of parts that are looked at.
const MANIFEST_BYTES: u64 = 1024 * 1024;

/// Reads an ods of which at most `xml_bytes` are unpacked.
pub fn read_ods(file: impl Read + Seek, xml_bytes: u64, caps: &Caps) -> Grids {
    let mut zip = ZipArchive::new(file).map_err(|_| "表格文件已损坏，打不开")?;
    let mut manifest = String::new();
    if let Ok(part) = zip.by_name("META-INF/manifest.xml") {
        let _ = part.take(MANIFEST_BYTES).read_to_string(&mut manifest);
    }
    if manifest.contains("encryption-data") {
        return Err("表格已加密，请发送不加密的文件".to_owned());
    }
    let content = zip.by_name("content.xml").map_err(|_| "表格文件已损坏，打不开")?;
    if content.size() > xml_bytes {
        return Err(TOO_LARGE.to_owned());
    }
    read_xml(BufReader::new(content.take(xml_bytes)), caps)
}
