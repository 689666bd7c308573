//! One's own data: seen whole, taken along, deleted; by the person in private, by whoever runs the machine.

use crate::support::asking::unbound_members;
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use crate::support::process::Program;
use crate::support::sheets::C;
use crate::support::story;
use libtest_mimic::Trial;
use zhibu::domain::attachment::Attachment;
use zhibu::domain::ids::PersonId;
use zhibu::domain::message::{ChatKey, Outgoing, Part};
use zhibu::domain::role::Role;
use zhibu::store::sending::notices::Notice;
use zhibu::store::sending::outbox::Letter;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const ASKED: &str = "张三，要删除你的个人数据吗？删了就恢复不了。\n会删：姓名、团员编号、出生年月、职务、绑定的账号和申请、截图指纹、接龙里你那几行的话、会议记录和通知里你的名字。\n\
    会留：3 条不带名字的记录（支部的账和人数要对得上），别人看不出是你。你不再算支部的团员，我也认不出你了。\n回“是”删除，回“否”算了。";

pub fn tests() -> Vec<Trial> {
    let mut all: Vec<Trial> = [
        on_both("privacy_erase_own", erase_own),
        on_both("privacy_erase_last_secretary", last_secretary),
        on_both("privacy_erase_files", files),
        on_both("privacy_erase_seen_by_another_process", beside),
        on_both("privacy_my_data", my_data),
        on_both("privacy_meetings", meetings),
        on_both("privacy_namesakes", namesakes),
        on_both("privacy_letters_and_notices", letters),
        on_both("privacy_page_of_a_meeting", page),
        on_both("privacy_commands_namesakes", command_namesakes),
    ]
    .into_iter()
    .flatten()
    .collect();
    all.push(story("privacy_commands", commands));
    all.push(story("privacy_bytes_of_the_file", bytes));
    all
}

/// 李四 is the secretary, 赵六 the treasurer.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "赵六"], 1).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("赵六", Role::Treasurer, BRANCH).await;
    house.group("90000", BRANCH).await;
    house
}

async fn sums(house: &House) -> Vec<String> {
    house.db.column("SELECT duty || ' ' || period || ' ' || got || ' ' || confirmed FROM tally WHERE got > 0 ORDER BY duty, period").await
}

async fn erase_own(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    house.whispers("张三", "交了11月团费").await;
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(group.asks("赵六", "确认张三的团费").await, "团费确认了 1 位：张三。");
    let before = sums(&house).await;
    assert_eq!(before.len(), 2);
    assert_eq!(group.asks("张三", "删除我的数据").await, "这个只能私聊我办。");
    assert_eq!(house.whispers("张三", "删除我的数据").await, ASKED);
    assert_eq!(house.whispers("张三", "否").await, "好的，什么都没删。");
    assert_eq!(house.whispers("张三", "是").await, "我这会儿没有在等你的回答。要做什么直接说就行。");
    assert_eq!(house.whispers("张三", "把我的个人信息删掉").await, ASKED);
    assert_eq!(house.whispers("张三", "是").await, "删好了，我这里不再有你的名字和账号。以后要再用，请团支书重新把你加进名册。");
    // nothing names or reaches them any more
    let stranger = house.whispers("张三", "我的数据").await;
    assert!(stranger.starts_with("我还不认识你。"), "{stranger}");
    for query in [
        "SELECT name FROM person WHERE name = '张三' OR (name = '（已删除）' AND audit_key <> '')",
        "SELECT account_id FROM account WHERE account_id = 'acc-张三'",
        "SELECT source FROM record WHERE source LIKE '%acc-张三%'",
        "SELECT source || account FROM inbox WHERE source LIKE '%acc-张三%' OR account LIKE '%acc-张三%'",
        "SELECT asked_id FROM question WHERE asked_id = 'acc-张三'",
        "SELECT body FROM audit WHERE body LIKE '%张三%'",
    ] {
        assert_eq!(house.db.column(query).await, Vec::<String>::new(), "{query}");
    }
    assert_eq!(house.db.column("SELECT name FROM person WHERE name = '（已删除）'").await.len(), 1, "a placeholder stays");
    assert_eq!(sums(&house).await, before, "what was done and paid stands");
    let rates = house.db.column("SELECT duty || ' ' || done FROM tally WHERE got > 0 ORDER BY duty").await;
    assert_eq!(rates, ["dues 0", "study 0"], "of periods that are open the rate is of those who are there");
    let missing = group.asks("李四", "谁没完成青年大学习").await;
    assert_eq!(missing, "本周青年大学习还没完成的有 2 位：李四、赵六（应完成 2，已完成 0）");
    // the name may come back with somebody new
    unbound_members(&house, BRANCH, &["张三"]).await;
    let code = house.whispers("李四", "绑定码 张三").await;
    assert!(code.contains("张三"), "{code}");
    house.ends().await;
}

