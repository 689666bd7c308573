//! What a secretary makes of reminders: new ones (`每周四20点提醒大学习`), a list of them, a preview, a pause, words of the
//! branch's own, and what became of them. Only where the bot is addressed. What is not understood to its end is asked about. When
//! they come is `recurring`'s, how long they rest `resting`'s, whether one is to be sent now `at_once`'s.

use super::at_once::{MADE, TAKEN};
use super::recurring::{Often, Times, often};
use crate::language::intents::query::Said;
use crate::language::meaning::RemindDoubt;
use crate::language::text::cursor::Cursor;
use crate::language::text::lex::{Is, Lexed, Token};
use crate::language::text::when::Spoken;
use crate::language::{Around, Grammar, Intent};
use chrono::NaiveDate;

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
/// The sentence of one's own, as a thing that is set, and as what is said then.
const WORDS: &[&str] = &["提醒语", "提醒的话", "提醒词", "提醒文案", "提醒结尾"];
const ADDS: &[&str] = &["提醒时加上", "提醒里加上", "提醒加一句", "提醒加上"];
const SETS: &[&str] = &["改成", "改为", "设成", "设为", "设置成", "设置为", "换成", "写成", "用", "为", "是"];
const USUAL_WORDS: &[&str] = &["默认", "恢复默认", "改回默认", "改成默认", "删除", "取消", "没有"];
const DROPS: &[&str] = &["删除", "取消", "删掉", "去掉", "撤掉", "不要", "移除", "delete", "cancel"];
const DENIES: &[&str] = &["别", "不用", "不再", "不必", "不想", "勿", "don't", "do not ", "no more"];
const CHANGES: &[&str] = &["改成", "改到", "改为", "改在", "换成", "换到", "调到", "调成", "调整", "挪到", "推迟", "提早", "修改", "更改"];
const RESUMES: &[&str] = &["恢复提醒", "继续提醒", "重新提醒", "提醒恢复", "开启提醒", "打开提醒", "提醒继续", "resume reminders"];
const UNPAUSES: &[&str] = &["取消暂停", "解除暂停", "结束暂停", "不再暂停", "暂停取消"];
const PAUSES: &[&str] = &["暂停", "停一停", "先停", "停掉", "停止", "先别", "暂时别", "暂时不", "关闭", "关掉", "停", "pause"];
/// What begins with 我 and is an order for all that.
const FOR_ME: &[&str] = &["帮我", "给我", "替我", "为我", "我想", "我要", "我们", "我支部", "麻烦我"];

