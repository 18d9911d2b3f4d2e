//! Photos made small for the page and compared with one another: from kept bytes through the caged reader to what staff
//! see. The sender's own bytes are shown nowhere.

use std::io::{Cursor, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jiff::Timestamp;
use shouwen::clock::Clock;
use shouwen::domain::facts::{Content, MailFacts, PartFacts, Role};
use shouwen::domain::message::{MessageKind, PartState};
use shouwen::domain::submission::Filing;
use shouwen::intake::darkroom::Darkroom;
use shouwen::reader::ReadingDesk;
use shouwen::report::{self, MessageJson};
use shouwen::store::{Captured, FiledPart, MessageFilter, Registration, Reported, Sighting};
use shouwen::web;

use crate::desk::{Desk, bare_desk};

const NOW: &str = "2023-05-16T18:00:00+08:00";

/// A drawn scene: sky, a house at `left`, a sun.
fn scene(left: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(800, 600, |x, y| {
        let in_house = (left..left + 250).contains(&x) && y > 250;
        let in_sun = (x.abs_diff(650)).pow(2) + (y.abs_diff(120)).pow(2) < 90 * 90;
        match (in_house, in_sun) {
            (true, _) => Rgb([110, 60, 40]),
            (_, true) => Rgb([250, 240, 120]),
            _ => Rgb([120, 160, (120 + y / 6).min(255).to_le_bytes()[0]]),
        }
    }))
}

