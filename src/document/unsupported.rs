//! Kinds of documents that are known and not read, each by its own name: staff and units are told which program's file it
//! is and what to send instead, not that it is damaged.

/// Media type of xlsb.
pub const BINARY_WORKBOOK: &str = "application/vnd.ms-excel.sheet.binary.macroenabled.12";

/// Media type, by our own name, of a sheet of Excel 2 to 4.
pub const OLD_BOOK: &str = "application/vnd.ms-excel.sheet.biff";

/// What Apple's pages, numbers and keynote write.
pub const IWORK: &str = "application/vnd.apple.iwork";

/// Why a document of this media type is not read; none when nothing is known of it.
pub fn unsupported(media_type: &str) -> Option<&'static str> {
    Some(match media_type {
        "application/vnd.ms-powerpoint" => "旧版演示文稿（ppt、dps）不能读取内容，请人工查看",
        "application/vnd.ms-works" => "MS Works 文档（wps）不能读取，请另存为 Word 或 PDF 后重新发送",
        IWORK => "苹果的 pages、numbers、keynote 文件不能读取，请导出为 Word、Excel 或 PDF 后重新发送",
        BINARY_WORKBOOK => "xlsb 表格不能读取，请另存为 xlsx 后重新发送",
        OLD_BOOK => "很旧的 Excel 表格（Excel 4.0 及以前的格式）不能读取，请另存为 xlsx 后重新发送",
        _ => return None,
    })
}
