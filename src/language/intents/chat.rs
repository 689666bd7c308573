//! How the bot is to behave in a chat (`合并回复`, `提醒不点名`, `提醒只发本群`), and accounts that are to be nobody's (`解绑`). Taken only
//! where the whole message says it: what is left when the words of politeness are gone must be one of these.

use super::query::Said;
use crate::domain::chats::ChatReminders;
use crate::domain::roster::Ack;
use crate::language::text::lex::Lexed;
use crate::language::{Around, Grammar, Intent};

const EACH: &str = "逐条回复 逐条回 逐条确认 逐条应 逐个回复 逐个回 逐一回复 逐一确认 一条一条回 一条一条回复 一条一回 一个一个回 一个一个回复 每条都回 每条都回复 \
    每条都确认 每条消息都回 每条消息都回复 每个都回 每个人都回 每个人都回复 单独回复 单条回复 分开回复 分开回 每人单独回复 replytoeach replytoeachmessage \
    replytoeveryone answereach";
const GATHERED: &str = "合并回复 合并回 回复合并 回复合并成一条 回执合并 合并回执 合并确认 合并成一条 合并成一条回复 合成一条 合成一条回复 合成一条回 汇总回复 汇总回 汇总成一条 一起回复 一起回 统一回复 统一回 \
    集中回复 集中回 合在一起回 合在一起回复 合起来回 合起来回复 攒一起回 攒起来回 攒起来一起回 攒着一起回 打包回复 批量回复 几条合并回复 gatherreplies gathertheanswers \
    gatheranswers replytogether";
const REACTION: &str = "表情回复 表情回应 表情确认 表情应 表情回 回表情 贴表情 点表情 贴个表情 点个表情 回个表情 发表情回复 表情代替回复 表情代替文字 reactwithemoji \
    reactwithanemoji reactonly emojionly";
const NAMES: &str = "提醒点名 提醒要点名 提醒可以点名 点名提醒 提醒带名字 提醒带上名字 提醒写名字 提醒写上名字 提醒报名字 提醒说名字 提醒带名单 提醒带上名单 提醒列名单 \
    提醒公布名单 提醒显示名字 提醒里点名 提醒里带名字 催交点名 催缴点名 允许点名 可以点名 点名催 reminderswithnames namenames remindbyname";
const NO_NAMES: &str = "提醒不点名 提醒别点名 提醒不要点名 提醒不用点名 提醒不能点名 提醒勿点名 提醒里不点名 提醒里别点名 不点名提醒 别点名提醒 不要点名提醒 提醒不带名字 \
    提醒别带名字 提醒不写名字 提醒别写名字 提醒不报名字 提醒不说名字 提醒不带名单 提醒别带名单 提醒不列名单 提醒不公布名单 提醒不显示名字 取消提醒点名 提醒取消点名 \
    关闭提醒点名 提醒关闭点名 取消点名提醒 关闭点名提醒 催交不点名 催缴不点名 匿名提醒 提醒匿名 提醒不点名了 提醒不要点名了 提醒别点名了 不点名了 别点名了 不要点名了 不点名 别点名 不要点名 remindwithoutnames reminderswithoutnames \
    donotnamenames don'tnamenames";
/// Which groups reminders go to; 本群 stands for 这个群 and the like.
const ONLY_HERE: &str = "提醒只发本群 提醒只发到本群 提醒只发在本群 提醒只发给本群 提醒只给本群 提醒只给本群发 提醒只在本群 提醒只在本群发 提醒只要本群 只在本群提醒 \
    只在本群发提醒 只给本群发提醒 只提醒本群 只往本群发提醒 提醒只往本群发 提醒仅发本群 提醒仅发到本群 提醒仅在本群 提醒仅在本群发 仅在本群提醒 仅在本群发提醒 提醒都发本群 \
    提醒都发到本群 提醒统一发本群 提醒统一发到本群 remindonlyhere onlyremindhere remindersonlyhere reminderonlyhere";
