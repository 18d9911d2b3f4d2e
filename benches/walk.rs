//! What it costs to take a large film out of its mail, as a ratio to the least that keeping it could cost: hashing the
//! same bytes. Fails beyond the target, in time or in memory. The structure alone, and the whole reading with its process,
//! files and looks.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/support/peak.rs"]
mod peak;

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use shouwen::mime;
use shouwen::reader::{Limits, ReadingDesk};

/// As large as the target speaks of; `cargo test --all-targets` also comes by and only wants to see it run.
const MAIL_BYTES: usize = 80_000_000;
const MAIL_BYTES_IN_PASSING: usize = 2_000_000;
/// Either of the two is good enough.
const TARGET_BYTES_PER_SECOND: f64 = 300e6;
const TARGET_RATIO: f64 = 1.5;
/// What a reader may need at its peak, whatever the size of the mail.
const TARGET_PEAK_BYTES: u64 = 64_000_000;
const ROUNDS: usize = 7;

fn main() {
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    let bytes = if is_bench { MAIL_BYTES } else { MAIL_BYTES_IN_PASSING };
    // Disks are not what is measured.
    let memory = Path::new("/dev/shm");
    let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let path = dir.path().join("film.eml");
    write_mail(File::create(&path).unwrap(), bytes);
    let open = || File::open(&path).unwrap();

    let hash = median(|| {
        let (mut file, mut hasher, mut chunk) = (open(), Sha256::new(), vec![0; 256 * 1024]);
        loop {
            match file.read(&mut chunk).unwrap() {
                0 => break,
                count => hasher.update(&chunk[..count]),
            }
        }
        std::hint::black_box(hasher.finalize());
    });
    let structure = median(|| {
        let walked = mime::walk(&mut BufReader::new(open()), &Limits::HOUSE.mime).unwrap();
        assert_eq!(walked.leaves.len(), 2);
    });
    let mut desk =
        ReadingDesk::with_program(Path::new(env!("CARGO_BIN_EXE_shouwen")), &dir.path().join("reader"));
    let reading = median(|| {
        let facts = desk.read(&open()).unwrap().unwrap();
        assert_eq!((facts.parts.len(), facts.parts[0].trouble.as_ref()), (1, None));
        assert!(facts.parts[0].size > u64::try_from(bytes / 2).unwrap());
    });

    let speed = |time: Duration| bytes as f64 / time.as_secs_f64();
    for (what, time) in [("hashing", hash), ("structure", structure), ("reading", reading)] {
        let ratio = time.as_secs_f64() / hash.as_secs_f64();
        println!("{what:<10} {time:>10.1?}  {:>8.0} MB/s  {ratio:.2} × hashing", speed(time) / 1e6);
    }
    let peak = peak::of_children();
    println!("memory of the reader at its peak: {} MB", peak / 1_000_000);
    assert!((1..=TARGET_PEAK_BYTES).contains(&peak), "more than {TARGET_PEAK_BYTES} bytes, or not measured");
    let is_reached = speed(reading) >= TARGET_BYTES_PER_SECOND
        || reading.as_secs_f64() <= hash.as_secs_f64() * TARGET_RATIO;
    assert!(is_reached || !is_bench, "reading is slower than {TARGET_RATIO} × hashing");
}

/// A text and a film, base64 in lines of 76 letters.
fn write_mail(file: File, bytes: usize) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = BufWriter::new(file);
    out.write_all(
        b"From: <clerk@unit.example>\r\nSubject: film\r\nMIME-Version: 1.0\r\n\
          Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n--=_b\r\n\r\nthe film\r\n--=_b\r\n\
          Content-Type: video/mp4\r\nContent-Disposition: attachment; filename=\"film.mp4\"\r\n\
          Content-Transfer-Encoding: base64\r\n\r\n",
    )
    .unwrap();
    let mut state = 1u32;
    for _ in 0..bytes / 78 {
        let mut line = [b'\n'; 78];
        for letter in &mut line[..76] {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *letter = LETTERS[(state >> 26) as usize];
        }
        line[76] = b'\r';
        out.write_all(&line).unwrap();
    }
    out.write_all(b"--=_b--\r\n").unwrap();
    out.flush().unwrap();
}

/// The median time of a piece of work.
fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}
