//! What members say that is more, or less, than one plain report: several things at once, everything at once, a sum
//! alone, another meeting of the month, and corrections.

use crate::support::db::{Db, on_both};
use crate::support::house::{Group, House};
use libtest_mimic::Trial;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("conversation_gaps_several_things", several_things),
        on_both("conversation_gaps_all_that_is_open", all_that_is_open),
        on_both("conversation_gaps_a_sum_alone", a_sum_alone),
        on_both("conversation_gaps_second_meeting", second_meeting),
        on_both("conversation_gaps_taken_back_at_once", taken_back_at_once),
        on_both("conversation_gaps_not_ours", not_ours),
        on_both("conversation_gaps_bare_words", bare_words),
        on_both("conversation_gaps_bare_words_elsewhere", bare_words_elsewhere),
        on_both("conversation_correct_own", correct_own),
        on_both("conversation_correct_whose", correct_whose),
        on_both("conversation_correct_who_may", correct_who_may),
        on_both("conversation_correct_changes_nothing", correct_changes_nothing),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Three members since August; it is November.
async fn house(db: Db) -> House {
    House::of_three(db, BRANCH, 3).await
}

/// A report and a question, or two questions, in one message: both.
async fn several_things(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(
        group.asks("张三", "交了11月团费,谁没交").await,
        "收到：张三11月团费记上了，等确认。\n11月团费还有 2 位没交，名单只发给组织委员或团支书（私聊我问就行）。（应交 3，已交 1）\n前面几期没交齐的有 3 位。"
    );
    let told = house.whispers("王五", "交了8月团费，我的记录").await;
    assert!(
        told.starts_with(
            "收到：王五8月团费共 0.2 元，记上了，等组织委员或团支书确认。\n王五的记录：\n团费：最近交的是8月（待确认 0.2 元）；还没交：9月至11月，共 0.6 元。"
        ),
        "{told}"
    );
    let told = group.asks("张三", "谁没交团费?谁没看大学习?").await;
    assert_eq!(
        told,
        "11月团费还有 2 位没交，名单只发给组织委员或团支书（私聊我问就行）。（应交 3，已交 1）\n前面几期没交齐的有 3 位。\n本周青年大学习还没完成的有 3 位：张三、李四、王五（应完成 3，已完成 0）"
    );
    house.ends().await;
}

/// 全交了 is every open month, never only the oldest; 预交 reaches ahead where nothing is due.
async fn all_that_is_open(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "团费全交了").await, "收到：张三8月至11月团费记上了，等确认。");
    assert_eq!(group.says("张三", "团费交清了").await, "张三，8月至11月团费已经记过了，没有重复记。");
    assert_eq!(
        house.whispers("张三", "预交团费2.4元").await,
        "收到：张三2026年12月至2027年11月团费共 2.4 元，记上了，等组织委员或团支书确认。\n一次记了 12 个月，比平常多；要是不对，回“撤销”。"
    );
    assert_eq!(house.whispers("张三", "撤销").await, "撤销了：2026年12月至2027年11月团费。");
    assert_eq!(house.whispers("张三", "预交了团费").await, "收到：张三12月团费共 0.2 元，记上了，等组织委员或团支书确认。");
    // next year's months, named to the bot; said to others it is an appeal
    assert_eq!(group.says("张三", "预交明年团费").await, "");
    assert_eq!(
        house.whispers("张三", "预交明年团费").await,
        "收到：张三2027年1月至12月团费共 2.4 元，记上了，等组织委员或团支书确认。\n一次记了 12 个月，比平常多；要是不对，回“撤销”。"
    );
    assert_eq!(house.whispers("张三", "撤销").await, "撤销了：2027年1月至12月团费。");
    assert_eq!(house.whispers("王五", "团费全部交了，0.8元").await, "收到：王五8月至11月团费共 0.8 元，记上了，等组织委员或团支书确认。");
    assert_eq!(
        house.whispers("王五", "交了2027年1月至12月团费").await,
        "收到：王五2027年1月至12月团费共 2.4 元，记上了，等组织委员或团支书确认。\n一次记了 12 个月，比平常多；要是不对，回“撤销”。"
    );
    assert_eq!(group.says("李四", "我看了3期大学习").await, "是哪 3 期青年大学习？分开说一下，比如“上周的看完了”“本周的看完了”，先没记。");
    house.ends().await;
}