const NOT_HERE: &str = "本群不发提醒 本群别发提醒 本群不要发提醒 本群不用发提醒 本群不提醒 本群别提醒 本群不要提醒 本群不用提醒 提醒不发本群 提醒别发本群 提醒不要发本群 \
    提醒不用发本群 提醒不发到本群 提醒别发到本群 提醒不要发到本群 提醒不用发到本群 不在本群提醒 别在本群提醒 不要在本群提醒 不用在本群提醒 不在本群发提醒 别在本群发提醒 \
    不要在本群发提醒 不用在本群发提醒 提醒不在本群发 提醒别在本群发 提醒不要在本群发 别往本群发提醒 不要往本群发提醒 noremindershere donotremindhere don'tremindhere";
const ALSO_HERE: &str = "本群也提醒 本群也发提醒 本群也要提醒 本群也要发提醒 本群要提醒 本群要发提醒 本群发提醒 本群可以提醒 本群可以发提醒 本群照常提醒 本群照常发提醒 本群照发提醒 \
    提醒也发本群 提醒也发到本群 提醒也发给本群 提醒也在本群发 在本群也提醒 在本群也发提醒 也在本群提醒 也在本群发提醒 remindheretoo alsoremindhere remindersheretoo";
const IN_ALL: &str = "每个群都提醒 每个群都发提醒 每个群都要提醒 每个群都要发提醒 每个群里都提醒 每个群里都发提醒 在每个群提醒 在每个群都提醒 在每个群都发提醒 所有群都提醒 所有群都发提醒 \
    所有的群都提醒 所有的群都发提醒 全部群都提醒 全部群都发提醒 各群都提醒 各群都发提醒 各个群都提醒 各个群都发提醒 提醒每个群都发 提醒所有群都发 提醒各群都发 提醒各个群都发 \
    提醒发每个群 提醒发到每个群 提醒发所有群 提醒发到所有群 提醒发到各群 提醒发到各个群 提醒要每个群都发 几个群都提醒 几个群都发提醒 remindeverygroup remindineverygroup \
    remindinallgroups remindersineverygroup remindersinallgroups";
const THIS_GROUP: &[&str] = &[
    "我们这个群里",
    "咱们这个群里",
    "这个群里面",
    "我们这个群",
    "咱们这个群",
    "这个群里",
    "我们群里",
    "咱们群里",
    "本群里",
    "这群里",
    "这个群",
    "我们群",
    "咱们群",
    "这群",
];
const POLITE: &[&str] = &[
    "从现在开始",
    "从现在起",
    "从今以后",
    "设置成",
    "设置为",
    "调整为",
    "麻烦你",
    "就可以了",
    "就可以",
    "麻烦",
    "帮我",
    "帮忙",
    "以后",
    "今后",
    "之后",
    "现在",
    "改成",
    "改为",
    "设成",
    "设为",
    "就行",
    "就好",
    "好了",
    "一下",
    "请",
    "吧",
    "啊",
    "哦",
    "啦",
    "了",
    "please",
];
/// Politeness, and what goes without saying.
const FILLERS: &[&str] = &[
    "从现在开始",
    "从现在起",
    "从今以后",
    "回复方式",
    "确认方式",
    "回执方式",
    "回复模式",
    "设置成",
    "设置为",
    "切换成",
    "切换为",
    "切换到",
    "调整为",
    "这个群",
    "咱们群",
    "我们群",
    "在群里",
    "的时候",
    "麻烦你",
    "帮我",
    "帮忙",
    "麻烦",
    "以后",
    "今后",
    "之后",
    "现在",
    "本群",
    "我群",
    "群里",
    "改成",
    "改为",
    "改用",
    "换成",
    "换为",
    "设成",
    "设为",
    "设置",
    "切到",
    "调成",
    "开启",
    "启用",
    "打开",
    "使用",
    "采用",
    "模式",
    "方式",
    "就行",
    "就好",
    "就可以",
    "好了",
    "一下",
    "请",
    "把",
    "用",
    "吧",
    "啊",
    "哦",
    "啦",
    "的",
    "时",
    "就",
    "只",
    "团费",
    "please",
];
const ASKS: &[&str] = &["吗", "?", "怎么", "如何", "谁", "什么", "能不能", "可不可以", "是不是", "有没有", "为啥", "要不要", "how ", "why ", "can you"];
const UNBINDS: &[&str] = &["解除账号绑定", "解除绑定", "取消账号绑定", "取消绑定", "解绑账号", "解绑", "unbind"];

