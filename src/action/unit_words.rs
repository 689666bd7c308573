//! Which units a text names, by how units are called (…团支部, …团委, …镇), and which 团小组 it gives a person's name. Only
//! words: what there is is looked up by `units`.

use crate::domain::roster::OrgKind;

/// A unit that is named: `第二团支部`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// What stands before the kind, as far back as the words are joined: `提醒第二`.
    run: String,
    /// The same without words that lead to a name: `第二`.
    pub head: String,
    /// The kind as it was said: `团支部`.
    pub ending: &'static str,
}

/// How units are called; the longer ones first.
const ENDINGS: [&str; 5] = ["团支部", "团总支", "支部", "团委", "镇"];
/// What makes of 团委 and 支部 something else than a unit: the meeting, the one who demands.
const NOT_BEFORE: [&str; 22] =
    ["大会", "会议", "委员", "委会", "活动", "工作", "书记", "群", "要", "让", "叫", "催", "通知", "说", "发", "布置", "安排", "派", "在问", "问", "长", "定"];
/// What leads to a unit's name and is none of it.
const LEADS: &[&str] = &[
    "导出",
    "下载",
    "提醒",
    "催",
    "现在",
    "马上",
    "立刻",
    "立即",
    "请问",
    "请",
    "麻烦",
    "帮我",
    "帮忙",
    "帮",
    "给我",
    "给",
    "替",
    "查看",
    "查询",
    "查一下",
    "查",
    "看一下",
    "看看",
    "看下",
    "看",
    "问一下",
    "问",
    "想知道",
    "知道",
    "告诉我",
    "我想",
    "发一下",
    "发",
    "统计一下",
    "统计",
    "一下",
    "下",
    "把",
    "将",
    "在",
    "对",
    "向",
    "我们",
    "咱们",
    "我",
    "咱",
    "本",
    "的",
    "谁",
    "没",
    "未",
    "还",
    "交",
    "缴",
    "参加",
    "开",
    "来",
    "上个",
    "这个",
    "本月",
    "上月",
    "今年",
    "去年",
    "本周",
    "上周",
    "这周",
    "今天",
    "昨天",
    "列出",
    "列一下",
    "导",
    "要",
    "说",
    "所属",
    "下属",
    "下辖",
    "关于",
    "全部",
    "所有",
    "确认",
    "暂停",
    "恢复",
    "通知",
    "那",
    "和",
    "跟",
    "还有",
    "以及",
    "与",
    "完成",
    "看完",
    "签到",
    "绑定",
    "喊",
    "催催",
    "再",
    "去",
    "先",
    "名单",
    "记录",
    "情况",
    "台账",
    "为什么",
    "怎么",
    "是",
    "有",
    "到",
    "团员",
    "成员",
];
/// What is said of units in general, or of one that needs no name.
const GENERAL: &[&str] = &[
    "本",
    "我",
    "们",
    "咱",
    "个",
    "各",
    "每",
    "全",
    "该",
    "哪",
    "哪些",
    "几",
    "多少",
    "所有",
    "全部",
    "下属",
    "下级",
    "下辖",
    "基层",
    "其他",
    "其它",
    "别的",
    "另外",
    "上级",
    "优秀",
    "先进",
    "五四红旗",
    "自己",
    "所在",
    "原来",
    "原",
    "新",
    "老",
    "团",
    "党",
    "同一",
    "班",
    "县",
    "市",
    "区",
    "省",
    "镇",
    "乡",
    "校",
    "院",
    "系",
    "学校",
    "学院",
    "单位",
    "公司",
    "街道",
    "村",
    "社区",
    "机构",
    "组织",
];
/// What a 镇 may be that is none.
const NO_TOWN: &[&str] = &["乡", "城", "全", "各", "本", "我", "这", "该", "们", "个", "哪", "冰", "重", "坐"];
const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// The units that a text names, in their order; `duties` are the names of duties, which lead to a unit's name. A mention of units in
/// general is none.
pub(super) fn mentions(text: &str, duties: &[&str]) -> Vec<Mention> {
    let mut found = Vec::new();
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
        let head = led(run, duties);
        let town = ending != "镇" || (2..=3).contains(&head.chars().count()) && !NO_TOWN.iter().any(|w| head.ends_with(w));
        let other = NOT_BEFORE.iter().any(|w| text[end..].starts_with(w)) && !numbered(head) || GENERAL.iter().any(|w| head == *w) || run.ends_with('党');
        let general = head.is_empty()
            || head.starts_with('全')
            || ["各", "个", "们", "我", "本", "每"].iter().any(|w| head.ends_with(w))
            || head.ends_with("红旗") && head != "红旗";
        if town && !other && !general {
            found.push(Mention { run: folded(run), head: head.to_owned(), ending });
        }
        (at, from) = (end, end);
    }
    found
}

