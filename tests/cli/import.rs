//! The way in from files: the same mails in every wrapping are the same mails.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use shouwen::rehearsal::season::{Delivery, season};

use crate::desk::{Desk, bare_desk};
use crate::{MORNING, at, json};

/// The story of a unit that is complete in three mails, and one of a stranger.
fn mails() -> Vec<Delivery> {
    let mut all = season();
    all.retain(|mail| mail.expect.units == [Some("绵阳职业技术学院")]);
    all.truncate(4);
    assert_eq!(all.len(), 4);
    all
}

fn import(desk: &Desk, paths: &[PathBuf]) -> String {
    let mut words = vec!["import"];
    words.extend(paths.iter().map(|path| path.to_str().unwrap()));
    let done = at(desk, MORNING, &words);
    assert_eq!(done.status, 0, "{}", done.told);
    done.out
}

fn write(path: &Path, bytes: &[u8]) -> PathBuf {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    path.to_owned()
}

fn mbox(mails: &[Delivery]) -> Vec<u8> {
    let mut file = Vec::new();
    for mail in mails {
        file.extend_from_slice(b"From someone@unit.example Mon May  8 10:21:00 2023\r\n");
        file.extend_from_slice(&mail.raw);
        file.extend_from_slice(b"\r\n");
    }
    file
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn every_wrapping_brings_the_same_mails_and_again_is_nothing_new() {
    let (desk, mails) = (bare_desk(), mails());
    let base = desk.dir.path().join("in");
    let one = write(&base.join("一封.eml"), &mails[0].raw);
    assert!(import(&desk, std::slice::from_ref(&one)).contains("导入 1 封，新登记 1 封"));
    write(&base.join("夹/二.eml"), &mails[1].raw);
    write(&base.join("夹/说明.bin"), b"\xff\xd8\xff\xe0no mail");
    assert!(import(&desk, &[base.join("夹")]).contains("导入 1 封，新登记 1 封"));
    for (folder, name) in [("cur", "1683512460.M1.host:2,S"), ("new", "1683512461.M2.host")] {
        write(&base.join("邮箱").join(folder).join(name), &mails[2].raw);
    }
    write(&base.join("邮箱/tmp/half"), b"Subject: never delivered\r\n");
    assert!(import(&desk, &[base.join("邮箱")]).contains("导入 2 封，新登记 1 封"), "one mail seen twice");
    let mbox = write(&base.join("旧信箱"), &mbox(&mails));
    assert!(import(&desk, std::slice::from_ref(&mbox)).contains("导入 4 封，新登记 1 封"));
    let before = json(&desk, MORNING, &["messages", "--json"]);
    assert_eq!(before.as_array().unwrap().len(), 4);
    let inner = zipped(&[("内/一封.eml", &mails[0].raw)]);
    let whole = std::fs::read(&mbox).unwrap();
    let zip =
        zipped(&[("a.eml", &mails[1].raw), ("box", &whole), ("inner.zip", &inner), ("图.jpg", b"\xff\xd8")]);
    let zip = write(&base.join("全部.zip"), &zip);
    for path in [zip, one, base.join("夹"), base.join("邮箱"), mbox] {
        assert!(import(&desk, std::slice::from_ref(&path)).contains("新登记 0 封"), "{}", path.display());
    }
    assert_eq!(json(&desk, MORNING, &["messages", "--json"]), before, "importing again changed something");
    assert_eq!(at(&desk, MORNING, &["verify"]).status, 0);
}

#[test]
fn imported_mail_is_filed_as_if_it_had_come() {
    let (desk, mails) = (bare_desk(), mails());
    let folder = desk.dir.path().join("in");
    for (n, mail) in mails.iter().enumerate() {
        write(&folder.join(format!("{n}.eml")), &mail.raw);
    }
    import(&desk, &[folder]);
    let all = json(&desk, MORNING, &["messages", "--json"]);
    for (row, mail) in all.as_array().unwrap().iter().zip(&mails) {
        let at: jiff::Timestamp = row["received_at"].as_str().unwrap().parse().unwrap();
        assert_eq!((row["message_id"].as_str().unwrap(), at), (mail.expect.message_id.as_str(), mail.at));
        assert_eq!(row["unit"], "绵阳职业技术学院");
    }
    let status = json(&desk, MORNING, &["status", "--json", "--unit", "绵阳职院"]);
    assert_eq!(status["units"][0]["requirements"][0]["standing"], "complete");
}

/// A computer whose clock was years ahead: nothing arrives after its own file was made, and nothing is held till then.
#[test]
fn what_was_written_years_from_now_came_when_its_file_did() {
    let desk = bare_desk();
    let raw = "Date: Sun, 8 May 2033 10:00:00 +0800\r\nFrom: a@unit.example\r\nSubject: x\r\n\r\ntext\r\n";
    let file = write(&desk.dir.path().join("一封.eml"), raw.as_bytes());
    let made = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_683_684_000);
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(made).unwrap();
    import(&desk, &[file]);
    let all = json(&desk, MORNING, &["messages", "--json"]);
    let at: jiff::Timestamp = all[0]["received_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(at, MORNING.parse().unwrap(), "not after the command itself, a day later than the file");
}

#[test]
fn what_cannot_be_imported_is_told() {
    let desk = bare_desk();
    let missing = at(&desk, MORNING, &["import", "/nowhere/mails"]);
    assert_eq!(missing.status, 1);
    assert!(missing.told.contains("/nowhere/mails"), "{}", missing.told);
    let picture = write(&desk.dir.path().join("图.jpg"), b"\xff\xd8\xff\xe0");
    let named = at(&desk, MORNING, &["import", picture.to_str().unwrap()]);
    assert!(named.status == 1 && named.told.contains("不是邮件"), "{}", named.told);
    let folder = at(&desk, MORNING, &["import", picture.parent().unwrap().to_str().unwrap()]);
    assert!(folder.told.contains("略过") && folder.told.contains("图.jpg"), "{}", folder.told);
    let empty = write(&desk.dir.path().join("in/空.eml"), b"");
    let inside = at(&desk, MORNING, &["import", empty.parent().unwrap().to_str().unwrap()]);
    assert!(inside.status == 1 && inside.told.contains("空.eml"), "what is called a mail: {}", inside.told);
    assert_eq!(at(&desk, MORNING, &["import"]).status, 2);
    assert_eq!(at(&desk, MORNING, &["import", "--mailbox", "other", "x"]).status, 2);
}

#[test]
fn what_an_editor_added_to_a_mail_does_not_make_it_another() {
    let (desk, mails) = (bare_desk(), mails());
    let plain = write(&desk.dir.path().join("原件.eml"), &mails[0].raw);
    let edited = [b"\xef\xbb\xbf\r\n\r\n", mails[0].raw.as_slice()].concat();
    let edited = write(&desk.dir.path().join("另存.eml"), &edited);
    assert!(import(&desk, &[edited]).contains("导入 1 封，新登记 1 封"));
    assert!(import(&desk, &[plain]).contains("导入 1 封，新登记 0 封"));
}

/// A mailbox on a Unix keeps mails with line feeds alone: they are those that the server hands out.
#[test]
fn a_mail_that_lies_on_a_unix_is_the_one_that_was_fetched() {
    let (desk, mails) = (bare_desk(), mails());
    let base = desk.dir.path().join("in");
    let lf = |bytes: &[u8]| bytes.iter().filter(|byte| **byte != b'\r').copied().collect::<Vec<u8>>();
    assert!(mails.iter().all(|mail| mail.raw.ends_with(b"\r\n") && lf(&mail.raw).len() < mail.raw.len()));
    let fetched = write(&base.join("一封.eml"), &mails[0].raw);
    let maildir = write(&base.join("M/cur/1683512460.M1.host:2,S"), &lf(&mails[0].raw));
    let unix_box = write(&base.join("旧信箱"), &lf(&mbox(&mails)));
    for (path, new) in [(&fetched, 1), (&maildir, 0), (&unix_box, 3), (&unix_box, 0)] {
        let told = import(&desk, std::slice::from_ref(path));
        assert!(told.contains(&format!("新登记 {new} 封")), "{}: {told}", path.display());
    }
    for (n, mail) in mails.iter().enumerate() {
        let fetched = write(&base.join(format!("{n}.eml")), &mail.raw);
        assert!(import(&desk, &[fetched]).contains("新登记 0 封"), "{n}");
    }
    assert_eq!(at(&desk, MORNING, &["verify"]).status, 0);
}

/// Macs put a file of their own beside each mail; a Maildir holds what was never completely delivered.
#[test]
fn what_a_zip_holds_beside_its_mails_is_no_trouble() {
    let (desk, mails) = (bare_desk(), mails());
    let members: [(&str, &[u8]); 5] = [
        ("信/一.eml", &mails[0].raw),
        ("__MACOSX/信/._一.eml", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "),
        ("Maildir/cur/1683512460.M1.host:2,S", &mails[1].raw),
        ("Maildir/tmp/1683512461.M2.host", b"Subject: never delivered\r\n"),
        ("tmp/二.eml", &mails[2].raw),
    ];
    let zip = write(&desk.dir.path().join("in/全部.zip"), &zipped(&members));
    let done = at(&desk, MORNING, &["import", zip.to_str().unwrap()]);
    assert!(done.status == 0 && done.out.contains("导入 3 封，新登记 3 封"), "{}{}", done.out, done.told);
    assert!(done.told.contains("没有送达完"), "{}", done.told);
}

/// Windows writes names in zips in GBK and does not say so.
#[test]
fn what_lies_in_a_zip_is_told_under_its_chinese_name() {
    let (desk, mails) = (bare_desk(), mails());
    let mut zip = zipped(&[("ABCDEFGH.eml", &mails[0].raw), ("IJKL.eml", b"\xff\xd8")]);
    // 绵阳职院 and 说明, as long as what they stand for.
    for (name, gbk) in
        [(&b"ABCDEFGH.eml"[..], &b"\xc3\xe0\xd1\xf4\xd6\xb0\xd4\xba"[..]), (b"IJKL.eml", b"\xcb\xb5\xc3\xf7")]
    {
        let places: Vec<usize> =
            (0..zip.len()).filter(|at| zip.get(*at..).is_some_and(|rest| rest.starts_with(name))).collect();
        places.iter().for_each(|at| zip[*at..*at + gbk.len()].copy_from_slice(gbk));
    }
    let zip = write(&desk.dir.path().join("报送.zip"), &zip);
    let done = at(&desk, MORNING, &["import", zip.to_str().unwrap()]);
    assert!(done.status == 1 && done.out.contains("新登记 1 封"), "{}{}", done.out, done.told);
    assert!(done.told.contains("报送.zip/说明.eml"), "{}", done.told);
    let all = json(&desk, MORNING, &["messages", "--json"]);
    assert!(all[0]["folder"].as_str().unwrap().ends_with("报送.zip/绵阳职院.eml"), "{}", all[0]["folder"]);
}

#[test]
fn what_an_editor_added_to_an_mbox_makes_it_no_other_file() {
    let (desk, mails) = (bare_desk(), mails());
    let edited = [b"\xef\xbb\xbf\r\n", mbox(&mails).as_slice()].concat();
    write(&desk.dir.path().join("in/旧信箱"), &edited);
    assert!(import(&desk, &[desk.dir.path().join("in")]).contains("导入 4 封，新登记 4 封"));
}

/// As programs of old Macintoshes wrote them: to who looks for line feeds alone a mail without one, or a whole mailbox.
#[test]
fn lines_that_end_in_carriage_returns_alone_are_lines() {
    let (desk, mails) = (bare_desk(), mails());
    let returns = |bytes: &[u8]| {
        let text = bytes.iter().filter(|byte| **byte != b'\n').copied().collect::<Vec<u8>>();
        assert!(text.contains(&b'\r'));
        text
    };
    write(&desk.dir.path().join("in/一封.eml"), &returns(&mails[0].raw));
    write(&desk.dir.path().join("in/旧信箱"), &returns(&mbox(&mails[1..])));
    assert!(import(&desk, &[desk.dir.path().join("in")]).contains("导入 4 封，新登记 4 封"));
    let all = json(&desk, MORNING, &["messages", "--json"]);
    for (row, mail) in all.as_array().unwrap().iter().zip(&mails) {
        let at: jiff::Timestamp = row["received_at"].as_str().unwrap().parse().unwrap();
        assert_eq!((row["message_id"].as_str().unwrap(), at), (mail.expect.message_id.as_str(), mail.at));
    }
    let status = json(&desk, MORNING, &["status", "--json", "--unit", "绵阳职院"]);
    assert_eq!(status["units"][0]["requirements"][0]["standing"], "complete");
}

#[test]
fn what_stands_in_a_folder_and_is_no_file_holds_up_no_mail_and_is_told() {
    let (desk, mails) = (bare_desk(), mails());
    let folder = desk.dir.path().join("in");
    write(&folder.join("b.eml"), &mails[0].raw);
    std::os::unix::fs::symlink("nowhere", folder.join("a.eml")).unwrap();
    std::os::unix::fs::symlink(".", folder.join("c")).unwrap();
    let done = at(&desk, MORNING, &["import", folder.to_str().unwrap()]);
    assert!(done.status == 1 && done.out.contains("导入 1 封，新登记 1 封"), "{}{}", done.out, done.told);
    assert!(done.told.contains("a.eml") && done.told.contains("/c："), "{}", done.told);
}

#[test]
fn what_may_hold_mail_and_cannot_be_opened_is_no_success_and_says_the_way_out() {
    let (desk, mails) = (bare_desk(), mails());
    let folder = desk.dir.path().join("in");
    let compound = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 600]].concat();
    write(&folder.join("来信.MSG"), &compound);
    write(&folder.join("旧邮件.pst"), b"!BDN\0\0");
    write(&folder.join("收件箱.box"), b"\x10\x10\x10\x10\x10\x10\x10\x11");
    write(&folder.join("邮件.rar"), b"Rar!\x1a\x07\x01\x00");
    write(&folder.join("图.jpg"), b"\xff\xd8\xff\xe0");
    // One within another within another: a person packs twice, a trap packs without end.
    let mut nested = zipped(&[("一封.eml", &mails[0].raw)]);
    for _ in 0..7 {
        nested = zipped(&[("内.zip", &nested)]);
    }
    write(&folder.join("八层.zip"), &nested);
    write(&folder.join("九层.zip"), &zipped(&[("内.zip", &nested)]));
    let done = at(&desk, MORNING, &["import", folder.to_str().unwrap()]);
    assert!(done.status == 1 && done.out.contains("导入 1 封，新登记 1 封"), "{}{}", done.out, done.told);
    let says =
        |file: &str, word: &str| done.told.lines().any(|line| line.contains(file) && line.contains(word));
    for (file, way_out) in [
        ("来信.MSG", "另存为.eml"),
        ("旧邮件.pst", "另存为.eml"),
        ("收件箱.box", "另存为.eml"),
        ("邮件.rar", "解开"),
        ("九层.zip", "解开"),
    ] {
        assert!(says(file, "未读") && says(file, way_out), "{file}: {}", done.told);
    }
    assert!(says("图.jpg", "略过") && !done.told.contains("八层"), "{}", done.told);
}
