//! A film that is only its own description: an MP4 whose header tells brand, date and length, with a little noise as
//! pictures. Enough for whoever asks how long it is (ISO/IEC 14496-12).

use jiff::Timestamp;

use super::super::chance::Chance;

/// Bytes of noise that stand for pictures and sound.
const NOISE_BYTES: usize = 6_000;
/// Seconds from 1904, where the clock of this format starts, to 1970.
const EPOCH_1904_SECONDS: i64 = 2_082_844_800;

/// A film of so many seconds, taken at that moment.
pub fn mp4(seconds: u32, taken: Timestamp, chance: &mut Chance) -> Vec<u8> {
    let noise: Vec<u8> = (0..NOISE_BYTES).map(|_| chance.byte()).collect();
    let brand = [b"isom".as_slice(), &512_u32.to_be_bytes(), b"isomiso2mp41"].concat();
    let movie = [head(seconds, taken), track(seconds, taken)].concat();
    [atom(b"ftyp", &brand), atom(b"moov", &movie), atom(b"mdat", &noise)].concat()
}

fn clock(moment: Timestamp) -> u32 {
    u32::try_from(moment.as_second() + EPOCH_1904_SECONDS).unwrap_or(0)
}

fn head(seconds: u32, taken: Timestamp) -> Vec<u8> {
    let times = longs(&[0, clock(taken), clock(taken), 1000, seconds * 1000, 0x0001_0000]);
    let volume = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    atom(b"mvhd", &[times, volume.to_vec(), matrix(), vec![0; 24], longs(&[2])].concat())
}

/// One picture track of 1280×720, as far as its header.
fn track(seconds: u32, taken: Timestamp) -> Vec<u8> {
    let times = longs(&[3, clock(taken), clock(taken), 1, 0, seconds * 1000]);
    let size = longs(&[1280 << 16, 720 << 16]);
    let header = atom(b"tkhd", &[times, vec![0; 16], matrix(), size].concat());
    let media = longs(&[0, clock(taken), clock(taken), 1000, seconds * 1000, 0x55C4_0000]);
    let handler = [longs(&[0, 0]), b"vide".to_vec(), vec![0; 12], b"VideoHandler\0".to_vec()].concat();
    let media = atom(b"mdia", &[atom(b"mdhd", &media), atom(b"hdlr", &handler)].concat());
    atom(b"trak", &[header, media].concat())
}

fn matrix() -> Vec<u8> {
    longs(&[0x0001_0000, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000])
}

fn atom(kind: &[u8; 4], held: &[u8]) -> Vec<u8> {
    let size = u32::try_from(held.len() + 8).unwrap_or(8);
    [size.to_be_bytes().as_slice(), kind, held].concat()
}

fn longs(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}
