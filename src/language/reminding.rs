//! What a secretary makes of reminders: new ones (`每周四20点提醒大学习`), a list of them, a preview, a pause, words of the
//! branch's own, and what became of them. Only where the bot is addressed. Times become cron lines as in the duties' files.

use super::cursor::Cursor;
use super::lex::{Is, Lexed, Token};
use super::query::Said;
use super::when::Spoken;
use super::{Around, Grammar, Intent};
use chrono::NaiveDate;

/// When a reminder comes for which only the day was said.
const USUAL: (u32, u32) = (19, 0);

const ASKS: &[&str] = &["怎么", "如何", "为什么", "吗", "?", "是不是", "能不能"];
const REMIND: &[&str] = &["提醒", "催", "remind"];
const LOG: &[&str] = &["提醒记录", "提醒日志", "提醒历史", "提醒了谁", "提醒过谁", "发过哪些提醒", "提醒发了没", "提醒发出去", "reminder log"];
const NEXT: &[&str] = &[
    "下次提醒",
    "下一次提醒",
    "下个提醒",
    "提醒列表",
    "提醒计划",
    "提醒安排",
    "有哪些提醒",
    "有什么提醒",
    "所有提醒",
    "全部提醒",
    "查看提醒",
    "看看提醒",
    "什么时候提醒",
    "啥时候提醒",
    "几点提醒",
    "哪天提醒",
    "next reminder",
    "list reminders",
];
const WHO: &[&str] = &["会提醒谁", "要提醒谁", "提醒哪些人", "会提醒哪", "要提醒哪", "会催谁", "提醒谁", "提醒预览", "预览提醒", "who will be reminded"];
const WORDS: &[&str] = &["提醒语", "提醒的话", "提醒词", "提醒文案", "提醒结尾", "提醒时加上", "提醒里加上", "提醒加一句", "提醒加上"];
const DROPS: &[&str] = &["删除", "取消", "删掉", "去掉", "撤掉", "不要", "移除", "delete", "cancel"];
const RESUMES: &[&str] = &["恢复提醒", "继续提醒", "重新提醒", "提醒恢复", "开启提醒", "打开提醒", "提醒继续", "resume reminders"];
const PAUSES: &[&str] = &["暂停", "停一停", "先停", "停掉", "停止", "先别", "暂时别", "暂时不", "关闭", "停", "pause"];

