//! Who plays: 30 units of the real roster (public institutions) with invented people, numbers and addresses. Names that
//! contain one another or share a city are there on purpose: they are what a careless matcher files wrongly.

use super::chance::Chance;
use super::mail::Client;

/// One unit of the season and how its clerk writes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// Full name, as on the roster.
    pub name: &'static str,
    /// What its clerks write instead; an alias of the roster.
    pub short: &'static str,
    /// Group id of the campaign.
    pub group: &'static str,
    /// City or prefecture.
    pub city: &'static str,
    /// Display name of the sender.
    pub nick: &'static str,
    /// Address from which its mail comes.
    pub address: &'static str,
    /// The mail program.
    pub client: Client,
    /// Addresses that the demo roster knows; empty: nobody can be reminded by mail.
    pub roster: &'static [&'static str],
}

/// A person at a unit, as a form asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Post.
    pub post: &'static str,
    /// Mobile number of a range that is not given out.
    pub mobile: String,
    /// QQ number.
    pub qq: String,
}

impl Member {
    /// The contact (`role` 联系人) or filler (填报人) of this unit; the same one whenever asked.
    pub fn person(&self, role: &str) -> Person {
        const FAMILY: [&str; 16] =
            ["赵", "钱", "孙", "李", "周", "吴", "郑", "冯", "陈", "蒋", "沈", "韩", "杨", "朱", "秦", "许"];
        const GIVEN: [&str; 16] = [
            "晓岚", "明远", "佳禾", "若川", "思齐", "子衿", "文博", "雨桐", "志行", "婉清", "立新", "望舒",
            "景行", "云帆", "静姝", "锦程",
        ];
        const POSTS: [&str; 6] = ["科长", "教务处副处长", "办公室主任", "干事", "宣传部干事", "职成科科员"];
        let mut chance = Chance::of(&[self.name, role]);
        Person {
            name: format!("{}{}", chance.pick(&FAMILY), chance.pick(&GIVEN)),
            post: chance.pick(&POSTS),
            mobile: format!("199000{:05}", chance.between(0, 100_000)),
            qq: format!("{}", chance.between(100_000_000, 999_999_999)),
        }
    }

    /// `text` with `{unit}`, `{short}` and `{city}` filled in.
    pub fn fill(&self, text: &str) -> String {
        text.replace("{unit}", self.name).replace("{short}", self.short).replace("{city}", self.city)
    }
}

/// Stands where no unit is: mail of strangers is written with it.
pub const NOBODY: Member = Member {
    name: "",
    short: "",
    group: "",
    city: "",
    nick: "",
    address: "nobody@nowhere.example",
    client: Client::NetEase,
    roster: &[],
};

/// The unit with this name; [`NOBODY`] where the cast has none (the season's tests allow that for no story).
pub fn member(name: &str) -> Member {
    CAST.iter().find(|member| member.name == name).copied().unwrap_or(NOBODY)
}

macro_rules! cast {
    ($($group:literal { $($name:literal, $short:literal, $city:literal, $nick:literal, $address:literal, $client:ident,
        [$($roster:literal),*];)+ })+) => {
        /// The 30 units in roster order.
        pub const CAST: &[Member] = &[$($(Member {
            name: $name, short: $short, group: $group, city: $city, nick: $nick, address: $address,
            client: Client::$client, roster: &[$($roster),*],
        },)+)+];
    };
}

