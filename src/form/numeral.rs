//! Numbers in Chinese figures, as shares are written out: 九十五, 一百, 九十五点五. Other letters are no number.

/// What Chinese figures come to, 0 to 999 with decimals.
pub(super) fn numeral(text: &str) -> Option<f64> {
    let (whole, decimals) = text.split_once('点').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut value = f64::from(whole_of(whole)?);
    let mut unit = 0.1;
    for figure in decimals.unwrap_or_default().chars() {
        value += f64::from(digit(figure)?) * unit;
        unit /= 10.0;
    }
    (decimals != Some("")).then_some(value)
}

fn whole_of(text: &str) -> Option<u32> {
    let (mut total, mut figure, mut last) = (0, None, u32::MAX);
    for c in text.chars() {
        let unit = match c {
            '百' => 100,
            '十' => 10,
            _ => {
                if figure.replace(digit(c)?).is_some_and(|before| before != 0) {
                    return None;
                }
                continue;
            }
        };
        if unit >= last {
            return None;
        }
        // 十五 goes without its one.
        total += figure.take().unwrap_or(1) * unit;
        last = unit;
    }
    let is_some = !text.is_empty();
    is_some.then(|| total + figure.unwrap_or(0))
}

fn digit(c: char) -> Option<u32> {
    let figures = ["〇零", "一", "二两", "三", "四", "五", "六", "七", "八", "九"];
    let at = figures.iter().position(|figures| figures.contains(c))?;
    u32::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::numeral;

    #[test]
    fn shares_written_out() {
        for (text, value) in [
            ("九十五", 95.0),
            ("一百", 100.0),
            ("十五", 15.0),
            ("九十五点五", 95.5),
            ("八", 8.0),
            ("一百零五", 105.0),
            ("六十", 60.0),
        ] {
            assert!(numeral(text).is_some_and(|n| (n - value).abs() < 1e-9), "{text}");
        }
        for text in ["", "多数", "九五", "九十五点", "十百", "95"] {
            assert_eq!(numeral(text), None, "{text}");
        }
    }
}
