//! Sums and times are read whole or not at all: a sign, a third decimal, an end of a stretch, a time that is called by no name here.
//! What can't be read is asked about, and nothing is entered.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::role::Role;

const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("unread_sums", sums),
        on_both("unread_times", times),
        on_both("unread_settled_before", settled),
        on_both("unread_ends_of_a_stretch", stretches),
        on_both("unread_handed_up", handed_up),
        on_both("unread_whose", whose),
        on_both("unread_topics", topics),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Since August; it is November. 李四 is the secretary, 钱七 the treasurer.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "钱七"], 3).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    house
}

async fn rows(house: &House) -> usize {
    house.db.column("SELECT duty FROM record").await.len()
}

async fn owed(house: &House, name: &str) -> String {
    house.whispers(name, "我还欠什么").await.lines().nth(1).unwrap().to_owned()
}

async fn sums(db: Db) {
    let house = house(db).await;
    let minus = "金额是负数，先没记。实际是多少元？记错了要改，说“撤销”或“更正”。";
    let fraction = "金额最多到分（小数点后两位），先没记。实际是多少元？";
    let zero = "金额是 0，没有可记的，先没记。实际是多少元？";
    let huge = "金额太大了，先没记。核对一下，实际是多少元？";
    house.whispers("钱七", "期初余额10元").await;
    house.whispers("张三", "交了8月和9月团费").await;
    house.whispers("钱七", "确认张三的团费").await;
    let before = rows(&house).await;
    for (who, said, told) in [
        ("钱七", "期初余额-5元", minus),
        ("钱七", "期初余额12.555元", fraction),
        ("钱七", "退还张三-0.1元", minus),
        ("钱七", "退还张三1.005元", fraction),
        ("钱七", "上级返还团费3.333元", fraction),
        ("钱七", "上级返还团费-3元", minus),
        ("钱七", "上缴上级团费-0.8元", minus),
        ("钱七", "上缴上级团费1.005元", fraction),
        ("钱七", "上缴上级团费一点零零五元", fraction),
        ("李四", "王五减为-0.1元到12月", minus),
        ("李四", "王五减为0.105元到12月", fraction),
        ("李四", "王五减为5元到12月", "现在每期就是 0.2 元，没有减，先没记。要减到多少元？"),
        ("李四", "王五从12月起月缴21元", "没有这个档次。可以说："),
        ("李四", "王五从12月起月薪0", zero),
        ("王五", "自愿多交1.005元团费", fraction),
        ("王五", "自愿多交-5元团费", minus),
        ("王五", "自愿多交0元团费", zero),
        ("王五", "自愿多交1000000元团费", huge),
        ("王五", "交了团费0元", zero),
        ("王五", "交了团费-0.2元", minus),
        ("王五", "交了团费0.205元", fraction),
        ("王五", "交了团费1.005元", fraction),
        ("王五", "交了团费99999999999999元", huge),
        ("王五", "交了两个季度团费各0.6元", "是几月到几月、一共多少元？说清这两样就能记，现在先没记。"),
    ] {
        let read = house.whispers(who, said).await;
        assert!(read.starts_with(told), "{said}: {read}");
    }
    assert_eq!(rows(&house).await, before);
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("王五", "团费交了1.005元").await, "", "said to nobody: silence");
    assert_eq!(group.says("王五", "交了两个季度团费各0.6元").await, "");
    assert_eq!(rows(&house).await, before);
    // of each of what is named it is known how much that is; and nothing is a figure too
    assert_eq!(house.whispers("王五", "交了8月和9月团费，各0.2元").await, "收到：王五8月、9月团费共 0.4 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("钱七", "期初余额0元").await, "改好了：团费期初余额从 10 元改成 0 元，手上有 0.4 元。");
    assert_eq!(house.whispers("李四", "王五从12月起月薪三千五").await, "好，王五从12月起按“月缴7元”交团费，每月 7 元；以前的不变。");
    house.ends().await;
}

async fn times(db: Db) {
    let house = house(db).await;
    let before = rows(&house).await;
    let unread = |said: &str| format!("“{said}”是哪一段时间，我没看懂。换成几月、第几期，或者“上周”“上个月”，再说一次？");
    for (who, said, time) in [
        ("王五", "交了下学期团费", "下学期"),
        ("王五", "交了13月团费", "13月"),
        ("李四", "王五从13月起月缴5元", "13月"),
        ("李四", "王五免交到13月", "13月"),
        ("李四", "王五下学期免交", "下学期"),
        ("李四", "国庆那周大学习统计", "国庆那周"),
        ("李四", "最近三个月团费统计", "最近三个月"),
    ] {
        assert_eq!(house.whispers(who, said).await, unread(time), "{said}");
    }
    assert_eq!(rows(&house).await, before);
    assert_eq!(owed(&house, "王五").await, "团费：还没有交过；还没交：8月至11月，共 0.8 元。");
    house.ends().await;
}

