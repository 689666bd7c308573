//! Exempt and reduced dues that are approved above: they wait, are told, approved, refused, taken back, and keep who decided what.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account, config};
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::config::Config;
use zhibu::domain::message::{ChatKey, Event};
use zhibu::domain::relief::Approval;
use zhibu::domain::role::{Permission, Role};

const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const HOME: &str = "余庆县团委/构皮滩镇团委/第九团支部";
const ASKED: &str = "报上去了：张三11月、12月免交团费，李四定的，等白泥镇团委批。批下来之前照旧要交；不报了就说“撤销”。";
const TOLD: &str = "第一团支部报来要批的：张三11月、12月免交团费，李四定的。同意就回“同意张三的减免”，不同意回“驳回张三的减免”；都有哪些说“待批减免”。";

pub fn tests() -> Vec<Trial> {
    [
        on_both("relief_approved_above", approved),
        on_both("relief_refused_above", refused),
        on_both("relief_taken_back", taken_back),
        on_both("relief_every_role", every_role),
        on_both("relief_nobody_above", nobody_above),
        on_both("relief_of_whom", of_whom),
        on_both("relief_erased", erased),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Two branches of a town since September; it is November. 李四 is the first one's secretary, 赵敏 the town's.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "钱七"], 2).await;
    house.branch(OTHER, &["张三丰", "周八"], 2).await;
    house.branch(HOME, &["赵敏"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("周八", Role::Secretary, OTHER).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    house.grant("赵敏", Role::Committee, TOWN).await;
    house
}

fn with(approval: Approval) -> Arc<Config> {
    let mut config = Arc::into_inner(config()).unwrap();
    config.duties.iter_mut().find(|d| d.key == "dues").unwrap().money.approval = approval;
    Arc::new(config)
}

/// What somebody was sent in private since the last look.
fn heard(house: &House, name: &str) -> String {
    house.read(&ChatKey::private(&account(name)))
}

async fn dues(house: &House, name: &str) -> Vec<String> {
    house.whispers(name, "我还欠什么").await.lines().skip(1).take_while(|l| l.starts_with("团费")).map(str::to_owned).collect()
}

async fn approved(db: Db) {
    let mut house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.asks("李四", "张三免交团费到12月，因为低保家庭").await, ASKED);
    assert_eq!(heard(&house, "赵敏"), TOLD.replace("李四定的", "李四定的（低保家庭）"));
    // said again it is the same request, and nobody is told twice
    assert_eq!(group.asks("李四", "张三免交团费到12月，因为低保家庭").await, "张三的这件已经报上去了，还在等白泥镇团委批。");
    let owes = "团费：还没有交过；还没交：9月至11月，共 0.6 元。";
    assert_eq!(dues(&house, "张三").await, [owes, "团费减免：11月、12月免交团费，在等上级批，批下来之前照旧要交。"]);
    assert_eq!(group.asks("李四", "11月团费统计").await, "11月团费：应交 4 = 已交 0 + 免交 0 + 未交 4，收缴率 0 %");
    assert_eq!(house.whispers("李四", "王五从10月起减半到12月").await, ASKED.replace("张三11月、12月免交团费", "王五10月至12月团费减半"));
    assert!(heard(&house, "赵敏").contains("王五10月至12月团费减半"));
    // it lasts
    house.restart().await;
    let list = "等着批的减免有 2 件：\n第一团支部张三：11月、12月免交团费，李四定的（低保家庭）\n第一团支部王五：10月至12月团费减半，李四定的\n\
        都同意就回“是”；分开批说“同意张三的减免”或“驳回张三的减免”。";
    assert_eq!(house.whispers("赵敏", "待批减免").await, list);
    assert_eq!(house.whispers("赵敏", "否").await, "好的，先放着，都还没批。要驳回就说“驳回姓名的减免”。");
    assert_eq!(house.whispers("赵敏", "同意减免").await, "等着批的有：张三、王五。说“同意姓名的减免”或“驳回姓名的减免”，一起批说“全部同意减免”。");
    assert_eq!(house.whispers("赵敏", "同意张三的免交").await, "批了：第一团支部张三11月、12月免交团费，到12月为止，已经告诉支部。");
    assert_eq!(heard(&house, "李四"), "批下来了：张三11月、12月免交团费，赵敏批的，到12月为止。");
    let owes = "团费：还没有交过；还没交：9月、10月，共 0.4 元。";
    assert_eq!(dues(&house, "张三").await, [owes, "团费减免：11月、12月免交，李四定的，赵敏批的（低保家庭）。"]);
    assert_eq!(house.whispers("赵敏", "同意张三的免交").await, "张三没有等着批的减免。");
    house.whispers("赵敏", "待批减免").await;
    assert_eq!(house.whispers("赵敏", "是").await, "批了：第一团支部王五10月至12月团费减半，到12月为止，已经告诉支部。");
    assert!(heard(&house, "李四").starts_with("批下来了：王五10月至12月团费减半"));
    assert_eq!(dues(&house, "王五").await[0], "团费：还没有交过；还没交：9月至11月，共 0.4 元。");
    assert_eq!(house.whispers("赵敏", "待批减免").await, "现在没有等着批的减免。");
    // whoever is above decides it alone
    assert_eq!(house.whispers("赵敏", "钱七免交团费到12月").await, "记下了：钱七11月、12月免交团费，赵敏定的，到12月为止。");
    assert_eq!(house.db.column("SELECT outcome FROM relief ORDER BY id").await, ["approved", "approved", "approved"]);
    house.ends().await;
}

