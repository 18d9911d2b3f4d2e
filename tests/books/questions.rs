//! The thirty questions that staff ask (docs/三十问.md): each is answered by one command, and here is what it answers on the
//! rehearsal season. `UPDATE_EXPECT=1` writes the table anew; read the difference before committing it.

use std::path::Path;
use std::sync::OnceLock;

use crate::desk::Desk;
use crate::served::{Page, encoded, serve};
use crate::{AFTER, ask, beside, run_at, season_desk};
use shouwen::store::{MessageFilter, PartRow, Push};

static PAGE: OnceLock<Page> = OnceLock::new();

struct Question {
    text: &'static str,
    /// As it is typed; `{夹}` is a folder to write to, `{去年}` a file of last year.
    command: &'static str,
    /// How the line of the answer begins that says the most; empty for the first.
    line: &'static str,
    /// Where the page answers it, below `/c/{campaign}` but for `/system`.
    page: &'static str,
}

/// What the page of each question says on the season's last day, in their order.
const SHOWN: [&str; 30] = [
    "3/29个单位",
    "0/29个单位",
    "市(州)教育主管部门8个： 已报齐7 、 逾期报齐1",
    "8封符合条件",
    "0/29个单位",
    "1/29个单位",
    "0/29个单位",
    "0/29个单位",
    "2023年职业教育活动周联络员通讯录（截至5月31日10时00分）.xlsx",
    "没有填“专题网站(专栏)链接地址”的0个；另有2个应报单位没有可汇总的表",
    "相比：改了1处",
    "√ 已收 信息采集表(PDF盖章扫描件)",
    "所列单位活动照片",
    "全省合计 171",
    "5/29个单位",
    "0封符合条件",
    "全省合计（25个） 35 13,669 209,512 90.0%",
    "按参与活动的学生覆盖率从低到高，列10个，共25个单位有数",
    "2/29个单位",
    "按省级及以上媒体报道数从高到低，列25个，共25个单位有数",
    "典型案例21",
    "标为拟推送",
    "1封符合条件",
    "未识别4 、 不一致0 、 待核2",
    "0封符合条件。已查看：收件箱（5-31 10:00）、垃圾邮件（5-31 10:00）",
    "来往与记录（新在前）",
    "8个市(州)教育主管部门中，已报齐7个、未报送1个；20个高职学校(含职教本科)中，已报齐14个（其中逾期报齐2个）、部分报送4个、未报送2个",
    "尚有8个单位未报齐",
    "shouwen export --to 文件夹 --all-versions",
    "shouwen totals --form form5 --compare 往年.json",
];

const fn q(text: &'static str, command: &'static str, line: &'static str, page: &'static str) -> Question {
    Question { text, command, line, page }
}

