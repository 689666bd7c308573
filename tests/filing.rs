//! What is filed above when a week is over: in chat as text and as a table, and by command.

use crate::support::asking::unbound_members;
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account, config};
use crate::support::process::Program;
use crate::support::sheets::{C, xlsx};
use crate::support::story;
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::domain::message::{ChatKey, Outgoing, Part};
use zhibu::domain::role::Role;
use zhibu::schedule::Scheduler;

const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    let mut all: Vec<Trial> = [on_both("filing_of_a_branch", of_a_branch), on_both("filing_of_a_town", of_a_town), on_both("filing_by_itself", by_itself)]
        .into_iter()
        .flatten()
        .collect();
    all.push(story("filing_by_command", by_command));
    all
}

/// Since September; it is Sunday noon. 李四 is the secretary, 陈书记 of the town; 孙八 has no account.
async fn house(db: Db) -> House {
    staffed(House::new(db).await).await
}

async fn staffed(house: House) -> House {
    house.branch(BRANCH, &["张三", "李四", "王五"], 2).await;
    house.branch(OTHER, &["周八", "陈书记"], 2).await;
    unbound_members(&house, BRANCH, &["孙八"]).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("陈书记", Role::Committee, TOWN).await;
    house
}

async fn of_a_branch(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    group.asks("李四", "开始大学习 第十三季第5期").await;
    group.says("张三", "大学习看完了").await;
    let rows = [vec![C::T("青年大学习学习名单"), C::Blank], vec![C::T("姓名"), C::T("学号")], vec![C::T("张三"), C::T("2021002")]];
    assert!(house.drops("李四", "导出.xlsx", xlsx(&rows, &[])).await.contains("能印证 1 位"));
    assert!(house.whispers("李四", "是").await.contains("印证 1 位"));
    // before its end the last week that is over is meant
    let last = "【第一团支部】上周青年大学习汇总备案（2026-11-15 20:00 截止）\n\
        应完成 4 = 已完成 0 + 请假或免 0 + 未完成 4，完成率 0 %；其中逾期 0，后台已录 0，未绑定账号 1\n未完成：张三、李四、王五、孙八\n报送：李四，11月22日";
    assert_eq!(group.asks("李四", "大学习汇总备案").await, last);
    let now = group.asks("李四", "第5期大学习汇总备案").await;
    assert!(now.starts_with("【第一团支部】第十三季第5期青年大学习汇总备案（2026-11-22 20:00 才截止，先按现在的算）\n应完成 4 = 已完成 1 "), "{now}");
    house.later(9 * 60).await;
    group.says("王五", "大学习看完了").await;
    house.wire.has_files();
    let chat = ChatKey::private(&account("李四"));
    house.hear(house.message(&chat, "李四", "本周大学习汇总备案", false)).await;
    let sent = house.wire.take();
    assert_eq!(
        sent[0].parts[0],
        Part::Text(
            "【第一团支部】第十三季第5期青年大学习汇总备案（2026-11-22 20:00 截止）\n\
             应完成 4 = 已完成 2 + 请假或免 0 + 未完成 2，完成率 50 %；其中逾期 1，后台已录 1，未绑定账号 1\n未完成：李四、孙八\n报送：李四，11月22日"
                .into()
        )
    );
    let table = sent.iter().flat_map(Outgoing::files).next().unwrap();
    assert_eq!(table.name, "第一团支部-青年大学习汇总-2026-W47.csv");
    assert_eq!(
        String::from_utf8(table.bytes.to_vec()).unwrap(),
        "\u{feff}团支部,事项,期,截止,应完成,已完成,其中逾期,后台已录,请假或免,未完成,完成率,未绑定账号,未完成名单\r\n\
         余庆县团委/白泥镇团委/第一团支部,青年大学习,第十三季第5期,2026-11-22 20:00,4,2,1,1,0,2,50 %,1,李四、孙八\r\n"
    );
    // without saying which, it is the one that is over now
    assert!(group.asks("李四", "大学习汇总表").await.starts_with("【第一团支部】第十三季第5期"));
    assert_eq!(group.asks("张三", "大学习汇总备案").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.whispers("李四", "10月大学习汇总备案").await, "汇总一次报一期，说清是哪一期，比如“上周大学习汇总备案”。");
    assert_eq!(house.whispers("李四", "团费汇总备案").await, "汇总备案是哪一项的？比如“大学习汇总备案”。钱的说“账本”或“导出团费台账”。");
    assert_eq!(group.says("张三", "大学习汇总备案表已经交了").await, "");
    house.ends().await;
}

async fn of_a_town(db: Db) {
    let house = house(db).await;
    house.whispers("周八", "大学习看完了").await;
    house.later(9 * 60).await;
    let filed = "【白泥镇团委】本周青年大学习汇总备案（2026-11-22 20:00 截止）\n\
        应完成 6 = 已完成 1 + 请假或免 0 + 未完成 5，完成率 16.7 %；其中逾期 0，后台已录 0，未绑定账号 1\n\
        第一团支部：0/4，0 %；未完成：张三、李四、王五、孙八\n第二团支部：1/2，50 %；未完成：陈书记\n报送：陈书记，11月22日";
    assert_eq!(house.whispers("陈书记", "大学习汇总备案").await.replace("白泥镇团委：", ""), filed);
    let one = house.whispers("陈书记", "第二团支部大学习汇总备案").await;
    assert!(one.contains("应完成 2 = 已完成 1 + 请假或免 0 + 未完成 1，完成率 50 %"), "{one}");
    house.ends().await;
}

