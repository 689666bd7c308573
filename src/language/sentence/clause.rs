//! One clause: which duty, what is said of it, whether it is said to be done, and what forbids to take it so.

mod details;
mod marks;
mod people;
mod unknown;
mod verdict;

pub(in crate::language) use super::seen::{Details, Done, Seen};
use crate::language::Around;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::{Fits, Kind, Lexicon};
use crate::language::text::when::Spoken;

/// What behind 打卡 and 签到 makes a thing's name of it.
pub(in crate::language) const THINGS: &[&str] = &[
    "截图",
    "截屏",
    "活动",
    "任务",
    "时间",
    "图",
    "截止",
    "平台",
    "小程序",
    "公众号",
    "网页",
    "app",
    "二维码",
    "视频",
    "课程",
    "凭证",
    "证书",
    "组",
    "手机app",
    "记录",
];

struct Eye<'a> {
    tokens: &'a [Token],
    text: &'a str,
    lexicon: &'a Lexicon,
    around: &'a Around<'a>,
    seen: Seen,
    verb: Option<Fits>,
    /// Nothing stands between the verb and here that would part it from its mark.
    close: bool,
    already: bool,
    marked: bool,
    weak: bool,
    /// Its verb ends with 完.
    finished: bool,
    /// After the duty: 完成.
    ended: Option<Fits>,
    /// The duty came after it, or not at all.
    ended_first: bool,
    /// A day that may be the last or the next of its name: 周三, 25号.
    either: bool,
    prepared: bool,
    /// 把团费交了 may be an order.
    handled: bool,
    /// 今晚 is still to come, or has just been.
    evening: bool,
    ahead: bool,
    past: bool,
}

/// Reads a clause.
pub(in crate::language) fn see(tokens: &[Token], text: &str, lexicon: &Lexicon, around: &Around<'_>) -> Seen {
    let mut eye = Eye {
        tokens,
        text,
        lexicon,
        around,
        seen: Seen { tokens: tokens.to_vec(), ..Seen::default() },
        verb: None,
        close: false,
        already: false,
        marked: false,
        weak: false,
        finished: false,
        ended: None,
        ended_first: false,
        either: false,
        prepared: false,
        handled: false,
        evening: false,
        ahead: false,
        past: false,
    };
    for at in 0..tokens.len() {
        eye.look(at);
    }
    eye.conclude()
}

