//! Cards of each kind as mail programs write them, addresses that are none, and HTML that never ends.

use super::*;

fn of_html(html: &str) -> Vec<LinkFacts> {
    links(&Body { html: html.to_owned(), ..Body::default() }, false)
}

fn of_plain(plain: &str) -> Vec<LinkFacts> {
    links(&Body { plain: plain.to_owned(), ..Body::default() }, false)
}

fn at(moment: &str) -> Option<Timestamp> {
    moment.parse().ok()
}

#[test]
fn a_qq_card_is_one_link() {
    let found = of_html(
        "<div title=\"活动视频.mp4&#10;&#13;文件大小：12.3M\" class=\"bigatt_bt\"><span class='qqmailbgattach' \
         expiretime=\"1686727740\" downloadlink=\"http://mail.qq.com/cgi-bin/ftnExs_download?k=AB&amp;code=1\">\
         <a href=\"http://mail.qq.com/cgi-bin/ftnExs_download?k=AB&amp;code=1\">活动视频.mp4</a></span>\
         <a href=\"http://mail.qq.com/cgi-bin/ftnExs_download?k=AB&amp;code=1\">进入下载页面</a></div>",
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].provider.as_str(), found[0].name.as_str()), ("qq", "活动视频.mp4"));
    assert_eq!(found[0].url, "http://mail.qq.com/cgi-bin/ftnExs_download?k=AB&code=1");
    assert_eq!((found[0].expires, found[0].size), (at("2023-06-14T15:29:00+08:00"), Some(12_897_484)));
}

#[test]
fn a_163_card_takes_its_name_from_the_anchor_that_has_one() {
    let url = "https://mail.163.com/large-attachment-download/index.html?file=KEY";
    let found = of_html(&format!(
        "<b>从网易163邮箱发来的超大附件</b><a href=\"http://u.163.com/Rc\">推荐客户端</a><a href=\"{url}\"></a>\
         <a download href=\"{url}\">照片.zip</a> <span> (80.96M, 2026年8月17日 0:49 到期)</span><a href=\"{url}\">下载</a>"
    ));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].provider.as_str(), found[0].name.as_str()), ("163", "照片.zip"));
    assert_eq!(found[0].expires, at("2026-08-17T00:49:00+08:00"));
}

#[test]
fn each_of_several_plain_cards_keeps_what_is_its_own() {
    let address = "http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=";
    let plain = format!(
        "从QQ邮箱发来的超大附件\n\n视频.mp4 (128.03M, 2023年6月27日 21:59 到期)进入下载页面：{address}7&code=8\n\n\
         2023年5月照片(1).zip (无限期)进入下载页面：{address}9&code=8\n\n\
         照片.rar (1.5G, 2023年6月1日 8:05 到期)进入下载页面：{address}5\n"
    );
    let found = of_plain(&plain);
    let told: Vec<_> = found.iter().map(|link| (link.name.as_str(), link.expires, link.size)).collect();
    let expected = [
        ("视频.mp4", at("2023-06-27T21:59:00+08:00"), Some(134_249_185)),
        ("2023年5月照片(1).zip", None, None),
        ("照片.rar", at("2023-06-01T08:05:00+08:00"), Some(1_610_612_736)),
    ];
    assert_eq!(told, expected);
    let quoted = Body { plain: format!("收到\n-----原始邮件-----\n{plain}"), ..Body::default() };
    assert!(links(&quoted, false).is_empty());
    assert_eq!(links(&quoted, true).len(), 3);
}

#[test]
fn shares_with_codes() {
    for (text, provider, name, code) in [
        ("链接：https://pan.baidu.com/s/1AbCdEf 提取码：x7k2", "baidu", "", "x7k2"),
        (
            "通过百度网盘分享的文件：活动视频\n链接:https://pan.baidu.com/s/1AbCdEf?pwd=x7k2 \n提取码:x7k2",
            "baidu",
            "活动视频",
            "x7k2",
        ),
        ("活动视频.mp4\nhttps://pan.baidu.com/s/1AbCdEf\n提取码\nx7k2", "baidu", "活动视频.mp4", "x7k2"),
        (
            "我用阿里云盘分享了「活动视频.mp4」，https://www.alipan.com/s/AbCd 提取码: 9z8y 点击",
            "aliyun",
            "活动视频.mp4",
            "9z8y",
        ),
        ("https://www.123pan.com/s/AbCd-x.html提取码:qW3r", "other", "", "qW3r"),
        ("https://share.weiyun.com/AbCdEf 密码：k3k4k5", "other", "", "k3k4k5"),
        ("材料在学校网盘 https://disk.univ.example/s/AbC 访问码：5566", "other", "", "5566"),
        ("https://caiyun.139.com/m/i?1A2B3C 提取码:abcd", "139", "", "abcd"),
    ] {
        let found = of_plain(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        let link = &found[0];
        let told = (link.provider.as_str(), link.name.as_str(), link.code.as_deref().unwrap_or_default());
        assert_eq!(told, (provider, name, code), "{text}");
    }
}

#[test]
fn the_same_share_under_two_addresses_is_one() {
    let found = of_plain("https://pan.baidu.com/s/1AbC?pwd=1234\nhttps://pan.baidu.com/share/init?surl=AbC");
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn ordinary_addresses_are_no_attachments() {
    for html in [
        "<a href=\"https://www.a.example/zyjyhdz\">专题网站</a>",
        "从网易163邮箱发来的超大附件 <a href=\"http://u.163.com/Rc?x=1\">推荐客户端</a> 80M 到期",
        "<style>#divNeteaseBigAttach{display:none}</style><a href=\"https://mail.163.com/\">163 网易免费邮</a>",
        "超大附件 3.2M <img src=\"http://res.mail.qq.com/icon_att.gif\"> 到期",
        "<a href=\"https://mail.qq.com@evil.example/cgi-bin/ftnExs_download?k=1\">x</a>",
        "<a href=\"https://pan.baidu.com.evil.example/s/1abcd\">x</a>",
        "<a href=\"https://pan.baidu.com/\">百度网盘</a>",
    ] {
        assert!(of_html(html).is_empty(), "{html}: {:?}", of_html(html));
    }
}

#[test]
fn a_moment_counts_only_where_it_is_said_to_be_the_end() {
    assert_eq!(card::expiry("2023年5月14日活动 (3M)"), None);
    assert_eq!(card::expiry("有效时间到：2023-5-4 7:08:09)"), at("2023-05-04T07:08:09+08:00"));
    assert_eq!(card::expiry("3M | 过期时间：2024年8月4日 23:48"), at("2024-08-04T23:48:00+08:00"));
    assert_eq!(card::expiry("2024/8/4 前有效"), at("2024-08-04T23:59:59+08:00"));
    assert_eq!(card::expiry("expiretime=-1 2024/8/4 到期"), None);
}

#[test]
fn sizes_are_figures_with_units() {
    for (card, bytes) in [
        ("(12.5M, ", Some(13_107_200)),
        ("文件大小：1.0 GB", Some(1_073_741_824)),
        ("(1048576)字节", None),
        ("(1048576字节)", Some(1_048_576)),
        ("4K视频", None),
        ("3M公司", None),
        ("共20个", None),
        ("512KB", Some(524_288)),
    ] {
        assert_eq!(card::size(card), bytes, "{card}");
    }
}

#[test]
fn hostile_html_ends() {
    for piece in
        ["<a href=\"", "<!--", "<style>", "<a ", "<blockquote>", "&#", "<a href=http://pan.baidu.com/s/1"]
    {
        let _ = of_html(&piece.repeat(100_000));
    }
}
