//! What stands beside a report in the same message has to be accounted for: small talk, politeness, a reason, another
//! matter of its own. A clause of words that nobody knows, or one that denies something of the report, makes it doubtful
//! (团费交了,国家欠我一个女朋友), and what is doubtful is not recorded. Which clause reports is `report`'s and `session`'s.

use super::seen::Seen;
use super::talk::{Talk, booking, companion, sorry};
use crate::language::Around;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::Kind;
use crate::language::text::names;
use crate::language::text::surnames::plausible;
use std::sync::LazyLock;

/// Characters of unknown words in a clause from which on they may say anything.
const MUCH: usize = 2;

/// What may be denied beside a report: what goes with it, why it is late, thanks.
const MAY_BE_DENIED: &str = "没截图 没发而已 没发群 没发截图 没发出来 没截屏 没有截图 没要 没看懂 没听懂 没看到 没看见 没注意 没空 没时间 没网 没信号 没电 没带 没零钱 没睡 没醒 没吃 \
    没来得及 没忘 没错 没事 没问题 没毛病 没想到 没发现 没人 没课 没下课 没下班 没回 没登 没上线 没翻到 不用谢 不客气 不用找 \
    不用催 不用回 不谢 别再艾特 别艾特 别再圈 别圈 别再点 别再cue 别cue 别再提醒 莫催 莫再催 甭催 莫慌 别慌 别催 别再催 不要催 不催 别忘 不要忘 不难 不错 不容易 不懂 不早说 不晚 不早了 不急 别急 不贵 不多 不好看 \
    不好听 差点忘 差点错过 忘说 忘记说 忘发 忘了发 忘了说 忘记发 忘回 忘了回 忘报 不会再 不敢 不欠 不再 不拖 没拖 没差 无债 \
    不用管 不用等 不打扰 别再@ 别@ 别点名 别点我 不怪 没写完 没做完 没交作业";

static DENIABLE: LazyLock<Vec<&str>> = LazyLock::new(|| MAY_BE_DENIED.split_whitespace().collect());

/// Whether a clause is nothing but the name of one of the roster.
pub(in crate::language) fn called(part: &Seen, text: &str, around: &Around<'_>) -> bool {
    let clause = part.tokens.first().zip(part.tokens.last()).map_or("", |(a, b)| text[a.start..b.end].trim());
    names::exact_at(clause, around.names) == Some(clause.len())
}

/// Whether a clause that does not report makes the report beside it doubtful; `after`: it comes behind the report.
pub(in crate::language) fn doubtful(part: &Seen, after: bool, text: &str, around: &Around<'_>, talk: &Talk) -> bool {
    let (Some(first), Some(last)) = (part.tokens.first(), part.tokens.last()) else { return false };
    let clause = &text[first.start..last.end];
    // what was muted says nothing
    if part.tokens.iter().all(|t| t.is == Is::Gap) {
        return false;
    }
    // Another duty, another fee, somebody by name: a matter of its own.
    let named = part.tokens.iter().any(|t| t.is == Is::Name || matches!(t.is, Is::Unknown) && names::exact_at(&text[t.start..], around.names).is_some());
    // 工资还没发 is a complaint; 班费还没交, 论文没写 are matters of their own.
    let fee = part.tokens.iter().any(|t| t.kind(Kind::Other) && text[t.start..t.end].ends_with('费'));
    let own = part.other && (!part.denied || part.verb || fee || !after);
    if part.duty.is_some() || own || named {
        return false;
    }
    // 我是李小红: who speaks.
    let who = ["我是", "我叫", "这里是", "本人是"].iter().find_map(|w| clause.trim().strip_prefix(w));
    if who.is_some_and(|w| (2..=4).contains(&w.chars().count()) && plausible(w)) {
        return false;
    }
    if (after || sorry(clause).starts_with('忘')) && companion(clause) || after && booking(clause) {
        return false;
    }
    let any = |words: &[&str]| words.iter().any(|w| clause.contains(w));
    // 名字填错了, 用的是室友的号, 不过是上学期的事: not this, or not one's own.
    let wrong = clause.contains("错了") && !any(&["没错", "不错", "错过"]) || any(&["的号", "账号", "的事", "大家放心", "然后呢"]);
    if after && wrong {
        return true;
    }
    // 垫付了20,回头给我: it was for others.
    if after && any(&["回头给", "还我", "转我", "转给我", "还给我", "报销"]) {
        return true;
    }
    // 刚到了没 asks.
    if part.tokens.last().is_some_and(|t| t.kind(Kind::Neg) && matches!(&text[t.start..t.end], "没" | "不")) {
        return true;
    }
    // 赶紧的,团费交了: drives others on.
    let urging = |t: &Token| matches!(&text[t.start..t.end], "赶紧" | "赶快" | "快" | "快点" | "抓紧" | "速度" | "速速" | "都" | "的" | "点");
    let urges =
        part.tokens.iter().all(|t| t.is == Is::Gap || t.kind(Kind::Filler) || t.kind(Kind::Mark) || urging(t)) && clause.contains(['赶', '快', '抓', '速']);
    if urges {
        return true;
    }
    // 名单没有我, 系统没记录: complains of how it was taken, and is for people to look into.
    if part.denied && any(&["名单", "名字", "系统", "后台"]) {
        return true;
    }
    if part.denied && !part.them {
        // 上个月的还没交: another time's.
        let elsewhen = !part.details.is_empty() || part.tokens.iter().any(|t| matches!(t.is, Is::When(_)));
        let before = ["之前", "以前", "一直", "前面", "刚才", "本来", "上次"].iter().any(|w| clause.contains(w));
        // 春眠不觉晓,团费交了: words of another kind.
        if !after && talk.strange(&part.tokens, text) > MUCH {
            return true;
        }
        return after && !(elsewhen || before || another(&part.tokens, text) || DENIABLE.iter().any(|w| clause.contains(w)));
    }
    talk.strange(&part.tokens, text) >= MUCH
}

/// 李小四还没交, on no roster: a short unknown word first, then what it did not do.
fn another(tokens: &[Token], text: &str) -> bool {
    let mut said = tokens.iter().filter(|t| t.is != Is::Gap);
    let who = said.next().is_some_and(|t| t.is == Is::Unknown && (2..=3).contains(&text[t.start..t.end].chars().count()) && plausible(&text[t.start..t.end]));
    who && said.next().is_some_and(|t| t.kind(Kind::Neg)) && said.any(|t| matches!(t.is, Is::Word(Kind::Verb(_))))
}
