//! Who may do what: the only place that asks. The table is `bot-config/roles.toml`; a role holds at its unit and
//! everything below it. A platform's own admin flag grants nothing.

use crate::action::context::Speaker;
use crate::config::Config;
use crate::domain::record::Kind;
use crate::domain::role::{Permission, Role};
use crate::domain::roster::{Grant, Org};

/// Whether the speaker may do this at the unit.
pub fn allows(config: &Config, speaker: &Speaker, permission: Permission, unit: &Org) -> bool {
    let can = |role: Role| config.roles.get(&role).is_some_and(|p| p.contains(&permission));
    let member_here = || speaker.branch.as_ref().is_some_and(|b| b.roster.org.id == unit.id);
    (can(Role::Member) && member_here()) || granted(config, &speaker.known.grants, permission, unit)
}

/// Whether somebody with these roles may do this at the unit.
pub fn granted(config: &Config, grants: &[Grant], permission: Permission, unit: &Org) -> bool {
    let can = |role: Role| config.roles.get(&role).is_some_and(|p| p.contains(&permission));
    grants.iter().any(|g| can(g.role) && covers(&g.path, &unit.path))
}

/// What it takes to take back an entry of this kind: what it took to enter it for somebody else; `official`: an export said so.
pub fn to_undo(kind: Kind, official: bool) -> Permission {
    match kind {
        Kind::Confirm | Kind::ConfirmExtra => Permission::ApproveDues,
        Kind::Refund | Kind::RefundExtra | Kind::HandUp | Kind::Returned | Kind::Carried | Kind::Opening => Permission::KeepCash,
        Kind::Exempt | Kind::Reduce => Permission::Exempt,
        Kind::Done | Kind::Attest if official => Permission::ImportRecords,
        Kind::Done | Kind::Attest | Kind::Attend | Kind::Leave | Kind::Extra | Kind::Reverse => Permission::ReportOthers,
    }
}

/// Whether a path is the unit itself or lies below it.
pub fn covers(above: &str, path: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the speaker holds a role of more than a member anywhere.
pub fn holds_office(speaker: &Speaker) -> bool {
    speaker.known.grants.iter().any(|g| g.role != Role::Member)
}
