//! Where names stand: behind 替 and 给, beside 我和, before 的 where the speaker paid for them; and what goes with them.

use super::{Is, Token};
use crate::language::text::lexicon::{Kind, Lexicon};
use crate::language::text::when::{self, Calendar, Spoken};
use crate::language::text::{names, numerals};
use crate::language::{Around, Names};

/// 代我老婆单雯, 帮同事刘洋: what the one named is to the speaker.
pub(super) fn relation(text: &str, roster: &dyn Names) -> Option<usize> {
    const RELATIONS: &[&str] = &[
        "老婆",
        "老公",
        "爱人",
        "媳妇",
        "对象",
        "女朋友",
        "男朋友",
        "女友",
        "男友",
        "室友",
        "舍友",
        "同学",
        "同桌",
        "同事",
        "工友",
        "战友",
        "队友",
        "朋友",
        "妹妹",
        "弟弟",
        "哥哥",
        "姐姐",
        "妹",
        "弟",
        "哥",
        "姐",
        "大姐",
        "大哥",
        "小妹",
        "小弟",
        "表弟",
        "表妹",
        "表哥",
        "表姐",
        "堂弟",
        "堂妹",
        "堂哥",
        "堂姐",
        "侄女",
        "侄子",
        "外甥",
        "嫂子",
        "姐夫",
        "妹夫",
        "组员",
        "师弟",
        "师妹",
        "学弟",
        "学妹",
        "学长",
        "学姐",
        "徒弟",
        "师傅",
        "搭档",
        "老乡",
        "邻居",
    ];
    let rest = ["我的", "我", "俺", "咱"].iter().find_map(|w| text.strip_prefix(w)).unwrap_or(text);
    let rest = RELATIONS.iter().filter_map(|w| rest.strip_prefix(w)).find(|r| names::exact_at(r, roster).is_some())?;
    Some(text.len() - rest.len())
}

/// 受张三、李四委托: those of the roster on whose behalf one acts, as tokens, and where they end.
pub(super) fn commission(text: &str, at: usize, lexicon: &Lexicon, around: &Around<'_>) -> Option<(Vec<Token>, usize)> {
    let from = at + '受'.len_utf8();
    names::exact_at(&text[from..], around.names)?;
    let named = names::list_at(text, from, lexicon, around.names);
    let last = named.last()?.end;
    let len = ["的委托", "之托", "所托", "委托"].iter().find(|w| text[last..].starts_with(**w))?.len();
    let mut tokens = vec![Token { is: Is::Word(Kind::Proxy), start: at, end: from }];
    tokens.extend(named.into_iter().map(|n| Token { is: Is::Name, start: n.start, end: n.end }));
    tokens.push(Token { is: Is::Gap, start: last, end: last + len });
    Some((tokens, last + len))
}

/// 张三李四三个人, 张三和李四俩: how many were named.
pub(super) fn heads(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches(' ');
    let rest = ["他们", "她们", "这", "共"].iter().find_map(|w| rest.strip_prefix(w)).unwrap_or(rest);
    if let Some(rest) = ["俩", "仨"].iter().find_map(|w| rest.strip_prefix(w)) {
        return Some(text.len() - rest.strip_prefix("个").map_or(rest, |r| r.strip_prefix("人").unwrap_or(rest)).len());
    }
    let (_, len) = numerals::number(rest).filter(|(n, _)| (2..=60).contains(n))?;
    let rest = ["个人", "位同学", "位同志", "名同学", "个同学", "人", "位"].iter().find_map(|w| rest[len..].strip_prefix(w))?;
    Some(text.len() - rest.len())
}

/// 我和: whoever follows paid together with the speaker.
pub(super) fn beside_me(tokens: &[Token], text: &str) -> bool {
    let [.., me, and] = tokens else { return false };
    me.kind(Kind::Me) && (and.kind(Kind::And) || and.kind(Kind::Give)) && matches!(&text[and.start..and.end], "和" | "跟" | "与" | "、" | "及")
}

/// 何静、: the list of names goes on, also where the next is called 明天.
pub(super) fn named_before(tokens: &[Token], text: &str) -> bool {
    let [.., name, and] = tokens else { return false };
    name.is == Is::Name && and.kind(Kind::And) && matches!(&text[and.start..and.end], "、" | "和" | "跟" | "与")
}

