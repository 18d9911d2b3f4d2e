//! The season is the ground on which other tests stand, so it is proved first: its mails are mails, its files open in
//! the readers that the house uses, and two runs give the same bytes. By other eyes than its writers': every check
//! here goes through a library.

// Helpers of tests may panic as tests may.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::io::{Cursor, Read as _};
use std::sync::LazyLock;

use calamine::{Data, DataType as _, Reader as _};
use mail_parser::{MessageParser, MimeHeaders as _};
use shouwen::domain::message::MessageKind;
use shouwen::domain::obligation::Standing;
use shouwen::rehearsal::season::{Delivery, END, INBOX, JUNK, MOMENTS, START, roster_emails, season, truth};

/// A file of the season with its name, archive members and attached mails opened.
struct File {
    name: String,
    bytes: Vec<u8>,
}

fn raw_attachments(raw: &[u8]) -> Vec<Vec<u8>> {
    let mail = MessageParser::default().parse(raw).expect("a mail");
    let bytes = |part: &mail_parser::MessagePart| match part.message() {
        Some(inner) => inner.raw_message().to_vec(),
        None => part.contents().to_vec(),
    };
    mail.attachments().map(bytes).collect()
}

/// The season, played once for all tests.
fn played() -> &'static [Delivery] {
    static SEASON: LazyLock<Vec<Delivery>> = LazyLock::new(season);
    &SEASON
}

/// All files by the names that the season itself gives, containers included.
fn files(delivery: &Delivery) -> Vec<File> {
    let names = delivery.expect.files.iter().map(|file| file.path.clone()).filter(|path| !path.contains('/'));
    let mut all = Vec::new();
    for (name, bytes) in names.zip(raw_attachments(&delivery.raw)) {
        if name.ends_with(".zip") {
            all.extend(members(&bytes));
        }
        if name.ends_with(".eml") {
            all.extend(
                raw_attachments(&bytes).into_iter().map(|bytes| File { name: "内.jpg".to_owned(), bytes }),
            );
        }
        all.push(File { name, bytes });
    }
    all
}

fn members(bytes: &[u8]) -> Vec<File> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut all = Vec::new();
    for index in 0..archive.len() {
        let mut member = match archive.by_index(index) {
            Ok(member) => member,
            Err(zip::result::ZipError::UnsupportedArchive(why)) if why.contains("Password") => continue,
            Err(fault) => panic!("{fault}"),
        };
        let (name, _, _) = encoding_rs::GB18030.decode(member.name_raw());
        let name = String::from_utf8(member.name_raw().to_vec()).unwrap_or(name.into_owned());
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).expect("a member whose checksum holds");
        if !name.ends_with('/') {
            all.push(File { name, bytes });
        }
    }
    all
}

fn of_ending(endings: &[&str]) -> Vec<File> {
    let is_whole = |delivery: &Delivery| {
        use shouwen::domain::message::PartState::Unreadable;
        !delivery.expect.files.iter().any(|file| file.states.contains(&Unreadable))
    };
    let all = played();
    let files = all.iter().filter(|delivery| is_whole(delivery)).flat_map(files);
    let found: Vec<File> = files
        .filter(|file| endings.iter().any(|ending| file.name.to_lowercase().ends_with(ending)))
        .collect();
    assert!(found.len() > 2, "only {} files of {endings:?}", found.len());
    found
}

#[test]
fn two_runs_give_the_same_bytes() {
    let (one, other) = (season(), season());
    assert_eq!(one.len(), other.len());
    assert!(one.iter().zip(&other).all(|(a, b)| a.raw == b.raw && a.at == b.at && a.expect == b.expect));
}

#[test]
fn the_season_is_long_small_and_in_order() {
    let all = played();
    assert!(all.len() >= 140, "{} mails", all.len());
    let size: usize = all.iter().map(|delivery| delivery.raw.len()).sum();
    assert!(size < 15 << 20, "{size} bytes");
    assert!(all.is_sorted_by_key(|delivery| delivery.at));
    assert!(all.iter().all(|delivery| delivery.at > START && delivery.at < END));
    assert!(all.iter().filter(|delivery| delivery.folder == JUNK).count() >= 3);
    assert!(all.iter().all(|delivery| [INBOX, JUNK].contains(&delivery.folder)));
    assert_eq!(roster_emails().len(), 30);
    assert!(roster_emails().iter().any(|(_, addresses)| addresses.is_empty()));
    println!("{} mails, {} KiB", all.len(), size >> 10);
}

