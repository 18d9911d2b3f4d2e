//! `winmail.dat`: a list of attributes, each with its length, some of which hold properties. Only lengths and texts are
//! read; where the bytes of an attachment stand is remembered, and they are handed out from there.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::{CUT, ENCLOSED_MAX, Enclosed, OutlookMail, Props, TEXT_BYTES_MAX, WANTED, kind, line, tag, text};

/// The four bytes that every TNEF begins with.
pub const SIGNATURE: [u8; 4] = [0x78, 0x9f, 0x3e, 0x22];
/// Attributes of one mail, and values of all its properties, that are looked at.
const ATTRIBUTES_MAX: usize = 20_000;
const VALUES_MAX: usize = 100_000;
/// Bytes of the number before an object that is a mail.
const INTERFACE_BYTES: u64 = 16;

/// Attributes ([MS-OXTNEF] 2.1.3.2).
mod attribute {
    pub const CODEPAGE: u32 = 0x0006_9007;
    pub const SUBJECT: u32 = 0x0001_8004;
    pub const BODY: u32 = 0x0002_800c;
    pub const PROPS: u32 = 0x0006_9003;
    pub const ATTACHMENT_BEGINS: u32 = 0x0006_9002;
    pub const ATTACHMENT_TITLE: u32 = 0x0001_8010;
    pub const ATTACHMENT_DATA: u32 = 0x0006_800f;
    pub const ATTACHMENT_PROPS: u32 = 0x0006_9005;
}

#[derive(Default)]
struct Attachment {
    title: Vec<u8>,
    props: Props,
    data: Option<Range<u64>>,
    is_object: bool,
}

/// What the attributes hold.
#[derive(Default)]
struct Contents {
    codepage: Option<u32>,
    subject: Vec<u8>,
    body: Vec<u8>,
    props: Props,
    attachments: Vec<Attachment>,
}

