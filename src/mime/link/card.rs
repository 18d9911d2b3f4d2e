//! What a card says of its file: name, size, expiry and the code that the service asks for. The cards of the services
//! differ and change; the words and figures on them hardly do (`quirks.md` C1-C6).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Longest file name, in characters.
const NAME_CHARS_MAX: usize = 200;

/// Endings by which a file name is known inside a line of words.
const ENDINGS: &[&str] = &[
    "doc", "docx", "wps", "xls", "xlsx", "et", "csv", "ppt", "pptx", "pdf", "ofd", "txt", "rtf", "zip",
    "rar", "7z", "tar", "gz", "mp4", "mov", "m4v", "avi", "mkv", "wmv", "flv", "mpg", "mpeg", "mp3", "wav",
    "m4a", "jpg", "jpeg", "png", "heic", "webp", "gif", "bmp", "psd", "eml", "iso", "exe",
];

/// What stands before a name that may have no ending: a folder, several files.
const BEFORE_NAME: &[&str] = &[
    "网盘分享的文件：",
    "网盘分享的文件:",
    "分享的文件：",
    "分享文件：",
    "文件名：",
    "文件名:",
    "文件名称：",
    "【金山文档】",
    "【WPS云文档】",
];

/// Longest label, in characters: more is a sentence.
const LABEL_CHARS_MAX: usize = 30;

/// With one of these the words tell where something is or what to do: 材料在学校网盘.
const SENTENCE_LETTERS: &[char] = &['在', '于', '把', '将', '已', '请', '从', '用', '到'];

/// At the end of a label: words for the link itself.
const LINK_WORDS: &[&str] = &[
    "下载",
    "链接",
    "地址",
    "网址",
    "网盘",
    "云盘",
    "百度",
    "夸克",
    "阿里",
    "天翼",
    "分享",
    "附件",
    "超大",
    "如下",
    "详见",
    "见",
    "通过",
    "请",
    "为",
    "是",
    "的",
    "：",
    ":",
    "点击",
    "提取",
    "文件",
    "在",
    "已传至",
    "已上传至",
    "上传至",
    "存于",
    "和",
    "与",
];

/// A whole text that is a file name, as an anchor's is.
pub(super) fn file_name(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['：', ':', '《', '》', '“', '”', '"']).trim();
    let (stem, ending) = text.rsplit_once('.')?;
    let is_ending = (2..=5).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_alphanumeric());
    let is_figure = ending.chars().all(|c| c.is_ascii_digit());
    let is_address =
        text.contains("://") || text.contains('/') || text.contains('@') || text.starts_with("www.");
    let is_name = is_ending && !is_figure && !is_address && !stem.is_empty();
    (is_name && text.chars().count() <= NAME_CHARS_MAX).then(|| text.to_owned())
}

/// A file name inside a line of words.
pub(super) fn name_in(line: &str) -> Option<String> {
    let end = ending_in(line);
    if let Some(end) = end {
        let line = line.get(..end).unwrap_or_default();
        let is_edge = |c: char| "：:；;，,。“”\"「」『』《》<>|\t".contains(c);
        let start = line.rfind(is_edge).map_or(0, |at| at + line.get(at..).map_or(0, first_length));
        let name = without_number(line.get(start..).unwrap_or_default().trim());
        if let Some(name) = file_name(name) {
            return Some(name);
        }
    }
    let shared = BEFORE_NAME.iter().find_map(|words| line.split_once(words)).map(|(_, name)| name.trim());
    let shared = shared.map(|name| name.split(['，', ',', ' ', '(', '（']).next().unwrap_or_default());
    let quoted = || {
        let (_, rest) = line.split_once("分享").filter(|_| !line.contains("分享链接"))?;
        let (_, rest) = rest.split_once(['「', '“', '\'', '"', '『'])?;
        rest.split_once(['」', '”', '\'', '"', '』']).map(|(name, _)| name.trim())
    };
    let name = shared.or_else(quoted)?;
    ((1..=NAME_CHARS_MAX).contains(&name.chars().count()) && !name.contains("://")).then(|| name.to_owned())
}

