//! The words in which configuration speaks to the administrator: Chinese, key names as they are in the file. All
//! wording of this room is here; the rest only chooses.

mod dates;
mod form;
mod roster;

use std::fmt::Display;
use std::path::Path;

use toml::de::DeValue;

use crate::fault::system_words;

pub(super) use self::dates::*;
pub(super) use self::form::*;
pub(super) use self::roster::*;

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) what: String,
    pub(super) remedy: String,
}

fn say(what: impl Into<String>, remedy: impl Into<String>) -> Complaint {
    Complaint { what: what.into(), remedy: remedy.into() }
}

pub(super) const WANTED_TEXT: &str = "加引号的文字";
pub(super) const WANTED_TEXTS: &str = "文字列表，如 [\"甲\", \"乙\"]";
pub(super) const WANTED_BOOL: &str = "true 或 false";
pub(super) const WANTED_COUNT: &str = "不小于 0 的整数";
pub(super) const WANTED_PORT: &str = "1 至 65535 的端口号";
pub(super) const WANTED_DAYS: &str = "0 至 999 的整数（天数）";
pub(super) const WANTED_YEAR: &str = "四位年份，如 2023";
pub(super) const WANTED_PERCENT: &str = "1 至 100 的整数（百分数）";
pub(super) const WANTED_DATE: &str = "不加引号的日期，如 2023-05-10";
pub(super) const WANTED_DATES: &str = "日期列表，如 [2023-04-23, 2023-05-06]";
pub(super) const WANTED_TIME: &str = "加引号的时刻，如 \"10:00\"";
pub(super) const WANTED_HOURS: &str = "加引号的起止时刻，先早后晚，如 \"08:30-18:00\"";
pub(super) const WANTED_OFFSET: &str =
    "相对截止日的偏移，如 \"due-3wd\"（前 3 个工作日）、\"due+1d\"（后 1 天）";
pub(super) const WANTED_SPAN: &str = "两个整数，先小后大，如 [60, 120]";
pub(super) const WANTED_TABLE: &str = "一组键值，如 { file = \"…\" }";

/// A table with these keys; of more than two that need not all be there the first is shown.
pub(super) fn wanted_table(known: &[&str]) -> String {
    let shown = known.iter().take(if known.len() == 2 { 2 } else { 1 });
    format!("一组键值，如 {{ {} }}", shown.map(|key| format!("{key} = …")).collect::<Vec<_>>().join(", "))
}

// Files and TOML.

pub(super) fn unreadable_file(error: &std::io::Error) -> Complaint {
    say(format!("文件无法读取（{}）", system_words(error)), "请确认路径正确，且运行 shouwen 的用户有读权限")
}

pub(super) fn not_utf8(path: &Path, bytes: &[u8]) -> Complaint {
    // A workbook is a zip.
    if bytes.starts_with(b"PK") {
        return say(
            "是 Excel 工作簿，不是文本",
            "名册请改名为 units.xlsx，或在 Excel 中另存为“CSV UTF-8(逗号分隔)”",
        );
    }
    let how = match path.extension().is_some_and(|ending| ending == "csv") {
        true => "Excel 中选“CSV UTF-8(逗号分隔)”",
        false => "记事本“另存为”，编码选 UTF-8",
    };
    say("文件不是 UTF-8 编码", format!("请另存为 UTF-8（{how}）"))
}

/// `message` is the parser's, in English; `line` as it is written.
pub(super) fn bad_toml(message: &str, line: &str) -> Complaint {
    say(
        format!("TOML 语法有误：{}", toml_mistake(message, line)),
        "请检查该行的引号、括号和等号，文字要加引号；日期不加引号且须真实存在",
    )
}

fn toml_mistake(message: &str, line: &str) -> &'static str {
    // What stands in quotes may hold any mark.
    let bare: String = line.split('"').step_by(2).collect();
    let has = |marks: &[char]| bare.contains(marks);
    match () {
        () if has(&['“', '”', '‘', '’', '＂']) => "用了中文引号，请改为英文引号 \"",
        () if has(&['＝']) => "用了全角等号，请改为 =",
        () if has(&['，', '、']) => "用了中文逗号，请改为 ,",
        () if has(&['：', '［', '］', '｛', '｝', '＃']) => "用了全角符号，请改为英文符号",
        () if has(&['\u{a0}', '\u{3000}', '\u{200b}', '\u{feff}']) => "有看不见的字符或全角空格，请删去",
        () if line.contains('\\') => "引号中有反斜杠，请改为 /，或整个改用单引号",
        () if message.contains("date") || message.contains("time") => {
            "日期不存在，或写法不对（如 2023-05-10）"
        }
        () if message.contains("duplicate") => "这个键写了两次",
        () if message.contains("must be quoted") => "文字没有加引号，或应写 true、false",
        () if message.contains("string") => "引号没有成对",
        () if message.contains("missing comma") => "列表各项之间少了逗号",
        () if message.contains("key with no value") => "没有等号和值",
        () if message.contains("float") || message.contains("integer") => {
            "数字或日期写法不对（日期如 2023-05-10）"
        }
        () => "写法不对",
    }
}