impl Grammar {
    /// What is said about reminders; none where nothing of that.
    pub(in crate::language) fn reminding(&self, text: &str, given: &str, said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<Intent> {
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        if !any(REMIND) {
            return None;
        }
        let duty = || said.duty.map(|d| self.key(d));
        let how = |about: RemindDoubt| Some(Intent::RemindHow { duty: duty(), about });
        match own_words(given) {
            OwnWords::Unsaid => {}
            OwnWords::Asked => return how(RemindDoubt::Words),
            OwnWords::Said(text) => return Some(Intent::Wording { duty: duty(), text }),
        }
        if any(LOG) {
            return Some(Intent::ReminderLog);
        }
        if any(WHO) && !text.contains('我') {
            return day(lexed, around).map_or_else(|| how(RemindDoubt::Day), |day| Some(Intent::WhoNext { day }));
        }
        if any(NEXT) && !any(&["怎么", "如何"]) {
            return Some(Intent::Reminders);
        }
        let others = FOR_ME.iter().fold(text.to_owned(), |text, w| text.replace(w, ""));
        if any(ASKS) || any(&["点名"]) || others.contains('我') {
            return None;
        }
        let (drops, denies) = (any(DROPS), any(DENIES));
        if drops
            && !denies
            && let Some(n) = numbered(text)
        {
            return Some(Intent::DropReminder { n });
        }
        if any(UNPAUSES) {
            return if any(&["不要", "别", "不用", "勿"]) { how(RemindDoubt::Stop) } else { Some(Intent::Unhush { duty: duty() }) };
        }
        let resumes = any(RESUMES) || any(&["恢复", "继续"]) && text.ends_with("提醒");
        let pauses = any(PAUSES) && any(&["提醒", "remind"]) && !any(&["提醒一下", "提醒没", "提醒大家", "提醒所有"]);
        match often(text) {
            // 取消每周四20点提醒大学习: never makes one
            Often::At(times) if (drops || denies) && !pauses && !resumes && !any(CHANGES) => {
                let whole = said.duties.len() < 2 && said.names.is_empty() && self.plain(lexed, around, std::slice::from_ref(&times.span), TAKEN);
                if !whole {
                    return how(RemindDoubt::Stop);
                }
                Some(Intent::DropRemindAt { duty: self.duty_of(said, lexed).map(|d| self.key(d)), cron: times.pattern() })
            }
            Often::At(_) | Often::Not(_) if drops || denies || pauses || resumes || any(CHANGES) => how(RemindDoubt::Stop),
            Often::At(times) => Some(self.at(&times, said, lexed, around)),
            Often::Not(why) => how(why),
            Often::Unsaid if resumes => {
                let timed = lexed.tokens.iter().any(|t| matches!(t.is, Is::When(_) | Is::Minutes(_)));
                if timed { how(RemindDoubt::Pause) } else { Some(Intent::Unhush { duty: duty() }) }
            }
            Often::Unsaid if pauses => {
                let Some((from, until)) = self.pausing(said, lexed, around) else { return how(RemindDoubt::Pause) };
                Some(Intent::Hush { duty: duty(), from, until })
            }
            Often::Unsaid => None,
        }
    }

    /// A reminder of the unit's own: of one duty, at one time, for all, and nothing beside it that is not understood.
    fn at(&self, times: &Times, said: &Said, lexed: &Lexed, around: &Around<'_>) -> Intent {
        let duty = self.duty_of(said, lexed).map(|d| self.key(d));
        let outside = |t: &&Token| t.end <= times.span.start || t.start >= times.span.end;
        let when = |t: &Token| matches!(t.is, Is::When(Spoken::Clock(..) | Spoken::Days(..) | Spoken::Stretch(_) | Spoken::Vague) | Is::Minutes(_));
        let other = |t: &Token| matches!(&t.is, Is::When(Spoken::Periods(p)) if self.elsewhen(p, said, around));
        let ahead = |t: &Token| matches!(&t.is, Is::When(Spoken::Periods(p)) if p.iter().any(|p| p.first_day() > around.today));
        let doubt = if said.duties.len() > 1 || lexed.tokens.iter().filter(outside).any(when) {
            Some(RemindDoubt::One)
        } else if lexed.tokens.iter().filter(outside).any(ahead) {
            // 从下周开始每周四20点: it begins when it is made
            Some(RemindDoubt::Time)
        } else if lexed.tokens.iter().filter(outside).any(|t| other(t) || matches!(t.is, Is::Issues(_))) {
            Some(RemindDoubt::Period)
        } else if !self.reminded(lexed).is_empty() {
            Some(RemindDoubt::Name)
        } else {
            (!self.plain(lexed, around, std::slice::from_ref(&times.span), MADE)).then_some(RemindDoubt::Time)
        };
        match doubt {
            Some(about) => Intent::RemindHow { duty, about },
            None => Intent::RemindAt { duty, cron: times.cron() },
        }
    }
}

impl Grammar {
    /// Who is to be reminded, by name: 提醒王五看大学习; nobody where all are meant.
    pub(in crate::language) fn reminded(&self, lexed: &Lexed) -> Vec<String> {
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
        let stranger = crate::language::text::names::stranger_at(text, from, &self.lexicon).filter(|end| {
            let name = &text[from..*end];
            let known = self.lexicon.at(text, from).is_some_and(|(_, word)| word > from + name.chars().next().map_or(0, char::len_utf8));
            (2..=4).contains(&name.chars().count()) && crate::language::text::surnames::plausible(name) && !known
        });
        stranger.map(|end| vec![text[from..end].to_owned()]).unwrap_or_default()
    }
}

/// What is said of the unit's own words.
enum OwnWords {
    /// Nothing.
    Unsaid,
    /// They are asked after, denied, or missing.
    Asked,
    /// The sentence as it was written; an empty one where it is taken away (`默认`).
    Said(String),
}

/// `大学习提醒语：记得截图`, `大学习提醒语改成默认`.
fn own_words(given: &str) -> OwnWords {
    let noun = WORDS.iter().filter_map(|w| given.split_once(*w)).min_by_key(|(head, _)| head.len());
    let Some((head, rest)) = noun.or_else(|| ADDS.iter().find_map(|w| given.split_once(*w))) else { return OwnWords::Unsaid };
    set(head, rest, noun.is_none()).map_or(OwnWords::Asked, OwnWords::Said)
}

/// What they are set to, by what stands before and behind their name (`adds`: a word that adds them); none where that is not plain.
fn set(head: &str, given: &str, adds: bool) -> Option<String> {
    let denied = |text: &str| ["别", "不", "没", "勿"].iter().any(|w| text.contains(w));
    let asks = |text: &str| {
        ["什么", "啥", "怎么", "如何", "哪", "多少", "谁", "能不能", "可以吗"].iter().any(|w| text.contains(w)) || text.ends_with(['?', '？', '吗', '呢'])
    };
    let kept = |body: &str| {
        let body: String = body.trim().trim_matches(['“', '”', '"']).chars().take(200).collect();
        if USUAL_WORDS.contains(&body.as_str()) { Some(String::new()) } else { Some(body).filter(|b| !b.is_empty()) }
    };
    let rest = given.trim();
    // what stands before is neither a question nor a denial, nor a time; the words themselves may be
    if denied(head) || asks(head) || head.contains('每') {
        return None;
    }
    if let Some((between, body)) = rest.split_once(['：', ':']).filter(|(between, _)| between.chars().count() <= 6) {
        return if denied(between) || asks(between) { None } else { kept(body) };
    }
    if rest.is_empty() || rest == "了" {
        let taken = ["取消", "删除", "删掉", "去掉", "恢复默认", "改回默认"].iter().any(|w| head.contains(w));
        return taken.then(String::new);
    }
    let bare = adds || USUAL_WORDS.contains(&rest) || given.starts_with(' ') || rest.starts_with(['“', '"']);
    let behind = SETS.iter().filter_map(|w| rest.strip_prefix(*w)).min_by_key(|body| body.len());
    behind.or(bare.then_some(rest)).filter(|b| !asks(b)).and_then(kept)
}

/// 第2个提醒, 提醒2: its number, and no day of the month's.
fn numbered(text: &str) -> Option<u32> {
    let number = |c: &mut Cursor<'_>| c.number_in(1..=999).and_then(|n| u32::try_from(n).ok());
    let ends = |c: &Cursor<'_>| c.rest().trim_matches(|b: char| !b.is_alphanumeric() || "吧了啊呀".contains(b)).is_empty();
    if let Some((_, rest)) = text.split_once('第') {
        let mut c = Cursor::new(rest);
        c.space();
        let n = number(&mut c)?;
        c.space();
        c.eat(&["个", "条", "项", "号"]);
        c.eat(&["的"]);
        let named = c.eat(&["提醒"]).is_some();
        return Some(n).filter(|_| ends(&c) && (named || text.contains("提醒")));
    }
    let mut c = Cursor::new(text.split_once("提醒")?.1);
    c.space();
    let n = number(&mut c)?;
    c.eat(&["号"]);
    Some(n).filter(|_| ends(&c))
}

/// The one day that is asked about, today where none is named; none where it is several, or was not understood.
fn day(lexed: &Lexed, around: &Around<'_>) -> Option<NaiveDate> {
    let mut times = lexed.tokens.iter().filter_map(|t| if let Is::When(spoken) = &t.is { Some(spoken) } else { None });
    match (times.next(), times.find(|t| !matches!(t, Spoken::Clock(..)))) {
        (None | Some(Spoken::Clock(..)), None) => {
            let vague = ["每", "周末", "过几天", "过两天", "以后", "改天", "下次", "号"].iter().any(|w| lexed.norm.text.contains(w));
            (!vague).then_some(around.today)
        }
        (Some(Spoken::Days(first, last)), None) => Some(*first).filter(|_| first == last),
        _ => None,
    }
}
