//! Four months of dues with every irregularity, and what they must come to.

use super::{ADMITTED, Term};
use crate::support::house::{House, account};
use std::fmt::Write;
use zhibu::domain::message::ChatKey;

/// Who pays each month with the list, and nothing else happens to them.
const EVERY_MONTH: [&str; 9] = ["李四", "钱七", "何平", "吕刚", "施雨", "孔亮", "曹操", "严东", "魏莱"];

/// What is confirmed for March, April, May and June, fen. Worked out by hand.
#[rustfmt::skip]
pub const PAID: [(&str, [i64; 4]); 30] = [
    ("李四", [20; 4]), ("钱七", [20; 4]), ("何平", [20; 4]), ("吕刚", [20; 4]), ("施雨", [20; 4]), ("孔亮", [20; 4]),
    ("曹操", [20; 4]), ("严东", [20; 4]), ("魏莱", [20; 4]), ("张三", [20; 4]), ("王五", [20; 4]), ("冯二", [20; 4]),
    ("陈明", [20; 4]), ("蒋南", [20; 4]), ("沈北", [20; 4]), ("许朵", [20; 4]), ("杨柳", [20; 4]), ("朱丹", [20; 4]),
    ("韩梅", [20; 4]), ("秦川", [20; 4]), ("卫东", [20; 4]),
    ("赵六", [300; 4]),             // 3 yuan a month
    ("孙瑶", [20, 20, 500, 500]),   // a pay of 2500 yuan from May on
    ("郑义", [10; 4]),              // half
    ("吴桐", [0; 4]),               // exempt
    ("周敏", [0; 4]),               // a party member who owes nothing
    ("尤佳", [20, 20, 0, 0]),       // behind
    ("褚红", [20, 20, 0, 0]),       // went in May; what was paid ahead was given back
    ("华珊", [0, 20, 20, 20]), ("金鑫", [0, 20, 20, 20]),
];

/// The figures of each month, worked out by hand: in March and April 褚红 is there, in April two are new; 周敏 owes nothing. Late: what was
/// entered after the month was over.
pub const MONTHS: [(&str, &str); 4] = [
    ("3月", "应交 27 = 已交 26 + 免交 1 + 未交 0，收缴率 96.3 %，其中晚了的 6"),
    ("4月", "应交 29 = 已交 28 + 免交 1 + 未交 0，收缴率 96.6 %，其中晚了的 3"),
    ("5月", "应交 28 = 已交 26 + 免交 1 + 未交 1，收缴率 92.9 %，其中晚了的 25"),
    ("6月", "应交 28 = 已交 26 + 免交 1 + 未交 1，收缴率 92.9 %"),
];

/// The book, to the fen:
/// claimed = 21 × 0.8 + 2 × 0.6 + 尤佳 0.4 + 郑义 0.4 + 赵六 12 + 孙瑶 10.4 + 卫东's further eight months 1.6 +
/// 褚红 0.8 + 许朵's August 0.2 + gifts 6 = 49.8; given back 0.4; up 8.1 + 12.7 = 20.8; returned 10; 49.8 - 0.4 - 20.8 + 10 = 38.6.
/// Half of what was confirmed for March 7.9, April 8.3, May 12.7, June 12.7 and 0.2 for each of eight later months is
/// 3.95 + 4.15 + 6.35 + 6.35 + 0.8 = 21.6; from May on it comes back: 13.5. August 2025 is before any share.
pub const BOOK: &str = "第一团支部团费账本：报了 49.8 元，确认 49.8 元（其中自愿多交 6 元），待确认 0 元；退还 0.4 元，上缴 20.8 元，返还 10 元。手上应有 38.6 元。\n\
    按 50% 应上缴 21.6 元，已上缴 20.8 元，还差 0.8 元。\n应返还 13.5 元，已返还 10 元，还差 3.5 元。";

