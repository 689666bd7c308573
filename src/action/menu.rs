//! The menu of commands that some platforms show: each is another way to say something, in both languages.

use crate::config::messages::{Lang, Messages};
use crate::domain::message::Command;

/// Name, what it stands for, and the message that says what it does.
const COMMANDS: &[(&str, &str, &str)] = &[
    ("help", "帮助", "menu-help"),
    ("mine", "我的记录", "menu-mine"),
    ("missing", "谁没完成", "menu-missing"),
    ("stats", "统计", "menu-stats"),
    ("undo", "撤销", "menu-undo"),
    ("bind", "绑定", "menu-bind"),
    ("setup", "绑定本群", "menu-setup"),
    ("mydata", "我的数据", "menu-mydata"),
];

/// The menu; `start`, which a platform sends by itself, is in none.
pub fn menu(messages: &Messages) -> Vec<Command> {
    let about = |key: &str| Lang::ALL.map(|lang| (lang.key().to_owned(), messages.say(lang, key, &[]))).into();
    let listed = COMMANDS.iter().map(|(name, says, key)| Command { name: (*name).into(), says: (*says).into(), about: about(key) });
    let start = Command { name: "start".into(), says: "帮助".into(), about: Vec::new() };
    listed.chain([start]).collect()
}