/// Whoever alone looks after a branch hears it before.
async fn last_secretary(db: Db) {
    let house = house(db).await;
    let asked = house.whispers("李四", "删除我的数据").await;
    assert!(asked.contains("、你在第一团支部的管理权限。\n"), "{asked}");
    assert!(asked.contains("注意：第一团支部现在只有你在管，删了就没人管了，最好先请人接手。"), "{asked}");
    assert_eq!(house.whispers("李四", "算了").await, "好的，什么都没删。");
    house.grant("赵六", Role::Secretary, BRANCH).await;
    let asked = house.whispers("李四", "删除我的数据").await;
    assert!(asked.contains("管理权限") && !asked.contains("注意"), "{asked}");
    assert!(house.whispers("李四", "是").await.starts_with("删好了"));
    assert_eq!(house.db.column("SELECT p.name FROM role_grant AS g JOIN person AS p ON p.id = g.person_id WHERE g.role = 'secretary'").await, ["赵六"]);
    house.ends().await;
}

/// Another process erased; this one knew the account until then.
async fn beside(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    let other = zhibu::store::Store::open(&house.db.options(), &house.db.effects(2)).await.unwrap();
    let person = other.people_named("张三", "").await.unwrap()[0].0;
    let config = house.bot.config.clone();
    other.erase(person, None, &|r, d, p| config.duty(d).map_or_else(Vec::new, |d| r.expected(d, p).map(|m| m.person).collect())).await.unwrap();
    assert_eq!(other.erasing(person).await.unwrap(), None, "nothing is left");
    other.close().await;
    assert_eq!(group.says("张三", "交了团费").await, "我还不认识这个账号，先没记。私聊我发“绑定 姓名”就好。");
    assert_eq!(group.asks("李四", "谁没完成青年大学习").await, "本周青年大学习还没完成的有 2 位：李四、赵六（应完成 2，已完成 0）");
    assert_eq!(house.db.column("SELECT account_id FROM account ORDER BY account_id").await, [&*account("李四").id, &*account("赵六").id]);
    house.ends().await;
}

