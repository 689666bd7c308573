//! Two are admitted in April, one goes to another branch in May.

use super::{BRANCH, OTHER, TOWN, Term};
use crate::support::asking;
use crate::support::house::account;
use zhibu::action::branch::roster_import::{Import, Outcome, apply};
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;
use zhibu::intake::plan::Elsewhere;

/// By a file in private; then each says who they are, and the secretary says yes.
pub async fn admitted(term: &Term) {
    term.at("2026-04-01 18:00").await;
    let file = "姓名,入团年月,团员编号\n华珊,2026-04,202612345678\n金鑫,2026-04,202612345679\n";
    let shown = term.house.drops("李四", "名册.csv", file.as_bytes().to_vec()).await;
    assert!(shown.starts_with("名册共 2 行：新增 2。"), "{shown}");
    let told = term.house.whispers("李四", "是").await;
    assert!(told.starts_with("导入好了：新增 2，修改 0，转入 0。"), "{told}");
    for name in super::ADMITTED {
        let told = term.house.whispers(name, &format!("绑定 {name}")).await;
        assert!(told.contains("支书确认"), "{told}");
        let waits = term.house.read(&ChatKey::private(&account("李四")));
        // of the next one who waits the secretary hears a while later
        assert_eq!(waits.contains("华珊想绑定账号。"), name == "华珊", "{waits}");
        let told = term.house.whispers("李四", &format!("确认{name}")).await;
        assert!(told.starts_with(&format!("绑好了 1 位：{name}")), "{told}");
        term.house.read(&ChatKey::private(&account(name)));
        assert_eq!(asking::owner(&term.house, BRANCH, &account(name)).await.as_deref(), Some(name));
    }
    assert_eq!(
        term.house.whispers("华珊", "我还欠什么").await.lines().nth(1).unwrap(),
        "团费：还没有交过；还没交：4月，共 0.2 元。",
        "from the month of admission"
    );
}

/// The town's file says that 褚红 belongs elsewhere now: what is to come is the other branch's, what was stays; what was
/// paid ahead goes back.
pub async fn transferred(term: &Term) {
    term.at("2026-05-13 18:00").await;
    let house = &term.house;
    let bot = &house.bot;
    let import = Import {
        store: house.store(),
        config: &bot.config,
        today: bot.config.zone().date(bot.now()),
        bytes: std::sync::Arc::new(format!("姓名,所在团支部\n褚红,{OTHER}\n").into_bytes()),
        branch: None,
        scope: &[TOWN.to_owned()],
        elsewhere: Elsewhere::Transfer,
        may_grant: false,
        actor: None,
    };
    let Outcome::Applied(plan) = apply(&import, None).await.unwrap() else { panic!("it changed under the import") };
    assert_eq!(plan.counts.moved, 1);
    bot.cache.forget_all();
    assert!(house.store().holders(house.store().org_by_path(BRANCH).await.unwrap().unwrap().id, Role::Secretary).await.unwrap().len() == 1);
    let own = house.whispers("褚红", "我的记录").await;
    assert!(own.contains("第二团支部") && own.contains("第一团支部"), "{own}");
    term.whispers(&[
        ("钱七", "退还褚红5月和6月团费", "退给褚红 0.4 元（5月、6月团费），账本记好了。"),
        ("褚红", "交了团费", "收到：褚红5月团费共 0.2 元，记上了，等组织委员或团支书确认。"),
        ("郑镇长", "确认褚红的团费", "团费确认了 1 位，共 0.2 元：褚红（5月，0.2 元）。"),
    ])
    .await;
}
