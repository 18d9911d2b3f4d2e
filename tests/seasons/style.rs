//! How clerks type figures: bare, with a counting word, in thousands, in full width, as 无; shares in all spellings.

use shouwen::rehearsal::season::chance::Chance;
use shouwen::rehearsal::season::files::table::Value;

use super::form4::text;

/// How this clerk types figures.
pub struct Style {
    counts: u32,
    coverage: u32,
}

impl Style {
    pub fn of(chance: &mut Chance) -> Self {
        Self { counts: chance.between(0, 9), coverage: chance.between(0, 7) }
    }

    pub fn count(&self, count: i64, unit: &str) -> Value {
        let wide = |digits: &str| {
            digits.chars().filter_map(|c| char::from_u32(c as u32 + 0xFEE0)).collect::<String>()
        };
        match self.counts {
            0 => Value::Text(count.to_string()),
            1 => Value::Text(format!("{count}{unit}")),
            2 if count >= 1000 => Value::Text(format!("{},{:03}", count / 1000, count % 1000)),
            3 => Value::Text(wide(&count.to_string())),
            4 if count == 0 => text("无"),
            5 if count == 0 => text("-"),
            _ => Value::Number(count as f64),
        }
    }

    pub fn share(&self, percent: i64) -> Value {
        let share = percent as f64 / 100.0;
        match self.coverage {
            0 => Value::Number(share),
            1 => Value::Number(percent as f64),
            2 => Value::Text(format!("{percent}%")),
            3 => Value::Text(format!("{percent}％")),
            4 => Value::Text(format!("{}.0%", percent)),
            _ => Value::Percent(share),
        }
    }
}