/// What the words right before an address call it: 报送函 of `报送函下载链接：`. None where they only say that it is one.
pub(super) fn label(before: &str) -> Option<String> {
    let line = before.rsplit('\n').next()?.trim();
    let clause = line.trim_end_matches([':', '：', ' ', '(', '（', '<', '《']);
    let clause = clause.rsplit(['，', ',', '。', '；', ';', '！', '、', ':', '：']).next()?;
    let mut name = clause.trim();
    while let Some(cut) = LINK_WORDS.iter().find_map(|word| name.strip_suffix(word)) {
        name = cut.trim_end();
    }
    let is_name = name.chars().any(|c| matches!(u32::from(c), 0x4E00..=0x9FFF));
    let is_sentence = name.contains(SENTENCE_LETTERS);
    (is_name && !is_sentence && name.chars().count() <= LABEL_CHARS_MAX).then(|| name.to_owned())
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// Where the last known ending of a line ends.
fn ending_in(line: &str) -> Option<usize> {
    let mut ends = line.match_indices('.').filter_map(|(at, _)| {
        let rest = line.get(at + 1..)?;
        let ending = rest.get(..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len()))?;
        let is_known = ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending));
        (is_known && at > 0).then_some(at + 1 + ending.len())
    });
    ends.next_back()
}

/// `1、` and `（2）` before a name are no part of it.
fn without_number(name: &str) -> &str {
    let bare = name.trim_start_matches(['(', '（']).trim_start_matches(|c: char| c.is_ascii_digit());
    let marked = bare.len() < name.len();
    let rest = bare.trim_start_matches(['）', '、']);
    if marked && rest.len() < bare.len() { rest.trim_start() } else { name }
}

/// Bytes: `12.3M`, `80.96 MB`, `(1048576字节)`. A bare letter counts only as a card writes it, behind `(`, `：` or a
/// space and before what ends a figure: `4K` is said of films too.
pub(super) fn size(card: &str) -> Option<u64> {
    let mut from = 0;
    while let Some(at) = card.get(from..)?.find(|c: char| c.is_ascii_digit()).map(|at| at + from) {
        let rest = card.get(at..)?;
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let before = card.get(..at)?.chars().next_back();
        from = at + length;
        if before.is_none_or(|c| !c.is_ascii_alphanumeric() && !"-_./".contains(c))
            && let Some(bytes) = measured(rest.get(..length)?, rest.get(length..)?, before)
        {
            return Some(bytes);
        }
    }
    None
}

fn measured(figure: &str, rest: &str, before: Option<char>) -> Option<u64> {
    let unit = rest.trim_start_matches(' ');
    let letters = unit.get(..unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len()))?;
    let is_figure = |c: char| matches!(c, '(' | '（' | ':' | '：' | '|' | ' ' | '\n' | '，' | ',');
    let is_card =
        before.is_none_or(is_figure) && unit.get(letters.len()..)?.chars().next().is_none_or(ends_figure);
    let power = match letters.to_ascii_uppercase().as_str() {
        "" if unit.starts_with("字节") => 0,
        "B" | "BYTE" | "BYTES" if is_card => 0,
        "KB" | "KIB" => 1,
        "MB" | "MIB" => 2,
        "GB" | "GIB" => 3,
        "TB" | "TIB" => 4,
        "K" if is_card => 1,
        "M" if is_card => 2,
        "G" if is_card => 3,
        "T" if is_card => 4,
        _ => return None,
    };
    let figure: f64 = figure.parse().ok()?;
    // Saturates; a size on a card is rounded anyway.
    Some((figure * 1024_f64.powi(power)) as u64)
}

fn ends_figure(c: char) -> bool {
    matches!(c, ',' | '，' | ')' | '）' | '|' | ' ' | '\n' | ';' | '；' | '。')
}