/// A sum beside a duty may be its price: the bot asks. A sum below nothing is none.
async fn a_sum_alone(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "团费0.2").await, "");
    assert_eq!(group.asks("张三", "团费0.2").await, "是交了团费吗？回“是”就记上。");
    assert_eq!(group.says("张三", "是").await, "收到：张三8月团费记上了，等确认。");
    assert_eq!(house.whispers("王五", "团费0.4元").await, "是交了 0.4 元团费吗？回“是”就记上。");
    assert_eq!(house.whispers("王五", "不是").await, "好，那就不记。");
    assert_eq!(house.whispers("王五", "团费0.4元").await, "是交了 0.4 元团费吗？回“是”就记上。");
    assert_eq!(house.whispers("王五", "10月和11月").await, "收到：王五10月、11月团费共 0.4 元，记上了，等组织委员或团支书确认。");
    let minus = "金额是负数，先没记。实际是多少元？记错了要改，说“撤销”或“更正”。";
    assert_eq!(house.whispers("王五", "交了-0.2元团费").await, minus);
    assert_eq!(group.says("王五", "交了-0.2元团费").await, "");
    house.ends().await;
}

/// The second meeting of a month has its own check-in and its own sheet.
async fn second_meeting(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    group.asks("李四", "开始签到").await;
    assert_eq!(group.says("张三", "签到").await, "签到成功：张三，主题团日。");
    assert_eq!(group.says("张三", "签到").await, "张三已经签过到了。");
    assert_eq!(group.says("王五", "签到").await, "签到成功：王五，主题团日。");
    group.asks("李四", "结束签到").await;
    house.clock().advance(3_600_000);
    assert_eq!(group.says("王五", "先走了").await, "");
    group.asks("李四", "开始签到").await;
    assert_eq!(group.says("张三", "签到").await, "签到成功：张三，主题团日。");
    assert_eq!(group.says("张三", "签到").await, "张三已经签过到了。");
    assert_eq!(group.asks("张三", "撤销").await, "撤销了：11月主题团日。");
    assert_eq!(group.says("张三", "签到").await, "签到成功：张三，主题团日。");
    assert_eq!(group.asks("李四", "结束签到").await, "主题团日签到结束：应到 3，实到 1（迟到 0，早退 0），请假 0，缺席 2。\n没到：李四、王五");
    house.ends().await;
}

/// What is said and taken back in one message changes nothing, also nothing earlier.
async fn taken_back_at_once(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "交了团费").await, "收到：张三8月团费记上了，等确认。");
    assert_eq!(group.asks("张三", "大学习看完了,撤销").await, "青年大学习怎么了？报进度可以说“青年大学习完成了”，要查就说“谁没完成青年大学习”。");
    assert_eq!(group.says("王五", "团费交了额,没交成").await, "");
    assert_eq!(group.asks("张三", "撤销").await, "撤销了：8月团费。");
    house.ends().await;
}

/// Says something that quotes a message.
async fn quotes(group: &Group<'_>, house: &House, name: &str, text: &str, quoted: &str, ours: bool) -> String {
    let mut message = house.message(&group.chat, name, text, false);
    message.replies_to = Some(quoted.to_owned());
    message.replies_to_bot = ours;
    house.hear(message).await;
    house.read(&group.chat)
}

/// 1 under a reminder is its duty, for the period that it was for; also after a restart and in the next period.
async fn bare_words(db: Db) {
    let mut house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    group.asks("李四", "提醒一下没看大学习的").await;
    house.delivered().await;
    assert!(house.read(&group.chat).contains("青年大学习（本周）"));
    let reminder = house.wire.last_id();
    assert_eq!(quotes(&group, &house, "张三", "1", &reminder, true).await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(quotes(&group, &house, "张三", "+1", &reminder, true).await, "张三，本周青年大学习之前就记过啦，不用再报。");
    house.clock().advance(7 * 86_400_000);
    house.restart().await;
    let group = house.unbound_group("90000");
    // after a restart the platform no longer knows its own messages; the outbox does
    assert_eq!(quotes(&group, &house, "王五", "看了", &reminder, false).await, "记好啦：王五，上周青年大学习已完成。");
    assert_eq!(quotes(&group, &house, "王五", "看了吗", &reminder, false).await, "");
    house.ends().await;
}

/// The same words under any other message, or under none, record nothing.
async fn bare_words_elsewhere(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "交了团费").await, "收到：张三8月团费记上了，等确认。");
    let answer = house.wire.last_id();
    for word in ["收到", "已交", "+1", "看了"] {
        assert_eq!(quotes(&group, &house, "王五", word, &answer, true).await, "", "{word}");
        assert_eq!(quotes(&group, &house, "王五", word, "777", false).await, "", "{word}");
        assert_eq!(group.says("王五", word).await, "", "{word}");
        assert!(!group.asks("王五", word).await.contains("记"), "{word}");
    }
    assert!(!quotes(&group, &house, "王五", "1", &answer, true).await.contains("记"));
    // in private a reminder to the secretary is about others
    assert!(!house.whispers("李四", "已交").await.contains("记上"));
    house.ends().await;
}

