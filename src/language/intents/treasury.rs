//! What treasurers and secretaries say about money: bands, opening balances, refunds, what goes up, the cash book,
//! receipts. Only where the bot is addressed; gifts of one's own will also beside a report.

use super::query::Said;
use crate::domain::calendar::{Cadence, Period};
use crate::domain::duty::{Duty, Measure};
use crate::domain::money::Fen;
use crate::language::text::lex::{Is, Lexed};
use crate::language::text::lexicon::Kind;
use crate::language::text::normalise::normalise;
use crate::language::text::span;
use crate::language::{Around, Grammar, Intent, Meaning};

const ASKS: &[&str] = &["怎么", "如何", "谁", "吗", "?", "什么时候", "为什么"];
/// What was in hand before the book began.
const CARRIED: &[&str] = &["期初余额", "期初结余", "期初现金", "上年结转", "上期结转", "上期结余", "结转余额", "opening cash"];
pub(in crate::language) const PAY: &[&str] = &["月薪", "月工资", "工资", "月收入", "收入"];

/// The names of a duty's bands and of groups of them, longest first: in normal form, and as written.
pub(in crate::language) fn bands(duty: &Duty) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        duty.bands.iter().flat_map(|b| [Some(&b.name), b.group.as_ref()]).flatten().map(|name| (normalise(name).text, name.clone())).collect();
    all.sort_by_key(|(normal, _)| std::cmp::Reverse(normal.len()));
    all.dedup();
    all
}

