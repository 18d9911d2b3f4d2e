//! Every limit of the reading room, with its unit, in one place (`crates.md` 4.9, `reliability.md` 3).

use std::time::Duration;

use crate::{archive, document, media, mime, sheet};

/// What reading one mail may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a raw mail; a larger one is not opened.
    pub mail_bytes: u64,
    /// Forwarded mails inside forwarded mails.
    pub mail_depth: usize,
    /// Forwarded mails of one mail that are opened, at any depth.
    pub mails: usize,
    /// Archives inside archives.
    pub archive_depth: usize,
    /// Parts of one mail, members and pictures included.
    pub parts: usize,
    /// Bytes of the text of a mail.
    pub body_text_bytes: usize,
    /// Bytes of text and cells that one mail's report may carry.
    pub report_text_bytes: usize,
    /// Bytes of one frame on the channel between parent and child.
    pub frame_bytes: u32,
    /// How long a reader may be silent over one mail: many times what a mail may cost, since machines are busy.
    pub mail_time: Duration,
    /// Processor time spent in looking into the parts of one mail; the rest is listed.
    pub look_time: Duration,
    /// The end of that time, in which nobody looks for seals any more: a city sends the scans of all its schools.
    pub time_without_seals: Duration,
    /// Mails after which a reader is replaced by a fresh one.
    pub mails_per_reader: u32,
    /// Bytes of a file whose parser wants all of it in memory.
    pub whole_bytes: u64,
    /// Address space of a reader, in bytes.
    pub address_space_bytes: u64,
    /// Processor seconds of a reader over its whole life.
    pub cpu_seconds: u64,
    /// Bytes of one file that a reader may write.
    pub file_bytes: u64,
    /// Files a reader may have open.
    pub open_files: u64,
    /// Stack of the thread that reads, in bytes.
    pub stack_bytes: usize,
    /// What walking a mail may cost.
    pub mime: mime::Caps,
    /// What unpacking may cost.
    pub archive: archive::Caps,
    /// What a workbook may cost.
    pub sheet: sheet::Caps,
    /// Bytes of XML that a workbook may unpack to: several times what as many cells as are read can take.
    pub book_xml_bytes: u64,
    /// What a document may cost.
    pub document: document::Caps,
    /// What a picture may cost.
    pub media: media::Caps,
}

const MIB: u64 = 1024 * 1024;

impl Limits {
    /// The limits of the house.
    pub const HOUSE: Limits = Limits {
        mail_bytes: 200 * MIB,
        mail_depth: 5,
        mails: 200,
        archive_depth: 3,
        parts: 5_000,
        body_text_bytes: 200 * 1024,
        report_text_bytes: 16 * 1024 * 1024,
        frame_bytes: 64 * 1024 * 1024,
        mail_time: Duration::from_secs(180),
        look_time: Duration::from_secs(9),
        time_without_seals: Duration::from_secs(4),
        mails_per_reader: 1_000,
        whole_bytes: 24 * MIB,
        address_space_bytes: 512 * MIB,
        cpu_seconds: 1_200,
        file_bytes: 1024 * MIB,
        open_files: 64,
        stack_bytes: 64 * 1024 * 1024,
        mime: mime::Caps {
            header_bytes: 2 * 1024 * 1024,
            boundary_lines: 1_000_000,
            nesting: 64,
            parts: 2_000,
            text_bytes: 800 * 1024,
        },
        archive: archive::Caps {
            members: 2_000,
            total_bytes: 500 * MIB,
            member_bytes: 200 * MIB,
            ratio: 200,
            slack_bytes: 10 * MIB,
            directory_bytes: 8 * MIB,
            memory_bytes: 256 * MIB,
            time: Duration::from_secs(10),
        },
        sheet: sheet::Caps {
            sheets: 500,
            cells: 100_000,
            text_bytes: 4 * 1024 * 1024,
            cell_text_bytes: 32 * 1024,
            merges: 20_000,
            shared_strings: 1_000_000,
            old_area: 2_000_000,
        },
        book_xml_bytes: 32 * MIB,
        document: document::Caps {
            text_bytes: 200 * 1024,
            xml_bytes: 64 * MIB,
            doc_stream_bytes: 24 * MIB,
            pictures: 500,
            picture_bytes: 50 * MIB,
            pictures_bytes: 300 * MIB,
            pdf_pages: 20,
            pdf_objects_bytes: 16 * 1024 * 1024,
            pdf_content_bytes: 2 * 1024 * 1024,
            pdf_contents_bytes: 12 * 1024 * 1024,
            pdf_image_bytes: 128 * 1024 * 1024,
            pdf_images: 8,
        },
        media: media::Caps {
            edge_pixels: 10_000,
            thumbnail_pixels: 50_000_000,
            decoder_bytes: 256 * MIB,
            page_bytes: 128 * MIB,
        },
    };
}
