//! Files that were downloaded for a mail stand among its parts: each is read by the same caged reader, as the one
//! attachment of a mail made up for it, and judged as if it had been attached.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};

use super::read::DEATHS_MAX;
use crate::domain::facts::{Content, MailFacts, PartFacts, Role};
use crate::fault::Fault;
use crate::reader::ReadingDesk;
use crate::store::{Download, Store};

/// Type of what could not be looked into.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// Moves the derived files of a report into blobs; for each part the hash of its own, where it has one.
pub(super) fn adopt(
    store: &Store,
    desk: &ReadingDesk,
    facts: &MailFacts,
) -> Result<Vec<Option<String>>, Fault> {
    let adopt = |file: &String| Ok(store.blobs().adopt(&desk.file(file))?.0);
    facts.parts.iter().map(|part| part.file.as_ref().map(adopt).transpose()).collect()
}

/// Adds what was downloaded for a mail to its report, and says of those links that their files are there.
pub(super) fn add(
    store: &Store,
    desk: &mut ReadingDesk,
    id: i64,
    facts: &mut MailFacts,
    hashes: &mut Vec<Option<String>>,
) -> Result<(), Fault> {
    if facts.links.is_empty() {
        return Ok(());
    }
    for file in store.downloads(id)? {
        let Some(link) = facts.links.iter_mut().find(|link| link.url == file.url) else { continue };
        link.fetched = true;
        let (parts, found) = read(store, desk, id, &file)?;
        append(&mut facts.parts, parts);
        hashes.extend(found);
    }
    Ok(())
}

/// The parts of a downloaded file: itself, and what is inside. One that has ended its readers is not opened again, even if
/// this process ended over it as well.
fn read(
    store: &Store,
    desk: &mut ReadingDesk,
    id: i64,
    file: &Download,
) -> Result<(Vec<PartFacts>, Vec<Option<String>>), Fault> {
    let mut trouble = "下载的文件读不出：读取时几次出错，不再打开".to_owned();
    let mut deaths = file.reader_deaths;
    while deaths < DEATHS_MAX {
        // Made anew for each try: the reader shares the place in the file with us.
        match desk.read(&as_mail(store, file)?)? {
            Ok(facts) if !facts.parts.is_empty() => {
                let hashes = adopt(store, desk, &facts)?;
                return Ok((facts.parts, hashes));
            }
            Ok(_) => {
                trouble = "下载的文件没有读出来".to_owned();
                break;
            }
            Err(death) => {
                trouble = format!("下载的文件读不出：{}", death.words());
                deaths = store.count_download_death(id, &file.url)?;
                tracing::warn!(
                    mail = id,
                    deaths,
                    cause = death.words(),
                    "reader lost over a downloaded file"
                );
            }
        }
    }
    let part = PartFacts {
        path: file.name.replace('/', "／"),
        name: file.name.clone(),
        parent: None,
        file: None,
        size: file.size,
        media_type: UNKNOWN_TYPE.to_owned(),
        role: Role::Attachment,
        content: Content::Opaque,
        trouble: Some(trouble),
        has_macros: false,
        pasted_bytes: None,
    };
    Ok((vec![part], vec![Some(file.sha256.clone())]))
}

/// The file as the one attachment of a mail.
fn as_mail(store: &Store, file: &Download) -> Result<File, Fault> {
    let name: String = file.name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut mail = tempfile::tempfile_in(store.blobs().scratch_dir())?;
    let head = format!(
        "MIME-Version: 1.0\r\nContent-Type: {UNKNOWN_TYPE}\r\nContent-Transfer-Encoding: binary\r\n\
         Content-Disposition: attachment; filename*=utf-8''{name}\r\n\r\n"
    );
    mail.write_all(head.as_bytes())?;
    io::copy(&mut store.blobs().open(&file.sha256)?, &mut mail)?;
    mail.rewind()?;
    Ok(mail)
}

/// Puts the parts of another report behind these, under paths that are not taken.
fn append(parts: &mut Vec<PartFacts>, added: Vec<PartFacts>) {
    let first = parts.len();
    let Some(root) = added.first().map(|part| part.path.clone()) else { return };
    let is_taken = |path: &String| parts.iter().any(|part| part.path == *path);
    let places = std::iter::once(root.clone()).chain((1..).map(|n| format!("云附件{n} {root}")));
    let place = places.into_iter().find(|path| !is_taken(path)).unwrap_or_else(|| root.clone());
    for mut part in added {
        if let Some(inside) = part.path.strip_prefix(&root) {
            part.path = format!("{place}{inside}");
        }
        part.parent = part.parent.map(|parent| parent + first);
        parts.push(part);
    }
}
