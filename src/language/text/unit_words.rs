//! Which units a text names, by how units are called (…团支部, …团委, …镇). Only words, of a text in normal form: what there is is
//! looked up by whoever asks.

use crate::domain::roster::OrgKind;
use crate::language::Names;
use std::borrow::Cow;
use std::ops::Range;

/// A unit that is named: `第二团支部`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What stands before the kind, as far back as the words are joined: `提醒第二`.
    run: String,
    /// The same without words that lead to a name: `第二`.
    head: String,
    /// The head as it is compared: `二`.
    folded: String,
    /// The kind as it was said: `团支部`.
    ending: &'static str,
    /// Where it stands in the normal text.
    pub span: Range<usize>,
}

/// How units are called; the longer ones first.
const ENDINGS: [&str; 5] = ["团支部", "团总支", "支部", "团委", "镇"];
/// What makes of 团委 and 支部 something else than a unit: the meeting, the one who demands.
const NOT_BEFORE: &str = "大会 会议 委员 委会 活动 工作 书记 群 要 让 叫 催 通知 说 发 布置 安排 派 在问 问 长 定";
/// What leads to a unit's name and is none of it.
const LEADS: &str = "导出 下载 生成 提醒 催 现在 马上 立刻 立即 请问 请 麻烦 帮我 帮忙 帮 给我 给 替 查看 查询 查一下 查 看一下 看看 看下 看 问一下 问 \
    想知道 知道 告诉我 我想 我要 发一下 发起 发布 发 统计一下 统计 一下 下 把 将 在 对 向 为 我们 咱们 我 咱 本 的 谁 没 未 还 交给 交到 交 缴 参加 开始 开启 打开 开放 \
    启动 新建 创建 开 结束 关闭 停止 截止 终止 关掉 收工 来 上个 这个 本月 上月 今年 去年 本周 上周 这周 下周 今天 昨天 明天 后天 每天 每月 每个月 工作日 早上 上午 中午 下午 \
    晚上 列出 列一下 导 要 说 所属 下属 下辖 关于 全部 所有 都 确认 批准 通过 同意 核准 审核 认可 不准 准 暂停 恢复 继续 通知 那 和 跟 还有 以及 与 完成 看完 签到 绑定码 绑定 \
    解绑 喊 催催 再 去 先 名单 记录 情况 台账 为什么 怎么 是 有 到 团员 成员 驳回 拒绝 否决 没收到 未收到 撤销 撤回 取消 删除 减免 免除 免 任命 免去 退还 退给 退返 返还 上缴 补收 期初 排名 不用 暂时 别";
/// What is said of units in general, or of one that needs no name.
const GENERAL: &str = "本 我 们 咱 个 各 每 全 该 哪 哪些 几 多少 所有 全部 下属 下级 下辖 基层 其他 其它 别的 另外 上级 优秀 先进 五四红旗 自己 所在 原来 原 新 老 团 党 同一 \
    班 县 市 区 省 镇 乡 校 院 系 学校 学院 单位 公司 街道 村 社区 机构 组织";
/// What a 镇 may be that is none.
const NO_TOWN: &str = "乡 城 全 各 本 我 这 该 们 个 哪 冰 重 坐";
const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const WEEKDAYS: &str = "一二三四五六日天";
/// Units that a text names, at most: each is looked up.
const MOST: usize = 8;
/// What stands before a unit's kind, at most, in characters: with the units above it.
const LONGEST_RUN: usize = 60;

/// The units that a normal text names, in their order; `duties` are the names of duties, which lead to a unit's name. A mention of
/// units in general is none, nor is a town that is somebody's name.
pub(in crate::language) fn mentions(text: &str, duties: &[String], names: &dyn Names) -> Vec<Mention> {
    let mut found = Vec::new();
    if !ENDINGS.iter().any(|e| text.contains(e)) {
        return found;
    }
    let (mut at, mut from) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        if !c.is_alphanumeric() && c != '·' {
            from = at + c.len_utf8();
        }
        let Some(ending) = ENDINGS.into_iter().find(|e| text[at..].starts_with(e)) else {
            at += c.len_utf8();
            continue;
        };
        let end = at + ending.len();
        // 白泥镇团委 is one unit
        if ending == "镇" && ["团委", "团总支"].iter().any(|e| text[end..].starts_with(e)) {
            at = end;
            continue;
        }
        let run = &text[from..at];
        let run = run.char_indices().rev().nth(LONGEST_RUN - 1).map_or(run, |(n, _)| &run[n..]);
        let head = led(run, duties);
        let start = at - head.len();
        let one_of = |words: &str, test: &dyn Fn(&str) -> bool| words.split_whitespace().any(test);
        let town = ending != "镇" || (2..=3).contains(&head.chars().count()) && !one_of(NO_TOWN, &|w| head.ends_with(w)) && !somebody(names, &text[start..end]);
        let other = one_of(NOT_BEFORE, &|w| text[end..].starts_with(w)) && !head.starts_with('第') || one_of(GENERAL, &|w| head == w) || run.ends_with('党');
        let general = head.is_empty()
            || head.starts_with('全')
            || ["各", "个", "们", "我", "本", "每"].iter().any(|w| head.ends_with(w))
            || head.ends_with("红旗") && head != "红旗";
        if town && !other && !general {
            found.push(Mention { run: folded(run), head: head.to_owned(), folded: folded(head), ending, span: start..end });
            if found.len() == MOST {
                return found;
            }
        }
        (at, from) = (end, end);
    }
    found
}