/// A name without what leads to it.
fn led<'t>(run: &'t str, duties: &[&str]) -> &'t str {
    let mut rest = run;
    loop {
        let word = LEADS.iter().chain(duties).filter(|w| !w.is_empty() && rest.starts_with(**w)).map(|w| w.len()).max();
        match word.or_else(|| time(rest)) {
            Some(len) => rest = &rest[len..],
            None => return rest,
        }
    }
}

/// The length of a time that stands here: 11月, 第三季度.
fn time(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('第').unwrap_or(text);
    let digits: usize = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '十' || DIGITS.contains(c)).map(char::len_utf8).sum();
    let unit = ["个月", "月份", "月", "年", "周", "日", "号", "期", "季度", "学期"].into_iter().find(|u| rest[digits..].starts_with(u))?;
    let end = text.len() - rest.len() + digits + unit.len();
    (digits > 0 && !text[end..].starts_with('级')).then_some(end)
}

fn numbered(head: &str) -> bool {
    head.starts_with('第')
}

/// As it is compared: numbers in Chinese and without 第.
fn folded(text: &str) -> String {
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
        if c != '第' || !chars.peek().is_some_and(|n| *n == '十' || DIGITS.contains(n)) {
            kept.push(c);
        }
    }
    kept
}

fn numeral(c: char) -> bool {
    c == '十' || DIGITS.contains(&c)
}

/// A unit's name without its kind.
fn core(name: &str) -> String {
    let name = ["团支部", "团总支", "支部", "团委", "委员会"].iter().find_map(|e| name.strip_suffix(e)).unwrap_or(name);
    folded(name)
}

impl Mention {
    /// As it was said: `第二团支部`.
    pub(super) fn said(&self) -> String {
        format!("{}{}", self.head, self.ending)
    }

