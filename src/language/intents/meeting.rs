//! What is said around a meeting: its topic and rolling code when it opens, what goes into its record (主持, 议程, 记录),
//! items that are ticked off, its page, leave that is granted. Only where the bot is addressed, and only in these forms:
//! they are looked for before anything else, since a record may speak of every duty.

use crate::domain::meeting::NoteKind;
use crate::language::text::lex;
use crate::language::text::normalise::{normalise, tidy};
use crate::language::text::when::{self, Calendar};
use crate::language::{Around, Grammar, Intent, Meaning};
use chrono::NaiveDate;

/// Minutes after which a rolling code is another one, where nobody says.
const ROLLS: i64 = 5;
/// Characters of a topic that are kept.
const TOPIC: usize = 60;

impl Grammar {
    /// Said for a meeting, where it is.
    pub(in crate::language) fn meeting(&self, given: &str, around: &Around<'_>) -> Option<Meaning> {
        let all = given.trim();
        let start = given.len() - given.trim_start().len();
        let back = self.note_taken_back(all, around);
        let intent = back.or_else(|| self.noted(all, around)).or_else(|| self.paged(all, around)).or_else(|| leave(all))?;
        Some(Meaning { intent, why: vec![("intent", start..start + all.len())] })
    }

    /// `主持:张三`, `记录:…`, `记录 张三:…`, `改记录2:…`.
    fn noted(&self, all: &str, around: &Around<'_>) -> Option<Intent> {
        let (at, colon) = all.char_indices().take(14).find(|(_, c)| matches!(c, ':' | '：'))?;
        let head = tidy(all[..at].trim());
        let text = all[at + colon.len_utf8()..].trim().to_owned();
        if text.is_empty() {
            return None;
        }
        if let Some(n) = ["改记录", "修改记录", "更正记录"].iter().find_map(|w| head.strip_prefix(w)) {
            return Some(Intent::EditNote { n: n.trim().parse().ok().filter(|n| *n > 0)?, text });
        }
        let kind = match head.as_str() {
            "主持" | "主持人" => NoteKind::Host,
            "记录人" | "记录员" => NoteKind::Recorder,
            "地点" | "会议地点" => NoteKind::Place,
            "形式" | "会议形式" => NoteKind::Form,
            "议程" | "会议议程" => NoteKind::Agenda,
            "记录" | "会议记录" | "纪要" | "会议纪要" => NoteKind::Minutes,
            "小结" | "会议小结" | "总结" | "会议总结" => NoteKind::Summary,
            "列席" | "列席人员" => NoteKind::Observer,
            "自选动作" | "自选" | "增加事项" => NoteKind::OwnItem,
            "七事" | "七事联动" | "七事完成" | "事项完成" => NoteKind::Item,
            // 完成:青年大学习 is a report of one's own
            "完成" | "已完成" | "办了" | "已办" | "办好了"
                if self.items.contains(&text) || Self::said(&lex::lex(&text, &self.lexicon, &self.units, around)).duty.is_none() =>
            {
                NoteKind::Item
            }
            // 记录 张三:… is what 张三 said
            other => {
                let who = ["会议记录", "会议纪要", "记录", "纪要"].iter().find_map(|w| other.strip_prefix(w))?;
                let who = who.strip_prefix([' ', ',', '，']).map(|w| w.trim().trim_end_matches("同志").trim_end_matches('说'))?;
                let like_a_name = (2..=8).contains(&who.chars().count()) && !who.contains([' ', '、', ',', '?', '谁']);
                return like_a_name.then(|| Intent::Note { kind: NoteKind::Minutes, text: format!("{who}：{text}") });
            }
        };
        Some(Intent::Note { kind, text })
    }