async fn refused(db: Db) {
    let house = house(db).await;
    assert_eq!(house.whispers("李四", "张三免交团费到12月").await, ASKED);
    assert_eq!(heard(&house, "赵敏"), TOLD);
    // paid meanwhile: nothing is left to approve
    assert_eq!(house.whispers("李四", "王五免交团费到11月").await, ASKED.replace("张三11月、12月", "王五11月"));
    assert!(heard(&house, "赵敏").contains("王五"));
    house.whispers("王五", "交了11月团费").await;
    assert_eq!(house.whispers("赵敏", "驳回张三的免交").await, "驳回了：第一团支部张三11月、12月免交团费，已经告诉支部。");
    assert_eq!(heard(&house, "李四"), "没有批：张三11月、12月免交团费，赵敏驳回的，照旧要交。");
    assert_eq!(dues(&house, "张三").await, ["团费：还没有交过；还没交：9月至11月，共 0.6 元。"]);
    assert_eq!(house.whispers("赵敏", "同意减免").await, "第一团支部王五11月的都交了或不用交，没有要减免的，已经告诉支部。");
    assert_eq!(heard(&house, "李四"), "王五11月的减免，赵敏批了，可这几期都交了或不用交，没有要减免的。");
    assert_eq!(house.db.column("SELECT kind FROM record ORDER BY id").await, ["done"]);
    // who read the request may answer it at once with one word
    house.whispers("李四", "张三免交团费到12月，因为生病住院").await;
    assert_eq!(heard(&house, "赵敏"), TOLD, "what is said of somebody's health is not kept");
    assert_eq!(house.db.column("SELECT reason FROM relief").await, ["", "", ""]);
    assert_eq!(house.whispers("赵敏", "不同意减免").await, "驳回了：第一团支部张三11月、12月免交团费，已经告诉支部。");
    assert!(heard(&house, "李四").starts_with("没有批"));
    house.ends().await;
}

