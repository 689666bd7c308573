//! The other two records in the group, and how the bot carries itself there: who may, who is refused, what it keeps quiet about.

use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use zhibu::domain::role::Role;
use zhibu::domain::roster::OrgKind;

const TOWN: &str = "余庆县团委/白泥镇团委";
const FIRST: &str = "余庆县团委/白泥镇团委/第一团支部";
const SECOND: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("conversation_study_weeks", study_weeks),
        on_both("conversation_beside_others", beside_others),
        on_both("conversation_code", code),
        on_both("conversation_two_meetings", two_meetings),
        on_both("conversation_who_may", who_may),
        on_both("conversation_manners", manners),
        on_both("conversation_english", english),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A town with two branches; 李四 and 吴九 are secretaries, 郑十 sits in the town committee.
async fn house(db: Db) -> House {
    let house = House::new(db).await;
    town(&house).await;
    house
}

async fn town(house: &House) {
    house.branch(FIRST, &["张三", "李四", "王五", "赵六"], 2).await;
    house.branch(SECOND, &["周八", "吴九", "郑十"], 2).await;
    house.grant("李四", Role::Secretary, FIRST).await;
    house.grant("吴九", Role::Secretary, SECOND).await;
    let org = house.store().org_by_path(TOWN).await.unwrap().unwrap();
    assert_eq!(org.kind, OrgKind::Committee);
    house.grant("郑十", Role::Committee, TOWN).await;
}

async fn study_weeks(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", FIRST).await;
    assert_eq!(group.says("张三", "10月的大学习都看完了").await, "记好啦：张三，9月28日那周至10月19日那周青年大学习已完成。");
    assert_eq!(group.says("张三", "上周大学习看完了").await, "记好啦：张三，上周青年大学习已完成。");
    assert_eq!(group.asks("李四", "张三、赵六大学习看完了").await, "记好啦：张三、赵六，本周青年大学习已完成。");
    assert_eq!(group.says("王五", "下周大学习看完了").await, "11月23日那周还没到，先不记。");
    assert_eq!(group.asks("王五", "今年的大学习都看完了").await, "记好啦：王五，8月31日那周至本周青年大学习已完成。");
    assert_eq!(group.asks("王五", "5月第一周的大学习").await, "青年大学习怎么了？报进度可以说“青年大学习完成了”，要查就说“谁没完成青年大学习”。");
    assert_eq!(group.asks("张三", "谁没看大学习").await, "本周青年大学习还没完成的有 1 位：李四（应完成 4，已完成 3）");
    house.ends().await;
}

/// One's own report counts, also where the rest of the message is not one's to say.
async fn beside_others(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", FIRST).await;
    assert_eq!(
        group.asks("王五", "我看完大学习了,赵六也看完了").await,
        "记好啦：王五，本周青年大学习已完成。\n这件事要组织委员或团支书来做，可以请 TA 跟我说一声。"
    );
    assert_eq!(group.asks("王五", "赵六大学习看完了").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.says("王五", "赵六大学习看完了").await, "", "hearsay");
    house.ends().await;
}

async fn code(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", FIRST).await;
    assert!(group.asks("李四", "开始签到 口令1234").await.ends_with("回“签到 口令”，口令看现场。"));
    assert_eq!(group.says("张三", "签到").await, "这场签到要带口令，比如“签到 1234”。");
    assert_eq!(group.says("张三", "签到 1111").await, "口令不对，再看一眼现场的口令？");
    assert_eq!(group.says("张三", "签到 1234").await, "签到成功：张三，主题团日。");
    assert_eq!(group.says("张三", "早退了").await, "记下了：张三，主题团日（早退）。", "whoever is in needs no code to leave");
    assert_eq!(group.says("王五", "早退了").await, "这场签到要带口令，比如“签到 1234”。");
    assert_eq!(group.asks("王五", "主题团日请病假").await, "好的，王五11月主题团日请假，记下了。", "no kind of leave in a group");
    assert_eq!(group.says("王五", "签到 1234").await, "签到成功：王五，主题团日。", "came after all");
    assert_eq!(group.asks("王五", "主题团日请假").await, "王五已经签过到了。");
    assert_eq!(group.asks("李四", "赵六签到").await, "签到成功：赵六，主题团日（代签）。", "the secretary needs no code");
    assert_eq!(
        group.asks("李四", "结束签到").await,
        "主题团日签到结束：应到 4，实到 3（迟到 0，早退 1），请假 0，缺席 1。\n早退：张三\n代签：赵六\n没到：李四"
    );
    house.ends().await;
}

