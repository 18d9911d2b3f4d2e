//! The channel between parent and reader: a socket pair with length-prefixed JSON frames. A request carries the raw mail
//! as an open file, so that the reader needs no path to it.

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::facts::MailFacts;
use crate::media::Thumbnail;

/// What is wanted of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// All of it.
    Whole,
    /// Its header: what can be known of a mail that ends its readers.
    Header,
    /// Not a mail but a photo, made small.
    Thumbnail,
}

impl Wish {
    fn byte(self) -> u8 {
        match self {
            Wish::Whole => b'W',
            Wish::Header => b'H',
            Wish::Thumbnail => b'T',
        }
    }
}

/// The reader's first word, after it has locked itself in.
#[derive(Debug, Serialize, Deserialize)]
pub struct Hello {
    /// What the cage lacks, in words for staff.
    pub gaps: Vec<String>,
}

/// The reader's answer about one mail or photo.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// It was read.
    Facts(Box<MailFacts>),
    /// The photo made small, or why it cannot be shown.
    Thumbnail(Result<Thumbnail, String>),
    /// The scratch folder could not be written; nothing is wrong with the mail.
    ScratchFailed(String),
}

/// Sends one frame.
pub fn send(mut stream: &UnixStream, value: &impl Serialize) -> io::Result<()> {
    const LENGTH: [u8; 4] = [0; 4];
    // Both in one piece: the other side is woken once.
    let mut frame = LENGTH.to_vec();
    serde_json::to_writer(&mut frame, value)?;
    let length = u32::try_from(frame.len() - LENGTH.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    frame.splice(..LENGTH.len(), length.to_be_bytes());
    stream.write_all(&frame)
}

/// Receives one frame of at most `bytes_max`, all of it before `deadline`.
pub fn receive<T: DeserializeOwned>(stream: &UnixStream, bytes_max: u32, deadline: Instant) -> io::Result<T> {
    let mut length = [0u8; 4];
    read_before(stream, &mut length, deadline)?;
    let length = u32::from_be_bytes(length);
    if length > bytes_max {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("frame of {length} bytes")));
    }
    let mut body = vec![0u8; usize::try_from(length).unwrap_or(usize::MAX)];
    read_before(stream, &mut body, deadline)?;
    serde_json::from_slice(&body).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn read_before(mut stream: &UnixStream, mut buffer: &mut [u8], deadline: Instant) -> io::Result<()> {
    while !buffer.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => buffer = buffer.get_mut(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Asks for one mail: the wish in a single byte, with the open file.
pub fn send_wish(stream: &UnixStream, wish: Wish, file: BorrowedFd<'_>) -> io::Result<()> {
    let files = [file];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !control.push(SendAncillaryMessage::ScmRights(&files)) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    sendmsg(stream, &[IoSlice::new(&[wish.byte()])], &mut control, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// The next mail to read; none when the parent has closed the channel.
pub fn receive_wish(stream: &UnixStream) -> io::Result<Option<(Wish, OwnedFd)>> {
    let mut byte = [0u8; 1];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(stream, &mut [IoSliceMut::new(&mut byte)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    if received.bytes == 0 {
        return Ok(None);
    }
    let mut files = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut files) => files.next(),
        _ => None,
    });
    let known = [Wish::Header, Wish::Thumbnail].into_iter().find(|wish| byte == [wish.byte()]);
    let wish = known.unwrap_or(Wish::Whole);
    files.next().map(|file| Some((wish, file))).ok_or_else(|| io::ErrorKind::InvalidData.into())
}
