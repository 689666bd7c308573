//! How accounts become members: a card, a name, a code, and the secretary who decides. Nobody becomes somebody by
//! saying so.

use crate::support::asking::{approve, bind, does, does_alone, owner, strange, unbound_members};
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;
use zhibu::language::Intent;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const MINUTE: i64 = 60_000;

pub fn tests() -> Vec<Trial> {
    [
        on_both("people_binding_by_name", by_name),
        on_both("people_binding_by_card", by_card),
        on_both("people_binding_by_code", by_code),
        on_both("people_binding_rivals", rivals),
        on_both("people_binding_namesakes", namesakes),
        on_both("people_binding_changed_since", changed_since),
        on_both("people_binding_hostile", hostile),
        on_both("people_binding_in_private", in_private),
        on_both("people_binding_other_scripts", other_scripts),
        on_both("people_binding_many_branches", many_branches),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// 李四 is the secretary, 王五 a member; these have no account.
async fn house(db: Db, unbound: &[&str]) -> (House, ChatKey) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["李四", "王五"], 0).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    unbound_members(&house, BRANCH, unbound).await;
    let chat = house.group("90000", BRANCH).await.chat;
    (house, chat)
}

async fn by_name(db: Db) {
    let (house, chat) = house(db, &["张三", "赵六"]).await;
    assert_eq!(does(&house, &chat, "小张", Intent::Own).await, "我还不认识这个账号，先没记。私聊我发“绑定 姓名”就好。");
    assert_eq!(does(&house, &chat, "小张", bind("张山", None)).await, "名册上没有张山，是不是张三？写对名字再发一次“绑定 姓名”。");
    for _ in 0..2 {
        assert_eq!(does(&house, &chat, "小张", bind("张三", None)).await, "好的，张三，等支书确认后就能用了。");
    }
    assert_eq!(owner(&house, BRANCH, &account("小张")).await, None, "nobody is bound without the secretary");
    // members see who is not bound, not who asked; nor can they approve
    assert_eq!(does(&house, &chat, "王五", Intent::Unbound).await, "还没绑定账号的有 2 位（共 4 人）：张三、赵六");
    assert_eq!(does(&house, &chat, "王五", approve(None, &[])).await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(does(&house, &chat, "王五", approve(None, &["张三"])).await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(
        does(&house, &chat, "李四", Intent::Unbound).await,
        "还没绑定账号的有 2 位（共 4 人）：张三、赵六\n等着确认的账号有 1 个：1.张三（名片“小张”）\n没问题就回“全部确认”，这 1 个就绑好了。"
    );
    assert_eq!(does(&house, &chat, "李四", approve(None, &[])).await, "绑好了 1 位：张三。现在可以直接说话了。");
    assert_eq!(owner(&house, BRANCH, &account("小张")).await.as_deref(), Some("张三"));
    assert_eq!(does(&house, &chat, "李四", approve(None, &[])).await, "没有等着确认的。");
    assert_eq!(does(&house, &chat, "小张", bind("张三", None)).await, "你已经绑定为张三了。");
    assert_eq!(does(&house, &chat, "小张", bind("赵六", None)).await, "这个账号已经绑定过了，不能再绑成别人；要换请找支书。");
    assert_eq!(owner(&house, BRANCH, &account("小张")).await.as_deref(), Some("张三"));
    house.ends().await;
}

async fn by_card(db: Db) {
    let (house, chat) = house(db, &["张三", "张三丰", "赵六"]).await;
    let known = "我把你认作张三，等支书确认；确认后再说一次就能记上。";
    let unknown = "我还不认识这个账号，先没记。发“绑定 姓名”告诉我你是谁。";
    assert_eq!(strange(&house, &chat, "a", "电信2101-张三", false).await, known);
    // chatter is not answered again and again
    house.clock().advance(9 * MINUTE);
    assert_eq!(strange(&house, &chat, "a", "电信2101-张三", false).await, "");
    assert_eq!(strange(&house, &chat, "a", "电信2101-张三", true).await, known, "who asks is answered");
    house.clock().advance(2 * MINUTE);
    assert_eq!(strange(&house, &chat, "a", "电信2101-张三", false).await, known);
    // two names, a bound name, nobody's name
    for (who, card) in [("b", "张三和赵六"), ("c", "2101王五"), ("d", "隔壁老王"), ("e", "")] {
        assert_eq!(strange(&house, &chat, who, card, false).await, unknown, "{card}");
    }
    assert_eq!(
        does(&house, &chat, "李四", Intent::Unbound).await,
        "还没绑定账号的有 3 位（共 5 人）：张三、张三丰、赵六\n等着确认的账号有 1 个：1.张三\n没问题就回“全部确认”，这 1 个就绑好了。"
    );
    assert_eq!(owner(&house, BRANCH, &account("a")).await, None);
    // a chat that is bound to nothing
    let nowhere = ChatKey::group("onebot", "90009");
    assert_eq!(strange(&house, &nowhere, "a", "张三", false).await, "");
    assert_eq!(
        strange(&house, &nowhere, "a", "张三", true).await,
        "我还不认识你。先私聊我发“绑定 姓名”，确认以后再来说“绑定本群”。第一次装的话，运行我的人手里有激活码，私聊我发“激活 激活码 姓名 支部路径”。"
    );
    assert_eq!(does(&house, &nowhere, "a", bind("张三", None)).await, "这个群还没绑定团支部，请团支书在群里说“绑定本群”。");
    house.ends().await;
}

/// The codes of an answer, in order.
fn codes(answer: &str) -> Vec<String> {
    let digits = |l: &str| l.rsplit('：').next().filter(|c| c.len() == 6 && c.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned);
    answer.lines().filter_map(digits).collect()
}

fn code_for(names: &[&str]) -> Intent {
    Intent::BindCode { names: names.iter().map(|n| (*n).into()).collect() }
}

async fn by_code(db: Db) {
    let (house, chat) = house(db, &["张三", "赵六"]).await;
    assert_eq!(does(&house, &chat, "李四", code_for(&["张三"])).await, "绑定码只能私聊里给，请私聊我再发一次。");
    assert_eq!(does_alone(&house, "王五", code_for(&["张三"])).await, "张三不归你管，绑定码要 TA 的支书来发。");
    assert_eq!(does_alone(&house, "陌生人", code_for(&["张三"])).await, "我还不认识你。发“绑定 姓名”，团支书同意后就能用了；有绑定码就发“绑定 姓名 绑定码”。");
    let told = does_alone(&house, "李四", code_for(&["张三", "赵六", "没有的人"])).await;
    let [zhang, zhao] = &codes(&told)[..] else { panic!("{told}") };
    assert_eq!(told, format!("张三：{zhang}\n赵六：{zhao}\n名册上没有没有的人。\n24 小时内有效，只能用一次。请本人发“绑定 姓名 绑定码”。"));
    // somebody else's code is no use, nor is a used one
    let wrong = "绑定码不对，或者已经用过、过期了。再看一眼，或请支书重新给一个。";
    assert_eq!(does_alone(&house, "a", bind("赵六", Some(zhang))).await, wrong);
    assert_eq!(does_alone(&house, "a", bind("张三", Some(zhang))).await, "绑好了，张三（第一团支部）。以后直接跟我说就行。");
    assert_eq!(owner(&house, BRANCH, &account("a")).await.as_deref(), Some("张三"));
    assert_eq!(does(&house, &chat, "b", bind("张三", Some(zhang))).await, wrong);
    // a code is gone after a day
    house.clock().advance(24 * 60 * MINUTE + 1);
    assert_eq!(does(&house, &chat, "c", bind("赵六", Some(zhao))).await, wrong);
    // five wrong ones, then even the right one waits an hour
    let told = does_alone(&house, "李四", code_for(&["赵六"])).await;
    let code = codes(&told)[0].clone();
    for n in 0..5 {
        assert_eq!(does(&house, &chat, "d", bind("赵六", Some(&format!("x{n}")))).await, wrong);
    }
    assert_eq!(does(&house, &chat, "d", bind("赵六", Some(&code))).await, "错得太多次了，过一个小时再试，或请支书帮忙。");
    assert_eq!(owner(&house, BRANCH, &account("d")).await, None);
    house.clock().advance(60 * MINUTE);
    assert_eq!(does(&house, &chat, "d", bind("赵六", Some(&code))).await, "绑好了，赵六（第一团支部）。以后直接跟我说就行。");
    house.ends().await;
}

async fn rivals(db: Db) {
    let (house, chat) = house(db, &["张三", "赵六"]).await;
    // two accounts want to be 张三, one wants to be the secretary, one is in order
    for (who, name) in [("a", "张三"), ("b", "张三"), ("d", "赵六")] {
        assert_eq!(does(&house, &chat, who, bind(name, None)).await, format!("好的，{name}，等支书确认后就能用了。"));
    }
    assert_eq!(does(&house, &chat, "c", bind("李四", None)).await, "李四已经绑定了一个账号，要再绑这个，得支书确认。");
    assert_eq!(
        does(&house, &chat, "李四", approve(None, &[])).await,
        "等着确认的账号有 1 个：1.赵六（名片“d”）\n没问题就回“全部确认”，这 1 个就绑好了。\n\
         李四（账号 acc-c）已有账号，又有别的账号想绑：确实是本人就说“确认 姓名”。\n不止一个账号说自己是张三：请发“绑定码 姓名”，把码给本人。"
    );
    assert_eq!(does(&house, &chat, "李四", approve(None, &[])).await, "绑好了 1 位：赵六。现在可以直接说话了。");
    for who in ["a", "b", "c"] {
        assert_eq!(owner(&house, BRANCH, &account(who)).await, None, "{who}");
    }
    assert_eq!(does(&house, &chat, "李四", approve(None, &["张三"])).await, "不止一个账号说自己是张三：请发“绑定码 姓名”，把码给本人。");
    let code = codes(&does_alone(&house, "李四", code_for(&["张三"])).await)[0].clone();
    assert_eq!(does_alone(&house, "b", bind("张三", Some(&code))).await, "绑好了，张三（第一团支部）。以后直接跟我说就行。");
    // the other's request is over with that; the secretary's second account by name
    assert_eq!(does(&house, &chat, "李四", approve(None, &["李四"])).await, "绑好了 1 位：李四（账号 acc-c）。现在可以直接说话了。");
    assert_eq!(owner(&house, BRANCH, &account("c")).await.as_deref(), Some("李四"));
    assert_eq!(does(&house, &chat, "李四", approve(None, &[])).await, "没有等着确认的。");
    assert_eq!(owner(&house, BRANCH, &account("a")).await, None);
    house.ends().await;
}

async fn namesakes(db: Db) {
    let (house, chat) = house(db, &["张三", "张三"]).await;
    assert_eq!(does(&house, &chat, "a", bind("张三", None)).await, "这里有 2 位张三，我分不清。请支书给你一个绑定码，再发“绑定 张三 绑定码”。");
    assert_eq!(strange(&house, &chat, "a", "电信-张三", true).await, "我还不认识这个账号，先没记。发“绑定 姓名”告诉我你是谁。");
    assert_eq!(does_alone(&house, "李四", code_for(&["张三"])).await, "有 2 位张三我分不清，请先在名册里补上团小组或团员编号。");
    // of two branches: the code says whose it is
    house.branch(OTHER, &[], 0).await;
    unbound_members(&house, BRANCH, &["孙七"]).await;
    unbound_members(&house, OTHER, &["孙七"]).await;
    house.grant("李四", Role::Secretary, OTHER).await;
    assert_eq!(does_alone(&house, "a", bind("孙七", None)).await, "叫孙七的有 2 位。请到你支部的群里发“绑定 孙七”，或请支书给你一个绑定码。");
    let told = does_alone(&house, "李四", code_for(&["孙七"])).await;
    let [first, second] = &codes(&told)[..] else { panic!("{told}") };
    assert_eq!(told, format!("孙七（第一团支部）：{first}\n孙七（第二团支部）：{second}\n24 小时内有效，只能用一次。请本人发“绑定 姓名 绑定码”。"));
    assert_eq!(does_alone(&house, "a", bind("孙七", Some(second))).await, "绑好了，孙七（第二团支部）。以后直接跟我说就行。");
    assert_eq!(owner(&house, OTHER, &account("a")).await.as_deref(), Some("孙七"));
    assert_eq!(owner(&house, BRANCH, &account("a")).await, None);
    house.ends().await;
}

async fn changed_since(db: Db) {
    let (house, chat) = house(db, &["张三", "赵六"]).await;
    does(&house, &chat, "a", bind("张三", None)).await;
    assert!(does(&house, &chat, "李四", Intent::Unbound).await.contains("1.张三"));
    // after the list was shown the account wants to be somebody else
    does(&house, &chat, "a", bind("赵六", None)).await;
    assert_eq!(does(&house, &chat, "李四", approve(None, &[])).await, "没有等着确认的账号了。");
    assert_eq!(owner(&house, BRANCH, &account("a")).await, None);
    // whoever lost the office meanwhile approves nothing: the list is another's
    assert!(does(&house, &chat, "李四", Intent::Unbound).await.contains("1.赵六"));
    assert_eq!(does(&house, &chat, "王五", approve(None, &[])).await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(owner(&house, BRANCH, &account("a")).await, None);
    house.ends().await;
}

async fn hostile(db: Db) {
    let long = "长".repeat(200);
    let (house, chat) = house(db, &["[CQ:at,qq=all]", "=cmd|' /C calc'!A0", &long]).await;
    assert_eq!(does(&house, &chat, "a", bind("[CQ:at,qq=all]", None)).await, "好的，[CQ:at,qq=all]，等支书确认后就能用了。");
    assert_eq!(does(&house, &chat, "b", bind("=cmd|' /C calc'!A0", None)).await, "好的，=cmd|' /C calc'!A0，等支书确认后就能用了。");
    let cut = format!("{}…", "长".repeat(23));
    assert_eq!(does(&house, &chat, "c", bind(&long, None)).await, format!("好的，{cut}，等支书确认后就能用了。"));
    for name in ["", "\u{0}", "'; DROP TABLE person; --", "{ $name }", "张\u{0}三\u{202E}"] {
        assert!(does(&house, &chat, "d", bind(name, None)).await.starts_with("名册上没有"), "{name:?}");
    }
    let told = does(&house, &chat, "李四", Intent::Unbound).await;
    assert!(told.contains("1.[CQ:at,qq=all]（名片“a”）、2.=cmd|' /C calc'!A0（名片“b”）"), "{told}");
    assert!(told.contains(&format!("3.{cut}")) && told.chars().count() < 300, "{told}");
    assert!(does(&house, &chat, "李四", approve(None, &[])).await.starts_with("绑好了 3 位"));
    house.ends().await;
}

async fn in_private(db: Db) {
    let (house, _) = house(db, &["张三"]).await;
    assert_eq!(
        strange(&house, &ChatKey::private(&account("a")), "a", "张三", true).await,
        "我还不认识你。发“绑定 姓名”，支书确认后就能用；有绑定码就发“绑定 姓名 绑定码”。",
        "a nickname is no card"
    );
    assert_eq!(does_alone(&house, "a", bind("张山", None)).await, "名册上没有张山。名字写对了吗？没错的话请你的支书看看名册。");
    assert_eq!(does_alone(&house, "a", bind("张三", None)).await, "好的，张三，等支书确认后就能用了。");
    assert_eq!(does_alone(&house, "李四", approve(None, &["张三"])).await, "绑好了 1 位：张三。现在可以直接说话了。");
    assert_eq!(owner(&house, BRANCH, &account("a")).await.as_deref(), Some("张三"));
    house.ends().await;
}

/// The town's office approves for more branches than are read one by one.
async fn many_branches(db: Db) {
    const TOWN: &str = "余庆县团委/白泥镇团委";
    let (house, _) = house(db, &["张三"]).await;
    for n in 2..=40 {
        let path = format!("{TOWN}/第{n}团支部");
        house.branch(&path, &[&format!("支书{n}")], 0).await;
        if n % 2 == 0 {
            unbound_members(&house, &path, &[&format!("新人{n}")]).await;
        }
    }
    house.branch(&format!("{TOWN}/机关团支部"), &["郑十"], 0).await;
    house.grant("郑十", Role::Secretary, TOWN).await;
    let town = house.group("90009", TOWN).await.chat;
    assert_eq!(does(&house, &town, "郑十", approve(None, &[])).await, "没有等着确认的。");
    for n in (2..=40).step_by(2) {
        let name = format!("新人{n}");
        house.clock().advance(1000);
        assert_eq!(does(&house, &town, &format!("a{n}"), bind(&name, None)).await, format!("好的，{name}，等支书确认后就能用了。"));
    }
    let shown = does(&house, &town, "郑十", approve(None, &[])).await;
    assert!(shown.starts_with("等着确认的账号有 20 个：1.新人2") && shown.contains("20.新人40"), "{shown}");
    assert!(shown.ends_with("没问题就回“全部确认”，这 20 个就绑好了。"), "{shown}");
    // another branch's secretary decides nothing there
    assert_eq!(does(&house, &town, "李四", approve(None, &[])).await, "这件事要白泥镇团委来做，可以请 TA 跟我说一声。");
    let done = does(&house, &town, "郑十", approve(None, &[])).await;
    assert!(done.starts_with("绑好了 20 位：新人2"), "{done}");
    assert_eq!(owner(&house, &format!("{TOWN}/第40团支部"), &account("a40")).await.as_deref(), Some("新人40"));
    assert_eq!(does(&house, &town, "郑十", approve(None, &[])).await, "没有等着确认的。");
    house.ends().await;
}

async fn other_scripts(db: Db) {
    let (house, chat) = house(db, &["Anna Li", "陳大文", "阿依古丽·买买提"]).await;
    for (who, said, name) in [("a", "anna li", "anna li"), ("b", "陈大文", "陈大文"), ("c", "阿依古丽·买买提", "阿依古丽·买买提")] {
        assert_eq!(does(&house, &chat, who, bind(said, None)).await, format!("好的，{name}，等支书确认后就能用了。"));
    }
    assert_eq!(does(&house, &chat, "李四", approve(None, &["陈大文"])).await, "绑好了 1 位：陳大文。现在可以直接说话了。");
    assert_eq!(owner(&house, BRANCH, &account("b")).await.as_deref(), Some("陳大文"));
    house.ends().await;
}
