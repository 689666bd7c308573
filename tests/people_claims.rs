//! Claims of payment and who confirms them: sums in private only, everything once only.

use crate::support::asking::{approve, bind, does, does_alone, report, unbound_members};
use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;
use zhibu::domain::roster::OrgKind;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

pub fn tests() -> Vec<Trial> {
    [on_both("people_claims_list", list), on_both("people_claims_names", names), on_both("people_claims_strangers", strangers)].into_iter().flatten().collect()
}

/// 李四 is the secretary, 钱七 the treasurer; kept since September.
async fn house(db: Db) -> (House, ChatKey) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四", "王五", "钱七"], 2).await;
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("钱七", Role::Treasurer, BRANCH).await;
    let chat = house.group("90000", BRANCH).await.chat;
    (house, chat)
}

async fn confirmed(house: &House, name: &str) -> (i64, i64) {
    let branch = house.store().subtree("").await.unwrap().into_iter().find(|o| o.kind == OrgKind::Branch && o.path == BRANCH).unwrap();
    let person = house.store().person_of(&account(name)).await.unwrap().unwrap();
    let all = house.store().standings_of(branch.id, person, Some("dues")).await.unwrap();
    (all.iter().map(|(_, s)| s.got).sum(), all.iter().map(|(_, s)| s.confirmed).sum())
}

async fn list(db: Db) {
    let (house, chat) = house(db).await;
    assert_eq!(does(&house, &chat, "钱七", approve(Some("dues"), &[])).await, "没有等着确认的。");
    does(&house, &chat, "张三", report("dues", &["2026-09", "2026-10"])).await;
    does(&house, &chat, "王五", report("dues", &["2026-11"])).await;
    // everybody may know how many, nobody reads sums in a group, and a count is no list to say yes to
    for _ in 0..2 {
        assert_eq!(does(&house, &chat, "钱七", approve(Some("dues"), &[])).await, "团费有 2 位待确认，私聊我说“确认团费”看名单和金额。");
    }
    for who in ["张三", "王五"] {
        assert_eq!(does(&house, &chat, who, approve(Some("dues"), &[])).await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
        assert_eq!(does_alone(&house, who, approve(Some("dues"), &["张三"])).await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    }
    assert_eq!(
        does_alone(&house, "钱七", approve(Some("dues"), &[])).await,
        "第一团支部团费待确认 2 位，共 0.6 元：张三（9月、10月，0.4 元）、王五（11月，0.2 元）。都收到了就回“全部确认”，或说“确认 姓名”。"
    );
    // another's yes, and a yes elsewhere, confirm nothing
    assert_eq!(does(&house, &chat, "钱七", approve(None, &[])).await, "团费有 2 位待确认，私聊我说“确认团费”看名单和金额。");
    assert_eq!(does_alone(&house, "张三", approve(None, &[])).await, "这件事要组织委员或团支书来做，可以请 TA 跟我说一声。");
    assert_eq!(confirmed(&house, "张三").await, (40, 0));
    assert_eq!(does_alone(&house, "钱七", approve(None, &[])).await, "团费确认了 2 位，共 0.6 元：张三（9月、10月，0.4 元）、王五（11月，0.2 元）。");
    assert_eq!((confirmed(&house, "张三").await, confirmed(&house, "王五").await), ((40, 40), (20, 20)));
    assert_eq!(does_alone(&house, "钱七", approve(None, &[])).await, "没有等着确认的。");
    house.ends().await;
}

async fn names(db: Db) {
    let (house, chat) = house(db).await;
    does(&house, &chat, "张三", report("dues", &["2026-11"])).await;
    assert_eq!(
        does(&house, &chat, "钱七", approve(Some("dues"), &["张三", "王五", "没有的人"])).await,
        "名册上没有“没有的人”。\n团费确认了 1 位：张三。\n王五没有等着确认的。"
    );
    assert_eq!(confirmed(&house, "张三").await, (20, 20));
    assert_eq!(does(&house, &chat, "李四", approve(Some("dues"), &["张三"])).await, "张三没有等着确认的。", "not twice");
    assert_eq!(confirmed(&house, "张三").await, (20, 20));
    // a binding and a claim under one name: the binding first, the claim is said
    does(&house, &chat, "王五", report("dues", &["2026-11"])).await;
    unbound_members(&house, BRANCH, &["赵六"]).await;
    does(&house, &chat, "a", bind("王五", None)).await;
    does(&house, &chat, "b", bind("赵六", None)).await;
    assert_eq!(
        does(&house, &chat, "李四", approve(None, &["王五", "赵六"])).await,
        "绑好了 2 位：王五（账号 acc-a）、赵六。现在可以直接说话了。\n王五的团费也在等确认，说“确认王五的团费”。"
    );
    // the treasurer confirms claims, not bindings
    does(&house, &chat, "c", bind("赵六", None)).await;
    assert_eq!(does(&house, &chat, "钱七", approve(None, &["赵六"])).await, "赵六没有等着确认的。");
    assert_eq!(does(&house, &chat, "钱七", approve(None, &["王五"])).await, "团费确认了 1 位：王五。");
    assert_eq!(house.store().person_of(&account("c")).await.unwrap(), None);
    house.ends().await;
}

async fn strangers(db: Db) {
    let (house, chat) = house(db).await;
    does(&house, &chat, "张三", report("dues", &["2026-11"])).await;
    // the secretary of another branch sees and confirms nothing here
    house.branch("余庆县团委/白泥镇团委/第二团支部", &["孙八"], 2).await;
    house.grant("孙八", Role::Secretary, "余庆县团委/白泥镇团委/第二团支部").await;
    let refused = "这件事要第一团支部的组织委员或团支书来做，可以请 TA 跟我说一声。";
    assert_eq!(does(&house, &chat, "孙八", approve(Some("dues"), &[])).await, refused);
    assert_eq!(does(&house, &chat, "孙八", approve(Some("dues"), &["张三"])).await, refused);
    assert_eq!(does_alone(&house, "孙八", approve(Some("dues"), &["张三"])).await, refused);
    assert_eq!(does_alone(&house, "孙八", approve(Some("dues"), &[])).await, "没有等着确认的。");
    assert_eq!(does(&house, &chat, "路人", approve(None, &[])).await, "我还不认识这个账号，先没记。私聊我发“绑定 姓名”就好。");
    assert_eq!(confirmed(&house, "张三").await, (20, 0));
    house.ends().await;
}
