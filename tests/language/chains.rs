//! What entries of chain lists say, and what stands above them, as people write it.

use super::grammar;
use zhibu::language::{Around, Entry, NameList};

/// The duty, the entry's text, what it says: `+` done (with fen or minutes where said), `-` not done, `L` leave, `late`, `early`, `?` unclear.
const ENTRIES: &[(&str, &str, &str)] = &[
    ("dues", "0.2", "+20"),
    ("dues", "0.2元", "+20"),
    ("dues", "13812345678 0.2", "+20"),
    ("dues", "(13912345678)已交", "+"),
    ("dues", "0.2 ✅", "+20"),
    ("dues", "微信已转", "+"),
    ("dues", "转了", "+"),
    ("dues", "0.2(已转)", "+20"),
    ("dues", "0.2元已转支书", "+20"),
    ("dues", "两毛", "+20"),
    ("dues", "已交", "+"),
    ("dues", "paid", "+"),
    ("dues", "还没交", "-"),
    ("dues", "明天交", "-"),
    ("dues", "忘了", "-"),
    ("dues", "班费20", "?"),
    ("dues", "收到", "?"),
    ("dues", "???", "?"),
    ("dues", "0.2?", "?"),
    ("dues", "", ""),
    ("study", "已完成", "+"),
    ("study", "(已完成)", "+"),
    ("study", "+完成", "+"),
    ("study", "完成", "+"),
    ("study", "🌸 已完成", "+"),
    ("study", "已看", "+"),
    ("study", "已学", "+"),
    ("study", "29期已学", "+"),
    ("study", "打卡", "+"),
    ("study", "1", "+"),
    ("study", "+1", "+"),
    ("study", "OK", "+"),
    ("study", "√", "+"),
    ("study", "❌", "-"),
    ("study", "(还没)", "-"),
    ("study", "(明天看)", "-"),
    ("study", "未完成", "-"),
    ("study", "还没看", "-"),
    ("study", "收到", "?"),
    ("study", "已阅", "?"),
    ("study", "好的", "?"),
    ("study", "请假", "L"),
    ("theme_day", "到", "+"),
    ("theme_day", "已到", "+"),
    ("theme_day", "签到", "+"),
    ("theme_day", "参加", "?"),
    ("theme_day", "出勤", "+"),
    ("theme_day", "缺勤", "-"),
    ("theme_day", "缺席", "-"),
    ("theme_day", "不参加", "-"),
    ("theme_day", "没来", "-"),
    ("theme_day", "病假", "L"),
    ("theme_day", "(请假,有课)", "L"),
    ("theme_day", "不请假", "?"),
    ("theme_day", "迟到", "late"),
    ("theme_day", "晚到十分钟", "late"),
    ("theme_day", "可能晚到", "?"),
    ("theme_day", "早退", "early"),
];

fn shown(entry: &Entry) -> String {
    match entry {
        Entry::Done { amount_fen, minutes, count, .. } => format!("+{}", amount_fen.or(*minutes).or(*count).map_or(String::new(), |n| n.to_string())),
        Entry::NotDone => "-".into(),
        Entry::Leave => "L".into(),
        Entry::Late => "late".into(),
        Entry::LeftEarly => "early".into(),
        Entry::Empty => String::new(),
        Entry::Unclear => "?".into(),
    }
}

pub fn entries() {
    let grammar = grammar();
    let names = NameList::new(["张三", "李四"]);
    let around = Around { today: "2026-11-22".parse().unwrap(), addressed: false, names: &names };
    let wrong: Vec<String> = ENTRIES
        .iter()
        .filter_map(|(duty, text, wanted)| {
            let got = shown(&grammar.entry(Some(duty), text, &around));
            (got != *wanted).then(|| format!("{duty} {text:?}: {got:?}, wanted {wanted:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