impl Eye<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| &self.text[t.start..t.end])
    }
    fn before(&self, at: usize) -> Option<&Is> {
        at.checked_sub(1).and_then(|b| self.tokens.get(b)).map(|t| &t.is)
    }
    /// Whether nothing that says anything stands before.
    fn leads(&self, at: usize) -> bool {
        self.tokens[..at].iter().all(|t| matches!(t.is, Is::Gap | Is::Colon | Is::Word(Kind::Filler | Kind::Person) | Is::When(_) | Is::Number(_)))
    }
    fn note(&mut self, what: &'static str, at: usize) {
        if let Some(token) = self.tokens.get(at) {
            self.seen.why.push((what, token.start..token.end));
        }
    }

    fn look(&mut self, at: usize) {
        let Some(token) = self.tokens.get(at) else { return };
        match &token.is {
            Is::Word(kind) => self.look_at_word(*kind, at),
            Is::When(spoken) => self.look_at_time(spoken, at),
            Is::Sum(fen) => {
                self.note("amount_fen", at);
                // 交了-0.2元; but 团费-已交-0.2元 is a form.
                let form = self.tokens[..at.saturating_sub(1)].iter().any(|t| t.is == Is::Gap && &self.text[t.start..t.end] == "-");
                self.seen.blocked |= matches!(self.before(at), Some(Is::Gap)) && self.word(at - 1) == "-" && !form && {
                    let before = at.checked_sub(2).and_then(|b| self.tokens.get(b)).map(|t| &t.is);
                    matches!(before, Some(Is::Word(Kind::Verb(_) | Kind::Mark)))
                };
                if self.seen.details.sum.is_some_and(|s| s != *fen) {
                    self.seen.blocked = true;
                }
                self.seen.details.sum = Some(*fen);
            }
            Is::Minutes(m) => {
                self.note("minutes", at);
                self.seen.details.minutes = Some(*m);
            }
            Is::Count(n) => {
                self.note("count", at);
                self.seen.details.count = Some(*n);
            }
            Is::Issues(issues) => {
                self.note("issue", at);
                // 补到第5期: from which on?
                self.seen.blocked |= matches!(self.before(at), Some(Is::Word(Kind::Till)));
                // 第四季第5期第6期: of the same season
                let season = self.seen.details.issues.last().and_then(|i| i.split_once('/')).map(|(season, _)| season.to_owned());
                let whole = |i: &String| season.as_ref().filter(|_| !i.contains('/')).map_or_else(|| i.clone(), |s| format!("{s}/{i}"));
                self.seen.details.issues.extend(issues.iter().map(whole));
            }
            Is::Number(n) => self.look_at_number(*n, at),
            Is::Name => self.look_at_name(at),
            Is::Unknown => self.look_at_unknown(at),
            Is::Card => {
                self.note("names", at);
                self.seen.details.names.push(token.start..token.end);
            }
            Is::Gap | Is::Colon | Is::Break | Is::End => {}
        }
    }

    fn look_at_word(&mut self, kind: Kind, at: usize) {
        match kind {
            Kind::Duty(duty) => {
                if self.seen.duty.is_none() {
                    self.note("duty", at);
                }
                self.seen.duty = Some(duty);
                self.close = false;
                self.prepared = false;
            }
            Kind::Verb(verb) => {
                // 看了看, 学了一学: no more than that.
                let again = at >= 2
                    && self.word(at - 1) == "了"
                    && self.word(at - 2) == self.word(at)
                    && !self.tokens.get(at + 1).is_some_and(|t| t.kind(Kind::Mark))
                    && !self.leads(at - 2);
                // 我先垫了: for whom?
                let lent = self.word(at).contains(['垫', '带']) && self.word(at) != "垫付" && !self.tokens.iter().any(|t| t.is == Is::Name);
                self.seen.blocked |= again || lent;
                let verb = self.lexicon.verbs[usize::from(verb)];
                // 签到看大学习, 打卡交团费: what one is there for.
                let there_for = || {
                    self.tokens[..at].iter().any(|t| self.text[t.start..t.end].ends_with(['到', '卡']) && matches!(t.is, Is::Word(Kind::CheckIn | Kind::Whole)))
                };
                if self.seen.done == Done::Whole && self.seen.duty.is_none() && there_for() {
                    self.seen.done = Done::No;
                }
                self.seen.verb = true;
                self.verb = Some(verb.fits);
                self.close = true;
                // 大学习,学习完成: what was done as a noun
                let noun = || at > 0 && self.leads(at - 1) && matches!(self.before(at), Some(Is::Word(Kind::Verb(_))));
                self.ended = (verb.ended && (self.seen.duty.is_some() || self.leads(at) || noun())).then_some(verb.fits);
                self.ended_first = self.seen.duty.is_none();
                self.seen.makes_up |= self.word(at).contains('补');
                // 团日到了 may be the day itself.
                let arrival = self.word(at).starts_with('到');
                self.marked |= self.already || verb.whole && !arrival;
                self.weak |= verb.whole;
                self.finished = self.word(at).ends_with('完');
                self.weak |= self.finished;
                self.note("done", at);
            }
            Kind::Mark => self.look_at_mark(at),
            Kind::Whole | Kind::CheckIn => {
                // 完成打✓ tells everybody what to do.
                self.seen.blocked |= self.word(at).starts_with('✓') && at > 0 && self.word(at - 1) == "打" && !(self.already || self.seen.me);
                // 大学习打卡截图, 打卡小程序: what it is done with.
                let thing = |t: &Token| t.start == self.tokens[at].end && THINGS.contains(&&self.text[t.start..t.end]);
                self.seen.blocked |= self.word(at).ends_with("打卡") && self.tokens.get(at + 1).is_some_and(thing);
                self.seen.done = Done::Whole;
                self.note("done", at);
            }
            Kind::Already => {
                // 按时交团费 is a duty, 已按时交 is done.
                let soft = matches!(
                    self.word(at),
                    "足额"
                        | "按时足额"
                        | "全额"
                        | "如数"
                        | "照数"
                        | "按数"
                        | "按时"
                        | "准时"
                        | "按期"
                        | "如期"
                        | "及时"
                        | "如约"
                        | "按要求"
                        | "按规定"
                        | "提前"
                        | "早"
                );
                // 一下课就看大学习, 下午就交团费: what one does, or is about to.
                let over = || self.tokens[at..].iter().any(|t| t.kind(Kind::Mark));
                let soft = soft
                    || !over()
                        && self.word(at).ends_with('就')
                        && self.word(at).starts_with(['一', '第', '当', '立', '月', '中', '下', '开'])
                        && !self.word(at).starts_with("一早");
                self.already |= !soft;
                // 支付成功.
                self.marked |= self.close && self.word(at) == "成功";
                // 微信交的团费,已成功.
                let whole =
                    self.word(at) == "成功" && self.tokens.iter().all(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Already | Kind::Mark | Kind::Filler)));
                if whole {
                    self.seen.done = Done::Whole;
                    self.note("done", at);
                }
            }
            Kind::Me => {
                self.seen.me = true;
                // 转我, 交给我.
                let to_me =
                    self.word(at) == "我" && matches!(self.before(at), Some(Is::Word(Kind::Give | Kind::Verb(_)))) && !self.word(at - 1).ends_with('完');
                // 我来把团费交了.
                let offered = self.tokens.get(at + 1).is_some_and(|t| self.text[t.start..].starts_with("来把"));
                self.seen.blocked |= to_me || offered;
            }
            Kind::Them => self.look_at_them(at),
            Kind::Person => self.look_at_person(at),
            Kind::Proxy => {
                // 帮 whom?
                let named = self.tokens[at..].iter().any(|t| t.is == Is::Name) || self.tokens[..at].iter().any(|t| t.is == Is::Name);
                let timed = self.word(at) == "for"
                    && self.tokens[at + 1..].iter().find(|t| t.is != Is::Gap).is_some_and(|t| matches!(t.is, Is::When(_) | Is::Word(Kind::Duty(_))));
                self.seen.blocked |= !named && !timed;
            }
            Kind::Give => self.look_at_give(at),
            Kind::Prep => self.prepared = true,
            // 才看完大学习.
            Kind::Plan
                if self.word(at) == "才"
                    && self.leads(at)
                    && matches!(self.tokens.get(at + 1).map(|t| &t.is), Some(Is::Word(Kind::Verb(_))))
                    && self.word(at + 1).ends_with('完')
                    && matches!(self.tokens.get(at + 2).map(|t| &t.is), Some(Is::Word(Kind::Duty(_))))
                    && self.tokens[at + 3..].iter().all(|t| t.is == Is::Gap || t.kind(Kind::Filler)) =>
            {
                self.already = true;
            }
            // 大学习才看完: late, but done.
            Kind::Plan
                if self.word(at) == "才"
                    && self.just_now(at)
                    && matches!(self.tokens.get(at + 1).map(|t| &t.is), Some(Is::Word(Kind::Verb(_))))
                    && self.word(at + 1).ends_with('完')
                    && self.tokens[at + 2..].iter().all(|t| t.is == Is::Gap || t.kind(Kind::Mark)) =>
            {
                self.already = true;
            }
            // 已将团费转给支书.
            Kind::Plan if self.word(at) == "将" && matches!(self.before(at), Some(Is::Word(Kind::Already))) => {}
            // 之前欠的团费补交了.
            Kind::Plan
                if matches!(self.word(at), "之前" | "以前" | "前") && self.tokens.get(at + 1).is_some_and(|t| t.kind(Kind::Neg)) && self.made_up(at + 1) =>
                {}
            // 前天就交了.
            Kind::Plan if self.word(at) == "就" && (self.past || self.either) => {}
            // 大学习倒是看了; but 你倒是交啊.
            Kind::Plan if self.word(at) == "倒是" && matches!(self.before(at), Some(Is::Word(Kind::Duty(_) | Kind::Me))) => {}
            // 上个月忘交的团费今天补了.
            Kind::Neg if self.made_up(at) => {}
            // 补了上周落下的大学习.
            Kind::Neg
                if self.marked
                    && self.seen.makes_up
                    && self.word(at).starts_with(['落', '漏', '欠'])
                    && self.tokens.get(at + 1).is_some_and(|t| t.kind(Kind::De)) => {}
            Kind::Neg => (self.seen.blocked, self.seen.denied) = (true, true),
            Kind::Other => self.seen.other = true,
            Kind::Also => self.seen.also = true,
            Kind::All => {
                // 都交了: who?
                self.seen.them |= self.leads(at)
                    && !self.tokens[..at].iter().any(|t| matches!(t.is, Is::When(_)))
                    && self.tokens.iter().skip(at).any(|t| matches!(t.is, Is::Word(Kind::Duty(_))));
                // 2101班团费全部交齐.
                self.seen.them |= !self.seen.me && self.tokens[..at].iter().any(|t| t.is == Is::Unknown);
                self.seen.all = true;
            }
            Kind::And => self.seen.joined |= at == 0,
            Kind::De => self.look_at_de(at),
            Kind::Leave | Kind::Late | Kind::Early | Kind::Code => self.seen.unknown = true,
            Kind::Plan | Kind::Topic | Kind::Partial | Kind::Ask | Kind::Cond | Kind::Hear | Kind::Notice | Kind::Joke | Kind::Link => self.seen.blocked = true,
            Kind::Filler => {
                self.handled |= self.word(at) == "把";
                // 大学习审核完成, 检查完了: what a secretary does with it.
                self.seen.blocked |= matches!(self.word(at), "审核" | "检查" | "审阅" | "批阅" | "查阅" | "登记")
                    && self.seen.duty.is_some()
                    && self.verb.is_none()
                    && self.tokens.get(at + 1).is_some_and(|t| matches!(t.is, Is::Word(Kind::Mark | Kind::Verb(_) | Kind::Whole)));
                // 大学习截图交了: the picture.
                let shown = self.word(at) == "截图"
                    && matches!(self.before(at), Some(Is::Word(Kind::Duty(_))))
                    && self.tokens.get(at + 1).is_some_and(|t| matches!(t.is, Is::Word(Kind::Verb(_) | Kind::Already)));
                self.seen.blocked |= shown;
                // 三组大学习已完成: the group's.
                let next_to_duty = self.tokens.get(at + 1).is_some_and(|t| matches!(t.is, Is::Word(Kind::Duty(_))));
                let parted = self.tokens[at + 1..].iter().find(|t| t.is != Is::Gap).is_some_and(|t| matches!(t.is, Is::Word(Kind::Duty(_)) | Is::When(_)));
                let which = self.tokens.get(at).map_or("", |t| &self.text[..t.start]).trim_end_matches('小').chars().next_back();
                let counted = which.is_some_and(|c| c.is_ascii_digit() || crate::language::text::numerals::digit(c).is_some());
                self.seen.them |= self.word(at) == "组" && (next_to_duty || parted) && counted && !self.seen.me;
                // 我组大学习全部完成.
                let ours = self.word(at) == "组" && next_to_duty && matches!(self.before(at), Some(Is::Word(Kind::Me)));
                self.seen.them |= ours;
            }
            Kind::Back | Kind::But | Kind::Till => {}
        }
    }

    /// 大学习|才, 大学习现在|才: what stands before it says which and when.
    fn just_now(&self, at: usize) -> bool {
        let timed = |t: &&Token| {
            matches!(&self.text[t.start..t.end], "现在" | "此刻" | "刚刚" | "这时" | "这会" | "这会儿")
                || matches!(&t.is, Is::When(Spoken::Days(first, _)) if *first <= self.around.today)
        };
        let skipped = self.tokens[..at].iter().rev().take_while(timed).count();
        matches!(self.before(at - skipped), Some(Is::Word(Kind::Duty(_) | Kind::Me)))
    }

    /// What was not done and is made up for in the same clause: a denied verb, 的, and later 补 with its mark.
    fn made_up(&self, at: usize) -> bool {
        let owed = self.word(at).starts_with(['欠', '漏', '差', '落']) && self.tokens.get(at + 1).is_some_and(|t| t.kind(Kind::De));
        let relative = owed
            || matches!(self.tokens.get(at + 1).map(|t| &t.is), Some(Is::Word(Kind::Verb(_)))) && self.tokens.get(at + 2).is_some_and(|t| t.kind(Kind::De));
        let verb = self.tokens.iter().rposition(|t| matches!(t.is, Is::Word(Kind::Verb(_))));
        relative
            && verb.is_some_and(|v| {
                v > at + 2
                    && (self.word(v).starts_with('补') || owed && self.word(v).starts_with(['交', '缴', '还', '结', '付', '转']))
                    && (self.tokens.get(v + 1).is_some_and(|t| t.kind(Kind::Mark)) || self.tokens[v - 1].kind(Kind::Already))
                    && !self.tokens[at + 1..].iter().any(|t| matches!(t.is, Is::Word(Kind::Neg | Kind::Plan)))
            })
    }
}