async fn my_data(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert_eq!(group.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(group.asks("张三", "我的数据").await, "这个只能私聊我办。");
    assert_eq!(
        house.whispers("张三", "我的数据").await,
        "我这里留着的：姓名张三，所在第一团支部，绑定账号 onebot:acc-张三；团费档次 0 条，记录 1 条，接龙 0 行，截图指纹 0 条，待确认的绑定 0 个。\n\
         不留聊天内容、截图原图和生病原因。要改跟团支书说一声，要删发“删除我的数据”。\n要整份数据（json）就回“是”。"
    );
    let taken: serde_json::Value = serde_json::from_str(&house.whispers("张三", "是").await).unwrap();
    assert_eq!(taken["name"], "张三");
    assert_eq!(taken["memberships"][0]["branch"], BRANCH);
    assert_eq!(taken["accounts"][0][0], "onebot:acc-张三");
    let record = &taken["records"][0];
    assert_eq!((&record["duty"], &record["by"], &record["value"]), (&"study".into(), &"张三".into(), &1.into()));
    assert!(record["source"].as_str().unwrap().starts_with("onebot:90000/"), "{record}");
    assert_eq!(taken["standings"][0]["got"], 1);
    assert_eq!(taken["records"].as_array().unwrap().len(), 1, "of nobody else");
    // longer: in parts that together are the whole
    house.whispers("张三", "交了10月和11月团费").await;
    house.whispers("张三", "上周青年大学习 已完成").await;
    house.whispers("张三", "我的数据").await;
    let parts = house.whispers("张三", "是").await;
    assert!(parts.contains("\n---\n"), "{parts}");
    let whole: serde_json::Value = serde_json::from_str(&parts.replace("\n---\n", "")).unwrap();
    assert_eq!(whole["records"].as_array().unwrap().len(), 4);
    house.ends().await;
}

async fn commands() {
    let db = Db::sqlite();
    let program = Program::new(&db);
    std::fs::write(db.dir().join("roster.csv"), "姓名,团员编号,入团年月,QQ\n张三,202012345678,2020-05,10001\n王五,,2021-05,\n").unwrap();
    program.does(&["import", "roster", "roster.csv", "--branch", BRANCH, "--apply"]).await.well();
    program.does(&["grant", "张三", "secretary", BRANCH]).await.well();
    program.does(&["say", "--chat", "onebot:@10001", "--as", "张三", "交了团费"]).await;
    let person: serde_json::Value = serde_json::from_str(&program.does(&["export", "person", "张三"]).await.well()).unwrap();
    assert_eq!((&person["league_number"], &person["roles"][0][1]), (&"202012345678".into(), &"secretary".into()));
    let shown = program.does(&["erase", "张三"]).await.well();
    assert!(shown.contains("NOBODY ELSE holds it") && shown.ends_with("nothing was changed: add --apply to erase\n"), "{shown}");
    assert_eq!(db.column("SELECT name FROM person WHERE name = '张三'").await.len(), 1);
    let nowhere = program.does(&["erase", "张三", "--branch", "没有"]).await;
    assert!(nowhere.code == Some(1) && nowhere.err.contains("there is no unit"), "{nowhere:?}");
    assert!(program.does(&["erase", "张三", "--branch", BRANCH, "--apply"]).await.well().ends_with("erased\n"));
    let again = program.does(&["erase", "张三", "--apply"]).await;
    assert!(again.code == Some(1) && again.err.contains("nobody is or was called"), "{again:?}");
    let left = "SELECT name FROM person WHERE name = '张三' OR league_number IS NOT NULL UNION ALL SELECT account_id FROM account UNION ALL SELECT role FROM role_grant";
    assert_eq!(db.column(left).await, Vec::<String>::new());
    let proved = program.does(&["check", "--records"]).await.well();
    assert!(proved.contains("cash books and the audit chain agree"), "{proved}");
}

/// Several of a name in one branch: the commands say what tells them apart, and take it.
async fn command_namesakes(db: Db) {
    let program = Program::new(&db);
    let roster = "姓名,团员编号,团小组,入团年月\n张伟,202012340026,第一小组,2020-05\n张伟,202012340027,第二小组,2021-05\n张伟,202012340028,,2021-05\n";
    std::fs::write(db.dir().join("roster.csv"), roster).unwrap();
    program.does(&["import", "roster", "roster.csv", "--branch", BRANCH, "--apply"]).await.well();
    // an import gives each of several a number; who came by other doors may have none
    db.sql("UPDATE person SET league_number = NULL WHERE league_number = '202012340028'").await;
    let unnumbered = db.column("SELECT CAST(id AS TEXT) FROM person WHERE league_number IS NULL").await.remove(0);
    for command in [&["erase", "张伟"][..], &["export", "person", "张伟"]] {
        let which = program.does(command).await;
        let listed = ["0026 (第一小组)".to_owned(), "0027 (第二小组)".to_owned(), unnumbered.clone()].map(|n| format!("  --branch {BRANCH} --number {n}\n"));
        assert!(which.code == Some(1) && listed.iter().all(|l| which.err.contains(l.trim_end())), "{which:?}");
    }
    let person: serde_json::Value = serde_json::from_str(&program.does(&["export", "person", "张伟", "--number", "0027"]).await.well()).unwrap();
    assert_eq!(person["league_number"], "202012340027");
    let unknown = program.does(&["erase", "张伟", "--number", "9999", "--apply"]).await;
    assert!(unknown.code == Some(1) && unknown.err.contains("has a number that ends in"), "{unknown:?}");
    assert!(program.does(&["erase", "张伟", "--number", "0026", "--apply"]).await.well().ends_with("erased\n"));
    assert!(program.does(&["erase", "张伟", "--branch", BRANCH, "--number", &unnumbered, "--apply"]).await.well().ends_with("erased\n"));
    assert_eq!(db.column("SELECT league_number FROM person WHERE name = '张伟'").await, ["202012340027"]);
    assert!(program.does(&["erase", "张伟"]).await.well().ends_with("add --apply to erase\n"), "one is left");
}

/// What was said at meetings, leave that waits, whom an import was told to mean: seen, taken along, erased. 张三丰 stays whole.
async fn meetings(db: Db) {
    let house = house(db).await;
    unbound_members(&house, BRANCH, &["张三丰"]).await;
    let group = house.unbound_group("90000");
    group.asks("李四", "开始签到 张三讲党史 到20:00").await;
    group.asks("李四", "主持：张三").await;
    group.asks("李四", "记录人：张三").await;
    group.asks("张三", "记录：张三丰说去植树，张三同意").await;
    group.asks("李四", "记录：散会").await;
    let (person, branch) = house.store().people_named("张三", "").await.unwrap()[0];
    let asked = zhibu::domain::meeting::LeaveRequest {
        branch,
        person,
        duty: "theme_day".into(),
        periods: vec!["2026-12".parse().unwrap()],
        meeting: None,
        days: None,
        state: zhibu::domain::record::State::Personal,
        source: "onebot:g:90000/1".into(),
        account: account("张三").to_string(),
        asked_at: house.bot.now(),
    };
    house.store().ask_leave(&asked).await.unwrap();
    house.store().remember_import(branch, "person", "digest", &format!("{branch}/{person}")).await.unwrap();
    house.store().remember_import(branch, "column", "打卡", "time").await.unwrap();
    group.says("张三", "明天主题团日请假").await;
    group.says("李四", "替赵六明天主题团日请病假").await;
    let told = house.whispers("张三", "我的数据").await;
    assert!(told.contains("，会议记录里的话 3 条，等着批的假 1 个，提前请的假 1 个。"), "{told}");
    let taken: serde_json::Value = serde_json::from_str(&house.whispers("张三", "是").await).unwrap();
    assert_eq!(taken["notes"][2][2], "张三丰说去植树，张三同意");
    assert_eq!(taken["leave_asked"][0][1], "2026-12");
    assert_eq!((&taken["leave_ahead"][0][0], &taken["leave_ahead"][0][3]), (&"theme_day".into(), &"personal".into()));
    assert_eq!(taken["leave_ahead"].as_array().map(Vec::len), Some(1), "what is told of another is the other's");
    assert!(house.whispers("张三", "删除我的数据").await.starts_with("张三，要删除"));
    assert!(house.whispers("张三", "是").await.starts_with("删好了"));
    assert_eq!(house.db.column("SELECT topic FROM session").await, ["（已删除）讲党史"]);
    assert_eq!(house.db.column("SELECT body FROM session_note ORDER BY id").await, ["（已删除）", "（已删除）", "张三丰说去植树，（已删除）同意", "散会"]);
    assert_eq!(house.db.column("SELECT duty FROM leave_request").await, Vec::<String>::new());
    assert_eq!(house.db.column("SELECT state FROM leave_ahead").await, ["sick"]);
    assert_eq!(house.db.column("SELECT mark FROM import_memory").await, ["打卡"]);
    group.asks("李四", "结束签到").await;
    house.ends().await;
}

/// What waits to be sent, or may be sent again, goes on without the name; notices, what is pushed and the branch's wording keep none.
async fn letters(db: Db) {
    let house = house(db).await;
    unbound_members(&house, BRANCH, &["张三丰"]).await;
    house.branch("余庆县团委/白泥镇团委/第二团支部", &["周八"], 1).await;
    house.group("90001", "余庆县团委/白泥镇团委/第二团支部").await;
    let (person, branch) = house.store().people_named("张三", "").await.unwrap()[0];
    let now = house.bot.now();
    let group = ChatKey::group("onebot", "90000");
    let letter = |key: &str, parts: Vec<Part>| Letter {
        dedupe_key: key.into(),
        message: Outgoing { chat: group.clone(), quote: None, parts },
        expires_at: now + 3 * 86_400_000,
    };
    let text = |t: &str| Part::Text(t.into());
    let table = Attachment::csv("张三.csv", "姓名\n张三\n张三丰\n".into());
    let all = [
        letter("n/1", vec![text("还没看的：张三、张三丰、"), Part::Mention { id: "acc-张三".into(), name: "小三".into() }, text("。")]),
        letter("n/2", vec![text("大家好")]),
        letter("n/3", vec![Part::File(table)]),
    ];
    house.store().queue_letters(&all, now).await.unwrap();
    let notice = Notice { id: 7, org: branch, body: "请张三和张三丰准备发言".into(), made_at: now, chased: false };
    assert!(house.store().enter_notice(&notice, &[(branch, group.clone())], &[], None, None, None).await.unwrap());
    house.db.sql(&format!("INSERT INTO notice_plan (id, org_id, units, cron, body, made_at) VALUES (8, {branch}, '[]', '', '张三讲课', 1)")).await;
    house.db.sql(&format!("INSERT INTO own_wording (org_id, duty, body, said_at) VALUES ({branch}, 'study', '找张三要链接', 1)")).await;
    house.db.sql(&format!("INSERT INTO notice_receipt (notice_id, person_id, at) VALUES (7, {person}, {now})")).await;
    house
        .db
        .sql(&format!("INSERT INTO reminded (branch_id, day, person_id, place, letter, at) VALUES ({branch}, '2026-11-22', {person}, 'group', 'x', {now})"))
        .await;
    house.db.sql(&format!("UPDATE membership SET known_day = '2026-11-20' WHERE person_id = {person}")).await;
    // all of it is the person's to see
    let told = house.whispers("张三", "我的数据").await;
    assert!(told.contains("，回过的通知 1 条，提醒过你 1 次。"), "{told}");
    let taken: serde_json::Value = serde_json::from_str(&house.whispers("张三", "是").await).unwrap();
    assert_eq!((&taken["notices_read"][0][0], &taken["notices_read"][0][2]), (&BRANCH.into(), &now.into()));
    assert_eq!((&taken["reminded"][0][1], &taken["reminded"][0][2]), (&"2026-11-22".into(), &"group".into()));
    assert_eq!(taken["memberships"][0]["known"], "2026-11-20");
    assert!(house.whispers("张三", "删除我的数据").await.starts_with("张三，要删除"));
    assert!(house.whispers("张三", "是").await.starts_with("删好了"));
    for (query, left) in [
        ("SELECT body FROM notice", "请（已删除）和张三丰准备发言"),
        ("SELECT body FROM notice_plan", "（已删除）讲课"),
        ("SELECT body FROM own_wording", "找（已删除）要链接"),
    ] {
        assert_eq!(house.db.column(query).await, [left]);
    }
    for query in ["SELECT place FROM reminded", "SELECT CAST(at AS TEXT) FROM notice_receipt", "SELECT message FROM outbox WHERE message LIKE '%acc-张三%'"] {
        assert_eq!(house.db.column(query).await, Vec::<String>::new(), "{query}");
    }
    house.wire.has_files();
    house.delivered().await;
    let sent = house.wire.take();
    let read: Vec<String> = sent.iter().map(Outgoing::plain).collect();
    assert_eq!(read, ["还没看的：（已删除）、张三丰、（已删除） 。", "大家好", "[（已删除）.csv]"]);
    assert_eq!(String::from_utf8(sent[2].files().next().unwrap().bytes.to_vec()).unwrap(), "姓名\n（已删除）\n张三丰\n");
    house.ends().await;
}

/// Of files that wait, those that name whoever goes are covered; of what nobody can look through it is said how many there are.
async fn files(db: Db) {
    let house = house(db).await;
    house.branch("余庆县团委/白泥镇团委/第二团支部", &["周八"], 1).await;
    house.group("90001", "余庆县团委/白泥镇团委/第二团支部").await;
    let now = house.bot.now();
    let file =
        |name: &str, bytes: Vec<u8>| Part::File(Attachment { name: name.into(), mime: "application/octet-stream".into(), bytes: bytes.into(), private: false });
    let letter = |key: &str, chat: &str, part: Part| Letter {
        dedupe_key: key.into(),
        message: Outgoing { chat: ChatKey::group("onebot", chat), quote: None, parts: vec![Part::Text("见附件".into()), part] },
        expires_at: now + 3 * 86_400_000,
    };
    let sheet = |name| crate::support::sheets::xlsx(&[vec![C::T("姓名")], vec![C::T(name)]], &[]);
    let all = [
        letter("f/1", "90000", file("名单.xlsx", sheet("张三"))),
        letter("f/2", "90000", file("名单.xlsx", sheet("赵六"))),
        letter("f/3", "90000", file("照片.pdf", b"%PDF-1.7 \xff\xfe".to_vec())),
        // another branch's, which knows no such person
        letter("f/4", "90001", file("名单.xlsx", sheet("张三"))),
        letter("f/5", "90001", file("照片.pdf", b"%PDF-1.7 \xff\xfe".to_vec())),
    ];
    house.store().queue_letters(&all, now).await.unwrap();
    assert!(house.whispers("张三", "删除我的数据").await.starts_with("张三，要删除"));
    let done = house.whispers("张三", "是").await;
    assert!(done.ends_with("\n还有 1 个等着发的图片、PDF 之类，我看不进里面的字；要是写了你的名字，请跟发通知的人说。发出去以后我这里就不留了。"), "{done}");
    house.wire.has_files();
    house.delivered().await;
    let sent = house.wire.take();
    let mut files: Vec<_> = sent.iter().flat_map(Outgoing::files).map(|f| (f.name.clone(), f.bytes.to_vec())).collect();
    files.sort();
    assert_eq!(files[0].0, "名单.xlsx");
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["名单.xlsx", "名单.xlsx", "名单（已撤下）.txt", "照片.pdf", "照片.pdf"]);
    assert_eq!(String::from_utf8(files[2].1.clone()).unwrap(), "里面有已删除的人的名字，原来的文件撤下了。\n");
    house.ends().await;
}

