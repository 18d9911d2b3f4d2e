//! What a person does about a connection that does not come to stand or a login that is refused. Causes come as words
//! of the system and of rustls; they are sorted here for both protocols.

use crate::domain::mailbox::{Endpoint, Tls};

/// What a person does about a refused login. 163 and QQ take no web password (`quirks.md` A1.7, A1.8, B2).
pub const LOGIN_REMEDY: &str = "请核对用户名；密码须填授权码（在网页邮箱的设置中开启 IMAP/SMTP 服务后生成），不是网页登录密码；\
                                若刚才登录过于频繁，请过一小时再试";

/// What to do about a server that was reached and then stops talking, or refuses what nobody refuses.
pub const SUPPORT_REMEDY: &str =
    "请过一小时再试；仍不行，请把这段对话交给邮箱的客服，并请网络管理员查看防火墙";

/// What to do about a connection that failed because of `cause`. `ports` are the usual ones for TLS from the first
/// byte and for STARTTLS.
pub fn connection_remedy(cause: &str, endpoint: &Endpoint, ports: [u16; 2]) -> String {
    let says = |words: &[&str]| words.iter().any(|word| cause.contains(word));
    let host = &endpoint.host;
    if says(&["certificate expired", "Expired"]) {
        "服务器的证书已过期：请对方更换；也请核对本机时钟".to_owned()
    } else if says(&["not valid yet", "NotValidYet"]) {
        "服务器的证书尚未生效：请核对本机时钟".to_owned()
    } else if says(&["not valid for name", "NotValidForName"]) {
        format!("证书不是发给 {host} 的：请把 host 改成证书上的名字，或请对方换发证书")
    } else if says(&["invalid peer certificate", "NoCertificates"]) {
        "证书不是公认机构签发的（自签名或单位内部签发）：请向服务器管理员索取签发机构的证书（PEM 文件），用 ca_file 指明"
            .to_owned()
    } else if says(&["InvalidContentType", "corrupt message", "the greeting", "the connection"]) {
        wrong_protection(endpoint, ports)
    } else if says(&["peer is incompatible", "ProtocolVersion", "HandshakeFailure"]) {
        "服务器的 TLS 版本太旧，须支持 TLS 1.2 以上：请对方升级".to_owned()
    } else if says(&["lookup", "resolve", "Name or service"]) {
        format!("找不到主机 {host}：请核对 host 的拼写，以及本机的网络和 DNS")
    } else if says(&["refused"]) {
        format!("主机 {host} 没有在端口 {} 上提供服务：请核对 host 和 port", endpoint.port)
    } else {
        "请核对 host 和 port，以及本机的网络、防火墙是否放行".to_owned()
    }
}

/// TLS spoken to a port that expects none, or none to a port that expects it.
fn wrong_protection(endpoint: &Endpoint, [implicit, starttls]: [u16; 2]) -> String {
    let Endpoint { port, .. } = endpoint;
    match endpoint.tls {
        Tls::Implicit => format!(
            "端口 {port} 看来不是一开始就加密的：请把 tls 改为 \"starttls\"（常用端口 {starttls}），或改用端口 {implicit}"
        ),
        Tls::StartTls | Tls::None => format!(
            "端口 {port} 可能一开始就要加密：请把 tls 改为 \"implicit\"（常用端口 {implicit}），或改用端口 {starttls}；\
             若端口无误，可能是登录过于频繁被暂时拒绝，请过一小时再试"
        ),
    }
}
