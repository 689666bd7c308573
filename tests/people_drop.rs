//! A roster file dropped into a private chat: who may, what it would change, a yes, and what follows.

use crate::support::asking::{owner, unbound_members};
use crate::support::db::{Db, on_both};
use crate::support::house::{House, PLATFORM, account};
use libtest_mimic::Trial;
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const ASK: &str = "要导入吗？回“是”就导入，“不是”就算了。";

pub fn tests() -> Vec<Trial> {
    [
        on_both("people_drop_applied", applied),
        on_both("people_drop_said_so", said_so),
        on_both("people_drop_refused", refused),
        on_both("people_drop_between", between),
        on_both("people_drop_further", further),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn house(db: Db) -> House {
    let house = House::new(db).await;
    house.branch(BRANCH, &["李四", "王五"], 0).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house
}

fn csv(rows: &[&str]) -> Vec<u8> {
    format!("姓名,QQ,团费档次\n{}\n", rows.join("\n")).into_bytes()
}

async fn names(house: &House, path: &str) -> Vec<String> {
    let Some(org) = house.store().org_by_path(path).await.unwrap() else { return Vec::new() };
    house.store().roster(org.id).await.unwrap().unwrap().members.into_iter().map(|m| m.name).collect()
}

async fn applied(db: Db) {
    let house = house(db).await;
    let file = csv(&["李四,,", "王五,,", "张三,20003,", "\"[CQ:at,qq=all]\",,", "=cmd|' /C calc'!A0,,"]);
    let shown = house.drops("李四", "名册.csv", file.clone()).await;
    assert!(shown.starts_with("名册共 5 行：新增 3，不变 2。") && shown.ends_with(ASK), "{shown}");
    assert_eq!(names(&house, BRANCH).await.len(), 2, "nothing is changed by looking");
    assert_eq!(house.whispers("王五", "是").await, "我这会儿没有在等你的回答。要做什么直接说就行。", "another's yes");
    assert_eq!(names(&house, BRANCH).await.len(), 2);
    assert_eq!(house.whispers("李四", "是").await, "导入好了：新增 3，修改 0，转入 0。\n接下来把我拉进支部群，在群里@我说“绑定本群”，我来对名片。");
    assert_eq!(names(&house, BRANCH).await, ["李四", "王五", "张三", "[CQ:at,qq=all]", "=cmd|' /C calc'!A0"]);
    assert_eq!(house.store().accounts_of(house.store().people_named("张三", "").await.unwrap()[0].0).await.unwrap()[0].to_string(), "onebot:20003");
    // the same file again has nothing to say yes to
    let again = house.drops("李四", "名册.csv", file).await;
    assert!(again.starts_with("名册共 5 行，没有要改的") && !again.contains(ASK), "{again}");
    // with a group bound, the cards are matched at once
    let chat = house.group("90000", BRANCH).await.chat;
    house.wire.joins(&chat, "acc-a", "2101-赵六");
    assert!(house.drops("李四", "名册.csv", csv(&["赵六,,"])).await.ends_with(ASK));
    assert_eq!(
        house.whispers("李四", "是").await,
        "导入好了：新增 1，修改 0，转入 0。\n群里有 1 个账号还没绑定，按名片认出了 1 个。\n名册上还没对上的 2 位：[CQ:at,qq=all]、=cmd|' /C calc'!A0。请他们改名片，或发“绑定 姓名”。\n\
         等着确认的账号有 1 个：1.赵六\n没问题就回“全部确认”，这 1 个就绑好了。"
    );
    assert_eq!(owner(&house, BRANCH, &account("a")).await, None);
    assert_eq!(house.whispers("李四", "全部确认").await, "绑好了 1 位：赵六。现在可以直接说话了。");
    assert_eq!(owner(&house, BRANCH, &account("a")).await.as_deref(), Some("赵六"));
    house.ends().await;
}

/// The word of the question is a yes as well, while it is open.
async fn said_so(db: Db) {
    let house = house(db).await;
    let all = [("甲", "导入"), ("乙", "确定导入"), ("丙", "是的导入吧"), ("丁", "好的，导入！"), ("戊", "确认导入"), ("己", "那就导入吧")];
    for (name, yes) in all {
        let shown = house.drops("李四", "名册.csv", csv(&[&format!("周{name},,")])).await;
        assert!(shown.ends_with(ASK), "{shown}");
        let told = house.whispers("李四", yes).await;
        assert!(told.starts_with("导入好了：新增 1"), "{yes}: {told}");
    }
    assert_eq!(names(&house, BRANCH).await.len(), 8);
    assert!(!house.whispers("李四", "导入").await.contains("导入好了"), "nothing waits");
    house.ends().await;
}

async fn refused(db: Db) {
    let house = house(db).await;
    let file = csv(&["张三,,"]);
    assert_eq!(house.drops("王五", "名册.csv", file.clone()).await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(house.drops("路人", "名册.csv", file).await, "我还不认识你。发“绑定 姓名”，团支书同意后就能用了；有绑定码就发“绑定 姓名 绑定码”。");
    for (name, bytes) in
        [("空.csv", Vec::new()), ("坏.xlsx", b"PK\x03\x04 but no archive".to_vec()), ("图.png", b"\x89PNG\r\n\x1a\n\0\0\0".to_vec()), ("nul", vec![0; 5000])]
    {
        let told = house.drops("李四", name, bytes).await;
        assert!(!told.is_empty() && !told.contains(ASK) && !told.contains("代码"), "{name}: {told}");
    }
    let limit = house.bot.config.bot.onebot.max_file_bytes;
    let told = house.drops("李四", "大.csv", vec![b'a'; limit + 1]).await;
    assert_eq!(told, format!("文件太大了（最大 {} MB）。只留要用的那一张表再发。", limit >> 20));
    assert_eq!(names(&house, BRANCH).await.len(), 2);
    // a file in the group is nobody's business
    let chat = house.group("90000", BRANCH).await.chat;
    let mut message = house.message(&chat, "李四", "", false);
    message.segments =
        vec![zhibu::domain::message::Segment::File(zhibu::domain::message::FileRef { name: "名册.csv".into(), size: None, handle: "x".into() })];
    house.hear(message).await;
    assert_eq!(house.read(&chat), "");
    house.ends().await;
}

async fn between(db: Db) {
    let mut house = house(db).await;
    // no
    house.drops("李四", "名册.csv", csv(&["张三,,"])).await;
    for no in ["不是", "不导入", "先不导入了"] {
        assert_eq!(house.whispers("李四", no).await, "好，没有导入。", "{no}");
        assert_eq!(names(&house, BRANCH).await.len(), 2);
        house.drops("李四", "名册.csv", csv(&["张三,,"])).await;
    }
    for unclear in ["怎么导入", "导入了吗", "导入什么"] {
        assert!(!house.whispers("李四", unclear).await.starts_with("导入好了"), "{unclear}");
        assert_eq!(names(&house, BRANCH).await.len(), 2, "{unclear}");
    }
    // a restart forgets the file, not the question
    house.drops("李四", "名册.csv", csv(&["张三,,"])).await;
    house.restart().await;
    assert_eq!(house.whispers("李四", "是").await, "那个文件我这里已经没有了（过了时间，或者我重启过），请再发一次文件。");
    assert_eq!(names(&house, BRANCH).await.len(), 2);
    // the roster changes between the look and the yes
    house.drops("李四", "名册.csv", csv(&["张三,,", "赵六,,"])).await;
    unbound_members(&house, BRANCH, &["赵六"]).await;
    let told = house.whispers("李四", "是").await;
    assert!(told.starts_with("名册刚才被别人改过，再看一眼：\n名册共 2 行：新增 1，不变 1。") && told.ends_with(ASK), "{told}");
    assert_eq!(names(&house, BRANCH).await.len(), 3);
    assert!(house.whispers("李四", "是").await.starts_with("导入好了：新增 1"));
    assert_eq!(names(&house, BRANCH).await, ["李四", "王五", "赵六", "张三"]);
    // a yes that comes too late
    house.drops("李四", "名册.csv", csv(&["孙八,,"])).await;
    house.clock().advance((house.bot.config.bot.answers.question_minutes + 1) * 60_000);
    house.whispers("李四", "是").await;
    assert_eq!(names(&house, BRANCH).await.len(), 4);
    // an office that was lost meanwhile: nothing without it
    house.ends().await;
}

async fn further(db: Db) {
    let house = house(db).await;
    let file = "姓名,所在团支部\n张三,第一团支部\n赵六,第二团支部\n".as_bytes().to_vec();
    // a secretary's file reaches only the own branch
    let told = house.drops("李四", "名册.csv", file.clone()).await;
    assert!(told.starts_with("名册共 2 行：新增 1，有错 1。") && told.contains("赵六") && told.ends_with(ASK), "{told}");
    assert_eq!(
        house.whispers("李四", "是").await,
        "导入好了：新增 1，修改 0，转入 0；还有 1 行没动，改好再发就行。\n接下来把我拉进支部群，在群里@我说“绑定本群”，我来对名片。"
    );
    assert_eq!(names(&house, OTHER).await, Vec::<String>::new());
    // who also manages the town above reaches all of it
    house.grant("李四", Role::Committee, "余庆县团委/白泥镇团委").await;
    house.bot.cache.forget_all();
    let file = format!("姓名,所在团支部\n张三,{BRANCH}\n赵六,{OTHER}\n").into_bytes();
    let told = house.drops("李四", "名册.csv", file).await;
    assert!(told.starts_with("名册共 2 行：新增 1，不变 1。") && told.contains("第二团支部") && told.ends_with(ASK), "{told}");
    assert_eq!(house.whispers("李四", "是").await, "导入好了：新增 1，修改 0，转入 0。");
    assert_eq!(names(&house, OTHER).await, ["赵六"]);
    assert_eq!(house.store().chat(&ChatKey::group(PLATFORM, "1")).await.unwrap(), None);
    house.ends().await;
}
