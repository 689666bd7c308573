//! Meetings in chat: a topic and its quorum, a code that rolls, the record, leave that waits for a word, sessions by schedule.

use crate::support::db::{Db, on_both};
use crate::support::house::{Group, House, account, config};
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::config::{Config, Env};
use zhibu::domain::message::{ChatKey, Event, Incoming, Segment};
use zhibu::domain::role::{Permission, Role};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const SECRETARY: &str = "这件事要团支书来做，可以请 TA 跟我说一声。";

pub fn tests() -> Vec<Trial> {
    let plain = crate::support::plain("meetings_rights", rights);
    [
        on_both("meetings_quorum", quorum),
        on_both("meetings_missing_now", missing_now),
        on_both("meetings_rolling", rolling),
        on_both("meetings_record", record),
        on_both("meetings_leave", leave),
        on_both("meetings_leave_changed", leave_changed),
        on_both("meetings_schedule", schedule),
        on_both("meetings_others", others),
        on_both("meetings_switched_off", switched_off),
        on_both("meetings_put_right", put_right),
        on_both("meetings_written_up", written_up),
        on_both("meetings_never_rewritten", never_rewritten),
    ]
    .into_iter()
    .flatten()
    .chain([plain, crate::support::plain("meetings_sentences", sentences)])
    .collect()
}

/// 李四 is the secretary, 王五 leads a group.
async fn house(db: Db, config: Arc<Config>) -> House {
    let house = House::with(db, config).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "赵六", "孙七", "周八"], 0).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("王五", Role::GroupLeader, BRANCH).await;
    house.group("90000", BRANCH).await;
    house
}

/// The default configuration, but for lines of the theme day's file.
pub(crate) fn changed(changes: &[(&str, &str)]) -> Arc<Config> {
    let folder = tempfile::tempdir().unwrap();
    let mut text = zhibu::config::defaults::text("duties/theme_day.toml").unwrap().to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    std::fs::create_dir(folder.path().join("duties")).unwrap();
    std::fs::write(folder.path().join("duties/theme_day.toml"), text).unwrap();
    Arc::new(Config::load(Some(folder.path()), &Env::default()).unwrap())
}

fn rights() {
    let config = config();
    let may = |permission| Role::ALL.into_iter().filter(|r| config.roles.get(r).is_some_and(|p| p.contains(&permission))).collect::<Vec<_>>();
    assert_eq!(may(Permission::TakeMinutes), [Role::GroupLeader, Role::Treasurer, Role::Secretary, Role::Committee]);
    assert_eq!(may(Permission::GrantLeave), [Role::Secretary]);
    assert_eq!(may(Permission::ManageSessions), [Role::Secretary, Role::Committee, Role::Operator]);
}

/// Two thirds of six are four: more than two thirds are five.
async fn quorum(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.asks("李四", "开始签到 民主评议 到 20:00").await, "主题团日（民主评议）签到开始了，20:00 截止。在群里回“签到”就行。");
    for name in ["张三", "李四", "王五"] {
        assert_eq!(group.says(name, "签到").await, format!("签到成功：{name}，主题团日。"));
    }
    assert_eq!(group.asks("李四", "赵六签到").await, "签到成功：赵六，主题团日（代签）。");
    // another month's meeting is not this one
    for (said, when) in [("10月的主题团日我参加了", "10月"), ("上个月的主题团日我参加了", "10月")] {
        assert_eq!(group.says("周八", said).await, format!("我只能签现在开着的这场，{when}的没有记。要补签，请找团支书。"));
    }
    assert_eq!(group.says("孙七", "主题团日请病假").await, "好的，孙七11月主题团日请假，记下了。");
    assert_eq!(
        group.asks("李四", "结束签到").await,
        "主题团日（民主评议）签到结束：应到 6，实到 4（迟到 0，早退 0），请假 1，缺席 1。\n代签：赵六\n请假：孙七\n没到：周八\n\
         民主评议要超过应到的 2/3：应到 6，实到 4，人数不够，今天不能定。"
    );
    house.clock().advance(60_000);
    assert_eq!(group.asks("李四", "开始签到 推优表决").await, "主题团日（推优表决）签到开始了，23:59 截止。在群里回“签到”就行。");
    for name in ["张三", "李四", "王五", "赵六"] {
        assert_eq!(group.says(name, "签到").await, format!("签到成功：{name}，主题团日。"));
    }
    let sheet = group.asks("李四", "结束签到").await;
    assert!(sheet.ends_with("表决要超过应到的 1/2：应到 6，实到 4，够了，可以进行。"), "{sheet}");
    assert_eq!(group.asks("李四", "开始签到 学雷锋").await, "主题团日（学雷锋）签到开始了，23:59 截止。在群里回“签到”就行。");
    let sheet = group.asks("李四", "结束签到").await;
    assert!(!sheet.contains("要超过"), "nothing is decided: {sheet}");
    house.ends().await;
}