impl Grammar {
    /// A command about money, where it is one.
    pub(in crate::language) fn treasury(&self, text: &str, said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<Intent> {
        let index = said.duty.filter(|d| self.measure(*d) == Measure::Money).or_else(|| if said.duty.is_none() { self.only(Measure::Money) } else { None })?;
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        let duty = self.key(index);
        let pay = pay(text);
        if let Some(pay_fen) = pay
            && any(&["多少", "几块", "几元", "哪一档", "哪档", "什么档", "怎么交", "怎么算"])
        {
            return Some(Intent::Rate { duty, pay_fen });
        }
        if let Some(amount_fen) = said.sum.filter(|_| any(CARRIED) && said.names.is_empty() && !any(ASKS)) {
            return Some(Intent::Carried { duty, amount_fen });
        }
        if any(&["账本", "现金账", "收支", "结余", "对账", "应上缴", "该上缴", "上缴情况", "上缴多少", "手上还有", "账上还有", "cash book"])
            && !text.contains("我的账")
        {
            return Some(Intent::CashBook { duty, periods: said.periods.clone() });
        }
        if any(ASKS) {
            return None;
        }
        if any(&["收据", "收条", "receipt"]) && !any(&["截图", "已交", "交了"]) {
            return Some(Intent::Receipt { duty, periods: said.periods.clone(), names: said.names.clone() });
        }
        let from = || if any(&["起", "开始"]) { said.periods.first().copied().map(|p| ahead(text, p, around)) } else { None };
        let unclear = || Some(Intent::Unclear { duty: Some(duty.clone()) });
        let part = super::part::left(text).map(|(percent, _)| percent);
        let reduces = part.is_some() || any(&["减半", "减交", "减缴", "减按", "减为", "减到", "只需交", "只用交", "只交", "少交一半"]);
        // 更正:周九只交了0.2元 is no decision
        if reduces && !said.names.is_empty() && !any(&["只交了", "更正", "纠正", "订正"]) {
            let percent = part.or(if any(&["减半", "一半"]) { Some(50) } else { None });
            // what is left, or for how long, was not read
            let Some((from, until)) = span::run(lexed, around).filter(|_| percent.is_some() || said.sum.is_some()) else { return unclear() };
            let (duty, names) = (Some(duty), said.names.clone());
            return Some(Intent::Reduce { duty, names, from, until, amount_fen: said.sum, percent, reason: None });
        }
        // 张三从10月起是在职; 张三的档次改成月缴5元
        let names_band = self.duties.get(usize::from(index)).and_then(|d| d.bands.iter().find(|(normal, _)| text.contains(normal.as_str())));
        // 吴十月缴21元: which there is not
        let monthly = ["月缴", "每月缴", "每月交"].iter().find_map(|w| text.find(w)).filter(|_| names_band.is_none() && pay.is_none());
        let unknown = monthly.and_then(|at| lexed.tokens.iter().find(|t| t.start > at && matches!(t.is, Is::Sum(_))).map(|t| text[at..t.end].to_owned()));
        if let Some(band) = unknown.filter(|_| !said.names.is_empty() && !any(&["交了", "缴了", "补交"])) {
            return Some(Intent::Band { duty, names: said.names.clone(), band: Some(band), pay_fen: None, from: None });
        }
        if (names_band.is_some() || pay.is_some())
            && any(&["月薪", "工资", "起", "开始", "档", "改成", "改为", "变成", "转为", "算作"])
            && !any(&["交了", "缴了", "补交"])
        {
            let names = self.people(said, lexed, &["把"], around);
            if !names.is_empty() {
                return Some(Intent::Band {
                    duty,
                    names,
                    band: names_band.map(|(_, name)| name.clone()),
                    pay_fen: pay,
                    from: from().or_else(|| said.periods.first().copied()),
                });
            }
        }
        if crate::language::text::unread::no_pay(text) && !said.names.is_empty() {
            return unclear();
        }
        if any(&["补收", "追收", "追缴", "开放补交", "往前收"]) && said.names.is_empty() {
            let from = said.periods.iter().min().copied()?;
            return Some(Intent::OpenFrom { duty, from });
        }
        if any(&["交清", "交齐", "缴清", "缴齐", "结清", "付清"]) && said.sum.is_none() && !text.contains('我') && !any(&["没交", "未交", "还没"])
        {
            let everybody = any(&["都", "全部", "全体", "大家", "全"]);
            let dated = any(&["前", "为止", "截至", "截止"]);
            // 张三上半年都交清了; with the duty's name it is what was paid now
            let stretch = !said.names.is_empty() && said.duty.is_none() && everybody;
            if (dated || stretch)
                && (everybody || !said.names.is_empty())
                && let Some((from, before)) = span::settled(lexed, around, stretch && !dated)
            {
                // 没有在9月前都交清
                return if any(&["没", "未", "不"]) { unclear() } else { Some(Intent::Opening { duty, from, before, names: said.names.clone() }) };
            }
            if dated && lexed.tokens.iter().any(|t| matches!(t.is, Is::When(_))) {
                return unclear();
            }
        }
        if any(&["退还", "退给", "退费", "退款", "退团费", "退了", "退回", "退钱"]) && !said.names.is_empty() && !any(&["退团了", "退群"])
        {
            return Some(Intent::Refund { duty, periods: said.periods.clone(), amount_fen: said.sum, names: said.names.clone() });
        }
        if let Some(amount_fen) = said.sum.filter(|_| said.names.is_empty()) {
            if any(&["返还", "退返", "返款", "下拨", "拨回"]) {
                return Some(Intent::Returned { duty, periods: said.periods.clone(), amount_fen });
            }
            if any(&["上级", "上解", "给团委", "给镇团委", "到团委", "交团委", "缴团委", "向团委"])
                || text.contains("团委") && any(&["上缴", "上交", "交给", "转给"])
            {
                return Some(Intent::HandUp { duty, periods: said.periods.clone(), amount_fen });
            }
        }
        None
    }

    /// A gift of one's own will, said beside a report or alone (交了团费0.2元，自愿多交1元); what is left of the message, with
    /// the gift blanked out.
    pub(in crate::language) fn voluntary(&self, text: &str, lexed: &Lexed) -> Option<(String, Meaning)> {
        let norm = &lexed.norm.text;
        let at = ["自愿", "特殊团费"].iter().filter_map(|w| norm.find(w)).min()?;
        let said = Self::said(lexed);
        let index = said.duty.filter(|d| self.measure(*d) == Measure::Money)?;
        let start = norm[..at].rfind([',', '。', ';', '\n', '!']).map_or(0, |p| p + norm[p..].chars().next().map_or(1, char::len_utf8));
        let end = norm[at..].find([',', '。', ';', '\n', '!']).map_or(norm.len(), |p| at + p);
        let clause = &norm[start..end];
        if !["交", "捐", "缴"].iter().any(|w| clause.contains(w)) {
            return None;
        }
        let of = |t: &&crate::language::text::lex::Token| t.start >= start && t.end <= end;
        let unsure = lexed
            .tokens
            .iter()
            .filter(of)
            .any(|t| matches!(t.is, Is::Word(Kind::Neg | Kind::Plan | Kind::Ask | Kind::Cond | Kind::Hear | Kind::Notice | Kind::Joke)));
        let asked = lexed.tokens.iter().any(|t| t.kind(Kind::Ask));
        if unsure || asked || clause.contains(['?', '想', '要', '可']) {
            return None;
        }
        let sums: Vec<(i64, usize)> =
            lexed.tokens.iter().filter(of).filter_map(|t| if let Is::Sum(fen) = t.is { Some((fen, t.start)) } else { None }).collect();
        let (amount_fen, _) = *sums.iter().find(|(_, s)| *s >= at).or(sums.first())?;
        let span = lexed.norm.origin(start..end);
        let mut rest = text.to_owned();
        rest.replace_range(span.clone(), &" ".repeat(span.len()));
        // what stands in this clause with another sum is a report of its own
        if sums.len() > 1 {
            return None;
        }
        let names: Vec<String> = lexed.tokens.iter().filter(of).filter(|t| t.is == Is::Name).map(|t| norm[t.start..t.end].to_owned()).collect();
        Some((rest, Meaning { intent: Intent::Voluntary { duty: self.key(index), amount_fen, names }, why: vec![("amount_fen", span)] }))
    }
}

/// A month's pay after 工资 and the like: 工资5499, 月薪是 3500.5 元.
fn pay(text: &str) -> Option<i64> {
    let at = PAY.iter().filter_map(|w| text.find(w).map(|at| at + w.len())).max()?;
    let rest = text[at..].trim_start_matches([' ', '是', '为', ':', '约', '每', '月', '有', '税', '后']);
    let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.' || *c == ',').collect();
    let thousand = rest[digits.len()..].starts_with('千');
    // 三千五
    let fen =
        if digits.is_empty() { crate::language::text::numerals::number(rest)?.0.checked_mul(100)? } else { Fen::parse(digits.trim_end_matches(['.', ',']))?.0 };
    let fen = if thousand { fen.checked_mul(1000)? } else { fen };
    (fen > 0).then_some(fen)
}

/// 从12月起 said in November is of this year, 从2月起 said in November the next one's: a change is meant for what is near.
fn ahead(text: &str, period: Period, around: &Around<'_>) -> Period {
    let now = Period::containing(period.cadence(), around.today);
    let said_year = text.contains('年');
    if !said_year && period.cadence() == Cadence::Month && period < now.shift(-8) { period.shift(12) } else { period }
}