    /// `本次台账`, `上次主题团日台账`, `七事`, `口令`, `列席`, `删记录2`.
    fn paged(&self, all: &str, around: &Around<'_>) -> Option<Intent> {
        if all.chars().count() > 30 {
            return None;
        }
        let text = tidy(all);
        let text = text.trim_end_matches(['。', '!', '~', '吧', ' ']).trim();
        if let Some(head) = text.strip_suffix("台账").map(|t| t.trim_end_matches(['的', ' '])) {
            let this = ["本次", "这次", "本场", "这场"].iter().find_map(|w| head.strip_prefix(w));
            let last = ["上次", "上一次", "上场"].iter().find_map(|w| head.strip_prefix(w));
            let rest = this.or(last)?.trim_matches(['的', ' ']);
            let duty = Self::said(&lex::lex(rest, &self.lexicon, &self.units, around)).duty.map(|d| self.key(d));
            let plain = matches!(rest, "" | "会议" | "签到" | "会" | "活动");
            return (plain || duty.is_some()).then_some(Intent::Page { duty, last: this.is_none() });
        }
        if let Some(n) = ["删除记录", "删掉记录", "删记录", "撤销记录", "撤掉记录", "撤回记录", "取消记录"].iter().find_map(|w| text.strip_prefix(w))
        {
            return Some(Intent::EditNote { n: n.trim().parse().ok().filter(|n| *n > 0)?, text: String::new() });
        }
        // 主持改为李书记: another one takes its place
        for (words, kind) in [(&["主持人", "主持"][..], NoteKind::Host), (&["记录人", "记录员"], NoteKind::Recorder), (&["地点"], NoteKind::Place)]
        {
            let new =
                words.iter().find_map(|w| text.strip_prefix(w)).and_then(|rest| ["改为", "改成", "换成", "应为"].iter().find_map(|w| rest.strip_prefix(w)));
            if let Some(text) = new.map(|t| t.trim_matches([':', ' '])).filter(|t| !t.is_empty()) {
                return Some(Intent::Note { kind, text: text.to_owned() });
            }
        }
        if let Some(names) = text.trim_end_matches('了').strip_suffix("列席").and_then(observers) {
            return Some(Intent::Note { kind: NoteKind::Observer, text: names });
        }
        Some(match text {
            "七事" | "七事联动" | "七事清单" | "七事情况" | "七事完成情况" => Intent::Items,
            "口令" | "现在的口令" | "当前口令" | "签到口令" => Intent::Code,
            "列席" | "我列席" | "列席签到" | "签到列席" | "签到 列席" => Intent::Note { kind: NoteKind::Observer, text: String::new() },
            _ => return None,
        })
    }
}

/// 张三、郑书记 of `张三、郑书记列席`; none where it is no list of people but the speaker, a question or a plan.
fn observers(head: &str) -> Option<String> {
    let names: Vec<&str> = head.split(['、', ',', '，', '和', ' ']).map(|n| n.trim().trim_end_matches("同志")).filter(|n| !n.is_empty()).collect();
    let other = ['我', '你', '他', '她', '谁', '不', '没', '要', '能', '可', '想', '请', '会', '都', '人', '也', '来', '吗', '?', '签', '到', ':', '位', '名'];
    let like_names = names.iter().all(|n| (2..=8).contains(&n.chars().count()) && !n.contains(other));
    (!names.is_empty() && like_names).then(|| names.join("、"))
}

/// `准张三的假`, `不准`.
fn leave(all: &str) -> Option<Intent> {
    if all.chars().count() > 60 {
        return None;
    }
    let text = tidy(all);
    let text = text.trim_end_matches(['。', '!', '~', '了', '吧', ' ']).trim();
    let words =
        [("不批准", false), ("不准", false), ("不同意", false), ("不批", false), ("驳回", false), ("批准", true), ("同意", true), ("准", true), ("批", true)];
    let (granted, rest) = words.iter().find_map(|(word, granted)| Some((*granted, text.strip_prefix(word)?)))?;
    let rest = rest.trim();
    if !granted && rest.is_empty() && (text == "不准" || text == "不批") {
        return Some(Intent::GrantLeave { granted, names: Vec::new() });
    }
    let whose = ["的请假申请", "的请假", "的假条", "的假", "请的假", "请假"].iter().find_map(|w| rest.strip_suffix(w)).or_else(|| rest.strip_prefix('假'))?;
    let whose = whose.trim().trim_start_matches([':', '了']).trim();
    let names: Vec<String> = whose.split(['、', ',', '和', ' ']).map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect();
    let like_names = names.iter().all(|n| (2..=15).contains(&n.chars().count()) && !n.contains(['?', '吗', '谁', '我', '你', '他']));
    like_names.then_some(Intent::GrantLeave { granted, names })
}

