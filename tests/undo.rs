//! `撤销` takes back what is named, exactly, or nothing; a bare word the last thing, which may be no record; by whoever may enter it.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::action::permission::to_undo;
use zhibu::domain::record::Kind;
use zhibu::domain::role::{Permission, Role};
use zhibu::domain::roster::{MemberFields, RosterChange};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const NOTHING: &str = "没找到你说的那条记录，什么也没动。撤销最近一条就说“撤销”。";
const TREASURER: &str = "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。";
const SECRETARY: &str = "这件事要团支书来做，可以请 TA 跟我说一声。";

pub fn tests() -> Vec<Trial> {
    [
        on_both("undo_money_by_name", money),
        on_both("undo_permission_of_the_kind", permission),
        on_both("undo_never_does_it_again", never_again),
        on_both("undo_of_a_meeting", of_a_meeting),
        on_both("undo_a_session", session),
        on_both("undo_a_file_whole", file),
        on_both("undo_several_people", several),
        on_both("undo_after_a_transfer", transferred),
        on_both("undo_with_a_reason", reason),
    ]
    .into_iter()
    .flatten()
    .chain([crate::support::plain("undo_permission_of_each_kind", of_each_kind)])
    .collect()
}

/// 李四 is the secretary, 钱七 the treasurer, 王五 leads a group.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "钱七", "赵六"], 3).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    house.grant("王五", Role::GroupLeader, BRANCH).await;
    house.group("90000", BRANCH).await;
    house
}

async fn records(house: &House) -> usize {
    house.db.column("SELECT kind FROM record").await.len()
}

/// 0.8 yuan of 张三 that are confirmed.
async fn paid(house: &House) {
    house.whispers("张三", "交了8月到11月团费").await;
    assert!(house.whispers("钱七", "确认张三的团费").await.starts_with("团费确认了 1 位"));
}

async fn money(db: Db) {
    let house = house(db).await;
    paid(&house).await;
    house.whispers("钱七", "退还张三10月团费").await;
    house.whispers("钱七", "上缴上级团费0.1元").await;
    house.whispers("钱七", "上缴上级团费0.2元").await;
    house.whispers("钱七", "团费期初余额10元").await;
    assert_eq!(house.whispers("赵六", "撤销期初余额").await, TREASURER);
    // days later, by another officer, in the words in which the bot names it
    house.clock().advance(5 * 86_400_000);
    let before = records(&house).await;
    for wrong in
        ["撤销上缴上级团费10元", "撤销期初余额5元", "撤销返还", "撤销10月团费的上缴", "撤销张三的自愿多交", "撤销张三的期初已清", "撤销张三8月团费的退款"]
    {
        assert_eq!(house.whispers("李四", wrong).await, NOTHING, "{wrong}");
    }
    assert_eq!(records(&house).await, before, "nothing was entered in its place");
    assert_eq!(house.whispers("李四", "撤销上缴上级团费0.1元").await, "撤销了：11月团费的上缴。");
    assert_eq!(house.whispers("李四", "撤销11月团费的上缴").await, "撤销了：11月团费的上缴。");
    assert_eq!(house.whispers("李四", "撤销上缴").await, NOTHING, "both are back");
    assert_eq!(house.whispers("钱七", "撤销期初余额10元").await, "撤销了：团费的期初余额。");
    assert_eq!(house.whispers("李四", "撤销张三10月团费的退款").await, "撤销了：张三10月团费的退款。");
    assert_eq!(house.whispers("李四", "撤销张三10月团费的退款").await, NOTHING, "and is not refunded again");
    assert!(house.whispers("钱七", "账本").await.ends_with("退还 0 元，上缴 0 元，返还 0 元。手上应有 0.8 元。"));
    house.ends().await;
}

