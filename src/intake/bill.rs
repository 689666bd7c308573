//! Bills that treasurers bring: what a wallet's file or the league's fee export says was paid. The header row is found by
//! its words, under whatever preamble; accounts, phones and order numbers other than the payment's own are not read.
//!
//! Real column sets: WeChat Pay 交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注;
//! Alipay 交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注, or the older
//! 交易号,商家订单号,交易创建时间,付款时间,…,交易对方,商品名称,金额（元）,收/支,交易状态,…; the fee export 团员姓名,政治面貌,
//! 手机号码,所在团支部,团员当前所属支部,当月应交金额（元）,自愿交费金额（元）,当月交纳状态,累计未交团费总数.

use super::sheet::{Row, Table};
use super::value::{self, narrow};
use crate::domain::money::Fen;
use chrono::NaiveDate;

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// 微信支付.
    Wechat,
    /// 支付宝.
    Alipay,
    /// The league's own fee statistics of a month.
    League,
}

impl Source {
    /// As the ledger's sources begin.
    pub fn key(self) -> &'static str {
        match self {
            Self::Wechat => "wechat",
            Self::Alipay => "alipay",
            Self::League => "league",
        }
    }
}

/// A payment as a row says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The row's number in the file.
    pub line: usize,
    /// The payment's own number; in a fee export empty: there the member is the key.
    pub number: String,
    /// Who paid, as written; wallets mask it (`*三`).
    pub who: String,
    /// What stands beside it: goods and remark.
    pub remark: String,
    /// Fen; what was owed, where the file tells that apart.
    pub amount: i64,
    /// Fen given of one's own will, where the file tells it apart.
    pub extra: i64,
    /// The local day.
    pub day: Option<NaiveDate>,
    /// The branch, where the file names it.
    pub branch: String,
    /// What it says of that; all but paid ones are only there in a fee export.
    pub state: State,
}

/// What a row says of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It was made.
    Paid,
    /// It was not.
    Unpaid,
    /// None is owed.
    Exempt,
}

impl Payment {
    /// The same with what its remark says to be given of one's own will (团费0.2+自愿多交1元) as `extra`, and without those words.
    /// None where it speaks of such a gift and does not say how much, or says sums that are not the payment's.
    pub fn split(&self) -> Option<Self> {
        let remark = narrow(&self.remark);
        let Some((at, word)) = GIVEN.iter().filter_map(|w| Some((remark.find(w)?, *w))).min() else { return Some(self.clone()) };
        let (before, after) = (&remark[..at], &remark[at + word.len()..]);
        // 自愿多交团费1元
        let clause = &after[..after.find(APART).unwrap_or(after.len())];
        let (extra, rest) = if let Some(from) = clause.find(COUNTED) {
            let (extra, length) = sum(&after[from..])?;
            (extra, format!("{before} {}", &after[from + length..]))
        } else {
            // 其中1元是自愿多交的
            let said = before.trim_end_matches(['是', '为', '作', '做', '算', '的', ' ']);
            let from = said.trim_end_matches(['元', '块', ' ']).rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |at| after_char(said, at));
            let lead = said[..from].trim_end();
            let of_it = lead.is_empty() || lead.ends_with(APART) || ["其中", "含", "另", "另外", "外加", "加"].iter().any(|w| lead.ends_with(w));
            let (extra, _) = sum(&said[from..]).filter(|(_, length)| of_it && from + length == said.len())?;
            (extra, format!("{} {after}", &said[..from]))
        };
        let all = self.amount.checked_add(self.extra)?;
        let dues = all.checked_sub(extra).filter(|dues| *dues >= 0 && extra > 0)?;
        // another sum beside it is that of the dues, or of all
        let fits = sums(&rest).into_iter().all(|fen| fen == dues || fen == all);
        fits.then(|| Self { amount: dues, extra, remark: rest, ..self.clone() })
    }
}

/// What stands between two things that a remark says.
const APART: [char; 8] = ['+', ',', '，', '、', ';', '；', '。', '/'];
/// What sums begin with.
const COUNTED: [char; 23] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '两', '半', '几'];