/// What a session that opens is about (what stands after 签到, times, codes and the duty's name, as it was `named`, aside), and the minutes of a rolling code.
pub(in crate::language) fn about(given: &str, named: &[&str], today: NaiveDate) -> (Option<String>, Option<i64>) {
    let text = tidy(given.trim());
    let rolls = ["滚动口令", "滚动码", "动态口令", "动态码", "口令滚动"].iter().any(|w| text.contains(w)).then(|| minutes(&text).unwrap_or(ROLLS).clamp(1, 60));
    let topic = || {
        let (_, after) = text.split_once("主题:").or_else(|| text.split_once("签到"))?;
        let mut pieces: Vec<&str> = Vec::new();
        let mut code = false;
        for piece in after.split([' ', '\n', ',', '，', ';', '；', '。', '!']).filter(|p| !named.contains(&p.trim())).map(|p| topic_of(p).trim()) {
            let plain = !piece.is_ascii() && piece.chars().count() > 1;
            let other = ["口令", "暗号", "签到码", "滚动", "动态口令", "动态码"].iter().any(|w| piece.contains(w))
                || piece.starts_with('@')
                || piece.strip_prefix('码').is_some_and(|c| c.bytes().all(|b| b.is_ascii_digit()))
                || piece.ends_with(['吧', '啦', '了', '哈', '哦'])
                || says_how(piece, today)
                || code;
            code = matches!(piece, "口令" | "暗号" | "签到码" | "码");
            if plain && !other {
                pieces.push(piece);
            }
        }
        let topic: String = pieces.join(" ").chars().take(TOPIC).collect();
        (!topic.is_empty()).then_some(topic)
    };
    (topic(), rolls)
}

/// What is said beside a topic, and never makes one by itself: until when it is open, whom it calls.
const HOW: &[&str] = &[
    "签到时间",
    "时间",
    "截止到",
    "截止",
    "结束",
    "开始",
    "开放",
    "之前",
    "以前",
    "为止",
    "分钟",
    "小时",
    "每隔",
    "有效",
    "一次",
    "大家",
    "各位",
    "同学们",
    "同志们",
    "团员们",
    "快来",
    "谢谢",
    "麻烦",
    "抓紧",
    "尽快",
    "及时",
    "准时",
    "按时",
    "签到",
    "一下",
    "注意",
    "到",
    "至",
    "前",
    "止",
    "于",
    "在",
    "从",
    "起",
    "点",
    "时",
    "分",
    "半",
    "刻",
    "每",
    "换",
    "内",
    "后",
    "快",
    "来",
    "请",
    "都",
    "-",
    "~",
    ":",
    "(",
    ")",
];

/// Whether nothing else is said: 到20:00, 今晚8点截止, 大家快来. The 点 of 重点工作 and the 到 of 到基层去 are the topic's.
fn says_how(piece: &str, today: NaiveDate) -> bool {
    let calendar = Calendar { today, back: false, leave: false };
    let plain = normalise(piece).text;
    let mut rest = plain.as_str();
    while let Some(c) = rest.chars().next() {
        let time = when::parse(rest, calendar).map(|(_, len)| len);
        let len = time.or_else(|| HOW.iter().find(|w| rest.starts_with(**w)).map(|w| w.len())).or_else(|| c.is_ascii_digit().then_some(1));
        let Some(len) = len.filter(|len| *len > 0) else { return false };
        rest = &rest[len..];
    }
    true
}

/// 学雷锋 of 主题学雷锋; 主题教育 is a topic as it stands.
fn topic_of(piece: &str) -> &str {
    let rest = piece.strip_prefix("主题是").or_else(|| piece.strip_prefix("主题")).unwrap_or(piece);
    if ["教育", "班会", "党日", "实践", "宣讲", "讲座", "观影"].iter().any(|w| rest.starts_with(w)) { piece } else { rest }
}

/// 5 of 每5分钟.
fn minutes(text: &str) -> Option<i64> {
    let (before, _) = text.split_once("分钟")?;
    let digits = before.trim_end().bytes().rev().take_while(u8::is_ascii_digit).count();
    before.trim_end().get(before.trim_end().len() - digits..)?.parse().ok()
}
