//! Moments at which something was taken: by the camera's clock, by world time shown as China's, or by a name that a
//! camera, a phone or WeChat gave.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use nom_exif::ExifDateTime;

use crate::domain::facts::{Taken, TakenBy};

/// Clocks that nobody set begin with their maker's epoch: 1904, 1970, 1980.
const YEARS: std::ops::Range<i16> = 1990..2100;

/// Whether a clock had been set.
pub(super) fn plausible(at: &DateTime) -> bool {
    YEARS.contains(&at.year())
}

/// A moment of the world by China's clock.
pub(super) fn by_chinas_clock(moment: Timestamp) -> DateTime {
    Offset::constant(8).to_datetime(moment)
}

/// What a library tells: by the camera's own clock where it does not say where it stands.
pub(super) fn in_china(at: ExifDateTime) -> Option<DateTime> {
    match at {
        ExifDateTime::Aware(moment) => {
            Some(by_chinas_clock(Timestamp::from_second(moment.timestamp()).ok()?))
        }
        ExifDateTime::Naive(moment) => moment.to_string().parse().ok(),
    }
}

/// What a name tells: `IMG_20230516_101112`, `微信图片_20230515101010`, `Screenshot_2023-05-16-10-11-12`,
/// `2023-05-16 101112`, `mmexport1684123456789`, `wx_camera_1684123456789`. A day alone is none: people write those for
/// many reasons, and the day of a name is judged elsewhere.
pub(super) fn named(name: &str) -> Option<Taken> {
    let at = since_epoch(name).or_else(|| written(name)).filter(plausible)?;
    Some(Taken { at, by: TakenBy::Name })
}

/// Milliseconds since 1970, as WeChat and Android name what they save; WeCom has four digits behind the seconds of a screenshot.
fn since_epoch(name: &str) -> Option<DateTime> {
    let digits = if name.contains("企业微信截图") { 13..=14 } else { 13..=13 };
    let is_moment = |run: &&str| digits.contains(&run.len()) && run.starts_with('1');
    let run = name.split(|c: char| !c.is_ascii_digit()).find(is_moment)?;
    Some(by_chinas_clock(Timestamp::from_second(run.get(..10)?.parse().ok()?).ok()?))
}

/// Year, month, day, hour, minute and second as fourteen digits with at most one sign between two of them. Nothing but
/// digits of milliseconds or a counter may follow.
fn written(name: &str) -> Option<DateTime> {
    let letters: Vec<char> = name.chars().collect();
    (0..letters.len()).find_map(|start| {
        let before = start.checked_sub(1).and_then(|at| letters.get(at));
        if before.is_some_and(char::is_ascii_digit) {
            return None;
        }
        let mut digits = String::new();
        let mut is_apart = false;
        for letter in letters.iter().skip(start) {
            match letter {
                '0'..='9' => digits.push(*letter),
                // Signs stand between whole numbers only: after the year, or after a pair.
                '-' | '_' | '.' | ' ' | ':' | 'T'
                    if !is_apart && digits.len() >= 4 && digits.len().is_multiple_of(2) => {}
                _ => break,
            }
            is_apart = !letter.is_ascii_digit();
            if digits.len() == 14 {
                break;
            }
        }
        moment(&digits)
    })
}

fn moment(digits: &str) -> Option<DateTime> {
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i8>().ok();
    let date = Date::new(digits.get(..4)?.parse().ok()?, number(4, 6)?, number(6, 8)?).ok()?;
    let time = Time::new(number(8, 10)?, number(10, 12)?, number(12, 14)?, 0).ok()?;
    Some(date.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cameras_phones_and_wechat_tell_the_moment() {
        for name in [
            "IMG_20230516_101112.jpg",
            "VID_20230516_101112.mp4",
            "微信图片_20230516101112.jpg",
            "微信图片_20230516101112_1.jpg",
            "Screenshot_2023-05-16-10-11-12.png",
            "Screenshot_2023-05-16-10-11-12-345_com.tencent.mm.jpg",
            "2023-05-16 101112.jpg",
            "2023-05-16 10.11.12.jpg",
            "PXL_20230516_101112345.jpg",
            "DSC_20230516_101112.JPG",
        ] {
            assert_eq!(named(name).unwrap().at.to_string(), "2023-05-16T10:11:12", "{name}");
        }
        for name in
            ["mmexport1684123456789.jpg", "wx_camera_1684123456789.mp4", "企业微信截图_16841234566543.png"]
        {
            assert_eq!(named(name).unwrap().at.to_string(), "2023-05-15T12:04:16", "{name}");
        }
    }

    #[test]
    fn other_numbers_are_no_moment() {
        for name in [
            "DSC_0516.JPG",
            "IMG_0001.jpg",
            "20230516.jpg",
            "开放日1.jpg",
            "19900001111.jpg",
            "20231316101112.jpg",
            "IMG_20230516_991112.jpg",
            "510100202305161011120.jpg",
            "mmexport0684123456789.jpg",
            "截图_16841234566543.png",
            "2023年第05期1号16.jpg",
            "",
        ] {
            assert_eq!(named(name), None, "{name}");
        }
    }
}