fn after_char(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

/// The sums of money in a text, fen: what is followed by yuan, or has a point.
fn sums(text: &str) -> Vec<i64> {
    let figure = |c: char| c.is_ascii_digit() || c == '.';
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(from) = rest.find(|c: char| c.is_ascii_digit()) {
        let end = rest[from..].find(|c| !figure(c)).map_or(rest.len(), |n| from + n);
        let written = rest[from..end].trim_end_matches('.');
        let money = written.contains('.') || rest[end..].trim_start().starts_with(['元', '块']);
        all.extend(Fen::parse(written).filter(|_| money).map(|f| f.0));
        rest = &rest[end..];
    }
    all
}

/// Words of a gift beside the dues.
const GIVEN: [&str; 5] = ["自愿多交", "自愿多缴", "自愿交费", "多交", "多缴"];

/// Whether a remark speaks of something given of one's own will.
pub fn gives(remark: &str) -> bool {
    remark.contains("自愿") && GIVEN.iter().any(|w| remark.contains(w))
}

/// A sum at the beginning, fen, and its length with the word for yuan; none for other measures of money (3角, 1万).
fn sum(text: &str) -> Option<(i64, usize)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let fen = Fen::parse(&text[..end])?.0;
    let yuan = ["元", "块"].iter().find(|w| text[end..].starts_with(**w)).map_or(0, |w| w.len());
    (!text[end + yuan..].starts_with(|c: char| "角毛分万千百十月期年个%".contains(c) || c.is_ascii_digit())).then_some((fen, end + yuan))
}

/// A row that can't be taken, and why: a key of `bot-config/messages`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The row's number in the file.
    pub line: usize,
    /// Who, as written.
    pub who: String,
    /// Why.
    pub why: &'static str,
}

/// A file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Whose it is.
    pub source: Source,
    /// Money that came in, in the order of the file.
    pub payments: Vec<Payment>,
    /// Rows about other things: money that went out, closed orders.
    pub others: usize,
    /// Rows that should be payments and can't be read, or that were paid back.
    pub odd: Vec<Odd>,
    /// Numbers of rows that say that something was paid back.
    back: Vec<String>,
}

impl Bill {
    /// Wallets give what was paid back rows of its own, whose number is that of the payment or begins with it.
    fn refunded(&mut self) {
        let back = std::mem::take(&mut self.back);
        let of = |p: &Payment| back.iter().any(|b| b.strip_prefix(&p.number).is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '-', '*'])));
        let (gone, kept) = std::mem::take(&mut self.payments).into_iter().partition(|p| !p.number.is_empty() && of(p));
        self.payments = kept;
        let gone: Vec<Payment> = gone;
        self.odd.extend(gone.into_iter().map(|p| Odd { line: p.line, who: p.who, why: "bill-odd-refunded" }));
    }
}

/// Rows in which the header is looked for.
const SEARCHED: usize = 60;

/// Reads a bill; none where the file is something else (a roster, say).
pub fn read(tables: &[Table]) -> Option<Bill> {
    tables.iter().find_map(|table| {
        let at = table.rows.iter().take(SEARCHED).position(|row| Columns::find(row).is_some())?;
        let columns = Columns::find(&table.rows[at])?;
        let mut bill = Bill { source: columns.source, payments: Vec::new(), others: 0, odd: Vec::new(), back: Vec::new() };
        for row in &table.rows[at + 1..] {
            columns.take(row, &mut bill);
        }
        bill.refunded();
        Some(bill)
    })
}

struct Columns {
    source: Source,
    time: Option<usize>,
    who: usize,
    goods: Option<usize>,
    way: Option<usize>,
    amount: usize,
    extra: Option<usize>,
    returned: Option<usize>,
    status: usize,
    number: Option<usize>,
    remark: Option<usize>,
    branch: Option<usize>,
}