/// While a meeting is on, who is missing is told of it, in the numbers of its sheet; not of the month.
async fn missing_now(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    group.asks("李四", "开始签到").await;
    for name in ["张三", "李四", "王五"] {
        group.says(name, "签到").await;
    }
    group.asks("李四", "结束签到").await;
    assert_eq!(group.asks("李四", "还有谁没到").await, "11月主题团日还没签到的有 3 位：赵六、孙七、周八（应到 6，已到 3）");
    house.clock().advance(60_000);
    group.asks("李四", "开始签到 学党史 到20:00").await;
    group.says("赵六", "签到").await;
    group.says("孙七", "主题团日请病假").await;
    let now = "这场主题团日（学党史）还没签到的有 4 位：张三、李四、王五、周八（应到 6，已到 1，请假或免 1）";
    for asked in ["还有谁没到", "谁没签到", "还差谁没到", "谁没参加主题团日", "本月主题团日谁没到"] {
        assert_eq!(group.asks("张三", asked).await, now, "{asked}");
        assert_eq!(house.whispers("李四", asked).await, now, "{asked}");
    }
    assert_eq!(group.asks("李四", "10月主题团日谁没到").await, "10月主题团日没有要完成的人。", "another month is another matter");
    assert!(group.asks("李四", "结束签到").await.contains("应到 6，实到 1（迟到 0，早退 0），请假 1，缺席 4。\n请假：孙七\n没到：张三、李四、王五、周八"));
    assert_eq!(group.asks("李四", "还有谁没到").await, "11月主题团日还没签到的有 1 位：周八（应到 6，已到 4，请假或免 1）", "of the month again");
    house.ends().await;
}

async fn rolling(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    let mine = ChatKey::private(&account("李四"));
    assert_eq!(group.asks("李四", "开始签到 滚动口令 每3分钟 到20:00").await, "主题团日签到开始了，20:00 截止。回“签到 口令”，口令看现场。");
    let told = house.read(&mine);
    let first: String = told.chars().skip_while(|c| !c.is_ascii_digit()).take(4).collect();
    assert!(told.starts_with(&format!("现在的口令是 {first}，")) && first.bytes().all(|b| b.is_ascii_digit()), "{told}");
    assert_eq!(house.whispers("李四", "口令").await, told);
    assert_eq!(house.whispers("张三", "口令").await, SECRETARY);
    assert_eq!(group.says("张三", "签到").await, "这场签到要带口令，比如“签到 1234”。");
    assert_eq!(group.says("张三", &format!("签到 {first}")).await, "签到成功：张三，主题团日。");
    house.kept().await;
    assert_eq!(house.read(&mine), "", "it was told when it opened");
    house.clock().advance(3 * 60_000);
    house.kept().await;
    house.kept().await;
    let told = house.read(&mine);
    let second: String = told.chars().skip_while(|c| !c.is_ascii_digit()).take(4).collect();
    assert_ne!(first, second);
    assert_eq!(told, house.whispers("李四", "口令").await, "once");
    assert_eq!(group.says("王五", &format!("签到 {first}")).await, "签到成功：王五，主题团日。", "the last one still does");
    house.clock().advance(3 * 60_000);
    house.kept().await;
    house.read(&mine);
    assert_eq!(group.says("赵六", &format!("签到 {first}")).await, "口令不对，再看一眼现场的口令？");
    house.clock().advance(24 * 3_600_000);
    house.kept().await;
    assert!(house.read(&group.chat).starts_with("主题团日签到结束：应到 6，实到 2"), "closed by time");
    house.ends().await;
}

