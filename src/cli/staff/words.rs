//! Why something cannot be ruled so, in the words of the command line: with the option that helps.

use super::super::Failure;
use super::find;
use crate::intake::rule::Refused;
use crate::store::MessageRow;

/// `row`: the mail that it is about, if any.
pub(super) fn worded(refused: Refused, row: Option<&MessageRow>) -> Failure {
    let parts = || row.map(find::parts).unwrap_or_default();
    Failure::usage(match refused {
        Refused::Fault(fault) => return fault.into(),
        Refused::OnItsWay(id) => return find::on_its_way(&format!("#{id}")),
        Refused::Rule(text) => text,
        Refused::NoAddress(id) => format!("来件#{id}没有可以记住的发件地址；请去掉 --remember。"),
        Refused::SharedAddress(address, units) => format!(
            "{address} 还为别的单位来过信（{}），不能记住。去掉 --remember 可只归入这一封；确已改用的，先 assign --forget {address} 原单位。",
            units.join("、")
        ),
        Refused::WhichPart(id) => {
            format!("来件#{id}有几个附件，请写明 --item 说的是哪一个。{}", parts())
        }
        Refused::NothingToAccept(id) => format!(
            "来件#{id}没有能直接收下的附件；要收下其中一个，请写明是哪一个、用 --item 写明是哪项材料。{}",
            parts()
        ),
        Refused::NothingToReturn(id) => format!("来件#{id}没有计入的材料可退回。{}", parts()),
        Refused::NoUnit(id) => {
            format!("来件#{id}还没有认定单位；请先 shouwen assign {id} 单位，再收下。")
        }
        Refused::NoItem(path, at, example) => format!(
            "看不出“{path}”是哪项材料，请用 --item 写明，如 shouwen accept {} {} --item {example}",
            row.map_or(0, |row| row.id),
            at + 1,
        ),
        Refused::NoDay(path, example) => {
            format!("“{path}”不在报送日内，请用 --item 写明作为哪一天的材料，如 --item {example}")
        }
        Refused::TextOnly(id, example) => {
            format!("来件#{id}没有附件；要把正文作为材料收下，请写 shouwen accept {id} --item {example}")
        }
        Refused::WhichDay(scope) => match row {
            Some(_) => format!("请写明是哪一天的，如 --item {scope}@日期"),
            None => format!("请写明是哪一天的，如 {scope}@日期"),
        },
        Refused::WholeOnly(requirement) => format!("延期按整项要求办理，请只写 {requirement}"),
        Refused::InFuture => "收到的时间晚于现在，请核对 --at。".to_owned(),
    })
}