/// Bands, exemption, reduction, months before the bot came, what was settled before.
pub async fn decided(term: &Term) {
    term.at("2026-03-04 20:00").await;
    term.whispers(&[
        ("李四", "赵六从3月起月缴3元", "好，赵六从3月起按“月缴3元”交团费，每月 3 元；以前的不变。"),
        ("李四", "周敏从3月起是党员保留团籍", "好，周敏从3月起按“党员保留团籍”交团费，每月 0 元；以前的不变。"),
        ("李四", "孙瑶从5月起是在职，月薪2500元", "好，孙瑶从5月起按“月缴5元”交团费，每月 5 元；以前的不变。"),
        ("钱七", "吴桐免交团费到6月", "这件事要团支书来做，可以请 TA 跟我说一声。"),
        ("李四", "吴桐免交团费到6月", "报上去了：吴桐3月至6月免交团费，李四定的，等白泥镇团委批。批下来之前照旧要交；不报了就说“撤销”。"),
        ("李四", "郑义减半到6月", "报上去了：郑义3月至6月团费减半，李四定的，等白泥镇团委批。批下来之前照旧要交；不报了就说“撤销”。"),
    ])
    .await;
    // the town hears of both, and approves them together
    assert!(term.house.whispers("郑镇长", "待批减免").await.contains("等着批的减免有 2 件：\n第一团支部吴桐：3月至6月免交团费，李四定的\n"));
    assert!(term.house.whispers("郑镇长", "是").await.starts_with("批了：第一团支部吴桐3月至6月免交团费，到6月为止，已经告诉支部。\n批了：第一团支部郑义"));
    assert!(term.house.whispers("李四", "待批减免").await.contains("批下来了：郑义3月至6月团费减半，郑镇长批的，到6月为止。"));
    term.whispers(&[
        ("李四", "补收从2025年8月起", "好，第一团支部的团费从2025年8月起补收。入团更晚的从入团那个月算起。"),
        (
            "许朵",
            "补交了2025年8月团费",
            "收到：许朵2025年8月团费共 0.2 元，记上了，等组织委员或团支书确认。\n里面有离现在半年以上的，比平常远；要是不对，回“撤销”。",
        ),
        // seven months of 27; of 许朵 six
        ("钱七", "3月前都交清了", "好，3月以前的团费按已交清记：27 位，共 188 期。这些不进账本。"),
    ])
    .await;
}

/// Claims of one's own, for others, ahead, with a gift, corrected, taken back; a list; confirmed one and all.
pub async fn march(term: &Term) {
    term.at("2026-03-18 20:00").await;
    term.says(&[
        ("张三", "交了团费", "收到：张三3月团费记上了，等确认。"),
        ("王五", "交了团费", "收到：王五3月团费记上了，等确认。"),
        ("王五", "我替冯二、陈明交了团费", "收到：冯二、陈明3月团费记上了，等确认。"),
        ("韩梅", "交了团费", "收到：韩梅3月团费记上了，等确认。"),
        ("沈北", "交了3月和4月团费", "收到：沈北3月、4月团费记上了，等确认。"),
        ("许朵", "团费已交", "收到：许朵3月团费记上了，等确认。"),
        ("蒋南", "交了团费0.2元，自愿多交1元", "收到：蒋南3月团费记上了，等确认。\n收到：蒋南自愿多交的团费另记上了，等确认。谢谢。"),
    ])
    .await;
    term.at("2026-03-18 20:05").await;
    assert_eq!(term.group().asks("韩梅", "撤销").await, "撤销了：3月团费。");
    assert_eq!(term.group().asks("沈北", "改成3月的").await, "改好了：沈北3月、4月团费 → 沈北3月团费。");
    term.whispers(&[
        ("赵六", "交了团费3元", "收到：赵六3月团费共 3 元，记上了，等组织委员或团支书确认。"),
        ("孙瑶", "交了3月和4月团费0.4元", "收到：孙瑶3月、4月团费共 0.4 元，记上了，等组织委员或团支书确认。"),
        ("褚红", "预交3月到6月团费0.8元", "收到：褚红3月至6月团费共 0.8 元，记上了，等组织委员或团支书确认。"),
        (
            "卫东",
            "交了一年的团费2.4元",
            "收到：卫东2026年3月至2027年2月团费共 2.4 元，记上了，等组织委员或团支书确认。\n一次记了 12 个月，比平常多；要是不对，回“撤销”。",
        ),
        ("周敏", "自愿多交团费5元", "收到：周敏自愿多交 5 元，另记一笔，等组织委员或团支书确认。谢谢。"),
        ("钱七", "确认张三的团费", "团费确认了 1 位，共 0.2 元：张三（3月，0.2 元）。"),
    ])
    .await;
    listed(term, "3月", &EVERY_MONTH).await;
    confirmed_all(&term.house).await;
}

