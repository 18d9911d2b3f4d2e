//! How a conversation with a server ends badly, each way as itself: refused, misunderstood, said goodbye, cut, silent.
//! All of it is said in Chinese, because a person reads it on the page and in `check`.

use super::quirks;
use crate::fault::Fault;

/// A failed command or connection. The server's words are cleaned, shortened and free of secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// No connection: name, route, port, or a time-out before the greeting.
    Unreachable(String),
    /// A connection, and no TLS over it: the handshake broke off.
    Handshake(String),
    /// The certificate, or the TLS version, is not acceptable.
    Certificate(String),
    /// LOGIN was refused, with the server's words.
    Login(String),
    /// The configuration asks for what we do not do (plain text to another machine, an unreadable CA file).
    Configuration(String),
    /// Tagged NO: command and the server's words.
    No(String, String),
    /// Tagged BAD: command and the server's words.
    Bad(String, String),
    /// The server ended the connection, with its words.
    Bye(String),
    /// The connection was cut: the command it happened to.
    Cut(String),
    /// No byte for too long, or the command took too long.
    Timeout(String),
    /// Something that is not IMAP, or more of it than a sane server sends.
    Protocol(String),
}

impl Error {
    /// Whether the connection is of no use any more. After NO and BAD it is in order.
    pub fn ends_session(&self) -> bool {
        !matches!(self, Error::No(..) | Error::Bad(..))
    }
}

impl Error {
    /// Whether 网易 refuses us altogether in this way.
    pub(super) fn is_unsafe_login(&self) -> bool {
        matches!(self, Error::No(_, said) | Error::Bye(said) if quirks::is_unsafe_login(said))
    }

    /// Whether it may be the matter of one machine of several behind a name: it hangs, or is being mended.
    pub(super) fn may_be_of_one_machine(&self) -> bool {
        match self {
            Error::Login(said) => quirks::is_passing(said),
            Error::Bye(_) => !self.is_unsafe_login(),
            Error::Handshake(_) | Error::Cut(_) | Error::Timeout(_) | Error::Protocol(_) => true,
            _ => false,
        }
    }

    /// Whether a refusal to list mails says that it is for another reason than that there are none.
    pub fn names_another_reason(&self) -> bool {
        const CODES: [&str; 4] = ["[NOPERM]", "[OVERQUOTA]", "[CONTACTADMIN]", "[CORRUPTION]"];
        let names = |said: &String| CODES.iter().any(|code| said.to_ascii_uppercase().contains(code));
        self.is_passing() || matches!(self, Error::No(_, said) | Error::Bad(_, said) if names(said))
    }

    /// Whether the server says itself that its refusal is of the moment (RFC 5530). Exchange says so with BAD.
    pub fn is_passing(&self) -> bool {
        matches!(self, Error::No(_, said) | Error::Bad(_, said) if quirks::is_passing(said))
    }
}

impl Error {
    /// The error and what to do about it, also where it passes by itself as a rule.
    pub fn with_remedy(&self) -> String {
        let remedy = match self {
            Error::Unreachable(cause) if cause.contains("lookup") => {
                "程序自动再试；一直如此，请查本机的网络和 DNS，并核对 host 的拼写"
            }
            Error::Unreachable(_) | Error::Handshake(_) | Error::Cut(_) | Error::Timeout(_) => {
                "程序自动再试；一直如此，请查本机的网络和防火墙，并核对 host、port 和 tls"
            }
            Error::No(..) | Error::Bye(_) if self.is_unsafe_login() => return self.to_string(),
            Error::No(..) | Error::Bad(..) | Error::Bye(_) => {
                "程序自动再试；一直如此，请在网页邮箱中查看，或找邮箱的客服"
            }
            Error::Protocol(_) => "程序自动再试；一直如此，请核对 host 和 port，或找邮箱的客服",
            Error::Configuration(cause) if cause.contains("STARTTLS") => {
                "请把 tls 改为 \"implicit\"（常用端口 993）"
            }
            Error::Certificate(_) | Error::Login(_) | Error::Configuration(_) => return self.to_string(),
        };
        format!("{self}。{remedy}")
    }
}