/// Of two of one name in a branch one goes: the other's name stays in what was said, since nobody can tell whose it is.
async fn namesakes(db: Db) {
    let house = house(db).await;
    unbound_members(&house, BRANCH, &["张三"]).await;
    let group = house.unbound_group("90000");
    group.asks("李四", "开始签到 到20:00").await;
    group.asks("李四", "记录：张三发言").await;
    group.asks("李四", "记录：赵六发言").await;
    group.asks("李四", "结束签到").await;
    house.wire.take();
    // of two 张三 neither takes along what may be the other's; who is the only one does
    let noted = async |name: &str| -> Vec<String> {
        let person = house.db.column(&format!("SELECT CAST(MIN(id) AS TEXT) FROM person WHERE name = '{name}'")).await;
        let person = PersonId(person[0].parse().unwrap());
        house.store().dossier(person).await.unwrap().unwrap().notes.into_iter().map(|(_, _, text, _)| text).collect()
    };
    assert_eq!(noted("张三").await, Vec::<String>::new());
    assert_eq!(noted("赵六").await, ["赵六发言"]);
    house.whispers("张三", "删除我的数据").await;
    assert!(house.whispers("张三", "是").await.starts_with("删好了"));
    assert_eq!(house.db.column("SELECT body FROM session_note ORDER BY id").await, ["张三发言", "赵六发言"]);
    assert_eq!(house.db.column("SELECT name FROM person WHERE name LIKE '%张三%' OR name LIKE '%删除%' ORDER BY name").await, ["张三", "（已删除）"]);
    house.ends().await;
}