pub(super) fn unknown_key(known: &[&str]) -> Complaint {
    say("不认识的键", format!("请改正拼写或删除，此处可用：{}", known.join("、")))
}

pub(super) fn missing_key(wanted: &str) -> Complaint {
    say("缺少此项", format!("请补上，应为{wanted}"))
}

pub(super) fn wrong_value(found: &DeValue<'_>, wanted: &str) -> Complaint {
    // A text is repeated only where something else than a text was wanted, so never a password.
    let found = match found {
        DeValue::String(text) => format!("“{text}”"),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(_) => "小数".to_owned(),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        DeValue::Array(_) => "列表".to_owned(),
        DeValue::Table(_) => "一组键值".to_owned(),
    };
    say(format!("值 {found} 不合要求"), format!("应为{wanted}"))
}

pub(super) fn not_a_table() -> Complaint {
    say("此项的写法不对", format!("应为{WANTED_TABLE}"))
}

pub(super) fn not_a_list_of_tables() -> Complaint {
    say("此项的写法不对", "应为若干组键值：写成 [[名称]] 的形式，或 [ { … }, { … } ]")
}

pub(super) fn not_one_of(found: &str, allowed: &[&str]) -> Complaint {
    say(format!("值“{found}”不合要求"), format!("可选：{}", allowed.join("、")))
}

pub(super) fn empty_list() -> Complaint {
    say("列表为空", "请至少写一项")
}

pub(super) fn bad_id(id: &str) -> Complaint {
    say(
        format!("“{id}”不能作编号"),
        "编号会写进邮件头和网址，请只用英文字母、数字、-、_、.（不在开头），不超过 64 个字符",
    )
}

pub(super) fn duplicate(id: &str) -> Complaint {
    say(format!("“{id}”重复"), "请改用不同的编号")
}

pub(super) fn unknown_reference(kind: &str, id: &str, known: &[&str]) -> Complaint {
    let known = if known.is_empty() { "（无）".to_owned() } else { known.join("、") };
    say(format!("没有名为“{id}”的{kind}"), format!("请改正或先定义，现有：{known}"))
}

// Main file.

pub(super) fn no_main_file(tried: &[&str]) -> Complaint {
    say(
        format!("找不到配置文件，已查找 {}", tried.join("、")),
        "请用 -c 指定配置文件，或参照 config/shouwen.toml 新建",
    )
}

pub(super) fn no_mailbox() -> Complaint {
    say("没有配置任何 [[mailbox]]", "只能查看已有登记，不能收发邮件；请补上至少一个邮箱")
}

pub(super) fn bad_address(address: &str) -> Complaint {
    say(format!("“{address}”不是可用的邮件地址"), "请写成 name@example.cn 的形式，只用英文字符")
}

pub(super) fn account_twice(id: &str) -> Complaint {
    say(
        format!("与邮箱 {id} 是同一个账号，每封来件都要收取两次"),
        "请合为一组 [[mailbox]]，各任务写在 campaigns 中",
    )
}

pub(super) fn bad_role(name: &str) -> Complaint {
    say(
        format!("没有“{name}”这种文件夹"),
        "以 @ 开头的只有 \"@junk\"（垃圾邮件文件夹）；其他文件夹请照网页邮箱里显示的名字写，名字以 @ 开头的请先在邮箱里改名",
    )
}

pub(super) fn no_inbox() -> Complaint {
    say(
        "没有写收件箱，收件箱里的来件一封也不会收取",
        "请加上 \"INBOX\"，除非来件都由规则移到了这里写的文件夹",
    )
}

pub(super) fn bad_host(host: &str) -> Complaint {
    say(format!("“{host}”不是网站名称"), "请写成 \"mail.163.com\"，或 \"*.ftn.qq.com\" 表示其下所有网站")
}

pub(super) fn bad_listen(text: &str) -> Complaint {
    say(format!("“{text}”不是监听地址"), "请写成 IP:端口，如 \"127.0.0.1:8024\"")
}

pub(super) fn poll_too_short() -> Complaint {
    say("轮询间隔太短，易被服务商限制", "请设为 10 秒以上，通常 120")
}

pub(super) fn must_be_positive() -> Complaint {
    say("不能为 0", "请写 1 或更大的整数")
}

pub(super) fn plain_text_to_other_host(host: &str) -> Complaint {
    say(
        format!("到 {host} 的连接未加密，密码和来件会明文经过网络"),
        "请改为 tls = \"implicit\" 或 \"starttls\"；\"none\" 只许用于本机（127.0.0.1、::1、localhost）",
    )
}

pub(super) fn password_in_clear() -> Complaint {
    say(
        "密码不能直接写在配置文件里",
        "请写成 { file = \"…\" }、{ env = \"…\" } 或 { credential = \"…\" } 之一",
    )
}

pub(super) fn password_sources() -> Complaint {
    say("密码来源须有且只有一个", "请在 file、env、credential 中选写一个")
}

