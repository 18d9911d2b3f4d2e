//! The reader's own life: locks itself in, says hello, then reads mail after mail until the channel closes.

use std::fs::File;
use std::io::{self, BufReader};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rustix::event::{PollFd, PollFlags, poll};

use super::bytes::Bytes;
use super::cage;
use super::channel::{Hello, Reply, Wish, receive_wish, send};
use super::content::{PANICKED, guarded};
use super::limits::Limits;
use super::unpack::read_mail;
use crate::domain::facts::MailFacts;
use crate::{media, mime};

/// `shouwen reader SCRATCH`: standard input is the channel. Started by the parent only.
pub fn child_main() -> ExitCode {
    let Some(scratch) = std::env::args_os().nth(2).map(PathBuf::from) else { return ExitCode::from(2) };
    let Ok(channel) = io::stdin().as_fd().try_clone_to_owned().map(UnixStream::from) else {
        return ExitCode::from(2);
    };
    // A parser's panic is data, told in the report; its words would only fill the log.
    std::panic::set_hook(Box::new(|_| {}));
    let limits = Limits::HOUSE;
    // What is written here becomes the office's files as they are.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let gaps = cage::enter(&scratch, &limits);
    if end_with_parent(&channel).is_err() {
        return ExitCode::FAILURE;
    }
    let life = move || -> io::Result<()> {
        send(&channel, &Hello { gaps })?;
        while let Some((wish, raw)) = receive_wish(&channel)? {
            send(&channel, &reply(wish, File::from(raw), &scratch, &limits))?;
        }
        Ok(())
    };
    // Parsers of documents recurse: a wide stack.
    let thread = std::thread::Builder::new().stack_size(limits.stack_bytes).spawn(life);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Ends this process as soon as the parent is gone, whatever mail it is over: nobody would take its report, and the next
/// daemon clears the scratch folder under it.
fn end_with_parent(channel: &UnixStream) -> io::Result<()> {
    let channel = channel.try_clone()?;
    let watch = move || {
        let mut parent = [PollFd::new(&channel, PollFlags::RDHUP)];
        while poll(&mut parent, None).is_err() {}
        std::process::exit(1)
    };
    std::thread::Builder::new().spawn(watch).map(drop)
}

fn reply(wish: Wish, file: File, scratch: &Path, limits: &Limits) -> Reply {
    if wish == Wish::Thumbnail {
        let made = guarded(|| media::thumbnail(BufReader::new(file), &limits.media));
        return Reply::Thumbnail(made.unwrap_or_else(|| Err(PANICKED.to_owned())));
    }
    match read_raw(wish, file, scratch, limits) {
        Ok(facts) => Reply::Facts(Box::new(facts)),
        Err(error) => Reply::ScratchFailed(error.to_string()),
    }
}

fn read_raw(wish: Wish, file: File, scratch: &Path, limits: &Limits) -> io::Result<MailFacts> {
    let is_too_large = file.metadata()?.len() > limits.mail_bytes;
    let mut file = Bytes::of(file)?;
    if wish == Wish::Whole && !is_too_large {
        return read_mail(&mut file, scratch, limits);
    }
    let walked = mime::walk_header(&mut file, &limits.mime)?;
    let mut facts = MailFacts { header: mime::header_facts(&walked), ..MailFacts::default() };
    if is_too_large {
        facts.trouble.push(format!("邮件超过{} MB，未拆开", limits.mail_bytes / 1024 / 1024));
    }
    Ok(facts)
}