/// The town's check-in and a branch's own at the same time: each chat means its own, nobody is caught in a question.
async fn two_meetings(db: Db) {
    let house = house(db).await;
    let (branch, town) = (house.group("90000", FIRST).await, house.group("90002", TOWN).await);
    town.asks("郑十", "开始签到").await;
    branch.asks("李四", "开始签到").await;
    assert_eq!(branch.says("张三", "签到").await, "签到成功：张三，主题团日。");
    assert_eq!(town.says("王五", "签到").await, "签到成功：王五，主题团日。");
    assert_eq!(town.says("周八", "签到").await, "签到成功：周八，主题团日。");
    assert_eq!(town.says("周八", "签到").await, "周八已经签过到了。");
    assert_eq!(branch.asks("张三", "谁没签到").await, "这场主题团日还没签到的有 3 位：李四、王五、赵六（应到 4，已到 1）");
    house.ends().await;
}

async fn who_may(db: Db) {
    let house = house(db).await;
    let (group, town) = (house.group("90000", FIRST).await, house.group("90002", TOWN).await);
    let secretary = "这件事要团支书来做，可以请 TA 跟我说一声。";
    assert_eq!(group.asks("张三", "开始签到").await, secretary);
    assert_eq!(group.asks("张三", "结束签到").await, secretary);
    assert_eq!(group.asks("张三", "绑定本群").await, secretary);
    assert_eq!(group.asks("张三", "全部确认").await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("吴九", "开始签到").await, "这件事要第一团支部的团支书来做，可以请 TA 跟我说一声。", "a secretary, but not here");
    assert_eq!(group.asks("吴九", "谁没交团费").await, "这里的情况只给本支部和上级看。");
    assert_eq!(town.asks("李四", "开始签到").await, "这件事要白泥镇团委来做，可以请 TA 跟我说一声。");
    assert_eq!(group.asks("陌生人", "谁没交团费").await, "我还不认识这个账号，先没记。发“绑定 姓名”告诉我你是谁。");
    assert_eq!(house.unbound_group("95555").says("张三", "交了团费").await, "");
    assert_eq!(house.unbound_group("95555").asks("张三", "交了团费").await, "这个群还没绑定团支部，请团支书在群里说“绑定本群”。");
    house.ends().await;
}

async fn manners(db: Db) {
    let house = house(db).await;
    let group = house.group("90000", FIRST).await;
    for chatter in ["哈哈哈", "谁没交团费", "大家记得交团费", "他们都交了团费", "团费我交了吗?", "大学习我明天看", "是", "1", "收到", "谢谢", "你好"]
    {
        assert_eq!(group.says("张三", chatter).await, "", "{chatter}");
    }
    let hello = "在呢。报团费、大学习、签到，直接说就行；想看怎么用，回“帮助”。";
    let puzzled = "没太听明白。要报进度直接说“大学习看完了”，要查就说“谁没交团费”；回“帮助”看更多。";
    for (said, told) in [
        ("", hello),
        ("你好", hello),
        ("在吗？", hello),
        ("谢谢", "不客气。"),
        ("辛苦啦", "不客气。"),
        ("今天天气怎么样", puzzled),
        ("导入名册", "名册文件（xlsx、xls、csv）由团支书私聊发给我，看过预览回“是”就导入。"),
        ("是", "我这会儿没有在等你的回答。要做什么直接说就行。"),
    ] {
        assert_eq!(group.asks("张三", said).await, told, "{said}");
    }
    assert_eq!(group.asks("张三", &"交了团费".repeat(3000)).await, puzzled);
    assert_eq!(group.asks("张三", "交了\u{0}团费\u{1}").await, "收到：张三9月团费记上了，等确认。");
    assert_eq!(
        group.asks("李四", "谁没交团费").await,
        "11月团费还有 4 位没交，名单只发给组织委员或团支书（私聊我问就行）。（应交 4，已交 0）\n前面几期没交齐的有 4 位。"
    );
    assert_eq!(group.asks("张三", "我的记录").await, "张三，你的记录我私下说，私聊我发“我的记录”就行。");
    house.ends().await;
}

async fn english(db: Db) {
    use zhibu::config::{Config, Env};
    let env = Env::of([("ZHIBU_BOT_LANGUAGE", "en")]);
    let house = House::with(db, std::sync::Arc::new(Config::load(None, &env).unwrap())).await;
    town(&house).await;
    let group = house.group("90000", FIRST).await;
    assert_eq!(
        group.says("张三", "补交9月团费0.4元").await,
        "Is that for September alone, or for September, October? Say “1” for September, “2” for September, October."
    );
    assert_eq!(group.says("张三", "no").await, "All right, not noted.");
    assert_eq!(group.asks("吴九", "开始签到").await, "That is for the secretary of 第一团支部 to do; ask them to tell me.");
    house.ends().await;
}
