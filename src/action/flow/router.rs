//! Events in the order of their chat. Decides who is heard, what goes straight to the ledger, and sends the answers.
//!
//! `Bot::begin` does whatever must be done before the next message of the chat is looked at, and gives back the rest
//! (waiting until it is durable, answering), which may overlap with what follows. Nothing of a message that is not
//! acted on is kept.

use super::voices::Answers;
use super::{fresh, lanes};
use crate::action::bot::Bot;
use crate::action::branch::{roster_drop, units};
use crate::action::cache::Nobody;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::{answer, bare, meant_here, whose};
use crate::action::meetings::leave;
use crate::action::members::accounts;
use crate::action::records::{report, screenshot};
use crate::action::reminding::notices;
use crate::action::study::{excuse, issues};
use crate::action::{dispatch, help};
use crate::domain::ledger::{Outcome, Post, Verdict};
use crate::domain::message::{Event, Incoming};
use crate::domain::record::State;
use crate::domain::roster::Ack;
use crate::error::{Error, Fault, Mistake};
use crate::language::{Around, Intent, Names};
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// What is left to do with an event once the next one of its chat may begin.
pub type Rest = BoxFuture<'static, ()>;

/// How often an action is tried again because the roster changed under it.
const STALE_TRIES: usize = 4;

impl Bot {
    /// Begins an event; see the file's head.
    pub async fn begin(self: &Arc<Self>, event: Event) -> Option<Rest> {
        match event {
            Event::Message(incoming) if incoming.choice().is_some() => return self.chosen(Arc::new(*incoming)).await,
            Event::Message(incoming) => return self.message(Arc::new(*incoming)).await,
            Event::Edited(incoming) => return self.edited(Arc::new(*incoming)).await,
            Event::Recall { .. } => self.recall(event).await,
            Event::Moved { from, to } => self.moved(&from, &to).await,
            Event::Account { bot, online } => {
                self.account_state(&bot, online).await;
                return online.then(|| self.catch_up_on(bot));
            }
            // it is about all chats: the lanes' affair
            Event::Mark { .. } => {}
        }
        None
    }

    /// Begins an event and finishes it: for tests and `zhibu say`.
    pub async fn handle(self: &Arc<Self>, event: Event) {
        if let Some(rest) = self.begin(event).await {
            rest.await;
        }
    }

    pub(in crate::action) async fn message(self: &Arc<Self>, incoming: Arc<Incoming>) -> Option<Rest> {
        let incoming = match whose::spelled_out(self, &incoming).await {
            Some(spelled) => Arc::new(spelled),
            None => incoming,
        };
        self.first_heard(&incoming).await;
        let heard = self.hear(&incoming).await;
        let waits = self.asked.waits_for(&incoming.chat, &incoming.sender, self.now());
        let file = incoming.chat.private && incoming.file().is_some_and(|f| !f.is_picture());
        let here = || !incoming.chat.private && meant_here::may_mean(&heard.text);
        let bare = || here() || bare::quotes(&incoming, &heard.text) || receipt(&incoming, &heard.text);
        if heard.intents.is_empty() && !heard.addressed && !waits && !file && !bare() {
            return None;
        }
        let began = tokio::time::Instant::now();
        match self.act(&incoming, heard, waits, file).await {
            Ok(rest) => rest.map(|rest| {
                let metrics = self.metrics.clone();
                let timed: Rest = Box::pin(async move {
                    rest.await;
                    metrics.answered(began.elapsed().as_secs_f64());
                });
                timed
            }),
            Err(error) => {
                self.recent.forget(&incoming.source());
                // told like any other answer: the chat's next message does not wait for it
                let reply = self.excuse(&incoming.source(), error);
                self.later(&incoming, reply)
            }
        }
    }

