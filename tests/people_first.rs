//! The first secretary: the one-use code, the group, its cards, and everybody approved at once.

use crate::support::asking::{approve, bind, does, does_alone, owner, unbound_members};
use crate::support::db::{Db, on_both};
use crate::support::house::{House, PLATFORM, account};
use libtest_mimic::Trial;
use zhibu::action::members::codes::digest;
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;
use zhibu::language::Intent;
use zhibu::store::members::accounts::CodeFor;

const PATH: &str = "余庆县团委/白泥镇团委/机关团支部";
const HOUR: i64 = 60 * 60_000;

pub fn tests() -> Vec<Trial> {
    [on_both("people_first_activation", activation), on_both("people_first_group", group), on_both("people_first_tree", tree)].into_iter().flatten().collect()
}

fn activate(code: &str, name: &str, path: &str) -> Intent {
    Intent::Activate { code: code.into(), name: name.into(), path: path.into() }
}

async fn with_code(db: Db, code: &str) -> House {
    let house = House::new(db).await;
    let until = zhibu::effects::Clock::now(house.clock()) + 24 * HOUR;
    house.store().keep_code(&digest(&CodeFor::Activate, code), &CodeFor::Activate, until).await.unwrap();
    house
}

async fn activation(db: Db) {
    let house = with_code(db, "K7Q2-M9XA").await;
    let chat = ChatKey::group(PLATFORM, "90000");
    assert_eq!(does(&house, &chat, "a", activate("K7Q2-M9XA", "张三", PATH)).await, "激活码别让别人看到，请私聊我发。");
    // a slip does not burn the code, and creates nothing
    let usage = "这样说：激活 激活码 姓名 支部路径，例如：激活 ABCD-1234 张三 余庆县团委/白泥镇团委/机关团支部";
    for (name, path) in [("", PATH), ("张三", ""), ("张三", "甲//乙"), (PATH, "张三/"), ("张\n三", PATH), (&"长".repeat(31), PATH)] {
        assert_eq!(does_alone(&house, "a", activate("K7Q2-M9XA", name, path)).await, usage, "{name} {path}");
    }
    assert_eq!(does_alone(&house, "a", activate("WRONG", "张三", PATH)).await, "激活码不对，或者已经用过了。");
    assert_eq!(house.store().subtree("").await.unwrap().len(), 0, "nothing was made");
    let told = does_alone(&house, "a", activate(" K7Q2-M9XA ", "张三", " 余庆县团委／白泥镇团委/机关团支部")).await;
    assert_eq!(
        told,
        "开通好了：张三是机关团支部的团支书，也是余庆县团委的管理员。接下来把我拉进支部群，在群里@我说“绑定本群”；再把名册文件（xlsx、xls、csv）私聊发给我。"
    );
    assert_eq!(owner(&house, PATH, &account("a")).await.as_deref(), Some("张三"));
    let person = house.store().person_of(&account("a")).await.unwrap().unwrap();
    let mut grants: Vec<(String, Role)> = house.store().grants(person).await.unwrap().into_iter().map(|g| (g.path, g.role)).collect();
    grants.sort();
    assert_eq!(grants, [("余庆县团委".to_owned(), Role::Operator), (PATH.to_owned(), Role::Secretary)]);
    // once, by anybody
    for who in ["a", "b"] {
        assert_eq!(does_alone(&house, who, activate("K7Q2-M9XA", "王五", PATH)).await, "已经有人管理了，激活码不再有用。需要权限请找现在的支书。");
    }
    let org = house.store().org_by_path(PATH).await.unwrap().unwrap();
    assert_eq!(house.store().roster(org.id).await.unwrap().unwrap().members.len(), 1);
    house.ends().await;
}

async fn tree(db: Db) {
    let house = with_code(db, "CODE").await;
    // a roster was imported before: the person on it is meant, a second one is not made
    house.branch(PATH, &["李四"], 0).await;
    unbound_members(&house, PATH, &["张三", "赵六", "赵六"]).await;
    assert_eq!(does_alone(&house, "a", activate("CODE", "张三", "余庆县团委/白泥镇团委")).await, "白泥镇团委已经在了，但不是这一种组织，请检查路径。");
    assert_eq!(does_alone(&house, "a", activate("CODE", "张三", &format!("{PATH}/小组"))).await, "机关团支部是团支部，下面不能再有组织，请检查路径。");
    assert_eq!(does_alone(&house, "a", activate("CODE", "赵六", PATH)).await, "这个支部有几位赵六，我分不清。请先用 zhibu grant 给其中一位。");
    // an account that is 李四's makes nobody else a secretary
    assert_eq!(does_alone(&house, "李四", activate("CODE", "张三", PATH)).await, "这个账号已经绑定给别人了，请换一个账号来激活。");
    for _ in 0..5 {
        assert_eq!(does_alone(&house, "b", activate("NO", "张三", PATH)).await, "激活码不对，或者已经用过了。");
    }
    assert_eq!(does_alone(&house, "b", activate("CODE", "张三", PATH)).await, "错得太多次了，过一个小时再试，或请支书帮忙。");
    assert!(does_alone(&house, "a", activate("CODE", "张三", PATH)).await.starts_with("开通好了"));
    let org = house.store().org_by_path(PATH).await.unwrap().unwrap();
    assert_eq!(house.store().roster(org.id).await.unwrap().unwrap().members.len(), 4);
    house.ends().await;
}

