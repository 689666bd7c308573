//! Bills that treasurers bring: matched by name, sum and time; what is unsure is listed and left alone; twice is once.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use encoding_rs::GB18030;
use libtest_mimic::Trial;
use proptest::prelude::*;
use zhibu::domain::role::Role;
use zhibu::intake::{bill, sheet};

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    let mut all: Vec<Trial> = [
        on_both("dues_bill_wechat", wechat),
        on_both("dues_bill_alipay", alipay),
        on_both("dues_bill_league", league),
        on_both("dues_bill_doors", doors),
        on_both("dues_bill_counts_once_anywhere", counts_once),
        on_both("dues_bill_times", times),
        on_both("dues_bill_several_in_a_row", several),
        on_both("dues_bill_paid_for_another", for_another),
        on_both("dues_bill_undone_last", undone_last),
        on_both("dues_bill_undone_whole", undone_whole),
        on_both("dues_bill_gifts_and_months", gifts_and_months),
    ]
    .into_iter()
    .flatten()
    .collect();
    all.push(crate::support::plain("dues_bill_older_alipay", older_alipay));
    all.push(crate::support::plain("dues_bill_paid_back", paid_back));
    all.push(crate::support::plain("dues_bill_gifts_add_up", gifts_add_up));
    all.push(crate::support::plain("dues_bill_bytes_never_panic", never_panic));
    all
}

async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "欧阳五", "钱七"], 3).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    house
}

/// As WeChat Pay writes it: a mark, sixteen lines of preamble, quotes around nothing, tabs after numbers.
fn wechat_bill(rows: &[&str]) -> Vec<u8> {
    let preamble = "微信支付账单明细,,,,,,,,\n微信昵称：[钱七],,,,,,,,\n起始时间：[2026-11-01 00:00:00] 终止时间：[2026-11-22 23:59:59],,,,,,,,\n导出类型：[全部],,,,,,,,\n\
        导出时间：[2026-11-22 11:00:00],,,,,,,,\n,,,,,,,,\n共6笔记录,,,,,,,,\n收入：5笔 2.60元,,,,,,,,\n支出：1笔 12.00元,,,,,,,,\n中性交易：0笔 0.00元,,,,,,,,\n注：,,,,,,,,\n\
        1. 充值/提现/理财通购买/零钱通存取/信用卡还款等交易，将计入中性交易,,,,,,,,\n2. 本明细仅展示当前账单中的交易，不包括已删除的记录,,,,,,,,\n3. 本明细仅供个人对账使用,,,,,,,,\n,,,,,,,,\n\
        ----------------------微信支付账单明细列表--------------------,,,,,,,,\n";
    let head = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n";
    let row = |(n, r): (usize, &&str)| {
        let [who, remark, way, amount, state] = r.split('|').collect::<Vec<_>>()[..] else { panic!("{r}") };
        format!("2026-11-{:02} 10:22:33,转账,{who},\"{remark}\",{way},{amount},/,{state},\"10000500012026{n:04}\t\",\"1000\t\",\"/\"\n", 18 + n % 4)
    };
    let body: String = rows.iter().enumerate().map(row).collect();
    format!("\u{feff}{preamble}{head}{body}").into_bytes()
}

const WECHAT: [&str; 9] = [
    "*三|转账备注:团费|收入|¥0.40|已存入零钱",
    "*五|转账备注:微信转账|收入|¥0.20|已存入零钱",
    "*五|转账备注:团费|收入|¥0.60|已存入零钱",
    "奶茶店|付款|支出|¥12.00|支付成功",
    "小李|王五 10月团费|收入|¥0.20|已存入零钱",
    "*四|转账备注:微信转账|收入|¥3.00|已存入零钱",
    "路人甲|团费|收入|¥0.20|已存入零钱",
    "*三|团费|收入|¥0.20|已全额退款",
    "*三|团费|收入|¥7.77|已存入零钱",
];