/// Nothing of who was erased is in the file's bytes, nor in those of its log; also where they were written long before.
async fn bytes() {
    let house = house(Db::sqlite()).await;
    let group = house.unbound_group("90000");
    let many: Vec<String> = (0..400).map(|n| format!("团员{n}")).collect();
    unbound_members(&house, BRANCH, &many.iter().map(String::as_str).collect::<Vec<_>>()).await;
    house.db.sql("UPDATE person SET league_number = '202000000777', born = '2005-06-07' WHERE name = '张三'").await;
    group.asks("李四", "开始签到 到20:00").await;
    group.says("张三", "签到").await;
    group.asks("李四", "主持：张三").await;
    house.whispers("张三", "交了11月团费").await;
    house.whispers("赵六", "确认张三的团费").await;
    // who only knows the file: grown by hand before, as one without `secure_delete` would be
    house.db.sql("CREATE TABLE old_rows (body TEXT); INSERT INTO old_rows SELECT name || ' 202000000777' FROM person; DELETE FROM old_rows").await;
    let traces = |dir: &std::path::Path| {
        let mut found = Vec::new();
        for file in std::fs::read_dir(dir).unwrap().map(|f| f.unwrap().path()).filter(|f| f.to_string_lossy().contains("zhibu.db")) {
            let bytes = std::fs::read(&file).unwrap();
            for trace in ["张三", "acc-张三", "202000000777", "2005-06-07"] {
                if bytes.windows(trace.len()).any(|w| w == trace.as_bytes()) {
                    found.push(format!("{trace} in {}", file.file_name().unwrap().to_string_lossy()));
                }
            }
        }
        found
    };
    assert!(traces(house.db.dir()).len() >= 4, "they are in it");
    house.whispers("张三", "删除我的数据").await;
    assert!(house.whispers("张三", "是").await.starts_with("删好了"));
    assert_eq!(traces(house.db.dir()), Vec::<String>::new(), "beside the running bot");
    assert!(group.asks("李四", "本次台账").await.contains("主持：（已删除）"));
    house.ends().await;
}