/// Whoever records for others does not undo what takes more than that.
async fn permission(db: Db) {
    let house = house(db).await;
    paid(&house).await;
    assert_eq!(house.whispers("王五", "撤销张三8月团费的确认").await, TREASURER);
    house.whispers("钱七", "退还张三10月团费").await;
    assert_eq!(house.whispers("王五", "撤销张三10月团费的退款").await, TREASURER);
    assert_eq!(house.whispers("王五", "撤销张三10月团费").await, "那条已经确认过了，要改请组织委员或团支书来。");
    house.whispers("钱七", "赵六9月前都交清了").await;
    assert_eq!(house.whispers("王五", "撤销赵六的期初已清").await, TREASURER);
    let told = house.whispers("李四", "赵六免交团费到12月").await;
    assert!(told.contains("赵六"), "{told}");
    for name in ["王五", "钱七"] {
        assert_eq!(house.whispers(name, "撤销赵六的减免").await, SECRETARY, "{name}");
    }
    // what is named and is not there takes nothing else
    let before = records(&house).await;
    assert_eq!(house.whispers("李四", "撤销王五的减免").await, NOTHING);
    assert_eq!(house.whispers("钱七", "撤销张三的期初已清").await, NOTHING);
    assert_eq!(records(&house).await, before);
    assert!(house.whispers("李四", "撤销赵六的减免").await.starts_with("撤销了：赵六"));
    assert_eq!(house.whispers("钱七", "撤销赵六的期初已清").await, "撤销了：赵六8月团费的期初已清。");
    assert_eq!(house.whispers("钱七", "撤销张三10月团费的退款").await, "撤销了：张三10月团费的退款。");
    house.ends().await;
}

/// By hand, for every kind of entry: who of all roles may take it back.
fn of_each_kind() {
    use Role::{Auditor, Committee, GroupLeader, Member, Operator, Secretary, Treasurer};
    let config = crate::support::house::config();
    for (kinds, permission, roles) in [
        (
            &[Kind::Done, Kind::Attest, Kind::Attend, Kind::Leave, Kind::Extra, Kind::Reverse][..],
            Permission::ReportOthers,
            &[GroupLeader, Treasurer, Secretary][..],
        ),
        (&[Kind::Confirm, Kind::ConfirmExtra], Permission::ApproveDues, &[Treasurer, Secretary]),
        (&[Kind::Refund, Kind::RefundExtra, Kind::HandUp, Kind::Returned, Kind::Carried, Kind::Opening], Permission::KeepCash, &[Treasurer, Secretary]),
        (&[Kind::Exempt, Kind::Reduce], Permission::Exempt, &[Secretary, Committee]),
    ] {
        for kind in kinds {
            assert_eq!(to_undo(*kind, false), permission, "{kind:?}");
            for role in [Member, GroupLeader, Treasurer, Secretary, Committee, Auditor, Operator] {
                let may = config.roles.get(&role).is_some_and(|p| p.contains(&to_undo(*kind, false)));
                assert_eq!(may, roles.contains(&role), "{role:?} {kind:?}");
            }
        }
    }
    assert_eq!(to_undo(Kind::Done, true), Permission::ImportRecords);
    assert_eq!(to_undo(Kind::Confirm, true), Permission::ApproveDues);
}

/// 撤销 before the words of a command never gives the command.
async fn never_again(db: Db) {
    let house = house(db).await;
    paid(&house).await;
    let before = records(&house).await;
    for said in ["撤销期初余额10元", "撤销上缴上级团费0.1元", "撤销张三10月团费的退款", "撤销10月前都交清了", "取消上缴团费", "撤销自愿多交1元"]
    {
        assert_eq!(house.whispers("李四", said).await, NOTHING, "{said}");
    }
    for said in ["取消补收从2025年8月起", "撤销补收"] {
        assert!(house.whispers("李四", said).await.starts_with("补收的月份撤不回来"), "{said}");
    }
    for said in ["取消赵六从9月起月缴8元", "撤销赵六从9月起月缴5元"] {
        assert!(house.whispers("李四", said).await.starts_with("档次不用撤"), "{said}");
    }
    assert_eq!(records(&house).await, before);
    // what that settled is taken back whole, and nothing else
    house.whispers("钱七", "赵六10月前都交清了").await;
    house.whispers("李四", "交了11月团费").await;
    assert_eq!(house.whispers("钱七", "撤销10月前都交清了").await, "撤销了：赵六8月、9月团费的期初已清。");
    for unclear in ["撤销植树", "撤销昨天的", "撤销全部"] {
        assert_eq!(house.whispers("李四", unclear).await, NOTHING, "{unclear}");
    }
    assert_eq!(house.whispers("李四", "撤销").await, "撤销了：11月团费。");
    house.ends().await;
}