async fn wechat(db: Db) {
    let house = house(db).await;
    assert_eq!(house.whispers("张三", "交了8月和9月团费0.4元").await, "收到：张三8月、9月团费共 0.4 元，记上了，等组织委员或团支书确认。");
    // two people end in 五: the claim of just this sum tells which
    house.whispers("欧阳五", "交了团费0.2元").await;
    let file = wechat_bill(&WECHAT);
    let lines = "第 18 行 张三 0.4 元：确认报过的8月、9月\n\
        第 19 行 欧阳五 0.2 元：确认报过的8月\n\
        ？第 20 行 *五 0.6 元：分不清是哪一位，没有动\n\
        第 22 行 王五 0.2 元：补记并确认10月\n\
        ？第 23 行 *四 3 元：没写是团费，也没有报过这个数，没有动\n\
        ？第 24 行 路人甲 0.2 元：名册上没有这个名字\n\
        ？第 25 行 *三：这笔退过款，没有动\n\
        ？第 26 行 张三 7.77 元：和报的、该交的对不上，没有动";
    let head = "账单：能入账 3 笔，共 0.8 元；以前导过 0 笔；要看一眼 5 笔；不相干的 1 笔。";
    let ask = "这些要入账吗？回“是”就记（带问号的不动），“不是”就算了。";
    assert_eq!(house.drops("钱七", "微信支付账单(20261101-20261122).csv", file.clone()).await, format!("{head}\n{lines}\n{ask}"));
    assert!(house.whispers("钱七", "账本").await.contains("确认 0 元"), "a preview writes nothing");
    // another thing was said meanwhile: the question is still there
    assert_eq!(house.whispers("钱七", "是").await, "入账 3 笔，共 0.8 元；以前导过 0 笔，带问号的 5 笔没有动。");
    assert_eq!(
        house.whispers("钱七", "账本").await,
        "第一团支部团费账本：报了 0.8 元，确认 0.8 元，待确认 0 元；退还 0 元，上缴 0 元，返还 0 元。手上应有 0.8 元。"
    );
    let again = house.drops("钱七", "微信支付账单(20261101-20261122).csv", file).await;
    assert!(again.starts_with("账单：能入账 0 笔，共 0 元；以前导过 3 笔；要看一眼 5 笔；不相干的 1 笔。\n？第 20 行"), "{again}");
    assert!(!again.contains("这些要入账吗"), "{again}");
    assert_eq!(house.whispers("王五", "我还欠什么").await.lines().nth(1).unwrap(), "团费：最近交的是10月；还没交：8月、9月、11月，共 0.6 元。");
    house.ends().await;
}

/// One row for several people: each what they claimed, else the same for all; and paid on the day of the bill, not of its import.
async fn several(db: Db) {
    let house = house(db).await;
    house.whispers("王五", "交了8月和9月团费0.4元").await;
    house.whispers("欧阳五", "交了8月团费0.2元").await;
    house.clock().advance(20 * 86_400_000);
    let file = wechat_bill(&[
        "小李|张三、李四团费|收入|¥0.40|已存入零钱",
        "小欧|王五和欧阳五 团费|收入|¥0.60|已存入零钱",
        "小李|张三、李四团费|收入|¥0.30|已存入零钱",
    ]);
    assert_eq!(
        house.drops("钱七", "账单.csv", file.clone()).await,
        "账单：能入账 2 笔，共 1 元；以前导过 0 笔；要看一眼 1 笔；不相干的 0 笔。\n\
         第 18 行 张三、李四 0.4 元：补记并确认8月\n第 19 行 王五、欧阳五 0.6 元：确认报过的8月、9月\n\
         ？第 20 行 张三、李四 0.3 元：和报的、该交的对不上，没有动\n这些要入账吗？回“是”就记（带问号的不动），“不是”就算了。"
    );
    assert_eq!(house.whispers("钱七", "确定入账").await, "入账 2 笔，共 1 元；以前导过 0 笔，带问号的 1 笔没有动。");
    let paid = house
        .db
        .column("SELECT s.period || ' ' || s.got || ' ' || s.done_at FROM standing AS s JOIN person AS p ON p.id = s.person_id WHERE p.name = '张三'")
        .await;
    let noon = house.bot.config.zone().instant("2026-11-18T12:00:00".parse().unwrap());
    assert_eq!(paid, [format!("2026-08 20 {noon}")]);
    let again = house.drops("钱七", "账单.csv", file).await;
    assert!(again.starts_with("账单：能入账 0 笔，共 0 元；以前导过 2 笔；要看一眼 1 笔"), "{again}");
    house.ends().await;
}

