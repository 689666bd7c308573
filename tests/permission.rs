//! The table of permission, cell by cell: role × permission × where the role is held, first as the one function that asks
//! sees it, then as people read it who say what takes the permission.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, config};
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::action::Speaker;
use zhibu::action::cache::Known;
use zhibu::action::permission::allows;
use zhibu::domain::ids::{OrgId, PersonId};
use zhibu::domain::role::{Permission, Role};
use zhibu::domain::roster::{Grant, Org, OrgKind};

pub fn tests() -> Vec<Trial> {
    let mut all = vec![crate::support::plain("permission_every_cell", every_cell)];
    all.extend(on_both("permission_as_it_is_read", as_it_is_read));
    all
}

const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";
const HOME: &str = "余庆县团委/构皮滩镇团委/第九团支部";

/// Where somebody holds a role, seen from the unit that is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// There.
    Own,
    /// At the unit above it.
    Above,
    /// At a unit beside it.
    Other,
    /// At a unit below it.
    Below,
}

/// One row of the table: who may, whom a refusal names, and words that take it (of a member 张三 or of the unit); whether they
/// are about the unit, so that they mean a town in the town's chat.
struct Row {
    roles: &'static [Role],
    who: &'static str,
    words: Option<&'static str>,
    of_unit: bool,
}

/// The table by hand. A new permission does not compile without its row.
fn row(permission: Permission) -> Row {
    use Role::{Auditor, Committee, GroupLeader, Member, Operator, Secretary, Treasurer};
    const SECRETARY: &str = "团支书";
    const TREASURER: &str = "组织委员或团支书";
    let row = |roles, who, words| Row { roles, who, words, of_unit: true };
    let person = |roles, who, words| Row { roles, who, words: Some(words), of_unit: false };
    match permission {
        Permission::ReportOwn => row(&[Member, GroupLeader, Treasurer, Secretary, Committee], "", None),
        Permission::ReadOwn => row(&Role::ALL, "", None),
        Permission::ReadUnit => row(&Role::ALL, "", Some("谁没看大学习")),
        Permission::ReportOthers => person(&[GroupLeader, Treasurer, Secretary], TREASURER, "张三大学习看完了"),
        Permission::ReadPrivate => row(&[Treasurer, Secretary, Committee, Auditor, Operator], TREASURER, Some("团费账本")),
        Permission::ApproveDues => person(&[Treasurer, Secretary], TREASURER, "确认张三的团费"),
        Permission::ApproveAccounts => person(&[Secretary, Committee, Operator], SECRETARY, "解绑张三"),
        Permission::ManageRoster => row(&[Secretary, Committee, Operator], SECRETARY, Some("提醒不点名")),
        Permission::ManageSessions => row(&[Secretary, Committee, Operator], SECRETARY, Some("结束签到")),
        Permission::TakeMinutes => row(&[GroupLeader, Treasurer, Secretary, Committee], TREASURER, Some("议程：学党史")),
        Permission::GrantLeave => person(&[Secretary], SECRETARY, "准张三的假"),
        Permission::ManageIssues => row(&[Secretary, Committee, Operator], SECRETARY, Some("恢复大学习")),
        Permission::ImportRecords => row(&[Secretary, Committee, Operator], SECRETARY, Some("大学习差异")),
        Permission::Rank => row(&[Secretary, Committee, Auditor, Operator], SECRETARY, Some("大学习排名")),
        Permission::Remind => row(&[GroupLeader, Treasurer, Secretary, Committee, Operator], TREASURER, Some("提醒大家交团费")),
        Permission::Grant => person(&[Secretary, Committee, Operator], SECRETARY, "任命张三为组织委员"),
        Permission::Exempt => person(&[Secretary, Committee], SECRETARY, "张三免交团费到12月"),
        // asked of the unit above the branch, never of the branch: `relief_every_role`
        Permission::ApproveRelief => row(&[Secretary, Committee], "", None),
        Permission::Export => row(&[Treasurer, Secretary, Committee, Auditor, Operator], TREASURER, Some("导出团费台账")),
        Permission::SetBand => person(&[Treasurer, Secretary], TREASURER, "张三从12月起是月缴5元"),
        Permission::OpenMonths => row(&[Secretary], SECRETARY, Some("补收从2026年3月起")),
        Permission::KeepCash => person(&[Treasurer, Secretary], TREASURER, "退还张三10月团费"),
    }
}

fn org(id: i64, path: &str) -> Org {
    let since = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    Org { id: OrgId(id), parent: None, path: path.into(), name: path.into(), kind: OrgKind::Branch, since, epoch: 1 }
}