impl Grammar {
    /// What is said about reminders; none where nothing of that.
    pub(super) fn reminding(&self, text: &str, given: &str, said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<Intent> {
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        if !any(REMIND) {
            return None;
        }
        let duty = || said.duty.map(|d| self.key(d));
        if let Some(body) = own_words(given) {
            return Some(Intent::Wording { duty: duty(), text: body });
        }
        if any(LOG) {
            return Some(Intent::ReminderLog);
        }
        if any(WHO) && !text.contains('我') {
            return Some(Intent::WhoNext { day: day(lexed).unwrap_or(around.today) });
        }
        if any(NEXT) && !any(&["怎么", "如何"]) {
            return Some(Intent::Reminders);
        }
        if any(ASKS) || any(&["点名", "我"]) {
            return None;
        }
        if any(DROPS)
            && let Some(n) = numbered(text)
        {
            return Some(Intent::DropReminder { n });
        }
        if any(RESUMES) || any(&["恢复", "继续"]) && text.ends_with("提醒") {
            return Some(Intent::Unhush { duty: duty() });
        }
        if let Some(cron) = recurring(text, lexed) {
            return Some(Intent::RemindAt { duty: self.duty_of(said, lexed).map(|d| self.key(d)), cron });
        }
        if any(&["每周", "每个周", "每星期", "每礼拜", "每月", "每个月", "每季", "每半年", "每个季"]) {
            // a time that was not understood is asked about, never taken for "now"
            return Some(Intent::Unclear { duty: duty() });
        }
        let quiet = any(PAUSES) && (any(&["提醒"]) && !any(&["提醒一下", "提醒没", "提醒大家", "提醒所有"]));
        quiet.then(|| Intent::Hush { duty: duty(), until: until(text, lexed, around) })
    }
}

impl Grammar {
    /// Who is to be reminded, by name: 提醒王五看大学习; nobody where all are meant.
    pub(super) fn reminded(&self, lexed: &Lexed) -> Vec<String> {
        let text = &lexed.norm.text;
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        let words = ["提醒一下", "提醒下", "催一下", "催催", "提醒", "催", "remind "];
        let Some(after) = words.iter().find_map(|w| text.find(w).map(|at| at + w.len())) else { return Vec::new() };
        if any(&["大家", "所有", "全体", "全员", "各位", "每个", "同学们", "everyone", "everybody"]) {
            return Vec::new();
        }
        // 提醒交给王五: to whom
        let receives = |t: &&Token| ["给", "向", "找", "跟", "由", "替"].iter().any(|w| text[..t.start].ends_with(w));
        let mut names: Vec<String> = Vec::new();
        for token in lexed.tokens.iter().filter(|t| t.is == Is::Name && t.start >= after && !receives(t)) {
            let name = &text[token.start..token.end];
            if !names.iter().any(|n| n == name) {
                names.push(name.to_owned());
            }
        }
        if !names.is_empty() || any(&["没", "未", "全"]) {
            return names;
        }
        // whoever is on no roster is told of by the roster, rather than everybody reminded
        let from = after + text[after..].len() - text[after..].trim_start_matches(' ').len();
        let stranger = super::names::stranger_at(text, from, &self.lexicon).filter(|end| {
            let name = &text[from..*end];
            let known = self.lexicon.at(text, from).is_some_and(|(_, word)| word > from + name.chars().next().map_or(0, char::len_utf8));
            (2..=4).contains(&name.chars().count()) && super::surnames::plausible(name) && !known
        });
        stranger.map(|end| vec![text[from..end].to_owned()]).unwrap_or_default()
    }
}

/// `大学习提醒语：记得截图`: the sentence as it was written; `默认` takes it away.
fn own_words(given: &str) -> Option<String> {
    let word = WORDS.iter().find(|w| given.contains(**w))?;
    let rest = given.split_once(*word)?.1.trim_start_matches(['改', '成', '为', '是', '用', '：', ':', ' ', '，', ',', '“', '"', '一', '句']);
    let body: String = rest.trim().trim_end_matches(['”', '"']).chars().take(200).collect();
    if matches!(body.as_str(), "默认" | "恢复默认" | "删除" | "取消" | "没有") {
        return Some(String::new());
    }
    (!body.is_empty()).then_some(body)
}

/// 第2个提醒, 提醒2.
fn numbered(text: &str) -> Option<u32> {
    let after = |word: &str| text.split_once(word).map(|(_, rest)| rest.trim_start_matches(' '));
    let rest = after("第").or_else(|| after("提醒"))?;
    let n = Cursor::new(rest).number_in(1..=999)?;
    u32::try_from(n).ok()
}

/// The one day that is named.
fn day(lexed: &Lexed) -> Option<NaiveDate> {
    lexed.tokens.iter().find_map(|t| if let Is::When(Spoken::Days(first, _)) = t.is { Some(first) } else { None })
}

/// Until when (its last day) reminders are to rest: 一周, 三天, 到12月1日; none: until they are resumed.
fn until(text: &str, lexed: &Lexed, around: &Around<'_>) -> Option<NaiveDate> {
    let days = |n: i64| around.today.checked_add_signed(chrono::Duration::days(n));
    let at = |word: &str| text.find(word).map(|at| &text[..at]);
    for (words, length) in [(&["个星期", "个礼拜", "星期", "礼拜", "周", " week"][..], 7), (&["天", "日", " day"], 1), (&["个月", " month"], 30)]
    {
        for before in words.iter().filter_map(|w| at(w)) {
            let tail: String = before
                .chars()
                .rev()
                .take_while(|c| c.is_ascii_digit() || "一二两三四五六七八九十半".contains(*c))
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            if let Some(n) = Cursor::new(&tail).number_in(1..=60).or_else(|| (tail == "两").then_some(2)) {
                let whole = tail.is_empty() || before.ends_with(&tail);
                // 11月25日 is a day, not so many days
                if whole && !before[..before.len() - tail.len()].ends_with(['月', '-', '/', '到', '至']) {
                    return days(n * length);
                }
            }
        }
    }
    let last = lexed.tokens.iter().filter_map(|t| if let Is::When(Spoken::Days(_, last)) = t.is { Some(last) } else { None }).next_back();
    last.or_else(|| {
        lexed.tokens.iter().find_map(|t| match &t.is {
            Is::When(Spoken::Periods(p)) => p.last().map(|p| p.last_day()),
            _ => None,
        })
    })
}

/// 每周四20点, 每月25号, 每月最后一天, 每季度末: a cron line.
pub(super) fn recurring(text: &str, lexed: &Lexed) -> Option<String> {
    // 周五晚上8点: the evening may have been read with the day
    let late = |before: &str| ["晚上", "晚", "下午", "傍晚"].iter().any(|w| before.trim_end().ends_with(w));
    let clock = lexed.tokens.iter().find_map(|t| match t.is {
        Is::When(Spoken::Clock(h, m)) => Some((if h < 12 && late(&lexed.norm.text[..t.start]) { h + 12 } else { h }, m)),
        _ => None,
    });
    let (hour, minute) = clock.unwrap_or(USUAL);
    let line = |day: &str, month: &str, weekday: &str| Some(format!("{minute} {hour} {day} {month} {weekday}"));
    let start = text.find('每')?;
    let mut c = Cursor::new(&text[start + '每'.len_utf8()..]);
    if c.eat(&["个工作日", "工作日"]).is_some() {
        return line("*", "*", "MON-FRI");
    }
    if c.eat(&["天", "日", "晚", "早"]).is_some() {
        return line("*", "*", "*");
    }
    if c.eat(&["个星期", "个礼拜", "星期", "礼拜", "个周", "周"]).is_some() {
        return line("*", "*", &weekdays(&mut c)?);
    }
    if c.eat(&["个月", "月"]).is_some() {
        return line(&month_day(&mut c)?, "*", "*");
    }
    if c.eat(&["个季度", "季度", "季"]).is_some() {
        return line(&end(&mut c)?, "Q", "*");
    }
    if c.eat(&["个半年", "半年"]).is_some() {
        return line(&end(&mut c)?, "H", "*");
    }
    None
}

/// 一三五, 周二和周四.
fn weekdays(c: &mut Cursor<'_>) -> Option<String> {
    const DAYS: [(&[&str], &str); 7] = [
        (&["一", "1"], "MON"),
        (&["二", "2"], "TUE"),
        (&["三", "3"], "WED"),
        (&["四", "4"], "THU"),
        (&["五", "5"], "FRI"),
        (&["六", "6"], "SAT"),
        (&["日", "天", "末", "7"], "SUN"),
    ];
    let mut found: Vec<&str> = Vec::new();
    loop {
        // 每周一8点: the 8 is no weekday
        if c.sees(&["1", "2", "3", "4", "5", "6", "7"]) && !found.is_empty() {
            break;
        }
        match DAYS.iter().find(|(words, _)| c.eat(words).is_some()) {
            Some((_, name)) => {
                if !found.contains(name) {
                    found.push(name);
                }
            }
            None => break,
        }
        c.eat(&["、", "和", "及", ",", "跟"]);
        c.eat(&["每周", "周", "星期"]);
    }
    (!found.is_empty()).then(|| found.join(","))
}

/// 25号, 10号和25号, 最后一天, 倒数第3天, 第3个工作日, 最后一个工作日, 月底.
fn month_day(c: &mut Cursor<'_>) -> Option<String> {
    c.eat(&["的"]);
    if let Some(found) = end(c) {
        return Some(found);
    }
    let before = *c;
    if c.eat(&["第"]).is_some() {
        if let Some(n) = c.number_in(1..=15)
            && c.eat(&["个工作日", "工作日"]).is_some()
        {
            return Some(format!("{n}W"));
        }
        *c = before;
    }
    let mut days = Vec::new();
    while let Some(n) = c.number_in(1..=31) {
        c.eat(&["号", "日"])?;
        days.push(n.to_string());
        c.eat(&["、", "和", "及", ",", "跟"]);
    }
    (!days.is_empty()).then(|| days.join(","))
}

/// The end of a stretch of months: 末, 底, 最后一天, 末前3天, 倒数第3天.
fn end(c: &mut Cursor<'_>) -> Option<String> {
    if c.eat(&["最后一个工作日", "最后1个工作日"]).is_some() {
        return Some("LW".to_owned());
    }
    if c.eat(&["最后一天", "最后1天", "最后一日"]).is_some() {
        return Some("L".to_owned());
    }
    if c.eat(&["倒数第"]).is_some() {
        let n = c.number_in(1..=28)?;
        c.eat(&["天", "日"])?;
        return Some(if n == 1 { "L".to_owned() } else { format!("L-{}", n - 1) });
    }
    c.eat(&["月底", "月末", "末", "底"])?;
    if c.eat(&["前", "提前", "之前"]).is_some()
        && let Some(n) = c.number_in(1..=27)
    {
        c.eat(&["天", "日"])?;
        return Some(format!("L-{n}"));
    }
    Some("L".to_owned())
}