/// 张三代李四: for whom it was, only claims can tell; it is never shared out.
async fn for_another(db: Db) {
    let house = house(db).await;
    house.whispers("王五", "交了8月和9月团费0.4元").await;
    let file = wechat_bill(&[
        "张三|张三代李四交团费|收入|¥0.40|已存入零钱",
        "张三|团费 张三替王五|收入|¥0.40|已存入零钱",
        "张三|李四、张三团费，张三帮转|收入|¥0.40|已存入零钱",
        "张三|代李四交团费|收入|¥0.20|已存入零钱",
    ]);
    assert_eq!(
        house.drops("钱七", "账单.csv", file).await,
        "账单：能入账 2 笔，共 0.6 元；以前导过 0 笔；要看一眼 2 笔；不相干的 0 笔。\n\
         ？第 18 行 张三 0.4 元：是替人交的，分不清给谁的，请本人报一下再确认\n第 19 行 王五 0.4 元：确认报过的8月、9月\n\
         ？第 20 行 张三 0.4 元：是替人交的，分不清给谁的，请本人报一下再确认\n第 21 行 李四 0.2 元：补记并确认8月\n\
         这些要入账吗？回“是”就记（带问号的不动），“不是”就算了。"
    );
    house.whispers("钱七", "是").await;
    assert!(house.whispers("张三", "我还欠什么").await.contains("团费：还没有交过"), "whoever pays for others has not paid");
    house.ends().await;
}

/// 撤销 takes back what was entered last, though a bill's payments are older than what was said before it came.
async fn undone_last(db: Db) {
    let house = house(db).await;
    // the bill is of November; it comes in December
    house.clock().advance(20 * 86_400_000);
    let learned = house.whispers("钱七", "青年大学习看完了").await;
    assert!(learned.contains("青年大学习"), "{learned}");
    house.clock().advance(3_600_000);
    house.drops("钱七", "账单.csv", wechat_bill(&["张三|团费|收入|¥0.40|已存入零钱"])).await;
    assert_eq!(house.whispers("钱七", "是").await, "入账 1 笔，共 0.4 元；以前导过 0 笔，带问号的 0 笔没有动。");
    let undone = house.whispers("钱七", "撤销").await;
    assert!(undone.contains("团费") && !undone.contains("青年大学习"), "{undone}");
    assert!(house.whispers("钱七", "账本").await.contains("确认 0 元"));
    assert!(house.whispers("钱七", "撤销").await.contains("青年大学习"));
    house.ends().await;
}

/// 撤销 takes back a bill as it came, with all its rows; then it can be imported again.
async fn undone_whole(db: Db) {
    let house = house(db).await;
    house.whispers("王五", "交了8月和9月团费0.4元").await;
    let file = wechat_bill(&["张三|团费|收入|¥0.40|已存入零钱", "王五|团费|收入|¥0.40|已存入零钱", "小李|李四团费|收入|¥0.20|已存入零钱"]);
    for _ in 0..2 {
        house.drops("钱七", "账单.csv", file.clone()).await;
        assert_eq!(house.whispers("钱七", "是").await, "入账 3 笔，共 1 元；以前导过 0 笔，带问号的 0 笔没有动。");
        assert!(house.drops("钱七", "账单.csv", file.clone()).await.starts_with("账单：能入账 0 笔，共 0 元；以前导过 3 笔"));
        let undone = house.whispers("钱七", "撤销").await;
        assert_eq!(undone, "撤销了：张三8月、9月团费、王五8月、9月团费的确认、李四8月团费。");
        let book = house.whispers("钱七", "账本").await;
        assert!(book.contains("报了 0.4 元，确认 0 元，待确认 0.4 元"), "{book}");
    }
    house.drops("钱七", "账单.csv", file).await;
    assert_eq!(house.whispers("钱七", "是").await, "入账 3 笔，共 1 元；以前导过 0 笔，带问号的 0 笔没有动。");
    house.ends().await;
}

