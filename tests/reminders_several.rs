//! A branch with several groups: each of them is reminded, or those alone that its secretary prefers; a meeting that nobody
//! opened yet is nobody's absence.

use crate::schedule_world::{Branch, World, config, reminder};
use crate::support::courier::FakeCourier;
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use crate::support::process::Program;
use crate::support::story;
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::config::Config;
use zhibu::domain::chats::ChatReminders;
use zhibu::domain::duty::Reminder;
use zhibu::domain::ids::SessionId;
use zhibu::domain::message::{ChatKey, Courier};
use zhibu::domain::record::Session;
use zhibu::domain::role::Role;
use zhibu::schedule::{Scheduler, Teller};
use zhibu::store::sending::reminders::{Outcome, Told};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    let mut all: Vec<Trial> = [
        on_both("reminders_several::each_group_is_told_and_it_counts_once", each_group),
        on_both("reminders_several::the_preferred_groups_alone", the_preferred),
        on_both("reminders_several::praise_and_check_in_go_there_too", praise_and_check_in),
        on_both("reminders_several::a_group_that_failed_is_told_again_alone", one_fails),
        on_both("reminders_several::one_that_is_bound_no_more", one_is_gone),
        on_both("reminders_several::what_was_asked_for_fails_in_one", asked_for),
        on_both("reminders_several::said_in_the_group", said_in_the_group),
        on_both("reminders_several::a_meeting_that_nobody_opened", unopened),
        on_both("reminders_several::a_meeting_that_nobody_opened_is_nobodys_absence_in_chat", unopened_in_chat),
    ]
    .into_iter()
    .flatten()
    .collect();
    all.push(story("reminders_several::said_on_the_command_line", on_the_command_line));
    all
}

/// The defaults, with these reminders of one duty alone.
fn only(duty: &str, reminders: &[Reminder]) -> Config {
    let mut config = config();
    for d in &mut config.duties {
        d.reminders = if d.key == duty { reminders.to_vec() } else { vec![] };
    }
    config
}

fn sundays() -> Vec<Reminder> {
    [("five", 17), ("six", 18), ("seven", 19)].map(|(key, hour)| reminder(key, &format!("0 {hour} * * SUN"))).to_vec()
}

/// 张三 (with an account) and 王五 (without) in two QQ groups and one on Telegram; and Telegram.
async fn three_groups(db: Db, config: Config) -> (World, Branch, Arc<FakeCourier>) {
    let mut w = World::with(db, "2026-11-16 09:00", config).await;
    let telegram = FakeCourier::new("telegram");
    let couriers: Vec<Arc<dyn Courier>> = vec![w.courier.clone(), telegram.clone()];
    w.parts.couriers = couriers.into();
    let b = w.branch("县/甲支部", &["张三@101", "王五"], "90000").await;
    for chat in [ChatKey::group("onebot", "90001"), ChatKey::group("telegram", "-7")] {
        w.clock.advance(1000);
        w.store.bind_chat(&chat, b.org.id).await.unwrap();
    }
    w.scheduler().step(w.now()).await.unwrap();
    (w, b, telegram)
}

async fn prefer(w: &World, chat: &ChatKey, reminders: ChatReminders) {
    let mut chat = w.store.chat(chat).await.unwrap().unwrap();
    chat.reminders = reminders;
    w.store.set_chat(&chat).await.unwrap();
}

/// What arrives at that time, in all chats, sorted.
async fn heard(w: &World, telegram: &FakeCourier, time: &str) -> Vec<String> {
    w.go_to(time);
    let mut all = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    all.extend(telegram.take());
    all.sort();
    all
}

async fn each_group(db: Db) {
    let mut config = only("study", &sundays());
    config.bot.reminders.group_cap = 2;
    let (w, b, telegram) = three_groups(db, config).await;
    let qq = "青年大学习（本周）今天 20:00截止，还差 2 位：@张三 王五\n记得完成，弄好了在群里说一声就行。";
    let tg = "青年大学习（本周）今天 20:00截止，还差 2 位：张三、王五\n记得完成，弄好了在群里说一声就行。";
    let all = [format!("onebot:90000: {qq}"), format!("onebot:90001: {qq}"), format!("telegram:-7: {tg}")];
    assert_eq!(heard(&w, &telegram, "2026-11-22 17:00").await, all);
    let told = w.store.reminded(&[b.org.id], "2026-11-22").await.unwrap();
    let once = |n: usize| told.get(&Told { branch: b.org.id, person: b.people[n], private: false }).copied();
    assert_eq!((once(0), once(1), told.len()), (Some(1), Some(1), 2), "in three groups, by one reminder");
    assert_eq!(heard(&w, &telegram, "2026-11-22 18:00").await, all, "twice a day is allowed");
    assert_eq!(heard(&w, &telegram, "2026-11-22 19:00").await, Vec::<String>::new());
    let log = w.store.reminder_log(b.org.id, 3).await.unwrap();
    let seen: Vec<_> = log.iter().map(|l| (l.outcome, l.told.len(), l.letters)).collect();
    assert_eq!(seen, [(Outcome::Spared, 0, (0, 0, 0)), (Outcome::Sent, 2, (3, 0, 0)), (Outcome::Sent, 2, (3, 0, 0))]);
    w.end().await;
}