#[test]
fn every_mail_parses_into_the_files_it_was_given() {
    let all = played();
    let mut ids = std::collections::BTreeSet::new();
    for delivery in all {
        let mail = MessageParser::default().parse(&delivery.raw).expect("a mail");
        let subject = mail.subject().unwrap_or_default().to_owned();
        let id = format!("<{}>", mail.message_id().expect("a Message-ID"));
        assert_eq!(id, delivery.expect.message_id, "{subject}");
        assert!(ids.insert(id), "a second mail with the id of {subject}");
        let received = mail.header_values("Received").next().and_then(|value| value.as_received());
        let received = received.and_then(|received| received.date()).expect("a Received with its date");
        assert_eq!(received.to_timestamp(), delivery.at.as_second(), "{subject}");
        let from =
            mail.from().and_then(|from| from.first()).and_then(|from| from.address()).expect("a sender");
        assert_ne!(from, "nobody@nowhere.example", "a story names a unit that the cast lacks: {subject}");
        assert!(from.ends_with(".example"), "{from}");
        let given = delivery.expect.files.iter().filter(|file| !file.path.contains('/')).count();
        let is_report = matches!(delivery.expect.kinds[..], [MessageKind::Bounce | MessageKind::Receipt]);
        if is_report {
            assert!(mail.attachment_count() >= 1, "{subject}");
        } else {
            assert_eq!(mail.attachment_count(), given, "{subject}");
        }
        assert!(mail.attachments().all(|part| part.is_message() || !part.contents().is_empty()), "{subject}");
        assert!(mail.attachments().all(|part| is_report || part.attachment_name().is_some()), "{subject}");
    }
}

/// Names of the members, which a locked archive tells too.
fn names(bytes: &[u8]) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let count = archive.len();
    let mut name = |index| {
        let member = archive.by_index_raw(index).expect("a member");
        let (name, _, _) = encoding_rs::GB18030.decode(member.name_raw());
        String::from_utf8(member.name_raw().to_vec()).unwrap_or(name.into_owned())
    };
    let all: Vec<String> = (0..count).map(&mut name).collect();
    all.into_iter().filter(|name| !name.ends_with('/')).collect()
}

#[test]
fn archive_members_are_those_that_the_truth_lists() {
    let all = played();
    let mut archives = 0;
    for delivery in all {
        let paths: Vec<&str> = delivery.expect.files.iter().map(|file| file.path.as_str()).collect();
        for (n, name) in paths.iter().enumerate().filter(|(_, path)| path.ends_with(".zip")) {
            let bytes = raw_attachments(&delivery.raw).swap_remove(n);
            let found: Vec<String> = names(&bytes).iter().map(|member| format!("{name}/{member}")).collect();
            let listed: Vec<&str> =
                paths.iter().filter(|path| path.starts_with(&format!("{name}/"))).copied().collect();
            assert_eq!(found, listed);
            archives += 1;
        }
    }
    assert!(archives >= 4);
}

fn cells<T: calamine::Reader<Cursor<Vec<u8>>>>(mut book: T) -> Vec<(String, calamine::Range<Data>)>
where
    T::Error: std::fmt::Debug,
{
    let names = book.sheet_names();
    names.into_iter().map(|name| (name.clone(), book.worksheet_range(&name).expect("a sheet"))).collect()
}

#[test]
fn workbooks_open_and_show_their_titles() {
    for file in of_ending(&[".xlsx", ".xls"]) {
        let source = Cursor::new(file.bytes);
        let sheets = if file.name.ends_with(".xls") {
            cells(calamine::Xls::new(source).expect("an xls"))
        } else {
            cells(calamine::Xlsx::new(source).expect("an xlsx"))
        };
        let texts: Vec<String> = sheets
            .iter()
            .flat_map(|(_, range)| range.used_cells())
            .map(|(_, _, cell)| cell.as_string().unwrap_or_default())
            .collect();
        let says = |word: &str| texts.iter().any(|text| text.contains(word));
        assert!(says("信息采集表") || says("情况统计表"), "{}: {texts:?}", file.name);
        assert!(says("填报单位") && says("填表说明"), "{}", file.name);
    }
}

#[test]
fn old_workbooks_keep_their_merges_and_numbers() {
    let book = of_ending(&["附件5.xls", "附件4.xls"])
        .into_iter()
        .find(|file| file.name == "附件5.xls")
        .expect("one");
    let mut book: calamine::Xls<_> = calamine::Xls::new(Cursor::new(book.bytes)).expect("an xls");
    assert_eq!(book.sheet_names()[0], "情况统计表");
    let merges = book.merge_cells_by_sheet_name("情况统计表").expect("merges");
    assert!(merges.iter().any(|merge| merge.start == (2, 9) && merge.end == (2, 11)), "{merges:?}");
    let range = book.worksheet_range("情况统计表").expect("the sheet");
    assert!(range.get_value((4, 6)).and_then(|cell| cell.as_f64()).is_some_and(|firms| firms > 0.0));
}