/// As Alipay writes it: GBK, preamble, tabs after numbers, a trailer in older files.
async fn alipay(db: Db) {
    let house = house(db).await;
    let text = "------------------------------------------------------------------------------------\n导出信息：\n姓名：钱七\n支付宝账户：138****0000\n起始时间：[2026-11-01 00:00:00]    终止时间：[2026-11-22 23:59:59]\n\
        共3笔记录\n特别提示：\n1.本回单内容可表明支付宝受理了相应支付交易申请，因系统原因或通讯故障等偶发因素导致本回单与实际交易结果不符时，以实际交易情况为准；\n\n\
        ------------------------支付宝（中国）网络技术有限公司  电子客户回单------------------------\n\
        交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n\
        2026-11-20 09:00:01,转账红包,张三,138******01,转账-交团费,收入,0.20,,交易成功,20261120200040011100\t,\t,,\n\
        2026-11-20 09:10:01,转账红包,*四,139******02,团费,收入,0.40,,交易成功,20261120200040011101\t,\t,8月9月,\n\
        2026-11-21 09:10:01,餐饮美食,食堂,shop,午饭,支出,12.00,,交易成功,20261121200040011102\t,\t,,\n\
        2026-11-21 10:10:01,转账红包,王五,139******03,团费,收入,0.20,,交易关闭,20261121200040011103\t,\t,,\n";
    let (bytes, _, bad) = GB18030.encode(text);
    assert!(!bad);
    let told = house.drops("钱七", "alipay_record.csv", bytes.to_vec()).await;
    assert_eq!(
        told,
        "账单：能入账 2 笔，共 0.6 元；以前导过 0 笔；要看一眼 0 笔；不相干的 2 笔。\n第 12 行 张三 0.2 元：补记并确认8月\n第 13 行 李四 0.4 元：补记并确认8月、9月\n\
         这些要入账吗？回“是”就记（带问号的不动），“不是”就算了。"
    );
    assert_eq!(house.whispers("钱七", "不是").await, "好，没有导入。");
    assert!(house.whispers("钱七", "账本").await.contains("确认 0 元"));
    house.drops("钱七", "alipay_record.csv", bytes.to_vec()).await;
    assert_eq!(house.whispers("钱七", "是").await, "入账 2 笔，共 0.6 元；以前导过 0 笔，带问号的 0 笔没有动。");
    // accounts of the file are nowhere in the database
    for table in ["record", "inbox", "audit"] {
        let column = if table == "record" {
            "source"
        } else if table == "inbox" {
            "verdicts"
        } else {
            "body"
        };
        assert!(!house.db.column(&format!("SELECT {column} FROM {table}")).await.iter().any(|t| t.contains("138******01")), "{table}");
    }
    house.ends().await;
}

/// The league's own statistics of a month: who paid there and not here is entered, who paid here and not there is told.
async fn league(db: Db) {
    let house = house(db).await;
    house.whispers("王五", "交了10月团费").await;
    house.whispers("李四", "交了10月团费").await;
    let text = "团员姓名,政治面貌,手机号码,所在团支部,团员当前所属支部,当月应交金额（元）,自愿交费金额（元）,当月交纳状态,累计未交团费总数\n\
        张三,共青团员,13800000001,第一团支部,第一团支部,0.2,1,已交,0\n\
        王五,共青团员,13800000002,第一团支部,第一团支部,0.2,0,未交,0.2\n\
        李四,共青团员,13800000003,第一团支部,第一团支部,0.2,0,已交,0\n\
        赵六,共青团员,13800000004,第一团支部,第一团支部,0.2,0,已交,0\n\
        欧阳五,共青团员,13800000005,第二团支部,第二团支部,0.2,0,已交,0\n";
    let (bytes, _, _) = GB18030.encode(text);
    assert_eq!(house.drops("钱七", "团费详情.csv", bytes.to_vec()).await, "这张表没写是哪个月的：把文件名改成带月份的（如 团费2026-10.xls）再发。");
    assert_eq!(
        house.drops("钱七", "团费2026-10.csv", bytes.to_vec()).await,
        "账单：能入账 2 笔，共 1.4 元；以前导过 0 笔；要看一眼 3 笔；不相干的 0 笔。\n第 2 行 张三 1.2 元：补记并确认10月，另有自愿多交 1 元\n？第 3 行 王五：那边是未交，这里记着已交\n\
         第 4 行 李四 0.2 元：确认报过的10月\n？第 5 行 赵六 0.2 元：名册上没有这个名字\n？第 6 行 欧阳五 0.2 元：写的是别的支部\n\
         这些要入账吗？回“是”就记（带问号的不动），“不是”就算了。"
    );
    assert_eq!(house.whispers("钱七", "是").await, "入账 2 笔，共 1.4 元；以前导过 0 笔，带问号的 3 笔没有动。");
    assert_eq!(
        house.whispers("钱七", "账本").await,
        "第一团支部团费账本：报了 1.6 元，确认 1.4 元（其中自愿多交 1 元），待确认 0.2 元；退还 0 元，上缴 0 元，返还 0 元。手上应有 1.4 元。"
    );
    let again = house.drops("钱七", "团费2026-10.csv", bytes.to_vec()).await;
    assert!(again.starts_with("账单：能入账 0 笔，共 0 元；以前导过 2 笔；"), "{again}");
    house.ends().await;
}

