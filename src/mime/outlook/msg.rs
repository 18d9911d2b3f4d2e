//! `.msg`: a compound file with a stream for each long property and a table for the short ones; what is attached stands
//! in folders of it. A mail inside it is a folder too, and comes out as a `.msg` of its own, which people can open.

use std::io::{self, Cursor, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cfb::CompoundFile;

use super::{CUT, ENCLOSED_MAX, Enclosed, OutlookMail, Props, TEXT_BYTES_MAX, WANTED, kind, tag};

/// Bytes of the heads of the table of properties, in a whole file, in a mail inside one, and in an attachment.
const FILE_HEAD_BYTES: usize = 32;
const MAIL_HEAD_BYTES: usize = 24;
const ATTACHMENT_HEAD_BYTES: usize = 8;
/// Bytes and entries of a mail inside that is made a file.
const INNER_BYTES_MAX: u64 = 32 * 1024 * 1024;
const INNER_ENTRIES_MAX: usize = 5_000;
const TABLE: &str = "__properties_version1.0";
const NAMES: &str = "__nameid_version1.0";
/// Ways of attaching ([MS-OXCMSG] 2.2.2.9): by link alone, a mail, an object.
const METHODS_BY_LINK: &[u32] = &[2, 3, 4, 7];
const METHOD_MAIL: u32 = 5;
const METHOD_OBJECT: u32 = 6;

/// Reads a `.msg` and hands out what is attached in it; none when it cannot be opened.
pub fn read_msg<F: Read + Seek>(file: F, each: &mut dyn FnMut(Enclosed<'_>)) -> Option<OutlookMail> {
    let mut file = CompoundFile::open(file).ok()?;
    let root = Path::new("/");
    let head = table(&mut file, root, FILE_HEAD_BYTES);
    let props = texts(&mut file, root, head);
    let codepage = props.number(tag::MESSAGE_CODEPAGE);
    let mail = props.mail(codepage);
    let folders = file.read_root_storage().filter(|entry| entry.is_storage());
    let attached =
        folders.filter(|entry| entry.name().to_ascii_lowercase().starts_with("__attach_version1.0_"));
    let mut attached: Vec<PathBuf> =
        attached.take(ENCLOSED_MAX).map(|entry| entry.path().to_owned()).collect();
    attached.sort();
    for folder in attached {
        hand_out(&mut file, &folder, codepage, each);
    }
    Some(mail)
}

fn hand_out<F: Read + Seek>(
    file: &mut CompoundFile<F>,
    folder: &Path,
    codepage: Option<u32>,
    each: &mut dyn FnMut(Enclosed<'_>),
) {
    let head = table(file, folder, ATTACHMENT_HEAD_BYTES);
    let props = texts(file, folder, head);
    let method = props.number(tag::METHOD).unwrap_or_default();
    let is_mail = method == METHOD_MAIL;
    let mut give = |bytes: Result<&mut dyn Read, String>| {
        each(Enclosed {
            name: props.name(codepage),
            content_id: props.text(&[tag::CONTENT_ID], codepage),
            is_mail,
            is_hidden: props.number(tag::HIDDEN).is_some_and(|hidden| hidden & 0xff != 0),
            bytes,
        });
    };
    let data = folder.join(stream_name(tag::DATA, kind::BINARY));
    let object = folder.join(stream_name(tag::DATA, kind::OBJECT));
    if is_mail || method == METHOD_OBJECT || file.is_storage(&object) {
        match inner_file(file, &object, is_mail) {
            Ok(bytes) => give(Ok(&mut Cursor::new(bytes))),
            Err(why) => give(Err(why)),
        }
    } else if METHODS_BY_LINK.contains(&method) {
        give(Err("附件只是一个链接，文件不在邮件里，请发送文件本身".to_owned()));
    } else {
        match file.open_stream(&data) {
            Ok(mut bytes) => give(Ok(&mut bytes)),
            Err(_) => give(Err(CUT.to_owned())),
        }
    }
}

fn stream_name(tag: u16, kind: u16) -> String {
    format!("__substg1.0_{tag:04X}{kind:04X}")
}

/// The short properties of a folder: type, number, flags and value in 16 bytes each ([MS-OXMSG] 2.4).
fn table<F: Read + Seek>(file: &mut CompoundFile<F>, folder: &Path, head_bytes: usize) -> Props {
    let bytes = stream(file, &folder.join(TABLE)).unwrap_or_default();
    let mut props = Props::default();
    for row in bytes.get(head_bytes..).unwrap_or_default().as_chunks::<16>().0 {
        let [_, _, tag_low, tag_high, _, _, _, _, value @ ..] = *row;
        let [a, b, c, d, ..] = value;
        props.numbers.push((u16::from_le_bytes([tag_low, tag_high]), u32::from_le_bytes([a, b, c, d])));
    }
    props
}

/// Adds the long properties that are read.
fn texts<F: Read + Seek>(file: &mut CompoundFile<F>, folder: &Path, mut props: Props) -> Props {
    for &tag in WANTED {
        for kind in [kind::TEXT_16, kind::TEXT_8, kind::BINARY] {
            if let Some(bytes) = stream(file, &folder.join(stream_name(tag, kind))) {
                props.texts.push((tag, kind, bytes));
                break;
            }
        }
    }
    props
}

fn stream<F: Read + Seek>(file: &mut CompoundFile<F>, path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let wanted = u64::try_from(TEXT_BYTES_MAX).ok()?;
    file.open_stream(path).ok()?.take(wanted).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Makes a folder a compound file of its own. A mail gets the longer head of a whole file, and the names of properties,
/// which stand once in the outermost.
fn inner_file<F: Read + Seek>(
    file: &mut CompoundFile<F>,
    folder: &Path,
    is_mail: bool,
) -> Result<Vec<u8>, String> {
    let cut = |_: io::Error| CUT.to_owned();
    let mut inner = CompoundFile::create(Cursor::new(Vec::new())).map_err(cut)?;
    let mut left = INNER_BYTES_MAX;
    copy_folder(file, folder, Path::new("/"), &mut inner, &mut left)?;
    let names = Path::new("/").join(NAMES);
    if is_mail && file.is_storage(&names) && !inner.exists(&names) {
        inner.create_storage(&names).map_err(cut)?;
        copy_folder(file, &names, &names, &mut inner, &mut left)?;
    }
    if is_mail {
        let path = Path::new("/").join(TABLE);
        let mut table = stream(&mut inner, &path).ok_or(CUT)?;
        table.splice(MAIL_HEAD_BYTES.min(table.len())..MAIL_HEAD_BYTES.min(table.len()), [0; 8]);
        inner.create_stream(&path).and_then(|mut stream| stream.write_all(&table)).map_err(cut)?;
    }
    // The same mail is the same file whenever it is read.
    let folders: Vec<PathBuf> =
        inner.walk().filter(|entry| !entry.is_stream()).map(|entry| entry.path().to_owned()).collect();
    for folder in folders {
        let unknown = SystemTime::UNIX_EPOCH;
        inner.set_created_time(&folder, unknown).map_err(cut)?;
        inner.set_modified_time(&folder, unknown).map_err(cut)?;
    }
    inner.flush().map_err(cut)?;
    Ok(inner.into_inner().into_inner())
}

fn copy_folder<F: Read + Seek>(
    file: &mut CompoundFile<F>,
    from: &Path,
    to: &Path,
    inner: &mut CompoundFile<Cursor<Vec<u8>>>,
    left: &mut u64,
) -> Result<(), String> {
    let cut = |_: io::Error| CUT.to_owned();
    let entries = file.walk_storage(from).map_err(cut)?.take(INNER_ENTRIES_MAX);
    let entries: Vec<(PathBuf, bool, u64)> =
        entries.map(|entry| (entry.path().to_owned(), entry.is_stream(), entry.len())).collect();
    for (path, is_stream, length) in entries {
        let Ok(place) = path.strip_prefix(from) else { continue };
        if place.as_os_str().is_empty() {
            continue;
        }
        let place = to.join(place);
        if !is_stream {
            inner.create_storage(&place).map_err(cut)?;
            continue;
        }
        *left = left.checked_sub(length).ok_or("内嵌邮件过大，未拆开")?;
        let mut source = file.open_stream(&path).map_err(cut)?;
        let mut target = inner.create_stream(&place).map_err(cut)?;
        io::copy(&mut source, &mut target).map_err(cut)?;
    }
    Ok(())
}