const QUESTIONS: [Question; 30] = [
    q(
        "哪些高职还没交方案？",
        "status --group 高职 --lacks 活动方案",
        "条件：",
        "/?group=college&lacks=scheme",
    ),
    q(
        "哪些市州一样都没交？",
        "status --req plan --group 教育主管部门 --standing open,overdue",
        "条件：",
        "/?group=city_edu&req=plan&standing=open,overdue",
    ),
    q(
        "21个市州谁报齐了、几点报齐？",
        "status --req plan --group 教育主管部门",
        "截至",
        "/?group=city_edu&req=plan",
    ),
    q(
        "这一天新到几封、都是谁？（今天用 today）",
        "messages --since 5-10 --until 5-10",
        "共 ",
        "/mail?since=2023-05-10&to=2023-05-10",
    ),
    q(
        "只交PDF没交EXCEL的有哪些？",
        "status --has form4_scan --lacks form4",
        "条件：",
        "/?has=form4_scan&lacks=form4",
    ),
    q(
        "只交EXCEL没交盖章件的有哪些？",
        "status --has form4 --lacks form4_scan",
        "条件：",
        "/?has=form4&lacks=form4_scan",
    ),
    q("谁用的是去年的表？", "status --flaw OLD_TEMPLATE", "", "/?flaw=OLD_TEMPLATE"),
    q("采集表里手机号有问题的？", "status --flaw V05", "条件：", "/?flaw=V05"),
    q(
        "导出全省联络员通讯录（姓名、职务、手机、QQ）",
        "totals --form form4 --contacts --xlsx {夹}",
        "",
        "/totals/form4/contacts.xlsx",
    ),
    q("哪些学校没填专栏链接？", "totals --form form4 --blank url", "没有填", "/totals/form4?blank=url"),
    q(
        "某单位这封更正替换了哪一份、改了什么？",
        "show 成都工业职业技术学院",
        "",
        "/units/成都工业职业技术学院#summary",
    ),
    q(
        "取出绵阳职院的盖章件原件",
        "export --to {夹} --unit 绵阳职院 --item plan/form4_scan",
        "",
        "/units/绵阳职业技术学院#plan",
    ),
    q(
        "成都市5月16日交了几张照片？",
        "status --req daily --city 成都 --day 5-16",
        "合计",
        "/?req=daily&city=成都市",
    ),
    q(
        "5月16日全省收到案例、稿件、照片、视频各多少？",
        "status --req daily --day 5-16",
        "全省合计",
        "/?req=daily&day=2023-05-16",
    ),
    q(
        "连续两天没报的单位？",
        "status --req daily --silent 2 --as-of 5-18",
        "条件：",
        "/?req=daily&silent=2&as_of=2023-05-18T23:59",
    ),
    q("哪些中职是直接报来的、属哪个市？", "messages --group 中职", "共 ", "/mail?group=secondary"),
    q("汇总全省情况统计表（总数、分市州、分高职）", "totals --form form5", "", "/totals/form5"),
    q(
        "覆盖率最低的十个？",
        "totals --form form5 --sort coverage --top 10",
        "按",
        "/totals/form5?sort=coverage&top=10",
    ),
    q("哪些统计表勾稽不对？", "status --flaw V12,V13", "条件：", "/?flaw=V12,V13"),
    q(
        "省级及以上媒体报道最多的单位？",
        "totals --form form5 --sort -media_province",
        "按",
        "/totals/form5?sort=-media_province",
    ),
    q("导出优秀案例（打包、目录）", "export --to {夹} --item 典型案例", "", "/media?day=all&kind=case"),
    q(
        "哪些已标为拟推送、已推送（在素材页标记）？",
        "messages --q 拟推送",
        "共 ",
        "/media?day=all&mark=picked",
    ),
    q("发错邮箱的有哪些、转了吗？", "messages --flaw WRONG_BOX", "共 ", "/mail?flaw=WRONG_BOX"),
    q("识别不出单位的邮件有几封？", "messages --state review", "共 ", "/todo?kind=unassigned"),
    q(
        "某校说5月9日已发，查有没有（含垃圾箱）、当时收到什么？",
        "messages --unit 泸州职业技术学院 --since 5-9 --until 5-9",
        "共 ",
        "/mail?q=泸州职业技术学院&from=2023-05-09&to=2023-05-09&folder=all",
    ),
    q("催过几次、谁打的电话、对方怎么说？", "show 绵阳职院", "", "/units/绵阳职业技术学院#log"),
    q(
        "生成今天17点的报送情况表",
        "status --req plan --as-of 2023-05-11T17:00 --xlsx {夹}",
        "",
        "/bulletin?req=plan&as_of=2023-05-11T17:00",
    ),
    q(
        "把未报名单做成可发工作群的一段话",
        "status --req plan --as-of 2023-05-11T10:00 --missing --text",
        "",
        "/bulletin?req=plan&as_of=2023-05-11T10:00",
    ),
    q("归档：按单位打包全部材料和登记簿", "export --to {夹} --all-versions", "", "/system"),
    q("和去年比参与人数增减", "totals --form form5 --compare {去年}", "上次计入", "/totals/form5"),
];

/// What a command says, on standard output, else beside it.
fn answer(desk: &Desk, question: &Question, folder: &Path, last_year: &Path) -> String {
    let (folder, last_year) = (folder.to_str().unwrap(), last_year.to_str().unwrap());
    let words: Vec<String> = question
        .command
        .split(' ')
        .map(|word| word.replace("{夹}", folder).replace("{去年}", last_year))
        .collect();
    let by = ["--by", "李某"];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let more = if words[0] == "note" { &by[..] } else { &[] };
    let done = run_at(desk, AFTER, &[&words, more].concat());
    assert_eq!(done.status, 0, "{}: {}", question.command, done.told);
    let said = if done.out.is_empty() { done.told } else { done.out };
    let line =
        said.lines().find(|line| line.trim_start().starts_with(question.line) && !line.trim().is_empty());
    let line = line.unwrap_or_else(|| panic!("{}: no line {:?} in {said}", question.command, question.line));
    let line = line.replace(folder, "归档").split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(90).collect();
    if short.len() < line.len() { format!("{short}……") } else { short }
}