fn jpeg(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn keep(desk: &Desk, bytes: &[u8]) -> String {
    let mut incoming = desk.store.blobs().begin().unwrap();
    incoming.write_all(bytes).unwrap();
    let staged = incoming.finish().unwrap();
    let sha256 = staged.sha256.clone();
    desk.store.blobs().keep(vec![staged]).unwrap();
    sha256
}

/// A mail of a unit with photos for a day, filed. Returns its number and the photos' hashes.
fn mail(desk: &Desk, unit: &str, day: &str, photos: &[(&str, &[u8])]) -> (i64, Vec<String>) {
    let at: Timestamp = NOW.parse().unwrap();
    let (campaign, unit) = (desk.campaign(), desk.campaign().roster.find(unit).unwrap().code.clone());
    let raw = keep(desk, format!("{unit}{day}{photos:?}").as_bytes());
    let uid = u32::from_str_radix(&raw[..7], 16).unwrap();
    let sighting = Sighting { mailbox: "zjc".into(), folder: "INBOX".into(), uidvalidity: 7, uid };
    let (note, announced) = (String::new(), Default::default());
    let captured =
        Captured { sha256: raw, size: 1, received_at: at, sighting, is_history: false, note, announced };
    let id = desk.store.capture(&[captured], at).unwrap()[0];
    let hashes: Vec<String> = photos.iter().map(|(_, bytes)| keep(desk, bytes)).collect();
    let part = |(name, bytes): &(&str, &[u8])| PartFacts {
        path: (*name).into(),
        name: (*name).into(),
        parent: None,
        file: None,
        size: u64::try_from(bytes.len()).unwrap(),
        media_type: "image/jpeg".into(),
        role: Role::Attachment,
        content: Content::Photo { width: 800, height: 600, taken: None, has_gps: false },
        trouble: None,
        has_macros: false,
        pasted_bytes: None,
    };
    let facts = MailFacts { parts: photos.iter().map(part).collect(), ..Default::default() };
    let reported = Reported { id, facts, hashes: hashes.iter().cloned().map(Some).collect() };
    desk.store.save_facts(&[reported], at).unwrap();
    let filed = hashes.iter().map(|sha256| FiledPart {
        campaign: None,
        state: PartState::Accepted,
        why: "照片".into(),
        filings: vec![Filing {
            campaign: campaign.id.clone(),
            unit: unit.clone(),
            requirement: "daily".into(),
            day: Some(day.parse().unwrap()),
            item: "photo".into(),
            state: PartState::Accepted,
            flaws: vec![],
            received_at: at,
            message: id,
            ordinal: 0,
            sha256: sha256.clone(),
            version: None,
        }],
    });
    let registration = Registration {
        kind: MessageKind::Submission,
        campaign: Some(campaign.id.clone()),
        unit: Some(unit.clone()),
        unit_by: None,
        review: None,
        may_concern: vec![],
        may_be_of: vec![],
        may_hold_material: true,
        evidence: vec![],
        parts: filed.collect(),
        loose: vec![],
        readings: vec![],
        learned: vec![],
        accepted: vec![],
        echoes: vec![],
    };
    desk.store.register(&[(id, registration)], &desk.config.campaigns, at).unwrap();
    (id, hashes)
}

fn darkroom(desk: &Desk) -> Darkroom {
    let scratch = desk.store.blobs().scratch_dir().join("darkroom");
    let program = Path::new(env!("CARGO_BIN_EXE_shouwen"));
    Darkroom::at(&desk.store, ReadingDesk::with_program(program, &scratch))
}

/// Mails as they are told, with what came before of the same.
fn told(desk: &Desk, filter: &MessageFilter) -> Vec<MessageJson> {
    let (rows, campaigns) = (desk.store.messages(filter).unwrap(), &desk.config.campaigns);
    let mut told = report::messages_json(&rows, campaigns, NOW.parse().unwrap());
    report::add_alike(&desk.store, campaigns, &mut told, |_, _| true).unwrap();
    told
}

/// Which earlier mails each part of each mail is like, and whether it is the same file.
fn alike(desk: &Desk) -> Vec<Vec<(i64, bool)>> {
    let all = told(desk, &MessageFilter::default());
    let parts = all.iter().flat_map(|mail| &mail.parts);
    parts.map(|part| part.alike.iter().map(|alike| (alike.message, alike.same)).collect()).collect()
}

#[test]
fn photos_are_compared_when_the_river_rests() {
    let desk = bare_desk();
    let original = scene(100);
    let (first, hashes) = mail(
        &desk,
        "绵阳职业技术学院",
        "2023-05-14",
        &[("开放日.jpg", &jpeg(&original)), ("白.jpg", &jpeg(&DynamicImage::new_rgb8(80, 60)))],
    );
    let smaller = original.resize(400, 300, FilterType::Triangle).brighten(12);
    let (second, _) = mail(
        &desk,
        "绵阳职业技术学院",
        "2023-05-15",
        &[("开放日.jpg", &jpeg(&original)), ("另一张.jpg", &jpeg(&scene(400)))],
    );
    let (third, cut) = mail(
        &desk,
        "成都市教育局",
        "2023-05-15",
        &[
            ("转来.jpg", &jpeg(&smaller)),
            ("坏.jpg", &jpeg(&original)[..90]),
            ("黑.jpg", &jpeg(&DynamicImage::new_rgb8(90, 60))),
        ],
    );
    assert_eq!(alike(&desk)[2], [(first, true)], "the same file is known by its hash alone");
    assert_eq!(alike(&desk)[4], []);
    let darkroom = darkroom(&desk);
    assert_eq!(darkroom.develop(&|| true).unwrap(), 0);
    assert_eq!(darkroom.develop(&|| false).unwrap(), 6);
    assert_eq!(darkroom.develop(&|| false).unwrap(), 0, "each is looked at once");
    let found = alike(&desk);
    assert_eq!(found[0], []);
    assert_eq!(found[2], [(first, true)]);
    assert_eq!(found[3], [], "another scene");
    assert_eq!(found[4], [(first, false), (second, false)], "smaller and brighter, by another unit");
    assert_eq!((&found[1], &found[6]), (&vec![], &vec![]), "blank pictures are like any other");
    assert_eq!(darkroom.thumbnail(&cut[1]).unwrap(), None);
    let json = told(&desk, &MessageFilter { id: Some(second), ..Default::default() });
    let json = serde_json::to_value(json).unwrap();
    let same = serde_json::json!([{"message": first, "path": "开放日.jpg", "same": true}]);
    assert_eq!(json[0]["parts"][0]["alike"], same);
    assert_eq!(json[0]["parts"][1].get("alike"), None);
    let json = told(&desk, &MessageFilter { id: Some(third), ..Default::default() });
    let json = serde_json::to_value(json).unwrap();
    assert_eq!(json[0]["parts"][0]["alike"][0]["same"], false);
    assert!(desk.store.thumbnail(&hashes[0]).unwrap().is_some());
}

#[test]
fn the_page_shows_thumbnails_that_we_made() {
    let desk = bare_desk();
    // A photo that hides a page behind its end, stored on its side.
    let mut bytes = jpeg(&scene(100));
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    bytes.splice(2..2, [&b"\xff\xe1"[..], &length, exif].concat());
    bytes.extend(b"<script>alert(1)</script>");
    let (first, hashes) = mail(&desk, "绵阳职业技术学院", "2023-05-14", &[("开放日.jpg", &bytes)]);
    let (second, _) = mail(&desk, "绵阳职业技术学院", "2023-05-15", &[("开放日.jpg", &bytes)]);
    let unit = desk.campaign().roster.find("绵阳职业技术学院").unwrap().code.clone();
    let raw = desk.store.messages(&MessageFilter::default()).unwrap()[0].sha256.clone();
    let path = format!("/thumbnail/{}", hashes[0]);
    let (at, _runtime) = serve(&desk);
    let home = "/c/2023-activity-week/";
    for page in [format!("{home}units/{unit}"), format!("/mail/{second}"), format!("{home}media?day=all")] {
        let (_, body) = get(at, &page);
        let body = String::from_utf8(body).unwrap();
        assert!(body.contains(&format!("src=\"{path}\"")), "{page} shows no thumbnail");
        assert!(
            body.contains(&format!("与<a href=\"/mail/{first}\">来件#{first}</a>的"))
                && body.contains("相同"),
            "{page}"
        );
    }
    for _ in 0..2 {
        let (head, shown) = get(at, &path);
        for line in [
            "200 ok",
            "content-type: image/jpeg",
            "x-content-type-options: nosniff",
            "content-security-policy: default-src 'none'",
        ] {
            assert!(head.contains(line), "no {line} in {head}");
        }
        assert!(!shown.windows(7).any(|window| window == b"<script" || window == b"Exif\0\0M"));
        let small = image::load_from_memory(&shown).unwrap();
        assert!(
            small.height() > small.width() && small.height() <= 320,
            "{}x{}",
            small.width(),
            small.height()
        );
        // Whoever deletes what is derived loses nothing.
        let folder = desk.config.data_dir.join("thumbnails");
        std::fs::remove_file(folder.join(format!("{}.jpg", hashes[0]))).unwrap();
    }
    for other in [raw.as_str(), &"0".repeat(64), "..%2f..%2fshouwen.db", "abc", "%E5%9B%BE"] {
        assert!(get(at, &format!("/thumbnail/{other}")).0.contains("404"), "{other}");
    }
}

fn serve(desk: &Desk) -> (SocketAddr, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let at = listener.local_addr().unwrap();
    let shown = web::Desk {
        store: desk.store.clone(),
        campaigns: desk.config.campaigns.clone(),
        mailboxes: desk.config.mailboxes.clone(),
        reminders: desk.config.reminders.clone(),
        settings: desk.config.web.clone(),
        clock: Clock::stepped(NOW.parse().unwrap()),
        darkroom: Arc::new(darkroom(desk)),
        forecast: Arc::new(|| Ok(Default::default())),
    };
    runtime.spawn(web::serve(listener, shown, std::future::pending()));
    (at, runtime)
}

/// Head in lower case, and body.
fn get(at: SocketAddr, path: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(at).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let body = bytes.split_off(end + 4);
    (String::from_utf8(bytes).unwrap().to_lowercase(), body)
}
