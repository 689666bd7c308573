//! Beside the records: what is filed above (`汇总备案`), how far the bot reaches (`覆盖率`), whether the roster is sound (`名册体检`), and money that was claimed and did not come (`没收到张三的团费`).
//! Only where the bot is addressed.

use super::query::Said;
use crate::domain::duty::Measure;
use crate::language::text::lex::Lexed;
use crate::language::{Around, Grammar, Intent};

const NOT_COME: &[&str] = &["没有收到", "没收到", "未收到", "还没到账", "没有到账", "没到账", "未到账"];
/// The same where it says of which duty: 驳回张三的团费.
const REFUSED: &[&str] = &["驳回", "不予确认", "不通过"];
const ASKS: &[&str] = &["怎么", "如何", "吗", "?", "谁", "为什么", "是不是", "有没有", "我的", "哪些"];

/// `覆盖率`, `网上社群覆盖率`.
pub(in crate::language) fn coverage(text: &str) -> Option<Intent> {
    let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
    (any(&["覆盖率", "社群覆盖", "coverage"]) && !any(&["怎么提高", "怎么算", "怎么提升"])).then_some(Intent::Coverage)
}

/// `名册体检`, `检查一下名册`.
pub(in crate::language) fn checkup(text: &str) -> Option<Intent> {
    let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
    let roster = any(&["名册", "roster"]);
    let looks = any(&["体检", "检查", "核对", "校验", "check"]);
    (roster && looks && !any(&["怎么", "如何", "怎样", "为什么"])).then_some(Intent::Checkup)
}

impl Grammar {
    /// `大学习汇总备案`, `上周大学习汇总表`: what is filed above when a week is over.
    pub(in crate::language) fn filing(&self, text: &str, said: &Said) -> Option<Intent> {
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        let asks = any(&["怎么", "如何", "吗", "?", "谁", "什么时候", "要不要", "为什么"]);
        let told = any(&["交了", "已交", "已报", "报了", "提交", "填了", "发了", "已汇总", "已备案", "备案了", "记得", "通知"]);
        let means =
            any(&["汇总备案", "备案汇总", "备案表", "汇总表", "上报表", "报送表"]) || text.trim_matches(|c: char| !c.is_alphanumeric()).ends_with("备案");
        (means && !asks && !told).then(|| Intent::Return { duty: said.duty.map(|d| self.key(d)), periods: said.periods.clone() })
    }

    /// `没收到张三的团费`, `张三的团费没到账`, `驳回张三的团费`.
    pub(in crate::language) fn rejecting(&self, text: &str, said: &Said, lexed: &Lexed, around: &Around<'_>) -> Option<Intent> {
        let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
        let refused = any(REFUSED) && said.duty.is_some() && !any(&["假", "绑定", "账号"]);
        if !any(NOT_COME) && !refused || any(ASKS) || said.names.is_empty() && text.starts_with('我') {
            return None;
        }
        let duty = said.duty.filter(|d| self.measure(*d) == Measure::Money).or_else(|| if said.duty.is_none() { self.only(Measure::Money) } else { None })?;
        let names = self.people(said, lexed, &[NOT_COME, REFUSED].concat(), around);
        (!names.is_empty()).then(|| Intent::Reject { duty: self.key(duty), names })
    }
}