/// Reads a TNEF and hands out what is attached in it; none when it is no TNEF.
///
/// # Errors
/// Those of reading the file.
pub fn read_tnef(
    file: &mut (impl Read + Seek),
    each: &mut dyn FnMut(Enclosed<'_>),
) -> io::Result<Option<OutlookMail>> {
    let size = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let mut pass = Pass { file, size, at: 0, values_left: VALUES_MAX };
    if pass.take()? != Some(SIGNATURE) || pass.skip(2)?.is_none() {
        return Ok(None);
    }
    let mut found = Contents::default();
    let mut is_cut = false;
    for _ in 0..ATTRIBUTES_MAX {
        // A level of one byte, a number, a length.
        let Some([_]) = pass.take()? else { break };
        let (Some(id), Some(length)) = (pass.u32()?, pass.u32()?) else {
            is_cut = true;
            break;
        };
        let end = pass.at + u64::from(length);
        found.attribute(&mut pass, id, end)?;
        is_cut = end > size;
        // A checksum of two bytes follows.
        pass.to(end + 2)?;
    }
    let Contents { codepage, subject, body, props, attachments } = found;
    let mut mail = props.mail(codepage);
    if mail.subject.is_empty() {
        mail.subject = line(&text(kind::TEXT_8, &subject, codepage));
    }
    if mail.text.is_empty() {
        mail.text = text(kind::TEXT_8, &body, codepage);
    }
    mail.is_cut = is_cut;
    for attachment in attachments {
        hand_out(pass.file, size, attachment, codepage, each)?;
    }
    Ok(Some(mail))
}

impl Contents {
    fn attribute<R: Read + Seek>(&mut self, pass: &mut Pass<'_, R>, id: u32, end: u64) -> io::Result<()> {
        if id == attribute::ATTACHMENT_BEGINS && self.attachments.len() < ENCLOSED_MAX {
            self.attachments.push(Attachment::default());
        }
        match (id, self.attachments.last_mut()) {
            (attribute::CODEPAGE, _) => self.codepage = pass.u32()?,
            (attribute::SUBJECT, _) => self.subject = pass.bytes(end)?,
            (attribute::BODY, _) => self.body = pass.bytes(end)?,
            (attribute::PROPS, _) => pass.props(end, &mut self.props, &mut None)?,
            (attribute::ATTACHMENT_TITLE, Some(last)) => last.title = pass.bytes(end)?,
            (attribute::ATTACHMENT_DATA, Some(last)) => last.data = Some(pass.at..end),
            (attribute::ATTACHMENT_PROPS, Some(last)) => {
                let mut data = None;
                pass.props(end, &mut last.props, &mut data)?;
                if let Some((range, is_object)) = data {
                    (last.data, last.is_object) = (Some(range), is_object);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn hand_out(
    file: &mut (impl Read + Seek),
    size: u64,
    attachment: Attachment,
    codepage: Option<u32>,
    each: &mut dyn FnMut(Enclosed<'_>),
) -> io::Result<()> {
    let Attachment { title, props, data, is_object } = attachment;
    let Range { mut start, end } = data.unwrap_or_default();
    let mut head = [0; 4];
    let mut is_mail = false;
    if is_object && end - start > INTERFACE_BYTES {
        file.seek(SeekFrom::Start(start + INTERFACE_BYTES))?;
        is_mail = file.read_exact(&mut head).is_ok() && head == SIGNATURE;
        start += INTERFACE_BYTES;
    }
    file.seek(SeekFrom::Start(start))?;
    let title = text(kind::TEXT_8, &title, codepage);
    let first = if is_mail { tag::DISPLAY_NAME } else { tag::LONG_NAME };
    let name = [props.text(&[first], codepage), title, props.name(codepage)];
    let mut bytes = file.take(end - start);
    each(Enclosed {
        name: name.into_iter().find(|name| !name.is_empty()).unwrap_or_default(),
        content_id: props.text(&[tag::CONTENT_ID], codepage),
        is_mail,
        is_hidden: props.number(tag::HIDDEN).is_some_and(|hidden| hidden != 0),
        bytes: if end > size { Err(CUT.to_owned()) } else { Ok(&mut bytes) },
    });
    Ok(())
}

/// A place in the file.
struct Pass<'x, R> {
    file: &'x mut R,
    size: u64,
    at: u64,
    values_left: usize,
}

impl<R: Read + Seek> Pass<'_, R> {
    fn to(&mut self, at: u64) -> io::Result<()> {
        self.at = at;
        self.file.seek(SeekFrom::Start(at)).map(drop)
    }

    /// None when the file ends before.
    fn skip(&mut self, count: u64) -> io::Result<Option<()>> {
        let is_there = self.at + count <= self.size;
        self.to(self.at + count)?;
        Ok(is_there.then_some(()))
    }

    fn take<const N: usize>(&mut self) -> io::Result<Option<[u8; N]>> {
        let mut bytes = [0; N];
        self.at += u64::try_from(N).unwrap_or(0);
        match self.file.read_exact(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            outcome => outcome.map(|()| Some(bytes)),
        }
    }

    fn u32(&mut self) -> io::Result<Option<u32>> {
        Ok(self.take()?.map(u32::from_le_bytes))
    }

    /// What stands up to `end`, as far as it is read as text.
    fn bytes(&mut self, end: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let wanted = end.saturating_sub(self.at).min(u64::try_from(TEXT_BYTES_MAX).unwrap_or(u64::MAX));
        self.file.by_ref().take(wanted).read_to_end(&mut bytes)?;
        self.to(end)?;
        Ok(bytes)
    }

    /// Reads properties up to `end` ([MS-OXTNEF] 2.1.3.4); where the bytes of an attachment stand, and whether they are an
    /// object, goes into `data`.
    fn props(
        &mut self,
        end: u64,
        props: &mut Props,
        data: &mut Option<(Range<u64>, bool)>,
    ) -> io::Result<()> {
        for _ in 0..self.u32()?.unwrap_or(0) {
            let Some([kind_low, kind_high, tag_low, tag_high]) = self.take()? else { return Ok(()) };
            let kind = u16::from_le_bytes([kind_low, kind_high]);
            let tag = u16::from_le_bytes([tag_low, tag_high]);
            if tag >= 0x8000 && self.skip_name()?.is_none() || self.at >= end {
                return Ok(());
            }
            let (is_many, single) = (kind & 0x1000 != 0, kind & !0x1000);
            let is_long = matches!(single, kind::TEXT_8 | kind::TEXT_16 | kind::BINARY | kind::OBJECT);
            let values = if is_many || is_long { self.u32()?.unwrap_or(0) } else { 1 };
            for _ in 0..values {
                if self.values_left == 0 {
                    return Ok(());
                }
                self.values_left -= 1;
                let length = match single {
                    _ if is_long => u64::from(self.u32()?.unwrap_or(0)),
                    0x0002 | 0x0003 | 0x0004 | 0x000a | 0x000b => 4,
                    0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => 8,
                    0x0048 => 16,
                    // Without its length nothing that follows can be read.
                    _ => return Ok(()),
                };
                let (start, stop) = (self.at, self.at + length);
                if start >= end {
                    return Ok(());
                }
                if tag == tag::DATA && is_long {
                    *data = Some((start..stop, single == kind::OBJECT));
                } else if is_long && stop <= end && WANTED.contains(&tag) {
                    let bytes = self.bytes(stop)?;
                    props.texts.push((tag, single, bytes));
                } else if length == 4 {
                    props.numbers.push((tag, self.u32()?.unwrap_or(0)));
                }
                self.to(start + length.next_multiple_of(4))?;
            }
        }
        Ok(())
    }

    /// Passes over the name of a property that has one instead of a number.
    fn skip_name(&mut self) -> io::Result<Option<()>> {
        self.skip(16)?;
        match self.u32()? {
            Some(0) => self.skip(4),
            Some(1) => {
                let Some(length) = self.u32()? else { return Ok(None) };
                self.skip(u64::from(length).next_multiple_of(4))
            }
            _ => Ok(None),
        }
    }
}