fn every_cell() {
    let config = config();
    let mut wrong = Vec::new();
    for role in Role::ALL {
        let table = config.roles.get(&role).unwrap();
        assert!(table.iter().all(|p| Permission::ALL.contains(p)), "{role:?}");
        for permission in Permission::ALL {
            for (held, at, unit) in [(Held::Own, BRANCH, BRANCH), (Held::Above, TOWN, BRANCH), (Held::Other, OTHER, BRANCH), (Held::Below, BRANCH, TOWN)] {
                let known = Known { person: PersonId(1), branches: Vec::new(), grants: vec![Grant { org: OrgId(7), path: at.into(), role }] };
                let speaker = Speaker { known: Arc::new(known), branch: None };
                let may = row(permission).roles.contains(&role) && matches!(held, Held::Own | Held::Above);
                if allows(&config, &speaker, permission, &org(7, unit)) != may {
                    wrong.push(format!("{role:?} {permission:?} {held:?}: not {may}"));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    // nothing by a name that begins alike
    let known = Known { person: PersonId(1), branches: Vec::new(), grants: vec![Grant { org: OrgId(7), path: BRANCH.into(), role: Role::Secretary }] };
    assert!(!allows(&config, &Speaker { known: Arc::new(known), branch: None }, Permission::Remind, &org(8, &format!("{BRANCH}二"))));
}

fn name(role: Role, held: Held) -> String {
    let n = Role::ALL.iter().position(|r| *r == role).unwrap();
    let digit = ["甲", "乙", "丙", "丁", "戊", "己", "庚"][n];
    let place = match held {
        Held::Own | Held::Below => "本",
        Held::Above => "上",
        Held::Other => "旁",
    };
    format!("欧阳{place}{digit}")
}

/// What somebody reads where the permission is missing.
fn refusal(permission: Permission, held: Held) -> String {
    if permission == Permission::ReadUnit {
        return "这里的情况只给本支部和上级看。".into();
    }
    let who = match held {
        Held::Own => row(permission).who.to_owned(),
        // an officer of another unit is told of which
        Held::Other | Held::Above => format!("第一团支部的{}", row(permission).who),
        Held::Below => "白泥镇团委".into(),
    };
    format!("这件事要{who}来做，可以请 TA 跟我说一声。")
}

async fn as_it_is_read(db: Db) {
    let house = House::new(db).await;
    house.branch(BRANCH, &["张三", "李四"], 1).await;
    house.branch(OTHER, &["王五"], 1).await;
    let all: Vec<(Role, Held)> = Role::ALL.into_iter().flat_map(|r| [Held::Own, Held::Above, Held::Other].map(|h| (r, h))).collect();
    let names: Vec<String> = all.iter().map(|(r, h)| name(*r, *h)).collect();
    house.branch(HOME, &names.iter().map(String::as_str).collect::<Vec<_>>(), 1).await;
    house.grant("李四", Role::Secretary, TOWN).await;
    for (role, held) in &all {
        let at = match held {
            Held::Above => TOWN,
            Held::Other => OTHER,
            _ => BRANCH,
        };
        house.grant(&name(*role, *held), *role, at).await;
    }
    let (group, town) = (house.group("90000", BRANCH).await, house.group("90001", TOWN).await);
    for chat in [&group, &town] {
        chat.asks("李四", "开始签到 到23:00").await;
        chat.asks("李四", "暂停大学习 从12月1日到12月6日").await;
    }
    let mut wrong = Vec::new();
    for permission in Permission::ALL {
        let row = row(permission);
        let Some(words) = row.words else { continue };
        for role in Role::ALL {
            for held in [Held::Own, Held::Above, Held::Other, Held::Below] {
                if held == Held::Below && !row.of_unit {
                    continue;
                }
                let chat = if held == Held::Below { &town } else { &group };
                let read = chat.asks(&name(role, held), words).await;
                house.wire.take();
                let holds = row.roles.contains(&role) && matches!(held, Held::Own | Held::Above);
                // nobody gives more than they may do there themselves; who is above names officers all the same
                let lacks = permission == Permission::Grant && holds && held == Held::Own && role != Role::Secretary;
                let may = holds && !lacks;
                let refused = refusal(if lacks { Permission::ReportOthers } else { permission }, held);
                let fits = if may {
                    !read.starts_with("这件事要") && !read.starts_with("这里的情况") && !read.contains("没太听明白")
                } else {
                    read == refused
                };
                if !fits {
                    wrong.push(format!("{permission:?} {role:?} {held:?} may {may}: {read}"));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    house.ends().await;
}