async fn not_ours(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.asks("张三", "班费谁没交").await, "班费不归我记，我只管这里设好的事项；回“帮助”看我能做什么。");
    assert_eq!(group.says("张三", "班费谁没交").await, "");
    house.ends().await;
}

/// The month, the sum, which record: what the member said last, or what is named.
async fn correct_own(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "交了团费").await, "收到：张三8月团费记上了，等确认。");
    assert_eq!(group.asks("张三", "改成11月的").await, "改好了：张三8月团费 → 张三11月团费。");
    assert_eq!(house.whispers("张三", "写错了，是0.4元").await, "改好了：张三11月团费 0.2 元 → 张三11月、12月团费 0.4 元。");
    assert_eq!(house.whispers("张三", "更正：10月团费是0.3元").await, "改好了：张三11月、12月团费 0.4 元 → 张三10月团费 0.3 元。");
    assert_eq!(group.asks("张三", "更正：上个月团费是0.4").await, "改好了：张三10月团费。");
    let told = house.whispers("张三", "我的记录").await;
    assert!(told.contains("最近交的是10月（待确认 0.2 元）"), "{told}");
    assert_eq!(house.whispers("张三", "撤销").await, "撤销了：10月团费、团费的自愿多交。");
    assert_eq!(group.says("张三", "大学习看完了").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(group.asks("张三", "刚才那条改成上周的").await, "改好了：张三本周青年大学习 → 张三上周青年大学习。");
    assert_eq!(group.asks("张三", "更正").await, "要改成什么？比如“更正：10月”“更正：0.4元”“更正：张三的”。");
    house.ends().await;
}

/// Entered for the wrong one.
async fn correct_whose(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("王五", "交了团费").await, "收到：王五8月团费记上了，等确认。");
    assert_eq!(group.asks("王五", "刚才那条应该是张三的").await, "改好了：王五8月团费 → 张三8月团费。");
    assert_eq!(group.says("王五", "交了团费").await, "收到：王五8月团费记上了，等确认。");
    // the secretary, of a message that is quoted
    let said = house.message(&group.chat, "王五", "交了9月团费", false);
    house.hear(said.clone()).await;
    assert_eq!(house.read(&group.chat), "收到：王五9月团费记上了，等确认。");
    let mut word = house.message(&group.chat, "李四", "这条应该是张三的", true);
    word.replies_to = Some(said.quote_id.clone());
    house.hear(word).await;
    assert_eq!(house.read(&group.chat), "改好了：王五9月团费 → 张三9月团费。");
    house.ends().await;
}

/// The member within a day, the secretary later too, and nobody what another has said.
async fn correct_who_may(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    let said = house.message(&group.chat, "张三", "交了团费", false);
    house.hear(said.clone()).await;
    assert_eq!(house.read(&group.chat), "收到：张三8月团费记上了，等确认。");
    let mut word = house.message(&group.chat, "王五", "改成10月的", true);
    word.replies_to = Some(said.quote_id.clone());
    house.hear(word).await;
    assert_eq!(house.read(&group.chat), "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    house.clock().advance(25 * 3_600_000);
    assert_eq!(group.asks("张三", "改成10月的").await, "那条记了超过 1 天，要改请组织委员或团支书来。");
    let mut word = house.message(&group.chat, "李四", "改成10月的", true);
    word.replies_to = Some(said.quote_id.clone());
    house.hear(word).await;
    assert_eq!(house.read(&group.chat), "改好了：张三8月团费 → 张三10月团费。");
    assert_eq!(house.whispers("李四", "确认张三").await, "团费确认了 1 位，共 0.2 元：张三（10月，0.2 元）。");
    assert_eq!(group.asks("张三", "改成11月的").await, "没有找到可以更正的记录。");
    house.ends().await;
}

/// Where the right record can't be entered, the wrong one stays.
async fn correct_changes_nothing(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", BRANCH).await;
    assert_eq!(group.says("张三", "交了8月和9月团费").await, "收到：张三8月、9月团费记上了，等确认。");
    house.clock().advance(60_000);
    assert_eq!(group.says("张三", "交了10月团费").await, "收到：张三10月团费记上了，等确认。");
    assert_eq!(group.asks("张三", "改成9月的").await, "张三9月团费本来就记过了，没有改。");
    assert_eq!(house.whispers("张三", "更正：0.1元").await, "改后的数和应交的对不上，先没改。说清月份再试，比如“更正：10月团费是0.4元”。");
    assert_eq!(house.whispers("张三", "撤销").await, "撤销了：10月团费。");
    assert_eq!(group.says("王五", "签到").await, "现在没有开放的签到。");
    assert_eq!(group.asks("王五", "改成9月的").await, "没有找到可以更正的记录。");
    house.ends().await;
}