/// A name that ends in a numeral keeps it; up to when is what was said.
async fn settled(db: Db) {
    let house = house(db).await;
    assert_eq!(house.whispers("钱七", "张三9月前都交清了").await, "好，9月以前的团费按已交清记：1 位，共 1 期。这些不进账本。");
    assert_eq!(owed(&house, "张三").await, "团费：最近交的是8月；还没交：9月至11月，共 0.6 元。");
    assert_eq!(house.whispers("钱七", "李四9月底前都交清了").await, "好，10月以前的团费按已交清记：1 位，共 2 期。这些不进账本。");
    assert_eq!(house.whispers("钱七", "王五到10月都交清了").await, "好，11月以前的团费按已交清记：1 位，共 3 期。这些不进账本。");
    assert_eq!(house.whispers("李四", "张三9-10月都交清了").await, "好，9月、10月的团费按已交清记：1 位，共 2 期。这些不进账本。");
    assert_eq!(house.whispers("李四", "钱七上半年都交清了").await, "1月至6月没有要交的团费，不用记。");
    assert_eq!(owed(&house, "张三").await, "团费：最近交的是10月；还没交：11月，共 0.2 元。");
    assert_eq!(owed(&house, "钱七").await, "团费：还没有交过；还没交：8月至11月，共 0.8 元。");
    house.ends().await;
}

async fn stretches(db: Db) {
    let house = house(db).await;
    let freed = |said: String| said.lines().next().unwrap_or_default().to_owned();
    assert_eq!(freed(house.whispers("李四", "张三免交8月到9月").await), "记下了：张三8月、9月免交团费，李四定的，到9月为止。");
    assert_eq!(freed(house.whispers("李四", "王五9月起免交到11月").await), "记下了：王五9月至11月免交团费，李四定的，到11月为止。");
    assert_eq!(freed(house.whispers("李四", "钱七12月免交").await), "记下了：钱七12月免交团费，李四定的，到12月为止。");
    assert_eq!(freed(house.whispers("李四", "李四从12月起免交三个月").await), "记下了：李四2026年12月至2027年2月免交团费，李四定的，到2027年2月为止。");
    assert_eq!(owed(&house, "张三").await, "团费：还没有交过；还没交：10月、11月，共 0.4 元。");
    assert_eq!(owed(&house, "王五").await, "团费：还没有交过；还没交：8月，共 0.2 元。");
    assert_eq!(owed(&house, "钱七").await, "团费：还没有交过；还没交：8月至11月，共 0.8 元。");
    // two months that are no run
    let before = rows(&house).await;
    assert!(house.whispers("李四", "钱七免交8月、10月").await.starts_with("团费怎么了？"));
    assert_eq!(rows(&house).await, before);
    house.ends().await;
}

/// 上缴 by whoever keeps the cash is not taken for their own dues; the month in whose book it stands is told; 退返 is a word.
async fn handed_up(db: Db) {
    let house = house(db).await;
    house.branch("余庆县团委/白泥镇团委/第二团支部", &["何叔", "赵敏"], 3).await;
    house.grant("何叔", Role::Treasurer, TOWN).await;
    house.grant("赵敏", Role::Committee, TOWN).await;
    house.whispers("钱七", "期初余额10元").await;
    let which = "这是上缴给上级的，还是你自己的团费？先没记。上缴就带上“上级”，比如“上缴上级团费10元”；自己的说“交了团费”。";
    assert_eq!(house.whispers("钱七", "上缴第三季度团费5元").await, which);
    assert_eq!(house.whispers("钱七", "上缴团费0.2元").await, which);
    assert_eq!(rows(&house).await, 1);
    assert_eq!(house.whispers("张三", "上缴团费0.2元").await, "收到：张三8月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("钱七", "上缴上级第三季度团费5元").await, "记下了：上缴团费 5 元（记在9月账上），手上还有 5 元。");
    assert_eq!(house.whispers("赵敏", "上缴上级团费5元").await, "这件事要白泥镇团委的组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert!(house.whispers("何叔", "退返第一团支部团费2元").await.contains("上级返还团费 2 元"));
    assert!(house.whispers("钱七", "账本").await.contains("返还 2 元。手上应有 7 元。"));
    house.ends().await;
}

/// 我替张三报一下: the report behind it is 张三's, never the speaker's.
async fn whose(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(house.whispers("王五", "我替张三报一下，大学习看完了").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.says("王五", "我帮张三报个到，大学习看完了").await, "");
    assert!(house.whispers("王五", "我帮张三报个到，大学习看完了").await.starts_with("青年大学习怎么了？"));
    assert_eq!(rows(&house).await, 0);
    assert_eq!(house.whispers("李四", "我替张三报一下，大学习看完了").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(rows(&house).await, 1);
    house.ends().await;
}

/// 点, 到 and 开始 within a topic are no time.
async fn topics(db: Db) {
    let house = house(db).await;
    for topic in ["重点工作部署", "到基层去", "开始新征程", "大家谈", "点亮青春"] {
        house.whispers("李四", &format!("开始签到 {topic} 到23:30")).await;
        let page = house.whispers("李四", "本次台账").await;
        assert!(page.contains(topic), "{topic}: {page}");
        house.whispers("李四", "结束签到").await;
        house.clock().advance(60_000);
    }
    house.whispers("李四", "开始签到 大家快来 今晚11点半截止").await;
    let page = house.whispers("李四", "本次台账").await;
    assert!(!page.contains("快来") && !page.contains("截止"), "{page}");
    house.ends().await;
}
