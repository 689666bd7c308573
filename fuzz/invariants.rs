//! What holds of the language for any bytes: it never panics, gives a value, points only into the text and at whole
//! characters, and says the same each time.

use std::sync::LazyLock;
use zhibu::config::{Config, Env};
use zhibu::language::{Around, Expect, Grammar, NameList, Names, answer, bare};

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    let duties = Config::load(None, &Env::default()).expect("the embedded defaults load").duties;
    Grammar::new(&duties, &["小支".to_owned()]).expect("the embedded words compile")
});
static NAMES: LazyLock<NameList> = LazyLock::new(|| NameList::new(["张三", "李四", "王五", "欧阳娜娜", "买买提·艾力", "明天", "高兴", "单雯", "A", "何"]));

/// Panics where something does not hold. The first byte chooses whether the bot is addressed and which day it is.
pub fn hold(data: &[u8]) {
    let (flags, rest) = data.split_first().map_or((0, data), |(f, r)| (*f, r));
    let text = &*String::from_utf8_lossy(rest);
    let day = ["2026-11-22", "2026-01-01", "2028-02-29", "2026-12-31"][usize::from(flags >> 1 & 3)];
    let today = day.parse().expect("a date");
    let around = Around { today, addressed: flags & 1 == 1, names: &*NAMES };
    let meanings = GRAMMAR.understand(text, &around);
    for meaning in &meanings {
        for (what, range) in &meaning.why {
            assert!(text.get(range.clone()).is_some(), "{what} points at {range:?} of {text:?}");
        }
    }
    assert_eq!(meanings, GRAMMAR.understand(text, &around), "said twice, {text:?} means two things");
    let expect = Expect { yes_no: flags & 8 != 0, choices: u32::from(flags >> 4 & 3), periods: flags & 64 != 0, amount: flags & 128 != 0, today };
    assert_eq!(answer(text, &expect), answer(text, &expect));
    let _ = (bare(text), GRAMMAR.addressed(text), GRAMMAR.foreign(text), GRAMMAR.sum_named(text, &around), NAMES.similar(text));
    for duty in [None, Some("dues"), Some("study"), Some("theme_day")] {
        assert_eq!(GRAMMAR.entry(duty, text, &around), GRAMMAR.entry(duty, text, &around));
    }
}