#[test]
fn documents_hold_their_text() {
    for file in of_ending(&[".docx"]) {
        let body = members(&file.bytes)
            .into_iter()
            .find(|member| member.name == "word/document.xml")
            .expect("a body");
        let text = String::from_utf8(body.bytes).expect("UTF-8");
        assert!(text.contains("<w:t>") && text.ends_with("</w:document>"), "{}", file.name);
    }
    let with_picture = of_ending(&[".docx"]).into_iter().filter(|file| {
        members(&file.bytes)
            .iter()
            .any(|member| member.name == "word/media/image1.jpeg" && !member.bytes.is_empty())
    });
    assert!(with_picture.count() >= 1);
}

#[test]
fn pdfs_are_text_or_scans() {
    let (mut texts, mut scans) = (0, 0);
    for file in of_ending(&[".pdf"]) {
        let pdf = lopdf::Document::load_mem(&file.bytes).expect("a pdf");
        let pages = pdf.get_pages();
        assert!(!pages.is_empty(), "{}", file.name);
        let text = pdf.extract_text(&[1]).unwrap_or_default();
        let images =
            pages.values().map(|page| pdf.get_page_images(*page).expect("images").len()).sum::<usize>();
        if images > 0 {
            assert!(text.trim().is_empty(), "{}: {text}", file.name);
            scans += 1;
        } else {
            assert!(text.contains("2023年职业教育活动周"), "{}: {text}", file.name);
            texts += 1;
        }
    }
    assert!(texts >= 2 && scans >= 30, "{texts} with text, {scans} scans");
}

#[test]
fn photos_decode_and_films_tell_their_length() {
    let mut dated = 0;
    for file in of_ending(&[".jpg"]) {
        let picture =
            image::load_from_memory_with_format(&file.bytes, image::ImageFormat::Jpeg).expect("a picture");
        assert!(picture.width() >= 96, "{}", file.name);
        let is_small = file.name.starts_with("image");
        assert!(
            is_small || (10_000..45_000).contains(&file.bytes.len()),
            "{}: {}",
            file.name,
            file.bytes.len()
        );
        let source = nom_exif::MediaSource::from_memory(file.bytes).expect("a source");
        if let Ok(exif) = nom_exif::MediaParser::new().parse_exif(source) {
            let exif: nom_exif::Exif = exif.into();
            let taken = exif.get(nom_exif::ExifTag::DateTimeOriginal).expect("when it was taken");
            assert!(taken.to_string().contains("2023"), "{taken}");
            dated += 1;
        }
    }
    assert!(dated >= 50, "{dated} photos with a date");
    let film = played().iter().flat_map(files).find(|file| file.name.ends_with(".mp4")).expect("a film");
    let source = nom_exif::MediaSource::from_memory(film.bytes).expect("a source");
    let film = nom_exif::MediaParser::new().parse_track(source).expect("its header");
    let length_ms =
        film.get(nom_exif::TrackInfoTag::DurationMs).and_then(|length| length.as_u64()).expect("its length");
    assert!((30_000..=180_000).contains(&length_ms), "{length_ms}");
}

#[test]
fn the_truth_follows_the_stories() {
    let all = played();
    let at = |moment: &str, unit: &str, requirement: &str, day: Option<i8>| {
        let known = truth(all, moment.parse().expect("a moment"));
        let day = day.map(|day| jiff::civil::date(2023, 5, day));
        known
            .into_iter()
            .find(|t| t.unit == unit && t.requirement == requirement && t.day == day)
            .map(|t| t.standing)
    };
    let [eve, morning, _, week, _, end] = MOMENTS;
    assert_eq!(at(eve, "绵阳职业技术学院", "plan", None), Some(Standing::Complete));
    assert_eq!(at(eve, "四川科技职业学院", "plan", None), Some(Standing::Open));
    assert_eq!(at(morning, "四川科技职业学院", "plan", None), Some(Standing::CompleteLate));
    assert_eq!(at(morning, "成都工业职业技术学院", "plan", None), Some(Standing::OverduePartial));
    assert_eq!(at(morning, "南充科技职业学院", "plan", None), Some(Standing::Overdue));
    assert_eq!(
        at(morning, "遂宁市教育和体育局", "plan", None),
        None,
        "nobody can see into the encrypted archive"
    );
    assert_eq!(at(week, "四川职业技术学院", "daily", Some(14)), Some(Standing::CompleteLate));
    assert_eq!(at(week, "四川希望汽车职业学院", "daily", Some(16)), Some(Standing::Nil));
    assert_eq!(at(week, "南充科技职业学院", "daily", Some(20)), Some(Standing::NotOpen));
    assert_eq!(at(end, "南充市教育和体育局", "summary", None), Some(Standing::Complete));
    assert_eq!(at(end, "成都工贸职业技术学院", "summary", None), Some(Standing::CompleteLate));
    for moment in MOMENTS {
        assert!(truth(all, moment.parse().expect("a moment")).len() > 150);
    }
}