/// Whether one of these phrases, its fillers aside, is all that is said.
fn is_one(rest: &str, phrases: &str) -> bool {
    phrases.split_whitespace().any(|phrase| phrase == rest)
}

/// Without fillers, spaces and marks.
fn bare(text: &str, fillers: &[&str]) -> String {
    let mut rest: String = text.chars().filter(|c| c.is_alphanumeric() || *c == '\'').collect();
    for filler in fillers {
        if rest.contains(filler) {
            rest = rest.replace(filler, "");
        }
    }
    rest
}

/// `合并回复`, `提醒不点名`.
pub(in crate::language) fn settings(text: &str) -> Option<Intent> {
    if ASKS.iter().any(|w| text.contains(w)) {
        return None;
    }
    let mut here = text.to_owned();
    for words in THIS_GROUP {
        here = here.replace(words, "本群");
    }
    let here = bare(&here, POLITE);
    let places = [
        (ONLY_HERE, ChatReminders::Only, false),
        (NOT_HERE, ChatReminders::No, false),
        (ALSO_HERE, ChatReminders::Yes, false),
        (IN_ALL, ChatReminders::Yes, true),
    ];
    if let Some((_, reminders, everywhere)) = places.into_iter().find(|(all, ..)| is_one(&here, all)) {
        return Some(Intent::Settings { ack: None, names: None, reminders: Some(reminders), everywhere });
    }
    // as it stands first: some of the phrases hold what elsewhere is filler
    for rest in [bare(text, &[]), bare(text, FILLERS)] {
        let ack = [(EACH, Ack::Each), (GATHERED, Ack::Gathered), (REACTION, Ack::Reaction)].into_iter().find(|(all, _)| is_one(&rest, all)).map(|(_, ack)| ack);
        let names = [(NAMES, true), (NO_NAMES, false)].into_iter().find(|(all, _)| is_one(&rest, all)).map(|(_, names)| names);
        if ack.is_some() || names.is_some() {
            return Some(Intent::Settings { ack, names, reminders: None, everywhere: false });
        }
    }
    None
}

impl Grammar {
    /// `解绑`, `解绑张三`, `把张三的账号解绑`.
    pub(in crate::language) fn unbinding(&self, text: &str, said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<Intent> {
        let word = UNBINDS.iter().find(|w| text.contains(**w)).copied().or_else(|| {
            // 解除张三的绑定
            let parted = ["解除", "取消"].iter().any(|w| text.trim_start_matches(['请', '把', '给']).starts_with(w));
            (parted && text.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with("的绑定")).then_some("绑定")
        })?;
        let denied = ["不解绑", "别解绑", "不要解绑", "不用解绑", "没解绑", "已解绑", "解绑了", "不取消", "别取消"].iter().any(|w| text.contains(w));
        if denied || ASKS.iter().any(|w| text.contains(w)) {
            return None;
        }
        let without = [
            word, "解除", "取消", "绑定", "账号", "帐号", "号码", "qq", "自己", "本人", "我", "他", "想", "要", "给", "个", "这", "一", "下", "吧", "me", "my",
            "account",
        ];
        let fillers: Vec<&str> = FILLERS.iter().chain(&without).copied().collect();
        if said.names.is_empty() && bare(text, &fillers).is_empty() {
            return Some(Intent::Unbind { names: Vec::new() });
        }
        let names = self.people(said, lexed, &[word, "解除", "取消", "把", "给", "帮"], around);
        Some(if names.is_empty() { Intent::Unclear { duty: None } } else { Intent::Unbind { names } })
    }
}