fn somebody(names: &dyn Names, said: &str) -> bool {
    said.char_indices().any(|(at, _)| names.has(&said[at..]))
}

/// A name without what leads to it.
fn led<'t>(run: &'t str, duties: &[String]) -> &'t str {
    let mut rest = run;
    loop {
        let words = LEADS.split_whitespace().chain(duties.iter().map(String::as_str));
        let word = words.filter(|w| !w.is_empty() && rest.starts_with(w)).map(str::len).max();
        match word.max(time(rest)) {
            Some(len) => rest = &rest[len..],
            None => return rest,
        }
    }
}

/// The length of a time that stands here: 11月, 第三季度, 每周五, 20点半.
fn time(text: &str) -> Option<usize> {
    let week =
        ["每周", "每星期", "这周", "下周", "周", "星期"].iter().find_map(|w| text.strip_prefix(w)).filter(|rest| rest.starts_with(|c| WEEKDAYS.contains(c)));
    if let Some(rest) = week {
        return Some(text.len() - rest.len() + '一'.len_utf8());
    }
    let rest = text.strip_prefix('第').unwrap_or(text);
    let digits: usize = rest.chars().take_while(|c| c.is_ascii_digit() || numeral(*c)).map(char::len_utf8).sum();
    let units = ["个月", "月份", "月", "年", "周", "日", "号", "期", "季度", "学期", "点半", "点"];
    let unit = units.into_iter().find(|u| rest[digits..].starts_with(u))?;
    let end = text.len() - rest.len() + digits + unit.len();
    (digits > 0 && !text[end..].starts_with('级')).then_some(end)
}

pub(in crate::language) fn numeral(c: char) -> bool {
    c == '十' || DIGITS.contains(&c)
}

/// As it is compared: numbers in Chinese and without 第.
pub(in crate::language) fn folded(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    let flush = |digits: &mut String, out: &mut String| {
        match digits.parse::<usize>() {
            Ok(n @ 1..=99) => {
                if n >= 20 {
                    out.push(DIGITS[n / 10]);
                }
                if n >= 10 {
                    out.push('十');
                }
                if n % 10 > 0 {
                    out.push(DIGITS[n % 10]);
                }
            }
            _ => out.push_str(digits),
        }
        digits.clear();
    };
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        flush(&mut digits, &mut out);
        out.push(c);
    }
    flush(&mut digits, &mut out);
    let mut kept = String::new();
    let mut chars = out.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '第' || !chars.peek().is_some_and(|n| numeral(*n)) {
            kept.push(c);
        }
    }
    kept
}

/// A unit's name without its kind.
fn core(name: &str) -> String {
    let name = ["团支部", "团总支", "支部", "团委", "委员会"].iter().find_map(|e| name.strip_suffix(e)).unwrap_or(name);
    folded(name)
}

impl Mention {
    /// As it was said: `第二团支部`.
    pub fn said(&self) -> String {
        format!("{}{}", self.head, self.ending)
    }

    /// Whether it is called a branch, rather than a unit above.
    pub fn kind(&self) -> OrgKind {
        if matches!(self.ending, "团支部" | "支部") { OrgKind::Branch } else { OrgKind::Committee }
    }

