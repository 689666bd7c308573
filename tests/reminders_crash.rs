//! The real binary, reminding forty branches every second, killed at random: before what is due is entered, before it is
//! sent, while the platform has it and nobody knows. Nothing is lost; what comes twice was under way in a process that was
//! killed. `ZHIBU_KILLS` kills more often.

use crate::support::db::{Db, on_both};
use crate::support::lacking;
use crate::support::onebot::{Answer, Format, Implementation, Sent};
use crate::support::postgres;
use crate::support::process::{Program, Running, TOKEN};
use crate::support::run;
use crate::support::source::root;
use libtest_mimic::Trial;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use zhibu::effects::{Effects, Random, SeededRandom};
use zhibu::store::Store;

pub fn tests() -> Vec<Trial> {
    let mut all = on_both("reminders_crash::killed_between_due_and_sent", killed);
    for processes in [2, 4] {
        let trial = Trial::test(format!("reminders_crash::{processes}_processes_one_killed"), move || run(async move { shared(processes).await }));
        all.push(trial.with_ignored_flag(lacking::ignore("PostgreSQL", postgres::present())));
    }
    all
}

const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCHES: usize = 40;
const FIRST_GROUP: usize = 90_000;

fn kills(usual: usize) -> usize {
    std::env::var("ZHIBU_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// Forty branches with a group each, which are reminded every second of what they owe.
async fn prepare(db: &Db) -> Program {
    let conf = db.dir().join("conf");
    std::fs::create_dir_all(conf.join("duties")).unwrap();
    std::fs::write(conf.join("bot.toml"), "[reminders]\ngroup_cap = 0\nquiet_from = \"00:00\"\nquiet_until = \"00:00\"\n").unwrap();
    let study = std::fs::read_to_string(root().join("bot-config/duties/study.toml")).unwrap();
    let (study, _) = study.split_once("[[reminder]]").unwrap();
    let every_second = "[[reminder]]\nkey = \"tick\"\ncron = \"* * * * * *\"\naudience = [\"group\"]\nmissed = \"all\"\nquiet = false\ngrace_minutes = 60\n";
    std::fs::write(conf.join("duties/study.toml"), format!("{study}{every_second}")).unwrap();
    let program = Program::new(db).configured(conf).with("ZHIBU_LOG_LEVEL", "info");
    // a number after a name would be asked about
    let stems: Vec<char> = "甲乙丙丁戊己庚辛壬癸".chars().collect();
    let row = |n: usize| format!("成{}{},{TOWN}/第{n}团支部\n", stems[n / 10], stems[n % 10]);
    let file = db.dir().join("roster.csv");
    std::fs::write(&file, format!("姓名,所在团支部\n{}", (0..BRANCHES).map(row).collect::<String>())).unwrap();
    program.does(&["import", "roster", file.to_str().unwrap(), "--apply"]).await.well();
    let store = Store::open(&db.options(), &Effects::system()).await.unwrap();
    for n in 0..BRANCHES {
        let org = store.org_by_path(&format!("{TOWN}/第{n}团支部")).await.unwrap().unwrap();
        store.bind_chat(&zhibu::domain::message::ChatKey::group("onebot", (FIRST_GROUP + n).to_string()), org.id).await.unwrap();
    }
    store.close().await;
    program
}

/// One of the accounts: each has groups of its own, and some that all of them are in.
fn account(n: usize, of: usize) -> Implementation {
    let fake = Implementation::new(&(10_001 + n).to_string(), Format::Array);
    for group in (0..BRANCHES).filter(|group| [n, of].contains(&(group % (of + 1)))) {
        fake.member(&(FIRST_GROUP + group).to_string(), "20001", "成员", "成员");
    }
    fake.ids_from(10_000_000 * (i64::try_from(n).unwrap() + 1));
    fake
}

async fn enter(fake: &Implementation, bot: &Running) {
    fake.connect(&bot.door(), Some(TOKEN)).await.unwrap();
    fake.lifecycle();
}

/// What the database says at the end, beside what arrived.
async fn prove(db: &Db, fakes: &[Implementation], kills: usize) {
    let arrived: Vec<Sent> = fakes.iter().flat_map(Implementation::all_sent).collect();
    let ids: BTreeSet<String> = arrived.iter().map(|s| s.id.to_string()).collect();
    assert_eq!(ids.len(), arrived.len(), "each that arrived has an id of its own");
    // every second of every branch was entered, once, with one letter
    let runs = db.column("SELECT CAST(org_id AS TEXT) || ' ' || CAST(scheduled_at AS TEXT) || ' ' || outcome FROM reminder_run WHERE reminder = 'study/tick' AND org_id <> 0").await;
    let mut seconds: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for run in &runs {
        let [org, at, outcome] = run.split(' ').collect::<Vec<_>>()[..] else { panic!("{run}") };
        assert_eq!(outcome, "sent", "{run}");
        seconds.entry(org.to_owned()).or_default().push(at.parse().unwrap());
    }
    assert_eq!(seconds.len(), BRANCHES);
    for (org, mut at) in seconds {
        at.sort_unstable();
        // each is worth sending for an hour: however long the machine stood still meanwhile, none is left out
        assert!(at.windows(2).all(|w| w[1] - w[0] == 1000), "branch {org} lacks a second: {at:?}");
    }
    let letters = db.column("SELECT state || ' ' || COALESCE(sent_as, '-') FROM outbox WHERE dedupe_key LIKE 'reminder/study/tick/%'").await;
    assert_eq!(letters.len(), runs.len(), "each has its letter");
    let of = |state: &str| -> Vec<&str> { letters.iter().filter_map(|l| l.strip_prefix(state)?.strip_prefix(' ')).collect() };
    assert_eq!(of("failed"), Vec::<&str>::new(), "none was given up");
    let sent = of("sent");
    let known: BTreeSet<&str> = sent.iter().copied().collect();
    assert_eq!(known.len(), sent.len(), "no message stands for two letters");
    assert!(known.iter().all(|id| ids.contains(*id)), "what is called sent has arrived");
    // what arrived and is not known came twice, or is still to be known: one for each kill at most
    let unknown = ids.len() - known.len();
    println!("{} letters, {} arrived, {unknown} unknown after {kills} kills", sent.len(), ids.len());
    assert!(unknown <= kills, "{unknown} came twice, of {} after {kills} kills", ids.len());
}

/// Waits until everything that was entered before now is out.
async fn drained(db: &Db, fakes: &[Implementation]) {
    let last = db.column("SELECT CAST(MAX(id) AS TEXT) FROM outbox").await.remove(0);
    loop {
        let left = db.column(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM outbox WHERE state = 'waiting' AND id <= {last}")).await;
        if left == ["0"] {
            return;
        }
        // what is sent next may have been one of them
        let so_far: Vec<usize> = fakes.iter().map(|f| f.all_sent().len()).collect();
        let any: Vec<_> = fakes.iter().zip(so_far).map(|(f, n)| Box::pin(f.has_sent(n + 1))).collect();
        futures_util::future::select_all(any).await;
    }
}

/// Something that may never come is waited for so long.
async fn within(moment: Duration, what: impl Future<Output = ()>) {
    let _late: Result<(), _> = tokio::time::timeout(moment, what).await;
}

async fn killed(db: Db) {
    let kills = kills(12);
    let program = prepare(&db).await;
    let fake = account(0, 0);
    let random = SeededRandom::new(if db.engine == "sqlite" { 21 } else { 22 });
    let below = |n: u64| random.below(n);
    for life in 0..kills {
        let bot = program.runs().await;
        let before = fake.all_sent().len();
        match life % 4 {
            // before anything can be sent: it is entered, or is not
            0 => within(Duration::from_micros(below(400_000)), std::future::pending()).await,
            // the platform takes it, and dies with it
            1 => {
                fake.answers("send_group_msg", Answer::Unsaid);
                enter(&fake, &bot).await;
                fake.has_sent(before + 1).await;
                fake.recovers("send_group_msg");
            }
            // it was told, and may just be writing that down
            2 => {
                enter(&fake, &bot).await;
                fake.has_sent(before + 1 + usize::try_from(below(20)).unwrap()).await;
                within(Duration::from_micros(below(3_000)), std::future::pending()).await;
            }
            _ => {
                enter(&fake, &bot).await;
                within(Duration::from_micros(below(300_000)), std::future::pending()).await;
            }
        }
        bot.dies();
        if life % 4 != 0 {
            fake.closed().await;
        }
    }
    let bot = program.runs().await;
    enter(&fake, &bot).await;
    drained(&db, std::slice::from_ref(&fake)).await;
    bot.dies();
    fake.closed().await;
    prove(&db, &[fake], kills + 1).await;
}

async fn shared(processes: usize) {
    let kills = kills(3);
    let db = Db::postgres();
    let program = prepare(&db).await;
    let fakes: Vec<Implementation> = (0..processes).map(|n| account(n, processes)).collect();
    let mut bots = Vec::new();
    for fake in &fakes {
        let bot = program.runs().await;
        enter(fake, &bot).await;
        bots.push(bot);
    }
    let random = SeededRandom::new(i64::try_from(processes).unwrap());
    for _ in 0..kills {
        let all: usize = fakes.iter().map(|f| f.all_sent().len()).sum();
        let busy = async {
            while fakes.iter().map(|f| f.all_sent().len()).sum::<usize>() < all + 40 {
                let any: Vec<_> = fakes.iter().map(|f| Box::pin(f.has_sent(f.all_sent().len() + 1))).collect();
                futures_util::future::select_all(any).await;
            }
        };
        busy.await;
        within(Duration::from_micros(random.below(100_000)), std::future::pending()).await;
        let victim = usize::try_from(random.below(processes as u64)).unwrap();
        bots.remove(victim).dies();
        fakes[victim].closed().await;
        let bot = program.runs().await;
        enter(&fakes[victim], &bot).await;
        bots.insert(victim, bot);
    }
    drained(&db, &fakes).await;
    for (bot, fake) in bots.into_iter().zip(&fakes) {
        bot.dies();
        fake.closed().await;
    }
    assert!(fakes.iter().all(|f| !f.all_sent().is_empty()), "they share the work");
    prove(&db, &fakes, kills + processes).await;
}