async fn keep(group: &Group<'_>, all: &[(&str, &str, &str)]) {
    for (name, text, answer) in all {
        assert_eq!(group.asks(name, text).await, *answer, "{name}: {text}");
    }
}

async fn record(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    keep(
        &group,
        &[
            ("李四", "记录：大家好", "这里最近没有开过会。"),
            ("周八", "列席", "现在没有开着的会，先说“开始签到”。"),
            ("李四", "本次台账", "这里最近没有开过会。"),
        ],
    )
    .await;
    group.asks("李四", "开始签到 学习党史 到20:00").await;
    for name in ["张三", "李四", "王五"] {
        group.says(name, "签到").await;
    }
    group.asks("李四", "赵六签到").await;
    group.says("孙七", "主题团日请病假").await;
    keep(
        &group,
        &[
            ("赵六", "主持：张三", "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。"),
            ("李四", "主持：王五", "主持记下了：王五。"),
            ("李四", "主持：张三", "主持记下了：张三。"),
            ("李四", "记录人：赵六", "记录人记下了：赵六。"),
            ("王五", "议程：学党史；交团费", "议程记下了：学党史、交团费。"),
            ("张三", "记录：我也说一句", "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。"),
            ("赵六", "记录：张三交了团费，李四：同意", "记下了，第 1 条。"),
            ("王五", "记录：错的一句", "记下了，第 2 条。"),
            ("王五", "记录：再一句", "记下了，第 3 条。"),
            ("赵六", "改记录2：对的一句", "第 2 条改好了。"),
            ("赵六", "删记录3", "第 3 条删掉了。"),
            ("赵六", "删记录3", "没有第 3 条记录，说“本次台账”看看编号。"),
            ("周八", "列席", "周八在应到之列，不能算列席：来了就签到，不来就请假。"),
            ("李四", "列席：郑书记", "列席记下了：郑书记。"),
            (
                "李四",
                "自选动作：植树",
                "事项 0/8，未办：青年大学习、缴纳团费、民主议事、团务公开、支部组织生活、团干部密切联系青年、“智慧团建”网上共青团建设、植树。",
            ),
            (
                "李四",
                "完成：民主议事、植树",
                "事项 2/8，已办：民主议事、植树，未办：青年大学习、缴纳团费、团务公开、支部组织生活、团干部密切联系青年、“智慧团建”网上共青团建设。",
            ),
        ],
    )
    .await;
    let unknown = group.asks("李四", "七事：跳舞").await;
    assert!(unknown.starts_with("没有“跳舞”这一项。现在有：青年大学习、"), "{unknown}");
    let sheet = group.asks("李四", "结束签到").await;
    assert_eq!(sheet, "主题团日（学习党史）签到结束：应到 6，实到 4（迟到 0，早退 0），请假 1，缺席 1。\n代签：赵六\n请假：孙七\n没到：周八\n列席：郑书记");
    assert!(group.asks("赵六", "小结：开得好").await.starts_with("小结记下了：开得好。（记在 11月"), "after it closed");
    let page = group.asks("张三", "本次主题团日台账").await;
    let lines: Vec<&str> = page.lines().collect();
    assert!(lines[0].starts_with("【主题团日（学习党史）】第一团支部，2026-11-"), "{page}");
    assert_eq!(
        lines[1..],
        [
            "主持：张三",
            "记录人：赵六",
            "议程：1. 学党史 2. 交团费",
            "应到 6，实到 4，请假 1，缺席 1",
            "到会：张三、李四、王五、赵六",
            "代签：赵六",
            "请假：孙七",
            "缺席：周八",
            "列席：郑书记",
            "事项 2/8，已办：民主议事、植树，未办：青年大学习、缴纳团费、团务公开、支部组织生活、团干部密切联系青年、“智慧团建”网上共青团建设。",
            &format!("1. {} 赵六：张三交了团费，李四：同意", clock(&house)),
            &format!("2. {} 王五：对的一句", clock(&house)),
            "小结：开得好",
        ]
    );
    assert!(house.whispers("李四", "上次台账").await.contains("请假：孙七（病）\n"), "in private the kind");
    assert!(house.whispers("张三", "上次台账").await.contains("请假：孙七\n"), "but not to everybody");
    house.ends().await;
}

