//! What goes back to the browser: a page, the way to one, or bytes that it must keep for itself and never show.

use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use tokio::sync::mpsc;

use super::ask::encoded;

/// A download is read in pieces of so many bytes, of which a few wait for the browser.
const PIECE_BYTES: usize = 64 * 1024;
const PIECES_AHEAD: usize = 4;

/// An answer.
pub(super) enum Reply {
    /// A page.
    Page(StatusCode, String),
    /// Words for a program, with their type.
    Text(StatusCode, &'static str, String),
    /// Look there instead.
    See(String),
    /// The same, with cookies to set.
    With(Vec<String>, Box<Reply>),
    /// It is there for ever.
    Moved(String),
    /// Bytes of our own: style, script, thumbnail. With type and how long they may be kept.
    Own(&'static str, &'static str, Vec<u8>),
    /// A file of somebody else's, which a browser saves and never shows.
    Download(File, u64, String),
    /// A film of somebody else's, of a type that we found ourselves, which a browser plays: its size, and first and last byte
    /// of the piece that was asked for.
    Film(&'static str, File, u64, Option<(u64, u64)>),
    /// A file of our own, with its name, which a browser saves.
    Saved(Vec<u8>, String),
}

impl Reply {
    /// A page that was found.
    pub fn page(html: String) -> Self {
        Self::Page(StatusCode::OK, html)
    }

    /// Look there instead.
    pub fn see(address: impl Into<String>) -> Self {
        Self::See(address.into())
    }

    /// The same, with cookies for the browser to keep.
    pub fn with(self, cookies: Vec<String>) -> Self {
        Self::With(cookies, Box::new(self))
    }

    /// As HTTP has it.
    pub fn response(self) -> Response {
        match self {
            Self::Page(status, html) => (status, Html(html)).into_response(),
            Self::Text(status, media_type, text) => {
                (status, [(header::CONTENT_TYPE, media_type)], text).into_response()
            }
            Self::Moved(address) => with_location(StatusCode::PERMANENT_REDIRECT, &address),
            Self::See(address) => with_location(StatusCode::SEE_OTHER, &address),
            Self::With(cookies, reply) => {
                let mut response = reply.response();
                for cookie in cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
                    response.headers_mut().append(header::SET_COOKIE, cookie);
                }
                response
            }
            Self::Own(media_type, keep, bytes) => {
                ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, keep)], bytes).into_response()
            }
            Self::Saved(bytes, name) => {
                let headers = [
                    (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
                    (header::CONTENT_DISPOSITION, attachment(&name)),
                ];
                (headers, bytes).into_response()
            }
            Self::Film(media_type, file, size, piece) => film(media_type, file, size, piece),
            Self::Download(file, size, name) => {
                let headers = [
                    (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
                    (header::CONTENT_LENGTH, size.to_string()),
                    (header::CONTENT_DISPOSITION, attachment(&name)),
                ];
                (headers, streamed(file)).into_response()
            }
        }
    }
}

/// All of a film, or a piece: whoever leaps ahead in it asks for what stands there.
fn film(media_type: &'static str, mut file: File, size: u64, piece: Option<(u64, u64)>) -> Response {
    let (first, last) = piece.unwrap_or((0, size.saturating_sub(1)));
    if file.seek(SeekFrom::Start(first)).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let length = size.min(last + 1) - first.min(size);
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    let range = piece.map(|_| [(header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}"))]);
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    match range {
        Some(range) => (status, headers, range, streamed(file.take(length))).into_response(),
        None => (status, headers, streamed(file.take(length))).into_response(),
    }
}

fn with_location(status: StatusCode, address: &str) -> Response {
    let Ok(address) = HeaderValue::from_str(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (status, [(header::LOCATION, address)]).into_response()
}

/// `Content-Disposition` of a name that others chose: what would lead out of a folder or deceive the eye is gone, and a
/// browser that knows no `filename*` sees a plain one.
fn attachment(name: &str) -> String {
    let ending: String = name.rsplit_once('.').map_or("", |(_, ending)| ending).chars().take(8).collect();
    let ending = if ending.chars().all(|c| c.is_ascii_alphanumeric()) && !ending.is_empty() {
        format!(".{ending}")
    } else {
        String::new()
    };
    format!("attachment; filename=\"file{ending}\"; filename*=UTF-8''{}", encoded(&safe_name(name)))
}

/// A name that a browser may save under.
pub(super) fn safe_name(name: &str) -> String {
    const NAME_CHARS_MAX: usize = 120;
    let is_kept = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let kept = name.chars().filter(is_kept).map(|c| if "/\\:*?\"<>|".contains(c) { '_' } else { c });
    let kept: Vec<char> = kept.collect();
    // Of a long name its end stays: there is the type.
    let start = kept.len().saturating_sub(NAME_CHARS_MAX);
    let name: String = kept.into_iter().skip(start).collect();
    let name = name.trim_matches(['.', ' ']).to_owned();
    if name.is_empty() { "文件".to_owned() } else { name }
}

/// The bytes of a file, read as fast as the browser takes them.
fn streamed(mut file: impl Read + Send + 'static) -> Body {
    let (pieces, received) = mpsc::channel::<Result<Bytes, std::io::Error>>(PIECES_AHEAD);
    tokio::task::spawn_blocking(move || {
        loop {
            let mut piece = vec![0; PIECE_BYTES];
            let read = match file.read(&mut piece) {
                Ok(0) => return,
                Ok(length) => {
                    piece.truncate(length);
                    Ok(Bytes::from(piece))
                }
                Err(error) => Err(error),
            };
            let is_over = read.is_err();
            if pieces.blocking_send(read).is_err() || is_over {
                return;
            }
        }
    });
    let stream = futures_util::stream::unfold(received, |mut received| async move {
        received.recv().await.map(|piece| (piece, received))
    });
    Body::from_stream(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_neither_deceive_nor_lead_astray() {
        assert_eq!(safe_name("..\\..//etc/方案\u{202e}cod.exe\r\n"), "_..__etc_方案cod.exe");
        assert_eq!(safe_name("\u{202e}.."), "文件");
        assert!(safe_name(&format!("{}.docx", "长".repeat(10_000))).ends_with("长.docx"));
        let header = attachment("a\"; filename=\"b.html");
        assert_eq!(header.matches('"').count(), 2, "{header}");
        assert!(header.contains("filename=\"file.html\""), "{header}");
    }
}
