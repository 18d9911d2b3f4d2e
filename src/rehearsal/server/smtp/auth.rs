//! Who is speaking: AUTH PLAIN and LOGIN (RFC 4616 and the old draft), with the base64 they are wrapped in.

/// What the client was asked for and sends on the next line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// User and password in one.
    Plain,
    /// The user, of LOGIN.
    User,
    /// The password, of LOGIN.
    Password { user: String },
}

/// Where a line of credentials leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Ask(Asked),
    Login { user: String, password: String },
    Garbled,
}

impl Asked {
    /// The prompt, after 334.
    pub fn prompt(&self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::User => "VXNlcm5hbWU6",
            Self::Password { .. } => "UGFzc3dvcmQ6",
        }
    }

    pub fn answered(self, line: &str) -> Step {
        let Some(text) = unwrapped(line.trim_end()) else { return Step::Garbled };
        match self {
            Self::User => Step::Ask(Self::Password { user: text }),
            Self::Password { user } => Step::Login { user, password: text },
            Self::Plain => match text.split('\0').collect::<Vec<_>>().as_slice() {
                [_, user, password] => {
                    Step::Login { user: (*user).to_owned(), password: (*password).to_owned() }
                }
                _ => Step::Garbled,
            },
        }
    }
}

/// The text in base64; `None` when it is none.
fn unwrapped(base64: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in base64.trim_end_matches('=').bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}