/// `expiretime=1724319180` (Unix seconds; -1 for never), or the moment of a sentence that says it ends: `2024年8月2日
/// 17:33 到期`, `过期时间：…`, in China's time. A day without an hour lasts to its end.
pub(super) fn expiry(card: &str) -> Option<Timestamp> {
    if let Some((_, value)) = card.split_once("expiretime=") {
        let end = value.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(value.len());
        match value.get(..end).and_then(|seconds| seconds.parse::<i64>().ok()) {
            Some(seconds) if seconds > 0 => return Timestamp::from_second(seconds).ok(),
            Some(-1) => return None,
            _ => {}
        }
    }
    let mut starts = card.match_indices("20").map(|(at, _)| at);
    starts.find_map(|at| {
        let (moment, length) = moment(card.get(at..)?)?;
        let before: String =
            card.get(..at)?.chars().rev().take(14).collect::<Vec<_>>().into_iter().rev().collect();
        let after: String = card.get(at + length..)?.chars().take(8).collect();
        let before = before.rsplit(['\n', ')', '）', '|']).next().unwrap_or_default();
        let says = ["到期", "过期", "失效", "有效", "截止", "截至"].iter().any(|word| before.contains(word))
            || ["到期", "过期", "失效", "前有效", "前下载", "为止"].iter().any(|word| after.contains(word));
        says.then_some(moment)
    })
}

/// Whether a card tells when its file goes, or that it never does.
pub(super) fn tells_expiry(card: &str) -> bool {
    ["到期", "过期", "有效期", "有效时间", "失效", "无限期", "expiretime="]
        .iter()
        .any(|word| card.contains(word))
}

/// A moment at the beginning of a text, and how many bytes it takes.
fn moment(text: &str) -> Option<(Timestamp, usize)> {
    let mut reader = Figures { text, at: 0 };
    let year = reader.number(4)?;
    reader.mark(&["年", "-", "/", "."])?;
    let month = reader.number(2)?;
    reader.mark(&["月", "-", "/", "."])?;
    let day = reader.number(2)?;
    let _ = reader.mark(&["日", "号"]);
    let mut end = reader.at;
    let mut time = (23, 59, 59);
    reader.spaces();
    if let (Some(hour), Some(())) = (reader.number(2), reader.mark(&[":", "：", "时"]))
        && let Some(minute) = reader.number(2)
    {
        end = reader.at;
        time = (hour, minute, 0);
        if let (Some(()), Some(second)) = (reader.mark(&[":", "：", "分"]), reader.number(2)) {
            end = reader.at;
            time.2 = second;
        }
    }
    let small = |value: i16| i8::try_from(value).ok();
    let (hour, minute, second) = (small(time.0)?, small(time.1)?, small(time.2)?);
    let moment = DateTime::new(year, small(month)?, small(day)?, hour, minute, second, 0).ok()?;
    Some((Offset::constant(8).to_timestamp(moment).ok()?, end))
}

struct Figures<'t> {
    text: &'t str,
    at: usize,
}

impl Figures<'_> {
    fn number(&mut self, digits: usize) -> Option<i16> {
        let rest = self.text.get(self.at..)?;
        let length = rest.bytes().take(digits).take_while(u8::is_ascii_digit).count();
        self.at += length;
        rest.get(..length)?.parse().ok()
    }

    fn mark(&mut self, marks: &[&str]) -> Option<()> {
        self.spaces();
        let rest = self.text.get(self.at..)?;
        self.at += marks.iter().find(|mark| rest.starts_with(**mark))?.len();
        self.spaces();
        Some(())
    }

    fn spaces(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.len() - rest.trim_start_matches([' ', 'T', '\t']).len();
    }
}

/// The code that a service asks for before it hands a file out, also where it stands in the next line. `密码` says so
/// only on the card of a service that has such codes.
pub(super) fn code(card: &str, is_service: bool) -> Option<String> {
    const WORDS: &[&str] = &["提取码", "访问码", "取件码", "分享码", "提取密码", "访问密码", "分享密码"];
    let of_service = is_service.then_some("密码");
    WORDS.iter().copied().chain(of_service).find_map(|word| {
        let (_, rest) = card.split_once(word)?;
        let rest =
            rest.trim_start_matches(|c: char| !c.is_alphanumeric() || matches!(c, '是' | '为' | '均' | '都'));
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let code = rest.get(..end).filter(|code| (3..=12).contains(&code.len()))?;
        (!code.eq_ignore_ascii_case("http") && !code.eq_ignore_ascii_case("https")).then(|| code.to_owned())
    })
}