/// Lines of a meeting's record are taken back by name, and by a bare word where they were last.
async fn of_a_meeting(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    assert!(group.asks("李四", "开始签到 到20:00").await.starts_with("主题团日签到开始了"));
    group.asks("李四", "赵六主题团日请病假").await;
    group.asks("李四", "张三签到").await;
    group.asks("李四", "完成：民主议事").await;
    group.asks("李四", "完成：缴纳团费").await;
    let before = records(&house).await;
    assert_eq!(group.asks("李四", "撤销完成民主议事").await, "已办的事项去掉了：民主议事。");
    assert_eq!(group.asks("李四", "未完成：缴纳团费").await, "已办的事项去掉了：缴纳团费。");
    assert_eq!(group.asks("李四", "撤销完成民主议事").await, NOTHING);
    group.asks("李四", "自选动作：植树").await;
    assert_eq!(group.asks("李四", "撤销").await, "自选动作去掉了：植树。", "what was said last");
    assert_eq!(records(&house).await, before, "张三 was there, 赵六 is on leave");
    group.asks("李四", "主持：张三").await;
    assert_eq!(group.asks("李四", "主持改为王五").await, "主持记下了：王五。");
    assert_eq!(group.asks("李四", "撤销主持").await, "主持去掉了：王五。");
    assert!(group.asks("李四", "本次台账").await.contains("主持：张三"), "the one before stands again");
    group.asks("李四", "列席：刘书、郑老师").await;
    assert_eq!(group.asks("李四", "取消列席刘书").await, "列席去掉了：刘书。");
    assert_eq!(group.asks("李四", "撤销列席").await, "列席去掉了：郑老师。");
    group.asks("李四", "记录：补一条").await;
    assert!(group.asks("李四", "撤销记录1").await.contains('1'));
    let page = group.asks("李四", "本次台账").await;
    assert!(!page.contains("补一条") && !page.contains("列席") && !page.contains("植树") && page.contains("应到 5，实到 1，请假 1"), "{page}");
    // who may not keep the record takes away nothing of it
    assert!(group.asks("赵六", "撤销主持").await.starts_with("这件事要"));
    assert_eq!(group.asks("李四", "撤销主持").await, "主持去掉了：张三。");
    assert_eq!(group.asks("李四", "撤销").await, "撤销了：张三11月主题团日。", "before that it was a check-in");
    house.ends().await;
}

/// A session that was opened by mistake is void after a yes; what was given at it is reversed.
async fn session(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    group.asks("李四", "赵六大学习看完了").await;
    group.asks("李四", "开始签到 到20:00").await;
    let asked = "要作废第一团支部11月22日 12:00开始的主题团日签到吗？还没有人签到或请假。会上记下的内容也不再显示。回“是”作废，回“否”算了。";
    assert_eq!(group.asks("李四", "撤销").await, asked, "the last thing that was done");
    assert_eq!(group.asks("李四", "否").await, "好的，都没动。");
    assert!(group.says("张三", "签到").await.starts_with("签到成功"));
    group.says("赵六", "主题团日请假").await;
    group.asks("李四", "王五签到").await;
    // a member's own
    assert_eq!(group.asks("赵六", "取消签到").await, NOTHING, "his leave is no check-in");
    assert_eq!(group.asks("张三", "取消签到").await, "撤销了：11月主题团日。");
    assert!(group.says("张三", "签到").await.starts_with("签到成功"));
    assert_eq!(group.asks("张三", "作废这次签到").await, SECRETARY);
    let which = group.asks("李四", "撤销签到").await;
    assert!(which.starts_with("要撤哪一个？\n1. 王五11月主题团日\n2. ") && which.contains("3 条签到和请假"), "{which}");
    assert_eq!(group.asks("李四", "是").await, "回 1 撤你记的那条，回 2 作废整次签到，都不撤就回“否”。");
    assert_eq!(group.asks("李四", "1").await, "撤销了：王五11月主题团日。");
    assert!(group.asks("李四", "结束签到").await.contains("实到 1（迟到 0，早退 0），请假 1"));
    let asked = group.asks("李四", "作废这次签到").await;
    assert!(asked.contains("当次的 2 条签到和请假会一起撤掉"), "{asked}");
    assert_eq!(group.asks("李四", "是").await, "第一团支部11月22日 12:00开始的主题团日签到作废了，2 条签到和请假一起撤了。要再开就说“开始签到”。");
    assert_eq!(group.asks("李四", "谁没参加主题团日").await, "11月主题团日还没有开过签到。");
    assert_eq!(house.db.column("SELECT got || ' ' || excused FROM standing WHERE duty = 'theme_day' AND (got > 0 OR excused > 0)").await, Vec::<String>::new());
    assert_eq!(house.db.column("SELECT duty FROM session_withdrawn").await, ["theme_day"]);
    assert!(group.asks("李四", "作废这次签到").await.starts_with("这里最近没有开过会"), "there is none");
    assert_eq!(group.asks("李四", "撤销").await, "撤销了：赵六本周青年大学习。");
    house.ends().await;
}

