//! Chats bound to units.

use super::Store;
use crate::domain::ids::OrgId;
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::roster::Chat;
use crate::error::Fault;

impl Store {
    /// The chat, where it is bound.
    pub async fn chat(&self, key: &ChatKey) -> Result<Option<Chat>, Fault> {
        let _ = key;
        unimplemented!()
    }
    /// The chats of exactly this unit.
    pub async fn chats_of(&self, org: OrgId) -> Result<Vec<Chat>, Fault> {
        let _ = org;
        unimplemented!()
    }
    /// Every bound chat of a platform.
    pub async fn chats_on(&self, platform: &str) -> Result<Vec<Chat>, Fault> {
        let _ = platform;
        unimplemented!()
    }
    /// Binds (again): settings of a chat that was bound stay. Raises the epochs of the new and the old unit.
    pub async fn bind_chat(&self, key: &ChatKey, org: OrgId) -> Result<Chat, Fault> {
        let _ = (key, org);
        unimplemented!()
    }
    /// Changes `ack` and `names`.
    pub async fn set_chat(&self, chat: &Chat) -> Result<(), Fault> {
        let _ = chat;
        unimplemented!()
    }
    /// The account that owns the chat from now on: `account` if nobody or `instead_of` owned it. The owner after it.
    pub async fn own_chat(&self, key: &ChatKey, account: &AccountKey, instead_of: Option<&AccountKey>) -> Result<Option<AccountKey>, Fault> {
        let _ = (key, account, instead_of);
        unimplemented!()
    }
}