/// What is given beside the dues is no month ahead, what is late is not either, and many months at once are marked.
async fn gifts_and_months(db: Db) {
    let house = house(db).await;
    let file = wechat_bill(&[
        "张三|团费 0.2 + 自愿多交1元|收入|¥1.20|已存入零钱",
        "王五|补交团费|收入|¥2.40|已存入零钱",
        "李四|团费|收入|¥2.40|已存入零钱",
        "欧阳五|团费，多的算自愿多交|收入|¥1.20|已存入零钱",
        "钱七|补交8月到11月团费|收入|¥0.80|已存入零钱",
    ]);
    assert_eq!(
        house.drops("钱七", "账单.csv", file).await,
        "账单：能入账 3 笔，共 4.4 元；以前导过 0 笔；要看一眼 2 笔；不相干的 0 笔。\n\
         第 18 行 张三 1.2 元：补记并确认8月，另有自愿多交 1 元\n\
         ？第 19 行 王五 2.4 元：写的是补交，可欠的没有这么多，没有动\n\
         第 20 行 李四 2.4 元：补记并确认2026年8月至2027年7月（超过 6 个月，比平常多，核对一下）\n\
         ？第 21 行 欧阳五 1.2 元：写了自愿多交，分不清多交多少，没有动\n\
         第 22 行 钱七 0.8 元：补记并确认8月至11月\n\
         这些要入账吗？回“是”就记（带问号的不动），“不是”就算了。"
    );
    assert_eq!(house.whispers("钱七", "是").await, "入账 3 笔，共 4.4 元；以前导过 0 笔，带问号的 2 笔没有动。");
    assert_eq!(house.whispers("张三", "我还欠什么").await.lines().nth(1).unwrap(), "团费：最近交的是8月；还没交：9月至11月，共 0.6 元。");
    let book = house.whispers("钱七", "账本").await;
    assert!(book.contains("确认 4.4 元（其中自愿多交 1 元）"), "{book}");
    assert!(house.whispers("王五", "我还欠什么").await.contains("团费：还没有交过"));
    // exempt there
    let text = "团员姓名,所在团支部,当月应交金额（元）,自愿交费金额（元）,当月交纳状态\n张三,第一团支部,0,0,免交\n王五,第一团支部,-,0,免缴\n李四,第一团支部,0.2,0,奇怪\n";
    let told = house.drops("钱七", "团费2026-08.csv", text.as_bytes().to_vec()).await;
    assert_eq!(
        told,
        "账单：能入账 0 笔，共 0 元；以前导过 0 笔；要看一眼 3 笔；不相干的 0 笔。\n？第 2 行 张三：那边是免交，这里记着已交\n\
         ？第 3 行 王五：那边是免交，这里还要交\n？第 4 行 李四：交纳状态看不懂"
    );
    // a file that is nothing of the kind is not taken for a roster alone
    assert_eq!(house.drops("李四", "账单.csv", vec![0; 3000]).await, "看不懂这个文件。名册、账单、导出的表请用 xlsx、xls 或 csv。");
    house.ends().await;
}