/// A list; a bill with names, a claim that it proves, and what is unsure; handed up.
pub async fn april(term: &Term) {
    term.at("2026-04-08 20:00").await;
    let others = ["张三", "王五", "冯二", "陈明", "蒋南", "沈北", "许朵"];
    listed(term, "4月", &[&EVERY_MONTH[..], &others, &ADMITTED].concat()).await;
    term.whispers(&[
        ("赵六", "交了团费3元", "收到：赵六4月团费共 3 元，记上了，等组织委员或团支书确认。"),
        ("韩梅", "补交了3月和4月团费", "收到：韩梅3月、4月团费共 0.4 元，记上了，等组织委员或团支书确认。"),
        ("朱丹", "交了团费0.4元", "收到：朱丹3月、4月团费共 0.4 元，记上了，等组织委员或团支书确认。"),
    ])
    .await;
    let bill = "微信支付账单明细\n----------------------微信支付账单明细列表--------------------\n\
        交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n\
        2026-04-07 10:22:33,转账,*丹,转账备注:团费,收入,¥0.40,/,已存入零钱,\"1001\t\",/,/\n\
        2026-04-07 11:22:33,转账,柳絮,转账备注:杨柳 3月4月团费,收入,¥0.40,/,已存入零钱,\"1002\t\",/,/\n\
        2026-04-07 12:22:33,转账,*川,转账备注:团费,收入,¥7.77,/,已存入零钱,\"1003\t\",/,/\n\
        2026-04-07 13:22:33,转账,奶茶店,付款,支出,¥12.00,/,支付成功,\"1004\t\",/,/\n";
    let shown = term.house.drops("钱七", "微信支付账单.csv", bill.as_bytes().to_vec()).await;
    assert_eq!(
        shown,
        "账单：能入账 2 笔，共 0.8 元；以前导过 0 笔；要看一眼 1 笔；不相干的 1 笔。\n第 4 行 朱丹 0.4 元：确认报过的3月、4月\n\
         第 5 行 杨柳 0.4 元：补记并确认3月、4月\n？第 6 行 秦川 7.77 元：和报的、该交的对不上，没有动\n这些要入账吗？回“是”就记（带问号的不动），“不是”就算了。"
    );
    term.whispers(&[("钱七", "是", "入账 2 笔，共 0.8 元；以前导过 0 笔，带问号的 1 笔没有动。")]).await;
    let again = term.house.drops("钱七", "微信支付账单.csv", bill.as_bytes().to_vec()).await;
    assert!(again.starts_with("账单：能入账 0 笔，共 0 元；以前导过 2 笔；"), "{again}");
    confirmed_all(&term.house).await;
    let told = term.house.whispers("钱七", "上缴上级团费8.1元").await;
    assert!(told.starts_with("记下了：上缴团费 8.1 元，"), "{told}");
}

