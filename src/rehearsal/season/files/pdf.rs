//! PDF by hand: pages of Chinese text in a font that is named but not embedded, as office programs export it, and
//! pages that are nothing but a picture, as a scanner makes them.

use super::picture::{COPY, PAGE};

/// Lines on a page of text.
const LINES_A_PAGE: usize = 38;
/// Characters on a line.
const CHARS_A_LINE: usize = 34;

/// The paragraphs as a PDF with a text layer.
pub fn text(paragraphs: &[String]) -> Vec<u8> {
    let lines: Vec<String> = paragraphs.iter().flat_map(|paragraph| wrapped(paragraph)).collect();
    let font =
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>";
    let descendant = b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo\
        <</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 5 0 R>>";
    let descriptor = b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]\
        /ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>";
    let pages = lines.chunks(LINES_A_PAGE).map(|lines| {
        let shown = lines.iter().map(|line| format!("<{}> Tj T*\n", ucs2_hex(line))).collect::<String>();
        format!("BT /F1 14 Tf 20 TL 60 780 Td\n{shown}ET").into_bytes()
    });
    let shared = [font.to_vec(), descendant.to_vec(), descriptor.to_vec()];
    document(&shared, "/Font<</F1 3 0 R>>", &pages.collect::<Vec<_>>())
}

/// Pictures (JPEG, the size of a [`PAGE`]) as a PDF with one page each and no text.
pub fn scan(pictures: &[Vec<u8>]) -> Vec<u8> {
    pages_of(PAGE, "DeviceRGB", pictures)
}

/// Grey pictures (JPEG, the size of a [`COPY`]) as a PDF with one page each and no text.
pub fn grey_scan(pictures: &[Vec<u8>]) -> Vec<u8> {
    pages_of(COPY, "DeviceGray", pictures)
}

fn pages_of((width, height): (usize, usize), colours: &str, pictures: &[Vec<u8>]) -> Vec<u8> {
    let head = format!(
        "<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/{colours}/BitsPerComponent 8\
         /Filter/DCTDecode"
    );
    let shared: Vec<Vec<u8>> = pictures.iter().map(|picture| stream(&head, picture)).collect();
    let names: String = (0..pictures.len()).map(|n| format!("/Im{n} {} 0 R", n + 3)).collect();
    let pages: Vec<Vec<u8>> =
        (0..pictures.len()).map(|n| format!("q 595 0 0 842 0 0 cm /Im{n} Do Q").into_bytes()).collect();
    document(&shared, &format!("/XObject<<{names}>>"), &pages)
}

/// Objects: 1 catalogue, 2 page tree, then the shared ones, then page and content of each page.
fn document(shared: &[Vec<u8>], resources: &str, pages: &[Vec<u8>]) -> Vec<u8> {
    let first_page = 3 + shared.len();
    let kids: String = (0..pages.len()).map(|n| format!("{} 0 R ", first_page + 2 * n)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len()).into_bytes(),
    ];
    objects.extend(shared.iter().cloned());
    for (n, content) in pages.iter().enumerate() {
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<{resources}>>/Contents {} 0 R>>",
            first_page + 2 * n + 1
        );
        objects.push(page.into_bytes());
        objects.push(stream("<<", content));
    }
    assembled(&objects)
}

fn assembled(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n%\xE4\xB8\xAD\xE6\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (n, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend(format!("{} 0 obj\n", n + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(table.bytes());
    let trailer = format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    out.extend(trailer.bytes());
    out
}

fn stream(head: &str, bytes: &[u8]) -> Vec<u8> {
    let start = format!("{head}/Length {}>>\nstream\n", bytes.len());
    [start.as_bytes(), bytes, b"\nendstream"].concat()
}

fn wrapped(paragraph: &str) -> Vec<String> {
    let characters: Vec<char> = paragraph.chars().collect();
    characters.chunks(CHARS_A_LINE).map(|line| line.iter().collect()).collect()
}

fn ucs2_hex(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{unit:04X}")).collect()
}
