//! The compression of RTF bodies ([MS-OXRTFCP]): references of twelve bits into a ring that begins filled.

/// What the ring begins with.
const BEGINNING: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const RING_BYTES: usize = 4096;
const HEAD_BYTES: usize = 16;

/// The RTF; none when it is not one of the two forms. What is cut yields what is there.
pub fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let (head, body) = packed.split_at_checked(HEAD_BYTES)?;
    match head.get(8..12)? {
        b"MELA" => return Some(body.to_vec()),
        b"LZFu" => {}
        _ => return None,
    }
    let mut ring = [b' '; RING_BYTES];
    ring.get_mut(..BEGINNING.len())?.copy_from_slice(BEGINNING);
    let mut at = BEGINNING.len();
    let mut out = Vec::new();
    let mut input = body.iter().copied();
    while let Some(flags) = input.next() {
        for bit in 0..8 {
            let Some(first) = input.next() else { return Some(out) };
            if flags >> bit & 1 == 0 {
                put(&mut ring, &mut at, &mut out, first);
                continue;
            }
            let Some(second) = input.next() else { return Some(out) };
            let reference = usize::from(u16::from_be_bytes([first, second]));
            let (from, length) = (reference >> 4, (reference & 15) + 2);
            if from == at || out.len() > super::TEXT_BYTES_MAX {
                return Some(out);
            }
            for step in 0..length {
                let byte = ring.get((from + step) % RING_BYTES).copied().unwrap_or_default();
                put(&mut ring, &mut at, &mut out, byte);
            }
        }
    }
    Some(out)
}

fn put(ring: &mut [u8; RING_BYTES], at: &mut usize, out: &mut Vec<u8>, byte: u8) {
    out.push(byte);
    if let Some(slot) = ring.get_mut(*at) {
        *slot = byte;
    }
    *at = (*at + 1) % RING_BYTES;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of [MS-OXRTFCP] 3.1.
    #[test]
    fn the_example_of_the_specification_is_unpacked() {
        let packed: &[u8] = &[
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0, 0x0a, 0,
            0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09,
            0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        assert_eq!(unpack(packed).unwrap(), b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
        assert!(unpack(b"short").is_none());
    }
}