    /// What was meant, with what is at hand.
    async fn hear(&self, incoming: &Incoming) -> Heard {
        let raw = incoming.text();
        let called = self.grammar.addressed(&raw).map(str::to_owned);
        // where several accounts of ours are in a group, whoever calls one of them is answered by the one that speaks there
        let meant = incoming.mentions_bot || incoming.replies_to_bot || incoming.mentioned().any(|a| self.voices.is_own(a));
        let addressed = incoming.chat.private || meant || called.is_some();
        let text = called.unwrap_or(raw);
        let place = self.cache.overheard(&incoming.chat).await;
        let intents = match &place {
            Some(p) => self.understand(incoming, &issues::spoken(self, &p.course, &text, addressed), addressed, p.names.as_ref()),
            None => self.understand(incoming, &text, addressed, &Nobody),
        };
        Heard { text, addressed, intents, with_names: place.is_some() }
    }

    fn understand(&self, incoming: &Incoming, text: &str, addressed: bool, names: &dyn Names) -> Vec<Intent> {
        let today = self.config.zone().date(self.said_at(incoming));
        let intents: Vec<Intent> = self.grammar.understand(text, &Around { today, addressed, names }).into_iter().map(|m| m.intent).collect();
        if !intents.iter().any(of_a_meeting) || self.config.off(text).is_none() {
            return intents;
        }
        // what is said of a meeting that is switched off is said of no other
        if addressed { vec![Intent::Unclear { duty: None }] } else { Vec::new() }
    }

    async fn act(self: &Arc<Self>, incoming: &Arc<Incoming>, mut heard: Heard, waits: bool, file: bool) -> Result<Option<Rest>, Error> {
        let plain = !heard.intents.is_empty() && heard.intents.iter().all(is_report);
        if !plain || waits {
            // whoever asks sees what was said before, and what other programs changed
            self.store.settled().await?;
            self.cache.freshen(&incoming.chat, &incoming.sender).await?;
            // with a roster that changed, the same words may name somebody
            heard.with_names &= self.cache.place_at_hand(&incoming.chat).is_some();
        }
        let place = if incoming.chat.private { None } else { self.cache.place(&incoming.chat).await? };
        let unbound = !incoming.chat.private && place.is_none();
        if unbound && !heard.addressed {
            return Ok(None);
        }
        if !self.answers_here(incoming, Event::Message).await? {
            return Ok(None);
        }
        if !heard.with_names {
            heard.intents = match &place {
                Some(p) => self.understand(incoming, &issues::spoken(self, &p.course, &heard.text, heard.addressed), heard.addressed, p.names.as_ref()),
                None => self.understand_in_private(incoming, &heard).await?,
            };
        }
        let source = incoming.source();
        if !self.recent.first_time(&source) {
            return Ok(self.recent.lost(&source).and_then(|reply| self.later(incoming, reply)));
        }
        let cx = Context::read(self, incoming.clone(), heard.text, heard.addressed).await?;
        if file {
            let reply = match notices::with_file(&cx).await? {
                Some(reply) => reply,
                None => roster_drop::dropped(&cx).await?,
            };
            return Ok(self.later(incoming, reply));
        }
        // 收到 is heard without a word
        if receipt(incoming, &cx.text) && notices::received(&cx).await? {
            let (courier, incoming) = (self.courier(&incoming.chat.platform).filter(|c| c.capabilities().reaction).cloned(), incoming.clone());
            return Ok(courier.map(|courier| -> Rest {
                Box::pin(async move {
                    // an emoji that does not go harms nobody
                    let _ = courier.react(&incoming.chat, &incoming.quote_id).await;
                })
            }));
        }
        // 1 under a reminder is about the reminder, whatever else was asked
        let reminded = if bare::quotes(incoming, &cx.text) { bare::meant(&cx).await? } else { None };
        match reminded {
            Some(intent) => heard.intents = vec![intent],
            // 收到 under another message of ours needs no answer
            None if heard.intents.is_empty() && !waits && bare::quotes(incoming, &cx.text) => return Ok(None),
            None => {}
        }
        if waits
            && !heard.intents.iter().any(is_report)
            && let Some(reply) = answer::follow_up(&cx).await?
        {
            return Ok(self.later(incoming, reply));
        }
        if screenshot::is_alone(incoming, &heard.intents) && !unbound {
            let bot = self.clone();
            return Ok(Some(Box::pin(async move {
                let reply = screenshot::alone(&cx, &heard.intents).await;
                bot.finish(&cx.incoming, reply).await;
            })));
        }
        if heard.intents.is_empty() {
            heard.intents.extend(meant_here::meant(&cx).await?);
        }
        if heard.intents.is_empty() {
            return Ok(if heard.addressed { self.later(incoming, help::puzzled(&cx)) } else { None });
        }
        if waits && heard.intents.iter().any(|i| moves_on(i) && !only_reads(i)) {
            let only_reports = heard.intents.iter().all(|i| is_report(i) || matches!(i, Intent::Chain { .. }));
            cx.lapse(only_reports).await?;
        }
        if unbound && heard.intents.iter().any(|i| !without_place(i)) {
            return Err(Mistake::new("chat-not-bound").into());
        }
        if cx.speaker.is_none() && heard.intents.iter().any(|i| !without_account(i)) {
            let reply = accounts::stranger(&cx).await?;
            return Ok(self.later(incoming, reply));
        }
        if let Some(reply) = whose::unclear(&cx, &heard.intents).await? {
            return Ok(self.later(incoming, reply));
        }
        if heard.intents.iter().all(|i| enters(&cx, i)) {
            return self.enter(cx, heard.intents).await.map(Some);
        }
        if heard.intents.iter().all(only_reads) {
            let bot = self.clone();
            return Ok(Some(Box::pin(async move {
                let reply = bot.work(&cx, &heard.intents).await;
                bot.finish(&cx.incoming, reply).await;
            })));
        }
        let reply = self.work(&cx, &heard.intents).await?;
        Ok(self.later(incoming, reply))
    }

