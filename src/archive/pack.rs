//! Packs files into a zip for staff to take along. Names are UTF-8 and marked so; nothing is compressed, since photos and
//! films are already.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};

use ::zip::result::ZipError;
use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};

/// A zip that is being written.
pub struct Packer(ZipWriter<File>);

impl Packer {
    /// Begins a zip in an empty file.
    pub fn new(file: File) -> Self {
        Self(ZipWriter::new(file))
    }

    /// Adds a file under a path inside the zip.
    ///
    /// # Errors
    /// When it cannot be read, or the zip not written.
    pub fn add(&mut self, path: &str, mut content: impl Read) -> io::Result<u64> {
        let options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
        self.0.start_file(path, options).map_err(failed)?;
        io::copy(&mut content, &mut self.0)
    }

    /// Ends it; the file stands at its beginning, with its length.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<(File, u64)> {
        let mut file = self.0.finish().map_err(failed)?;
        let length = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        Ok((file, length))
    }
}

fn failed(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        let mut packer = Packer::new(tempfile::tempfile().unwrap());
        packer.add("成都市/甲学院/0001_照片.jpg", &b"jpeg"[..]).unwrap();
        packer.add("目录.xlsx", &b"book"[..]).unwrap();
        let (file, length) = packer.finish().unwrap();
        assert_eq!(file.metadata().unwrap().len(), length);
        let mut zip = ::zip::ZipArchive::new(file).unwrap();
        assert_eq!(zip.file_names().count(), 2);
        let mut text = String::new();
        zip.by_name("成都市/甲学院/0001_照片.jpg").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "jpeg");
    }
}
