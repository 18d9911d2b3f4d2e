//! Photos and films: size, when and whether somewhere they were taken, how long they run; what a photo looks like, small;
//! and whether a picture of a page shows something like a red seal.

mod boxes;
mod bytes;
mod film;
mod heic;
mod jpeg;
mod old_films;
mod photo;
mod raster;
mod seal;
mod thumbnail;
mod video;
mod when;

pub use photo::{Photo, read_photo};
pub use seal::{Seal, seal_in_jpeg, seal_in_pixels};
pub use thumbnail::{Thumbnail, has_thumbnail, thumbnail};
pub use video::{Video, read_video};

/// What a picture may cost.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Width and height beyond which a picture is not decoded, in pixels.
    pub edge_pixels: u32,
    /// Pixels beyond which a photo gets no thumbnail, of three bytes each.
    pub thumbnail_pixels: u64,
    /// Memory a decoder may ask for, in bytes.
    pub decoder_bytes: u64,
    /// The same for the page of a document, of which more is in memory at the time, in bytes.
    pub page_bytes: u64,
}
