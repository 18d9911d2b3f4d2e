//! Words by which papers call their versions. The longest stand first, since the first that fits is taken.

/// Says that a paper was changed, before the number of the change: 修改3.
pub const REVISION_WORDS: &[&str] = &["修改", "修订", "更正", "修正", "订正"];

/// A day behind one of these is that of a draft: 修改稿0509.
pub const DATED_BEFORE: &[&str] = &["修改", "修改稿", "修改版", "修订", "修订稿", "修订版", "更新"];

/// The same of a day before it: 5月9日稿.
pub const DATED_BEHIND: &[&str] =
    &["修改稿", "修改版", "修改", "修订稿", "修订版", "修订", "更新版", "更新", "改稿", "改", "稿"];

/// The same, of which 5.9版 is none: that is a number.
pub const EDITIONS: &[&str] = &["版本", "版"];

/// What a paper is called before there is a second one.
pub const FIRST_DRAFTS: &[&str] = &["初稿", "初版", "草稿"];
/// 年初, 当初, 学期初: no first draft.
pub const BEFORE_FIRST: &str = "年月期当";

/// What a paper is called after which there should be no other.
pub const LAST_DRAFTS: &[&str] =
    &["最终版本", "最终版", "最终稿", "最终", "终极版", "终版", "终稿", "定稿", "定版"];
/// 年终, 始终, 非最终, 未定, 固定, 指定, 规定, 约定, 特定, 拟定: not the last. The 终版 of 非最终版 is none either.
pub const BEFORE_LAST: &str = "年期始非未不待拟固指规约特预假暂最";

/// A version that is counted without 第 stands behind the last letter of what a paper is called: 方案二稿, 总结3稿.
pub const ITEM_ENDINGS: &str = "案结告料单册";

/// Before 第4版 or 5月9日版: of a newspaper, a website, a book.
pub const PRINTED_BEFORE: &str = "报刊日》网材";

/// What may stand behind a version without a sign between. What is named beside another one contradicts it: 初稿与终稿.
pub const BEHIND_VERSIONS: &[&str] = &[
    "修改", "修订", "终稿", "终版", "定稿", "最终", "最新", "盖章", "扫描", "签字", "正式", "已", "电子",
    "word", "pdf", "第", "与", "和", "及", "至", "到",
];

/// A file of this name says itself that another one is valid.
pub const OUTDATED_WORDS: &[&str] = &[
    "旧版",
    "旧稿",
    "原版作废",
    "作废版",
    "已作废",
    "作废勿用",
    "(作废)",
    "（作废）",
    "更正前",
    "修改前",
    "废稿",
    "初稿",
    "第一稿",
    "征求意见稿",
    "讨论稿",
    "草稿",
    "送审稿",
    "未定稿",
    "(拟稿)",
    "（拟稿）",
    "(修改中)",
    "（修改中）",
    "(旧)",
    "（旧）",
    "(原)",
    "（原）",
    "(初版)",
    "（初版）",
    "(备份)",
    "（备份）",
];

/// A file of this name says itself that it is to count instead of another one.
pub const CORRECTED_WORDS: &[&str] = &[
    "更正",
    "改正",
    "修改",
    "修订",
    "订正",
    "(改)",
    "（改）",
    "改后",
    "最终",
    "终版",
    "定稿",
    "最新",
    "以此为准",
    "以此件为准",
];
