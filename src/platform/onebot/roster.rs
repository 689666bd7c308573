//! What we ask an implementation for by ourselves when it connects: whose it is, and in which groups it is.

use super::account::Account;
use super::hub::Hub;
use super::link::Link;
use super::meaning;
use super::wire::Word;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// An id anywhere in an answer's data.
pub fn id_of(data: &Value, key: &str) -> Option<String> {
    let word = Word::deserialize(data.get(key)?).ok()?;
    meaning::id(&word).map(str::to_owned)
}

/// Asks a connection that did not say whose it is.
pub fn ask_who(hub: &Arc<Hub>, link: &Arc<Link>) {
    let (hub, link) = (hub.clone(), link.clone());
    hub.tasks.clone().spawn(async move {
        let Ok(answer) = link.call("get_login_info", &json!({}), hub.settings.action_timeout).await else { return };
        let Some(id) = id_of(&answer.data, "user_id") else { return };
        let Some((account, news)) = hub.attach(&id, &link) else { return };
        if let Some(event) = news {
            ask_groups(&hub, &account);
            if hub.inbox.send(event).await.is_err() {
                tracing::debug!("nobody listens any more");
            }
        }
    });
}

/// Asks in which groups an account is, so that a chat that was not heard yet is reached through the right one.
pub fn ask_groups(hub: &Arc<Hub>, account: &Arc<Account>) {
    let Some(link) = account.link() else { return };
    let (hub, account) = (hub.clone(), account.clone());
    hub.tasks.clone().spawn(async move {
        let Ok(answer) = link.call("get_group_list", &json!({}), hub.settings.action_timeout).await else { return };
        for group in answer.data.as_array().into_iter().flatten() {
            if let Some(id) = id_of(group, "group_id") {
                account.joined(&id);
            }
        }
    });
}
