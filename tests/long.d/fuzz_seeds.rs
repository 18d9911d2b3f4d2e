//! Writes what the fuzz targets begin with into `fuzz/corpus/`: headers, names, texts and attachments of every mail and
//! file of `tests/corpus` and of the season. No test, but at home here, where everything is built. Run by `fuzz/seed`.

// A panic here is a verdict.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use shouwen::mime;
use shouwen::reader::Limits;
use shouwen::rehearsal::season::season;

/// Larger ones teach a fuzzer nothing and slow it down.
const SEED_BYTES_MAX: usize = 64 * 1024;

#[test]
fn seeds_are_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = Seeds(root.join("fuzz/corpus"));
    let corpus = |folder: &str| files(&root.join("tests/corpus").join(folder));
    let files = corpus("file");
    let mails = corpus("mail").into_iter().chain(season().into_iter().map(|delivery| delivery.raw));
    for mail in mails {
        seeds.mail(&mail);
    }
    for file in files {
        seeds.file(&file);
    }
    for target in
        ["headers", "sender", "mime_walk", "names", "links", "archive", "sheet", "docx", "pdf", "tnef"]
    {
        let count = fs::read_dir(seeds.0.join(target)).unwrap().count();
        println!("{target}: {count} seeds");
        assert!(count > 2, "{target} has no seeds");
    }
}

/// All files of a folder but the expectations.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_none_or(|it| it != "expect"))
        .map(|p| fs::read(p).unwrap())
        .collect()
}

/// The folder that holds one folder of seeds a target.
struct Seeds(PathBuf);

impl Seeds {
    fn mail(&self, mail: &[u8]) {
        self.write("mime_walk", mail);
        let header_end = mail.windows(2).position(|two| two == b"\n\n").map(|at| at + 2);
        let header_end = header_end.or_else(|| mail.windows(4).position(|four| four == b"\r\n\r\n"));
        self.write("headers", &mail[..header_end.unwrap_or(mail.len())]);
        self.write("sender", &mail[..header_end.unwrap_or(mail.len())]);
        let mut source = Cursor::new(mail);
        let walked = mime::walk(&mut source, &Limits::HOUSE.mime).unwrap();
        let body = mime::body(walked.leaves.iter(), Limits::HOUSE.body_text_bytes);
        for text in [body.html, body.plain].into_iter().filter(|text| text.contains("http")) {
            self.write("links", text.as_bytes());
        }
        for leaf in &walked.leaves {
            for field in ["content-disposition", "content-type"] {
                let raw = leaf.fields.raw(field).unwrap_or_default();
                if let Some(at) = raw.windows(4).position(|four| four == b"name") {
                    self.write("names", raw[at..].splitn(2, |&byte| byte == b'=').last().unwrap());
                }
            }
            let mut bytes = Vec::new();
            leaf.bytes(&mut source).unwrap().read_to_end(&mut bytes).unwrap();
            self.file(&bytes);
        }
    }

    fn file(&self, bytes: &[u8]) {
        let targets: &[&str] = match bytes {
            [b'P', b'K', ..] => &["archive", "sheet", "docx"],
            [0xd0, 0xcf, 0x11, 0xe0, ..] => &["sheet", "docx", "tnef"],
            [b'{', b'\\', b'r', b't', b'f', ..] => &["docx"],
            [b'%', b'P', b'D', b'F', ..] => &["pdf"],
            [0x78, 0x9f, 0x3e, 0x22, ..] => &["tnef"],
            [b'R', b'a', b'r', ..] | [b'7', b'z', ..] | [0x1f, 0x8b, ..] | [b'B', b'Z', b'h', ..] => {
                &["archive"]
            }
            [0xfd, b'7', b'z', b'X', b'Z', ..] => &["archive"],
            _ if bytes.get(257..262) == Some(b"ustar") => &["archive"],
            _ => &[],
        };
        for target in targets {
            self.write(target, bytes);
        }
    }

    fn write(&self, target: &str, bytes: &[u8]) {
        if bytes.is_empty() || bytes.len() > SEED_BYTES_MAX {
            return;
        }
        let folder = self.0.join(target);
        fs::create_dir_all(&folder).unwrap();
        let hash = Sha256::digest(bytes);
        let name: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(folder.join(name), bytes).unwrap();
    }
}