    /// In a private chat the names are those of the speaker's branch, or of the one that an officer names.
    async fn understand_in_private(&self, incoming: &Incoming, heard: &Heard) -> Result<Vec<Intent>, Fault> {
        let Some(known) = self.cache.known(&incoming.sender).await? else { return Ok(heard.intents.clone()) };
        let branch = match (units::spoken_of(self, &known, &heard.text).await?, known.branches.first()) {
            (Some(named), _) => Some(named),
            (None, Some(own)) => self.cache.branch(*own).await?,
            (None, None) => None,
        };
        let Some(branch) = branch else { return Ok(heard.intents.clone()) };
        let text = issues::spoken(self, &branch.roster.course, &heard.text, heard.addressed);
        Ok(self.understand(incoming, &text, heard.addressed, branch.names.as_ref()))
    }

    /// Whether this account of ours is the one that answers in the chat. What came while another was to answer that
    /// turned out to be gone is answered first; what another is to answer is held `as` the event that it was.
    pub(in crate::action) async fn answers_here(self: &Arc<Self>, incoming: &Arc<Incoming>, event: fn(Box<Incoming>) -> Event) -> Result<bool, Fault> {
        let heard_at = lanes::heard_at().unwrap_or_else(|| self.now());
        let answers = self.voices.answers(&incoming.chat, &incoming.bot, heard_at).await?;
        match answers {
            Answers::We => {}
            Answers::Answered => return Ok(false),
            Answers::WeNow | Answers::WeNext => {
                if let Some(courier) = self.courier(&incoming.chat.platform) {
                    courier.speaks(&incoming.chat, &incoming.bot);
                }
                for earlier in self.voices.unanswered(Some(&incoming.chat)) {
                    self.catch_up(earlier).await;
                }
                return Ok(answers == Answers::WeNow);
            }
            Answers::Another(account) => {
                self.voices.hold(&incoming.chat, event(Box::new((**incoming).clone())), heard_at, account);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// All of what was held.
    fn catch_up(self: &Arc<Self>, held: Event) -> BoxFuture<'static, ()> {
        let bot = self.clone();
        Box::pin(async move { bot.handle(held).await })
    }

    /// Queues reports for the ledger before the chat goes on; waiting and answering are the rest.
    async fn enter(self: &Arc<Self>, cx: Context, intents: Vec<Intent>) -> Result<Rest, Error> {
        let (cx, post) = fresh::prepare(self, cx, &intents).await?;
        let pending = self.store.post(post.clone()).await;
        let bot = self.clone();
        Ok(Box::pin(async move {
            let outcome = pending.await.unwrap_or(Err(Fault::Closed));
            match outcome {
                Ok(outcome) => bot.acknowledge(&screenshot::beside(cx, &post, &outcome).await, &post, &outcome).await,
                Err(Fault::Stale) => bot.enter_again(cx, &intents, &post).await,
                Err(fault) => {
                    bot.recent.forget(&cx.incoming.source());
                    bot.finish(&cx.incoming, Err(fault.into())).await;
                }
            }
        }))
    }

    /// The roster changed between reading and writing: reads again and tries again.
    async fn enter_again(self: &Arc<Self>, mut cx: Context, intents: &[Intent], stale: &Post) {
        let mut units: Vec<_> = stale.relies.iter().map(|(id, _)| *id).collect();
        for _ in 0..STALE_TRIES {
            self.cache.forget(&units);
            let again = async {
                cx = Context::read(self, cx.incoming.clone(), cx.text.clone(), cx.addressed).await?;
                let (post, left_out) = report::prepare(&cx, intents).await?;
                cx.left_out = left_out;
                let outcome = report::enter(&cx, &post).await;
                Ok::<_, Error>((post, outcome))
            };
            match again.await {
                Ok((post, Ok(outcome))) => return self.acknowledge(&screenshot::beside(cx, &post, &outcome).await, &post, &outcome).await,
                Ok((post, Err(Fault::Stale))) => units = post.relies.iter().map(|(id, _)| *id).collect(),
                Ok((_, Err(fault))) => return self.finish(&cx.incoming, Err(fault.into())).await,
                Err(error) => return self.finish(&cx.incoming, Err(error)).await,
            }
        }
        self.finish(&cx.incoming, Err(Fault::Stale.into())).await;
    }

    /// Tells what became of reports, in the way that the chat is set to.
    async fn acknowledge(self: &Arc<Self>, cx: &Context, post: &Post, outcome: &Outcome) {
        for verdict in &outcome.verdicts {
            let kind = match verdict {
                Verdict::Recorded { .. } if outcome.replayed => "known",
                Verdict::Recorded { .. } => "new",
                Verdict::Already { .. } => "known",
                Verdict::Ask(_) | Verdict::Refused(_) => "refused",
            };
            self.metrics.records(kind, 1);
        }
        let lines: Vec<_> =
            outcome.verdicts.iter().map(|v| if let Verdict::Recorded { lines, many_months: false } = v { lines.as_slice() } else { &[] }).collect();
        // leave is no report of something done: it is answered by itself
        let all_recorded = lines.iter().all(|l| l.first().is_some_and(|l| !matches!(l.state, Some(State::Personal | State::Sick))));
        if all_recorded && cx.left_out.is_empty() && !cx.private() {
            match self.ack(cx, lines.first().and_then(|l| l.first()).map_or("", |l| l.key.duty.as_str())) {
                Ack::Gathered => {
                    let due = self.now() + self.config.bot.answers.gather_seconds * 1000;
                    for line in lines.into_iter().flatten() {
                        if let Ok(Some(branch)) = self.cache.branch(line.key.branch).await
                            && let Some(member) = branch.roster.member(line.key.person)
                        {
                            self.gather.add(&cx.incoming, &line.key.duty, member.person, &cx.called(&branch, member), due);
                        }
                    }
                    return;
                }
                Ack::Reaction => {
                    let courier = self.courier(&cx.incoming.chat.platform).filter(|c| c.capabilities().reaction);
                    lanes::written();
                    if let Some(courier) = courier
                        && courier.react(&cx.incoming.chat, &cx.incoming.quote_id).await.is_ok()
                    {
                        return;
                    }
                }
                Ack::Each => {}
            }
        }
        let reply = report::told(cx, post, outcome).await;
        self.finish(&cx.incoming, reply).await;
    }

    fn ack(&self, cx: &Context, duty: &str) -> Ack {
        let answers = &self.config.bot.answers;
        if let Some(chosen) = cx.place.as_ref().and_then(|p| p.chat.ack).or(answers.ack) {
            // an answer to each of what was missed would be a flood
            return if cx.incoming.missed && chosen == Ack::Each { Ack::Gathered } else { chosen };
        }
        let usual = self.config.duty(duty).map(|d| d.ack).unwrap_or_default();
        let crowd = answers.crowd > 0 && self.gather.crowd(&cx.incoming.chat, self.now(), answers.crowd, answers.crowd_seconds * 1000);
        if usual == Ack::Each && (crowd || cx.incoming.missed) { Ack::Gathered } else { usual }
    }

    /// Does intents one after the other; one answer for all.
    pub(in crate::action) async fn work(self: &Arc<Self>, cx: &Context, intents: &[Intent]) -> Result<Reply, Error> {
        let mut all = Reply::silence();
        let (reports, others): (Vec<Intent>, Vec<Intent>) = intents.iter().cloned().partition(|i| enters(cx, i));
        if !reports.is_empty() {
            all = report::now(cx, &reports).await?;
        }
        for intent in &others {
            all = all.and(dispatch::dispatch(cx, intent).await?);
        }
        Ok(all)
    }

    /// What a message that is looked at again means, with the names of its place.
    pub(in crate::action) async fn heard_again(&self, incoming: &Incoming) -> Result<(String, bool, Vec<Intent>), Fault> {
        if !incoming.chat.private {
            self.cache.place(&incoming.chat).await?;
        }
        let mut heard = self.hear(incoming).await;
        if incoming.chat.private {
            heard.intents = self.understand_in_private(incoming, &heard).await?;
        }
        Ok((heard.text, heard.addressed, heard.intents))
    }

    #[expect(clippy::unnecessary_wraps, reason = "what a message leaves to do is none or this")]
    pub(in crate::action) fn later(self: &Arc<Self>, incoming: &Arc<Incoming>, reply: Reply) -> Option<Rest> {
        let (bot, incoming) = (self.clone(), incoming.clone());
        Some(Box::pin(async move { bot.reply(&incoming, reply).await }))
    }
}

/// Whether this is entered as it was said: not leave that is decided first.
fn enters(cx: &Context, intent: &Intent) -> bool {
    is_report(intent) && !leave::waits(cx, intent) && !excuse::meant_by(cx, intent)
}

/// Whether it says, in a group, that a notice was read.
fn receipt(incoming: &Incoming, text: &str) -> bool {
    !incoming.chat.private && crate::language::receipt(text)
}

/// What was heard of a message.
struct Heard {
    text: String,
    addressed: bool,
    intents: Vec<Intent>,
    with_names: bool,
}

pub(in crate::action) fn is_report(intent: &Intent) -> bool {
    matches!(intent, Intent::Report { .. } | Intent::CheckIn { .. } | Intent::Leave { .. } | Intent::Voluntary { .. })
}

/// Opens, closes or enters something of a meeting, or of one that only a list's head names.
fn of_a_meeting(intent: &Intent) -> bool {
    matches!(intent, Intent::Open { .. } | Intent::Close { .. } | Intent::CheckIn { .. } | Intent::Leave { .. } | Intent::Chain { .. })
}

/// Is something else than the answer to a question. A bare 确认 is looked at beside the open one, and drops it itself.
fn moves_on(intent: &Intent) -> bool {
    let answers = matches!(intent, Intent::Yes | Intent::No | Intent::Choose { .. } | Intent::Unclear { .. });
    !answers && !matches!(intent, Intent::Approve { names, .. } if names.is_empty())
}

/// Changes nothing that the chat's next message could depend on.
fn only_reads(intent: &Intent) -> bool {
    matches!(
        intent,
        Intent::Missing { .. }
            | Intent::Stats { .. }
            | Intent::Own
            | Intent::Help
            | Intent::Coverage
            | Intent::Checkup
            | Intent::Export { .. }
            | Intent::Return { .. }
            | Intent::CashBook { .. }
            | Intent::Receipt { .. }
            | Intent::Rate { .. }
    )
}

/// Makes sense in a group that is bound to nothing.
fn without_place(intent: &Intent) -> bool {
    matches!(intent, Intent::Setup { .. } | Intent::Activate { .. } | Intent::Help)
}

/// Makes sense for an account that is nobody's.
fn without_account(intent: &Intent) -> bool {
    matches!(intent, Intent::Bind { .. } | Intent::Activate { .. } | Intent::Help | Intent::Yes | Intent::No | Intent::Choose { .. })
}