async fn the_preferred(db: Db) {
    let mut config = only("study", &sundays());
    config.bot.reminders.group_cap = 0;
    let (w, b, telegram) = three_groups(db, config).await;
    let places = async |time: &str| heard(&w, &telegram, time).await.iter().map(|said| said.split(": ").next().unwrap().to_owned()).collect::<Vec<_>>();
    let (first, second, tg) = (ChatKey::group("onebot", "90000"), ChatKey::group("onebot", "90001"), ChatKey::group("telegram", "-7"));
    prefer(&w, &tg, ChatReminders::Only).await;
    assert_eq!(places("2026-11-22 17:00").await, ["telegram:-7"]);
    prefer(&w, &second, ChatReminders::Only).await;
    assert_eq!(places("2026-11-22 18:00").await, ["onebot:90001", "telegram:-7"]);
    for chat in [&second, &tg] {
        prefer(&w, chat, ChatReminders::Yes).await;
    }
    prefer(&w, &first, ChatReminders::No).await;
    assert_eq!(places("2026-11-22 19:00").await, ["onebot:90001", "telegram:-7"]);
    // where none is wanted nothing goes, and it is known why
    for chat in [&second, &tg] {
        prefer(&w, chat, ChatReminders::No).await;
    }
    assert_eq!(places("2026-11-29 17:00").await, Vec::<String>::new());
    assert_eq!(w.store.reminder_log(b.org.id, 1).await.unwrap()[0].outcome, Outcome::Paused);
    // the preferred one is away: it waits for it, and goes nowhere else
    prefer(&w, &tg, ChatReminders::Only).await;
    telegram.connected(&tg, false);
    assert_eq!(places("2026-11-29 18:00").await, Vec::<String>::new());
    assert_eq!(w.outbox().await, (1, 0));
    telegram.connected(&tg, true);
    assert_eq!(places("2026-11-29 18:30").await, Vec::<String>::new(), "what waited so long is written anew first");
    assert_eq!(places("2026-11-29 18:31").await, ["telegram:-7"]);
    // what it was to one unit's reminders it is not to another's
    let other = w.branch("县/乙支部", &[], "90009").await;
    assert_eq!(w.store.bind_chat(&tg, other.org.id).await.unwrap().reminders, ChatReminders::Yes);
    w.end().await;
}

async fn praise_and_check_in(db: Db) {
    let mut config = only("study", &[reminder("five", "0 17 * * SUN")]);
    config.bot.reminders.praise = true;
    let opens = Reminder { check_in: Some(90), ..reminder("opens", "0 19 28 * *") };
    for d in config.duties.iter_mut().filter(|d| d.key == "theme_day") {
        d.reminders = vec![opens.clone()];
    }
    let (w, b, telegram) = three_groups(db, config).await;
    for person in &b.people {
        w.done(b.org.id, *person, "study", "2026-W47").await;
    }
    let words = "本周青年大学习 2 位都完成了，给大家点个赞！";
    assert_eq!(
        heard(&w, &telegram, "2026-11-22 17:00").await,
        [format!("onebot:90000: {words}"), format!("onebot:90001: {words}"), format!("telegram:-7: {words}")]
    );
    prefer(&w, &ChatKey::group("onebot", "90001"), ChatReminders::No).await;
    let words = "主题团日签到开始了，20:30 截止。在群里回“签到”就行。";
    assert_eq!(heard(&w, &telegram, "2026-11-28 19:00").await, [format!("onebot:90000: {words}"), format!("telegram:-7: {words}")]);
    w.end().await;
}