cast! {
"city_edu" {
    "成都市教育局", "成都市教育局", "成都市", "成都市教育局职成处", "zcc@cdedu.example", NetEase, ["zcc@cdedu.example"];
    "自贡市教育和体育局", "自贡市教体局", "自贡市", "自贡职成科", "zgzck@163.example", NetEase, ["zgzck@163.example"];
    "泸州市教育和体育局", "泸州市教体局", "泸州市", "泸州市教体局", "lzjtj@163.example", NetEase, ["lzjtj@163.example"];
    "德阳市教育局", "德阳市教育局", "德阳市", "德阳市教育局", "dyzcjy@deyang.example", Coremail, ["dyzcjy@deyang.example"];
    "绵阳市教育和体育局", "绵阳市教体局", "绵阳市", "绵阳教体职成", "myzck@mianyang.example", Foxmail, ["myzck@mianyang.example", "5210046@qq.example"];
    "遂宁市教育和体育局", "遂宁市教体局", "遂宁市", "遂宁教体", "snjtj@163.example", NetEase, ["snjtj@163.example"];
    "南充市教育和体育局", "南充市教体局", "南充市", "云帆", "18830046@qq.example", Qq, [];
    "凉山彝族自治州教育和体育局", "凉山州教体局", "凉山彝族自治州", "凉山州教体局职成科", "lszzck@liangshan.example", Coremail, ["lszzck@liangshan.example"];
}
"city_hr" {
    "德阳市人力资源和社会保障局", "德阳市人社局", "德阳市", "德阳人社职建科", "dyrszj@163.example", NetEase, ["dyrszj@163.example"];
}
"college" {
    "成都艺术职业大学", "成都艺大", "成都市", "成都艺大教务处", "jwc@cdau.example", Outlook, ["jwc@cdau.example"];
    "成都航空职业技术学院", "成都航院", "成都市", "成都航院宣传部", "xcb@cap.example", Coremail, ["xcb@cap.example"];
    "成都工业职业技术学院", "成都工业职院", "成都市", "成都工业职院教务处", "jwc@cdivtc.example", Foxmail, ["jwc@cdivtc.example"];
    "成都工贸职业技术学院", "成都工贸职院", "成都市", "工贸办公室", "bgs@cdgmxy.example", Outlook, ["jiuxinxiang@cdgmxy.example", "bgs@cdgmxy.example"];
    "四川华新现代职业学院", "华新现代", "成都市", "华新现代教务", "jwc@schxmvc.example", Foxmail, ["jwc@schxmvc.example"];
    "四川科技职业学院", "四川科技职院", "成都市", "四川科技职院", "jwc@scstc.example", NetEase, ["jwc@scstc.example"];
    "四川现代职业学院", "四川现代职院", "成都市", "静水流深", "88804617@qq.example", Qq, ["jwc@scmvc.example"];
    "四川工程职业技术学院", "四川工程职院", "德阳市", "四川工程职院", "yb@scetc.example", Coremail, ["yb@scetc.example"];
    "四川护理职业学院", "四川护理职院", "德阳市", "四川护理职院教务处", "jwc@cnsnvc.example", NetEase, ["jwc@cnsnvc.example"];
    "绵阳职业技术学院", "绵阳职院", "绵阳市", "绵阳职院教务处", "jwc@mypt.example", Coremail, ["jwc@mypt.example"];
    "四川汽车职业技术学院", "四川汽车职院", "绵阳市", "川汽职院", "jwc@scavtc.example", Foxmail, ["jwc@scavtc.example"];
    "四川职业技术学院", "四川职院", "遂宁市", "四川职院党政办", "dzb@scvtc.example", Coremail, ["dzb@scvtc.example"];
    "遂宁职业学院", "遂宁职院", "遂宁市", "遂宁职院筹备组", "34400718@qq.example", Qq, [];
    "泸州职业技术学院", "泸州职院", "泸州市", "泸州职院教务处", "jwc@lzy.example", Coremail, ["jwc@lzy.example"];
    "南充科技职业学院", "南充科技职院", "南充市", "南充科技职院", "jwc@nstc.example", Coremail, ["jwc@nstc.example"];
    "天府新区信息职业学院", "天府信息职院", "眉山市", "天府信息职院", "jwc@tficedu.example", Outlook, ["jwc@tficedu.example"];
    "天府新区航空旅游职业学院", "天府航旅职院", "眉山市", "天府航旅办公室", "bgs@tfhk.example", NetEase, ["bgs@tfhk.example"];
    "天府新区通用航空职业学院", "天府通航职院", "眉山市", "天府通航职院", "jwc@ausedu.example", Foxmail, ["jwc@ausedu.example"];
    "四川希望汽车职业学院", "希望汽车职院", "资阳市", "希望汽车职院教务", "jwc@qicheedu.example", Outlook, ["jwc@qicheedu.example"];
    "广安职业技术学院", "广安职院", "广安市", "广安职院宣传统战部", "xcb@gavtc.example", Phone, ["xcb@gavtc.example"];
}
"technician" {
    "成都市技师学院", "成都技师学院", "成都市", "成都技师学院", "zsb@cdjsxy.example", NetEase, ["zsb@cdjsxy.example"];
}
}