/// Paid back: in a column of the older shape, in a row of its own of the newer; a part of it is as good as all.
fn paid_back() {
    let read = |text: &str| bill::read(&sheet::read(text.as_bytes(), &sheet::Limits::default()).unwrap()).unwrap();
    let head = "交易号,商家订单号,交易创建时间,付款时间,交易对方,商品名称,金额（元）,收/支,交易状态,服务费（元）,成功退款（元）,备注,资金状态\n";
    let row = |number: &str, back: &str| format!("{number},,2026-11-20 09:00:00,2026-11-20 09:00:05,张三,团费,0.20,收入,交易成功,0.00,{back},,已收入\n");
    let bill = read(&format!("{head}{}{}{}{}", row("1001", "0.20"), row("1002", "0.00"), row("1003", ""), row("1004", "0.10")));
    let numbers = |bill: &bill::Bill| bill.payments.iter().map(|p| p.number.clone()).collect::<Vec<_>>();
    assert_eq!(numbers(&bill), ["1002", "1003"]);
    assert!(bill.odd.len() == 2 && bill.odd.iter().all(|o| o.why == "bill-odd-refunded"), "{:?}", bill.odd);
    let head = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注\n";
    let row = |number: &str, way: &str, state: &str| format!("2026-11-20 09:00:01,转账红包,张三,1,团费,{way},0.20,,{state},{number},,\n");
    let bill = read(&format!(
        "{head}{}{}{}{}",
        row("20261120", "收入", "交易成功"),
        row("20261121", "收入", "交易成功"),
        row("20261120_1", "不计收支", "退款成功"),
        row("2026112", "不计收支", "退款成功")
    ));
    assert_eq!((numbers(&bill), bill.odd.len()), (vec!["20261121".to_owned()], 1));
}

/// However a remark tells a gift apart, both parts are the payment, and none is negative.
fn gifts_add_up() {
    proptest!(ProptestConfig::with_cases(500), |(remark in "(团费|10月| |\\+|，|自愿多交|多交|元|块|角|其中|含|是|一|[0-9]{1,3}|[0-9]\\.[0-9]{1,3}){0,9}", amount in 1_i64..100_000)| {
        let payment = bill::Payment {
            line: 1,
            number: "1".into(),
            who: "张三".into(),
            remark,
            amount,
            extra: 0,
            day: None,
            branch: String::new(),
            state: bill::State::Paid,
        };
        if let Some(parts) = payment.split() {
            prop_assert!(parts.amount >= 0 && parts.extra >= 0);
            prop_assert_eq!(parts.amount + parts.extra, amount);
        }
    });
}