/// Ten minutes after the end of a week its return goes to the branch's secretary, once, also where everybody did it; not in a pause.
async fn by_itself(db: Db) {
    let mut config = Arc::into_inner(config()).unwrap();
    for duty in &mut config.duties {
        duty.reminders.retain(|r| r.filing);
    }
    assert_eq!(config.duties.iter().flat_map(|d| &d.reminders).count(), 1, "of Youth Study alone");
    let house = staffed(House::with(db, Arc::new(config)).await).await;
    house.group("90000", BRANCH).await;
    let secretary = ChatKey::private(&account("李四"));
    let mut scheduler = Scheduler::new(&house.schedule()).unwrap();
    let came = async |scheduler: &mut Scheduler, minutes: i64| {
        house.later(minutes).await;
        assert_eq!(scheduler.step(house.bot.now()).await.unwrap().failed, 0);
        house.delivered().await;
        house.read(&secretary)
    };
    assert_eq!(came(&mut scheduler, 0).await, "");
    house.whispers("张三", "大学习看完了").await;
    assert!(house.whispers("李四", "下次提醒").await.contains("今天 20:10 青年大学习汇总备案"));
    assert!(!house.whispers("李四", "今天会提醒谁").await.contains("20:10"), "it reminds nobody");
    assert_eq!(came(&mut scheduler, 8 * 60 + 9).await, "");
    assert_eq!(
        came(&mut scheduler, 1).await,
        "本周青年大学习截止了，汇总备案替你写好了，核对一下就能往上报。要表格，私聊我说“本周青年大学习汇总备案”。\n\
         【第一团支部】本周青年大学习汇总备案（2026-11-22 20:00 截止）\n\
         应完成 4 = 已完成 1 + 请假或免 0 + 未完成 3，完成率 25 %；其中逾期 0，后台已录 0，未绑定账号 1\n未完成：李四、王五、孙八\n报送：李四，11月22日"
    );
    assert_eq!(came(&mut scheduler, 5).await, "", "once");
    assert_eq!(came(&mut Scheduler::new(&house.schedule()).unwrap(), 5).await, "", "also after a restart");
    // the next issue ends on Saturday, and everybody has done it
    house.later(24 * 60).await;
    assert!(house.unbound_group("90000").asks("李四", "开始大学习 第6期 到周六18点").await.contains("第6期"));
    for who in ["张三", "李四", "王五"] {
        house.whispers(who, "大学习看完了").await;
    }
    house.whispers("李四", "孙八大学习看完了").await;
    let late = came(&mut scheduler, 4 * 24 * 60 + 22 * 60).await;
    assert!(late.contains("应完成 4 = 已完成 4 + 请假或免 0 + 未完成 0") && !late.contains("未完成："), "{late}");
    // nobody owes anything in a pause, and nothing is filed
    house.whispers("李四", "暂停大学习到12月31日").await;
    assert_eq!(came(&mut scheduler, 9 * 24 * 60).await, "");
    house.ends().await;
}

async fn by_command() {
    let db = Db::sqlite();
    let program = Program::new(&db);
    std::fs::write(db.dir().join("roster.csv"), "姓名,入团年月,QQ,所在团支部\n张三,2020-05,10001,县团委/一支部\n王五,2021-05,,县团委/二支部\n").unwrap();
    program.does(&["import", "roster", "roster.csv", "--apply"]).await.well();
    program.does(&["say", "--chat", "onebot:@10001", "--as", "张三", "大学习看完了"]).await;
    let week = db.column("SELECT period FROM record WHERE duty = 'study'").await.remove(0);
    let table = program.does(&["export", "return", "--branch", "县团委", "--period", &week]).await.well();
    let cells: Vec<Vec<&str>> = table.lines().map(|l| l.split(',').collect()).collect();
    assert_eq!(cells.len(), 4, "{table}");
    assert_eq!((cells[1][0], &cells[1][4..6], cells[1][12]), ("县团委/一支部", &["1", "1"][..], ""));
    assert_eq!((cells[2][0], &cells[2][4..6], cells[2][12]), ("县团委/二支部", &["1", "0"][..], "王五"));
    assert_eq!((cells[3][0], &cells[3][4..6], cells[3][10]), ("县团委（合计）", &["2", "1"][..], "50 %"));
    let several = program.does(&["export", "return", "--branch", "县团委", "--period", "2026"]).await;
    assert!(several.code == Some(1) && several.err.contains("one at a time"), "{several:?}");
    let money = program.does(&["export", "return", "--branch", "县团委", "--period", "2026-11", "--duty", "dues"]).await;
    assert!(money.err.contains("export ledger"), "{money:?}");
}
