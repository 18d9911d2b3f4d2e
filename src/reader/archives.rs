//! The part of the walk through a mail that concerns archives: their members become parts like any other, and what is
//! locked is tried with the passwords that the mail itself tells.

use std::path::Path;

use super::bytes::Bytes;
use super::content::{PANICKED, guarded};
use super::names::{member_path, unnamed};
use super::unpack::{Depth, Found, Unpacker};
use crate::archive::{Format, Job, Member, unpack};
use crate::domain::facts::Role;
use crate::fault::kill_point;
use crate::mime;

/// Scratch file for members that must be written before they are read.
const SPOOL: &str = "spool";

impl Unpacker<'_> {
    /// Lists the members of an archive and looks into each.
    pub(super) fn archive(&mut self, index: usize, file: Bytes, format: Format, depth: Depth) {
        self.edit(index, |part| part.role = Role::Archive);
        if depth.archives >= self.limits.archive_depth {
            return self.trouble(index, &format!("压缩包嵌套超过{}层，未解开", self.limits.archive_depth));
        }
        let inner = Depth { archives: depth.archives + 1, ..depth };
        let name = self.facts.parts.get(index).map(|part| part.name.clone()).unwrap_or_default();
        let passwords = self.passwords.with(name.rsplit_once('.').map_or(&name, |(stem, _)| stem));
        let spool = self.scratch.join(format!("{SPOOL}-{}", depth.archives));
        let job = Job { budget: self.budget, depth: depth.archives, passwords: &passwords, spool: &spool };
        kill_point("reader.unpack");
        let mut place = 0;
        let unpacked = guarded(|| {
            unpack(format, file, job, &mut |member| {
                self.member(place, member, index, stem(&name), inner);
                place += 1;
            })
        });
        empty(&spool);
        let trouble = unpacked.unwrap_or_else(|| Some(PANICKED.to_owned()));
        let trouble = trouble.or_else(|| (place == 0).then(|| "压缩包里没有文件".to_owned()));
        if let Some(trouble) = trouble {
            self.trouble(index, &trouble);
        }
    }

    fn member(&mut self, place: usize, member: Member<'_>, parent: usize, stem: &str, depth: Depth) {
        let label = member.is_utf8.then_some("utf-8");
        let mut name = member_path(&mime::charset::text(&member.name_raw, label));
        if member.name_raw.is_empty() {
            name = stem.to_owned();
        }
        if name.is_empty() {
            name = unnamed(place, "");
        }
        let found = Found::inside(parent, Role::Member, name, place, depth);
        self.inner(found, member.declared_bytes, member.bytes);
    }
}

/// What is compressed in a file of this name, where nothing else tells.
fn stem(name: &str) -> &str {
    let endings = [".gz", ".bz2", ".xz"];
    let cut = endings.iter().find_map(|ending| {
        let from = name.len().checked_sub(ending.len())?;
        name.get(from..)?.eq_ignore_ascii_case(ending).then_some(from)
    });
    cut.and_then(|cut| name.get(..cut)).unwrap_or_default()
}

/// The spool has served. A reader may not remove files.
fn empty(spool: &Path) {
    if spool.exists() {
        let _ = std::fs::File::create(spool);
    }
}