async fn ledger(house: &House) -> Vec<String> {
    let lines = house.whispers("李四", "导出11月主题团日台账").await;
    let cells = |line: &str| {
        let all: Vec<&str> = line.split(',').collect();
        [all[1], all[6], all[10], all[11], all[13]].join(",")
    };
    lines.lines().skip(1).map(cells).collect()
}

/// The secretary puts right who was at a meeting that is over; what stands in the ledger is what was.
async fn put_right(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    assert_eq!(ledger(&house).await, Vec::<String>::new(), "nobody was absent from a meeting that was not held");
    assert_eq!(group.asks("李四", "张三签到").await, "现在没有开放的签到。");
    group.asks("李四", "开始签到 到20:00").await;
    group.says("张三", "签到").await;
    assert_eq!(group.asks("李四", "周八先走了").await, "记下了：周八，主题团日（早退）。");
    assert_eq!(group.asks("李四", "王五迟到了").await, "签到成功：王五，主题团日（代签，迟到）。");
    group.says("孙七", "主题团日请病假").await;
    group.asks("李四", "结束签到").await;
    assert_eq!(group.says("赵六", "主题团日请假").await, "主题团日已经开过了，补假要团支书来记。");
    assert_eq!(group.says("赵六", "签到").await, "现在没有开放的签到。");
    let over = |names: &str| format!("签到成功：{names}，主题团日（代签）。\n记在 {} {} 那场（已经结束）上，名单改好了。", day(&house), clock(&house));
    assert_eq!(group.asks("李四", "赵六签到").await, over("赵六"), "today's is meant");
    house.later(3 * 24 * 60).await;
    assert_eq!(group.asks("李四", "李四签到").await, "现在没有开放的签到。", "none is on, and none is named");
    assert_eq!(group.says("王五", "帮李四补签").await, "现在没有开放的签到。", "nobody else puts it right");
    assert!(group.asks("李四", "给李四补签").await.starts_with("签到成功：李四，主题团日。\n记在 11月"));
    assert_eq!(
        ledger(&house).await,
        ["张三,1,到会,本人,", "李四,1,到会,本人,", "王五,1,迟到,支部,李四", "赵六,1,到会,支部,李四", "孙七,1,病假,,", "周八,1,早退,支部,李四",]
    );
    assert_eq!(house.store().rebuild().await.unwrap(), Vec::<String>::new());
    house.ends().await;
}

/// A meeting that ended too early goes on; what is missing in its record is written up afterwards.
async fn written_up(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.asks("李四", "继续签到").await, "今天没有结束了的主题团日签到，要开新的就说“开始签到”。");
    group.asks("李四", "开始签到 学党史 到20:00").await;
    group.says("张三", "签到").await;
    group.asks("李四", "结束签到").await;
    assert_eq!(group.asks("李四", "重新开始签到 到21:00").await, "主题团日（学党史）的签到接着开了，21:00 截止，之前签过的都算。");
    group.says("王五", "签到").await;
    assert_eq!(
        group.asks("李四", "结束签到").await,
        "主题团日（学党史）签到结束：应到 6，实到 2（迟到 0，早退 0），请假 0，缺席 4。\n没到：李四、赵六、孙七、周八"
    );
    let over = format!("（记在 {} {} 的主题团日（学党史）上，会已经结束了）", day(&house), clock(&house));
    assert_eq!(group.asks("李四", "记录：补一条").await, format!("记下了，第 1 条。{over}"));
    assert_eq!(group.asks("李四", "议程：1.学习文件 2.讨论").await, format!("议程记下了：学习文件、讨论。{over}"));
    assert_eq!(group.asks("李四", "赵六列席").await, "赵六在应到之列，不能算列席：来了就签到，不来就请假。");
    house.later(2 * 24 * 60).await;
    group.asks("李四", "开始签到 植树 到20:00").await;
    group.asks("李四", "结束签到").await;
    let title = |page: String| page.lines().next().unwrap_or_default().split('】').next().unwrap_or_default().to_owned();
    assert_eq!(title(group.asks("李四", "本次台账").await), "【主题团日（植树）");
    assert_eq!(title(group.asks("李四", "上次主题团日台账").await), "【主题团日（学党史）");
    let before = house.bot.config.zone().local(house.bot.now() - 2 * 24 * 3_600_000).format("%-m月%-d日").to_string();
    let page = group.asks("李四", &format!("{before}主题团日台账")).await;
    assert!(page.contains("议程：1. 学习文件 2. 讨论\n") && page.contains("补一条"), "{page}");
    house.ends().await;
}

