//! Dues, as members report, answer, undo and pay again; and what the treasurer's word is worth.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::message::Event;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("conversation_numbers_alone", numbers_alone),
        on_both("conversation_one_of_two", one_of_two),
        on_both("conversation_so_many_months", so_many_months),
        on_both("conversation_confirmed_stays", confirmed_stays),
        on_both("conversation_for_others", for_others),
        on_both("conversation_no_and_never_mind", no_and_never_mind),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Three members since August; it is November.
async fn house(db: Db) -> House {
    House::of_three(db, BRANCH, 3).await
}

/// A number alone is a choice or nothing: never so many yuan.
async fn numbers_alone(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(house.whispers("张三", "交了团费0.5元").await, "0.5元和这次应交的 0.2 元对不上。是哪几个月的？说“交了9月和10月团费”这样就行。");
    assert_eq!(house.whispers("张三", "1").await, "是哪几个月的？直接说“9月和10月”就行；不记就回“不是”。");
    assert_eq!(house.whispers("张三", "3").await, "是哪几个月的？直接说“9月和10月”就行；不记就回“不是”。");
    assert_eq!(house.whispers("张三", "不是").await, "好，那就不记。");
    assert_eq!(group.asks("张三", "补交9月团费0.6元").await, "这个数是9月一期的，还是9月至11月的？回“1”记9月，回“2”记9月至11月。");
    assert_eq!(group.says("张三", "3").await, "是哪一种？回“1”记9月，回“2”记9月至11月；都不是就回“不是”。");
    assert_eq!(group.says("张三", "都不是").await, "好，那就不记。");
    assert_eq!(group.says("张三", "交了团费").await, "收到：张三8月团费记上了，等确认。");
    assert_eq!(house.whispers("张三", "交了团费").await, "8月今天已经记过了。这次是交9月吗？回“是”就记上。");
    assert_eq!(house.whispers("张三", "1").await, "收到：张三9月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    house.ends().await;
}

/// Either answer to "this month alone, or several?" is final; what is more than owed is kept as given.
async fn one_of_two(db: Db) {
    let house = house(db).await;
    house.group("90000", BRANCH).await;
    assert_eq!(house.whispers("张三", "补交9月团费0.6元").await, "0.6元：是9月一期，还是9月至11月？回“1”记9月，回“2”记9月至11月。");
    assert_eq!(house.whispers("张三", "是").await, "是哪一种？回“1”记9月，回“2”记9月至11月；都不是就回“不是”。");
    assert_eq!(house.whispers("张三", "1").await, "收到：张三9月团费共 0.2 元，另有自愿多交 0.4 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("王五", "补交9月团费0.6元").await, "0.6元：是9月一期，还是9月至11月？回“1”记9月，回“2”记9月至11月。");
    assert_eq!(house.whispers("王五", "2").await, "收到：王五9月至11月团费共 0.6 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("王五", "撤销").await, "撤销了：9月至11月团费。");
    assert_eq!(house.whispers("王五", "补交9月团费0.6元").await, "0.6元：是9月一期，还是9月至11月？回“1”记9月，回“2”记9月至11月。");
    assert_eq!(house.whispers("王五", "9月").await, "收到：王五9月团费共 0.2 元，另有自愿多交 0.4 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("王五", "是").await, "我这会儿没有在等你的回答。要做什么直接说就行。");
    house.ends().await;
}

/// "Three months" are three, also where no sum is said; a fraction of a fen is no sum.
async fn so_many_months(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "交了3个月团费").await, "收到：张三8月至10月团费记上了，等确认。");
    assert_eq!(house.whispers("王五", "交了半年团费").await, "收到：王五2026年8月至2027年1月团费共 1.2 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("李四", "我的团费交了0.4元").await, "收到：李四8月、9月团费共 0.4 元，记上了，等组织委员或团支书确认。");
    assert!(!house.whispers("李四", "交了0.001元团费").await.contains("记上了"));
    house.ends().await;
}

/// A member takes back a claim, not what the treasurer has confirmed; the treasurer takes the confirmation back.
async fn confirmed_stays(db: Db) {
    let house = house(db).await;
    house.group("90000", BRANCH).await;
    house.whispers("张三", "交了8月和9月团费").await;
    assert_eq!(house.whispers("李四", "确认张三").await, "团费确认了 1 位，共 0.4 元：张三（8月、9月，0.4 元）。");
    assert_eq!(house.whispers("张三", "撤销").await, "那条已经确认过了，要改请组织委员或团支书来。");
    assert_eq!(house.whispers("李四", "撤销").await, "撤销了：张三8月、9月团费的确认。");
    assert_eq!(house.whispers("李四", "撤销").await, "没有可以撤销的记录。");
    assert_eq!(house.whispers("张三", "撤销").await, "撤销了：8月、9月团费。");
    assert_eq!(house.whispers("李四", "确认张三").await, "张三没有等着确认的。");
    assert_eq!(house.whispers("张三", "交了8月团费").await, "收到：张三8月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    assert_eq!(house.whispers("李四", "确认张三").await, "团费确认了 1 位，共 0.2 元：张三（8月，0.2 元）。");
    house.ends().await;
}

/// Who pays for others hears whose it is, not whose months.
async fn for_others(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.asks("王五", "替张三、李四交了团费").await, "收到：张三、李四8月团费记上了，等确认。");
    assert_eq!(group.asks("王五", "替张三、李四交了团费").await, "张三、李四今天已经记过了。这次是再交一期吗？回“是”就记上。");
    assert_eq!(group.says("王五", "是").await, "收到：张三、李四9月团费记上了，等确认。");
    assert_eq!(group.asks("王五", "撤销").await, "撤销了：张三9月团费、李四9月团费。");
    assert_eq!(group.asks("李四", "王五交了5月团费").await, "王五5月不用交团费：那时还没入团，或者支部还没开始在这里记。");
    house.ends().await;
}

/// 算了 and 取消 are a no to every question.
async fn no_and_never_mind(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let said = house.message(&group.chat, "张三", "交了团费", false);
    house.hear(said.clone()).await;
    assert_eq!(house.read(&group.chat), "收到：张三8月团费记上了，等确认。");
    let recall = || Event::Recall {
        chat: group.chat.clone(),
        bot: said.bot.clone(),
        sender: said.sender.clone(),
        operator: said.sender.clone(),
        message: said.quote_id.clone(),
        at: said.sent_at,
    };
    for (answer, told) in [("取消", "好，记录留着。"), ("不是", "好，记录留着。"), ("是", "撤销了：8月团费。")] {
        house.bot.handle(recall()).await;
        assert_eq!(house.read(&group.chat), "你撤回的那条消息记过：8月团费。要一起撤销吗？回“是”就撤。");
        assert_eq!(group.says("张三", answer).await, told, "{answer}");
    }
    assert_eq!(group.says("张三", "交了团费").await, "收到：张三8月团费记上了，等确认。");
    assert_eq!(group.says("张三", "交了团费").await, "8月今天已经记过了。这次是再交一期吗？回“是”就记上。");
    assert_eq!(group.says("张三", "算了").await, "好，那就不记。");
    assert_eq!(
        house.whispers("李四", "确认团费").await,
        "第一团支部团费待确认 1 位，共 0.2 元：张三（8月，0.2 元）。都收到了就回“全部确认”，或说“确认 姓名”。"
    );
    assert_eq!(house.whispers("李四", "算了").await, "好，照旧不动。");
    house.ends().await;
}