impl std::fmt::Display for Error {
    /// In Chinese: it stands on the page beside the folder.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unsafe_login = |said: &str| match quirks::is_unsafe_login(said) {
            true => format!("：{}", quirks::UNSAFE_LOGIN_REMEDY),
            false => String::new(),
        };
        match self {
            Error::Unreachable(cause) | Error::Handshake(cause) => write!(f, "连接不上服务器：{cause}"),
            Error::Certificate(cause) => write!(
                f,
                "服务器的证书或 TLS 版本不被接受（{cause}）：请核对主机名；内部服务器请用 ca_file 指定其证书颁发机构；\
                 服务器须支持 TLS 1.2 以上"
            ),
            Error::Login(said) => f.write_str(&quirks::login_remedy(said)),
            Error::Configuration(cause) => f.write_str(cause),
            Error::No(command, said) => write!(f, "服务器拒绝 {command}（{said}）{}", unsafe_login(said)),
            Error::Bad(command, said) => write!(f, "服务器不认识 {command}（{said}）"),
            Error::Bye(said) => write!(f, "服务器断开了连接（{said}）{}", unsafe_login(said)),
            Error::Cut(command) => write!(f, "连接在 {} 时中断", step(command)),
            Error::Timeout(command) => write!(f, "服务器没有按时答复 {}", step(command)),
            Error::Protocol(cause) => write!(f, "服务器的答复不合 IMAP 协议：{cause}"),
        }
    }
}

/// A step that is no command.
fn step(command: &str) -> &str {
    match command {
        "the connection" => "连接",
        "the greeting" => "打招呼",
        command => command,
    }
}

impl std::error::Error for Error {}

impl From<Error> for Fault {
    /// A password, a certificate, a setting need a person; everything else may pass.
    fn from(error: Error) -> Self {
        let words = error.with_remedy();
        match error {
            Error::Certificate(_) | Error::Configuration(_) => Fault::Refused(words),
            Error::Login(said) if quirks::is_passing(&said) => Fault::Retry(words),
            Error::Login(_) => Fault::Refused(words),
            Error::No(_, said) | Error::Bye(said) if quirks::is_unsafe_login(&said) => Fault::Refused(words),
            _ => Fault::Retry(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_needs_a_person_and_names_the_authorisation_code() {
        for said in
            ["LOGIN Login error or password error", "Login fail. Account is abnormal, service is not open"]
        {
            let Fault::Refused(words) = Error::Login(said.into()).into() else {
                panic!("{said} would be retried")
            };
            assert!(words.contains("授权码") && words.contains(said), "{words}");
        }
    }

    #[test]
    fn what_passes_by_itself_is_retried() {
        for error in [
            Error::Unreachable("refused".into()),
            Error::Login("[UNAVAILABLE] Temporary authentication failure.".into()),
            Error::Login("Too many simultaneous connections. (Failure)".into()),
            Error::Bye("Autologout; idle for too long".into()),
            Error::Cut("FETCH".into()),
            Error::No("EXAMINE".into(), "no such folder".into()),
        ] {
            assert!(matches!(Fault::from(error.clone()), Fault::Retry(_)), "{error:?}");
        }
    }

    #[test]
    fn nobody_is_sent_to_look_for_a_password_because_of_a_login_that_will_pass() {
        for said in
            ["[INUSE] Mailbox in use", "[LIMIT] Too many logins", "Too many simultaneous connections."]
        {
            let words = Error::Login(said.into()).to_string();
            assert!(words.contains(said) && words.contains("自动再试"), "{words}");
            assert!(!words.contains("授权码") && !words.contains("每小时"), "{words}");
        }
        let busy = "Login fail. Password is incorrect, login frequency limited, or system is busy.";
        assert!(Error::Login(busy.into()).to_string().contains("授权码"), "腾讯 has one text for all");
    }

    #[test]
    fn a_server_that_says_why_it_lets_nobody_in_is_heard() {
        for (said, remedy) in [
            ("[PRIVACYREQUIRED] Plaintext authentication disallowed", "starttls"),
            ("IMAP access is disabled for this account", "IMAP 服务没有开启"),
            ("Unsafe Login. Please contact kefu@188.com for help", "网易"),
        ] {
            let words = Error::Login(said.into()).to_string();
            assert!(words.contains(remedy) && !words.contains("请核对用户名"), "{words}");
            assert!(words.contains(said) && words.contains("每小时"), "{words}");
        }
    }

    #[test]
    fn a_list_that_is_refused_for_a_reason_of_the_moment_is_no_empty_one() {
        for said in ["Request is throttled. Suggested Backoff Time: 92415 milliseconds", "[INUSE] not now"] {
            let (no, bad) =
                (Error::No("UID FETCH".into(), said.into()), Error::Bad("UID FETCH".into(), said.into()));
            assert!(no.names_another_reason() && bad.names_another_reason(), "{said}");
        }
        assert!(!Error::Bad("UID FETCH".into(), "Bad sequence".into()).names_another_reason());
    }

    #[test]
    fn unsafe_login_is_explained_whether_it_comes_as_no_or_as_bye() {
        let said = "Unsafe Login. Please contact kefu@188.com for help".to_owned();
        for error in [Error::No("EXAMINE".into(), said.clone()), Error::Bye(said)] {
            assert!(matches!(Fault::from(error), Fault::Refused(words) if words.contains("网易")));
        }
    }
}