async fn taken_back(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    house.whispers("李四", "张三免交团费到12月").await;
    heard(&house, "赵敏");
    assert_eq!(house.whispers("李四", "撤销").await, "好的，不报了：张三11月、12月团费的减免。");
    assert_eq!(house.whispers("赵敏", "待批减免").await, "现在没有等着批的减免。");
    assert_eq!(house.whispers("李四", "撤销").await, "没有可以撤销的记录。");
    // by name, also where something was entered since
    house.whispers("李四", "张三免交团费到12月").await;
    heard(&house, "赵敏");
    house.later(1).await;
    house.whispers("李四", "交了团费").await;
    assert_eq!(house.whispers("钱七", "撤销张三的免交").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.whispers("李四", "撤销张三的免交").await, "好的，不报了：张三11月、12月团费的减免。");
    // what was entered later is what is meant by a bare word
    house.whispers("李四", "张三免交团费到12月").await;
    heard(&house, "赵敏");
    house.later(1).await;
    house.whispers("李四", "交了10月团费").await;
    assert_eq!(house.whispers("李四", "撤销").await, "撤销了：10月团费。");
    assert_eq!(house.db.column("SELECT duty FROM relief").await.len(), 1);
    assert_eq!(house.whispers("李四", "取消张三的免交").await, "好的，不报了：张三11月、12月团费的减免。");
    // recalled
    let message = house.message(&group.chat, "李四", "张三免交团费到12月", true);
    let recall = Event::Recall {
        chat: group.chat.clone(),
        bot: house.me.clone(),
        sender: account("李四"),
        operator: account("李四"),
        message: message.quote_id.clone(),
        at: house.bot.now(),
    };
    house.hear(message).await;
    assert_eq!(house.read(&group.chat), ASKED);
    heard(&house, "赵敏");
    house.bot.handle(recall).await;
    assert!(house.read(&group.chat).contains("张三11月、12月团费的减免"));
    assert_eq!(group.says("李四", "是").await, "好的，不报了：张三11月、12月团费的减免。");
    // approved and taken back by the one who approved: as before
    house.whispers("李四", "张三免交团费到12月").await;
    heard(&house, "赵敏");
    house.whispers("赵敏", "同意张三的免交").await;
    heard(&house, "李四");
    assert_eq!(house.whispers("赵敏", "撤销").await, "撤销了：张三11月、12月团费的减免。\n这件又等着批了：要驳回再说一声。");
    assert!(dues(&house, "张三").await[1].contains("在等上级批"));
    house.whispers("赵敏", "同意张三的免交").await;
    heard(&house, "李四");
    // by the branch: it is over
    assert_eq!(house.whispers("李四", "撤销张三团费的减免").await, "撤销了：张三11月、12月团费的减免。");
    assert_eq!(dues(&house, "张三").await, ["团费：还没有交过；还没交：9月至11月，共 0.6 元。"]);
    assert_eq!(house.whispers("赵敏", "待批减免").await, "现在没有等着批的减免。");
    house.ends().await;
}