    /// How well it names this unit, by its path; none where it does not. `duties` as for [`mentions`].
    pub(super) fn names(&self, path: &str, kind: OrgKind, duties: &[&str]) -> Option<u8> {
        if (kind == OrgKind::Branch) != matches!(self.ending, "团支部" | "支部") {
            return None;
        }
        let mut line: Vec<&str> = path.split('/').collect();
        let name = core(line.pop().unwrap_or_default());
        let (town, ending) = (self.ending == "镇", self.ending);
        let head = folded(&self.head);
        let head = if town { format!("{head}{ending}") } else { head };
        if name.is_empty() || head.is_empty() {
            return None;
        }
        if head == name {
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
        let run = if town { format!("{}{ending}", self.run) } else { self.run.clone() };
        if before(&head) == Some(true) || before(&run) == Some(true) {
            return Some(2);
        }
        let few = head.chars().count() < 2 && !head.chars().all(numeral);
        let ends = name.strip_suffix(head.as_str()).is_some_and(|rest| !(head.chars().next().is_some_and(numeral) && rest.chars().last().is_some_and(numeral)));
        let begins =
            name.strip_prefix(head.as_str()).is_some_and(|rest| !(head.chars().last().is_some_and(numeral) && rest.chars().next().is_some_and(numeral)));
        (!few && (ends || begins)).then_some(1)
    }
}

/// A text without the 团小组 before the names of people: 第一小组的李四交了团费 → 李四交了团费. `named`: whether a name begins there.
pub(super) fn without_groups(text: &str, named: impl Fn(&str) -> bool) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(len) = group(rest)
            && named(&rest[len..])
        {
            rest = &rest[len..];
            continue;
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    (out.len() < text.len()).then_some(out)
}

/// The length of a group that stands here: 第一团小组的.
fn group(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('第').unwrap_or(text);
    let digits: usize = rest.chars().take_while(|c| c.is_ascii_digit() || numeral(*c)).map(char::len_utf8).sum();
    let after = &rest[digits..];
    let word = ["团小组", "小组", "组"].into_iter().find(|w| after.starts_with(w)).filter(|_| digits > 0)?;
    let after = &after[word.len()..];
    let after = after.strip_prefix('的').unwrap_or(after);
    Some(text.len() - after.len())
}

/// The groups that are said right before this name, as they were said; none for a place where it stands without one. Each once.
pub(super) fn groups_before<'t>(text: &'t str, name: &str) -> Vec<Option<&'t str>> {
    let mut all: Vec<Option<&str>> = Vec::new();
    for (at, _) in text.match_indices(name) {
        let before = &text[..at];
        let starts = before.char_indices().map(|(n, _)| n).rev().take(10);
        let found = starts.filter(|n| group(&before[*n..]).is_some_and(|len| n + len == at)).min();
        let found = found.map(|n| before[n..].trim_end_matches('的'));
        if !all.iter().any(|one| match (one, found) {
            (Some(a), Some(b)) => same_group(a, b),
            (None, None) => true,
            _ => false,
        }) {
            all.push(found);
        }
    }
    all
}

/// Whether the group of a member is the one that was said.
pub(super) fn same_group(said: &str, of: &str) -> bool {
    let plain = |text: &str| folded(text).replace("团小组", "组").replace("小组", "组");
    plain(said) == plain(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        mentions(text, &["团费", "大学习", "青年大学习"]).iter().map(Mention::said).collect()
    }

    #[test]
    fn units_are_named_or_not() {
        for (text, units) in [
            ("第二团支部谁没交团费", &["第二团支部"][..]),
            ("红旗团支部大学习统计", &["红旗团支部"]),
            ("提醒一下第二团支部交团费", &["第二团支部"]),
            ("11月第三团支部谁没交", &["第三团支部"]),
            ("没交团费的第3支部", &["第3支部"]),
            ("白泥镇团委第二团支部谁没交", &["白泥镇团委", "第二团支部"]),
            ("余庆县团委/白泥镇团委/第一团支部谁没交", &["余庆县团委", "白泥镇团委", "第一团支部"]),
            ("龙溪镇谁没交团费", &["龙溪镇"]),
            ("第三团支部书记交了吗", &["第三团支部"]),
        ] {
            assert_eq!(said(text), units, "{text}");
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
        ] {
            assert_eq!(said(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_unit_answers_to_its_name_and_to_parts_of_it() {
        let names = |text: &str, path: &str| mentions(text, &["团费"]).last().and_then(|m| m.names(path, OrgKind::Branch, &["团费"]));
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

    #[test]
    fn groups_stand_before_names() {
        let named = |rest: &str| rest.starts_with("李四");
        assert_eq!(without_groups("第一小组的李四交了团费", named).as_deref(), Some("李四交了团费"));
        assert_eq!(without_groups("给第一小组的李四一个绑定码", named).as_deref(), Some("给李四一个绑定码"));
        assert_eq!(without_groups("第一小组交了团费", named), None);
        assert_eq!(groups_before("给第一小组的李四一个绑定码", "李四"), [Some("第一小组")]);
        assert_eq!(groups_before("李四交了团费", "李四"), [None]);
        assert_eq!(groups_before("一组李四、第一小组李四、二组的李四和李四", "李四"), [Some("一组"), Some("二组"), None]);
        assert!(same_group("1组", "第一团小组") && !same_group("一组", "第二小组") && !same_group("二组", "第十二小组"));
    }
}