/// A file goes by one word, and leaves no difference behind.
async fn file(db: Db) {
    let house = house(db).await;
    house.whispers("李四", "赵六大学习看完了").await;
    house.whispers("张三", "大学习看完了").await;
    house.drops("李四", "大学习.csv", "姓名,学习时间\n王五,2026-11-18\n钱七,2026-11-18\n李四,2026-11-18\n".as_bytes().to_vec()).await;
    assert!(house.whispers("李四", "是").await.starts_with("记好了：补记 3 位"));
    assert!(house.whispers("李四", "大学习差异").await.contains("张三"));
    assert_eq!(house.whispers("李四", "撤销主持").await, "这里最近没有开过会。");
    let told = house.whispers("李四", "撤销大学习").await;
    assert!(told.starts_with("撤销了：") && ["王五", "钱七"].iter().all(|n| told.contains(n)) && !told.contains("赵六"), "{told}");
    assert_eq!(house.whispers("李四", "撤销导入").await, NOTHING);
    let after = house.whispers("李四", "大学习差异").await;
    assert!(!after.contains("张三"), "no file speaks of him any more: {after}");
    assert_eq!(house.whispers("李四", "撤销").await, "撤销了：赵六本周青年大学习。");
    house.ends().await;
}

async fn several(db: Db) {
    let house = house(db).await;
    let group = house.unbound_group("90000");
    group.asks("李四", "开始签到 到20:00").await;
    group.says("张三", "签到").await;
    group.says("王五", "签到").await;
    assert_eq!(group.asks("李四", "撤销张三和赵六的签到").await, NOTHING, "no session is void for two of those who were there");
    for name in ["张三", "王五"] {
        assert_eq!(group.asks("李四", &format!("撤销{name}的签到")).await, format!("撤销了：{name}11月主题团日。"));
    }
    house.ends().await;
}

/// What was entered in the old branch is still its secretary's to take back.
async fn transferred(db: Db) {
    let house = house(db).await;
    house.branch(OTHER, &["孙八"], 3).await;
    house.whispers("张三", "交了11月团费").await;
    let (old, new) = (house.store().org_by_path(BRANCH).await.unwrap().unwrap(), house.store().org_by_path(OTHER).await.unwrap().unwrap());
    let person = house.store().people_named("张三", "").await.unwrap()[0].0;
    let moves = RosterChange::Transfer { person, from: old.id, to: new.id, on: "2026-11-20".parse().unwrap(), fields: MemberFields::default() };
    house.store().change_roster(&[moves], &[], None, &|_, _, _| Vec::new()).await.unwrap();
    house.bot.cache.forget_all();
    assert_eq!(house.whispers("赵六", "撤销张三11月团费").await, TREASURER);
    assert_eq!(house.whispers("李四", "撤销张三11月团费").await, "撤销了：张三11月团费。");
    assert_eq!(house.whispers("李四", "撤销张三11月团费").await, NOTHING);
    house.wire.take();
    house.store().close().await;
}

/// Why something was taken back is kept beside it.
async fn reason(db: Db) {
    let house = house(db).await;
    for name in ["张三", "王五", "赵六"] {
        house.whispers(name, "大学习看完了").await;
    }
    assert_eq!(house.whispers("李四", "撤销王五的大学习，截图是假的").await, "撤销了：王五本周青年大学习。原因也记下了。");
    assert_eq!(house.whispers("李四", "更正赵六的大学习：没有完成，因为截图是去年的").await, "撤销了：赵六本周青年大学习。原因也记下了。");
    assert_eq!(house.whispers("李四", "撤销张三的大学习，因为误报").await, "撤销了：张三本周青年大学习。原因也记下了。");
    assert_eq!(house.db.column("SELECT body FROM reason ORDER BY record_id").await, ["截图是假的", "截图是去年的", "误报"]);
    let sheet = house.whispers("李四", "导出本周大学习台账").await;
    assert!(sheet.contains("截图是去年的"), "{sheet}");
    house.ends().await;
}