fn setup(path: Option<&str>) -> Intent {
    Intent::Setup { path: path.map(Into::into) }
}

async fn group(db: Db) {
    let house = with_code(db, "CODE").await;
    does_alone(&house, "a", activate("CODE", "张三", PATH)).await;
    let chat = ChatKey::group(PLATFORM, "90000");
    assert_eq!(does_alone(&house, "a", setup(None)).await, "这句要在群里说：把我拉进支部群，在群里@我说“绑定本群”。");
    assert_eq!(does(&house, &chat, "b", setup(None)).await, "我还不认识这个账号，先没记。私聊我发“绑定 姓名”就好。");
    assert_eq!(
        does(&house, &chat, "a", setup(None)).await,
        "好了，本群归机关团支部。大家直接说“交了团费”“大学习看完了”“签到”就行。\n名册还是空的：请把名册文件（xlsx、xls、csv）私聊发给我。"
    );
    unbound_members(&house, PATH, &["李四", "王五", "赵六"]).await;
    for (who, card) in [("a", "张三"), ("b", "机关-李四"), ("c", "王五"), ("d", "2101王五"), ("e", "路人甲")] {
        house.wire.joins(&chat, &format!("acc-{who}"), card);
    }
    house.wire.joins(&chat, "10000", "小支");
    assert_eq!(
        does(&house, &chat, "a", setup(Some("机关团支部"))).await,
        "本群已经是机关团支部的群了。\n群里有 4 个账号还没绑定，按名片认出了 1 个。\n认不出的名片 3 个：王五、2101王五、路人甲\n\
         名册上还没对上的 2 位：王五、赵六。请他们改名片，或发“绑定 姓名”。\n等着确认的账号有 1 个：1.李四\n没问题就回“全部确认”，这 1 个就绑好了。"
    );
    assert_eq!(owner(&house, PATH, &account("b")).await, None);
    assert_eq!(does(&house, &chat, "b", bind("赵六", None)).await, "好的，赵六，等支书确认后就能用了。", "the later request counts");
    assert_eq!(does(&house, &chat, "a", approve(None, &[])).await, "没有等着确认的账号了。", "what was shown is not what waits now");
    does(&house, &chat, "b", bind("李四", None)).await;
    assert_eq!(does(&house, &chat, "a", approve(None, &["李四"])).await, "绑好了 1 位：李四。现在可以直接说话了。");
    // 李四 may not take the group away, nor may a stranger to the tree bind it
    assert_eq!(does(&house, &chat, "b", setup(Some(PATH))).await, "这件事要团支书来做，可以请 TA 跟我说一声。");
    // the operator may make a unit below the top, not beside it
    assert_eq!(
        does(&house, &chat, "a", setup(Some("别的县/支部"))).await,
        "没有找到“别的县/支部”这个组织。从上级写起，用“/”隔开，例如：余庆县团委/白泥镇团委/机关团支部。"
    );
    assert_eq!(
        does(&house, &chat, "a", setup(Some("没有的支部"))).await,
        "没有找到“没有的支部”这个组织。从上级写起，用“/”隔开，例如：余庆县团委/白泥镇团委/机关团支部。"
    );
    assert_eq!(
        does(&house, &chat, "a", setup(Some("余庆县团委/龙溪镇团委/第一团支部"))).await,
        "好了，本群归第一团支部。大家直接说“交了团费”“大学习看完了”“签到”就行。\n名册还是空的：请把名册文件（xlsx、xls、csv）私聊发给我。"
    );
    let org = house.store().org_by_path("余庆县团委/龙溪镇团委/第一团支部").await.unwrap().unwrap();
    assert_eq!(house.store().chat(&chat).await.unwrap().unwrap().org, org.id);
    // whoever runs only another branch can't take the group from there
    let person = house.store().person_of(&account("b")).await.unwrap().unwrap();
    let own = house.store().org_by_path(PATH).await.unwrap().unwrap();
    house.store().grant(person, own.id, Role::Secretary, None).await.unwrap();
    assert_eq!(does(&house, &chat, "b", setup(Some(PATH))).await, "本群现在归第一团支部，要换请那边的支书或管理员来。");
    house.ends().await;
}
