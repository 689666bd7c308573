//! A command about money is its whole sentence or nothing: what is denied, delayed, doubted, asked about or heard of enters nothing, sums
//! and months have to be those that wait, and no half of a message is lost.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const NOTHING: &str = "这句没全看懂，先什么都没动。";
const LIST: &str = "第一团支部团费待确认 4 位，共 1 元：张三（11月，0.2 元）、李四（10月、11月，0.4 元）、王五（11月，0.2 元）、吴十（11月，0.2 元）。都收到了就回“全部确认”，或说“确认 姓名”。";

pub fn tests() -> Vec<Trial> {
    [
        on_both("money_whole_confirming", confirming),
        on_both("money_whole_sums_and_months", sums_and_months),
        on_both("money_whole_commands", commands),
        on_both("money_whole_several", several),
        on_both("money_whole_parts", parts),
        on_both("money_whole_corrections", corrections),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// November; the branch is here since August. 钱七 is its treasurer, 赵书 its secretary.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "吴十", "钱七", "赵书"], 3).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    house.grant("赵书", Role::Secretary, BRANCH).await;
    house
}

async fn claims(house: &House) {
    for name in ["张三", "王五", "吴十"] {
        assert!(house.whispers(name, "交了11月团费").await.starts_with("收到："));
    }
    assert!(house.whispers("李四", "交了10月和11月团费").await.starts_with("收到："));
}

/// The kinds of the records that were entered.
async fn kinds(house: &House) -> Vec<String> {
    house.db.column("SELECT kind FROM record ORDER BY id").await
}

async fn confirming(db: Db) {
    let house = house(db).await;
    claims(&house).await;
    let before = kinds(&house).await;
    assert_eq!(house.whispers("钱七", "确认团费").await, LIST);
    for said in [
        "先别全部确认",
        "不能全部确认",
        "还不能全部确认",
        "不要全部确认",
        "暂时不全部确认",
        "没法全部确认",
        "全部确认不了",
        "等会儿全部确认",
        "全部确认之前先等等",
        "除王五外全部确认",
        "除了王五，其他人都确认",
        "为什么没收到张三的团费",
        "是不是没收到张三的团费",
        "有没有收到张三的团费",
        "可能收到张三的团费",
        "好像收到了张三的团费",
        "应该收到张三的团费了吧",
        "是否没收到张三的团费",
        "收没收到张三的团费",
        "好像没收到张三的团费",
        "王五没收到，吴十收到了",
    ] {
        let told = house.whispers("钱七", said).await;
        assert!(told.starts_with(NOTHING), "{said}: {told}");
        assert_eq!(kinds(&house).await, before, "{said}");
    }
    assert_eq!(house.whispers("钱七", "先别全部确认").await, format!("{NOTHING}收到了就说“确认张三的团费”或“全部确认”，没收到就说“没收到张三的团费”。"));
    // an account is no money
    assert_eq!(house.whispers("钱七", "确认全部绑定").await, "没有等着确认的。");
    assert_eq!(kinds(&house).await, before);
    // the words of the list
    assert_eq!(house.whispers("钱七", "确认团费").await, LIST);
    assert_eq!(
        house.whispers("钱七", "都收到了").await,
        "团费确认了 4 位，共 1 元：张三（11月，0.2 元）、李四（10月、11月，0.4 元）、王五（11月，0.2 元）、吴十（11月，0.2 元）。"
    );
    house.ends().await;
}

async fn sums_and_months(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    claims(&house).await;
    let before = kinds(&house).await;
    let differs = |waits: &str| format!("和等着确认的对不上，先没确认：{waits}。按等着的确认就说“确认 姓名”；钱数不对就说“没收到 姓名 的团费”，请 TA 重新报。");
    assert_eq!(house.whispers("钱七", "收到李四0.3元团费").await, differs("李四（10月、11月，0.4 元）"));
    assert_eq!(house.whispers("钱七", "确认李四的0.2元").await, differs("李四（10月、11月，0.4 元）"));
    assert_eq!(house.whispers("钱七", "确认张三10月的团费").await, differs("张三（11月，0.2 元）"));
    assert_eq!(house.whispers("钱七", "确认张三10月和11月的团费").await, differs("张三（11月，0.2 元）"));
    assert_eq!(house.whispers("钱七", "确认张三、王五的0.5元团费").await, differs("张三（11月，0.2 元）、王五（11月，0.2 元）"));
    house.whispers("钱七", "确认团费").await;
    assert!(house.whispers("钱七", "确认0.2元的").await.starts_with("和等着确认的对不上，先没确认：张三"));
    assert_eq!(group.asks("钱七", "收到李四0.3元团费").await, "和等着确认的对不上，先没确认。私聊我说“确认团费”看名单和金额。");
    assert_eq!(kinds(&house).await, before);
    // what fits is confirmed, and no more than that
    assert_eq!(house.whispers("钱七", "收到李四10月团费0.2元").await, "团费确认了 1 位，共 0.2 元：李四（10月，0.2 元）。");
    assert_eq!(house.whispers("钱七", "收到张三0.2元团费").await, "团费确认了 1 位，共 0.2 元：张三（11月，0.2 元）。");
    assert_eq!(house.whispers("钱七", "确认王五、吴十各0.2元的团费").await, "团费确认了 2 位，共 0.4 元：王五（11月，0.2 元）、吴十（11月，0.2 元）。");
    house.whispers("钱七", "确认团费").await;
    assert_eq!(house.whispers("钱七", "全部确认").await, "团费确认了 1 位，共 0.2 元：李四（11月，0.2 元）。");
    house.ends().await;
}

async fn commands(db: Db) {
    let house = house(db).await;
    claims(&house).await;
    house.whispers("钱七", "确认张三的团费").await;
    house.whispers("赵书", "期初余额3元").await;
    let before = kinds(&house).await;
    for said in [
        "听说李四免交到12月",
        "李四想免交到12月",
        "听说张三转走了",
        "可能上级返还团费3元",
        "张三好像从12月起月缴5元",
        "据说9月前都交清了",
        "期初余额10元，上缴5元",
        "上缴团委10月20元11月20元",
        "退还张三 0.1元 0.2元",
        "张三从12月起月缴5元，从明年4月起月缴8元",
    ] {
        let told = house.whispers("赵书", said).await;
        assert!(told.starts_with(NOTHING), "{said}: {told}");
        assert_eq!(kinds(&house).await, before, "{said}");
    }
    // never the command itself
    for said in ["撤销上缴上级团费10元", "撤销9月前都交清了", "取消补收从2025年8月起", "取消李四从12月起月缴5元", "撤销王五的退款"]
    {
        let told = house.whispers("赵书", said).await;
        assert!(!told.contains("好，") && !told.contains("记下了") && !told.contains("退给"), "{said}: {told}");
        assert_eq!(kinds(&house).await, before, "{said}");
    }
    let book = house.whispers("赵书", "账本").await;
    assert!(book.contains("手上应有 3.2 元"), "{book}");
    assert!(!house.whispers("李四", "我的数据").await.contains("团费档次 1 条"));
    house.ends().await;
}

async fn several(db: Db) {
    let house = house(db).await;
    let told = house.whispers("钱七", "张三交了11月团费0.2元，李四交了0.4元，王五交了0.2元").await;
    assert!(["张三11月", "李四8月、9月", "王五8月"].iter().all(|who| told.contains(who)), "{told}");
    assert_eq!(kinds(&house).await, ["done"; 4]);
    for said in ["吴十交了8月团费0.2元，李四可能交了0.2元", "吴十交了8月团费0.2元，李四说交了0.2元"] {
        house.whispers("钱七", said).await;
        assert_eq!(kinds(&house).await.len(), 4, "{said}");
    }
    let told = house.whispers("吴十", "替王五和我自己交了11月团费").await;
    assert!(told.contains("王五") && told.contains("吴十"), "{told}");
    assert_eq!(kinds(&house).await.len(), 6);
    house.ends().await;
}

async fn parts(db: Db) {
    let house = house(db).await;
    let told = house.whispers("赵书", "张三减免50%到12月").await;
    assert!(told.contains("张三11月、12月的团费每期减为 0.1 元"), "{told}");
    let told = house.whispers("赵书", "李四减免30%到12月").await;
    assert!(told.contains("李四11月、12月的团费每期减为 0.14 元"), "{told}");
    let told = house.whispers("赵书", "王五减免0.1元到12月").await;
    assert!(told.starts_with(NOTHING), "{told}");
    house.ends().await;
}

async fn corrections(db: Db) {
    let house = house(db).await;
    house.whispers("张三", "交了10月和11月团费0.4元").await;
    let before = kinds(&house).await;
    assert_eq!(house.whispers("张三", "更正：13月").await, "要改成什么？比如“更正：10月”“更正：0.4元”“更正：张三的”。");
    let unfit = "改后的数和应交的对不上，先没改。说清月份再试，比如“更正：10月团费是0.4元”。";
    assert_eq!(house.whispers("张三", "更正：100元").await, unfit);
    assert_eq!(kinds(&house).await, before);
    assert_eq!(house.whispers("张三", "更正：张三只交了0.2元，因为看错了").await, "改好了：张三10月、11月团费 0.4 元 → 张三10月团费 0.2 元。原因也记下了。");
    house.ends().await;
}
