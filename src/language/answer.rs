//! Answers to what the bot asked, in the context of its question.

use crate::domain::calendar::{Cadence, Period};
use crate::language::text::cursor::Cursor;
use crate::language::text::normalise::normalise;
use crate::language::text::numerals;
use crate::language::text::when::{self, Calendar, Spoken};
use chrono::NaiveDate;

/// What an open question of the bot's asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// Yes or no.
    pub yes_no: bool,
    /// One of so many choices, from 1; 0: none.
    pub choices: u32,
    /// Months or other periods.
    pub periods: bool,
    /// A sum of money.
    pub amount: bool,
    /// The local date.
    pub today: NaiveDate,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Neither: leave it (算了, 取消).
    Cancel,
    /// One of the choices, from 1.
    Choice(u32),
    /// Periods, in the order said.
    Periods(Vec<Period>),
    /// So many months, where which ones was not said: 两个季度 is 6.
    Months(u32),
    /// Fen.
    Amount(i64),
    /// All of the choices: 都是, 全部.
    All,
}

const YES: &[&str] = &[
    "是的",
    "是",
    "是啊",
    "是呀",
    "是滴",
    "是哒",
    "对",
    "对的",
    "对啊",
    "对呀",
    "对哒",
    "对对",
    "对对对",
    "嗯",
    "嗯嗯",
    "嗯呢",
    "恩",
    "恩恩",
    "好",
    "好的",
    "好啊",
    "好呀",
    "好滴",
    "好嘞",
    "好哒",
    "可以",
    "可",
    "行",
    "行吧",
    "行的",
    "成",
    "没错",
    "没问题",
    "正确",
    "确定",
    "就是",
    "就是的",
    "就这样",
    "就这个",
    "yes",
    "y",
    "yep",
    "yeah",
    "ok",
    "okay",
    "sure",
    "right",
    "correct",
    "✓",
    "要",
    "要的",
    "需要",
    "必须的",
    "当然",
    "当然是",
    "没毛病",
    "是的呢",
    "对的呢",
    "哦是的",
    "没错的",
    "确实",
    "嗯对",
    "嗯是的",
    "对是的",
    "是对的",
    "是这样",
    "是这样的",
    "同意",
    "对头",
    "要得",
    "中",
    "没错儿",
    "没错呀",
    "没错啊",
    "是滴呀",
    "阔以",
    "可以的",
    "可以呀",
    "可以啊",
    "行啊",
    "行呀",
    "好吧",
    "得",
    "妥",
    "就是这样",
    "就这么记",
    "记吧",
    "记上吧",
    "记上",
    "嗯呐",
    "嗯啊",
    "ok的",
    "妥妥的",
    "必须",
    "肯定的",
    "肯定",
    "就这样吧",
    "好呢",
];
const NO: &[&str] = &[
    "不是",
    "不是的",
    "不",
    "不对",
    "否",
    "没有",
    "没",
    "不要",
    "不用",
    "不用了",
    "不行",
    "不可以",
    "不了",
    "错了",
    "错",
    "不对的",
    "不是啊",
    "不是我",
    "no",
    "n",
    "nope",
    "✗",
    "别",
    "不需要",
    "不确认",
    "并不是",
    "不是这个",
    "都不是",
    "不同意",
    "不要记",
    "不用记",
    "不记",
    "别记",
    "wrong",
];
const CANCEL: &[&str] =
    &["算了", "取消", "不弄了", "不管了", "先不", "先不了", "以后再说", "再说", "忽略", "跳过", "cancel", "skip", "never mind", "nevermind", "没事了", "没事"];
const ALL: &[&str] = &["都是", "全部", "全是", "都要", "都选", "全选", "都对", "全都是", "都", "all", "both", "两个都是", "所有"];

/// Whether the (normal) text is a yes.
pub(super) fn is_yes(text: &str) -> bool {
    YES.contains(&once(text))
}
/// Whether the (normal) text is a no.
pub(super) fn is_no(text: &str) -> bool {
    NO.contains(&once(text))
}