impl Columns {
    fn find(row: &Row) -> Option<Self> {
        let heads: Vec<String> = row.cells.iter().map(|c| plain(&c.text)).collect();
        let column = |words: &[&str]| words.iter().find_map(|w| heads.iter().position(|h| h == w));
        if let (Some(who), Some(status)) = (column(&["团员姓名", "姓名", "成员姓名"]), column(&["当月交纳状态", "交纳状态", "缴纳状态", "当月缴纳状态"]))
        {
            return Some(Self {
                source: Source::League,
                time: None,
                who,
                goods: None,
                way: None,
                amount: column(&["当月应交金额", "应交金额", "应缴金额", "当月应缴金额"])?,
                extra: column(&["自愿交费金额", "自愿多交金额", "自愿缴费金额"]),
                returned: None,
                status,
                number: None,
                remark: None,
                branch: column(&["所在团支部", "所在支部", "团支部", "团员当前所属支部", "团员当前组织名称"]),
            });
        }
        let wechat = column(&["交易单号"]);
        let alipay = column(&["交易订单号", "交易号"]);
        Some(Self {
            source: if wechat.is_some() { Source::Wechat } else { Source::Alipay },
            time: column(&["付款时间", "交易时间", "交易创建时间"]),
            who: column(&["交易对方"])?,
            goods: column(&["商品", "商品说明", "商品名称"]),
            way: Some(column(&["收/支"])?),
            amount: column(&["金额"])?,
            extra: None,
            returned: column(&["成功退款", "退款金额", "已退款金额", "退款"]),
            status: column(&["当前状态", "交易状态"])?,
            number: Some(wechat.or(alipay)?),
            remark: column(&["备注"]),
            branch: None,
        })
    }

    fn take(&self, row: &Row, bill: &mut Bill) {
        let text = |column: Option<usize>| column.map_or_else(String::new, |c| bare(&row.cell(c).text));
        let (who, status) = (text(Some(self.who)), text(Some(self.status)));
        if who.is_empty() && status.is_empty() {
            // a trailer or a line of dashes
            return;
        }
        let back = ["退款", "退还", "退回"].iter().any(|w| status.contains(w));
        if self.way.is_some() && !text(self.way).contains("收入") {
            bill.others += 1;
            bill.back.extend(back.then(|| text(self.number)).filter(|n| !n.is_empty()));
            return;
        }
        let mut odd = |why: &'static str| bill.odd.push(Odd { line: row.line, who: who.clone(), why });
        let state = if self.source == Source::League {
            match status.as_str() {
                s if s.contains('免') => State::Exempt,
                s if s.starts_with('未') || s.contains("欠") => State::Unpaid,
                s if s.starts_with('已') => State::Paid,
                _ => return odd("bill-odd-status"),
            }
        } else if back || money(&text(self.returned)).is_some_and(|fen| fen != 0) {
            return odd("bill-odd-refunded");
        } else if ["成功", "已收", "已存入", "已到账", "完成", "已转账"].iter().any(|w| status.contains(w)) {
            State::Paid
        } else {
            bill.others += 1;
            return;
        };
        let number = text(self.number);
        if self.number.is_some() && number.is_empty() {
            return odd("bill-odd-number");
        }
        let amount = text(Some(self.amount));
        // whoever owes none has a dash or nothing there
        let amount = money(&amount).or(Some(0).filter(|_| state == State::Exempt));
        let Some(amount) = amount.filter(|fen| *fen > 0 || (self.source == Source::League && *fen == 0)) else {
            return odd("bill-odd-amount");
        };
        let extra = money(&text(self.extra)).unwrap_or(0).max(0);
        let day = self.time.and_then(|c| value::date(row.cell(c))).map(|d| d.date);
        let remark = [text(self.goods), text(self.remark)].into_iter().filter(|t| !t.is_empty() && t != "/").collect::<Vec<_>>().join(" ");
        bill.payments.push(Payment { line: row.line, number, who, remark, amount, extra, day, branch: text(self.branch), state });
    }
}

/// ¥0.20, ￥1,200.00, 0.2元.
fn money(text: &str) -> Option<i64> {
    let text = narrow(text);
    let text = text.trim().trim_start_matches(['¥', '￥', '+']).trim_end_matches('元').trim();
    if text.is_empty() { None } else { Fen::parse(text).map(|f| f.0) }
}

/// Without the marks that programs put around numbers so that spreadsheets keep their digits.
fn bare(text: &str) -> String {
    text.trim().trim_matches(['`', '\'', '"', '\t']).trim().to_owned()
}