    /// How well it names this unit, by its path; none where it does not. `duties` as for [`mentions`].
    pub(in crate::language) fn names(&self, path: &str, kind: OrgKind, duties: &[String]) -> Option<u8> {
        if kind != self.kind() {
            return None;
        }
        let mut line: Vec<&str> = path.split('/').collect();
        let name = core(line.pop().unwrap_or_default());
        let (town, ending) = (self.ending == "镇", self.ending);
        let head = if town { Cow::from(format!("{}{ending}", self.folded)) } else { Cow::from(&self.folded) };
        if name.is_empty() || head.is_empty() {
            return None;
        }
        if *head == name {
            return Some(3);
        }
        // what stands before may be the units above: 白泥镇第一团支部
        let before = |text: &str| {
            text.strip_suffix(name.as_str()).map(|rest| {
                let mut rest = led(rest, duties).to_owned();
                for above in &line {
                    let above = core(above);
                    rest = rest.replace(&format!("{above}团委"), "");
                    if !above.is_empty() {
                        rest = rest.replace(&above, "");
                    }
                }
                led(&rest, duties).is_empty()
            })
        };
        let run = if town { Cow::from(format!("{}{ending}", self.run)) } else { Cow::from(&self.run) };
        if before(&head) == Some(true) || before(&run) == Some(true) {
            return Some(2);
        }
        let few = head.chars().count() < 2 && !head.chars().all(numeral);
        let parted = |a: Option<char>, b: Option<char>| !(a.is_some_and(numeral) && b.is_some_and(numeral));
        let ends = name.strip_suffix(&*head).is_some_and(|rest| parted(head.chars().next(), rest.chars().last()));
        let begins = name.strip_prefix(&*head).is_some_and(|rest| parted(head.chars().last(), rest.chars().next()));
        (!few && (ends || begins)).then_some(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{NameList, normal};

    fn read(text: &str) -> Vec<Mention> {
        mentions(&normal(text), &["团费".to_owned(), "大学习".to_owned(), "青年大学习".to_owned()], &NameList::new(["李龙镇"]))
    }

    #[test]
    fn units_are_named_or_not() {
        for (text, units) in [
            ("第二团支部谁没交团费", &["第二团支部"][..]),
            ("红旗团支部大学习统计", &["红旗团支部"]),
            ("提醒一下第二团支部交团费", &["第二团支部"]),
            ("每周五20点提醒第二团支部看大学习", &["第二团支部"]),
            ("结束第二团支部签到", &["第二团支部"]),
            ("11月第三团支部谁没交", &["第三团支部"]),
            ("没交团费的第3支部", &["第3支部"]),
            ("白泥镇团委第二团支部谁没交", &["白泥镇团委", "第二团支部"]),
            ("余庆县团委/白泥镇团委/第一团支部谁没交", &["余庆县团委", "白泥镇团委", "第一团支部"]),
            ("龙溪镇谁没交团费", &["龙溪镇"]),
            ("第三团支部书记交了吗", &["第三团支部"]),
        ] {
            let said: Vec<String> = read(text).iter().map(Mention::said).collect();
            assert_eq!(said, units, "{text}");
        }
        for text in [
            "本支部谁没交",
            "我们支部谁没交",
            "我支部统计",
            "支部大会谁没到",
            "参加支部大会的有谁",
            "团支部书记是谁",
            "全县团支部统计",
            "各团支部谁没交",
            "全镇各团支部统计",
            "哪个团支部没交齐",
            "哪些支部没交",
            "几个支部",
            "所有团支部",
            "每个支部统计",
            "下属团支部统计",
            "县团委要大学习统计",
            "全镇谁没交团费",
            "11月支部大会谁没来",
            "党支部谁没交",
            "五四红旗团支部",
            "我们团支部谁没交团费",
            "咱们支部",
            "乡镇统计",
            "团委书记",
            "上级团委",
            "本镇谁没交",
            "这个团支部谁没交",
            "李龙镇的记录",
        ] {
            assert_eq!(read(text), Vec::new(), "{text}");
        }
    }

    #[test]
    fn many_units_or_a_long_one_are_not_all_looked_up() {
        assert_eq!(read(&"第二团支部、".repeat(1000)).len(), MOST);
        let long = format!("{}第二团支部", "长".repeat(5000));
        assert!(read(&long).iter().all(|m| m.run.chars().count() <= LONGEST_RUN));
    }

    #[test]
    fn a_unit_answers_to_its_name_and_to_parts_of_it() {
        let names = |text: &str, path: &str| read(text).last().and_then(|m| m.names(path, OrgKind::Branch, &["团费".to_owned()]));
        for (text, path) in [
            ("第一团支部谁没交", "县团委/镇团委/第一团支部"),
            ("第1支部谁没交", "县团委/第一团支部"),
            ("一支部谁没交", "县团委/第一团支部"),
            ("机关团支部谁没交", "县团委/团委机关团支部"),
            ("第一团支部谁没交", "余庆县白泥镇第一团支部"),
            ("提醒白泥镇第一团支部", "余庆县团委/白泥镇团委/第一团支部"),
            ("查查白泥镇团委第一团支部", "余庆县团委/白泥镇团委/第一团支部"),
            ("第十二团支部", "第十二团支部"),
        ] {
            assert!(names(text, path).is_some(), "{text}: {path}");
        }
        for (text, path) in
            [("第二团支部", "第十二团支部"), ("第十团支部", "第十二团支部"), ("红旗第一团支部", "县团委/第一团支部"), ("税务机关团支部", "机关团支部")]
        {
            assert_eq!(names(text, path), None, "{text}: {path}");
        }
    }
}
