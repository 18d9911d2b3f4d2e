//! Traditional characters, as keyboards in Hong Kong and Taiwan settings write them: 活動方案, 今日無活動. Words, names and dates are
//! known in simplified characters; those that stand in them are read as if they were simplified. None of these is a character of
//! simplified writing, so that ordinary texts stay what they are.

use std::borrow::Cow;
use std::sync::LazyLock;

/// Each traditional character with its simplified one behind it.
const PAIRS: &[&str] = &[
    "並并亂乱佈布佔占併并來来係系個个們们側侧備备傢家傳传僅仅儀仪億亿儘尽優优兒儿內内兩两冊册別别刪删",
    "則则剛刚劃划動动務务勞劳匯汇區区協协卻却參参員员問问啟启單单嗎吗嘗尝嚮向國国圍围園园圓圆圖图團团",
    "執执報报場场塊块壇坛壩坝夢梦夾夹學学實实寧宁審审寫写寬宽將将專专對对導导屆届層层屬属師师帳帐帶带",
    "幫帮幹干幾几庫库廢废廣广廳厅彔录彙汇後后徑径從从復复徵征慶庆憑凭應应戶户掃扫採采換换撐撑擊击擔担",
    "據据擬拟攝摄敗败數数斷断於于時时暫暂曆历書书會会朮术東东條条棟栋業业極极榮荣樂乐樓楼標标樣样機机",
    "檔档檢检檯台欄栏權权歡欢歷历沒没況况涼凉減减測测準准溝沟滿满濟济瀘泸灣湾災灾為为無无煩烦熱热獎奖",
    "獨独獲获獻献現现環环產产畢毕畫画異异當当療疗發发盡尽監监盤盘眾众確确碼码礦矿禮礼種种稱称積积穫获",
    "競竞筆笔節节範范築筑簡简簽签籃篮籌筹籠笼籤签糰团紀纪約约紅红級级紡纺紮扎紹绍終终組组結结絕绝絡络",
    "給给統统經经維维綱纲網网綵彩綿绵線线編编緩缓練练緻致縣县總总織织繞绕繫系繼继續续纍累罈坛義义習习",
    "聞闻聯联聲声職职聽听肅肃臨临臺台與与舉举舊旧華华萬万葯药蒞莅蓋盖薦荐藝艺藥药蘇苏處处號号術术衛卫",
    "補补裝装裡里製制複复見见規规視视觀观訂订計计訊讯討讨訓训託托記记訪访設设訴诉診诊註注証证評评詞词",
    "詢询試试話话該该誌志認认誠诚誤误說说誰谁調调談谈請请論论諮咨諾诺講讲證证識识議议護护讀读變变負负",
    "財财貢贡責责貳贰貴贵貸贷費费貼贴貿贸賀贺資资賓宾質质賬账購购賽赛車车軌轨軒轩較较載载轉转辦办農农",
    "迴回這这連连週周進进遊游運运過过達达遞递遠远適适遲迟選选遼辽還还邊边郵邮鄉乡醫医銷销錄录錯错鍵键",
    "鍾钟鎮镇鏈链鐘钟鐵铁長长門门開开間间閤合閱阅闆板關关陜陕陝陕陽阳際际隨随隱隐隻只雙双離离難难雲云",
    "電电響响頁页項项順顺須须預预領领頭头頻频題题願愿類类顯显颱台飛飞養养餘余館馆馬马驗验驟骤體体髮发",
    "麼么黃黄點点黨党齊齐齣出龍龙",
];

/// The same, in the order of the traditional ones.
static SIMPLE: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let letters: Vec<char> = PAIRS.iter().flat_map(|row| row.chars()).collect();
    let mut pairs: Vec<(char, char)> = letters
        .chunks(2)
        .filter_map(|pair| match pair {
            [traditional, simplified] => Some((*traditional, *simplified)),
            _ => None,
        })
        .collect();
    pairs.sort_unstable();
    pairs
});

/// Characters between U+4E00 and U+9FFF, where all of them are.
const HAN: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';
const HAN_LETTERS: usize = 0x5200;

/// Which of those are traditional, a bit for each: all texts of all mails are asked letter by letter.
static TRADITIONAL: LazyLock<[u64; HAN_LETTERS / 64]> = LazyLock::new(|| {
    let mut bits = [0; HAN_LETTERS / 64];
    for (at, bit) in SIMPLE.iter().filter_map(|(traditional, _)| place(*traditional)) {
        if let Some(word) = bits.get_mut(at) {
            *word |= bit;
        }
    }
    bits
});

/// Where the bit of a character stands; none of one that is no Han.
fn place(letter: char) -> Option<(usize, u64)> {
    let at = HAN.contains(&letter).then(|| u32::from(letter) - u32::from(*HAN.start()))?;
    Some((usize::try_from(at / 64).ok()?, 1 << (at % 64)))
}

fn is_traditional(letter: char) -> bool {
    place(letter).and_then(|(at, bit)| Some(TRADITIONAL.get(at)? & bit != 0)).unwrap_or(false)
}

fn simple(letter: char) -> Option<char> {
    if !is_traditional(letter) {
        return None;
    }
    let at = SIMPLE.binary_search_by_key(&letter, |(traditional, _)| *traditional).ok()?;
    SIMPLE.get(at).map(|(_, simplified)| *simplified)
}

/// A text in simplified characters.
pub fn simplified(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_traditional) {
        return Cow::Borrowed(text);
    }
    // 畫 is a picture, but for plans.
    let text = ["計", "企", "規", "策"]
        .iter()
        .fold(text.to_owned(), |text, plan| text.replace(&format!("{plan}畫"), &format!("{plan}划")));
    Cow::Owned(text.chars().map(|letter| simple(letter).unwrap_or(letter)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_characters_are_read_as_simplified_ones() {
        for (traditional, simplified_text) in [
            ("綿陽職業技術學院活動方案", "绵阳职业技术学院活动方案"),
            ("專科學校工作計畫", "专科学校工作计划"),
            ("週報、附件、統計表", "周报、附件、统计表"),
            ("今日無活動，特此報告", "今日无活动，特此报告"),
            ("5月16號照片及視頻", "5月16号照片及视频"),
            ("工作總結", "工作总结"),
            ("信息採集表（蓋章）", "信息采集表（盖章）"),
        ] {
            assert_eq!(simplified(traditional), simplified_text);
        }
        assert!(matches!(simplified("四川省活动周方案，著名工匠"), Cow::Borrowed(_)));
    }

    #[test]
    fn each_character_stands_once() {
        assert!(SIMPLE.windows(2).all(|pair| matches!(pair, [one, next] if one.0 < next.0)));
        assert!(SIMPLE.iter().all(|(_, simplified)| simple(*simplified).is_none()));
        assert!(SIMPLE.iter().all(|(traditional, simplified)| simple(*traditional) == Some(*simplified)));
    }
}