/// A heading without blanks and what stands in brackets, half-width.
fn plain(text: &str) -> String {
    let mut depth = 0_usize;
    narrow(text)
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0 && !c.is_whitespace()
        })
        .collect()
}

/// Whether a name as a wallet masks it (`*三`, `张*`, `张**`, `**丰`) may be this one. A name without stars must be the same.
pub fn masks(masked: &str, name: &str) -> bool {
    let (masked, name): (Vec<char>, Vec<char>) = (narrow(masked).chars().collect(), narrow(name).chars().collect());
    if !masked.contains(&'*') {
        return masked == name;
    }
    let shown: Vec<char> = masked.iter().copied().filter(|c| *c != '*').collect();
    if shown.is_empty() || name.len() < 2 {
        return false;
    }
    // a single star may stand for any number of characters
    let ends = |last: bool| if last { name.ends_with(&shown) } else { name.starts_with(&shown) };
    let stars = masked.len() - shown.len();
    let fits = name.len() > shown.len() && (stars == 1 || name.len() == masked.len());
    fits && match (masked.first(), masked.last()) {
        (Some('*'), Some('*')) => name.len() == masked.len() && masked.iter().zip(&name).all(|(m, n)| *m == '*' || m == n),
        (Some('*'), _) => ends(true),
        (_, Some('*')) => ends(false),
        _ => name.len() == masked.len() && masked.iter().zip(&name).all(|(m, n)| *m == '*' || m == n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_names() {
        for (masked, name, may) in [
            ("*三", "张三", true),
            ("*三", "欧阳三", true),
            ("*三", "三", false),
            ("张*", "张三", true),
            ("张**", "张三", false),
            ("张**", "张三丰", true),
            ("**丰", "张三丰", true),
            ("张*丰", "张三丰", true),
            ("*三", "张四", false),
            ("张三", "张三", true),
            ("三", "张三", false),
            ("*", "张三", false),
            ("", "张三", false),
        ] {
            assert_eq!(masks(masked, name), may, "{masked} {name}");
        }
    }

    #[test]
    fn a_remark_tells_gifts_apart() {
        let split = |remark: &str, amount: i64| {
            let payment = Payment {
                line: 1,
                number: "1".into(),
                who: "张三".into(),
                remark: remark.into(),
                amount,
                extra: 0,
                day: None,
                branch: String::new(),
                state: State::Paid,
            };
            payment.split().map(|p| (p.amount, p.extra))
        };
        for (remark, amount, parts) in [
            ("团费 0.2元 自愿多交一元", 120, None),
            ("团费0.2元自愿多交", 120, None),
            ("团费 2 元 自愿多交1元", 120, None),
            ("团费，自愿多交", 120, None),
            ("团费 0.2 + 自愿多交1元", 120, Some((20, 100))),
            ("团费0.2元，自愿多交团费1元", 120, Some((20, 100))),
            ("团费，其中1元自愿多交", 120, Some((20, 100))),
            ("团费，其中1元是自愿多交的", 120, Some((20, 100))),
            ("1元自愿多交，0.2元团费", 120, Some((20, 100))),
            ("自愿多交１元", 100, Some((0, 100))),
            ("团费1.2元含多交1元", 120, Some((20, 100))),
            ("10月团费", 120, Some((120, 0))),
            ("团费，多的算自愿多交", 120, None),
            ("团费+自愿多交2元", 120, None),
            ("团费0.4元+自愿多交1元", 120, None),
            ("团费+自愿多交3角", 50, None),
            ("团费+自愿多交一元", 120, None),
            ("团费 多交3月的", 40, None),
        ] {
            assert_eq!(split(remark, amount), parts, "{remark}");
        }
    }

    #[test]
    fn sums_as_wallets_write_them() {
        for (text, fen) in [("¥0.20", Some(20)), ("￥1,200.00", Some(120_000)), ("0.2元", Some(20)), ("", None), ("免费", None), ("¥0.001", None)] {
            assert_eq!(money(text), fen, "{text}");
        }
        assert_eq!((plain("金额（元）"), plain(" 收 / 支 "), plain("金额(元)")), ("金额".into(), "收/支".into(), "金额".into()));
    }
}