/// The page of a meeting that is over tells the same sums after somebody of it was erased, without the name; longer names of who is on
/// no roster stay whole; what one takes along holds nobody else's account.
async fn page(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    group.asks("李四", "开始签到 到20:00").await;
    group.asks("李四", "列席：张三丰、刘书").await;
    assert!(group.says("张三", "签到").await.starts_with("签到成功"));
    group.says("赵六", "主题团日请假").await;
    assert!(group.asks("李四", "结束签到").await.contains("应到 3，实到 1（迟到 0，早退 0），请假 1，缺席 1"));
    house.whispers("张三", "交了11月团费").await;
    house.whispers("赵六", "确认张三的团费").await;
    house.whispers("张三", "我的数据").await;
    let taken = house.whispers("张三", "是").await.replace("---\n", "");
    assert!(!taken.contains("acc-赵六") && !taken.contains("张三丰") && taken.contains("acc-张三"), "{taken}");
    let sums = "应到 3，实到 1，请假 1，缺席 1";
    assert!(group.asks("李四", "本次台账").await.contains(sums));
    house.clock().advance(86_400_000);
    for name in ["张三", "赵六"] {
        house.whispers(name, "删除我的数据").await;
        assert!(house.whispers(name, "是").await.starts_with("删好了"));
        let page = group.asks("李四", "本次台账").await;
        assert!(page.contains(sums) && page.contains("张三丰"), "{name}: {page}");
        assert!(!page.replace("张三丰", "").contains(name), "{page}");
    }
    house.ends().await;
}