/// Whoever gets a post afterwards was not expected then.
async fn never_rewritten(db: Db) {
    let house = super::expected::with_meetings(db).await;
    house.branch(BRANCH, &["李四"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    let group = house.group("90000", BRANCH).await;
    super::expected::import_file(&house, "姓名,所在团支部,职务\n王五,,组织委员\n赵六,,\n").await;
    group.asks("李四", "开始支委会签到").await;
    let sheet = group.asks("李四", "结束支委会签到").await;
    assert!(sheet.starts_with("支委会签到结束：应到 1，实到 0"), "{sheet}");
    super::expected::import_file(&house, "姓名,所在团支部,职务\n赵六,,宣传委员\n").await;
    let page = group.asks("李四", "本次支委会台账").await;
    assert!(page.contains("应到 1，实到 0，请假 0，缺席 1\n缺席：王五"), "{page}");
    house.ends().await;
}

fn day(house: &House) -> String {
    house.bot.config.zone().local(house.bot.now()).format("%-m月%-d日").to_string()
}

fn clock(house: &House) -> String {
    house.bot.config.zone().local(house.bot.now()).format("%H:%M").to_string()
}

async fn leave(db: Db) {
    let house = house(db, changed(&[("leave = \"told\"", "leave = \"asked\"")])).await;
    let group = house.unbound_group("90000");
    let mine = ChatKey::private(&account("李四"));
    assert_eq!(group.says("张三", "主题团日请病假").await, "好的，张三11月主题团日的假报上去了，等团支书同意。");
    assert_eq!(house.read(&mine), "张三请11月主题团日的病假。回“准张三的假”或“不准张三的假”。");
    assert_eq!(group.asks("赵六", "准张三的假").await, SECRETARY);
    assert_eq!(group.asks("李四", "不准王五的假").await, "王五没有等着批的假。");
    group.says("王五", "主题团日请假，要出差").await;
    house.read(&mine);
    assert_eq!(house.whispers("李四", "不准").await, "等着批的有：张三、王五。说“准姓名的假”或“不准姓名的假”。");
    assert_eq!(group.asks("李四", "准张三的假").await, "准了：张三11月主题团日的假。");
    assert_eq!(house.read(&ChatKey::private(&account("张三"))), "你11月主题团日的假准了。");
    assert_eq!(house.whispers("李四", "不准").await, "没准：王五11月主题团日的假。");
    assert_eq!(house.read(&ChatKey::private(&account("王五"))), "你11月主题团日的假没有准，请尽量到场，有难处跟团支书说。");
    assert_eq!(house.whispers("李四", "不准").await, "现在没有等着批的假。");
    group.asks("李四", "开始签到").await;
    let sheet = group.asks("李四", "结束签到").await;
    assert_eq!(sheet, "主题团日签到结束：应到 6，实到 0（迟到 0，早退 0），请假 1，缺席 5。\n请假：张三\n没到：李四、王五、赵六、孙七、周八");
    assert_eq!(group.says("李四", "主题团日请假").await, "好的，李四11月主题团日请假，记下了。", "whoever grants leave need not ask");
    house.ends().await;
}

/// Leave that needs a word needs it also where the request is a changed message.
async fn leave_changed(db: Db) {
    let house = house(db, changed(&[("leave = \"told\"", "leave = \"asked\"")])).await;
    let group = house.unbound_group("90000");
    let mine = ChatKey::private(&account("李四"));
    let records = "SELECT duty FROM record";
    let version = |m: &Incoming, n: i64, text: &str| {
        Event::Edited(Box::new(Incoming { message_id: format!("{}:{n}", m.message_id), segments: vec![Segment::Text(text.into())], ..m.clone() }))
    };
    let message = house.message(&group.chat, "张三", "主题团日请假", false);
    house.hear(message.clone()).await;
    assert_eq!((house.read(&group.chat).as_str(), house.read(&mine).contains("事假")), ("好的，张三11月主题团日的假报上去了，等团支书同意。", true));
    house.bot.handle(version(&message, 1, "主题团日请病假")).await;
    assert_eq!(house.read(&group.chat), "好的，张三11月主题团日的假报上去了，等团支书同意。");
    assert_eq!(house.read(&mine), "张三请11月主题团日的病假。回“准张三的假”或“不准张三的假”。");
    assert_eq!(house.db.column(records).await, Vec::<String>::new(), "nobody granted it");
    // a message that had entered something else
    let message = house.message(&group.chat, "王五", "青年大学习 已完成", false);
    house.hear(message.clone()).await;
    house.read(&group.chat);
    house.bot.handle(version(&message, 1, "主题团日请假")).await;
    let told = house.read(&group.chat);
    assert!(told.contains("要把原来的撤销吗") && told.ends_with("好的，王五11月主题团日的假报上去了，等团支书同意。"), "{told}");
    assert!(house.read(&mine).starts_with("王五请11月主题团日的"));
    assert_eq!(house.db.column(records).await, ["study"]);
    house.ends().await;
}

async fn schedule(db: Db) {
    let house = house(db, changed(&[
        ("cron = \"0 19 25 * *\"", "cron = \"0 0 1 1 *\""),
        ("# [[reminder]]\n# key = \"check_in\"\n# cron = \"0 19 28 * *\"\n# zone = \"Asia/Shanghai\"\n# audience = [\"group\"]\n# check_in = 90\n# grace_minutes = 30",
         "[[reminder]]\nkey = \"check_in\"\ncron = \"0 * * * *\"\nzone = \"Asia/Shanghai\"\naudience = [\"group\"]\ncheck_in = 45\ngrace_minutes = 30"),
    ])).await;
    let group = house.unbound_group("90000");
    let zone = house.bot.config.zone();
    let now = house.bot.now();
    let minute: i64 = zone.local(now).format("%M").to_string().parse().unwrap();
    house.reminded_after(60 - minute).await;
    let until = zone.local(house.bot.now() + 45 * 60_000).format("%H:%M").to_string();
    assert_eq!(
        house.read(&group.chat).lines().find(|l| l.contains("签到开始了")),
        Some(format!("主题团日签到开始了，{until} 截止。在群里回“签到”就行。").as_str())
    );
    assert_eq!(group.says("张三", "签到").await, "签到成功：张三，主题团日。");
    house.clock().advance(46 * 60_000);
    house.kept().await;
    assert!(house.read(&group.chat).starts_with("主题团日签到结束：应到 6，实到 1（迟到 0，早退 0），请假 0，缺席 5。"));
    house.ends().await;
}

/// What is said of a meeting that is switched off opens, enters and excuses nothing of another.
async fn switched_off(db: Db) {
    let house = house(db, config()).await;
    let group = house.unbound_group("90000");
    let off = "支部大会还没有开，先没记。要记就请管理员在配置的 duties/general_meeting.toml 里写上 enabled = true；要说的是别的会，就带上它的名字。";
    assert_eq!(group.asks("李四", "开始支部大会签到 到20:00").await, off);
    assert_eq!(house.whispers("张三", "支部大会请假").await, off);
    assert_eq!(group.says("张三", "支委会请假").await, "");
    assert!(group.asks("李四", "开始签到 到20:00").await.starts_with("主题团日签到开始了"));
    assert_eq!(group.says("张三", "团课签到").await, "");
    assert!(group.asks("李四", "结束支部大会签到").await.starts_with("支部大会还没有开"));
    assert_eq!(house.db.column("SELECT kind FROM record").await, Vec::<String>::new());
    assert_eq!(group.says("张三", "签到").await, "签到成功：张三，主题团日。");
    group.asks("李四", "结束签到").await;
    // what it is about may be one, where the meeting is named
    assert!(group.asks("李四", "开始主题团日签到 上团课 到20:00").await.starts_with("主题团日（上团课）签到开始了"));
    group.asks("李四", "结束签到").await;
    house.ends().await;
}

/// Every duty file that the binary carries, the switched-off ones on.
fn all_on() -> Arc<Config> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("duties")).unwrap();
    for (name, text) in zhibu::config::defaults::FILES.iter().filter(|(name, _)| name.starts_with("duties/")) {
        std::fs::write(folder.path().join(name), text.replace("enabled = false", "enabled = true")).unwrap();
    }
    Arc::new(Config::load(Some(folder.path()), &Env::default()).unwrap())
}

