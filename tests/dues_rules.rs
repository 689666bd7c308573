//! What is owed: bands that change, months that are opened, balances of before, exemptions; and what lies beside it.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
/// Said where no officer above has an account.
pub const ALONE: &str = "上级还没有能批的人在我这里，先按支部定的算；该报上级批的，批复请自己留好。";

pub fn tests() -> Vec<Trial> {
    [
        on_both("dues_bands", bands),
        on_both("dues_opened_months", opened),
        on_both("dues_opening_balance", opening),
        on_both("dues_exempt_and_reduced", reduced),
        on_both("dues_gifts_apart", gifts),
        on_both("dues_second_gift_of_a_day", second_gift),
        on_both("dues_far_months", far),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Four members since August; it is November. 李四 is the secretary, 钱七 the treasurer.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "钱七"], 3).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    house
}

async fn bands(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(
        house.whispers("李四", "张三从10月起是在职").await,
        "“在职”有好几档，要看每月交几元：说“张三从10月起月缴3元”，或说“张三从10月起月薪3500”（工资只用来算，不记）。"
    );
    assert_eq!(house.whispers("李四", "张三从10月起是在职，月薪3500元").await, "好，张三从10月起按“月缴7元”交团费，每月 7 元；以前的不变。");
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：还没有交过；还没交：8月至11月，共 14.4 元。");
    assert_eq!(group.asks("李四", "王五从12月起是月缴5元").await, "好，王五从12月起的团费档次改好了，以前的不变。");
    assert_eq!(house.whispers("王五", "我还欠什么").await.lines().nth(1).unwrap(), "团费：还没有交过；还没交：8月至11月，共 0.8 元。");
    // what was paid at the old rate stays paid
    assert_eq!(house.whispers("王五", "交了8月到11月团费").await, "收到：王五8月至11月团费共 0.8 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("钱七", "王五从9月起是月缴5元").await, "好，王五从9月起按“月缴5元”交团费，每月 5 元；以前的不变。");
    assert_eq!(house.whispers("王五", "我还欠什么").await.lines().nth(1).unwrap(), "团费：最近交的是11月（待确认 0.8 元），目前不欠。");
    assert_eq!(house.whispers("张三", "王五从9月起是学生").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    for (pay, yuan) in [("1999.99", 3), ("2000", 4), ("2499", 4), ("2500", 5), ("5499", 10), ("5500", 11), ("9999", 19), ("10000", 20), ("15000", 20)] {
        let told = format!("每月团费 {yuan} 元，档次是“月缴{yuan}元”。工资只用来算，我不记。");
        assert_eq!(house.whispers("王五", &format!("工资{pay}每月交多少团费")).await, told);
    }
    assert_eq!(group.asks("王五", "月薪5000交多少团费").await, "这个只能私聊我办。");
    house.ends().await;
}

async fn opened(db: Db) {
    let house = house(db).await;
    let refused = "这件事要团支书来做，可以请 TA 跟我说一声。";
    assert_eq!(house.whispers("钱七", "补收从2026年3月起").await, refused);
    assert_eq!(house.whispers("张三", "交了5月团费").await, "张三5月不用交团费：那时还没入团，或者支部还没开始在这里记。");
    assert_eq!(house.whispers("李四", "补收从2026年3月起").await, "好，第一团支部的团费从3月起补收。入团更晚的从入团那个月算起。");
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：还没有交过；还没交：3月至11月，共 1.8 元。");
    assert_eq!(house.whispers("张三", "交了5月团费").await, "收到：张三5月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("李四", "补收从2026年6月起").await, "6月不在要补收的范围里：第一团支部的团费本来就从更早或同一个月算起，或者还没到。");
    let list = house.whispers("李四", "谁没交团费").await;
    assert!(list.contains("3月"), "{list}");
    house.ends().await;
}

async fn opening(db: Db) {
    let house = house(db).await;
    assert_eq!(house.whispers("张三", "9月前都交清了").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    house.whispers("王五", "交了8月团费").await;
    assert_eq!(house.whispers("钱七", "9月前都交清了").await, "好，9月以前的团费按已交清记：3 位，共 3 期。这些不进账本。");
    assert_eq!(house.whispers("钱七", "9月前都交清了").await, "9月以前没有要交的团费，不用记。");
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：最近交的是8月；还没交：9月至11月，共 0.6 元。");
    assert_eq!(
        house.whispers("钱七", "账本").await,
        "第一团支部团费账本：报了 0.2 元，确认 0 元，待确认 0.2 元；退还 0 元，上缴 0 元，返还 0 元。手上应有 0 元。"
    );
    assert_eq!(house.whispers("钱七", "撤销").await, "撤销了：张三8月团费的期初已清、李四8月团费的期初已清、8月团费的期初已清。");
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：还没有交过；还没交：8月至11月，共 0.8 元。");
    // the numeral at the end of a name is the name's
    assert_eq!(house.whispers("钱七", "张三9月前都交清了").await, "好，9月以前的团费按已交清记：1 位，共 1 期。这些不进账本。");
    house.ends().await;
}

async fn reduced(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(house.whispers("钱七", "张三免交团费到12月").await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("李四", "张三免交团费到12月").await, format!("记下了：张三11月、12月免交团费，李四定的，到12月为止。\n{ALONE}"));
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：还没有交过；还没交：8月至10月，共 0.6 元。");
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(2).unwrap(), "团费减免：11月、12月免交，李四定的。");
    assert_eq!(house.whispers("李四", "王五从10月起减半到12月").await, format!("记下了：王五10月至12月的团费每期减为 0.1 元，李四定的，到12月为止。\n{ALONE}"));
    assert_eq!(house.whispers("王五", "我还欠什么").await.lines().nth(1).unwrap(), "团费：还没有交过；还没交：8月至11月，共 0.6 元。");
    assert_eq!(house.whispers("王五", "我还欠什么").await.lines().nth(2).unwrap(), "团费减免：11月、12月每期只交 0.1 元，李四定的。");
    assert_eq!(house.whispers("王五", "交了团费0.6元").await, "收到：王五8月至11月团费共 0.6 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("王五", "撤销").await, "撤销了：8月至11月团费。");
    assert_eq!(house.whispers("李四", "撤销").await, "撤销了：王五10月至12月团费的减免。");
    assert_eq!(house.whispers("王五", "我还欠什么").await.lines().nth(1).unwrap(), "团费：还没有交过；还没交：8月至11月，共 0.8 元。");
    house.ends().await;
}

async fn gifts(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(house.whispers("张三", "补交9月团费0.6元").await, "0.6元：是9月一期，还是9月至11月？回“1”记9月，回“2”记9月至11月。");
    assert_eq!(house.whispers("张三", "1").await, "收到：张三9月团费共 0.2 元，另有自愿多交 0.4 元，记上了，等组织委员或团支书确认。");
    assert_eq!(group.says("王五", "交了团费0.2元，自愿多交1元").await, "收到：王五8月团费记上了，等确认。\n收到：王五自愿多交的团费另记上了，等确认。谢谢。");
    assert_eq!(group.says("王五", "我想自愿多交团费1元").await, "", "a wish is no gift");
    assert_eq!(
        house.whispers("钱七", "确认团费").await,
        "第一团支部团费待确认 2 位，共 1.8 元：张三（9月，0.6 元）、王五（8月、11月，1.2 元）。都收到了就回“全部确认”，或说“确认 姓名”。"
    );
    assert_eq!(house.whispers("钱七", "全部确认").await, "团费确认了 2 位，共 1.8 元：张三（9月，0.6 元）、王五（8月、11月，1.2 元）。");
    assert_eq!(
        house.whispers("钱七", "账本").await,
        "第一团支部团费账本：报了 1.8 元，确认 1.8 元（其中自愿多交 1.4 元），待确认 0 元；退还 0 元，上缴 0 元，返还 0 元。手上应有 1.8 元。"
    );
    let own = house.whispers("张三", "我还欠什么").await;
    assert_eq!(own.lines().skip(1).take(2).collect::<Vec<_>>(), ["团费：最近交的是9月；还没交：8月、10月、11月，共 0.6 元。", "团费自愿多交过 0.4 元，另记。"]);
    // a party member who keeps league membership owes nothing, and may give
    assert_eq!(house.whispers("李四", "钱七从8月起是党员保留团籍").await, "好，钱七从8月起按“党员保留团籍”交团费，每月 0 元；以前的不变。");
    assert_eq!(house.whispers("钱七", "自愿多交团费5元").await, "收到：钱七自愿多交 5 元，另记一笔，等组织委员或团支书确认。谢谢。");
    assert!(house.whispers("李四", "谁没交团费").await.contains("团费没交齐的有 3 位"));
    house.ends().await;
}

/// More than half a year ahead or behind is a word of warning, and is entered all the same.
async fn far(db: Db) {
    let house = house(db).await;
    house.whispers("李四", "补收从2026年3月起").await;
    let told = "收到：张三3月团费共 0.2 元，记上了，等组织委员或团支书确认。\n里面有离现在半年以上的，比平常远；要是不对，回“撤销”。";
    assert_eq!(house.whispers("张三", "补交了3月团费").await, told);
    assert_eq!(house.whispers("王五", "补交了5月团费").await, "收到：王五5月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    let ahead = house.whispers("钱七", "交了一年的团费2.4元").await;
    assert!(ahead.ends_with("一次记了 12 个月，比平常多；要是不对，回“撤销”。"), "{ahead}");
    // more than can be noted is said, and not cut off
    let ahead = house.whispers("李四", "交了2027年1月到2029年12月的团费").await;
    assert!(ahead.contains("2027年1月至2029年12月团费共 7.2 元"), "{ahead}");
    assert!(house.whispers("李四", "交了2050年1月团费").await.starts_with("最远能预交到2031年11月"));
    house.ends().await;
}

/// Said twice on one day, a gift is asked about; it is one until that is answered.
async fn second_gift(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let taken = "收到：张三自愿多交 1 元，另记一笔，等组织委员或团支书确认。谢谢。";
    assert_eq!(house.whispers("张三", "自愿多交1元团费").await, taken);
    let asked = "张三今天已经记过自愿多交 1 元了。这次是再多交 1 元吗？回“是”就记上。";
    assert_eq!(house.whispers("张三", "自愿多交1元团费").await, asked);
    assert!(house.whispers("钱七", "账本").await.contains("报了 1 元"));
    assert_eq!(house.whispers("张三", "不是").await, house.bot.say("answered-no", &[]));
    assert_eq!(group.says("张三", "自愿多交1元团费").await, "张三今天已经记过一笔自愿多交了。这次是再多交一笔吗？回“是”就记上。");
    assert_eq!(group.says("张三", "是").await, "收到：张三自愿多交的团费另记上了，等确认。谢谢。");
    assert!(house.whispers("钱七", "账本").await.contains("报了 2 元"));
    house.clock().advance(24 * 60 * 60_000);
    assert_eq!(house.whispers("张三", "自愿多交1元团费").await, taken, "another day is another gift");
    house.ends().await;
}