pub(super) fn password_unreadable(path: std::path::Display<'_>, error: &std::io::Error) -> Complaint {
    say(
        format!("密码文件 {path} 无法读取（{}）", system_words(error)),
        "请建立该文件，写入邮箱密码（163、QQ 等用授权码），属主为运行 shouwen 的用户，权限 600",
    )
}

pub(super) fn password_empty(from: &str) -> Complaint {
    say(format!("{from} 中没有密码"), "请写入邮箱密码（163、QQ 等用授权码）")
}

pub(super) fn password_file_open(mode: u32) -> Complaint {
    say(format!("密码文件的权限为 {mode:03o}，其他用户也能读到"), "请执行 chmod 600")
}

pub(super) fn no_credentials_directory() -> Complaint {
    say(
        "没有 systemd 凭据目录（CREDENTIALS_DIRECTORY）",
        "请在服务文件中用 LoadCredential= 提供，或改用 file",
    )
}

// Campaigns.

pub(super) fn not_a_folder(path: &str) -> Complaint {
    say(format!("“{path}”不是文件夹"), "请写报送任务所在文件夹的路径，其中应有 campaign.toml 和 units.csv")
}

pub(super) fn unknown_timezone(name: &str) -> Complaint {
    say(format!("不认识时区“{name}”"), "请写 IANA 时区名，如 \"Asia/Shanghai\"")
}

pub(super) fn due_or_each_day() -> Complaint {
    say("due 与 each_day 须有且只有一个", "一次报送写 due，每天报送写 each_day")
}

pub(super) fn due_date_or_days() -> Complaint {
    say("date 与 days_after_period 须有且只有一个", "固定日期写 date，活动结束后若干天写 days_after_period")
}

pub(super) fn reserved_id(id: &str) -> Complaint {
    say(format!("“{id}”是系统保留的编号"), "请换一个编号")
}

pub(super) fn key_not_for_kind(kind: &str) -> Complaint {
    say(format!("kind = \"{kind}\" 的材料不用此项"), "请删除此项，或改正 kind")
}

pub(super) fn item_without_name(kind: &str) -> Complaint {
    say(
        format!("kind = \"{kind}\" 的材料没有 names，来件中无从认出"),
        "请写上文件名、标题或正文里用来称呼它的词",
    )
}

pub(super) fn bad_ending(ending: &str) -> Complaint {
    say(format!("“{ending}”不是文件扩展名"), "请只写字母和数字，不带点，如 [\"mp4\", \"mov\"]")
}

pub(super) fn no_keywords() -> Complaint {
    say(
        "keywords 为空：来件只凭表样和文号认得出属于本任务，其余都要由人逐封认定",
        "请写上来件中常用来称呼本任务的几个词，如 [\"安全检查\"]",
    )
}

pub(super) fn business_too_short(word: &str) -> Complaint {
    say(format!("“{word}”太短，几乎每封来件都会被当作其他业务"), "请写两个字以上、只有别的业务才用的词")
}

pub(super) fn route_without_words() -> Complaint {
    say("这条 [[route]] 什么也没有说", "请写 instead（应报到哪里）或 also（同时报给谁）")
}

pub(super) fn scan_of_no_form(id: &str) -> Complaint {
    say(format!("“{id}”不是表格类材料"), "请指向同一报送要求中 kind = \"form\" 的材料")
}

pub(super) fn not_each_day() -> Complaint {
    say("every_days 只用于每天报送的要求", "请删除此项，或给该要求写 each_day")
}

pub(super) fn hours_never() -> Complaint {
    say(
        "此时段与 shouwen.toml 中 [reminders] 的 hours 没有重叠，这一步永远不会发出",
        "请改成落在办公时段以内",
    )
}

pub(super) fn steps_out_of_order() -> Complaint {
    say("这一步的日子早于前一步", "请按先后顺序排列各步")
}

pub(super) fn blank_too_large(max_mb: usize) -> Complaint {
    say(format!("空白表超过 {max_mb} MB，不宜随信发送"), "请删去其中的图片等多余内容后重新保存")
}

pub(super) fn attached_to_staff() -> Complaint {
    say("发给工作人员的名单不带附件", "请删去 attach")
}

pub(super) fn no_subject_line() -> Complaint {
    say("第一行不是邮件主题", "请让第一行以“主题: ”开头")
}

// Calendar.

pub(super) fn no_calendar() -> Complaint {
    say("没有 calendar.toml，工作日只按周末推算", "请按国务院办公厅通知填写放假和调休")
}

pub(super) fn too_long_a_holiday() -> Complaint {
    say("假期超过 31 天", "请核对起止日期")
}

pub(super) fn make_up_not_weekend(day: impl Display) -> Complaint {
    say(format!("{day} 不是周六或周日，不会是调休上班日"), "请核对 work 中的日期")
}

pub(super) fn off_and_worked(day: impl Display) -> Complaint {
    say(format!("{day} 既放假又上班"), "请核对 holidays 中的日期")
}