async fn one_fails(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let (first, second) = (house.unbound_group("90000"), house.group("90001", BRANCH).await);
    let secretary = ChatKey::private(&account("李四"));
    house.wire.mutes(&second.chat, true);
    house.reminded_after(6 * 60).await;
    let all = "青年大学习（本周）今天 20:00截止，还差 3 位：@张三 @李四 @王五 \n记得完成，弄好了在群里说一声就行。";
    assert_eq!(house.read(&first.chat), all);
    assert_eq!(house.read(&secretary), "第一团支部 本周青年大学习还差 3 位：张三、李四、王五");
    // in the group that was reached they are told, whatever became of the other
    let branch = house.store().org_by_path(BRANCH).await.unwrap().unwrap();
    let told = house.store().reminded(&[branch.id], "2026-11-22").await.unwrap();
    assert_eq!(told.values().copied().collect::<Vec<_>>(), [1, 1, 1]);
    house.later(1).await;
    house.tells(&mut Teller::new(&house.schedule())).await;
    assert_eq!(house.read(&secretary), "第一团支部有 1 条提醒没发出去：\n今天 18:00 青年大学习（群里）：我被禁言了\n还要发就回“重发”，只会提醒还没完成的。");
    house.wire.mutes(&second.chat, false);
    assert_eq!(first.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(house.whispers("李四", "重发").await, "好的，重发 1 条，已经完成的不会再提醒。");
    let mut scheduler = Scheduler::new(&house.schedule()).unwrap();
    scheduler.step(house.bot.now()).await.unwrap();
    house.delivered().await;
    assert_eq!(house.read(&second.chat), "青年大学习（本周）今天 20:00截止，还差 2 位：@李四 @王五 \n记得完成，弄好了在群里说一声就行。");
    assert_eq!(house.read(&first.chat), "", "it read it");
    let told = house.store().reminded(&[branch.id], "2026-11-22").await.unwrap();
    assert_eq!(told.values().copied().collect::<Vec<_>>(), [1, 1, 1], "one reminder, however often a letter of it was written");
    house.ends().await;
}

/// A letter failed in a group that is another unit's by now: the group that took its place is told, the one that read it is not.
async fn one_is_gone(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let (first, gone) = (house.unbound_group("90000"), house.group("90001", BRANCH).await);
    house.wire.mutes(&gone.chat, true);
    house.reminded_after(6 * 60).await;
    assert!(house.read(&first.chat).starts_with("青年大学习（本周）") && !house.read(&ChatKey::private(&account("李四"))).is_empty());
    house.group("90001", OTHER).await;
    let fresh = house.group("90002", BRANCH).await;
    assert_eq!(house.whispers("李四", "重发").await, "好的，重发 1 条，已经完成的不会再提醒。");
    Scheduler::new(&house.schedule()).unwrap().step(house.bot.now()).await.unwrap();
    house.delivered().await;
    assert_eq!(house.read(&fresh.chat), "青年大学习（本周）今天 20:00截止，还差 3 位：@张三 @李四 @王五 \n记得完成，弄好了在群里说一声就行。");
    house.ends().await;
}

async fn asked_for(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let (first, second) = (house.unbound_group("90000"), house.group("90001", BRANCH).await);
    house.wire.mutes(&second.chat, true);
    assert_eq!(house.whispers("李四", "提醒没看大学习的").await, "已经提醒了，还差 3 位。");
    house.delivered().await;
    let all = "青年大学习（本周）今天 20:00截止，还差 3 位：@张三 @李四 @王五 \n记得完成，弄好了在群里说一声就行。";
    assert_eq!(house.read(&first.chat), all);
    house.wire.mutes(&second.chat, false);
    assert_eq!(house.whispers("李四", "重发").await, "好的，重发 1 条，已经完成的不会再提醒。");
    house.delivered().await;
    assert_eq!((house.read(&first.chat).as_str(), house.read(&second.chat).as_str()), ("", all));
    // what was asked for counts, once
    house.reminded_after(6 * 60).await;
    assert_eq!((house.read(&first.chat), house.read(&second.chat)), (String::new(), String::new()), "they were told today");
    assert!(!house.read(&ChatKey::private(&account("李四"))).is_empty(), "the secretary reads the list all the same");
    house.ends().await;
}

async fn said_in_the_group(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let (first, second, third) = (house.unbound_group("90000"), house.group("90001", BRANCH).await, house.group("90002", BRANCH).await);
    let asked = async |ask: &str| {
        assert_eq!(house.whispers("李四", ask).await, "已经提醒了，还差 3 位。");
        house.delivered().await;
        [&first, &second, &third].map(|g| !house.read(&g.chat).is_empty())
    };
    assert_eq!(first.asks("张三", "提醒只发本群").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(first.says("李四", "提醒只发本群").await, "", "not said to the bot");
    assert_eq!(asked("提醒没看大学习的").await, [true; 3]);
    assert_eq!(second.asks("李四", "以后提醒只发到这个群就行").await, "好的，第一团支部的提醒以后只发本群。想改回来说“每个群都提醒”。");
    assert_eq!(asked("提醒没看大学习的").await, [false, true, false]);
    assert_eq!(third.asks("李四", "本群也提醒").await, "好的，本群以后也发提醒。");
    assert_eq!(asked("提醒没看大学习的").await, [false, true, true]);
    assert_eq!(first.asks("李四", "提醒只发本群").await, "好的，第一团支部的提醒以后只发本群。想改回来说“每个群都提醒”。");
    assert_eq!(asked("提醒没看大学习的").await, [true, false, false]);
    assert_eq!(house.whispers("李四", "本群不发提醒").await, "请到要设置的群里@我说；要每个群都发，说“每个群都提醒”。");
    assert_eq!(house.whispers("李四", "每个群都提醒").await, "好的，第一团支部的 3 个群以后都发提醒。");
    assert_eq!(asked("提醒没看大学习的").await, [true; 3]);
    assert_eq!(first.asks("李四", "本群别发提醒了").await, "好的，本群以后不发提醒。想改回来说“本群也提醒”。");
    assert_eq!(asked("提醒没看大学习的").await, [false, true, true]);
    second.asks("李四", "本群不发提醒").await;
    assert_eq!(third.asks("李四", "本群不发提醒").await, "好的，本群以后不发提醒。这样第一团支部就没有群收提醒了，想要的话说“本群也提醒”。");
    assert_eq!(
        house.whispers("李四", "提醒没看大学习的").await,
        "本周青年大学习还差 3 位，可他们支部的群都设了不发提醒，没提醒：想发就在群里@我说“本群也提醒”。"
    );
    // the preview knows it: the list goes to the secretary, nobody is named
    assert_eq!(house.whispers("李四", "今天会提醒谁").await, "照现在的记录，11月22日会提醒：\n今天 18:00 青年大学习：3 位（张三、李四、王五）");
    house.reminded_after(6 * 60).await;
    assert_eq!(house.read(&ChatKey::private(&account("李四"))), "第一团支部 本周青年大学习还差 3 位：张三、李四、王五");
    house.ends().await;
}

fn session(w: &World, b: &Branch) -> Session {
    Session {
        id: SessionId(w.parts.effects.ids.next()),
        org: b.org.id,
        duty: "theme_day".into(),
        period: "2026-11".parse().unwrap(),
        topic: None,
        team: None,
        code: None,
        opened_at: w.now(),
        closes_at: None,
        closed_at: None,
        opened_by: Some(b.people[0]),
        rolls: None,
    }
}

async fn unopened(db: Db) {
    let times = [("one", 18), ("two", 19), ("three", 20)].map(|(key, hour)| reminder(key, &format!("0 {hour} 25 * *")));
    let w = World::with(db, "2026-11-16 09:00", only("theme_day", &times)).await;
    let a = w.branch("县/镇/甲支部", &["张三@101", "李四@102"], "90000").await;
    let b = w.branch("县/镇/乙支部", &["王五@103"], "90001").await;
    let nobody = w.branch("县/丙支部", &["赵六@104"], "90002").await;
    w.store.grant(a.people[1], a.org.id, Role::Secretary, None).await.unwrap();
    w.store.grant(b.people[0], b.org.id, Role::Secretary, None).await.unwrap();
    w.scheduler().step(w.now()).await.unwrap();
    w.go_to("2026-11-25 18:00");
    let mut said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    said.sort();
    let words = |unit: &str| format!("{unit} 11月主题团日还没开始签到，这次没在群里提醒：开的时候@我说“开始签到 主题团日”就行。");
    assert_eq!(said, [format!("onebot:@102: {}", words("甲支部")), format!("onebot:@103: {}", words("乙支部"))]);
    assert_eq!(w.store.reminder_log(nobody.org.id, 1).await.unwrap()[0].outcome, Outcome::Unreached);
    assert!(w.store.reminded(&[a.org.id], "2026-11-25").await.unwrap().is_empty(), "nobody was reminded");
    // one that was opened, and one above: whoever did not check in is missing
    w.store.open_session(&session(&w, &a), None).await.unwrap();
    w.go_to("2026-11-25 19:00");
    let mut said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    said.sort();
    let named = |names: &str, n: usize| format!("主题团日（11月）11月30日周一 23:59截止，还差 {n} 位：{names}\n记得签到，弄好了在群里说一声就行。");
    assert_eq!(said, [format!("onebot:90000: {}", named("@张三 @李四 ", 2)), format!("onebot:@103: {}", words("乙支部"))]);
    let town = w.store.org_by_path("县/镇").await.unwrap().unwrap();
    w.store.open_session(&Session { org: town.id, ..session(&w, &b) }, None).await.unwrap();
    w.go_to("2026-11-25 20:00");
    let said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    assert_eq!(said, [format!("onebot:90001: {}", named("@王五 ", 1))], "the others were told today");
    // another month is another meeting
    w.go_to("2026-12-25 18:00");
    let said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    assert!(said.len() == 2 && said.iter().all(|s| s.contains("还没开始签到")), "{said:?}");
    w.end().await;
}

async fn unopened_in_chat(db: Db) {
    let house = House::of_two(db, BRANCH, OTHER).await;
    let group = house.unbound_group("90000");
    let not_yet = "11月主题团日还没开始签到，没有要提醒的人：开的时候@我说“开始签到 主题团日”。";
    assert_eq!(group.asks("李四", "现在提醒没签到的").await, not_yet);
    assert_eq!(group.asks("李四", "25号会提醒谁").await, "照现在的记录，11月25日会提醒：\n11月25日周三 19:00 主题团日：还没开始签到，只私下告诉团支书");
    house.grant("李四", Role::Secretary, "余庆县团委/白泥镇团委").await;
    house.bot.cache.forget_all();
    assert_eq!(house.whispers("李四", "现在提醒没签到的").await, "11月主题团日有 2 个支部还没开始签到，没有要提醒的人：开的时候@我说“开始签到 主题团日”。");
    assert_eq!(group.asks("李四", "开始签到 主题团日").await, "主题团日签到开始了，23:59 截止。在群里回“签到”就行。", "as the words say");
    assert!(group.says("张三", "签到").await.contains("张三"));
    assert_eq!(group.asks("李四", "现在提醒没签到的").await, "已经提醒了，还差 2 位。");
    house.delivered().await;
    assert_eq!(house.read(&group.chat), "主题团日（11月）11月30日周一 23:59截止，还差 2 位：@李四 @王五 \n记得签到，弄好了在群里说一声就行。");
    assert_eq!(group.asks("李四", "25号会提醒谁").await, "照现在的记录，11月25日会提醒：\n11月25日周三 19:00 主题团日：2 位（李四、王五）");
    // at another meeting of the month everybody is awaited again, who was at the first one too
    let end = group.asks("李四", "结束签到").await;
    assert!(end.contains("李四、王五"), "{end}");
    assert!(group.asks("李四", "开始签到 学雷锋").await.starts_with("主题团日（学雷锋）签到开始了"));
    assert!(group.says("李四", "签到").await.contains("李四"));
    assert_eq!(group.asks("李四", "现在提醒没签到的").await, "已经提醒了，还差 2 位。");
    house.delivered().await;
    assert_eq!(house.read(&group.chat), "主题团日（11月）11月30日周一 23:59截止，还差 2 位：@张三 @王五 \n记得签到，弄好了在群里说一声就行。");
    house.ends().await;
}

async fn on_the_command_line() {
    let db = Db::sqlite();
    let program = Program::new(&db);
    program.does(&["bind", "onebot:90000", BRANCH, "--create"]).await.well();
    let set = program.does(&["bind", "telegram:-7", BRANCH, "--reminders", "only"]).await;
    assert_eq!(set.out, format!("telegram:-7 belongs to {BRANCH} now\nits reminders go to telegram:-7\n"), "{set:?}");
    let set = program.does(&["bind", "telegram:-7", BRANCH, "--reminders", "yes"]).await;
    assert!(set.out.ends_with("its reminders go to onebot:90000, telegram:-7\n"), "{set:?}");
    program.does(&["bind", "telegram:-7", BRANCH, "--reminders", "no"]).await.well();
    let set = program.does(&["bind", "onebot:90000", BRANCH, "--reminders", "no"]).await;
    assert!(set.out.ends_with("its reminders go to no group\n"), "{set:?}");
    let wrong = program.does(&["bind", "onebot:90000", BRANCH, "--reminders", "maybe"]).await;
    assert!(wrong.code == Some(2) && wrong.err.contains("write only, yes or no"), "{wrong:?}");
}
