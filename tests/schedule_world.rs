//! What the schedule's stories share: a house with branches on a clock that is moved by hand, and a fake platform.

use crate::support::courier::FakeCourier;
use crate::support::db::Db;
use futures_util::FutureExt;
use std::sync::Arc;
use zhibu::action::reminding::alarm::Alarms;
use zhibu::config::{Config, Env};
use zhibu::domain::calendar::{Period, Zone};
use zhibu::domain::duty::{Audience, Missed, Reminder};
use zhibu::domain::ids::{OrgId, PersonId};
use zhibu::domain::ledger::{Entry, Post, Subject};
use zhibu::domain::message::{AccountKey, ChatKey, Courier};
use zhibu::domain::record::{Evidence, Session};
use zhibu::domain::roster::{MemberFields, NewMember, Org, OrgKind, RosterChange};
use zhibu::effects::ManualClock;
use zhibu::error::Fault;
use zhibu::metrics::Metrics;
use zhibu::report::tally::owing_people;
use zhibu::schedule::{Counts, Deliverer, Housekeeper, Parts, Scheduler, Sending};
use zhibu::store::Store;

/// The zone of the stories.
pub const ZONE: Zone = Zone(chrono_tz::Asia::Shanghai);

/// The instant of a local time `2026-11-22 18:00`.
pub fn at(text: &str) -> i64 {
    ZONE.instant(chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
}

/// A reminder to the group, with two hours of grace.
pub fn reminder(key: &str, cron: &str) -> Reminder {
    Reminder {
        key: key.into(),
        cron: cron.into(),
        before: None,
        off: None,
        quiet: true,
        missed: Missed::Once,
        zone: ZONE,
        audience: vec![Audience::Group],
        period: 0,
        grace_minutes: 120,
        unpaid: None,
        check_in: None,
        filing: false,
    }
}

/// The defaults, where study reminds the group on Sunday at 18:00, dues the group and the secretary on the 28th at
/// 19:00, and nothing else does.
pub fn config() -> Config {
    let mut config = Config::load(None, &Env::default()).unwrap();
    for duty in &mut config.duties {
        duty.reminders = match duty.key.as_str() {
            "study" => vec![reminder("sunday", "0 18 * * SUN")],
            "dues" => vec![Reminder { audience: vec![Audience::Group, Audience::Secretary], ..reminder("month_end", "0 19 28 * *") }],
            _ => vec![],
        };
    }
    config
}

/// A house.
pub struct World {
    pub db: Db,
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub courier: Arc<FakeCourier>,
    pub parts: Parts,
}

/// A branch with its members' ids, in the order given.
pub struct Branch {
    pub org: Org,
    pub people: Vec<PersonId>,
}

impl World {
    /// An empty house at this local time.
    pub async fn new(db: Db, now: &str) -> Self {
        Self::with(db, now, config()).await
    }

    pub async fn with(db: Db, now: &str, config: Config) -> Self {
        let clock = db.clock.clone();
        clock.set(at(now));
        let effects = db.effects(7);
        let store = Store::open(&db.options(), &effects).await.unwrap();
        let courier = FakeCourier::new("onebot");
        let couriers: Vec<Arc<dyn Courier>> = vec![courier.clone()];
        let config = Arc::new(config);
        let alarms = Alarms::new(store.clone(), config.clone(), clock.clone(), Metrics::new());
        let parts = Parts {
            effects,
            store: store.clone(),
            config,
            couriers: couriers.into(),
            close_session: Arc::new(|_: Session| async { Ok::<(), Fault>(()) }.boxed()),
            sending: Sending { timeout: 50, ..Sending::default() },
            counts: Arc::new(Counts::default()),
            alarms,
        };
        Self { db, store, clock, courier, parts }
    }

    pub fn scheduler(&self) -> Scheduler {
        Scheduler::new(&self.parts).unwrap()
    }
    pub fn deliverer(&self) -> Deliverer {
        Deliverer::new(&self.parts)
    }
    pub fn housekeeper(&self) -> Housekeeper {
        Housekeeper::new(&self.parts)
    }
    pub fn now(&self) -> i64 {
        self.parts.effects.clock.now()
    }

    /// Sets the clock to a local time.
    pub fn go_to(&self, time: &str) {
        self.clock.set(at(time));
    }

    /// One step of a scheduler, and of the deliverer until the outbox has nothing more for now. What arrived.
    pub async fn tick(&self, scheduler: &mut Scheduler, deliverer: &mut Deliverer) -> Vec<String> {
        let step = scheduler.step(self.now()).await.unwrap();
        assert_eq!(step.failed, 0);
        while !deliverer.step(self.now()).await.unwrap().is_empty() {}
        self.courier.take()
    }

    /// A branch with members since September; `name@123` has the account onebot:123. Its chat is onebot:`chat`.
    pub async fn branch(&self, path: &str, members: &[&str], chat: &str) -> Branch {
        let org = self.store.create_path(path, OrgKind::Branch, "2026-09-01".parse().unwrap()).await.unwrap();
        self.store.bind_chat(&ChatKey::group("onebot", chat), org.id).await.unwrap();
        let people = self.join(&org, members, "2026-09-01").await;
        let org = self.store.org(org.id).await.unwrap().unwrap();
        Branch { org, people }
    }

    /// Members who come to a branch on that day.
    pub async fn join(&self, org: &Org, members: &[&str], from: &str) -> Vec<PersonId> {
        let add = |text: &&str| {
            let (name, account) = text.split_once('@').map_or((*text, None), |(name, id)| (name, Some(AccountKey::new("onebot", id))));
            let fields = MemberFields { accounts: account.into_iter().collect(), ..MemberFields::default() };
            RosterChange::Add(NewMember { branch: org.id, name: name.into(), from: from.parse().unwrap(), known: None, fields })
        };
        self.change(&members.iter().map(add).collect::<Vec<_>>()).await
    }

    pub async fn change(&self, changes: &[RosterChange]) -> Vec<PersonId> {
        let config = self.parts.config.clone();
        let recount = move |roster: &_, duty: &str, period: Period| config.duty(duty).map_or_else(Vec::new, |d| owing_people(d, roster, period));
        self.store.change_roster(changes, &[], None, &recount).await.unwrap()
    }

    /// Somebody did it.
    pub async fn done(&self, org: OrgId, person: PersonId, duty: &str, period: &str) {
        let period = period.parse().unwrap();
        let owed = self.parts.config.duty(duty).unwrap().owed("", None, period).unwrap();
        let subject = Subject { branch: org, person };
        self.post(org, Entry::Done { subject, duty: duty.into(), period, value: owed, owed, adds: false }).await;
    }

    /// Somebody is excused.
    pub async fn excused(&self, org: OrgId, person: PersonId, duty: &str, period: &str) {
        let periods = vec![(period.parse().unwrap(), 1)];
        self.post(org, Entry::Excuse { subject: Subject { branch: org, person }, duty: duty.into(), periods, state: None, session: None }).await;
    }

    async fn post(&self, org: OrgId, entry: Entry) {
        let id = self.parts.effects.ids.next();
        let post = Post {
            branch: org,
            source: format!("test/{id}"),
            chat: ChatKey::group("onebot", "1"),
            account: AccountKey::new("onebot", "1"),
            actor: None,
            evidence: Evidence::Own,
            at: self.now(),
            relies: vec![],
            expected: vec![],
            over: Vec::new(),
            entries: vec![entry],
        };
        self.store.post(post).await.await.unwrap().unwrap();
    }

    /// (waiting, failed) letters.
    pub async fn outbox(&self) -> (i64, i64) {
        self.store.outbox_depth().await.unwrap()
    }

    /// Ends the story.
    pub async fn end(self) {
        self.store.close().await;
    }
}