/// The other meetings are files: their words take nothing from what people say every day.
fn sentences() {
    let (usual, more) = (config(), all_on());
    assert_eq!(more.duties.len(), usual.duties.len() + 5);
    let bots = ["小支".to_owned()];
    let grammar = |c: &Config| zhibu::language::Grammar::new(&c.duties, &bots).unwrap();
    let (few, many) = (grammar(&usual), grammar(&more));
    let names = zhibu::language::NameList::new(include_str!("language/names.txt").lines());
    let mut wrong = Vec::new();
    for row in [include_str!("language/sentences.tsv"), include_str!("language/cases.tsv")].iter().flat_map(|t| t.lines()) {
        let mut columns = row.split('\t');
        let (Some(addressed), Some(text)) = (columns.next(), columns.next().and_then(|t| serde_json::from_str::<String>(t).ok())) else { continue };
        // what names one of them may mean it
        if ["团课", "大会", "支委", "小组会", "讲堂"].iter().any(|w| text.contains(w)) {
            continue;
        }
        let around = zhibu::language::Around { today: "2026-11-22".parse().unwrap(), addressed: addressed == "1", names: &names };
        let (before, after) = (few.understand(&text, &around), many.understand(&text, &around));
        if before != after {
            wrong.push(format!(
                "{text}: {:?}, not {:?}",
                after.iter().map(|m| &m.intent).collect::<Vec<_>>(),
                before.iter().map(|m| &m.intent).collect::<Vec<_>>()
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

async fn others(db: Db) {
    let house = house(db, all_on()).await;
    let group = house.unbound_group("90000");
    // a name that begins with figures
    assert_eq!(group.asks("李四", "谁没参加54讲堂").await, "11月五四讲堂还没有开过签到。");
    assert_eq!(group.asks("李四", "开始支部大会签到 到20:00").await, "支部大会签到开始了，20:00 截止。在群里回“签到”就行。");
    for name in ["张三", "李四", "王五"] {
        assert_eq!(group.says(name, "签到").await, format!("签到成功：{name}，支部大会。"));
    }
    assert_eq!(group.asks("李四", "谁没到").await, "这场支部大会还没签到的有 3 位：赵六、孙七、周八（应到 6，已到 3）", "what is on");
    assert_eq!(group.asks("李四", "主题团日谁没到").await, "11月主题团日还没有开过签到。");
    // nobody is absent from a meeting that was not
    assert_eq!(group.asks("李四", "主题团日统计").await, "11月主题团日还没有开过签到。");
    let sheet = group.asks("李四", "结束签到").await;
    assert_eq!(
        sheet,
        "支部大会签到结束：应到 6，实到 3（迟到 0，早退 0），请假 0，缺席 3。\n没到：赵六、孙七、周八\n支部大会要超过应到的 1/2：应到 6，实到 3，人数不够，今天不能定。"
    );
    group.asks("李四", "开始五四讲堂签到").await;
    assert_eq!(group.asks("李四", "形式：聊天").await, "形式可以是：报告会、课堂、论坛、流动教室。");
    assert_eq!(group.asks("李四", "形式：论坛").await, "形式记下了：论坛。");
    assert!(group.asks("张三", "本次台账").await.contains("\n形式：论坛\n"));
    group.asks("李四", "结束五四讲堂签到").await;
    group.asks("李四", "开始支委会签到").await;
    assert!(group.asks("李四", "结束支委会签到").await.starts_with("支委会签到结束：应到 0，"), "nobody here has a post on the roster");
    house.ends().await;
}