/// 交给小组长: who that is may follow.
pub(super) fn given_to_post(tokens: &[Token]) -> bool {
    let [.., give, post] = tokens else { return false };
    give.kind(Kind::Give) && post.kind(Kind::Person)
}

/// 代缴:王五: a proxy's word, its verb, a pause.
pub(super) fn after_proxy(tokens: &[Token]) -> bool {
    let before = tokens.iter().rev().take(4).skip_while(|t| matches!(t.is, Is::Gap | Is::Colon));
    // 代缴团费:李四
    let listed = tokens.last().is_some_and(|t| t.is == Is::Colon);
    let mut verbs =
        before.skip_while(|t| matches!(t.is, Is::Word(Kind::Verb(_) | Kind::CheckIn | Kind::Leave)) || listed && matches!(t.is, Is::Word(Kind::Duty(_))));
    verbs.next().is_some_and(|t| t.kind(Kind::Proxy)) && !tokens.last().is_some_and(|t| t.kind(Kind::Proxy))
}

/// How far a list of names is followed, in bytes, and what is said behind it, in characters.
const LONGEST_LIST: usize = 600;
const SOON: usize = 100;

/// A roster name, where the bot is addressed and the place is not a longer word or a time: 张三的团费.
pub(super) fn name_here(text: &str, at: usize, lexicon: &Lexicon, around: &Around<'_>, calendar: Calendar) -> Option<usize> {
    let starts = at == 0 || text[..at].ends_with(['\n', ',', '。', '!', ' ', ';']);
    if !around.addressed && !starts {
        return None;
    }
    let end = at + names::exact_at(&text[at..], around.names)?;
    // 张三的团费我替他交了; 张三和李四的团费我帮他们交了.
    let mut owner = end;
    let far = end + LONGEST_LIST;
    while owner < far
        && let Some(next) = ["、", "和", "跟", "与"].iter().find_map(|s| text[owner..].strip_prefix(s))
        && let Some(len) = names::exact_at(next, around.names)
    {
        owner = text.len() - next.len() + len;
    }
    // 李四王五的团费我代交了.
    while owner < far
        && let Some(len) = names::exact_at(&text[owner..], around.names)
    {
        owner += len;
    }
    // 张三、李四两人团费由我代缴.
    owner += heads(&text[owner..]).unwrap_or(0);
    // 单雯11月的团费我替她交了.
    if let Some((Spoken::Periods(_), len)) = when::parse(&text[owner..], calendar) {
        owner += len;
    }
    // what is said of it soon
    let rest = &text[owner..];
    let rest = rest.char_indices().nth(SOON).map_or(rest, |(n, _)| &rest[..n]);
    let proxied = rest.starts_with('的') && (rest.contains(['替', '帮', '代', '垫']) || ["一起", "一块", "顺便", "顺手"].iter().any(|w| rest.contains(w)));
    // 李四团费我帮他交了.
    let paid_for = lexicon.at(text, owner).is_some_and(|(kind, _)| matches!(kind, Kind::Duty(_)))
        && ["我帮", "我替", "我代", "我垫", "我先垫", "由我代", "由我帮", "由我替", "帮他", "帮她", "替他", "替她", "帮他们", "替他们"]
            .iter()
            .any(|w| rest.contains(w));
    // 王燕燕和我的大学习都完成了
    let with_me = ["和我", "跟我", "与我"].iter().any(|w| rest.starts_with(w)) && !rest['和'.len_utf8()..].starts_with("我们");
    let proxied = proxied || paid_for || with_me;
    if !(around.addressed || proxied) {
        return None;
    }
    let word = lexicon.at(text, at).is_some_and(|(_, word)| word >= end);
    // 谢谢的团费我替她交了: nobody's but hers.
    let hers = rest.starts_with('的') && ["替他", "替她", "帮他", "帮她", "代他", "代她"].iter().any(|w| rest.contains(w));
    if hers && starts {
        return Some(end);
    }
    (!word && when::parse(&text[at..], calendar).is_none()).then_some(end)
}