/// Whatever role somebody has, in the branch, above, beside: only above it is approved.
async fn every_role(db: Db) {
    let house = house(db).await;
    let names: Vec<String> = Role::ALL.iter().flat_map(|r| ["本", "上", "旁"].map(|held| format!("欧阳{held}{}", letter(*r)))).collect();
    house.branch("余庆县团委/龙溪镇团委/第三团支部", &names.iter().map(String::as_str).collect::<Vec<_>>(), 0).await;
    let mut wrong = Vec::new();
    for role in Role::ALL {
        for (held, at) in [("本", BRANCH), ("上", TOWN), ("旁", OTHER)] {
            let name = format!("欧阳{held}{}", letter(role));
            house.grant(&name, role, at).await;
        }
    }
    for role in Role::ALL {
        for held in ["本", "上", "旁"] {
            let name = format!("欧阳{held}{}", letter(role));
            assert_eq!(house.whispers("李四", "张三免交团费到12月").await, ASKED);
            house.wire.take();
            let read = house.whispers(&name, "同意张三的免交").await;
            let may = held == "上" && house.bot.config.roles[&role].contains(&Permission::ApproveRelief);
            let waits = house.db.column("SELECT duty FROM relief WHERE outcome IS NULL").await.len();
            let refused = read == "减免要上级来批，支部自己批不了；要定新的，说“张三免交到12月”。";
            if may != read.starts_with("批了") || may == refused || may != (waits == 0) {
                wrong.push(format!("{role:?} {held}: {read}"));
            }
            house.wire.take();
            house.whispers(if may { &name } else { "李四" }, "撤销").await;
            house.whispers("李四", "撤销张三的免交").await;
            house.wire.take();
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    house.ends().await;
}

fn letter(role: Role) -> &'static str {
    ["甲", "乙", "丙", "丁", "戊", "己", "庚"][Role::ALL.iter().position(|r| *r == role).unwrap()]
}

/// Nobody above has an account: the branch's word counts or it waits, as configured, and it is said what to do.
async fn nobody_above(db: Db) {
    let house = House::with(db, with(Approval::Above)).await;
    house.branch(BRANCH, &["张三", "李四"], 0).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    let waits = "报上去了：张三11月、12月免交团费，李四定的。可上级还没有能批的人在我这里：请上级团委的同志来绑定账号，\
        或者请管理员把 exempt_approval 改成支部定了就算。批下来之前照旧要交；不报了就说“撤销”。";
    assert_eq!(house.whispers("李四", "张三免交团费到12月").await, waits);
    // somebody comes later, and finds it
    house.branch(HOME, &["赵敏"], 0).await;
    house.grant("赵敏", Role::Secretary, "余庆县团委").await;
    assert_eq!(house.whispers("赵敏", "同意张三的减免").await, "批了：第一团支部张三11月、12月免交团费，到12月为止，已经告诉支部。");
    heard(&house, "李四");
    assert!(house.whispers("李四", "李四免交团费到12月").await.ends_with("等余庆县团委批。批下来之前照旧要交；不报了就说“撤销”。"));
    heard(&house, "赵敏");
    // where the branch's word is enough, and where the default says what counts, in another process
    for (approval, end) in [(Approval::Branch, "到12月为止。"), (Approval::AboveOrBranch, "等余庆县团委批。批下来之前照旧要交；不报了就说“撤销”。")]
    {
        house.whispers("李四", "撤销").await;
        let other = House::with_same(&house, with(approval)).await;
        let told = other.whispers("李四", "李四免交团费到12月").await;
        assert!(told.ends_with(end), "{approval:?}: {told}");
        house.wire.take();
    }
    house.ends().await;
}

async fn of_whom(db: Db) {
    let house = house(db).await;
    let town = house.group("90001", TOWN).await;
    house.branch("余庆县团委/白泥镇团委/第三团支部", &["张三", "郑十"], 2).await;
    house.grant("郑十", Role::Secretary, "余庆县团委/白泥镇团委/第三团支部").await;
    for (who, say) in [("李四", "张三免交团费到12月"), ("郑十", "张三每月减为0.1元到12月"), ("周八", "张三丰免交团费到12月")] {
        assert!(house.whispers(who, say).await.starts_with("报上去了"), "{say}");
    }
    house.wire.take();
    assert_eq!(house.whispers("赵敏", "同意张三的减免").await, "等着批的有好几位张三，请带上支部说，比如“同意第一团支部张三的减免”。");
    assert_eq!(house.whispers("赵敏", "同意吴九的减免").await, "吴九没有等着批的减免。");
    // a group hears who, and no sums
    assert_eq!(town.asks("赵敏", "待批减免").await, "等着批的减免有 3 件，私聊我说“待批减免”看是谁。");
    assert_eq!(town.asks("赵敏", "同意第三团支部张三的减免").await, "批了：第三团支部张三11月、12月团费减交，到12月为止，已经告诉支部。");
    assert_eq!(heard(&house, "郑十"), "批下来了：张三11月、12月团费每期减为 0.1 元，赵敏批的，到12月为止。");
    assert_eq!(house.whispers("赵敏", "同意张三丰的减免").await, "批了：第二团支部张三丰11月、12月免交团费，到12月为止，已经告诉支部。");
    heard(&house, "周八");
    assert_eq!(house.whispers("赵敏", "全部同意减免").await, "批了：第一团支部张三11月、12月免交团费，到12月为止，已经告诉支部。");
    heard(&house, "李四");
    // not a word on it
    assert!(!house.whispers("李四", "批准张三免交了吗").await.contains("批了："));
    house.ends().await;
}

async fn erased(db: Db) {
    let house = house(db).await;
    house.whispers("李四", "张三免交团费到12月，因为跟王五家一样是低保").await;
    house.whispers("李四", "王五免交团费到12月").await;
    house.wire.take();
    assert!(house.whispers("张三", "我的数据").await.contains("，团费减免 1 件"));
    let taken: serde_json::Value = serde_json::from_str(&house.whispers("张三", "是").await).unwrap();
    assert_eq!((&taken["reliefs"][0][2], &taken["reliefs"][0][5]), (&"2026-11".into(), &"waits".into()));
    house.whispers("王五", "删除我的数据").await;
    assert!(house.whispers("王五", "是").await.starts_with("删好了"));
    assert_eq!(house.db.column("SELECT reason FROM relief").await, ["跟（已删除）家一样是低保"]);
    assert!(house.whispers("赵敏", "同意张三的减免").await.starts_with("批了"));
    heard(&house, "李四");
    house.whispers("张三", "删除我的数据").await;
    assert!(house.whispers("张三", "是").await.starts_with("删好了"));
    assert_eq!(house.db.column("SELECT reason FROM relief").await, Vec::<String>::new());
    house.ends().await;
}