/// Whoever may not confirm dues may not bring bills; a table that is no bill is taken for a roster by whoever may.
async fn doors(db: Db) {
    let house = house(db).await;
    let file = wechat_bill(&WECHAT);
    assert_eq!(house.drops("张三", "微信支付账单.csv", file).await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.drops("钱七", "名册.csv", "姓名,QQ\n张三,1\n".into()).await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert!(house.drops("李四", "名册.csv", "姓名\n张三\n".into()).await.contains("名册"));
    house.ends().await;
}

/// What was paid at no time that can be read, or at one to come, is looked at by somebody.
async fn times(db: Db) {
    let house = house(db).await;
    let file =
        String::from_utf8(wechat_bill(&["张三|团费|收入|¥0.20|已存入零钱", "李四|团费|收入|¥0.20|已存入零钱", "王五|团费|收入|¥0.20|已存入零钱"])).unwrap();
    let file = file.replace("2026-11-18 10:22:33", "不是时间").replace("2026-11-19 10:22:33", "2030-01-10 10:22:33");
    assert_eq!(
        house.drops("钱七", "账单.csv", file.into_bytes()).await,
        "账单：能入账 1 笔，共 0.2 元；以前导过 0 笔；要看一眼 2 笔；不相干的 0 笔。\n？第 18 行 张三：交易时间看不懂，没有动\n\
         ？第 19 行 李四 0.2 元：交易时间还没到，没有动\n第 20 行 王五 0.2 元：补记并确认8月\n这些要入账吗？回“是”就记（带问号的不动），“不是”就算了。"
    );
    house.ends().await;
}

/// A payment counts once, in whichever branch: in the other it is listed with where it stands; taken back there it may be entered here.
async fn counts_once(db: Db) {
    let house = house(db).await;
    let other = "余庆县团委/白泥镇团委/第二团支部";
    house.branch(other, &["孙八", "周九"], 3).await;
    house.grant("周九", Role::Treasurer, other).await;
    let file = wechat_bill(&["张三|张三、孙八团费|收入|¥0.20|已存入零钱"]);
    house.drops("钱七", "账单.csv", file.clone()).await;
    assert_eq!(house.whispers("钱七", "是").await, "入账 1 笔，共 0.2 元；以前导过 0 笔，带问号的 0 笔没有动。");
    let told = house.drops("周九", "账单.csv", file.clone()).await;
    let counted = format!("？第 18 行 张三 0.2 元：这笔已经记在{BRANCH}的账上了，没有动");
    assert_eq!(told, format!("账单：能入账 0 笔，共 0 元；以前导过 0 笔；要看一眼 1 笔；不相干的 0 笔。\n{counted}"));
    assert!(house.whispers("周九", "账本").await.contains("确认 0 元"));
    assert!(house.whispers("钱七", "撤销").await.starts_with("撤销了：张三8月团费"));
    let told = house.drops("周九", "账单.csv", file.clone()).await;
    assert!(told.contains("第 18 行 孙八 0.2 元：补记并确认8月"), "{told}");
    // entered here in between: the writer sees it, whatever the preview said
    house.drops("钱七", "账单.csv", file.clone()).await;
    assert_eq!(house.whispers("周九", "是").await, "入账 1 笔，共 0.2 元；以前导过 0 笔，带问号的 0 笔没有动。");
    assert_eq!(house.whispers("钱七", "是").await, "入账 0 笔，共 0 元；以前导过 0 笔，带问号的 1 笔没有动。");
    assert_eq!(house.store().prove().await.unwrap(), Vec::<String>::new());
    // as a database may have it from before
    house.drops("钱七", "另一张.csv", wechat_bill(&["奶茶店|付款|支出|¥12.00|支付成功", "李四|团费|收入|¥0.20|已存入零钱"])).await;
    house.whispers("钱七", "是").await;
    let renamed = |from: &str, to: &str| format!("UPDATE inbox SET source = 'bill/wechat/{to}' WHERE source = 'bill/wechat/{from}'");
    house.db.sql(&renamed("100005000120260001", "100005000120260000#9")).await;
    let found = house.store().prove().await.unwrap();
    assert_eq!(found, [format!("the payment bill/wechat/100005000120260000 is entered in {BRANCH} and in {other}")]);
    house.db.sql(&renamed("100005000120260000#9", "100005000120260001")).await;
    house.ends().await;
}

fn older_alipay() {
    let text = "支付宝交易记录明细查询\n账号:[a@b.c]\n起始日期:[2026-11-01 00:00:00]    终止日期:[2026-11-22 00:00:00]\n---------------------------------交易记录明细列表------------------------------------\n\
        交易号                  ,商家订单号               ,交易创建时间              ,付款时间                ,最近修改时间              ,交易来源地     ,类型              ,交易对方            ,商品名称                ,金额（元）   ,收/支     ,交易状态    ,服务费（元）   ,成功退款（元）  ,备注                  ,资金状态     ,\n\
        2026112022001\t,\t,2026-11-20 09:00:00 ,2026-11-20 09:00:05 ,2026-11-20 09:00:05 ,其他（包括阿里巴巴和外部商家）,即时到账交易,张三,团费,0.20    ,收入      ,交易成功    ,0.00     ,0.00     ,                    ,已收入      ,\n\
        ------------------------------------------------------------------------------------\n共1笔记录\n已收入:1笔,0.20元\n导出时间:[2026-11-22 10:00:00]    用户:钱七\n";
    let (bytes, _, _) = GB18030.encode(text);
    let tables = sheet::read(&bytes, &sheet::Limits::default()).unwrap();
    let bill = bill::read(&tables).unwrap();
    let one = &bill.payments[..];
    assert_eq!((bill.source, one.len(), bill.others, bill.odd.len()), (bill::Source::Alipay, 1, 0, 0));
    assert_eq!((one[0].number.as_str(), one[0].who.as_str(), one[0].remark.as_str(), one[0].amount), ("2026112022001", "张三", "团费", 20));
    assert_eq!(one[0].day.unwrap().to_string(), "2026-11-20");
}

/// Whatever stands in the columns of a bill, it is read or refused.
fn never_panic() {
    proptest!(ProptestConfig::with_cases(300), |(cells in proptest::collection::vec("[¥0-9.,\\-收入支/ *团费\u{0}=@a成功退款]{0,12}", 11..40), cut in 0_usize..400)| {
        let mut text = String::from("交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n");
        for row in cells.chunks(11) {
            text.push_str(&row.join(","));
            text.push('\n');
        }
        let bytes = text.as_bytes();
        if let Ok(tables) = sheet::read(&bytes[..bytes.len() - cut.min(bytes.len() - 1)], &sheet::Limits::default())
            && let Some(bill) = bill::read(&tables)
        {
            prop_assert!(bill.payments.iter().all(|p| p.amount > 0 && !p.number.is_empty()));
        }
    });
}