/// 没错没错, 对对对: said several times, the word once.
fn once(text: &str) -> &str {
    let chars = text.chars().count();
    let repeats = |n: &usize| {
        let unit: usize = text.chars().take(*n).map(char::len_utf8).sum();
        chars.is_multiple_of(*n) && text.as_bytes().chunks(unit).all(|c| c == &text.as_bytes()[..unit])
    };
    match (1..=chars / 2).find(repeats) {
        Some(n) if chars <= 12 => &text[..text.chars().take(n).map(char::len_utf8).sum()],
        _ => text,
    }
}

/// Whether the (normal) text leaves the matter: 算了. 取消 by itself takes a record back.
pub(super) fn is_cancel(text: &str) -> bool {
    text != "取消" && CANCEL.contains(&text)
}

/// 选2, 第二个, 2, 2号: the number, from 1.
pub(super) fn choice(text: &str) -> Option<u32> {
    let mut cursor = Cursor::new(text);
    let chosen = cursor.eat(&["我选择", "我选", "选择", "选项", "选", "第", "是第", "就第", "就选", "应该是第", "choose ", "option ", "no.", "no "]).is_some();
    cursor.eat(&["的是", "了", "项", "择"]);
    cursor.eat(&["第"]);
    cursor.space();
    let before = cursor;
    let arabic = cursor.rest().starts_with(|c: char| c.is_ascii_digit());
    let n = cursor.number_in(1..=99).or_else(|| {
        cursor = before;
        let letters = [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)];
        letters.iter().find_map(|(l, n)| cursor.eat(&[l]).map(|_| *n)).filter(|_| chosen)
    })?;
    let unit = cursor.eat(&["个人", "个", "项", "号", "条", "位", "种", "那个", "吧"]).is_some();
    cursor.eat(&["吧", "啊", "呀", "的", "。"]);
    // 一个, 两个 without 第 is a number of things.
    (cursor.rest().trim().is_empty() && (chosen || arabic || !unit)).then(|| u32::try_from(n).ok()).flatten()
}

/// Reads an answer to a question that expects this. None: it is no answer to it, and is read as any message.
pub fn answer(text: &str, expect: &Expect) -> Option<Answer> {
    if text.len() > 300 {
        return None;
    }
    let norm = normalise(text).text;
    let bare = norm.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '✓' | '✗' | '¥' | '.'));
    let bare = bare.trim_end_matches(['.', '啦', '哦', '哈', '呢', '呀']);
    if bare.is_empty() {
        return None;
    }
    if CANCEL.contains(&bare) {
        return Some(Answer::Cancel);
    }
    if expect.choices > 0 {
        if ALL.contains(&bare) {
            return Some(Answer::All);
        }
        if let Some(n) = choice(bare).filter(|n| *n <= expect.choices) {
            return Some(Answer::Choice(n));
        }
        let ordinal = match bare {
            "前者" | "前面的" | "前一个" | "上面的" | "上面那个" => Some(1),
            "后者" | "后面的" | "后一个" | "下面的" | "下面那个" | "最后一个" => Some(expect.choices),
            _ => None,
        };
        if let Some(n) = ordinal {
            return Some(Answer::Choice(n));
        }
    }
    // 是3月, 是的,3月: the period says more than the yes.
    let inner = ["是的", "是", "对", "嗯", "交的是", "交的", "补的是", "补的", "补", "交", "就", "我交的是"]
        .iter()
        .find_map(|w| bare.strip_prefix(w))
        .unwrap_or(bare)
        .trim_start_matches([',', ' ', '的', '是', ':']);
    if expect.periods
        && let Some(found) = periods(inner, expect.today)
    {
        return Some(found);
    }
    if expect.amount {
        if let Some(sum) = numerals::sum(inner).filter(|s| rest_is_empty(&inner[s.len..])) {
            return Some(Answer::Amount(sum.fen));
        }
        if let Some((n, _)) = numerals::number(inner).filter(|(n, len)| rest_is_empty(&inner[*len..]) && *n < 100_000) {
            return n.checked_mul(100).map(Answer::Amount);
        }
    }
    if expect.yes_no {
        if is_yes(bare) {
            return Some(Answer::Yes);
        }
        if is_no(bare) {
            return Some(Answer::No);
        }
        // 对,就是3月 where only yes was asked; 是的谢谢.
        let mut words = bare.split([',', ' ', '。', '!']).map(str::trim).filter(|w| !w.is_empty());
        let first = words.next().unwrap_or("");
        let polite = words.all(|w| is_yes(w) || matches!(w, "谢谢" | "谢谢你" | "麻烦了" | "辛苦了" | "感谢" | "谢啦" | "多谢" | "thanks"));
        if is_yes(first) && polite {
            return Some(Answer::Yes);
        }
        if is_no(first) && polite {
            return Some(Answer::No);
        }
    }
    if expect.choices > 0 && is_no(bare) {
        return Some(Answer::No);
    }
    None
}