/// Somebody marks the first case as one to be passed on.
fn mark_a_case(desk: &Desk) {
    let all = desk.store.messages(&MessageFilter::default()).unwrap();
    let is_case = |part: &&PartRow| part.answers.iter().any(|answer| answer.item == "case");
    let case = all.iter().flat_map(|row| &row.parts).filter(is_case).find_map(|part| part.sha256.clone());
    let (mark, at) = ((None, Some(Push::Picked), None), AFTER.parse().unwrap());
    desk.store.mark(&desk.campaign().id, &[case.unwrap()], mark, ("李某", at)).unwrap();
}

/// Opens the page of a question, on which something must be said.
fn opened(desk: &Desk, address: &str, shown: &str) {
    let (path, anchor) = address.split_once('#').unwrap_or((address, ""));
    let is_system = path.starts_with("/system");
    let path = if is_system { path.to_owned() } else { format!("/c/2023-activity-week{path}") };
    let page = PAGE.get_or_init(|| serve(beside(desk), AFTER));
    let answer = page.get(&in_ascii(&path));
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    if path.ends_with(".xlsx") {
        assert!(answer.head.contains(&format!("filename*=UTF-8''{}", in_ascii(shown))), "{}", answer.head);
        return;
    }
    assert!(
        anchor.is_empty() || answer.body.contains(&format!("id=\"{anchor}\"")),
        "{address} has no such place"
    );
    let text = plain(&answer.body);
    assert!(text.contains(shown), "{address} does not say {shown}: {text}");
}

/// An address as a browser sends it.
fn in_ascii(address: &str) -> String {
    address.chars().map(|c| if c.is_ascii() { c.to_string() } else { encoded(&c.to_string()) }).collect()
}

/// A page as it is read: without marks, blanks squeezed.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, rest)| rest));
        text.push(' ');
    }
    let text =
        text.replace("&#x2f;", "/").replace("&quot;", "\"").replace("&#x27;", "'").replace("&lt;", "<");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_of_the_thirty_questions_is_answered_by_one_command() {
    let desk = season_desk();
    let folder = desk.dir.path().join("questions");
    std::fs::create_dir_all(&folder).unwrap();
    let last_year = folder.join("2022.json");
    std::fs::write(&last_year, ask(desk, AFTER, &["totals", "--form", "form5", "--json"])).unwrap();
    mark_a_case(desk);
    let mut table = String::from(
        "# 三十问\n\n工作人员常问的三十个问题，各用一条命令回答；这里是演练季（截至2023年5月31日10:00）的回答中最要紧的一行。\n\
         命令前面都有 `shouwen`，`{夹}` 换成要写到的文件夹。页面地址前面都有 `/c/2023-activity-week`（`/system` 除外）；测试逐一打开，页面上有“页面所见”。\n\
         此表由 `tests/books` 生成，改了回答请用 `UPDATE_EXPECT=1` 重写。\n\n\
         | 序 | 问题 | 命令 | 回答 | 页面 | 页面所见 |\n|---|---|---|---|---|---|\n",
    );
    for ((question, shown), number) in QUESTIONS.iter().zip(SHOWN).zip(1..) {
        let said = answer(desk, question, &folder, &last_year).replace('|', "｜");
        let (text, command, page) = (question.text, question.command, question.page);
        table.push_str(&format!("| {number} | {text} | `{command}` | {said} | `{page}` | {shown} |\n"));
    }
    for (question, shown) in QUESTIONS.iter().zip(SHOWN) {
        opened(desk, question.page, shown);
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/三十问.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    for (kept, new) in kept.lines().zip(table.lines()) {
        assert_eq!(kept, new);
    }
    assert_eq!(kept, table, "docs/三十问.md");
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/使用手册.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    for question in &QUESTIONS {
        assert!(manual.contains(question.command), "the manual does not tell {}", question.command);
    }
}
