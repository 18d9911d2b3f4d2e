//! Mail by number for the stories that need thousands: mostly small with an attachment, some with a form of a unit,
//! some of several megabytes, some twice. Each says its number in a header field, and no two arrive in one second.

use jiff::{Timestamp, ToSpan as _};
use shouwen::rehearsal::season::script::unit;
use shouwen::rehearsal::season::things::{form4, plan_set};

use crate::ledger::FOLDERS;
use crate::world::dovecot::STORY_HEADER;

const UNITS: [&str; 4] = ["泸州职业技术学院", "四川护理职业学院", "绵阳职业技术学院", "成都工贸职业技术学院"];
/// What stands in a written form mail where its number belongs.
const NO_NUMBER: &str = "0000000";

/// A mail on its way into a folder.
pub struct Posting {
    /// Folder as people read it.
    pub folder: &'static str,
    /// The mail.
    pub raw: Vec<u8>,
    /// When the server receives it.
    pub at: Timestamp,
}

/// Writes mails by their number.
pub struct Mailbag {
    forms: Vec<Vec<u8>>,
    large_every: u32,
}

impl Mailbag {
    /// A bag in which every so many-th mail is large.
    pub fn new(large_every: u32) -> Self {
        let form = |(number, name): (usize, &&str)| {
            let act = unit(name).on(&format!("05-08 1{number}:00")).header(STORY_HEADER, NO_NUMBER);
            match number {
                0 => act.titled("{unit}活动周材料").sends(plan_set()).raw(),
                _ => act.titled("{unit}报送采集表").sends(vec![form4()]).raw(),
            }
        };
        Self { forms: UNITS.iter().enumerate().map(form).collect(), large_every }
    }

    /// Mail of this number, as often as it arrives: every 25th is put into two folders.
    pub fn postings(&self, number: u32) -> Vec<Posting> {
        let raw = self.mail(number);
        let at = arrival(number);
        let folder = match number {
            _ if number % 7 == 3 => FOLDERS[1],
            _ if number % 11 == 5 => FOLDERS[2],
            _ => FOLDERS[0],
        };
        let mut postings = vec![Posting { folder, raw: raw.clone(), at }];
        if number.is_multiple_of(25) {
            postings.push(Posting { folder: FOLDERS[2], raw, at });
        }
        postings
    }

    fn mail(&self, number: u32) -> Vec<u8> {
        if number % self.large_every == self.large_every - 1 {
            return large(number);
        }
        if number % 20 == 7 {
            let form = &self.forms[(number / 20) as usize % self.forms.len()];
            return numbered(form, number);
        }
        small(number)
    }
}

/// One in 97 is older than the mailbox's `since`.
fn arrival(number: u32) -> Timestamp {
    let begin = if number % 97 == 1 { "2023-04-01T09:00:00+08:00" } else { "2023-05-08T09:00:00+08:00" };
    begin.parse::<Timestamp>().unwrap() + (i64::from(number) * 13).seconds()
}

fn small(number: u32) -> Vec<u8> {
    let body = format!(
        "材料 {number}\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=\"{number}.csv\"\r\n\r\na,b,{number}\r\n"
    );
    mail(number, "Content-Type: text/plain; charset=utf-8\r\n\r\n", &body)
}

/// Two to three megabytes of film, so that several windows are cut.
fn large(number: u32) -> Vec<u8> {
    let head = "Content-Type: video/mp4\r\nContent-Disposition: attachment; filename=\"film.mp4\"\r\n\
                Content-Transfer-Encoding: base64\r\n\r\n";
    let lines = 28_000 + number % 3 * 6_000;
    mail(number, head, &(0..lines).map(|line| format!("{line:0>76}\r\n")).collect::<String>())
}

fn mail(number: u32, part_head: &str, part: &str) -> Vec<u8> {
    format!(
        "From: <clerk{clerk}@unit.example>\r\nTo: <office@163.example>\r\nSubject: material {number}\r\n\
         Message-ID: <{number}@unit.example>\r\n{STORY_HEADER}: {number:07}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{part_head}{part}--b--\r\n",
        clerk = number % 90
    )
    .into_bytes()
}

/// A written form mail under a number and a Message-ID of its own.
fn numbered(form: &[u8], number: u32) -> Vec<u8> {
    let replaced = |raw: &[u8], from: &[u8], to: &str| {
        let at = raw.windows(from.len()).position(|window| window == from).unwrap();
        [&raw[..at], to.as_bytes(), &raw[at + from.len()..]].concat()
    };
    let raw = replaced(
        form,
        format!("{STORY_HEADER}: {NO_NUMBER}").as_bytes(),
        &format!("{STORY_HEADER}: {number:07}"),
    );
    replaced(&raw, b"Message-ID: <", &format!("Message-ID: <{number}."))
}