fn rest_is_empty(rest: &str) -> bool {
    rest.trim_matches(|c: char| !c.is_alphanumeric() || matches!(c, '的' | '了' | '团' | '费' | '吧')).is_empty()
}

/// 三个月, 两个季度, 半年: how many months.
pub(super) fn months(text: &str) -> Option<i64> {
    if matches!(text.trim_end_matches(['的', '吧']), "半年") {
        return Some(6);
    }
    let few =
        [("俩", 2), ("仨", 3), ("这俩", 2), ("这仨", 3), ("两", 2), ("这两", 2)].into_iter().find_map(|(w, n)| text.strip_prefix(w).map(|rest| (rest, n)));
    if let Some((_, n)) = few.filter(|(rest, _)| matches!(*rest, "个月" | "月")) {
        return Some(n);
    }
    let mut cursor = Cursor::new(text);
    cursor.number_in(1..=36).and_then(|n| {
        let months = match cursor.eat(&["个季度", "季度", "个月", "个半年", "年"])? {
            "个季度" => n * 3,
            "季度" | "年" if text.starts_with(|c: char| c.is_ascii_digit()) => return None,
            "季度" => return None,
            "个半年" => n * 6,
            "年" => n * 12,
            _ => n,
        };
        rest_is_empty(cursor.rest()).then_some(months)
    })
}

fn periods(text: &str, today: NaiveDate) -> Option<Answer> {
    if let Some(months) = months(text) {
        return u32::try_from(months).ok().map(Answer::Months);
    }
    // Months that are asked about lie behind: 12月 in November was last year's.
    let calendar = Calendar { today, back: false, leave: false };
    let mut at = 0;
    let mut all: Vec<Period> = Vec::new();
    while let Some((Spoken::Periods(found), len)) = when::parse(&text[at..], calendar) {
        all.extend(found.into_iter().filter(|p| !all.contains(p)).collect::<Vec<_>>());
        at += len;
        let rest = text[at..].trim_start_matches(['、', ',', '和', ' ', '跟', '与', '及']);
        at = text.len() - rest.len();
    }
    if all.is_empty() {
        // 一到三, 3-5 alone, where months were asked for.
        let mut cursor = Cursor::new(text);
        let from = cursor.number_in(1..=12)?;
        cursor.eat(&["到", "至", "-", "~"])?;
        let to = cursor.number_in(1..=12)?;
        if !rest_is_empty(cursor.rest()) || to < from {
            return None;
        }
        let year = chrono::Datelike::year(&today);
        return Some(Answer::Periods((from..=to).filter_map(|m| Period::new(Cadence::Month, year, u32::try_from(m).ok()?)).collect()));
    }
    rest_is_empty(&text[at..]).then_some(Answer::Periods(all))
}