/// The league's own statistics of May say who paid there.
pub async fn may(term: &Term) {
    term.at("2026-06-03 20:00").await;
    let others = ["张三", "王五", "冯二", "陈明", "蒋南", "沈北", "许朵", "杨柳", "朱丹", "韩梅"];
    let mut file = "团员姓名,政治面貌,所在团支部,当月应交金额（元）,自愿交费金额（元）,当月交纳状态\n".to_owned();
    for name in EVERY_MONTH.iter().chain(&others).chain(&ADMITTED) {
        writeln!(file, "{name},共青团员,第一团支部,0.2,0,已交").unwrap();
    }
    file.push_str("尤佳,共青团员,第一团支部,0.2,0,未交\n");
    let shown = term.house.drops("钱七", "团费2026-05.csv", file.into_bytes()).await;
    assert!(shown.starts_with("账单：能入账 21 笔，共 4.2 元；以前导过 0 笔；要看一眼 0 笔；"), "{shown}");
    term.whispers(&[
        ("钱七", "是", "入账 21 笔，共 4.2 元；以前导过 0 笔，带问号的 0 笔没有动。"),
        ("赵六", "交了团费3元", "收到：赵六5月团费共 3 元，记上了，等组织委员或团支书确认。"),
        ("钱七", "没收到赵六的团费", "赵六5月的团费（3 元）退回了，我私下告诉 TA 了。"),
    ])
    .await;
    let told = term.house.read(&ChatKey::private(&account("赵六")));
    assert!(told.starts_with("赵六，钱七说还没收到你5月的团费"), "{told}");
    term.whispers(&[("赵六", "交了5月团费3元", "收到：赵六5月团费共 3 元，记上了，等组织委员或团支书确认。")]).await;
    confirmed_all(&term.house).await;
}

/// The last month; who was behind comes up to it, oldest months first, and one does not.
pub async fn june(term: &Term) {
    term.at("2026-06-17 20:00").await;
    let others = ["张三", "王五", "冯二", "陈明", "蒋南", "沈北", "许朵", "杨柳", "朱丹", "韩梅"];
    listed(term, "6月", &[&EVERY_MONTH[..], &others, &ADMITTED].concat()).await;
    term.whispers(&[
        ("秦川", "交了团费0.8元", "收到：秦川3月至6月团费共 0.8 元，记上了，等组织委员或团支书确认。"),
        ("尤佳", "补交团费0.4元", "收到：尤佳3月、4月团费共 0.4 元，记上了，等组织委员或团支书确认。"),
        ("郑义", "交了团费0.4元", "收到：郑义3月至6月团费共 0.4 元，记上了，等组织委员或团支书确认。"),
        ("孙瑶", "交了团费10元", "收到：孙瑶5月、6月团费共 10 元，记上了，等组织委员或团支书确认。"),
        ("赵六", "交了团费3元", "收到：赵六6月团费共 3 元，记上了，等组织委员或团支书确认。"),
    ])
    .await;
    confirmed_all(&term.house).await;
    for (text, told) in [("上缴上级团费12.7元", "记下了：上缴团费 12.7 元，"), ("上级返还团费10元", "记下了：上级返还团费 10 元，手上还有 38.6 元。")]
    {
        let answer = term.house.whispers("钱七", text).await;
        assert!(answer.starts_with(told), "{answer}");
    }
    let receipt = term.house.whispers("秦川", "收据").await;
    assert!(receipt.starts_with("收据 ") && receipt.ends_with("第一团支部收到秦川3月至6月团费 0.8 元，2026-06-17由钱七确认。"), "{receipt}");
}

/// The secretary pastes who has paid.
async fn listed(term: &Term, month: &str, names: &[&str]) {
    let mut list = format!("#接龙\n{month}团费\n");
    for (n, name) in names.iter().enumerate() {
        writeln!(list, "{}. {name} 已交", n + 1).unwrap();
    }
    let told = term.house.whispers("李四", &list).await;
    assert!(told.contains(&format!("{} 位", names.len())), "{month}: {told}");
}

async fn confirmed_all(house: &House) {
    let shown = house.whispers("钱七", "确认团费").await;
    let told = house.whispers("钱七", "全部确认").await;
    assert!(shown.contains("待确认") && told.starts_with("团费确认了 "), "{shown}\n{told}");
}
